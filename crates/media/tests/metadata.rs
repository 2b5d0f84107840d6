//! Tables, contradictions and what a file reveals; from parts and from the whole; and files that lie.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::ops::Range;

use media::metadata::{
    BLOCK, Context, Examination, FindingKind, Group, HELD_MAX, Report, RevealKind, Step, SupplyError,
    examine_whole,
};
use proptest::prelude::*;

fn report(bytes: &[u8]) -> Report {
    examine_whole(bytes, Context::default())
}

fn value<'r>(report: &'r Report, group: Group, name: &str) -> &'r str {
    let found = report.fields.iter().find(|field| field.group == group && field.name == name);
    &found.unwrap_or_else(|| panic!("no {group:?} {name}: {:#?}", report.fields)).value
}

fn reveals(report: &Report, what: RevealKind) -> Vec<&str> {
    report.reveals.iter().filter(|reveal| reveal.what == what).map(|reveal| reveal.value.as_str()).collect()
}

fn findings(report: &Report) -> Vec<(FindingKind, &str)> {
    report.findings.iter().map(|finding| (finding.kind, finding.words.as_str())).collect()
}

#[test]
fn a_jpeg_says_where_when_and_with_what() {
    let bytes = support::jpeg();
    let report = report(&bytes);
    assert_eq!(report.notes, Vec::<String>::new());
    assert_eq!(value(&report, Group::Picture, "size"), "2000 × 1000");
    assert_eq!(value(&report, Group::Exif, "DateTimeOriginal"), "2024:05:01 10:00:00");
    assert_eq!(value(&report, Group::MakerNote, "MakerNote"), "24 bytes, begins \"Example\"");
    assert_eq!(value(&report, Group::Xmp, "dc:creator"), "Ann & Bob");
    assert_eq!(value(&report, Group::Iptc, "By-line"), "Ann");
    assert_eq!(value(&report, Group::Comment, "comment"), "a comment about the weather");
    assert!(report.fields.iter().any(|field| field.group == Group::C2pa));
    assert_eq!(reveals(&report, RevealKind::Place), ["51.50737, -0.16200"]);
    assert_eq!(reveals(&report, RevealKind::Serial), ["SN5550100"]);
    assert_eq!(reveals(&report, RevealKind::Device), ["Example", "Phone 5"]);
    assert_eq!(reveals(&report, RevealKind::Name), ["A. Example", "Ann & Bob", "Ann"]);
    assert_eq!(reveals(&report, RevealKind::Preview), ["160 × 120, 29 bytes"]);
    let said = findings(&report);
    for (kind, words) in [
        (
            FindingKind::Times,
            "XMP's time of change, 2024-05-04T09:00:00Z, is 3 days after Exif's time of taking",
        ),
        (FindingKind::Dimensions, "The picture has 2000 × 1000 pixels, and its metadata say 4000 × 3000"),
        (FindingKind::Preview, "160 × 120, is of another shape than the picture, 2000 × 1000"),
        (FindingKind::Edited, "\"Photoshop 25.0\" wrote the file"),
        (FindingKind::Edited, "\"GIMP 2.10\" wrote the file"),
    ] {
        assert!(said.iter().any(|known| known.0 == kind && known.1.contains(words)), "{words}: {said:#?}");
    }
    // GPS and the camera agree: it is ten in London and nine in UTC.
    assert!(!said.iter().any(|known| known.1.contains("GPS")), "{said:#?}");
}

#[test]
fn values_stand_where_the_table_says() {
    for (name, bytes) in support::all().into_iter().filter(|(name, _)| !matches!(*name, "a.docx" | "a.gif")) {
        let report = report(&bytes);
        assert!(!report.fields.is_empty(), "{name}");
        for field in &report.fields {
            let [from, to] = field.bytes.map(|at| usize::try_from(at).unwrap());
            assert!(from <= to && to <= bytes.len(), "{name}: {field:?}");
            let plain =
                field.value.is_ascii() && !field.value.contains(['\n', ' ', '×']) && field.value.len() > 4;
            if plain && matches!(field.group, Group::Exif | Group::Comment) {
                let there = String::from_utf8_lossy(&bytes[from..to]);
                assert!(
                    there.contains(&field.value)
                        || field.value.parse::<u64>().is_ok()
                        || field.value.contains('/'),
                    "{name}: {field:?} {there:?}"
                );
            }
        }
    }
}

