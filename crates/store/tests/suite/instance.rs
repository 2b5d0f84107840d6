//! Values made once, and things that expire.

use seal::Digest;
use store::Error;
use store::acts::{ActFilter, Kind, Stamp};
use store::instance::DraftKey;

use crate::given::{NOW, desk};

store::on_both_pairs! {
    async fn of_two_who_set_a_value_both_get_the_first(test: TestStore) {
        let instance = test.store.instance();
        assert_eq!(instance.get("opaque").await.unwrap(), None);
        assert_eq!(instance.put_if_absent("opaque", b"first".to_vec()).await.unwrap(), b"first");
        assert_eq!(instance.put_if_absent("opaque", b"second".to_vec()).await.unwrap(), b"first");
        assert_eq!(instance.get("opaque").await.unwrap(), Some(b"first".to_vec()));
    }

    async fn other_settings_are_told_to_every_desk_and_the_first_ones_to_nobody(test: TestStore) {
        let store = &test.store;
        for slug in ["bay", "shore"] {
            desk(store, slug).await;
        }
        let settings = |limits: &str| vec![("limits", Digest::of(limits)), ("work", Digest::of("16 bits"))];
        let told = async || -> Vec<(i64, String)> {
            let filter = ActFilter { kinds: vec![Kind::PolicyChanged], ..ActFilter::default() };
            let acts = store.acts().list(&filter, 0, 100).await.unwrap();
            let said = acts.into_iter().map(|act| {
                assert!(act.digest.is_some());
                let detail = act.detail.unwrap();
                (act.at, format!("{} {}", detail["desk"].as_str().unwrap(), detail["section"].as_str().unwrap()))
            });
            said.collect()
        };
        let instance = store.instance();
        let none: Vec<&str> = Vec::new();
        for at in [NOW, NOW + 1] {
            let changed = instance.settings_in_force(settings("16 GiB"), Stamp::system(at)).await.unwrap();
            assert_eq!(changed, none);
        }
        assert_eq!(told().await, []);
        let changed = instance.settings_in_force(settings("3 GiB"), Stamp::system(NOW + 2)).await.unwrap();
        assert_eq!(changed, ["limits"]);
        assert_eq!(instance.settings_in_force(settings("3 GiB"), Stamp::system(NOW + 3)).await.unwrap(), none);
        let expected = [(NOW + 2, "bay limits".to_owned()), (NOW + 2, "shore limits".to_owned())];
        assert_eq!(told().await, expected);
    }

    async fn a_nonce_is_spent_once_by_whoever_is_first(test: TestStore) {
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let store = test.store.clone();
            tasks.push(tokio::spawn(async move { store.nonces().spend(Digest::of("nonce"), NOW + 10).await.unwrap() }));
        }
        let mut spent = 0;
        for task in tasks {
            spent += u32::from(task.await.unwrap());
        }
        assert_eq!(spent, 1);
        assert_eq!(test.store.sweep(NOW + 10).await.unwrap().nonces, 1);
    }

    async fn a_pending_exchange_is_given_out_once_for_its_purpose(test: TestStore) {
        let pending = test.store.pending();
        let key = Digest::of("attempt");
        pending.put(key, "sign-in", b"state".to_vec(), NOW + 60).await.unwrap();
        let again = pending.put(key, "sign-in", b"other".to_vec(), NOW + 60).await;
        assert!(matches!(again, Err(Error::Exists("pending exchange"))));
        assert_eq!(pending.take(key, "passkey", NOW).await.unwrap(), None);
        assert_eq!(pending.take(key, "sign-in", NOW).await.unwrap(), Some(b"state".to_vec()));
        assert_eq!(pending.take(key, "sign-in", NOW).await.unwrap(), None);
        pending.put(key, "sign-in", b"late".to_vec(), NOW + 60).await.unwrap();
        assert_eq!(pending.take(key, "sign-in", NOW + 60).await.unwrap(), None, "expired");
    }

    async fn draft_keys_rotate_and_expire(test: TestStore) {
        let keys = test.store.draft_keys();
        let key = |epoch: i64| DraftKey {
            epoch,
            created_at: NOW + epoch * 100,
            expires_at: NOW + epoch * 100 + 150,
            sealed: epoch.to_be_bytes().to_vec().into(),
        };
        assert!(keys.rotate(key(1)).await.unwrap());
        assert!(!keys.rotate(key(1)).await.unwrap(), "another process was first");
        assert!(keys.rotate(key(2)).await.unwrap());
        assert_eq!(keys.current(NOW + 200).await.unwrap(), [key(2), key(1)]);
        assert_eq!(keys.current(NOW + 250).await.unwrap(), [key(2)]);
        assert!(keys.rotate(key(3)).await.unwrap());
        assert_eq!(test.store.sweep(NOW + 1000).await.unwrap().draft_keys, 2, "the first went with the third");
    }
}
