//! What the server checks of what it cannot read: sizes, hashes, signatures, kinds and places.

use std::collections::HashSet;

use protocol::public::DeskKind;
use protocol::submission::{ItemBody, ItemUpload, MAX_ITEMS, Submission, max_inline};
use protocol::{ApiError, Bytes, ErrorCode};
use seal::{Digest, ItemKind, ReportId, VerifyingKey};

use crate::error::{Error, Result};

/// How every age file begins.
pub(crate) const AGE_MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// A wrap is a small age file: one hybrid stanza (some 1.7 kB) and 32 bytes of payload.
const MAX_WRAP: usize = 4096;
/// A summary is one line of the queue; a page of the queue carries many of them.
const MAX_SUMMARY: u64 = 16 * 1024;
/// A mark is a place and a few sentences, the reason of a release some sentences and ids; a report may have hundreds, and
/// all come with it when it is opened.
const MAX_MARK: u64 = 16 * 1024;
/// From this many items on, signatures and hashes are checked off the request threads.
const MANY: usize = 16;

/// Checks a whole submission for a desk of the given kind.
///
/// # Errors
///
/// Names the field at fault.
pub(crate) async fn submission(submission: Submission, desk: DeskKind) -> Result<Submission> {
    if submission.items.len() <= MANY {
        return check_submission(&submission, desk).map(|()| submission);
    }
    blocking(move || check_submission(&submission, desk).map(|()| submission)).await
}

/// Checks items that the holder of `author` adds to `report`.
///
/// # Errors
///
/// Names the field at fault.
pub(crate) async fn additions(
    items: Vec<ItemUpload>,
    desk: DeskKind,
    report: ReportId,
    author: VerifyingKey,
) -> Result<Vec<ItemUpload>> {
    let may_add = [ItemKind::Message, ItemKind::File, ItemKind::Media, ItemKind::Amendment];
    if items.is_empty() {
        return Err(Error::invalid("items", "At least one item is needed."));
    }
    blocking(move || check_items(&items, &may_add, desk, report, author).map(|()| items)).await
}

/// Checks items that a member adds to `report`: messages to its reporter, notes for colleagues and marks on passages.
///
/// # Errors
///
/// Names the field at fault.
pub(crate) async fn member_additions(
    items: Vec<ItemUpload>,
    desk: DeskKind,
    report: ReportId,
    author: VerifyingKey,
) -> Result<Vec<ItemUpload>> {
    let may_add = [ItemKind::Message, ItemKind::Note, ItemKind::Mark, ItemKind::Exhibit];
    if items.is_empty() {
        return Err(Error::invalid("items", "At least one item is needed."));
    }
    blocking(move || check_items(&items, &may_add, desk, report, author).map(|()| items)).await
}

/// Checks the reason of a release that a member asks for: one item, signed by them.
///
/// # Errors
///
/// Names the field at fault, as in a list of one item.
pub(crate) fn release_reason(
    reason: ItemUpload,
    desk: DeskKind,
    report: ReportId,
    author: VerifyingKey,
) -> Result<ItemUpload> {
    check_items(std::slice::from_ref(&reason), &[ItemKind::Release], desk, report, author).map(|()| reason)
}

async fn blocking<T: Send + 'static>(check: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(check).await.map_err(Error::internal)?
}

fn check_submission(submission: &Submission, desk: DeskKind) -> Result<()> {
    let Submission { report, urgent: _, desk_wrap, reporter, items } = submission;
    check_wrap("desk_wrap", desk_wrap)?;
    check_wrap("reporter.wrap", &reporter.wrap)?;
    for kind in [ItemKind::Answers, ItemKind::Summary] {
        if items.iter().filter(|item| item.signed.header.kind == kind).count() != 1 {
            let kind = kind.as_str();
            return Err(Error::invalid("items", format!("A report has exactly one item of kind {kind}.")));
        }
    }
    let kinds = [ItemKind::Answers, ItemKind::Summary, ItemKind::File, ItemKind::Media];
    check_items(items, &kinds, desk, *report, reporter.verifying_key)
}

