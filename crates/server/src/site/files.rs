//! Seals a file while it streams in: what is stored is sealed, and what is not sealed is never more
//! than a few pieces in memory.

use axum::extract::multipart::Field;
use bytes::Bytes;
use futures_util::stream;
use intake::pages::FileMistake;
use protocol::{ErrorCode, media};
use reporter::{FileSealer, SealedFile};
use seal::{Identity, Recipient, ReportId};
use store::uploads::UploadId;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::rng;
use crate::error::{Error, Result};
use crate::limits::NetworkTag;
use crate::state::AppState;

/// Sealed bytes handed on at once.
const PIECE: usize = 256 * 1024;
/// Pieces that may wait for the storage.
const WAITING: usize = 2;
const HOUR: i64 = 3600;

/// Where the files of a form go to.
pub(super) struct Target {
    pub(super) report: ReportId,
    /// The report's own key.
    pub(super) to: Recipient,
    /// The reporter's identity, which signs.
    pub(super) author: Identity,
    /// The desk's slug, whose room it takes.
    pub(super) desk: String,
    pub(super) max_bytes: u64,
    /// How many files there are already.
    pub(super) already: usize,
    pub(super) network: NetworkTag,
}

/// Why a file on its way in was given up.
enum Given {
    Up(FileMistake),
    Failed(Error),
}

/// Takes one file. What it is refused for is for the person; an error is ours.
pub(super) async fn take(
    state: &AppState,
    target: &Target,
    field: Field<'_>,
    name: &str,
) -> Result<Result<SealedFile, FileMistake>> {
    if state.networks.take(target.network, state.clock.now()).is_err() {
        return Ok(Err(FileMistake::Failed));
    }
    let id = UploadId::random()?;
    let now = state.clock.now();
    let expires = now + i64::from(state.config.limits.upload_hours) * HOUR;
    let uploads = state.store.uploads();
    match uploads.create_for(&target.desk, id, None, expires, now).await {
        Ok(()) => {}
        Err(store::Error::NoRoom) => return Ok(Err(FileMistake::NoRoom)),
        Err(error) => return Err(error.into()),
    }
    let outcome = receive(state, target, field, name, id, expires).await;
    match outcome {
        Ok(mut file) => {
            file.upload = id.to_string();
            Ok(Ok(file))
        }
        Err(given) => {
            // What arrived of it is of no use to anybody.
            uploads.delete(id).await?;
            match given {
                Given::Up(mistake) => Ok(Err(mistake)),
                Given::Failed(error) if error.is(ErrorCode::TooLarge) => Ok(Err(FileMistake::TooLarge)),
                Given::Failed(error) if error.is(ErrorCode::NoRoom) => Ok(Err(FileMistake::NoRoom)),
                Given::Failed(error) => Err(error),
            }
        }
    }
}

async fn receive(
    state: &AppState,
    target: &Target,
    field: Field<'_>,
    name: &str,
    id: UploadId,
    expires: i64,
) -> Result<SealedFile, Given> {
    let (sender, receiver) = mpsc::channel::<Bytes>(WAITING);
    let pieces = stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece| (Ok::<_, std::convert::Infallible>(piece), receiver))
    });
    let now = state.clock.now();
    let uploads = state.store.uploads();
    let store = uploads.append(id, 0, None, expires, now, pieces);
    let (sealed, stored) = tokio::join!(seal(target, field, name, sender), store);
    let file = sealed?;
    stored.map_err(|error| Given::Failed(error.into()))?;
    let (size, sha256) = uploads.finish(id, now).await.map_err(|error| Given::Failed(error.into()))?;
    let header = &file.signed.header;
    if (size, sha256) != (header.size, header.sha256) {
        return Err(Given::Failed(Error::internal("a stored file differs from the sealed one")));
    }
    Ok(file)
}

async fn seal(
    target: &Target,
    mut field: Field<'_>,
    name: &str,
    sender: mpsc::Sender<Bytes>,
) -> Result<SealedFile, Given> {
    let media_type = field.content_type().unwrap_or_default().to_owned();
    let failed = |error: reporter::Error| Given::Failed(Error::internal(error));
    let broken = |_| Given::Up(FileMistake::Failed);
    // Its beginning says whether it is media.
    let mut begun = Zeroizing::new(Vec::with_capacity(media::HEAD));
    while begun.len() < media::HEAD
        && let Some(piece) = field.chunk().await.map_err(broken)?
    {
        begun.extend_from_slice(&piece);
    }
    if media::is_locked_zip(&begun) {
        return Err(Given::Up(FileMistake::Encrypted));
    }
    let mut sealer =
        FileSealer::new(target.report, name, &media_type, &begun, &target.to, &mut rng()).map_err(failed)?;
    let (mut out, mut size) = (Vec::with_capacity(PIECE * 2), begun.len() as u64);
    if size > target.max_bytes {
        return Err(Given::Up(FileMistake::TooLarge));
    }
    sealer.push(&begun, &mut out);
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        size += piece.len() as u64;
        if size > target.max_bytes {
            return Err(Given::Up(FileMistake::TooLarge));
        }
        sealer.push(&piece, &mut out);
        if out.len() >= PIECE {
            hand_on(&sender, &mut out).await?;
        }
    }
    if size == 0 {
        return Err(Given::Up(FileMistake::Empty));
    }
    let mut ended = sealer.end();
    while ended.pad(PIECE as u64, &mut out) {
        hand_on(&sender, &mut out).await?;
    }
    let file = ended.finish(&target.author, &mut out);
    hand_on(&sender, &mut out).await?;
    Ok(file)
}

async fn hand_on(sender: &mpsc::Sender<Bytes>, out: &mut Vec<u8>) -> Result<(), Given> {
    let piece = Bytes::from(std::mem::replace(out, Vec::with_capacity(PIECE * 2)));
    // A receiver that is gone means that the storage failed; its own error says how.
    sender.send(piece).await.map_err(|_| Given::Up(FileMistake::Failed))
}
