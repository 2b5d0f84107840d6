//! Zips and tars as strangers may make them, put together byte by byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

#[path = "support/zips.rs"]
mod zips;

use std::io::{Cursor, Read};

use proptest::prelude::*;
use transcript::Reading;
use transcript::archive::{ArchiveError, EntryKind, Limits, Tar, Zip};
use zips::{Member, ZipMaker, deflate, tar_header, tar_of};

fn open(bytes: Vec<u8>) -> Result<Zip<Cursor<Vec<u8>>>, ArchiveError> {
    Zip::open(Cursor::new(bytes), Limits::default())
}

fn contents(zip: &mut Zip<Cursor<Vec<u8>>>, number: usize) -> Result<Vec<u8>, ArchiveError> {
    let mut out = Vec::new();
    zip.content(number)?.read_to_end(&mut out)?;
    Ok(out)
}

/// The one entry's problems.
fn problems(member: Member) -> Vec<ArchiveError> {
    let mut zip = open(ZipMaker::of([member]).bytes()).unwrap();
    assert_eq!(zip.entries().len(), 1);
    let problems = zip.entries()[0].problems.clone();
    assert_eq!(zip.content(0).is_err(), problems.iter().any(ArchiveError::refuses));
    problems
}

fn chat() -> Member {
    Member::stored("_chat.txt", b"[05/01/2023, 21:04:33] Alice: rain at four\r\n")
}

#[test]
fn an_ordinary_zip_is_read() {
    let text = "rain ".repeat(1000);
    let picture = Member::stored("media/00000042-PHOTO.jpg", b"not a picture");
    let maker = ZipMaker::of([
        chat(),
        Member::deflated("long.txt", text.as_bytes()),
        picture,
        Member::stored("media/", b""),
    ]);
    let mut zip = open(maker.bytes()).unwrap();
    assert!(zip.notices().is_empty(), "{:?}", zip.notices());
    let names: Vec<_> =
        zip.entries().iter().map(|entry| (entry.name.as_str(), entry.kind, entry.size)).collect();
    assert_eq!(
        names,
        [
            ("_chat.txt", EntryKind::File, 44),
            ("long.txt", EntryKind::File, 5000),
            ("media/00000042-PHOTO.jpg", EntryKind::File, 13),
            ("media/", EntryKind::Folder, 0)
        ]
    );
    assert!(zip.entries().iter().all(|entry| entry.problems.is_empty()), "{:?}", zip.entries());
    assert_eq!(zip.entries()[0].modified, Reading::Local(jiff::civil::date(2023, 1, 5).at(21, 4, 32, 0)));
    assert_eq!(contents(&mut zip, 1).unwrap(), text.as_bytes());
    assert_eq!(contents(&mut zip, 0).unwrap().len(), 44);
    assert_eq!(contents(&mut zip, 3).unwrap_err(), ArchiveError::NoSuchFile);
    assert_eq!(contents(&mut zip, 4).unwrap_err(), ArchiveError::NoSuchFile);
}

#[test]
fn a_zip_written_as_a_stream_is_read() {
    let mut member = Member::deflated("_chat.txt", b"rain at four");
    member.flags |= 8;
    let mut zip = open(ZipMaker::of([member, Member::stored("a.jpg", b"x")]).bytes()).unwrap();
    assert!(zip.notices().is_empty(), "{:?}", zip.notices());
    assert!(zip.entries()[0].problems.is_empty(), "{:?}", zip.entries()[0]);
    assert_eq!(contents(&mut zip, 0).unwrap(), b"rain at four");
}

