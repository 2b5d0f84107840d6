//! What the pages share: who is signed in, where one is, and the queue in memory.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use getrandom::SysRng;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::MemberId;
use protocol::staff::{MemberView, Members, QueuePage, ReportState, Session};
use seal::ReportId;
use seal::rand_core::UnwrapErr;

use super::examiner::Examiner;
use super::failure::Failure;
use super::{api, dom};
use crate::chats::Collapse;
use crate::idle::Idle;
use crate::ledger::Look;
use crate::queue::{Filter, Order, Queue};
use crate::route::Route;
use crate::vault::{self, Keyring};

/// The browser's random number generator.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A member with open keys. Dropping the last reference wipes them.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) keys: Keyring,
}

impl SignedIn {
    pub(crate) fn slug(&self) -> &str {
        &self.session.desk.slug
    }

    pub(crate) fn id(&self) -> MemberId {
        self.session.member.id
    }
}

/// A handle to the console's state, which lives as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct App(&'static State);

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

/// The console's state.
pub(crate) struct State {
    pub(crate) who: RwSignal<Option<Arc<SignedIn>>>,
    pub(crate) route: RwSignal<Route>,
    pub(crate) queue: RwSignal<Queue>,
    pub(crate) members: RwSignal<Vec<MemberView>>,
    pub(crate) filter: RwSignal<Filter>,
    pub(crate) order: RwSignal<Order>,
    /// Places in the queue that are on the screen, to be opened first.
    pub(crate) on_screen: RwSignal<Vec<usize>>,
    /// Whether the queue is being read from the server.
    pub(crate) loading: RwSignal<bool>,
    /// What went wrong with the queue, if anything.
    pub(crate) trouble: RwSignal<Option<String>>,
    /// Seconds since the epoch, moved on twice a minute, for ages.
    pub(crate) now: RwSignal<i64>,
    /// The last thing worth saying aloud to somebody who cannot see the page.
    pub(crate) said: RwSignal<String>,
    /// Why nobody is signed in any more.
    pub(crate) farewell: RwSignal<Option<&'static str>>,
    pub(crate) idle: RwSignal<Option<Idle>>,
    /// Where the focus goes after the next change of place, if not to the heading.
    pub(crate) aim: RwSignal<Option<String>>,
    /// The report that was opened last, to find it again in the queue.
    pub(crate) last: RwSignal<Option<ReportId>>,
    /// Which texts of transcripts this person wants collapsed, until they sign out.
    pub(crate) collapse: RwSignal<Collapse>,
    /// The worker that examines files, once somebody has asked for one.
    pub(crate) examiner: StoredValue<Option<Examiner>, LocalStorage>,
    /// For how many milliseconds this person has looked at media since they signed in.
    pub(crate) looked_ms: RwSignal<u64>,
    /// Whether single-key shortcuts are heard.
    pub(crate) shortcuts: RwSignal<bool>,
    pub(crate) help: RwSignal<bool>,
}

impl App {
    pub(crate) fn new() -> Self {
        let open = Filter { states: vec![ReportState::New, ReportState::Open], ..Filter::default() };
        let state = State {
            who: RwSignal::new(None),
            route: RwSignal::new(Route::parse(&dom::hash())),
            queue: RwSignal::new(Queue::default()),
            members: RwSignal::new(Vec::new()),
            filter: RwSignal::new(open),
            order: RwSignal::new(Order::default()),
            on_screen: RwSignal::new(Vec::new()),
            loading: RwSignal::new(false),
            trouble: RwSignal::new(None),
            now: RwSignal::new(dom::now()),
            said: RwSignal::new(String::new()),
            farewell: RwSignal::new(None),
            idle: RwSignal::new(None),
            aim: RwSignal::new(None),
            last: RwSignal::new(None),
            collapse: RwSignal::new(Collapse::default()),
            examiner: StoredValue::new_local(None),
            looked_ms: RwSignal::new(0),
            shortcuts: RwSignal::new(true),
            help: RwSignal::new(false),
        };
        Self(Box::leak(Box::new(state)))
    }

    /// Who is signed in, without listening for a change of it.
    pub(crate) fn signed_in(self) -> Result<Arc<SignedIn>, Failure> {
        self.who.get_untracked().ok_or(Failure::SignedOut)
    }

    /// Whether the member may change and answer reports.
    pub(crate) fn works(self) -> bool {
        let role = self.who.with_untracked(|who| who.as_ref().map(|who| who.session.member.role));
        role.is_some_and(vault::works_on_reports)
    }

    /// Goes to another place in the console, and with the focus to the element with the id `aim` there.
    pub(crate) fn go_to(self, route: Route, aim: impl Into<String>) {
        let aim = aim.into();
        if self.route.get_untracked() == route {
            dom::focus(aim);
        } else {
            self.aim.set(Some(aim));
            self.go(route);
        }
    }

    /// Goes to another place in the console.
    pub(crate) fn go(self, route: Route) {
        dom::set_hash(&route.to_string());
        self.route.set(route);
    }

    /// Says something to a screen reader.
    pub(crate) fn say(self, words: impl Into<String>) {
        self.said.set(words.into());
    }

