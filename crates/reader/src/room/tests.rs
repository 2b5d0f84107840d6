use transcript::Kind;
use transcript::sample::{WhatsappStyle, telegram, whatsapp};

use super::Room;
use crate::{
    Answer, Ask, Facts, FileReport, Filter, Found, MarkFilter, MarkPlace, MessageId, MessageRow, Row, Shown,
    Sort,
};

/// Three days, an attachment, a deletion, a line of the service, and one that is no message.
const CHAT: &str = "\
12/09/2026, 16:02 - Messages and calls are end-to-end encrypted.
12/09/2026, 16:02 - Robin: Is football on tomorrow, Chloé?
12/09/2026, 16:05 - northstar_17: Yes, unless it rains
and the pitch is flooded
13/09/2026, 09:00 - Robin: IMG-20260913-WA0001.jpg (file attached)
13/09/2026, 09:01 - northstar_17: This message was deleted
15/10/2026, 18:30 - Robin: Don’t forget the blue bibs
";

/// Nothing in it tells day and month apart, and one person answers another.
const DOUBTFUL: &str = "\
03/04/2026, 10:00 - Ash: Homework?
04/05/2026, 10:01 - Robin: Half of it
";

fn read(room: &mut Room, item: &str, name: &str, bytes: &[u8]) -> FileReport {
    let size = bytes.len() as u64;
    room.ask(Ask::Begin { item: item.to_owned(), name: name.to_owned(), size });
    bytes.chunks(1000).for_each(|piece| room.push(piece));
    match room.ask(Ask::Finish { now: 1_795_000_000_000 }) {
        Answer::File(report) => report,
        other => panic!("{other:?}"),
    }
}

fn with_chat() -> Room {
    let mut room = Room::default();
    let report = read(&mut room, "item-1", "WhatsApp Chat with Robin.txt", CHAT.as_bytes());
    assert_eq!((report.chats, report.notes.len()), (1, 0));
    room
}

fn facts(room: &mut Room) -> Facts {
    match room.ask(Ask::Facts) {
        Answer::Facts(facts) => facts,
        other => panic!("{other:?}"),
    }
}

fn rows(room: &mut Room) -> Vec<Row> {
    match room.ask(Ask::Rows { view: 0, from: 0, count: 1000 }) {
        Answer::Rows { rows, .. } => rows,
        other => panic!("{other:?}"),
    }
}

fn messages(room: &mut Room) -> Vec<MessageRow> {
    let message = |row| match row {
        Row::Message(message) => Some(*message),
        _ => None,
    };
    rows(room).into_iter().filter_map(message).collect()
}

fn filtered(room: &mut Room, filter: Filter) -> Shown {
    match room.ask(Ask::Filter { view: 0, filter }) {
        Answer::Shown(shown) => shown,
        other => panic!("{other:?}"),
    }
}

fn found(room: &mut Room, words: &str) -> Found {
    match room.ask(Ask::Search { view: 0, words: words.to_owned() }) {
        Answer::Found(found) => found,
        other => panic!("{other:?}"),
    }
}

fn step(room: &mut Room, from: u32, forward: bool) -> (Option<u32>, u32) {
    match room.ask(Ask::Step { view: 0, from, forward }) {
        Answer::Row { row, place } => (row, place),
        other => panic!("{other:?}"),
    }
}

