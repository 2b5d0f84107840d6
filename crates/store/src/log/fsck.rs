//! Whether everything agrees: the public log with itself, every act with its entry, every item with its act and its
//! bytes, every object with an item.
//!
//! Reads all there is, page by page, in memory that does not grow with it. Nothing is changed, and the service may run
//! meanwhile: what came in after the checkpoint that is looked at is left for the next time.

use std::fmt;

use futures_util::{TryStreamExt as _, future};
use ledger::Opening;
use ledger::fsck::{Fsck, Report as LogReport};
use ledger::note::VerifierKey;
use ledger::tiles::Resource;
use protocol::quarantine::HashListId;
use seal::{Digest, ItemId, ReportId};
use sha2::{Digest as _, Sha256};

use super::entries::salt_from_row;
use super::{Log, tiles};
use crate::acts::{self, Act};
use crate::objects::ObjectName;
use crate::sql::{Row, sql};
use crate::uploads::{self, UploadKey};
use crate::{Error, Store};

/// How many findings are kept; more are only counted.
pub const MAX_FINDINGS: usize = 100;
/// How many rows are read at once.
const PAGE: i64 = 256;
/// How many objects are looked up at once.
const LOOKED_UP_AT_ONCE: usize = 256;

/// Something that does not agree, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// An entry of the log has no act.
    ActMissing {
        /// The entry's place.
        place: u64,
    },
    /// An act's columns are not what its entry commits to: one of the two was changed.
    ActChanged {
        /// The act's number.
        act: i64,
        /// Its place in the log.
        place: u64,
    },
    /// An act is filed under another desk than its report's or its member's: that desk's auditors do not see it.
    ActMisfiled {
        /// The act's number.
        act: i64,
    },
    /// An act's commitment is not the one in the log.
    LeafChanged {
        /// The act's number.
        act: i64,
        /// Its place in the log.
        place: u64,
    },
    /// An act below the end of the log has no place in it.
    ActNotInLog {
        /// The act's number.
        act: i64,
    },
    /// An item was added, by the log, and is gone or is another one.
    ItemMissing {
        /// The act's number.
        act: i64,
        /// The report.
        report: ReportId,
        /// The item.
        item: ItemId,
    },
    /// An item has no entry.
    ItemNotInLog {
        /// The report.
        report: ReportId,
        /// The item.
        item: ItemId,
    },
    /// An item's bytes are gone, or are not those that came in.
    BytesChanged {
        /// The report.
        report: ReportId,
        /// The item.
        item: ItemId,
        /// What is wrong with them.
        why: String,
    },
    /// A report was received, by the log, and is gone or is another one.
    ReportMissing {
        /// The act's number.
        act: i64,
    },
    /// A report has no entry.
    ReportNotInLog {
        /// The report.
        report: ReportId,
    },
    /// A file was put into quarantine or locked, by the log, and is not any more.
    HoldMissing {
        /// The act's number.
        act: i64,
        /// The report.
        report: ReportId,
        /// The item.
        item: ItemId,
    },
    /// A release is said to be approved, and by the log nobody has approved it.
    ReleaseNotInLog {
        /// The report.
        report: ReportId,
        /// The release: the item that holds its reason.
        release: ItemId,
    },
    /// A hash list has no entry.
    HashListNotInLog {
        /// The list.
        list: HashListId,
    },
    /// A hash list's bytes are gone, or are not those that came in.
    HashListChanged {
        /// The list.
        list: HashListId,
        /// What is wrong with them.
        why: String,
    },
    /// An object that no item, no hash list and no upload in progress knows of.
    ObjectUnknown {
        /// Its name.
        object: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ActMissing { place } => write!(f, "entry {place} of the log has no act: it was removed"),
            Self::ActChanged { act, place } => {
                write!(f, "act {act} is not what entry {place} of the log commits to: it was changed")
            }
            Self::LeafChanged { act, place } => {
                write!(f, "the commitment of act {act} is not the one in entry {place} of the log")
            }
            Self::ActMisfiled { act } => {
                write!(f, "act {act} is filed under another desk than its report's or its member's")
            }
            Self::ActNotInLog { act } => write!(f, "act {act} has no entry in the log"),
            Self::ItemMissing { act, report, item } => {
                write!(f, "item {item} of report {report}, added by act {act}, is gone or another one")
            }
            Self::ItemNotInLog { report, item } => {
                write!(f, "item {item} of report {report} has no entry in the log")
            }
            Self::BytesChanged { report, item, why } => {
                write!(f, "the bytes of item {item} of report {report} are not those that came in: {why}")
            }
            Self::ReportMissing { act } => {
                write!(f, "the report received by act {act} is gone or another one")
            }
            Self::ReportNotInLog { report } => write!(f, "report {report} has no entry in the log"),
            Self::HoldMissing { act, report, item } => {
                write!(
                    f,
                    "item {item} of report {report} was put into quarantine or locked by act {act}, and is not any more"
                )
            }
            Self::ReleaseNotInLog { report, release } => {
                write!(f, "release {release} of report {report} is approved, and no entry of the log says so")
            }
            Self::HashListNotInLog { list } => write!(f, "hash list {list} has no entry in the log"),
            Self::HashListChanged { list, why } => {
                write!(f, "the bytes of hash list {list} are not those that came in: {why}")
            }
            Self::ObjectUnknown { object } => {
                write!(f, "object {object} belongs to no item, no hash list and no upload in progress")
            }
        }
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// The public log, by itself.
    pub log: LogReport,
    /// Everything else, held against it.
    pub store: Compared,
}

