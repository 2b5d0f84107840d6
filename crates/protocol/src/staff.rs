//! What a member of a desk and the server say to each other.
//!
//! The session is a cookie (`__Host-safehand`); what a member may ask is one table in the server.
//! OPAQUE messages (RFC 9807) travel as [`Bytes`]; their client half is the module `opaque`.

use seal::{PublicIdentity, ReportId};
use serde::{Deserialize, Serialize};

use crate::public::{DeskKind, DeskPublic};
use crate::quarantine::HeldItem;
use crate::receipt::ItemView;
use crate::{Bytes, MemberId, Role, UnixSeconds};

/// `POST /session/start`: the first OPAQUE message of a sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInStart {
    /// The member's sign-in name.
    pub login: String,
    /// OPAQUE `KE1`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub ke1: Bytes,
}

/// The answer to [`SignInStart`]. An unknown name gets one of the same shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInChallenge {
    /// Which attempt this is; sent back with the last message. Lives for a minute, once.
    pub attempt: String,
    /// OPAQUE `KE2`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub ke2: Bytes,
}

/// `POST /session/finish`: the last OPAQUE message of a sign-in. Answered by [`Session`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInFinish {
    /// From [`SignInChallenge`].
    pub attempt: String,
    /// OPAQUE `KE3`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub ke3: Bytes,
}

/// `GET /session`: who is signed in, and what they need to open their vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who.
    pub member: MemberView,
    /// Their desk.
    pub desk: DeskPublic,
    /// What is still owed before anything else is answered.
    pub stage: SessionStage,
    /// The member's seed, wrapped to the identity that their OPAQUE export key yields.
    /// Absent until the stage is [`SessionStage::Full`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub vault: Option<Bytes>,
    /// The desk's seed, wrapped to the member. Absent for roles that read no content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub grant: Option<Bytes>,
    /// Seconds without activity after which the session ends and the console wipes its keys.
    pub idle_seconds: u32,
    /// When the session ends whatever happens.
    pub expires: UnixSeconds,
}

/// What a session still owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionStage {
    /// The passphrase was right; a registered passkey has to be shown.
    PasskeyOwed,
    /// The passphrase was right; policy wants a passkey and none is registered yet.
    PasskeySetup,
    /// Signed in.
    Full,
}

/// `POST /session/passkey/start` and `/session/passkey/finish` carry WebAuthn's own JSON.
///
/// Start answers `PublicKeyCredentialCreationOptions` or `…RequestOptions` under `publicKey`, by the
/// session's stage; finish takes the credential without client extension results, because those
/// would hand the PRF secret to the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyOptions {
    /// Whether a passkey is to be made or shown.
    pub register: bool,
    /// WebAuthn options, to be handed to the browser.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub options: serde_json::Value,
}

/// A member, as colleagues see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// Their id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: MemberId,
    /// Their sign-in name.
    pub login: String,
    /// Their name, as colleagues read it.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whether they can still sign in.
    pub active: bool,
    /// Their public identity: whom to wrap to, and whose signatures to believe.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub identity: PublicIdentity,
    /// Whether they have a passkey.
    pub has_passkey: bool,
}

/// `GET /desks/{slug}/members`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Members {
    /// All members, revoked ones too, because their signatures stand on old items.
    pub members: Vec<MemberView>,
}

/// `POST /desks/{slug}/invites`: asks a person to join the desk.
///
/// The code is drawn by the inviting side and never reaches the server; only its digest does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewInvite {
    /// SHA-256 of the 16-byte code.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code_sha256: seal::Digest,
    /// The sign-in name they will have.
    pub login: String,
    /// Their name, as colleagues read it.
    pub name: String,
    /// What they will be.
    pub role: Role,
    /// The desk's seed, wrapped to the identity that the code yields. Present exactly when the role
    /// reads content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub grant: Option<Bytes>,
}

/// Until when an invite can be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteMade {
    /// After this it is void.
    pub expires: UnixSeconds,
}

/// `POST /invites/start`: shows the code and begins OPAQUE registration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinStart {
    /// SHA-256 of the 16-byte code; the code itself stays in the browser.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code_sha256: seal::Digest,
    /// OPAQUE registration request.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub request: Bytes,
}

/// The answer to [`JoinStart`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinChallenge {
    /// OPAQUE registration response.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub response: Bytes,
    /// The sign-in name that was set aside.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What they will be.
    pub role: Role,
    /// The desk they join.
    pub desk: DeskPublic,
    /// The desk's seed, wrapped to the identity that the code yields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub grant: Option<Bytes>,
}

/// `POST /invites/finish`: the new member's keys. The invite is spent by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinFinish {
    /// SHA-256 of the 16-byte code.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code_sha256: seal::Digest,
    /// OPAQUE registration record.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub record: Bytes,
    /// The new member's public identity.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub identity: PublicIdentity,
    /// Their seed, wrapped to the identity that the OPAQUE export key yields.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub vault: Bytes,
    /// The desk's seed, wrapped anew to their identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub grant: Option<Bytes>,
}

/// `POST /members/{id}/role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// What they are to be. A role that reads content cannot be given to one that did not: that
    /// takes an invite, because it takes the desk's key.
    pub role: Role,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Nobody has taken it up.
    New,
    /// Being worked on.
    Open,
    /// Done with, for now.
    Closed,
}

impl ReportState {
    /// The word used in tables and URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// `GET /desks/{slug}/queue?state=new&state=open&limit=200&after=CURSOR`: one page of the queue,
/// urgent reports first and, among equals, the longest waiting first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuePage {
    /// The reports.
    pub rows: Vec<QueueRow>,
    /// Pass as `after` to get the next page. Absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One report in the queue, with what it takes to open its summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueRow {
    /// The report.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// When it came.
    pub received_at: UnixSeconds,
    /// When its reporter last added something.
    pub last_from_reporter: UnixSeconds,
    /// Where it stands.
    pub state: ReportState,
    /// The one urgency bit.
    pub urgent: bool,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub assigned: Option<MemberId>,
    /// Whether the reporter has added something since this member last looked.
    pub unread: bool,
    /// How many items it has.
    pub items: u32,
    /// The report's seed, wrapped to the desk.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub desk_wrap: Bytes,
    /// The sealed summary.
    pub summary: ItemView,
}

/// `GET /reports/{id}`: a report with its items. Small bodies travel along, and are logged as
/// consulted before they do; large ones are fetched by item id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportView {
    /// The report.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub report: ReportId,
    /// When it came.
    pub received_at: UnixSeconds,
    /// Where it stands.
    pub state: ReportState,
    /// The one urgency bit.
    pub urgent: bool,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub assigned: Option<MemberId>,
    /// The report's seed, wrapped to the desk.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub desk_wrap: Bytes,
    /// The key that the reporter signs with: whose items to believe as theirs.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reporter_key: seal::VerifyingKey,
    /// All items, oldest first. Of those in quarantine the bytes never travel along.
    pub items: Vec<ItemView>,
    /// Those of them that are in quarantine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldItem>,
}

/// `POST /reports/{id}/assignment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// Whose it is to be; nobody's when absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub member: Option<MemberId>,
}

/// `POST /reports/{id}/state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeState {
    /// Where it is to stand. Never back to [`ReportState::New`].
    pub state: ReportState,
}

/// What kind of desk a session is for decides what the console offers.
pub fn may_have_files(desk: &DeskPublic) -> bool {
    desk.kind == DeskKind::Police && desk.accepts_files
}