#[test]
fn every_format_tells_what_it_holds() {
    let find = |bytes: Vec<u8>, group, name: &str| value(&report(&bytes), group, name).to_owned();
    assert_eq!(find(support::png(), Group::Comment, "Comment"), "packed words about football");
    assert_eq!(find(support::png(), Group::Picture, "tIME"), "2024-05-01T10:00:00Z");
    assert_eq!(find(support::png(), Group::Exif, "Model"), "Phone 5");
    assert_eq!(find(support::webp(), Group::Exif, "Model"), "Phone 5");
    assert_eq!(find(support::webp(), Group::Picture, "size"), "640 × 480");
    assert_eq!(report(&support::webp()).picture, Some((640, 480)));
    assert!(!report(&support::webp()).fields.iter().any(|field| field.name == "animation"));
    let mut moving = support::webp();
    let flags = moving.windows(4).position(|word| word == b"VP8X").unwrap() + 8;
    moving[flags] |= 2;
    assert_eq!(find(moving, Group::Picture, "animation"), "an animated WebP");
    assert_eq!(find(support::wav(), Group::Tags, "IART"), "Ann");
    // Named by the trailer alone, and written as tightly as it can be.
    let tight = b"%PDF-1.4\n1 0 obj<</Author(Ann Heron)>>endobj\n12 0 obj<</Author(Nobody)>>endobj\ntrailer<</Info 1 0 R>>\n%%EOF\n";
    assert_eq!(find(tight.to_vec(), Group::Pdf, "Author"), "Ann Heron");
    assert_eq!(
        report(tight).reveals.iter().map(|reveal| reveal.value.as_str()).collect::<Vec<_>>(),
        ["Ann Heron"]
    );
    assert_eq!(find(support::gif(), Group::Comment, "comment"), "rainsun");
    assert_eq!(find(support::heic(), Group::Picture, "size"), "4000 × 3000");
    assert_eq!(find(support::heic(), Group::Gps, "GPSLatitude"), "51/1 30/1 2652/100");
    assert_eq!(find(support::mp3(), Group::Tags, "TIT2"), "rain");
    assert_eq!(find(support::mp3(), Group::Tags, "COMM"), "cold today");
    assert_eq!(find(support::mp3(), Group::Tags, "title"), "sun");
    assert_eq!(find(support::pdf(), Group::Pdf, "Author"), "Ann");
    assert_eq!(find(support::pdf(), Group::Pdf, "Producer"), "GIMP (PDF)");
    assert_eq!(find(support::docx(), Group::Office, "Company"), "Sunday United");
    assert_eq!(find(support::mkv(), Group::Container, "WritingApp"), "HandBrake 1.7");
    assert_eq!(find(support::mkv(), Group::Picture, "size"), "1280 × 720");
    assert_eq!(find(support::flac(), Group::Tags, "ARTIST"), "Ann");
    assert_eq!(find(support::exif(), Group::Gps, "GPSDateStamp"), "2024:05:01");
    let mov = report(&support::mov(b"no film"));
    assert_eq!(value(&mov, Group::Picture, "size"), "1920 × 1080");
    assert_eq!(value(&mov, Group::Tags, "com.apple.quicktime.make"), "Example");
    assert_eq!(reveals(&mov, RevealKind::Place), ["+51.5074-000.1620/"]);
    assert_eq!(findings(&mov), []);
}

/// A picture of Exif alone, with GPS's time at nine in UTC on 1 May 2024.
fn taken(at: &str) -> Vec<String> {
    let gps = vec![support::fractions(7, &[(9, 1), (0, 1), (0, 1)]), support::ascii(29, "2024:05:01")];
    let tiff = support::tiff(Vec::new(), vec![support::ascii(0x9003, at)], gps, &[]);
    report(&tiff).findings.into_iter().map(|finding| finding.words).collect()
}

#[test]
fn a_local_time_and_that_of_satellites_may_be_zones_apart_and_no_more() {
    assert_eq!(taken("2024:05:01 10:00:00"), Vec::<String>::new());
    assert_eq!(taken("2024:05:01 23:00:00"), Vec::<String>::new());
    assert_eq!(
        taken("2024:05:03 10:00:00"),
        [
            "Exif's time of taking, 2024-05-03T10:00:00, and GPS's time, 2024-05-01T09:00:00Z, are 2 days apart."
        ]
    );
}

#[test]
fn contradictions_are_told() {
    let said = findings(&report(&support::docx())).iter().map(|found| found.1.to_owned()).collect::<Vec<_>>();
    assert!(said[0].contains("nothing is changed before it is made"), "{said:?}");
    let pdf = report(&support::pdf());
    let said = findings(&pdf);
    assert!(
        said.iter().any(|found| found.0 == FindingKind::Active && found.1.contains("when it is opened")),
        "{said:#?}"
    );
    assert!(said.iter().any(|found| found.1.contains("saved again after it was made: 1 time.")), "{said:#?}");
    let context = Context {
        name: Some("holiday.png".to_owned()),
        modified: Some("2023-01-01T00:00:00Z".parse().unwrap()),
        now: Some("2024-05-01T00:00:00Z".parse().unwrap()),
    };
    let mov = examine_whole(&support::mov(b""), context);
    let said = findings(&mov);
    for kind in [FindingKind::Name, FindingKind::Future, FindingKind::Times] {
        assert!(said.iter().any(|found| found.0 == kind), "{kind:?}: {said:#?}");
    }
    assert!(
        said.iter().any(|found| found.1 == "The name ends in .png, and the content is QuickTime."),
        "{said:#?}"
    );
}

