//! Times the readers on a generated chat: `cargo run --release -p transcript --features sample --example speed --
//! whatsapp 100`. Beside them, in the same process, a count of the newlines.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a tool that prints measurements")]

use std::hint::black_box;
use std::time::Instant;

use transcript::sample::{Sample, WhatsappStyle, telegram, whatsapp};
use transcript::{
    Directory, Format, Message, Parser, Sink, Stream, Structure, Survey, Timeline, Unparsed, Warning,
};

const SEED: u64 = 20_240_601;
const PIECE: usize = 256 << 10;
const RUNS: usize = 5;

#[derive(Default)]
struct Count {
    messages: u64,
    written: u64,
    bytes: u64,
    unparsed: u64,
    warnings: u64,
}

impl Sink for Count {
    fn message(&mut self, message: &Message<'_>, _: &Directory) {
        self.messages += 1;
        self.written += u64::from(message.sender.is_some());
        self.bytes += message.text.value.len() as u64;
    }
    fn structure(&mut self, _: Structure) {}
    fn unparsed(&mut self, unparsed: Unparsed) {
        self.unparsed += unparsed.at.len();
    }
    fn warning(&mut self, _: Warning) {
        self.warnings += 1;
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let name = arguments.get(1).map_or("whatsapp", String::as_str);
    let megabytes: usize = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(100);
    let (format, sample) = match name {
        "whatsapp" => (Format::Whatsapp, whatsapp(WhatsappStyle::Android, megabytes << 20, SEED)),
        "whatsapp-us" => (Format::Whatsapp, whatsapp(WhatsappStyle::AndroidUs, megabytes << 20, SEED)),
        "whatsapp-ios" => (Format::Whatsapp, whatsapp(WhatsappStyle::Ios, megabytes << 20, SEED)),
        "telegram" => (Format::TelegramJson, telegram(megabytes << 20, SEED)),
        other => {
            println!("no sample called {other}");
            return;
        }
    };
    measure(format, &sample);
}

fn measure(format: Format, sample: &Sample) {
    let Some(descriptor) = format.descriptor() else { return };
    let bytes = sample.bytes.as_slice();
    println!("{}: {} bytes, {} messages", descriptor.name, bytes.len(), sample.messages);
    time("newlines counted", bytes, || memchr::memchr_iter(b'\n', bytes).count() as u64);
    if format == Format::TelegramJson {
        time("serde_json, all ignored", bytes, || {
            u64::from(serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok())
        });
    }
    time("first pass", bytes, || {
        let mut parser = (descriptor.parser)();
        survey(&mut *parser, bytes);
        0
    });
    time("both passes, counted", bytes, || {
        let mut count = Count::default();
        let mut parser = (descriptor.parser)();
        transcript::parse_slice(&mut *parser, bytes, &mut count);
        count.messages
    });
    time("both passes, in pieces", bytes, || {
        let mut count = Count::default();
        let mut parser = (descriptor.parser)();
        survey(&mut *parser, bytes);
        let mut stream = Stream::new(&mut *parser, &mut count);
        bytes.chunks(PIECE).for_each(|piece| stream.push(piece));
        stream.finish();
        count.messages
    });
    time("timeline in memory", bytes, || Timeline::read(&mut *(descriptor.parser)(), bytes).len() as u64);
}

fn survey(parser: &mut dyn Parser, bytes: &[u8]) {
    if parser.surveys() {
        let mut survey = Survey::new(parser);
        bytes.chunks(PIECE).for_each(|piece| survey.push(piece));
        survey.finish();
    }
}

fn time(what: &str, bytes: &[u8], mut run: impl FnMut() -> u64) {
    let mut best = f64::INFINITY;
    let mut result = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        result = black_box(run());
        best = best.min(start.elapsed().as_secs_f64());
    }
    let rate = bytes.len() as f64 / best / 1e6;
    println!("{what:24} {:8.1} ms {rate:8.1} MB/s   {result}", best * 1e3);
}
