//! The page that takes files, in both routes, and lists of files elsewhere.

use maud::{Markup, html};

use super::PageContext;
use super::figures::size;
use super::layout::{self, Mistaken};
use crate::text::{Texts, Voice, key};

/// The files of a report so far, and what the last ones were refused for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files<'a> {
    /// Those that have been taken.
    pub taken: &'a [FileRow<'a>],
    /// Those that have not.
    pub refused: &'a [FileProblem<'a>],
    /// The largest file that is taken, in bytes.
    pub max_bytes: u64,
}

/// One file that has been taken.
#[derive(Clone, Copy, Debug)]
pub struct FileRow<'a> {
    /// The caller's id for it, which the button beside it sends back.
    pub id: &'a str,
    /// Its name on the reporter's device.
    pub name: &'a str,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: &'a str,
}

/// One file that has not been taken.
#[derive(Clone, Copy, Debug)]
pub struct FileProblem<'a> {
    /// Its name on the reporter's device.
    pub name: &'a str,
    /// Why not.
    pub mistake: FileMistake,
}

/// Why a file has not been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMistake {
    /// Larger than the desk takes.
    TooLarge,
    /// Nothing in it.
    Empty,
    /// An archive that takes a password: nobody here could open it.
    Encrypted,
    /// Not of a type that the desk takes.
    Type,
    /// One more than may be added.
    TooMany {
        /// The most files that may be added.
        max: usize,
    },
    /// It did not arrive.
    Failed,
    /// The instance has no room for it now.
    NoRoom,
    /// The button was pressed and no file chosen.
    NoneChosen,
}

/// The id of the input for files.
const INPUT: &str = "file";

pub(super) fn mistakes(files: &Files<'_>, context: &PageContext<'_>) -> Vec<Mistaken> {
    let messages = files.refused.iter().map(|problem| message(problem, files, context.texts()));
    messages.map(|message| Mistaken { input: INPUT.to_owned(), message }).collect()
}

fn message(problem: &FileProblem<'_>, files: &Files<'_>, texts: &Texts) -> String {
    let name = || ("name", problem.name.to_owned().into());
    match problem.mistake {
        FileMistake::TooLarge => {
            texts.with(key::FILES_ERROR_TOO_LARGE, &[name(), ("size", size(texts, files.max_bytes).into())])
        }
        FileMistake::Empty => texts.with(key::FILES_ERROR_EMPTY, &[name()]),
        FileMistake::Encrypted => texts.with(key::FILES_ERROR_ENCRYPTED, &[name()]),
        FileMistake::Type => texts.with(key::FILES_ERROR_TYPE, &[name()]),
        FileMistake::TooMany { max } => {
            texts.with(key::FILES_ERROR_TOO_MANY, &[name(), ("max", max.to_string().into())])
        }
        FileMistake::Failed => texts.with(key::FILES_ERROR_FAILED, &[name()]),
        FileMistake::NoRoom => texts.with(key::FILES_ERROR_NO_ROOM, &[name()]),
        FileMistake::NoneChosen => texts.get(key::FILES_ERROR_NONE),
    }
}

/// The page that takes files.
pub(super) fn content(page: &str, files: &Files<'_>, voice: Voice<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let listed = html! {
        h2.govuk-heading-m { (texts.get(key::FILES_LIST)) }
        @if files.taken.is_empty() { p.govuk-body #files-none { (texts.get(key::FILES_NONE)) } }
        (taken(files, Some(&texts.get(key::FILES_REMOVE)), "files-taken", context))
    };
    html! {
        h1.govuk-heading-l { (texts.said(page, voice)) }
        p.govuk-body { (texts.get(key::FILES_LEAD)) }
        div.govuk-warning-text {
            span.govuk-warning-text__icon aria-hidden="true" { "!" }
            strong.govuk-warning-text__text { (texts.get(key::FILES_LAW)) }
        }
        @if voice.route == "anonymous" { div.govuk-inset-text { (texts.get(key::FILES_ANONYMOUS)) } }
        (uploader(files, &listed, voice.route == "anonymous", context))
        (layout::go_button(&texts.get(key::CONTINUE)))
    }
}

/// The input for files, what the script needs to send them in the background, and those taken so far.
/// `listed` is how the page shows those; `asks` whether the script asks about a file that tells who made it.
pub(super) fn uploader(files: &Files<'_>, listed: &Markup, asks: bool, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let refused = !files.refused.is_empty();
    html! {
        div #uploader {
            div.govuk-form-group.govuk-form-group--error[refused] {
                label."govuk-label govuk-label--m" for=(INPUT) { (texts.get(key::FILES_LABEL)) }
                div.govuk-hint #file-hint {
                    (texts.with(key::FILES_HINT, &[("size", size(texts, files.max_bytes).into())]))
                }
                @for (number, problem) in files.refused.iter().enumerate() {
                    @let id = if number == 0 { "file-error".to_owned() } else { format!("file-error-{number}") };
                    (layout::error_message(context, &id, &message(problem, files, texts)))
                }
                input.govuk-file-upload.govuk-file-upload--error[refused] id=(INPUT) name=(INPUT) type="file"
                    multiple aria-describedby=(if refused { "file-hint file-error" } else { "file-hint" });
            }
            button.govuk-button.govuk-button--secondary #file-send type="submit" name="do" value="upload"
                formnovalidate { (texts.get(key::FILES_UPLOAD)) }
            // For the script alone: a browser that can, hands over a whole folder.
            div #folder-choice.govuk-form-group hidden {
                label."govuk-label govuk-label--s" for="folder" { (texts.get(key::FILES_FOLDER)) }
                input.govuk-file-upload #folder type="file" multiple webkitdirectory aria-describedby="file-hint";
            }
            (all_uploads(texts))
            div #uploads-status.govuk-visually-hidden role="status" aria-live="polite" {}
            ul #uploads.govuk-list.safehand-uploads {}
            (upload_template(texts))
            @if asks { (reveal_template(texts)) }
            div #files-lists { (listed) }
        }
    }
}

