//! What each fuzz target does with its input. Used by the targets in `fuzz/` and, over their
//! corpora, by `tests/corpus.rs`.

use seal::age::{self, FileKey, Opener};
use seal::{
    Digest, Error, Identity, ItemHeader, ItemId, ItemKind, ItemOpener, Phrase, PhraseError, ReportId,
    RequestProof, Seed, SignedHeader, open_item,
};

/// A file from a stranger: opened whole and in pieces, by identity and by file key, with one outcome.
pub(crate) fn age_decrypt(file: &[u8]) {
    let identity = Identity::from_seed(Seed::from_bytes([1; 32]));
    let key = FileKey::from_bytes(b"YELLOW SUBMARINE");
    let whole = age::decrypt(file, &identity).map(|it| it.to_vec());
    same_in_pieces(|| Opener::new(&identity), &whole, file);
    let whole = age::decrypt_with_file_key(file, &key).map(|it| it.to_vec());
    same_in_pieces(|| Opener::with_file_key(&key), &whole, file);
}

fn same_in_pieces(opener: impl Fn() -> Opener, whole: &Result<Vec<u8>, Error>, file: &[u8]) {
    for piece in [1, 777] {
        let mut opener = opener();
        let mut plaintext = Vec::new();
        let outcome = file.chunks(piece).try_for_each(|piece| opener.push(piece, &mut plaintext));
        let outcome = outcome.and_then(|()| opener.finish(&mut plaintext)).map(|()| plaintext);
        assert_eq!(&outcome, whole, "in pieces of {piece}");
    }
}

/// The plaintext of an item from a stranger who knows whom to seal to: sealed here, then opened
/// whole and as a stream, with one outcome.
pub(crate) fn item_open(frame: &[u8]) {
    let identity = Identity::from_seed(Seed::from_bytes([1; 32]));
    let mut rng = super::CountingRng::new("fuzz");
    let to = std::slice::from_ref(identity.recipient());
    let Ok(bytes) = age::encrypt(to, frame, &mut rng) else { return };
    let header = ItemHeader {
        report: ReportId::from_bytes([1; 16]),
        item: ItemId::from_bytes([2; 16]),
        kind: ItemKind::File,
        author: None,
        size: bytes.len() as u64,
        sha256: Digest::of(&bytes),
    };
    let signed = SignedHeader { header, signature: None };
    let whole = open_item(&signed, &bytes, &identity).map(|opened| opened.content.to_vec());
    let mut content = Vec::new();
    let streamed = ItemOpener::new(&signed, &identity).and_then(|mut opener| {
        bytes.chunks(100).try_for_each(|piece| opener.push(piece, &mut content))?;
        opener.finish(&mut content).map(|_| ())
    });
    assert_eq!(streamed.map(|()| content), whole);
}

/// A typed phrase: what is read is written as it is read again.
pub(crate) fn phrase_parse(typed: &[u8]) {
    let Ok(typed) = std::str::from_utf8(typed) else { return };
    match Phrase::parse(typed) {
        Ok(phrase) => {
            let again = Phrase::parse(&phrase.to_string()).map(|again| again.words());
            assert_eq!(again.as_ref(), Ok(&phrase.words()));
        }
        Err(PhraseError::Word { ref suggestions, .. }) => assert!(suggestions.len() <= 3),
        Err(_) => {}
    }
}

/// An `Authorization` header: what is read is written as it was.
pub(crate) fn request_proof_parse(value: &[u8]) {
    let Ok(value) = std::str::from_utf8(value) else { return };
    if let Ok(proof) = value.parse::<RequestProof>() {
        let written = proof.to_string();
        let (scheme, rest) = value.split_at(seal::request::SCHEME.len());
        assert!(scheme.eq_ignore_ascii_case(seal::request::SCHEME));
        assert!(written.ends_with(rest));
    }
}
