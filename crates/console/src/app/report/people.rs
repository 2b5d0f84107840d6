//! Whom and what the report is about. Accounts and people stand apart, and every link between them
//! says on what it rests.

use leptos::html::{div, h2, h3, p};
use leptos::prelude::*;

use super::Loaded;
use crate::app::parts::{facts, tag};
use crate::report::{Account, Attribution, Fact, People};

/// The part of the page.
pub(crate) fn part(loaded: &Loaded) -> AnyView {
    let people = loaded.opened.answers.as_ref().map(People::of).unwrap_or_default();
    div()
        .child((
            h2().class("govuk-heading-m").child("People and accounts"),
            p().class("govuk-body").child(
                "Everything here is what the reporter says. An account is not a person: who uses it is a question of its own.",
            ),
            accounts(&people.accounts),
            person(&people),
            card("The child", &people.child, "The reporter said nothing about a child."),
            card("The reporter", &people.reporter, "The reporter said nothing about themselves."),
        ))
        .into_any()
}

fn asserted() -> AnyView {
    tag("govuk-tag--yellow", Attribution::default().as_str())
}

fn accounts(accounts: &[Account]) -> AnyView {
    let cards: Vec<AnyView> = accounts
        .iter()
        .map(|account| {
            let title = div().class("console-card__title").child((
                h3().class("govuk-heading-s").child(format!("Account {}", account.place)),
                asserted(),
            ));
            div().class("console-card console-card--account").child((title, facts(&account.facts))).into_any()
        })
        .collect();
    if cards.is_empty() {
        return card("Accounts", &[], "The reporter named no account.");
    }
    cards.into_any()
}

fn person(people: &People) -> AnyView {
    let title = div().class("console-card__title").child((
        h3().class("govuk-heading-s").child("Person reported"),
        (!people.person.is_empty()).then(asserted),
    ));
    let body = if people.person.is_empty() {
        p().class("govuk-body console-quiet").child("The reporter described nobody.").into_any()
    } else {
        div().child((facts(&people.person), link_to_account(people))).into_any()
    };
    let known = (!people.known.is_empty()).then(|| facts(&people.known));
    div().class("console-card console-card--person").child((title, known, body)).into_any()
}

fn link_to_account(people: &People) -> AnyView {
    let basis = if people.basis.is_empty() {
        let words = "The reporter gave no basis for linking a person to an account.";
        p().class("govuk-body console-quiet").child(words).into_any()
    } else {
        facts(&people.basis)
    };
    let title = h3().class("govuk-heading-s").child("What the link to an account rests on");
    (title, basis).into_any()
}

fn card(title: &'static str, list: &[Fact], nothing: &'static str) -> AnyView {
    let body = if list.is_empty() {
        p().class("govuk-body console-quiet").child(nothing).into_any()
    } else {
        facts(list)
    };
    div()
        .class("console-card")
        .child((div().class("console-card__title").child(h3().class("govuk-heading-s").child(title)), body))
        .into_any()
}
