//! Lists of known hashes, one desk's own each: name and content sealed to the desk.
//!
//! The bytes come in as an upload, which the list claims as an item does. Reading one is on record, in the published
//! log, before its first byte goes out.

use std::fmt;
use std::ops::Range;

use protocol::quarantine::{HashList, HashListId};
use protocol::{Bytes, UnixSeconds};
use seal::Digest;
use serde_json::json;

use crate::acts::{Kind, NewAct, Stamp, record, record_numbered};
use crate::db::Link;
use crate::items::within;
use crate::objects::ObjectName;
use crate::sql::{Row, sql};
use crate::uploads::{self, UploadId, UploadKey};
use crate::{ByteStream, Error, Store};

/// A hash list about to be kept.
#[derive(Clone, Debug)]
pub struct NewHashList {
    /// Its id.
    pub list: HashListId,
    /// The slug of its desk.
    pub desk: String,
    /// Its name, sealed to the desk.
    pub name: Bytes,
    /// Its sealed bytes, in a finished upload.
    pub upload: UploadId,
}

/// On the disk and in the published log: a member was given this list.
pub struct HashListConsultation {
    list: HashList,
    upload: UploadKey,
}

impl HashListConsultation {
    /// What is on record of the list.
    pub fn list(&self) -> &HashList {
        &self.list
    }
}

impl fmt::Debug for HashListConsultation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashListConsultation").field("list", &self.list.list).finish_non_exhaustive()
    }
}

/// The hash lists of all desks.
pub struct HashLists<'s>(pub(crate) &'s Store);

impl HashLists<'_> {
    /// Keeps a list, in the place of the one with the same id if the desk has it.
    ///
    /// # Errors
    ///
    /// [`Error::UploadUnusable`]; [`Error::Exists`] when the id is another desk's; when the database or the object store
    /// fails.
    pub async fn put(&self, new: NewHashList, stamp: Stamp) -> Result<HashList, Error> {
        let (list, objects) = self
            .0
            .write("hash_lists.put", (new, stamp), |link, (new, stamp)| Box::pin(put(link, new, *stamp)))
            .await?;
        self.0.objects().delete(objects).await?;
        Ok(list)
    }

    /// The lists of a desk, in the order in which they came.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn of_desk(&self, desk: &str) -> Result<Vec<HashList>, Error> {
        let query = sql(SELECT).push(" WHERE desk = ").push_bind(desk).push(" ORDER BY at, list");
        self.0.read("hash_lists.of_desk").await?.all(query).await?.iter().map(from_row).collect()
    }

    /// Puts on record that a member is about to be given a list, waits until that is in the published log, and gives the
    /// right to read it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when the desk has no such list; [`Error::NotYetInLog`]; when the database fails.
    pub async fn consult(
        &self,
        desk: &str,
        list: HashListId,
        stamp: Stamp,
    ) -> Result<HashListConsultation, Error> {
        let recorded = self.0.write(
            "hash_lists.consult",
            (desk.to_owned(), list, stamp),
            |link, (desk, list, stamp)| {
                Box::pin(async move {
                    let query = sql(SELECT).push(" WHERE desk = ").push_bind(desk).push(" AND list = ");
                    let row = link.one(query.push_bind(list), "hash list").await?;
                    let found = HashListConsultation { list: from_row(&row)?, upload: row.get("upload")? };
                    let act = NewAct::new(Kind::HashListConsulted, *stamp).digest(found.list.sha256);
                    let act = act.detail(json!({ "desk": desk, "list": list }));
                    Ok((record_numbered(link, [act]).await?, found))
                })
            },
        );
        let (acts, found) = recorded.await?;
        self.0.log().included(&acts).await?;
        Ok(found)
    }

    /// The sealed bytes of a list, or a range of them.
    ///
    /// # Errors
    ///
    /// [`Error::Range`]; when the database or the object store fails.
    pub async fn open(
        &self,
        access: &HashListConsultation,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        let range = within(range, access.list.size)?;
        uploads::stream(self.0, access.upload, range).await
    }

    /// Removes a list and its bytes. What it has locked stays so.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when the desk has no such list; when the database or the object store fails.
    pub async fn remove(&self, desk: &str, list: HashListId, stamp: Stamp) -> Result<(), Error> {
        let objects = self
            .0
            .write("hash_lists.remove", (desk.to_owned(), list, stamp), |link, (desk, list, stamp)| {
                Box::pin(async move {
                    let delete =
                        sql("DELETE FROM hash_lists WHERE desk = $1 AND list = $2 RETURNING sha256, upload");
                    let row = link.one(delete.bind(desk).bind(list), "hash list").await?;
                    changed(link, desk, *list, row.get("sha256")?, "removed", *stamp).await?;
                    uploads::release(link, row.get("upload")?).await
                })
            })
            .await?;
        self.0.objects().delete(objects).await
    }
}

async fn put(link: &mut Link, new: &NewHashList, stamp: Stamp) -> Result<(HashList, Vec<ObjectName>), Error> {
    let NewHashList { list, desk, name, upload } = new;
    let by = stamp.by_member()?;
    let key = upload.key();
    let (size, sha256) = uploads::claim_whole(link, key, list.as_bytes(), stamp.at).await?;
    let before = link.optional(sql("SELECT desk, upload FROM hash_lists WHERE list = $1").bind(list)).await?;
    if before.as_ref().map(|row| row.get::<String>("desk")).transpose()?.is_some_and(|owner| owner != *desk) {
        return Err(Error::Exists("hash list"));
    }
    let upsert = sql("INSERT INTO hash_lists (list, desk, member, at, size, sha256, upload, name) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (list) DO UPDATE SET \
                      member = excluded.member, at = excluded.at, size = excluded.size, sha256 = excluded.sha256, \
                      upload = excluded.upload, name = excluded.name");
    let upsert = upsert.bind(list).bind(desk).bind(by).bind(stamp.at).bind(size).bind(sha256);
    link.execute(upsert.bind(key).bind(name)).await?;
    let (how, objects) = match before {
        None => ("added", Vec::new()),
        Some(row) => ("replaced", uploads::release(link, row.get("upload")?).await?),
    };
    changed(link, desk, *list, sha256, how, stamp).await?;
    let kept = HashList { list: *list, name: name.clone(), size, sha256, by, at: stamp.at };
    Ok((kept, objects))
}

async fn changed(
    link: &mut Link,
    desk: &str,
    list: HashListId,
    sha256: Digest,
    how: &str,
    stamp: Stamp,
) -> Result<(), Error> {
    let detail = json!({ "desk": desk, "list": list, "as": how });
    record(link, [NewAct::new(Kind::HashListChanged, stamp).digest(sha256).detail(detail)]).await
}

const SELECT: &str = "SELECT list, desk, member, at, size, sha256, upload, name FROM hash_lists";

fn from_row(row: &Row) -> Result<HashList, Error> {
    Ok(HashList {
        list: row.get("list")?,
        name: row.get("name")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        by: row.get("member")?,
        at: row.get::<UnixSeconds>("at")?,
    })
}
