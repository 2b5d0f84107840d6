//! Every durable write of the sequencer is broken once, having done nothing and having done all; its process goes on,
//! dies there, or has a rival that takes the lease meanwhile; or it falls asleep there and wakes up when another has
//! long gone on.
//!
//! Whatever happens, afterwards the whole log and the whole store agree, every entry that was acknowledged is where it
//! was acknowledged to be, and no two checkpoints of one size were ever to be seen that differ.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ledger::{Hash, tree};
use store::faults::{Break, Faults, Point};
use store::log::{Sequencer, Turn};
use store::testing::{Pair, TestStore, record_acts};
use store::{Error, Store};

use crate::given::NOW;

/// Acts before each case, so that the next few complete a tile and a bundle: all kinds of writes happen.
const BEFORE: usize = 250;
/// Acts of the case itself.
const ACTS: usize = 10;
/// Longer than any lease is left to a process that is still.
const LONG: Duration = Duration::from_secs(5);

/// What becomes of the process whose write broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It tries again.
    GoesOn,
    /// It dies, and another takes its place.
    Dies,
    /// It tries again, and so does another process, in turns.
    HasARival,
}

/// One process.
struct Process {
    store: Store,
    faults: Faults,
    sequencer: Sequencer,
}

impl Process {
    async fn start(test: &TestStore) -> Self {
        let faults = Faults::default();
        let store = test.reopen_with(faults.clone()).await.unwrap();
        let sequencer = Sequencer::new(store.clone(), TestStore::log_key()).unwrap();
        Self { store, faults, sequencer }
    }

    async fn turn(&mut self, tick: Duration) -> Result<Turn, Error> {
        self.sequencer.turn(NOW, tick).await
    }
}

/// What anybody outside has seen, and holds the log to.
#[derive(Default)]
struct Witnessed {
    roots: HashMap<u64, Hash>,
    /// Places that were acknowledged, by the number of the act.
    acknowledged: HashMap<i64, u64>,
    newest: u64,
}

impl Witnessed {
    /// Looks at the published checkpoint.
    async fn look(&mut self, store: &Store) {
        let Some(checkpoint) = store.log().checkpoint().await.unwrap() else { return };
        checkpoint.verify(TestStore::log_key().verifier(), &[]).unwrap();
        let (size, root) = (checkpoint.checkpoint().size(), *checkpoint.checkpoint().root());
        assert_eq!(*self.roots.entry(size).or_insert(root), root, "two checkpoints of {size} entries");
        assert!(size >= self.newest, "the log shrank");
        if self.newest > 0 {
            let proof = store.log().prove_consistency(self.newest, size).await.unwrap();
            tree::verify_consistency(self.newest, &self.roots[&self.newest], size, &root, &proof).unwrap();
        }
        self.newest = size;
    }

    /// Takes turns until the acts are acknowledged.
    async fn acknowledge(&mut self, process: &mut Process, acts: &[i64], tick: Duration) {
        let waiting = {
            let (store, acts) = (process.store.clone(), acts.to_vec());
            tokio::spawn(async move { store.log().included(&acts).await })
        };
        while !waiting.is_finished() {
            process.turn(tick).await.unwrap();
            tokio::task::yield_now().await;
        }
        self.acknowledged.extend(acts.iter().copied().zip(waiting.await.unwrap().unwrap()));
        self.look(&process.store).await;
    }

    /// Everything agrees, in the store and with what was seen.
    async fn check(&mut self, test: &TestStore) {
        let store = test.reopen().await.unwrap();
        self.look(&store).await;
        let key = TestStore::log_key();
        assert_eq!(store.log().check(&key).await.unwrap(), None);
        let examined = store.log().fsck(key.verifier(), &[]).await.unwrap();
        assert!(examined.is_sound(), "{examined:?}");
        let filter = store::acts::ActFilter::default();
        let acts = store.acts().list(&filter, 0, u32::MAX).await.unwrap();
        let places: HashMap<i64, Option<u64>> = acts.iter().map(|act| (act.seq, act.place)).collect();
        for (act, place) in &self.acknowledged {
            assert_eq!(places[act], Some(*place), "act {act} was acknowledged");
        }
        store.close().await;
    }
}

/// Brings the log to where the next few acts complete a tile.
async fn prepare(witnessed: &mut Witnessed, process: &mut Process, tick: Duration) {
    let size = process.store.log().published().await.unwrap().unwrap_or(0);
    let missing = (BEFORE + 256 - usize::try_from(size % 256).unwrap()) % 256;
    let acts = record_acts(&process.store, missing.max(1), NOW).await.unwrap();
    witnessed.acknowledge(process, &acts, tick).await;
}

/// One case. Answers false when there are not so many writes.
async fn one(
    test: &TestStore,
    witnessed: &mut Witnessed,
    tick: &mut Duration,
    (point, passes, how, then): (Point, u32, Break, Then),
) -> bool {
    let mut process = Process::start(test).await;
    // Whoever had the lease last is gone.
    process.turn(*tick).await.unwrap();
    *tick += LONG;
    prepare(witnessed, &mut process, *tick).await;
    let acts = record_acts(&process.store, ACTS, NOW).await.unwrap();
    process.sequencer.release().await.unwrap();
    process.faults.arm(point, passes, how);
    let outcome = process.turn(*tick).await;
    if process.faults.disarm() {
        outcome.unwrap();
        return false;
    }
    let case = format!("{point:?} {passes} {how:?} {then:?}");
    assert!(outcome.is_err(), "{case} went unnoticed");
    witnessed.look(&process.store).await;
    match then {
        Then::GoesOn => witnessed.acknowledge(&mut process, &acts, *tick).await,
        Then::Dies => {
            process.store.close().await;
            let mut next = Process::start(test).await;
            next.turn(*tick).await.unwrap();
            *tick += LONG;
            witnessed.acknowledge(&mut next, &acts, *tick).await;
        }
        Then::HasARival => {
            let mut rival = Process::start(test).await;
            for _ in 0..3 {
                rival.turn(*tick).await.unwrap();
                *tick += LONG;
                rival.turn(*tick).await.unwrap();
                let more = record_acts(&process.store, 2, NOW).await.unwrap();
                // It may have lost the lease since it last looked; that is no failure of the log.
                let _ = process.turn(*tick).await;
                *tick += LONG;
                let _ = process.turn(*tick).await;
                witnessed.acknowledge(&mut process, &more, *tick).await;
            }
            witnessed.acknowledge(&mut rival, &acts, *tick).await;
        }
    }
    witnessed.check(test).await;
    true
}

