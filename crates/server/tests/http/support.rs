//! A running server, and what a reporter's device would do.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use getrandom::SysRng;
use protocol::Bytes;
use protocol::public::{DeskKind, WorkChallenge};
use protocol::submission::{Acknowledgement, ItemBody, ItemUpload, ReporterKey, Submission};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use seal::rand_core::{Rng, UnwrapErr};
use seal::request::Request;
use seal::{Digest, Identity, ItemId, ItemKind, Place, ReportId, ReporterKeys, RequestProof, Seed};
use serde::de::DeserializeOwned;
use server::clock::ManualClock;
use server::config::{Config, LogConfig};
use server::{AppState, Server};
use store::acts::Stamp;
use store::desks::Desk;
use store::testing::TestStore;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const POLICE: &str = "bay-police";
pub(crate) const CHARITY: &str = "harbour-charity";

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub(crate) use store::testing::Pair;

/// A server on a port of its own, with a police desk and a charity desk.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) origin: String,
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    pub(crate) state: AppState,
    pub(crate) desk: Identity,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
    /// Its database and objects are gone when it is.
    pub(crate) stores: TestStore,
}

impl TestServer {
    pub(crate) async fn start(pair: Pair) -> Self {
        Self::start_with(pair, |_| {}).await
    }

    pub(crate) async fn start_with(pair: Pair, adjust: impl FnOnce(&mut Config)) -> Self {
        listen_to_logs();
        let stores = TestStore::open(pair).await.unwrap();
        let mut config = configure(&stores);
        adjust(&mut config);
        Self::over(stores, config).await
    }

    /// A server by this configuration. Makes the desks where they can be made.
    pub(crate) async fn over(stores: TestStore, config: Config) -> Self {
        let clock = ManualClock::at(NOW);
        let server = Server::bind_with_clock(config, Arc::new(clock.clone())).await.unwrap();
        let (address, state) = (server.address(), server.state().clone());
        let desk = Identity::generate(&mut rng());
        create_desk(&state, POLICE, DeskKind::Police, &desk).await;
        create_desk(&state, CHARITY, DeskKind::Charity, &desk).await;
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            server.run(async { drop(stopped.await) }).await.unwrap();
        });
        let origin = format!("http://{address}");
        Self { address, origin, client: client(), clock, state, desk, stop: Some(stop), running, stores }
    }

    /// Asks the server to stop; the handle ends when it has.
    pub(crate) fn stop(mut self) -> (JoinHandle<()>, TestStore) {
        self.stop.take().map(|stop| stop.send(()));
        (self.running, self.stores)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A fresh proof of work, as its header's value.
    pub(crate) async fn work(&self) -> String {
        let challenge: WorkChallenge = json(self.get("/api/v1/work").await).await;
        solve(&challenge)
    }

    pub(crate) async fn submit(&self, desk: &str, submission: &Submission) -> Response {
        self.submit_bytes(desk, serde_json::to_vec(submission).unwrap()).await
    }

    pub(crate) async fn submit_bytes(&self, desk: &str, body: Vec<u8>) -> Response {
        self.request(Method::POST, &format!("/api/v1/desks/{desk}/reports"))
            .header("safehand-work", self.work().await)
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// A report that has been handed over.
    pub(crate) async fn reported(&self) -> (Reporter, Acknowledgement) {
        let reporter = Reporter::new();
        let response = self.submit(POLICE, &reporter.submission(&self.desk)).await;
        assert_eq!(response.status(), StatusCode::OK);
        (reporter, json(response).await)
    }

    /// A request signed with the reporter's key at the server's time.
    pub(crate) fn signed(
        &self,
        reporter: &Reporter,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> RequestBuilder {
        let proof = reporter.proof(method.as_str(), path, &body, NOW);
        self.request(method, path).header("authorization", proof).body(body)
    }

    /// Sealed bytes through an upload in one piece; answers the upload's id.
    pub(crate) async fn upload(&self, bytes: Vec<u8>) -> String {
        let location = self.create_upload(bytes.len() as u64).await;
        let response = self
            .request(Method::PATCH, &location)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", "0")
            .header("content-type", "application/offset+octet-stream")
            .body(bytes)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        location.rsplit('/').next().unwrap().to_owned()
    }

    /// An empty upload of so many bytes; answers its path.
    pub(crate) async fn create_upload(&self, length: u64) -> String {
        let response = self
            .request(Method::POST, &format!("/api/v1/desks/{POLICE}/uploads"))
            .header("tus-resumable", "1.0.0")
            .header("upload-length", length.to_string())
            .header("safehand-work", self.work().await)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        header(&response, "location").to_owned()
    }
}

pub(crate) fn configure(stores: &TestStore) -> Config {
    let mut config = Config { store: stores.config.clone(), ..Config::default() };
    config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.server.key_file = stores.folder().join("instance.key");
    config.work.base_bits = 4;
    config.work.max_bits = 8;
    config
}

async fn create_desk(state: &AppState, slug: &str, kind: DeskKind, identity: &Identity) {
    let desk = Desk {
        slug: slug.to_owned(),
        name: format!("The desk {slug}"),
        kind,
        identity: identity.public(),
        created_at: NOW,
    };
    let created = state.store.desks().create(desk, Stamp::system(NOW)).await;
    let there = state.store.desks().by_slug(slug).await.unwrap();
    assert!(created.is_ok() || there.is_some(), "{created:?}");
}

fn client() -> Client {
    static PROVIDER: OnceLock<()> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder().no_proxy().build().unwrap()
}

pub(crate) fn solve(challenge: &WorkChallenge) -> String {
    let bytes: Bytes = serde_json::from_value(challenge.challenge.clone().into()).unwrap();
    let nonce = seal::work::solve(bytes.as_slice(), challenge.bits.into(), &mut 0, u64::MAX).unwrap();
    format!("{}.{nonce}", challenge.challenge)
}

pub(crate) async fn json<T: DeserializeOwned>(response: Response) -> T {
    let body = response.bytes().await.unwrap();
    serde_json::from_slice(&body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&body)))
}

