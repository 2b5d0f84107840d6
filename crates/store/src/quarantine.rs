//! Media in quarantine: who is let see it, by whom, for how long, and what nobody may see again.
//!
//! An item is in quarantine when it is of the kind `media`, when a member has found it to be media, or when it is locked.
//! [`Items::consult`](crate::items::Items::consult) asks here, in its own transaction, whether the member has a release
//! in force. Whoever asks can never be who approves: the statement says so, and the table too. Who may ask and who may
//! approve is looked at when they do and again whenever bytes are asked for.

use std::collections::HashMap;

use protocol::quarantine::{HashKind, HashListId, HeldItem, Hold, LockedItem, Release, ReleaseState};
use protocol::submission::ItemUpload;
use protocol::{MemberId, Role, UnixSeconds};
use seal::{Digest, ItemId, ItemKind, ReportId};
use serde_json::json;

use crate::acts::{Kind, NewAct, Stamp, record};
use crate::db::Link;
use crate::items::{self, NewItem};
use crate::sql::{Row, Sql, ToColumn as _, insert_rows, sql};
use crate::{Error, Store};

/// How many rows go into one statement.
const ROWS_PER_STATEMENT: usize = 64;

/// A release that is asked for.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// The report.
    pub report: ReportId,
    /// The items.
    pub items: Vec<ItemId>,
    /// Why, as an item whose signature and kind the caller has verified.
    pub reason: ItemUpload,
    /// When it is stale unless somebody has answered.
    pub stale_at: UnixSeconds,
}

/// What a colleague says to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, until then.
    Approve {
        /// When it ends.
        until: UnixSeconds,
    },
    /// No; or, to one that was approved, no longer.
    Refuse,
}

impl Answer {
    fn as_str(self) -> &'static str {
        match self {
            Self::Approve { .. } => "approval",
            Self::Refuse => "refusal",
        }
    }
}

/// Media in quarantine.
pub struct Quarantine<'s>(pub(crate) &'s Store);

