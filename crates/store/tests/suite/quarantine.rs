//! Media in quarantine: nobody is given it but by two, and every try is on record.

use protocol::quarantine::{HashKind, HashListId, Hold, Release, ReleaseState};
use protocol::submission::{ItemBody, ItemUpload};
use protocol::{Bytes, MemberId, Role};
use seal::{ItemId, ItemKind};
use store::acts::{ActFilter, Kind, Stamp};
use store::faults::{Break, Point};
use store::hash_lists::NewHashList;
use store::quarantine::{Answer, NewRelease};
use store::testing::{Pair, TestStore};
use store::{Error, Store};

use crate::given::{self, NOW, Sealed, desk, member};

const HOUR: i64 = 3600;
/// What stands for a picture: a pattern.
const PATTERN: &[u8] = b"\x89PNG\r\n\x1a\n then nothing but a pattern";
const LIST: HashListId = HashListId::from_bytes([7; 16]);

/// A report with an item of the kind `media` and a plain file, and three colleagues.
struct Given {
    sealed: Sealed,
    media: ItemId,
    file: ItemId,
    asker: MemberId,
    approver: MemberId,
    intake: MemberId,
}

fn inline(item: seal::SealedItem) -> ItemUpload {
    ItemUpload { signed: item.signed, body: ItemBody::Inline(item.bytes.into()) }
}

async fn given(store: &Store) -> Given {
    desk(store, "north").await;
    let mut sealed = Sealed::new(1);
    let media = sealed.seal(ItemKind::Media, PATTERN, 1);
    let file = sealed.seal(ItemKind::File, PATTERN, 2);
    let (media_id, file_id) = (media.signed.header.item, file.signed.header.item);
    sealed.new.submission.items.extend([inline(media), inline(file)]);
    store.reports().submit(sealed.new.clone()).await.unwrap();
    Given {
        sealed,
        media: media_id,
        file: file_id,
        asker: member(store, "sam", Role::Investigator).await,
        approver: member(store, "ada", Role::Supervisor).await,
        intake: member(store, "ivo", Role::Intake).await,
    }
}

async fn sequenced(test: &TestStore) -> Given {
    test.sequence().unwrap();
    given(&test.store).await
}

impl Given {
    fn reason(&self, number: u64) -> ItemUpload {
        inline(self.sealed.seal(ItemKind::Release, b"to see which pitch it is", number))
    }

    async fn ask(
        &self,
        store: &Store,
        by: MemberId,
        items: Vec<ItemId>,
        number: u64,
    ) -> Result<Release, Error> {
        let reason = self.reason(number);
        let new = NewRelease { report: self.sealed.report, items, reason, stale_at: NOW + 24 * HOUR };
        store.quarantine().ask(new, Stamp::member(by, NOW)).await
    }

    async fn approve(
        &self,
        store: &Store,
        release: &Release,
        by: MemberId,
        at: i64,
    ) -> Result<Release, Error> {
        let answer = Answer::Approve { until: at + 8 * HOUR };
        store.quarantine().answer(self.sealed.report, release.release, answer, Stamp::member(by, at)).await
    }

    async fn get(&self, store: &Store, item: ItemId, by: MemberId, at: i64) -> Result<Vec<u8>, Error> {
        let access = store.items().consult(self.sealed.report, vec![item], by, at).await?;
        store.items().open(&access, item, None).await?.into_vec().await
    }

    async fn release(&self, store: &Store, number: u64) -> Release {
        let asked = self.ask(store, self.asker, vec![self.media], number).await.unwrap();
        self.approve(store, &asked, self.approver, NOW).await.unwrap()
    }

    async fn keep_list(&self, store: &Store) -> Result<(), Error> {
        let upload = given::upload(store, b"a sealed list").await?;
        let name = Bytes(b"a sealed name".to_vec());
        let new = NewHashList { list: LIST, desk: "north".to_owned(), name, upload };
        store.hash_lists().put(new, Stamp::member(self.approver, NOW)).await.map(drop)
    }

    async fn lock(&self, store: &Store, item: ItemId) -> Result<bool, Error> {
        let stamp = Stamp::member(self.asker, NOW);
        store.quarantine().lock(self.sealed.report, item, LIST, HashKind::Pdq, stamp).await
    }
}

async fn count(store: &Store, kind: Kind) -> usize {
    let filter = ActFilter { kinds: vec![kind], ..ActFilter::default() };
    store.acts().list(&filter, 0, 1000).await.unwrap().len()
}