#[test]
fn the_extended_timestamp_is_an_instant() {
    let mut member = chat();
    member.extra = [&[0x55, 0x54, 5, 0, 1][..], &1_672_952_673_i32.to_le_bytes()].concat();
    let zip = open(ZipMaker::of([member]).bytes()).unwrap();
    assert_eq!(zip.entries()[0].modified, Reading::epoch_seconds(1_672_952_673));
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    for (name, expected) in [
        ("/etc/passwd", ArchiveError::AbsolutePath),
        ("\\\\host\\share\\a", ArchiveError::AbsolutePath),
        ("../a", ArchiveError::ParentPath),
        ("a/../../b", ArchiveError::ParentPath),
        ("a\\..\\b", ArchiveError::ParentPath),
        ("a/.. /b", ArchiveError::ParentPath),
        ("C:\\a", ArchiveError::DrivePath),
        ("c:a", ArchiveError::DrivePath),
        ("a\0.jpg", ArchiveError::NulInName),
        ("", ArchiveError::NoName),
    ] {
        let found = problems(Member::stored(name, b"x"));
        assert!(found.contains(&expected), "{name:?}: {found:?}");
    }
    for name in ["a..b", "...", "Team: Blue.txt", "~/a", "a b/c"] {
        assert_eq!(
            problems(Member::stored(name, b"x")).iter().filter(|problem| problem.refuses()).count(),
            usize::from(name == "..."),
            "{name}"
        );
    }
    assert_eq!(problems(Member::stored("media\\a.jpg", b"x")), [ArchiveError::Backslashes]);
    assert_eq!(problems(Member::stored("a\u{1b}[2J", b"x")), [ArchiveError::ControlsInName]);
}

#[test]
fn links_devices_and_encrypted_files_are_refused() {
    let with = |change: fn(&mut Member)| {
        let mut member = chat();
        change(&mut member);
        problems(member)
    };
    assert_eq!(with(|member| member.attributes = 0o120_777 << 16), [ArchiveError::Link]);
    assert_eq!(with(|member| member.attributes = 0o020_666 << 16), [ArchiveError::Special]);
    assert_eq!(with(|member| member.attributes = 0o100_644 << 16), []);
    assert_eq!(with(|member| member.flags = 1), [ArchiveError::Encrypted]);
    assert_eq!(with(|member| member.flags = 1 << 6 | 1), [ArchiveError::Encrypted]);
    assert_eq!(with(|member| member.method = 99), [ArchiveError::Encrypted]);
    assert_eq!(with(|member| member.method = 14), [ArchiveError::Method(14)]);
}

#[test]
fn names_that_others_have_are_told_of_both() {
    let names = ["a.txt", "A.TXT", "b.txt", "b.txt", "caf\u{e9}", "cafe\u{301}", "d/e", "d\\e", "f"];
    let zip = open(ZipMaker::of(names.map(|name| Member::stored(name, b"x"))).bytes()).unwrap();
    let of = |number: usize| zip.entries()[number].problems.clone();
    assert_eq!(of(0), [ArchiveError::DuplicateFolded { other: 1 }]);
    assert_eq!(of(1), [ArchiveError::DuplicateFolded { other: 0 }]);
    assert_eq!(of(2), [ArchiveError::Duplicate { other: 3 }]);
    assert_eq!(of(3), [ArchiveError::Duplicate { other: 2 }]);
    assert_eq!(of(4), [ArchiveError::DuplicateFolded { other: 5 }]);
    assert_eq!(of(6), [ArchiveError::DuplicateFolded { other: 7 }]);
    assert_eq!(of(8), []);
}

#[test]
fn a_name_in_code_page_437_is_read_as_such() {
    let mut member = chat();
    member.name = b"Caf\x82.txt".to_vec();
    let zip = open(ZipMaker::of([member]).bytes()).unwrap();
    assert_eq!(zip.entries()[0].name, "Café.txt");
    assert_eq!(zip.entries()[0].raw_name, b"Caf\x82.txt");
    assert_eq!(zip.entries()[0].problems, [ArchiveError::NameNotUtf8]);
}

#[test]
fn bombs_are_refused_before_they_swell() {
    let zeros = deflate(&vec![0; 40 << 20]);
    let mut bomb = Member::deflated("bomb", b"");
    (bomb.data, bomb.size) = (zeros, 40 << 20);
    let found = problems(bomb.clone());
    assert!(matches!(found[..], [ArchiveError::Ratio { size: 41_943_040, limit: 250, .. }]), "{found:?}");
    // One that lies on its size stops there.
    bomb.size = 1000;
    let mut zip = open(ZipMaker::of([bomb]).bytes()).unwrap();
    let mut out = Vec::new();
    let error = ArchiveError::from(zip.content(0).unwrap().read_to_end(&mut out).unwrap_err());
    assert!(matches!(error, ArchiveError::WrongSize { stated: 1000, .. }), "{error:?}");
    assert!(out.len() <= 40 << 10, "{} bytes out of a file that states 1,000", out.len());
    let limits = Limits { entry_bytes: 10, ..Limits::default() };
    let zip = Zip::open(Cursor::new(ZipMaker::of([chat()]).bytes()), limits).unwrap();
    assert_eq!(zip.entries()[0].problems, [ArchiveError::TooLarge { size: 44, limit: 10 }]);
}

