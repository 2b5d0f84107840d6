//! One view of the timeline: a list of which only the rows near the screen are drawn.
//!
//! Rows differ in height, so where a row is that was never drawn is an estimate ([`Heights`]); the browser keeps what is
//! on the screen in its place while rows come and go (scroll anchoring), and so do we when estimates turn into measurements.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use ::reader::{Answer, Ask, Filter, Found, MessageId, Row, Shown};
use leptos::ev;
use leptos::html::{div, table, tbody, th, thead, tr};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use leptos::web_sys::{DomRect, Element, HtmlElement};

use super::{Transcript, row};
use crate::app::dom;
use crate::app::failure::Failure;
use crate::heights::Heights;

/// Rows drawn beyond either end of the screen.
const MARGIN: u32 = 24;
/// A row's height in pixels until one has been measured.
const GUESS: f64 = 64.0;

/// The rows that are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
struct Drawn {
    from: u32,
    rows: Arc<Vec<Row>>,
}

impl Drawn {
    fn to(&self) -> u32 {
        self.from + u32::try_from(self.rows.len()).unwrap_or_default()
    }

    fn get(&self, row: u32) -> Option<&Row> {
        self.rows.get(row.checked_sub(self.from)? as usize)
    }
}

/// The state of one view.
#[derive(Clone, Copy)]
pub(super) struct Pane {
    pub(super) view: usize,
    pub(super) filter: RwSignal<Filter>,
    pub(super) words: RwSignal<String>,
    /// The words that what was found is about.
    pub(super) searched: RwSignal<String>,
    pub(super) shown: RwSignal<Shown>,
    /// Which of the messages with hits was stepped to, from one.
    pub(super) hit: RwSignal<u32>,
    drawn: RwSignal<Drawn>,
    heights: StoredValue<Heights>,
    /// Moved on whenever a height has been measured.
    layout: RwSignal<u32>,
    /// The row that was gone to last, and the message in it.
    chosen: RwSignal<Option<(u32, Option<MessageId>)>>,
    /// The row that is being brought to the screen.
    sought: StoredValue<Option<u32>>,
    /// Moved on whenever rows get other numbers, so that late answers are not taken for news.
    epoch: StoredValue<u32>,
}

impl Pane {
    pub(super) fn new(view: usize) -> Self {
        Self {
            view,
            filter: RwSignal::new(Filter::default()),
            words: RwSignal::new(String::new()),
            searched: RwSignal::new(String::new()),
            shown: RwSignal::new(Shown::default()),
            hit: RwSignal::new(0),
            drawn: RwSignal::new(Drawn::default()),
            heights: StoredValue::new(Heights::default()),
            layout: RwSignal::new(0),
            chosen: RwSignal::new(None),
            sought: StoredValue::new(None),
            epoch: StoredValue::new(0),
        }
    }

    /// Shows what the reader holds now, and stays at the message that was gone to last.
    pub(super) async fn refresh(self, transcript: Transcript) -> Result<(), Failure> {
        let Answer::Shown(shown) = transcript.ask(Ask::Shown { view: self.view }).await? else {
            return Ok(());
        };
        let focused = self.has_focus();
        self.renumber(shown);
        let (from, to) = self
            .on_screen()
            .map_or((0, MARGIN), |(first, last)| (first.saturating_sub(MARGIN), last + MARGIN));
        self.draw(transcript, from, to).await?;
        if let Some((_, Some(message))) = self.chosen.try_get_untracked().flatten() {
            let ask = Ask::RowOf { view: self.view, message };
            if let Answer::Row { row: Some(row), .. } = transcript.ask(ask).await? {
                self.reveal(transcript, row, focused).await?;
            }
        }
        Ok(())
    }

    /// Rows have other numbers now.
    fn renumber(self, shown: Shown) {
        let before = self.shown.try_get_untracked().unwrap_or_default();
        self.epoch.try_update_value(|epoch| *epoch += 1);
        if before.rows != shown.rows {
            self.heights.try_set_value(Heights::new(shown.rows as usize, GUESS));
        }
        self.shown.try_set(shown);
    }

