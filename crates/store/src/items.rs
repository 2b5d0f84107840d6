//! Sealed items, and the two ways of reading one.
//!
//! Bytes of an item are handed out against an [`Access`] and nothing else. There are two: a [`Consultation`], which
//! only exists once the act of consulting is in the published log, and a [`ReporterReport`], which only the reporter's
//! lookup hash yields and which never covers the desk's own notes. A handler cannot forget to log a staff
//! member's reading, because without having logged it there is nothing to read with. No consultation covers an item in
//! [quarantine](crate::quarantine) without a release, and asking for one anyway is on record too.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use protocol::quarantine::{HeldItem, Hold};
use protocol::submission::{ItemBody, ItemUpload, max_inline};
use protocol::{MemberId, UnixSeconds};
use seal::{Digest, ItemHeader, ItemId, ItemKind, ReportId, SignedHeader};
use serde_json::json;

use crate::acts::{Actor, Kind, NewAct, Stamp, record, record_numbered};
use crate::db::Link;
use crate::reports::ReporterReport;
use crate::sql::{Row, ToColumn, Value, insert_rows, sql};
use crate::uploads::{self, UploadId, UploadKey};
use crate::{ByteStream, Error, Store, quarantine};

/// How many items go into one statement.
const ROWS_PER_STATEMENT: usize = 16;

/// An item as it is on record: everything but its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem {
    /// Its clear header and its author's signature.
    pub signed: SignedHeader,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// Whether its bytes are small enough to be read with [`Items::inline`].
    pub inline: bool,
}

/// The right to read items of a report.
///
/// Only this crate makes one.
pub trait Access: sealed::Sealed + Send + Sync {
    /// The report whose items may be read.
    fn report(&self) -> ReportId;
    /// Whether this item, being of this kind, may be read.
    fn covers(&self, item: ItemId, kind: ItemKind) -> bool;
    /// Whether an item that has been locked since may be read all the same.
    fn opens_locks(&self) -> bool;
}

mod sealed {
    pub trait Sealed {}
}

/// On the disk and in the published log: this member was given these items of this report.
///
/// Nothing but [`Items::consult`] makes one:
///
/// ```compile_fail,E0451
/// # let (report, desk_wrap) = (seal::ReportId::from_bytes([0; 16]), protocol::Bytes::default());
/// let forged = store::items::Consultation { report, items: Vec::new(), desk_wrap };
/// ```
pub struct Consultation {
    report: ReportId,
    items: Vec<ItemId>,
    desk_wrap: protocol::Bytes,
    held: HashMap<ItemId, HeldItem>,
}

impl Consultation {
    /// The report's seed, wrapped to the desk.
    pub fn desk_wrap(&self) -> &protocol::Bytes {
        &self.desk_wrap
    }

    /// How the items of the report that are in quarantine stand for the member.
    pub fn held(&self) -> &HashMap<ItemId, HeldItem> {
        &self.held
    }
}

impl fmt::Debug for Consultation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { report, items, desk_wrap: _, held: _ } = self;
        f.debug_struct("Consultation")
            .field("report", report)
            .field("items", &items.len())
            .finish_non_exhaustive()
    }
}

impl sealed::Sealed for Consultation {}

impl Access for Consultation {
    fn report(&self) -> ReportId {
        self.report
    }

    fn covers(&self, item: ItemId, _: ItemKind) -> bool {
        self.items.contains(&item)
    }

    fn opens_locks(&self) -> bool {
        false
    }
}

impl sealed::Sealed for ReporterReport {}

impl Access for ReporterReport {
    fn report(&self) -> ReportId {
        self.report
    }

    fn covers(&self, _: ItemId, kind: ItemKind) -> bool {
        shown_to_reporter(kind)
    }

    /// They hold the file already; refusing it would tell them what the desk has found.
    fn opens_locks(&self) -> bool {
        true
    }
}

/// Whether a reporter may see items of a kind: all that are not sealed to the desk alone.
pub fn shown_to_reporter(kind: ItemKind) -> bool {
    !kind.sealed_to_desk()
}

