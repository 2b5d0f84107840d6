//! The reporter's pages, the route without JavaScript and the static files.
//!
//! | module | what it does |
//! |---|---|
//! | [`assets`] | static files, embedded in the binary |
//! | `page` | puts what `intake` draws into a response |
//! | `form` | reads what a form sends, files included |
//! | `vault` | seals what travels in a page and comes back |
//! | `kept` | the draft that travels, and how it is opened |
//! | `files` | seals a file while it streams in |
//! | `welcome` | the pages before and beside the questionnaire |
//! | `report` | the questionnaire, the sending and the receipt |
//! | `console` | the shell of the staff application |
//! | `viewer` | the page without an origin in which the staff application shows a file |
//! | `dialogue` | coming back with seven words |
//! | `proof` | the receipt to keep, as a file |
//!
//! Nothing that a visitor types is written anywhere but into memory, and into pages under seal.

pub mod assets;
mod console;
mod dialogue;
mod files;
mod form;
mod kept;
mod page;
mod proof;
mod report;
mod vault;
mod viewer;
mod welcome;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use reporter::Secrets;
use seal::{Phrase, ReporterKeys};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use self::assets::Group;
use self::vault::Vault;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::keys::SubKeys;
use crate::state::AppState;

/// `[site]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {
    /// Without JavaScript: how many visitors' seven words are turned into keys at once. Each takes
    /// 64 MiB of memory while it lasts, some tenths of a second. Default 2.
    pub derivations: usize,
    /// Files one report may have. Default 250.
    pub max_files: usize,
}

impl Default for SiteConfig {
    fn default() -> Self {
        Self { derivations: 2, max_files: 250 }
    }
}

/// How long a visitor waits for their turn at a derivation.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the pages share between requests.
#[derive(Debug)]
pub struct SiteState {
    vault: Vault,
    derivations: Arc<Semaphore>,
    origin: Arc<str>,
}

impl SiteState {
    /// Prepares the state from the configuration and the instance's keys.
    pub fn new(config: &Config, keys: &SubKeys) -> Self {
        if !Group::Reporter.is_built_in() {
            tracing::warn!("built without the browser's files: pages are plain and reports are sealed here");
        }
        Self {
            vault: Vault::new(keys),
            derivations: Arc::new(Semaphore::new(config.site.derivations.max(1))),
            origin: config.server.origin.as_str().into(),
        }
    }

    /// Turns seven words into keys, off the request threads and a few at a time. `None` when it is
    /// not this visitor's turn within some seconds.
    async fn derive(&self, phrase: Phrase) -> Result<Option<ReporterKeys>> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.derivations).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Ok(None) };
        let origin = Arc::clone(&self.origin);
        let derive = move || {
            let keys = phrase.derive(&origin);
            drop(turn);
            keys
        };
        tokio::task::spawn_blocking(derive).await.map_err(Error::internal)?.map(Some).map_err(Error::internal)
    }
}

/// The operating system's random numbers, in the shape that sealing asks for.
fn rng() -> seal::rand_core::UnwrapErr<getrandom::SysRng> {
    seal::rand_core::UnwrapErr(getrandom::SysRng)
}

/// A new report's secrets, with its words as text.
fn draw() -> Secrets {
    Secrets::generate(&mut rng())
}

/// Every page and static file.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(welcome::home))
        .route("/left", get(welcome::left))
        .route("/desks/{slug}", get(welcome::start))
        .route("/desks/{slug}/report", get(report::begin).post(report::post))
        .route("/return", get(dialogue::ask).post(dialogue::post))
        .route("/console", get(console::redirect))
        .route("/console/", get(console::shell))
        .route("/console/{*path}", get(console::shell))
        .route("/viewer", get(viewer::page))
        .route("/static/{*path}", get(assets::serve))
        // Each handler limits what it reads by what it is: a form, or a file for this desk.
        .layer(DefaultBodyLimit::disable())
}
