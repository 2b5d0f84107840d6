//! What the tests start from: desks, members, and reports that are really sealed.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::stream;
use protocol::public::DeskKind;
use protocol::submission::{ItemBody, ItemUpload, ReporterKey, Submission};
use protocol::{MemberId, Role};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use seal::{Digest, Identity, ItemId, ItemKind, LookupId, Place, ReportId, SignedHeader};
use store::acts::Stamp;
use store::desks::Desk;
use store::members::{NewMember, Post};
use store::reports::NewReport;
use store::uploads::UploadId;
use store::{Error, Store};

/// The time in every test that does not say otherwise.
pub(crate) const NOW: i64 = 1_800_000_000;
/// The desk that every test has.
pub(crate) const DESK: &str = "north";

/// Randomness that is another one for each number and the same in each run.
pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) async fn desk(store: &Store, slug: &str) {
    let desk = Desk {
        slug: slug.to_owned(),
        name: format!("{slug} desk"),
        kind: DeskKind::Police,
        identity: Identity::generate(&mut rng(1)).public(),
        created_at: NOW,
    };
    store.desks().create(desk, Stamp::system(NOW)).await.unwrap();
}

/// A member of the desk `north`, with a grant if the role reads content.
pub(crate) async fn member(store: &Store, login: &str, role: Role) -> MemberId {
    let post = Post { desk: DESK.to_owned(), login: login.to_owned(), name: login.to_uppercase(), role };
    let member = new_member(login, role);
    let id = member.id;
    store.members().create(post, member, Stamp::system(NOW)).await.unwrap();
    id
}

pub(crate) fn new_member(login: &str, role: Role) -> NewMember {
    let mut id = [0; 16];
    id.copy_from_slice(&Digest::of(login).as_bytes()[..16]);
    NewMember {
        id: MemberId::from_bytes(id),
        opaque_record: format!("record of {login}").into_bytes().into(),
        vault: format!("vault of {login}").into_bytes().into(),
        identity: Identity::generate(&mut rng(2)).public(),
        grant: role.reads_content().then(|| format!("wrap to {login}").into_bytes().into()),
    }
}

/// A sealed report with everything that opens it.
#[derive(Clone)]
pub(crate) struct Sealed {
    pub(crate) new: NewReport,
    pub(crate) lookup: LookupId,
    pub(crate) report: ReportId,
    pub(crate) seed: seal::Seed,
    pub(crate) reporter: Identity,
    /// The sealed bytes of its file, which go through an upload.
    pub(crate) file: Option<(SignedHeader, Vec<u8>)>,
}

pub(crate) const FILE_CONTENT: &[u8] = b"10:02 Sam: is football on Saturday? 10:03 Alex: if it stays dry";

