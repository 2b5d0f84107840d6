//! The ledger: what is asked of it, as an address and as a query, and its acts in words.

use std::fmt;
use std::str::FromStr;

use protocol::MemberId;
use protocol::oversight::{ACTS, ActorKind, LedgerEntry, told};
use protocol::reference;
use seal::ReportId;
use serde_json::Value as Json;

/// What is asked of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// What this member did.
    pub member: Option<MemberId>,
    /// What was done with this report.
    pub report: Option<Called>,
    /// With a report: also the lists of the queue and the look-ups that named it.
    pub named: bool,
    /// Acts of this sort: a word of [`ACTS`].
    pub act: Option<&'static str>,
    /// From the beginning of this day on.
    pub from: Option<Day>,
    /// Until the end of this day.
    pub until: Option<Day>,
    /// Which page; the newest when absent.
    pub place: Option<Place>,
}

/// A report, by its id or by its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    /// By its id.
    Id(ReportId),
    /// By its reference: the first id that it can stand for.
    Reference(ReportId),
}

impl Called {
    /// The reference of the report.
    pub fn reference(self) -> String {
        let (Self::Id(id) | Self::Reference(id)) = self;
        reference::of(&id)
    }
}

/// What was typed calls no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallsNoReport;

impl FromStr for Called {
    type Err = CallsNoReport;

    fn from_str(text: &str) -> Result<Self, CallsNoReport> {
        let text = text.trim();
        if let Some((first, _)) = reference::range(text) {
            return Ok(Self::Reference(ReportId::from_bytes(first)));
        }
        text.parse().map(Self::Id).map_err(|_| CallsNoReport)
    }
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Reference(first) => f.write_str(&reference::of(first)),
        }
    }
}

/// A day of the calendar, as a date field writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year, from 1970.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDay;

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(NoDay) };
        let number = |text: &str, length: usize| {
            text.parse::<u16>().ok().filter(|_| text.len() == length && !text.starts_with('+')).ok_or(NoDay)
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(NoDay);
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| NoDay);
        Ok(Self { year, month: small(month)?, day: small(day)? })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Where a page begins, as the server said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether the page holds what is newer.
    pub newer: bool,
    at: i64,
    number: i64,
}

impl Place {
    /// Reads what the server sent for the page of older or newer entries.
    pub fn new(newer: bool, text: &str) -> Option<Self> {
        let (at, number) = text.split_once('.')?;
        Some(Self { newer, at: at.parse().ok()?, number: number.parse().ok()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.newer { "after" } else { "before" };
        write!(f, "{name}={}.{}", self.at, self.number)
    }
}

impl Look {
    /// Reads the query of an address. What means nothing is left out.
    pub fn parse(query: &str) -> Self {
        let mut look = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "member" => look.member = value.parse().ok(),
                "report" => look.report = value.parse().ok(),
                "named" => look.named = value == "1",
                "act" => look.act = ACTS.iter().map(|act| act.word).find(|word| *word == value),
                "from" => look.from = value.parse().ok(),
                "until" => look.until = value.parse().ok(),
                "before" => look.place = Place::new(false, value),
                "after" => look.place = Place::new(true, value),
                _ => {}
            }
        }
        look
    }

    /// The same filters, at the page of older or newer entries that the server named.
    #[must_use]
    pub fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }

    /// Whether anything is filtered.
    pub fn narrows(&self) -> bool {
        self.at(None) != Self::default()
    }

    /// The query for the server. `start` yields the second at which the day so many days after another begins where
    /// the person at the screen is.
    pub fn query(&self, start: impl Fn(Day, u8) -> i64) -> String {
        let since = self.from.map(|day| format!("since={}", start(day, 0)));
        let until = self.until.map(|day| format!("until={}", start(day, 1)));
        self.pairs(since, until)
    }

    /// What address and query share. No part holds anything that would have to be escaped.
    fn pairs(&self, from: Option<String>, until: Option<String>) -> String {
        let pairs = [
            self.member.map(|member| format!("member={member}")),
            self.report.map(|report| format!("report={report}")),
            (self.named && self.report.is_some()).then(|| "named=1".to_owned()),
            self.act.map(|act| format!("act={act}")),
            from,
            until,
            self.place.map(|place| place.to_string()),
        ];
        pairs.into_iter().flatten().collect::<Vec<_>>().join("&")
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.map(|day| format!("from={day}"));
        let until = self.until.map(|day| format!("until={day}"));
        f.write_str(&self.pairs(from, until))
    }
}

/// The names of members, by id.
pub type Names<'n> = &'n dyn Fn(MemberId) -> String;

