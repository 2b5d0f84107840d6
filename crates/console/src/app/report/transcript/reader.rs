//! The worker that holds the chats, as the page speaks to it.

use std::rc::Rc;

use js_sys::Uint8Array;
use reader::{Answer, Ask};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::app::failure::Failure;

#[wasm_bindgen(raw_module = "./chats.js")]
extern "C" {
    type Chats;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<Chats, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn ask(this: &Chats, question: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn push(this: &Chats, piece: Uint8Array) -> bool;

    #[wasm_bindgen(method)]
    fn end(this: &Chats);
}

/// A handle to the worker. The worker ends when it is told to; nothing of a chat is left then.
#[derive(Clone)]
pub(crate) struct Reader(Rc<Chats>);

impl Reader {
    /// Starts a worker.
    pub(crate) fn start() -> Result<Self, Failure> {
        Chats::new().map(|chats| Self(Rc::new(chats))).map_err(|_| Failure::NoReader)
    }

    /// Asks; a refusal is a failure.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer, Failure> {
        let question = serde_json::to_string(ask).map_err(crate::Error::Write)?;
        let answer = self.0.ask(&question).await.map_err(|error| stopped(&error))?;
        let answer = answer.as_string().ok_or(Failure::Unreadable)?;
        match serde_json::from_str(&answer).map_err(|_| Failure::Unreadable)? {
            Answer::Refused { why } => Err(Failure::Reader(why)),
            answer => Ok(answer),
        }
    }

    /// Hands over opened bytes of the file that was begun.
    pub(crate) fn push(&self, plain: &[u8]) -> Result<(), Failure> {
        if self.0.push(Uint8Array::from(plain)) { Ok(()) } else { Err(Failure::Stopped) }
    }

    /// Ends the worker.
    pub(crate) fn end(&self) {
        self.0.end();
    }
}

fn stopped(error: &JsValue) -> Failure {
    let words = js_sys::Error::from(error.clone()).message();
    Failure::Reader(String::from(words))
}
