//! The questionnaire as it runs in the reporter's own page: plain state, no browser in sight.

use intake::pages::{
    self, Assets, Desk, FileMistake, FileProblem, FileRow, Files, PageContext, ReceiptView, Route, Trouble,
};
use intake::{Action, DeskKind, Draft, FieldError, Form, Language, Questionnaire, Services, Turn};
use protocol::UnixSeconds;
use protocol::proof::Logged;
use protocol::public::DeskPublic;
use serde::{Deserialize, Serialize};

use crate::{Error, proof};

/// Where forms of a page in the device's own hands would go if nothing held them back: nowhere. The
/// content security policy refuses the address, so that an answer cannot leave unsealed even when
/// the module has failed.
const NOWHERE: &str = "about:blank";

/// What every page of a visit needs to know.
#[derive(Clone, Debug, Deserialize)]
pub struct Visit {
    /// The language at the beginning.
    pub language: Language,
    /// The address of the first page.
    pub home: String,
}

/// A page to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The title of the document.
    pub title: String,
    /// The language of the page.
    pub language: Language,
    /// The content of the body element.
    pub body: String,
    /// The page of the questionnaire, where it is one.
    pub page: Option<String>,
}

/// What is to be done after a form was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Step {
    /// Show the page that the draft is on now.
    Show {
        /// The page.
        shown: Shown,
    },
    /// Show the same page with its mistakes.
    Mend {
        /// The page.
        shown: Shown,
    },
    /// Take the files that were chosen.
    Upload,
    /// Drop a file.
    RemoveFile {
        /// Its id.
        id: String,
    },
    /// Seal the report and send it.
    Send,
}

/// A file as the page lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The id that the button beside it sends back.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

/// A file that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Why not.
    pub why: Why,
}

/// Why a file was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Larger than the desk takes.
    TooLarge,
    /// Nothing in it.
    Empty,
    /// An archive that takes a password.
    Encrypted,
    /// One more than may be added.
    TooMany {
        /// The most files that may be added.
        max: usize,
    },
    /// It did not arrive.
    Failed,
    /// No file was chosen.
    NoneChosen,
}

impl From<Why> for FileMistake {
    fn from(why: Why) -> Self {
        match why {
            Why::TooLarge => Self::TooLarge,
            Why::Empty => Self::Empty,
            Why::Encrypted => Self::Encrypted,
            Why::TooMany { max } => Self::TooMany { max },
            Why::Failed => Self::Failed,
            Why::NoneChosen => Self::NoneChosen,
        }
    }
}

/// Why a page other than a question is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setback {
    /// The server is busy.
    Busy,
    /// The report could not be taken.
    NotSent,
    /// Anything else.
    Failed,
}

/// A report in the making, in the page.
pub struct Engine {
    visit: Visit,
    desk: DeskPublic,
    draft: Draft,
    errors: Vec<FieldError>,
    files: Vec<Listed>,
    refused: Vec<Refused>,
}

impl Engine {
    /// An empty report to `desk`.
    pub fn new(visit: Visit, desk: DeskPublic) -> Self {
        let draft = Draft::new(Questionnaire::embedded(), kind(&desk), visit.language);
        Self { visit, desk, draft, errors: Vec::new(), files: Vec::new(), refused: Vec::new() }
    }

    /// The draft, for the sealing engine.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The page that the draft is on.
    pub fn show(&self) -> Shown {
        let questionnaire = Questionnaire::embedded();
        let page = self.draft.page(questionnaire).map(|page| page.id.clone());
        let html = with_files(&self.files, &self.refused, &self.desk, |files| {
            self.draw(|context| pages::question(questionnaire, &self.draft, &self.errors, files, context))
        });
        shown(html, page)
    }

    /// Does what a form asks for.
    pub fn submit(&mut self, form: &Form) -> Step {
        self.refused.clear();
        let turn = self.draft.clone().submit(Questionnaire::embedded(), form);
        self.draft = turn.draft().clone();
        self.errors = match &turn {
            Turn::Mend(_, errors) => errors.clone(),
            Turn::Show(_) | Turn::Send(_) => Vec::new(),
        };
        match (turn, Action::of(form)) {
            (Turn::Show(_), Action::Upload) => Step::Upload,
            (Turn::Show(_), Action::RemoveFile(id)) => Step::RemoveFile { id },
            (Turn::Show(_), _) => Step::Show { shown: self.show() },
            (Turn::Mend(..), _) => Step::Mend { shown: self.show() },
            (Turn::Send(_), _) => Step::Send,
        }
    }