    /// Begins work with open keys.
    pub(crate) fn welcome(self, signed_in: SignedIn) {
        self.idle.set(Some(Idle::new(signed_in.session.idle_seconds, dom::now_ms())));
        self.farewell.set(None);
        let audits = vault::reads_ledger(signed_in.session.member.role);
        let home = if audits { Route::Ledger(Look::default()) } else { Route::Queue };
        self.who.set(Some(Arc::new(signed_in)));
        let route = self.route.get_untracked();
        if route == Route::Join || (audits && route == Route::Queue) {
            self.go(home);
        }
        self.refresh();
    }

    /// Forgets everything that was opened and the keys that opened it.
    pub(crate) fn wipe(self, why: &'static str) {
        self.who.set(None);
        self.idle.set(None);
        self.queue.set(Queue::default());
        self.members.set(Vec::new());
        self.on_screen.set(Vec::new());
        self.last.set(None);
        self.collapse.set(Collapse::default());
        self.looked_ms.set(0);
        if let Some(examiner) = self.examiner.try_update_value(Option::take).flatten() {
            examiner.end();
        }
        self.filter.update(|filter| filter.text.clear());
        self.trouble.set(None);
        self.farewell.set(Some(why));
    }

    /// Wipes the keys and ends the session on the server too.
    pub(crate) fn sign_out(self, why: &'static str) {
        self.wipe(why);
        spawn_local(async {
            // The keys are gone already; a session that the server cannot be told about ends by itself.
            let _ = api::delete("/session").await;
        });
    }

    /// Looks whether a failure means that the session is over, and passes it on.
    pub(crate) fn heard(self, failure: Failure) -> Failure {
        if failure.ends_session() && self.who.get_untracked().is_some() {
            self.wipe("Your session has ended. Sign in again to go on.");
        }
        failure
    }

    /// Reads members and queue from the server.
    pub(crate) fn refresh(self) {
        if self.loading.get_untracked() {
            return;
        }
        self.loading.set(true);
        spawn_local(async move {
            let outcome = self.read_all().await;
            self.loading.set(false);
            self.trouble.set(outcome.err().map(|failure| self.heard(failure).to_string()));
            self.open_in_background().await;
        });
    }

    /// Looks for reports that have come in, without reading the whole queue again.
    pub(crate) fn look_for_new(self) {
        if self.loading.get_untracked() {
            return;
        }
        spawn_local(async move {
            match self.read_new().await {
                Ok(0) => {}
                Ok(1) => self.say("A new report has come in"),
                Ok(count) => self.say(format!("{count} new reports have come in")),
                Err(failure) => drop(self.heard(failure)),
            }
            self.open_in_background().await;
        });
    }

    async fn read_new(self) -> Result<usize, Failure> {
        let signed_in = self.signed_in()?;
        let path = format!("/desks/{}/queue?state=new&limit=200", signed_in.slug());
        let page: QueuePage = api::get(&path).await?;
        let before = self.queue.with_untracked(Queue::len);
        self.queue.update(|queue| queue.merge(page.rows));
        Ok(self.queue.with_untracked(Queue::len) - before)
    }

    async fn read_all(self) -> Result<(), Failure> {
        let signed_in = self.signed_in()?;
        let slug = signed_in.slug();
        let role = signed_in.session.member.role;
        if vault::knows_members(role) {
            let members: Members = api::get(&format!("/desks/{slug}/members")).await?;
            self.members.set(members.members);
        }
        if !role.reads_content() {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        let mut after = String::new();
        loop {
            let page: QueuePage = api::get(&format!("/desks/{slug}/queue?limit=200{after}")).await?;
            seen.extend(page.rows.iter().map(|row| *row.report.as_bytes()));
            self.queue.update(|queue| queue.merge(page.rows));
            match page.next {
                Some(cursor) => after = format!("&after={}", js_sys::encode_uri_component(&cursor)),
                None => break,
            }
            self.signed_in()?;
        }
        self.queue.update(|queue| queue.keep_only(&seen));
        Ok(())
    }

    /// Opens summaries in slices short enough that nobody notices, those on the screen first.
    async fn open_in_background(self) {
        const SLICE_MS: i64 = 8;
        while let Some(signed_in) = self.who.get_untracked() {
            let Ok(desk) = signed_in.keys.desk() else { return };
            let ends = dom::now_ms() + SLICE_MS;
            let first = self.on_screen.get_untracked();
            let next = |queue: &Queue| queue.next_sealed(first.iter().copied());
            let Some(mut at) = self.queue.with_untracked(next) else { return };
            self.queue.update(|queue| {
                loop {
                    queue.open(at, desk);
                    match next(queue) {
                        Some(following) if dom::now_ms() < ends => at = following,
                        _ => break,
                    }
                }
            });
            drop(signed_in);
            dom::pause(0).await;
        }
    }

    /// The name of a member of this desk.
    pub(crate) fn name_of(self, id: MemberId) -> String {
        let found = self
            .members
            .with(|members| members.iter().find(|member| member.id == id).map(|member| member.name.clone()));
        found.unwrap_or_else(|| "a former member".to_owned())
    }
}
