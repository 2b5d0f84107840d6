//! Making desks and their first members, beside the running service: what the command line does at the
//! store itself.
//!
//! The desk's seed exists in memory while [`create_desk`]'s answer does, and nowhere else: it leaves as
//! shares for the custodians and as wraps for members. Whoever adds a member who reads content needs it:
//! from the ceremony itself, or put together again by custodians with [`recover`].

use protocol::opaque::{ClientRegistration, OpaqueError, Record, ServerKeys};
use protocol::public::DeskKind;
use protocol::{Bytes, InviteCode, MemberId, Role, UnixSeconds};
use seal::{Identity, Seed, Share, shares};
use store::Store;
use store::acts::Stamp;
use store::desks::Desk;
use store::members::{Invite, NewMember, Post};

use crate::keys::SubKeys;
use crate::staff::person::{self, NameError};
use crate::staff::{join, random};

/// Why a ceremony ended early. What it names was not done.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A name is not acceptable.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Sealing, wrapping or splitting failed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// The passphrase could not be registered.
    #[error(transparent)]
    Passphrase(#[from] OpaqueError),
    /// The storage refused or failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Someone who reads content is to be added, but the desk's key is not at hand.
    #[error(
        "the role {0} reads content: it takes the desk's key, from the ceremony or from the custodians' shares"
    )]
    KeyNeeded(Role),
    /// The key at hand, or the one that shares gave, is another desk's.
    #[error("this is another desk's key")]
    ForeignKey,
    /// The passphrase could not be registered, because the task was ended.
    #[error("the registration was ended before it was done")]
    Ended,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Random(#[from] getrandom::Error),
}

/// A desk about to be made.
#[derive(Debug, Clone)]
pub struct DeskPlan {
    /// Its short name in URLs.
    pub slug: String,
    /// Its name as people read it.
    pub name: String,
    /// Whose desk it is.
    pub kind: DeskKind,
    /// How many custodians it takes to recover its key.
    pub threshold: u8,
    /// How many custodians there are.
    pub custodians: u8,
}

/// A desk that was just made, with the only copy of its key.
#[derive(Debug)]
pub struct NewDesk {
    /// What the store keeps.
    pub desk: Desk,
    /// The desk's key, for adding its first members.
    pub key: Identity,
    /// One share for each custodian.
    pub shares: Vec<Share>,
}

/// A person about to become a member.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name they sign in with.
    pub login: String,
    /// Their name, as colleagues read it.
    pub name: String,
    /// What they will be.
    pub role: Role,
}

/// Draws a desk's key, splits it among custodians, and makes the desk.
///
/// # Errors
///
/// [`CeremonyError::Name`]; [`CeremonyError::Seal`] unless 2 ≤ threshold ≤ custodians; when the slug is
/// taken or the storage fails.
pub async fn create_desk(store: &Store, plan: DeskPlan, now: UnixSeconds) -> Result<NewDesk, CeremonyError> {
    let DeskPlan { slug, name, kind, threshold, custodians } = plan;
    let (slug, name) = (person::slug(&slug)?, person::name(&name)?);
    let key = Identity::generate(&mut random::system());
    let shares = shares::split(key.seed(), threshold, custodians, &mut random::system())?;
    let desk = Desk { slug, name, kind, identity: key.public(), created_at: now };
    store.desks().create(desk.clone(), Stamp::system(now)).await?;
    Ok(NewDesk { desk, key, shares })
}

/// Puts a desk's key together again from its custodians' shares.
///
/// # Errors
///
/// [`CeremonyError::Seal`] when the shares are too few or do not belong together;
/// [`CeremonyError::ForeignKey`] when they are another desk's.
pub fn recover(desk: &Desk, custodians: &[Share]) -> Result<Identity, CeremonyError> {
    let key = Identity::from_seed(shares::combine(custodians)?);
    if key.public() == desk.identity { Ok(key) } else { Err(CeremonyError::ForeignKey) }
}

/// Asks a person to join a desk, until `expires`. The code that comes back is shown to them and kept
/// nowhere.
///
/// # Errors
///
/// [`CeremonyError::Name`]; [`CeremonyError::KeyNeeded`] and [`CeremonyError::ForeignKey`]; when the
/// sign-in name is taken or the storage fails.
pub async fn invite(
    store: &Store,
    desk: &Desk,
    person: &Person,
    key: Option<&Identity>,
    expires: UnixSeconds,
    now: UnixSeconds,
) -> Result<InviteCode, CeremonyError> {
    let post = post(desk, person)?;
    let code = InviteCode::generate(&mut random::system());
    let invite = Invite {
        code_sha256: join::stored_code(code.digest()),
        wrap: grant(desk, person.role, key, &code.identity())?,
        post,
        expires_at: expires,
    };
    store.invites().create(invite, Stamp::system(now)).await?;
    Ok(code)
}

/// Makes a member with a passphrase at once. For demonstrations and tests: this process sees the
/// passphrase and the member's key, which an invite spares it.
///
/// # Errors
///
/// As [`invite`]; [`CeremonyError::Passphrase`] for lack of memory.
pub async fn enrol(
    store: &Store,
    keys: &SubKeys,
    desk: &Desk,
    person: &Person,
    passphrase: &str,
    key: Option<&Identity>,
    now: UnixSeconds,
) -> Result<MemberId, CeremonyError> {
    let post = post(desk, person)?;
    let seed = Seed::generate(&mut random::system());
    let (record, vault) = register(keys, &post.login, passphrase, &seed).await?;
    let member = Identity::from_seed(seed);
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    let new = NewMember {
        id: MemberId::from_bytes(id),
        opaque_record: Bytes(record.to_bytes()),
        vault,
        identity: member.public(),
        grant: grant(desk, person.role, key, &member)?,
    };
    let id = new.id;
    store.members().create(post, new, Stamp::system(now)).await?;
    Ok(id)
}

/// Both halves of an OPAQUE registration, and the vault that its export key locks.
async fn register(
    keys: &SubKeys,
    login: &str,
    passphrase: &str,
    seed: &Seed,
) -> Result<(Record, Bytes), CeremonyError> {
    let server = ServerKeys::from_seed(&keys.opaque_seed())?;
    let (client, request) = ClientRegistration::start(passphrase, &mut random::system())?;
    let response = server.answer_registration(&request, login)?;
    let registered = tokio::task::spawn_blocking(move || client.finish(&response, &mut random::system()));
    let registered = registered.await.map_err(|_| CeremonyError::Ended)??;
    let vault = seal::wrap(seed, registered.export_key.vault_identity().recipient(), &mut random::system())?;
    Ok((Record::from_upload(&registered.upload)?, vault.into()))
}

fn post(desk: &Desk, person: &Person) -> Result<Post, CeremonyError> {
    Ok(Post {
        desk: desk.slug.clone(),
        login: person::login(&person.login)?,
        name: person::name(&person.name)?,
        role: person.role,
    })
}

/// The desk's seed, wrapped to somebody who is to read content.
fn grant(
    desk: &Desk,
    role: Role,
    key: Option<&Identity>,
    to: &Identity,
) -> Result<Option<Bytes>, CeremonyError> {
    if !role.reads_content() {
        return Ok(None);
    }
    let key = key.ok_or(CeremonyError::KeyNeeded(role))?;
    if key.public() != desk.identity {
        return Err(CeremonyError::ForeignKey);
    }
    let wrap = seal::wrap(key.seed(), to.recipient(), &mut random::system())?;
    Ok(Some(wrap.into()))
}
