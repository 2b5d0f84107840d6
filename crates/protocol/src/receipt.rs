//! Coming back with seven words: reading replies, answering, adding to what was handed over.
//!
//! Every request here carries `Authorization: Safehand-Reporter …` (see [`seal::request`]). A wrong
//! phrase and a report that never was get the same answer after the same time.

use seal::{ReportId, SignedHeader};
use serde::{Deserialize, Serialize};

use crate::ledger::Inclusion;
use crate::submission::ItemUpload;
use crate::{Bytes, UnixSeconds};

/// `GET /api/v1/receipt`: all that a reporter may see of their report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptView {
    /// The report.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// The slug of the desk that received it.
    pub desk: String,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// The report's seed, wrapped to the reporter's identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub wrap: Bytes,
    /// The reporter's own items and the desk's messages, oldest first. Never a note.
    pub items: Vec<ItemView>,
    /// That what the reporter handed over is in the log: `report.received` and one `item.added` for each of the
    /// reporter's own items. Never an entry that the desk caused.
    pub ledger: Inclusion,
}

/// One sealed item as it is handed out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemView {
    /// Its clear header and its author's signature.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub signed: SignedHeader,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// Its sealed bytes, where they are small enough to travel along
    /// ([`crate::submission::MAX_INLINE_ITEM`]); otherwise fetch them by item id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub body: Option<Bytes>,
}

/// `POST /api/v1/receipt/items` and `POST /api/v1/reports/{id}/items`: further items for a report.
///
/// A reporter may add `message`, `file`, `media` and `amendment`; a member `message`, `note` and `mark`. Idempotent by
/// item id and sealed digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddItems {
    /// The items, at most [`crate::submission::MAX_ITEMS`].
    pub items: Vec<ItemUpload>,
}

/// What was added and when it became durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemsAdded {
    /// When the items became durable.
    pub received_at: UnixSeconds,
    /// The items, in the order they were sent.
    pub items: Vec<crate::submission::ReceivedItem>,
    /// That they are in the log, for a reporter; a member needs no receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Inclusion>,
}
