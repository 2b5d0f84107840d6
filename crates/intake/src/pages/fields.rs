//! One field of a question page, in the markup of the GOV.UK components.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::figures::whole;
use super::{PageContext, layout};
use crate::check::{FieldError, Mistake};
use crate::document::titled_by_page;
use crate::form::Value;
use crate::model::{Choice, Field, FieldKind, Keyboard};
use crate::text::{Voice, key};
use crate::view::View;

/// Everything needed to show the fields of one page.
pub(super) struct Asking<'a> {
    pub(super) context: &'a PageContext<'a>,
    pub(super) voice: Voice<'a>,
    pub(super) view: &'a View<'a>,
    pub(super) errors: &'a [FieldError],
}

/// One input: where it stands, what it is called, what it holds.
struct Input<'a> {
    field: &'a Field,
    /// The id of its text.
    text: String,
    /// Its id and name on the page.
    id: String,
    label: String,
    /// Whether its label is the page's heading.
    heading: Heading,
    values: &'a [String],
}

/// How the label of a field stands to the heading of its page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    /// The label is the heading.
    Is,
    /// The heading has said it already; the label is for those who do not see it.
    Repeats,
    /// The label says something of its own.
    Differs,
}

impl Asking<'_> {
    /// A field of the page whose text is `page`.
    pub(super) fn field(&self, page: &str, field: &Field, value: Option<&Value>, heading: Heading) -> Markup {
        let texts = self.context.texts();
        let text = format!("{page}_{}", field.id);
        let label = match heading {
            Heading::Differs => texts.said(&text, self.voice),
            Heading::Is | Heading::Repeats => texts.said(page, self.voice),
        };
        let hint_of = if heading == Heading::Differs { text.clone() } else { page.to_owned() };
        let values = value.map(Value::texts).unwrap_or_default();
        let input = Input { field, text, id: field.id.clone(), label, heading, values };
        let hint = texts.part(&hint_of, "hint", self.voice);
        match field.kind {
            FieldKind::Group => self.group(&input, value),
            FieldKind::Radios | FieldKind::Checkboxes => self.choices(&input, hint),
            FieldKind::Buttons => self.buttons(&input),
            FieldKind::Date => self.date(&input, hint),
            FieldKind::Text | FieldKind::Textarea => self.typed(&input, hint),
        }
    }

    /// What is wrong with the input of this id, in words.
    fn mistake(&self, input: &Input<'_>) -> Option<String> {
        let found = self.errors.iter().find(|error| {
            error.input == input.id || (error.field == input.id && input.field.kind != FieldKind::Group)
        })?;
        Some(self.message(&found.mistake, &input.text, &input.label, input.field.kind))
    }

    fn message(&self, mistake: &Mistake, text: &str, label: &str, kind: FieldKind) -> String {
        let texts = self.context.texts();
        let label = || ("label", label.to_owned().into());
        let number = |count| number(count, self.context);
        match mistake {
            Mistake::Missing => texts.part(text, "missing", self.voice).unwrap_or_else(|| {
                if kind.is_choice() {
                    texts.get(key::ERROR_MISSING_CHOICE)
                } else {
                    texts.with(key::ERROR_MISSING_TEXT, &[label()])
                }
            }),
            Mistake::NoneOfThem => {
                let page = text.split('_').next().unwrap_or_default();
                texts.said(&format!("{page}_at-least-one"), self.voice)
            }
            Mistake::TooLong { limit, over } => texts.with(
                key::ERROR_TOO_LONG,
                &[label(), ("limit", number(*limit).into()), ("over", number(*over).into())],
            ),
            Mistake::NotOne => texts.with(key::ERROR_NOT_ONE, &[label()]),
            Mistake::NotOffered => texts.with(key::ERROR_NOT_OFFERED, &[label()]),
            Mistake::Unreadable => texts.with(key::ERROR_UNREADABLE, &[label()]),
            Mistake::NotAlone => texts.get(key::ERROR_NOT_ALONE),
            Mistake::NotADay => texts.get(key::ERROR_NOT_A_DAY),
            Mistake::TooMany { max, count } => texts.with(
                key::ERROR_TOO_MANY,
                &[
                    ("max", number(*max).into()),
                    ("count", number(*count).into()),
                    ("surplus", number(count.saturating_sub(*max)).into()),
                ],
            ),
        }
    }

    /// All mistakes of the page for the box at its top.
    pub(super) fn mistakes(&self, page: &crate::model::Page) -> Vec<layout::Mistaken> {
        let lines = self.errors.iter().filter_map(|error| {
            if error.field.is_empty() {
                let message = self.context.texts().get(key::ERROR_STRAY);
                return Some(layout::Mistaken { input: "main-content".to_owned(), message });
            }
            let field = page.field(&error.field)?;
            let mut text = format!("{}_{}", page.id, field.id);
            let mut kind = field.kind;
            // A mistake inside a group is told in the words of the inner field.
            if let Some(inner) =
                field.fields.iter().find(|inner| error.input.ends_with(&format!("-{}", inner.id)))
            {
                text = format!("{text}_{}", inner.id);
                kind = inner.kind;
            }
            let texts = self.context.texts();
            let titled = titled_by_page(page, &text, texts);
            let label = texts.said(if titled { &page.id } else { &text }, self.voice);
            let message = self.message(&error.mistake, &text, &label, kind);
            Some(layout::Mistaken { input: error.input.clone(), message })
        });
        lines.collect()
    }

    fn choices(&self, input: &Input<'_>, hint: Option<String>) -> Markup {
        let mistake = self.mistake(input);
        let (kind, class) = match input.field.kind {
            FieldKind::Checkboxes => ("checkbox", "checkboxes"),
            _ => ("radio", "radios"),
        };
        let offered = |choice: &&Choice| choice.when.as_ref().is_none_or(|when| self.view.holds(when));
        let choices: Vec<&Choice> = input.field.options.iter().filter(offered).collect();
        group_of(
            mistake.is_some(),
            &html! {
                fieldset.govuk-fieldset aria-describedby=[described_by(input, hint.is_some(), mistake.is_some())] {
                    (legend(input))
                    (self.hint_and_error(input, hint, mistake))
                    div class=(format!("govuk-{class}")) data-module=(format!("govuk-{class}")) {
                        @for (number, choice) in choices.iter().enumerate() {
                            @if choice.exclusive && number > 0 {
                                div class=(format!("govuk-{class}__divider")) {
                                    (self.context.texts().get(key::OPTIONAL_OR))
                                }
                            }
                            (self.choice(input, choice, number, kind, class))
                        }
                    }
                }
            },
        )
    }

    fn choice(&self, input: &Input<'_>, choice: &Choice, number: usize, kind: &str, class: &str) -> Markup {
        let texts = self.context.texts();
        let text = format!("{}_{}", input.text, choice.id);
        let id = if number == 0 { input.id.clone() } else { format!("{}-{}", input.id, number + 1) };
        let hint = texts.part(&text, "hint", self.voice);
        let hint_id = format!("{id}-item-hint");
        html! {
            div class=(format!("govuk-{class}__item")) {
                input class=(format!("govuk-{class}__input")) id=(id) name=(input.id) type=(kind)
                    value=(choice.id) checked[input.values.contains(&choice.id)]
                    aria-describedby=[hint.is_some().then_some(&hint_id)]
                    data-behaviour=[choice.exclusive.then_some("exclusive")];
                label class=(format!("govuk-label govuk-{class}__label")) for=(id) {
                    (texts.said(&text, self.voice))
                }
                @if let Some(hint) = hint {
                    div class=(format!("govuk-hint govuk-{class}__hint")) id=(hint_id) { (hint) }
                }
            }
        }
    }

    fn buttons(&self, input: &Input<'_>) -> Markup {
        html! {
            @for (number, choice) in input.field.options.iter().enumerate() {
                button.govuk-button.govuk-button--inverse id=[(number == 0).then_some(&input.id)] type="submit"
                    name=(input.id) value=(choice.id) data-module="govuk-button" {
                    (self.context.texts().said(&format!("{}_{}", input.text, choice.id), self.voice))
                }
            }
        }
    }

    fn typed(&self, input: &Input<'_>, hint: Option<String>) -> Markup {
        let mistake = self.mistake(input);
        // Where two values came for one field, both are shown, so that neither is lost.
        let value = input.values.join("\n");
        let limit = input.field.limit.unwrap_or(usize::MAX);
        let counted = input.field.kind == FieldKind::Textarea;
        let info = counted.then(|| format!("{}-info", input.id));
        let described = match (described_by(input, hint.is_some(), mistake.is_some()), info) {
            (Some(before), Some(info)) => Some(format!("{before} {info}")),
            (before, info) => before.or(info),
        };
        let error = mistake.is_some();
        group_of(
            error,
            &html! {
                (label(input))
                (self.hint_and_error(input, hint, mistake))
                @if counted {
                    (counted_text(&input.id, &value, limit, described, error, self.context))
                } @else {
                    (text_input(input, &value, described, error))
                }
            },
        )
    }

    fn date(&self, input: &Input<'_>, hint: Option<String>) -> Markup {
        let texts = self.context.texts();
        let mistake = self.mistake(input);
        let error = mistake.is_some();
        let parts = [("day", key::DATE_DAY, 2), ("month", key::DATE_MONTH, 2), ("year", key::DATE_YEAR, 4)];
        group_of(
            error,
            &html! {
                fieldset.govuk-fieldset role="group"
                    aria-describedby=[described_by(input, hint.is_some(), error)] {
                    (legend(input))
                    (self.hint_and_error(input, hint, mistake))
                    div.govuk-date-input id=(input.id) {
                        @for (number, (part, name, width)) in parts.into_iter().enumerate() {
                            @let id = format!("{}-{part}", input.id);
                            div.govuk-date-input__item {
                                div.govuk-form-group {
                                    label.govuk-label.govuk-date-input__label for=(id) { (texts.get(name)) }
                                    input.govuk-input.govuk-date-input__input.govuk-input--error[error]
                                        class=(format!("govuk-input--width-{width}")) id=(id) name=(id) type="text"
                                        inputmode="numeric" value=(input.values.get(number).map_or("", String::as_str));
                                }
                            }
                        }
                    }
                }
            },
        )
    }

    fn group(&self, input: &Input<'_>, value: Option<&Value>) -> Markup {
        let texts = self.context.texts();
        let blank = vec![BTreeMap::new()];
        let entries = match value {
            Some(Value::Entries(entries)) if !entries.is_empty() => entries,
            _ => &blank,
        };
        let mistake = self.mistake(input);
        let name = texts.part(&input.text, "entry", self.voice).unwrap_or_default();
        let remove = texts.part(&input.text, "remove", self.voice).unwrap_or_default();
        group_of(
            mistake.is_some(),
            &html! {
                div id=(input.id) tabindex="-1" {
                    @if let Some(mistake) = &mistake {
                        (layout::error_message(self.context, &format!("{}-error", input.id), mistake))
                    }
                    @for (number, entry) in entries.iter().enumerate() {
                        fieldset.govuk-fieldset.safehand-entry {
                            legend.govuk-fieldset__legend.govuk-fieldset__legend--m { (name) " " (number + 1) }
                            @for inner in &input.field.fields { (self.inner(input, inner, number, entry)) }
                            @if entries.len() > 1 {
                                button.govuk-button.govuk-button--secondary type="submit" name="do"
                                    value=(format!("remove {} {number}", input.id)) formnovalidate {
                                    (remove) " " (number + 1)
                                }
                            }
                        }
                    }
                    button.govuk-button.govuk-button--secondary type="submit" name="do"
                        value=(format!("add {}", input.id)) formnovalidate {
                        (texts.part(&input.text, "add", self.voice).unwrap_or_default())
                    }
                }
            },
        )
    }

    fn inner(
        &self,
        outer: &Input<'_>,
        inner: &Field,
        number: usize,
        entry: &BTreeMap<String, String>,
    ) -> Markup {
        let texts = self.context.texts();
        let text = format!("{}_{}", outer.text, inner.id);
        let hint = texts.part(&text, "hint", self.voice);
        let label = texts.said(&text, self.voice);
        let values = entry.get(&inner.id).map(std::slice::from_ref).unwrap_or_default();
        let id = format!("{}-{number}-{}", outer.id, inner.id);
        self.typed(&Input { field: inner, text, id, label, heading: Heading::Differs, values }, hint)
    }

    fn hint_and_error(&self, input: &Input<'_>, hint: Option<String>, mistake: Option<String>) -> Markup {
        html! {
            @if let Some(hint) = hint { div.govuk-hint id=(format!("{}-hint", input.id)) { (hint) } }
            @if let Some(mistake) = mistake {
                (layout::error_message(self.context, &format!("{}-error", input.id), &mistake))
            }
        }
    }
}

