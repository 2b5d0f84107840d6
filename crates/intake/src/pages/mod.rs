//! Pages, as pure functions from state to markup.
//!
//! The markup is that of the GOV.UK Design System (`govuk-frontend` 6), without its crown, logo and
//! typeface. There are no inline styles, scripts or event handlers, so a strict content security
//! policy holds. What is typed is always escaped.
//!
//! Every page has the exit button, the notice of the route in use, and the emergency numbers, each at
//! the same place.

mod around;
mod fields;
mod figures;
mod files;
mod layout;
mod logged;
mod question;
mod receipt;
mod rich;
mod talk;
mod time;

pub use around::{DeskLink, Expired, Trouble, expired, home, safety, start, trouble};
pub use figures::{Progress, ProgressText, UploadState, characters_left, progress, reveal};
pub use files::{FileMistake, FileProblem, FileRow, Files};
pub use logged::{Logged, PROOF, PROOF_FILE};
pub use question::question;
pub use receipt::{ReceiptView, WordsMistake, check_words, done, is_from_receipt, receipt};
pub use talk::{
    Dialogue, DialogueInput, DialogueMistake, Line, PhraseMistake, ReportState, Sent, dialogue, return_page,
};

use crate::model::DeskKind;
use crate::services::Services;
use crate::text::{Language, Texts};

/// Which of the two routes a page is on. Every page says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Answers are sealed on the device.
    Device,
    /// The server runs the questionnaire and seals the answers.
    Server,
}

/// What every page needs to know about where it is shown.
#[derive(Clone, Debug)]
pub struct PageContext<'a> {
    /// The language of the page.
    pub language: Language,
    /// Which route it is on.
    pub route: Route,
    /// The desk that the report goes to, where one has been chosen.
    pub desk: Option<Desk<'a>>,
    /// The address that forms are sent to.
    pub action: &'a str,
    /// Hidden fields that every form carries, as names and values: a sealed draft, a token.
    pub hidden: &'a [(&'a str, &'a str)],
    /// The address of the first page.
    pub home: &'a str,
    /// The address of this page, for the language links, where it can be asked for again with `GET`.
    pub here: Option<&'a str>,
    /// How long the form of this page stays good, where that ends.
    pub keeps: Option<Keeps>,
    /// Whom to turn to.
    pub services: &'a Services,
    /// Style sheets, scripts and the like.
    pub assets: Assets<'a>,
}

/// How long the form of a page stays good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeps {
    /// Until when, in seconds since 1970.
    pub until: i64,
    /// For how many hours the next page does.
    pub hours: u64,
    /// Whether seven words open the page again after that.
    pub words: bool,
}

/// A desk, as pages name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desk<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What kind it is.
    pub kind: DeskKind,
}

/// Addresses of what a full document loads. All are on the site itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assets<'a> {
    /// Style sheets.
    pub styles: &'a [&'a str],
    /// Scripts, loaded as modules.
    pub modules: &'a [&'a str],
    /// The icon in the tab.
    pub icon: Option<&'a str>,
    /// The nonce of the content security policy, for the scripts.
    pub nonce: Option<&'a str>,
}

/// A page: what goes into the body, and its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html {
    /// The title, as text.
    pub title: String,
    /// The language it is in.
    pub language: Language,
    /// The content of the body element.
    pub body: String,
}

impl PageContext<'_> {
    fn texts(&self) -> &'static Texts {
        Texts::of(self.language)
    }

    fn desk_name(&self) -> &str {
        self.desk.map_or("", |desk| desk.name)
    }
}