impl Quarantine<'_> {
    /// Puts a file into quarantine. Answers whether it was not there before.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such item; [`Error::NotAFile`]; when the database fails.
    pub async fn enter(&self, report: ReportId, item: ItemId, stamp: Stamp) -> Result<bool, Error> {
        self.0
            .write("quarantine.enter", (report, item, stamp), |link, (report, item, stamp)| {
                Box::pin(async move {
                    let (kind, digest) = file(link, *report, *item).await?;
                    let insert =
                        sql("INSERT INTO quarantined (report, item, member, at) VALUES ($1, $2, $3, $4) \
                                      ON CONFLICT (report, item) DO NOTHING");
                    let insert = insert.bind(report).bind(item).bind(stamp.by_member()?).bind(stamp.at);
                    if kind == ItemKind::Media || link.execute(insert).await? == 0 {
                        return Ok(false);
                    }
                    let act = NewAct::new(Kind::ItemQuarantined, *stamp).report(*report).item(*item);
                    record(link, [act.digest(digest)]).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Locks an item that a hash list knows. Answers whether it was not locked before.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such item, or the report's desk has no such list; [`Error::NotAFile`]; when
    /// the database fails.
    pub async fn lock(
        &self,
        report: ReportId,
        item: ItemId,
        list: HashListId,
        hash: HashKind,
        stamp: Stamp,
    ) -> Result<bool, Error> {
        self.0
            .write(
                "quarantine.lock",
                (report, item, list, hash, stamp),
                |link, (report, item, list, hash, stamp)| {
                    Box::pin(lock(link, *report, *item, (*list, *hash), *stamp))
                },
            )
            .await
    }

    /// Asks for a release. Idempotent by the reason's id and digest.
    ///
    /// # Errors
    ///
    /// [`Error::NotWhoMay`] when the member may not ask; [`Error::NotFound`] when there is no such report or item;
    /// [`Error::NotInQuarantine`] and [`Error::Locked`]; as [`Items::add`](crate::items::Items::add) for the reason;
    /// when the database fails.
    pub async fn ask(&self, new: NewRelease, stamp: Stamp) -> Result<Release, Error> {
        let NewRelease { report, items, reason, stale_at } = new;
        let reason = NewItem::check_all(report, vec![reason])?;
        self.0
            .write(
                "quarantine.ask",
                (report, items, reason, stale_at, stamp),
                |link, (report, items, reason, stale_at, stamp)| {
                    Box::pin(ask(link, *report, items, reason, *stale_at, *stamp))
                },
            )
            .await
    }

    /// Answers a release. An answer that the rules forbid is put on record too.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such release; [`Error::OwnRelease`] for an approval of one's own;
    /// [`Error::NotWhoMay`] when the member may not answer; [`Error::ReleaseStale`], [`Error::ReleaseAnswered`],
    /// [`Error::ReleaseEnded`]; when the database fails.
    pub async fn answer(
        &self,
        report: ReportId,
        release: ItemId,
        answer: Answer,
        stamp: Stamp,
    ) -> Result<Release, Error> {
        self.0
            .write(
                "quarantine.answer",
                (report, release, answer, stamp),
                |link, (report, release, answer, stamp)| {
                    Box::pin(self::answer(link, *report, *release, *answer, *stamp))
                },
            )
            .await?
    }

    /// All releases of a report, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn of_report(&self, report: ReportId, now: UnixSeconds) -> Result<Vec<Release>, Error> {
        let query = sql(RELEASES).push(" WHERE releases.report = ").push_bind(report);
        let query = query.push(" ORDER BY releases.asked_at DESC, releases.release");
        releases(&mut self.0.read("quarantine.of_report").await?, query, now).await
    }

    /// The releases of a desk that wait for an answer, the longest waiting first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn waiting(&self, desk: &str, limit: u32, now: UnixSeconds) -> Result<Vec<Release>, Error> {
        let query = sql(RELEASES).push(" WHERE releases.desk = ").push_bind(desk);
        let query =
            query.push(" AND releases.answer IS NULL AND releases.ended_at IS NULL AND releases.stale_at > ");
        let query = query.push_bind(now).push(" ORDER BY releases.asked_at, releases.release LIMIT ");
        releases(&mut self.0.read("quarantine.waiting").await?, query.push_bind(i64::from(limit)), now).await
    }

    /// The items of a desk that are locked, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn locked(&self, desk: &str, limit: u32) -> Result<Vec<LockedItem>, Error> {
        let query = sql("SELECT report, item, member, at, list, hash FROM locked WHERE desk = $1 \
                         ORDER BY at DESC, report, item LIMIT $2");
        let query = query.bind(desk).bind(i64::from(limit));
        let rows = self.0.read("quarantine.locked").await?.all(query).await?;
        rows.iter().map(locked_from_row).collect()
    }
}

fn locked_from_row(row: &Row) -> Result<LockedItem, Error> {
    Ok(LockedItem {
        report: row.get("report")?,
        item: row.get("item")?,
        by: row.get("member")?,
        at: row.get("at")?,
        list: row.get("list")?,
        hash: row.get("hash")?,
    })
}

/// Whoever may ask for a release.
fn askers() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| role.asks_for_releases())
}

/// Whoever may answer one.
fn answerers() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| role.answers_releases())
}

/// Kind and digest of a file.
async fn file(link: &mut Link, report: ReportId, item: ItemId) -> Result<(ItemKind, Digest), Error> {
    let query = sql("SELECT kind, sha256 FROM items WHERE report = $1 AND item = $2");
    let row = link.one(query.bind(report).bind(item), "item").await?;
    let kind: ItemKind = row.get("kind")?;
    if kind.is_file() { Ok((kind, row.get("sha256")?)) } else { Err(Error::NotAFile) }
}

/// How the items of a report that are in quarantine stand for a member.
pub(crate) async fn held(
    link: &mut Link,
    report: ReportId,
    member: MemberId,
    now: UnixSeconds,
) -> Result<HashMap<ItemId, HeldItem>, Error> {
    let query = sql("SELECT items.item, locked.at AS locked_at, \
                     (SELECT MAX(releases.expires_at) FROM released_items \
                     JOIN releases ON releases.report = released_items.report \
                     AND releases.release = released_items.release \
                     JOIN members AS asker ON asker.id = releases.asked_by \
                     JOIN members AS approver ON approver.id = releases.answered_by \
                     WHERE released_items.report = items.report AND released_items.item = items.item \
                     AND releases.answer = 'approved' AND releases.ended_at IS NULL \
                     AND approver.id <> asker.id \
                     AND asker.state = 'active' AND asker.desk = releases.desk \
                     AND approver.state = 'active' AND approver.desk = releases.desk AND asker.id = ")
    .push_bind(member);
    let query = query.push(" AND releases.expires_at > ").push_bind(now);
    let query =
        query.push(" AND asker.role").push_in(askers()).push(" AND approver.role").push_in(answerers());
    let query = query.push(
        ") AS until FROM items \
         LEFT JOIN quarantined ON quarantined.report = items.report AND quarantined.item = items.item \
         LEFT JOIN locked ON locked.report = items.report AND locked.item = items.item \
         WHERE (items.kind = 'media' OR quarantined.at IS NOT NULL OR locked.at IS NOT NULL) AND items.report = ",
    );
    let rows = link.all(query.push_bind(report)).await?;
    rows.iter().map(|row| held_from_row(row).map(|held| (held.item, held))).collect()
}

