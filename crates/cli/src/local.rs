//! The instance on this machine, opened beside the service: for whoever runs it.

use std::path::Path;

use protocol::opaque::{ClientLogin, Record, ServerKeys};
use seal::Identity;
use server::Config;
use server::keys::SubKeys;
use store::Store;
use store::desks::Desk;
use store::members::Member;

use crate::error::{Error, Result};
use crate::output::random;

/// An opened instance: its storage and the keys derived from its secret.
pub(crate) struct Local {
    pub(crate) store: Store,
    pub(crate) keys: SubKeys,
    /// Seconds for which an invite can be used.
    pub(crate) invite_seconds: i64,
}

/// A member whose passphrase was right, with the keys that it opened.
pub(crate) struct Unlocked {
    pub(crate) member: Member,
    /// The desk's key, for roles that read content.
    pub(crate) key: Option<Identity>,
}

impl Local {
    /// Opens the instance that a configuration names, making its secret where there is none yet.
    pub(crate) async fn open(config: Option<&Path>) -> Result<Self> {
        let config = Config::load(config, std::env::vars())?;
        let keys = SubKeys::load_or_create(&config.server.key_file)?;
        let invite_seconds = i64::from(config.staff.invite_days) * 24 * 60 * 60;
        Ok(Self { store: Store::open(&config.store).await?, keys, invite_seconds })
    }

    /// The desk of this short name.
    pub(crate) async fn desk(&self, slug: &str) -> Result<Desk> {
        self.store.desks().by_slug(slug).await?.ok_or_else(|| Error::NoDesk(slug.to_owned()))
    }

    /// The member who can still sign in by this name.
    pub(crate) async fn member(&self, login: &str) -> Result<Member> {
        let member = self.store.members().by_login(&login.trim().to_lowercase()).await?;
        member.filter(|member| member.active).ok_or_else(|| Error::NoMember(login.to_owned()))
    }

    /// Opens a member's keys with their passphrase. Both halves of the sign-in run here, so that the service
    /// need not; without the passphrase nothing opens.
    pub(crate) async fn unlock(&self, login: &str, passphrase: &str) -> Result<Unlocked> {
        let member = self.member(login).await?;
        let record = Record::from_bytes(member.opaque_record.as_slice()).map_err(client::Error::from)?;
        let (state, request) = ClientLogin::start(passphrase, &mut random()).map_err(client::Error::from)?;
        let opaque = ServerKeys::from_seed(&self.keys.opaque_seed()).map_err(client::Error::from)?;
        let answer = opaque
            .answer_login(&request, login, Some(&record), &mut random())
            .map_err(client::Error::from)?;
        let finished = state.finish(&answer.response, &mut random()).map_err(|_| Error::WrongPassphrase)?;
        let vault = finished.export_key.vault_identity();
        let identity = Identity::from_seed(seal::unwrap(member.vault.as_slice(), &vault)?);
        let grant = self.store.grants().get(&member.desk, member.id).await?;
        let key = grant.map(|grant| seal::unwrap(grant.as_slice(), &identity)).transpose()?;
        Ok(Unlocked { member, key: key.map(Identity::from_seed) })
    }
}
