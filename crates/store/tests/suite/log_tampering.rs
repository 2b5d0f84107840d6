//! Whatever is done to the database or the objects behind the service's back, the check of everything finds it and
//! says what and where.

use std::fs;
use std::path::{Path, PathBuf};

use ledger::tiles::Resource;
use seal::ItemKind;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use store::log::fsck::{Examined, Finding};
use store::log::{Sequencer, Turn};
use store::testing::{Pair, TestStore, record_acts};

use crate::given::{FILE_CONTENT, NOW, Sealed, desk, upload};

/// A store with two reports with a file each, and a full tile.
struct Given {
    test: TestStore,
    reports: [Sealed; 2],
}

async fn given() -> Given {
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    let store = &test.store;
    desk(store, "north").await;
    let mut reports = Vec::new();
    for number in [1, 2] {
        let file = Sealed::new(number).seal(ItemKind::File, FILE_CONTENT, 1).bytes;
        let sealed = Sealed::with_file(number, upload(store, &file).await.unwrap());
        store.reports().submit(sealed.new.clone()).await.unwrap();
        reports.push(sealed);
    }
    record_acts(store, 260, NOW).await.unwrap();
    let mut sequencer = Sequencer::new(store.clone(), TestStore::log_key()).unwrap();
    while sequencer.turn(NOW, std::time::Duration::ZERO).await.unwrap() == Turn::Advanced {}
    sequencer.release().await.unwrap();
    let given = Given { test, reports: reports.try_into().ok().unwrap() };
    let sound = given.examine().await;
    assert!(sound.is_sound(), "{sound:?}");
    assert_eq!((sound.store.acts, sound.store.items, sound.store.objects), (269, 6, 2));
    given
}

impl Given {
    async fn examine(&self) -> Examined {
        // Nothing is remembered from before.
        let store = self.test.reopen().await.unwrap();
        store.log().fsck(TestStore::log_key().verifier(), &[]).await.unwrap()
    }

    /// What somebody does who has the database in their hands.
    async fn execute(&self, statements: &str) {
        let path = self.test.config.database.strip_prefix("sqlite:").unwrap();
        let mut link = SqliteConnection::connect(path).await.unwrap();
        let all = format!(
            "DROP TRIGGER IF EXISTS acts_are_never_changed; DROP TRIGGER IF EXISTS acts_are_never_removed; \
             PRAGMA foreign_keys = OFF; {statements}"
        );
        sqlx::raw_sql(AssertSqlSafe(all)).execute(&mut link).await.unwrap();
        link.close().await.unwrap();
    }

    fn objects(&self) -> &Path {
        Path::new(self.test.config.objects.strip_prefix("file:").unwrap())
    }

    /// The files of sealed objects.
    fn sealed(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.objects()).unwrap().map(|entry| entry.unwrap().path());
        let spread = folders.filter(|folder| folder.file_name().unwrap().len() == 2);
        spread.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())).collect()
    }
}

/// Does something and answers what the check says of it.
macro_rules! tampered {
    ($($name:ident($given:ident) $tamper:block finds |$found:ident, $after:ident| $check:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let $given = given().await;
            $tamper
            let $found = $given.examine().await;
            let $after = &$given;
            assert!(!$found.is_sound());
            assert!($check, "{:?}\n{:?}", $found.store.findings, $found.log);
        }
    )+};
}

fn only(found: &Examined, finding: &Finding) -> bool {
    found.store.findings == [finding.clone()]
}