async fn whys(store: &Store, kind: Kind) -> Vec<String> {
    let filter = ActFilter { kinds: vec![kind], ..ActFilter::default() };
    let acts = store.acts().list(&filter, 0, 1000).await.unwrap();
    acts.iter().map(|act| act.detail.as_ref().unwrap()["why"].as_str().unwrap().to_owned()).collect()
}

store::on_both_pairs! {
    async fn it_takes_two_and_the_second_serves_the_first_alone(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        assert!(matches!(given.get(store, given.media, given.asker, NOW).await, Err(Error::Quarantined)));
        assert!(given.get(store, given.file, given.asker, NOW).await.is_ok(), "a plain file is none");

        let asked = given.ask(store, given.asker, vec![given.media], 10).await.unwrap();
        assert_eq!((asked.state, asked.items.as_slice()), (ReleaseState::Waiting, [given.media].as_slice()));
        assert_eq!(given.ask(store, given.asker, vec![given.media], 10).await.unwrap(), asked, "asked again");
        assert!(matches!(given.ask(store, given.intake, vec![given.media], 10).await, Err(Error::ItemConflict)));
        assert!(matches!(given.get(store, given.media, given.asker, NOW).await, Err(Error::Quarantined)));
        let waiting = store.quarantine().waiting("north", 10, NOW).await.unwrap();
        assert_eq!(waiting, std::slice::from_ref(&asked));

        let approved = given.approve(store, &asked, given.approver, NOW + 1).await.unwrap();
        assert_eq!((approved.state, approved.answered_by), (ReleaseState::Approved, Some(given.approver)));
        assert!(store.quarantine().waiting("north", 10, NOW).await.unwrap().is_empty());
        assert!(given.get(store, given.media, given.asker, NOW + 2).await.is_ok());
        for other in [given.approver, given.intake] {
            assert!(matches!(given.get(store, given.media, other, NOW + 2).await, Err(Error::Quarantined)));
        }
        let consulted = store.items().consult_inline(given.sealed.report, given.asker, NOW + 2).await.unwrap();
        let held = consulted.held();
        assert_eq!((held.len(), held[&given.media].hold), (1, Hold::Released));
        assert_eq!(held[&given.media].until, approved.expires_at);

        // Its time is over to the second.
        let end = approved.expires_at.unwrap();
        assert!(given.get(store, given.media, given.asker, end - 1).await.is_ok());
        assert!(matches!(given.get(store, given.media, given.asker, end).await, Err(Error::Quarantined)));
        let later = store.quarantine().of_report(given.sealed.report, end).await.unwrap();
        assert_eq!(later[0].state, ReleaseState::Expired);
        assert_eq!(count(store, Kind::ItemRefused).await, 5, "every try is on record");
    }

    async fn whoever_may_not_answer_is_told_why_and_put_on_record(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        let ask = async |number| given.ask(store, given.asker, vec![given.media], number).await.unwrap();
        let first = ask(10).await;
        let denied = given.approve(store, &first, given.asker, NOW).await;
        assert!(matches!(denied, Err(Error::OwnRelease)));
        assert!(matches!(given.approve(store, &first, given.intake, NOW).await, Err(Error::NotWhoMay)));
        assert!(matches!(given.approve(store, &first, given.approver, NOW + 24 * HOUR).await, Err(Error::ReleaseStale)));
        given.approve(store, &first, given.approver, NOW).await.unwrap();
        assert!(matches!(given.approve(store, &first, given.approver, NOW).await, Err(Error::ReleaseAnswered)));

        let second = ask(11).await;
        store.members().revoke(given.approver, Stamp::system(NOW)).await.unwrap();
        assert!(matches!(given.approve(store, &second, given.approver, NOW).await, Err(Error::NotWhoMay)));
        let colleague = member(store, "kim", Role::Investigator).await;
        store.members().revoke(given.asker, Stamp::system(NOW)).await.unwrap();
        assert!(matches!(given.approve(store, &second, colleague, NOW).await, Err(Error::ReleaseEnded)));
        let words = ["own", "role", "stale", "answered", "role", "ended"];
        assert_eq!(whys(store, Kind::ReleaseDenied).await, words);
    }

    async fn a_release_ends_with_the_standing_of_either_and_does_not_come_back(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        let get = async || given.get(store, given.media, given.asker, NOW + 1).await;
        let role = async |who, role| store.members().set_role(who, role, Stamp::system(NOW)).await.unwrap();

        given.release(store, 10).await;
        role(given.asker, Role::Supervisor).await;
        role(given.approver, Role::Investigator).await;
        assert!(get().await.is_ok(), "both may still do what they did");
        role(given.approver, Role::Intake).await;
        assert!(matches!(get().await, Err(Error::Quarantined)));
        role(given.approver, Role::Supervisor).await;
        assert!(matches!(get().await, Err(Error::Quarantined)), "it does not come back");

        given.release(store, 11).await;
        assert!(get().await.is_ok());
        role(given.asker, Role::Disclosure).await;
        assert!(matches!(get().await, Err(Error::Quarantined)));
        assert!(matches!(given.ask(store, given.asker, vec![given.media], 12).await, Err(Error::NotWhoMay)));
        role(given.asker, Role::Intake).await;
        assert!(matches!(get().await, Err(Error::Quarantined)));

        given.release(store, 13).await;
        store.members().revoke(given.approver, Stamp::system(NOW)).await.unwrap();
        assert!(matches!(get().await, Err(Error::Quarantined)), "approved by somebody who has left");
        let states: Vec<_> =
            store.quarantine().of_report(given.sealed.report, NOW).await.unwrap().iter().map(|r| r.state).collect();
        assert_eq!(states, [ReleaseState::Ended; 3]);
    }

    async fn a_colleague_refuses_and_an_asker_takes_back(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        let refuse = async |release: &Release, by| {
            let stamp = Stamp::member(by, NOW + 1);
            store.quarantine().answer(given.sealed.report, release.release, Answer::Refuse, stamp).await
        };
        let in_force = given.release(store, 10).await;
        assert!(matches!(refuse(&in_force, given.intake).await, Err(Error::NotWhoMay)));
        assert_eq!(refuse(&in_force, given.approver).await.unwrap().state, ReleaseState::Refused);
        assert!(matches!(given.get(store, given.media, given.asker, NOW + 2).await, Err(Error::Quarantined)));
        assert!(matches!(given.approve(store, &in_force, given.approver, NOW).await, Err(Error::ReleaseAnswered)));
        let own = given.ask(store, given.asker, vec![given.media], 11).await.unwrap();
        assert_eq!(refuse(&own, given.asker).await.unwrap().state, ReleaseState::Refused);
        assert_eq!(count(store, Kind::ReleaseRefused).await, 2);
        let none = Release { release: given.file, ..own };
        assert!(matches!(refuse(&none, given.asker).await, Err(Error::NotFound("release"))));
    }

    async fn a_file_goes_into_quarantine_and_never_out(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        let report = given.sealed.report;
        let enter = async |item| store.quarantine().enter(report, item, Stamp::member(given.intake, NOW)).await;
        let summary = given.sealed.new.submission.items[1].signed.header.item;
        assert!(matches!(enter(summary).await, Err(Error::NotAFile)));
        assert!(matches!(enter(ItemId::from_bytes([9; 16])).await, Err(Error::NotFound("item"))));
        assert!(matches!(given.ask(store, given.asker, vec![given.file], 10).await, Err(Error::NotInQuarantine)));
        let before = store.items().consult(report, vec![given.file], given.asker, NOW).await.unwrap();
        assert!(enter(given.file).await.unwrap());
        assert!(!enter(given.file).await.unwrap() && !enter(given.media).await.unwrap());
        assert_eq!(count(store, Kind::ItemQuarantined).await, 1);
        assert!(matches!(given.get(store, given.file, given.asker, NOW).await, Err(Error::Quarantined)));
        // What travels along leaves out both.
        let access = store.items().consult_inline(report, given.asker, NOW).await.unwrap();
        let bodies = store.items().inline(&access).await.unwrap();
        assert_eq!(bodies.len(), 2);
        assert!(!bodies.contains_key(&given.media) && !bodies.contains_key(&given.file));
        drop(before);
        // Coming again as a plain file changes nothing.
        let mut again = given.sealed.new.submission.items[2].clone();
        again.signed.header.kind = ItemKind::File;
        let added = store.items().add(report, vec![again], Stamp::reporter(NOW)).await;
        assert!(matches!(added, Err(Error::ItemConflict)));
        assert!(matches!(given.get(store, given.media, given.asker, NOW).await, Err(Error::Quarantined)));
    }

    async fn a_locked_item_is_given_to_no_member_again(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        assert!(matches!(given.lock(store, given.media).await, Err(Error::NotFound("hash list"))));
        given.keep_list(store).await.unwrap();
        given.release(store, 10).await;
        let access =
            store.items().consult(given.sealed.report, vec![given.media], given.asker, NOW).await.unwrap();
        assert!(given.lock(store, given.media).await.unwrap());
        assert!(!given.lock(store, given.media).await.unwrap());
        let open = store.items().open(&access, given.media, None).await;
        assert!(matches!(open, Err(Error::Locked)), "what was consulted before is not opened after");
        assert!(matches!(given.get(store, given.media, given.asker, NOW).await, Err(Error::Locked)));
        assert!(matches!(given.ask(store, given.asker, vec![given.media], 11).await, Err(Error::Locked)));
        assert!(given.lock(store, given.file).await.unwrap(), "a plain file is held back with it");
        assert!(matches!(given.get(store, given.file, given.approver, NOW).await, Err(Error::Locked)));
        let locked = store.quarantine().locked("north", 10).await.unwrap();
        assert_eq!(locked.len(), 2);
        assert_eq!((locked[0].list, locked[0].hash, locked[0].by), (LIST, HashKind::Pdq, given.asker));
        assert_eq!(whys(store, Kind::ItemRefused).await, ["locked", "locked"]);
        // The reporter, who holds the file, learns nothing of it.
        for item in [given.media, given.file] {
            assert!(given::read(store, &given.sealed, item).await.is_ok());
        }
    }

    async fn a_hash_list_is_kept_replaced_and_removed(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        let (lists, stamp) = (store.hash_lists(), Stamp::member(given.approver, NOW));
        given.keep_list(store).await.unwrap();
        let access = lists.consult("north", LIST, stamp).await.unwrap();
        assert_eq!(count(store, Kind::HashListConsulted).await, 1);
        let whole = lists.open(&access, None).await.unwrap();
        let bytes: Vec<bytes::Bytes> = futures_util::TryStreamExt::try_collect(whole).await.unwrap();
        assert_eq!(bytes.concat(), b"a sealed list");
        assert!(matches!(lists.open(&access, Some(0..99)).await, Err(Error::Range { size: 13 })));
        assert!(matches!(lists.consult("south", LIST, stamp).await, Err(Error::NotFound("hash list"))));

        given.keep_list(store).await.unwrap();
        assert_eq!(lists.of_desk("north").await.unwrap().len(), 1);
        desk(store, "south").await;
        let upload = given::upload(store, b"another's").await.unwrap();
        let name = Bytes(b"a sealed name".to_vec());
        let foreign = NewHashList { list: LIST, desk: "south".to_owned(), name, upload };
        assert!(matches!(lists.put(foreign, stamp).await, Err(Error::Exists("hash list"))));
        store.uploads().delete(upload).await.unwrap();

        assert_eq!(store.sweep_orphans(0..i64::MAX).await.unwrap(), 0, "a list's objects are no orphans");
        lists.consult("north", LIST, stamp).await.unwrap();
        lists.remove("north", LIST, stamp).await.unwrap();
        assert!(matches!(lists.remove("north", LIST, stamp).await, Err(Error::NotFound("hash list"))));
        assert_eq!(count(store, Kind::HashListChanged).await, 3);
        assert_eq!(store.sweep_orphans(0..i64::MAX).await.unwrap(), 0, "its objects went with it");
    }

    async fn everything_about_quarantine_agrees_with_the_log(test: TestStore) {
        let given = sequenced(&test).await;
        let store = &test.store;
        given.keep_list(store).await.unwrap();
        given.release(store, 10).await;
        given.lock(store, given.media).await.unwrap();
        store.quarantine().enter(given.sealed.report, given.file, Stamp::member(given.asker, NOW)).await.unwrap();
        let access = store.items().consult_inline(given.sealed.report, given.asker, NOW).await.unwrap();
        drop(access);
        let examined = store.log().fsck(TestStore::log_key().verifier(), &[]).await.unwrap();
        assert!(examined.is_sound(), "{examined:?}");
        assert_eq!(examined.store.hash_lists, 1);
    }
}

