//! Several files together: which are chats, which belong to which message, which to none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;
#[path = "support/zips.rs"]
mod zips;

use std::io::{self, Cursor, Read};

use proptest::prelude::*;
use transcript::archive::{Limits, Tar, Zip};
use transcript::collection::{
    Collection, Files, How, Listed, Match, Matches, Named, Role, match_attachments,
};
use transcript::{
    Attachment, ConversationId, Extras, Format, Kind, Message, Place, Precision, Reading, Sent, Span, Text,
    ZoneBasis,
};
use zips::{Member, ZipMaker, tar_header, tar_of};

/// Files in memory.
#[derive(Default)]
struct Folder(Vec<(Listed, Vec<u8>)>);

impl Folder {
    fn with(mut self, name: &str, content: &[u8]) -> Self {
        let listed = Listed {
            name: name.into(),
            size: content.len() as u64,
            modified: Reading::Missing,
            folder: false,
            refused: None,
        };
        self.0.push((listed, content.to_vec()));
        self
    }

    fn modified(mut self, second: i64) -> Self {
        self.0.last_mut().unwrap().0.modified = instant(second);
        self
    }
}

impl Files for Folder {
    fn list(&self) -> Vec<Listed> {
        self.0.iter().map(|(listed, _)| listed.clone()).collect()
    }

    fn open(&mut self, number: usize) -> io::Result<Box<dyn Read + '_>> {
        if self.0[number].0.name.contains("unreadable") {
            return Err(io::Error::other("the disk is broken there"));
        }
        Ok(Box::new(&self.0[number].1[..]))
    }
}

fn instant(second: i64) -> Reading {
    Reading::Instant(jiff::Timestamp::from_second(second).unwrap(), ZoneBasis::Epoch)
}

const PICTURE: &[u8] = b"\xFF\xD8\xFF\xE0 not really";

fn attachment(name: &str) -> Attachment {
    Attachment { name: Some(name.to_owned()), ..Attachment::default() }
}

fn named(source: usize, id: &str, sent: Reading, attachment: Attachment) -> Named {
    let message = Message {
        source: Span::new(3, 9),
        place: Place::Bytes,
        conversation: ConversationId(0),
        sender: None,
        sent: Sent { written: Text::EMPTY, reading: sent, precision: Precision::Second },
        kind: Kind::Media,
        text: Text::EMPTY,
        extras: Some(Box::new(Extras {
            id: Some(id.to_owned()),
            attachments: vec![attachment],
            ..Extras::default()
        })),
    };
    Named::of_message(source, &message).next().unwrap()
}

/// Matches one attachment of the first file.
fn matched(folder: Folder, attachment: Attachment) -> Matches {
    let mut folder = folder;
    let collection = Collection::survey(&mut folder);
    match_attachments(&collection, [named(0, "77", Reading::Missing, attachment)])
}

fn only(matches: &Matches) -> &Match {
    assert_eq!((matches.matches.len(), matches.misses.len()), (1, 0), "{matches:#?}");
    &matches.matches[0]
}

#[test]
fn names_as_the_services_write_them() {
    for (written, file, how) in [
        ("photo.jpg", "chat/photo.jpg", How::Path),
        ("./media/photo.jpg", "chat/media/photo.jpg", How::Path),
        ("media/photo.jpg", "media/photo.jpg", How::Path),
        ("../media/photo.jpg", "media/photo.jpg", How::Path),
        ("your_activity/messages/inbox/x_1/photos/p.jpg", "messages/inbox/x_1/photos/p.jpg", How::Path),
        ("photo.jpg", "elsewhere/photo.jpg", How::Name),
        ("my%20photo.jpg", "my photo.jpg", How::Path),
        ("File-a.jpg?account_id=1", "chat/File-a.jpg_account_id=1", How::Path),
        ("b~EiQSabc", "chat_media/2024-04-20_b~EiQSabc.jpg", How::Identifier),
        ("https://video.example/dm/1/2/name.jpg", "direct_messages_media/77-name.jpg", How::Identifier),
        ("https://cdn.example/attachments/1/2/image.png?ex=1&is=2", "media/image.png", How::Name),
        ("image.png", "media/image-0A1BC.png", How::SimilarName),
        ("\u{200e}Cafe\u{301}.jpg", "CAF\u{c9}.JPG", How::SimilarName),
    ] {
        let folder =
            Folder::default().with("chat/list.bin", b"\0\0").with(file, PICTURE).with("other.jpg", PICTURE);
        let matches = matched(folder, attachment(written));
        let found = only(&matches);
        assert_eq!((found.files.as_slice(), found.how), (&[1][..], how), "{written}");
        assert_eq!(matches.orphans, [0, 2], "{written}");
    }
}

