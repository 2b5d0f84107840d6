use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use ledger::Kind;
use protocol::public::DeskKind;
use protocol::staff::SessionStage;
use protocol::submission::{ItemBody, ItemUpload, ReporterKey, Submission};
use protocol::{Bytes, MemberId, Role};
use seal::{Digest, Identity, ItemId, ItemKind, LookupHash, Place, ReportId, seal_item};
use store::acts::{ActFilter, Stamp};
use store::faults::{Break, Point};
use store::members::{NewMember, Post};
use store::reports::NewReport;
use store::sessions::Session;
use store::testing::TestStore;
use tower::ServiceExt as _;

use super::ceremony::{DeskPlan, create_desk};
use super::random;
use crate::clock::{Clock as _, ManualClock};
use crate::state::AppState;
use crate::{Config, router};

const MEMBER: [u8; 16] = [1; 16];
const TOKEN: [u8; 32] = [2; 32];

/// The service over the test's own store, whose durable writes can be broken.
async fn service(test: &TestStore, clock: &ManualClock) -> Router {
    let mut config = Config { store: test.config.clone(), ..Config::default() };
    config.server.key_file = test.folder().join("instance.key");
    let state = AppState::open(config, Arc::new(clock.clone())).await.unwrap();
    router::router(AppState { store: test.store.clone(), ..state })
}

async fn desk_with_a_member(test: &TestStore, now: i64) -> Identity {
    let plan = DeskPlan {
        slug: "bay".into(),
        name: "Bay".into(),
        kind: DeskKind::Police,
        threshold: 2,
        custodians: 3,
    };
    let desk = create_desk(&test.store, plan, now).await.unwrap();
    let post = Post { desk: "bay".into(), login: "ada".into(), name: "Ada".into(), role: Role::Intake };
    let identity = desk.key.public();
    let nothing = Bytes(vec![0]);
    let member = NewMember {
        id: MemberId::from_bytes(MEMBER),
        opaque_record: nothing.clone(),
        vault: nothing.clone(),
        identity,
        grant: Some(nothing),
    };
    test.store.members().create(post, member, Stamp::system(now)).await.unwrap();
    let session = Session {
        token_sha256: Digest::of(TOKEN),
        member: MemberId::from_bytes(MEMBER),
        stage: SessionStage::Full,
        created_at: now,
        seen_at: now,
        expires_at: now + 600,
    };
    test.store.sessions().create(session).await.unwrap();
    desk.key
}

async fn report(test: &TestStore, desk: &Identity, now: i64) -> (ReportId, ItemId) {
    let mut rng = random::system();
    let (key, reporter) = (Identity::generate(&mut rng), Identity::generate(&mut rng));
    let report = ReportId::generate(&mut rng);
    let mut seal = |kind| {
        let place = Place { report, item: ItemId::generate(&mut rng), kind };
        let sealed = seal_item(place, None, b"{}", key.recipient(), &reporter, &mut rng).unwrap();
        ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }
    };
    let items = vec![seal(ItemKind::Answers), seal(ItemKind::Summary)];
    let item = items[0].signed.header.item;
    let wrap: Bytes = seal::wrap(key.seed(), desk.recipient(), &mut random::system()).unwrap().into();
    let lookup = LookupHash::from_bytes([3; 32]);
    let reporter = ReporterKey { lookup, verifying_key: reporter.verifying_key(), wrap: wrap.clone() };
    let submission = Submission { report, urgent: false, desk_wrap: wrap, reporter, items };
    let digest = Digest::of(report.as_bytes());
    let new = NewReport { desk: "bay".into(), submission, digest, received_at: now };
    test.store.reports().submit(new).await.unwrap();
    (report, item)
}

async fn answer(service: &Router, path: &str) -> Response<Body> {
    let cookie = format!("__Host-safehand={}", URL_SAFE_NO_PAD.encode(TOKEN));
    let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
    service.clone().oneshot(request).await.unwrap()
}

async fn get(service: &Router, path: &str) -> StatusCode {
    answer(service, path).await.status()
}

