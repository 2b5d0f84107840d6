//! The operating system's random numbers, in the shape that the pure crates ask for.

use getrandom::SysRng;
use seal::rand_core::UnwrapErr;

/// The operating system's generator.
///
/// It panics where the system has no randomness to give: there is nothing safe to do then.
pub(crate) fn system() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
