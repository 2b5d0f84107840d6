//! The members of the desk: who they are, inviting one, revoking one.

use leptos::ev::{self, SubmitEvent};
use leptos::html::{div, form, h2, label, option, p, pre, select, span, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlSelectElement;
use protocol::staff::{InviteMade, MemberView};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::parts::{self, Weight, tag, unseen};
use super::sign_in::{empty, text_field, value_of};
use super::state::{App, rng};
use super::{api, dom};
use crate::{vault, words};

const LOGIN: &str = "invite-login";
const NAME: &str = "invite-name";
const ROLE: &str = "invite-role";
const CODE: &str = "invite-code";

/// A code that has just been made, shown once.
#[derive(Clone)]
struct Made {
    name: String,
    code: Zeroizing<String>,
    expires: i64,
}

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let wrong = RwSignal::new(None::<String>);
    let made = RwSignal::new(None::<Made>);
    let me = app.who.with_untracked(|who| who.as_ref().map(|who| who.session.member.clone()));
    let manages = me.as_ref().is_some_and(vault::manages_members);
    div()
        .child((
            parts::heading("Members"),
            move || wrong.get().map(|words| parts::error_box("That did not work", words)),
            move || made.get().map(|made_now| code_panel(made, &made_now)),
            list(app, manages, wrong),
            me.filter(|_| manages).map(|me| invite_form(app, &me, made, wrong)),
        ))
        .into_any()
}

fn list(app: App, manages: bool, wrong: RwSignal<Option<String>>) -> AnyView {
    let column = |text: &'static str| {
        th().attr("role", "columnheader").attr("scope", "col").class("govuk-table__header").child(text)
    };
    table()
        .class("govuk-table console-members")
        .attr("role", "table")
        .attr("aria-label", "Members")
        .child((
            thead().attr("role", "rowgroup").class("govuk-table__head").child(
                tr().attr("role", "row").child((
                    column("Name"),
                    column("Role"),
                    column("Standing"),
                    manages.then(|| column("Action")),
                )),
            ),
            tbody().attr("role", "rowgroup").class("govuk-table__body").child(move || {
                app.members.get().iter().map(|member| member_row(app, member, manages, wrong)).collect_view()
            }),
        ))
        .into_any()
}

fn member_row(app: App, member: &MemberView, manages: bool, wrong: RwSignal<Option<String>>) -> AnyView {
    let cell = || td().attr("role", "cell").class("govuk-table__cell");
    let me = app.who.with_untracked(|who| who.as_ref().map(|who| who.id()));
    let standing = if member.active {
        let passkey = if member.has_passkey { "passkey and passphrase" } else { "passphrase only" };
        span()
            .child((tag("govuk-tag--green", "Active"), " ", span().class("console-quiet").child(passkey)))
            .into_any()
    } else {
        tag("govuk-tag--grey", "Revoked")
    };
    let revocable = member.active && Some(member.id) != me;
    let (id, name) = (member.id, member.name.clone());
    let asked = RwSignal::new(false);
    let revoke = move || {
        let name = name.clone();
        if !asked.get() {
            let label = (span().child("Revoke"), unseen(format!(" {name}")));
            return parts::action(label, Weight::Secondary, move || asked.set(true));
        }
        let act = move || {
            spawn_local(async move {
                let outcome = api::tell(&format!("/members/{id}/revocation"), &serde_json::json!({})).await;
                wrong.set(outcome.err().map(|failure| app.heard(failure).to_string()));
                app.refresh();
            });
        };
        div()
            .class("govuk-button-group")
            .child((
                parts::action(format!("Revoke {name} now"), Weight::Warning, act),
                parts::action("Keep", Weight::Secondary, move || asked.set(false)),
            ))
            .into_any()
    };
    tr().attr("role", "row")
        .class("govuk-table__row")
        .child((
            cell().child((
                parts::foreign(&member.name),
                " ",
                span().class("console-quiet").child(member.login.clone()),
                (Some(member.id) == me).then_some(" (you)"),
            )),
            cell().child(words::role(member.role)),
            cell().child(standing),
            manages.then(|| cell().child(revocable.then_some(revoke))),
        ))
        .into_any()
}

fn invite_form(
    app: App,
    me: &MemberView,
    made: RwSignal<Option<Made>>,
    wrong: RwSignal<Option<String>>,
) -> AnyView {
    let busy = RwSignal::new(None);
    let roles: Vec<AnyView> = vault::roles_to_offer(me)
        .into_iter()
        .map(|role| {
            let words = format!("{}: {}", words::role(role), words::role_hint(role));
            option().value(role.as_str()).child(words).into_any()
        })
        .collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked().is_some() {
            return;
        }
        spawn_local(async move {
            busy.set(Some("Inviting…"));
            match invite(app).await {
                Ok(code) => {
                    wrong.set(None);
                    made.set(Some(code));
                    empty(&[LOGIN, NAME]);
                    dom::focus(CODE);
                }
                Err(failure) => wrong.set(Some(app.heard(failure).to_string())),
            }
            busy.set(None);
        });
    };
    form()
        .attr("novalidate", "")
        .class("console-form")
        .on(ev::submit, submit)
        .child((
            h2().class("govuk-heading-m").child("Invite somebody"),
            text_field(NAME, "Name", "off", "text"),
            text_field(LOGIN, "Sign-in name", "off", "text"),
            div().class("govuk-form-group").child((
                label().class("govuk-label").attr("for", ROLE).child("Role"),
                select().id(ROLE).class("govuk-select").child(roles),
            )),
            parts::submit("Invite", busy),
        ))
        .into_any()
}

async fn invite(app: App) -> Result<Made, Failure> {
    let signed_in = app.signed_in()?;
    let role = dom::by_id::<HtmlSelectElement>(ROLE).map(|field| field.value()).unwrap_or_default();
    let role = role.parse().map_err(|_| Failure::Unreadable)?;
    let name = value_of(NAME).trim().to_owned();
    let login = value_of(LOGIN).trim().to_owned();
    let (code, invite) = signed_in.keys.invite(login, name.clone(), role, &mut rng())?;
    let answer: InviteMade = api::post(&format!("/desks/{}/invites", signed_in.slug()), &invite).await?;
    Ok(Made { name, code: code.to_text(), expires: answer.expires })
}

fn code_panel(made: RwSignal<Option<Made>>, shown: &Made) -> AnyView {
    div()
        .class("console-made")
        .child((
            h2().class("govuk-heading-m").id(CODE).tabindex("-1").child(format!("Invite code for {}", shown.name)),
            pre().class("console-code").child(shown.code.to_string()),
            p().class("govuk-body").child(
                "Give it to them in person or by telephone. It is shown once, and nobody can look it up later.",
            ),
            p().class("govuk-body").child(format!("It can be used until {}.", dom::moment(shown.expires))),
            parts::action("I have passed it on", Weight::Primary, move || made.set(None)),
        ))
        .into_any()
}
