//! The record of acts: who did what to which report, when. Append-only, never content, never names.
//!
//! Every mutation in this crate writes its acts in the same transaction as what they record. Numbers rise but may
//! have gaps, and on PostgreSQL a lower number can become visible after a higher one.

use protocol::{MemberId, UnixSeconds};
use seal::{Digest, ItemId, ReportId};
use serde_json::Value as Json;

use crate::db::Link;
use crate::sql::{FromColumn, Row, ToColumn, Value, insert_rows, sql};
use crate::{Error, Store};

/// How many acts go into one statement; few enough that every database takes their parameters.
const ROWS_PER_STATEMENT: usize = 32;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A member of a desk.
    Member(MemberId),
    /// A reporter. Which one is never recorded; the act names the report.
    Reporter,
    /// The service itself, or whoever runs it from the command line.
    System,
}

impl Actor {
    fn as_str(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Reporter => "reporter",
            Self::System => "system",
        }
    }

    fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(id) => Some(id),
            Self::Reporter | Self::System => None,
        }
    }
}

/// Who does something, and when: every mutation takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: UnixSeconds,
}

impl Stamp {
    /// A member acts.
    pub fn member(id: MemberId, at: UnixSeconds) -> Self {
        Self { actor: Actor::Member(id), at }
    }

    /// A reporter acts.
    pub fn reporter(at: UnixSeconds) -> Self {
        Self { actor: Actor::Reporter, at }
    }

    /// The service acts.
    pub fn system(at: UnixSeconds) -> Self {
        Self { actor: Actor::System, at }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActKind {
    /// A report became durable.
    ReportReceived,
    /// An item became part of a report.
    ItemAdded,
    /// A member was given the sealed bytes of an item.
    ItemConsulted,
    /// A member was given a page of sealed summaries.
    QueueConsulted,
    /// A report was assigned, or no longer is.
    ReportAssigned,
    /// A report changed its state.
    DecisionMade,
    /// A desk's seed was wrapped to a member.
    GrantAdded,
    /// A member's wrap of a desk's seed was removed.
    GrantRemoved,
    /// A desk was made.
    DeskCreated,
    /// A person was invited.
    InviteMade,
    /// A member joined, got another role, or was revoked.
    MemberChanged,
    /// A member registered a passkey.
    PasskeyAdded,
    /// A member signed in, or completed signing in.
    SessionStarted,
    /// A member's session ended.
    SessionEnded,
    /// A member was given entries of the ledger.
    LedgerConsulted,
}

impl ActKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::ReportReceived,
        Self::ItemAdded,
        Self::ItemConsulted,
        Self::QueueConsulted,
        Self::ReportAssigned,
        Self::DecisionMade,
        Self::GrantAdded,
        Self::GrantRemoved,
        Self::DeskCreated,
        Self::InviteMade,
        Self::MemberChanged,
        Self::PasskeyAdded,
        Self::SessionStarted,
        Self::SessionEnded,
        Self::LedgerConsulted,
    ];

    /// The word in tables and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReportReceived => "report.received",
            Self::ItemAdded => "item.added",
            Self::ItemConsulted => "item.consulted",
            Self::QueueConsulted => "queue.consulted",
            Self::ReportAssigned => "report.assigned",
            Self::DecisionMade => "decision.made",
            Self::GrantAdded => "grant.added",
            Self::GrantRemoved => "grant.removed",
            Self::DeskCreated => "desk.created",
            Self::InviteMade => "invite.made",
            Self::MemberChanged => "member.changed",
            Self::PasskeyAdded => "passkey.added",
            Self::SessionStarted => "session.started",
            Self::SessionEnded => "session.ended",
            Self::LedgerConsulted => "ledger.consulted",
        }
    }
}

impl ToColumn for ActKind {
    fn to_column(&self) -> Value {
        self.as_str().to_column()
    }

    fn null() -> Value {
        str::null()
    }
}

impl FromColumn for ActKind {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        let word: Option<String> = row.get(column)?;
        word.map(|word| {
            Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(Error::Column { column })
        })
        .transpose()
    }
}

/// An act about to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewAct {
    kind: ActKind,
    stamp: Stamp,
    report: Option<ReportId>,
    item: Option<ItemId>,
    digest: Option<Digest>,
    detail: Option<Json>,
}

impl NewAct {
    pub(crate) fn new(kind: ActKind, stamp: Stamp) -> Self {
        Self { kind, stamp, report: None, item: None, digest: None, detail: None }
    }

