//! The part of the support that fuzz targets need, which have fewer dependencies.

#![allow(dead_code, reason = "each target uses the part it needs")]

pub(crate) mod fuzz;
mod rng;

use rng::CountingRng;
