//! The corpora of the fuzz targets `csv`, `lines` and `mail`, replayed: what once was found stays found.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use transcript::{CsvColumn, CsvMapping, Format, checked, csv_mapped};

fn replay(target: &str, run: impl Fn(&[u8], usize)) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut inputs = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let input = std::fs::read(entry.unwrap().path()).unwrap();
        for piece in [1, 13, 200] {
            run(&input, piece);
        }
        inputs += 1;
    }
    assert!(inputs > 0, "the corpus of {target} is empty");
}

#[test]
fn csv() {
    let mapping = CsvMapping { text: Some(CsvColumn::Number(2)), ..CsvMapping::default() };
    replay("csv", |input, piece| {
        for format in [Format::Csv, Format::DiscordPackageCsv, Format::Kik, Format::Viber] {
            checked::read(format, input, piece);
        }
        checked::read_with(|| csv_mapped(mapping.clone()), input, piece);
    });
}

#[test]
fn lines() {
    replay("lines", |input, piece| {
        for format in [Format::ImessageText, Format::Line, Format::TiktokText, Format::SignalText] {
            checked::read(format, input, piece);
        }
    });
}

#[test]
fn mail() {
    replay("mail", |input, piece| {
        for format in [Format::Eml, Format::Mbox] {
            checked::read(format, input, piece);
        }
    });
}
