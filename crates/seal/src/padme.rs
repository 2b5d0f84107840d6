//! Padmé padding: lengths rounded up so that they tell little about the content.
//!
//! From "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs"
//! (Nikitin et al., PETS 2019), algorithm 1. A length keeps only as many significant bits as its
//! magnitude has binary digits: the overhead is at most 12 %, and falls with size.

/// The length that `length` bytes are padded to: the least padded length that is not smaller.
///
/// Saturates for lengths near [`u64::MAX`], which no file has.
pub const fn padded_len(length: u64) -> u64 {
    let step_mask = step_mask(length);
    match length.checked_add(step_mask) {
        Some(sum) => sum & !step_mask,
        None => u64::MAX,
    }
}

/// The least length that is padded to `padded`, or none when nothing is padded to it.
pub(crate) const fn least_padded_to(padded: u64) -> Option<u64> {
    if padded_len(padded) != padded {
        return None;
    }
    if padded < 2 {
        return Some(padded);
    }
    // The step below `padded` may be smaller than the step at it, never larger.
    Some(padded - step_mask(padded - 1))
}

/// One less than the distance between padded lengths around `length`.
const fn step_mask(length: u64) -> u64 {
    if length < 2 {
        return 0;
    }
    let magnitude = length.ilog2();
    let kept = magnitude.ilog2() + 1;
    (1 << (magnitude - kept)) - 1
}

#[cfg(test)]
mod tests {
    use super::{least_padded_to, padded_len};

    #[test]
    fn follows_the_published_algorithm() {
        // floor(log2) by repeated halving, as in the paper, against `ilog2`.
        fn reference(length: u64) -> u64 {
            if length < 2 {
                return length;
            }
            let halvings = |mut n: u64| std::iter::from_fn(|| (n > 1).then(|| n /= 2)).count();
            let magnitude = halvings(length);
            let kept = halvings(magnitude as u64) + 1;
            let mask = (1u64 << (magnitude - kept)) - 1;
            (length + mask) & !mask
        }
        for length in (0..100_000).chain((1 << 40)..(1 << 40) + 1000) {
            assert_eq!(padded_len(length), reference(length), "length {length}");
        }
    }

    #[test]
    fn the_least_length_is_the_least() {
        for padded in 0..20_000 {
            let least = (0..=padded).find(|length| padded_len(*length) == padded);
            assert_eq!(least_padded_to(padded), least, "padded {padded}");
        }
    }

    #[test]
    fn overhead_stays_under_twelve_percent() {
        for length in 1..200_000_u64 {
            let overhead = padded_len(length) - length;
            assert!(overhead * 100 <= length * 12, "length {length} gains {overhead}");
        }
    }

    #[test]
    fn no_length_overflows() {
        assert_eq!(padded_len(u64::MAX), u64::MAX);
        assert_eq!(padded_len(u64::MAX - 1), u64::MAX);
    }
}