fn held_from_row(row: &Row) -> Result<HeldItem, Error> {
    let item = row.get("item")?;
    let until: Option<UnixSeconds> = row.get("until")?;
    Ok(match row.get::<Option<UnixSeconds>>("locked_at")? {
        Some(_) => HeldItem { item, hold: Hold::Locked, until: None },
        None if until.is_some() => HeldItem { item, hold: Hold::Released, until },
        None => HeldItem { item, hold: Hold::Quarantined, until: None },
    })
}

async fn lock(
    link: &mut Link,
    report: ReportId,
    item: ItemId,
    (list, hash): (HashListId, HashKind),
    stamp: Stamp,
) -> Result<bool, Error> {
    let (_, digest) = file(link, report, item).await?;
    let known = sql("SELECT hash_lists.desk FROM hash_lists JOIN reports ON reports.desk = hash_lists.desk \
                     WHERE hash_lists.list = $1 AND reports.id = $2");
    let desk: String = link.one(known.bind(list).bind(report), "hash list").await?.get("desk")?;
    let insert = sql("INSERT INTO locked (report, item, desk, member, at, list, hash) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (report, item) DO NOTHING");
    let insert = insert.bind(report).bind(item).bind(desk).bind(stamp.by_member()?).bind(stamp.at);
    if link.execute(insert.bind(list).bind(hash)).await? == 0 {
        return Ok(false);
    }
    let act = NewAct::new(Kind::ItemLocked, stamp).report(report).item(item).digest(digest);
    record(link, [act.detail(json!({ "list": list, "hash": hash.as_str() }))]).await?;
    Ok(true)
}

async fn ask(
    link: &mut Link,
    report: ReportId,
    wanted: &[ItemId],
    reason: &[NewItem],
    stale_at: UnixSeconds,
    stamp: Stamp,
) -> Result<Release, Error> {
    let asker = stamp.by_member()?;
    let desk: String =
        link.one(sql("SELECT desk FROM reports WHERE id = $1").bind(report), "report").await?.get("desk")?;
    let may = sql("SELECT 1 AS found FROM members WHERE state = 'active' AND id = ").push_bind(asker);
    let may = may.push(" AND desk = ").push_bind(&desk).push(" AND role").push_in(askers());
    link.optional(may).await?.ok_or(Error::NotWhoMay)?;
    let reason_header = reason.first().map(NewItem::header).ok_or(Error::NotFound("reason"))?;
    if items::existing(link, reason_header).await?.is_some() {
        let found = find(link, report, reason_header.item, stamp.at).await?.ok_or(Error::ItemConflict)?;
        return if found.asked_by == asker { Ok(found) } else { Err(Error::ItemConflict) };
    }
    in_quarantine(link, report, wanted, asker, stamp.at).await?;
    items::add(link, report, reason, stamp).await?;
    let insert = sql("INSERT INTO releases (report, release, desk, asked_by, asked_at, stale_at) \
                      VALUES ($1, $2, $3, $4, $5, $6)");
    let insert = insert.bind(report).bind(reason_header.item).bind(desk).bind(asker).bind(stamp.at);
    link.execute(insert.bind(stale_at)).await?;
    for chunk in wanted.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk
            .iter()
            .map(|item| vec![report.to_column(), reason_header.item.to_column(), item.to_column()]);
        link.execute(insert_rows(
            "INSERT INTO released_items (report, release, item) VALUES",
            rows.collect(),
            "",
        ))
        .await?;
    }
    let act = NewAct::new(Kind::ReleaseAsked, stamp).report(report).item(reason_header.item);
    record(link, [act.digest(reason_header.sha256).detail(json!({ "items": wanted }))]).await?;
    find(link, report, reason_header.item, stamp.at).await?.ok_or(Error::NotFound("release"))
}

