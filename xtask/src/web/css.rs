//! Adapts a published style sheet: no typeface or crest that is not ours to use, and for the
//! reporter's pages only the rules of components that the pages mention.

use std::collections::BTreeSet;

/// Which rules of a published style sheet stay.
pub(super) enum Keep {
    /// All that are ours to use.
    Everything,
    /// Those whose classes all belong to these blocks.
    Only(Blocks),
}

/// Component blocks (`govuk-button`) that the sources of the pages mention.
#[derive(Default)]
pub(super) struct Blocks(BTreeSet<String>);

const PREFIXES: [&str; 2] = ["govuk-", "moj-"];

impl Blocks {
    /// Adds every block that `source` mentions, whatever the language it is written in.
    pub(super) fn mentioned_in(&mut self, source: &str) {
        for prefix in PREFIXES {
            for (at, _) in source.match_indices(prefix) {
                self.0.insert(block(&source[at..]).to_owned());
            }
        }
    }
}

/// The block part of the BEM class name at the start of `text`.
fn block(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let name = &text[..end];
    name.split("--").next().unwrap_or(name).trim_end_matches('-')
}

impl Keep {
    fn selector(&self, selector: &str) -> bool {
        let Self::Only(Blocks(kept)) = self else { return true };
        PREFIXES.iter().all(|prefix| {
            selector.match_indices(prefix).all(|(at, _)| {
                // A custom property is not a class.
                selector[..at].ends_with("--") || kept.contains(block(&selector[at..]))
            })
        })
    }
}

/// Rewrites a style sheet. `None` when its braces do not match.
pub(super) fn adapt(sheet: &str, keep: &Keep) -> Option<String> {
    let plain = without_comments(sheet).replace("GDS Transport,arial,sans-serif", "arial,sans-serif");
    let mut out = String::with_capacity(plain.len());
    rules(&plain, keep, &mut out)?;
    Some(out)
}

fn without_comments(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    out.push_str(rest);
    out
}

fn rules(mut sheet: &str, keep: &Keep, out: &mut String) -> Option<()> {
    loop {
        sheet = sheet.trim_start();
        if sheet.is_empty() {
            return Some(());
        }
        let stop = sheet.find(['{', ';'])?;
        let prelude = sheet[..stop].trim();
        if sheet.as_bytes()[stop] == b';' {
            sheet = &sheet[stop + 1..];
            continue;
        }
        let length = block_length(&sheet[stop..])?;
        rule(prelude, &sheet[stop + 1..stop + length - 1], keep, out)?;
        sheet = &sheet[stop + length..];
    }
}

fn rule(prelude: &str, body: &str, keep: &Keep, out: &mut String) -> Option<()> {
    if prelude.starts_with("@font-face") || (!prelude.starts_with('@') && body.contains("url(/assets/")) {
        return Some(());
    }
    if ["@media", "@supports"].iter().any(|nested| prelude.starts_with(nested)) {
        let mut inner = String::new();
        rules(body, keep, &mut inner)?;
        push(prelude, &inner, out);
        return Some(());
    }
    if prelude.starts_with('@') {
        push(prelude, body, out);
        return Some(());
    }
    let kept: Vec<&str> = selectors(prelude).into_iter().filter(|selector| keep.selector(selector)).collect();
    if !kept.is_empty() {
        push(&kept.join(","), &minified(body), out);
    }
    Some(())
}

fn push(prelude: &str, body: &str, out: &mut String) {
    if !body.is_empty() {
        out.push_str(prelude);
        out.push('{');
        out.push_str(body);
        out.push('}');
    }
}

fn minified(body: &str) -> String {
    let declarations = body.split(';').map(|declaration| {
        declaration.split_whitespace().collect::<Vec<_>>().join(" ").replacen(": ", ":", 1)
    });
    declarations.filter(|declaration| !declaration.is_empty()).collect::<Vec<_>>().join(";")
}

/// Splits a selector list at the commas that are not inside brackets.
fn selectors(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_i32, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts
}

/// Length of the braced block at the start of `text`, braces included.
fn block_length(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (_, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(source: &str) -> Keep {
        let mut blocks = Blocks::default();
        blocks.mentioned_in(source);
        Keep::Only(blocks)
    }

    #[test]
    fn typeface_and_crest_are_dropped() {
        let sheet = "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}\
                     .govuk-link{font-family:GDS Transport,arial,sans-serif}\
                     .govuk-footer__crest{background:url(/assets/images/govuk-crest.svg)}";
        assert_eq!(adapt(sheet, &Keep::Everything).unwrap(), ".govuk-link{font-family:arial,sans-serif}");
    }

    #[test]
    fn rules_of_components_that_no_page_mentions_are_dropped() {
        let sheet = ".govuk-button,.govuk-tabs__tab{a:b}@media print{.govuk-tabs{c:d}}\
                     .govuk-frontend-supported .govuk-button{e:f}p{g:h}";
        assert_eq!(
            adapt(sheet, &only("class=\"govuk-button--warning\"")).unwrap(),
            ".govuk-button{a:b}p{g:h}"
        );
    }

    #[test]
    fn an_unclosed_block_is_refused() {
        assert_eq!(adapt(".a{b:c", &Keep::Everything), None);
    }
}
