//! A running instance of its own for each test, and what a browser would send to it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::Client;
use protocol::content::{Answers, SealedOn, Summary};
use protocol::opaque::{ClientLogin, ExportKey, OpaqueError};
use protocol::public::{DeskKind, WorkChallenge};
use protocol::staff::{Session, SessionStage, SignInChallenge};
use protocol::work::Solving;
use protocol::{ApiError, Bytes, ErrorCode, MemberId, Role};
use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, ORIGIN, SET_COOKIE};
use seal::{Digest, Identity, Phrase, ReportId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::clock::{Clock as _, ManualClock, SystemClock};
use server::staff::PasskeyPolicy;
use server::staff::ceremony::{self, DeskPlan, NewDesk, Person};
use server::work::writes::{Toll, WRITES};
use server::{AppState, Config, Server};
use store::acts::Stamp;
use store::members::{NewMember, Post};
use store::testing::{Pair, TestStore};
use tokio::sync::oneshot;

pub(crate) const PASSPHRASE: &str = "four geese cross the yard";

/// The operating system's generator.
pub(crate) fn rng() -> seal::rand_core::UnwrapErr<getrandom::SysRng> {
    seal::rand_core::UnwrapErr(getrandom::SysRng)
}

/// A running instance with one police desk. Dropped, it stops.
pub(crate) struct Instance {
    pub(crate) state: AppState,
    pub(crate) clock: ManualClock,
    _test: TestStore,
    pub(crate) client: Client,
    pub(crate) origin: String,
    pub(crate) bay: NewDesk,
    http: reqwest::Client,
    counter: AtomicU64,
    _stop: oneshot::Sender<()>,
}

impl Instance {
    pub(crate) async fn embedded() -> Self {
        Self::with(PasskeyPolicy::Off).await
    }

    pub(crate) async fn with(passkey: PasskeyPolicy) -> Self {
        Self::on(TestStore::open(Pair::Embedded).await.unwrap(), passkey).await
    }

    pub(crate) async fn on(test: TestStore, passkey: PasskeyPolicy) -> Self {
        let address = free_address();
        let mut config = Config { store: test.config.clone(), ..Config::default() };
        config.server.listen = address;
        config.server.origin = format!("http://localhost:{}", address.port());
        config.server.key_file = test.folder().join("instance.key");
        config.work.base_bits = 1;
        config.staff.passkey = passkey;
        let origin = config.server.origin.clone();
        let clock = ManualClock::at(SystemClock.now());
        let server = Server::bind_with_clock(config, Arc::new(clock.clone())).await.unwrap();
        let state = server.state().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        let bay = desk(&state, "bay", clock.now()).await;
        let client = Client::new(&origin).unwrap();
        let http = reqwest::Client::new();
        Self { state, clock, _test: test, client, origin, bay, http, counter: AtomicU64::new(0), _stop: stop }
    }

    /// A second desk.
    pub(crate) async fn desk(&self, slug: &str) -> NewDesk {
        desk(&self.state, slug, self.clock.now()).await
    }

    /// A member with a passphrase.
    pub(crate) async fn enrol(&self, login: &str, role: Role) -> MemberId {
        let person = Person { login: login.to_owned(), name: format!("Member {login}"), role };
        let NewDesk { desk, key, .. } = &self.bay;
        let (store, keys) = (&self.state.store, &self.state.keys);
        ceremony::enrol(store, keys, desk, &person, PASSPHRASE, Some(key), self.clock.now()).await.unwrap()
    }

    /// A member who is signed in already, without the cost of a passphrase.
    pub(crate) async fn signed_in(&self, desk: &NewDesk, role: Role, stage: SessionStage) -> Member {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let identity = Identity::generate(&mut rng());
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_le_bytes());
        let member = NewMember {
            id: MemberId::from_bytes(id),
            opaque_record: Bytes(vec![0]),
            vault: Bytes(vec![0]),
            identity: identity.public(),
            grant: role.reads_content().then(|| wrap(&desk.key, &identity)),
        };
        let id = member.id;
        let login = format!("{role}-{number}");
        let post = Post { desk: desk.desk.slug.clone(), login, name: "Somebody".to_owned(), role };
        let now = self.clock.now();
        self.state.store.members().create(post, member, Stamp::system(now)).await.unwrap();
        let token = Digest::of(id.as_bytes());
        let session = store::sessions::Session {
            token_sha256: Digest::of(token.as_bytes()),
            member: id,
            stage,
            created_at: now,
            seen_at: now,
            expires_at: now + 36_000,
        };
        self.state.store.sessions().create(session).await.unwrap();
        let cookie = format!("__Host-safehand={}", URL_SAFE_NO_PAD.encode(token.as_bytes()));
        Member { id, identity, browser: Browser { cookie: Some(cookie), ..self.browser() } }
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn browser(&self) -> Browser {
        Browser { http: self.http.clone(), origin: self.origin.clone(), cookie: None }
    }

    /// A sealed report, handed over.
    pub(crate) async fn report(&self, desk: &str, title: &str, urgent: bool) -> (Phrase, ReportId) {
        let (phrase, report) = self.client.new_report(desk).await.unwrap();
        let id = report.id();
        let (answers, summary) = (answers(), summary(title));
        report
            .finish(&self.client, answers, summary, urgent)
            .await
            .unwrap()
            .send(&self.client)
            .await
            .unwrap();
        (phrase, id)
    }
}

pub(crate) fn answers() -> Answers {
    Answers {
        schema: Answers::SCHEMA.to_owned(),
        questionnaire: "default".to_owned(),
        version: 1,
        language: "en-GB".to_owned(),
        sealed_on: SealedOn::Device,
        route: None,
        pages: Vec::new(),
        reasons: Vec::new(),
        files: Vec::new(),
    }
}

pub(crate) fn summary(title: &str) -> Summary {
    Summary {
        schema: Summary::SCHEMA.to_owned(),
        title: title.to_owned(),
        reasons: Vec::new(),
        route: None,
        about: Vec::new(),
        accounts: 1,
        files: 0,
    }
}

pub(crate) fn wrap(key: &Identity, to: &Identity) -> Bytes {
    seal::wrap(key.seed(), to.recipient(), &mut rng()).unwrap().into()
}

async fn desk(state: &AppState, slug: &str, now: i64) -> NewDesk {
    let name = format!("Desk {slug}");
    let plan = DeskPlan { slug: slug.to_owned(), name, kind: DeskKind::Police, threshold: 2, custodians: 3 };
    ceremony::create_desk(&state.store, plan, now).await.unwrap()
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A member who is signed in.
pub(crate) struct Member {
    pub(crate) id: MemberId,
    pub(crate) identity: Identity,
    pub(crate) browser: Browser,
}

/// Sends what a browser would send from the instance's own pages.
#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    origin: String,
    pub(crate) cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{} {text}: {error}", self.status))
    }

    pub(crate) fn ok<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    pub(crate) fn refusal(&self) -> ApiError {
        assert!(self.status >= 400, "{} was no refusal", self.status);
        let refusal: ApiError = self.json();
        assert_eq!(refusal.code.status(), self.status);
        refusal
    }

    pub(crate) fn code(&self) -> ErrorCode {
        self.refusal().code
    }
}

