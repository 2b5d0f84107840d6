//! Collisions with other writers, which must be got over without anybody noticing.

use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};

use crate::db::Link;
use crate::sql::sql;
use crate::testing::{Pair, TestStore};
use crate::{Error, Store};

async fn open(pair: Pair) -> TestStore {
    TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Changes two values one after the other, slowly.
async fn change_both(link: &mut Link, keys: &[&'static str; 2]) -> Result<(), Error> {
    for key in keys {
        let update =
            sql("UPDATE instance SET value = value || $1 WHERE key = $2").bind(b"+".as_slice()).bind(*key);
        link.execute(update).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

async fn change(store: Store, keys: [&'static str; 2]) -> Result<(), Error> {
    store.write("test.change_both", keys, |link, keys| Box::pin(change_both(link, keys))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_wait_for_each_other_both_succeed() {
    let test = open(Pair::Networked).await;
    for key in ["a", "b"] {
        test.store.instance().put_if_absent(key, Vec::new()).await.unwrap();
    }
    let first = tokio::spawn(change(test.store.clone(), ["a", "b"]));
    // Late enough to be another lane's batch, early enough to hold `b` when the first wants it.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = tokio::spawn(change(test.store.clone(), ["b", "a"]));
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    for key in ["a", "b"] {
        assert_eq!(test.store.instance().get(key).await.unwrap().unwrap(), b"++");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_always_collides_is_given_up_and_named() {
    let test = open(Pair::Networked).await;
    let collide = test.store.write("test.collide", (), |link, ()| {
        Box::pin(async move {
            link.execute(sql("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$")).await
        })
    });
    assert!(matches!(
        collide.await,
        Err(Error::Contention { name: "test.collide", tries: super::MAX_TRIES })
    ));
    assert_eq!(test.store.instance().put_if_absent("after", b"1".to_vec()).await.unwrap(), b"1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_of_another_process_is_waited_for() {
    let test = open(Pair::Embedded).await;
    let path = test.config.database.strip_prefix("sqlite:").unwrap();
    let mut other = SqliteConnection::connect(path).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE; DELETE FROM instance").execute(&mut other).await.unwrap();
    let write = tokio::spawn({
        let store = test.store.clone();
        async move { store.instance().put_if_absent("key", b"value".to_vec()).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!write.is_finished());
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    assert_eq!(write.await.unwrap().unwrap(), b"value");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_store_says_so() {
    for pair in [Pair::Embedded, Pair::Networked] {
        let test = open(pair).await;
        test.store.instance().put_if_absent("key", b"value".to_vec()).await.unwrap();
        test.store.close().await;
        assert!(test.store.instance().put_if_absent("other", Vec::new()).await.is_err());
        assert!(test.store.instance().get("key").await.is_err());
        let again = test.reopen().await.unwrap();
        assert_eq!(again.instance().get("key").await.unwrap().unwrap(), b"value");
    }
}