    pub(crate) fn report(mut self, report: ReportId) -> Self {
        self.report = Some(report);
        self
    }

    pub(crate) fn item(mut self, item: ItemId) -> Self {
        self.item = Some(item);
        self
    }

    pub(crate) fn digest(mut self, digest: Digest) -> Self {
        self.digest = Some(digest);
        self
    }

    /// Identifiers and words of ours only.
    pub(crate) fn detail(mut self, detail: Json) -> Self {
        self.detail = Some(detail);
        self
    }

    fn into_row(self) -> Vec<Value> {
        let desk = self.detail.as_ref().and_then(|detail| detail["desk"].as_str()).map(str::to_owned);
        vec![
            self.stamp.at.to_column(),
            self.kind.to_column(),
            self.stamp.actor.as_str().to_column(),
            self.stamp.actor.member().to_column(),
            self.report.to_column(),
            self.item.to_column(),
            self.digest.to_column(),
            self.detail.map(|detail| detail.to_string()).to_column(),
            desk.to_column(),
        ]
    }
}

/// Every act is filed under a desk: its report's or, where it is about none, its member's, or the one that it names.
const INSERT: &str = "INSERT INTO acts (at, kind, actor, member, report, item, digest, detail, desk) \
                      SELECT column1, column2, column3, column4, column5, column6, column7, column8, \
                      COALESCE((SELECT desk FROM reports WHERE id = column5), \
                      (SELECT desk FROM members WHERE id = column4), column9) FROM (VALUES";

/// Records acts in the transaction that is open on `link`.
pub(crate) async fn record(link: &mut Link, acts: impl IntoIterator<Item = NewAct>) -> Result<(), Error> {
    let mut rows: Vec<_> = acts.into_iter().map(NewAct::into_row).collect();
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS_PER_STATEMENT));
        link.execute(insert_rows(INSERT, rows, ") AS given")).await?;
        rows = rest;
    }
    Ok(())
}

/// An act on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: UnixSeconds,
    /// What.
    pub kind: ActKind,
    /// Who.
    pub actor: Actor,
    /// The report it concerns.
    pub report: Option<ReportId>,
    /// The item it concerns.
    pub item: Option<ItemId>,
    /// The digest of the sealed bytes it concerns.
    pub digest: Option<Digest>,
    /// Further identifiers.
    pub detail: Option<Json>,
}

impl Act {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Error> {
        let actor: String = row.get("actor")?;
        let detail: Option<String> = row.get("detail")?;
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            actor: match actor.as_str() {
                "member" => Actor::Member(row.get("member")?),
                "reporter" => Actor::Reporter,
                "system" => Actor::System,
                _ => return Err(Error::Column { column: "actor" }),
            },
            report: row.get("report")?,
            item: row.get("item")?,
            digest: row.get("digest")?,
            detail: detail
                .map(|text| serde_json::from_str(&text).map_err(|_| Error::Column { column: "detail" }))
                .transpose()?,
        })
    }
}

/// Which acts to list.
#[derive(Clone, Debug, Default)]
pub struct ActFilter {
    /// Of this member only.
    pub member: Option<MemberId>,
    /// About this report only.
    pub report: Option<ReportId>,
    /// Of these kinds only; all when empty.
    pub kinds: Vec<ActKind>,
    /// Not before this time.
    pub since: Option<UnixSeconds>,
    /// Before this time.
    pub until: Option<UnixSeconds>,
}

/// The record of acts.
pub struct Acts<'s>(pub(crate) &'s Store);

impl Acts<'_> {
    /// The acts after number `after` that match, oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self, filter: &ActFilter, after: i64, limit: u32) -> Result<Vec<Act>, Error> {
        let mut query =
            sql("SELECT seq, at, kind, actor, member, report, item, digest, detail FROM acts WHERE seq > $1")
                .bind(after);
        if let Some(member) = filter.member {
            query = query.push(" AND member = ").push_bind(member);
        }
        if let Some(report) = filter.report {
            query = query.push(" AND report = ").push_bind(report);
        }
        if !filter.kinds.is_empty() {
            query = query.push(" AND kind").push_in(&filter.kinds);
        }
        if let Some(since) = filter.since {
            query = query.push(" AND at >= ").push_bind(since);
        }
        if let Some(until) = filter.until {
            query = query.push(" AND at < ").push_bind(until);
        }
        let query = query.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit));
        self.0.read("acts.list").await?.all(query).await?.iter().map(Act::from_row).collect()
    }
}
