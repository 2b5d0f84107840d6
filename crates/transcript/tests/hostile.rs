//! Every format against what can happen to a file: cut, re-encoded, its line ends mixed, joined to another, nested
//! without end, one line of many megabytes, noise. Nothing panics, every byte is accounted for, in bounded time and
//! memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use support::{Fixture, Said, fixtures, parser, read, read_in_pieces};
use transcript::encoding::{Detected, Encoding, Mapped, transcode, transcode_as};
use transcript::{
    Directory, Format, Message, Sink, Stream, Structure, Survey, Timeline, Unparsed, Warning, descriptors,
    parse_slice,
};

/// A loaded machine and a debug build; what takes quadratic time takes hours.
const LONGEST: Duration = Duration::from_mins(2);

/// The fixtures of every format that has a reader.
fn readable() -> impl Iterator<Item = Fixture> {
    fixtures().into_iter().filter(|fixture| fixture.format.descriptor().is_some())
}

/// The largest fixture of every format.
fn largest() -> BTreeMap<Format, Fixture> {
    let mut found: BTreeMap<Format, Fixture> = BTreeMap::new();
    for fixture in readable() {
        let known = found.get(&fixture.format).map_or(0, |known| known.bytes.len());
        if fixture.bytes.len() > known {
            found.insert(fixture.format, fixture);
        }
    }
    found
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    assert!(begun.elapsed() < LONGEST, "{what}: {:?}", begun.elapsed());
    result
}

/// At least this many bytes of one thing after the other.
fn repeated(unit: &[u8], len: usize) -> Vec<u8> {
    unit.repeat(len.div_ceil(unit.len().max(1)))
}

#[test]
fn every_format_has_a_fixture() {
    let found = largest();
    let without: Vec<_> =
        descriptors().map(|known| known.format).filter(|format| !found.contains_key(format)).collect();
    assert_eq!(without, [], "formats without a fixture");
}

#[test]
fn cut_at_every_thousandth_byte() {
    for fixture in readable() {
        let long = repeated(&fixture.bytes, 8_000);
        for len in (0..long.len()).step_by(1000) {
            read(fixture.format, &long[..len]);
        }
    }
}

/// What UTF-16 says is what UTF-8 says, and the books balance in the original's bytes.
#[test]
fn in_utf16() {
    for fixture in readable() {
        let Ok(text) = std::str::from_utf8(&fixture.bytes) else { continue };
        let path = fixture.path.display();
        let (plain, _) = read(fixture.format, &fixture.bytes);
        for little in [true, false] {
            let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            let source: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            // Straight to the parser: nonsense, and accounted for.
            read(fixture.format, &source);
            let encoding = if little { Encoding::Utf16Le } else { Encoding::Utf16Be };
            let transcoded =
                transcode_as(&source, Detected { encoding, why: String::new(), inferred: false });
            assert_eq!(transcoded.utf8, fixture.bytes, "{path}");
            let mut said = Said::default();
            let mut parser = parser(fixture.format);
            parse_slice(&mut *parser, &transcoded.utf8, &mut Mapped::new(&transcoded.map, &mut said));
            assert_eq!(said.reached, source.len() as u64, "{path}");
            let texts =
                |said: &Said| said.messages.iter().map(|one| one.text.value.clone()).collect::<Vec<_>>();
            assert_eq!(texts(&said), texts(&plain), "{path}");
        }
    }
}

