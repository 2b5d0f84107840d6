//! Tables: rendered and read again, with a mapping and without, and what hostile ones do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::format_push_string)]

mod support;

use proptest::prelude::*;
use support::{Said, read, read_in_pieces};
use transcript::{
    CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, Directory, Format, Reading, Stream, Survey,
    csv_mapped, parse_slice,
};

fn quoted(text: &str, separator: char, always: bool) -> String {
    if always || text.contains([separator, '"', '\n', '\r']) || text.starts_with('=') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn mapped(mapping: &CsvMapping, bytes: &[u8]) -> (Said, Directory) {
    let mut said = Said::default();
    let directory = parse_slice(&mut *csv_mapped(mapping.clone()), bytes, &mut said);
    assert_eq!(said.reached, bytes.len() as u64);
    for size in [1, 13] {
        let (mut parser, mut pieces) = (csv_mapped(mapping.clone()), Said::default());
        if parser.surveys() {
            let mut survey = Survey::new(&mut *parser);
            bytes.chunks(size).for_each(|piece| survey.push(piece));
            survey.finish();
        }
        let mut stream = Stream::new(&mut *parser, &mut pieces);
        bytes.chunks(size).for_each(|piece| stream.push(piece));
        stream.finish();
        assert_eq!(pieces.joined(), said.clone().joined(), "in pieces of {size}");
    }
    (said, directory)
}

fn mapping() -> CsvMapping {
    CsvMapping {
        time: Some(CsvTime {
            column: CsvColumn::Named("When".to_owned()),
            clock: None,
            order: CsvOrder::Found,
            zone: CsvZone::Unstated,
        }),
        sender: Some(CsvColumn::Named("Who".to_owned())),
        text: Some(CsvColumn::Number(3)),
        conversation: Some(CsvColumn::Named("Chat".to_owned())),
        attachment: Some(CsvColumn::Named("File".to_owned())),
        id: Some(CsvColumn::Named("Number".to_owned())),
        ..CsvMapping::default()
    }
}

const HEADING: &str = "When,Who,What,Chat,File,Number,Mood\n";

#[test]
fn every_column_of_a_mapping_is_kept() {
    let source = format!(
        "{HEADING}17/08/2014 9:05 PM,Ann,\"Kick-off, at \"\"ten\"\"\",Team,pitch.jpg,7,glad\n03/04/2014,Ben,,Home,,8,\n"
    );
    let (said, directory) = mapped(&mapping(), source.as_bytes());
    let [first, second] = said.messages.as_slice() else { panic!("{said:#?}") };
    assert_eq!(first.text.value, "Kick-off, at \"ten\"");
    assert_eq!(first.sent.reading, Reading::Local("2014-08-17T21:05".parse().unwrap()));
    assert_eq!(
        second.sent.reading,
        Reading::Local("2014-04-03T00:00".parse().unwrap()),
        "the first row shows the order"
    );
    let extras = first.extras.as_ref().unwrap();
    assert_eq!(extras.id.as_deref(), Some("7"));
    assert_eq!(extras.attachments[0].name.as_deref(), Some("pitch.jpg"));
    assert_eq!((&*extras.details[0].name, &*extras.details[0].value), ("Mood", "glad"));
    assert_eq!(directory.conversation(second.conversation).unwrap().title.as_deref(), Some("Home"));
    assert_eq!(directory.participants().len(), 2);
}

#[test]
fn an_order_or_a_zone_stated_is_followed_and_never_invented() {
    let source = format!("{HEADING}03/04/2014 10:00,Ann,Rain,,,,\n");
    let reading = |mapping: &CsvMapping| mapped(mapping, source.as_bytes()).0.messages[0].sent.reading;
    let mut mapping = mapping();
    assert!(matches!(reading(&mapping), Reading::Ambiguous { .. }));
    mapping.time.as_mut().unwrap().order = CsvOrder::MonthFirst;
    assert_eq!(reading(&mapping), Reading::Local("2014-03-04T10:00".parse().unwrap()));
    mapping.time.as_mut().unwrap().zone = CsvZone::Offset(-300);
    assert_eq!(format!("{:?}", reading(&mapping)), "Instant(2014-03-04T15:00:00Z, Reader)");
    let source = "t;who\n1400000000;Ann\n";
    let mapping = CsvMapping {
        time: Some(CsvTime {
            column: CsvColumn::Number(1),
            clock: None,
            order: CsvOrder::Found,
            zone: CsvZone::EpochSeconds,
        }),
        ..CsvMapping::default()
    };
    let (said, _) = mapped(&mapping, source.as_bytes());
    assert_eq!(format!("{:?}", said.messages[0].sent.reading), "Instant(2014-05-13T16:53:20Z, Epoch)");
}

#[test]
fn a_mapping_that_does_not_fit_says_which_columns_there_are() {
    let mapping = CsvMapping { text: Some(CsvColumn::Named("Body".to_owned())), ..CsvMapping::default() };
    let (said, _) = mapped(&mapping, format!("{HEADING}a,b,c,d,e,f,g\n").as_bytes());
    assert!(said.messages.is_empty());
    let reason = &said.unparsed[0].reason;
    assert!(reason.contains("\"Body\"") && reason.contains("\"What\""), "{reason}");
}

#[test]
fn a_mapping_survives_being_written_down() {
    let written = serde_json::to_string(&mapping()).unwrap();
    assert_eq!(serde_json::from_str::<CsvMapping>(&written).unwrap(), mapping());
    assert!(
        serde_json::from_str::<CsvMapping>(r#"{"texts": 1}"#).is_err(),
        "a name mistyped must not go unnoticed"
    );
}

proptest! {
    #[test]
    fn rendered_and_read_again(
        rows in prop::collection::vec(("[^\\x00]{0,20}", "[a-z ,;\"\n\t=]{0,30}", 0_u32..2_000_000_000), 1..20),
        separator in prop::sample::select(vec![',', ';', '\t']),
        always in any::<bool>(),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut source = ["When", "Who", "What", "Extra"].map(|name| quoted(name, separator, always)).join(&separator.to_string());
        source.push_str(end);
        for (who, what, when) in &rows {
            let cells = [when.to_string(), who.clone(), what.clone(), "x".to_owned()];
            source += &cells.map(|cell| quoted(&cell, separator, always)).join(&separator.to_string());
            source.push_str(end);
        }
        let mapping = CsvMapping {
            time: Some(CsvTime { column: CsvColumn::Number(1), clock: None, order: CsvOrder::Found, zone: CsvZone::EpochSeconds }),
            sender: Some(CsvColumn::Number(2)),
            text: Some(CsvColumn::Named("What".to_owned())),
            ..CsvMapping::default()
        };
        let (said, directory) = mapped(&mapping, source.as_bytes());
        prop_assert_eq!(said.messages.len(), rows.len(), "{:#?}", said.unparsed);
        for (message, (who, what, when)) in said.messages.iter().zip(&rows) {
            prop_assert_eq!(&message.text.value, what);
            prop_assert_eq!(message.sent.reading, Reading::epoch_seconds(i64::from(*when)));
            let name = message.sender.map(|sender| directory.participant(sender).unwrap().display_name.clone().unwrap());
            prop_assert_eq!(name.unwrap_or_default(), who.clone());
        }
    }

    #[test]
    fn kik_rendered_and_read_again(rows in prop::collection::vec(("[a-z]{1,8}", "[^\\x00]{0,20}", 0_i64..2_000_000_000_000), 1..10)) {
        let mut source = "id,message,sender_id,receiver_id,sent_at,sent_at_ts\n".to_owned();
        for (number, (who, what, when)) in rows.iter().enumerate() {
            source += &format!("{number},{},{who},other,,{:013}\n", quoted(what, ',', true), when);
        }
        let (said, directory) = read(Format::Kik, source.as_bytes());
        prop_assert_eq!(said.messages.len(), rows.len());
        for (message, (who, what, when)) in said.messages.iter().zip(&rows) {
            prop_assert_eq!(&message.text.value, what);
            prop_assert_eq!(message.sent.reading, Reading::epoch_millis(*when));
            prop_assert_eq!(directory.participant(message.sender.unwrap()).unwrap().handle.as_ref(), Some(who));
        }
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..300), table in "[\"=,;\n\r\ta1/: ]{0,200}") {
        for format in [Format::Csv, Format::Kik, Format::Viber, Format::DiscordPackageCsv] {
            for source in [bytes.as_slice(), table.as_bytes()] {
                let (whole, _) = read(format, source);
                let (pieces, _) = read_in_pieces(format, source, 7);
                prop_assert_eq!(pieces.joined(), whole.joined());
            }
        }
    }
}

#[test]
fn hostile_tables_end_in_time() {
    let sources = [
        "\"".repeat(1 << 17),
        ",".repeat(1 << 17),
        "\n".repeat(1 << 17),
        "=\"".repeat(1 << 17),
        "a,\"".repeat(1 << 17),
        "\"a\"b,".repeat(1 << 17),
        "9".repeat(1 << 17),
        "ID,Timestamp,Contents,Attachments\n99999999999999999999999,99999-99-99 99:99:99,x,\n".to_owned(),
    ];
    for source in sources {
        for format in [Format::Csv, Format::Kik, Format::Viber, Format::DiscordPackageCsv] {
            read(format, source.as_bytes());
        }
        read_in_pieces(Format::DiscordPackageCsv, source.as_bytes(), 4096);
        mapped(
            &CsvMapping { text: Some(CsvColumn::Number(1)), heading: false, ..CsvMapping::default() },
            source.get(..20_000).unwrap_or(&source).as_bytes(),
        );
    }
}