#[test]
fn names_that_are_not_there_are_missed() {
    for written in [
        "photo.jpg",
        "b~nothing",
        "https://example.org/",
        "../../etc/passwd",
        "%",
        "%ff%fe.jpg",
        "/",
        "..",
        "a\0b",
    ] {
        let folder = Folder::default().with("chat.bin", b"\0\0").with("other.jpg", PICTURE);
        let matches = matched(folder, attachment(written));
        assert_eq!((matches.matches.len(), matches.misses.len()), (0, 1), "{written}: {matches:?}");
        assert_eq!(matches.orphans, [0, 1]);
    }
    let nameless = matched(Folder::default().with("a.jpg", PICTURE), Attachment::default());
    assert!(nameless.misses[0].why.contains("names no file"));
}

#[test]
fn what_was_left_out_or_is_embedded_is_not_missed() {
    let left_out = Attachment { left_out: Some("<Media omitted>".into()), ..Attachment::default() };
    assert_eq!(matched(Folder::default(), left_out).left_out.len(), 1);
    let mut not_included = attachment("photo.jpg");
    not_included.left_out = Some("(File not included)".into());
    let matches = matched(Folder::default().with("chat.bin", b"\0"), not_included.clone());
    assert_eq!((matches.left_out.len(), matches.misses.len()), (1, 0));
    // What is there all the same is found.
    let matches = matched(Folder::default().with("photo.jpg", PICTURE), not_included);
    assert_eq!(matches.matches.len(), 1);
    let embedded = Attachment { embedded: Some(Span::new(4, 5)), ..attachment("photo.jpg") };
    assert_eq!(matched(Folder::default(), embedded).embedded.len(), 1);
}

#[test]
fn of_several_the_nearest_and_the_right_size() {
    let folder = || {
        Folder::default()
            .with("a/chat.bin", b"\0\0")
            .with("b/x/photo.jpg", PICTURE)
            .with("a/x/photo.jpg", PICTURE)
            .with("a/y/photo.jpg", b"\xFF\xD8\xFF longer than the other one")
    };
    assert_eq!(only(&matched(folder(), attachment("photo.jpg"))).files, [2, 3]);
    let mut sized = attachment("photo.jpg");
    sized.size = Some(PICTURE.len() as u64);
    let matches = matched(folder(), sized.clone());
    assert_eq!((only(&matches).files.as_slice(), only(&matches).size_differs), (&[2][..], false));
    assert_eq!(matches.orphans, [0, 1, 3]);
    sized.size = Some(1);
    assert!(only(&matched(folder(), sized)).size_differs);
}