/// Whether it makes sense to ask for these items.
async fn in_quarantine(
    link: &mut Link,
    report: ReportId,
    wanted: &[ItemId],
    asker: MemberId,
    now: UnixSeconds,
) -> Result<(), Error> {
    let held = held(link, report, asker, now).await?;
    for item in wanted {
        match held.get(item).map(|held| held.hold) {
            Some(Hold::Locked) => return Err(Error::Locked),
            Some(Hold::Quarantined | Hold::Released) => {}
            None => {
                file(link, report, *item).await?;
                return Err(Error::NotInQuarantine);
            }
        }
    }
    Ok(())
}

/// The inner result is what the caller is told; the outer, whether that is on record.
async fn answer(
    link: &mut Link,
    report: ReportId,
    release: ItemId,
    answer: Answer,
    stamp: Stamp,
) -> Result<Result<Release, Error>, Error> {
    let by = stamp.by_member()?;
    let update = match answer {
        Answer::Approve { until } => approval(report, release, by, until, stamp.at),
        Answer::Refuse => refusal(report, release, by, stamp.at),
    };
    let touched = link.execute(update).await?;
    let found = find(link, report, release, stamp.at).await?.ok_or(Error::NotFound("release"))?;
    let act = |kind| NewAct::new(kind, stamp).report(report).item(release);
    if touched == 0 {
        let why = forbidden(link, &found, answer, by).await?;
        let detail = json!({ "as": answer.as_str(), "why": why_word(&why) });
        record(link, [act(Kind::ReleaseDenied).detail(detail)]).await?;
        return Ok(Err(why));
    }
    let act = match answer {
        Answer::Approve { until } => {
            act(Kind::ReleaseApproved).detail(json!({ "member": found.asked_by, "until": until }))
        }
        Answer::Refuse => act(Kind::ReleaseRefused).detail(json!({ "member": found.asked_by })),
    };
    record(link, [act]).await?;
    Ok(Ok(found))
}

/// Only a waiting release, of an asker who still may ask, by somebody else who may answer.
fn approval(report: ReportId, release: ItemId, by: MemberId, until: UnixSeconds, now: UnixSeconds) -> Sql {
    sql("UPDATE releases SET answer = 'approved', answered_by = $1, answered_at = $2, expires_at = $3 \
         WHERE report = $4 AND release = $5 AND answer IS NULL AND ended_at IS NULL AND stale_at > $2 \
         AND asked_by <> $1 \
         AND EXISTS (SELECT 1 FROM members WHERE members.id = $1 AND members.state = 'active' \
         AND members.desk = releases.desk AND members.role")
    .bind(by)
    .bind(now)
    .bind(until)
    .bind(report)
    .bind(release)
    .push_in(answerers())
    .push(
        ") AND EXISTS (SELECT 1 FROM members WHERE members.id = releases.asked_by AND members.state = 'active' \
         AND members.desk = releases.desk AND members.role",
    )
    .push_in(askers())
    .push(")")
}

/// A waiting release or one in force, by somebody who may answer, or by whoever asked for it.
fn refusal(report: ReportId, release: ItemId, by: MemberId, now: UnixSeconds) -> Sql {
    sql("UPDATE releases SET answer = 'refused', answered_by = $1, answered_at = $2, expires_at = NULL \
         WHERE report = $3 AND release = $4 AND ended_at IS NULL \
         AND ((answer IS NULL AND stale_at > $2) OR (answer = 'approved' AND expires_at > $2)) \
         AND EXISTS (SELECT 1 FROM members WHERE members.id = $1 AND members.state = 'active' \
         AND members.desk = releases.desk AND (members.id = releases.asked_by OR members.role")
    .bind(by)
    .bind(now)
    .bind(report)
    .bind(release)
    .push_in(answerers())
    .push("))")
}