/// Gives an examination what it asks for, and counts that.
fn by_parts(size: u64, context: Context, mut give: impl FnMut(Range<u64>) -> Vec<u8>) -> (Report, u64, u32) {
    let mut examination = Examination::new(size, context);
    let (mut given, mut rounds) = (0, 0);
    loop {
        match examination.step() {
            Step::Done(report) => return (*report, given, rounds),
            Step::Need(range) => {
                assert!(range.start < range.end && range.end <= size && range.start % BLOCK == 0);
                given += range.end - range.start;
                rounds += 1;
                assert!(given <= HELD_MAX && rounds < 10_000);
                examination.supply(range.start, &give(range)).unwrap();
            }
        }
    }
}

#[test]
fn a_film_of_three_gigabytes_is_examined_by_a_few_kilobytes() {
    let small = support::mov(b"");
    let (head, moov) = small.split_at(20 + 8);
    let media: u64 = 3_000_000_000;
    let size = head.len() as u64 + media + moov.len() as u64;
    let mut first = head[..20].to_vec();
    first.extend(u32::try_from(media + 8).unwrap().to_be_bytes());
    first.extend(b"mdat");
    let at = |offset: u64| -> u8 {
        if let Some(&byte) = usize::try_from(offset).ok().and_then(|offset| first.get(offset)) {
            return byte;
        }
        offset.checked_sub(size - moov.len() as u64).map_or(0x55, |at| moov[usize::try_from(at).unwrap()])
    };
    let (report, given, rounds) = by_parts(size, Context::default(), |range| range.map(at).collect());
    assert_eq!(value(&report, Group::Tags, "com.apple.quicktime.make"), "Example");
    assert!(given <= 200_000 && rounds <= 6, "{given} bytes in {rounds} rounds");
}

#[test]
fn only_whole_blocks_are_taken() {
    let mut examination = Examination::new(100, Context::default());
    assert_eq!(examination.step(), Step::Need(0..100));
    assert_eq!(examination.supply(0, &[0; 50]), Err(SupplyError { start: 0, end: 50 }));
    assert_eq!(examination.supply(1, &[0; 99]), Err(SupplyError { start: 1, end: 100 }));
    assert_eq!(examination.supply(0, &[0; 101]), Err(SupplyError { start: 0, end: 101 }));
    assert_eq!(examination.supply(0, &[b'a'; 100]), Ok(()));
    assert!(matches!(examination.step(), Step::Done(_)));
}

#[test]
fn a_file_cut_anywhere_is_read_as_far_as_it_goes() {
    for (name, bytes) in support::all() {
        let whole = report(&bytes);
        for end in 0..bytes.len() {
            let cut = report(&bytes[..end]);
            assert!(cut.fields.len() <= whole.fields.len() + 2, "{name} cut at {end}");
        }
    }
}

#[test]
fn directories_that_point_at_themselves_end() {
    // A main directory whose next is itself, and whose Exif directory is the main one.
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]);
    tiff.extend([8, 0, 0, 0]);
    assert_eq!(report(&tiff).fields.len(), 0);
    // A box that holds itself to any depth, and one of no length.
    let mut deep = b"rain".to_vec();
    for _ in 0..200 {
        deep = support::boxed(b"moov", &deep);
    }
    assert!(!report(&deep).notes.is_empty());
    let many: Vec<u8> = std::iter::repeat_n(support::boxed(b"free", b""), 100_000).flatten().collect();
    assert!(!report(&many).notes.is_empty());
}

#[test]
fn counts_and_lengths_that_lie_cost_nothing() {
    let huge = u32::MAX.to_le_bytes();
    let mut tiff = b"II*\0\x08\0\0\0\xff\xff".to_vec();
    for tag in 0..200_u16 {
        tiff.extend([&tag.to_le_bytes()[..], &[5, 0], &huge, &huge].concat());
    }
    let report = report(&tiff);
    assert!(!report.notes.is_empty() && report.fields.is_empty(), "{report:?}");
    let xml = format!("<x:xmpmeta>{}", "<a b=\"c\">".repeat(100_000));
    let png =
        [b"\x89PNG\r\n\x1a\n\0\0\0\x20iTXtXML:com.adobe.xmp\0\0\0\0\0".as_slice(), xml.as_bytes()].concat();
    assert!(examine_whole(&png, Context::default()).fields.len() < 2_001);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// Whatever bytes are changed, the examination ends, stays within bounds and says the same by parts as by the whole.
    #[test]
    fn damaged_files_are_examined_to_an_end(
        which in 0_usize..13, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), grow in 0_usize..3,
    ) {
        let (_, mut bytes) = support::all().swap_remove(which);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.resize(bytes.len() + grow * 20_000, 7);
        let whole = report(&bytes);
        for field in &whole.fields {
            prop_assert!(field.bytes[0] <= field.bytes[1] && field.bytes[1] <= bytes.len() as u64, "{:?}", field);
        }
        let (parts, ..) = by_parts(bytes.len() as u64, Context::default(), |range| {
            bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec()
        });
        prop_assert_eq!(whole, parts);
    }
}
