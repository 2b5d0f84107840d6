//! Exhibits: what is produced in evidence, by which reference, from whom, and where it is held.
//!
//! A reference names a producer by initials and counts what that person produces: `RP/1`. What is derived from an
//! exhibit carries its reference and a letter: `RP/1/A`, and what is derived from that another: `RP/1/A/B`. The server
//! never sees these types filled in.

use std::fmt;
use std::str::FromStr;

use seal::ItemId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most letters of initials, and of one step of a derivation.
const MOST_LETTERS: usize = 5;
/// The most steps of a derivation.
const MOST_STEPS: usize = 8;
/// The highest number.
const MOST: u16 = 9999;

/// An entry of a report's exhibit list: `safehand.exhibit/1`. Sealed to the desk and signed by the member who made it.
///
/// Entries are never changed. A later one names the one it replaces; one that is `withdrawn` takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhibit {
    /// Always [`Exhibit::SCHEMA`].
    pub schema: String,
    /// What it is called in court.
    pub reference: ExhibitRef,
    /// What it is, in the member's words.
    pub description: String,
    /// Who produces it, as they would sign: a name, or how a person who is not named is referred to.
    pub producer: String,
    /// The device it comes from, as somebody told. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// Where it is held, if not (only) here. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub held: String,
    /// The file that it is; absent for a thing that is no file of this report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<ExhibitFile>,
    /// The earlier entry that this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ItemId>,
    /// Whether it only takes back the entry that it replaces.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl Exhibit {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.exhibit/1";
}

/// The file that an exhibit is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExhibitFile {
    /// The item that holds it.
    pub item: ItemId,
    /// SHA-256 of the file before it was sealed, in hexadecimal.
    pub sha256: String,
}

/// An exhibit's reference, as `RP/1` or `RP/1/A`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExhibitRef {
    initials: String,
    number: u16,
    steps: Vec<Letters>,
}

/// `A` to `ZZZZZ`, ordered as they are counted: `Z` before `AA`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Letters(String);

impl Ord for Letters {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Letters {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Letters {
    fn first() -> Self {
        Self("A".to_owned())
    }

    /// The next of the same count; `None` behind the last.
    fn next(&self) -> Option<Self> {
        let mut bytes = self.0.clone().into_bytes();
        for byte in bytes.iter_mut().rev() {
            if *byte < b'Z' {
                *byte += 1;
                return String::from_utf8(bytes).ok().map(Self);
            }
            *byte = b'A';
        }
        (bytes.len() < MOST_LETTERS).then(|| Self("A".repeat(bytes.len() + 1)))
    }
}

/// Why a text is no exhibit's reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExhibitRefError {
    /// It does not begin with initials.
    #[error("a reference begins with one to five letters, the producer’s initials, and a stroke: RP/1")]
    Initials,
    /// No number follows the initials.
    #[error("behind the initials stands a number from 1 to 9999, without a zero before it: RP/1")]
    Number,
    /// What follows the number is no letters.
    #[error("what is derived carries letters behind another stroke, at most eight times: RP/1/A")]
    Derived,
}

impl ExhibitRef {
    /// The reference of the exhibit that this one is derived from.
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.steps.split_last()?;
        Some(Self { steps: rest.to_vec(), ..self.clone() })
    }

    /// The next free reference of a producer with these initials.
    ///
    /// # Errors
    ///
    /// [`ExhibitRefError::Initials`] where they are none, [`ExhibitRefError::Number`] where all numbers are taken.
    pub fn next<'a>(
        initials: &str,
        taken: impl IntoIterator<Item = &'a Self>,
    ) -> Result<Self, ExhibitRefError> {
        let initials = letters(initials).ok_or(ExhibitRefError::Initials)?.0;
        let highest =
            taken.into_iter().filter(|taken| taken.initials == initials).map(|taken| taken.number).max();
        let number = highest.unwrap_or(0) + 1;
        if number > MOST {
            return Err(ExhibitRefError::Number);
        }
        Ok(Self { initials, number, steps: Vec::new() })
    }

    /// The next free reference of something derived from this.
    ///
    /// # Errors
    ///
    /// [`ExhibitRefError::Derived`] where none is free.
    pub fn next_derived<'a>(
        &self,
        taken: impl IntoIterator<Item = &'a Self>,
    ) -> Result<Self, ExhibitRefError> {
        let of_this = |taken: &&'a Self| {
            (&taken.initials, taken.number) == (&self.initials, self.number)
                && taken.steps.starts_with(&self.steps)
        };
        let highest =
            taken.into_iter().filter(of_this).filter_map(|taken| taken.steps.get(self.steps.len())).max();
        let step = highest.map_or_else(|| Some(Letters::first()), Letters::next);
        let mut derived = self.clone();
        derived.steps.push(step.ok_or(ExhibitRefError::Derived)?);
        if derived.steps.len() > MOST_STEPS { Err(ExhibitRefError::Derived) } else { Ok(derived) }
    }
}

fn letters(text: &str) -> Option<Letters> {
    let fits =
        (1..=MOST_LETTERS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| Letters(text.to_ascii_uppercase()))
}

impl FromStr for ExhibitRef {
    type Err = ExhibitRefError;

