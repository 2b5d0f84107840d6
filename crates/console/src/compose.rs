//! Sealing what a member writes.

use protocol::content::{Mark, Message, Note, ReleaseReason, Speaker};
use protocol::exhibit::Exhibit;
use protocol::receipt::AddItems;
use protocol::submission::{ItemBody, ItemUpload, MAX_INLINE_ITEM};
use seal::rand_core::CryptoRng;
use seal::{Identity, ItemId, ItemKind, Place, Recipient, ReportId};
use serde::Serialize;

use crate::Error;

/// The longest message or note, in characters: sealed and padded it stays well inside
/// [`MAX_INLINE_ITEM`], even when every character takes four bytes.
pub const MAX_CHARACTERS: usize = MAX_INLINE_ITEM / 8;

/// The longest note on a mark, in characters. The server takes marks of up to 16 KiB.
pub const MAX_MARK_NOTE: usize = 2000;

/// The longest text in a field of an entry of the exhibit list, in characters: the server takes entries of up to 16 KiB,
/// and there are four such fields.
pub const MAX_EXHIBIT_FIELD: usize = 500;

/// Seals a message to the reporter.
///
/// # Errors
/// [`Error::Seal`].
pub fn message(
    text: &str,
    report: ReportId,
    to: &Identity,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<AddItems, Error> {
    let document = Message::new(Speaker::Desk, text);
    sealed(&document, report, ItemKind::Message, to.recipient(), author, rng)
}

/// Seals a note to the desk, which the reporter's key does not open.
///
/// # Errors
/// [`Error::Seal`].
pub fn note(
    text: &str,
    report: ReportId,
    desk: &Identity,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<AddItems, Error> {
    sealed(&Note::new(text), report, ItemKind::Note, desk.recipient(), author, rng)
}

/// Seals a mark on a passage to the desk.
///
/// # Errors
/// [`Error::Seal`].
pub fn mark(
    mark: &Mark,
    report: ReportId,
    desk: &Identity,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<AddItems, Error> {
    sealed(mark, report, ItemKind::Mark, desk.recipient(), author, rng)
}

/// Seals an entry of the exhibit list to the desk.
///
/// # Errors
/// [`Error::Seal`].
pub fn exhibit(
    exhibit: &Exhibit,
    report: ReportId,
    desk: &Identity,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<AddItems, Error> {
    sealed(exhibit, report, ItemKind::Exhibit, desk.recipient(), author, rng)
}

/// Seals to the desk why a member asks to see these items in quarantine.
///
/// # Errors
/// [`Error::Seal`].
pub fn release_reason(
    items: Vec<ItemId>,
    reason: &str,
    report: ReportId,
    desk: &Identity,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<ItemUpload, Error> {
    item(&ReleaseReason::new(items, reason), report, ItemKind::Release, desk.recipient(), author, rng)
}

fn sealed(
    document: &impl Serialize,
    report: ReportId,
    kind: ItemKind,
    to: &Recipient,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<AddItems, Error> {
    Ok(AddItems { items: vec![item(document, report, kind, to, author, rng)?] })
}

fn item(
    document: &impl Serialize,
    report: ReportId,
    kind: ItemKind,
    to: &Recipient,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<ItemUpload, Error> {
    let content = zeroize::Zeroizing::new(serde_json::to_vec(document).map_err(Error::Write)?);
    let place = Place { report, item: ItemId::generate(rng), kind };
    let item = seal::seal_item(place, None, &content, to, author, rng).map_err(Error::Seal)?;
    Ok(ItemUpload { signed: item.signed, body: ItemBody::Inline(item.bytes.into()) })
}
