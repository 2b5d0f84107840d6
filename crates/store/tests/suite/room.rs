//! How much room there is for uploads, what is remembered of those that expired, and whose turn a job is.

use futures_util::future::join_all;
use store::uploads::{UploadId, UploadQuota};
use store::{Error, Store};

use crate::given::{NOW, Sealed, desk, pattern, pieces};

const LATER: i64 = NOW + 3600;
const DAY: i64 = 24 * 3600;

fn with_room(store: &Store, instance: u64, desk: u64) -> Store {
    store.clone().with_upload_quota(UploadQuota { instance, desk })
}

async fn begin(store: &Store, desk: &str, length: u64) -> Result<UploadId, Error> {
    let id = UploadId::random()?;
    store.uploads().create_for(desk, id, Some(length), LATER, NOW).await?;
    Ok(id)
}

async fn append(store: &Store, id: UploadId, bytes: &[u8]) -> Result<u64, Error> {
    let offset = store.uploads().get(id, NOW).await?.unwrap().received;
    store.uploads().append(id, offset, None, LATER, NOW, pieces(bytes, 50_000)).await
}

fn refused<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NoRoom))
}

store::on_both_pairs! {
    async fn the_last_bytes_go_to_one_of_those_who_race_for_them(test: TestStore) {
        // Two processes, each with several who want them.
        let stores = [test.store.clone(), test.reopen().await.unwrap()];
        let stores = stores.map(|store| with_room(&store, 1000, 1000));
        let racers = (0..16).map(|number| begin(&stores[number % 2], "north", 600));
        let outcomes = join_all(racers).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| refused(outcome)).count(), 15, "{outcomes:?}");
        begin(&stores[0], "north", 400).await.unwrap();
        assert!(refused(&begin(&stores[1], "north", 1).await), "to the last byte");
    }

    async fn so_do_the_last_bytes_of_streams_whose_length_nobody_knew(test: TestStore) {
        let stores = [test.store.clone(), test.reopen().await.unwrap()];
        let stores = stores.map(|store| with_room(&store, 1_000_000, 1_000_000));
        let ids = [UploadId::random().unwrap(), UploadId::random().unwrap()];
        for (store, id) in stores.iter().zip(ids) {
            store.uploads().create(id, None, LATER, NOW).await.unwrap();
        }
        let bytes = pattern(600_000);
        let race = stores.iter().zip(ids).map(|(store, id)| append(store, id, &bytes));
        let outcomes = join_all(race).await;
        let won = outcomes.iter().position(Result::is_ok).unwrap();
        let lost = 1 - won;
        assert!(refused(&outcomes[lost]), "{outcomes:?}");
        let kept = stores[lost].uploads().get(ids[lost], NOW).await.unwrap().unwrap().received;
        assert_eq!(kept, 0, "what has no room is not kept");
        // What was set aside for more than came is free again at the end.
        stores[won].uploads().finish(ids[won], NOW).await.unwrap();
        assert_eq!(append(&stores[lost], ids[lost], &bytes[..400_000]).await.unwrap(), 400_000);
        assert!(refused(&append(&stores[lost], ids[lost], b"x").await));
        let range = 0..i64::MAX;
        assert_eq!(test.store.sweep_orphans(range).await.unwrap(), 0, "nothing refused was left behind");
    }

    async fn one_desk_cannot_take_the_room_of_another(test: TestStore) {
        let store = with_room(&test.store, 1000, 600);
        begin(&store, "north", 600).await.unwrap();
        assert!(refused(&begin(&store, "north", 1).await));
        begin(&store, "south", 400).await.unwrap();
        assert!(refused(&begin(&store, "south", 1).await), "the instance is full, though the desk is not");
        assert!(refused(&begin(&store, "east", 1).await));
    }

    async fn what_is_claimed_cancelled_or_expired_gives_its_room_back(test: TestStore) {
        desk(&test.store, "north").await;
        let bytes = Sealed::with_file(3, UploadId::random().unwrap()).file.unwrap().1;
        let size = bytes.len() as u64;
        let store = with_room(&test.store, size, size);

        let cancelled = begin(&store, "north", size).await.unwrap();
        assert!(refused(&begin(&store, "north", 1).await));
        store.uploads().delete(cancelled).await.unwrap();

        begin(&store, "north", size).await.unwrap();
        assert_eq!(store.sweep(LATER).await.unwrap().uploads, 1);

        let claimed = begin(&store, "north", size).await.unwrap();
        append(&store, claimed, &bytes).await.unwrap();
        assert!(refused(&begin(&store, "north", 1).await), "finished, but nobody's yet");
        store.reports().submit(Sealed::with_file(3, claimed).new).await.unwrap();
        begin(&store, "north", size).await.unwrap();
    }

    async fn who_comes_back_to_an_upload_that_expired_is_told_so_for_a_day(test: TestStore) {
        let store = &test.store;
        let id = begin(store, "north", 10).await.unwrap();
        let expired = async |id, now| store.uploads().has_expired(id, now).await.unwrap();
        assert!(!expired(id, LATER - 1).await);
        assert!(expired(id, LATER).await, "before anybody has swept");
        assert_eq!(store.sweep(LATER).await.unwrap().uploads, 1);
        assert!(expired(id, LATER).await, "and after");
        assert_eq!(store.sweep(LATER + DAY - 1).await.unwrap().forgotten, 0);
        assert!(expired(id, LATER + DAY - 1).await);
        assert!(!expired(id, LATER + DAY).await);
        assert_eq!(store.sweep(LATER + DAY).await.unwrap().forgotten, 1);

        let cancelled = begin(store, "north", 10).await.unwrap();
        store.uploads().delete(cancelled).await.unwrap();
        assert!(!expired(cancelled, LATER).await, "whoever cancels leaves nothing behind");
        assert!(!expired(UploadId::random().unwrap(), LATER).await);
    }

    async fn a_job_is_due_after_its_interval_and_for_one_process(test: TestStore) {
        let stores = [test.store.clone(), test.reopen().await.unwrap()];
        let ask = async |now: i64| {
            let asked = stores.iter().cycle().take(8).map(|store| async move {
                store.jobs().is_due("sweeping", 100, now).await.unwrap()
            });
            join_all(asked).await.into_iter().filter(|due| *due).count()
        };
        assert_eq!(ask(NOW).await, 0, "not when it is first heard of");
        assert_eq!(ask(NOW + 99).await, 0);
        assert_eq!(ask(NOW + 100).await, 1);
        assert_eq!(ask(NOW + 199).await, 0);
        assert_eq!(ask(NOW + 100_000).await, 1);
        assert_eq!(ask(NOW).await, 1, "a clock that was wrong puts nothing off for ever");
    }
}
