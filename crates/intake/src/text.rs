//! The words: Fluent messages in two languages.
//!
//! British English is complete and has been read by people. Welsh is complete and has not: every page
//! in Welsh says so until a translator has been through it.

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::model::DeskKind;

/// Ids of the texts that pages use by name. A text that is not there does not compile.
pub(crate) mod key {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// A language that the pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// British English.
    #[default]
    #[serde(rename = "en-GB")]
    EnGb,
    /// Welsh, not reviewed yet.
    #[serde(rename = "cy")]
    Cy,
}

impl Language {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::EnGb, Self::Cy];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::EnGb => "en-GB",
            Self::Cy => "cy",
        }
    }

    /// Its name in its own words.
    pub fn name(self) -> &'static str {
        match self {
            Self::EnGb => "English",
            Self::Cy => "Cymraeg",
        }
    }

    /// Whether a translator has been through it.
    pub fn reviewed(self) -> bool {
        self == Self::EnGb
    }

    /// The language with this tag, or with its first part.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::EnGb),
            "cy" => Some(Self::Cy),
            _ => None,
        }
    }

    /// Picks a language from an `Accept-Language` header (RFC 9110, section 12.5.4).
    pub fn negotiate(accepted: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for range in accepted.split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else { continue };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// Who is reading and where the report goes. Texts may differ by it, so that a child reads plain
/// words and nobody reads about files that a charity cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice<'a> {
    /// What the person said they are, or an empty string.
    pub reporter: &'a str,
    /// The kind of desk, where one has been chosen.
    pub desk: Option<DeskKind>,
    /// How they chose to report, or an empty string.
    pub route: &'a str,
}

impl Voice<'static> {
    /// Nobody and nowhere in particular.
    pub const ANYBODY: Self = Self { reporter: "", desk: None, route: "" };
}

/// The texts of one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts of a language, read once and kept.
    pub fn of(language: Language) -> &'static Self {
        static TEXTS: [OnceLock<Texts>; 2] = [OnceLock::new(), OnceLock::new()];
        match language {
            Language::EnGb => TEXTS[0]
                .get_or_init(|| Self::read(language, include_str!(concat!(env!("OUT_DIR"), "/en-GB.ftl")))),
            Language::Cy => TEXTS[1]
                .get_or_init(|| Self::read(language, include_str!(concat!(env!("OUT_DIR"), "/cy.ftl")))),
        }
    }

    fn read(language: Language, source: &str) -> Self {
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate directions are not wanted between two left-to-right languages: they
        // would end up in what people copy.
        bundle.set_use_isolating(false);
        // The build script has parsed these files and fails on any error in them.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Which language these are.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a text with this id.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.get_message(id).is_some_and(|message| message.value().is_some())
    }

    /// The text with this id; the id itself where there is none, which a page would show at once.
    pub fn get(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The same, with values to put in.
    pub fn with(&self, id: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.format(id, None, Voice::ANYBODY, values).unwrap_or_else(|| id.to_owned())
    }

    /// The text with this id, in the words for this reader.
    pub fn said(&self, id: &str, voice: Voice<'_>) -> String {
        self.format(id, None, voice, &[]).unwrap_or_else(|| id.to_owned())
    }

    /// A part of a text (a hint, a body), where it has one.
    pub fn part(&self, id: &str, part: &str, voice: Voice<'_>) -> Option<String> {
        self.format(id, Some(part), voice, &[]).filter(|text| !text.is_empty())
    }

    fn format(
        &self,
        id: &str,
        part: Option<&str>,
        voice: Voice<'_>,
        values: &[(&str, FluentValue<'_>)],
    ) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let pattern = match part {
            Some(part) => message.get_attribute(part)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::new();
        args.set("reporter", voice.reporter);
        args.set("desk", voice.desk.map_or("", DeskKind::as_str));
        args.set("route", voice.route);
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        Some(self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").field("language", &self.language).finish_non_exhaustive()
    }
}
