//! The desk's queue in memory: which reports are shown, in which order. Nothing here asks the server.

use protocol::content::Summary;
use protocol::staff::{QueueRow, ReportState};
use protocol::{MemberId, UnixSeconds};
use seal::{Identity, ReportId};

use crate::open::open_summary;
use crate::{Error, words};

/// One report in the queue.
#[derive(Debug)]
pub struct Row {
    /// What the server says about it.
    pub row: QueueRow,
    /// What its summary says, once opened.
    pub summary: Opening,
    /// What a search looks at, in lower case.
    haystack: String,
}

/// How far a summary has been opened.
#[derive(Debug)]
pub enum Opening {
    /// Not yet.
    Sealed,
    /// Opened.
    Open(Summary),
    /// It failed a check; nothing of it is shown.
    Failed(Error),
}

/// Which reports to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only reports in one of these states; all when empty.
    pub states: Vec<ReportState>,
    /// Only urgent reports.
    pub urgent: bool,
    /// Only reports with something unread.
    pub unread: bool,
    /// Only reports assigned to this member.
    pub assigned: Option<MemberId>,
    /// Only reports in whose title, reference or reasons every one of these words occurs.
    pub text: String,
}

/// The order of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Open before closed, urgent first; among equals the longest waiting. Being read moves nothing.
    #[default]
    Urgency,
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// What the reporter touched last first.
    LastFromReporter,
}

impl Order {
    /// Every order, as offered.
    pub const ALL: [Self; 4] = [Self::Urgency, Self::Newest, Self::Oldest, Self::LastFromReporter];

    /// The word used in the page for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::LastFromReporter => "last",
        }
    }
}

/// How many reports there are of each sort the filters offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Urgent ones that are not closed.
    pub urgent: usize,
    /// With something unread.
    pub unread: usize,
}

/// All reports that the member may see.
#[derive(Debug, Default)]
pub struct Queue {
    rows: Vec<Row>,
}

impl Queue {
    /// Takes rows from the server; a row that is there already keeps its opened summary.
    pub fn merge(&mut self, rows: Vec<QueueRow>) {
        let mut places: std::collections::BTreeMap<[u8; 16], usize> =
            self.rows.iter().enumerate().map(|(at, row)| (*row.row.report.as_bytes(), at)).collect();
        for row in rows {
            if let Some(&at) = places.get(row.report.as_bytes()) {
                self.rows[at].row = row;
            } else {
                places.insert(*row.report.as_bytes(), self.rows.len());
                self.rows.push(Row::new(row));
            }
        }
    }

    /// Forgets the reports that a complete reading of the queue no longer showed.
    pub fn keep_only(&mut self, seen: &std::collections::BTreeSet<[u8; 16]>) {
        self.rows.retain(|row| seen.contains(row.row.report.as_bytes()));
    }

    /// How many reports there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at this place.
    pub fn get(&self, at: usize) -> Option<&Row> {
        self.rows.get(at)
    }

    /// The row of this report.
    pub fn find(&self, report: &ReportId) -> Option<&Row> {
        self.rows.iter().find(|row| row.row.report == *report)
    }

    /// Changes what the server said about a report, after it has been told to change it.
    pub fn update(&mut self, report: &ReportId, change: impl FnOnce(&mut QueueRow)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.row.report == *report) {
            change(&mut row.row);
        }
    }

    /// Opens one summary, if it is still sealed. Takes a few milliseconds.
    pub fn open(&mut self, at: usize, desk: &Identity) {
        if let Some(row) = self.rows.get_mut(at) {
            row.open(desk);
        }
    }

    /// The first place among `first`, then among all, whose summary is still sealed.
    pub fn next_sealed(&self, first: impl IntoIterator<Item = usize>) -> Option<usize> {
        let sealed = |at: &usize| self.rows.get(*at).is_some_and(Row::is_sealed);
        first.into_iter().find(sealed).or_else(|| self.rows.iter().position(Row::is_sealed))
    }

    /// The places of the rows that pass `filter`, in `order`.
    pub fn view(&self, filter: &Filter, order: Order) -> Vec<usize> {
        let words: Vec<String> = filter.text.split_whitespace().map(str::to_lowercase).collect();
        let passes =
            |row: &Row| filter.passes(&row.row) && words.iter().all(|word| row.haystack.contains(word));
        let mut shown: Vec<usize> =
            self.rows.iter().enumerate().filter(|(_, row)| passes(row)).map(|(at, _)| at).collect();
        shown.sort_by_cached_key(|&at| order.key(&self.rows[at].row));
        shown
    }

    /// How many reports there are of each sort.
    pub fn counts(&self) -> Counts {
        let count = |of: fn(&QueueRow) -> bool| self.rows.iter().filter(|row| of(&row.row)).count();
        Counts {
            all: self.rows.len(),
            urgent: count(|row| row.urgent && row.state != ReportState::Closed),
            unread: count(|row| row.unread),
        }
    }
}

impl Row {
    fn new(row: QueueRow) -> Self {
        let haystack = crate::text::reference(&row.report).to_lowercase();
        Self { row, summary: Opening::Sealed, haystack }
    }

    fn is_sealed(&self) -> bool {
        matches!(self.summary, Opening::Sealed)
    }

    fn open(&mut self, desk: &Identity) {
        if !self.is_sealed() {
            return;
        }
        self.summary = match open_summary(&self.row, desk) {
            Ok(summary) => {
                self.haystack.push('\n');
                self.haystack.push_str(&summary.title.to_lowercase());
                for reason in &summary.reasons {
                    self.haystack.push('\n');
                    self.haystack.push_str(&words::reason(reason).to_lowercase());
                }
                Opening::Open(summary)
            }
            Err(error) => Opening::Failed(error),
        };
    }
}

impl Filter {
    fn passes(&self, row: &QueueRow) -> bool {
        (self.states.is_empty() || self.states.contains(&row.state))
            && (!self.urgent || row.urgent)
            && (!self.unread || row.unread)
            && self.assigned.is_none_or(|member| row.assigned == Some(member))
    }
}

/// Smaller comes first; the id settles what is otherwise equal, so that the order never flickers.
type Key = (bool, bool, UnixSeconds, [u8; 16]);

impl Order {
    fn key(self, row: &QueueRow) -> Key {
        let id = *row.report.as_bytes();
        match self {
            Self::Urgency => {
                let closed = row.state == ReportState::Closed;
                (closed, !row.urgent, row.received_at, id)
            }
            Self::Newest => (false, false, -row.received_at, id),
            Self::Oldest => (false, false, row.received_at, id),
            Self::LastFromReporter => (false, false, -row.last_from_reporter, id),
        }
    }
}

#[cfg(test)]
mod tests;