pub(crate) fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

/// A reporter with a report of their own.
pub(crate) struct Reporter {
    pub(crate) keys: ReporterKeys,
    pub(crate) report: ReportId,
    pub(crate) identity: Identity,
}

impl Reporter {
    pub(crate) fn new() -> Self {
        let mut root = [0; 32];
        rng().fill_bytes(&mut root);
        Self {
            keys: ReporterKeys::from_root(&root),
            report: ReportId::generate(&mut rng()),
            identity: Identity::from_seed(Seed::generate(&mut rng())),
        }
    }

    /// A submission with answers and a summary.
    pub(crate) fn submission(&self, desk: &Identity) -> Submission {
        let wrap = |to: &Identity| {
            Bytes::from(seal::wrap(self.identity.seed(), to.recipient(), &mut rng()).unwrap())
        };
        Submission {
            report: self.report,
            urgent: false,
            desk_wrap: wrap(desk),
            reporter: ReporterKey {
                lookup: self.keys.lookup.hash(),
                verifying_key: self.keys.identity.verifying_key(),
                wrap: wrap(&self.keys.identity),
            },
            items: vec![
                self.item(ItemKind::Answers, b"{\"schema\":\"safehand.answers/1\"}"),
                self.item(ItemKind::Summary, b"{\"schema\":\"safehand.summary/1\"}"),
            ],
        }
    }

    /// An item whose sealed bytes travel inside the request.
    pub(crate) fn item(&self, kind: ItemKind, content: &[u8]) -> ItemUpload {
        let (upload, bytes) = self.sealed(kind, content);
        ItemUpload { signed: upload, body: ItemBody::Inline(bytes.into()) }
    }

    pub(crate) fn sealed(&self, kind: ItemKind, content: &[u8]) -> (seal::SignedHeader, Vec<u8>) {
        let place = Place { report: self.report, item: ItemId::generate(&mut rng()), kind };
        let to = self.identity.recipient();
        let sealed = seal::seal_item(place, None, content, to, &self.keys.identity, &mut rng()).unwrap();
        (sealed.signed, sealed.bytes)
    }

    pub(crate) fn proof(&self, method: &str, path: &str, body: &[u8], time: i64) -> String {
        let request = Request { method, path, body: Digest::of(body) };
        RequestProof::sign(&self.keys, &request, time.unsigned_abs(), &mut rng()).to_string()
    }
}

/// Everything that any server of this process has logged.
pub(crate) static LOGGED: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

struct Sink;

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen_to_logs() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let subscriber = server::log::subscriber(&LogConfig::default(), || Sink);
        let _ = tracing::subscriber::set_global_default(subscriber);
    });
}