/// Breaks the one commit of a step; afterwards the step has happened whole or not at all, and its act with it.
async fn every_fault(pair: Pair) {
    let test = TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"));
    let given = given(&test.store).await;
    let store = &test.store;
    for how in [Break::Before, Break::After] {
        let number = if how == Break::Before { 20 } else { 30 };
        let stamp = Stamp::member(given.approver, NOW);
        let report = given.sealed.report;
        given.keep_list(store).await.unwrap();
        let waiting = given.ask(store, given.asker, vec![given.media], number).await.unwrap();
        let other = given.ask(store, given.asker, vec![given.media], number + 1).await.unwrap();
        let fresh = sealed_file(&given, number);
        let (fresh_id, locked_id) = (fresh[0].signed.header.item, fresh[1].signed.header.item);
        store.items().add(report, fresh, Stamp::reporter(NOW)).await.unwrap();
        let upload = given::upload(store, b"a sealed list").await.unwrap();

        let broken = async |kind: Kind, step: &mut (dyn AsyncStep + '_)| {
            let before = count(store, kind).await;
            test.faults.arm(Point::Commit, 0, how);
            assert!(step.run(store).await.is_err(), "{kind} went unnoticed");
            assert!(!test.faults.disarm(), "{kind} was not what broke");
            let happened = usize::from(how == Break::After);
            assert_eq!(count(store, kind).await, before + happened, "{kind} {how:?}");
            // Tried again, it is there once.
            let again = step.run(store).await;
            assert!(again.is_ok() || how == Break::After, "{kind}: {again:?}");
            let reopened = test.reopen().await.unwrap();
            assert!(count(&reopened, kind).await > before, "{kind} {how:?}");
        };
        let mut enter = Enter { given: &given, item: fresh_id };
        broken(Kind::ItemQuarantined, &mut enter).await;
        let mut lock = Lock { given: &given, item: locked_id };
        broken(Kind::ItemLocked, &mut lock).await;
        let mut ask = Ask { given: &given, number: number + 2 };
        broken(Kind::ReleaseAsked, &mut ask).await;
        let answer = Answer::Approve { until: NOW + HOUR };
        broken(Kind::ReleaseApproved, &mut Answering { given: &given, release: waiting.release, answer })
            .await;
        let answer = Answer::Refuse;
        broken(Kind::ReleaseRefused, &mut Answering { given: &given, release: other.release, answer }).await;
        let name = Bytes(b"a sealed name".to_vec());
        let new = NewHashList { list: LIST, desk: "north".to_owned(), name, upload };
        broken(Kind::HashListChanged, &mut Put { new, stamp }).await;
        broken(Kind::HashListChanged, &mut Remove { stamp }).await;

        // A refusal that cannot be put on record is none: the caller is not told that it was.
        test.faults.arm(Point::Commit, 0, how);
        let refused = given.get(store, given.media, given.intake, NOW).await;
        assert!(matches!(refused, Err(Error::CommitUnknown { .. })), "{refused:?}");
        assert!(!test.faults.disarm());
    }
}