/// The sealed bytes of an item, or a range of them, as they come.
pub struct Body {
    /// What is on record of the item.
    pub item: StoredItem,
    /// Which bytes these are.
    pub range: Range<u64>,
    /// The bytes.
    pub bytes: ByteStream,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { item, range, bytes: _ } = self;
        f.debug_struct("Body").field("item", item).field("range", range).finish_non_exhaustive()
    }
}

/// What became of items that were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// When they became durable: now or, if they were there already, then.
    pub received_at: UnixSeconds,
    /// How many were not there before.
    pub new: usize,
}

/// The items of all reports.
pub struct Items<'s>(pub(crate) &'s Store);

impl Items<'_> {
    /// Adds items to a report. Idempotent by item id and digest.
    ///
    /// The caller has verified the signatures, and that this author may add items of these kinds. Sizes and digests
    /// of the bytes are verified here.
    ///
    /// # Errors
    ///
    /// [`Error::BodyMismatch`], [`Error::InlineTooLarge`] and [`Error::UploadUnusable`] for bytes that are not what
    /// a header says; [`Error::NotFound`] when there is no such report; [`Error::ItemConflict`] when an item is there
    /// with other bytes; when the database fails.
    pub async fn add(&self, report: ReportId, items: Vec<ItemUpload>, stamp: Stamp) -> Result<Added, Error> {
        let items = NewItem::check_all(report, items)?;
        self.0
            .write("items.add", (report, items, stamp), |link, (report, items, stamp)| {
                Box::pin(add(link, *report, items, *stamp))
            })
            .await
    }

    /// What is on record of all items of a report, oldest first. Not every item is for the reporter's eyes: see
    /// [`shown_to_reporter`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn headers(&self, report: ReportId) -> Result<Vec<StoredItem>, Error> {
        let query = sql(HEADERS).push(" WHERE report = ").push_bind(report).push(" ORDER BY seq");
        self.0.read("items.headers").await?.all(query).await?.iter().map(StoredItem::from_row).collect()
    }

    /// Puts on record that a member is about to be given these items, waits until that is in the published log, and
    /// gives the right to read them.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such report, or it has no such item; [`Error::Quarantined`] and
    /// [`Error::Locked`], which are on record then; [`Error::NotYetInLog`]; when the database fails.
    pub async fn consult(
        &self,
        report: ReportId,
        items: Vec<ItemId>,
        member: MemberId,
        now: UnixSeconds,
    ) -> Result<Consultation, Error> {
        self.consult_asked(report, Asked::These(items), member, now).await
    }

    /// The same for all items whose bytes are small enough to travel along with the report, except for those in
    /// quarantine.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such report; [`Error::NotYetInLog`]; when the database fails.
    pub async fn consult_inline(
        &self,
        report: ReportId,
        member: MemberId,
        now: UnixSeconds,
    ) -> Result<Consultation, Error> {
        self.consult_asked(report, Asked::Inline, member, now).await
    }

    async fn consult_asked(
        &self,
        report: ReportId,
        asked: Asked,
        member: MemberId,
        now: UnixSeconds,
    ) -> Result<Consultation, Error> {
        let recorded = self.0.write(
            "items.consult",
            (report, asked, member, now),
            |link, (report, asked, member, now)| Box::pin(consult(link, *report, asked, *member, *now)),
        );
        let (acts, consultation) = recorded.await??;
        self.0.log().included(&acts).await?;
        Ok(consultation)
    }

    /// The bytes of all covered items that are small enough, at once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn inline(&self, access: &impl Access) -> Result<HashMap<ItemId, protocol::Bytes>, Error> {
        let query = sql("SELECT item, kind, body FROM items WHERE report = $1 AND body IS NOT NULL");
        let rows = self.0.read("items.inline").await?.all(query.bind(access.report())).await?;
        let mut bodies = HashMap::with_capacity(rows.len());
        for row in rows {
            let item = row.get("item")?;
            if access.covers(item, row.get("kind")?) {
                bodies.insert(item, row.get("body")?);
            }
        }
        Ok(bodies)
    }

    /// The bytes of an item, or a range of them, as a stream.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such item or the access does not cover it; [`Error::Locked`] when it was
    /// locked meanwhile; [`Error::Range`] for a range outside the item; when the database or the object store fails.
    pub async fn open(
        &self,
        access: &impl Access,
        item: ItemId,
        range: Option<Range<u64>>,
    ) -> Result<Body, Error> {
        let query =
            sql("SELECT report, item, kind, author, size, sha256, signature, received_at, upload, body, \
                         (SELECT locked.at FROM locked WHERE locked.report = items.report \
                         AND locked.item = items.item) AS locked_at \
                         FROM items WHERE report = $1 AND item = $2");
        let query = query.bind(access.report()).bind(item);
        let row = self.0.read("items.open").await?.one(query, "item").await?;
        let item = StoredItem::from_row(&row)?;
        let header = &item.signed.header;
        if !access.covers(header.item, header.kind) {
            return Err(Error::NotFound("item"));
        }
        if !access.opens_locks() && row.get::<Option<UnixSeconds>>("locked_at")?.is_some() {
            return Err(Error::Locked);
        }
        let range = within(range, header.size)?;
        let bytes = match row.get::<Option<UploadKey>>("upload")? {
            Some(upload) => uploads::stream(self.0, upload, range.clone()).await?,
            None => cut(row.get("body")?, &range)?,
        };
        Ok(Body { item, range, bytes })
    }
}

