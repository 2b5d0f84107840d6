//! Joining a desk: from an invite's code and a passphrase to a member's keys.

use protocol::opaque::{ClientRegistration, Registered};
use protocol::staff::{JoinChallenge, JoinFinish, JoinStart};
use protocol::{API, InviteCode, Role};
use seal::{Digest, Identity, Seed};

use crate::error::{Error, Result};
use crate::transport::Outgoing;
use crate::{Client, random};

/// What a person has become by joining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The name to sign in with.
    pub login: String,
    /// Their name, as colleagues read it.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// The slug of their desk.
    pub desk: String,
}

impl Client {
    /// Joins a desk with an invite's code. The code and the passphrase never leave this process.
    ///
    /// # Errors
    /// A refusal with [`protocol::ErrorCode::NotFound`] or [`protocol::ErrorCode::Expired`] when the code is
    /// not, or no longer, an invite's; [`Error::Seal`] when what came with it is not the desk's key.
    pub async fn join(&self, code: &InviteCode, passphrase: &str) -> Result<Membership> {
        let code_sha256 = code.digest();
        let (state, request) = ClientRegistration::start(passphrase, &mut random::system())?;
        let start = JoinStart { code_sha256, request };
        let outgoing = Outgoing::post(format!("{API}/invites/start"), &start)?;
        let response = self.send_with_work(&outgoing).await?;
        let challenge: JoinChallenge = self.transport.read("the invite", response).await?;

        let response = challenge.response.clone();
        let registered =
            tokio::task::spawn_blocking(move || state.finish(&response, &mut random::system())).await??;
        let finish = keys(code_sha256, code, &challenge, &registered)?;
        let outgoing = Outgoing::post(format!("{API}/invites/finish"), &finish)?;
        self.send_with_work(&outgoing).await?;
        let JoinChallenge { login, name, role, desk, .. } = challenge;
        Ok(Membership { login, name, role, desk: desk.slug })
    }
}

/// Draws the new member's seed, locks it into the vault, and wraps the desk's key anew to it.
fn keys(
    code_sha256: Digest,
    code: &InviteCode,
    challenge: &JoinChallenge,
    registered: &Registered,
) -> Result<JoinFinish> {
    let mut rng = random::system();
    let seed = Seed::generate(&mut rng);
    let vault = seal::wrap(&seed, registered.export_key.vault_identity().recipient(), &mut rng)?;
    let member = Identity::from_seed(seed);
    let grant = match &challenge.grant {
        Some(grant) => {
            let desk = Identity::from_seed(seal::unwrap(grant.as_slice(), &code.identity())?);
            if desk.public() != challenge.desk.identity {
                return Err(Error::unexpected("the invite", "it holds another desk's key"));
            }
            Some(seal::wrap(desk.seed(), member.recipient(), &mut rng)?.into())
        }
        None => None,
    };
    Ok(JoinFinish {
        code_sha256,
        record: registered.upload.clone(),
        identity: member.public(),
        vault: vault.into(),
        grant,
    })
}
