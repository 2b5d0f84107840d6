//! Coming back with seven words, in the reporter's own page.

use intake::pages::{self, DialogueInput, DialogueMistake, Files, Line, PhraseMistake, Sent};
use intake::{Form, Language, Standing};
use protocol::UnixSeconds;
use protocol::proof::{LogKeys, Logged};
use protocol::public::DeskPublic;
use seal::{Phrase, PhraseError};
use serde::{Deserialize, Serialize};

use crate::dialogue::{Entry, What};
use crate::engine::{Listed, Refused, Shown, Visit, shown, with_files};
use crate::{Dialogue, proof};

/// An opened report, as the sealing engine tells the page of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// The slug of its desk.
    pub desk: String,
    /// When it was received.
    pub received_at: UnixSeconds,
    /// How the reporter stands.
    pub standing: Standing,
    /// Whether they asked not to be contacted.
    pub withdrawn: bool,
    /// What has been said and added.
    pub entries: Vec<Entry>,
    /// What the log says of it; nothing when that does not hold.
    pub logged: Option<Logged>,
}

/// What the person did last.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// Whether a message has just been sent.
    pub message: bool,
    /// How many files have just been sent.
    pub handed_over: usize,
    /// Whether a wish has just been sent: to be a witness, or not to be contacted.
    pub wish: bool,
    /// The files added on this visit and not sent yet.
    pub files: Vec<Listed>,
    /// The files that have been sent on this visit.
    pub sent: Vec<Listed>,
    /// How many files are still on their way to this list.
    pub on_the_way: usize,
    /// The files that were not taken.
    pub refused: Vec<Refused>,
}

impl Outcome {
    fn told(&self) -> Option<Sent> {
        match (self.message, self.handed_over) {
            (true, 0) => Some(Sent::Message),
            (true, _) => Some(Sent::Both),
            (false, 0) => self.wish.then_some(Sent::Wish),
            (false, count) => Some(Sent::Files(count)),
        }
    }
}

impl Told {
    /// What there is to tell of an opened report, whose log is believed by these keys.
    pub fn of(dialogue: &Dialogue, keys: &LogKeys) -> Self {
        Self {
            desk: dialogue.desk().to_owned(),
            received_at: dialogue.received_at(),
            standing: standing(dialogue),
            withdrawn: dialogue.has_withdrawn(),
            entries: dialogue.entries(),
            logged: dialogue.logged(keys).ok(),
        }
    }

    /// The messages among the entries.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let line = |entry: &'_ Entry| match &entry.what {
            What::Desk { .. } => Some(true),
            What::Mine { .. } => Some(false),
            _ => None,
        };
        self.entries
            .iter()
            .filter_map(|entry| {
                let from_desk = line(entry)?;
                let (What::Desk { text } | What::Mine { text }) = &entry.what else { return None };
                Some(Line { from_desk, at: entry.received_at, text })
            })
            .collect()
    }
}

/// How the reporter stands, as pages know it.
pub fn standing(dialogue: &Dialogue) -> Standing {
    use protocol::content::Standing as Told;
    match dialogue.standing() {
        Some(Told::Witness) => Standing::Witness,
        Some(Told::Confidential) => Standing::Confidential,
        Some(Told::Anonymous) | None => Standing::Anonymous,
    }
}

/// What is wrong with words that were typed, as pages tell it.
pub fn phrase_mistake(error: &PhraseError, typed: &str) -> PhraseMistake {
    match error {
        PhraseError::Count { found: 0 } => PhraseMistake::Empty,
        PhraseError::Count { found } => PhraseMistake::Count(*found),
        PhraseError::TooLong => PhraseMistake::Count(typed.split_whitespace().count()),
        PhraseError::Word { position, typed, suggestions } => PhraseMistake::Word {
            number: *position,
            word: typed.as_str().to_owned(),
            suggestions: suggestions.iter().map(|&word| word.to_owned()).collect(),
        },
    }
}

/// What a button of the dialogue asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Wish {
    /// Send a message, and the files that are ready.
    Reply {
        /// Its text.
        text: String,
    },
    /// Send the files that are ready.
    HandOver,
    /// Become a witness.
    Witness {
        /// A name and a way to be reached.
        contact: String,
    },
    /// Not to be contacted any more.
    Withdraw,
    /// Have the proof as a file.
    Proof,
    /// Add the chosen files.
    Upload,
    /// Drop a file that has not been sent.
    RemoveFile {
        /// Its id.
        id: String,
    },
    /// Show the page in another language.
    Speak {
        /// Which.
        language: Language,
    },
    /// Close the report.
    Leave,
}

