//! Made-up chats of any size, the same for the same seed: for measurements and property tests. Football, homework and
//! the weather.

pub mod pair;
mod telegram;
mod whatsapp;

pub use telegram::telegram;
pub use whatsapp::{WhatsappStyle, whatsapp};

/// A generated source and what is in it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The source's bytes.
    pub bytes: Vec<u8>,
    /// How many messages it holds, those of the service included.
    pub messages: u64,
}

/// Random numbers from a seed: `SplitMix64`. Not for secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers that begin the same for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, or nought.
    pub const fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.any() % bound }
    }

    /// One of `choices`.
    pub fn of<'a>(&mut self, choices: &'a [&'a str]) -> &'a str {
        let place = usize::try_from(self.below(choices.len() as u64)).unwrap_or_default();
        choices.get(place).copied().unwrap_or_default()
    }
}

/// Words of the chats.
pub(crate) const WORDS: &[&str] = &[
    "rain", "training", "on", "Sunday", "the", "ball", "homework", "maths", "is", "it", "cold", "today",
    "we", "won", "goal", "boots", "and", "a", "coach", "says", "at", "ten", "see", "you", "there", "yes",
    "no", "maybe", "bring", "water", "page", "forty", "two", "wind", "sun", "snow", "pitch", "match", "late",
    "early", "bus", "again",
];

/// Signs of joy.
pub(crate) const EMOJI: &[&str] = &["⚽", "🌧️", "☀️", "😀", "👍🏽", "👩‍🚀", "❄️", "📚"];
