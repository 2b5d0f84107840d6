//! Quarantine cannot be passed over HTTP, by nobody alone, and the ledger tells of each try.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::content::ReleaseReason;
use protocol::quarantine::{
    AskRelease, DeskReleases, HashList, HashLists, Hold, NAME_HEADER, Release, ReleaseState, Releases,
};
use protocol::staff::{ReportView, SessionStage};
use protocol::submission::{ItemBody, ItemUpload};
use protocol::{ErrorCode, Role};
use reqwest::Method;
use seal::{Identity, ItemId, ItemKind, Place, ReportId, seal_item};
use serde_json::json;
use server::clock::Clock as _;
use server::staff::PasskeyPolicy;
use store::acts::{ActFilter, Kind, Stamp};
use store::testing::{Pair, TestStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::instance::{Instance, Member, answers, rng, summary};

/// What stands for a picture: the first bytes of one, and a pattern.
const PATTERN: &[u8] = b"\x89PNG\r\n\x1a\n then nothing but a pattern";
const LIST: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// A report with a small media file, which would travel inline, and a chat.
struct Given {
    report: ReportId,
    media: ItemId,
    chat: ItemId,
}

impl Given {
    async fn on(instance: &Instance) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (_, mut new) = instance.client.new_report("bay").await.unwrap();
        for (name, content) in [("pattern.txt", PATTERN), ("chat.png", b"10:02 Sam: football on Saturday?")] {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            new.attach(&instance.client, &path, &|_, _| ()).await.unwrap();
        }
        let report = new.id();
        let sealed = new.finish(&instance.client, answers(), summary("Football"), false).await.unwrap();
        sealed.send(&instance.client).await.unwrap();
        let headers = instance.state.store.items().headers(report).await.unwrap();
        let of =
            |kind| headers.iter().find(|item| item.signed.header.kind == kind).unwrap().signed.header.item;
        // The content decides, and not the name.
        Self { report, media: of(ItemKind::Media), chat: of(ItemKind::File) }
    }

    fn item(&self, item: ItemId) -> String {
        format!("/api/v1/reports/{}/items/{item}", self.report)
    }

    fn releases(&self) -> String {
        format!("/api/v1/reports/{}/releases", self.report)
    }

    fn answer(&self, release: &Release, answer: &str) -> String {
        format!("{}/{}/{answer}", self.releases(), release.release)
    }

    fn asking(&self, by: &Member, desk: &Identity, items: Vec<ItemId>) -> AskRelease {
        let reason = ReleaseReason::new(items.clone(), "To see which pitch it is");
        let reason =
            sealed(self.report, ItemKind::Release, &serde_json::to_vec(&reason).unwrap(), desk, &by.identity);
        AskRelease { items, reason }
    }

    async fn ask(&self, instance: &Instance, by: &Member) -> Release {
        let asking = self.asking(by, &instance.bay.key, vec![self.media]);
        by.browser.post(&self.releases(), &asking).await.ok()
    }
}

fn sealed(report: ReportId, kind: ItemKind, content: &[u8], to: &Identity, author: &Identity) -> ItemUpload {
    let place = Place { report, item: ItemId::generate(&mut rng()), kind };
    let sealed = seal_item(place, None, content, to.recipient(), author, &mut rng()).unwrap();
    ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }
}

async fn member(instance: &Instance, role: Role) -> Member {
    instance.signed_in(&instance.bay, role, SessionStage::Full).await
}

/// How many entries of this kind the ledger has of a member.
async fn entries(instance: &Instance, member: &Member, kind: Kind) -> usize {
    let filter = ActFilter { member: Some(member.id), kinds: vec![kind], ..ActFilter::default() };
    instance.state.store.acts().list(&filter, 0, 1000).await.unwrap().len()
}