/// A text of several lines with its limit below it. The script on the page puts a count there; without
/// one the limit itself stays.
pub(super) fn counted_text(
    id: &str,
    value: &str,
    limit: usize,
    described: Option<String>,
    error: bool,
    context: &PageContext<'_>,
) -> Markup {
    let texts = context.texts();
    html! {
        div.govuk-character-count {
            textarea.govuk-textarea.govuk-js-character-count.govuk-textarea--error[error] id=(id) name=(id)
                rows=(if limit > 2000 { 10 } else { 4 }) data-limit=(limit) spellcheck="false"
                aria-describedby=[described] { "\n" (value) }
            div.govuk-hint.govuk-character-count__message id=(format!("{id}-info")) {
                (texts.with(key::TEXT_LIMIT, &[("limit", number(limit, context).into())]))
            }
        }
    }
}

/// A number as people write it.
pub(super) fn number(count: usize, context: &PageContext<'_>) -> String {
    whole(context.texts(), u64::try_from(count).unwrap_or(u64::MAX))
}

fn text_input(input: &Input<'_>, value: &str, described: Option<String>, error: bool) -> Markup {
    let (kind, mode) = match input.field.keyboard {
        Some(Keyboard::Tel) => ("tel", None),
        Some(Keyboard::Email) => ("email", None),
        Some(Keyboard::Url) => ("text", Some("url")),
        None => ("text", None),
    };
    html! {
        input.govuk-input.govuk-input--error[error] id=(input.id) name=(input.id) type=(kind) inputmode=[mode]
            value=(value) data-limit=[input.field.limit] spellcheck="false" aria-describedby=[described];
    }
}

