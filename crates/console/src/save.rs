//! Saving a file that a reporter handed over: opened piece by piece, under a name that cannot do harm.

use protocol::media;
use seal::{ContentFacts, Identity, ItemKind, ItemOpener, SignedHeader};

use crate::Error;
use crate::open::FileRow;

/// Endings that no ordinary computer runs or renders on opening.
const PLAIN_ENDINGS: [&str; 5] = ["txt", "csv", "json", "log", "zip"];

/// The ending of a file that could be anything.
const UNKNOWN_ENDING: &str = "bin";

/// The name to save the file at `place` under. Nothing of the reporter's name is kept but an ending
/// from a short list, because a name can deceive and an ending decides what opens the file.
pub fn neutral_name(reference: &str, place: usize, original: Option<&str>) -> String {
    let ending = original
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .and_then(|ending| PLAIN_ENDINGS.into_iter().find(|plain| *plain == ending))
        .unwrap_or(UNKNOWN_ENDING);
    format!("RP-{reference}-{place}.{ending}")
}

/// A file being opened while it arrives.
///
/// What [`Saving::push`] returns must not be used for anything until [`Saving::finish`] has said that
/// the whole file is what was sealed.
pub struct Saving {
    opener: ItemOpener,
    listed: Option<String>,
    arrived: u64,
    size: u64,
    /// Plaintext of a plain file that is held back until its beginning has said that it is no media.
    begun: Option<Vec<u8>>,
}

impl Saving {
    /// Begins with the file's signed header.
    ///
    /// # Errors
    /// [`Error::Item`] if the header's signature does not hold.
    pub fn begin(row: &FileRow, report: &Identity) -> Result<Self, Error> {
        let signed: &SignedHeader = &row.item.signed;
        let opener = ItemOpener::new(signed, report).map_err(Error::Item)?;
        let listed = row.listed.as_ref().map(|entry| entry.sha256.to_ascii_lowercase());
        // What is in quarantine already was let out on purpose.
        let watched = signed.header.kind == ItemKind::File && row.held.is_none();
        let begun = watched.then(Vec::new);
        Ok(Self { opener, listed, arrived: 0, size: signed.header.size, begun })
    }

    /// How many sealed bytes have arrived, and how many there are.
    pub fn progress(&self) -> (u64, u64) {
        (self.arrived, self.size)
    }

    /// Opens the next piece and returns the plaintext that it completes.
    ///
    /// # Errors
    /// [`Error::Item`] if the piece was altered; [`Error::IsMedia`] if what was handed over as a plain file belongs into
    /// quarantine.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let mut plain = Vec::with_capacity(sealed.len());
        self.opener.push(sealed, &mut plain).map_err(Error::Item)?;
        self.arrived += sealed.len() as u64;
        passed(&mut self.begun, plain, false)
    }

    /// Ends the file, makes every check that needs all of it and returns the last of the plaintext.
    ///
    /// # Errors
    /// [`Error::Item`] if it is not what was sealed and signed, or not whole; [`Error::NotAsListed`];
    /// [`Error::IsMedia`].
    pub fn finish(mut self) -> Result<(ContentFacts, Vec<u8>), Error> {
        let mut last = Vec::new();
        let facts = self.opener.finish(&mut last).map_err(Error::Item)?;
        if self.listed.is_some_and(|listed| listed != facts.sha256.to_hex()) {
            return Err(Error::NotAsListed);
        }
        Ok((facts, passed(&mut self.begun, last, true)?))
    }
}

/// What can be handed on of a file's plaintext: nothing until enough of its beginning is there to tell what it is.
fn passed(begun: &mut Option<Vec<u8>>, mut plain: Vec<u8>, ended: bool) -> Result<Vec<u8>, Error> {
    let Some(head) = begun else { return Ok(plain) };
    head.append(&mut plain);
    if head.len() < media::HEAD && !ended {
        return Ok(Vec::new());
    }
    let head = begun.take().unwrap_or_default();
    if media::kind_of(&head) == ItemKind::Media { Err(Error::IsMedia) } else { Ok(head) }
}

