//! What is configured for members, and what their routes share between requests.

use std::fmt;

use protocol::opaque::{OpaqueError, ServerKeys};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{Url, WebauthnError};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::config::Config;
use crate::keys::SubKeys;
use crate::staff::throttle::Throttle;

/// `[staff]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaffConfig {
    /// Whether signing in takes a passkey besides the passphrase: `required`, `optional` or `off`.
    /// Passkeys need `server.origin` to name a host; a bare address has none. Default `required`.
    pub passkey: PasskeyPolicy,
    /// Minutes without a request after which a session ends. Default 15.
    pub idle_minutes: u32,
    /// Hours after which a session ends whatever happens. Default 10.
    pub session_hours: u32,
    /// Days for which an invite can be used. Default 7.
    pub invite_days: u32,
}

impl Default for StaffConfig {
    fn default() -> Self {
        Self { passkey: PasskeyPolicy::Required, idle_minutes: 15, session_hours: 10, invite_days: 7 }
    }
}

impl StaffConfig {
    /// Seconds of idling that end a session.
    pub(super) fn idle_seconds(&self) -> u32 {
        self.idle_minutes.saturating_mul(60)
    }

    /// Seconds that a session lasts at most.
    pub(super) fn session_seconds(&self) -> i64 {
        i64::from(self.session_hours) * 3600
    }

    /// Seconds that an invite can be used.
    pub(super) fn invite_seconds(&self) -> i64 {
        i64::from(self.invite_days) * 86_400
    }
}

/// Whether signing in takes a passkey besides the passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyPolicy {
    /// Everybody registers one at their first sign-in and shows it at every later one.
    Required,
    /// Whoever has registered one shows it.
    Optional,
    /// Passkeys are neither asked for nor taken. For demonstrations.
    Off,
}

/// Why members could not sign in at an instance like this.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The instance's secret yields no sign-in keys. It happens to one secret in 2²⁵².
    #[error("instance.key yields no sign-in keys; make a new one: {0}")]
    Keys(#[from] OpaqueError),
    /// The origin is no URL.
    #[error("server.origin is not a URL")]
    Origin,
    /// The WebAuthn library refuses the origin.
    #[error("server.origin cannot be used for passkeys: {0}")]
    Passkeys(#[from] WebauthnError),
}

/// What the staff routes share between requests.
pub struct StaffState {
    pub(super) sign_in_keys: ServerKeys,
    pub(super) throttle: Throttle,
    /// Absent where the origin is a bare address, which WebAuthn has no name for.
    pub(super) webauthn: Option<Webauthn>,
}

impl StaffState {
    /// Prepares the state from the configuration and the instance's keys.
    ///
    /// # Errors
    ///
    /// When the origin is no URL, or one that passkeys cannot be bound to.
    pub fn new(config: &Config, keys: &SubKeys) -> Result<Self, StaffError> {
        let webauthn = relying_party(config)?;
        if webauthn.is_none() && config.staff.passkey == PasskeyPolicy::Required {
            tracing::warn!(
                "staff.passkey is required, but server.origin is a bare address: nobody can sign in"
            );
        }
        Ok(Self {
            sign_in_keys: ServerKeys::from_seed(&keys.opaque_seed())?,
            throttle: Throttle::default(),
            webauthn,
        })
    }
}

fn relying_party(config: &Config) -> Result<Option<Webauthn>, StaffError> {
    let origin = Url::parse(&config.server.origin).map_err(|_| StaffError::Origin)?;
    let Some(host) = origin.domain() else { return Ok(None) };
    let webauthn = WebauthnBuilder::new(host, &origin)?.rp_name(&config.server.name).build()?;
    Ok(Some(webauthn))
}

impl fmt::Debug for StaffState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffState").field("passkeys", &self.webauthn.is_some()).finish_non_exhaustive()
    }
}
