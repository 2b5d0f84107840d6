//! Two exports of one conversation: what explains a difference, and what does not, case by case. The generated pairs are
//! in `src/align/tests.rs`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use transcript::align::{Compared, Comparison, Difference, DifferenceKind, Side, Weight, compare};
use transcript::{Format, Timeline};

fn whatsapp(text: &str) -> Timeline<'_> {
    Timeline::read(&mut *(Format::Whatsapp.descriptor().unwrap().parser)(), text.as_bytes())
}

fn telegram(text: &str) -> Timeline<'_> {
    Timeline::read(&mut *(Format::TelegramJson.descriptor().unwrap().parser)(), text.as_bytes())
}

fn compared(first: &Timeline<'_>, second: &Timeline<'_>) -> Comparison {
    compare(&Side::of(first), &Side::of(second))
}

fn only(comparison: &Comparison) -> &Compared {
    assert_eq!(comparison.conversations.len(), 1);
    &comparison.conversations[0]
}

fn told(differences: &[Difference]) -> Vec<(DifferenceKind, Weight)> {
    differences.iter().map(|found| (found.kind, found.weight)).collect()
}

const CHAT: &str = "13/06/2023, 10:00 - Ann: kick-off at ten, bring water and boots
13/06/2023, 10:01 - Ben: is the pitch dry after all the rain of this week
13/06/2023, 10:02 - Ann: IMG-20230613-WA0001.jpg (file attached)
13/06/2023, 10:03 - Ben: the homework is on page forty-two, I think
13/06/2023, 10:04 - Ann: IMG-20230613-WA0002.jpg (file attached)
13/06/2023, 10:05 - Ben: see you there, the bus is late again today
13/06/2023, 10:06 - Ann: IMG-20230613-WA0003.jpg (file attached)
13/06/2023, 10:07 - Ben: we won by two goals in the snow and the wind
";

/// What is told when one part of the second export is another.
fn with(from: &str, to: &str) -> Vec<(DifferenceKind, Weight)> {
    assert!(CHAT.contains(from));
    let altered = CHAT.replace(from, to);
    let (first, second) = (whatsapp(CHAT), whatsapp(&altered));
    told(&only(&compared(&first, &second)).differences)
}

#[test]
fn the_same_agrees() {
    assert_eq!(with("10:00", "10:00"), []);
}

#[test]
fn what_only_one_says_is_unexplained() {
    use DifferenceKind::{OnlyInFirst, OnlyInSecond, Sender, Text, Time};
    use Weight::Unexplained;
    let line = "13/06/2023, 10:03 - Ben: the homework is on page forty-two, I think\n";
    assert_eq!(with(line, ""), [(OnlyInFirst, Unexplained)]);
    assert_eq!(
        with(line, &format!("{line}13/06/2023, 10:03 - Ann: bring your books too\n")),
        [(OnlyInSecond, Unexplained)]
    );
    assert_eq!(with("forty-two", "forty-three"), [(Text, Unexplained)]);
    assert_eq!(with("10:03", "18:03"), [(Time, Unexplained)]);
    assert_eq!(with("10:03 - Ben", "10:03 - Ann"), [(Sender, Unexplained)]);
    assert_eq!(
        with(
            "10:03 - Ben: the homework is on page forty-two",
            "10:33 - Ben: the homework is on page forty-three"
        ),
        [(Text, Unexplained), (Time, Unexplained)]
    );
}

#[test]
fn a_file_under_another_name_is_told_where_the_exports_name_files_alike() {
    assert_eq!(with("WA0002.jpg", "WA0009.jpg"), [(DifferenceKind::Attachments, Weight::Unexplained)]);
    let other_names = CHAT.replace("IMG-20230613-WA", "0000-PHOTO-");
    let (first, second) = (whatsapp(CHAT), whatsapp(&other_names));
    let comparison = compared(&first, &second);
    assert_eq!(told(&only(&comparison).differences), []);
    assert!(only(&comparison).notes.iter().any(|note| note.contains("name files in different ways")));
}

#[test]
fn edits_and_deletions_that_an_export_tells_of_are_explained() {
    assert_eq!(
        with("page forty-two, I think", "page forty-three <This message was edited>"),
        [(DifferenceKind::Text, Weight::Explained)]
    );
    assert_eq!(
        with("the homework is on page forty-two, I think", "This message was deleted"),
        [(DifferenceKind::Deleted, Weight::Explained)]
    );
}

#[test]
fn a_mention_by_name_and_one_by_number_are_explained() {
    let first = CHAT.replace("the homework is", "@Coach Kim the homework is");
    let second = CHAT.replace("the homework is", "@447700900123 the homework is");
    let (first, second) = (whatsapp(&first), whatsapp(&second));
    assert_eq!(
        told(&only(&compared(&first, &second)).differences),
        [(DifferenceKind::Text, Weight::Explained)]
    );
}

#[test]
fn a_message_that_moved_among_others_is_told() {
    let mut lines: Vec<&str> = CHAT.lines().collect();
    let moved = lines.remove(1);
    lines.insert(6, moved);
    let altered = lines.join("\n");
    let (first, second) = (whatsapp(CHAT), whatsapp(&altered));
    assert_eq!(
        told(&only(&compared(&first, &second)).differences),
        [(DifferenceKind::Order, Weight::Unexplained)]
    );
    // Within one minute nobody can say what came first.
    let same_minute = |text: &str| -> String {
        let lines: Vec<_> =
            text.lines().map(|line| format!("{}10:00{}\n", &line[..12], &line[17..])).collect();
        lines.concat()
    };
    let (one, other) = (same_minute(CHAT), same_minute(&altered));
    let (first, second) = (whatsapp(&one), whatsapp(&other));
    assert_eq!(
        told(&only(&compared(&first, &second)).differences),
        [(DifferenceKind::Order, Weight::Explained)]
    );
}

