//! A file is examined, compared with the desk's hash lists, and shown in a frame that can do nothing.
//!
//! What is shown is blurred, grey, small and silent until it is held; how long it was looked at is counted for the
//! viewer's own sake.

use std::rc::Rc;

use ::examiner::{Compared, Examined, Field, Hit, Showing};
use js_sys::Uint8Array;
use leptos::ev;
use leptos::html::{
    code, details, dialog, div, h2, h3, iframe, li, p, summary, table, tbody, td, th, thead, tr, ul,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{HtmlDialogElement, HtmlIFrameElement};
use protocol::quarantine::Lock;
use wasm_bindgen::closure::Closure;

use super::Case;
use crate::app::examiner::Lens;
use crate::app::failure::Failure;
use crate::app::parts::{self, HEADING, Weight, foreign, row};
use crate::app::save::Place;
use crate::app::{api, dom};
use crate::chats;
use crate::hash_lists::{kind, kind_words};
use crate::open::FileRow;
use crate::text::{grouped, size};
use crate::welfare;

const DIALOG: &str = "viewer";
const TITLE: &str = "viewer-title";
const FRAME: &str = "viewer-frame";

/// Larger sealed files are saved, and not shown.
pub(super) const LARGEST: u64 = 128 << 20;

/// How far it is.
#[derive(Clone)]
enum Step {
    Under(String),
    Done(Rc<Seen>),
    Failed(String),
}

/// What was found.
struct Seen {
    examined: Box<Examined>,
    compared: Option<Compared>,
    lists: usize,
    /// The bytes to show, until the frame has them; or why nothing is shown.
    shown: Result<(), String>,
}

impl Seen {
    fn hit(&self) -> Option<&Hit> {
        self.examined.hit.as_ref().or_else(|| self.compared.as_ref()?.hit.as_ref())
    }
}

/// A handle to the viewer of a report's page.
#[derive(Clone, Copy)]
pub(super) struct Viewer {
    case: Case,
    file: RwSignal<Option<FileRow>>,
    step: RwSignal<Option<Step>, LocalStorage>,
    bytes: StoredValue<Option<Uint8Array>, LocalStorage>,
    lens: StoredValue<Option<Open>, LocalStorage>,
    /// Whether the decoder failed in the frame.
    undecodable: RwSignal<bool>,
}

/// A frame that is listened to.
struct Open {
    lens: Lens,
    _hear: Closure<dyn FnMut(String, f64)>,
}

impl Viewer {
    pub(super) fn new(case: Case) -> Self {
        Self {
            case,
            file: RwSignal::new(None),
            step: RwSignal::new_local(None),
            bytes: StoredValue::new_local(None),
            lens: StoredValue::new_local(None),
            undecodable: RwSignal::new(false),
        }
    }

    /// Whether the member works on reports: the desk's hash lists are for those alone.
    pub(super) fn is_for_this_member(self) -> bool {
        self.case.app.works()
    }

    /// Examines a file, and shows it if that may be.
    pub(super) fn open(self, file: &FileRow) {
        self.undecodable.set(false);
        self.step.set(Some(Step::Under("Reading the desk’s hash lists…".to_owned())));
        self.file.set(Some(file.clone()));
        let file = file.clone();
        spawn_local(async move {
            let step = match self.look(&file).await {
                Ok(seen) => Step::Done(Rc::new(seen)),
                Err(failure) => Step::Failed(self.case.app.heard(failure).to_string()),
            };
            if self.is_at(&file) {
                self.step.try_set(Some(step));
            } else {
                self.bytes.try_set_value(None);
            }
        });
    }

    /// Whether the dialogue is still open, for this file.
    fn is_at(self, file: &FileRow) -> bool {
        let at = self.file.try_with_untracked(|at| at.as_ref().map(|at| at.item.signed.header.item));
        at.flatten() == Some(file.item.signed.header.item)
    }

    async fn look(self, file: &FileRow) -> Result<Seen, Failure> {
        let (examiner, lists) = self.case.app.examiner_with_lists().await?;
        let tell = move |done, of| {
            let words = format!("Opening: {} of {}", size(done), size(of));
            drop(self.step.try_set(Some(Step::Under(words))));
        };
        self.case.open_file(file, Place::Examiner(examiner.clone()), tell).await?;
        self.step.try_set(Some(Step::Under("Comparing with the desk’s hash lists…".to_owned())));
        let name = file.listed.as_ref().map(|entry| entry.name.clone());
        let examined = examiner.file(name, dom::now()).await?;
        let mut seen = Seen { examined, compared: None, lists, shown: Ok(()) };
        if matches!(seen.examined.showing, Showing::Picture { .. }) && seen.examined.hit.is_none() {
            match examiner.compare().await {
                Ok(compared) => seen.compared = Some(compared),
                Err(failure) => seen.shown = Err(failure.to_string()),
            }
        }
        if let Some(hit) = seen.hit() {
            let (list, hash) = hit.list.parse().ok().zip(kind(&hit.hash)).ok_or(Failure::Unreadable)?;
            examiner.forget().await?;
            api::tell(&format!("{}/lock", self.case.path_of(file)), &Lock { list, hash }).await?;
        } else if let Showing::Not { why } = &seen.examined.showing {
            seen.shown = Err(why.clone());
            examiner.forget().await?;
        } else if seen.shown.is_ok() {
            let bytes = examiner.take().await?;
            self.bytes.try_set_value(Some(bytes));
        } else {
            examiner.forget().await?;
        }
        Ok(seen)
    }

    /// Hands the bytes to the frame, which is there now.
    fn fill(self, showing: &Showing) {
        let Some(frame) = dom::by_id::<HtmlIFrameElement>(FRAME) else { return };
        let Some(bytes) = self.bytes.try_update_value(Option::take).flatten() else { return };
        let (how, media_type) = match showing {
            Showing::Picture { media_type } => ("picture", media_type),
            Showing::Film { media_type } => ("film", media_type),
            Showing::Sound { media_type } => ("sound", media_type),
            Showing::Not { .. } => return,
        };
        let hear = Closure::new(move |what: String, number: f64| match what.as_str() {
            "seen" => self.case.app.looked_ms.update(|looked| *looked += whole(number)),
            "failed" => self.undecodable.set(true),
            "leave" => self.close(),
            _ => {}
        });
        let lens = Lens::of(&frame, &hear);
        lens.show(bytes, how, media_type);
        self.lens.set_value(Some(Open { lens, _hear: hear }));
    }

    fn close(self) {
        if let Some(dialog) = dom::by_id::<HtmlDialogElement>(DIALOG) {
            dialog.close();
        }
    }

    /// Lets go of everything, once the dialogue is closed.
    fn closed(self) {
        let locked = matches!(self.step.get_untracked(), Some(Step::Done(seen)) if seen.hit().is_some());
        self.end();
        self.step.set(None);
        self.file.set(None);
        if locked {
            self.case.load(Some(HEADING));
        }
    }

    /// Ends the frame and forgets what it was to show.
    pub(super) fn end(self) {
        if let Some(open) = self.lens.try_update_value(Option::take).flatten() {
            open.lens.close();
        }
        self.bytes.try_set_value(None);
    }

    /// The dialogue.
    pub(super) fn view(self) -> AnyView {
        parts::follow(DIALOG, TITLE, move || self.file.with(Option::is_some));
        on_cleanup(move || self.end());
        let name = move || self.file.with(|file| file.as_ref().map(|file| foreign(&chats::name(file))));
        let below = move || match self.step.get() {
            None => ().into_any(),
            Some(Step::Under(words)) => {
                p().class("govuk-body").attr("role", "status").child(words).into_any()
            }
            Some(Step::Failed(words)) => {
                let words = format!("{words} Nothing of the file was shown or kept.");
                parts::error_box("The file could not be examined", words)
            }
            Some(Step::Done(seen)) => self.seen(&seen),
        };
        dialog()
            .id(DIALOG)
            .class("console-dialog console-dialog--wide console-viewer")
            .attr("aria-labelledby", TITLE)
            .on(ev::close, move |_| self.closed())
            .child((
                h2().id(TITLE).class("govuk-heading-m").tabindex("-1").child(name),
                below,
                parts::action("Close", Weight::Secondary, move || self.close()),
            ))
            .into_any()
    }

    fn seen(self, seen: &Rc<Seen>) -> AnyView {
        let compared = match seen.lists {
            several if several > 0 && !matches!(seen.examined.showing, Showing::Picture { .. }) => {
                "By its bytes, no hash list of the desk knows it; what it shows is compared with none."
                    .to_owned()
            }
            0 => "This desk has no hash list, so it was compared with none.".to_owned(),
            1 => "The desk’s hash list does not know it.".to_owned(),
            several => format!("None of the desk’s {several} hash lists knows it."),
        };
        let head = match (seen.hit(), &seen.shown) {
            (Some(hit), _) => parts::error_box("A hash list knows this file", known(hit)),
            (None, Err(why)) => div()
                .class("govuk-inset-text")
                .attr("role", "status")
                .child(format!("It is not shown: {}. {compared}", why.trim_end_matches('.')))
                .into_any(),
            (None, Ok(())) => self.frame(seen, compared),
        };
        div().child((head, facts(seen), metadata(&seen.examined.fields))).into_any()
    }

    fn frame(self, seen: &Rc<Seen>, compared: String) -> AnyView {
        let app = self.case.app;
        let loaded = Rc::clone(seen);
        let words = move || {
            if self.undecodable.get() {
                "This browser could not show it.".to_owned()
            } else {
                format!("{compared} Hold the button to see it; it stays blurred, grey and silent until then.")
            }
        };
        div()
            .child((
                p().class("govuk-body").attr("role", "status").child(words),
                move || {
                    welfare::advice(app.looked_ms.get()).map(|advice| {
                        div().class("govuk-inset-text console-pause").attr("role", "status").child(advice)
                    })
                },
                iframe()
                    .id(FRAME)
                    .class("console-viewer__frame")
                    .attr("title", "The file")
                    .attr("sandbox", "allow-scripts")
                    .attr("referrerpolicy", "no-referrer")
                    .on(ev::load, move |_| self.fill(&loaded.examined.showing))
                    .attr("src", "/viewer"),
            ))
            .into_any()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds of one look")]
fn whole(milliseconds: f64) -> u64 {
    milliseconds.max(0.0) as u64
}

fn known(hit: &Hit) -> String {
    let near = hit.distance.map_or_else(String::new, |bits| format!(" ({bits} of 256 bits differ)"));
    format!(
        "It is locked now, and nothing of it was shown: {}{near}. Your supervisors are told. Follow your procedure for such material.",
        kind_words(&hit.hash)
    )
}

fn facts(seen: &Seen) -> AnyView {
    let examined = &seen.examined;
    let digest = |digits: &str| code().class("console-digest").child(grouped(digits));
    let list = |label: &'static str, lines: &[String]| {
        (!lines.is_empty()).then(|| {
            let lines: Vec<AnyView> = lines.iter().map(|line| li().child(foreign(line)).into_any()).collect();
            row(label, ul().class("govuk-list govuk-list--bullet").child(lines))
        })
    };
    let pdq = seen.compared.as_ref().and_then(|compared| {
        let digits = compared.pdq.as_ref()?;
        Some(row("PDQ", (digest(digits), format!(" quality {} of 100", compared.quality))))
    });
    leptos::html::dl()
        .class("govuk-summary-list console-facts")
        .child((
            row("It is", foreign(&format!("{}: {}", examined.is, examined.why))),
            list("And also", &examined.also),
            list("Take note", &examined.findings),
            list("Not read", &examined.notes),
            row("Size", size(examined.size)),
            row("SHA-256", digest(&examined.sha256)),
            row("SHA-1", digest(&examined.sha1)),
            row("MD5", digest(&examined.md5)),
            pdq,
        ))
        .into_any()
}

fn metadata(fields: &[Field]) -> AnyView {
    if fields.is_empty() {
        return h3().class("govuk-heading-s console-quiet").child("It says nothing of itself").into_any();
    }
    let column = |text: &'static str| th().attr("scope", "col").class("govuk-table__header").child(text);
    let cell = |text: &str| td().class("govuk-table__cell").child(foreign(text));
    let rows: Vec<AnyView> = fields
        .iter()
        .map(|field| {
            tr().class("govuk-table__row")
                .child((
                    cell(&field.group),
                    cell(&field.name),
                    cell(&field.value),
                    cell(field.meaning.as_deref().unwrap_or_default()),
                ))
                .into_any()
        })
        .collect();
    details()
        .class("console-fold")
        .child((
            summary().class("console-fold__title").child(format!("What it says of itself: {}", fields.len())),
            div()
                .class("console-scroll")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", "What it says of itself")
                .child(table().class("govuk-table govuk-table--small-text-until-tablet").child((
                    thead().child(tr().child((
                        column("Where"),
                        column("Name"),
                        column("Value"),
                        column("Meaning"),
                    ))),
                    tbody().child(rows),
                ))),
        ))
        .into_any()
}
