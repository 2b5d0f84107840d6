use protocol::opaque::{ClientLogin, ClientRegistration, ExportKey, Record, Registered, ServerKeys};
use protocol::public::{DeskKind, DeskPublic};
use protocol::staff::{JoinChallenge, JoinFinish, MemberView, Session, SessionStage};
use protocol::{Bytes, InviteCode, MemberId, Role};
use seal::rand_core::UnwrapErr;
use seal::{Identity, PublicIdentity};

use super::{Keyring, join, roles_to_offer};
use crate::Error;

const LOGIN: &str = "r.example";
const PASSPHRASE: &str = "four geese cross the yard";

fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

fn desk_view(desk: &Identity) -> DeskPublic {
    DeskPublic {
        slug: "north".to_owned(),
        name: "North".to_owned(),
        kind: DeskKind::Police,
        identity: desk.public(),
        accepts_files: true,
        max_file_bytes: 1,
    }
}

fn member_view(identity: PublicIdentity, role: Role) -> MemberView {
    MemberView {
        id: MemberId::from_bytes([2; 16]),
        login: LOGIN.to_owned(),
        name: "Robin Example".to_owned(),
        role,
        active: true,
        identity,
        has_passkey: false,
    }
}

fn register(keys: &ServerKeys) -> Registered {
    let (client, request) = ClientRegistration::start(PASSPHRASE, &mut rng()).unwrap();
    client.finish(&keys.answer_registration(&request, LOGIN).unwrap(), &mut rng()).unwrap()
}

fn sign_in(keys: &ServerKeys, record: &Bytes) -> ExportKey {
    let record = Record::from_upload(record).unwrap();
    let (client, request) = ClientLogin::start(PASSPHRASE, &mut rng()).unwrap();
    let answer = keys.answer_login(&request, LOGIN, Some(&record), &mut rng()).unwrap();
    client.finish(&answer.response, &mut rng()).unwrap().export_key
}

/// What the server would hand over after `joined` and a sign-in.
fn session(desk: &Identity, joined: &JoinFinish, role: Role) -> Session {
    Session {
        member: member_view(joined.identity.clone(), role),
        desk: desk_view(desk),
        stage: SessionStage::Full,
        vault: Some(joined.vault.clone()),
        grant: joined.grant.clone(),
        idle_seconds: 900,
        expires: 0,
    }
}

fn challenge(desk: &Identity, grant: Option<Bytes>, role: Role) -> JoinChallenge {
    JoinChallenge {
        response: Bytes::default(),
        login: LOGIN.to_owned(),
        name: "Robin Example".to_owned(),
        role,
        desk: desk_view(desk),
        grant,
    }
}

/// A supervisor invites somebody, who joins. Returns the desk, the code and what went to the server.
fn joined(keys: &ServerKeys, role: Role) -> (Identity, InviteCode, JoinFinish) {
    let desk = Identity::generate(&mut rng());
    let supervisor = Keyring { member: Identity::generate(&mut rng()), desk: Some(copy(&desk)) };
    let (code, invite) = supervisor.invite(LOGIN.to_owned(), "Robin".to_owned(), role, &mut rng()).unwrap();
    assert_eq!(invite.code_sha256, code.digest());
    let challenge = challenge(&desk, invite.grant, role);
    let finish = join(&challenge, &code, &register(keys), &mut rng()).unwrap();
    (desk, code, finish)
}

fn copy(identity: &Identity) -> Identity {
    Identity::from_seed(seal::Seed::from_bytes(*identity.seed().expose()))
}

#[test]
fn who_is_invited_joins_signs_in_and_holds_the_desks_key() {
    let keys = ServerKeys::from_seed(&[1; 32]).unwrap();
    let (desk, _, finish) = joined(&keys, Role::Investigator);
    let export_key = sign_in(&keys, &finish.record);
    let ring = Keyring::open(&session(&desk, &finish, Role::Investigator), &export_key).unwrap();
    assert_eq!(ring.desk().unwrap().public(), desk.public());
    assert_eq!(ring.member().public(), finish.identity);
    assert_eq!(format!("{ring:?}"), "Keyring(…)");
}

#[test]
fn a_role_without_content_holds_no_desk_key_and_cannot_pass_one_on() {
    let keys = ServerKeys::from_seed(&[2; 32]).unwrap();
    let (desk, _, finish) = joined(&keys, Role::Administrator);
    let session = session(&desk, &finish, Role::Administrator);
    assert!(finish.grant.is_none());
    let ring = Keyring::open(&session, &sign_in(&keys, &finish.record)).unwrap();
    assert!(matches!(ring.desk(), Err(Error::NoDeskKey)));
    let refused = ring.invite(String::new(), String::new(), Role::Intake, &mut rng());
    assert!(matches!(refused, Err(Error::NoDeskKey)));
    assert_eq!(roles_to_offer(&session.member), [Role::Auditor, Role::Administrator, Role::Custodian]);
}

#[test]
fn every_wrong_key_is_named() {
    let keys = ServerKeys::from_seed(&[3; 32]).unwrap();
    let (desk, code, finish) = joined(&keys, Role::Intake);
    let (other_desk, _, other) = joined(&keys, Role::Intake);
    let export_key = sign_in(&keys, &finish.record);
    let open = |session: &Session| Keyring::open(session, &export_key).unwrap_err();

    let good = session(&desk, &finish, Role::Intake);
    assert!(matches!(open(&Session { vault: None, ..good.clone() }), Error::VaultMissing));
    assert!(matches!(open(&Session { vault: Some(other.vault), ..good.clone() }), Error::Vault(_)));
    assert!(matches!(open(&Session { grant: other.grant.clone(), ..good.clone() }), Error::Grant(_)));
    let member = member_view(other.identity, Role::Intake);
    assert!(matches!(open(&Session { member, ..good.clone() }), Error::VaultOfAnother));
    let elsewhere = Session { desk: desk_view(&other_desk), ..good };
    assert!(matches!(open(&elsewhere), Error::GrantOfAnother));

    let registered = register(&keys);
    let wrong = challenge(&desk, other.grant, Role::Intake);
    assert!(matches!(join(&wrong, &code, &registered, &mut rng()), Err(Error::Invite(_))));
}
