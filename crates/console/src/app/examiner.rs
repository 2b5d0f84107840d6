//! The worker that examines files before anybody sees them, as the page speaks to it; and the frame that shows them.

use std::cell::RefCell;
use std::rc::Rc;

use ::examiner::{Answer, Ask, Compared, Examined, ImportFacts};
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::web_sys::{File, HtmlIFrameElement};
use protocol::quarantine::{HashListId, HashLists};
use seal::Digest;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

use super::failure::Failure;
use super::state::App;
use super::{api, save};
use crate::hash_lists;

#[wasm_bindgen(raw_module = "./bench.js")]
extern "C" {
    type Bench;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<Bench, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn ask(this: &Bench, question: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn push(this: &Bench, piece: Uint8Array) -> bool;

    #[wasm_bindgen(method, catch)]
    async fn compare(this: &Bench) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn take(this: &Bench) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn import(this: &Bench, file: &File, pdq: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn end(this: &Bench);

    /// The frame in which a file is shown.
    pub(crate) type Lens;

    /// Listens to a frame.
    #[wasm_bindgen(constructor)]
    pub(crate) fn of(frame: &HtmlIFrameElement, hear: &Closure<dyn FnMut(String, f64)>) -> Lens;

    /// Hands it the bytes, which are gone from here then.
    #[wasm_bindgen(method)]
    pub(crate) fn show(this: &Lens, bytes: Uint8Array, how: &str, media_type: &str);

    /// Listens no longer.
    #[wasm_bindgen(method, js_name = end)]
    pub(crate) fn close(this: &Lens);
}

/// A list that the worker holds.
#[derive(Clone, PartialEq)]
struct Held {
    list: HashListId,
    sha256: Digest,
}

/// A handle to the worker. The worker ends when it is told to; no list and no file is left then.
#[derive(Clone)]
pub(crate) struct Examiner(Rc<Inner>);

struct Inner {
    bench: Bench,
    held: RefCell<Vec<Held>>,
}

impl Examiner {
    fn start() -> Result<Self, Failure> {
        let bench = Bench::new().map_err(|_| Failure::NoExaminer)?;
        Ok(Self(Rc::new(Inner { bench, held: RefCell::default() })))
    }

    async fn ask(&self, ask: &Ask) -> Result<Answer, Failure> {
        let question = serde_json::to_string(ask).map_err(crate::Error::Write)?;
        read(&self.0.bench.ask(&question).await.map_err(|error| stopped(&error))?)
    }

    /// Hands over opened bytes.
    pub(crate) fn push(&self, plain: &[u8]) -> Result<(), Failure> {
        if self.0.bench.push(Uint8Array::from(plain)) { Ok(()) } else { Err(Failure::Stopped) }
    }

    /// Examines the file whose bytes were handed over.
    pub(crate) async fn file(&self, name: Option<String>, now: i64) -> Result<Box<Examined>, Failure> {
        match self.ask(&Ask::File { name, now }).await? {
            Answer::Examined(examined) => Ok(examined),
            _ => Err(Failure::Unreadable),
        }
    }

    /// Has the browser decode the file's picture in the worker, and compares it with the lists.
    pub(crate) async fn compare(&self) -> Result<Compared, Failure> {
        match read(&self.0.bench.compare().await.map_err(|error| stopped(&error))?)? {
            Answer::Compared(compared) => Ok(compared),
            _ => Err(Failure::Unreadable),
        }
    }

    /// The file, to be shown.
    pub(crate) async fn take(&self) -> Result<Uint8Array, Failure> {
        let bytes = self.0.bench.take().await.map_err(|error| stopped(&error))?;
        bytes.dyn_into().map_err(|_| Failure::Unreadable)
    }

    /// Forgets the file.
    pub(crate) async fn forget(&self) -> Result<(), Failure> {
        self.ask(&Ask::Forget).await.map(drop)
    }

    /// Makes a list of a file on the disk.
    pub(crate) async fn import(&self, file: &File, pdq: bool) -> Result<(Uint8Array, ImportFacts), Failure> {
        let made = self.0.bench.import(file, pdq).await.map_err(|error| stopped(&error))?;
        let part = |name: &str| Reflect::get(&made, &name.into()).map_err(|_| Failure::Unreadable);
        let stored = part("stored")?.dyn_into().map_err(|_| Failure::Unreadable)?;
        let facts = part("facts")?.as_string().ok_or(Failure::Unreadable)?;
        Ok((stored, serde_json::from_str(&facts).map_err(|_| Failure::Unreadable)?))
    }

    /// Ends the worker.
    pub(crate) fn end(&self) {
        self.0.bench.end();
    }

    /// Reads the lists that it does not hold yet.
    async fn read_lists(&self, app: App, lists: &HashLists) -> Result<(), Failure> {
        let signed_in = app.signed_in()?;
        for list in &lists.lists {
            let held = Held { list: list.list, sha256: list.sha256 };
            if self.0.held.borrow().contains(&held) {
                continue;
            }
            let path = format!("/desks/{}/hash-lists/{}", signed_in.slug(), list.list);
            let sealed = save::whole(&path, list.size).await?;
            self.push(&hash_lists::open(list, &sealed, signed_in.keys.desk()?)?)?;
            self.ask(&Ask::List { list: list.list.to_string() }).await?;
            let mut known = self.0.held.borrow_mut();
            known.retain(|known| known.list != list.list);
            known.push(held);
        }
        Ok(())
    }

    /// Whether it holds a list that the desk has no longer.
    fn is_stale(&self, lists: &HashLists) -> bool {
        self.0.held.borrow().iter().any(|held| lists.lists.iter().all(|list| list.list != held.list))
    }
}

impl App {
    /// The worker that examines files.
    pub(crate) fn examiner(self) -> Result<Examiner, Failure> {
        if let Some(examiner) = self.examiner.try_get_value().flatten() {
            return Ok(examiner);
        }
        let examiner = Examiner::start()?;
        self.examiner.try_set_value(Some(examiner.clone()));
        Ok(examiner)
    }

    /// The worker that examines files, with all hash lists of the desk as they are now; and how many there are. Where one
    /// of them cannot be read there is no worker: what was not compared is not shown.
    pub(crate) async fn examiner_with_lists(self) -> Result<(Examiner, usize), Failure> {
        let slug = self.signed_in()?.slug().to_owned();
        let lists: HashLists = api::get(&format!("/desks/{slug}/hash-lists")).await?;
        let mut examiner = self.examiner()?;
        if examiner.is_stale(&lists) {
            examiner.end();
            self.examiner.try_set_value(None);
            examiner = self.examiner()?;
        }
        examiner.read_lists(self, &lists).await?;
        Ok((examiner, lists.lists.len()))
    }
}

fn read(answer: &JsValue) -> Result<Answer, Failure> {
    let answer = answer.as_string().ok_or(Failure::Unreadable)?;
    match serde_json::from_str(&answer).map_err(|_| Failure::Unreadable)? {
        Answer::Refused { why } => Err(Failure::Reader(why)),
        answer => Ok(answer),
    }
}

fn stopped(error: &JsValue) -> Failure {
    let words = js_sys::Error::from(error.clone()).message();
    Failure::Reader(format!("{}.", String::from(words).trim_end_matches('.')))
}
