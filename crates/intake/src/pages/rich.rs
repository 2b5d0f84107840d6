//! The little markup that texts may use: paragraphs, lists, strong words and links to services.

use maud::{Markup, html};

use crate::services::{Service, Services};
use crate::text::{Texts, key};

/// A text of several paragraphs. A line that begins with `- ` is an item of a list, `__…__` is strong,
/// and `[id]` is a link to a service.
pub(super) fn rich(text: &str, texts: &Texts, services: &Services) -> Markup {
    html! {
        @for block in blocks(text) {
            @match block {
                Block::Paragraph(line) => p.govuk-body { (inline(line, texts, services)) },
                Block::List(items) => ul."govuk-list govuk-list--bullet" {
                    @for item in items { li { (inline(item, texts, services)) } }
                },
            }
        }
    }
}

/// One line with strong words and links to services.
pub(super) fn inline(line: &str, texts: &Texts, services: &Services) -> Markup {
    html! {
        @for (number, part) in line.split("__").enumerate() {
            @if number % 2 == 1 {
                strong { (links(part, texts, services)) }
            } @else {
                (links(part, texts, services))
            }
        }
    }
}

/// The name of a service with its number, as a link to follow.
pub(super) fn service_link(service: &Service, texts: &Texts) -> Markup {
    let name = texts.get(&format!("service_{}", service.id));
    let label = match &service.phone {
        Some(phone) if *phone != name => {
            texts.with(key::SERVICE_PHONE, &[("name", name.into()), ("phone", phone.as_str().into())])
        }
        _ => name,
    };
    html! { a.govuk-link href=[service.href()] rel="noreferrer noopener" { (label) } }
}

enum Block<'a> {
    Paragraph(&'a str),
    List(Vec<&'a str>),
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix("- "), blocks.last_mut()) {
            (Some(item), Some(Block::List(items))) => items.push(item),
            (Some(item), _) => blocks.push(Block::List(vec![item])),
            (None, _) => blocks.push(Block::Paragraph(line)),
        }
    }
    blocks
}

fn links(text: &str, texts: &Texts, services: &Services) -> Markup {
    let mut pieces = text.split('[');
    let before = pieces.next().unwrap_or_default();
    html! {
        (before)
        @for piece in pieces {
            @match piece.split_once(']').map(|(id, rest)| (services.get(id), id, rest)) {
                Some((Some(service), _, rest)) => { (service_link(service, texts)) (rest) },
                Some((None, id, rest)) => { "[" (id) "]" (rest) },
                None => { "[" (piece) },
            }
        }
    }
}
