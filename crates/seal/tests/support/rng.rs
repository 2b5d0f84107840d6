//! Randomness that is not random: the same bytes on every machine, for vectors and tests.

use std::convert::Infallible;

use seal::Digest;
use seal::rand_core::{TryCryptoRng, TryRng};

/// SHA-256(seed ‖ 0), SHA-256(seed ‖ 1), …, the counter as eight bytes, little endian.
#[derive(Clone, Debug)]
pub(crate) struct CountingRng {
    seed: Vec<u8>,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl CountingRng {
    /// The stream of a seed.
    pub(crate) fn new(seed: impl AsRef<[u8]>) -> Self {
        Self { seed: seed.as_ref().to_vec(), counter: 0, block: [0; 32], used: 32 }
    }

    fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let input = [self.seed.as_slice(), &self.counter.to_le_bytes()].concat();
            self.block = *Digest::of(input).as_bytes();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

impl TryRng for CountingRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(std::array::from_fn(|_| self.byte())))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(std::array::from_fn(|_| self.byte())))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill_with(|| self.byte());
        Ok(())
    }
}

impl TryCryptoRng for CountingRng {}
