//! The corpora of the fuzz targets `archive`, `mentions` and `encoding`, replayed. `WRITE_CORPUS=1` makes the archives
//! of it anew.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "support/around.rs"]
mod around;
#[path = "support/zips.rs"]
mod zips;

use std::path::PathBuf;

use zips::{Member, ZipMaker, tar_header, tar_of};

fn folder(target: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fuzz/corpus", target].iter().collect()
}

fn replay(target: &str, check: fn(&[u8])) {
    let mut inputs = 0;
    for entry in std::fs::read_dir(folder(target)).unwrap() {
        check(&std::fs::read(entry.unwrap().path()).unwrap());
        inputs += 1;
    }
    assert!(inputs > 2, "{target}: {inputs} inputs");
}

#[test]
fn archive() {
    if std::env::var_os("WRITE_CORPUS").is_some() {
        write_archives();
    }
    replay("archive", around::archive);
}

#[test]
fn mentions() {
    replay("mentions", around::mentions);
}

#[test]
fn encoding() {
    replay("encoding", around::encoding);
}

fn write_archives() {
    let chat = || Member::deflated("_chat.txt", b"[05/01/2023, 21:04:33] Alice: rain at four\r\n");
    let plain =
        ZipMaker::of([chat(), Member::stored("a.jpg", b"\xFF\xD8\xFF\xE0"), Member::stored("d/", b"")]);
    let mut streamed = chat();
    streamed.flags |= 8;
    let mut wide = ZipMaker::of([chat(), Member::stored("b", b"sun")]);
    wide.zip64 = true;
    let mut bomb = Member::deflated("bomb", b"");
    (bomb.data, bomb.size) = (zips::deflate(&vec![0; 1 << 16]), 1 << 16);
    let mut overlap = ZipMaker::of([chat(), Member::stored("b.txt", b"football")]);
    overlap.change_central = Some(|central| {
        let second = central.len() - 46 - 5;
        central[second + 42..second + 46].copy_from_slice(&[0; 4]);
    });
    let mut commented = ZipMaker::of([chat()]);
    commented.comment = ZipMaker::of([chat()]).bytes();
    let nested = ZipMaker::of([Member::stored("inner.zip", &plain.bytes())]);
    let pax = "22 path=media/pax.jpg\n";
    let tar = tar_of(&[
        (tar_header(b"messages.json", 2, b'0'), b"{}"),
        (tar_header(b"././@LongLink", 5, b'L'), b"long\0"),
        (tar_header(b"cut", 4, b'0'), b"rain"),
        (tar_header(b"x", pax.len() as u64, b'x'), pax.as_bytes()),
        (tar_header(b"y", 3, b'0'), b"sun"),
        (tar_header(b"../link", 0, b'2'), b""),
    ]);
    for (name, bytes) in [
        ("plain", plain.bytes()),
        ("streamed", ZipMaker::of([streamed]).bytes()),
        ("zip64", wide.bytes()),
        ("bomb", ZipMaker::of([bomb]).bytes()),
        ("overlap", overlap.bytes()),
        ("two_ends", commented.bytes()),
        ("nested", nested.bytes()),
        (
            "names",
            ZipMaker::of(["../a", "C:\\a", "A", "a", "/b"].map(|name| Member::stored(name, b"x"))).bytes(),
        ),
        ("tar", tar),
    ] {
        std::fs::write(folder("archive").join(name), bytes).unwrap();
    }
}
