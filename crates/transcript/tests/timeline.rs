//! What a timeline keeps of a file that is broken in thousands of places.

#![allow(clippy::unwrap_used, reason = "tests")]

use transcript::{Output, Parser, Timeline, WarningKind, Window};

/// Every other byte is unparsed, with a warning; an `m` is a message.
struct Broken;

impl Parser for Broken {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        let conversation = out.directory.intern_conversation(transcript::Conversation::default());
        for (at, byte) in window.bytes.iter().enumerate() {
            let span = window.span(at..at + 1);
            match byte {
                b'x' => {
                    out.warn(WarningKind::Unknown, span, format!("x at {at}"));
                    out.unparsed(span, format!("at {at}"));
                }
                b'm' => out.message(&transcript::Message {
                    source: span,
                    place: transcript::Place::Bytes,
                    conversation,
                    sender: None,
                    sent: transcript::Sent::MISSING,
                    kind: transcript::Kind::Text,
                    text: transcript::Text::EMPTY,
                    extras: None,
                }),
                _ => out.structure(span, transcript::StructureKind::Syntax),
            }
        }
        window.bytes.len()
    }
}

#[test]
fn thousands_of_notes_become_one_and_none_is_lost() {
    let source = ["x,".repeat(10_000), "m,".to_owned(), "x,".repeat(3)].concat();
    let timeline = Timeline::read(&mut Broken, source.as_bytes());
    assert_eq!(timeline.unparsed_bytes(), 10_003);
    let unparsed = timeline.unparsed();
    assert_eq!(unparsed.len(), 4096 + 1);
    assert_eq!(unparsed[0].reason, "at 0");
    let joined = &unparsed[4095];
    assert_eq!((joined.at.start(), joined.at.end()), (8190, 19_999));
    assert_eq!(joined.reason, "5905 pieces with structure between, the first: at 8190");
    // No message lies in a joined piece.
    let message = timeline.get(0).unwrap().source;
    assert!(
        unparsed.iter().all(|piece| piece.at.end() <= message.start() || piece.at.start() >= message.end())
    );
    assert_eq!(unparsed[4096].reason, "3 pieces with structure between, the first: at 20002");
    let warnings = timeline.warnings();
    assert_eq!(warnings.len(), 4097);
    assert_eq!(warnings[4096].note, "5906 more of this kind, and the first of them: x at 8192");
    assert_eq!((warnings[4096].at.start(), warnings[4096].at.end()), (8192, 20_007));
}

#[test]
fn a_few_notes_are_kept_one_by_one() {
    let source = "x,".repeat(4096);
    let timeline = Timeline::read(&mut Broken, source.as_bytes());
    assert_eq!((timeline.unparsed().len(), timeline.warnings().len()), (4096, 4096));
    assert!(timeline.unparsed().iter().all(|piece| piece.at.len() == 1));
}

/// A heading may be long and its rows short: what it says is kept once.
#[test]
fn a_long_heading_is_not_kept_with_every_row() {
    let heading = "weather ".repeat(100_000);
    let rows = "1,rain\n2,sun\n".repeat(20_000);
    let source = format!("ID,{heading}\n{rows}");
    let descriptor = transcript::Format::DiscordPackageCsv.descriptor().unwrap();
    let timeline = transcript::Timeline::read(&mut *(descriptor.parser)(), source.as_bytes());
    assert_eq!(timeline.len(), 40_000);
    let last = timeline.get(39_999).unwrap();
    let detail = &last.extras.as_ref().unwrap().details[0];
    assert!(detail.name.len() <= transcript::LONGEST_NAME && detail.name.ends_with('…'), "{}", detail.name);
    assert_eq!((detail.name.starts_with("weather weather"), detail.value.as_str()), (true, "sun"));
    assert_eq!(
        timeline
            .messages()
            .filter(|message| message
                .extras
                .as_ref()
                .is_some_and(|extras| extras.details == last.extras.as_ref().unwrap().details))
            .count(),
        20_000
    );
}
