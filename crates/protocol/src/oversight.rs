//! What an auditor reads: the ledger of their desk, by page, by count and as a table for spreadsheets.
//!
//! The queries take `member`, `report` (an id or a [reference](crate::reference)), `act` (a word of
//! [`ACTS`]), `since` and `until` (seconds; from, and before), and `named`: with a report, also the lists
//! of the queue and the look-ups that named it.

use seal::{Digest, ItemId, ReportId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{MemberId, UnixSeconds};

/// A sort of act, as a filter offers it and a table tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its word in the ledger, in addresses and in exports.
    pub word: &'static str,
    /// What it is in plain English.
    pub told: &'static str,
}

const fn act(word: &'static str, told: &'static str) -> Act {
    Act { word, told }
}

/// Every sort of act, in the order of a filter's list. The server's tests hold it against what the store
/// records.
pub const ACTS: &[Act] = &[
    act("report.received", "Report received"),
    act("item.added", "Item added"),
    act("item.consulted", "Item read"),
    act("queue.consulted", "Queue looked through"),
    act("item.quarantined", "File put into quarantine"),
    act("item.refused", "Item refused: in quarantine or locked"),
    act("item.locked", "Item locked: a hash list knows it"),
    act("release.asked", "Release of media asked for"),
    act("release.approved", "Release approved"),
    act("release.refused", "Release refused"),
    act("release.denied", "Answer to a release not accepted"),
    act("hash-list.changed", "Hash list added, replaced or removed"),
    act("hash-list.consulted", "Hash list fetched"),
    act("report.assigned", "Report assigned"),
    act("decision.made", "State of a report changed"),
    act("session.started", "Signed in"),
    act("session.ended", "Session ended"),
    act("member.changed", "Member joined or changed"),
    act("invite.made", "Person invited"),
    act("grant.added", "Desk’s key given to a member"),
    act("grant.removed", "Desk’s key taken from a member"),
    act("passkey.added", "Passkey registered"),
    act("desk.created", "Desk made"),
    act("ledger.consulted", "Ledger looked up"),
    act("policy.changed", "Settings changed"),
    act("checkpoint.stamped", "Checkpoint stamped"),
];

/// What an act is in plain English. One that a later version records is told by its word.
pub fn told(word: &str) -> &str {
    ACTS.iter().find(|act| act.word == word).map_or(word, |act| act.told)
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A member of a desk.
    Member,
    /// A reporter; never which one.
    Reporter,
    /// The service itself, or whoever runs it from the command line.
    System,
}

impl ActorKind {
    /// The word in tables and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Reporter => "reporter",
            Self::System => "system",
        }
    }
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerEntry {
    /// Its number in this instance's record. Numbers rise and may have gaps.
    pub number: i64,
    /// When.
    pub at: UnixSeconds,
    /// What: a word of [`ACTS`], or of a later version.
    pub act: String,
    /// Who, in general.
    pub actor: ActorKind,
    /// Which member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub member: Option<MemberId>,
    /// The member's name as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The report it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub report: Option<ReportId>,
    /// The item it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub item: Option<ItemId>,
    /// The kind of that item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_kind: Option<String>,
    /// SHA-256 of the sealed bytes it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub digest: Option<Digest>,
    /// Further identifiers and words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub detail: Option<Json>,
    /// Its index in the log, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

/// `GET /desks/{slug}/ledger?…&limit=100&before=PLACE` (or `&after=PLACE`) and
/// `GET /reports/{id}/history?…`: one page, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerPage {
    /// The acts, newest first.
    pub entries: Vec<LedgerEntry>,
    /// Pass as `before` for the next page of older ones. Absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
    /// Pass as `after` for the next page of newer ones. Absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
}

/// `GET /desks/{slug}/ledger/counts?…`: what was read, by member and day. Facts to ask about, never a
/// measure of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerCounts {
    /// From when on was counted.
    pub since: UnixSeconds,
    /// Before when.
    pub until: UnixSeconds,
    /// Newest day first, then by name.
    pub rows: Vec<LedgerCount>,
}

/// What one member read on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerCount {
    /// When the day began, in UTC.
    pub day: UnixSeconds,
    /// Who.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub member: MemberId,
    /// Their name as it is now.
    pub name: String,
    /// Different reports of which they read something.
    pub reports: u32,
    /// How many of those were not assigned to them when they first read in them that day.
    pub unassigned: u32,
    /// Items they were given, counted each time.
    pub items: u32,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ACTS, told};

    #[test]
    fn every_act_has_one_word_and_is_told_in_one_way() {
        let words: BTreeSet<_> = ACTS.iter().map(|act| act.word).collect();
        let ways: BTreeSet<_> = ACTS.iter().map(|act| act.told).collect();
        assert_eq!((words.len(), ways.len()), (ACTS.len(), ACTS.len()));
        assert_eq!(told("item.consulted"), "Item read");
        assert_eq!(told("hold.set"), "hold.set");
    }
}
