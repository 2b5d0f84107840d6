//! Saving a file that a reporter handed over: opened piece by piece, under a name that cannot do harm.

use seal::{ContentFacts, Identity, ItemOpener, SignedHeader};

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
        Ok(Self { opener, listed, arrived: 0, size: signed.header.size })
    }

    /// How many sealed bytes have arrived, and how many there are.
    pub fn progress(&self) -> (u64, u64) {
        (self.arrived, self.size)
    }

    /// Opens the next piece and returns the plaintext that it completes.
    ///
    /// # Errors
    /// [`Error::Item`] if the piece was altered.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let mut plain = Vec::with_capacity(sealed.len());
        self.opener.push(sealed, &mut plain).map_err(Error::Item)?;
        self.arrived += sealed.len() as u64;
        Ok(plain)
    }

    /// Ends the file, makes every check that needs all of it and returns the last of the plaintext.
    ///
    /// # Errors
    /// [`Error::Item`] if it is not what was sealed and signed, or not whole; [`Error::NotAsListed`].
    pub fn finish(self) -> Result<(ContentFacts, Vec<u8>), Error> {
        let mut last = Vec::new();
        let facts = self.opener.finish(&mut last).map_err(Error::Item)?;
        if self.listed.is_some_and(|listed| listed != facts.sha256.to_hex()) {
            return Err(Error::NotAsListed);
        }
        Ok((facts, last))
    }
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