fn at(seconds: i64, text: &str) -> String {
    format!(
        "{{\"id\": {seconds}, \"type\": \"message\", \"date\": \"2023-06-13T10:00:00\", \"date_unixtime\": \"{seconds}\", \
         \"from\": \"Ann\", \"from_id\": \"user5550101\", \"text\": \"{text}\", \"text_entities\": []}}"
    )
}

fn exported(messages: &[String]) -> String {
    format!(
        "{{\"name\": \"Football\", \"type\": \"private_group\", \"id\": 5550100, \"messages\": [{}]}}",
        messages.join(",")
    )
}

#[test]
fn clocks_that_both_say_what_they_mean_must_agree() {
    let words = ["kick-off at ten", "bring water", "see you there", "we won by two"];
    let chat = |by: i64| {
        let each = words.iter().zip(0_i64..).map(|(text, number)| at(1_686_650_400 + by + number * 60, text));
        exported(&each.collect::<Vec<_>>())
    };
    let (first, second) = (chat(0), chat(3_600));
    let (first, second) = (telegram(&first), telegram(&second));
    let comparison = compared(&first, &second);
    assert_eq!(told(&only(&comparison).differences), [(DifferenceKind::Clock, Weight::Unexplained)]);
    assert_eq!(only(&comparison).counts.agreeing, 4);
}

/// An evening in June moved by an hour is no change of clocks, whatever the zone.
#[test]
fn a_stretch_moved_by_an_hour_is_told_message_by_message() {
    let line = |day: i64, minute: i64| {
        format!(
            "{:02}/06/2023, {:02}:{:02} - Ann: the weather report number {day} of the {minute} minute\n",
            day,
            10 + minute / 60,
            minute % 60
        )
    };
    let chat = |moved: i64| -> String {
        (10..25)
            .flat_map(|day| {
                (0..6).map(move |minute| {
                    line(day, minute + if day == 14 { moved } else { 0 })
                        .replace(&format!("the {} minute", minute + moved), &format!("the {minute} minute"))
                })
            })
            .collect()
    };
    let (one, other) = (chat(0), chat(60));
    let (first, second) = (whatsapp(&one), whatsapp(&other));
    let comparison = compared(&first, &second);
    assert_eq!(told(&only(&comparison).differences), [(DifferenceKind::Time, Weight::Unexplained); 6]);
    assert_eq!(only(&comparison).differences[0].seconds, Some(3_600));
    assert_eq!(only(&comparison).clock.as_ref().unwrap().shifts.len(), 1);
}

#[test]
fn conversations_are_told_apart_and_those_of_one_export_alone_are_named() {
    let chat = |title: &str, texts: &[&str]| {
        let each: Vec<String> =
            texts.iter().zip(0_i64..).map(|(text, number)| at(1_686_650_400 + number, text)).collect();
        format!(
            "{{\"name\": \"{title}\", \"type\": \"personal_chat\", \"id\": {}, \"messages\": [{}]}}",
            title.len(),
            each.join(",")
        )
    };
    let football = ["kick-off at ten", "bring water", "see you there"];
    let homework = ["page forty-two", "and the maths", "it is late"];
    let weather = ["rain today", "snow on Sunday", "hello there"];
    let all = |chats: &[String]| {
        format!("{{\"about\": \"x\", \"chats\": {{\"about\": \"y\", \"list\": [{}]}}}}", chats.join(","))
    };
    let first = all(&[chat("Football", &football), chat("Homework", &homework)]);
    let second = all(&[chat("Weather!!!", &weather), chat("Home", &homework), chat("Foot!", &football)]);
    let (first, second) = (telegram(&first), telegram(&second));
    let comparison = compared(&first, &second);
    let pairs: Vec<_> = comparison
        .conversations
        .iter()
        .map(|chat| (chat.first_title.as_deref(), chat.second_title.as_deref()))
        .collect();
    assert_eq!(pairs, [(Some("Football"), Some("Foot!")), (Some("Homework"), Some("Home"))]);
    assert!(comparison.conversations.iter().all(|chat| chat.differences.is_empty()));
    assert_eq!(comparison.alone.len(), 1);
    assert_eq!(comparison.alone[0].title.as_deref(), Some("Weather!!!"));
}

#[test]
fn exports_of_different_chats_have_nothing_in_common() {
    let other = "13/06/2023, 10:00 - Cem: homework\n13/06/2023, 10:09 - Dee: none today\n";
    let (first, second) = (whatsapp(CHAT), whatsapp(other));
    let comparison = compared(&first, &second);
    assert_eq!(only(&comparison).counts.paired, 0);
    assert_eq!(only(&comparison).notes, ["The two exports have no message in common."]);
}

/// Sixty thousand times the same in one minute: no pairing of everything with everything.
#[test]
fn many_of_the_same_are_paired_in_their_order() {
    let line = "13/06/2023, 10:00 - Ann: yes\n";
    let (one, other) = (line.repeat(60_000), line.repeat(59_000));
    let (first, second) = (whatsapp(&one), whatsapp(&other));
    let comparison = compared(&first, &second);
    assert!(only(&comparison).counts.paired <= 59_000);
}
