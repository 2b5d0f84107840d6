//! What a crash leaves in the object store is found, and nothing else is.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

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
        assert_eq!(store.sweep_orphans(0).await.unwrap(), 0, "too young: its upload may be waiting to be counted");
        assert_eq!(store.sweep_orphans(i64::MAX).await.unwrap(), 1);
        assert_eq!(store.sweep_orphans(i64::MAX).await.unwrap(), 0);
        let whole = store.uploads().get(kept, NOW).await.unwrap().unwrap();
        assert_eq!((whole.received, whole.length), (5000, Some(5000)));
        let another = UploadId::random().unwrap();
        store.uploads().create(another, None, NOW + 10, NOW).await.unwrap();
        store.uploads().append(another, 0, None, NOW + 10, NOW, pieces(b"still works", 3)).await.unwrap();
    }
}

#[tokio::test]
async fn files_that_were_being_written_go_too() {
    let test = TestStore::open(Pair::Embedded).await.unwrap_or_else(|error| panic!("{error}"));
    let unfinished = test.folder().join("objects/ab/ab00112233445566778899aabbccddee#1");
    fs::write(&unfinished, b"half").unwrap();
    assert_eq!(test.store.sweep_orphans(0).await.unwrap(), 0);
    assert_eq!(test.store.sweep_orphans(i64::MAX).await.unwrap(), 1);
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