fn sealed_file(given: &Given, number: u64) -> Vec<ItemUpload> {
    let file = |number| inline(given.sealed.seal(ItemKind::File, PATTERN, number));
    vec![file(number + 5), file(number + 6)]
}

/// One durable step.
trait AsyncStep {
    fn run<'a>(&'a mut self, store: &'a Store) -> futures_util::future::BoxFuture<'a, Result<(), Error>>;
}

struct Enter<'g> {
    given: &'g Given,
    item: ItemId,
}

struct Lock<'g> {
    given: &'g Given,
    item: ItemId,
}

struct Ask<'g> {
    given: &'g Given,
    number: u64,
}

struct Answering<'g> {
    given: &'g Given,
    release: ItemId,
    answer: Answer,
}

struct Put {
    new: NewHashList,
    stamp: Stamp,
}

struct Remove {
    stamp: Stamp,
}

macro_rules! step {
    ($type:ty, $this:ident, $store:ident, $body:expr) => {
        impl AsyncStep for $type {
            fn run<'a>(
                &'a mut self,
                $store: &'a Store,
            ) -> futures_util::future::BoxFuture<'a, Result<(), Error>> {
                let $this = self;
                Box::pin(async move { $body.map(drop) })
            }
        }
    };
}

step!(Enter<'_>, this, store, {
    let stamp = Stamp::member(this.given.asker, NOW);
    store.quarantine().enter(this.given.sealed.report, this.item, stamp).await
});
step!(Lock<'_>, this, store, this.given.lock(store, this.item).await);
step!(
    Ask<'_>,
    this,
    store,
    this.given.ask(store, this.given.asker, vec![this.given.media], this.number).await
);
step!(Answering<'_>, this, store, {
    let stamp = Stamp::member(this.given.approver, NOW);
    store.quarantine().answer(this.given.sealed.report, this.release, this.answer, stamp).await
});
step!(Put, this, store, store.hash_lists().put(this.new.clone(), this.stamp).await);
step!(Remove, this, store, store.hash_lists().remove("north", LIST, this.stamp).await);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_leaves_half_a_step_embedded() {
    every_fault(Pair::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_leaves_half_a_step_networked() {
    every_fault(Pair::Networked).await;
}
