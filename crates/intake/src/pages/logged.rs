//! What the public log says of a report, in a few plain sentences, and the button that saves the proof.

use maud::{Markup, html};

use super::figures::{counted, whole};
use super::layout::FORM;
use super::{PageContext, Route};
use crate::text::key;

/// The value of `do` that a press of the button sends: the proof is asked for as a file.
pub const PROOF: &str = "proof";

/// The name under which the proof is saved. It says nothing of what it is a proof of.
pub const PROOF_FILE: &str = "proof.txt";

/// What the log says of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logged {
    /// The report stands in the log: whoever drew the page has checked it.
    Entry {
        /// Its place in the log, counted from 0.
        index: u64,
        /// How many known witnesses have cosigned the log with it in.
        witnesses: usize,
    },
    /// The report was received, but what came as proof does not hold, or could not be checked.
    Unchecked,
}

pub(super) fn section(logged: Logged, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        div #log {
            h2.govuk-heading-m { (texts.get(key::LOG_TITLE)) }
            @match logged {
                Logged::Entry { index, witnesses } => {
                    p.govuk-body {
                        (texts.with(key::LOG_ENTRY, &[("entry", whole(texts, index).into())]))
                        @if context.route == Route::Device { " " (texts.get(key::LOG_CHECKED)) }
                        " "
                        (counted(texts, key::LOG_WITNESSES, u64::try_from(witnesses).unwrap_or(u64::MAX)))
                    }
                },
                Logged::Unchecked => { p.govuk-body { (texts.get(key::LOG_UNCHECKED)) } },
            }
            div.safehand-screen {
                p.govuk-body { (texts.get(key::LOG_FILE)) }
                p #proof-failed.govuk-error-message hidden { (texts.get(key::LOG_FAILED)) }
                button.govuk-button.govuk-button--secondary type="submit" form=(FORM) name="do" value=(PROOF)
                    formnovalidate { (texts.get(key::LOG_SAVE)) }
            }
        }
    }
}
