//! What a crash leaves in the object store is found, and nothing else is.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use store::faults::{Break, Point};
use store::testing::{Pair, TestStore};
use store::uploads::UploadId;

use crate::given::{NOW, desk, pattern, pieces, upload};

store::on_both_pairs! {
    async fn an_object_without_a_row_goes_and_those_with_one_stay(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let kept = upload(store, &pattern(5000)).await.unwrap();
        // Stored, but the process never learns it: what a crash between storing and counting leaves.
        test.faults.arm(Point::Put, 0, Break::After);
        upload(store, &pattern(6000)).await.unwrap_err();
        assert_eq!(store.sweep_orphans(0..0).await.unwrap(), 0, "too young: its upload may be waiting to be counted");
        assert_eq!(store.sweep_orphans(0..i64::MAX).await.unwrap(), 1);
        assert_eq!(store.sweep_orphans(0..i64::MAX).await.unwrap(), 0);
        let whole = store.uploads().get(kept, NOW).await.unwrap().unwrap();
        assert_eq!((whole.received, whole.length), (5000, Some(5000)));
        let another = UploadId::random().unwrap();
        store.uploads().create(another, None, NOW + 10, NOW).await.unwrap();
        store.uploads().append(another, 0, None, NOW + 10, NOW, pieces(b"still works", 3)).await.unwrap();
    }
}

/// Objects that no row knows of, last written to at these times.
fn orphans(test: &TestStore, modified: impl IntoIterator<Item = i64>) -> Vec<PathBuf> {
    let file = |(number, at): (usize, i64)| {
        let path = test.folder().join(format!("objects/cd/cd{number:030x}"));
        let file = fs::File::create(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(at.unsigned_abs())).unwrap();
        path
    };
    modified.into_iter().enumerate().map(file).collect()
}

#[tokio::test]
async fn objects_from_before_this_database_are_somebody_elses() {
    let test = TestStore::open(Pair::Embedded).await.unwrap_or_else(|error| panic!("{error}"));
    let files = orphans(&test, [999, 1000, 1999, 2000]);
    assert_eq!(test.store.sweep_orphans(1000..2000).await.unwrap(), 2);
    assert_eq!(files.iter().map(|file| file.exists()).collect::<Vec<_>>(), [true, false, false, true]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_may_sweep_at_the_same_time() {
    let test = TestStore::open(Pair::Embedded).await.unwrap_or_else(|error| panic!("{error}"));
    let other = test.reopen().await.unwrap();
    let kept = upload(&test.store, &pattern(5000)).await.unwrap();
    for number in 0..300 {
        fs::write(test.folder().join(format!("objects/ab/ab{number:030x}#1")), b"half").unwrap();
    }
    let files = orphans(&test, vec![1000; 1000]);
    let sweeps = [test.store.clone(), other].map(|store| {
        tokio::spawn(async move { (store.sweep_orphans(0..i64::MAX).await, store.sweep(NOW).await) })
    });
    for sweep in sweeps {
        let (orphans, expired) = sweep.await.unwrap();
        orphans.unwrap();
        expired.unwrap();
    }
    assert!(files.iter().all(|file| !file.exists()));
    assert_eq!(
        fs::read_dir(test.folder().join("objects/ab"))
            .unwrap()
            .filter(|file| { file.as_ref().unwrap().file_name().to_string_lossy().contains('#') })
            .count(),
        0
    );
    assert!(test.store.uploads().get(kept, NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn files_that_were_being_written_go_too() {
    let test = TestStore::open(Pair::Embedded).await.unwrap_or_else(|error| panic!("{error}"));
    let unfinished = test.folder().join("objects/ab/ab00112233445566778899aabbccddee#1");
    fs::write(&unfinished, b"half").unwrap();
    assert_eq!(test.store.sweep_orphans(0..0).await.unwrap(), 0);
    assert_eq!(test.store.sweep_orphans(0..i64::MAX).await.unwrap(), 1);
    assert!(!unfinished.exists());
}

#[tokio::test]
async fn nobody_else_may_read_the_folders() {
    let test = TestStore::open(Pair::Embedded).await.unwrap_or_else(|error| panic!("{error}"));
    for folder in ["objects", "objects/00", "objects/ff"] {
        let mode = fs::metadata(test.folder().join(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}
