//! Where in the console one is, as the part of the address behind `#`, which no server ever sees.

use std::fmt;

use seal::ReportId;

use crate::ledger::Look;

/// A place in the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// The queue; or signing in, when nobody is.
    #[default]
    Queue,
    /// One report.
    Report(ReportId, Tab),
    /// The desk's ledger, for auditors.
    Ledger(Look),
    /// The members of the desk.
    Members,
    /// The hash lists of the desk.
    HashLists,
    /// Joining a desk with an invite's code.
    Join,
}

/// A part of a report's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The answers, in the order they were asked.
    #[default]
    Answers,
    /// Accounts and people, kept apart.
    People,
    /// Files to save.
    Files,
    /// The chats among the files, as one timeline.
    Transcript,
    /// What is produced in evidence, and who has had it.
    Exhibits,
    /// What was said between reporter and desk.
    Dialogue,
    /// Notes of members to each other.
    Notes,
    /// Who did what with the report.
    History,
}

impl Tab {
    /// Every tab, in the order of the navigation.
    pub const ALL: [Self; 8] = [
        Self::Answers,
        Self::People,
        Self::Files,
        Self::Transcript,
        Self::Exhibits,
        Self::Dialogue,
        Self::Notes,
        Self::History,
    ];

    /// The word in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::People => "people",
            Self::Files => "files",
            Self::Transcript => "transcript",
            Self::Exhibits => "exhibits",
            Self::Dialogue => "dialogue",
            Self::Notes => "notes",
            Self::History => "history",
        }
    }

    /// The words in the navigation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Answers => "Answers",
            Self::People => "People and accounts",
            Self::Files => "Files",
            Self::Transcript => "Transcript",
            Self::Exhibits => "Exhibits",
            Self::Dialogue => "Dialogue",
            Self::Notes => "Notes",
            Self::History => "History",
        }
    }
}

impl Route {
    /// Reads the part of an address behind `#`. Anything unknown is the queue.
    pub fn parse(hash: &str) -> Self {
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let mut parts = path.trim_start_matches('#').split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some("reports"), Some(id), tab) => {
                let tab = Tab::ALL.into_iter().find(|known| Some(known.as_str()) == tab).unwrap_or_default();
                id.parse().map_or(Self::Queue, |id| Self::Report(id, tab))
            }
            (Some("ledger"), None, _) => Self::Ledger(Look::parse(query)),
            (Some("members"), None, _) => Self::Members,
            (Some("hash-lists"), None, _) => Self::HashLists,
            (Some("join"), None, _) => Self::Join,
            _ => Self::Queue,
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queue => f.write_str("#/queue"),
            Self::Report(id, tab) => write!(f, "#/reports/{id}/{}", tab.as_str()),
            Self::Ledger(look) if *look == Look::default() => f.write_str("#/ledger"),
            Self::Ledger(look) => write!(f, "#/ledger?{look}"),
            Self::Members => f.write_str("#/members"),
            Self::HashLists => f.write_str("#/hash-lists"),
            Self::Join => f.write_str("#/join"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, Route, Tab};
    use proptest::prelude::*;
    use seal::ReportId;

    #[test]
    fn every_place_has_an_address_that_leads_back() {
        let report = ReportId::from_bytes([7; 16]);
        let reports = Tab::ALL.map(|tab| Route::Report(report, tab));
        let ledger =
            ["", "act=item.consulted&from=2026-11-27"].map(|query| Route::Ledger(Look::parse(query)));
        let single = [Route::Queue, Route::Members, Route::HashLists, Route::Join];
        for route in single.into_iter().chain(ledger).chain(reports) {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
    }

    proptest! {
        #[test]
        fn any_other_address_leads_to_the_queue(hash in "#?(/[a-z]{0,8}){0,4}") {
            prop_assume!(!["members", "join", "ledger"].iter().any(|word| hash.contains(word)));
            prop_assert_eq!(Route::parse(&hash), Route::Queue);
        }
    }
}