impl Sealed {
    /// A report of answers and a summary.
    pub(crate) fn new(number: u64) -> Self {
        let mut rng = rng(number);
        let report = ReportId::generate(&mut rng);
        let identity = Identity::generate(&mut rng);
        let reporter = Identity::generate(&mut rng);
        let mut item = |kind, content: &[u8]| {
            let place = Place { report, item: ItemId::generate(&mut rng), kind };
            let sealed =
                seal::seal_item(place, None, content, identity.recipient(), &reporter, &mut rng).unwrap();
            ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }
        };
        let items = vec![
            item(ItemKind::Answers, format!("answers of report {number}").as_bytes()),
            item(ItemKind::Summary, format!("summary of report {number}").as_bytes()),
        ];
        let mut lookup = [0; 16];
        rng.fill_bytes(&mut lookup);
        let lookup = LookupId::from_bytes(lookup);
        let submission = Submission {
            report,
            urgent: false,
            desk_wrap: format!("desk wrap {number}").into_bytes().into(),
            reporter: ReporterKey {
                lookup: lookup.hash(),
                verifying_key: reporter.verifying_key(),
                wrap: format!("reporter wrap {number}").into_bytes().into(),
            },
            items,
        };
        let digest = Digest::of(serde_json::to_vec(&submission).unwrap());
        let new = NewReport { desk: DESK.to_owned(), submission, digest, received_at: NOW };
        let seed = identity.seed().clone();
        Self { new, lookup, report, seed, reporter, file: None }
    }

    /// The same with a file, whose bytes have been uploaded as `upload`.
    pub(crate) fn with_file(number: u64, upload: UploadId) -> Self {
        let mut this = Self::new(number);
        let sealed = this.seal(ItemKind::File, FILE_CONTENT, 1);
        this.new
            .submission
            .items
            .push(ItemUpload { signed: sealed.signed, body: ItemBody::Upload(upload.to_string()) });
        this.file = Some((sealed.signed, sealed.bytes));
        this
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity::from_seed(self.seed.clone())
    }

    /// A further item from the reporter. The same `number` gives the same item.
    pub(crate) fn seal(&self, kind: ItemKind, content: &[u8], number: u64) -> seal::SealedItem {
        let mut rng = rng(number);
        rng.set_stream(u64::from_le_bytes(self.report.as_bytes()[..8].try_into().unwrap()));
        let place = Place { report: self.report, item: ItemId::generate(&mut rng), kind };
        seal::seal_item(place, None, content, self.identity().recipient(), &self.reporter, &mut rng).unwrap()
    }

    pub(crate) fn message(&self, content: &str, number: u64) -> ItemUpload {
        let sealed = self.seal(ItemKind::Message, content.as_bytes(), number);
        ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }
    }

    /// Opens the report from what the store has of it, as its reporter would. Panics when anything is not right.
    pub(crate) async fn opens(&self, store: &Store) {
        let found =
            store.reports().by_lookup(self.lookup.hash()).await.unwrap().expect("a receipt finds its report");
        assert_eq!(found.report(), self.report);
        assert_eq!(found.wrap(), &self.new.submission.reporter.wrap);
        let headers = store.items().headers(self.report).await.unwrap();
        let sent: Vec<_> = self.new.submission.items.iter().map(|item| item.signed).collect();
        let kept: Vec<_> = headers.iter().take(sent.len()).map(|item| item.signed).collect();
        assert_eq!(kept, sent);
        for header in headers {
            let body = store.items().open(&found, header.signed.header.item, None).await.unwrap();
            let bytes = body.into_vec().await.unwrap();
            seal::open_item(&header.signed, &bytes, &self.identity()).unwrap();
        }
    }

    /// Whether the store shows anything of the report.
    pub(crate) async fn is_visible(&self, store: &Store) -> bool {
        let by_id = store.reports().get(self.report).await.unwrap().is_some();
        let by_lookup = store.reports().by_lookup(self.lookup.hash()).await.unwrap().is_some();
        let items = store.items().headers(self.report).await.unwrap();
        assert_eq!(by_id, by_lookup);
        assert_eq!(by_id, !items.is_empty());
        by_id
    }
}

/// A body of a request that arrives in pieces of this size.
pub(crate) fn pieces(
    bytes: &[u8],
    size: usize,
) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> + Send + use<> {
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

/// Uploads bytes whole.
pub(crate) async fn upload(store: &Store, bytes: &[u8]) -> Result<UploadId, Error> {
    let id = UploadId::random()?;
    let later = NOW + 3600;
    store.uploads().create(id, Some(bytes.len() as u64), later, NOW).await?;
    let uploaded = store.uploads().append(id, 0, None, later, NOW, pieces(bytes, 50_000)).await?;
    assert_eq!(uploaded, bytes.len() as u64);
    Ok(id)
}

/// Bytes that are all different from their neighbours, so that a piece in the wrong place shows.
pub(crate) fn pattern(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    rng(len as u64).fill_bytes(&mut bytes);
    bytes
}

/// A number that no other caller in this process gets.
pub(crate) fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Reads a whole item as its reporter.
pub(crate) async fn read(store: &Store, sealed: &Sealed, item: ItemId) -> Result<Vec<u8>, Error> {
    let found = store.reports().by_lookup(sealed.lookup.hash()).await?.ok_or(Error::NotFound("report"))?;
    store.items().open(&found, item, None).await?.into_vec().await
}