#[test]
fn size_and_time_are_weaker_evidence() {
    let folder = || {
        Folder::default()
            .with("chat.bin", b"\0\0")
            .with("one.jpg", &[PICTURE, b"1234"].concat())
            .modified(1_700_000_000)
            .with("two.jpg", &[PICTURE, b"5678"].concat())
            .modified(1_700_000_100)
            .with("three.jpg", PICTURE)
            .modified(1_700_000_200)
    };
    let collection = Collection::survey(&mut folder());
    let sized = |size: usize| Attachment { size: Some(size as u64), ..Attachment::default() };
    let find = |second, attachment| {
        let matches = match_attachments(&collection, [named(0, "1", instant(second), attachment)]);
        matches.matches.first().map(|found| (found.files.clone(), found.how))
    };
    let long = PICTURE.len() + 4;
    assert_eq!(find(0, sized(PICTURE.len())), Some((vec![3], How::Size)));
    assert_eq!(find(1_700_000_101, sized(long)), Some((vec![2], How::SizeAndTime)));
    assert_eq!(find(0, sized(long)), None, "two of that size");
    assert_eq!(find(1_700_000_202, Attachment::default()), Some((vec![3], How::Time)));
    assert_eq!(find(1_700_000_203, Attachment::default()), None);
    // A name decides before a size does.
    let all =
        [named(0, "1", instant(0), sized(PICTURE.len())), named(0, "2", instant(0), attachment("three.jpg"))];
    let matches = match_attachments(&collection, all);
    assert_eq!(matches.matches.len(), 1);
    assert_eq!(matches.misses.len(), 1);
    assert_eq!(matches.orphans, [0, 1, 2]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut folder = Folder::default()
        .with("unreadable.txt", b"x")
        .with("a.jpg", PICTURE)
        .with("b.txt", b"")
        .with("c", b"");
    folder.0[2].0.refused = Some("it is encrypted".into());
    folder.0[3].0.folder = true;
    let collection = Collection::survey(&mut folder);
    assert_eq!(collection.roles[0], Role::Unread("the disk is broken there".into()));
    assert_eq!(collection.roles[1], Role::Media("a picture (JPEG)"));
    assert_eq!(collection.roles[2], Role::Unread("it is encrypted".into()));
    assert_eq!(collection.roles[3], Role::Folder);
    let matches = match_attachments(&collection, []);
    assert_eq!(matches.orphans, [0, 1, 2]);
}

fn fixture(format: Format) -> Option<Vec<u8>> {
    support::fixtures().into_iter().find(|fixture| fixture.format == format).map(|fixture| fixture.bytes)
}

#[test]
fn parts_are_put_together_in_numeric_order() {
    for (format, names, first, missing) in [
        (
            Format::MessengerJson,
            ["message_10.json", "message_2.json", "message_1.json"],
            3,
            vec![3, 4, 5, 6, 7, 8, 9],
        ),
        (Format::InstagramJson, ["message_1.json", "message_2.json", "message_3.json"], 1, vec![]),
        (Format::TelegramHtml, ["messages.html", "messages3.html", "messages2.html"], 1, vec![]),
        (
            Format::XDirectMessages,
            ["direct-messages-part2.js", "direct-messages.js", "direct-messages-part1.js"],
            2,
            vec![],
        ),
    ] {
        let Some(bytes) = fixture(format) else { continue };
        let mut folder = Folder::default().with("readme.txt", b"hello");
        for name in names {
            folder = folder.with(&format!("inbox/x/{name}"), &bytes);
        }
        folder = folder.with(&format!("inbox/y/{}", names[0]), &bytes);
        let collection = Collection::survey(&mut folder);
        assert_eq!(collection.sources.len(), 2, "{format:?}: {:#?}", collection.sources);
        let source = collection.sources.iter().find(|source| source.parts.len() == 3).unwrap();
        assert_eq!(source.format, format);
        assert_eq!(source.parts[0], first, "{format:?}");
        let mut sorted = source.parts.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [1, 2, 3]);
        assert_eq!(source.missing, missing);
        assert_eq!(collection.roles[0], Role::Other);
        let number = collection.sources.iter().position(|source| source.parts.len() == 3).unwrap();
        assert_eq!(collection.roles[1], Role::Chat(number));
    }
}