    /// Shows only what passes.
    pub(super) fn set_filter(self, transcript: Transcript, change: impl FnOnce(&mut Filter)) {
        self.filter.update(change);
        let ask = Ask::Filter { view: self.view, filter: self.filter.get_untracked() };
        transcript.wrong.set(None);
        spawn_local(async move {
            let outcome = match transcript.ask(ask).await {
                Ok(_) => self.refresh(transcript).await,
                Err(failure) => Err(failure),
            };
            self.hit.try_set(0);
            if let Err(failure) = outcome {
                transcript.failed(&failure);
            }
        });
    }

    /// Looks for words among what is shown.
    pub(super) fn search(self, transcript: Transcript, words: String) {
        self.words.set(words.clone());
        self.hit.set(0);
        spawn_local(async move {
            let ask = Ask::Search { view: self.view, words: words.clone() };
            let Ok(Answer::Found(found)) = transcript.ask(ask).await else { return };
            self.shown.try_update(|shown| shown.found = found);
            self.searched.try_set(words);
            let drawn = self.drawn.try_with_untracked(|drawn| (drawn.from, drawn.to()));
            let (from, to) = drawn.unwrap_or_default();
            let _ = self.draw(transcript, from, to).await;
        });
    }

    /// What the search found.
    pub(super) fn found(self) -> Found {
        self.shown.with(|shown| shown.found)
    }

    /// Goes to the next message or notice.
    pub(super) fn go_on(self, transcript: Transcript, forward: bool) {
        let from = self.here(forward);
        let ask = Ask::NextMessage { view: self.view, from, forward };
        self.go(transcript, ask, true);
    }

    /// Goes to the next hit, with the focus or without.
    pub(super) fn step(self, transcript: Transcript, forward: bool, focus: bool) {
        let from = self.here(forward);
        self.go(transcript, Ask::Step { view: self.view, from, forward }, focus);
    }

    /// Goes to the row that answers a question.
    pub(super) fn go(self, transcript: Transcript, ask: Ask, focus: bool) {
        spawn_local(async move {
            let outcome = match transcript.ask(ask).await {
                Ok(Answer::Row { row: Some(row), place }) => {
                    if place > 0 {
                        self.hit.try_set(place);
                    }
                    self.reveal(transcript, row, focus).await
                }
                Ok(_) => Ok(()),
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                transcript.failed(&failure);
            }
        });
    }

    /// The message that was gone to last, or the first on the screen.
    pub(super) fn current_message(self) -> Option<MessageId> {
        if let Some((_, Some(message))) = self.chosen_and_seen() {
            return Some(message);
        }
        let (first, _) = self.on_screen()?;
        self.drawn.with_untracked(|drawn| (first..drawn.to()).find_map(|row| message_of(drawn.get(row)?)))
    }

    /// Whether the focus is in it.
    pub(super) fn has_focus(self) -> bool {
        let active = document().active_element();
        let scroller = format!("#{}", self.scroller_id());
        active.is_some_and(|active| active.closest(&scroller).ok().flatten().is_some())
    }

    /// The row to go on from.
    fn here(self, forward: bool) -> u32 {
        if let Some(row) = self.sought.try_get_value().flatten() {
            return row;
        }
        let (first, last) = self.on_screen().unwrap_or_default();
        match self.chosen_and_seen() {
            Some((row, _)) => row,
            None if forward => first.saturating_sub(1),
            None => last + 1,
        }
    }

    /// What was gone to last, if it is still on the screen.
    fn chosen_and_seen(self) -> Option<(u32, Option<MessageId>)> {
        self.chosen.get_untracked().filter(|&(row, _)| self.is_seen(row))
    }

    fn scroller_id(self) -> String {
        format!("transcript-{}", self.view)
    }

    fn rows_id(self) -> String {
        format!("transcript-rows-{}", self.view)
    }

    /// The id of what opens the message in a row.
    pub(super) fn opener_id(self, row: u32) -> String {
        format!("message-{}-{row}", self.view)
    }

    fn scroller(self) -> Option<HtmlElement> {
        dom::by_id(&self.scroller_id())
    }

