//! A member of a desk at work.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use protocol::content::{Answers, Message, Note, Speaker, Summary};
use protocol::opaque::ClientLogin;
use protocol::receipt::{AddItems, ItemView, ItemsAdded};
use protocol::staff::{
    Assign, ChangeRole, ChangeState, InviteMade, MemberView, Members, NewInvite, QueuePage, QueueRow,
    ReportState, ReportView, Session, SessionStage, SignInChallenge, SignInFinish, SignInStart,
};
use protocol::submission::{ItemBody, ItemUpload};
use protocol::{API, InviteCode, MemberId, Role, UnixSeconds};
use seal::{Identity, ItemId, ItemKind, Place, ReportId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::content::{self, Said, Written};
use crate::error::{Error, Result};
use crate::transport::{Outgoing, Transport};
use crate::{Client, random};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A signed-in member, with the keys that their passphrase opened.
#[derive(Debug)]
pub struct Staff {
    pub(crate) transport: Transport,
    cookie: HeaderValue,
    pub(crate) session: Session,
    pub(crate) identity: Identity,
    desk: Option<Identity>,
}

/// A report that a member opened.
#[derive(Debug)]
pub struct OpenReport {
    /// What the service says of it, sealed items included.
    pub view: ReportView,
    identity: Identity,
}

impl Client {
    /// Signs a member in by name and passphrase. The passphrase never leaves this process.
    ///
    /// # Errors
    /// [`protocol::opaque::OpaqueError::WrongCredentials`] when name and passphrase do not belong together;
    /// [`Error::PasskeyNeeded`] when the member or the instance's policy asks for a passkey too.
    pub async fn sign_in(&self, login: &str, passphrase: &str) -> Result<Staff> {
        let transport = &self.transport;
        let (state, ke1) = ClientLogin::start(passphrase, &mut random::system())?;
        let start = SignInStart { login: login.to_owned(), ke1 };
        let response = self.send_with_work(&Outgoing::post(session("/start"), &start)?).await?;
        let challenge: SignInChallenge = transport.read("the sign-in", response).await?;
        let ke2 = challenge.ke2;
        let finished =
            tokio::task::spawn_blocking(move || state.finish(&ke2, &mut random::system())).await??;
        let finish = SignInFinish { attempt: challenge.attempt, ke3: finished.finalization };
        let response = self.send_with_work(&Outgoing::post(session("/finish"), &finish)?).await?;
        let cookie = cookie_of(response.headers())?;
        let session: Session = transport.read("the sign-in", response).await?;
        if session.stage != SessionStage::Full {
            return Err(Error::PasskeyNeeded);
        }

        let vault = session.vault.as_ref().ok_or_else(|| Error::unexpected("the sign-in", "no vault"))?;
        let seed = seal::unwrap(vault.as_slice(), &finished.export_key.vault_identity())?;
        let identity = Identity::from_seed(seed);
        let grant = session.grant.as_ref().map(|grant| seal::unwrap(grant.as_slice(), &identity));
        let desk = grant.transpose()?.map(Identity::from_seed);
        Ok(Staff { transport: transport.clone(), cookie, session, identity, desk })
    }
}

impl Staff {
    /// Who is signed in.
    pub fn member(&self) -> &MemberView {
        &self.session.member
    }

    /// What the service said at sign-in.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the instance cannot be reached.
    pub async fn sign_out(self) -> Result<()> {
        let outgoing = Outgoing::new(Method::DELETE, session(""));
        self.transport.send(&self.signed(outgoing)?).await.map(drop)
    }

    /// One page of the queue: urgent reports first, then the longest waiting.
    ///
    /// # Errors
    /// When the role may not see it, or the instance cannot be reached.
    pub async fn queue(&self, states: &[ReportState], limit: u32, after: Option<&str>) -> Result<QueuePage> {
        let states = states.iter().map(|state| format!("state={}", state.as_str()));
        let after = after.map(|after| format!("after={after}"));
        let query = states.chain([format!("limit={limit}")]).chain(after).collect::<Vec<_>>().join("&");
        self.get(format!("{API}/desks/{}/queue?{query}", self.session.desk.slug)).await
    }

    /// All pages of the queue.
    ///
    /// # Errors
    /// As [`Staff::queue`].
    pub async fn whole_queue(&self, states: &[ReportState]) -> Result<Vec<QueueRow>> {
        let mut page = self.queue(states, 200, None).await?;
        let mut rows = std::mem::take(&mut page.rows);
        while let Some(next) = page.next.take() {
            page = self.queue(states, 200, Some(&next)).await?;
            rows.append(&mut page.rows);
        }
        Ok(rows)
    }

    /// Opens the one line of a report that the queue shows.
    ///
    /// # Errors
    /// When the member's role reads no content, or a check on the sealed line fails.
    pub fn summary(&self, row: &QueueRow) -> Result<Summary> {
        let identity = Identity::from_seed(seal::unwrap(row.desk_wrap.as_slice(), self.desk()?)?);
        content::read(row.report, &row.summary, body(&row.summary), &identity)
    }

    /// Fetches a report and opens its key. The service logs it as consulted first.
    ///
    /// # Errors
    /// When the role reads no content, there is no such report at this desk, or its key does not open.
    pub async fn report(&self, report: ReportId) -> Result<OpenReport> {
        let desk = self.desk()?;
        let view: ReportView = self.get(format!("{API}/reports/{report}")).await?;
        let identity = Identity::from_seed(seal::unwrap(view.desk_wrap.as_slice(), desk)?);
        Ok(OpenReport { view, identity })
    }

    /// The sealed bytes of an item that was too large to travel along.
    ///
    /// # Errors
    /// When there is no such item, or the instance cannot be reached.
    pub async fn item(&self, report: ReportId, item: ItemId) -> Result<Bytes> {
        let outgoing = self.signed(Outgoing::get(format!("{API}/reports/{report}/items/{item}")))?;
        self.transport.body(self.transport.send(&outgoing).await?).await
    }

    /// Answers the reporter.
    ///
    /// # Errors
    /// When the role may not, or the instance cannot be reached.
    pub async fn reply(&self, report: &OpenReport, text: &str) -> Result<UnixSeconds> {
        let message = Message::new(Speaker::Desk, text);
        self.add(report, ItemKind::Message, &message, &report.identity).await
    }

    /// Leaves a note for colleagues; the reporter never sees it.
    ///
    /// # Errors
    /// As [`Staff::reply`].
    pub async fn note(&self, report: &OpenReport, text: &str) -> Result<UnixSeconds> {
        self.add(report, ItemKind::Note, &Note::new(text), self.desk()?).await
    }

    /// The notes on a report, oldest first.
    ///
    /// # Errors
    /// When a note does not open.
    pub fn notes(&self, report: &OpenReport) -> Result<Vec<Written>> {
        let desk = self.desk()?;
        let notes = report.of(ItemKind::Note).map(|item| {
            let Note { text, .. } = content::read(report.view.report, item, body(item), desk)?;
            let header = &item.signed.header;
            Ok(Written { item: header.item, at: item.received_at, author: header.author, text })
        });
        notes.collect()
    }

    /// Gives a report to a member, or to nobody.
    ///
    /// # Errors
    /// When the role may not, or the instance cannot be reached.
    pub async fn assign(&self, report: ReportId, member: Option<MemberId>) -> Result<()> {
        self.post(format!("{API}/reports/{report}/assignment"), &Assign { member }).await
    }

    /// Says where a report stands.
    ///
    /// # Errors
    /// As [`Staff::assign`].
    pub async fn set_state(&self, report: ReportId, state: ReportState) -> Result<()> {
        self.post(format!("{API}/reports/{report}/state"), &ChangeState { state }).await
    }

    /// Everybody at the desk, also those who left.
    ///
    /// # Errors
    /// As [`Staff::assign`].
    pub async fn members(&self) -> Result<Vec<MemberView>> {
        let members: Members = self.get(format!("{API}/desks/{}/members", self.session.desk.slug)).await?;
        Ok(members.members)
    }

    /// Asks a person to join the desk. The code is drawn here and shown once; the service gets a digest.
    ///
    /// # Errors
    /// As [`Staff::assign`], and when a role that reads content is given by one that does not.
    pub async fn invite(&self, login: &str, name: &str, role: Role) -> Result<(InviteCode, UnixSeconds)> {
        let code = InviteCode::generate(&mut random::system());
        let grant = if role.reads_content() {
            let seed = self.desk()?.seed();
            Some(seal::wrap(seed, code.identity().recipient(), &mut random::system())?.into())
        } else {
            None
        };
        let invite = NewInvite {
            code_sha256: code.digest(),
            login: login.to_owned(),
            name: name.to_owned(),
            role,
            grant,
        };
        let outgoing = Outgoing::post(format!("{API}/desks/{}/invites", self.session.desk.slug), &invite)?;
        let made: InviteMade = self.transport.call(&self.signed(outgoing)?).await?;
        Ok((code, made.expires))
    }

    /// Ends a member's access at once.
    ///
    /// # Errors
    /// As [`Staff::assign`].
    pub async fn revoke(&self, member: MemberId) -> Result<()> {
        self.post(format!("{API}/members/{member}/revocation"), &serde_json::json!({})).await
    }

    /// Changes what a member is.
    ///
    /// # Errors
    /// As [`Staff::assign`]; a role that reads content takes an invite instead.
    pub async fn change_role(&self, member: MemberId, role: Role) -> Result<()> {
        self.post(format!("{API}/members/{member}/role"), &ChangeRole { role }).await
    }

    async fn add(
        &self,
        report: &OpenReport,
        kind: ItemKind,
        document: &impl Serialize,
        to: &Identity,
    ) -> Result<UnixSeconds> {
        let json = serde_json::to_vec(document).map_err(|error| Error::unexpected(kind.as_str(), error))?;
        let mut rng = random::system();
        let place = Place { report: report.view.report, item: ItemId::generate(&mut rng), kind };
        let sealed = seal::seal_item(place, None, &json, to.recipient(), &self.identity, &mut rng)?;
        let item = ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) };
        let path = format!("{API}/reports/{}/items", report.view.report);
        let outgoing = Outgoing::post(path, &AddItems { items: vec![item] })?;
        let added: ItemsAdded = self.transport.call(&self.signed(outgoing)?).await?;
        Ok(added.received_at)
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: String) -> Result<T> {
        self.transport.call(&self.signed(Outgoing::get(path))?).await
    }

    pub(crate) async fn post(&self, path: String, body: &impl Serialize) -> Result<()> {
        self.transport.send(&self.signed(Outgoing::post(path, body)?)?).await.map(drop)
    }

    pub(crate) fn signed(&self, outgoing: Outgoing) -> Result<Outgoing> {
        Ok(same_origin(&self.transport, outgoing)?.header(header::COOKIE, self.cookie.clone()))
    }

    pub(crate) fn desk(&self) -> Result<&Identity> {
        self.desk.as_ref().ok_or(Error::NoContent)
    }
}

