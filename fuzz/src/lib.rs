//! What the targets share: which format to read, in which pieces, and how much memory that may take.

use std::sync::LazyLock;

use peak_alloc::PeakAlloc;
use transcript::{Format, Parser, Timeline, checked};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a reader may take beyond eight times its input: tables that do not grow with it.
const TABLES: usize = 64 << 10;

/// The one format to read, by its name in `safehand inspect --format`, so that a run can be one format's alone.
static ALONE: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("FORMAT").ok());

/// Reads the input as each of the formats.
pub fn read(formats: &[Format], input: &[u8]) {
    for &format in formats {
        let Some(descriptor) = format.descriptor().filter(|_| wanted(format)) else { continue };
        read_with(descriptor.parser, input);
    }
}

/// Whether this format is to be read in this run.
pub fn wanted(format: Format) -> bool {
    ALONE
        .as_ref()
        .is_none_or(|alone| serde_json::to_value(format).is_ok_and(|name| name.as_str() == Some(alone)))
}

/// Reads the input whole and in pieces (see [`checked`]), and as a timeline in bounded memory.
///
/// # Panics
///
/// If bytes are unaccounted for, pieces make a difference, or the timeline takes over eight times the input.
pub fn read_with(make: impl Fn() -> Box<dyn Parser>, input: &[u8]) {
    checked::read_with(&make, input, piece(input));
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let timeline = Timeline::read(&mut *make(), input);
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken <= 8 * input.len() + TABLES, "{taken} bytes of memory for {} of input", input.len());
    drop(timeline);
}

/// Every size from one byte on for what is short; for what is long, not so many pieces that a run takes long.
fn piece(input: &[u8]) -> usize {
    let drawn = usize::from(input.first().copied().unwrap_or_default()) + 1;
    drawn.max(input.len() / 48)
}
