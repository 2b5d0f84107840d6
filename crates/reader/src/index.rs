//! All texts of a source in one folded piece, to be searched in a single pass.

use memchr::memmem;

use crate::fold::fold_into;

/// Ends a message. No folded text and no folded search holds it.
const END: u8 = b'\n';
/// Parts a message's text from the names of its files.
const PART: u8 = 0x1f;

/// Folded texts, one behind the other.
#[derive(Debug)]
pub(crate) struct Index {
    text: Vec<u8>,
    /// Where each message begins, and where the last ends.
    starts: Vec<u32>,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { text: Vec::new(), starts: vec![0] }
    }

    /// The next message. Beyond 4 GiB of text messages are not found; a source is far smaller.
    pub(crate) fn add<'a>(&mut self, text: &str, files: impl Iterator<Item = &'a str>) {
        if self.text.len() < u32::MAX as usize - text.len() {
            fold_into(text, &mut self.text);
            for name in files {
                self.text.push(PART);
                fold_into(name, &mut self.text);
            }
        }
        self.text.push(END);
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Calls `hit` with a message's number for every time that `needle`, folded already, stands in it.
    pub(crate) fn search(&self, needle: &[u8], mut hit: impl FnMut(usize)) {
        if needle.is_empty() {
            return;
        }
        let ends = self.starts.get(1..).unwrap_or_default();
        let mut message = 0;
        for at in memmem::Finder::new(needle).find_iter(&self.text) {
            let over = |number: usize| ends.get(number).is_some_and(|&end| end as usize <= at);
            // Hits that lie close are a few steps away, others a leap.
            for _ in 0..8 {
                message += usize::from(over(message));
            }
            if over(message) {
                let rest = ends.get(message..).unwrap_or_default();
                message += rest.partition_point(|&end| end as usize <= at);
            }
            hit(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Index;
    use proptest::prelude::*;

    fn index(texts: &[String]) -> Index {
        let mut index = Index::new();
        for text in texts {
            index.add(text, std::iter::empty());
        }
        index
    }

    #[test]
    fn names_of_files_are_found_and_do_not_run_into_the_text() {
        let mut index = Index::new();
        index.add("rain", ["bow.jpg"].into_iter());
        let count = |needle: &[u8]| {
            let mut count = 0;
            index.search(needle, |_| count += 1);
            count
        };
        assert_eq!((count(b"bow"), count(b"rain"), count(b"rainbow")), (1, 1, 0));
    }

    proptest! {
        #[test]
        fn every_hit_is_in_its_message(texts in prop::collection::vec("[ab]{0,3}", 0..60), needle in "[ab]{1,2}") {
            let mut found = vec![0_usize; texts.len()];
            index(&texts).search(needle.as_bytes(), |message| found[message] += 1);
            let expected: Vec<usize> = texts.iter().map(|text| text.matches(&needle).count()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
