//! One measurement of `cargo xtask bench transcript`, in a process of its own so that its memory is its own.
//!
//! `yardstick write whatsapp|telegram MEGABYTES FILE` generates a chat, `yardstick packet MESSAGES FOLDER` four exports
//! with so many messages in all; `yardstick batch FILE` and
//! `yardstick stream FILE` read one and print JSON: messages, seconds of the best of five, peak resident MiB.
//! `yardstick line FILE MEGABYTES` streams one with a text of so many megabytes without an end of line in its middle.
//! `yardstick align MESSAGES` holds two exports of one conversation against each other.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a tool whose output another reads")]

use std::error::Error;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

use jiff::tz::TimeZone;
use transcript::align::{Side, compare};
use transcript::sample::pair::{Exporter, What, conversation, export};
use transcript::sample::{Sample, WhatsappStyle, telegram, whatsapp};
use transcript::{Directory, HEAD, Message, Parser, Sink, Stream, Survey, Timeline, Unparsed, recognise};

const SEED: u64 = 20_240_601;
const PIECE: usize = 256 << 10;
const RUNS: usize = 5;

#[derive(Default)]
struct Count {
    messages: u64,
    unparsed: u64,
}

impl Sink for Count {
    fn message(&mut self, message: &Message<'_>, _: &Directory) {
        self.messages += 1;
        std::hint::black_box(&message.text);
    }
    fn unparsed(&mut self, unparsed: Unparsed) {
        self.unparsed += unparsed.at.len();
    }
    fn warning(&mut self, _: transcript::Warning) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", name, megabytes, file] => {
            let bytes = megabytes.parse::<usize>()? * 1_000_000;
            let sample = match *name {
                "whatsapp" => whatsapp(WhatsappStyle::Android, bytes, SEED),
                "telegram" => telegram(bytes, SEED),
                other => return Err(format!("no sample called {other}").into()),
            };
            fs::write(file, &sample.bytes)?;
            println!("{{\"messages\":{}}}", sample.messages);
            Ok(())
        }
        ["packet", messages, folder] => packet(messages.parse()?, Path::new(folder)),
        ["batch", file] => {
            let bytes = fs::read(file)?;
            report(|| Ok((Timeline::read(&mut *parser(&bytes)?, &bytes).len() as u64, 0)))
        }
        ["stream", file] => report(|| stream(file)),
        ["line", file, megabytes] => line(&fs::read(file)?, megabytes.parse()?),
        ["align", messages] => align(messages.parse()?),
        _ => Err("write NAME MEGABYTES FILE, packet MESSAGES FOLDER, batch FILE, stream FILE, line FILE MEGABYTES \
                  or align MESSAGES"
            .into()),
    }
}

/// Four exports of one phone's chats, a quarter of the messages in each, as nearly as whole messages allow.
fn packet(messages: u64, folder: &Path) -> Result<(), Box<dyn Error>> {
    let sized = |make: &dyn Fn(usize) -> Sample| {
        let wanted = messages / 4;
        let probe = make(1 << 20);
        let each = probe.bytes.len() as u64 / probe.messages;
        let mut size = usize::try_from(wanted * each).unwrap_or(usize::MAX);
        loop {
            let sample = make(size);
            if sample.messages >= wanted {
                break sample;
            }
            size += size / 100 + 64;
        }
    };
    let samples = [
        ("WhatsApp Chat with Team.txt", sized(&|size| whatsapp(WhatsappStyle::Android, size, SEED))),
        ("_chat.txt", sized(&|size| whatsapp(WhatsappStyle::Ios, size, SEED + 1))),
        ("result.json", sized(&|size| telegram(size, SEED + 2))),
        ("result (2).json", sized(&|size| telegram(size, SEED + 3))),
    ];
    fs::create_dir_all(folder)?;
    let mut all = 0;
    for (name, sample) in samples {
        fs::write(folder.join(name), &sample.bytes)?;
        all += sample.messages;
    }
    println!("{{\"messages\":{all}}}");
    Ok(())
}