impl OpenReport {
    /// The questionnaire as it was answered.
    ///
    /// # Errors
    /// When a check on the sealed answers fails, or they are too large to have travelled along.
    pub fn answers(&self) -> Result<Answers> {
        let item = self.of(ItemKind::Answers).next();
        let item = item.ok_or_else(|| Error::unexpected("the report", "it has no answers"))?;
        if item.signed.header.author != Some(self.view.reporter_key) {
            return Err(content::wrong_author(item.signed.header.item, "the reporter"));
        }
        content::read(self.view.report, item, body(item), &self.identity)
    }

    /// The dialogue so far, oldest first.
    ///
    /// # Errors
    /// When a message does not open or claims to be from somebody who did not sign it.
    pub fn messages(&self) -> Result<Vec<Said>> {
        let messages = self.of(ItemKind::Message).map(|item| {
            content::message(self.view.report, item, body(item), &self.identity, self.view.reporter_key)
        });
        messages.collect()
    }

    /// Opens one of the report's items, whose sealed bytes were fetched with [`Staff::item`].
    ///
    /// # Errors
    /// [`Error::Seal`] with the check that failed.
    pub fn open(&self, item: &ItemView, bytes: &[u8]) -> Result<seal::OpenedItem> {
        content::open(self.view.report, item, bytes, &self.identity)
    }

