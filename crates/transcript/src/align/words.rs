//! A comparison in plain words, the same on a terminal and in a page.

use std::collections::BTreeMap;

use super::{Compared, DifferenceKind, SameAccount, Weight, Which};

impl DifferenceKind {
    /// What differs, in a word or two.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OnlyInFirst => "only in first",
            Self::OnlyInSecond => "only in second",
            Self::Text => "text",
            Self::Time => "time",
            Self::Sender => "sender",
            Self::Order => "order",
            Self::Attachments => "attachments",
            Self::Deleted => "deleted",
            Self::Clock => "clock",
        }
    }
}

impl Compared {
    /// What must be known of the comparison as a whole: what each line is about, and the line. Names in it are as the
    /// exports have them.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let counts = &self.counts;
        let mut lines = vec![(
            "messages",
            format!(
                "{} in the first, {} in the second, {} in both; {} of these agree in everything",
                counts.first, counts.second, counts.paired, counts.agreeing
            ),
        )];
        for (weight, label, total) in [
            (Weight::Unexplained, "unexplained", counts.unexplained),
            (Weight::Explained, "explained", counts.explained),
        ] {
            lines.push((label, self.total(weight, total)));
        }
        for shift in self.clock.iter().flat_map(|clock| &clock.shifts) {
            let from = shift.from.map_or_else(String::new, |from| format!(" from {from} on"));
            lines.push(("clock", format!("{}{from}", apart(shift.seconds))));
        }
        for SameAccount { first, second, messages } in &self.accounts {
            let words = format!("{} is {}, by {}", first.label(), second.label(), counted(*messages));
            lines.push(("account", words));
        }
        for part in &self.not_covered {
            let place = if part.before { "before" } else { "after" };
            let (export, other) = match part.export {
                Which::First => ("first", "second"),
                Which::Second => ("second", "first"),
            };
            let times: Vec<String> =
                part.from_time.iter().chain(&part.to_time).map(ToString::to_string).collect();
            let words = format!(
                "the {export} has {} {place} everything that the {other} has ({})",
                counted(part.messages),
                times.join(" to ")
            );
            lines.push(("outside", words));
        }
        lines.extend(self.notes.iter().map(|note| ("note", note.clone())));
        lines
    }

    fn total(&self, weight: Weight, total: u64) -> String {
        let mut kinds: BTreeMap<DifferenceKind, u64> = BTreeMap::new();
        for found in self.differences.iter().filter(|found| found.weight == weight) {
            *kinds.entry(found.kind).or_default() += 1;
        }
        let of: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {}", kind.words())).collect();
        if of.is_empty() { total.to_string() } else { format!("{total}: {}", of.join(", ")) }
    }
}

fn counted(messages: u64) -> String {
    if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") }
}

fn apart(seconds: i64) -> String {
    let all = seconds.unsigned_abs();
    let written = format!("{}:{:02}:{:02}", all / 3_600, all / 60 % 60, all % 60);
    match seconds {
        0 => "the same in both".to_owned(),
        1.. => format!("the second shows times {written} later"),
        _ => format!("the second shows times {written} earlier"),
    }
}
