//! From a configuration to a listening service, and back to silence.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::header::{HeaderName, InvalidHeaderName};
use http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::api;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::jobs;
use crate::keys::KeyError;
use crate::limits::{NetworkTag, NetworkTagger};
use crate::router;
use crate::sequencer;
use crate::staff::StaffError;
use crate::state::AppState;
use crate::tls::{self, TlsError};
use crate::witnesses;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The instance's secret cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The database or the object store cannot be used.
    #[error("storage: {0}")]
    Store(#[from] store::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Random(#[from] getrandom::Error),
    /// Members could not sign in.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// A witness of the configuration cannot be asked.
    #[error("ledger.witnesses: {name}: {why}")]
    Witness {
        /// What people call it.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// Others could not be asked over HTTP.
    #[error("ledger: {0}")]
    Http(#[from] reqwest::Error),
    /// The settings could not be written down for the record.
    #[error("the settings cannot be written as JSON: {0}")]
    Settings(#[from] serde_json::Error),
    /// The configured header name is no header name.
    #[error("server.forwarded_header: {0}")]
    Header(#[from] InvalidHeaderName),
    /// The database was made with another `instance.key`.
    #[error("instance.key is not the one this database was made with")]
    ForeignKey,
    /// `server.origin` differs from the one that existing receipts were made for.
    #[error("server.origin differs from the one that receipts were made for; it must never change")]
    OriginChanged,
}

/// A service that listens and is about to answer.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    state: AppState,
}

impl Server {
    /// Opens the storage (making what is missing), reads or makes the instance's secret, and
    /// listens. Requests wait until [`Server::run`].
    ///
    /// # Errors
    ///
    /// Says which part of the configuration cannot be used, and why.
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        Self::bind_with_clock(config, Arc::new(SystemClock)).await
    }

    /// As [`Server::bind`], by another clock.
    ///
    /// # Errors
    ///
    /// As [`Server::bind`].
    pub async fn bind_with_clock(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let tls = tls::acceptor(&config.tls)?;
        let state = AppState::open(config, clock).await?;
        let configured = state.config.server.listen;
        let failed = |source| StartError::Listen { address: configured, source };
        let listener = TcpListener::bind(configured).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, tls, state })
    }

    /// Where the service listens; tells the port when the configuration asked for any.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the handlers share. For tests and tools that run in the same process.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Serves until `stop` completes, then finishes the requests under way, within the configured
    /// time.
    ///
    /// # Errors
    ///
    /// When the operating system gives no randomness.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        let sequencing = sequencer::start(&self.state)?;
        let asking = witnesses::start(&self.state);
        let jobs = jobs::start(&self.state);
        let settings = &self.state.config.server;
        let patience = Duration::from_secs(settings.shutdown_seconds);
        let slots = Arc::new(Semaphore::new(settings.max_connections));
        let connections = Connections::new(self.state.clone(), self.tls)?;
        let graceful = GracefulShutdown::new();
        tracing::info!(port = self.address.port(), "listening");
        let mut stop = std::pin::pin!(stop);
        loop {
            let (stream, peer, slot) = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&self.listener, &slots) => accepted,
            };
            connections.serve(stream, peer, slot, &graceful);
        }
        drop(self.listener);
        tracing::info!("stopping");
        jobs.stop().await;
        if tokio::time::timeout(patience, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests were cut off after the time allowed for finishing them");
        }
        // Last: the requests under way were waiting for it.
        sequencing.stop().await;
        drop(asking);
        Ok(())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Waits for a free slot first, so that a flood queues in the kernel and not in our memory.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "accept failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// The last address in the header: the one that the proxy itself has seen.
fn forwarded_address(headers: &HeaderMap, header: &HeaderName) -> Option<IpAddr> {
    let value = headers.get_all(header).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next()?.trim().parse().ok()
}

/// What every connection is served with.
struct Connections {
    service: Router,
    forwarded: Option<HeaderName>,
    protocol: auto::Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    tagger: Arc<NetworkTagger>,
    handshake: Duration,
}

impl Connections {
    fn new(state: AppState, tls: Option<TlsAcceptor>) -> Result<Self, StartError> {
        let idle = Duration::from_secs(state.config.limits.idle_seconds);
        let mut protocol = auto::Builder::new(TokioExecutor::new());
        protocol
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(idle)
            .max_buf_size(64 * 1024)
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(64)
            .initial_stream_window_size(128 * 1024)
            .initial_connection_window_size(256 * 1024)
            .max_header_list_size(32 * 1024)
            .keep_alive_interval(idle)
            .keep_alive_timeout(idle);
        let tagger = Arc::new(NetworkTagger::new()?);
        let forwarded = state.config.server.forwarded_header.as_deref().map(str::parse).transpose()?;
        let service = router::router(state);
        Ok(Self { service, forwarded, protocol, tls, tagger, handshake: idle })
    }

    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        slot: Option<OwnedSemaphorePermit>,
        graceful: &GracefulShutdown,
    ) {
        let tagger = Arc::clone(&self.tagger);
        let forwarded = self.forwarded.clone();
        let service = self.service.clone().map_request(move |mut request: Request<Incoming>| {
            let address = match &forwarded {
                None => Some(peer.ip()),
                Some(header) => forwarded_address(request.headers(), header),
            };
            let tag = address.map_or(NetworkTag::UNKNOWN, |address| tagger.tag(address));
            request.extensions_mut().insert(tag);
            api::uploads::override_method(&mut request);
            request
        });
        let (protocol, tls, handshake) = (self.protocol.clone(), self.tls.clone(), self.handshake);
        let watcher = graceful.watcher();
        let _ = stream.set_nodelay(true);
        tokio::spawn(async move {
            let service = TowerToHyperService::new(service);
            // How a connection ends is the visitor's business; nothing of it is logged.
            let _ = match tls {
                None => {
                    let connection = protocol.serve_connection(TokioIo::new(stream), service);
                    watcher.watch(connection.into_owned()).await
                }
                Some(tls) => match tokio::time::timeout(handshake, tls.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        let connection = protocol.serve_connection(TokioIo::new(stream), service);
                        watcher.watch(connection.into_owned()).await
                    }
                    _ => Ok(()),
                },
            };
            drop(slot);
        });
    }
}
