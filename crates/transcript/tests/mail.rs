//! Mails and mailboxes: rendered and read again, and what hostile ones do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::format_push_string)]

mod support;

use proptest::prelude::*;
use support::{read, read_in_pieces};
use transcript::{Format, Reading, WarningKind};

/// As mboxrd quotes: every line of any number of `>` and `From ` gets one more.
fn quoted(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        if line.trim_start_matches('>').starts_with("From ") { format!(">{line}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

proptest! {
    #[test]
    fn a_mailbox_rendered_and_read_again(
        mails in prop::collection::vec(("[a-z]{1,8}", "[a-z]([a-zé⚽ ]{0,20}|\n>{0,2}From [a-z]{1,5}|\n\n[a-z]){0,4}[a-z]", 0_i64..2_000_000_000, -12_i8..13), 1..8),
        crlf in any::<bool>(),
    ) {
        let mut source = String::new();
        for (name, text, seconds, hours) in &mails {
            let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(*hours));
            let date = jiff::Timestamp::from_second(*seconds).unwrap().to_zoned(zone).strftime("%a, %-d %b %Y %H:%M:%S %z").to_string();
            source += &format!("From {name}@example.org Mon Jan  1 00:00:00 2024\nFrom: {name}@example.org\nDate: {date}\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{}\n\n", quoted(text));
        }
        if crlf {
            source = source.replace('\n', "\r\n");
        }
        let (said, directory) = read(Format::Mbox, source.as_bytes());
        prop_assert!(said.unparsed.is_empty() && said.warnings.is_empty(), "{:#?}", said);
        prop_assert_eq!(said.messages.len(), mails.len());
        for (message, (name, text, seconds, _)) in said.messages.iter().zip(&mails) {
            let expected = if crlf { text.replace('\n', "\r\n") } else { text.clone() };
            prop_assert_eq!(&*message.text.value, expected);
            prop_assert_eq!(message.sent.reading, Reading::Instant(jiff::Timestamp::from_second(*seconds).unwrap(), transcript::ZoneBasis::Stated));
            let sender = directory.participant(message.sender.unwrap()).unwrap();
            prop_assert_eq!(sender.handle.clone(), Some(format!("{name}@example.org")));
        }
        let (pieces, _) = read_in_pieces(Format::Mbox, source.as_bytes(), 61);
        prop_assert_eq!(pieces.joined(), said.joined());
    }

    #[test]
    fn any_lines_are_accounted_for(lines in prop::collection::vec(prop::sample::select(vec![
        "From a@b Mon Jan  1 00:00:00 2024", "From: a@b", "Date: Mon, 1 Jan 2024 10:00:00 +0000", "Subject: =?utf-8?B?w6k=?=", "", "text",
        "Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/alternative; boundary=\"c\"", "--b", "--b--", "--c", "--c--",
        "Content-Type: message/rfc822", "Content-Type: text/html", "<p>x", "Content-Transfer-Encoding: base64", "AAAA", "=", "=C3",
        "Content-Transfer-Encoding: quoted-printable", ">From x", ">>From x", "Content-Type: text/plain; format=flowed; delsp=yes; charset=gbk",
        "Content-Disposition: attachment; filename*0*=utf-8''a; filename*1=b", "\u{FEFF}", " folded", "To: a:;", "X-GM-THRID: 1",
    ]), 0..40), end in prop::sample::select(vec!["\n", "\r\n"])) {
        let source = lines.join(end);
        for format in [Format::Eml, Format::Mbox] {
            let (whole, _) = read(format, source.as_bytes());
            let (pieces, _) = read_in_pieces(format, source.as_bytes(), 5);
            prop_assert_eq!(pieces.joined(), whole.joined());
        }
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut source = b"From: a@b\nContent-Type: text/html; charset=shift_jis\nContent-Transfer-Encoding: quoted-printable\n\n".to_vec();
        source.extend_from_slice(&bytes);
        read(Format::Eml, &source);
        read(Format::Eml, &bytes);
        read(Format::Mbox, &bytes);
    }
}

#[test]
fn mails_made_to_break_readers() {
    let head = "From: a@b\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n";
    let nested = (0..10_000).fold(String::new(), |nested, depth| {
        nested + &format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n")
    });
    let sources = [
        format!("{head}{}", "Content-Type: message/rfc822\n\n".repeat(10_000)),
        format!("{head}{}", "Content-Type: message/\n rfc822\n\n".repeat(10_000)),
        format!("{head}{nested}"),
        format!(
            "{head}Content-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\nContent-Type: multipart/mixed; boundary=none\n\n".repeat(10_000)
        ),
    ];
    for source in &sources {
        let (said, _) = read(Format::Eml, source.as_bytes());
        assert_eq!(said.messages.len(), 1);
        assert!(
            said.warnings.iter().any(|warning| warning.kind == WarningKind::Unknown),
            "{:?}",
            said.warnings
        );
    }
    for filler in
        ["a", "<", "<a", "<style>", "<!--", "&", "=", "\n", ">From ", "\n>From ", "--b\n", " \n", "> \n"]
    {
        for kind in ["text/html", "text/plain; format=flowed", "multipart/mixed; boundary=b"] {
            let source = format!("{head}Content-Type: {kind}\n\n{}", filler.repeat((1 << 18) / filler.len()));
            read(Format::Eml, source.as_bytes());
            read(Format::Mbox, format!("From a@b Mon Jan  1 00:00:00 2024\n{source}").as_bytes());
        }
    }
    read(Format::Eml, "To: a,".repeat(1 << 16).as_bytes());
    read(Format::Eml, format!("Subject: {}", "=?utf-8?Q?a?= ".repeat(1 << 14)).as_bytes());
    read(Format::Eml, format!("From: {}", "(".repeat(1 << 18)).as_bytes());
}
