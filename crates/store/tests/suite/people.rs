//! Desks, members, invites, grants, sessions and passkeys.

use protocol::staff::SessionStage;
use protocol::{MemberId, Role};
use seal::Digest;
use serde_json::json;
use store::acts::{ActFilter, Actor, Kind, Stamp};
use store::members::{Invite, Post};
use store::sessions::{Passkey, Session};
use store::{Error, Store};

use crate::given::{DESK, NOW, desk, member, new_member};

fn invite(code: &str, login: &str, role: Role) -> Invite {
    Invite {
        code_sha256: Digest::of(code),
        post: Post { desk: DESK.to_owned(), login: login.to_owned(), name: "Sam".to_owned(), role },
        wrap: role.reads_content().then(|| b"wrap to the code".to_vec().into()),
        expires_at: NOW + 100,
    }
}

fn session(token: &str, member: MemberId) -> Session {
    Session {
        token_sha256: Digest::of(token),
        member,
        stage: SessionStage::PasskeyOwed,
        created_at: NOW,
        seen_at: NOW,
        expires_at: NOW + 1000,
    }
}

async fn kinds(store: &Store, member: MemberId) -> Vec<Kind> {
    let filter = ActFilter { member: Some(member), ..ActFilter::default() };
    store.acts().list(&filter, 0, 100).await.unwrap().iter().map(|act| act.kind).collect()
}

