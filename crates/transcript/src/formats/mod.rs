//! The formats, a module each: how one is recognised, and its parser.

mod imessage_text;
mod #[doc(hidden)]
pub mod checked;
pub mod encoding;;
mod pub mod encoding;;
mod crates/transcript/src/lib.rs;
mod csv;
mod whatsapp;

use crate::format::Descriptor;

pub use csv::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, csv_mapped};

/// Every format's descriptors.
pub(crate) const ALL: &[&[Descriptor]] = &[
    whatsapp::DESCRIPTORS,
    crates/transcript/src/lib.rs::DESCRIPTORS,
    pub mod encoding;::DESCRIPTORS,
    #[doc(hidden)]
pub mod checked;
pub mod encoding;::DESCRIPTORS,
    imessage_text::DESCRIPTORS,
    csv::DESCRIPTORS,
];
