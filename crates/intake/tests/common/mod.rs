//! A browser for tests: it reads the controls of a page, fills them in and submits them.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use intake::pages::{Assets, Desk, Files, Keeps, PageContext, Route, question};
use intake::{DeskKind, Draft, FieldError, Form, Language, Questionnaire, Services, Turn};

/// A context as a server or a page's module would make it.
pub(crate) fn context(desk: DeskKind, route: Route) -> PageContext<'static> {
    PageContext {
        language: Language::EnGb,
        route,
        desk: Some(Desk { name: "Northfield Police", kind: desk }),
        action: "/desks/northfield/report",
        hidden: &[("draft", "c2VhbGVk")],
        home: "/",
        here: Some("/desks/northfield"),
        keeps: Some(Keeps { until: 1_795_374_300, hours: 2, words: false }),
        services: Services::embedded(),
        assets: Assets {
            styles: &["/static/safehand.css"],
            modules: &["/static/reporter.js"],
            icon: Some("/static/icon.svg"),
            nonce: Some("bm9uY2U"),
        },
    }
}

/// The page that a draft is on.
pub(crate) fn show(draft: &Draft, errors: &[FieldError]) -> String {
    let context = context(draft.desk(), Route::Server);
    let files = Files { max_bytes: 2_000_000_000, ..Files::default() };
    question(Questionnaire::embedded(), draft, errors, &files, &context).document(&context)
}

/// A start tag: its name and its attributes, with entities resolved.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Tag {
    pub(crate) fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }
}

/// All start tags of a document, in order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1) {
        let Some(inside) = piece.split_once('>').map(|(inside, _)| inside) else { continue };
        if inside.starts_with(['/', '!']) {
            continue;
        }
        let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut attributes = BTreeMap::new();
        while !rest.trim().is_empty() {
            rest = rest.trim_start();
            let end = rest.find([' ', '=']).unwrap_or(rest.len());
            let attribute = rest[..end].to_owned();
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let end = quoted.find('"').unwrap();
                value = unescape(&quoted[..end]);
                rest = &quoted[end + 1..];
            }
            attributes.insert(attribute, value);
        }
        tags.push(Tag { name: name.to_owned(), attributes });
    }
    tags
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Numbers from a seed, good enough to choose answers by.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// Fills in a page so that it can be left, choosing by dice. Returns the pairs without any button,
/// unless the page is left by choosing one.
pub(crate) fn fill_in(html: &str, dice: &mut Dice) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut choices: BTreeMap<String, Vec<Tag>> = BTreeMap::new();
    let with_date = dice.roll(2) == 0;
    let with_accounts = dice.roll(2) == 0;
    for tag in tags(html) {
        let name = tag.get("name").to_owned();
        match (tag.name.as_str(), tag.get("type")) {
            _ if name.is_empty() || name == "do" || name == "draft" => {}
            ("meta", _) | ("input", "file") => {}
            ("input", "hidden") => pairs.push((name, tag.get("value").to_owned())),
            ("input", "radio" | "checkbox") | ("button", _) => choices.entry(name).or_default().push(tag),
            ("input", _) if tag.get("inputmode") == "numeric" => {
                let value = match (with_date, name.rsplit('-').next()) {
                    (true, Some("day")) => "27",
                    (true, Some("month")) => "11",
                    (true, _) => "2026",
                    (false, _) => "",
                };
                pairs.push((name, value.to_owned()));
            }
            ("input", _) if name.starts_with("accounts-") && !with_accounts => {
                pairs.push((name, String::new()));
            }
            ("input", _) => pairs.push((name, format!("football on day {}", dice.roll(9)))),
            ("textarea", _) => pairs.push((name, "We talked about homework.\r\nThen it rained.".to_owned())),
            _ => {}
        }
    }
    for (name, tags) in choices {
        let chosen = dice.roll(tags.len());
        let more = dice.roll(3) == 0;
        let alone = |tag: &Tag| tag.get("data-behaviour") == "exclusive";
        for (number, tag) in tags.iter().enumerate() {
            let too = more && tag.get("type") == "checkbox" && !alone(tag) && !alone(&tags[chosen]);
            if number == chosen || too {
                pairs.push((name.clone(), tag.get("value").to_owned()));
            }
        }
    }
    pairs
}

pub(crate) fn form(pairs: &[(String, String)], action: &str) -> Form {
    pairs.iter().cloned().chain([("do".to_owned(), action.to_owned())]).collect()
}

/// Goes on from the page that the draft is on, whatever it asks.
pub(crate) fn go_on(draft: Draft, dice: &mut Dice) -> Turn {
    let pairs = fill_in(&show(&draft, &[]), dice);
    draft.submit(Questionnaire::embedded(), &form(&pairs, "continue"))
}

pub(crate) fn begin(desk: DeskKind) -> Draft {
    Draft::new(Questionnaire::embedded(), desk, Language::EnGb)
}

/// Drafts that stand on each page that can be reached at a desk.
pub(crate) fn on_every_page(desk: DeskKind) -> BTreeMap<String, Draft> {
    static FOUND: [OnceLock<BTreeMap<String, Draft>>; 2] = [OnceLock::new(), OnceLock::new()];
    FOUND[usize::from(desk == DeskKind::Charity)].get_or_init(|| explore(desk)).clone()
}

/// Walks through the questionnaire at random until forty walks in a row have found nothing new.
fn explore(desk: DeskKind) -> BTreeMap<String, Draft> {
    let questionnaire = Questionnaire::embedded();
    let mut found = BTreeMap::new();
    let mut dice = Dice(7);
    let mut idle = 0;
    while idle < 40 {
        let known = found.len();
        let mut draft = begin(desk);
        loop {
            let page = draft.page(questionnaire).unwrap().id.clone();
            found.entry(page).or_insert_with(|| draft.clone());
            match go_on(draft, &mut dice) {
                Turn::Show(next) => draft = next,
                Turn::Send(_) => break,
                Turn::Mend(draft, errors) => panic!("{:?} at {:?}", errors, draft.page(questionnaire)),
            }
        }
        idle = if found.len() > known { 0 } else { idle + 1 };
    }
    found
}

/// The ids of all pages of the questionnaire.
pub(crate) fn all_pages() -> BTreeSet<String> {
    Questionnaire::embedded().pages.iter().map(|page| page.id.clone()).collect()
}
