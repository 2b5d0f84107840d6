//! The operating system's random numbers, in the shapes that are asked for.

use getrandom::SysRng;
use seal::rand_core::UnwrapErr;

use crate::error::{Error, Result};

/// The operating system's generator, for the pure crates.
///
/// It panics where the system has no randomness to give: there is nothing safe to do then.
pub(super) fn system() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Random bytes.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}
