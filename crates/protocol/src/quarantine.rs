//! Media in quarantine: who may see it, for how long, and what of it nobody may see again.
//!
//! An item is in quarantine when it is of the kind `media`, or when a member has found a file to be media and put it
//! there. Its sealed bytes never travel inside a [`ReportView`](crate::staff::ReportView); `GET /reports/{id}/items/{item}`
//! answers [`ErrorCode::Quarantined`](crate::ErrorCode::Quarantined) unless the caller has a *release* of the item in
//! force: asked for by themselves, approved by another member. Once a hash list knows an item it is *locked*, and no
//! member gets its bytes again ([`ErrorCode::Locked`](crate::ErrorCode::Locked)).
//!
//! A release is named by the item that holds its reason, of the kind `release`: sealed to the desk and signed by
//! whoever asks, so that the server cannot read it and nobody can put it into another's mouth.

use std::fmt;
use std::str::FromStr;

use seal::{ItemId, ReportId};
use serde::{Deserialize, Serialize};

use crate::submission::ItemUpload;
use crate::{Bytes, MemberId, UnixSeconds};

/// Request header that carries a hash list's name, sealed to the desk, as base64url without padding.
pub const NAME_HEADER: &str = "safehand-sealed-name";

/// The longest sealed name of a hash list, in bytes.
pub const MAX_SEALED_NAME: usize = 4096;

/// What of quarantine a member meets with an item of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// In quarantine: it takes a release to get its bytes.
    Quarantined,
    /// In quarantine, and the caller has a release in force.
    Released,
    /// A hash list knows it: no member gets its bytes again.
    Locked,
}

/// An item in quarantine, as the caller meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldItem {
    /// The item.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub item: ItemId,
    /// What it takes.
    pub hold: Hold,
    /// Until when the caller's release is in force, where they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixSeconds>,
}

/// `POST /reports/{id}/releases`: asks to be given the bytes of items in quarantine. Answered by [`Release`].
///
/// Idempotent by the id and sealed digest of the reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskRelease {
    /// The items, at least one and at most [`crate::submission::MAX_ITEMS`]; none of them locked.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub items: Vec<ItemId>,
    /// Why, as an item of the kind `release` that travels inline: [`ReleaseReason`](crate::content::ReleaseReason).
    /// Its id becomes the name of the release.
    pub reason: ItemUpload,
}

/// Where a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// Nobody has answered yet.
    Waiting,
    /// Nobody answered in time.
    Stale,
    /// In force.
    Approved,
    /// Somebody said no.
    Refused,
    /// It was in force, and its time is over.
    Expired,
    /// Whoever asked for it, or approved it, is no longer one who may.
    Ended,
}

/// A release: asked for, approved or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Release {
    /// Its name: the id of the item that holds its reason. That is among the report's items.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub release: ItemId,
    /// The report.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// The items.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub items: Vec<ItemId>,
    /// Where it stands at this moment.
    pub state: ReleaseState,
    /// Who asks, and the only one whom it serves.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub asked_by: MemberId,
    /// When.
    pub asked_at: UnixSeconds,
    /// When it is stale unless somebody has answered.
    pub stale_at: UnixSeconds,
    /// Who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub answered_by: Option<MemberId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<UnixSeconds>,
    /// Until when it is in force, where it was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<UnixSeconds>,
}

/// `GET /reports/{id}/releases`: all releases of a report, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Releases {
    /// The releases.
    pub releases: Vec<Release>,
}

/// `GET /desks/{slug}/releases`: what waits for an answer at a desk, longest first, and what is locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskReleases {
    /// The releases that wait, at most 200.
    pub waiting: Vec<Release>,
    /// Items that a hash list knows, newest first, at most 200. Empty for all but supervisors.
    pub locked: Vec<LockedItem>,
}

/// An item that a hash list knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LockedItem {
    /// The report.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// The item.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub item: ItemId,
    /// Whose console found it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub by: MemberId,
    /// When.
    pub at: UnixSeconds,
    /// In which list.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub list: HashListId,
    /// By which hash.
    pub hash: HashKind,
}

/// `POST /reports/{id}/items/{item}/lock`: a hash list knows this item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Which list: one of the desk's.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub list: HashListId,
    /// By which hash.
    pub hash: HashKind,
}

/// How a file is compared with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HashKind {
    /// SHA-256 of its bytes.
    Sha256,
    /// SHA-1 of its bytes.
    Sha1,
    /// MD5 of its bytes.
    Md5,
    /// PDQ, of what an image shows.
    Pdq,
}

impl HashKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Sha256, Self::Sha1, Self::Md5, Self::Pdq];

    /// The word used in tables and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha1 => "sha1",
            Self::Md5 => "md5",
            Self::Pdq => "pdq",
        }
    }
}

/// A hash list of a desk: 16 bytes drawn by whoever hands it over, written as base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HashListId(ItemId);

impl HashListId {
    /// An id made of these bytes; they should come from a cryptographic random number generator.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(ItemId::from_bytes(bytes))
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for HashListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for HashListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashListId({self})")
    }
}

impl FromStr for HashListId {
    type Err = seal::Error;

    fn from_str(text: &str) -> Result<Self, seal::Error> {
        text.parse().map(Self)
    }
}

/// `GET /desks/{slug}/hash-lists`: a desk's lists, without what is in them.
///
/// A list is handed over by `PUT /desks/{slug}/hash-lists/{list}` with its sealed bytes as the body and its sealed
/// name in [`NAME_HEADER`]; it is fetched and removed under the same address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HashLists {
    /// The lists, in the order in which they came.
    pub lists: Vec<HashList>,
}

/// A hash list. Name and content are sealed to the desk; the server can read neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HashList {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub list: HashListId,
    /// Its name, sealed to the desk.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Bytes,
    /// How many sealed bytes it has.
    pub size: u64,
    /// SHA-256 of them.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub sha256: seal::Digest,
    /// Who handed it over.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub by: MemberId,
    /// When.
    pub at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_lists_id_reads_back(bytes: [u8; 16]) {
            let id = HashListId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<HashListId>().unwrap(), id);
            prop_assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
        }
    }

    #[test]
    fn every_hash_has_one_word() {
        for hash in HashKind::ALL {
            assert_eq!(serde_json::to_string(&hash).unwrap(), format!("\"{}\"", hash.as_str()));
        }
    }
}