/// Telegram and WhatsApp, one message in a hundred altered; the time beside that of reading both.
fn align(messages: usize) -> Result<(), Box<dyn Error>> {
    let zone = TimeZone::get("Europe/London")?;
    let said = conversation(messages, 1_500_000_000, SEED);
    let mut altered = said.clone();
    for message in altered.iter_mut().skip(50).step_by(100) {
        message.what = What::Text("another text, which stands in one of the two alone".to_owned());
    }
    let first = export(&said, Exporter::Telegram, &zone);
    let second = export(&altered, Exporter::WhatsappAndroid, &zone);
    let (mut best, mut reading, mut unexplained) = (f64::INFINITY, f64::INFINITY, 0);
    for _ in 0..RUNS {
        let begun = Instant::now();
        let one = Timeline::read(&mut *parser(&first)?, &first);
        let other = Timeline::read(&mut *parser(&second)?, &second);
        reading = reading.min(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let comparison = compare(&Side::of(&one), &Side::of(&other));
        best = best.min(begun.elapsed().as_secs_f64());
        unexplained = comparison.conversations.iter().map(|chat| chat.counts.unexplained).sum();
    }
    println!(
        "{{\"unexplained\":{unexplained},\"ms\":{},\"reading_ms\":{},\"peak_mib\":{}}}",
        best * 1e3,
        reading * 1e3,
        peak_mib()?
    );
    Ok(())
}

fn parser(head: &[u8]) -> Result<Box<dyn Parser>, Box<dyn Error>> {
    let best = recognise(head.get(..HEAD).unwrap_or(head)).into_iter().next().ok_or("not recognised")?;
    Ok((best.format.descriptor().ok_or("no reader")?.parser)())
}

fn stream(path: &str) -> Result<(u64, u64), Box<dyn Error>> {
    let mut piece = vec![0; PIECE];
    let mut head = Vec::new();
    File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
    let mut parser = parser(&head)?;
    if parser.surveys() {
        let mut survey = Survey::new(&mut *parser);
        each_piece(path, &mut piece, |piece| survey.push(piece))?;
        survey.finish();
    }
    let mut count = Count::default();
    let mut stream = Stream::new(&mut *parser, &mut count);
    each_piece(path, &mut piece, |piece| stream.push(piece))?;
    stream.finish();
    Ok((count.messages, count.unparsed))
}

/// Streams an export in the middle of which one text has so many megabytes without an end of line.
fn line(export: &[u8], megabytes: usize) -> Result<(), Box<dyn Error>> {
    let timeline = Timeline::read(&mut *parser(export)?, export);
    let spans: Vec<_> =
        timeline.messages().filter_map(|message| message.text.at).filter(|at| at.len() > 3).collect();
    let middle = spans.get(spans.len() / 2).ok_or("no text stands in this export as it is")?.start() + 1;
    let (before, behind) = export.split_at(usize::try_from(middle)?);
    let piece = vec![b'a'; 1_000_000];
    let mut parser = parser(export)?;
    let pieces = || [before].into_iter().chain((0..megabytes).map(|_| &*piece)).chain([behind]);
    let begun = Instant::now();
    if parser.surveys() {
        let mut survey = Survey::new(&mut *parser);
        for piece in pieces() {
            survey.push(piece);
        }
        survey.finish();
    }
    let mut count = Count::default();
    let mut stream = Stream::new(&mut *parser, &mut count);
    for piece in pieces() {
        stream.push(piece);
    }
    stream.finish();
    println!("{{\"of_messages\":{}}}", timeline.len());
    print(begun.elapsed().as_secs_f64(), (count.messages, count.unparsed))
}

fn each_piece(path: &str, piece: &mut [u8], mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    loop {
        match file.read(piece)? {
            0 => return Ok(()),
            read => take(piece.get(..read).unwrap_or_default()),
        }
    }
}

fn report(mut run: impl FnMut() -> Result<(u64, u64), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let (mut best, mut found) = (f64::INFINITY, (0, 0));
    for _ in 0..RUNS {
        let begun = Instant::now();
        found = run()?;
        best = best.min(begun.elapsed().as_secs_f64());
    }
    print(best, found)
}

fn print(seconds: f64, (messages, unparsed): (u64, u64)) -> Result<(), Box<dyn Error>> {
    println!(
        "{{\"messages\":{messages},\"unparsed\":{unparsed},\"seconds\":{seconds},\"peak_mib\":{}}}",
        peak_mib()?
    );
    Ok(())
}

fn peak_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