impl Body {
    /// All the bytes at once; for bodies known to be small.
    ///
    /// # Errors
    ///
    /// When the object store fails.
    pub async fn into_vec(self) -> Result<Vec<u8>, Error> {
        let collect = |mut all: Vec<u8>, chunk: Bytes| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        };
        self.bytes.try_fold(Vec::new(), collect).await
    }
}

/// A range of an inline body, as a stream of one piece.
fn cut(body: Vec<u8>, range: &Range<u64>) -> Result<ByteStream, Error> {
    let unreadable = || Error::Column { column: "body" };
    let start = usize::try_from(range.start).map_err(|_| unreadable())?;
    let end = usize::try_from(range.end).map_err(|_| unreadable())?;
    if body.len() < end {
        return Err(unreadable());
    }
    let piece = Bytes::from(body).slice(start..end);
    Ok(stream::once(async move { Ok(piece) }).boxed())
}

const HEADERS: &str =
    "SELECT report, item, kind, author, size, sha256, signature, received_at, upload FROM items";

impl StoredItem {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Error> {
        let header = ItemHeader {
            report: row.get("report")?,
            item: row.get("item")?,
            kind: row.get("kind")?,
            author: row.get("author")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
        };
        Ok(Self {
            signed: SignedHeader { header, signature: row.get("signature")? },
            received_at: row.get("received_at")?,
            inline: row.get::<Option<UploadKey>>("upload")?.is_none(),
        })
    }
}

/// An item whose bytes are what its header says, if they are inline, and will be looked at when they are not.
#[derive(Clone, Debug)]
pub(crate) struct NewItem {
    pub(crate) signed: SignedHeader,
    body: NewBody,
}

#[derive(Clone, Debug)]
enum NewBody {
    Inline(protocol::Bytes),
    Upload(UploadKey),
}

impl NewItem {
    pub(crate) fn check_all(report: ReportId, items: Vec<ItemUpload>) -> Result<Vec<Self>, Error> {
        items.into_iter().map(|item| Self::check(report, item)).collect()
    }

    fn check(report: ReportId, ItemUpload { signed, body }: ItemUpload) -> Result<Self, Error> {
        let header = &signed.header;
        if header.report != report {
            return Err(Error::BodyMismatch);
        }
        let body = match body {
            ItemBody::Inline(bytes) if bytes.len() > max_inline(header.kind) => {
                return Err(Error::InlineTooLarge);
            }
            ItemBody::Inline(bytes)
                if bytes.len() as u64 != header.size || Digest::of(bytes.as_slice()) != header.sha256 =>
            {
                return Err(Error::BodyMismatch);
            }
            ItemBody::Inline(bytes) => NewBody::Inline(bytes),
            ItemBody::Upload(id) => {
                NewBody::Upload(id.parse::<UploadId>().map_err(|_| Error::UploadUnusable)?.key())
            }
        };
        Ok(Self { signed, body })
    }

