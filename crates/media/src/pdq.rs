//! PDQ, a perceptual hash of 256 bits: pictures that look alike have hashes of which few bits differ.
//!
//! After the reference implementation in C++ (`facebook/ThreatExchange`, `pdq/cpp`), operation by operation in single
//! precision, so that hashes are equal bit by bit; `tests/vectors/pdq` holds hashes that it computed. The reference's
//! command line tool first shrinks pictures of more than 512 pixels to 512 × 512 by leaving out pixels; its library,
//! the bindings for Python and this crate do not. Hashes of both kinds differ by a few bits at most.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Up to this Hamming distance two pictures are taken for the same, as the authors of PDQ recommend.
pub const THRESHOLD: u32 = 31;
/// Below this quality a picture has too little in it for its hash to say anything, as the authors recommend.
pub const QUALITY_MIN: u8 = 50;
/// The narrowest picture that is hashed.
pub const SIDE_MIN: usize = 5;
/// The most pixels that are hashed; the caller shrinks what is larger. The working memory is 4 bytes a pixel.
pub const PIXELS_MAX: usize = 100_000_000;

const SIDE: usize = 64;
const TERMS: usize = 16;
/// Rounds of the tent filter.
const ROUNDS: usize = 2;
/// So many columns are filtered at a time, for the sake of the processor's cache.
const STRIP: usize = 16;

/// A hash of 256 bits. Written as 64 hexadecimal digits, as in the reference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// How many bits differ.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(one, other)| (one ^ other).count_ones()).sum()
    }

    /// Whether two pictures with these hashes are taken for the same: a distance of at most [`THRESHOLD`].
    pub fn matches(&self, other: &Self) -> bool {
        self.distance(other) <= THRESHOLD
    }

    fn set(&mut self, bit: usize) {
        if let Some(byte) = self.0.get_mut(31 - bit / 8) {
            *byte |= 1 << (bit % 8);
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = PdqError;

    fn try_from(written: String) -> Result<Self, PdqError> {
        written.parse()
    }
}

impl FromStr for Hash {
    type Err = PdqError;

    fn from_str(written: &str) -> Result<Self, PdqError> {
        crate::hex::decode(written).map(Self).ok_or(PdqError::NotAHash)
    }
}

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdqError {
    /// A side is shorter than [`SIDE_MIN`].
    #[error(
        "a picture of {width} × {height} pixels is too small to be hashed; {SIDE_MIN} × {SIDE_MIN} is the least"
    )]
    TooSmall {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
    },
    /// More than [`PIXELS_MAX`].
    #[error("a picture of {width} × {height} pixels is too large to be hashed as it is; shrink it first")]
    TooLarge {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
    },
    /// There are not as many samples as the size needs.
    #[error("{found} samples were given, and {needed} are needed for the stated size")]
    Samples {
        /// How many there are.
        found: usize,
        /// How many there should be.
        needed: usize,
    },
    /// Not 64 hexadecimal digits.
    #[error("a PDQ hash has 64 hexadecimal digits")]
    NotAHash,
}

/// A decoded picture, row by row from the top left, eight bits a sample.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'p> {
    width: usize,
    height: usize,
    samples: Samples<'p>,
}

/// The samples of a picture.
#[derive(Clone, Copy, Debug)]
pub enum Samples<'p> {
    /// Lightness alone.
    Grey(&'p [u8]),
    /// Red, green, blue.
    Rgb(&'p [u8]),
    /// Red, green, blue, opacity, as a browser's canvas has them. Opacity is not looked at.
    Rgba(&'p [u8]),
}

impl<'p> Picture<'p> {
    /// A picture whose size and samples fit together.
    ///
    /// # Errors
    /// [`PdqError::TooSmall`], [`PdqError::TooLarge`] and [`PdqError::Samples`].
    pub fn new(width: usize, height: usize, samples: Samples<'p>) -> Result<Self, PdqError> {
        let (found, each) = match samples {
            Samples::Grey(samples) => (samples.len(), 1),
            Samples::Rgb(samples) => (samples.len(), 3),
            Samples::Rgba(samples) => (samples.len(), 4),
        };
        if width < SIDE_MIN || height < SIDE_MIN {
            return Err(PdqError::TooSmall { width, height });
        }
        match width.checked_mul(height) {
            Some(pixels) if pixels <= PIXELS_MAX => {
                let needed = pixels * each;
                if found == needed {
                    Ok(Self { width, height, samples })
                } else {
                    Err(PdqError::Samples { found, needed })
                }
            }
            _ => Err(PdqError::TooLarge { width, height }),
        }
    }

    fn luma(&self) -> Vec<f32> {
        let of = |pixel: &[u8]| match *pixel {
            [red, green, blue, ..] => {
                0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
            }
            _ => 0.0,
        };
        match self.samples {
            Samples::Grey(samples) => samples.iter().map(|&sample| f32::from(sample)).collect(),
            Samples::Rgb(samples) => samples.chunks_exact(3).map(of).collect(),
            Samples::Rgba(samples) => samples.chunks_exact(4).map(of).collect(),
        }
    }
}

/// A picture's hash, and how much is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pdq {
    /// The hash.
    pub hash: Hash,
    /// From 0 (flat) to 100. Below [`QUALITY_MIN`] the hash says nothing.
    pub quality: u8,
}

/// The hashes of a picture and of its seven rotations and mirror images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dihedral {
    /// As it is.
    pub original: Hash,
    /// Turned by 90 degrees anticlockwise.
    pub rotated_90: Hash,
    /// Turned by 180 degrees.
    pub rotated_180: Hash,
    /// Turned by 270 degrees anticlockwise.
    pub rotated_270: Hash,
    /// Upside down, mirrored.
    pub flipped_x: Hash,
    /// Mirrored left to right.
    pub flipped_y: Hash,
    /// Mirrored along the diagonal from the top left.
    pub flipped_plus: Hash,
    /// Mirrored along the other diagonal.
    pub flipped_minus: Hash,
    /// From 0 (flat) to 100.
    pub quality: u8,
}