#[test]
fn all_that_is_read_is_counted() {
    let limits = Limits { total_bytes: 100, ..Limits::default() };
    let mut zip = Zip::open(Cursor::new(ZipMaker::of([chat(), chat(), chat()]).bytes()), limits).unwrap();
    assert_eq!(contents(&mut zip, 0).unwrap().len(), 44);
    assert_eq!(contents(&mut zip, 1).unwrap().len(), 44);
    assert_eq!(contents(&mut zip, 2).unwrap_err(), ArchiveError::TotalTooLarge { limit: 100 });
}

#[test]
fn an_archive_inside_is_opened_once_and_no_deeper() {
    let inner = ZipMaker::of([chat()]).bytes();
    let middle = ZipMaker::of([Member::deflated("inner.zip", &inner)]).bytes();
    let outer = ZipMaker::of([Member::stored("middle.zip", &middle)]).bytes();
    let mut zip = open(outer.clone()).unwrap();
    assert!(zip.notices().is_empty(), "{:?}", zip.notices());
    let mut nested = zip.nested(0).unwrap();
    assert_eq!(nested.entries()[0].name, "inner.zip");
    assert_eq!(nested.nested(0).unwrap_err(), ArchiveError::TooDeep { limit: 1 });
    let size = middle.len() as u64;
    let limits = Limits { nested_bytes: 10, ..Limits::default() };
    let mut zip = Zip::open(Cursor::new(outer.clone()), limits).unwrap();
    assert_eq!(zip.nested(0).unwrap_err(), ArchiveError::TooLarge { size, limit: 10 });
    // What is read inside counts outside.
    let limits = Limits { total_bytes: size + inner.len() as u64 - 1, ..Limits::default() };
    let mut zip = Zip::open(Cursor::new(outer), limits).unwrap();
    let mut nested = zip.nested(0).unwrap();
    let error = contents(&mut nested, 0).unwrap_err();
    assert!(matches!(error, ArchiveError::TotalTooLarge { .. }), "{error}");
}

#[test]
fn contents_that_are_not_as_stated_fail() {
    let wrong = |change: fn(&mut Member)| {
        let mut member = Member::deflated("a.txt", &b"rain at four, football at five. ".repeat(20));
        change(&mut member);
        contents(&mut open(ZipMaker::of([member]).bytes()).unwrap(), 0).unwrap_err()
    };
    assert!(matches!(wrong(|member| member.crc ^= 1), ArchiveError::WrongCrc { .. }));
    assert_eq!(wrong(|member| member.size += 1), ArchiveError::WrongSize { stated: 641, found: 640 });
    assert!(matches!(wrong(|member| member.size -= 1), ArchiveError::WrongSize { stated: 639, .. }));
    assert!(matches!(wrong(|member| member.data.extend([0; 9])), ArchiveError::WrongSize { .. }));
    assert!(matches!(wrong(|member| member.data.truncate(9)), ArchiveError::Deflate { .. }));
    let error = wrong(|member| member.data[0] = 0xFF);
    assert!(matches!(error, ArchiveError::Deflate { .. }), "{error:?}");
    let mut stored = chat();
    stored.size += 1;
    assert_eq!(problems(stored), [ArchiveError::WrongSize { stated: 45, found: 44 }]);
}

#[test]
fn a_list_that_disagrees_with_the_headers_is_refused() {
    for (field, change) in [
        ("name", (|local: &mut Vec<u8>| local[30] = b'X') as fn(&mut Vec<u8>)),
        ("compression", |local| local[8] = 8),
        ("flags", |local| local[6] = 1),
        ("size", |local| local[22] = 1),
        ("size", |local| local[18] = 1),
        ("checksum", |local| local[14] ^= 1),
        ("place: there is no header", |local| local[0] = 0),
    ] {
        let mut member = chat();
        member.change_local = Some(change);
        assert_eq!(problems(member), [ArchiveError::LocalHeader { field }]);
    }
}