/// Reads what a button of the dialogue asks for, where `ready` files have not been sent. `None` for a
/// form without any.
///
/// # Errors
///
/// [`DialogueMistake`] when something is missing, too long or no text, or would be left behind.
pub fn wish(form: &Form, ready: usize) -> Option<Result<Wish, DialogueMistake>> {
    Some(match form.first("do")? {
        "reply" => typed(form, DialogueInput::Text).and_then(|text| match (text.is_empty(), ready) {
            (true, 0) => Err(DialogueMistake::Empty),
            (true, _) => Ok(Wish::HandOver),
            (false, _) => Ok(Wish::Reply { text }),
        }),
        "hand-over" => Ok(Wish::HandOver),
        "witness" => typed(form, DialogueInput::Name).and_then(|name| {
            let contact = typed(form, DialogueInput::Contact)?;
            match (name.is_empty(), contact.is_empty()) {
                (true, _) => Err(DialogueMistake::NoName),
                (_, true) => Err(DialogueMistake::NoContact),
                _ => Ok(Wish::Witness { contact: format!("{name}\n{contact}") }),
            }
        }),
        "withdraw" => Ok(Wish::Withdraw),
        pages::PROOF => Ok(Wish::Proof),
        "upload" => Ok(Wish::Upload),
        "leave" | "back" if ready > 0 => Err(DialogueMistake::Unsent),
        "leave" | "back" => Ok(Wish::Leave),
        _ => match intake::Action::of(form) {
            intake::Action::RemoveFile(id) => Ok(Wish::RemoveFile { id }),
            intake::Action::Speak(language) => Ok(Wish::Speak { language }),
            _ => return None,
        },
    })
}

/// What was typed, without what surrounds it; the count is of all of it, as the page counts.
fn typed(form: &Form, input: DialogueInput) -> Result<String, DialogueMistake> {
    let (text, clean) = form.legible(input.name()).unwrap_or((String::new(), true));
    match text.chars().count().saturating_sub(input.limit()) {
        _ if !clean => Err(DialogueMistake::Unreadable(input)),
        0 => Ok(text.trim().to_owned()),
        over => Err(DialogueMistake::TooLong { input, over }),
    }
}

impl Visit {
    /// The page that asks for the seven words. With `typed`, they are checked first, and `None` means
    /// that they can be words of a receipt.
    pub fn ask_for_words(&self, typed: Option<&str>) -> Option<Shown> {
        let mistake = match typed.map(|typed| (typed, Phrase::parse(typed))) {
            Some((_, Ok(_))) => return None,
            Some((typed, Err(error))) => Some(phrase_mistake(&error, typed)),
            None => None,
        };
        Some(self.words_page(typed.unwrap_or_default(), mistake.as_ref()))
    }

    /// The same page when no report answers to the words.
    pub fn unknown_words(&self, typed: &str) -> Shown {
        self.words_page(typed, Some(&PhraseMistake::Unknown))
    }

    fn words_page(&self, typed: &str, mistake: Option<&PhraseMistake>) -> Shown {
        let html = self.draw(self.language, None, |context| pages::return_page(typed, mistake, context));
        shown(html, None)
    }

    /// An opened report.
    pub fn dialogue(
        &self,
        told: &Told,
        desk: &DeskPublic,
        outcome: &Outcome,
        wrong: Option<(&Form, DialogueMistake)>,
    ) -> Shown {
        let lines = told.lines();
        let draw = |files: &Files<'_>, handed_over: &Files<'_>| {
            let view = pages::Dialogue {
                received_at: told.received_at,
                state: None,
                lines: &lines,
                standing: told.standing,
                withdrawn: told.withdrawn,
                logged: proof::told(told.logged),
                files: *files,
                handed_over: handed_over.taken,
                sent: outcome.told(),
                typed: wrong.map(|(form, _)| form),
                mistake: wrong.map(|(_, mistake)| mistake),
            };
            self.draw(self.language, Some(desk), |context| pages::dialogue(&view, context))
        };
        let html = with_files(&outcome.sent, &[], desk, |sent| {
            with_files(&outcome.files, &outcome.refused, desk, |files| draw(files, sent))
        });
        shown(html, None)
    }

    /// The page after a report was closed again.
    pub fn closed(&self) -> Shown {
        shown(self.draw(self.language, None, pages::done), None)
    }

    /// The page for something that went wrong.
    pub fn failed(&self) -> Shown {
        let html = self.draw(self.language, None, |context| pages::trouble(pages::Trouble::Failed, context));
        shown(html, None)
    }
}
