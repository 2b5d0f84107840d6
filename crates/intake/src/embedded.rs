//! What is built in: the questionnaire and the services, checked by the build script and carried as
//! compact JSON.

use std::sync::OnceLock;

use crate::error::Error;
use crate::model::Questionnaire;
use crate::services::Services;
use crate::text::{Language, Texts};
use crate::validate::validate;

impl Questionnaire {
    /// The one that is built in.
    ///
    /// # Panics
    ///
    /// Never: the build script wrote what is read here, and the tests of this crate read it.
    pub fn embedded() -> &'static Self {
        static QUESTIONNAIRE: OnceLock<Questionnaire> = OnceLock::new();
        QUESTIONNAIRE.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "the build script wrote exactly this JSON from this type")]
            serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/questionnaire.json")))
                .expect("questionnaire from the build")
        })
    }

    /// Reads and checks a questionnaire from JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] when it is not JSON or not of the schema, [`Error::Invalid`] with every
    /// problem when it would not work.
    pub fn from_json(source: &str) -> Result<Self, Error> {
        let questionnaire: Self = serde_json::from_str(source)
            .map_err(|error| Error::Syntax { line: Some(error.line()), message: error.to_string() })?;
        validate(&questionnaire, &|id| Texts::of(Language::EnGb).has(id))?;
        Ok(questionnaire)
    }

    /// Reads and checks a questionnaire from TOML.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] when it is not TOML or not of the schema, [`Error::Invalid`] with every
    /// problem when it would not work; both name lines.
    #[cfg(feature = "author")]
    pub fn from_toml(source: &str) -> Result<Self, Error> {
        crate::author::from_toml(source, &|id| Texts::of(Language::EnGb).has(id))
    }
}

impl Services {
    /// The ones that are built in: for the United Kingdom.
    ///
    /// # Panics
    ///
    /// Never: the build script wrote what is read here, and the tests of this crate read it.
    pub fn embedded() -> &'static Self {
        static SERVICES: OnceLock<Services> = OnceLock::new();
        SERVICES.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "the build script wrote exactly this JSON from this type")]
            serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/services.json")))
                .expect("services from the build")
        })
    }
}