store::on_both_pairs! {
    async fn a_desk_is_made_once(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        desk(store, "east").await;
        let made = store.desks().by_slug("north").await.unwrap().unwrap();
        assert_eq!(made.name, "north desk");
        assert!(store.desks().by_slug("west").await.unwrap().is_none());
        let again = store.desks().create(made.clone(), Stamp::system(NOW)).await;
        assert!(matches!(again, Err(Error::Exists("desk"))));
        let slugs: Vec<_> = store.desks().list().await.unwrap().into_iter().map(|desk| desk.slug).collect();
        assert_eq!(slugs, ["east", "north"]);
    }

    async fn a_member_is_found_by_login_and_id(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Supervisor).await;
        let found = store.members().by_login("sam").await.unwrap().unwrap();
        assert_eq!(store.members().by_id(sam).await.unwrap().unwrap(), found);
        assert_eq!((found.id, found.role, found.active, found.has_passkey), (sam, Role::Supervisor, true, false));
        assert_eq!(found.opaque_record.0, b"record of sam");
        assert_eq!(store.grants().get(DESK, sam).await.unwrap().unwrap().0, b"wrap to sam");
        let post = Post { desk: DESK.into(), login: "sam".into(), name: "Other".into(), role: Role::Auditor };
        let taken = store.members().create(post, new_member("other", Role::Auditor), Stamp::system(NOW)).await;
        assert!(matches!(taken, Err(Error::Exists("sign-in name"))));
        assert_eq!(store.members().list(DESK).await.unwrap(), [found]);
    }

    async fn an_invite_is_redeemed_exactly_once(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let boss = member(store, "boss", Role::Supervisor).await;
        store.invites().create(invite("code", "sam", Role::Intake), Stamp::member(boss, NOW)).await.unwrap();
        assert_eq!(store.invites().peek(Digest::of("code"), NOW).await.unwrap(), invite("code", "sam", Role::Intake));
        let aside = store.invites().create(invite("other", "sam", Role::Intake), Stamp::member(boss, NOW)).await;
        assert!(matches!(aside, Err(Error::Exists("sign-in name"))));

        let mut tasks = Vec::new();
        for number in 0..8 {
            let store = store.clone();
            let member = new_member(&format!("sam {number}"), Role::Intake);
            tasks.push(tokio::spawn(async move { store.invites().redeem(Digest::of("code"), member, NOW + 1).await }));
        }
        let mut joined = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(post) => {
                    assert_eq!(post, invite("code", "sam", Role::Intake).post);
                    joined += 1;
                }
                Err(error) => assert!(matches!(error, Error::InviteSpent), "{error}"),
            }
        }
        assert_eq!(joined, 1);
        assert!(matches!(store.invites().peek(Digest::of("code"), NOW).await, Err(Error::InviteSpent)));
        let sam = store.members().by_login("sam").await.unwrap().unwrap();
        assert!(store.grants().get(DESK, sam.id).await.unwrap().is_some());
        assert_eq!(kinds(store, sam.id).await, [Kind::MemberChanged, Kind::GrantAdded]);
    }

    async fn an_invite_expires(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        store.invites().create(invite("code", "sam", Role::Auditor), Stamp::system(NOW)).await.unwrap();
        assert!(matches!(store.invites().peek(Digest::of("code"), NOW + 100).await, Err(Error::InviteSpent)));
        let late = store.invites().redeem(Digest::of("code"), new_member("sam", Role::Auditor), NOW + 100).await;
        assert!(matches!(late, Err(Error::InviteSpent)));
        assert!(store.members().by_login("sam").await.unwrap().is_none());
        store.invites().create(invite("new code", "sam", Role::Auditor), Stamp::system(NOW + 100)).await.unwrap();
        assert_eq!(store.sweep(NOW + 100).await.unwrap().invites, 2);
    }

    async fn a_revoked_member_is_out_at_once(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let boss = member(store, "boss", Role::Supervisor).await;
        store.sessions().create(session("token", sam)).await.unwrap();
        assert!(store.members().revoke(sam, Stamp::member(boss, NOW)).await.unwrap());
        assert!(!store.members().revoke(sam, Stamp::member(boss, NOW)).await.unwrap());
        assert!(store.sessions().touch(Digest::of("token"), NOW, 600).await.unwrap().is_none());
        assert!(store.grants().get(DESK, sam).await.unwrap().is_none());
        assert!(!store.members().by_id(sam).await.unwrap().unwrap().active);
        assert!(matches!(store.sessions().create(session("new", sam)).await, Err(Error::NotFound("member"))));
        let role = store.members().set_role(sam, Role::Supervisor, Stamp::member(boss, NOW)).await;
        assert!(matches!(role, Err(Error::NotFound("member"))));
        assert_eq!(
            kinds(store, boss).await,
            [Kind::SessionEnded, Kind::GrantRemoved, Kind::MemberChanged],
            "what the supervisor did, and only once"
        );
    }

    async fn a_role_without_content_has_no_wrap(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        store.members().set_role(sam, Role::Investigator, Stamp::system(NOW)).await.unwrap();
        assert!(store.grants().get(DESK, sam).await.unwrap().is_some());
        store.members().set_role(sam, Role::Auditor, Stamp::system(NOW)).await.unwrap();
        assert!(store.grants().get(DESK, sam).await.unwrap().is_none());
        assert_eq!(store.members().by_id(sam).await.unwrap().unwrap().role, Role::Auditor);
        store.grants().add(DESK, sam, b"anew".to_vec().into(), Stamp::system(NOW)).await.unwrap();
        assert_eq!(store.grants().get(DESK, sam).await.unwrap().unwrap().0, b"anew");
        assert!(store.grants().remove(DESK, sam, Stamp::system(NOW)).await.unwrap());
        assert!(!store.grants().remove(DESK, sam, Stamp::system(NOW)).await.unwrap());
    }

    async fn a_session_ends_by_time_idling_or_choice(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        for token in ["idle", "old", "left"] {
            store.sessions().create(session(token, sam)).await.unwrap();
        }
        let touch = |token: &'static str, at| async move {
            store.sessions().touch(Digest::of(token), at, 100).await.unwrap().map(|session| session.seen_at)
        };
        assert_eq!(touch("old", NOW + 10).await, Some(NOW), "not worth a write");
        for at in (NOW + 90..NOW + 1000).step_by(90) {
            assert_eq!(touch("old", at).await, Some(at));
        }
        assert_eq!(touch("old", NOW + 1000).await, None);
        assert_eq!(touch("idle", NOW + 100).await, None);
        assert!(store.sessions().delete(Digest::of("left"), NOW + 20).await.unwrap());
        assert!(!store.sessions().delete(Digest::of("left"), NOW + 20).await.unwrap());
        assert_eq!(touch("left", NOW + 20).await, None);
        assert_eq!(store.sweep(NOW + 1000).await.unwrap().sessions, 2);
        assert_eq!(store.sessions().delete_for_member(sam, Stamp::system(NOW)).await.unwrap(), 0);
    }

    async fn a_promoted_session_has_a_new_token(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        store.sessions().create(session("half", sam)).await.unwrap();
        let promote = || async {
            let (half, full) = (Digest::of("half"), Digest::of("full"));
            store.sessions().promote(half, full, SessionStage::Full, NOW + 1).await
        };
        assert!(promote().await.unwrap());
        assert!(!promote().await.unwrap());
        assert!(store.sessions().touch(Digest::of("half"), NOW + 2, 100).await.unwrap().is_none());
        let full = store.sessions().touch(Digest::of("full"), NOW + 2, 100).await.unwrap().unwrap();
        assert_eq!((full.member, full.stage), (sam, SessionStage::Full));
    }

    async fn a_passkey_is_kept_with_its_counter(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let passkey = Passkey {
            credential: b"credential".to_vec().into(),
            member: sam,
            label: "the blue one".to_owned(),
            record: r#"{"counter":0}"#.to_owned(),
            vault: None,
            created_at: NOW,
            used_at: None,
        };
        store.passkeys().add(passkey.clone(), Stamp::member(sam, NOW)).await.unwrap();
        let again = store.passkeys().add(passkey.clone(), Stamp::member(sam, NOW)).await;
        assert!(matches!(again, Err(Error::Exists("passkey"))));
        let record = r#"{"counter":1}"#.to_owned();
        store.passkeys().used(passkey.credential.clone(), record.clone(), NOW + 5).await.unwrap();
        let kept = Passkey { record, used_at: Some(NOW + 5), ..passkey };
        assert_eq!(store.passkeys().list(sam).await.unwrap(), [kept]);
        assert!(store.members().by_id(sam).await.unwrap().unwrap().has_passkey);
        let unknown = store.passkeys().used(b"other".to_vec().into(), String::new(), NOW).await;
        assert!(matches!(unknown, Err(Error::NotFound("passkey"))));
    }

    async fn acts_can_be_searched_and_never_changed(test: TestStore) {
        let store = &test.store;
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let boss = member(store, "boss", Role::Supervisor).await;
        store.members().set_role(sam, Role::Investigator, Stamp::member(boss, NOW + 50)).await.unwrap();
        let list = |filter: ActFilter| async move { store.acts().list(&filter, 0, 100).await.unwrap() };
        let all = list(ActFilter::default()).await;
        assert!(all.is_sorted_by_key(|act| act.seq));
        let late = list(ActFilter { since: Some(NOW + 1), ..ActFilter::default() }).await;
        assert_eq!(late.len(), 1);
        assert_eq!((late[0].actor, late[0].kind), (Actor::Member(boss), Kind::MemberChanged));
        assert_eq!(late[0].detail, Some(json!({ "desk": DESK, "member": sam, "role": "investigator" })));
        assert_eq!(list(ActFilter { until: Some(NOW + 1), ..ActFilter::default() }).await.len(), all.len() - 1);
        let page = store.acts().list(&ActFilter::default(), all[1].seq, 2).await.unwrap();
        assert_eq!(page, all[2..4]);
    }
}