impl Dihedral {
    /// All eight.
    pub fn all(&self) -> [Hash; 8] {
        let Self {
            original,
            rotated_90,
            rotated_180,
            rotated_270,
            flipped_x,
            flipped_y,
            flipped_plus,
            flipped_minus,
            ..
        } = *self;
        [original, rotated_90, rotated_180, rotated_270, flipped_x, flipped_y, flipped_plus, flipped_minus]
    }
}

/// Hashes a picture.
pub fn hash(picture: &Picture<'_>) -> Pdq {
    let (terms, quality) = transform(picture, true);
    Pdq { hash: bits(&terms), quality }
}

/// Hashes a picture and its rotations and mirror images, for little more than the price of one hash.
pub fn dihedral(picture: &Picture<'_>) -> Dihedral {
    // As in the reference, a picture of 64 × 64 is filtered here too.
    let (terms, quality) = transform(picture, false);
    let odd = |number: usize| number % 2 == 1;
    let of = |transposed: bool, kept: &dyn Fn(usize, usize) -> bool| {
        let mut turned = [[0.0; TERMS]; TERMS];
        for (row, values) in terms.iter().enumerate() {
            for (column, &value) in values.iter().enumerate() {
                let value = if kept(row, column) { value } else { -value };
                let (to, at) = if transposed { (column, row) } else { (row, column) };
                if let Some(slot) = turned.get_mut(to).and_then(|row| row.get_mut(at)) {
                    *slot = value;
                }
            }
        }
        bits(&turned)
    };
    Dihedral {
        original: bits(&terms),
        rotated_90: of(true, &|_, column| odd(column)),
        rotated_180: of(false, &|row, column| !odd(row + column)),
        rotated_270: of(true, &|row, _| odd(row)),
        flipped_x: of(false, &|row, _| odd(row)),
        flipped_y: of(false, &|_, column| odd(column)),
        flipped_plus: of(true, &|_, _| true),
        flipped_minus: of(true, &|row, column| !odd(row + column)),
        quality,
    }
}

type Small = [[f32; SIDE]; SIDE];
type Terms = [[f32; TERMS]; TERMS];

fn transform(picture: &Picture<'_>, as_is: bool) -> (Terms, u8) {
    let (width, height) = (picture.width, picture.height);
    let mut luma = picture.luma();
    if !(as_is && width == SIDE && height == SIDE) {
        for _ in 0..ROUNDS {
            filter_rows(&mut luma, width, window(width));
            filter_columns(&mut luma, width, height, window(height));
        }
    }
    let mut small: Small = [[0.0; SIDE]; SIDE];
    for (number, row) in small.iter_mut().enumerate() {
        let y = centre(number, height);
        for (number, slot) in row.iter_mut().enumerate() {
            *slot = luma.get(y * width + centre(number, width)).copied().unwrap_or_default();
        }
    }
    (cosines(&small), quality(&small))
}

/// The pixel in the middle of one of 64 parts: (part + ½) · length / 64, rounded down.
const fn centre(part: usize, length: usize) -> usize {
    (2 * part + 1) * length / (2 * SIDE)
}

/// The width of the box filter for a side of this length.
const fn window(length: usize) -> usize {
    length.div_ceil(2 * SIDE)
}

fn filter_rows(luma: &mut [f32], width: usize, window: usize) {
    let mut line = vec![[0.0; 1]; width];
    for row in luma.chunks_exact_mut(width) {
        for (slot, &value) in line.iter_mut().zip(row.iter()) {
            *slot = [value];
        }
        box_filter(&line, window, |place, [value]| {
            if let Some(slot) = row.get_mut(place) {
                *slot = value;
            }
        });
    }
}