    /// The first and the last row on the screen.
    fn on_screen(self) -> Option<(u32, u32)> {
        let scroller = self.scroller()?;
        let top = f64::from(scroller.scroll_top());
        let bottom = top + f64::from(scroller.client_height());
        let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        self.heights.try_with_value(|heights| (row(heights.at(top)), row(heights.at(bottom))))
    }

    /// Draws what has come near the screen.
    fn look(self, transcript: Transcript) {
        let Some((first, last)) = self.on_screen() else { return };
        let rows = self.shown.try_with_untracked(|shown| shown.rows).unwrap_or_default();
        let drawn = self.drawn.try_with_untracked(|drawn| (drawn.from, drawn.to()));
        let (from, to) = drawn.unwrap_or_default();
        if to < rows && self.scroller().as_ref().is_some_and(is_at_end) {
            return self.show_end(transcript, rows, last.saturating_sub(first));
        }
        let near = MARGIN / 2;
        if from <= first.saturating_sub(near) && to >= (last + near).min(rows) {
            return;
        }
        spawn_local(async move {
            let _ = self.draw(transcript, first.saturating_sub(MARGIN), last + MARGIN).await;
        });
    }

    /// Draws the last rows for whoever scrolled to the end: where that is was a guess, and the guess may have been short.
    fn show_end(self, transcript: Transcript, rows: u32, screen: u32) {
        spawn_local(async move {
            if self.draw(transcript, rows.saturating_sub(screen + MARGIN), rows).await.is_ok() {
                dom::drawn().await;
                if let Some(scroller) = self.scroller() {
                    scroller.set_scroll_top(scroller.scroll_height());
                }
            }
        });
    }

    /// Draws these rows, and measures them once they are there.
    async fn draw(self, transcript: Transcript, from: u32, to: u32) -> Result<(), Failure> {
        let epoch = self.epoch.try_get_value().ok_or(Failure::Stopped)?;
        let count = to.saturating_sub(from) + 1;
        let Answer::Rows { from, rows } = transcript.ask(Ask::Rows { view: self.view, from, count }).await?
        else {
            return Ok(());
        };
        if self.epoch.try_get_value() == Some(epoch) {
            self.drawn.try_set(Drawn { from, rows: Arc::new(rows) });
            request_animation_frame(move || self.measure(transcript));
        }
        Ok(())
    }

    fn measure(self, transcript: Transcript) {
        let Some(body) = dom::by_id::<HtmlElement>(&self.rows_id()) else { return };
        let Some(from) = self.drawn.try_with_untracked(|drawn| drawn.from as usize) else { return };
        let children = body.children();
        let heights: Vec<f64> = (0..children.length())
            .filter_map(|at| children.item(at))
            .map(|element: Element| element.get_bounding_client_rect().height())
            .collect();
        let news = self.heights.try_update_value(|known| {
            heights
                .iter()
                .enumerate()
                .fold(false, |news, (at, &height)| known.measured(from + at, height) || news)
        });
        if news == Some(true) {
            let seen = self.first_seen(from);
            self.layout.try_update(|layout| *layout += 1);
            // What is seen stays where it is while what is above it turns out to be higher than was guessed: with it go
            // the guesses for all rows, by many screens in a long list. Whoever goes to a row wants to see that one. All
            // before anything is painted, and before another key is heard.
            spawn_local(async move {
                tick().await;
                match (self.sought.try_get_value().flatten(), seen) {
                    (Some(row), _) => self.bring(row),
                    (None, Some((row, top))) => self.keep(row, top),
                    (None, None) => {}
                }
                self.look(transcript);
            });
        }
    }

    /// The first drawn row that is on the screen, if `from` is the first that is drawn, and where its upper edge is.
    fn first_seen(self, from: usize) -> Option<(u32, f64)> {
        let screen = self.scroller()?.get_bounding_client_rect();
        let rows = dom::by_id::<HtmlElement>(&self.rows_id())?.children();
        let at = (0..rows.length()).find_map(|at| {
            let row = rows.item(at)?.get_bounding_client_rect();
            overlap(&screen, &row).then(|| (at, row.top()))
        });
        at.and_then(|(at, top)| Some((u32::try_from(from).ok()? + at, top)))
    }

