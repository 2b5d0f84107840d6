//! Media in quarantine, as a member of a desk meets it: releases, locks, hash lists.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use protocol::content::ReleaseReason;
use protocol::quarantine::{
    AskRelease, DeskReleases, HashKind, HashList, HashListId, HashLists, Lock, NAME_HEADER, Release, Releases,
};
use protocol::submission::{ItemBody, ItemUpload};
use protocol::{API, UnixSeconds};
use seal::{ItemId, ItemKind, Place, ReportId, VerifyingKey};
use serde_json::json;

use crate::content;
use crate::error::{Error, Result};
use crate::random;
use crate::staff::{OpenReport, Staff, body};
use crate::transport::Outgoing;

const SEALED_NAME: HeaderName = HeaderName::from_static(NAME_HEADER);

/// Why a member asked to see media.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The release: the item that this was sealed in.
    pub release: ItemId,
    /// When.
    pub at: UnixSeconds,
    /// Whose key signed it.
    pub author: Option<VerifyingKey>,
    /// What they asked for, and why.
    pub reason: ReleaseReason,
}

impl Staff {
    /// Puts a file that turned out to be media into quarantine.
    ///
    /// # Errors
    /// When there is no such file, the role may not, or the instance cannot be reached.
    pub async fn quarantine(&self, report: ReportId, item: ItemId) -> Result<()> {
        self.post(format!("{API}/reports/{report}/items/{item}/quarantine"), &json!({})).await
    }

    /// Locks a file that a hash list knows: nobody at the desk is given it again.
    ///
    /// # Errors
    /// As [`Staff::quarantine`], and when the desk has no such list.
    pub async fn lock(&self, report: ReportId, item: ItemId, list: HashListId, hash: HashKind) -> Result<()> {
        self.post(format!("{API}/reports/{report}/items/{item}/lock"), &Lock { list, hash }).await
    }

    /// Asks to be given files in quarantine. The reason is sealed to the desk.
    ///
    /// # Errors
    /// When the role may not, one of the files is locked or not in quarantine, or the instance cannot be reached.
    pub async fn ask_release(&self, report: ReportId, items: Vec<ItemId>, why: &str) -> Result<Release> {
        let kind = ItemKind::Release;
        let document = ReleaseReason::new(items.clone(), why);
        let json = serde_json::to_vec(&document).map_err(|error| Error::unexpected(kind.as_str(), error))?;
        let mut rng = random::system();
        let place = Place { report, item: ItemId::generate(&mut rng), kind };
        let sealed = seal::seal_item(place, None, &json, self.desk()?.recipient(), &self.identity, &mut rng)?;
        let reason = ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) };
        let asked =
            Outgoing::post(format!("{API}/reports/{report}/releases"), &AskRelease { items, reason })?;
        self.transport.call(&self.signed(asked)?).await
    }

    /// The reasons for which members asked to see media of a report, oldest first.
    ///
    /// # Errors
    /// When a reason does not open.
    pub fn reasons(&self, report: &OpenReport) -> Result<Vec<Reason>> {
        let desk = self.desk()?;
        let reasons = report.of(ItemKind::Release).map(|item| {
            let header = &item.signed.header;
            let reason = content::read(report.view.report, item, body(item), desk)?;
            Ok(Reason { release: header.item, at: item.received_at, author: header.author, reason })
        });
        reasons.collect()
    }

    /// All releases of a report, newest first.
    ///
    /// # Errors
    /// When the role may not, or the instance cannot be reached.
    pub async fn releases(&self, report: ReportId) -> Result<Vec<Release>> {
        let releases: Releases = self.get(format!("{API}/reports/{report}/releases")).await?;
        Ok(releases.releases)
    }

    /// What waits for an answer at the desk and, for a supervisor, what is locked.
    ///
    /// # Errors
    /// As [`Staff::releases`].
    pub async fn desk_releases(&self) -> Result<DeskReleases> {
        self.get(format!("{API}/desks/{}/releases", self.session.desk.slug)).await
    }

    /// Lets a colleague see what they have asked for.
    ///
    /// # Errors
    /// When it is one's own, the role may not, it was answered, or nobody answered it in time.
    pub async fn approve(&self, report: ReportId, release: ItemId) -> Result<Release> {
        self.answer(report, release, "approval").await
    }

    /// Does not let a colleague see what they have asked for, or no longer.
    ///
    /// # Errors
    /// As [`Staff::approve`]; one's own can be taken back.
    pub async fn refuse(&self, report: ReportId, release: ItemId) -> Result<Release> {
        self.answer(report, release, "refusal").await
    }

    async fn answer(&self, report: ReportId, release: ItemId, answer: &str) -> Result<Release> {
        let path = format!("{API}/reports/{report}/releases/{release}/{answer}");
        self.transport.call(&self.signed(Outgoing::post(path, &json!({}))?)?).await
    }

    /// The desk's hash lists, with their names opened.
    ///
    /// # Errors
    /// When the role may not, or a name does not open.
    pub async fn hash_lists(&self) -> Result<Vec<(String, HashList)>> {
        let lists: HashLists = self.get(self.hash_list_path("")).await?;
        let desk = self.desk()?;
        let opened = lists.lists.into_iter().map(|list| {
            let name = seal::age::decrypt(list.name.as_slice(), desk)?;
            Ok((String::from_utf8_lossy(&name).into_owned(), list))
        });
        opened.collect()
    }

    /// Seals a hash list to the desk and hands it over, in the place of one with the same id.
    ///
    /// # Errors
    /// When the role may not, the list is too large, or the instance cannot be reached.
    pub async fn put_hash_list(&self, list: HashListId, name: &str, content: &[u8]) -> Result<HashList> {
        let (desk, mut rng) = (self.desk()?, random::system());
        let to = std::slice::from_ref(desk.recipient());
        let sealed_name = seal::age::encrypt(to, name.as_bytes(), &mut rng)?;
        let sealed = seal::age::encrypt(to, content, &mut rng)?;
        let name = HeaderValue::try_from(URL_SAFE_NO_PAD.encode(sealed_name))
            .map_err(|error| Error::unexpected("a hash list's name", error))?;
        let path = self.hash_list_path(&format!("/{list}"));
        let outgoing = Outgoing::new(Method::PUT, path).header(SEALED_NAME, name).body(sealed);
        self.transport.call(&self.signed(outgoing)?).await
    }

    /// Fetches a hash list and opens it. The service logs it as consulted first.
    ///
    /// # Errors
    /// When the role may not, there is no such list, or it does not open.
    pub async fn hash_list(&self, list: HashListId) -> Result<Bytes> {
        let outgoing = self.signed(Outgoing::get(self.hash_list_path(&format!("/{list}"))))?;
        let sealed = self.transport.body(self.transport.send(&outgoing).await?).await?;
        Ok(seal::age::decrypt(&sealed, self.desk()?)?.to_vec().into())
    }

    /// Removes a hash list. What it has locked stays locked.
    ///
    /// # Errors
    /// When the role may not, or there is no such list.
    pub async fn remove_hash_list(&self, list: HashListId) -> Result<()> {
        let outgoing = Outgoing::new(Method::DELETE, self.hash_list_path(&format!("/{list}")));
        self.transport.send(&self.signed(outgoing)?).await.map(drop)
    }

    fn hash_list_path(&self, rest: &str) -> String {
        format!("{API}/desks/{}/hash-lists{rest}", self.session.desk.slug)
    }
}
