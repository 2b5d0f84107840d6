//! How people and desks are named.

/// The longest sign-in name, in characters.
const MAX_LOGIN: usize = 64;
/// The longest name of a person or a desk, in characters.
const MAX_NAME: usize = 100;
/// The longest short name of a desk, in characters.
const MAX_SLUG: usize = 40;

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A sign-in name has other characters, or too many or too few.
    #[error("A sign-in name has 2 to 64 characters: letters a to z, digits and . _ - @.")]
    Login,
    /// A name is empty, too long or not printable.
    #[error("A name has 1 to 100 printable characters.")]
    Name,
    /// A desk's short name has other characters, or too many.
    #[error("A desk's short name has 1 to 40 characters: letters a to z, digits and hyphens inside.")]
    Slug,
}

/// A sign-in name as it is compared: without spaces around it, in small letters.
pub(super) fn fold_login(login: &str) -> String {
    login.trim().to_ascii_lowercase()
}

/// A sign-in name for a new member.
pub(super) fn login(text: &str) -> Result<String, NameError> {
    let login = fold_login(text);
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c);
    let fits = (2..=MAX_LOGIN).contains(&login.len()) && login.chars().all(known);
    if fits { Ok(login) } else { Err(NameError::Login) }
}

/// A name as colleagues read it.
pub(super) fn name(text: &str) -> Result<String, NameError> {
    let name = text.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(NameError::Name) }
}

/// A desk's short name in URLs.
pub(super) fn slug(text: &str) -> Result<String, NameError> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (1..=MAX_SLUG).contains(&text.len())
        && text.chars().all(known)
        && !text.starts_with('-')
        && !text.ends_with('-');
    if fits { Ok(text.to_owned()) } else { Err(NameError::Slug) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_at_their_limits_and_not_beyond() {
        assert_eq!(login(" A.Okafor "), Ok("a.okafor".to_owned()));
        assert!(login(&"a".repeat(MAX_LOGIN)).is_ok());
        for bad in ["", "a", "a b", "é.okafor", "a/b", &"a".repeat(MAX_LOGIN + 1)] {
            assert_eq!(login(bad), Err(NameError::Login), "{bad}");
        }
        assert_eq!(name(" Ada Okafor "), Ok("Ada Okafor".to_owned()));
        assert!(name(&"é".repeat(MAX_NAME)).is_ok());
        for bad in ["", "  ", "a\nb", &"é".repeat(MAX_NAME + 1)] {
            assert_eq!(name(bad), Err(NameError::Name), "{bad}");
        }
        assert_eq!(slug("bay-police-2"), Ok("bay-police-2".to_owned()));
        for bad in ["", "-a", "a-", "A", "a b", "é", &"a".repeat(MAX_SLUG + 1)] {
            assert_eq!(slug(bad), Err(NameError::Slug), "{bad}");
        }
    }
}
