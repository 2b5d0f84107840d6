//! Records, leaves and openings.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ledger::record::{Digest, Form, Id, KINDS, MAX_NUMBER, MAX_RECORD_LEN, Place, Value};
use ledger::{Actor, Error, Kind, Leaf, Opening, Record, Time};
use proptest::prelude::*;
use sha2::Digest as _;

fn at() -> Time {
    Time::from_unix(1_795_820_836).unwrap()
}

fn id(byte: u8) -> Id {
    Id::from_bytes([byte; 16])
}

fn added() -> Record {
    let record = Record::new(Kind::ItemAdded, at(), Actor::Reporter);
    record.report(id(1)).item(id(2)).sha256(Digest::from_bytes([3; 32]))
}

#[test]
fn a_record_is_canonical_json() {
    let expected = "{\"actor\":\"reporter\",\"at\":\"2026-11-27T23:07:16Z\",\"item\":\"AgICAgICAgICAgICAgICAg\",\
                    \"kind\":\"item.added\",\"report\":\"AQEBAQEBAQEBAQEBAQEBAQ\",\
                    \"sha256\":\"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM\",\"v\":1}";
    assert_eq!(String::from_utf8(added().to_bytes().unwrap()).unwrap(), expected);
    let consulted = Record::new(Kind::QueueConsulted, at(), Actor::Member(id(9)))
        .with("desk", "charity")
        .with("reports", Value::from_iter([id(1), id(2)]));
    let expected = "{\"actor\":\"CQkJCQkJCQkJCQkJCQkJCQ\",\"at\":\"2026-11-27T23:07:16Z\",\
                    \"detail\":{\"desk\":\"charity\",\"reports\":[\"AQEBAQEBAQEBAQEBAQEBAQ\",\"AgICAgICAgICAgICAgICAg\"]},\
                    \"kind\":\"queue.consulted\",\"v\":1}";
    assert_eq!(String::from_utf8(consulted.to_bytes().unwrap()).unwrap(), expected);
    assert_eq!(Record::parse(expected.as_bytes()).unwrap(), consulted);
}

#[test]
fn other_spellings_are_refused() {
    let good = String::from_utf8(added().to_bytes().unwrap()).unwrap();
    for (from, to) in [
        ("{", "{ "),
        ("}", "}\n"),
        ("\"actor\":\"reporter\",", ""),
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\":1.0"),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("\"v\":1", "\"v\":1,\"w\":1"),
        ("\"reporter\"", "\"r\\u0065porter\""),
        ("\"reporter\"", "null"),
        ("Z\"", "z\""),
        ("\"AQEBAQEBAQEBAQEBAQEBAQ\"", "\"AQEBAQEBAQEBAQEBAQEBAR\""),
        ("\"item\":", "\"detail\":{},\"item\":"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(matches!(Record::parse(bad.as_bytes()), Err(Error::Text { .. })), "{bad}");
    }
    let unknown = good.replace("item.added", "item.painted");
    assert_eq!(Record::parse(unknown.as_bytes()), Err(Error::Kind { found: "item.painted".to_owned() }));
    assert!(Record::parse(&vec![b'['; 40_000]).is_err());
    assert!(Record::parse(&vec![b'['; 30_000]).is_err());
}

#[test]
fn a_record_has_what_its_kind_demands() {
    let kind = Kind::ItemAdded;
    assert_eq!(Record { item: None, ..added() }.check(), Err(Error::FieldMissing { kind, field: "item" }));
    let unknown = added().with("colour", "green").check();
    assert_eq!(unknown, Err(Error::FieldUnknown { kind, field: "colour".to_owned() }));
    let queue = |value: Value| {
        let record = Record::new(Kind::QueueConsulted, at(), Actor::Member(id(1)));
        record.with("desk", value).with("reports", Value::from_iter([])).check().is_ok()
    };
    assert!(queue("police".into()));
    for wrong in [Value::from(""), "two\nlines".into(), "\"".into(), "\\".into(), "\u{e9}".into(), 1.into()] {
        assert!(!queue(wrong.clone()), "{wrong:?}");
    }
    let wrong = Record { actor: Actor::Reporter, ..Record::new(Kind::ItemConsulted, at(), Actor::System) };
    assert!(matches!(wrong.check(), Err(Error::FieldForm { field: "actor", .. })));
    let many: Value = (0..2000).map(|_| id(1)).collect();
    let long =
        Record::new(Kind::QueueConsulted, at(), Actor::Member(id(1))).with("desk", "x").with("reports", many);
    assert!(matches!(long.to_bytes(), Err(Error::RecordLength { found }) if found > MAX_RECORD_LEN));
}

#[test]
fn the_table_is_sound() {
    assert_eq!(KINDS.len(), Kind::ALL.len());
    for (kind, row) in Kind::ALL.iter().zip(KINDS) {
        assert_eq!((*kind, kind.row()), (row.kind, row));
        assert_eq!(row.word.parse::<Kind>().unwrap(), *kind);
        assert!(!row.actors.to_words().is_empty(), "{kind}");
        for field in row.fields {
            let known = ["report", "item", "sha256"].contains(&field.name);
            assert!(field.place == Place::Detail || known, "{kind}: {}", field.name);
        }
    }
}