    pub(crate) fn header(&self) -> &ItemHeader {
        &self.signed.header
    }

    fn to_row(&self, seq: u64, at: UnixSeconds) -> Vec<Value> {
        let header = self.header();
        let (upload, body) = match &self.body {
            NewBody::Inline(bytes) => (None, Some(bytes)),
            NewBody::Upload(key) => (Some(key), None),
        };
        vec![
            header.report.to_column(),
            header.item.to_column(),
            seq.to_column(),
            header.kind.to_column(),
            at.to_column(),
            header.author.to_column(),
            header.size.to_column(),
            header.sha256.to_column(),
            self.signed.signature.to_column(),
            upload.to_column(),
            body.to_column(),
        ]
    }
}

/// Inserts items from number `seq` on, claims their uploads and records the acts.
pub(crate) async fn insert(
    link: &mut Link,
    items: &[&NewItem],
    seq: u64,
    stamp: Stamp,
    first: Option<NewAct>,
) -> Result<(), Error> {
    for item in items {
        if let NewBody::Upload(key) = &item.body {
            uploads::claim(link, *key, item.header(), stamp.at).await?;
        }
    }
    let mut rows: Vec<_> = (seq..).zip(items).map(|(seq, item)| item.to_row(seq, stamp.at)).collect();
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS_PER_STATEMENT));
        let head = "INSERT INTO items (report, item, seq, kind, received_at, author, size, sha256, signature, upload, \
                    body) VALUES";
        let inserted = link.execute(insert_rows(head, rows, "")).await;
        inserted.map_err(|error| if error.is_duplicate() { Error::ItemConflict } else { error })?;
        rows = rest;
    }
    let added = items.iter().map(|item| {
        let header = item.header();
        NewAct::new(Kind::ItemAdded, stamp).report(header.report).item(header.item).digest(header.sha256)
    });
    record(link, first.into_iter().chain(added)).await
}

/// Adds items to a report, in a transaction that may do more.
pub(crate) async fn add(
    link: &mut Link,
    report: ReportId,
    items: &[NewItem],
    stamp: Stamp,
) -> Result<Added, Error> {
    // Locks the report: numbers are given out one call after the other.
    let lock = sql("UPDATE reports SET items = items WHERE id = $1 RETURNING items").bind(report);
    let seq: u64 = link.one(lock, "report").await?.get("items")?;
    let mut new = Vec::with_capacity(items.len());
    let mut received_at = stamp.at;
    for item in items {
        match existing(link, item.header()).await? {
            Some(at) => received_at = received_at.min(at),
            None => new.push(item),
        }
    }
    if new.is_empty() {
        return Ok(Added { received_at, new: 0 });
    }
    insert(link, &new, seq, stamp, None).await?;
    let count = seq + new.len() as u64;
    let update = if stamp.actor == Actor::Reporter {
        sql("UPDATE reports SET items = $1, reporter_items = $1, last_from_reporter = $3 WHERE id = $2")
            .bind(count)
            .bind(report)
            .bind(stamp.at)
    } else {
        sql("UPDATE reports SET items = $1 WHERE id = $2").bind(count).bind(report)
    };
    link.execute(update).await?;
    Ok(Added { received_at, new: new.len() })
}

/// When an item with this id, kind and digest became durable, if one did.
pub(crate) async fn existing(link: &mut Link, header: &ItemHeader) -> Result<Option<UnixSeconds>, Error> {
    let query = sql("SELECT kind, sha256, received_at FROM items WHERE report = $1 AND item = $2");
    let Some(row) = link.optional(query.bind(header.report).bind(header.item)).await? else {
        return Ok(None);
    };
    // The kind decides who may read it: what came as media does not come again as a plain file.
    if row.get::<Digest>("sha256")? != header.sha256 || row.get::<ItemKind>("kind")? != header.kind {
        return Err(Error::ItemConflict);
    }
    row.get("received_at").map(Some)
}