store::on_both_pairs! {
    async fn no_sealed_byte_leaves_before_its_reading_is_on_record(test: TestStore) {
        let clock = ManualClock::at(1_800_000_000);
        let service = service(&test, &clock).await;
        let desk = desk_with_a_member(&test, clock.now()).await;
        let (report, item) = report(&test, &desk, clock.now()).await;
        let read = vec![Kind::ItemConsulted, Kind::QueueConsulted];
        let filter = ActFilter { member: Some(MemberId::from_bytes(MEMBER)), kinds: read, ..ActFilter::default() };
        // As long as nothing comes into the published log, nothing leaves.
        let mut impatient = test.clone();
        impatient.store = test.store.clone().with_patience(Duration::from_millis(100));
        let hurried = self::service(&impatient, &clock).await;
        for path in
            ["/api/v1/desks/bay/queue".to_owned(), format!("/api/v1/reports/{report}/items/{item}")]
        {
            assert_eq!(get(&hurried, &path).await, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        }
        test.sequence().unwrap();
        let on_record = async || test.store.acts().list(&filter, 0, 100).await.unwrap().len();

        for (path, acts) in [
            ("/api/v1/desks/bay/queue".to_owned(), 1),
            (format!("/api/v1/reports/{report}"), 2),
            (format!("/api/v1/reports/{report}/items/{item}"), 1),
        ] {
            let before = on_record().await;
            test.faults.arm(Point::Commit, 0, Break::Before);
            assert_eq!(get(&service, &path).await, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(!test.faults.disarm(), "the record of {path} was not what broke");
            assert_eq!(on_record().await, before);

            assert_eq!(get(&service, &path).await, StatusCode::OK);
            assert_eq!(on_record().await, before + acts, "{path}");
        }
    }

    async fn no_entry_of_the_ledger_leaves_before_its_reading_is_on_record(test: TestStore) {
        let clock = ManualClock::at(1_800_000_000);
        let service = service(&test, &clock).await;
        let desk = desk_with_a_member(&test, clock.now()).await;
        let (report, _) = report(&test, &desk, clock.now()).await;
        let member = MemberId::from_bytes(MEMBER);
        let filter =
            ActFilter { member: Some(member), kinds: vec![Kind::LedgerConsulted], ..ActFilter::default() };
        let on_record = async || test.store.acts().list(&filter, 0, 100).await.unwrap().len();
        let ledger = "/api/v1/desks/bay/ledger";
        let as_auditor = [ledger.to_owned(), format!("{ledger}.csv"), format!("{ledger}/counts")];
        for (number, path) in [format!("/api/v1/reports/{report}/history")].iter().chain(&as_auditor).enumerate() {
            if number == 1 {
                let stamp = Stamp::system(clock.now());
                test.store.members().set_role(member, Role::Auditor, stamp).await.unwrap();
            }
            test.faults.arm(Point::Commit, 0, Break::Before);
            assert_eq!(get(&service, path).await, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(!test.faults.disarm(), "the record of {path} was not what broke");
            assert_eq!(on_record().await, number);
            assert_eq!(get(&service, path).await, StatusCode::OK, "{path}");
            assert_eq!(on_record().await, number + 1, "{path}");
        }
    }

    async fn an_export_ends_with_the_access_of_whoever_asked_for_it(test: TestStore) {
        let clock = ManualClock::at(1_800_000_000);
        let service = service(&test, &clock).await;
        desk_with_a_member(&test, clock.now()).await;
        let member = MemberId::from_bytes(MEMBER);
        test.store.members().set_role(member, Role::Auditor, Stamp::system(clock.now())).await.unwrap();
        for (revoked, whole) in [(false, true), (true, false)] {
            let mut body = answer(&service, "/api/v1/desks/bay/ledger.csv").await.into_body();
            let head = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert!(head.starts_with(b"number,index,time,"));
            if revoked {
                test.store.members().revoke(member, Stamp::system(clock.now())).await.unwrap();
            }
            let rest = body.collect().await;
            assert_eq!(rest.is_ok_and(|rest| !rest.to_bytes().is_empty()), whole);
        }
    }
}
