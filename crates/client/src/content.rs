//! Opening sealed items and believing what they say only as far as their signatures go.

use protocol::UnixSeconds;
use protocol::content::{Message, Speaker};
use protocol::receipt::ItemView;
use seal::{Identity, ItemId, ItemKind, OpenedItem, ReportId, VerifyingKey};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// A message of the dialogue between reporter and desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The item that holds it.
    pub item: ItemId,
    /// When it became durable.
    pub at: UnixSeconds,
    /// Who speaks. What a message claims agrees with the key that signed it.
    pub from: Speaker,
    /// What is said.
    pub text: String,
}

/// A note between colleagues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The item that holds it.
    pub item: ItemId,
    /// When it became durable.
    pub at: UnixSeconds,
    /// Whose signature it carries.
    pub author: Option<VerifyingKey>,
    /// What it says.
    pub text: String,
}

/// Opens an item of `report` whose sealed bytes are at hand.
///
/// # Errors
/// [`Error::Seal`] with the check that failed, which includes an item that belongs to another report.
pub(crate) fn open(report: ReportId, view: &ItemView, bytes: &[u8], with: &Identity) -> Result<OpenedItem> {
    let header = &view.signed.header;
    if header.report != report {
        return Err(document(header.item, header.kind, "it belongs to another report"));
    }
    Ok(seal::open_item(&view.signed, bytes, with)?)
}

/// Opens an item and reads it as the JSON document that its kind promises.
pub(crate) fn read<T: DeserializeOwned>(
    report: ReportId,
    view: &ItemView,
    bytes: &[u8],
    with: &Identity,
) -> Result<T> {
    let opened = open(report, view, bytes, with)?;
    let header = &view.signed.header;
    serde_json::from_slice(&opened.content).map_err(|error| document(header.item, header.kind, &error))
}

/// Reads a message and holds its claim of who speaks against the key that signed it.
pub(crate) fn message(
    report: ReportId,
    view: &ItemView,
    bytes: &[u8],
    with: &Identity,
    reporter: VerifyingKey,
) -> Result<Said> {
    let Message { from, text, .. } = read(report, view, bytes, with)?;
    let header = &view.signed.header;
    let by_reporter = header.author == Some(reporter);
    match from {
        Speaker::Reporter if !by_reporter => Err(wrong_author(header.item, "the reporter")),
        Speaker::Desk if by_reporter || header.author.is_none() => {
            Err(wrong_author(header.item, "a member of the desk"))
        }
        _ => Ok(Said { item: header.item, at: view.received_at, from, text }),
    }
}

pub(crate) fn wrong_author(item: ItemId, expected: &'static str) -> Error {
    Error::WrongAuthor { item: item.to_string(), expected }
}

pub(crate) fn document(item: ItemId, kind: ItemKind, why: &(impl std::fmt::Display + ?Sized)) -> Error {
    Error::Document { item: item.to_string(), kind: kind.as_str(), why: why.to_string() }
}
