//! What anyone may ask: which instance this is, which desks it has, and a proof-of-work challenge.

use seal::PublicIdentity;
use serde::{Deserialize, Serialize};

use crate::UnixSeconds;

/// `GET /api/v1/instance`: who runs this service and which desks it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Instance {
    /// The name people know the service by.
    pub name: String,
    /// The origin (scheme, host, port) that receipts are derived for. Part of the Argon2id salt:
    /// the same seven words mean nothing on another instance.
    pub origin: String,
    /// The version of the software.
    pub version: String,
    /// The key of this instance's log, as C2SP `signed-note` writes it: `<origin>+<hash>+<base64>`. Whoever keeps it
    /// with a receipt can check the receipt when this instance is gone.
    pub log_key: String,
    /// The keys of the witnesses that cosign this instance's log, in the same form; none, when it has none.
    #[serde(default)]
    pub witnesses: Vec<String>,
    /// The desks that take reports, in the order they should be offered.
    pub desks: Vec<DeskPublic>,
}

/// What the public may know of a desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskPublic {
    /// Its short name in URLs: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its name as people read it.
    pub name: String,
    /// Whose desk it is; decides whether it may receive media.
    pub kind: DeskKind,
    /// The identity that reports are wrapped to.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub identity: PublicIdentity,
    /// Whether it takes file uploads. Never true of a charity desk.
    pub accepts_files: bool,
    /// The largest file it takes, in bytes before sealing. Zero where it takes none.
    pub max_file_bytes: u64,
}

/// Whose desk it is. A charity has no standing to hold images, so its desk cannot receive media at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeskKind {
    /// Receives media, into quarantine.
    Police,
    /// Text, web addresses and facts about files only.
    Charity,
}

impl DeskKind {
    /// Whether a desk of this kind may receive files.
    pub fn may_receive_files(self) -> bool {
        matches!(self, Self::Police)
    }

    /// The word used in configuration, tables and URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Charity => "charity",
        }
    }
}

/// `GET /api/v1/work`: a challenge to be solved before an unauthenticated write.
///
/// A solution is a `nonce` for which SHA-256(`challenge` ‖ nonce as u64 LE) starts with `bits` zero
/// bits (see [`seal::work`]); it is sent once, as `<challenge>.<nonce>`, in [`crate::WORK_HEADER`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkChallenge {
    /// The challenge, as base64url; the hash runs over its decoded bytes.
    pub challenge: String,
    /// How many leading zero bits are asked for.
    pub bits: u8,
    /// When it stops being accepted.
    pub expires: UnixSeconds,
}