impl Examined {
    /// Whether everything agrees.
    pub fn is_sound(&self) -> bool {
        self.log.is_sound() && self.store.findings.is_empty()
    }
}

/// What came out of comparing acts, items, reports and objects with the log and each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Acts that were held against their entries.
    pub acts: u64,
    /// Acts whose salt was erased, so that their entries say nothing any more.
    pub erased: u64,
    /// Items whose bytes were read.
    pub items: u64,
    /// Hash lists whose bytes were read.
    pub hash_lists: u64,
    /// Objects that were looked up.
    pub objects: u64,
    /// What does not agree, at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings more there were.
    pub more: u64,
}

impl Compared {
    fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

impl Log<'_> {
    /// Checks everything against everything. `key` is the log's; cosignatures of these witnesses are verified too.
    ///
    /// # Errors
    ///
    /// When there is no checkpoint, or it is not signed by this key: nothing can be said then. When the database or
    /// the object store fails.
    pub async fn fsck(&self, key: &VerifierKey, witnesses: &[VerifierKey]) -> Result<Examined, Error> {
        let checkpoint = self.checkpoint().await?.ok_or(Error::NotFound("checkpoint"))?;
        let mut fsck = Fsck::begin(checkpoint.as_str().as_bytes(), key, witnesses)?;
        let size = checkpoint.checkpoint().size();
        let mut found = Compared::default();
        while let Some(file) = fsck.wanted() {
            let bytes = match self.resource(file).await {
                Ok(bytes) => bytes,
                // What is not there is a finding and no failure.
                Err(Error::LogObject { .. } | Error::LogRows { .. } | Error::Column { .. }) => None,
                Err(error) => return Err(error),
            };
            let mut entries = Vec::new();
            fsck.take(bytes.as_deref(), &mut |_, entry| {
                entries.push(entry.to_vec());
                Ok(())
            });
            if let Resource::Bundle(bundle) = file {
                let end = bundle.first() + u64::from(bundle.width());
                self.compare_acts(bundle.first()..end, &entries, &mut found).await?;
            }
        }
        self.without_place(size, &mut found).await?;
        self.items(&mut found).await?;
        self.items_missing(&mut found).await?;
        self.reports(&mut found).await?;
        self.quarantine(&mut found).await?;
        self.hash_lists(&mut found).await?;
        self.objects(&mut found).await?;
        Ok(Examined { log: fsck.finish(), store: found })
    }