tampered! {
    an_act_that_names_somebody_else(given) {
        given.execute("UPDATE acts SET actor = 'reporter' WHERE idx = 9").await;
    } finds |found, _after| only(&found, &Finding::ActChanged { act: 10, place: 9 }) && found.log.is_sound();

    an_act_that_another_desk_is_shown(given) {
        given.execute("UPDATE acts SET desk = 'east' WHERE idx = 3").await;
    } finds |found, _after| only(&found, &Finding::ActMisfiled { act: 4 });

    an_act_of_another_time(given) {
        given.execute("UPDATE acts SET at = at + 1 WHERE idx = 9").await;
    } finds |found, _after| found.store.findings.contains(&Finding::ActChanged { act: 10, place: 9 });

    an_act_that_was_removed(given) {
        given.execute("DELETE FROM acts WHERE idx = 268").await;
    } finds |found, _after| found.store.findings.contains(&Finding::ActMissing { place: 268 });

    acts_that_changed_places(given) {
        given.execute("UPDATE acts SET idx = 1000 WHERE idx = 1; UPDATE acts SET idx = 1 WHERE idx = 2; \
                       UPDATE acts SET idx = 2 WHERE idx = 1000").await;
    } finds |found, _after| found.store.findings.contains(&Finding::LeafChanged { act: 3, place: 1 })
        && found.store.findings.contains(&Finding::LeafChanged { act: 2, place: 2 });

    an_act_that_was_put_in_place_of_another(given) {
        given.execute("UPDATE acts SET salt = zeroblob(32), leaf = zeroblob(32) WHERE idx = 9").await;
    } finds |found, _after| found.store.findings.contains(&Finding::LeafChanged { act: 10, place: 9 });

    an_item_whose_bytes_were_changed(given) {
        given.execute("UPDATE items SET body = zeroblob(length(body)) WHERE kind = 'answers' AND seq = 0").await;
    } finds |found, _after| matches!(&found.store.findings[..],
        [Finding::BytesChanged { why, .. }, Finding::BytesChanged { .. }] if why.contains("SHA-256"));

    an_item_that_was_removed_with_its_row(given) {
        given.execute("DELETE FROM items WHERE kind = 'summary'").await;
    } finds |found, after| matches!(found.store.findings[0],
        Finding::ItemMissing { report, .. } if after.reports.iter().any(|sealed| sealed.report == report));

    an_item_that_nobody_handed_over(given) {
        given.execute("INSERT INTO items SELECT report, randomblob(16), 99, kind, received_at, author, size, sha256, \
                       signature, upload, body FROM items WHERE kind = 'answers' LIMIT 1").await;
    } finds |found, _after| matches!(found.store.findings[..], [Finding::ItemNotInLog { .. }]);

    a_report_that_was_removed(given) {
        let report = given.reports[0].report.as_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        given.execute(&format!("DELETE FROM items WHERE report = X'{report}'; DELETE FROM reports WHERE id = X'{report}'"))
            .await;
    } finds |found, _after| found.store.findings.iter().any(|finding| matches!(finding, Finding::ReportMissing { act: 2 }));

    a_report_that_was_put_in(given) {
        given.execute("INSERT INTO reports SELECT randomblob(16), desk, state, priority, received_at, assigned, 0, 0, \
                       last_from_reporter, summary, submission, randomblob(32), reporter_key, desk_wrap, reporter_wrap \
                       FROM reports LIMIT 1").await;
    } finds |found, _after| matches!(found.store.findings[..], [Finding::ReportNotInLog { .. }]);

    an_object_that_was_changed(given) {
        let file = given.sealed().remove(0);
        let mut bytes = fs::read(&file).unwrap();
        bytes[100] ^= 1;
        fs::write(&file, bytes).unwrap();
    } finds |found, _after| matches!(&found.store.findings[..], [Finding::BytesChanged { .. }]);

    objects_that_were_swapped(given) {
        let files = given.sealed();
        let (one, other) = (fs::read(&files[0]).unwrap(), fs::read(&files[1]).unwrap());
        fs::write(&files[0], other).unwrap();
        fs::write(&files[1], one).unwrap();
    } finds |found, _after| matches!(&found.store.findings[..],
        [Finding::BytesChanged { .. }, Finding::BytesChanged { .. }]);

    an_object_that_is_gone(given) {
        fs::remove_file(given.sealed().remove(0)).unwrap();
    } finds |found, _after| matches!(&found.store.findings[..],
        [Finding::BytesChanged { why, .. }] if why.contains("gone"));

    an_object_that_was_cut(given) {
        let file = given.sealed().remove(0);
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    } finds |found, _after| matches!(&found.store.findings[..], [Finding::BytesChanged { .. }]);

    an_object_that_nobody_handed_over(given) {
        fs::write(given.objects().join("ab").join("ab".repeat(16)), b"?").unwrap();
    } finds |found, _after| only(&found, &Finding::ObjectUnknown { object: "ab".repeat(16) });

    a_tile_that_was_replaced(given) {
        let file = given.objects().join("log/tile/0/000");
        let mut bytes = fs::read(&file).unwrap();
        bytes.swap(0, 32);
        fs::write(&file, bytes).unwrap();
    } finds |found, _after| matches!(found.log.findings[0], ledger::fsck::Finding::Entry { index: 0, .. });

    a_bundle_that_is_gone(given) {
        fs::remove_file(given.objects().join("log/tile/entries/000")).unwrap();
    } finds |found, _after| found.log.findings.contains(&ledger::fsck::Finding::Missing {
        file: "tile/entries/000".parse::<Resource>().unwrap(),
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_by_another_key_is_not_believed() {
    let given = given().await;
    let other = store::log::LogKey::from_seed("report.example/log", &[1; 32]).unwrap();
    let refused = given.test.store.log().fsck(other.verifier(), &[]).await;
    assert!(matches!(refused, Err(store::Error::Ledger(_))), "{refused:?}");
}
