//! Made-up chats, as `WhatsApp` and Telegram write them out.

use std::fmt::Write as _;

use serde_json::{Value, json};

const LINES: [&str; 16] = [
    "Is football still on tomorrow?",
    "Coach says yes unless the pitch is flooded",
    "It has rained all week",
    "Forecast says dry by six",
    "Did you do the maths homework",
    "Half of it. Question 4 makes no sense",
    "You have to draw the graph first",
    "Oh. Thanks",
    "Bring the blue bibs please",
    "They are in the shed, I will get them",
    "What time does practice end",
    "Half past seven, same as always",
    "My dad can drive three of us",
    "Great. See you by the gate",
    "Windy today!",
    "Kite weather",
];

/// A chat of so many messages between two people who talk about football, homework and the weather.
pub(super) fn export(messages: u32) -> String {
    let mut text = String::from(
        "12/09/2026, 16:02 - Messages and calls are end-to-end encrypted. No one outside of this chat, not even \
         WhatsApp, can read or listen to them.\n",
    );
    for (number, line) in (0..messages).zip(LINES.iter().cycle()) {
        // For twelve days nobody wrote.
        let quiet = if number > messages / 5 * 3 { 12 * 24 * 60 } else { 0 };
        let minutes = 16 * 60 + 2 + number * 7 + quiet;
        let (day, hour, minute) = (12 + minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
        // Months have thirty days in this chat, and nobody in it minds.
        let (month, day) = (9 + (day - 1) / 30, (day - 1) % 30 + 1);
        let (year, month) = (2026 + (month - 1) / 12, (month - 1) % 12 + 1);
        let who = if number % 3 == 0 { "Robin" } else { "northstar_17" };
        let said = match number {
            _ if number % 97 == 13 => {
                format!("IMG-{year}{month:02}{day:02}-WA{:04}.jpg (file attached)", number % 10_000)
            }
            _ if number % 211 == 5 => "This message was deleted".to_owned(),
            _ if number % 131 == 7 => format!("{line} <This message was edited>"),
            _ => (*line).to_owned(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{day:02}/{month:02}/{year}, {hour:02}:{minute:02} - {who}: {said}");
    }
    text
}

/// Midday on 3 October 2026, in UTC.
const OCTOBER: i64 = 1_791_028_800;

/// A second chat with the same account, on another service: times that are points in time, answers and edits.
pub(super) fn telegram(messages: u32) -> String {
    let message = |(number, line): (u32, &&str)| -> Value {
        let at = OCTOBER + i64::from(number) * 1_900;
        let minutes = i64::from(number) * 1_900 / 60;
        let (day, hour, minute) = (3 + (12 * 60 + minutes) / 1_440, (12 + minutes / 60) % 24, minutes % 60);
        let (who, id) =
            if number % 3 == 1 { ("Robin", "user5550100") } else { ("northstar_17", "user5550117") };
        let mut message = json!({
            "id": number + 1,
            "type": "message",
            "date": format!("2026-10-{day:02}T{hour:02}:{minute:02}:00"),
            "date_unixtime": at.to_string(),
            "from": who,
            "from_id": id,
            "text": line,
            "text_entities": [{ "type": "plain", "text": line }],
        });
        if number % 9 == 4 {
            message["reply_to_message_id"] = json!(number);
        }
        if number % 23 == 8 {
            message["edited_unixtime"] = json!((at + 120).to_string());
        }
        message
    };
    let messages: Vec<Value> = (0..messages).zip(LINES.iter().rev().cycle()).map(message).collect();
    let chat =
        json!({ "name": "northstar_17", "type": "personal_chat", "id": 5_550_117, "messages": messages });
    format!("{chat:#}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_chats_are_read_to_the_last_message() {
        for (chat, expected) in [(super::export(900), 901), (super::telegram(600), 600)] {
            let best = transcript::recognise(chat.as_bytes()).remove(0);
            let mut parser = (best.format.descriptor().unwrap().parser)();
            let timeline = transcript::Timeline::read(&mut *parser, chat.as_bytes());
            assert_eq!((timeline.len(), timeline.unparsed_bytes()), (expected, 0), "{:?}", best.format);
            assert!(timeline.messages().all(|message| message.sent.reading.sort_key().is_some()));
        }
    }

    #[test]
    fn every_day_exists() {
        let chat = super::export(9_000);
        assert_eq!(chat.lines().count(), 9_001);
        for line in chat.lines() {
            let day: u32 = line[..2].parse().unwrap();
            let month: u32 = line[3..5].parse().unwrap();
            assert!((1..=30).contains(&day) && (1..=12).contains(&month), "{line}");
        }
    }
}