/// How far all files are together, for the script to show while there are several.
fn all_uploads(texts: &Texts) -> Markup {
    html! {
        div #uploads-all.safehand-uploads-all hidden {
            p."govuk-body govuk-!-font-weight-bold" { (texts.get(key::FILES_ALL)) }
            progress max="100" value="0" data-part="progress" aria-label=(texts.get(key::FILES_ALL_LABEL)) {}
            p.govuk-body-s data-part="figures" {}
            div.govuk-button-group {
                button.govuk-button.govuk-button--secondary type="button" data-part="pause-all" {
                    span data-part="pause-label" { (texts.get(key::FILES_PAUSE)) }
                    span.govuk-visually-hidden { ": " (texts.get(key::FILES_ALL)) }
                }
            }
        }
    }
}

/// One row that the script copies for each file on its way.
fn upload_template(texts: &Texts) -> Markup {
    html! {
        template #upload-row {
            li.safehand-upload {
                p."govuk-body safehand-typed" data-part="name" {}
                p.govuk-body-s data-part="status" {}
                progress max="100" value="0" data-part="progress"
                    aria-label=(texts.get(key::FILES_PROGRESS_LABEL)) {}
                p.govuk-body-s data-part="figures" {}
                div.govuk-button-group {
                    @for (part, text) in [("pause", key::FILES_PAUSE), ("cancel", key::FILES_CANCEL)] {
                        button.govuk-button.govuk-button--secondary type="button" data-part=(part) {
                            span data-part=(format!("{part}-label")) { (texts.get(text)) }
                            span.govuk-visually-hidden data-part=(format!("{part}-what")) {}
                        }
                    }
                }
            }
        }
    }
}

/// What the script shows of a file that tells who made it, until the reporter has said what to do with it.
fn reveal_template(texts: &Texts) -> Markup {
    let button = |part: &str, text: &str| {
        html! {
            button.govuk-button.govuk-button--secondary type="button" data-part=(part) {
                (texts.get(text)) span.govuk-visually-hidden data-part=(format!("{part}-what")) {}
            }
        }
    };
    html! {
        template #reveal-row {
            li."safehand-upload safehand-upload--asked" {
                p."govuk-body safehand-typed govuk-!-font-weight-bold" data-part="name" {}
                p.govuk-body data-part="question" { (texts.get(key::FILES_REVEALS)) }
                ul."govuk-list govuk-list--bullet safehand-typed" data-part="reveals" {}
                p.govuk-error-message data-part="reveals-failed" hidden { (texts.get(key::FILES_REVEALS_FAILED)) }
                p.govuk-hint data-part="reveals-hint" { (texts.get(key::FILES_REVEALS_HINT)) }
                p.govuk-hint data-part="reveals-as-is" hidden { (texts.get(key::FILES_REVEALS_HINT_AS_IS)) }
                div.govuk-button-group {
                    (button("clean", key::FILES_REVEALS_CLEAN))
                    (button("keep", key::FILES_REVEALS_KEEP))
                    (button("drop", key::FILES_REVEALS_DROP))
                }
            }
        }
        template #reveal-all {
            li."safehand-upload safehand-upload--asked" {
                p."govuk-body govuk-!-font-weight-bold" { (texts.get(key::FILES_REVEALS_ALL)) }
                div.govuk-button-group {
                    (button("clean-all", key::FILES_REVEALS_CLEAN_ALL))
                    (button("keep-all", key::FILES_REVEALS_KEEP_ALL))
                }
            }
        }
    }
}

/// A list of files with sizes and digests, and with a button beside each to remove it.
pub(super) fn taken(files: &Files<'_>, remove: Option<&str>, id: &str, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        dl id=(id) class="govuk-summary-list" {
            @for file in files.taken {
                div.govuk-summary-list__row {
                    dt.govuk-summary-list__key.safehand-typed { (file.name) }
                    dd.govuk-summary-list__value {
                        p.govuk-body { (size(texts, file.size)) }
                        p.govuk-body-s { (texts.get(key::FILES_SHA256)) " " code.safehand-digest { (file.sha256) } }
                    }
                    @if let Some(remove) = remove {
                        dd.govuk-summary-list__actions {
                            button.safehand-link.govuk-link type="submit" name="do"
                                value=(format!("remove-file {}", file.id)) formnovalidate {
                                (remove) span.govuk-visually-hidden { ": " (file.name) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Only the names, for the list of answers.
pub(super) fn names(files: &Files<'_>, context: &PageContext<'_>) -> Markup {
    html! {
        @if files.taken.is_empty() { (context.texts().get(key::CHECK_FILES_NONE)) }
        @else { ul.govuk-list { @for file in files.taken { li.safehand-typed { (file.name) } } } }
    }
}