    /// What opens the entry of an act, for whoever may see what it says; `None` when its salt was erased, or it has
    /// none yet.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such act; when the database fails.
    pub async fn opening(&self, act: i64) -> Result<Option<Opening>, Error> {
        let query = sql(acts::SELECT).push(" WHERE seq = ").push_bind(act);
        let row = self.0.read("log.opening").await?.one(query, "act").await?;
        opening_from_row(&row)
    }

    /// Holds the acts of some places against the entries there. An entry that could not be read is the log's own
    /// finding.
    async fn compare_acts(
        &self,
        places: std::ops::Range<u64>,
        entries: &[Vec<u8>],
        found: &mut Compared,
    ) -> Result<(), Error> {
        let query =
            sql("SELECT seq, at, kind, actor, member, report, item, digest, detail, idx, salt, leaf, \
                         desk AS filed, coalesce((SELECT desk FROM reports WHERE id = acts.report), \
                         (SELECT desk FROM members WHERE id = acts.member)) AS due \
                         FROM acts WHERE idx >= $1 AND idx < $2 ORDER BY idx");
        let query = query.bind(places.start).bind(places.end);
        let rows = self.0.read("log.fsck_acts").await?.all(query).await?;
        let mut rows = rows.iter().peekable();
        for (position, place) in places.enumerate() {
            let row = match rows.peek().map(|row| row.get::<u64>("idx")).transpose()? {
                Some(here) if here == place => rows.next(),
                _ => None,
            };
            let Some(row) = row else {
                found.find(Finding::ActMissing { place });
                continue;
            };
            found.acts += 1;
            let act: i64 = row.get("seq")?;
            let leaf = tiles::leaf_from_row(row);
            match opening_from_row(row) {
                Ok(None) => found.erased += 1,
                Ok(Some(opening)) if leaf.as_ref().is_ok_and(|leaf| opening.open(leaf).is_ok()) => {}
                _ => found.find(Finding::ActChanged { act, place }),
            }
            let (filed, due): (Option<String>, Option<String>) = (row.get("filed")?, row.get("due")?);
            if due.is_some() && filed != due {
                found.find(Finding::ActMisfiled { act });
            }
            let in_log = entries.get(position);
            if let (Ok(leaf), Some(entry)) = (leaf, in_log)
                && leaf.to_bytes() != *entry
            {
                found.find(Finding::LeafChanged { act, place });
            }
        }
        Ok(())
    }

    /// Acts without a place that lie before one that has one below `size`: the sequencer has passed them by. On
    /// PostgreSQL a number can come late, so only those count that are older than the newest act of the log.
    async fn without_place(&self, size: u64, found: &mut Compared) -> Result<(), Error> {
        let Some(last) = size.checked_sub(1) else { return Ok(()) };
        let query = sql("SELECT seq FROM acts WHERE idx IS NULL \
                         AND at < (SELECT at - 3600 FROM acts WHERE idx = $1) ORDER BY seq LIMIT $2");
        let query = query.bind(last).bind(PAGE);
        for row in self.0.read("log.fsck_unplaced").await?.all(query).await? {
            found.find(Finding::ActNotInLog { act: row.get("seq")? });
        }
        Ok(())
    }