fn filter_columns(luma: &mut [f32], width: usize, height: usize, window: usize) {
    let mut line = vec![[0.0; STRIP]; height];
    for begins in (0..width).step_by(STRIP) {
        let columns = STRIP.min(width - begins);
        for (values, row) in line.iter_mut().zip(luma.chunks_exact(width)) {
            for (slot, &value) in values.iter_mut().zip(row.iter().skip(begins)) {
                *slot = value;
            }
        }
        box_filter(&line, window, |place, values| {
            let begins = place * width + begins;
            if let Some(to) = luma.get_mut(begins..begins + columns)
                && let Some(from) = values.get(..columns)
            {
                to.copy_from_slice(from);
            }
        });
    }
}

/// The mean of the window around each place, the window cut at both ends. Several lines at once, each with the very
/// additions of the reference in their order.
fn box_filter<const LINES: usize>(
    line: &[[f32; LINES]],
    window: usize,
    mut write: impl FnMut(usize, [f32; LINES]),
) {
    let half = usize::midpoint(window, 2);
    let mut sum = [0.0_f32; LINES];
    let add = |sum: &mut [f32; LINES], at: usize| {
        for (sum, value) in sum.iter_mut().zip(line.get(at).unwrap_or(&[0.0; LINES])) {
            *sum += value;
        }
    };
    let subtract = |sum: &mut [f32; LINES], at: usize| {
        for (sum, value) in sum.iter_mut().zip(line.get(at).unwrap_or(&[0.0; LINES])) {
            *sum -= value;
        }
    };
    let mut size = 0_u16;
    let (mut left, mut right, mut out) = (0, 0, 0);
    for _ in 1..half {
        add(&mut sum, right);
        size += 1;
        right += 1;
    }
    for _ in 0..=window - half {
        add(&mut sum, right);
        size += 1;
        write(out, sum.map(|sum| sum / f32::from(size)));
        right += 1;
        out += 1;
    }
    for _ in window..line.len() {
        add(&mut sum, right);
        subtract(&mut sum, left);
        write(out, sum.map(|sum| sum / f32::from(size)));
        left += 1;
        right += 1;
        out += 1;
    }
    for _ in 1..half {
        subtract(&mut sum, left);
        size -= 1;
        write(out, sum.map(|sum| sum / f32::from(size)));
        left += 1;
        out += 1;
    }
}

/// How much changes from pixel to pixel: small changes do not count.
fn quality(small: &Small) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the reference rounds towards nought here, and so do we"
    )]
    let step = |one: f32, other: f32| u32::from(((one - other) * 100.0 / 255.0).abs() as u16);
    let mut sum = 0;
    for (row, next) in small.iter().zip(small.iter().skip(1)) {
        sum += row.iter().zip(next).map(|(&one, &other)| step(one, other)).sum::<u32>();
    }
    for row in small {
        sum += row.iter().zip(row.iter().skip(1)).map(|(&one, &other)| step(one, other)).sum::<u32>();
    }
    u8::try_from(sum / 90).unwrap_or(u8::MAX).min(100)
}

/// The terms 1 to 16 in both directions of the discrete cosine transform.
fn cosines(small: &Small) -> Terms {
    let matrix = matrix();
    let mut half = [[0.0_f32; SIDE]; TERMS];
    for (row, factors) in half.iter_mut().zip(&matrix) {
        for (column, slot) in row.iter_mut().enumerate() {
            for (factor, values) in factors.iter().zip(small) {
                *slot += factor * values.get(column).copied().unwrap_or_default();
            }
        }
    }
    let mut terms = [[0.0_f32; TERMS]; TERMS];
    for (row, values) in terms.iter_mut().zip(&half) {
        for (slot, factors) in row.iter_mut().zip(&matrix) {
            for (value, factor) in values.iter().zip(factors) {
                *slot += value * factor;
            }
        }
    }
    terms
}

fn matrix() -> [[f32; SIDE]; TERMS] {
    let number = |number: usize| u32::try_from(number).map_or(0.0, f64::from);
    #[expect(clippy::cast_possible_truncation, reason = "single precision, as in the reference")]
    let scale = f64::from((2.0 / number(SIDE)).sqrt() as f32);
    let mut matrix = [[0.0; SIDE]; TERMS];
    for (row, values) in matrix.iter_mut().enumerate() {
        for (column, slot) in values.iter_mut().enumerate() {
            let angle =
                (std::f64::consts::FRAC_PI_2 / number(SIDE)) * number(row + 1) * number(2 * column + 1);
            #[expect(clippy::cast_possible_truncation, reason = "single precision, as in the reference")]
            let value = (scale * angle.cos()) as f32;
            *slot = value;
        }
    }
    matrix
}

/// A bit for each term: whether it is greater than the median.
fn bits(terms: &Terms) -> Hash {
    let median = median(terms.as_flattened());
    let mut hash = Hash::default();
    for (bit, &term) in terms.as_flattened().iter().enumerate() {
        if term > median {
            hash.set(bit);
        }
    }
    hash
}

/// The lower of the two middle values: what Torben's method, which the reference uses, ends in.
fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    sorted.get((sorted.len() - 1) / 2).copied().unwrap_or_default()
}