impl Browser {
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_value(body).unwrap();
        let stamp = if costs_work(path) { Some(self.stamp().await) } else { None };
        let mut headers = vec![(ORIGIN.as_str(), self.origin.as_str())];
        headers.extend(stamp.as_deref().map(|stamp| (protocol::WORK_HEADER, stamp)));
        self.send(Method::POST, path, &headers, Some(&body)).await
    }

    /// A fresh proof of work, as its header's value.
    pub(crate) async fn stamp(&self) -> String {
        let challenge: WorkChallenge = self.get("/api/v1/work").await.ok();
        Solving::new(challenge).unwrap().step(u64::MAX).unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[(ORIGIN.as_str(), &self.origin)], None).await
    }

    /// Puts nothing there.
    pub(crate) async fn put(&self, path: &str) -> Answer {
        self.send(Method::PUT, path, &[(ORIGIN.as_str(), &self.origin)], None).await
    }

    /// Puts a hash list there, under a sealed name.
    pub(crate) async fn put_bytes(&self, path: &str, name: &str, body: &[u8]) -> Answer {
        let request = self.http.put(format!("{}{path}", self.origin)).header(ORIGIN, &self.origin);
        let request = request.header(protocol::quarantine::NAME_HEADER, name);
        let cookie = self.cookie.clone().unwrap_or_default();
        let response = request.header(COOKIE, cookie).body(body.to_vec()).send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) async fn start(&self, login: &str, passphrase: &str) -> Result<Started, ApiError> {
        let (state, ke1) = ClientLogin::start(passphrase, &mut rng()).unwrap();
        let answer = self.post("/api/v1/session/start", &json!({ "login": login, "ke1": ke1 })).await;
        if answer.status == 200 {
            Ok(Started { state, challenge: answer.json() })
        } else {
            Err(answer.json())
        }
    }

    /// Signs in and keeps the cookie.
    pub(crate) async fn sign_in(&mut self, login: &str) -> (Session, ExportKey) {
        let Started { state, challenge } = self.start(login, PASSPHRASE).await.unwrap();
        let done = finish(state, &challenge).await.unwrap();
        let body = json!({ "attempt": challenge.attempt, "ke3": done.finalization });
        let answer = self.post("/api/v1/session/finish", &body).await;
        let session = answer.ok();
        self.keep(&answer.headers);
        (session, done.export_key)
    }

    pub(crate) fn keep(&mut self, headers: &HeaderMap) {
        let set = headers.get(SET_COOKIE).map(HeaderValue::to_str).unwrap().unwrap();
        self.cookie = Some(set.split(';').next().unwrap().to_owned());
    }
}

fn costs_work(path: &str) -> bool {
    WRITES.iter().any(|write| write.path == path && write.toll == Toll::Work)
}

/// A sign-in whose first answer has come.
pub(crate) struct Started {
    pub(crate) state: ClientLogin,
    pub(crate) challenge: SignInChallenge,
}

pub(crate) async fn finish(
    state: ClientLogin,
    challenge: &SignInChallenge,
) -> Result<protocol::opaque::LoginFinished, OpaqueError> {
    let ke2 = challenge.ke2.clone();
    tokio::task::spawn_blocking(move || state.finish(&ke2, &mut rng())).await.unwrap()
}