    /// The sealed items of one kind, oldest first.
    pub fn of(&self, kind: ItemKind) -> impl Iterator<Item = &ItemView> {
        self.view.items.iter().filter(move |item| item.signed.header.kind == kind)
    }
}

fn session(step: &str) -> String {
    format!("{API}/session{step}")
}

pub(crate) fn body(item: &ItemView) -> &[u8] {
    item.body.as_ref().map_or(&[], protocol::Bytes::as_slice)
}

/// What a browser says of a request from the instance's own pages.
pub(crate) fn same_origin(transport: &Transport, outgoing: Outgoing) -> Result<Outgoing> {
    let origin = HeaderValue::try_from(transport.origin())
        .map_err(|error| Error::unexpected("the instance's address", error))?;
    Ok(outgoing.header(header::ORIGIN, origin).header(FETCH_SITE, HeaderValue::from_static("same-origin")))
}

/// The session's cookie, without its attributes.
fn cookie_of(headers: &http::HeaderMap) -> Result<HeaderValue> {
    let cookies = headers.get_all(header::SET_COOKIE).iter();
    let mut values = cookies.filter_map(|value| value.to_str().ok()?.split(';').next());
    let cookie = values.find(|value| value.starts_with("__Host-safehand="));
    let cookie = cookie.ok_or_else(|| Error::unexpected("the sign-in", "no session cookie"))?;
    let mut cookie =
        HeaderValue::try_from(cookie).map_err(|error| Error::unexpected("the session cookie", error))?;
    cookie.set_sensitive(true);
    Ok(cookie)
}
