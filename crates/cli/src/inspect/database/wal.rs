//! The write-ahead log that lies beside a database, put into a copy of it in memory: what was written last is often
//! there alone. As in "WAL Mode File Format" of SQLite's documentation.

/// The length of the log's header, and of that of each frame.
const HEADER: usize = 32;
const FRAME: usize = 24;
/// Where a database's first page says how it is journalled, how many pages there are, and which change that is of.
const JOURNALLED: std::ops::Range<usize> = 18..20;
const PAGES: std::ops::Range<usize> = 28..32;
const CHANGE: std::ops::Range<usize> = 24..28;
const VALID_FOR: std::ops::Range<usize> = 92..96;

/// What was in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    /// Pages of whole transactions, now in the copy.
    pub(super) pages: usize,
    /// Bytes behind those that are no whole transaction: of an earlier use of the log, or cut off.
    pub(super) rest: usize,
    /// How many pages of the database are not there, though it says so: its file was cut.
    pub(super) missing: usize,
}

/// Makes of a database and its log what a program sees that opens both. The database need have no log.
pub(super) fn apply(database: &mut Vec<u8>, log: Option<&[u8]>) -> Option<Applied> {
    let mut applied = match log {
        Some(log) => committed(database, log)?,
        None => Applied::default(),
    };
    // A copy in memory has no log: it is to be opened as if it were journalled the other way.
    if let Some(journalled) = database.get_mut(JOURNALLED) {
        journalled.fill(1);
    }
    let there = database.len() / page_size(database).unwrap_or(1).max(1);
    let stated =
        number(database, PAGES.start).and_then(|stated| usize::try_from(stated).ok()).unwrap_or_default();
    if stated > there {
        // SQLite refuses a file that is shorter than it says: with empty pages behind it, what is there can be read.
        applied.missing = stated - there;
        let padded = stated.min(there * 4 + 256);
        let page = page_size(database).unwrap_or_default();
        database.resize(padded * page, 0);
        resized(database, padded);
    }
    Some(applied)
}

/// Says in the first page how many pages there are, as of the last change.
fn resized(database: &mut [u8], pages: usize) {
    let change = database.get(CHANGE).and_then(|change| <[u8; 4]>::try_from(change).ok()).unwrap_or_default();
    let pages = u32::try_from(pages).unwrap_or(u32::MAX).to_be_bytes();
    for (place, value) in [(PAGES, pages), (VALID_FOR, change)] {
        if let Some(place) = database.get_mut(place) {
            place.copy_from_slice(&value);
        }
    }
}

/// Writes the pages of whole transactions; `None` if the log is none of this database.
fn committed(database: &mut Vec<u8>, log: &[u8]) -> Option<Applied> {
    if log.is_empty() {
        return Some(Applied::default());
    }
    let (header, frames) = log.split_at_checked(HEADER)?;
    let little = match number(header, 0)? {
        0x377f_0682 => true,
        0x377f_0683 => false,
        _ => return None,
    };
    let page = usize::try_from(number(header, 8)?).ok().filter(|page| (512..=65_536).contains(page))?;
    let sum = checksum(little, (0, 0), header.get(..24)?);
    if sum != (number(header, 24)?, number(header, 28)?) || page_size(database) != Some(page) {
        return None;
    }
    let (mut sum, mut whole, mut size) = (sum, 0, 0);
    for (count, frame) in (1..).zip(frames.chunks_exact(FRAME + page)) {
        sum = checksum(little, sum, frame.get(..8)?);
        sum = checksum(little, sum, frame.get(FRAME..)?);
        let of_this_use = frame.get(8..16) == header.get(16..24);
        if !of_this_use || sum != (number(frame, 16)?, number(frame, 20)?) {
            break;
        }
        if let commit @ 1.. = number(frame, 4)? {
            (whole, size) = (count, usize::try_from(commit).ok()?);
        }
    }
    let rest = frames.len() - whole * (FRAME + page);
    if whole == 0 {
        return Some(Applied { rest, ..Applied::default() });
    }
    // A size that the log itself makes impossible would have the copy fill the memory.
    let size = size.min(database.len() / page + whole);
    database.resize(size * page, 0);
    for frame in frames.chunks_exact(FRAME + page).take(whole) {
        let at = usize::try_from(number(frame, 0)?).ok()?.checked_sub(1)?.checked_mul(page)?;
        if let Some(place) = database.get_mut(at..at.saturating_add(page)) {
            place.copy_from_slice(frame.get(FRAME..)?);
        }
    }
    resized(database, size);
    Some(Applied { pages: whole, rest, missing: 0 })
}

fn page_size(database: &[u8]) -> Option<usize> {
    match u16::from_be_bytes(database.get(16..18)?.try_into().ok()?) {
        1 => Some(65_536),
        size => Some(usize::from(size)),
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn checksum(little: bool, mut sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |bytes: &[u8]| {
        let bytes: [u8; 4] = bytes.try_into().unwrap_or_default();
        if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }
    };
    for pair in bytes.chunks_exact(8) {
        let (first, second) = pair.split_at(4);
        sum.0 = sum.0.wrapping_add(word(first)).wrapping_add(sum.1);
        sum.1 = sum.1.wrapping_add(word(second)).wrapping_add(sum.0);
    }
    sum
}
