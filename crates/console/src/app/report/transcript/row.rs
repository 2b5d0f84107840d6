//! One row: a day, a gap, a notice or a message.

use std::sync::Arc;

use ::reader::{AccountFacts, MessageRow, Notice, Row};
use leptos::ev;
use leptos::html::{bdi, button, div, mark, p, span, td, tr};
use leptos::prelude::*;

use super::Transcript;
use super::pane::Pane;
use crate::app::dom;
use crate::app::parts::{foreign, tag, unseen};
use crate::chats::kind_word;
use crate::text::{Piece, pieces};
use crate::words;

/// How many colours tell accounts apart; the letter beside them tells all.
const COLOURS: u32 = 6;

/// A row. `chosen` says whether it is the one that was gone to last.
pub(super) fn view(
    transcript: Transcript,
    pane: Pane,
    number: u32,
    row: Row,
    chosen: impl Fn() -> bool + Send + Sync + 'static,
) -> AnyView {
    let line = tr()
        .attr("role", "row")
        // The row of headings is the first.
        .attr("aria-rowindex", (number + 2).to_string())
        .attr("aria-current", move || chosen().then_some("true"));
    let whole = |content: AnyView| td().attr("role", "cell").attr("colspan", "3").child(content);
    match row {
        Row::Day { words, .. } => line.class("console-chat__day").child(whole(words.into_any())).into_any(),
        Row::Gap { words } => line.class("console-chat__gap").child(whole(words.into_any())).into_any(),
        Row::Notice(notice) => {
            let content = notice_of(transcript, pane, number, &notice);
            line.class("console-chat__notice").child(whole(content)).into_any()
        }
        Row::Message(message) => {
            let message = Arc::new(*message);
            let account = account_of(transcript, &message);
            let colour = account.as_ref().map_or(COLOURS, |account| account.place % COLOURS);
            let own = if account.as_ref().is_some_and(|account| account.exporter) {
                " console-chat__row--own"
            } else {
                ""
            };
            let id = message.id;
            line.class(format!("console-chat__row console-chat__row--{colour}{own}"))
                .on(ev::click, move |_| pane.choose(number, Some(id)))
                .child((
                    time(transcript, pane, number, &message),
                    who(transcript, account.as_ref(), &message),
                    what(transcript, pane, number, &message),
                ))
                .into_any()
        }
    }
}

fn notice_of(transcript: Transcript, pane: Pane, number: u32, notice: &Notice) -> AnyView {
    let label = if notice.unparsed { "Not understood" } else { "Warning" };
    let [from, to] = notice.bytes;
    let text = (!notice.text.is_empty()).then(|| p().class("console-chat__raw").child(foreign(&notice.text)));
    let (source, bytes) = (notice.source, notice.bytes);
    let open = button()
        .r#type("button")
        .id(pane.opener_id(number))
        .class("console-link-button")
        .on(ev::click, move |_| {
            pane.choose(number, None);
            super::detail::show_bytes(transcript, source, bytes);
        })
        .child(format!("Bytes {from} to {to}"));
    div().child((tag("govuk-tag--yellow", label), " ", foreign(&notice.words), " ", open, text)).into_any()
}

/// The account that wrote a message.
pub(super) fn account_of(transcript: Transcript, message: &MessageRow) -> Option<AccountFacts> {
    let account = message.account? as usize;
    transcript.facts.with_untracked(|facts| facts.accounts.get(account).cloned())
}

fn time(transcript: Transcript, pane: Pane, number: u32, message: &MessageRow) -> AnyView {
    let id = message.id;
    let written = if message.written.is_empty() { "No time".to_owned() } else { message.written.clone() };
    let opener = button()
        .r#type("button")
        .id(pane.opener_id(number))
        .class("console-link-button")
        .attr("aria-describedby", format!("text-{}-{number}", pane.view))
        .on(ev::click, move |_| transcript.open(id))
        .child((foreign(&written), unseen(", open this message")));
    let class = if message.doubtful {
        "console-chat__meant console-chat__meant--doubtful"
    } else {
        "console-chat__meant"
    };
    td().attr("role", "cell")
        .class("console-chat__time")
        .child((opener, span().class(class).child(message.understood.clone())))
        .into_any()
}

fn who(transcript: Transcript, account: Option<&AccountFacts>, message: &MessageRow) -> AnyView {
    let name = match account {
        Some(account) => (
            span()
                .class("console-chat__letter")
                .attr("aria-hidden", "true")
                .child(AccountFacts::letter(account.place)),
            " ",
            foreign(&account.label),
            account.exporter.then(|| span().class("console-chat__side").child("made this export")),
        )
            .into_any(),
        None => span().class("console-quiet").child("No account named").into_any(),
    };
    let conversation = transcript.facts.with_untracked(|facts| {
        (facts.conversations.len() > 1)
            .then(|| facts.conversations.get(message.conversation as usize).map(|known| known.title.clone()))
            .flatten()
    });
    let conversation =
        conversation.map(|title| span().class("console-chat__conversation").child(("in ", foreign(&title))));
    td().attr("role", "cell").class("console-chat__who").child((name, conversation)).into_any()
}

