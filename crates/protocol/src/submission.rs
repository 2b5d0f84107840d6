//! Handing over a sealed report: one request that carries everything small, after uploads that
//! carried everything large.

use seal::{Digest, ItemId, ItemKind, LookupHash, ReportId, SignedHeader, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::ledger::Inclusion;
use crate::{Bytes, UnixSeconds};

/// The largest sealed item that may travel inside a [`Submission`], in bytes. Larger ones go through
/// an upload first.
pub const MAX_INLINE_ITEM: usize = 64 * 1024;

/// The largest sealed answers, in bytes. They always travel inside, since a charity's desk takes no
/// uploads: every field at its limit fits, even in characters of four bytes.
pub const MAX_INLINE_ANSWERS: usize = 1024 * 1024;

/// The largest sealed item of a kind that may travel inside a [`Submission`], in bytes.
pub fn max_inline(kind: ItemKind) -> usize {
    match kind {
        ItemKind::Answers => MAX_INLINE_ANSWERS,
        _ => MAX_INLINE_ITEM,
    }
}

/// How many items one submission may carry.
pub const MAX_ITEMS: usize = 256;

/// `POST /api/v1/desks/{slug}/reports`.
///
/// Idempotent: the same report id with the same bytes is acknowledged again in the same words; the
/// same id with other bytes is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The report's id, drawn by whoever seals it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// The one urgency bit: whether the reporter's answers gave a reason to wake somebody.
    pub urgent: bool,
    /// The report's seed, wrapped to the desk's identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub desk_wrap: Bytes,
    /// How the reporter will be known when they come back.
    pub reporter: ReporterKey,
    /// The sealed items: exactly one `answers`, exactly one `summary`, any number of `file`s.
    pub items: Vec<ItemUpload>,
}

/// What the server keeps of a reporter: nothing that names them, and nothing that opens anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReporterKey {
    /// SHA-256 of the lookup id that the seven words yield.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub lookup: LookupHash,
    /// The key that the reporter's later requests are signed with, and the author of their items.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub verifying_key: VerifyingKey,
    /// The report's seed, wrapped to the reporter's identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub wrap: Bytes,
}

/// One sealed item on its way in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemUpload {
    /// What it says of itself in the clear, signed by its author.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub signed: SignedHeader,
    /// Where its sealed bytes are.
    pub body: ItemBody,
}

/// Where an item's sealed bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemBody {
    /// Here, at most [`max_inline`] of them.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    Inline(Bytes),
    /// In a finished upload, which becomes the item's body and stops being an upload.
    Upload(String),
}

/// What a reporter is told, the same for every report, whatever the desk already knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Acknowledgement {
    /// The report.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// What was received, in the order it was sent.
    pub items: Vec<ReceivedItem>,
    /// That it is in the log: the entries `report.received` and one `item.added` for each item.
    pub ledger: Inclusion,
}

/// One item that is now durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceivedItem {
    /// The item.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub item: ItemId,
    /// SHA-256 of its sealed bytes.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub sha256: Digest,
    /// How many sealed bytes there are.
    pub size: u64,
}
