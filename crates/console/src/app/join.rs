//! Joining a desk: invite code, passphrase, identity, registration.

use leptos::ev::{self, SubmitEvent};
use leptos::html::{div, form, li, p, strong, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::InviteCode;
use protocol::opaque::ClientRegistration;
use protocol::staff::{JoinChallenge, JoinStart};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::sign_in::{self, empty, sign_in, text_field, value_of};
use super::state::{App, SignedIn, rng};
use super::{api, dom, parts, work};
use crate::route::Route;
use crate::{vault, words};

const CODE: &str = "code";
const FIRST: &str = "new-passphrase";
const AGAIN: &str = "new-passphrase-again";

/// Fewer characters than this are no passphrase.
const SHORTEST: usize = 16;

/// How many requests joining makes before there is a session, with the sign-in that ends it.
const WRITES: usize = 2 + sign_in::WRITES;

/// The page for somebody with an invite code.
pub(crate) fn page(app: App) -> AnyView {
    let step = RwSignal::new(None);
    let wrong = RwSignal::new(None::<String>);
    work::prepare(WRITES);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if step.get_untracked().is_some() {
            return;
        }
        let (code, passphrase) = match checked() {
            Ok(typed) => typed,
            Err(words) => return wrong.set(Some(words)),
        };
        wrong.set(None);
        spawn_local(async move {
            step.set(Some("Making your keys…"));
            app.say("Making your keys");
            match join(app, &code, &passphrase, step).await {
                Ok(signed_in) => {
                    empty(&[CODE, FIRST, AGAIN]);
                    app.welcome(signed_in);
                }
                Err(failure) => {
                    wrong.set(Some(failure.to_string()));
                    dom::focus(CODE);
                }
            }
            step.set(None);
        });
    };
    div()
        .class("console-narrow")
        .child((
            parts::back(Route::Queue, "Back to sign in"),
            move || wrong.get().map(|words| parts::error_box("You have not joined yet", words)),
            parts::heading("Join your desk"),
            advice(),
            form()
                .attr("novalidate", "")
                .on(ev::submit, submit)
                .on(ev::input, |_| work::prepare(WRITES))
                .child((
                    text_field(CODE, "Invite code", "off", "text"),
                    text_field(FIRST, "New passphrase", "new-password", "password"),
                    text_field(AGAIN, "The same passphrase again", "new-password", "password"),
                    parts::submit("Join", step),
                )),
        ))
        .into_any()
}

fn advice() -> AnyView {
    div()
        .child((
            p().class("govuk-body").child("Your supervisor gave you a code of seven groups of four letters and digits."),
            p().class("govuk-body").child("Choose a passphrase that:"),
            ul().class("govuk-list govuk-list--bullet").child((
                li().child(format!("has at least {SHORTEST} characters; five or six words do well")),
                li().child("you use nowhere else"),
                li().child("you will remember"),
            )),
            p().class("govuk-body").child(strong().child(
                "Nobody can reset it, because nobody else knows it. If you forget it, your supervisor has to invite you again.",
            )),
        ))
        .into_any()
}

fn checked() -> Result<(InviteCode, Zeroizing<String>), String> {
    let code = Zeroizing::new(value_of(CODE));
    let code = code.parse::<InviteCode>().map_err(|error| format!("Check the invite code: {error}."))?;
    let (first, again) = (Zeroizing::new(value_of(FIRST)), Zeroizing::new(value_of(AGAIN)));
    if first.chars().count() < SHORTEST {
        return Err(format!("Choose a passphrase of at least {SHORTEST} characters."));
    }
    if first != again {
        return Err("The two passphrases differ. Type them again.".to_owned());
    }
    Ok((code, first))
}

async fn join(
    app: App,
    code: &InviteCode,
    passphrase: &str,
    step: RwSignal<Option<&'static str>>,
) -> Result<SignedIn, Failure> {
    let (client, request) = ClientRegistration::start(passphrase, &mut rng())?;
    let begin = JoinStart { code_sha256: code.digest(), request };
    let challenge: JoinChallenge = api::post_with_work("/invites/start", &begin).await?;
    app.say(format!("Welcome, {}. You join as {}.", challenge.name, words::role(challenge.role)));
    dom::drawn().await;
    let registered = client.finish(&challenge.response, &mut rng())?;
    let finish = vault::join(&challenge, code, &registered, &mut rng())?;
    api::tell_with_work("/invites/finish", &finish).await?;
    sign_in(app, &challenge.login, passphrase, step).await
}
