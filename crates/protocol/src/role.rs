//! Who may do what at a desk.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a member is at their desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads new reports, assigns, asks, closes what is plainly nothing.
    Intake,
    /// Works on reports.
    Investigator,
    /// Runs the desk: all an investigator does, and members.
    Supervisor,
    /// Prepares what goes to the defence.
    Disclosure,
    /// Reads the record of who did what, and nothing else.
    Auditor,
    /// Keeps members and the machine. No content.
    Administrator,
    /// Holds a recovery share. No content.
    Custodian,
}

impl Role {
    /// Every role, in the order lists show them.
    pub const ALL: [Self; 7] = [
        Self::Intake,
        Self::Investigator,
        Self::Supervisor,
        Self::Disclosure,
        Self::Auditor,
        Self::Administrator,
        Self::Custodian,
    ];

    /// Whether the desk's seed is ever wrapped to a member with this role.
    pub fn reads_content(self) -> bool {
        matches!(self, Self::Intake | Self::Investigator | Self::Supervisor | Self::Disclosure)
    }

    /// Whether a member with this role may ask to be given media in quarantine.
    pub fn asks_for_releases(self) -> bool {
        matches!(self, Self::Intake | Self::Investigator | Self::Supervisor)
    }

    /// Whether a member with this role may approve or refuse what a colleague asks.
    pub fn answers_releases(self) -> bool {
        matches!(self, Self::Investigator | Self::Supervisor)
    }

    /// The word used in configuration, tables and URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Investigator => "investigator",
            Self::Supervisor => "supervisor",
            Self::Disclosure => "disclosure",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Custodian => "custodian",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is not a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a role: use intake, investigator, supervisor, disclosure, auditor, administrator or custodian"
)]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or_else(|| UnknownRole(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn every_word_reads_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
    }

    #[test]
    fn an_unknown_word_is_told_what_would_do() {
        let told = "chief".parse::<Role>().unwrap_err().to_string();
        assert!(told.contains("chief") && told.contains("supervisor"), "{told}");
    }
}
