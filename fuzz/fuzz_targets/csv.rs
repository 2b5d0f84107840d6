//! Reads the input as every format that is a table, with a mapping too; see `safehand_fuzz::read_with`.
#![no_main]

use transcript::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, Format, csv_mapped};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    safehand_fuzz::read(&[Format::Csv, Format::DiscordPackageCsv, Format::Kik, Format::Viber], input);
    if !safehand_fuzz::wanted(Format::Csv) {
        return;
    }
    let column = |number| Some(CsvColumn::Number(number));
    let mapping = CsvMapping {
        heading: input.first().is_some_and(|first| first % 2 == 0),
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
    safehand_fuzz::read_with(|| csv_mapped(mapping.clone()), input);
});
