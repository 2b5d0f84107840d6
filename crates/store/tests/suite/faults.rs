//! Every durable write on the way of a report with a file is broken once, having done nothing and having done all.
//!
//! Whatever breaks, two things hold afterwards and after a restart: what was acknowledged is there and opens, and
//! nothing half-made is visible. And then the client tries again, as clients do, and succeeds.

use seal::ItemKind;
use store::faults::{Break, Point};
use store::reports::SubmitOutcome;
use store::testing::{Pair, TestStore};
use store::uploads::UploadId;
use store::{Error, Store};

use crate::given::{FILE_CONTENT, NOW, Sealed, desk, pieces};

const LATER: i64 = NOW + 3600;

/// What the client knows to be done.
#[derive(Default)]
struct Acknowledged {
    upload: Option<UploadId>,
    received: u64,
    report: bool,
    message: bool,
}

/// One client handing over one report with a file, and a message after it. Each step is taken up where the last try
/// left it, with nothing but what the server said.
struct Client {
    number: u64,
    file: Vec<u8>,
    done: Acknowledged,
}

impl Client {
    fn new(number: u64) -> Self {
        let file = Sealed::new(number).seal(ItemKind::File, FILE_CONTENT, 1).bytes;
        Self { number, file, done: Acknowledged::default() }
    }

    fn sealed(&self) -> Sealed {
        match self.done.upload {
            Some(upload) => Sealed::with_file(self.number, upload),
            None => Sealed::new(self.number),
        }
    }

    async fn hand_over(&mut self, store: &Store) -> Result<(), Error> {
        let length = self.file.len() as u64;
        let upload = if let Some(upload) = self.done.upload {
            upload
        } else {
            let id = UploadId::random()?;
            store.uploads().create(id, Some(length), LATER, NOW).await?;
            *self.done.upload.insert(id)
        };
        // In two requests, so that the second has something to resume from.
        while !self.done.report && self.done.received < length {
            let standing = store.uploads().get(upload, NOW).await?.ok_or(Error::NotFound("upload"))?.received;
            assert!(standing >= self.done.received, "acknowledged bytes are gone");
            let from = usize::try_from(standing).unwrap();
            let to = (from + self.file.len() / 2 + 1).min(self.file.len());
            let body = pieces(&self.file[from..to], 1000);
            self.done.received = if from == to {
                standing
            } else {
                store.uploads().append(upload, standing, None, LATER, NOW, body).await?
            };
        }
        let outcome = store.reports().submit(self.sealed().new).await?;
        assert_ne!(outcome, SubmitOutcome::Conflict);
        self.done.report = true;
        let message = self.sealed().message("and one more thing", 2);
        store.items().add(self.sealed().report, vec![message], store::acts::Stamp::reporter(NOW)).await?;
        self.done.message = true;
        Ok(())
    }

    async fn check(&self, store: &Store) {
        let sealed = self.sealed();
        let visible = sealed.is_visible(store).await;
        assert!(visible || !self.done.report, "an acknowledged report is gone");
        if visible {
            sealed.opens(store).await;
            let items = store.items().headers(sealed.report).await.unwrap().len();
            assert!(items == 4 || (items == 3 && !self.done.message), "{items} items");
        }
    }
}

/// Runs a client whose write at `point`, after so many that pass, breaks in this way. Answers false when it made
/// fewer writes than that.
async fn one_fault(test: &TestStore, number: u64, point: Point, passes: u32, how: Break) -> bool {
    let mut client = Client::new(number);
    test.faults.arm(point, passes, how);
    let outcome = client.hand_over(&test.store).await;
    if test.faults.disarm() {
        outcome.unwrap();
        return false;
    }
    // Where the write that broke is the client's own, it is told; nothing is ever acknowledged on the strength of it.
    assert!(outcome.is_err(), "{point:?} {passes} {how:?} went unnoticed");
    client.check(&test.store).await;
    client.check(&test.reopen().await.unwrap()).await;
    client.hand_over(&test.store).await.unwrap();
    client.check(&test.store).await;
    assert!(client.done.message);
    // What the broken tries left in the object store is found, and nothing else is.
    test.store.sweep_orphans(0..i64::MAX).await.unwrap();
    client.check(&test.reopen().await.unwrap()).await;
    true
}

async fn every_fault(pair: Pair) {
    let test = TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"));
    desk(&test.store, "north").await;
    let mut number = 1;
    for (point, at_least) in [(Point::Put, 2), (Point::Commit, 5)] {
        for how in [Break::Before, Break::After] {
            let mut passes = 0;
            while one_fault(&test, number, point, passes, how).await {
                (passes, number) = (passes + 1, number + 1);
            }
            number += 1;
            assert_eq!(passes, at_least, "how many writes of this kind there are");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_loses_anything_embedded() {
    every_fault(Pair::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_loses_anything_networked() {
    every_fault(Pair::Networked).await;
}

store::on_both_pairs! {
    async fn a_commit_that_breaks_fails_all_who_shared_it_and_no_one_after(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        test.faults.arm(Point::Commit, 0, Break::Before);
        let mut tasks = Vec::new();
        for number in 0..16 {
            let (store, sealed) = (store.clone(), Sealed::new(number));
            tasks.push(tokio::spawn(async move { (store.reports().submit(sealed.new.clone()).await, sealed) }));
        }
        let mut failed = 0;
        for task in tasks {
            let (outcome, sealed) = task.await.unwrap();
            match outcome {
                Ok(_) => sealed.opens(store).await,
                Err(error) => {
                    assert!(matches!(error, Error::CommitUnknown { .. }), "{error}");
                    assert!(!sealed.is_visible(store).await);
                    failed += 1;
                }
            }
        }
        assert!(failed >= 1);
        let after = Sealed::new(99);
        store.reports().submit(after.new.clone()).await.unwrap();
        after.opens(store).await;
    }
}
