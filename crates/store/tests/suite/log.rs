//! The log: acts get their places, and what the public reads is what they say.

use std::collections::HashSet;
use std::time::Duration;

use ledger::checkpoint::SignedCheckpoint;
use ledger::record::Kind::{self, ItemAdded, ReportReceived};
use ledger::tiles::{Bundle, Resource, Tile};
use ledger::{Hash, Leaf, Record, tree};
use seal::ItemKind;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use store::acts::{Act, ActFilter, Stamp};
use store::log::{Disagreement, LogKey, Sequencer, Turn, Wanted};
use store::testing::{Pair, TestStore};
use store::{Error, Store};

use crate::given::{NOW, Sealed, desk, member};

/// Takes turns until there is nothing more to do.
async fn settle(store: &Store) -> u64 {
    let mut sequencer = Sequencer::new(store.clone(), TestStore::log_key()).unwrap();
    settle_by(&mut sequencer, Duration::ZERO).await;
    sequencer.release().await.unwrap();
    store.log().published().await.unwrap().unwrap()
}

async fn settle_by(sequencer: &mut Sequencer, tick: Duration) {
    while sequencer.turn(NOW, tick).await.unwrap() == Turn::Advanced {}
}

async fn checkpoint(store: &Store) -> SignedCheckpoint {
    let checkpoint = store.log().checkpoint().await.unwrap().unwrap();
    checkpoint.verify(TestStore::log_key().verifier(), &[]).unwrap();
    checkpoint
}

/// So many acts of little consequence.
async fn acts(store: &Store, count: u64) {
    for number in 0..count {
        let slug = format!("desk-{}-{number}", crate::given::unique());
        desk(store, &slug).await;
    }
}

async fn execute(test: &TestStore, statements: &str) {
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    if let Some(path) = test.config.database.strip_prefix("sqlite:") {
        let mut link = SqliteConnection::connect(path).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut link).await.unwrap();
        link.close().await.unwrap();
    } else {
        let mut link = PgConnection::connect(&test.config.database).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut link).await.unwrap();
        link.close().await.unwrap();
    }
}