    /// Whether a row is on the screen, as the browser sees it and not by guessed heights.
    fn is_seen(self, row: u32) -> bool {
        let screen = self.scroller().map(|scroller| scroller.get_bounding_client_rect());
        let row = self.element(row).map(|row| row.get_bounding_client_rect());
        screen.zip(row).is_some_and(|(screen, row)| overlap(&screen, &row))
    }

    /// The element of a drawn row.
    fn element(self, row: u32) -> Option<Element> {
        let at = self.drawn.try_with_untracked(|drawn| row.checked_sub(drawn.from)).flatten()?;
        dom::by_id::<HtmlElement>(&self.rows_id())?.children().item(at)
    }

    /// Scrolls so that the upper edge of a drawn row is where it was.
    fn keep(self, row: u32, top: f64) {
        if let (Some(scroller), Some(found)) = (self.scroller(), self.element(row)) {
            let moved = found.get_bounding_client_rect().top() - top;
            if moved.abs() >= 1.0 {
                scroller.set_scroll_top(whole(f64::from(scroller.scroll_top()) + moved));
            }
        }
    }

    /// The window has another width now: every height has changed.
    fn forget_heights(self, transcript: Transcript) {
        let rows = self.shown.with_untracked(|shown| shown.rows);
        self.heights.set_value(Heights::new(rows as usize, GUESS));
        request_animation_frame(move || self.measure(transcript));
    }

    /// Brings a row to the screen, and the focus to it if that is wanted.
    async fn reveal(self, transcript: Transcript, row: u32, focus: bool) -> Result<(), Failure> {
        self.sought.try_set_value(Some(row));
        let outcome = self.reach(transcript, row, focus).await;
        // Whoever is quick has gone on to another row meanwhile.
        self.sought.try_update_value(|sought| *sought = sought.filter(|&sought| sought != row));
        outcome
    }

    async fn reach(self, transcript: Transcript, row: u32, focus: bool) -> Result<(), Failure> {
        let inside = |drawn: &Drawn| (drawn.from..drawn.to()).contains(&row);
        if self.drawn.try_with_untracked(inside) == Some(false) {
            self.draw(transcript, row.saturating_sub(MARGIN), row + MARGIN).await?;
            dom::drawn().await;
        }
        let message = self.drawn.try_with_untracked(|drawn| drawn.get(row).and_then(message_of)).flatten();
        self.chosen.try_set(Some((row, message)));
        self.bring(row);
        // Heights around it may have been guesses; a second look puts it where it belongs.
        dom::drawn().await;
        self.bring(row);
        if focus && let Some(opener) = dom::by_id::<HtmlElement>(&self.opener_id(row)) {
            let _ = opener.focus();
        }
        if self.view == 0 {
            self.lead(transcript);
        }
        Ok(())
    }

    /// Scrolls so that a drawn row is on the screen, away from the edges.
    fn bring(self, row: u32) {
        let Some(scroller) = self.scroller() else { return };
        let Some(known) = self.heights.try_with_value(|heights| heights.before(row as usize)) else { return };
        let (top, screen) = (f64::from(scroller.scroll_top()), f64::from(scroller.client_height()));
        let opener = dom::by_id::<HtmlElement>(&self.opener_id(row));
        let place = opener.map_or(known, |opener| {
            opener.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top() + top
        });
        if place < top + 24.0 || place > top + screen - 120.0 {
            scroller.set_scroll_top(whole(place - screen / 3.0));
        }
    }

    /// Has the other view show the same time.
    fn lead(self, transcript: Transcript) {
        if transcript.compared.try_get_untracked() != Some(true) {
            return;
        }
        let Some((first, _)) = self.on_screen() else { return };
        let row = self.chosen_and_seen().map_or(first, |(row, _)| row);
        let key = self.drawn.with_untracked(|drawn| {
            (row..drawn.to()).find_map(|row| match drawn.get(row)? {
                Row::Message(message) => Some(message.key),
                _ => None,
            })
        });
        let other = transcript.panes[1];
        if let Some(key) = key {
            other.go(transcript, Ask::RowAt { view: other.view, key }, false);
        }
    }
}

