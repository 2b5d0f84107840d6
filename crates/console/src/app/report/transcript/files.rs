//! Reading the chats: which files are opened, how far that is, and what came of each.

use std::sync::Arc;

use ::reader::{Answer, Ask, FileReport, SourceFacts};
use leptos::ev;
use leptos::html::{code, details, div, dl, h3, label, li, option, p, progress, select, summary, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use seal::ItemId;

use super::{Reader, Transcript};
use crate::app::failure::Failure;
use crate::app::parts::{foreign, row};
use crate::app::report::{Case, Loaded};
use crate::app::{dom, save};
use crate::chats::{self, Plan};
use crate::open::FileRow;
use crate::text::{grouped, size};

/// How far the reading is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// Files that were asked for, so that none is asked for twice.
    asked: Vec<ItemId>,
    /// The name of the file that is being read.
    now: Option<String>,
    /// Sealed bytes that have come, and how many there are, over all files.
    bytes: (u64, u64),
    /// What became of the others.
    reports: Vec<FileReport>,
    /// Files that were not asked for, and why.
    left: Vec<(String, &'static str)>,
}

/// Reads the files that have not been read yet.
pub(super) fn begin(case: Case, loaded: &Arc<Loaded>) {
    let transcript = case.transcript;
    let known = transcript.progress.with_untracked(|progress| progress.asked.clone());
    let mut wanted = Vec::new();
    let mut left = Vec::new();
    for file in &loaded.opened.files {
        match chats::plan(file) {
            Plan::Read if !known.contains(&file.item.signed.header.item) => wanted.push(file.clone()),
            Plan::Read => {}
            Plan::Other => left.push((chats::name(file), "by its name and type no chat; it was not fetched")),
            Plan::Held => left.push((chats::name(file), "media, in quarantine; it was not fetched")),
            Plan::TooLarge => left.push((
                chats::name(file),
                "too large to be read in a browser; save it and read it with “safehand inspect”",
            )),
        }
    }
    transcript.progress.update(|progress| {
        progress.asked.extend(wanted.iter().map(|file| file.item.signed.header.item));
        progress.bytes.1 += wanted.iter().map(|file| file.item.signed.header.size).sum::<u64>();
        progress.left = left;
    });
    if wanted.is_empty() {
        if transcript.reader().is_ok() {
            transcript.tell_marks();
        }
        return;
    }
    spawn_local(async move {
        let outcome = read_all(case, wanted).await;
        transcript.progress.try_update(|progress| progress.now = None);
        if let Err(failure) = outcome {
            transcript.failed(&case.app.heard(failure));
        }
    });
}

async fn read_all(case: Case, files: Vec<FileRow>) -> Result<(), Failure> {
    let transcript = case.transcript;
    let reader = if let Ok(reader) = transcript.reader() {
        reader
    } else {
        let reader = Reader::start()?;
        transcript.reader.try_set_value(Some(reader.clone()));
        reader
    };
    let marks = transcript
        .marks
        .with_untracked(|marks| marks.iter().map(|entry| chats::place(&entry.mark)).collect());
    reader.ask(&Ask::Marks { marks }).await?;
    let mut done = 0;
    for file in files {
        let name = chats::name(&file);
        transcript.progress.try_update(|progress| progress.now = Some(name.clone()));
        let report = match read(case, &reader, &file, done).await {
            Ok(report) => report,
            Err(Failure::Stopped) => return Err(Failure::Stopped),
            Err(failure) => {
                let failure = case.app.heard(failure);
                let why = format!("It could not be opened: {failure} Nothing of it is shown.");
                FileReport { name, notes: vec![why], ..FileReport::default() }
            }
        };
        done += file.item.signed.header.size;
        let chats = report.chats;
        transcript.progress.try_update(|progress| progress.reports.push(report));
        if chats > 0 {
            transcript.refresh().await?;
        }
    }
    case.app.say("The chats have been read");
    Ok(())
}

/// Fetches a file, opens it as it arrives, and has it read once every check has held.
async fn read(case: Case, reader: &Reader, file: &FileRow, before: u64) -> Result<FileReport, Failure> {
    // The page may have been left, and what it held with it.
    case.transcript.reader()?;
    let item = file.item.signed.header.item;
    let size = file.listed.as_ref().map_or(file.item.signed.header.size, |entry| entry.size);
    let begin = Ask::Begin { item: item.to_string(), name: chats::name(file), size };
    reader.ask(&begin).await?;
    let progress = case.transcript.progress;
    let tell = move |done, _| {
        progress.try_update(|progress| progress.bytes.0 = before + done);
    };
    case.open_file(file, save::Place::Reader(reader.clone()), tell).await?;
    match reader.ask(&Ask::Finish { now: dom::now_ms() }).await? {
        Answer::File(report) => Ok(report),
        _ => Err(Failure::Unreadable),
    }
}

/// How far the reading is; nothing once it is done and something was found.
pub(super) fn status(transcript: Transcript) -> AnyView {
    let shown = move || {
        let progress = transcript.progress.get();
        let messages = transcript.facts.with(|facts| facts.messages);
        match (&progress.now, messages) {
            (Some(name), _) => Some(under_way(name, progress.bytes)),
            (None, 0) => Some(nothing(&progress)),
            (None, _) => None,
        }
    };
    div().attr("role", "status").child(shown).into_any()
}

fn under_way(name: &str, (done, of): (u64, u64)) -> AnyView {
    let bar = progress()
        .class("console-progress")
        .attr("aria-label", "Reading the chats")
        .attr("max", of.to_string())
        .attr("value", done.to_string());
    let words = format!(": {} of {}", size(done), size(of));
    p().class("govuk-body").child((bar, " Reading ", foreign(name), words)).into_any()
}

fn nothing(progress: &Progress) -> AnyView {
    let words = if progress.reports.is_empty() && progress.left.is_empty() {
        "No file was handed over, so there is no chat to read."
    } else {
        "None of the files is a chat that is known here. They are as they were; see Files."
    };
    div().child((p().class("govuk-body").child(words), outcomes(progress))).into_any()
}

/// What was read, and what must be known of it.
pub(super) fn sources(transcript: Transcript) -> AnyView {
    let title = move || {
        let count = transcript.facts.with(|facts| facts.sources.len());
        format!("Where these messages come from ({count})")
    };
    let cards = move || {
        let facts = transcript.facts.get();
        (0_u32..).zip(&facts.sources).map(|(number, source)| card(transcript, number, source)).collect_view()
    };
    details()
        .class("console-fold console-sources")
        .child((
            summary().class("console-fold__title").child(title),
            ul().class("console-files").child(cards),
            move || outcomes(&transcript.progress.get()),
        ))
        .into_any()
}

fn card(transcript: Transcript, number: u32, source: &SourceFacts) -> AnyView {
    let name =
        source.path.as_ref().map_or_else(|| source.file.clone(), |path| format!("{} › {path}", source.file));
    let unread = (source.unparsed > 0)
        .then(|| row("Not understood", format!("{} bytes, shown in place", source.unparsed)));
    let encoding = source.encoding.as_deref().map(|encoding| row("Encoding", encoding.to_owned()));
    let findings: Vec<AnyView> =
        source.findings.iter().map(|words| li().child(foreign(words)).into_any()).collect();
    let order = (source.ambiguous > 0).then(|| date_order(transcript, number, source));
    li().class("console-card")
        .child((
            div().class("console-card__title").child(h3().class("govuk-heading-s").child(foreign(&name))),
            dl().class("govuk-summary-list console-facts").child((
                row("Format", format!("{}: {}", source.format_name, source.why)),
                row("Messages", source.messages.to_string()),
                row("Size", size(source.size)),
                row("SHA-256", code().class("console-digest").child(grouped(&source.sha256))),
                encoding,
                unread,
            )),
            (!findings.is_empty()).then(|| ul().class("govuk-list govuk-list--bullet").child(findings)),
            order,
        ))
        .into_any()
}

/// Day or month first: two readings until somebody decides.
fn date_order(transcript: Transcript, number: u32, source: &SourceFacts) -> AnyView {
    let id = format!("date-order-{number}");
    let choices = [("", None), ("day", Some(true)), ("month", Some(false))];
    let words = ["Not decided: both readings are shown", "The day comes first", "The month comes first"];
    let options: Vec<AnyView> = choices
        .into_iter()
        .zip(words)
        .map(|((value, choice), words)| {
            option().value(value).prop("selected", source.day_first == choice).child(words).into_any()
        })
        .collect();
    let choose = move |event| {
        let day_first = match event_target_value(&event).as_str() {
            "day" => Some(true),
            "month" => Some(false),
            _ => None,
        };
        transcript.state(Ask::DateOrder { source: number, day_first });
    };
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label").attr("for", id.clone()).child("Dates such as 03/04"),
            select().id(id).class("govuk-select").on(ev::change, choose).child(options),
        ))
        .into_any()
}

/// What became of every file that was not read, or not wholly.
fn outcomes(progress: &Progress) -> AnyView {
    let read = progress.reports.iter().flat_map(|report| {
        report.notes.iter().map(|note| (report.name.clone(), note.clone())).collect::<Vec<_>>()
    });
    let left = progress.left.iter().map(|(name, why)| (name.clone(), (*why).to_owned()));
    let lines: Vec<AnyView> = read
        .chain(left)
        .map(|(name, why)| li().child((foreign(&name), ": ", foreign(&why))).into_any())
        .collect();
    (!lines.is_empty())
        .then(|| {
            div().child((
                h3().class("govuk-heading-s").child("What was not read"),
                ul().class("govuk-list govuk-list--bullet").child(lines),
            ))
        })
        .into_any()
}
