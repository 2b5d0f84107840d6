//! The formats, a module each: how one is recognised, and its parser.

mod csv;
mod imessage_text;
mod sms_backup;
mod whatsapp;

use crate::format::Descriptor;

pub use csv::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, csv_mapped};

/// Every format's descriptors.
pub(crate) const ALL: &[&[Descriptor]] = &[
    csv::DESCRIPTORS,
    imessage_text::DESCRIPTORS,
    sms_backup::DESCRIPTORS,
    whatsapp::DESCRIPTORS,
];
