//! The ledger, for auditors: filters, one page of acts at a time, an export of the same, and what was read by
//! whom on which day.

mod counts;
mod filters;
mod table;

use leptos::html::{a, div, li, nav, p, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::API;
use protocol::oversight::LedgerPage;

use super::failure::Failure;
use super::parts::{self, Weight};
use super::state::App;
use super::{api, dom};
use crate::ledger::{Look, Place};
use crate::route::Route;

/// The id of the first filter.
pub(crate) const FIRST_FILTER: &str = "ledger-member";
/// The id of the line above the table, where the focus goes when another page or filter is shown.
pub(crate) const RESULTS: &str = "ledger-results";

/// What the page's parts share.
#[derive(Clone, Copy)]
pub(super) struct Ledger {
    pub(super) app: App,
    /// What is asked for.
    pub(super) look: Memo<Look>,
    /// The page of acts that was asked for last, or why it could not be read.
    page: RwSignal<Option<Result<LedgerPage, String>>>,
    loading: RwSignal<bool>,
}

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let look = Memo::new(move |_| match app.route.get() {
        Route::Ledger(look) => look,
        _ => Look::default(),
    });
    let ledger = Ledger { app, look, page: RwSignal::new(None), loading: RwSignal::new(false) };
    Effect::new(move |_| ledger.load(look.get()));
    let refresh = move || ledger.load(look.get_untracked());
    div()
        .child((
            div().class("console-title-row").child((
                parts::heading("Ledger"),
                div()
                    .class("govuk-button-group")
                    .child((parts::action("Refresh", Weight::Secondary, refresh), export(ledger))),
            )),
            move || match ledger.page.get() {
                Some(Err(words)) => Some(parts::error_box("The ledger could not be read", words)),
                _ => None,
            },
            div().class("console-queue").child((
                filters::form_of(ledger),
                div().class("console-results").child((
                    p().id(RESULTS)
                        .class("govuk-body console-count")
                        .attr("role", "status")
                        .tabindex("-1")
                        .child(move || ledger.status()),
                    table::of(ledger),
                    pages(ledger),
                    counts::readings(ledger),
                )),
            )),
        ))
        .into_any()
}

impl Ledger {
    fn load(self, look: Look) {
        self.loading.set(true);
        spawn_local(async move {
            let outcome = fetch(self.app, look).await;
            let outcome = outcome.map_err(|failure| self.app.heard(failure).to_string());
            // Another one may have been asked for in the meantime, or the page left.
            if self.look.try_get_untracked() == Some(look) {
                self.loading.set(false);
                self.page.set(Some(outcome));
            }
        });
    }

    fn status(self) -> String {
        if self.loading.get() {
            return "Reading the ledger…".to_owned();
        }
        self.page.with(|page| match page {
            Some(Ok(page)) => {
                let place = match (&page.newer, &page.older) {
                    (None, None) => "all there are",
                    (None, Some(_)) => "the newest",
                    (Some(_), Some(_)) => "there are newer and older ones",
                    (Some(_), None) => "the oldest",
                };
                match page.entries.len() {
                    0 => "No entries".to_owned(),
                    1 => format!("1 entry, {place}"),
                    count => format!("{count} entries, {place}"),
                }
            }
            _ => String::new(),
        })
    }

    /// What the server is asked, as the part of an address after the question mark.
    pub(super) fn query(look: Look) -> String {
        look.query(|day, after| dom::start_of(day.year, day.month, day.day + after))
    }

    /// The page of acts, where there is one.
    pub(super) fn with<T>(self, show: impl FnOnce(&LedgerPage) -> T) -> Option<T> {
        self.page.with(|page| page.as_ref()?.as_ref().ok().map(show))
    }
}

async fn fetch(app: App, look: Look) -> Result<LedgerPage, Failure> {
    let signed_in = app.signed_in()?;
    api::get(&format!("/desks/{}/ledger?limit=100&{}", signed_in.slug(), Ledger::query(look))).await
}

/// A link that the browser itself follows, so that however much it is goes straight to the disk.
fn export(ledger: Ledger) -> AnyView {
    let address = move || {
        let slug =
            ledger.app.who.with(|who| who.as_ref().map(|who| who.slug().to_owned())).unwrap_or_default();
        let look = ledger.look.get().at(None);
        format!("{API}/desks/{slug}/ledger.csv?{}", Ledger::query(look))
    };
    a().href(address)
        .class("govuk-button govuk-button--secondary")
        .attr("role", "button")
        .attr("draggable", "false")
        .attr("download", "")
        .child("Export these as CSV")
        .into_any()
}

/// Where a page of older or newer acts is.
fn place(ledger: Ledger, newer: bool) -> Option<Place> {
    let text = ledger.with(|page| if newer { page.newer.clone() } else { page.older.clone() })??;
    Place::new(newer, &text)
}

/// Goes to the page of newer or older acts. False where there is none.
pub(crate) fn turn(newer: bool) -> bool {
    let Some(link) = dom::by_id::<leptos::web_sys::HtmlElement>(if newer { NEWER } else { OLDER }) else {
        return false;
    };
    link.click();
    true
}

const NEWER: &str = "ledger-newer";
const OLDER: &str = "ledger-older";

fn pages(ledger: Ledger) -> AnyView {
    let link = move |newer: bool, id: &'static str, text: &'static str| {
        move || {
            let to = Route::Ledger(ledger.look.get().at(Some(place(ledger, newer)?)));
            let link = a().href(to.to_string()).id(id).class("govuk-link").child(text);
            Some(li().class("console-pages__item").child(link))
        }
    };
    let newest = move || {
        let look = ledger.look.get();
        look.place.map(|_| {
            let to = Route::Ledger(look.at(None));
            li().class("console-pages__item").child(parts::link(to, "The newest"))
        })
    };
    nav()
        .class("console-pages")
        .attr("aria-label", "Pages of the ledger")
        .child(ul().class("console-pages__list").child((
            newest,
            link(true, NEWER, "Newer entries"),
            link(false, OLDER, "Older entries"),
        )))
        .into_any()
}
