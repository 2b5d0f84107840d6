//! Text forms, strict: a value has exactly one spelling, and nothing else is read.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::Error;

/// The largest size of a tree and, less one, the largest index: what a signed 64-bit column holds.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// A number from 0 to [`MAX_SIZE`]: digits only, no leading zero.
pub(crate) fn decimal(what: &'static str, text: &str) -> Result<u64, Error> {
    let why = if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        "it is not a number written in digits alone"
    } else if text.len() > 1 && text.starts_with('0') {
        "it has a leading zero"
    } else {
        match text.parse() {
            Ok(number) if number <= MAX_SIZE => return Ok(number),
            _ => "it is larger than 2^63 - 1",
        }
    };
    Err(Error::Text { what, why })
}

/// Standard base64 with padding (RFC 4648 §4); bits that carry nothing must be zero.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads what [`base64`] writes.
pub(crate) fn from_base64(what: &'static str, text: &str) -> Result<Vec<u8>, Error> {
    STANDARD.decode(text).map_err(|_| Error::Text { what, why: "it is not base64 with padding" })
}

/// Reads exactly `N` bytes of standard base64.
pub(crate) fn array_from_base64<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N], Error> {
    from_base64(what, text)?.try_into().map_err(|_| Error::Text { what, why: "it has the wrong length" })
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads exactly `N` bytes of base64url without padding.
pub(crate) fn array_from_base64url<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N], Error> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Error::Text { what, why: "it is not base64url without padding" })?
        .try_into()
        .map_err(|_| Error::Text { what, why: "it has the wrong length" })
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads exactly `N` bytes of lower-case hexadecimal.
pub(crate) fn array_from_hex<const N: usize>(what: &'static str, text: &[u8]) -> Result<[u8; N], Error> {
    if text.len() != 2 * N {
        return Err(Error::Text { what, why: "it has the wrong length" });
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        *byte = match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => high << 4 | low,
            _ => return Err(Error::Text { what, why: "it is not lower-case hexadecimal" }),
        };
    }
    Ok(bytes)
}

/// The lines of a text in which every line, the last too, ends in a newline.
pub(crate) fn lines<'t>(what: &'static str, text: &'t str) -> Result<std::str::Split<'t, char>, Error> {
    text.strip_suffix('\n')
        .map(|text| text.split('\n'))
        .ok_or(Error::Text { what, why: "its last line does not end in a newline" })
}

/// A public value of fixed length, written as base64url: as ids and digests are everywhere else.
macro_rules! public_bytes {
    ($(#[$doc:meta])* $name:ident, $length:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            #[doc = concat!("Length in bytes: ", stringify!($length), ".")]
            pub const LEN: usize = $length;

            /// Takes the bytes as they are.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&crate::text::base64url(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                crate::text::array_from_base64url($what, text).map(Self)
            }
        }
    };
}

pub(crate) use public_bytes;
