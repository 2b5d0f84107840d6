//! Makes what was decided readable: full tiles and bundles first, then the checkpoint, then the word that it is there.
//!
//! All of it is derived from the database and nothing is written over, so it can be left at any point and done again
//! by anybody.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use ledger::checkpoint::SignedCheckpoint;
use ledger::tiles::{Bundle, Resource, Tile};

use super::check::{self, Disagreement};
use super::{CHECKPOINTS, checkpoint_path, object_path, tiles};
use crate::sql::sql;
use crate::{Error, Store};

/// How many objects are put at the same time.
const AT_ONCE: usize = 16;

/// Publishes the tree of `size` entries, of which the public can read `published` (-1 for none).
pub(super) async fn publish(store: &Store, published: i64, size: u64) -> Result<(), Error> {
    let before = u64::try_from(published).unwrap_or(0);
    stream::iter(Bundle::completed(before, size).map(|bundle| put_entries(store, bundle)))
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    let above = Tile::completed(before, size).filter(|tile| tile.level() > 0);
    stream::iter(above.map(|tile| put_tile(store, tile)))
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    put_checkpoint(store, size).await?;
    store
        .write("log.publish", size, |link, size| {
            Box::pin(async move {
                let mark = sql("UPDATE log_head SET published = $1 WHERE id = 1 AND published < $1");
                link.execute(mark.bind(size)).await.map(drop)
            })
        })
        .await?;
    store.room().published().send_replace(size);
    if published >= 0 && before < size {
        // One that is left over does no harm; the next publication removes none but its own predecessor.
        if let Err(error) = store.objects().delete_named(vec![checkpoint_path(before)]).await {
            tracing::debug!(why = %error, "an old checkpoint could not be removed");
        }
    }
    Ok(())
}

/// Puts a full bundle of entries and the tile of their hashes.
async fn put_entries(store: &Store, bundle: Bundle) -> Result<(), Error> {
    let leaves = tiles::leaves(store, bundle).await?;
    put(store, Resource::Tile(bundle.tile()), tiles::pack(&tiles::hashes_of(&leaves))).await?;
    put(store, Resource::Bundle(bundle), tiles::pack_entries(&leaves)?).await
}

async fn put_tile(store: &Store, tile: Tile) -> Result<(), Error> {
    put(store, Resource::Tile(tile), tiles::pack(&tiles::hashes(store, tile).await?)).await
}

async fn put(store: &Store, resource: Resource, bytes: Bytes) -> Result<(), Error> {
    let path = object_path(&resource);
    match store.objects().put_named(&path, bytes).await {
        Err(Error::LogObject { path }) => Err(disagree(store, Disagreement::Object { path })),
        other => other,
    }
}

async fn put_checkpoint(store: &Store, size: u64) -> Result<(), Error> {
    let query = sql("SELECT note FROM log_checkpoints WHERE size = $1").bind(size);
    let row = store.read("log.publish").await?.one(query, "checkpoint").await?;
    let note: String = row.get("note")?;
    match store.objects().put_named(&checkpoint_path(size), Bytes::from(note.clone())).await {
        Err(Error::LogObject { path }) => {
            let there = store.objects().get_named(&path).await?.unwrap_or_default();
            let theirs = SignedCheckpoint::parse(&there);
            let ours = SignedCheckpoint::parse(note.as_bytes())?;
            Err(disagree(store, check::between(&ours, theirs.ok().as_ref(), &path)))
        }
        other => other,
    }
}

/// The object store has another log: nothing may be added to either.
fn disagree(store: &Store, why: Disagreement) -> Error {
    store.log().refuse(why.clone());
    Error::LogDisagrees(why)
}

/// The newest checkpoint in the object store, with its path.
pub(super) async fn newest_stored(store: &Store) -> Result<Option<(String, Bytes)>, Error> {
    loop {
        // Two at most, unless something went wrong.
        let Some(path) = store.objects().list_named(CHECKPOINTS).await?.into_iter().max() else {
            return Ok(None);
        };
        // One that is gone by now has been followed by another.
        if let Some(bytes) = store.objects().get_named(&path).await? {
            return Ok(Some((path, bytes)));
        }
    }
}