/// Which rule forbade an answer.
async fn forbidden(link: &mut Link, found: &Release, answer: Answer, by: MemberId) -> Result<Error, Error> {
    let approves = matches!(answer, Answer::Approve { .. });
    if approves && found.asked_by == by {
        return Ok(Error::OwnRelease);
    }
    let may = sql("SELECT 1 AS found FROM members JOIN reports ON reports.desk = members.desk \
                   WHERE members.state = 'active' AND members.id = ");
    let may = may.push_bind(by).push(" AND reports.id = ").push_bind(found.report);
    let may = may.push(" AND members.role").push_in(answerers());
    if found.asked_by != by && link.optional(may).await?.is_none() {
        return Ok(Error::NotWhoMay);
    }
    Ok(match found.state {
        ReleaseState::Stale => Error::ReleaseStale,
        ReleaseState::Approved | ReleaseState::Refused | ReleaseState::Expired => Error::ReleaseAnswered,
        // Waiting, and all the same not to be answered: whoever asked may not ask any longer.
        ReleaseState::Waiting | ReleaseState::Ended => Error::ReleaseEnded,
    })
}

/// The word by which the ledger tells it.
fn why_word(why: &Error) -> &'static str {
    match why {
        Error::OwnRelease => "own",
        Error::NotWhoMay => "role",
        Error::ReleaseStale => "stale",
        Error::ReleaseAnswered => "answered",
        _ => "ended",
    }
}

/// Ends what a member has asked for or approved, as far as they may not any longer. Part of the transaction that takes
/// their role away, so that giving it back brings nothing back.
pub(crate) async fn end_releases(
    link: &mut Link,
    member: MemberId,
    role: Option<Role>,
    now: UnixSeconds,
) -> Result<(), Error> {
    let end = "UPDATE releases SET ended_at = $1 WHERE ended_at IS NULL \
               AND (answer IS NULL OR (answer = 'approved' AND expires_at > $1)) AND ";
    if !role.is_some_and(Role::asks_for_releases) {
        link.execute(sql(end).bind(now).push("asked_by = ").push_bind(member)).await?;
    }
    if !role.is_some_and(Role::answers_releases) {
        link.execute(sql(end).bind(now).push("answered_by = ").push_bind(member)).await?;
    }
    Ok(())
}

const RELEASES: &str = "SELECT releases.report, releases.release, releases.asked_by, releases.asked_at, \
                        releases.stale_at, releases.answer, releases.answered_by, releases.answered_at, \
                        releases.expires_at, releases.ended_at FROM releases";

async fn find(
    link: &mut Link,
    report: ReportId,
    release: ItemId,
    now: UnixSeconds,
) -> Result<Option<Release>, Error> {
    let query = sql(RELEASES).push(" WHERE releases.report = ").push_bind(report);
    let query = query.push(" AND releases.release = ").push_bind(release);
    Ok(releases(link, query, now).await?.pop())
}

async fn releases(link: &mut Link, query: Sql, now: UnixSeconds) -> Result<Vec<Release>, Error> {
    let rows = link.all(query).await?;
    let mut found = rows.iter().map(|row| release_from_row(row, now)).collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() {
        return Ok(found);
    }
    let items = sql("SELECT report, release, item FROM released_items WHERE release");
    let items = items.push_in(found.iter().map(|release| release.release)).push(" ORDER BY item");
    let mut by_release: HashMap<(ReportId, ItemId), Vec<ItemId>> = HashMap::new();
    for row in link.all(items).await? {
        by_release.entry((row.get("report")?, row.get("release")?)).or_default().push(row.get("item")?);
    }
    for release in &mut found {
        release.items = by_release.remove(&(release.report, release.release)).unwrap_or_default();
    }
    Ok(found)
}

fn release_from_row(row: &Row, now: UnixSeconds) -> Result<Release, Error> {
    let answer: Option<String> = row.get("answer")?;
    let (stale_at, expires_at) = (row.get("stale_at")?, row.get::<Option<UnixSeconds>>("expires_at")?);
    let ended = row.get::<Option<UnixSeconds>>("ended_at")?.is_some();
    let state = match answer.as_deref() {
        Some("refused") => ReleaseState::Refused,
        None | Some("approved") if ended => ReleaseState::Ended,
        Some("approved") if expires_at.is_some_and(|at| at > now) => ReleaseState::Approved,
        Some("approved") => ReleaseState::Expired,
        None if stale_at > now => ReleaseState::Waiting,
        None => ReleaseState::Stale,
        Some(_) => return Err(Error::Column { column: "answer" }),
    };
    Ok(Release {
        release: row.get("release")?,
        report: row.get("report")?,
        items: Vec::new(),
        state,
        asked_by: row.get("asked_by")?,
        asked_at: row.get("asked_at")?,
        stale_at,
        answered_by: row.get("answered_by")?,
        answered_at: row.get("answered_at")?,
        expires_at,
    })
}