    /// Every item has an entry, and its bytes are those of its digest and size.
    async fn items(&self, found: &mut Compared) -> Result<(), Error> {
        let mut after: Option<(ReportId, ItemId)> = None;
        loop {
            let mut query =
                sql("SELECT items.report, items.item, items.size, items.sha256, items.upload, items.body, \
                                 (SELECT min(acts.seq) FROM acts WHERE acts.report = items.report \
                                 AND acts.item = items.item AND acts.kind = 'item.added' \
                                 AND acts.digest = items.sha256) AS act FROM items WHERE TRUE");
            if let Some((report, item)) = after {
                query = query.push(" AND (items.report, items.item) > (");
                query = query.push_bind(report).push(", ").push_bind(item).push(")");
            }
            let query = query.push(" ORDER BY items.report, items.item LIMIT ").push_bind(PAGE);
            let rows = self.0.read("log.fsck_items").await?.all(query).await?;
            for row in &rows {
                let (report, item) = (row.get("report")?, row.get("item")?);
                after = Some((report, item));
                if row.get::<Option<i64>>("act")?.is_none() {
                    found.find(Finding::ItemNotInLog { report, item });
                }
                found.items += 1;
                if let Some(why) = bytes_of(self.0, row).await? {
                    found.find(Finding::BytesChanged { report, item, why });
                }
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    /// Every item that was added, by the acts, is there.
    async fn items_missing(&self, found: &mut Compared) -> Result<(), Error> {
        let gone = "SELECT acts.seq, acts.report, acts.item FROM acts LEFT JOIN items ON items.report = acts.report \
                    AND items.item = acts.item AND items.sha256 = acts.digest \
                    WHERE acts.kind = 'item.added' AND items.item IS NULL ORDER BY acts.seq LIMIT $1";
        for row in self.0.read("log.fsck_missing").await?.all(sql(gone).bind(PAGE)).await? {
            let (act, report, item) = (row.get("seq")?, row.get("report")?, row.get("item")?);
            found.find(Finding::ItemMissing { act, report, item });
        }
        Ok(())
    }

    /// Every report has an entry, and every report that was received, by the acts, is there.
    async fn reports(&self, found: &mut Compared) -> Result<(), Error> {
        let unknown = "SELECT reports.id FROM reports WHERE NOT EXISTS (SELECT 1 FROM acts \
                       WHERE acts.report = reports.id AND acts.kind = 'report.received' \
                       AND acts.digest = reports.submission) LIMIT $1";
        for row in self.0.read("log.fsck_reports").await?.all(sql(unknown).bind(PAGE)).await? {
            found.find(Finding::ReportNotInLog { report: row.get("id")? });
        }
        let gone = "SELECT acts.seq FROM acts LEFT JOIN reports ON reports.id = acts.report \
                    AND reports.submission = acts.digest \
                    WHERE acts.kind = 'report.received' AND reports.id IS NULL ORDER BY acts.seq LIMIT $1";
        for row in self.0.read("log.fsck_received").await?.all(sql(gone).bind(PAGE)).await? {
            found.find(Finding::ReportMissing { act: row.get("seq")? });
        }
        Ok(())
    }

    /// What the acts put into quarantine or locked is so still, and nobody was let see anything but by an act.
    async fn quarantine(&self, found: &mut Compared) -> Result<(), Error> {
        for gone in [
            "SELECT acts.seq, acts.report, acts.item FROM acts WHERE acts.kind = 'item.quarantined' AND NOT EXISTS \
             (SELECT 1 FROM quarantined WHERE quarantined.report = acts.report AND quarantined.item = acts.item) \
             ORDER BY acts.seq LIMIT $1",
            "SELECT acts.seq, acts.report, acts.item FROM acts WHERE acts.kind = 'item.locked' AND NOT EXISTS \
             (SELECT 1 FROM locked WHERE locked.report = acts.report AND locked.item = acts.item) \
             ORDER BY acts.seq LIMIT $1",
        ] {
            for row in self.0.read("log.fsck_holds").await?.all(sql(gone).bind(PAGE)).await? {
                let (act, report, item) = (row.get("seq")?, row.get("report")?, row.get("item")?);
                found.find(Finding::HoldMissing { act, report, item });
            }
        }
        let unknown = "SELECT releases.report, releases.release FROM releases WHERE releases.answer = 'approved' \
                       AND NOT EXISTS (SELECT 1 FROM acts WHERE acts.report = releases.report \
                       AND acts.item = releases.release AND acts.kind = 'release.approved' \
                       AND acts.member = releases.answered_by) LIMIT $1";
        for row in self.0.read("log.fsck_releases").await?.all(sql(unknown).bind(PAGE)).await? {
            found.find(Finding::ReleaseNotInLog { report: row.get("report")?, release: row.get("release")? });
        }
        Ok(())
    }

    /// Every hash list has an entry, and its bytes are those of its digest and size. A desk has a handful.
    async fn hash_lists(&self, found: &mut Compared) -> Result<(), Error> {
        let query = "SELECT hash_lists.list, hash_lists.size, hash_lists.sha256, hash_lists.upload, \
                     (SELECT min(acts.seq) FROM acts WHERE acts.desk = hash_lists.desk \
                     AND acts.kind = 'hash-list.changed' AND acts.digest = hash_lists.sha256) AS act FROM hash_lists";
        for row in self.0.read("log.fsck_hash_lists").await?.all(sql(query)).await? {
            let list = row.get("list")?;
            if row.get::<Option<i64>>("act")?.is_none() {
                found.find(Finding::HashListNotInLog { list });
            }
            found.hash_lists += 1;
            if let Some(why) = bytes_of(self.0, &row).await? {
                found.find(Finding::HashListChanged { list, why });
            }
        }
        Ok(())
    }

    /// Every object belongs to an item or a hash list, or to an upload that may still become part of one.
    async fn objects(&self, found: &mut Compared) -> Result<(), Error> {
        let names = self.0.objects().list().try_filter_map(|object| future::ok(Some(object.name)));
        let mut pages = names.try_chunks(LOOKED_UP_AT_ONCE);
        while let Some(names) = pages.try_next().await.map_err(|interrupted| interrupted.1)? {
            found.objects += names.len() as u64;
            let unknown: Vec<ObjectName> = self.0.without_row(names).await?;
            for object in unknown {
                found.find(Finding::ObjectUnknown { object: format!("{object:?}") });
            }
        }
        Ok(())
    }
}

/// What opens the entry of an act, by its columns.
fn opening_from_row(row: &Row) -> Result<Option<Opening>, Error> {
    let Some(salt) = salt_from_row(row)? else { return Ok(None) };
    Ok(Some(Opening { salt, record: Act::from_row(row)?.record()?.to_bytes()? }))
}

/// Reads the bytes of an item or a hash list. Answers what is wrong with them, if anything is.
async fn bytes_of(store: &Store, row: &Row) -> Result<Option<String>, Error> {
    let (size, sha256): (u64, Digest) = (row.get("size")?, row.get("sha256")?);
    let (found, digest) = match row.get::<Option<UploadKey>>("upload")? {
        None => {
            let body: Vec<u8> = row.get("body")?;
            (body.len() as u64, Digest::of(&body))
        }
        Some(upload) => {
            let read = async {
                let mut bytes = uploads::stream(store, upload, 0..size).await?;
                let (mut hash, mut count) = (Sha256::new(), 0);
                while let Some(piece) = bytes.try_next().await? {
                    hash.update(&piece);
                    count += piece.len() as u64;
                }
                Ok::<_, Error>((count, Digest::from_bytes(hash.finalize().into())))
            };
            match read.await {
                Ok(read) => read,
                Err(Error::Objects(why)) if matches!(*why, object_store::Error::NotFound { .. }) => {
                    return Ok(Some("an object is gone".to_owned()));
                }
                Err(Error::Objects(why)) => return Ok(Some(why.to_string())),
                Err(error) => return Err(error),
            }
        }
    };
    Ok(if found != size {
        Some(format!("{found} bytes, not {size}"))
    } else if digest != sha256 {
        Some(format!("their SHA-256 is {}, not {}", digest.to_hex(), sha256.to_hex()))
    } else {
        None
    })
}