/// Asks for the bytes in every way there is. Answers the codes.
async fn fetch(given: &Given, by: &Member) -> Vec<u16> {
    let path = given.item(given.media);
    let mut codes = vec![by.browser.get(&path).await.status];
    for range in ["bytes=0-0", "bytes=5-", "bytes=-1", "bytes=999999999-", "bytes=0-1,3-4"] {
        codes.push(by.browser.send(Method::GET, &path, &[("range", range)], None).await.status);
    }
    codes.push(by.browser.send(Method::HEAD, &path, &[], None).await.status);
    codes
}

async fn every_way(pair: Pair) {
    let instance = Instance::on(TestStore::open(pair).await.unwrap(), PasskeyPolicy::Off).await;
    let given = Given::on(&instance).await;
    for role in Role::ALL {
        let alone = member(&instance, role).await;
        assert_eq!(fetch(&given, &alone).await, [403; 7], "{role}");
        if !role.reads_content() {
            continue;
        }
        assert_eq!(entries(&instance, &alone, Kind::ItemRefused).await, 7, "{role}: each try is on record");
        let refusal = alone.browser.get(&given.item(given.media)).await;
        assert_eq!(refusal.code(), ErrorCode::Quarantined);
        let view: ReportView = alone.browser.get(&format!("/api/v1/reports/{}", given.report)).await.ok();
        let inline =
            |item| view.items.iter().find(|view| view.signed.header.item == item).unwrap().body.is_some();
        assert!(inline(given.chat) && !inline(given.media), "{role}");
        assert_eq!(
            (view.held.len(), view.held[0].item, view.held[0].hold),
            (1, given.media, Hold::Quarantined)
        );

        // Alone, whoever may ask cannot approve it either.
        let asked = alone
            .browser
            .post(&given.releases(), &given.asking(&alone, &instance.bay.key, vec![given.media]))
            .await;
        if !role.asks_for_releases() {
            assert_eq!(asked.code(), ErrorCode::NotAllowed);
            continue;
        }
        let release: Release = asked.ok();
        assert_eq!(release.state, ReleaseState::Waiting);
        let own = alone.browser.post(&given.answer(&release, "approval"), &json!({})).await;
        assert_eq!(own.code(), ErrorCode::NotAllowed, "{role}");
        assert_eq!(entries(&instance, &alone, Kind::ReleaseDenied).await, 1, "{role}");
        assert_eq!(fetch(&given, &alone).await, [403; 7], "{role}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_role_alone_gets_media_in_any_way_embedded() {
    every_way(Pair::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_role_alone_gets_media_in_any_way_networked() {
    every_way(Pair::Networked).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_approve_does_and_only_the_asker_is_given_it() {
    let instance = Instance::embedded().await;
    let given = Given::on(&instance).await;
    let asker = member(&instance, Role::Intake).await;
    for role in Role::ALL {
        let release = given.ask(&instance, &asker).await;
        let colleague = member(&instance, role).await;
        let answer = colleague.browser.post(&given.answer(&release, "approval"), &json!({})).await;
        if !role.answers_releases() {
            assert_eq!(answer.code(), ErrorCode::NotAllowed, "{role}");
            let on_record = usize::from(role.reads_content());
            assert_eq!(entries(&instance, &colleague, Kind::ReleaseDenied).await, on_record, "{role}");
            assert_eq!(fetch(&given, &asker).await, [403; 7], "{role}");
            continue;
        }
        let approved: Release = answer.ok();
        assert_eq!((approved.state, approved.answered_by), (ReleaseState::Approved, Some(colleague.id)));
        assert_eq!(entries(&instance, &colleague, Kind::ReleaseApproved).await, 1);
        assert_eq!(fetch(&given, &asker).await, [200, 206, 206, 206, 416, 200, 200], "{role}");
        assert_eq!(fetch(&given, &colleague).await, [403; 7], "approving serves the asker alone");
        let view: ReportView = asker.browser.get(&format!("/api/v1/reports/{}", given.report)).await.ok();
        assert_eq!((view.held[0].hold, view.held[0].until), (Hold::Released, approved.expires_at));
        let inline = view.items.iter().find(|item| item.signed.header.item == given.media).unwrap();
        assert!(inline.body.is_none(), "released or not, it never travels inline");
        // Its reason travels along, sealed to the desk.
        let reason = view.items.iter().find(|item| item.signed.header.item == release.release).unwrap();
        let opened =
            seal::open_item(&reason.signed, reason.body.as_ref().unwrap().as_slice(), &instance.bay.key);
        let reason: ReleaseReason = serde_json::from_slice(&opened.unwrap().content).unwrap();
        assert_eq!(reason.items, [given.media]);

        let refused: Release =
            colleague.browser.post(&given.answer(&release, "refusal"), &json!({})).await.ok();
        assert_eq!(refused.state, ReleaseState::Refused);
        assert_eq!(fetch(&given, &asker).await, [403; 7], "taken back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sessions_of_one_person_are_one_person() {
    let instance = Instance::embedded().await;
    let given = Given::on(&instance).await;
    let first = member(&instance, Role::Supervisor).await;
    let release = given.ask(&instance, &first).await;
    let token = [42; 32];
    let now = instance.clock.now();
    let session = store::sessions::Session {
        token_sha256: seal::Digest::of(token),
        member: first.id,
        stage: SessionStage::Full,
        created_at: now,
        seen_at: now,
        expires_at: now + 3600,
    };
    instance.state.store.sessions().create(session).await.unwrap();
    let mut second = instance.browser();
    second.cookie = Some(format!("__Host-safehand={}", URL_SAFE_NO_PAD.encode(token)));
    let answer = second.post(&given.answer(&release, "approval"), &json!({})).await;
    assert_eq!(answer.code(), ErrorCode::NotAllowed);
    assert_eq!(entries(&instance, &first, Kind::ReleaseDenied).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_and_people_end_what_they_should() {
    let instance = Instance::embedded().await;
    let given = Given::on(&instance).await;
    let (asker, approver) =
        (member(&instance, Role::Investigator).await, member(&instance, Role::Supervisor).await);
    let approve =
        async |release: &Release| approver.browser.post(&given.answer(release, "approval"), &json!({})).await;
    // The sessions of the tests idle out in fifteen minutes; they are kept alive.
    let pass = async |hours: i64| {
        for _ in 0..hours * 6 {
            instance.clock.advance(600);
            for member in [&asker, &approver] {
                assert_eq!(member.browser.post("/api/v1/session/alive", &json!({})).await.status, 204);
            }
        }
    };
    let release = given.ask(&instance, &asker).await;
    assert_eq!(approve(&release).await.status, 200);
    pass(7).await;
    assert_eq!(asker.browser.get(&given.item(given.media)).await.status, 200);
    pass(1).await;
    assert_eq!(fetch(&given, &asker).await, [403; 7], "eight hours are over");
    let all: Releases = asker.browser.get(&given.releases()).await.ok();
    assert_eq!(all.releases[0].state, ReleaseState::Expired);
    assert_eq!(approve(&release).await.code(), ErrorCode::Conflict, "a stale approval cannot be used again");

    // A request that nobody answered in time: made by the store, since a session does not last a day.
    let now = instance.clock.now();
    let asking = given.asking(&asker, &instance.bay.key, vec![given.media]);
    let new = store::quarantine::NewRelease {
        report: given.report,
        items: asking.items,
        reason: asking.reason,
        stale_at: now,
    };
    let stale =
        instance.state.store.quarantine().ask(new, Stamp::member(asker.id, now - 86_400)).await.unwrap();
    assert_eq!(approve(&stale).await.code(), ErrorCode::Expired);
    assert_eq!(entries(&instance, &approver, Kind::ReleaseDenied).await, 2);

    let release = given.ask(&instance, &asker).await;
    instance.state.store.members().revoke(approver.id, Stamp::system(now)).await.unwrap();
    assert_eq!(approve(&release).await.code(), ErrorCode::NotSignedIn);
    let next = member(&instance, Role::Investigator).await;
    let answer = next.browser.post(&given.answer(&release, "approval"), &json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(asker.browser.get(&given.item(given.media)).await.status, 200);
    instance.state.store.members().revoke(next.id, Stamp::system(now)).await.unwrap();
    assert_eq!(fetch(&given, &asker).await, [403; 7], "approved by a member who has left since");

    let cove = instance.desk("cove").await;
    let foreign = instance.signed_in(&cove, Role::Supervisor, SessionStage::Full).await;
    let release = given.ask(&instance, &asker).await;
    let answer = foreign.browser.post(&given.answer(&release, "approval"), &json!({})).await;
    assert_eq!(answer.code(), ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_client_gains_nothing() {
    let instance = Instance::embedded().await;
    let given = Given::on(&instance).await;
    let (asker, other) =
        (member(&instance, Role::Investigator).await, member(&instance, Role::Supervisor).await);
    let desk = &instance.bay.key;
    let refused = async |asking: AskRelease| {
        let refusal = asker.browser.post(&given.releases(), &asking).await.refusal();
        (refusal.code, refusal.field.unwrap_or_default())
    };
    let good = || given.asking(&asker, desk, vec![given.media]);
    // In somebody else's name, as another kind, for what is not there, not in quarantine, or nothing.
    let foreign = given.asking(&other, desk, vec![given.media]);
    assert_eq!(refused(foreign).await, (ErrorCode::Mismatch, "items[0].signed.author".to_owned()));
    let mut renamed = good();
    renamed.reason.signed.header.kind = ItemKind::Note;
    assert_eq!(refused(renamed).await, (ErrorCode::Invalid, "items[0].signed.kind".to_owned()));
    let twice = given.asking(&asker, desk, vec![given.media, given.media]);
    assert_eq!(refused(twice).await, (ErrorCode::Invalid, "items".to_owned()));
    assert_eq!(
        refused(given.asking(&asker, desk, Vec::new())).await,
        (ErrorCode::Invalid, "items".to_owned())
    );
    let chat = given.asking(&asker, desk, vec![given.chat]);
    assert_eq!(refused(chat).await, (ErrorCode::Invalid, "items".to_owned()));
    let nothing = given.asking(&asker, desk, vec![ItemId::generate(&mut rng())]);
    assert_eq!(refused(nothing).await.0, ErrorCode::NotFound);

    // A member hands over no media, nor reasons outside of a release; a known item does not come again as another kind.
    let items = format!("/api/v1/reports/{}/items", given.report);
    for kind in [ItemKind::Media, ItemKind::Release] {
        let item = sealed(given.report, kind, PATTERN, desk, &asker.identity);
        assert_eq!(asker.browser.post(&items, &json!({ "items": [item] })).await.code(), ErrorCode::Invalid);
    }
    let mut known = sealed(given.report, ItemKind::Note, PATTERN, desk, &asker.identity);
    known.signed.header.item = given.media;
    let answer = asker.browser.post(&items, &json!({ "items": [known] })).await;
    assert_eq!(answer.code(), ErrorCode::Mismatch, "the signature names the item");
    assert_eq!(fetch(&given, &asker).await, [403; 7]);

    // A plain file that was found to be media is held back from then on; there is no way to take it out.
    assert_eq!(asker.browser.get(&given.item(given.chat)).await.status, 200);
    let enter = format!("{}/quarantine", given.item(given.chat));
    for _ in 0..2 {
        assert_eq!(asker.browser.post(&enter, &json!({})).await.status, 204);
    }
    assert_eq!(entries(&instance, &asker, Kind::ItemQuarantined).await, 1);
    assert_eq!(asker.browser.get(&given.item(given.chat)).await.code(), ErrorCode::Quarantined);
    assert!(asker.browser.delete(&enter).await.status >= 400);
}

/// How a list is answered whose length is announced and of which nothing is sent.
async fn announced(instance: &Instance, by: &Member, path: &str, name: &str, length: u64) -> String {
    let host = instance.origin.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&host).await.unwrap();
    let (cookie, origin) = (by.browser.cookie.as_deref().unwrap(), &instance.origin);
    let request = format!(
        "PUT {path} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\ncookie: {cookie}\r\n{NAME_HEADER}: {name}\r\n\
         content-length: {length}\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hit_locks_the_item_and_a_supervisor_sees_it() {
    let instance = Instance::embedded().await;
    let given = Given::on(&instance).await;
    let (asker, head) =
        (member(&instance, Role::Investigator).await, member(&instance, Role::Supervisor).await);
    let to = std::slice::from_ref(instance.bay.key.recipient());
    let name = URL_SAFE_NO_PAD.encode(seal::age::encrypt(to, b"Patterns, March", &mut rng()).unwrap());
    let list = seal::age::encrypt(to, &vec![7; 300_000], &mut rng()).unwrap();
    let path = format!("/api/v1/desks/bay/hash-lists/{LIST}");
    let put = async |by: &Member, name: &str, body: &[u8]| by.browser.put_bytes(&path, name, body).await;

    assert_eq!(put(&asker, &name, &list).await.code(), ErrorCode::NotAllowed);
    assert_eq!(put(&head, "", &list).await.refusal().field.as_deref(), Some(NAME_HEADER));
    assert_eq!(
        put(&head, &name, b"plain text that is no age file").await.refusal().field.as_deref(),
        Some("body")
    );
    assert_eq!(announced(&instance, &head, &path, &name, (64 << 20) + 1).await, "HTTP/1.1 413");
    let kept: HashList = put(&head, &name, &list).await.ok();
    assert_eq!((kept.size, kept.sha256), (list.len() as u64, seal::Digest::of(&list)));
    assert_eq!(entries(&instance, &head, Kind::HashListChanged).await, 1);
    let lists: HashLists = asker.browser.get("/api/v1/desks/bay/hash-lists").await.ok();
    assert_eq!(lists.lists, [kept]);
    assert_eq!(asker.browser.get(&path).await.body, list);
    let part = asker.browser.send(Method::GET, &path, &[("range", "bytes=10-19")], None).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &list[10..20]));
    assert_eq!(entries(&instance, &asker, Kind::HashListConsulted).await, 2);

    let release = given.ask(&instance, &asker).await;
    head.browser.post(&given.answer(&release, "approval"), &json!({})).await.ok::<Release>();
    let lock = format!("{}/lock", given.item(given.media));
    let unknown = json!({ "list": given.report, "hash": "pdq" });
    assert_eq!(asker.browser.post(&lock, &unknown).await.code(), ErrorCode::NotFound);
    assert_eq!(asker.browser.post(&lock, &json!({ "list": LIST, "hash": "pdq" })).await.status, 204);
    for who in [&asker, &head] {
        assert_eq!(who.browser.get(&given.item(given.media)).await.code(), ErrorCode::Locked);
        assert_eq!(fetch(&given, who).await, [403; 7]);
        let view: ReportView = who.browser.get(&format!("/api/v1/reports/{}", given.report)).await.ok();
        assert_eq!(view.held[0].hold, Hold::Locked);
    }
    let again = given.asking(&asker, &instance.bay.key, vec![given.media]);
    assert_eq!(asker.browser.post(&given.releases(), &again).await.code(), ErrorCode::Locked);
    let of = async |by: &Member| -> DeskReleases { by.browser.get("/api/v1/desks/bay/releases").await.ok() };
    let alert = of(&head).await;
    assert_eq!((alert.locked.len(), alert.locked[0].item, alert.locked[0].by), (1, given.media, asker.id));
    assert!(of(&asker).await.locked.is_empty());

    assert_eq!(head.browser.delete(&path).await.status, 204);
    assert_eq!(head.browser.delete(&path).await.code(), ErrorCode::NotFound);
    assert_eq!(asker.browser.get(&given.item(given.media)).await.code(), ErrorCode::Locked, "it stays");
}
