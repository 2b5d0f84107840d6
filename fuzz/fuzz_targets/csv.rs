//! Reads the input as every format that is a table, with a mapping too, whole and in pieces; see `transcript::checked`.
#![no_main]

use transcript::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, Format, checked, csv_mapped};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let piece = input.first().copied().map_or(1, usize::from);
    for format in [Format::Csv, Format::DiscordPackageCsv, Format::Kik, Format::Viber] {
        checked::read(format, input, piece);
    }
    let column = |number| Some(CsvColumn::Number(number));
    let mapping = CsvMapping {
        heading: piece % 2 == 0,
        time: Some(CsvTime {
            column: CsvColumn::Number(1),
            clock: None,
            order: CsvOrder::Found,
            zone: CsvZone::Unstated,
        }),
        sender: column(2),
        text: column(3),
        ..CsvMapping::default()
    };
    checked::read_with(|| csv_mapped(mapping.clone()), input, piece);
});
