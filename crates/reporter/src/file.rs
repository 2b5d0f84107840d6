//! One file on its way: sealed piece by piece, never whole in memory.

use protocol::content::FileEntry;
use protocol::media;
use seal::rand_core::CryptoRng;
use seal::{EndedItem, FileMeta, Identity, ItemId, ItemSealer, Place, Recipient, ReportId};

use crate::{Error, SealedFile};

/// The longest file name that is taken, in characters. Longer ones are cut.
pub const MAX_NAME: usize = 255;

/// Seals one file.
pub struct FileSealer {
    sealer: ItemSealer,
    place: Place,
    meta: FileMeta,
}

impl FileSealer {
    /// Begins with a file of this name and media type. Its first bytes, [`media::HEAD`] of them or all there are,
    /// say whether it is media; they are still to be pushed.
    ///
    /// # Errors
    ///
    /// When the header cannot be sealed.
    pub fn new(
        report: ReportId,
        name: &str,
        media_type: &str,
        head: &[u8],
        to: &Recipient,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, Error> {
        let place = Place { report, item: ItemId::generate(rng), kind: media::kind_of(head) };
        let meta = FileMeta { name: plain_name(name), media_type: plain_type(media_type) };
        let sealer = ItemSealer::new(place, Some(&meta), to, rng)?;
        Ok(Self { sealer, place, meta })
    }

    /// How many sealed bytes a file of `size` bytes makes.
    ///
    /// # Errors
    ///
    /// When name and media type are too long to be sealed with it.
    pub fn sealed_len(&self, size: u64) -> Result<u64, Error> {
        Ok(ItemSealer::sealed_len(self.place, Some(&self.meta), size)?)
    }

    /// Seals the next piece and appends what is ready to `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        self.sealer.push(piece, out);
    }

    /// Ends the file. Its padding is still to be sealed.
    pub fn end(self) -> EndedFile {
        EndedFile { ended: self.sealer.end(), item: self.place.item, meta: self.meta }
    }
}

/// A file whose content has ended.
pub struct EndedFile {
    ended: EndedItem,
    item: ItemId,
    meta: FileMeta,
}

impl EndedFile {
    /// Seals at most `at_most` bytes of the padding. Answers whether there is more.
    pub fn pad(&mut self, at_most: u64, out: &mut Vec<u8>) -> bool {
        self.ended.pad(at_most, out)
    }

    /// Seals the rest, signs, and tells what the answers should say of the file. `upload` is filled
    /// in once it is known.
    pub fn finish(self, author: &Identity, out: &mut Vec<u8>) -> SealedFile {
        let (signed, facts) = self.ended.finish(author, out);
        let FileMeta { name, media_type } = self.meta;
        let (item, sha256) = (self.item, facts.sha256.to_hex());
        let entry = FileEntry { item, name, media_type, size: facts.size, sha256 };
        SealedFile { signed, upload: String::new(), entry }
    }
}

/// The last part of whatever path a browser sends, without control characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name }
}

fn plain_type(media_type: &str) -> String {
    let usable = media_type.len() <= 127
        && media_type.contains('/')
        && media_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if usable { media_type.to_owned() } else { "application/octet-stream".to_owned() }
}

#[cfg(test)]
mod tests {
    use seal::ItemKind;

    use super::*;

    #[test]
    fn the_beginning_and_not_the_name_says_what_is_media() {
        let mut rng = seal::rand_core::UnwrapErr(getrandom::SysRng);
        let author = Identity::generate(&mut rng);
        let report = ReportId::generate(&mut rng);
        for (content, kind) in [
            (&b"\x89PNG\r\n\x1a\n and a pattern"[..], ItemKind::Media),
            (b"10:02 Sam: is football on Saturday?", ItemKind::File),
        ] {
            let to = author.recipient();
            let mut sealer = FileSealer::new(report, "a.txt", "text/plain", content, to, &mut rng).unwrap();
            let mut out = Vec::new();
            sealer.push(content, &mut out);
            let mut ended = sealer.end();
            while ended.pad(512, &mut out) {}
            let made = ended.finish(&author, &mut out);
            assert_eq!(made.signed.header.kind, kind);
            let opened = seal::open_item(&made.signed, &out, &author).unwrap();
            assert_eq!(opened.content.as_slice(), content, "all of it is in there once");
        }
    }

    #[test]
    fn names_lose_their_path_and_what_cannot_be_shown() {
        assert_eq!(plain_name("C:\\Users\\me\\chat\u{7}.txt"), "chat.txt");
        assert_eq!(plain_name("/tmp/"), "file");
        assert_eq!(plain_name(&"x".repeat(300)).len(), MAX_NAME);
        assert_eq!(plain_type("text/plain"), "text/plain");
        assert_eq!(plain_type("text\n/plain"), "application/octet-stream");
    }
}