store::on_both_pairs! {
    async fn what_the_public_reads_is_what_was_recorded(test: TestStore) {
        let store = &test.store;
        assert_eq!(store.log().published().await.unwrap(), None);
        assert!(store.log().checkpoint().await.unwrap().is_none());
        assert_eq!(settle(store).await, 0, "an empty log has a checkpoint");
        desk(store, "north").await;
        let sealed = Sealed::new(1);
        store.reports().submit(sealed.new.clone()).await.unwrap();
        assert_eq!(settle(store).await, 4);

        let all: Vec<Act> = store.acts().list(&ActFilter::default(), 0, 100).await.unwrap();
        assert_eq!(all.iter().map(|act| act.place.unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
        let bundle = Bundle::in_tree(0, 4).unwrap();
        let bytes = store.log().resource(Resource::Bundle(bundle)).await.unwrap().unwrap();
        let leaves: Vec<Leaf> =
            ledger::tiles::entries(bundle, &bytes).map(|entry| Leaf::parse(entry.unwrap()).unwrap()).collect();
        let tile = Tile::in_tree(0, 0, 4).unwrap();
        let bytes = store.log().resource(Resource::Tile(tile)).await.unwrap().unwrap();
        let hashes: Vec<Hash> = tile.hashes(&bytes).unwrap().collect();
        assert_eq!(hashes, leaves.iter().map(Leaf::hash).collect::<Vec<_>>());
        let mut edge = ledger::Edge::new();
        for hash in &hashes {
            edge.push(*hash).unwrap();
        }
        assert_eq!(checkpoint(store).await.checkpoint().root(), &edge.root());
        assert!(leaves.iter().all(|leaf| leaf.at.unix() == NOW));

        // Wider than it is, or beyond its end, nothing is published.
        for missing in ["tile/0/000", "tile/0/000.p/5", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/000.p/5"] {
            let resource = missing.parse::<Resource>().unwrap();
            assert_eq!(store.log().resource(resource).await.unwrap(), None, "{missing}");
        }
        // Narrower it is: somebody may still follow an earlier checkpoint.
        let narrow = store.log().resource("tile/0/000.p/3".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(narrow, bytes.slice(..96));
    }

    async fn a_reporter_is_given_what_they_caused_and_nothing_else(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, "north").await;
        let officer = member(store, "sam", protocol::Role::Intake).await;
        let sealed = Sealed::new(1);
        store.reports().submit(sealed.new.clone()).await.unwrap();
        store.reports().assign(sealed.report, Some(officer), Stamp::member(officer, NOW)).await.unwrap();
        let note = sealed.seal(ItemKind::Note, b"ring the school", 7);
        let note = protocol::submission::ItemUpload {
            signed: note.signed,
            body: protocol::submission::ItemBody::Inline(note.bytes.into()),
        };
        store.items().add(sealed.report, vec![note], Stamp::member(officer, NOW)).await.unwrap();
        let more = sealed.message("one more thing", 3);
        let added = more.signed.header.item;
        store.items().add(sealed.report, vec![more], Stamp::reporter(NOW)).await.unwrap();

        let all = store.log().of_reporter(sealed.report, &Wanted::All, Duration::ZERO).await.unwrap();
        let kinds = |included: &store::log::Included| -> Vec<Kind> {
            included.entries.iter().map(|entry| Record::parse(&entry.opening.record).unwrap().kind).collect()
        };
        assert_eq!(kinds(&all), [ReportReceived, ItemAdded, ItemAdded, ItemAdded]);
        let sent = sealed.new.submission.items.iter().map(|item| item.signed.header.item).collect::<HashSet<_>>();
        let received = store.log().of_reporter(sealed.report, &Wanted::Received(sent), Duration::ZERO).await.unwrap();
        assert_eq!(kinds(&received), [ReportReceived, ItemAdded, ItemAdded]);
        let items = Wanted::Items(HashSet::from([added]));
        assert_eq!(kinds(&store.log().of_reporter(sealed.report, &items, Duration::ZERO).await.unwrap()), [ItemAdded]);

        let verified = all.checkpoint.verify(TestStore::log_key().verifier(), &[]).unwrap();
        let (size, root) = (verified.checkpoint().size(), verified.checkpoint().root());
        for entry in &all.entries {
            let leaf = entry.opening.leaf().unwrap();
            tree::verify_inclusion(&leaf.hash(), entry.place, size, root, &entry.path).unwrap();
            assert_eq!(entry.opening.open(&leaf).unwrap().actor, ledger::Actor::Reporter);
        }
        let nobody = store.log().of_reporter(Sealed::new(9).report, &Wanted::All, Duration::ZERO).await;
        assert!(matches!(nobody, Err(Error::NotFound("entry"))), "{nobody:?}");
    }

    async fn who_waits_in_vain_is_told_that_it_is_stored(test: TestStore) {
        let store = test.store.clone().with_patience(Duration::from_millis(50));
        desk(&store, "north").await;
        let sealed = Sealed::new(1);
        store.reports().submit(sealed.new.clone()).await.unwrap();
        let waited = store.log().of_reporter(sealed.report, &Wanted::All, Duration::ZERO).await;
        assert!(matches!(waited, Err(Error::NotYetInLog)), "{waited:?}");
        assert!(sealed.is_visible(&store).await);
        test.sequence().unwrap();
        let patient = test.store.log().of_reporter(sealed.report, &Wanted::All, Duration::ZERO).await.unwrap();
        assert_eq!(patient.entries.len(), 3);
    }

    async fn acts_from_before_there_was_a_log_come_first_and_open(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let sealed = Sealed::new(1);
        store.reports().submit(sealed.new.clone()).await.unwrap();
        // As version 2 of the schema has them.
        if test.config.database.starts_with("sqlite:") {
            execute(&test, "DROP TRIGGER acts_are_never_changed").await;
        } else {
            execute(&test, "DROP TRIGGER acts_are_never_changed ON acts").await;
        }
        execute(&test, "UPDATE acts SET salt = NULL, leaf = NULL").await;
        desk(store, "east").await;
        assert_eq!(settle(store).await, 5);
        let included = store.log();
        test.sequence().unwrap();
        let included = included.of_reporter(sealed.report, &Wanted::All, Duration::ZERO).await.unwrap();
        let places: Vec<_> = included.entries.iter().map(|entry| entry.place).collect();
        assert_eq!(places, [1, 2, 3]);
        let root = included.checkpoint.checkpoint().root();
        for entry in &included.entries {
            let leaf = entry.opening.leaf().unwrap();
            tree::verify_inclusion(&leaf.hash(), entry.place, 5, root, &entry.path).unwrap();
        }
    }

    async fn one_holder_at_a_time_and_the_next_when_it_is_still(test: TestStore) {
        let store = &test.store;
        let key = TestStore::log_key;
        let second_store = test.reopen().await.unwrap();
        let mut first = Sequencer::new(store.clone(), key()).unwrap();
        let mut second = Sequencer::new(second_store, key()).unwrap();
        let at = Duration::from_millis;
        settle_by(&mut first, at(0)).await;

        // A new process takes an idle lease over once, after a while; the first then has to wait as long.
        acts(store, 1).await;
        assert_eq!(second.turn(NOW, at(0)).await.unwrap(), Turn::Waiting);
        assert_eq!(first.turn(NOW, at(10)).await.unwrap(), Turn::Advanced);
        acts(store, 1).await;
        assert_eq!(second.turn(NOW, at(1_900)).await.unwrap(), Turn::Waiting, "the first has shown itself since");
        assert_eq!(second.turn(NOW, at(3_800)).await.unwrap(), Turn::Waiting);
        assert_eq!(second.turn(NOW, at(3_900)).await.unwrap(), Turn::Advanced);
        acts(store, 1).await;
        assert_eq!(first.turn(NOW, at(4_000)).await.unwrap(), Turn::Waiting);
        // A clock that is years off does not matter: each process measures time by itself.
        assert_eq!(second.turn(NOW - 100_000_000, at(4_000)).await.unwrap(), Turn::Advanced);
        acts(store, 1).await;
        second.release().await.unwrap();
        assert_eq!(first.turn(NOW, at(4_010)).await.unwrap(), Turn::Advanced);
        assert_eq!(first.turn(NOW, at(4_010)).await.unwrap(), Turn::Idle);
        assert_eq!(store.log().published().await.unwrap(), Some(4));
    }

    async fn more_than_a_tile_is_read_from_the_object_store(test: TestStore) {
        let store = &test.store;
        acts(store, 300).await;
        assert_eq!(settle(store).await, 300);
        acts(store, 250).await;
        assert_eq!(settle(store).await, 550);
        let read = async |path: &str| store.log().resource(path.parse().unwrap()).await.unwrap();
        let mut edge = ledger::Edge::new();
        for (path, width) in [("tile/0/000", 256), ("tile/0/001", 256), ("tile/0/002.p/38", 38)] {
            let bytes = read(path).await.unwrap();
            assert_eq!(bytes.len(), width * 32, "{path}");
            for hash in bytes.as_chunks().0 {
                edge.push(Hash::from_bytes(*hash)).unwrap();
            }
        }
        assert_eq!(edge.root(), *checkpoint(store).await.checkpoint().root());
        assert_eq!(read("tile/1/000.p/2").await.unwrap().len(), 64);
        assert_eq!(read("tile/0/000.p/7").await.unwrap(), read("tile/0/000").await.unwrap().slice(..7 * 32));
        let bundle = Bundle::new(1, 256).unwrap();
        let bytes = read("tile/entries/001").await.unwrap();
        assert_eq!(ledger::tiles::entries(bundle, &bytes).map(Result::unwrap).count(), 256);
        let bundle = Bundle::new(1, 9).unwrap();
        let bytes = read("tile/entries/001.p/9").await.unwrap();
        assert_eq!(ledger::tiles::entries(bundle, &bytes).map(Result::unwrap).count(), 9);
        // Proofs between any two sizes that were published, and of any entry.
        let proof = store.log().prove_consistency(300, 550).await.unwrap();
        let old = store.log().checkpoint_of(300).await.unwrap().unwrap();
        tree::verify_consistency(300, old.checkpoint().root(), 550, &edge.root(), &proof).unwrap();
    }

    async fn a_database_that_was_put_back_is_noticed(test: TestStore) {
        let store = &test.store;
        let key = TestStore::log_key();
        assert_eq!(store.log().check(&key).await.unwrap(), None);
        acts(store, 3).await;
        settle(store).await;
        assert_eq!(store.log().check(&key).await.unwrap(), None);
        let other = LogKey::from_seed("report.example/log", &[8; 32]).unwrap();
        let found = store.log().check(&other).await.unwrap();
        assert!(matches!(found, Some(Disagreement::OtherKey { .. })), "{found:?}");
        let other = LogKey::from_seed("elsewhere.example/log", &[7; 32]).unwrap();
        let found = store.log().check(&other).await.unwrap();
        assert!(matches!(found, Some(Disagreement::OtherOrigin { .. })), "{found:?}");

        // The database of another instance with the same key beside these objects.
        let fresh = TestStore::open(if test.config.database.starts_with("sqlite:") {
            Pair::Embedded
        } else {
            Pair::Networked
        })
        .await
        .unwrap();
        let mixed = store::StoreConfig { database: fresh.config.database.clone(), ..test.config.clone() };
        let mixed = Store::open(&mixed).await.unwrap();
        let found = mixed.log().check(&key).await.unwrap();
        assert_eq!(found, Some(Disagreement::RolledBack { database: 0, objects: 3 }));
        acts(&fresh.store, 2).await;
        settle(&fresh.store).await;
        let found = mixed.log().check(&key).await.unwrap();
        assert_eq!(found, Some(Disagreement::RolledBack { database: 2, objects: 3 }));
        acts(&fresh.store, 2).await;
        settle(&fresh.store).await;
        let found = mixed.log().check(&key).await.unwrap();
        assert!(matches!(found, Some(Disagreement::Fork { size: 3, .. })), "{found:?}");

        // And one whose object store is empty.
        let empty = TestStore::open(Pair::Embedded).await.unwrap();
        let mixed = store::StoreConfig { database: test.config.database.clone(), ..empty.config.clone() };
        let mixed = Store::open(&mixed).await.unwrap();
        let found = mixed.log().check(&key).await.unwrap();
        assert_eq!(found, Some(Disagreement::ObjectsMissing { database: 3 }));

        // Nothing is put on record from then on; what asks for no record goes on.
        mixed.log().refuse(found.unwrap());
        let refused = mixed.reports().submit(Sealed::new(1).new).await;
        assert!(matches!(refused, Err(Error::NotFound("desk") | Error::LogDisagrees(_))), "{refused:?}");
        let revoked = mixed.members().revoke(protocol::MemberId::from_bytes([1; 16]), Stamp::system(NOW)).await;
        assert!(!revoked.unwrap(), "nobody was, so nothing was recorded");
        let id = mixed.instance().put_if_absent("key", b"value".to_vec()).await.unwrap();
        assert_eq!(id, b"value");
    }
}