#[test]
fn overlapping_entries_are_refused() {
    let mut maker = ZipMaker::of([chat(), Member::stored("b.txt", b"football")]);
    maker.change_central = Some(|central| {
        // The second points at the first's header.
        let second = central.len() - 46 - 5;
        central[second + 42..second + 46].copy_from_slice(&[0; 4]);
    });
    let mut zip = open(maker.bytes()).unwrap();
    assert!(zip.entries()[0].problems.contains(&ArchiveError::Overlap { with: 1 }), "{:?}", zip.entries());
    assert!(zip.entries()[1].problems.contains(&ArchiveError::Overlap { with: 0 }));
    assert!(zip.notices().contains(&ArchiveError::Unlisted(43)), "{:?}", zip.notices());
    assert!(zip.content(0).is_err());
}

#[test]
fn an_entry_that_runs_past_the_files_is_refused() {
    let mut maker = ZipMaker::of([chat()]);
    maker.change_central = Some(|central| central[20] = 200);
    let zip = open(maker.bytes()).unwrap();
    assert!(
        zip.entries()[0].problems.iter().any(|problem| matches!(problem, ArchiveError::OutsideFile { .. })),
        "{:?}",
        zip.entries()
    );
    let mut maker = ZipMaker::of([chat()]);
    maker.change_central = Some(|central| central[42..46].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]));
    let zip = open(maker.bytes()).unwrap();
    assert!(zip.entries()[0].refused().is_some());
}

#[test]
fn bytes_around_and_between_are_told() {
    let bytes = ZipMaker::of([chat()]).bytes();
    let mut zip = open([&b"#!/bin/sh\n"[..], &bytes].concat()).unwrap();
    assert_eq!(zip.notices(), [ArchiveError::LeadingData(10)]);
    assert_eq!(contents(&mut zip, 0).unwrap().len(), 44);
    let mut zip = open([&bytes[..], b"something"].concat()).unwrap();
    assert_eq!(zip.notices(), [ArchiveError::TrailingData(9)]);
    assert_eq!(contents(&mut zip, 0).unwrap().len(), 44);
    let mut maker = ZipMaker::of([chat(), chat()]);
    maker.members[0].behind = b"nobody's".to_vec();
    assert!(open(maker.bytes()).unwrap().notices().contains(&ArchiveError::Unlisted(8)));
    let mut maker = ZipMaker::of([chat()]);
    maker.comment = ZipMaker::of([chat()]).bytes();
    assert!(open(maker.bytes()).unwrap().notices().contains(&ArchiveError::SeveralDirectories));
    let mut maker = ZipMaker::of([chat()]);
    maker.comment = b"from a phone".to_vec();
    assert!(open(maker.bytes()).unwrap().notices().is_empty());
    let mut maker = ZipMaker::of([chat()]);
    maker.stated_entries = Some(2);
    assert_eq!(open(maker.bytes()).unwrap().notices(), [ArchiveError::EntryCount { stated: 2, found: 1 }]);
}

#[test]
fn zip64_is_read_and_told() {
    let mut maker = ZipMaker::of([chat(), Member::deflated("b", b"rain")]);
    maker.zip64 = true;
    let mut zip = open(maker.bytes()).unwrap();
    assert_eq!(zip.notices(), [ArchiveError::Zip64]);
    assert!(zip.entries().iter().all(|entry| entry.problems.is_empty()), "{:?}", zip.entries());
    assert_eq!(contents(&mut zip, 1).unwrap(), b"rain");
    let bytes = maker.bytes();
    let mut broken = bytes.clone();
    let locator = broken.len() - 22 - 20;
    broken[locator + 8] ^= 1;
    // The record is still right before its locator.
    assert!(open(broken.clone()).is_ok());
    let record = locator - 56;
    broken[record] = 0;
    assert!(matches!(open(broken).unwrap_err(), ArchiveError::Zip64Broken { .. }));
    let mut lost = bytes;
    lost[locator] = 0;
    assert!(matches!(open(lost).unwrap_err(), ArchiveError::Zip64Broken { .. }));
    // All ones, and no field that says more.
    let mut maker = ZipMaker::of([chat()]);
    maker.change_central = Some(|central| central[24..28].copy_from_slice(&[0xFF; 4]));
    assert!(matches!(
        open(maker.bytes()).unwrap().entries()[0].refused(),
        Some(ArchiveError::Zip64Broken { .. })
    ));
}

