//! Two exports of one chat held against each other.

use transcript::align::{self, At, Compared, Difference, Side, Weight, Which};

use crate::room::Room;
use crate::source::Source;
use crate::{Answer, ComparedFacts, ComparisonFacts, DifferenceFacts, MessageId};

/// How many differences of one weight are told one by one; all are counted.
const TOLD: usize = 500;

/// The sources of an item, by their numbers.
type Export<'r> = Vec<(u32, &'r Source)>;

/// Compares the exports that two items hold.
pub(crate) fn compare(room: &Room, first: &str, second: &str) -> Answer {
    let of = |item: &str| -> Export<'_> {
        (0..).zip(&room.sources).filter(|(_, source)| source.origin.item == item).collect()
    };
    let (one, other) = (of(first), of(second));
    if one.is_empty() || other.is_empty() || first == second {
        return Answer::Refused { why: "Choose two files that hold chats.".to_owned() };
    }
    let comparison = align::compare(&side(room, &one), &side(room, &other));
    let conversations =
        comparison.conversations.iter().map(|compared| facts(compared, &one, &other)).collect();
    let alone = comparison
        .alone
        .iter()
        .map(|alone| {
            let export = if alone.export == Which::First { "first" } else { "second" };
            let title = alone.title.as_deref().unwrap_or("(untitled)");
            format!("Only the {export} has {title}; messages in it: {}", alone.messages)
        })
        .collect();
    Answer::Comparison(ComparisonFacts { conversations, alone })
}

fn side<'r>(room: &Room, export: &Export<'r>) -> Side<'r> {
    // What was stated of one source of an export holds for the others that nothing was stated of.
    let day_first = export.iter().find_map(|(_, source)| source.day_first);
    Side {
        timelines: export.iter().map(|(_, source)| &source.timeline).collect(),
        zone: room.zone.clone(),
        day_first,
    }
}

fn facts(compared: &Compared, one: &Export<'_>, other: &Export<'_>) -> ComparedFacts {
    let of = |weight: Weight| {
        let all = compared.differences.iter().filter(move |found| found.weight == weight);
        all.take(TOLD).map(|found| difference(found, one, other)).collect()
    };
    ComparedFacts {
        titles: [compared.first_title.clone(), compared.second_title.clone()],
        lines: compared.lines().into_iter().map(|(label, words)| (label.to_owned(), words)).collect(),
        unexplained: of(Weight::Unexplained),
        explained: of(Weight::Explained),
        counts: [compared.counts.unexplained, compared.counts.explained],
    }
}

fn difference(found: &Difference, one: &Export<'_>, other: &Export<'_>) -> DifferenceFacts {
    let id = |export: &Export<'_>, at: Option<At>| {
        let at = at?;
        let (source, _) = export.get(at.timeline as usize)?;
        Some(MessageId { source: *source, number: at.message })
    };
    DifferenceFacts {
        kind: found.kind.words().to_owned(),
        words: found.words.clone(),
        messages: [id(one, found.first), id(other, found.second)],
    }
}
