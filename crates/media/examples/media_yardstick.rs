//! One measurement of `cargo xtask bench media`, in a process of its own so that its memory is its own.
//!
//! `media_yardstick hashlist COUNT` makes a list of so many hashes and looks for others; `media_yardstick near COUNT` searches so many
//! PDQ hashes by distance; `media_yardstick pdq` hashes a picture of twelve megapixels. Each prints JSON.
//! `media_yardstick published FOLDER` holds the photographs of the reference implementation's own test, decoded to
//! `NAME.ppm`, against the hashes that it publishes; photographs are not kept here.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a tool whose output another reads"
)]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use media::hashlist::{Algorithm, Builder, Digest, REACH};
use media::pdq::{Hash, Picture, Samples, hash};
use sha2::{Digest as _, Sha256};

const LOOKUPS: u64 = 20_000_000;
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["hashlist", count] => hashlist(count.parse()?),
        ["near", count] => near(count.parse()?),
        ["pdq"] => pdq(),
        ["published", folder] => published(Path::new(folder)),
        _ => Err("hashlist COUNT, near COUNT, pdq or published FOLDER".into()),
    }
}

/// Numbers that differ for different places, as good as random: `SplitMix64`.
const fn mixed(place: u64) -> u64 {
    let z = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn bytes<const N: usize>(place: u64) -> [u8; N] {
    let mut bytes = [0; N];
    for (part, times) in bytes.chunks_mut(8).zip(0..) {
        let number = mixed(place ^ (times << 56)).to_be_bytes();
        part.copy_from_slice(number.get(..part.len()).unwrap_or_default());
    }
    bytes
}

fn hashlist(count: u64) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let mut builder = Builder::default();
    for place in 0..count {
        builder.add(Digest::Sha256(bytes(place)));
    }
    let list = builder.finish([0; 32]);
    let build = begun.elapsed().as_secs_f64();
    let peak = peak_mib()?;
    let found =
        (0..count).step_by(97).filter(|&place| list.may_hold(&Digest::Sha256(bytes(place)))).count() as u64;
    if found != count.div_ceil(97) || list.len(Algorithm::Sha256) != count {
        return Err("a hash of the list was not found".into());
    }
    let begun = Instant::now();
    let false_hits =
        (count..count + LOOKUPS).filter(|&place| list.may_hold(&Digest::Sha256(bytes(place)))).count();
    let lookup = begun.elapsed().as_secs_f64() / LOOKUPS as f64;
    // The same with the first eight bytes of each hash in order, which is as small as an exact list gets.
    let mut sorted: Vec<u64> = (0..count).map(|place| u64::from_be_bytes(bytes(place))).collect();
    sorted.sort_unstable();
    let begun = Instant::now();
    let tries = LOOKUPS / 10;
    let hits = (count..count + tries)
        .filter(|&place| sorted.binary_search(&u64::from_be_bytes(bytes(place))).is_ok());
    black_box(hits.count());
    let reference = begun.elapsed().as_secs_f64() / tries as f64;
    println!(
        "{{\"list_mib\":{},\"peak_mib\":{peak},\"build_seconds\":{build},\"lookups\":{LOOKUPS},\"false_hits\":{false_hits},\
         \"lookup_ns\":{},\"reference_ns\":{}}}",
        list.memory() as f64 / f64::from(1 << 20),
        lookup * 1e9,
        reference * 1e9,
    );
    Ok(())
}

fn near(count: u64) -> Result<(), Box<dyn Error>> {
    let mut builder = Builder::default();
    for place in 0..count {
        builder.add(Digest::Pdq(Hash(bytes(place))));
    }
    let list = builder.finish([0; 32]);
    // Hashes of the list with 31 bits flipped.
    let wanted: Vec<Hash> = (0..200)
        .map(|number| {
            let mut hash = Hash(bytes(number * (count / 200).max(1)));
            for bit in 0..31 {
                let bit = (mixed(number) as usize + bit * 8) % 256;
                if let Some(byte) = hash.0.get_mut(bit / 8) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            hash
        })
        .collect();
    let time = |distance: u32, some: usize| {
        let begun = Instant::now();
        let found = wanted
            .iter()
            .take(some)
            .filter(|hash| list.near(hash, distance).iter().any(|near| near.distance <= REACH));
        let found = found.count();
        (begun.elapsed().as_secs_f64() / some as f64, found)
    };
    let (indexed, found) = time(REACH, wanted.len());
    let (compared, also) = time(REACH + 1, 10);
    if (found, also) != (wanted.len(), 10) {
        return Err("a near hash was not found".into());
    }
    println!(
        "{{\"list_mib\":{},\"search_us\":{},\"reference_us\":{}}}",
        list.memory() as f64 / f64::from(1 << 20),
        indexed * 1e6,
        compared * 1e6
    );
    Ok(())
}

fn pdq() -> Result<(), Box<dyn Error>> {
    let (width, height) = (4_000, 3_000);
    let samples: Vec<u8> =
        (0..3 * width * height).map(|place| (mixed(place as u64 / 64) >> 8) as u8).collect();
    let megapixels = (width * height) as f64 / 1e6;
    let (mut best, mut reference) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        let begun = Instant::now();
        black_box(hash(&Picture::new(width, height, Samples::Rgb(&samples))?));
        best = best.min(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        black_box(Sha256::digest(&samples));
        reference = reference.min(begun.elapsed().as_secs_f64());
    }
    println!(
        "{{\"ms_per_megapixel\":{},\"reference_ms\":{}}}",
        best * 1e3 / megapixels,
        reference * 1e3 / megapixels
    );
    Ok(())
}

/// Hashes as the reference's command line tool does, which leaves out pixels of what is larger than this.
fn published(folder: &Path) -> Result<(), Box<dyn Error>> {
    const SIDE: usize = 512;
    const EXPECTED: &str = include_str!("../tests/vectors/pdq/published.txt");
    let mut equal = 0;
    for line in EXPECTED.lines() {
        let (name, expected) = line.split_once(' ').ok_or("a name and a hash are expected")?;
        let bytes = fs::read(folder.join(format!("{name}.ppm")))?;
        let mut parts = bytes.splitn(5, u8::is_ascii_whitespace);
        let mut number = || -> Option<usize> { std::str::from_utf8(parts.next()?).ok()?.parse().ok() };
        let (_, width, height, depth) = (number(), number(), number(), number());
        let (Some(width), Some(height), Some(255)) = (width, height, depth) else {
            return Err("P6, width, height and 255 are expected".into());
        };
        let samples = parts.next().unwrap_or_default();
        let (across, down) = (width.min(SIDE), height.min(SIDE));
        let mut shrunk = Vec::with_capacity(3 * across * down);
        for place in 0..across * down {
            let (x, y) = (place % across * width / across, place / across * height / down);
            let at = 3 * (y * width + x);
            shrunk.extend_from_slice(samples.get(at..at + 3).ok_or("the picture is cut off")?);
        }
        let found = hash(&Picture::new(across, down, Samples::Rgb(&shrunk))?).hash.to_string();
        if found != expected {
            return Err(format!("{name}: {found} where {expected} is published").into());
        }
        equal += 1;
    }
    println!("{{\"equal\":{equal}}}");
    Ok(())
}

fn peak_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