#[test]
fn what_is_no_zip_or_not_all_of_one_is_said_so() {
    assert_eq!(open(Vec::new()).unwrap_err(), ArchiveError::NotAZip);
    assert_eq!(open(b"rain at four".repeat(99)).unwrap_err(), ArchiveError::NotAZip);
    let bytes = ZipMaker::of([chat(), chat()]).bytes();
    for len in 4..bytes.len() {
        let error = open(bytes[..len].to_vec()).unwrap_err();
        assert!(matches!(error, ArchiveError::Truncated { .. }), "cut at {len}: {error}");
    }
    let mut parts = ZipMaker::of([chat()]);
    parts.disk = 1;
    assert_eq!(open(parts.bytes()).unwrap_err(), ArchiveError::SeveralDisks);
    let mut moved = bytes.clone();
    let end = moved.len() - 22;
    moved[end + 16..end + 20].copy_from_slice(&7_u32.to_le_bytes());
    moved[end + 12] = 100;
    assert!(matches!(open(moved).unwrap_err(), ArchiveError::DirectoryOutside { .. }));
    let mut broken = bytes;
    let second = end - 46 - 9;
    broken[second] = 0;
    assert_eq!(open(broken).unwrap_err(), ArchiveError::DirectoryBroken { at: second as u64 });
}

#[test]
fn long_lists_are_refused() {
    let limits = Limits { entries: 2, ..Limits::default() };
    let bytes = ZipMaker::of([chat(), chat(), chat()]).bytes();
    let error = Zip::open(Cursor::new(bytes.clone()), limits).unwrap_err();
    assert_eq!(error, ArchiveError::TooManyEntries { limit: 2 });
    let limits = Limits { directory_bytes: 100, ..Limits::default() };
    let error = Zip::open(Cursor::new(bytes), limits).unwrap_err();
    assert_eq!(error, ArchiveError::DirectoryTooLarge { size: 165, limit: 100 });
}

fn open_tar(bytes: Vec<u8>) -> Result<Tar<Cursor<Vec<u8>>>, ArchiveError> {
    Tar::open(Cursor::new(bytes), Limits::default())
}

#[test]
fn an_ordinary_tar_is_read() {
    let long = format!("media/{}.jpg", "x".repeat(200));
    let pax = format!("30 mtime=1672952673.123456789\n{} path=media/pax.jpg\n", 22);
    let bytes = tar_of(&[
        (tar_header(b"messages.json", 2, b'0'), b"{}"),
        (tar_header(b"././@LongLink", long.len() as u64, b'L'), long.as_bytes()),
        (tar_header(b"cut", 4, b'0'), b"rain"),
        (tar_header(b"x", pax.len() as u64, b'x'), pax.as_bytes()),
        (tar_header(b"y", 3, b'0'), b"sun"),
        (tar_header(b"media/", 0, b'5'), b""),
    ]);
    let mut tar = open_tar(bytes).unwrap();
    assert!(tar.notices().is_empty(), "{:?}", tar.notices());
    let names: Vec<_> = tar.entries().iter().map(|entry| entry.name.clone()).collect();
    assert_eq!(names, ["messages.json", &long, "media/pax.jpg", "media/"]);
    assert!(tar.entries().iter().all(|entry| entry.problems.is_empty()), "{:?}", tar.entries());
    assert_eq!(tar.entries()[2].modified, Reading::epoch_seconds(1_672_952_673));
    let mut out = String::new();
    tar.content(2).unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(out, "sun");
    assert!(tar.content(3).is_err());
}

