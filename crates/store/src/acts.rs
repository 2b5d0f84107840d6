//! The record of acts: who did what to which report, when. Append-only, never content, never names.
//!
//! Every mutation in this crate writes its acts in the same transaction as what they record. Numbers rise but may
//! have gaps, and on PostgreSQL a lower number can become visible after a higher one. Each act is an entry of the
//! [log](crate::log), where it gets a place soon after; what its columns say is the record that the entry commits to.

pub use ledger::Kind;
use ledger::record::{Id, Value as RecordValue};
use ledger::{Record, Time};
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

    /// The member who acts, where only members may.
    pub(crate) fn by_member(self) -> Result<MemberId, Error> {
        self.actor.member().ok_or(Error::NotWhoMay)
    }
}

impl ToColumn for Kind {
    fn to_column(&self) -> Value {
        self.as_str().to_column()
    }

    fn null() -> Value {
        str::null()
    }
}

impl FromColumn for Kind {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        let word: Option<String> = row.get(column)?;
        word.map(|word| word.parse().map_err(|_| Error::Column { column })).transpose()
    }
}

/// An act about to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewAct {
    kind: Kind,
    stamp: Stamp,
    report: Option<ReportId>,
    item: Option<ItemId>,
    digest: Option<Digest>,
    detail: Option<Json>,
}

impl NewAct {
    pub(crate) fn new(kind: Kind, stamp: Stamp) -> Self {
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

    /// The act as a row, with the salt and the commitment of its entry in the log.
    fn into_row(self) -> Result<Vec<Value>, Error> {
        let desk = self.detail.as_ref().and_then(|detail| detail["desk"].as_str()).map(str::to_owned);
        let record = to_record(
            self.kind,
            self.stamp.at,
            self.stamp.actor,
            self.report,
            self.item,
            self.digest,
            self.detail.as_ref(),
        )?;
        let (leaf, opening) = record.close(salt()?)?;
        Ok(vec![
            self.stamp.at.to_column(),
            self.kind.to_column(),
            self.stamp.actor.as_str().to_column(),
            self.stamp.actor.member().to_column(),
            self.report.to_column(),
            self.item.to_column(),
            self.digest.to_column(),
            self.detail.map(|detail| detail.to_string()).to_column(),
            desk.to_column(),
            opening.salt.as_slice().to_column(),
            leaf.commitment.as_bytes().as_slice().to_column(),
        ])
    }
}

/// The salt of one entry.
pub(crate) fn salt() -> Result<[u8; 32], Error> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|_| Error::Randomness)?;
    Ok(salt)
}

fn id(bytes: &[u8; 16]) -> Id {
    Id::from_bytes(*bytes)
}

/// The record that an entry of the log commits to.
fn to_record(
    kind: Kind,
    at: UnixSeconds,
    actor: Actor,
    report: Option<ReportId>,
    item: Option<ItemId>,
    digest: Option<Digest>,
    detail: Option<&Json>,
) -> Result<Record, Error> {
    let actor = match actor {
        Actor::Member(member) => ledger::Actor::Member(id(member.as_bytes())),
        Actor::Reporter => ledger::Actor::Reporter,
        Actor::System => ledger::Actor::System,
    };
    let mut record = Record::new(kind, Time::from_unix(at)?, actor);
    record.report = report.map(|report| id(report.as_bytes()));
    record.item = item.map(|item| id(item.as_bytes()));
    record.sha256 = digest.map(|digest| ledger::record::Digest::from_bytes(*digest.as_bytes()));
    for (name, value) in detail.and_then(Json::as_object).into_iter().flatten() {
        let value = match value {
            // Said by being left out; acts from before there was a log say it like this.
            Json::Null => continue,
            Json::String(text) => RecordValue::Text(text.clone()),
            Json::Number(number) => {
                RecordValue::Number(number.as_u64().ok_or(Error::Column { column: "detail" })?)
            }
            Json::Array(texts) => RecordValue::List(
                texts
                    .iter()
                    .map(|text| text.as_str().map(str::to_owned))
                    .collect::<Option<_>>()
                    .ok_or(Error::Column { column: "detail" })?,
            ),
            Json::Bool(_) | Json::Object(_) => return Err(Error::Column { column: "detail" }),
        };
        record.detail.insert(name.clone(), value);
    }
    Ok(record)
}

/// Every act is filed under a desk: its report's or, where it is about none, its member's, or the one that it names.
const INSERT: &str = "INSERT INTO acts (at, kind, actor, member, report, item, digest, detail, desk, salt, leaf) \
     SELECT column1, column2, column3, column4, column5, column6, column7, column8, \
     COALESCE((SELECT desk FROM reports WHERE id = column5), \
     (SELECT desk FROM members WHERE id = column4), column9), column10, column11 FROM (VALUES";

/// Records acts in the transaction that is open on `link`.
pub(crate) async fn record(link: &mut Link, acts: impl IntoIterator<Item = NewAct>) -> Result<(), Error> {
    record_numbered(link, acts).await.map(drop)
}

/// The same, and answers their numbers, in no order: for whoever waits until they are in the log.
pub(crate) async fn record_numbered(
    link: &mut Link,
    acts: impl IntoIterator<Item = NewAct>,
) -> Result<Vec<i64>, Error> {
    let mut rows = acts.into_iter().map(NewAct::into_row).collect::<Result<Vec<_>, _>>()?;
    if let Some(why) = link.refusal.as_ref().filter(|_| !rows.is_empty()) {
        return Err(Error::LogDisagrees(why.clone()));
    }
    let mut numbers = Vec::with_capacity(rows.len());
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS_PER_STATEMENT));
        for row in link.all(insert_rows(INSERT, rows, ") AS given RETURNING seq")).await? {
            numbers.push(row.get("seq")?);
        }
        rows = rest;
    }
    Ok(numbers)
}

/// An act on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: UnixSeconds,
    /// What.
    pub kind: Kind,
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
    /// Its place in the log, once it has one.
    pub place: Option<u64>,
}

/// What an [`Act`] is read from.
pub(crate) const SELECT: &str =
    "SELECT seq, at, kind, actor, member, report, item, digest, detail, idx, salt FROM acts";

impl Act {
    /// The record that its entry in the log commits to.
    ///
    /// # Errors
    ///
    /// When its columns hold what no record does.
    pub fn record(&self) -> Result<Record, Error> {
        to_record(self.kind, self.at, self.actor, self.report, self.item, self.digest, self.detail.as_ref())
    }

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
            place: row.get("idx")?,
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
    pub kinds: Vec<Kind>,
    /// Not before this time.
    pub since: Option<UnixSeconds>,
    /// Before this time.
    pub until: Option<UnixSeconds>,
}

/// The record of acts.
pub struct Acts<'s>(pub(crate) &'s Store);

impl Acts<'_> {
    /// The acts after number `after` that match, in the order of their numbers, at most `limit`. For looking at the record
    /// as it was written; what auditors read is found by [`crate::oversight`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self, filter: &ActFilter, after: i64, limit: u32) -> Result<Vec<Act>, Error> {
        let mut query = sql(SELECT).push(" WHERE seq > ").push_bind(after);
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
