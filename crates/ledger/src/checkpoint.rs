//! Checkpoints (C2SP `tlog-checkpoint`): a log's name, its size and its root, signed.

use crate::note::{KeyType, Note, SignatureLine, Signed, SigningKey, VerifierKey};
use crate::{Error, Hash, text};

const WHAT: &str = "a checkpoint";

fn malformed(why: &'static str) -> Error {
    Error::Text { what: WHAT, why }
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] when the origin is no line of its own or the size is over [`crate::MAX_SIZE`];
    /// [`Error::EmptyRoot`] when the size is 0 and the root another than that of the empty tree.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, Error> {
        let made = Self::parse(&format!("{origin}\n{size}\n{root}\n"))?;
        made.check_empty()?;
        if made.origin == origin { Ok(made) } else { Err(malformed("its origin holds a newline")) }
    }

    /// Reads the text of a checkpoint's note, in its only spelling. The root of an empty log is not
    /// checked here but by [`SignedCheckpoint::verify`]: a witness has an answer of its own to a wrong one.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] for what is malformed.
    pub fn parse(note: &str) -> Result<Self, Error> {
        let mut lines = text::lines(WHAT, note)?;
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(malformed("it has fewer than three lines"));
        };
        if origin.is_empty() {
            return Err(malformed("its origin is empty"));
        }
        let extensions: Vec<_> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(malformed("it has an empty line"));
        }
        let size = text::decimal("the size in a checkpoint", size)?;
        let root = Hash::from_bytes(text::array_from_base64("the root in a checkpoint", root)?);
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }

    /// That the empty log has the empty tree's root.
    pub(crate) fn check_empty(&self) -> Result<(), Error> {
        if self.size == 0 && self.root != Hash::empty() {
            return Err(Error::EmptyRoot { found: self.root });
        }
        Ok(())
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree of that size.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Lines after the third, whose meaning is the log's own.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// A checkpoint and its signature lines as received; well-formed, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint.
    ///
    /// # Errors
    ///
    /// As [`Note::parse`] and [`Checkpoint::parse`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_note(Note::parse(bytes)?)
    }

    fn from_note(note: Note) -> Result<Self, Error> {
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// Signs a checkpoint with the log's key, whose name is the origin.
    ///
    /// # Errors
    ///
    /// [`Error::Origin`] when the key has another name, [`Error::KeyPurpose`] when it is a cosigner's.
    pub fn sign(checkpoint: &Checkpoint, key: &SigningKey) -> Result<Self, Error> {
        check_origin(checkpoint, key.verifier())?;
        let text = checkpoint.text();
        let line = key.sign(&text)?;
        Self::from_note(Note::new(&text, &[line])?)
    }

    /// What it says. Not to be believed before [`SignedCheckpoint::verify`].
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The bytes as received.
    pub fn as_str(&self) -> &str {
        self.note.as_str()
    }

    /// The same checkpoint with more signature lines, such as a witness answered with.
    ///
    /// # Errors
    ///
    /// [`Error::NoteLength`], [`Error::TooManySignatures`].
    pub fn with_lines(&self, lines: &[SignatureLine]) -> Result<Self, Error> {
        Self::from_note(self.note.with_lines(lines)?)
    }

    /// Checks the log's signature and those of the witnesses that are known. Keys among `witnesses` that are
    /// not for cosignatures are left out: nobody witnesses by signing as a log.
    ///
    /// # Errors
    ///
    /// [`Error::Origin`] when the key is of another log, [`Error::KeyPurpose`] when it is a cosigner's.
    /// [`Error::NotSignedBy`] when the log did not sign.
    /// [`Error::Signature`] when a line with the name and id of one of these keys is not its signature.
    /// [`Error::EmptyRoot`] when the size is 0 and the root another than that of the empty tree.
    pub fn verify(&self, log: &VerifierKey, witnesses: &[VerifierKey]) -> Result<VerifiedCheckpoint, Error> {
        check_origin(&self.checkpoint, log)?;
        if log.key_type() != KeyType::Ed25519 {
            return Err(Error::KeyPurpose { name: log.name().to_owned() });
        }
        let mut keys = vec![log.clone()];
        keys.extend(witnesses.iter().filter(|key| key.key_type() == KeyType::Cosignature).cloned());
        let not_signed = || Error::NotSignedBy { name: log.name().to_owned() };
        let signed = match self.note.verify(&keys) {
            Err(Error::NotSigned) => return Err(not_signed()),
            signed => signed?,
        };
        let (by_log, cosigned): (Vec<_>, Vec<_>) =
            signed.into_iter().partition(|signed| signed.name == log.name() && signed.id == log.id());
        if by_log.is_empty() {
            return Err(not_signed());
        }
        self.checkpoint.check_empty()?;
        Ok(VerifiedCheckpoint { checkpoint: self.checkpoint.clone(), cosigned })
    }
}

fn check_origin(checkpoint: &Checkpoint, key: &VerifierKey) -> Result<(), Error> {
    if checkpoint.origin == key.name() {
        return Ok(());
    }
    Err(Error::Origin { expected: key.name().to_owned(), found: checkpoint.origin.clone() })
}

/// A checkpoint that its log has signed; only [`SignedCheckpoint::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    cosigned: Vec<Signed>,
}

impl VerifiedCheckpoint {
    /// What it says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The known witnesses that have cosigned it, each once.
    pub fn cosigned(&self) -> &[Signed] {
        &self.cosigned
    }
}
