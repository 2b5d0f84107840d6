//! The keys of a signed-in member: opened from the vault, made on joining, shared by an invite.

use std::fmt;

use protocol::opaque::{ExportKey, Registered};
use protocol::staff::{JoinChallenge, JoinFinish, MemberView, NewInvite, Session};
use protocol::{InviteCode, Role};
use seal::rand_core::CryptoRng;
use seal::{Identity, Seed};

use crate::Error;

/// What a member can read and sign with while they are signed in. Wiped when dropped.
pub struct Keyring {
    member: Identity,
    desk: Option<Identity>,
}

impl Keyring {
    /// Opens the vault of `session` and, where the role reads content, the desk's key in it.
    ///
    /// # Errors
    /// Names the lock that did not open, or the identity that is not the one it should be.
    pub fn open(session: &Session, export_key: &ExportKey) -> Result<Self, Error> {
        let vault = session.vault.as_ref().ok_or(Error::VaultMissing)?;
        let seed = seal::unwrap(vault.as_slice(), &export_key.vault_identity()).map_err(Error::Vault)?;
        let member = Identity::from_seed(seed);
        if member.public() != session.member.identity {
            return Err(Error::VaultOfAnother);
        }
        let desk = match &session.grant {
            Some(grant) => Some(seal::unwrap(grant.as_slice(), &member).map_err(Error::Grant)?),
            None => None,
        };
        let desk = desk.map(Identity::from_seed);
        if desk.as_ref().is_some_and(|desk| desk.public() != session.desk.identity) {
            return Err(Error::GrantOfAnother);
        }
        Ok(Self { member, desk })
    }

    /// The member's own identity, which signs what they write.
    pub fn member(&self) -> &Identity {
        &self.member
    }

    /// The desk's identity.
    ///
    /// # Errors
    /// [`Error::NoDeskKey`] for a role that reads no content.
    pub fn desk(&self) -> Result<&Identity, Error> {
        self.desk.as_ref().ok_or(Error::NoDeskKey)
    }

    /// Draws the code of an invite and wraps the desk's key to it, if the role reads content.
    ///
    /// # Errors
    /// [`Error::NoDeskKey`] if the inviting member has no key to pass on; [`Error::Wrap`].
    pub fn invite(
        &self,
        login: String,
        name: String,
        role: Role,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(InviteCode, NewInvite), Error> {
        let code = InviteCode::generate(rng);
        let grant = if role.reads_content() {
            let to = code.identity();
            Some(seal::wrap(self.desk()?.seed(), to.recipient(), rng).map_err(Error::Wrap)?.into())
        } else {
            None
        };
        let invite = NewInvite { code_sha256: code.digest(), login, name, role, grant };
        Ok((code, invite))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

/// Makes the identity of a member who joins: their vault, and the desk's key wrapped anew to them.
///
/// # Errors
/// [`Error::Invite`] or [`Error::GrantOfAnother`] if what came with the invite is not the desk's key;
/// [`Error::Wrap`].
pub fn join(
    challenge: &JoinChallenge,
    code: &InviteCode,
    registered: &Registered,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<JoinFinish, Error> {
    let seed = Seed::generate(rng);
    let vault_identity = registered.export_key.vault_identity();
    let vault = seal::wrap(&seed, vault_identity.recipient(), rng).map_err(Error::Wrap)?;
    let member = Identity::from_seed(seed);
    let grant = match &challenge.grant {
        Some(grant) => {
            let desk = seal::unwrap(grant.as_slice(), &code.identity()).map_err(Error::Invite)?;
            let desk = Identity::from_seed(desk);
            if desk.public() != challenge.desk.identity {
                return Err(Error::GrantOfAnother);
            }
            Some(seal::wrap(desk.seed(), member.recipient(), rng).map_err(Error::Wrap)?.into())
        }
        None => None,
    };
    Ok(JoinFinish {
        code_sha256: code.digest(),
        record: registered.upload.clone(),
        identity: member.public(),
        vault: vault.into(),
        grant,
    })
}

/// Whether a member with this role works on reports, or only reads them. As with the next two: the
/// server decides; this only decides what is offered.
pub fn works_on_reports(role: Role) -> bool {
    matches!(role, Role::Intake | Role::Investigator | Role::Supervisor)
}

/// Whether a member with this role may know who the others are.
pub fn knows_members(role: Role) -> bool {
    role != Role::Custodian
}

/// Whether a member with this role reads the ledger, and nothing else of the desk.
pub fn reads_ledger(role: Role) -> bool {
    role == Role::Auditor
}

/// Whether `member` may invite and revoke.
pub fn manages_members(member: &MemberView) -> bool {
    matches!(member.role, Role::Supervisor | Role::Administrator)
}

/// Whether a member with this role may add and remove the desk's hash lists.
pub fn manages_hash_lists(role: Role) -> bool {
    role == Role::Supervisor
}

/// The roles that `member` can invite somebody to, in the order they are offered. A member without
/// the desk's key cannot pass it on.
pub fn roles_to_offer(member: &MemberView) -> Vec<Role> {
    let holds_key = member.role.reads_content();
    Role::ALL.into_iter().filter(|role| holds_key || !role.reads_content()).collect()
}

#[cfg(test)]
mod tests;