fn check_items(
    items: &[ItemUpload],
    kinds: &[ItemKind],
    desk: DeskKind,
    report: ReportId,
    author: VerifyingKey,
) -> Result<()> {
    if items.len() > MAX_ITEMS {
        return Err(Error::invalid("items", format!("There are more than {MAX_ITEMS} items.")));
    }
    let mut ids = HashSet::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let header = &item.signed.header;
        let at = |field: &str| format!("items[{index}].{field}");
        if !kinds.contains(&header.kind) {
            return Err(Error::invalid(
                at("signed.kind"),
                "An item of this kind cannot be handed over here.",
            ));
        }
        if header.kind.is_file() && !desk.may_receive_files() {
            return Err(files_refused());
        }
        if !ids.insert(header.item) {
            return Err(Error::invalid(at("signed.item"), "Two items have the same id."));
        }
        if header.report != report {
            return Err(Error::mismatch(at("signed.report"), "The item belongs to another report."));
        }
        if header.author != Some(author) {
            return Err(Error::mismatch(at("signed.author"), "The item's author is not who hands it over."));
        }
        if item.signed.verify().is_err() {
            return Err(Error::mismatch(at("signed.signature"), "The signature does not hold."));
        }
        check_body(item, at)?;
    }
    Ok(())
}

fn check_body(item: &ItemUpload, at: impl Fn(&str) -> String) -> Result<()> {
    let header = &item.signed.header;
    let limit = match header.kind {
        ItemKind::Mark => Some((MAX_MARK, "The mark is too large.")),
        ItemKind::Exhibit => Some((MAX_MARK, "The entry is too large.")),
        ItemKind::Release => Some((MAX_MARK, "The reason is too long.")),
        ItemKind::Summary => Some((MAX_SUMMARY, "The summary is too large.")),
        _ => None,
    };
    if let Some((_, why)) = limit.filter(|(most, _)| header.size > *most) {
        return Err(Error::invalid(at("signed.size"), why));
    }
    match &item.body {
        ItemBody::Inline(bytes) if bytes.len() > max_inline(header.kind) => {
            let limit = max_inline(header.kind);
            let message =
                format!("An item of this kind may have {limit} bytes here; files go through uploads.");
            Err(Error::invalid(at("body"), message))
        }
        ItemBody::Inline(bytes) if bytes.len() as u64 != header.size => {
            Err(Error::mismatch(at("signed.size"), "The body has another size than its header says."))
        }
        ItemBody::Inline(bytes) if Digest::of(bytes.as_slice()) != header.sha256 => {
            Err(Error::mismatch(at("signed.sha256"), "The body has another SHA-256 than its header says."))
        }
        ItemBody::Inline(bytes) if !bytes.as_slice().starts_with(AGE_MAGIC) => {
            Err(Error::invalid(at("body"), "The body is not an age file."))
        }
        ItemBody::Inline(_) => Ok(()),
        ItemBody::Upload(_) if header.kind.is_file() => Ok(()),
        ItemBody::Upload(_) => Err(Error::invalid(at("body"), "Only files come through uploads.")),
    }
}

/// Checks that something looks like a wrapped seed.
///
/// # Errors
///
/// Names `field`.
pub(crate) fn check_wrap(field: &str, wrap: &Bytes) -> Result<()> {
    if wrap.len() > MAX_WRAP || !wrap.as_slice().starts_with(AGE_MAGIC) {
        return Err(Error::invalid(field, "A wrap is an age file of at most 4096 bytes."));
    }
    Ok(())
}

/// The refusal of a charity desk, before any byte of a file is read.
pub(crate) fn files_refused() -> Error {
    ApiError::new(
        ErrorCode::FilesNotAccepted,
        "This desk does not take files. Describe what you have; the police can receive it.",
    )
    .into()
}