/// Whether one of them is at the height of the other.
fn overlap(one: &DomRect, other: &DomRect) -> bool {
    one.bottom() > other.top() && one.top() < other.bottom()
}

fn is_at_end(scroller: &HtmlElement) -> bool {
    scroller.scroll_top() > 0
        && scroller.scroll_top() + scroller.client_height() + 2 >= scroller.scroll_height()
}

fn message_of(row: &Row) -> Option<MessageId> {
    match row {
        Row::Message(message) => Some(message.id),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pixels, within what a browser scrolls")]
fn whole(pixels: f64) -> i32 {
    pixels.max(0.0) as i32
}

/// A row with what tells it apart from itself as it was before.
type Keyed = (u64, u32, Row);

fn keyed(drawn: &Drawn, epoch: u32) -> Vec<Keyed> {
    let keyed = (drawn.from..).zip(drawn.rows.iter()).map(|(number, row)| {
        let mut hasher = DefaultHasher::new();
        // What is shown beside a row (names, marks) changes with the epoch.
        (epoch, number, row).hash(&mut hasher);
        (hasher.finish(), number, row.clone())
    });
    keyed.collect()
}

/// The list.
pub(super) fn view(transcript: Transcript, pane: Pane) -> AnyView {
    let resized = window_event_listener(ev::resize, move |_| pane.forget_heights(transcript));
    on_cleanup(move || resized.remove());
    // What was drawn before the page's part was left is drawn again, and what is on the screen may be something else.
    request_animation_frame(move || {
        let last = pane.chosen.try_get_untracked().flatten();
        spawn_local(async move {
            if let Some((row, _)) = last {
                let _ = pane.reveal(transcript, row, false).await;
            }
        });
        pane.measure(transcript);
        pane.look(transcript);
    });
    let spacer = move |before: bool| {
        move || {
            pane.layout.track();
            let (from, to) = pane.drawn.with(|drawn| (drawn.from as usize, drawn.to() as usize));
            let height = pane.heights.with_value(|heights| {
                if before { heights.before(from) } else { heights.total() - heights.before(to) }
            });
            format!("{}px", height.max(0.0).round())
        }
    };
    let column = |text: &'static str| th().attr("role", "columnheader").attr("scope", "col").child(text);
    let rows = table()
        .class("console-chat")
        .attr("role", "table")
        .attr("aria-label", if pane.view == 0 { "Messages" } else { "Messages to compare" })
        .attr("aria-rowcount", move || (pane.shown.with(|shown| shown.rows) + 1).to_string())
        .child((
            thead().class("govuk-visually-hidden").attr("role", "rowgroup").child(
                tr().attr("role", "row").attr("aria-rowindex", "1").child((
                    column("Time"),
                    column("Account"),
                    column("Message"),
                )),
            ),
            tbody().attr("aria-hidden", "true").style(("height", spacer(true))),
            tbody().id(pane.rows_id()).attr("role", "rowgroup").child(For(ForProps {
                each: move || pane.drawn.with(|drawn| keyed(drawn, pane.epoch.get_value())),
                key: |(key, ..): &Keyed| *key,
                children: move |(_, number, row)| {
                    row::view(transcript, pane, number, row, move || {
                        pane.chosen.with(|chosen| chosen.is_some_and(|(row, _)| row == number))
                    })
                },
            })),
            tbody().attr("aria-hidden", "true").style(("height", spacer(false))),
        ));
    let scrolled = move |_| {
        pane.look(transcript);
        if pane.view == 0 {
            pane.lead(transcript);
        }
    };
    div().id(pane.scroller_id()).class("console-chat-pane").on(ev::scroll, scrolled).child(rows).into_any()
}

impl Pane {
    /// The row that a click went to.
    pub(super) fn choose(self, row: u32, message: Option<MessageId>) {
        self.chosen.set(Some((row, message)));
    }
}