async fn every_fault(pair: Pair, then: Then) {
    let test = TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"));
    let (mut witnessed, mut tick) = (Witnessed::default(), LONG);
    // Three commits (the lease, the places, the word that they are published) and three puts (tile, bundle,
    // checkpoint).
    for (point, writes) in [(Point::LogCommit, 3), (Point::LogPut, 3)] {
        for how in [Break::Before, Break::After] {
            let mut passes = 0;
            while one(&test, &mut witnessed, &mut tick, (point, passes, how, then)).await {
                passes += 1;
            }
            assert_eq!(passes, writes, "how many writes of this kind there are");
        }
    }
}

/// A holder of the lease falls asleep in a write, another goes on, and then it wakes up.
async fn asleep(pair: Pair) {
    let test = TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"));
    let (mut witnessed, mut tick) = (Witnessed::default(), LONG);
    let cases = [(Point::LogCommit, 0, Break::PauseAfter), (Point::LogCommit, 1, Break::PauseAfter)];
    let puts =
        (0..3).flat_map(|put| [Break::PauseBefore, Break::PauseAfter].map(|how| (Point::LogPut, put, how)));
    for (point, passes, how) in cases.into_iter().chain(puts) {
        let mut sleeper = Process::start(&test).await;
        let mut other = Process::start(&test).await;
        sleeper.turn(tick).await.unwrap();
        tick += LONG;
        prepare(&mut witnessed, &mut sleeper, tick).await;
        let acts = record_acts(&sleeper.store, ACTS, NOW).await.unwrap();
        sleeper.faults.arm(point, passes, how);
        let (faults, store) = (sleeper.faults.clone(), sleeper.store.clone());
        let asleep = tokio::spawn(async move {
            let outcome = sleeper.turn(tick).await;
            (sleeper, outcome)
        });
        faults.paused().await;
        other.turn(tick).await.unwrap();
        tick += LONG;
        witnessed.acknowledge(&mut other, &acts, tick).await;
        let more = record_acts(&other.store, 300, NOW).await.unwrap();
        witnessed.acknowledge(&mut other, &more, tick).await;
        faults.resume();
        let (mut sleeper, outcome) = asleep.await.unwrap();
        // What it had begun was done by the other, and is the same.
        outcome.unwrap();
        let last = record_acts(&store, 2, NOW).await.unwrap();
        assert_eq!(sleeper.turn(tick).await.unwrap(), Turn::Waiting, "{point:?} {passes} {how:?}");
        witnessed.acknowledge(&mut other, &last, tick).await;
        witnessed.check(&test).await;
    }
}

/// One that was about to give places when it fell asleep gives none when it wakes up.
async fn fenced(pair: Pair) {
    let test = TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"));
    let (mut first, mut second) = (Process::start(&test).await, Process::start(&test).await);
    first.turn(Duration::ZERO).await.unwrap();
    // Its transaction waits behind others of its process while the lease goes to the second one.
    first.faults.arm(Point::Commit, 0, Break::PauseAfter);
    let busy = {
        let store = first.store.clone();
        tokio::spawn(async move { record_acts(&store, 1, NOW).await })
    };
    first.faults.paused().await;
    let (faults, store) = (first.faults.clone(), Arc::new(first.store.clone()));
    let turn = tokio::spawn(async move { first.turn(Duration::ZERO).await });
    second.turn(Duration::ZERO).await.unwrap();
    // Long enough for the first to have looked and queued its transaction.
    tokio::time::sleep(Duration::from_millis(300)).await;
    second.turn(LONG).await.unwrap();
    faults.resume();
    busy.await.unwrap().unwrap();
    let outcome = turn.await.unwrap();
    // On PostgreSQL another lane may have been free, and then the first was simply quicker.
    assert!(matches!(outcome, Err(Error::LeaseLost) | Ok(_)), "{outcome:?}");
    if pair == Pair::Embedded {
        assert!(matches!(outcome, Err(Error::LeaseLost)), "{outcome:?}");
    }
    let examined = store.log().fsck(TestStore::log_key().verifier(), &[]).await.unwrap();
    assert!(examined.is_sound(), "{examined:?}");
}

macro_rules! on_both {
    ($($name:ident: $run:expr;)+) => {
        mod embedded {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let run = $run;
                run(Pair::Embedded).await;
            })+
        }

        mod networked {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let run = $run;
                run(Pair::Networked).await;
            })+
        }
    };
}

on_both! {
    a_write_that_breaks_is_made_good: async |pair| every_fault(pair, Then::GoesOn).await;
    a_process_that_dies_is_followed_by_another: async |pair| every_fault(pair, Then::Dies).await;
    two_that_compete_make_one_log: async |pair| every_fault(pair, Then::HasARival).await;
    one_that_falls_asleep_does_no_harm_when_it_wakes_up: asleep;
    one_that_lost_the_lease_gives_no_places: fenced;
}
