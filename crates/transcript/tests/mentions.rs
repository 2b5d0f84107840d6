//! Identifiers found in texts: what is one, what only looks like one, and where it stands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use proptest::prelude::*;
use transcript::mentions::{Currency, Mention, MentionKind, Region, find, in_message};
use transcript::{Conversation, ConversationId, Message, Place, Sent, Span, Text};

use MentionKind::{Crypto, Email, Handle, Phone, Postcode, Url};

fn gb() -> Option<Region> {
    Region::of("GB")
}

/// What is found, as written.
fn found(text: &str, region: Option<Region>) -> Vec<(MentionKind, &str, Option<String>)> {
    find(text, region).into_iter().map(|Mention { kind, at, normal }| (kind, &text[at], normal)).collect()
}

fn one(text: &str, region: Option<Region>) -> (MentionKind, &str, Option<String>) {
    let found = found(text, region);
    assert_eq!(found.len(), 1, "{text:?}: {found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn handles() {
    for (text, handle) in [
        ("ask @bob.smith_1!", "@bob.smith_1"),
        ("@alice, are you in?", "@alice"),
        ("(@alice)", "@alice"),
        ("it is @carol.", "@carol"),
        ("sent to @447700900123 just now", "@447700900123"),
        ("find me at @dan@social.example too", "@dan@social.example"),
        ("@4ever", "@4ever"),
    ] {
        assert_eq!(one(text, None), (Handle, handle, None));
    }
    for text in [
        "see you @7pm",
        "@ 5",
        "@7",
        "@19.30",
        "@7.30pm",
        "a@b",
        "@",
        "@@",
        "@.a",
        "x@ y",
        "@é",
        "@zoë",
        "@9am",
    ] {
        assert_eq!(found(text, None), [], "{text}");
    }
}

#[test]
fn emails() {
    for (text, email, normal) in [
        ("write to bob@example.com.", "bob@example.com", "bob@example.com"),
        (
            "<Bob.Smith+x@Mail.Example.CO.UK>",
            "Bob.Smith+x@Mail.Example.CO.UK",
            "Bob.Smith+x@mail.example.co.uk",
        ),
        ("mailto:a_b@example.org?subject=x", "a_b@example.org", "a_b@example.org"),
    ] {
        assert_eq!(one(text, None), (Email, email, Some(normal.to_owned())));
    }
    for text in
        ["bob@", "bob@example", "bob@@example.com", "a..b@example.com", "bob@example.c", "bob@1.2.3.4"]
    {
        assert!(!found(text, None).iter().any(|(kind, ..)| *kind == Email), "{text}");
    }
}

#[test]
fn urls() {
    for (text, url) in [
        ("see https://example.org/a?b=c#d.", "https://example.org/a?b=c#d"),
        ("(https://example.org/wiki/Rain_(weather))", "https://example.org/wiki/Rain_(weather)"),
        ("(see https://example.org/a)", "https://example.org/a"),
        ("www.example.org, ok", "www.example.org"),
        ("look at example.com now", "example.com"),
        ("t.me/example", "t.me/example"),
        ("discord.gg/abc123!", "discord.gg/abc123"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/@bob?x=07700900123", "https://example.org/@bob?x=07700900123"),
        ("„https://example.org/ü“", "https://example.org/ü"),
        ("https://bücher.example/", "https://bücher.example/"),
        ("http://[2001:db8::1]/a", "http://[2001:db8::1]/a"),
    ] {
        assert_eq!(one(text, None), (Url, url, None));
    }
    for text in [
        "end.See you",
        "e.g. this",
        "http://",
        "http:// x",
        "ok.so",
        "v1.2.3",
        "3.com5",
        "file.txt",
        "a.b.c",
        "://x",
    ] {
        assert_eq!(found(text, None), [], "{text}");
    }
}

#[test]
fn phones_in_international_form() {
    for (text, written, normal) in [
        ("ring +44 7700 900123 later", "+44 7700 900123", "+447700900123"),
        ("+447700900123", "+447700900123", "+447700900123"),
        ("+44 (0)7700 900123.", "+44 (0)7700 900123", "+447700900123"),
        ("+44 07700 900123", "+44 07700 900123", "+447700900123"),
        ("(+44) 7700 900123", "(+44) 7700 900123", "+447700900123"),
        ("+1 (202) 555-0143", "+1 (202) 555-0143", "+12025550143"),
        ("+1-202-555-0143", "+1-202-555-0143", "+12025550143"),
        ("+44\u{a0}7700\u{a0}900123", "+44\u{a0}7700\u{a0}900123", "+447700900123"),
        ("\u{202a}+44\u{a0}7700\u{2011}900123\u{202c}", "+44\u{a0}7700\u{2011}900123", "+447700900123"),
        ("+353 20 913 1234", "+353 20 913 1234", "+353209131234"),
        ("+61 491 570 006", "+61 491 570 006", "+61491570006"),
        ("+380 44 123 4567", "+380 44 123 4567", "+380441234567"),
        ("tel:+441632960001;", "+441632960001", "+441632960001"),
    ] {
        assert_eq!(one(text, None), (Phone, written, Some(normal.to_owned())), "{text}");
    }
    for text in [
        "+1",
        "+5 for that",
        "+44 7700",
        "1+447700900123",
        "+999 1234567890123",
        "+1 202 555 014",
        "+2800 1234567",
        "+20%",
    ] {
        assert_eq!(found(text, None), [], "{text}");
    }
}

#[test]
fn phones_in_national_form() {
    for (text, written) in [
        ("on 07700 900123 now", "07700 900123"),
        ("07700900123", "07700900123"),
        ("(01632) 960001", "(01632) 960001"),
        ("0161 496 0000", "0161 496 0000"),
        ("07700-900-123", "07700-900-123"),
    ] {
        assert_eq!(one(text, None), (Phone, written, None), "without a region there is no normal form");
        let normal = format!("+44{}", &written.replace(['(', ')', ' ', '-'], "")[1..]);
        assert_eq!(one(text, gb()), (Phone, written, Some(normal)));
    }
    assert_eq!(one("020 7946 0000", gb()), (Phone, "020 7946 0000", Some("+442079460000".into())));
    assert_eq!(one("0044 7700 900123", gb()).2, Some("+447700900123".into()));
    assert_eq!(one("(202) 555-0143", None), (Phone, "(202) 555-0143", None));
    assert_eq!(one("(202) 555-0143", Region::of("us")).2, Some("+12025550143".into()));
    assert_eq!(one("1-202-555-0143", Region::of("US")).2, Some("+12025550143".into()));
    assert_eq!(one("06 39 98 12 34", Region::of("FR")).2, Some("+33639981234".into()));
    assert_eq!(Region::of("XX"), None);
}

#[test]
fn postcodes() {
    for (text, written, normal) in [
        ("come to SW1A 1AA.", "SW1A 1AA", "SW1A 1AA"),
        ("m1 1ae", "m1 1ae", "M1 1AE"),
        ("EC1A1BB", "EC1A1BB", "EC1A 1BB"),
        ("B33\u{a0}8TH", "B33\u{a0}8TH", "B33 8TH"),
        ("(CR2 6XH)", "CR2 6XH", "CR2 6XH"),
        ("DN55 1PT, ok", "DN55 1PT", "DN55 1PT"),
        ("GIR 0AA", "GIR 0AA", "GIR 0AA"),
    ] {
        assert_eq!(one(text, None), (Postcode, written, Some(normal.to_owned())));
    }
    for text in [
        "b4 9am",
        "ok 2am",
        "QQ1 1AA",
        "SW1A 1CA",
        "SW1A  1AA",
        "SW1A",
        "A1 2",
        "m4 5th",
        "e1 2nd",
        "XSW1A 1AA",
        "SW1A 1AAB",
        "év1 1aa",
        "SW1Z1Z 1AA",
        "1AA",
        "b2b 1to 1",
    ] {
        assert_eq!(found(text, None), [], "{text}");
    }
}

const ADDRESSES: &[(Currency, &str)] = &[
    (Currency::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    (Currency::Bitcoin, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    (Currency::Bitcoin, "1111111111111111111114oLvT2"),
    (Currency::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (Currency::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
    (Currency::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
    (Currency::Litecoin, "ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea"),
    (Currency::Dogecoin, "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
    (Currency::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    (Currency::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    (Currency::Ethereum, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
    (
        Currency::Monero,
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
    ),
    (
        Currency::Monero,
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
    ),
];

#[test]
fn crypto_addresses() {
    for &(currency, address) in ADDRESSES {
        let text = format!("bitcoin:{address}?amount=1");
        assert_eq!(one(&text, None).0, Crypto(currency), "{address}");
        assert_eq!(one(&text, None).1, address);
    }
    let (_, _, normal) = one("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", None);
    assert_eq!(normal.as_deref(), Some("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
    // Witness version 1 with the checksum of version 0, BIP 350.
    assert_eq!(found("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", None), []);
}

/// What ordinary chat is full of, and is none of these.
#[test]
fn ordinary_chat_holds_none() {
    for text in [
        "we won 3-1, they had 2 – 0 at half time",
        "21:04, 9.30pm, 10-11am, 12/05/2023, 2023-01-05, 01.02.2023 12:30, 5.1.23",
        "05/01/2023, 21:04:33 and 2023-01-05T21:04:33Z and 20230105_210433",
        "£10.50, $1,000.00, 1 000 000,00 €, 50p, 3.5%",
        "room 101, page 12, bus 42, 1st 2nd 3rd, 4x4, b4, gr8, m8, h8 u",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "10 20 30 40 50 60, 100-200-300, 000000000000",
        "1600000000 and 1600000000000 and 1234567890123456",
        "IMG-20230630-WA0000.jpg (file attached), v2.10.1, 192.168.0.1",
        "4111 1111 1111 1111 is not a telephone",
        "temp 21.5, -3 to +5, 50/50, 24/7, 7-a-side, 4-4-2, 12.5km",
        "ok... see you.Then we go.Right",
        "ISBN 978-0-306-40615-7, order 00012345678901",
        "GCSE paper 2B 3A, year 10 B, e5 or d4 4e",
        "0-0, 00:00, 0.0.0.0, 01/02/03 04:05:06",
        "score was 21-19 21-15 19-21, sets 6-4 6-4 7-6",
    ] {
        assert_eq!(found(text, None), [], "{text}");
        assert_eq!(found(text, gb()), [], "with a region: {text}");
        assert_eq!(found(text, Region::of("FR")), [], "in France: {text}");
    }
}

#[test]
fn several_in_one_text_come_in_order() {
    let text = "@bob or bob@example.com, 07700 900123, https://example.org, SW1A 1AA 🙂 +447700900124";
    let kinds: Vec<_> = find(text, None).into_iter().map(|mention| mention.kind).collect();
    assert_eq!(kinds, [Handle, Email, Phone, Url, Postcode, Phone]);
}

#[test]
fn places_in_the_source() {
    let source = b"05/01/2023, 21:04 - Bob: I am @bob\n";
    let conversation = ConversationId(0);
    let _ = Conversation::default();
    let mut message = Message {
        source: Span::new(0, 35),
        place: Place::Line(1),
        conversation,
        sender: None,
        sent: Sent::MISSING,
        kind: transcript::Kind::Text,
        text: Text::verbatim("I am @bob", Span::new(25, 34)),
        extras: None,
    };
    let placed: Vec<_> = in_message(&message, None).collect();
    assert_eq!(placed.len(), 1);
    assert!(placed[0].exact);
    assert_eq!(placed[0].source.of(source), Some(&b"@bob"[..]));
    message.text = Text::decoded("I am @bob");
    let placed: Vec<_> = in_message(&message, None).collect();
    assert!(!placed[0].exact);
    assert_eq!(placed[0].source, Span::new(0, 35));
}

#[test]
fn long_texts_take_time_in_proportion() {
    for unit in [
        "a",
        "a.",
        "@",
        "@a",
        "a@",
        "a@b.c ",
        "1",
        "1 ",
        "+1",
        "(",
        "+",
        "0 0 0 ",
        "http://",
        "a:///",
        "www.",
        "a@a.aa@",
        "é",
        "a-",
        "1.",
        "((((0",
        "x://[",
        "http://a)",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ",
        "sw1a ",
        "a_",
        "%",
        "http://a/(",
        ") ",
    ] {
        let text = unit.repeat((1 << 18) / unit.len());
        let begun = std::time::Instant::now();
        find(&text, gb());
        let taken = begun.elapsed();
        // A debug build on a loaded machine; quadratic time would be hours.
        assert!(taken.as_secs() < 60, "{unit:?}: {taken:?}");
    }
}

fn planted() -> impl Strategy<Value = (MentionKind, String)> {
    prop_oneof![
        "[a-z][a-z0-9_]{2,20}".prop_map(|name| (Handle, format!("@{name}"))),
        ("[a-z][a-z0-9]{0,9}(\\.[a-z0-9]{1,5})?", "[a-z]{1,9}(\\.[a-z]{1,5})?")
            .prop_map(|(local, host)| (Email, format!("{local}@{host}.example"))),
        "https?://[a-z]{1,9}\\.example(/[a-z0-9_/-]{0,20}[a-z0-9])?".prop_map(|url| (Url, url)),
        "\\+44 ?7700 ?900[0-9]{3}".prop_map(|number| (Phone, number)),
        "07700 ?900[0-9]{3}".prop_map(|number| (Phone, number)),
        "(SW1A|M1|B33|CR2|EC1A|W1A|L8) ?[0-9][ABDEFGHJLNPQRSTUWXYZ]{2}".prop_map(|code| (Postcode, code)),
        proptest::sample::select(ADDRESSES)
            .prop_map(|(currency, address)| (Crypto(currency), address.to_owned())),
    ]
}

proptest! {
    #[test]
    fn what_is_planted_is_found(pieces in proptest::collection::vec((planted(), "[ ,!?]{0,3}( rain| sun|, Zoë|\n| 🙂){1,3}[!?]{0,2} "), 1..9)) {
        let mut text = String::new();
        let mut expected = Vec::new();
        for ((kind, identifier), between) in pieces {
            text.push_str("so ");
            let start = text.len();
            text.push_str(&identifier);
            expected.push((kind, start..text.len()));
            text.push_str(&between);
        }
        for region in [None, gb()] {
            let found: Vec<_> = find(&text, region).into_iter().map(|mention| (mention.kind, mention.at)).collect();
            prop_assert_eq!(&found, &expected, "{}", text);
        }
    }

    #[test]
    fn a_wrong_checksum_is_no_address(which in 0..ADDRESSES.len(), at: prop::sample::Index, to in "[1-9A-HJ-NP-Za-km-z]") {
        let (_, address) = ADDRESSES[which];
        let at = 3 + at.index(address.len() - 3);
        let mut changed = address.to_owned();
        changed.replace_range(at..=at, &to);
        // Ethereum's small letters carry no checksum, and a digit in it only half of one.
        prop_assume!(changed != address && !address.starts_with("0x"));
        // Capitals mixed into bech32 are wrong too.
        prop_assert_eq!(find(&changed, None), []);
    }

    #[test]
    fn capitals_of_ethereum_are_checked(at: prop::sample::Index) {
        let mut address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned();
        let letters: Vec<usize> = address.char_indices().skip(2).filter(|(_, c)| c.is_ascii_alphabetic()).map(|(at, _)| at).collect();
        let at = letters[at.index(letters.len())];
        let letter = address.as_bytes()[at];
        let other = if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
        address.replace_range(at..=at, &char::from(other).to_string());
        prop_assert_eq!(find(&address, None), []);
    }

    #[test]
    fn any_text_is_survived(text in "(\\PC|[@+0-9./: a-z()]){0,200}", region in proptest::sample::select(vec!["GB", "US", "FR", "DK", "XX"])) {
        let mut reached = 0;
        for mention in find(&text, Region::of(region)) {
            prop_assert!(mention.at.start >= reached && !mention.at.is_empty());
            prop_assert!(text.get(mention.at.clone()).is_some());
            reached = mention.at.end;
        }
    }
}
