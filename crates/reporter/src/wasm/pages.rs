//! Drawing, on the page's own thread.

use intake::Language;
use intake::pages::{Progress, UploadState};
use protocol::UnixSeconds;
use protocol::proof::Logged;
use protocol::public::DeskPublic;
use serde::Deserialize;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Result, count, form, json, parsed};
use crate::engine::{Engine, Visit};
use crate::homecoming::{Outcome, Told, wish};

/// What the sealing engine tells of a report that was received.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    words: String,
    received_at: UnixSeconds,
    asked: (usize, usize),
    logged: Option<Logged>,
}

/// The questionnaire in the page.
#[wasm_bindgen]
pub struct Pages(Engine);

#[wasm_bindgen]
impl Pages {
    /// An empty report: a visit and a desk, as JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(visit: &str, desk: &str) -> Result<Pages> {
        Ok(Self(Engine::new(parsed(visit)?, parsed(desk)?)))
    }

    /// The page that the draft is on.
    pub fn show(&self) -> Result<String> {
        json(&self.0.show())
    }

    /// Does what a form asks for: its pairs as JSON.
    pub fn submit(&mut self, pairs: &str) -> Result<String> {
        json(&self.0.submit(&form(pairs)?))
    }

    /// Opens a page that was shown before.
    pub fn revisit(&mut self, page: &str, pairs: &str) -> Result<String> {
        json(&self.0.revisit(page, &form(pairs)?)?)
    }

    /// Tells which files have been taken and which have not.
    #[wasm_bindgen(js_name = setFiles)]
    pub fn set_files(&mut self, files: &str, refused: &str) -> Result<()> {
        self.0.set_files(parsed(files)?, parsed(refused)?);
        Ok(())
    }

    /// The draft, for the sealing engine.
    pub fn draft(&self) -> Result<String> {
        json(self.0.draft())
    }

    /// The receipt; nothing once the words have been typed back. `facts` is what the sealing engine
    /// answered when the report was sent.
    pub fn receipt(&self, facts: &str, pairs: Option<String>) -> Result<Option<String>> {
        let typed = pairs.as_deref().map(form).transpose()?;
        let Received { words, received_at, asked, logged } = parsed(facts)?;
        let shown = self.0.receipt(&words, received_at, asked, logged, typed.as_ref())?;
        shown.as_ref().map(json).transpose()
    }

    /// The page after the receipt.
    pub fn done(&self) -> Result<String> {
        json(&self.0.done())
    }

    /// The page for something that went wrong: `busy`, `not_sent` or `failed`.
    pub fn setback(&self, why: &str) -> Result<String> {
        json(&self.0.setback(serde_json::from_value(why.into())?))
    }
}

/// Coming back with seven words.
#[wasm_bindgen]
pub struct Return {
    visit: Visit,
    opened: Option<(Told, DeskPublic)>,
}

#[wasm_bindgen]
impl Return {
    /// A visit as JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(visit: &str) -> Result<Return> {
        Ok(Self { visit: parsed(visit)?, opened: None })
    }

    /// The page that asks for the words; nothing when those that were typed can be a receipt's.
    pub fn ask(&self, typed: Option<String>) -> Result<Option<String>> {
        self.visit.ask_for_words(typed.as_deref()).as_ref().map(json).transpose()
    }

    /// The same page when no report answers to the words.
    pub fn unknown(&self, typed: &str) -> Result<String> {
        json(&self.visit.unknown_words(typed))
    }

    /// Takes what the sealing engine has opened, and the desk that it is with.
    pub fn open(&mut self, told: &str, desk: &str) -> Result<()> {
        self.opened = Some((parsed(told)?, parsed(desk)?));
        Ok(())
    }

    /// The opened report, with what was done last.
    pub fn dialogue(&self, outcome: &str) -> Result<String> {
        self.draw(&parsed(outcome)?, None)
    }

    /// What a form asks for, or the page with its mistake.
    pub fn wish(&mut self, pairs: &str, outcome: &str) -> Result<String> {
        let form = form(pairs)?;
        let ready: Outcome = parsed(outcome)?;
        match wish(&form, ready.files.len() + ready.on_the_way) {
            Some(Ok(wish)) => {
                if let crate::homecoming::Wish::Speak { language } = wish {
                    self.visit.language = language;
                }
                json(&wish)
            }
            Some(Err(mistake)) => {
                let shown = self.draw(&ready, Some((&form, mistake)))?;
                Ok(format!("{{\"kind\":\"mend\",\"shown\":{shown}}}"))
            }
            None => Ok("{\"kind\":\"nothing\"}".to_owned()),
        }
    }

    /// The page again when what its form asked for could not be sent: nothing on it is lost.
    #[wasm_bindgen(js_name = notSent)]
    pub fn not_sent(&self, pairs: &str, outcome: &str) -> Result<String> {
        self.draw(&parsed(outcome)?, Some((&form(pairs)?, intake::pages::DialogueMistake::NotSent)))
    }

    /// The page after the report was closed again.
    pub fn closed(&self) -> Result<String> {
        json(&self.visit.closed())
    }

    /// The page for something that went wrong.
    pub fn failed(&self) -> Result<String> {
        json(&self.visit.failed())
    }
}

/// Words that change while a page is open.
#[wasm_bindgen]
pub struct Words;

#[wasm_bindgen]
impl Words {
    /// How much of a file has been sent, and what its buttons say: `state` is `waiting`, `sending`,
    /// `paused`, `done` or `failed`; sizes are in bytes, the speed in bytes a second.
    pub fn progress(
        language: &str,
        name: &str,
        state: &str,
        sent: f64,
        total: f64,
        speed: f64,
    ) -> Result<String> {
        let state = UploadState::from_name(state).ok_or_else(|| JsError::new("no such state"))?;
        let file = Progress { name, state, sent: count(sent), total: count(total), speed: count(speed) };
        json(&intake::pages::progress(Language::from_tag(language).unwrap_or_default(), &file))
    }

    /// What a file reveals of whoever made it: its kind and value as the revealer tells them.
    pub fn reveal(language: &str, kind: &str, value: &str) -> String {
        let language = Language::from_tag(language).unwrap_or_default();
        intake::pages::reveal(language, kind, value).unwrap_or_default()
    }

    /// How many characters a text of `used` may still have.
    #[wasm_bindgen(js_name = charactersLeft)]
    pub fn characters_left(language: &str, limit: f64, used: f64) -> String {
        let language = Language::from_tag(language).unwrap_or_default();
        intake::pages::characters_left(language, count(limit), count(used))
    }
}

impl Return {
    fn draw(
        &self,
        outcome: &Outcome,
        wrong: Option<(&intake::Form, intake::pages::DialogueMistake)>,
    ) -> Result<String> {
        match &self.opened {
            Some((told, desk)) => json(&self.visit.dialogue(told, desk, outcome, wrong)),
            None => json(&self.visit.failed()),
        }
    }
}
