//! What must hold for any bytes: for the fuzzers, and for the tests that play their corpora.

use std::io::Cursor;

use crate::hashlist::{Algorithm, Builder, HashList};
use crate::metadata::{Context, Examination, HELD_MAX, Report, Step, examine_whole};

/// Examines bytes as a file, at once and by parts.
///
/// # Panics
/// Where the two differ, a place lies outside of the file, or more is asked for than may be held.
pub fn examine(bytes: &[u8]) -> Report {
    let whole = examine_whole(bytes, Context::default());
    let size = bytes.len() as u64;
    for field in &whole.fields {
        let [from, to] = field.bytes;
        assert!(from <= to && to <= size, "outside of the file: {field:?}");
    }
    let mut examination = Examination::new(size, Context::default());
    let mut asked = 0;
    loop {
        match examination.step() {
            Step::Done(parts) => {
                assert_eq!(whole, *parts, "by parts it says something else");
                return whole;
            }
            Step::Need(range) => {
                asked += range.end - range.start;
                assert!(asked <= HELD_MAX.max(size), "more is asked for than may be held");
                let ends = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
                let part = ends.and_then(|(from, to)| bytes.get(from..to)).unwrap_or_default();
                assert_eq!(examination.supply(range.start, part), Ok(()), "what is asked for is taken");
            }
        }
    }
}

/// Imports bytes as a list, stores it and reads it again; and reads the bytes as a stored list.
///
/// # Panics
/// Where a stored list is another one when it is read again.
pub fn hashlist(bytes: &[u8]) {
    for bare in [Algorithm::Sha256, Algorithm::Pdq] {
        let mut builder = Builder::default();
        // What cannot be read to its end is a list too, as far as it goes.
        let _ = builder.import(Cursor::new(bytes), bare);
        let list = builder.finish([0; 32]);
        let stored = list.to_bytes();
        let again = HashList::from_bytes(&stored).map(|again| again.to_bytes());
        assert_eq!(again.as_ref(), Ok(&stored), "a stored list is the same list");
    }
    if let Ok(list) = HashList::from_bytes(bytes) {
        list.may_hold(&crate::hashlist::Digest::Md5([7; 16]));
        list.near(&crate::pdq::Hash([7; 32]), 31);
    }
}
