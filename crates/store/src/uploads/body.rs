//! The bytes of an upload, read back over its parts.

use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};

use super::UploadKey;
use crate::objects::ObjectName;
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// A part of an upload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) object: ObjectName,
}

impl Part {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { start: row.get("start")?, size: row.get("size")?, object: row.get("object")? })
    }

    /// What of a range of the whole lies in this part, counted from the part's start.
    fn cut(&self, range: &Range<u64>) -> Range<u64> {
        range.start.saturating_sub(self.start)..range.end.saturating_sub(self.start).min(self.size)
    }
}

/// The parts that hold a range of an upload.
pub(super) async fn parts(store: &Store, key: UploadKey, range: &Range<u64>) -> Result<Vec<Part>, Error> {
    let query = sql("SELECT start, size, object FROM upload_parts \
                     WHERE upload = $1 AND start < $2 AND start + size > $3 ORDER BY start");
    let rows =
        store.read("uploads.parts").await?.all(query.bind(key).bind(range.end).bind(range.start)).await?;
    rows.iter().map(Part::from_row).collect()
}

/// A range of an upload as a stream, of which no more than a piece is in memory at a time.
pub(crate) async fn stream(
    store: &Store,
    key: UploadKey,
    range: Range<u64>,
) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
    // Object stores know no empty range.
    let parts = if range.is_empty() { Vec::new() } else { parts(store, key, &range).await? };
    Ok(stream_parts(store, parts, range))
}

pub(super) fn stream_parts(
    store: &Store,
    parts: Vec<Part>,
    range: Range<u64>,
) -> BoxStream<'static, Result<Bytes, Error>> {
    let objects = store.objects().clone();
    stream::iter(parts)
        .then(move |part| {
            let (objects, cut) = (objects.clone(), part.cut(&range));
            async move { objects.get(part.object, cut).await }
        })
        .try_flatten()
        .boxed()
}
