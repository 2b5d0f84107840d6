//! `cargo xtask bench media`: lists of ten million hashes, PDQ, two exports of one conversation.

use std::process::Command;

use clap::Args;
use serde::Deserialize;

use super::Figures;
use crate::error::Error;
use crate::shell;

/// Options of the measurement.
#[derive(Debug, Args)]
pub(crate) struct MediaOptions {
    /// How many hashes the list has.
    #[arg(long, default_value_t = 10_000_000)]
    hashes: u32,
    /// How many PDQ hashes are searched by distance.
    #[arg(long, default_value_t = 1_000_000)]
    pdq: u32,
    /// How many messages the two exports have.
    #[arg(long, default_value_t = 100_000)]
    messages: u32,
}

#[derive(Debug, Deserialize)]
struct HashList {
    list_mib: f64,
    peak_mib: f64,
    build_seconds: f64,
    lookups: f64,
    false_hits: f64,
    lookup_ns: f64,
    reference_ns: f64,
}

#[derive(Debug, Deserialize)]
struct Near {
    list_mib: f64,
    search_us: f64,
    reference_us: f64,
}

#[derive(Debug, Deserialize)]
struct Pdq {
    ms_per_megapixel: f64,
    reference_ms: f64,
}

#[derive(Debug, Deserialize)]
struct Align {
    unexplained: u32,
    ms: f64,
    reading_ms: f64,
    peak_mib: f64,
}

/// Measures one thing at a time, each in a process of its own.
pub(super) fn measure(options: &MediaOptions) -> Result<Figures, Error> {
    let of_media = ["build", "--release", "--package", "media", "--example", "media_yardstick"];
    let of_transcript =
        ["build", "--release", "--package", "transcript", "--features", "sample", "--example", "yardstick"];
    let examples = shell::target().join("release").join("examples");
    let (of_lists, of_chats) = (examples.join("media_yardstick"), examples.join("yardstick"));
    let mut figures = Figures::default();

    shell::run(shell::cargo().args(of_media))?;
    println!("a list of {} hashes …", options.hashes);
    let list: HashList =
        super::json(Command::new(&of_lists).args(["hashlist", &options.hashes.to_string()]))?;
    // What the same SHA-256 take as they are.
    let plain = f64::from(options.hashes) * 32.0 / f64::from(1 << 20);
    figures.add_against("hash_list_mib", list.list_mib, "MiB", plain);
    figures.add_against("hash_list_import_peak_mib", list.peak_mib, "MiB", plain);
    figures.add("hash_list_build_s", list.build_seconds, "s");
    let stated = 1e6 / 4_294_967_296.0;
    figures.add_against("false_positive_rate_ppm", list.false_hits * 1e6 / list.lookups, "ppm", stated);
    figures.add_against("hash_list_lookup_ns", list.lookup_ns, "ns", list.reference_ns);

    println!("{} PDQ hashes …", options.pdq);
    let near: Near = super::json(Command::new(&of_lists).args(["near", &options.pdq.to_string()]))?;
    figures.add_against(
        "pdq_index_1m_mib",
        near.list_mib,
        "MiB",
        f64::from(options.pdq) * 32.0 / f64::from(1 << 20),
    );
    figures.add_against("pdq_search_1m_us", near.search_us, "µs", near.reference_us);
    let pdq: Pdq = super::json(Command::new(&of_lists).arg("pdq"))?;
    figures.add_against("pdq_ms_per_megapixel", pdq.ms_per_megapixel, "ms", pdq.reference_ms);

    shell::run(shell::cargo().args(of_transcript))?;
    println!("two exports of {} messages …", options.messages);
    let align: Align = super::json(Command::new(&of_chats).args(["align", &options.messages.to_string()]))?;
    if align.unexplained == 0 {
        return Err(Error::unexpected("align", "no alteration was found"));
    }
    figures.add_against("align_100k_ms", align.ms, "ms", align.reading_ms);
    figures.add("align_100k_peak_mib", align.peak_mib, "MiB");
    Ok(figures)
}