fn refusal(answer: Answer) -> String {
    match answer {
        Answer::Refused { why } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn days_gaps_and_every_message_are_rows() {
    let mut room = with_chat();
    let shown: Vec<String> = rows(&mut room)
        .iter()
        .map(|row| match row {
            Row::Day { words, .. } | Row::Gap { words } => words.clone(),
            Row::Notice(notice) => format!("! {}", notice.words),
            Row::Message(message) => message.text.clone(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "Saturday 12 September 2026",
            "Messages and calls are end-to-end encrypted.",
            "Is football on tomorrow, Chloé?",
            "Yes, unless it rains\nand the pitch is flooded",
            "Sunday 13 September 2026",
            "",
            "This message was deleted",
            "Thursday 15 October 2026",
            "Don’t forget the blue bibs",
        ]
    );
    let messages = messages(&mut room);
    assert_eq!(messages[1].written, "12/09/2026, 16:02");
    assert_eq!((messages[1].understood.as_str(), messages[1].doubtful), ("zone unknown", true));
    assert_eq!(messages[0].account, None, "the service is nobody");
    assert_eq!(messages[3].files[0], "IMG-20260913-WA0001.jpg (image)");
    assert_eq!(messages[4].kind, Kind::Deleted);
}

#[test]
fn a_gap_is_shown_where_nobody_was_left_out() {
    let mut room = Room::default();
    let line =
        |number: u32| format!("{:02}/{:02}/2026, 16:{:02} - Robin: rain\n", 13 + number / 60, 9, number % 60);
    let chat: String = (0..180).map(line).chain(["20/10/2026, 16:00 - Ash: sun\n".to_owned()]).collect();
    read(&mut room, "item-1", "chat.txt", chat.as_bytes());
    let gap = |room: &mut Room| {
        let rows = rows(room);
        let at = rows.iter().position(|row| matches!(row, Row::Gap { .. }))?;
        let Row::Gap { words } = &rows[at] else { return None };
        let Row::Message(next) = &rows[at + 1] else { return None };
        Some((words.clone(), next.text.clone()))
    };
    let words = "34 days without a message in this conversation".to_owned();
    assert_eq!(gap(&mut room), Some((words, "sun".to_owned())));
    filtered(&mut room, Filter { account: Some(1), ..Filter::default() });
    assert_eq!(gap(&mut room), None, "who was left out may have written");
}

#[test]
fn who_took_part_is_told_with_letters() {
    let mut room = with_chat();
    let facts = facts(&mut room);
    assert_eq!(facts.messages, 6);
    assert_eq!(facts.conversations[0].title, "WhatsApp Chat with Robin");
    let accounts: Vec<_> =
        facts.accounts.iter().map(|account| (account.place, account.label.as_str())).collect();
    assert_eq!(accounts, [(0, "Robin"), (1, "northstar_17")]);
    let letters = [0, 25, 26, 701, 702].map(crate::AccountFacts::letter);
    assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA"]);
}

#[test]
fn hits_are_counted_stepped_through_and_lit() {
    let mut room = with_chat();
    assert_eq!(found(&mut room, "CHLOE"), Found { hits: 1, messages: 1 });
    let [from, to] = messages(&mut room)[1].hits[0];
    assert_eq!(&messages(&mut room)[1].text[from..to], "Chloé");
    assert_eq!(found(&mut room, "img-2026").messages, 1, "names of files are searched as well");
    assert!(messages(&mut room)[3].hit_in_files);
    assert_eq!(found(&mut room, "o").messages, 4);
    assert_eq!(step(&mut room, 0, true), (Some(1), 1));
    assert_eq!(step(&mut room, 8, true), (Some(1), 1), "from the last on to the first");
    assert_eq!(step(&mut room, 1, false), (Some(8), 4), "and back");
    assert_eq!(found(&mut room, "don't"), Found { hits: 1, messages: 1 });
    assert_eq!(
        found(&mut room, "flooded 13"),
        Found::default(),
        "no hit reaches from one message to the next"
    );
    assert_eq!(found(&mut room, ""), Found::default());
    assert_eq!(step(&mut room, 0, true), (None, 0));
}

#[test]
fn filters_choose_and_a_search_stays_within_them() {
    let mut room = with_chat();
    let all = filtered(&mut room, Filter::default());
    assert_eq!((all.rows, all.messages), (9, 6));
    let robin = Filter { account: Some(0), ..Filter::default() };
    assert_eq!(filtered(&mut room, robin).messages, 3);
    assert_eq!(found(&mut room, "rain").messages, 0);
    let day = |day: &str| Some(day.to_owned());
    let sunday = Filter { from_day: day("2026-09-13"), to_day: day("2026-09-13"), ..Filter::default() };
    assert_eq!(filtered(&mut room, sunday).messages, 2);
    let sort = |sort| Filter { sort: Some(sort), ..Filter::default() };
    assert_eq!(filtered(&mut room, sort(Sort::Attachment)).messages, 1);
    assert_eq!(filtered(&mut room, sort(Sort::Kind(Kind::System))).messages, 1);
    assert_eq!(filtered(&mut room, sort(Sort::Edited)).messages, 0);
    let wrong = Filter { from_day: day("13/09/2026"), ..Filter::default() };
    assert_eq!(refusal(room.ask(Ask::Filter { view: 0, filter: wrong })), "“13/09/2026” is no date.");
    let none = Filter { conversation: Some(7), ..Filter::default() };
    assert_eq!(filtered(&mut room, none).rows, 0);
}

#[test]
fn a_stated_zone_makes_instants_and_is_taken_back() {
    let mut room = with_chat();
    let state = |room: &mut Room, zone: Option<&str>| room.ask(Ask::Zone { zone: zone.map(str::to_owned) });
    assert!(refusal(state(&mut room, Some("Middle/Earth"))).contains("Middle/Earth"));
    assert_eq!(state(&mut room, Some("Europe/London")), Answer::Done);
    let first = &messages(&mut room)[1];
    assert_eq!((first.understood.as_str(), first.doubtful), ("12 Sep, 16:02 BST", false));
    let key = first.key;
    assert_eq!(facts(&mut room).zone.as_deref(), Some("Europe/London"));
    assert_eq!(state(&mut room, None), Answer::Done);
    let first = &messages(&mut room)[1];
    assert_eq!((first.understood.as_str(), first.key - key), ("zone unknown", 3_600_000));
}

#[test]
fn an_ambiguous_date_keeps_both_readings_until_somebody_decides() {
    let mut room = Room::default();
    read(&mut room, "item-1", "chat.txt", DOUBTFUL.as_bytes());
    assert_eq!(facts(&mut room).sources[0].ambiguous, 2);
    let first = &messages(&mut room)[0];
    assert_eq!((first.understood.as_str(), first.doubtful), ("3 April or 4 March: undecided", true));
    room.ask(Ask::DateOrder { source: 0, day_first: Some(false) });
    let days = |room: &mut Room| -> Vec<String> {
        let day = |row| match row {
            Row::Day { date, .. } => Some(date),
            _ => None,
        };
        rows(room).into_iter().filter_map(day).collect()
    };
    assert_eq!(days(&mut room), ["2026-03-04", "2026-04-05"]);
    assert_eq!(messages(&mut room)[0].understood, "zone unknown");
    room.ask(Ask::DateOrder { source: 0, day_first: None });
    assert_eq!(days(&mut room), ["2026-04-03", "2026-05-04"]);
}

#[test]
fn a_message_leads_to_its_bytes_and_back() {
    let mut room = with_chat();
    let id = messages(&mut room)[2].id;
    let Answer::Message(whole) = room.ask(Ask::Message { message: id }) else { panic!("no message") };
    assert_eq!(whole.place, "line 3");
    let [from, to] = whole.bytes.map(|at| usize::try_from(at).unwrap());
    assert_eq!(
        &CHAT[from..to],
        "12/09/2026, 16:05 - northstar_17: Yes, unless it rains\nand the pitch is flooded\n"
    );
    let ask = Ask::Bytes { source: 0, from: whole.bytes[0], lines: 9, width: 16, span: whole.bytes };
    let Answer::Bytes(dump) = room.ask(ask) else { panic!("no bytes") };
    assert_eq!(dump.size, CHAT.len() as u64);
    let lit = dump.lines.iter().map(|line| {
        let [from, to] = line.lit.map(|at| at as usize);
        line.text[from..to].to_owned()
    });
    assert!(lit.collect::<String>().starts_with("12/09/2026, 16:05 - northstar_17"));
    assert_eq!(room.ask(Ask::RowOf { view: 0, message: id }), Answer::Row { row: Some(3), place: 0 });
    let gone = MessageId { source: 0, number: 99 };
    assert_eq!(refusal(room.ask(Ask::Message { message: gone })), "no such message");
}

#[test]
fn a_source_in_utf_16_gives_its_own_bytes() {
    let mut room = Room::default();
    let bytes: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(CHAT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    read(&mut room, "item-1", "chat.txt", &bytes);
    let id = messages(&mut room)[1].id;
    let Answer::Message(whole) = room.ask(Ask::Message { message: id }) else { panic!("no message") };
    let [from, to] = whole.bytes.map(|at| usize::try_from(at).unwrap());
    let units: Vec<u16> =
        bytes[from..to].chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    assert_eq!(
        String::from_utf16(&units).unwrap(),
        "12/09/2026, 16:02 - Robin: Is football on tomorrow, Chloé?\n"
    );
    assert!(facts(&mut room).sources[0].encoding.is_some());
}

fn mark(room: &mut Room, from: MessageId, to: MessageId, kind: u8) -> MarkPlace {
    let Answer::Passage(passage) = room.ask(Ask::Passage { from, to }) else { panic!("no passage") };
    let (item, path, sha256, bytes) = (passage.item, passage.path, passage.sha256, passage.bytes);
    MarkPlace { item, path, sha256, bytes, kind, distressing: kind == 0 }
}

#[test]
fn a_marked_passage_is_found_again_by_its_bytes() {
    let mut room = with_chat();
    let ids: Vec<MessageId> = messages(&mut room).iter().map(|message| message.id).collect();
    // From the later to the earlier is the same passage.
    let long = mark(&mut room, ids[3], ids[2], 0);
    let short = mark(&mut room, ids[5], ids[5], 2);
    let elsewhere = MarkPlace { sha256: "00".repeat(32), ..short.clone() };
    room.ask(Ask::Marks { marks: vec![long, elsewhere, short] });
    let on: Vec<_> =
        messages(&mut room).into_iter().map(|message| (message.marks, message.distressing)).collect();
    let none = (vec![], false);
    assert_eq!(on, [none.clone(), none.clone(), (vec![0], true), (vec![0], true), none, (vec![2], false)]);
    let with = |mark| Filter { mark: Some(mark), ..Filter::default() };
    assert_eq!(filtered(&mut room, with(MarkFilter::Any)).messages, 3);
    assert_eq!(filtered(&mut room, with(MarkFilter::Kind(2))).messages, 1);
    assert_eq!(filtered(&mut room, with(MarkFilter::Kind(1))).messages, 0);
}

#[test]
fn a_passage_does_not_reach_over_two_files() {
    let mut room = with_chat();
    read(&mut room, "item-2", "other.txt", DOUBTFUL.as_bytes());
    let (from, to) = (MessageId { source: 0, number: 0 }, MessageId { source: 1, number: 0 });
    assert!(refusal(room.ask(Ask::Passage { from, to })).contains("same file"));
}

#[test]
fn two_exports_are_merged_by_time_and_compared_by_it() {
    let mut room = with_chat();
    read(&mut room, "item-2", "other.txt", DOUBTFUL.as_bytes());
    let order: Vec<u32> = messages(&mut room).iter().map(|message| message.id.source).collect();
    assert_eq!(order, [1, 1, 0, 0, 0, 0, 0, 0]);
    room.ask(Ask::Filter { view: 1, filter: Filter { conversation: Some(0), ..Filter::default() } });
    let keys: Vec<i64> = messages(&mut room).iter().map(|message| message.key).collect();
    let near = |room: &mut Room, key| match room.ask(Ask::RowAt { view: 1, key }) {
        Answer::Row { row: Some(row), .. } => row,
        other => panic!("{other:?}"),
    };
    assert_eq!(near(&mut room, keys[0]), 1, "the first of the other, after its day");
    assert_eq!(near(&mut room, keys[5]), 5);
    assert_eq!(near(&mut room, i64::MAX), 8, "the last where there is none later");
    let day = Ask::RowOfDay { view: 1, day: "2026-09-13".to_owned() };
    assert_eq!(room.ask(day), Answer::Row { row: Some(5), place: 0 });
}

/// A zip of stored files, PKWARE APPNOTE 6.3.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in members {
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let size = u32::try_from(data.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let mut facts = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        facts.extend([crc.sum().to_le_bytes(), size, size].concat());
        facts.extend(length);
        facts.extend([0, 0]);
        bytes.extend([&b"PK\x03\x04"[..], &facts, name.as_bytes(), data].concat());
        directory.extend([&b"PK\x01\x02\x14\x00"[..], &facts, &[0; 10], &at, name.as_bytes()].concat());
    }
    let (at, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend([&b"PK\x05\x06\x00\x00\x00\x00"[..], &count, &count].concat());
    bytes.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn an_archive_gives_its_chats_and_says_what_else_it_holds() {
    let mut room = Room::default();
    let archive = zip(&[
        ("_chat.txt", CHAT.as_bytes()),
        ("more/chat.txt", DOUBTFUL.as_bytes()),
        ("pitch.jpg", b"\xFF\xD8\xFF"),
    ]);
    let report = read(&mut room, "item-1", "export.zip", &archive);
    assert_eq!(report.chats, 2, "{:?}", report.notes);
    assert_eq!(report.notes, ["The archive holds 1 other file, which was not opened."]);
    let facts = facts(&mut room);
    let paths: Vec<_> = facts.sources.iter().map(|source| source.path.as_deref().unwrap()).collect();
    assert_eq!(paths, ["_chat.txt", "more/chat.txt"]);
    assert_ne!(facts.sources[0].sha256, report.sha256, "the digest is of the bytes that are counted");
    let first = messages(&mut room).iter().find(|message| message.id.source == 0).unwrap().id;
    let marked = mark(&mut room, first, first, 1);
    assert_eq!((marked.item.as_str(), marked.path.as_deref()), ("item-1", Some("_chat.txt")));
    let ask = Ask::RowOfByte { view: 0, source: 0, byte: marked.bytes[0] };
    assert!(matches!(room.ask(ask), Answer::Row { row: Some(_), .. }));
}

#[test]
fn what_is_no_chat_stays_what_it_is() {
    let mut room = Room::default();
    for (name, bytes) in
        [("letter.txt", &b"Dear coach, it rained."[..]), ("pitch.jpg", b"\xFF\xD8\xFF\xE0rain"), ("", b"")]
    {
        let report = read(&mut room, "item", name, bytes);
        assert_eq!((report.chats, report.notes.len()), (0, 1), "{name}");
    }
    let broken = read(&mut room, "item", "broken.zip", b"PK\x03\x04 and then nothing");
    assert!(broken.notes[0].contains("archive"), "{:?}", broken.notes);
    assert_eq!(facts(&mut room), Facts::default());
    assert_eq!(rows(&mut room), []);
    assert!(refusal(room.ask(Ask::Finish { now: 0 })).contains("no file"));
}

#[test]
fn lines_that_are_no_messages_are_shown_where_they_stand() {
    let mut room = Room::default();
    let chat = format!("what is this\n{CHAT}");
    read(&mut room, "item-1", "chat.txt", chat.as_bytes());
    let notice = rows(&mut room).into_iter().find_map(|row| match row {
        Row::Notice(notice) if notice.unparsed => Some(notice),
        _ => None,
    });
    let notice = notice.expect("the first line is no message");
    assert_eq!((notice.bytes, notice.text.as_str()), ([0, 13], "what is this\n"));
    let shown = filtered(&mut room, Filter { account: Some(1), ..Filter::default() });
    assert!(shown.notices_hidden > 0, "what is hidden is counted");
    let only = filtered(&mut room, Filter { sort: Some(Sort::Notice), ..Filter::default() });
    assert_eq!((only.messages, only.notices_hidden), (0, 0));
    assert!(only.rows > 1);
}

#[test]
fn a_long_message_is_shown_in_part_and_whole() {
    let mut room = Room::default();
    let chat = format!("12/09/2026, 16:02 - Robin: {}\n13/09/2026, 16:02 - Ash: ok\n", "é".repeat(4000));
    read(&mut room, "item-1", "chat.txt", chat.as_bytes());
    let row = messages(&mut room).remove(0);
    assert_eq!((row.text.chars().count(), row.of_characters), (crate::ROW_CHARACTERS, Some(4000)));
    let Answer::Message(whole) = room.ask(Ask::Message { message: row.id }) else { panic!("no message") };
    assert_eq!(whole.row.text.chars().count(), 4000);
}

#[test]
fn questions_and_answers_are_json() {
    let mut room = with_chat();
    let answer = room.ask_json(r#"{"ask":"row_at","view":0,"key":0}"#);
    assert_eq!(answer, r#"{"answer":"row","row":1,"place":0}"#);
    assert!(room.ask_json(r#"{"ask":"publish"}"#).contains("no question"));
    for row in rows(&mut room) {
        let json = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&json).unwrap(), row);
    }
}

#[test]
fn generated_chats_are_shown_to_the_last_message() {
    let mut room = Room::default();
    let samples = [whatsapp(WhatsappStyle::Android, 40_000, 1), telegram(80_000, 2)];
    let expected: u64 = samples.iter().map(|sample| sample.messages).sum();
    for (number, sample) in samples.iter().enumerate() {
        read(&mut room, &format!("item-{number}"), "chat", &sample.bytes);
    }
    let shown = filtered(&mut room, Filter::default());
    assert_eq!(u64::from(shown.messages), expected);
    let mut seen = 0;
    let mut before = i64::MIN;
    for from in (0..shown.rows).step_by(100) {
        let Answer::Rows { rows, .. } = room.ask(Ask::Rows { view: 0, from, count: 100 }) else {
            panic!("no rows")
        };
        for row in rows {
            if let Row::Message(message) = row {
                assert!(message.key >= before, "sorted");
                before = message.key;
                seen += 1;
            }
        }
    }
    assert_eq!(seen, expected);
    // A search finds what reading all texts finds.
    let told = found(&mut room, "homework");
    let expected = messages_with(&mut room, shown.rows, "homework");
    assert_eq!(told.messages, expected);
}

fn messages_with(room: &mut Room, rows: u32, word: &str) -> u32 {
    let mut count = 0;
    for from in (0..rows).step_by(500) {
        let Answer::Rows { rows, .. } = room.ask(Ask::Rows { view: 0, from, count: 500 }) else {
            panic!("no rows")
        };
        let lit =
            rows.iter().filter(|row| matches!(row, Row::Message(message) if message.text.contains(word)));
        count += u32::try_from(lit.count()).unwrap();
    }
    count
}

#[test]
fn two_exports_are_held_against_each_other() {
    let mut room = with_chat();
    let altered = CHAT
        .replace("the blue bibs", "the green bibs")
        .replace("12/09/2026, 16:02 - Robin: Is football on tomorrow, Chloé?\n", "");
    read(&mut room, "item-2", "WhatsApp Chat with Robin (1).txt", altered.as_bytes());
    let compared = |room: &mut Room, first: &str, second: &str| {
        room.ask(Ask::Compare { first: first.to_owned(), second: second.to_owned() })
    };
    let Answer::Comparison(comparison) = compared(&mut room, "item-1", "item-2") else { panic!() };
    let [chat] = comparison.conversations.as_slice() else { panic!("{comparison:?}") };
    assert_eq!(comparison.alone, [""; 0]);
    let found: Vec<_> = chat.unexplained.iter().map(|found| (found.kind.as_str(), found.messages)).collect();
    let id = |source, number| Some(MessageId { source, number });
    assert_eq!(found, [("only in first", [id(0, 1), None]), ("text", [id(0, 5), id(1, 4)])]);
    assert_eq!(chat.counts, [2, 0]);
    assert!(
        chat.lines.iter().any(|(label, words)| label == "messages" && words.starts_with("6 in the first"))
    );
    let json = serde_json::to_string(&comparison).unwrap();
    assert_eq!(serde_json::from_str::<crate::ComparisonFacts>(&json).unwrap(), comparison);
    for (first, second) in [("item-1", "item-1"), ("item-1", "item-3"), ("", "item-1")] {
        assert!(refusal(compared(&mut room, first, second)).starts_with("Choose two files"));
    }
}
