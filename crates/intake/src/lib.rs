//! The questionnaire as data, its state machine, and its pages as pure functions. No I/O.
//!
//! The same code runs in two places: in the reporter's page, so that answers never leave the device
//! unsealed, and on the server for a visitor without JavaScript. Both hold a [`Draft`], show
//! [`pages`], and feed what comes back into [`Draft::submit`].
//!
//! ```
//! use intake::{DeskKind, Draft, Form, Language, Questionnaire, Turn};
//!
//! let questionnaire = Questionnaire::embedded();
//! let draft = Draft::new(questionnaire, DeskKind::Police, Language::EnGb);
//! let form = Form::from_iter([("page", "leave"), ("do", "continue")]);
//! let Turn::Show(draft) = draft.submit(questionnaire, &form) else { unreachable!() };
//! assert_eq!(draft.path(questionnaire), ["leave", "danger"]);
//!
//! // Nothing chosen: the page comes back with the mistake, and nothing is lost.
//! let form = Form::from_iter([("page", "danger")]);
//! assert!(matches!(draft.submit(questionnaire, &form), Turn::Mend(_, errors) if errors.len() == 1));
//! ```

#[cfg(feature = "author")]
mod author;
mod check;
mod document;
mod draft;
mod embedded;
mod error;
mod form;
mod machine;
pub mod model;
pub mod pages;
mod services;
mod text;
mod validate;
mod view;

pub use check::{FieldError, Mistake};
pub use document::{
    AnsweredField, AnsweredPage, AnswersDocument, Documents, FileEntry, SealedOn, Standing, SummaryDocument,
};
pub use draft::Draft;
pub use error::{Error, Fault, Problem};
pub use form::{Action, Form};
pub use machine::Turn;
pub use model::{DeskKind, Questionnaire};
pub use services::{Service, Services};
pub use text::{Language, Texts, Voice};
pub use validate::validate;
