//! Checks the questionnaire, the services and the words, and writes them as the crate embeds them:
//! compact JSON, one Fluent file per language, and a constant for every text that pages name.
//!
//! A fault stops the build with the file and the line.
#![allow(unreachable_pub, dead_code, reason = "modules shared with the library, where they are public")]

#[path = "src/author.rs"]
mod author;
#[path = "src/error.rs"]
mod error;
#[path = "src/model.rs"]
mod model;
#[path = "src/services.rs"]
mod services;
#[path = "src/validate.rs"]
mod validate;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, Pattern, PatternElement};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Every text of a language: its parts (the text itself is the empty part), each with the words in it
/// that the page turns into links.
type Catalogue = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The file whose texts the pages name in Rust.
const PAGES: &str = "pages.ftl";

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=questionnaire.toml");
    println!("cargo::rerun-if-changed=services.toml");
    println!("cargo::rerun-if-changed=locales");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let (english, english_source) = read_language(Path::new("locales/en-GB"))?;
    let (welsh, welsh_source) = read_language(Path::new("locales/cy"))?;
    same_texts(&english, &welsh)?;
    fs::write(out.join("en-GB.ftl"), english_source)?;
    fs::write(out.join("cy.ftl"), welsh_source)?;
    fs::write(out.join("keys.rs"), keys(&fs::read_to_string(Path::new("locales/en-GB").join(PAGES))?)?)?;

    let used = RefCell::new(BTreeSet::new());
    let source = fs::read_to_string("questionnaire.toml")?;
    let questionnaire = author::from_toml(&source, &|id| {
        used.borrow_mut().insert(id.to_owned());
        english.get(id).is_some_and(|parts| parts.contains_key(""))
    })
    .map_err(|error| format!("questionnaire.toml: {error}"))?;
    no_idle_texts(&used.into_inner())?;
    fs::write(out.join("questionnaire.json"), serde_json::to_vec(&questionnaire)?)?;

    let services: services::Services = toml::from_str(&fs::read_to_string("services.toml")?)
        .map_err(|error| format!("services.toml: {error}"))?;
    known_services(&services, &[&english, &welsh])?;
    fs::write(out.join("services.json"), serde_json::to_vec(&services)?)?;
    Ok(())
}

/// Reads all Fluent files of a language into one.
fn read_language(folder: &Path) -> Outcome<(Catalogue, String)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ftl"));
    files.sort();
    let mut catalogue = Catalogue::new();
    let mut together = String::new();
    for path in files {
        let source = fs::read_to_string(&path)?;
        add_file(&source, &mut catalogue, &mut together)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok((catalogue, together))
}

fn add_file(source: &str, catalogue: &mut Catalogue, together: &mut String) -> Outcome<()> {
    let resource = fluent_syntax::parser::parse(source).map_err(|(_, errors)| {
        let lines: Vec<String> = errors
            .iter()
            .map(|error| format!("line {}: {}", line_of(source, error.pos.start), error.kind))
            .collect();
        lines.join("\n")
    })?;
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name;
        let mut parts = BTreeMap::new();
        if let Some(value) = &message.value {
            parts.insert(String::new(), marked_words(value));
        }
        for attribute in &message.attributes {
            parts.insert(attribute.id.name.to_owned(), marked_words(&attribute.value));
        }
        if catalogue.insert(id.to_owned(), parts).is_some() {
            return Err(format!("text `{id}` is there twice").into());
        }
    }
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        together.push_str(line);
        together.push('\n');
    }
    Ok(())
}

/// The ids in square brackets, which pages show as links to services; those in variants too.
fn marked_words(pattern: &Pattern<&str>) -> Vec<String> {
    let mut plain = String::new();
    let mut words = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => plain.push_str(value),
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                words.extend(variants.iter().flat_map(|variant| marked_words(&variant.value)));
            }
            PatternElement::Placeable { expression: Expression::Inline(_) } => {}
        }
    }
    let marked = plain.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    words.extend(marked.map(|(word, _)| word.to_owned()));
    words
}

fn line_of(source: &str, offset: usize) -> usize {
    1 + source.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Both languages say the same things.
fn same_texts(english: &Catalogue, welsh: &Catalogue) -> Outcome<()> {
    let names = |catalogue: &Catalogue| -> BTreeSet<String> {
        catalogue
            .iter()
            .flat_map(|(id, parts)| parts.keys().map(move |part| format!("{id}.{part}")))
            .collect()
    };
    let (english, welsh) = (names(english), names(welsh));
    let missing: Vec<_> = english.difference(&welsh).collect();
    let surplus: Vec<_> = welsh.difference(&english).collect();
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    Err(format!("locales/cy lacks {missing:?} and has {surplus:?} that en-GB lacks").into())
}

/// Every text of the questionnaire's file belongs to something in the questionnaire.
fn no_idle_texts(used: &BTreeSet<String>) -> Outcome<()> {
    for file in ["interruptions.ftl", "questions.ftl", "reasons.ftl"] {
        let path = Path::new("locales/en-GB").join(file);
        let mut catalogue = Catalogue::new();
        add_file(&fs::read_to_string(&path)?, &mut catalogue, &mut String::new())?;
        // A text of parts only belongs to the one field of a page, which is labelled by the page itself.
        let idle = catalogue.iter().find(|(id, parts)| parts.contains_key("") && !used.contains(*id));
        if let Some((idle, _)) = idle {
            return Err(format!("{}: nothing uses text `{idle}`", path.display()).into());
        }
    }
    Ok(())
}

/// Every service that a text or the help block names exists and has a name.
fn known_services(services: &services::Services, languages: &[&Catalogue]) -> Outcome<()> {
    for id in &services.help {
        services.get(id).ok_or_else(|| format!("services.toml: `help` names unknown service `{id}`"))?;
    }
    for catalogue in languages {
        for service in &services.all {
            let text = format!("service_{}", service.id);
            let parts = catalogue.get(&text).ok_or_else(|| format!("text `{text}` is missing"))?;
            if !parts.contains_key("what") {
                return Err(format!("text `{text}` has no part `what`").into());
            }
        }
        for (id, parts) in *catalogue {
            for word in parts.values().flatten() {
                services.get(word).ok_or_else(|| format!("text `{id}` names unknown service `{word}`"))?;
            }
        }
    }
    Ok(())
}

/// A constant for every text that pages name, so that a missing one does not compile and an idle one
/// is reported as dead code.
fn keys(source: &str) -> Outcome<String> {
    let resource = fluent_syntax::parser::parse(source).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut keys = String::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let id = message.id.name;
            let name = id.to_ascii_uppercase().replace('-', "_");
            writeln!(keys, "pub(crate) const {name}: &str = {id:?};")?;
        }
    }
    Ok(keys)
}