    /// Reads a reference, in letters of either case.
    fn from_str(text: &str) -> Result<Self, ExhibitRefError> {
        let mut parts = text.trim().split('/');
        let initials = parts.next().and_then(letters).ok_or(ExhibitRefError::Initials)?.0;
        let digits = parts.next().ok_or(ExhibitRefError::Number)?;
        let number = Some(digits)
            .filter(|digits| digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .filter(|digits| !digits.starts_with('0'))
            .and_then(|digits| digits.parse().ok())
            .ok_or(ExhibitRefError::Number)?;
        let steps: Vec<Letters> =
            parts.map(letters).collect::<Option<_>>().ok_or(ExhibitRefError::Derived)?;
        if steps.len() > MOST_STEPS {
            return Err(ExhibitRefError::Derived);
        }
        Ok(Self { initials, number, steps })
    }
}

impl fmt::Display for ExhibitRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.initials, self.number)?;
        self.steps.iter().try_for_each(|step| write!(f, "/{}", step.0))
    }
}

impl Serialize for ExhibitRef {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ExhibitRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Exhibit, ExhibitFile, ExhibitRef, ExhibitRefError};
    use proptest::prelude::*;
    use seal::{Digest, ItemId};

    fn of(text: &str) -> ExhibitRef {
        text.parse().unwrap()
    }

    #[test]
    fn references_are_read_as_they_are_written_and_nothing_else_is_one() {
        for text in ["RP/1", "RP/1/A", "JJS/14", "RP/9999/ZZZZZ", "A/1/A/A/A/A/A/A/A/A"] {
            assert_eq!(of(text).to_string(), text);
        }
        assert_eq!(of(" rp/1/a ").to_string(), "RP/1/A");
        for (text, why) in [
            ("", ExhibitRefError::Initials),
            ("/1", ExhibitRefError::Initials),
            ("ABCDEF/1", ExhibitRefError::Initials),
            ("R P/1", ExhibitRefError::Initials),
            ("ÉB/1", ExhibitRefError::Initials),
            ("RP", ExhibitRefError::Number),
            ("RP/", ExhibitRefError::Number),
            ("RP/0", ExhibitRefError::Number),
            ("RP/01", ExhibitRefError::Number),
            ("RP/+1", ExhibitRefError::Number),
            ("RP/10000", ExhibitRefError::Number),
            ("RP/1/", ExhibitRefError::Derived),
            ("RP/1/1", ExhibitRefError::Derived),
            ("RP/1/A/A/A/A/A/A/A/A/A", ExhibitRefError::Derived),
        ] {
            assert_eq!(text.parse::<ExhibitRef>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn the_next_one_is_free() {
        let taken = ["RP/1", "RP/3", "RP/3/A", "RP/3/Z", "RP/3/A/C", "JS/7"].map(of);
        assert_eq!(ExhibitRef::next("rp", &taken), Ok(of("RP/4")));
        assert_eq!(ExhibitRef::next("ao", &taken), Ok(of("AO/1")));
        assert_eq!(of("RP/3").next_derived(&taken), Ok(of("RP/3/AA")));
        assert_eq!(of("RP/3/A").next_derived(&taken), Ok(of("RP/3/A/D")));
        assert_eq!(of("RP/1").next_derived(&taken), Ok(of("RP/1/A")));
        assert_eq!(ExhibitRef::next("", &taken), Err(ExhibitRefError::Initials));
        assert_eq!(ExhibitRef::next("RP", &[of("RP/9999")]), Err(ExhibitRefError::Number));
        assert_eq!(of("RP/1").next_derived(&[of("RP/1/ZZZZZ")]), Err(ExhibitRefError::Derived));
        assert_eq!(of("RP/3/A").parent(), Some(of("RP/3")));
        assert_eq!(of("RP/3").parent(), None);
    }

    #[test]
    fn they_are_sorted_as_a_person_sorts_them() {
        let mut list = ["RP/10", "RP/2/AA", "RP/2/Z", "RP/2", "AO/3"].map(of);
        list.sort();
        assert_eq!(
            list.map(|reference| reference.to_string()),
            ["AO/3", "RP/2", "RP/2/Z", "RP/2/AA", "RP/10"]
        );
    }

    fn reference() -> impl Strategy<Value = ExhibitRef> {
        ("[A-Z]{1,5}", 1_u16..=9999, prop::collection::vec("[A-Z]{1,5}", 0..=8)).prop_map(
            |(initials, number, steps)| {
                of(&std::iter::once(format!("{initials}/{number}"))
                    .chain(steps)
                    .collect::<Vec<_>>()
                    .join("/"))
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            reference in reference(), text in "\\PC{0,20}", item: [u8; 16], file: bool, replaces: Option<[u8; 16]>,
            withdrawn: bool,
        ) {
            let exhibit = Exhibit {
                schema: Exhibit::SCHEMA.to_owned(),
                reference,
                description: text.clone(),
                producer: text.clone(),
                device: text.clone(),
                held: text.clone(),
                file: file.then(|| ExhibitFile { item: ItemId::from_bytes(item), sha256: Digest::of(text.as_bytes()).to_hex() }),
                replaces: replaces.map(ItemId::from_bytes),
                withdrawn,
            };
            let json = serde_json::to_vec(&exhibit).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Exhibit>(&json).unwrap(), exhibit);
        }

        #[test]
        fn whatever_is_read_is_written_alike(text in "[A-Za-z0-9/ ]{0,16}") {
            if let Ok(reference) = text.parse::<ExhibitRef>() {
                prop_assert_eq!(reference.to_string(), text.trim().to_ascii_uppercase());
            }
        }
    }
}
