//! Puts what `intake` draws into a response.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use intake::pages::{self, Assets, Desk, Keeps, PageContext, Route, Trouble};
use intake::{Language, Services};
use protocol::proof::LogKeys;
use protocol::public::{DeskKind, DeskPublic};
use serde::{Deserialize, Serialize};

use super::assets::Group;
use crate::error::{Error, Result};
use crate::headers::Nonce;
use crate::limits::NetworkTag;

/// Holds a form that is sent before the module is ready: answers must not leave a device unsealed
/// only because its person was quick. After eight seconds the form goes as it is, and the next page
/// says which route it is on. Where the module has drawn the page anew meanwhile, with the words that were typed
/// on it, that one's form goes.
const HOLD: &str = "(()=>{let held;addEventListener('submit',event=>{if(window.safehandReady)return;\
event.preventDefault();if(held)return;held=event.submitter;const go=()=>{window.safehandReady=true;\
const form=event.target.isConnected?event.target:document.getElementById('phrase')?.form;\
if(form)form.requestSubmit(held&&held.isConnected?held:undefined)};\
addEventListener('safehand-ready',go,{once:true});setTimeout(()=>{if(!window.safehandReady)go()},8000)},true)})()";

/// What a visitor brings along with every request for a page.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) language: Language,
    /// Whether the address names the language, so that links have to carry it on.
    pub(super) chosen: bool,
    pub(super) network: NetworkTag,
    nonce: Nonce,
}

#[derive(Deserialize)]
struct Choice {
    lang: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let nonce = Nonce::from_request_parts(parts, state).await?;
        let choice = Query::<Choice>::try_from_uri(&parts.uri).ok().and_then(|Query(choice)| choice.lang);
        let chosen = choice.as_deref().and_then(Language::from_tag);
        let accepted = || {
            let header = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            Language::negotiate(header.unwrap_or_default())
        };
        Ok(Self {
            language: chosen.unwrap_or_else(accepted),
            chosen: chosen.is_some(),
            network: parts.extensions.get().copied().unwrap_or(NetworkTag::UNKNOWN),
            nonce,
        })
    }
}

/// What the module may take over on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Takeover {
    /// A desk's start page, or the first page of its questionnaire: nothing has been answered yet.
    Report,
    /// The page that asks for seven words.
    Return,
}

/// What the module is told; it travels in the page as data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForTheModule<'a> {
    takeover: Option<Takeover>,
    language: Language,
    origin: &'a str,
    desk: Option<&'a DeskPublic>,
    /// By which keys the log is believed.
    log: &'a LogKeys,
    home: &'a str,
    exit: &'a str,
    max_files: usize,
}

/// Everything around a page's content.
#[derive(Debug, Clone)]
pub(super) struct Scene<'a> {
    pub(super) visitor: Visitor,
    pub(super) desk: Option<&'a DeskPublic>,
    /// Path that forms are sent to.
    pub(super) action: String,
    /// The sealed field that every form carries.
    pub(super) sealed: Option<String>,
    /// Path of this page, where it can be asked for again.
    pub(super) here: Option<String>,
    pub(super) takeover: Option<Takeover>,
    /// How long the sealed field stays good.
    pub(super) keeps: Option<Keeps>,
    pub(super) origin: &'a str,
    pub(super) log: &'a LogKeys,
    pub(super) max_files: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn new(state: &'a crate::AppState, visitor: Visitor, action: impl Into<String>) -> Self {
        Self {
            visitor,
            desk: None,
            action: action.into(),
            sealed: None,
            here: None,
            takeover: None,
            keeps: None,
            origin: &state.config.server.origin,
            log: &state.log_keys,
            max_files: state.config.site.max_files,
        }
    }

    /// An address on this site that keeps the chosen language.
    pub(super) fn link(&self, path: &str) -> String {
        if self.visitor.chosen { format!("{path}?lang={}", self.visitor.language) } else { path.to_owned() }
    }

    /// Draws a page and answers with it.
    pub(super) fn show(
        &self,
        status: StatusCode,
        draw: impl FnOnce(&PageContext<'_>) -> pages::Html,
    ) -> Response {
        let style = Group::Reporter.address("reporter.css");
        let module = Group::Reporter.address("reporter.js");
        let icon = Group::Reporter.address("icon.svg");
        let (home, action) = (self.link("/"), self.link(&self.action));
        let hidden: Vec<_> = self.sealed.iter().map(|sealed| ("draft", sealed.as_str())).collect();
        let context = PageContext {
            language: self.visitor.language,
            route: Route::Server,
            desk: self.desk.map(named),
            action: &action,
            hidden: &hidden,
            home: &home,
            here: self.here.as_deref(),
            keeps: self.keeps,
            services: Services::embedded(),
            assets: Assets {
                styles: &style.as_deref().into_iter().collect::<Vec<_>>(),
                modules: &module.as_deref().into_iter().collect::<Vec<_>>(),
                icon: icon.as_deref(),
                nonce: Some(self.visitor.nonce.as_str()),
            },
        };
        let html = draw(&context);
        let language = html.language;
        let mut document = html.document(&PageContext { language, ..context.clone() });
        if module.is_some() {
            self.add_module_data(&mut document, &context, language);
        }
        (status, Html(document)).into_response()
    }

    /// The page for something that went wrong.
    pub(super) fn trouble(&self, trouble: Trouble) -> Response {
        let status = match trouble {
            Trouble::NotFound => StatusCode::NOT_FOUND,
            Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::Damaged => StatusCode::BAD_REQUEST,
            Trouble::Busy => StatusCode::TOO_MANY_REQUESTS,
            Trouble::NotSent => StatusCode::SERVICE_UNAVAILABLE,
            Trouble::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        self.show(status, |context| pages::trouble(trouble, context))
    }

    fn add_module_data(&self, document: &mut String, context: &PageContext<'_>, language: Language) {
        let data = ForTheModule {
            takeover: self.takeover,
            language,
            origin: self.origin,
            desk: self.desk,
            log: self.log,
            home: context.home,
            exit: &context.services.exit,
            max_files: self.max_files,
        };
        // The only way out of a data block is a tag.
        let data = serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c");
        let data = format!("<script type=\"application/json\" id=\"safehand-data\">{data}</script></body>");
        *document = document.replacen("</body>", &data, 1);
        if self.takeover.is_some() {
            let hold = format!("<script nonce=\"{}\">{HOLD}</script></head>", self.visitor.nonce.as_str());
            *document = document.replacen("</head>", &hold, 1);
        }
    }
}

/// A desk as pages name it.
fn named(desk: &DeskPublic) -> Desk<'_> {
    Desk { name: &desk.name, kind: kind(desk.kind) }
}

/// The kind of a desk as the questionnaire knows it.
pub(super) fn kind(kind: DeskKind) -> intake::DeskKind {
    match kind {
        DeskKind::Police => intake::DeskKind::Police,
        DeskKind::Charity => intake::DeskKind::Charity,
    }
}