/// Every format's fixture among others, in a zip, and in UTF-16.
#[test]
fn chats_are_recognised_by_content_alone() {
    for fixture in support::fixtures() {
        let utf16: Vec<u8> = match std::str::from_utf8(&fixture.bytes) {
            Ok(text) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Err(_) => continue,
        };
        let bytes = ZipMaker::of([
            Member::deflated("some name", &fixture.bytes),
            Member::stored("picture", PICTURE),
            Member::deflated("folder/another", &utf16),
        ])
        .bytes();
        let mut zip = Zip::open(Cursor::new(bytes), Limits::default()).unwrap();
        let collection = Collection::survey(&mut zip);
        let path = fixture.path.display();
        let formats: Vec<_> = collection.sources.iter().map(|source| source.format).collect();
        let alone = transcript::recognise(&fixture.bytes).first().map(|found| found.format);
        assert_eq!(formats.first().copied(), alone, "{path}");
        // Too short a text shows no UTF-16 without its mark.
        if fixture.bytes.len() > 64 && fixture.bytes.is_ascii() {
            assert_eq!(formats.get(1).copied(), alone, "{path} in UTF-16");
        }
    }
}

#[test]
fn a_tar_is_a_collection_too() {
    let bytes = tar_of(&[
        (tar_header(b"messages.json", 2, b'0'), b"{}"),
        (tar_header(b"media/1.jpg", PICTURE.len() as u64, b'0'), PICTURE),
    ]);
    let mut tar = Tar::open(Cursor::new(bytes), Limits::default()).unwrap();
    let collection = Collection::survey(&mut tar);
    assert_eq!(collection.roles, [Role::Other, Role::Media("a picture (JPEG)")]);
}

#[test]
fn thousands_of_one_name_do_not_take_a_square_of_time() {
    let mut folder = Folder::default();
    for number in 0..20_000 {
        folder = folder.with(&format!("{number}/image.png"), PICTURE);
    }
    let collection = Collection::survey(&mut folder);
    let begun = std::time::Instant::now();
    let all = (0..20_000).map(|_| named(0, "1", Reading::Missing, attachment("image.png")));
    let matches = match_attachments(&collection, all.collect::<Vec<_>>());
    assert_eq!(matches.matches.len(), 20_000);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every named file is in just one list, and every file is a chat, matched, or an orphan.
    #[test]
    fn nothing_is_dropped(
        files in proptest::collection::vec(("([a-c]/){0,2}[a-d]\\.(jpg|txt)", 0_usize..4, 0_i64..9), 0..12),
        names in proptest::collection::vec((proptest::option::of("(\\./|https://x\\.example/)?([a-c]/){0,2}[a-e]\\.(jpg|txt)"), proptest::option::of(0_u64..20), any::<bool>(), any::<bool>(), 0_i64..9), 0..12),
    ) {
        let mut folder = Folder::default();
        for (name, size, second) in &files {
            folder = folder.with(name, &PICTURE[..PICTURE.len() - size]).modified(*second);
        }
        let collection = Collection::survey(&mut folder);
        let all: Vec<Named> = names.iter().map(|(name, size, left_out, embedded, second)| named(0, "1", instant(*second), Attachment {
            name: name.clone(),
            size: *size,
            left_out: left_out.then(|| "omitted".into()),
            embedded: embedded.then(|| Span::new(0, 1)),
            ..Attachment::default()
        })).collect();
        let matches = match_attachments(&collection, all.clone());
        let mut seen: Vec<&Named> = matches.matches.iter().map(|found| &found.named).collect();
        seen.extend(matches.misses.iter().map(|miss| &miss.named));
        seen.extend(&matches.left_out);
        seen.extend(&matches.embedded);
        prop_assert_eq!(seen.len(), all.len());
        for one in &all {
            let count = |list: &[&Named]| list.iter().filter(|other| **other == one).count();
            prop_assert_eq!(count(&seen), count(&all.iter().collect::<Vec<_>>()));
        }
        for (number, role) in collection.roles.iter().enumerate() {
            let matched = matches.matches.iter().any(|found| found.files.contains(&number));
            let orphan = matches.orphans.contains(&number);
            prop_assert!(matched != orphan || (!orphan && matches!(role, Role::Chat(_))), "{}: {:?}", number, role);
        }
    }
}
