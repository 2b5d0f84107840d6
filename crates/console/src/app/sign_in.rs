//! Signing in: passphrase by OPAQUE, then the passkey, then the vault.

use leptos::ev::{self, SubmitEvent};
use leptos::html::{div, form, h1, input, label, p};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlInputElement;
use protocol::opaque::{ClientLogin, ExportKey};
use protocol::staff::{Session, SessionStage, SignInChallenge, SignInFinish, SignInStart};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::parts::{self, HEADING};
use super::state::{App, SignedIn, rng};
use super::{api, dom, passkey, work};
use crate::route::Route;
use crate::vault::Keyring;

const LOGIN: &str = "login";
const PASSPHRASE: &str = "passphrase";

/// How many requests signing in makes before there is a session.
pub(crate) const WRITES: usize = 2;

/// What the button says at each step of signing in.
type Step = RwSignal<Option<&'static str>>;

/// The page for somebody who is not signed in.
pub(crate) fn page(app: App) -> AnyView {
    let step: Step = RwSignal::new(None);
    let wrong = RwSignal::new(None::<String>);
    work::prepare(WRITES);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if step.get_untracked().is_some() {
            return;
        }
        wrong.set(None);
        let (login, passphrase) = (value_of(LOGIN), Zeroizing::new(value_of(PASSPHRASE)));
        if login.trim().is_empty() || passphrase.is_empty() {
            wrong.set(Some("Enter your sign-in name and your passphrase.".to_owned()));
            return;
        }
        spawn_local(async move {
            step.set(Some("Checking your passphrase…"));
            app.say("Checking your passphrase");
            match sign_in(app, login.trim(), &passphrase, step).await {
                Ok(signed_in) => app.welcome(signed_in),
                Err(failure) => {
                    wrong.set(Some(failure.to_string()));
                    dom::focus(PASSPHRASE);
                }
            }
            step.set(None);
        });
    };
    div()
        .class("console-narrow")
        .child((
            move || farewell(app),
            move || wrong.get().map(|words| parts::error_box("You are not signed in", words)),
            h1().id(HEADING).class("govuk-heading-l").tabindex("-1").child("Sign in to your desk"),
            form()
                .attr("novalidate", "")
                .on(ev::submit, submit)
                .on(ev::input, |_| work::prepare(WRITES))
                .child((
                    text_field(LOGIN, "Sign-in name", "username", "text"),
                    text_field(PASSPHRASE, "Passphrase", "current-password", "password"),
                    parts::submit("Sign in", step),
                )),
            p().class("govuk-body").child((
                "Your passphrase never leaves this browser. It opens your vault here, and nowhere else.",
            )),
            p().class("govuk-body").child(parts::link(Route::Join, "I have an invite code")),
        ))
        .into_any()
}

fn farewell(app: App) -> Option<AnyView> {
    app.farewell
        .get()
        .map(|words| div().class("govuk-inset-text").attr("role", "status").child(words).into_any())
}

/// A labelled line to type in.
pub(crate) fn text_field(
    id: &'static str,
    words: &'static str,
    autocomplete: &'static str,
    kind: &'static str,
) -> AnyView {
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label").attr("for", id).child(words),
            input()
                .class("govuk-input")
                .id(id)
                .name(id)
                .r#type(kind)
                .attr("autocomplete", autocomplete)
                .attr("autocapitalize", "none")
                .attr("spellcheck", "false"),
        ))
        .into_any()
}

/// What is typed in a field of the page.
pub(crate) fn value_of(id: &str) -> String {
    dom::by_id::<HtmlInputElement>(id).map(|field| field.value()).unwrap_or_default()
}

/// Goes through all steps of signing in.
pub(crate) async fn sign_in(
    app: App,
    login: &str,
    passphrase: &str,
    step: Step,
) -> Result<SignedIn, Failure> {
    let (client, ke1) = ClientLogin::start(passphrase, &mut rng())?;
    let begin = SignInStart { login: login.to_owned(), ke1 };
    let challenge: SignInChallenge = api::post_with_work("/session/start", &begin).await?;

    step.set(Some("Opening your vault…"));
    app.say("Opening your vault");
    dom::drawn().await;
    let finished = client.finish(&challenge.ke2, &mut rng())?;
    let end = SignInFinish { attempt: challenge.attempt, ke3: finished.finalization };
    let session: Session = api::post_with_work("/session/finish", &end).await?;
    second_factor(app, session, finished.export_key, step).await
}

/// Goes through the passkey step where one is owed, and opens the vault.
async fn second_factor(
    app: App,
    mut session: Session,
    export_key: ExportKey,
    step: Step,
) -> Result<SignedIn, Failure> {
    if session.stage != SessionStage::Full {
        let words = if session.stage == SessionStage::PasskeySetup {
            "Make a passkey when your browser asks…"
        } else {
            "Use your passkey when your browser asks…"
        };
        step.set(Some(words));
        app.say(words);
        session = passkey::prove().await?;
    }
    step.set(Some("Opening your vault…"));
    let keys = Keyring::open(&session, &export_key)?;
    Ok(SignedIn { session, keys })
}

/// Takes a value out of the page, so that a passphrase does not stay in a field.
pub(crate) fn empty(ids: &[&str]) {
    let fields = ids.iter().filter_map(|id| dom::by_id::<HtmlInputElement>(id));
    fields.for_each(|field| field.set_value(""));
}
