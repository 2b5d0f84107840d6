//! A native client of a Safehand instance: for the command line, for tests and for load.
//!
//! | who | begins with |
//! |---|---|
//! | a reporter who hands something over | [`Client::new_report`] |
//! | a reporter who comes back with seven words | [`Client::reporter`] |
//! | a person who was invited to a desk | [`Client::join`] |
//! | a member of a desk | [`Client::sign_in`] |
//! | anybody who checks the log | [`PublicLog::new`] |
//!
//! Everything that leaves this process is sealed here first. Files are sealed while they are sent, in
//! constant memory; a connection that drops is taken up again where the service stopped hearing.

mod content;
mod error;
mod log;
mod member;
mod quarantine;
mod random;
mod report;
mod reporter;
mod staff;
mod transport;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use protocol::proof::LogKeys;
use protocol::public::{DeskPublic, Instance, WorkChallenge};
use protocol::submission::{Acknowledgement, Submission};
use protocol::work::Solving;
use protocol::{API, ErrorCode, WORK_HEADER};
use reqwest::Response;
use tokio::sync::OnceCell;

pub use self::content::{Said, Written};
pub use self::error::{Error, Result};
pub use self::log::PublicLog;
pub use self::member::Membership;
pub use self::quarantine::Reason;
pub use self::report::{NewReport, Sealed};
pub use self::reporter::{Receipt, Reporter};
use self::staff::same_origin;
pub use self::staff::{OpenReport, Staff};
use self::transport::{Outgoing, Transport};
pub use self::upload::Progress;

/// A client of one instance. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
    /// By which keys the log is believed: what the instance said the first time it was asked.
    log: Arc<OnceCell<LogKeys>>,
}

impl Client {
    /// Prepares to speak to the instance at `address`; nothing is sent yet.
    ///
    /// Only scheme, host and port of the address count, so any page of the instance will do.
    ///
    /// # Errors
    /// [`Error::Address`] when it is no `http` or `https` address, [`Error::Tls`] when this machine has
    /// no usable certificates.
    pub fn new(address: &str) -> Result<Self> {
        Ok(Self { transport: Transport::new(address)?, log: Arc::default() })
    }

    /// Keeps trying for this long when the instance cannot be reached or asks to wait. Twenty seconds
    /// unless told otherwise.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { transport: self.transport.with_patience(patience), ..self }
    }

    /// Scheme, host and port that requests go to.
    pub fn address(&self) -> String {
        self.transport.origin()
    }

    /// Who runs the instance and which desks it has.
    ///
    /// # Errors
    /// When it cannot be reached or does not speak this protocol.
    pub async fn instance(&self) -> Result<Instance> {
        let outgoing = Outgoing::get(format!("{API}/instance"));
        let instance: Instance = self.transport.patiently(|| self.transport.call(&outgoing)).await?;
        let keys = LogKeys::parse(&instance.log_key, &instance.witnesses);
        // Asked again, it is still held to what it said first.
        let _ = self.log.set(keys.map_err(|error| Error::unexpected("the log's keys", error))?);
        Ok(instance)
    }

    /// By which keys the instance's log is believed: its own and its witnesses', as it stated them the first
    /// time that this client asked.
    ///
    /// # Errors
    /// As [`Client::instance`].
    pub async fn log_keys(&self) -> Result<LogKeys> {
        if self.log.get().is_none() {
            self.instance().await?;
        }
        self.log.get().cloned().ok_or_else(|| Error::unexpected("the log's keys", "it states none"))
    }

    /// The instance, and one of its desks.
    ///
    /// # Errors
    /// As [`Client::instance`], and [`Error::NoSuchDesk`].
    pub async fn desk(&self, slug: &str) -> Result<(Instance, DeskPublic)> {
        let instance = self.instance().await?;
        match instance.desks.iter().find(|desk| desk.slug == slug).cloned() {
            Some(desk) => Ok((instance, desk)),
            None => Err(Error::NoSuchDesk {
                slug: slug.to_owned(),
                known: instance.desks.into_iter().map(|desk| desk.slug).collect(),
            }),
        }
    }

    /// Hands over a sealed report. Safe to repeat: the same report is acknowledged again.
    ///
    /// # Errors
    /// When the instance refuses it or cannot be reached.
    pub async fn submit(&self, desk: &str, submission: &Submission) -> Result<Acknowledgement> {
        let outgoing = Outgoing::post(format!("{API}/desks/{desk}/reports"), submission)?;
        self.transport
            .patiently(|| async {
                let (name, value) = self.work().await?;
                self.transport.call(&outgoing.clone().header(name, value)).await
            })
            .await
    }

    /// A solved proof of work, ready to be sent once.
    pub(crate) async fn work(&self) -> Result<(HeaderName, HeaderValue)> {
        let challenge: WorkChallenge = self.transport.call(&Outgoing::get(format!("{API}/work"))).await?;
        let solution = tokio::task::spawn_blocking(move || solve(challenge)).await??;
        let value =
            HeaderValue::try_from(solution).map_err(|error| Error::unexpected("proof of work", error))?;
        Ok((HeaderName::from_static(WORK_HEADER), value))
    }

    /// Sends what a member asks without a session, with a proof of work. Another one is solved when the
    /// service refuses the first: it may have been asked for of one process and shown to another.
    pub(crate) async fn send_with_work(&self, outgoing: &Outgoing) -> Result<Response> {
        let attempt = async || {
            let (name, value) = self.work().await?;
            self.transport.send(&same_origin(&self.transport, outgoing.clone())?.header(name, value)).await
        };
        match attempt().await {
            Err(error) if error.code() == Some(ErrorCode::WorkNeeded) => attempt().await,
            answered => answered,
        }
    }
}

/// Solves a challenge. Takes a fraction of a second of one core.
fn solve(challenge: WorkChallenge) -> Result<String> {
    let failed = |why: &str| Error::unexpected("the proof-of-work challenge", why);
    let mut solving = Solving::new(challenge).map_err(|error| failed(&error.to_string()))?;
    solving.step(u64::MAX).ok_or_else(|| failed("it has no solution"))
}