fn group_of(error: bool, content: &Markup) -> Markup {
    html! { div.govuk-form-group.govuk-form-group--error[error] { (content) } }
}

fn legend(input: &Input<'_>) -> Markup {
    html! {
        @match input.heading {
            Heading::Is => legend."govuk-fieldset__legend govuk-fieldset__legend--l" {
                h1.govuk-fieldset__heading { (input.label) }
            },
            Heading::Repeats => legend."govuk-fieldset__legend govuk-visually-hidden" { (input.label) },
            Heading::Differs => legend."govuk-fieldset__legend govuk-fieldset__legend--s" { (input.label) },
        }
    }
}

fn label(input: &Input<'_>) -> Markup {
    html! {
        @match input.heading {
            Heading::Is => h1.govuk-label-wrapper {
                label."govuk-label govuk-label--l" for=(input.id) { (input.label) }
            },
            Heading::Repeats => label."govuk-label govuk-visually-hidden" for=(input.id) { (input.label) },
            Heading::Differs => label."govuk-label govuk-label--s" for=(input.id) { (input.label) },
        }
    }
}

fn described_by(input: &Input<'_>, hint: bool, error: bool) -> Option<String> {
    let hint = hint.then(|| format!("{}-hint", input.id));
    let error = error.then(|| format!("{}-error", input.id));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => hint.or(error),
    }
}