#[cfg(test)]
mod tests {
    use protocol::receipt::ItemView;
    use seal::rand_core::UnwrapErr;

    use super::{Saving, neutral_name};
    use crate::Error;
    use crate::fixtures::World;
    use crate::open::FileRow;

    fn rng() -> UnwrapErr<getrandom::SysRng> {
        UnwrapErr(getrandom::SysRng)
    }

    /// Feeds the sealed bytes in pieces of `step` bytes and returns the plaintext.
    fn saved(world: &World, row: &FileRow, step: usize) -> Result<Vec<u8>, Error> {
        let mut saving = Saving::begin(row, &world.report)?;
        let mut plain = Vec::new();
        for piece in row.item.body.as_ref().unwrap().0.chunks(step) {
            plain.extend(saving.push(piece)?);
        }
        assert_eq!(saving.progress().0, saving.progress().1);
        let (_, last) = saving.finish()?;
        plain.extend(last);
        Ok(plain)
    }

    fn handed_over(world: &World, content: &[u8]) -> FileRow {
        let (item, entry) = world.file("weather.txt", content, &mut rng());
        FileRow { place: 1, item, listed: Some(entry), held: None }
    }

    #[test]
    fn a_file_opens_in_pieces_of_any_size() {
        let world = World::new(&mut rng());
        let content: Vec<u8> = (0..200_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let row = handed_over(&world, &content);
        for step in [1_000, 65_552, 1_000_000] {
            assert!(saved(&world, &row, step).unwrap() == content, "pieces of {step} bytes");
        }
    }

    #[test]
    fn a_picture_that_was_handed_over_as_a_plain_file_goes_no_further() {
        use protocol::quarantine::{HeldItem, Hold};
        let world = World::new(&mut rng());
        for length in [40, 1_023, 1_024, 100_000] {
            let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
            picture.resize(length, 0);
            let mut row = handed_over(&world, &picture);
            for step in [7, 1_000, 65_552] {
                let step = if length > 2_000 { step.max(1_000) } else { step };
                assert!(matches!(saved(&world, &row, step), Err(Error::IsMedia)), "{length} by {step}");
            }
            let item = row.item.signed.header.item;
            row.held = Some(HeldItem { item, hold: Hold::Released, until: None });
            assert!(saved(&world, &row, 1_000).unwrap() == picture, "what was let out is let out");
        }
    }

    #[test]
    fn a_file_cut_short_is_not_saved() {
        let world = World::new(&mut rng());
        let row = handed_over(&world, &vec![7; 100_000]);
        let mut saving = Saving::begin(&row, &world.report).unwrap();
        let ItemView { body, .. } = &row.item;
        let body = &body.as_ref().unwrap().0;
        saving.push(&body[..body.len() - 20_000]).unwrap();
        assert!(matches!(saving.finish(), Err(Error::Item(_))));
    }

    #[test]
    fn a_file_that_the_answers_do_not_list_so_is_not_saved() {
        let world = World::new(&mut rng());
        let mut row = handed_over(&world, b"Rain from the west.");
        row.listed.as_mut().unwrap().sha256 = "00".repeat(32);
        assert!(matches!(saved(&world, &row, 1_000), Err(Error::NotAsListed)));
    }

    #[test]
    fn a_name_keeps_only_an_ending_that_does_no_harm() {
        for (original, name) in [
            (Some("chat.TXT"), "RP-0000-0000-3.txt"),
            (Some("archive.tar.zip"), "RP-0000-0000-3.zip"),
            (Some("holiday.exe"), "RP-0000-0000-3.bin"),
            (Some("page.html"), "RP-0000-0000-3.bin"),
            (Some("txt"), "RP-0000-0000-3.bin"),
            (Some("\u{202E}txt.exe"), "RP-0000-0000-3.bin"),
            (None, "RP-0000-0000-3.bin"),
        ] {
            assert_eq!(neutral_name("0000-0000", 3, original), name);
        }
    }
}
