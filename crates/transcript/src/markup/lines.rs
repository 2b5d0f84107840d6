//! Which line a byte stands on.

use memchr::memchr_iter;

use crate::Window;

/// Counts line ends up to where it is asked; asked in the order of the bytes, it looks at each byte once. It must be told
/// of the bytes that do not come again ([`Lines::pass`]).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lines {
    upto: u64,
    ends: u64,
}

impl Lines {
    /// The line, counted from one, that the byte at `at` of the window stands on.
    pub(crate) fn line(&mut self, window: &Window<'_>, at: usize) -> u64 {
        self.pass(window, at);
        self.ends + 1
    }

    /// Counts up to `at`.
    pub(crate) fn pass(&mut self, window: &Window<'_>, at: usize) {
        let from = usize::try_from(self.upto.saturating_sub(window.base)).unwrap_or(usize::MAX);
        if let Some(passed) = window.bytes.get(from..at) {
            self.ends += memchr_iter(b'\n', passed).count() as u64;
            self.upto = window.base + at as u64;
        }
    }
}