#[test]
fn a_leaf_shows_a_time_and_nothing_else() {
    let (leaf, opening) = added().close([7; 32]).unwrap();
    let mut bytes = b"safehand ledger commitment v1\0".to_vec();
    bytes.extend_from_slice(&[7; 32]);
    bytes.extend_from_slice(&added().to_bytes().unwrap());
    let commitment: [u8; 32] = sha2::Sha256::digest(bytes).into();
    assert_eq!(leaf.commitment.as_bytes(), &commitment);
    let entry = leaf.to_bytes();
    let expected = format!(
        "{{\"at\":\"2026-11-27T23:07:16Z\",\"commitment\":\"{}\",\"v\":1}}",
        leaf.commitment.to_hex()
    );
    assert_eq!(String::from_utf8(entry.clone()).unwrap(), expected);
    assert_eq!(entry.len(), Leaf::LEN);
    assert_eq!(Leaf::parse(&entry).unwrap(), leaf);
    assert_eq!(opening.leaf().unwrap(), leaf);
    assert_eq!(opening.open(&leaf).unwrap(), added());
    assert!(!format!("{opening:?}").contains("7, 7"));
}

#[test]
fn only_the_right_opening_opens() {
    let (leaf, opening) = added().close([7; 32]).unwrap();
    let other = Opening { salt: [8; 32], ..opening.clone() };
    assert!(matches!(other.open(&leaf), Err(Error::Commitment { .. })));
    let other = Record { actor: Actor::Member(id(1)), ..added() }.close([7; 32]).unwrap().1;
    assert!(matches!(other.open(&leaf), Err(Error::Commitment { .. })));
    let later = Leaf { at: Time::from_unix(1_795_820_837).unwrap(), ..leaf };
    assert!(matches!(opening.open(&later), Err(Error::LeafTime { .. })));
}

#[test]
fn other_spellings_of_leaves_are_refused() {
    let entry = String::from_utf8(added().close([7; 32]).unwrap().0.to_bytes()).unwrap();
    let upper = entry.replace(&entry[44..108], &entry[44..108].to_uppercase());
    for bad in [
        String::new(),
        entry[..entry.len() - 1].to_owned(),
        format!("{entry}\n"),
        entry.replace("\"v\":1", "\"v\":2"),
        entry.replace("T23", "T25"),
        entry.replace(",\"v\"", ", \"v\""),
        upper.clone(),
    ] {
        assert!(Leaf::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    assert_ne!(upper, entry);
}

/// A record of any kind, with its optional fields or without.
fn records() -> impl Strategy<Value = Record> {
    let bytes = (any::<[u8; 16]>(), any::<[u8; 32]>(), "[ !#-\\[\\]-~]{1,253}", 0..=MAX_NUMBER, any::<u32>());
    (prop::sample::select(Kind::ALL), -62_167_219_200_i64..=253_402_300_799, bytes).prop_map(
        |(kind, seconds, (sixteen, digest, word, number, optional))| {
            let (row, id) = (kind.row(), Id::from_bytes(sixteen));
            let actors = [
                (row.actors.reporter, Actor::Reporter),
                (row.actors.member, Actor::Member(id)),
                (row.actors.system, Actor::System),
            ];
            let actor = actors.into_iter().find_map(|(is, actor)| is.then_some(actor)).unwrap();
            let mut record = Record::new(kind, Time::from_unix(seconds).unwrap(), actor);
            for (position, field) in row.fields.iter().enumerate() {
                if !field.required && optional >> position & 1 == 0 {
                    continue;
                }
                let value = match field.form {
                    Form::Id => Value::from(id),
                    Form::Ids => Value::from_iter([id, id]),
                    Form::Sha256 => Digest::from_bytes(digest).to_string().into(),
                    Form::Root => ledger::Hash::from_bytes(digest).to_string().into(),
                    Form::Word => word.clone().into(),
                    Form::Number => number.into(),
                };
                record = match (field.place, field.name) {
                    (Place::Record, "report") => record.report(id),
                    (Place::Record, "item") => record.item(id),
                    (Place::Record, _) => record.sha256(Digest::from_bytes(digest)),
                    (Place::Detail, name) => record.with(name, value),
                };
            }
            record
        },
    )
}

proptest! {
    #[test]
    fn times_are_those_of_a_calendar_of_others(seconds in -62_167_219_200_i64..=253_402_207_200) {
        let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_string();
        prop_assert_eq!(Time::from_unix(seconds).unwrap().to_string(), theirs.as_str());
        prop_assert_eq!(theirs.parse::<Time>().unwrap().unix(), seconds);
    }

    #[test]
    fn records_come_back(record in records(), salt: [u8; 32]) {
        let bytes = record.to_bytes().unwrap();
        prop_assert_eq!(Record::parse(&bytes).unwrap(), record.clone());
        let (leaf, opening) = record.close(salt).unwrap();
        prop_assert_eq!(Leaf::parse(&leaf.to_bytes()).unwrap(), leaf);
        prop_assert_eq!(opening.open(&leaf).unwrap(), record);
    }

    #[test]
    fn what_is_written_is_what_a_json_library_makes_of_it(record in records()) {
        let bytes = record.to_bytes().unwrap();
        // Sorted keys, no spaces: serde_json's own maps are sorted.
        let value: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(serde_json::to_vec(&value).unwrap(), bytes);
    }

    #[test]
    fn a_changed_byte_is_another_record_or_none(record in records(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let bytes = record.to_bytes().unwrap();
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] = with;
        if let Ok(read) = Record::parse(&changed) {
            prop_assert_eq!(read.to_bytes().unwrap(), changed);
        }
    }
}