#[test]
fn in_windows_1252() {
    let mut recognised = 0;
    for fixture in readable() {
        let Ok(text) = std::str::from_utf8(&fixture.bytes) else { continue };
        let (source, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
        read(fixture.format, &source);
        let transcoded = transcode(&source);
        read(fixture.format, &transcoded.utf8);
        if !lost && transcoded.detected.encoding == Encoding::Windows1252 {
            assert_eq!(transcoded.utf8, fixture.bytes, "{}", fixture.path.display());
            recognised += 1;
        }
    }
    assert!(recognised > 0, "no fixture was recognised as Windows-1252");
}

#[test]
fn with_mixed_line_ends() {
    for fixture in readable() {
        let lines: Vec<&[u8]> = fixture.bytes.split(|&byte| byte == b'\n').collect();
        for ends in
            [["\r\n", "\n", "\r"], ["\r", "\r", "\r"], ["\n\r", "\r\r\n", "\u{2028}"], ["\0", "\n\n", " "]]
        {
            let mut mixed = Vec::new();
            for (line, end) in lines.iter().zip(ends.iter().cycle()) {
                mixed.extend_from_slice(line);
                mixed.extend_from_slice(end.as_bytes());
            }
            let (whole, _) = read(fixture.format, &mixed);
            let (pieces, _) = read_in_pieces(fixture.format, &mixed, 5);
            assert_eq!(pieces.joined(), whole.joined(), "{} with {ends:?}", fixture.path.display());
        }
    }
}

#[test]
fn nested_ten_thousand_deep() {
    for fixture in largest().values() {
        for unit in ["[", "{\"a\":", "[{\"messages\":[", "<div>", "<sms><mms>", "(", "\"", "> "] {
            let deep = unit.repeat(10_000);
            let at = fixture.bytes.len() / 2;
            let middle = [&fixture.bytes[..at], deep.as_bytes(), &fixture.bytes[at..]].concat();
            for bytes in [deep.as_bytes(), &middle] {
                timed(&format!("{:?} of {unit}", fixture.format), || read(fixture.format, bytes));
            }
        }
    }
}

/// What stands wholly in the first of two files is what that file says alone.
#[test]
fn two_formats_in_one_file() {
    let all = largest();
    for first in all.values() {
        let (alone, _) = read(first.format, &first.bytes);
        for second in all.values() {
            let both = [&first.bytes[..], &second.bytes[..]].concat();
            let (said, _) = read(first.format, &both);
            for message in &said.messages {
                if message.source.end() < first.bytes.len() as u64 {
                    let same = alone.messages.iter().any(|other| {
                        other.source.start() == message.source.start()
                            && other.text.value == message.text.value
                    });
                    let [one, other] = [first, second].map(|fixture| fixture.path.display());
                    assert!(same, "{one} and {other}: a message from nowhere: {message:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn noise(bytes in proptest::collection::vec(any::<u8>(), 0..1500)) {
        for descriptor in descriptors() {
            read(descriptor.format, &bytes);
        }
    }

    #[test]
    fn noise_in_a_good_file(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        for fixture in largest().into_values() {
            let mut bytes = fixture.bytes;
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            read(fixture.format, &bytes);
        }
    }

    #[test]
    fn pieces_out_of_place(cuts in proptest::collection::vec(any::<prop::sample::Index>(), 2..6)) {
        for fixture in largest().into_values() {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(fixture.bytes.len())).collect();
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).rev().map(|pair| &fixture.bytes[pair[0]..pair[1]]).collect();
            read(fixture.format, &pieces.concat());
        }
    }
}

/// A sink that keeps nothing.
#[derive(Default)]
struct Length(u64);

impl Sink for Length {
    fn message(&mut self, message: &Message<'_>, _: &Directory) {
        self.0 += message.source.len();
    }
    fn structure(&mut self, structure: Structure) {
        self.0 += structure.at.len();
    }
    fn unparsed(&mut self, unparsed: Unparsed) {
        self.0 += unparsed.at.len();
    }
    fn warning(&mut self, _: Warning) {}
}

/// A line of `/proc/self/status`, in KiB.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let rest = status.lines().find_map(|found| found.strip_prefix(line))?;
    rest.trim_start_matches(':').trim().trim_end_matches(" kB").parse().ok()
}

/// Long things in the middle of a fixture: one line without an end, and many of what is smallest.
const LONG: &[&str] = &["a"];
const MANY: &[&str] = &[
    "\n",
    "{},",
    "[],",
    "1,",
    "\"\",",
    "{\"a\":1},",
    "\"a\\n\"",
    "<a>",
    "<a/>",
    "</a>",
    "&#1;",
    "<p></p>",
    "a: b\n",
    ",,\n",
    "\t",
    "=\n",
    "From \n",
    "\u{200e}[1/1/23, 1:01:01] a: b\r\n",
    "1/1/23, 1:01 - a: b\n",
    "\\",
    "\u{e9}",
];

/// The peak of memory is the process's, so that every format has a process of its own.
#[test]
fn in_bounded_memory_and_time() {
    if memory("VmHWM").is_none() {
        return;
    }
    let formats: Mutex<Vec<Format>> = Mutex::new(largest().into_keys().collect());
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(format) = formats.lock().unwrap().pop() else { return };
                    failures.lock().unwrap().extend(child(format));
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What a process of its own says of this format.
fn child(format: Format) -> Option<String> {
    let name = serde_json::to_string(&format).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_reads_long_sources", "--ignored", "--nocapture", "--test-threads=1"])
        .env("HOSTILE_FORMAT", &name)
        // What is given back to the allocator is given back to the system: the next source is measured from there.
        .env("MALLOC_TRIM_THRESHOLD_", "65536")
        .env("MALLOC_MMAP_THRESHOLD_", "65536")
        .output()
        .unwrap();
    if output.status.success() {
        return None;
    }
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let told: Vec<&str> = text.lines().filter(|line| line.contains("hostile:")).collect();
    Some(format!("{name}: {}", if told.is_empty() { text } else { told.join("\n") }))
}

/// So many bytes of what is smallest, in the middle of a fixture.
const FLOOD: usize = 512 << 10;
/// What an array of a JSON export may be flooded with.
const ELEMENTS: &[&str] = &["{},", "\"a\",", "1,"];

/// Sources that consist of what is smallest, made from a fixture: anything at all in its middle; its smallest message
/// over and over, with one sender and with as many senders as messages; every list of it without end.
fn floods(fixture: &Fixture) -> Vec<(String, Vec<u8>)> {
    let bytes = &fixture.bytes;
    let middle = bytes.len() / 2;
    let middle =
        bytes[..middle].iter().rposition(|&byte| byte == b'\n' || byte == b',').map_or(middle, |at| at + 1);
    let with = |at: usize, flood: &[u8]| [&bytes[..at], flood, &bytes[at..]].concat();
    let mut floods: Vec<(String, Vec<u8>)> = MANY
        .iter()
        .map(|unit| (format!("{unit:?}"), with(middle, &repeated(unit.as_bytes(), FLOOD))))
        .collect();

    let (said, directory) = read(fixture.format, bytes);
    let pairs = said.messages.windows(2).filter(|pair| pair[0].source.end() <= pair[1].source.start());
    if let Some(pair) = pairs.min_by_key(|pair| pair[1].source.start() - pair[0].source.start()) {
        let [from, to] = [&pair[0], &pair[1]].map(|one| usize::try_from(one.source.start()).unwrap());
        let unit = &bytes[from..to];
        floods.push(("its smallest message".to_owned(), with(from, &repeated(unit, FLOOD))));
        let sender =
            pair[0].sender.and_then(|sender| directory.participant(sender)).cloned().unwrap_or_default();
        let name = sender.display_name.or(sender.handle).or(sender.platform_id).unwrap_or_default();
        if let Some(at) = memchr::memmem::find(unit, name.as_bytes()).filter(|_| !name.is_empty()) {
            let mut flood = Vec::new();
            for number in 0.. {
                flood.extend_from_slice(&unit[..at]);
                write!(flood, "{number:x}").unwrap();
                flood.extend_from_slice(&unit[at + name.len()..]);
                if flood.len() > FLOOD {
                    break;
                }
            }
            floods.push(("its smallest message from ever new senders".to_owned(), with(from, &flood)));
        }
    }

    let mut keys = BTreeSet::new();
    for bracket in memchr::memchr_iter(b'[', bytes) {
        let before = bytes[..bracket].trim_ascii_end();
        let Some(before) = before.strip_suffix(b":") else { continue };
        let key = before.rsplit(|&byte| byte == b'"').nth(1).unwrap_or_default();
        if keys.insert(key) {
            for element in ELEMENTS {
                let name = format!("{element:?} in {}", String::from_utf8_lossy(key));
                floods.push((name, with(bracket + 1, &repeated(element.as_bytes(), FLOOD))));
            }
        }
    }
    floods
}

/// A sink that keeps what tells whether messages are those of the fixture.
#[derive(Default)]
struct Texts {
    length: Length,
    kept: BTreeSet<String>,
    longest: u64,
}

impl Sink for Texts {
    fn message(&mut self, message: &Message<'_>, directory: &Directory) {
        self.longest = self.longest.max(message.source.len());
        if message.text.value.len() < 1 << 20 {
            self.kept.insert(message.text.value.clone().into_owned());
        }
        self.length.message(message, directory);
    }
    fn structure(&mut self, structure: Structure) {
        self.length.structure(structure);
    }
    fn unparsed(&mut self, unparsed: Unparsed) {
        self.length.unparsed(unparsed);
    }
    fn warning(&mut self, _: Warning) {}
}

/// A text without end, longer than what a stream holds at once: what stands before and behind it is read, the rest is
/// told, and the memory is that of a piece. `cargo run --example yardstick line` does the same with a gigabyte.
#[test]
fn a_line_longer_than_a_stream_holds() {
    const LINE: usize = transcript::LONGEST_PIECE * 9 / 4;
    let formats = [
        (Format::Whatsapp, "android-en-gb.txt"),
        (Format::TelegramJson, "media.json"),
        (Format::Line, "en_ios.txt"),
        (Format::SignalText, "sigtop.txt"),
        (Format::MessengerJson, ""),
    ];
    for (format, name) in formats {
        let found = readable().filter(|fixture| fixture.format == format);
        let fixture = found.filter(|fixture| fixture.path.ends_with(name) || name.is_empty()).last().unwrap();
        let (whole, _) = read(format, &fixture.bytes);
        let long = |one: &&transcript::OwnedMessage| one.text.at.is_some_and(|at| at.len() > 3);
        let inside: Vec<_> = whole.messages.iter().filter(long).collect();
        let at = inside[inside.len() / 2];
        let split = usize::try_from(at.text.at.unwrap().start() + 1).unwrap();
        let (before, behind) = fixture.bytes.split_at(split);
        let piece = vec![b'a'; 1 << 20];
        let pieces = || {
            let line = std::iter::repeat_n(&piece[..], LINE / piece.len());
            std::iter::once(before).chain(line).chain(std::iter::once(behind))
        };
        let mut parser = parser(format);
        if parser.surveys() {
            let mut survey = Survey::new(&mut *parser);
            pieces().for_each(|piece| survey.push(piece));
            survey.finish();
        }
        let mut said = Texts::default();
        let mut stream = Stream::new(&mut *parser, &mut said);
        pieces().for_each(|piece| stream.push(piece));
        stream.finish();
        assert_eq!(
            said.length.0,
            (fixture.bytes.len() + LINE / piece.len() * piece.len()) as u64,
            "{format:?}"
        );
        assert!(said.longest <= transcript::LONGEST_PIECE as u64 + (1 << 20), "{format:?}");
        let lost = whole.messages.iter().filter(|one| !said.kept.contains(&*one.text.value)).count();
        // The message itself, and those that cannot be told from its rest.
        assert!(lost <= 2, "{format:?}: {lost} of {} messages are lost", whole.messages.len());
    }
}

#[test]
#[ignore = "started by in_bounded_memory_and_time, once for every format"]
fn child_that_reads_long_sources() {
    let Ok(name) = std::env::var("HOSTILE_FORMAT") else { return };
    let format: Format = serde_json::from_str(&name).unwrap();
    let fixture = largest().remove(&format).unwrap();
    let mut sources = floods(&fixture);
    for unit in LONG {
        let at = fixture.bytes.len() / 2;
        let line = repeated(unit.as_bytes(), 20 << 20);
        sources.push((format!("{unit:?}"), [&fixture.bytes[..at], &line[..], &fixture.bytes[at..]].concat()));
    }
    sources.push(("the whole file".to_owned(), repeated(&fixture.bytes, FLOOD)));
    let mut failures = Vec::new();
    for (what, bytes) in sources {
        failures.extend(read_long(format, &what, &bytes));
    }
    for failure in &failures {
        println!("hostile: {failure}");
    }
    assert!(failures.is_empty());
}

/// Beside eight times the source, in KiB: what a reader takes for itself whatever it reads (tables, one piece of a
/// stream, notes of which thousands are kept one by one).
const CONSTANT: u64 = 2 << 10;

/// Reads in every way, and says what took too much.
fn read_long(format: Format, what: &str, bytes: &[u8]) -> Option<String> {
    // What an earlier source peaked at says nothing of this one.
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = memory("VmRSS")?;
    let begun = Instant::now();
    let mut whole = Length::default();
    parse_slice(&mut *parser(format), bytes, &mut whole);
    assert_eq!(whole.0, bytes.len() as u64);
    let streamed = memory("VmHWM")?.saturating_sub(before);
    let timeline = Timeline::read(&mut *parser(format), bytes);
    let messages = timeline.len();
    drop(timeline);
    let mut cut = Length::default();
    let mut parser = parser(format);
    if parser.surveys() {
        let mut survey = Survey::new(&mut *parser);
        bytes.chunks(1 << 20).for_each(|piece| survey.push(piece));
        survey.finish();
    }
    let mut stream = Stream::new(&mut *parser, &mut cut);
    bytes.chunks(1 << 20).for_each(|piece| stream.push(piece));
    stream.finish();
    assert_eq!(cut.0, bytes.len() as u64);
    let taken = begun.elapsed();
    let grown = memory("VmHWM")?.saturating_sub(before);
    let len = bytes.len() as u64 >> 10;
    if grown > 8 * len + CONSTANT || taken > LONGEST {
        let times = (grown.saturating_sub(CONSTANT)) / len;
        return Some(format!(
            "{what}: {len} KiB with {messages} messages took {grown} KiB more, {times} times ({streamed} without a timeline), and {taken:?}"
        ));
    }
    None
}