/// Who did it.
pub fn actor(entry: &LedgerEntry) -> String {
    match (entry.actor, &entry.name) {
        (ActorKind::Member, Some(name)) => name.clone(),
        (ActorKind::Member, None) => "A former member".to_owned(),
        (ActorKind::Reporter, _) => "The reporter".to_owned(),
        (ActorKind::System, _) => "The service".to_owned(),
    }
}

/// What was done, to follow the name of who did it: "read the answers".
pub fn deed(entry: &LedgerEntry, names: Names<'_>) -> String {
    let detail = Detail { json: entry.detail.as_ref(), names };
    match entry.act.as_str() {
        "report.received" => "handed over the report".to_owned(),
        "item.added" => format!("added {}", items(&[entry.item_kind.as_deref()])),
        "item.consulted" => format!("read {}", items(&[entry.item_kind.as_deref()])),
        "queue.consulted" => match detail.count("reports") {
            1 => "looked through the queue: 1 report".to_owned(),
            count => format!("looked through the queue: {count} reports"),
        },
        "item.quarantined" => "put a file into quarantine".to_owned(),
        "item.refused" => match detail.text("why") {
            Some("locked") => "tried to get a locked file and was refused".to_owned(),
            _ => "tried to get a file in quarantine and was refused".to_owned(),
        },
        "item.locked" => match detail.text("hash") {
            Some(hash) => format!("locked a file: a hash list knows its {}", hash.to_uppercase()),
            None => "locked a file: a hash list knows it".to_owned(),
        },
        "release.asked" => match detail.count("items") {
            1 => "asked to see a file in quarantine".to_owned(),
            count => format!("asked to see {count} files in quarantine"),
        },
        "release.approved" => {
            format!("let {} see what they had asked for", detail.member("member").unwrap_or_default())
        }
        "release.refused" if detail.id("member") == entry.member => {
            "took back what they had asked to see".to_owned()
        }
        "release.refused" => {
            format!("did not let {} see what they had asked for", detail.member("member").unwrap_or_default())
        }
        "release.denied" => denied(&detail),
        "hash-list.changed" => format!("{} a hash list", detail.text("as").unwrap_or("changed")),
        "hash-list.consulted" => "fetched a hash list".to_owned(),
        "report.assigned" if detail.id("to").is_some_and(|to| Some(to) == entry.member) => {
            "took the report".to_owned()
        }
        "report.assigned" => match detail.member("to") {
            Some(name) => format!("assigned the report to {name}"),
            None => "assigned the report to nobody".to_owned(),
        },
        "decision.made" => format!("marked the report as {}", detail.text("to").unwrap_or("changed")),
        "session.started" => match detail.text("stage") {
            Some("full") | None => "signed in".to_owned(),
            Some(_) => "gave the right passphrase; a passkey was still needed".to_owned(),
        },
        "session.ended" if detail.other(entry) => {
            format!("ended a session of {}", detail.member("member").unwrap_or_default())
        }
        "session.ended" => "signed out".to_owned(),
        "member.changed" => member_changed(entry, &detail),
        "invite.made" => format!("invited somebody to the role {}", detail.text("role").unwrap_or("unknown")),
        "grant.added" => format!("gave the desk’s key to {}", detail.member("member").unwrap_or_default()),
        "grant.removed" => {
            format!("took the desk’s key from {}", detail.member("member").unwrap_or_default())
        }
        "passkey.added" => "registered a passkey".to_owned(),
        "desk.created" => "made the desk".to_owned(),
        "ledger.consulted" => looked_up(&detail),
        "policy.changed" => {
            format!("started with other settings: {}", detail.text("section").unwrap_or("unknown"))
        }
        "checkpoint.stamped" => match detail.text("authority") {
            Some(authority) => format!("had the log time-stamped by {authority}"),
            None => "had the log time-stamped".to_owned(),
        },
        other => format!("did: {}", told(other)),
    }
}

fn denied(detail: &Detail<'_>) -> String {
    let tried = if detail.text("as") == Some("refusal") { "refuse" } else { "approve" };
    let why = match detail.text("why") {
        Some("own") => "which they had asked for themselves",
        Some("role") => "which their role does not let them",
        Some("stale") => "which nobody had answered in time",
        Some("answered") => "which had been answered",
        _ => "which had ended",
    };
    format!("tried to {tried} a release {why}, and could not")
}

fn member_changed(entry: &LedgerEntry, detail: &Detail<'_>) -> String {
    let name = detail.member("member").unwrap_or_default();
    match (detail.text("state"), detail.text("role")) {
        (Some("revoked"), _) => format!("revoked {name}"),
        (_, Some(role)) if !detail.other(entry) => format!("joined with the role {role}"),
        (_, Some(role)) => format!("gave {name} the role {role}"),
        _ => format!("changed the membership of {name}"),
    }
}

