//! The rules in force are remembered; others are on record from the next start on.

use server::Server;
use store::acts::{ActFilter, Kind};

use crate::support::{Pair, TestServer};

#[tokio::test]
async fn a_start_with_other_settings_is_an_act_and_one_with_the_same_is_none() {
    let stores = store::testing::TestStore::open(Pair::Embedded).await.unwrap();
    let config = crate::support::configure(&stores);
    let (running, stores) = TestServer::over(stores, config.clone()).await.stop();
    running.await.unwrap();
    let mut stricter = config.clone();
    stricter.limits.max_file_bytes /= 2;
    // Where it listens is no rule.
    stricter.server.shutdown_seconds += 1;
    for config in [config, stricter.clone(), stricter] {
        drop(Server::bind(config).await.unwrap());
    }
    let filter = ActFilter { kinds: vec![Kind::PolicyChanged], ..ActFilter::default() };
    let acts = stores.store.acts().list(&filter, 0, 100).await.unwrap();
    let sections: Vec<_> = acts.iter().map(|act| act.detail.as_ref().unwrap()["section"].clone()).collect();
    assert_eq!(sections, ["limits", "limits"], "once for each of the two desks");
}
