//! Every fixture against its reviewed timeline, and against what must hold however a source is cut.
//!
//! `UPDATE_TIMELINES=whatsapp cargo test -p transcript --test fixtures timelines` writes that format's timelines anew;
//! read them before you commit them.

mod support;

use support::{fixtures, read, read_in_pieces, render};
use transcript::{Reading, Timeline, recognise};

#[test]
fn timelines() {
    let update = std::env::var("UPDATE_TIMELINES").unwrap_or_default();
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let (said, directory) = read(fixture.format, &fixture.bytes);
        let timeline = render(&fixture.bytes, &said, &directory);
        let golden = fixture.path.with_extension(format!(
            "{}.timeline",
            fixture.path.extension().unwrap_or_default().to_str().unwrap()
        ));
        let folder = fixture.path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        if update == folder || update == "all" {
            std::fs::write(&golden, &timeline).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != timeline {
            wrong.push(format!("{}\n{timeline}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "not as reviewed:\n{}", wrong.join("\n"));
}

#[test]
fn each_is_recognised_by_its_content() {
    for fixture in fixtures() {
        let found = recognise(&fixture.bytes);
        let first = found.first().unwrap_or_else(|| panic!("{}: not recognised", fixture.path.display()));
        assert_eq!(first.format, fixture.format, "{}: {found:#?}", fixture.path.display());
    }
}

#[test]
fn pieces_make_no_difference() {
    for fixture in fixtures() {
        let (whole, directory) = read(fixture.format, &fixture.bytes);
        let whole = whole.joined();
        for size in [1, 7, 61, 4096] {
            let (pieces, other) = read_in_pieces(fixture.format, &fixture.bytes, size);
            assert_eq!(pieces.joined(), whole, "{} in pieces of {size}", fixture.path.display());
            assert_eq!(other.participants(), directory.participants());
            assert_eq!(other.conversations(), directory.conversations());
        }
    }
}

#[test]
fn the_timeline_keeps_what_the_parser_said() {
    for fixture in fixtures() {
        let (said, _) = read(fixture.format, &fixture.bytes);
        let timeline = Timeline::read(&mut *support::parser(fixture.format), &fixture.bytes);
        assert_eq!(timeline.len(), said.messages.len());
        for (number, (kept, message)) in timeline.messages().zip(&said.messages).enumerate() {
            let kept = kept.into_owned();
            assert_eq!(kept.source, message.source);
            assert_eq!(kept.place, message.place);
            assert_eq!(kept.sender, message.sender);
            assert_eq!(kept.text.value, message.text.value);
            assert_eq!(kept.sent.written.value, message.sent.written.value);
            assert_eq!(kept.sent.reading.sort_key(), message.sent.reading.sort_key());
            assert_eq!(kept.extras.unwrap_or_default(), message.extras.clone().unwrap_or_default());
            assert_eq!(timeline.get(number).unwrap().source, message.source);
        }
        assert_eq!(timeline.by_time().len(), timeline.len());
    }
}

/// A source cut short may say less; it may not say anything else.
#[test]
fn a_cut_source_gives_no_other_message() {
    for fixture in fixtures() {
        let (whole, _) = read(fixture.format, &fixture.bytes);
        let step = (fixture.bytes.len() / 400).max(1);
        for len in (0..fixture.bytes.len()).step_by(step) {
            let (cut, _) = read(fixture.format, &fixture.bytes[..len]);
            let surely = cut.messages.iter().filter(|message| message.source.end() < len as u64);
            for message in surely {
                let same = whole.messages.iter().find(|other| other.source.start() == message.source.start());
                let same = same.unwrap_or_else(|| {
                    panic!("{} cut at {len}: a message from nowhere: {message:?}", fixture.path.display())
                });
                assert_eq!(same.text.value, message.text.value, "{} cut at {len}", fixture.path.display());
                let undecided = matches!(message.sent.reading, Reading::Ambiguous { .. });
                assert!(
                    undecided || same.sent.reading == message.sent.reading,
                    "{} cut at {len}: another time: {message:?}",
                    fixture.path.display()
                );
            }
        }
    }
}