fn what(transcript: Transcript, pane: Pane, number: u32, message: &Arc<MessageRow>) -> AnyView {
    let kind = words::message_kind(message.kind).map(|word| tag("govuk-tag--grey", word));
    let edited = message.edited.as_ref().map(|at| {
        let words = if at.is_empty() { "Edited".to_owned() } else { format!("Edited {at}") };
        tag("govuk-tag--grey", foreign(&words))
    });
    let answers = message
        .answers
        .as_ref()
        .map(|answered| p().class("console-chat__answered").child(("In answer to ", foreign(answered))));
    let files: Vec<AnyView> = message
        .files
        .iter()
        .map(|file| p().class("console-chat__file").child(("File named: ", foreign(file))).into_any())
        .collect();
    let reactions = (!message.reactions.is_empty()).then(|| {
        p().class("console-chat__file").child(("Reactions: ", foreign(&message.reactions.join(", "))))
    });
    let back = pane.opener_id(number);
    td().attr("role", "cell")
        .class("console-chat__what")
        .id(format!("text-{}-{number}", pane.view))
        .child((
            marks(transcript, message),
            kind,
            edited,
            answers,
            text(transcript, Arc::clone(message), back),
            files,
            reactions,
        ))
        .into_any()
}

/// The marks on a message: the word, never the colour alone.
fn marks(transcript: Transcript, message: &MessageRow) -> Option<AnyView> {
    let shown: Vec<AnyView> = transcript.marks.with_untracked(|marks| {
        let known = message.marks.iter().filter_map(|&mark| marks.get(mark as usize));
        known
            .map(|entry| {
                let colour = super::marks::colour(entry.mark.kind);
                let note = (!entry.mark.note.is_empty()).then(|| (": ", foreign(&entry.mark.note)));
                p().class("console-chat__mark")
                    .child((tag(colour, kind_word(entry.mark.kind)), span().child(note)))
                    .into_any()
            })
            .collect()
    });
    (!shown.is_empty()).then(|| div().child(shown).into_any())
}

/// The text, collapsed until it is asked for where the person or a mark wants that. The focus goes to `back` then.
pub(super) fn text(transcript: Transcript, message: Arc<MessageRow>, back: String) -> AnyView {
    if message.text.is_empty() {
        return ().into_any();
    }
    let asked = RwSignal::new(false);
    let distressing = message.distressing;
    let collapsed = move || !asked.get() && transcript.app.collapse.get().covers(distressing);
    let shown = move || {
        if !collapsed() {
            return text_of(&message);
        }
        let back = back.clone();
        let show = button()
            .r#type("button")
            .class("console-link-button")
            .on(ev::click, move |event| {
                event.stop_propagation();
                asked.set(true);
                dom::focus(back.clone());
            })
            .child("Show it");
        let characters = message.of_characters.unwrap_or_else(|| message.text.chars().count() as u64);
        p().class("console-chat__collapsed")
            .child((format!("Text of {characters} characters, collapsed. "), show))
            .into_any()
    };
    div().child(shown).into_any()
}

fn text_of(message: &MessageRow) -> AnyView {
    let cut = message.of_characters.map(|all| {
        p().class("console-quiet")
            .child(format!("This is the beginning of {all} characters. Open the message to read all."))
    });
    div().child((lit(&message.text, &message.hits), cut)).into_any()
}

/// Text that somebody outside wrote, with the search's hits pointed out.
fn lit(text: &str, hits: &[[usize; 2]]) -> AnyView {
    let mut parts: Vec<AnyView> = Vec::new();
    let mut at = 0;
    for &[from, to] in hits {
        parts.extend(text.get(at..from).map(safe));
        parts.extend(text.get(from..to).map(|hit| mark().class("console-hit").child(safe(hit)).into_any()));
        at = to;
    }
    parts.extend(text.get(at..).map(safe));
    p().class("console-chat__text")
        .attr("dir", "auto")
        .child(bdi().class("console-foreign").child(parts))
        .into_any()
}

/// Every character that could hide or reorder something becomes a labelled mark.
fn safe(text: &str) -> AnyView {
    let shown = pieces(text).into_iter().map(|piece| match piece {
        Piece::Plain(plain) => plain.into_any(),
        Piece::Mark(label) => mark().class("console-mark").child(label).into_any(),
    });
    shown.collect_view().into_any()
}
