//! Where a store keeps things: one line for the database, one for the objects.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The configuration of a store.
///
/// ```
/// let config: store::StoreConfig = serde_json::from_str(
///     r#"{"database": "sqlite:data/safehand.db", "objects": "file:data/objects"}"#,
/// )?;
/// assert_eq!(config, store::StoreConfig::default());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// `sqlite:PATH`, or `postgres://USER@HOST/NAME`. A password belongs in [`Self::database_password`].
    pub database: String,
    /// The password of the PostgreSQL user, if it needs one.
    pub database_password: Option<Secret>,
    /// `file:FOLDER`, or `s3://BUCKET?endpoint=URL&region=NAME` for any store that speaks S3.
    pub objects: String,
    /// The S3 access key id.
    pub s3_access_key: Option<Secret>,
    /// The S3 secret access key.
    pub s3_secret_key: Option<Secret>,
}

impl Default for StoreConfig {
    /// The embedded store, in the folder `data`.
    fn default() -> Self {
        Self {
            database: "sqlite:data/safehand.db".to_owned(),
            database_password: None,
            objects: "file:data/objects".to_owned(),
            s3_access_key: None,
            s3_secret_key: None,
        }
    }
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { database, database_password, objects, s3_access_key, s3_secret_key } = self;
        f.debug_struct("StoreConfig")
            .field("database", &without_password(database))
            .field("database_password", database_password)
            .field("objects", objects)
            .field("s3_access_key", s3_access_key)
            .field("s3_secret_key", s3_secret_key)
            .finish()
    }
}

/// The address with `user:password@` cut down to `user@`.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let Some((login, host)) = rest.rsplit_once('@') else { return address.to_owned() };
    let user = login.split_once(':').map_or(login, |(user, _)| user);
    format!("{scheme}://{user}@{host}")
}

/// A password or key: wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    /// A configuration that is printed for people does not show it either.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, StoreConfig};

    #[test]
    fn debug_shows_no_secret() {
        let config = StoreConfig {
            database: "postgres://desk:hunter2@db.example/safehand".to_owned(),
            database_password: Some(Secret::from("hunter2".to_owned())),
            s3_secret_key: Some(Secret::from("hunter2".to_owned())),
            ..StoreConfig::default()
        };
        let shown = format!("{config:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("postgres://desk@db.example/safehand"), "{shown}");
    }

    #[test]
    fn unknown_settings_are_refused() {
        assert!(serde_json::from_str::<StoreConfig>(r#"{"databse": "sqlite:x"}"#).is_err());
    }
}