#[test]
fn hostile_tars_are_refused() {
    let one = |header: [u8; 512], data: &[u8]| open_tar(tar_of(&[(header, data)]));
    let refused =
        |name: &[u8], kind| one(tar_header(name, 0, kind), b"").unwrap().entries()[0].refused().cloned();
    assert_eq!(refused(b"/a", b'0'), Some(ArchiveError::AbsolutePath));
    assert_eq!(refused(b"../a", b'0'), Some(ArchiveError::ParentPath));
    assert_eq!(refused(b"a", b'2'), Some(ArchiveError::Link));
    assert_eq!(refused(b"a", b'1'), Some(ArchiveError::Link));
    assert_eq!(refused(b"a", b'3'), Some(ArchiveError::Special));
    assert_eq!(refused(b"a", b'S'), Some(ArchiveError::Special));
    let header = tar_header(b"a", u64::MAX / 4, b'0');
    let tar = one(header, b"x").unwrap();
    assert!(matches!(tar.notices(), [ArchiveError::Truncated { .. }]), "{:?}", tar.notices());
    assert!(tar.entries()[0].refused().is_some());
    let mut broken = tar_header(b"a", 1, b'0');
    broken[0] = b'b';
    assert_eq!(one(broken, b"x").unwrap_err(), ArchiveError::NotATar);
    assert_eq!(open_tar(Vec::new()).unwrap_err(), ArchiveError::NotATar);
    assert_eq!(open_tar(b"rain at four".repeat(99)).unwrap_err(), ArchiveError::NotATar);
    let long = one(tar_header(b"././@LongLink", 1 << 40, b'L'), b"x").unwrap_err();
    assert!(matches!(long, ArchiveError::TooLarge { .. }), "{long}");
    let whole = tar_of(&[(tar_header(b"a", 3, b'0'), b"sun"), (tar_header(b"b", 600, b'0'), &[7; 600])]);
    for len in (512..whole.len() - 1024).step_by(64) {
        let tar = open_tar(whole[..len].to_vec()).unwrap();
        assert!(!tar.notices().is_empty(), "cut at {len}");
    }
    let mut tar = open_tar([&whole[..], b"more"].concat()).unwrap();
    assert!(matches!(tar.notices(), [ArchiveError::TrailingData(_)]));
    let mut out = Vec::new();
    tar.content(1).unwrap().read_to_end(&mut out).unwrap();
    assert_eq!(out, [7; 600]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_put_in_comes_out(files in proptest::collection::vec(("[a-z]{1,9}", any::<Vec<u8>>(), any::<bool>(), any::<bool>()), 0..9), zip64: bool) {
        let mut maker = ZipMaker::of(files.iter().enumerate().map(|(number, (name, data, deflated, stream))| {
            let name = format!("{number}{name}");
            let mut member = if *deflated { Member::deflated(&name, data) } else { Member::stored(&name, data) };
            member.flags |= if *stream { 8 } else { 0 };
            member
        }));
        maker.zip64 = zip64;
        let mut zip = open(maker.bytes()).unwrap();
        prop_assert_eq!(zip.entries().len(), files.len());
        for (number, (_, data, _, _)) in files.iter().enumerate() {
            prop_assert_eq!(&contents(&mut zip, number).unwrap(), data);
        }
    }

    /// Whatever is broken in it: no panic, no more out than is allowed, and never other contents without an error.
    #[test]
    fn a_broken_zip_gives_no_wrong_contents(changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..4), cut: u16, zip64: bool) {
        let mut maker = ZipMaker::of([chat(), Member::deflated("b.txt", &b"rain at four ".repeat(9)), Member::stored("c", b"sun")]);
        maker.zip64 = zip64;
        let mut bytes = maker.bytes();
        let good = [b"[05/01/2023, 21:04:33] Alice: rain at four\r\n".to_vec(), b"rain at four ".repeat(9), b"sun".to_vec()];
        for (at, value) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = value;
        }
        if cut.is_multiple_of(4) {
            bytes.truncate(usize::from(cut) % bytes.len());
        }
        let tar = Tar::open(Cursor::new(bytes.clone()), Limits::default());
        prop_assert!(tar.is_err());
        if let Ok(mut zip) = open(bytes) {
            for number in 0..zip.entries().len() {
                if let Ok(out) = contents(&mut zip, number) {
                    prop_assert!(out.is_empty() || good.contains(&out));
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, tail: bool) {
        let mut bytes = bytes;
        if tail {
            bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
            bytes.resize(bytes.len() + 10, 0);
        }
        let _ = open(bytes.clone()).map(|mut zip| contents(&mut zip, 0));
        let mut header = tar_header(b"a", 3, b'0').to_vec();
        header.extend(bytes);
        let _ = open_tar(header).map(|mut tar| tar.content(0).map(|mut data| data.read_to_end(&mut Vec::new())));
    }
}