fn looked_up(detail: &Detail<'_>) -> String {
    let how = match detail.text("as") {
        Some("export") => "exported the ledger",
        Some("counts") => "counted readings",
        _ => "looked up the ledger",
    };
    let filters = [
        detail.member("member").map(|name| format!("member {name}")),
        detail.report("report").map(|report| format!("report {report}")),
        detail.text("act").map(|act| format!("act “{}”", told(act))),
        (detail.number("since").is_some() || detail.number("until").is_some()).then(|| "a time".to_owned()),
    ];
    let filters: Vec<String> = filters.into_iter().flatten().collect();
    if filters.is_empty() { how.to_owned() } else { format!("{how}, asking for {}", filters.join(", ")) }
}

/// What the record says beyond its columns.
struct Detail<'d> {
    json: Option<&'d Json>,
    names: Names<'d>,
}

impl Detail<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.json?.get(key)?.as_str()
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.json?.get(key)?.as_i64()
    }

    fn count(&self, key: &str) -> usize {
        self.json.and_then(|json| json.get(key)?.as_array()).map_or(0, Vec::len)
    }

    fn id(&self, key: &str) -> Option<MemberId> {
        self.text(key)?.parse().ok()
    }

    fn member(&self, key: &str) -> Option<String> {
        self.id(key).map(self.names)
    }

    fn report(&self, key: &str) -> Option<String> {
        self.text(key)?.parse().ok().map(|report| reference::of(&report))
    }

    /// Whether somebody did this to another member.
    fn other(&self, entry: &LedgerEntry) -> bool {
        self.id("member").is_some() && self.id("member") != entry.member
    }
}

/// Items by their kinds, in words: "the answers, the summary and 2 messages".
pub fn items(kinds: &[Option<&str>]) -> String {
    const KNOWN: [(&str, &str, &str); 10] = [
        ("answers", "the answers", "answers"),
        ("summary", "the summary", "summaries"),
        ("message", "a message", "messages"),
        ("file", "a file", "files"),
        ("media", "a media file", "media files"),
        ("note", "a note", "notes"),
        ("release", "the reason of a release", "reasons of releases"),
        ("amendment", "a change by the reporter", "changes by the reporter"),
        ("mark", "a mark on a passage", "marks on passages"),
        ("exhibit", "an entry of the exhibit list", "entries of the exhibit list"),
    ];
    let count = |kind: &str| kinds.iter().filter(|known| **known == Some(kind)).count();
    let mut parts: Vec<String> = KNOWN
        .iter()
        .filter_map(|(kind, one, several)| match count(kind) {
            0 => None,
            1 => Some((*one).to_owned()),
            count => Some(format!("{count} {several}")),
        })
        .collect();
    match kinds.len() - KNOWN.iter().map(|(kind, ..)| count(kind)).sum::<usize>() {
        0 => {}
        1 => parts.push("an item".to_owned()),
        count => parts.push(format!("{count} items")),
    }
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// What one person did at one moment, told in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When it was done; of several acts, the last.
    pub at: i64,
    /// Who did it.
    pub who: String,
    /// What was done, to follow the name.
    pub deed: String,
}

/// Seconds within which readings of one person count as one moment.
const MOMENT: i64 = 5;

/// Tells acts (newest first) moment by moment: opening a report reads all its small items at once, and is one
/// line.
pub fn moments(entries: &[LedgerEntry], names: Names<'_>) -> Vec<Moment> {
    let same = |a: &LedgerEntry, b: &LedgerEntry| {
        let merges = matches!(a.act.as_str(), "item.consulted" | "item.added");
        let who = (a.actor, a.member, a.report) == (b.actor, b.member, b.report);
        merges && a.act == b.act && who && a.at.abs_diff(b.at) <= MOMENT.unsigned_abs()
    };
    entries
        .chunk_by(same)
        .filter_map(|together| {
            let first = together.first()?;
            let kinds: Vec<Option<&str>> = together.iter().map(|entry| entry.item_kind.as_deref()).collect();
            let deed = match first.act.as_str() {
                "item.consulted" => format!("read {}", items(&kinds)),
                "item.added" => format!("added {}", items(&kinds)),
                _ => deed(first, names),
            };
            Some(Moment { at: first.at, who: actor(first), deed })
        })
        .collect()
}

/// Moments (newest first) under the days that `day_of` says they belong to.
pub fn by_day(moments: Vec<Moment>, day_of: impl Fn(i64) -> String) -> Vec<(String, Vec<Moment>)> {
    let mut days: Vec<(String, Vec<Moment>)> = Vec::new();
    for moment in moments {
        let day = day_of(moment.at);
        match days.last_mut() {
            Some((last, of_day)) if *last == day => of_day.push(moment),
            _ => days.push((day, vec![moment])),
        }
    }
    days
}

#[cfg(test)]
mod tests;