/// The range that is asked for of `size` bytes; all of them where none is.
pub(crate) fn within(range: Option<Range<u64>>, size: u64) -> Result<Range<u64>, Error> {
    let range = range.unwrap_or(0..size);
    if range.start > range.end || range.end > size { Err(Error::Range { size }) } else { Ok(range) }
}

/// What a consultation is to cover.
#[derive(Clone, Debug)]
enum Asked {
    /// These items, or none.
    These(Vec<ItemId>),
    /// Whatever is small and not in quarantine.
    Inline,
}

/// The inner result is what the caller is told; the outer, whether that is on record.
async fn consult(
    link: &mut Link,
    report: ReportId,
    asked: &Asked,
    member: MemberId,
    now: UnixSeconds,
) -> Result<Result<(Vec<i64>, Consultation), Error>, Error> {
    let query = sql("SELECT items, desk_wrap FROM reports WHERE id = $1").bind(report);
    let row = link.one(query, "report").await?;
    let count: u64 = row.get("items")?;
    let known = known(link, report).await?;
    let held = quarantine::held(link, report, member, now).await?;
    let stamp = Stamp::member(member, now);
    let items: Vec<ItemId> = match asked {
        Asked::These(items) => items.clone(),
        Asked::Inline => known
            .iter()
            .filter(|known| known.inline && !held.contains_key(&known.item))
            .map(|known| known.item)
            .collect(),
    };
    let digests: HashMap<_, _> = known.into_iter().map(|known| (known.item, known.sha256)).collect();
    let act = |kind, item: &ItemId| {
        let digest = digests.get(item).ok_or(Error::NotFound("item"))?;
        Ok::<_, Error>(NewAct::new(kind, stamp).report(report).item(*item).digest(*digest))
    };
    let mut refused = Vec::new();
    for item in &items {
        let why = match held.get(item).map(|held| held.hold) {
            None | Some(Hold::Released) => continue,
            Some(Hold::Quarantined) => Error::Quarantined,
            Some(Hold::Locked) => Error::Locked,
        };
        let word = if matches!(why, Error::Locked) { "locked" } else { "quarantined" };
        refused.push((act(Kind::ItemRefused, item)?.detail(json!({ "why": word })), why));
    }
    if !refused.is_empty() {
        let (acts, mut why): (Vec<_>, Vec<_>) = refused.into_iter().unzip();
        record(link, acts).await?;
        return Ok(Err(why.remove(0)));
    }
    let acts = items.iter().map(|item| act(Kind::ItemConsulted, item)).collect::<Result<Vec<_>, Error>>()?;
    let acts = record_numbered(link, acts).await?;
    let upsert = sql("INSERT INTO consulted (member, report, at, items) VALUES ($1, $2, $3, $4) \
                      ON CONFLICT (member, report) DO UPDATE SET at = excluded.at, items = excluded.items");
    link.execute(upsert.bind(member).bind(report).bind(now).bind(count)).await?;
    Ok(Ok((acts, Consultation { report, items, desk_wrap: row.get("desk_wrap")?, held })))
}

/// An item of a report, by what a consultation needs to know of it.
struct Known {
    item: ItemId,
    sha256: Digest,
    inline: bool,
}

async fn known(link: &mut Link, report: ReportId) -> Result<Vec<Known>, Error> {
    let query = sql("SELECT item, sha256, upload FROM items WHERE report = $1 ORDER BY seq").bind(report);
    let known = |row: &Row| {
        let inline = row.get::<Option<UploadKey>>("upload")?.is_none();
        Ok(Known { item: row.get("item")?, sha256: row.get("sha256")?, inline })
    };
    link.all(query).await?.iter().map(known).collect()
}
