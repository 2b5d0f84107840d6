//! A made-up chat, as `WhatsApp` writes one out.

use std::fmt::Write as _;

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
        let minutes = 16 * 60 + 2 + number * 7;
        let (day, hour, minute) = (12 + minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
        // Months have thirty days in this chat, and nobody in it minds.
        let (month, day) = (9 + (day - 1) / 30, (day - 1) % 30 + 1);
        let (year, month) = (2026 + (month - 1) / 12, (month - 1) % 12 + 1);
        let who = if number % 3 == 0 { "Robin" } else { "northstar_17" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{day:02}/{month:02}/{year}, {hour:02}:{minute:02} - {who}: {line}");
    }
    text
}

#[cfg(test)]
mod tests {
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