    /// Opens a page that was shown before, as the browser's own buttons ask for, keeping what was
    /// typed on the one that is left. A page that is not on the path any more is not opened.
    ///
    /// # Errors
    ///
    /// When the draft cannot be written and read.
    pub fn revisit(&mut self, page: &str, leaving: &Form) -> Result<Shown, Error> {
        let kept = leaving.pairs().filter(|(name, _)| *name != "do");
        let mut form: Form = kept.collect();
        form.push("do", "upload");
        // What could not be read is shown before anybody leaves the page.
        if matches!(self.submit(&form), Step::Mend { .. }) {
            return Ok(self.show());
        }
        let mut state = serde_json::to_value(&self.draft)?;
        state["at"] = page.into();
        self.draft = serde_json::from_value(state)?;
        self.errors.clear();
        Ok(self.show())
    }

    /// Tells which files have been taken and which have not.
    pub fn set_files(&mut self, files: Vec<Listed>, refused: Vec<Refused>) {
        self.files = files;
        self.refused = refused;
    }

    /// The receipt, with what the log says; `typed` is what came back from it last time, which is then checked.
    ///
    /// # Errors
    ///
    /// When there are not seven words.
    pub fn receipt(
        &self,
        words: &str,
        received_at: UnixSeconds,
        asked: (usize, usize),
        logged: Option<Logged>,
        typed: Option<&Form>,
    ) -> Result<Option<Shown>, Error> {
        let words: Vec<&str> = words.split_whitespace().collect();
        let words: [&str; 7] = words.try_into().map_err(|_| Error::Empty)?;
        let mistake = match typed.map(|form| pages::check_words(words, asked, form)) {
            Some(Ok(())) => return Ok(None),
            Some(Err(mistake)) => Some(mistake),
            None => None,
        };
        let takes_files = self.draft.takes_files(Questionnaire::embedded());
        let listed = if takes_files { self.files.as_slice() } else { &[] };
        let html = with_files(listed, &[], &self.desk, |files| {
            let view = ReceiptView {
                words,
                received_at,
                files: *files,
                logged: proof::told(logged),
                asked,
                typed,
                mistake,
            };
            self.draw(|context| pages::receipt(&view, context))
        });
        Ok(Some(shown(html, None)))
    }

    /// The page after the receipt.
    pub fn done(&self) -> Shown {
        shown(self.draw(pages::done), None)
    }

    /// The page for something that went wrong; its form offers to try again.
    pub fn setback(&self, setback: Setback) -> Shown {
        let trouble = match setback {
            Setback::Busy => Trouble::Busy,
            Setback::NotSent => Trouble::NotSent,
            Setback::Failed => Trouble::Failed,
        };
        let again = [("again", "yes")];
        let html =
            self.draw(|context| pages::trouble(trouble, &PageContext { hidden: &again, ..context.clone() }));
        shown(html, None)
    }

    fn draw(&self, draw: impl FnOnce(&PageContext<'_>) -> pages::Html) -> pages::Html {
        self.visit.draw(self.draft.language(), Some(&self.desk), draw)
    }
}

impl Visit {
    /// Draws a page on the device.
    pub(crate) fn draw(
        &self,
        language: Language,
        desk: Option<&DeskPublic>,
        draw: impl FnOnce(&PageContext<'_>) -> pages::Html,
    ) -> pages::Html {
        draw(&PageContext {
            language,
            route: Route::Device,
            desk: desk.map(|desk| Desk { name: &desk.name, kind: kind(desk) }),
            action: NOWHERE,
            hidden: &[],
            home: &self.home,
            here: None,
            keeps: None,
            services: Services::embedded(),
            assets: Assets::default(),
        })
    }
}

/// Shows files to a page.
pub(crate) fn with_files<T>(
    taken: &[Listed],
    refused: &[Refused],
    desk: &DeskPublic,
    show: impl FnOnce(&Files<'_>) -> T,
) -> T {
    let taken: Vec<_> = taken
        .iter()
        .map(|Listed { id, name, size, sha256 }| FileRow { id, name, size: *size, sha256 })
        .collect();
    let refused: Vec<_> =
        refused.iter().map(|Refused { name, why }| FileProblem { name, mistake: (*why).into() }).collect();
    show(&Files { taken: &taken, refused: &refused, max_bytes: desk.max_file_bytes })
}

pub(crate) fn shown(html: pages::Html, page: Option<String>) -> Shown {
    let pages::Html { title, language, body } = html;
    Shown { title, language, body, page }
}

fn kind(desk: &DeskPublic) -> DeskKind {
    match desk.kind {
        protocol::public::DeskKind::Police => DeskKind::Police,
        protocol::public::DeskKind::Charity => DeskKind::Charity,
    }
}
