//! Nothing is acknowledged before it is in the published log, and nothing that was stored is lost for it.

use std::time::Duration;

use protocol::ErrorCode;
use protocol::public::{DeskKind, DeskPublic};
use protocol::submission::{ItemBody, ItemUpload, ReporterKey, Submission};
use seal::{Identity, ItemKind, LookupHash, Place, seal_item};

use super::*;
use crate::api::reports;
use crate::clock::{Clock as _, ManualClock};
use crate::staff::ceremony::{DeskPlan, create_desk};

fn submission(desk: &Identity) -> Submission {
    let mut rng = seal::rand_core::UnwrapErr(getrandom::SysRng);
    let (key, author) = (Identity::generate(&mut rng), Identity::generate(&mut rng));
    let report = ReportId::generate(&mut rng);
    let items = [ItemKind::Answers, ItemKind::Summary].map(|kind| {
        let place = Place { report, item: ItemId::generate(&mut rng), kind };
        let sealed = seal_item(place, None, b"{}", key.recipient(), &author, &mut rng).unwrap();
        ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }
    });
    let mut wrap = |to: &Identity| seal::wrap(key.seed(), to.recipient(), &mut rng).unwrap().into();
    Submission {
        report,
        urgent: false,
        desk_wrap: wrap(desk),
        reporter: ReporterKey {
            lookup: LookupHash::from_bytes([3; 32]),
            verifying_key: author.verifying_key(),
            wrap: wrap(&author),
        },
        items: items.to_vec(),
    }
}

store::on_both_pairs! {
    async fn what_is_not_in_the_log_is_stored_and_acknowledged_when_it_comes_again(test: TestStore) {
        let clock = ManualClock::at(1_800_000_000);
        let mut config = Config { store: test.config.clone(), ..Config::default() };
        config.server.key_file = test.folder().join("instance.key");
        let mut state = AppState::open(config, Arc::new(clock.clone())).await.unwrap();
        state.store = state.store.with_patience(Duration::from_millis(100));
        let plan = DeskPlan {
            slug: "bay".into(),
            name: "Bay".into(),
            kind: DeskKind::Police,
            threshold: 2,
            custodians: 3,
        };
        let desk = create_desk(&state.store, plan, clock.now()).await.unwrap();
        let submission = submission(&desk.key);
        let desk: DeskPublic = state.desks.find("bay").await.unwrap();

        let refused = reports::take_in(&state, &desk, submission.clone()).await.unwrap_err().into_api();
        assert_eq!(refused.code, ErrorCode::Unavailable);
        assert!(refused.message.contains("stored") && refused.message.contains("again"), "{refused}");
        assert!(refused.retry_after.is_some());
        assert!(state.store.reports().get(submission.report).await.unwrap().is_some());

        state.store = state.store.with_patience(Duration::from_secs(20));
        let sequencing = start(&state).unwrap();
        clock.advance(60);
        let acknowledged = reports::take_in(&state, &desk, submission.clone()).await.unwrap();
        assert_eq!(acknowledged.received_at, 1_800_000_000, "when it was stored");
        assert_eq!(acknowledged.ledger.entries.len(), 3);
        let again = reports::take_in(&state, &desk, submission).await.unwrap();
        assert_eq!(again, acknowledged, "the same words");
        sequencing.stop().await;
    }
}
