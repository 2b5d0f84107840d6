//! The formats, a module each: how one is recognised, and its parser.

use crate::format::Descriptor;

/// Every format's descriptors.
pub(crate) const ALL: &[&[Descriptor]] = &[];
