//! Hash lists of the desk, sealed to it: their names, and what is in them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::quarantine::{HashKind, HashList, HashListId};
use seal::rand_core::CryptoRng;
use seal::{Digest, Identity, age};
use zeroize::Zeroizing;

use crate::Error;

/// The longest name of a list, in characters: sealed, it stays below what the server takes.
pub const MAX_NAME: usize = 200;

/// A list, sealed and on its way to the server.
#[derive(Debug)]
pub struct Sealed {
    /// Its id.
    pub list: HashListId,
    /// Its sealed name, as the header carries it.
    pub name: String,
    /// Its sealed bytes.
    pub bytes: Vec<u8>,
}

/// Seals a list and its name to the desk.
///
/// # Errors
/// [`Error::Seal`].
pub fn seal(
    name: &str,
    stored: &[u8],
    desk: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Sealed, Error> {
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let to = std::slice::from_ref(desk.recipient());
    let name = age::encrypt(to, name.as_bytes(), rng).map_err(Error::Seal)?;
    let bytes = age::encrypt(to, stored, rng).map_err(Error::Seal)?;
    Ok(Sealed { list: HashListId::from_bytes(id), name: URL_SAFE_NO_PAD.encode(name), bytes })
}

/// Opens the name of a list.
///
/// # Errors
/// [`Error::HashList`] where it is not sealed to this desk; [`Error::HashListName`] where it is no text.
pub fn open_name(list: &HashList, desk: &Identity) -> Result<String, Error> {
    let name = age::decrypt(list.name.as_slice(), desk).map_err(Error::HashList)?;
    String::from_utf8(name.to_vec()).map_err(|_| Error::HashListName)
}

/// Opens what is in a list.
///
/// # Errors
/// [`Error::HashListAltered`] where the bytes are not those that the server speaks of; [`Error::HashList`] where they are
/// not sealed to this desk.
pub fn open(list: &HashList, sealed: &[u8], desk: &Identity) -> Result<Zeroizing<Vec<u8>>, Error> {
    if Digest::of(sealed) != list.sha256 {
        return Err(Error::HashListAltered);
    }
    age::decrypt(sealed, desk).map_err(Error::HashList)
}

/// The kind of hash that a word stands for.
pub fn kind(word: &str) -> Option<HashKind> {
    HashKind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

/// What a kind of hash is called.
pub fn kind_words(word: &str) -> &'static str {
    match kind(word) {
        Some(HashKind::Sha256) => "its SHA-256 is in the list",
        Some(HashKind::Sha1) => "its SHA-1 is in the list",
        Some(HashKind::Md5) => "its MD5 is in the list",
        Some(HashKind::Pdq) => "it looks like a picture whose hash is in the list",
        None => "it is in the list",
    }
}

#[cfg(test)]
mod tests {
    use protocol::MemberId;
    use protocol::quarantine::{HashKind, HashList};
    use seal::rand_core::UnwrapErr;
    use seal::{Digest, Identity};

    use super::{MAX_NAME, kind, open, open_name, seal};
    use crate::Error;
    use crate::fixtures::World;

    fn sealed_to(desk: &Identity, name: &str) -> (HashList, Vec<u8>) {
        let sealed = seal(name, b"list", desk, &mut UnwrapErr(getrandom::SysRng)).unwrap();
        let list = HashList {
            list: sealed.list,
            name: {
                use base64::Engine as _;
                let name = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(sealed.name).unwrap();
                assert!(name.len() <= protocol::quarantine::MAX_SEALED_NAME);
                name.into()
            },
            size: sealed.bytes.len() as u64,
            sha256: Digest::of(&sealed.bytes),
            by: MemberId::from_bytes([1; 16]),
            at: 0,
        };
        (list, sealed.bytes)
    }

    #[test]
    fn a_list_opens_for_its_desk_and_nobody_else() {
        let mut rng = UnwrapErr(getrandom::SysRng);
        let (world, other) = (World::new(&mut rng), World::new(&mut rng));
        let name = "🌦".repeat(MAX_NAME);
        let (list, bytes) = sealed_to(&world.desk, &name);
        assert_eq!(open_name(&list, &world.desk).unwrap(), name);
        assert_eq!(open(&list, &bytes, &world.desk).unwrap().as_slice(), b"list");
        assert!(matches!(open_name(&list, &other.desk), Err(Error::HashList(_))));
        assert!(matches!(open(&list, &bytes, &other.desk), Err(Error::HashList(_))));
    }

    #[test]
    fn a_list_that_was_exchanged_is_not_opened() {
        let world = World::new(&mut UnwrapErr(getrandom::SysRng));
        let (list, _) = sealed_to(&world.desk, "Patterns");
        let (_, exchanged) = sealed_to(&world.desk, "Patterns");
        assert!(matches!(open(&list, &exchanged, &world.desk), Err(Error::HashListAltered)));
    }

    #[test]
    fn every_word_of_the_examiner_is_a_kind() {
        let words = ["sha256", "sha1", "md5", "pdq"];
        assert_eq!(words.map(|word| kind(word).unwrap()), HashKind::ALL);
        assert_eq!(kind("crc32"), None);
    }
}
