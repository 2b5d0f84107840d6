//! The formats, a module each: how one is recognised, and its parser.

mod csv;
mod discord;
mod google;
mod imessage_db;
mod imessage_html;
mod imessage_text;
mod kit;
mod line;
mod mail;
mod messenger_old;
mod meta;
mod meta_html;
mod signal_jsonl;
mod signal_text;
mod skype;
mod sms_backup;
mod snapchat;
mod telegram_html;
mod telegram_json;
mod tiktok_json;
mod tiktok_text;
mod wechat;
mod whatsapp;
mod x_archive;

use crate::format::Descriptor;

pub use csv::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, csv_mapped};

/// Every format's descriptors.
pub(crate) const ALL: &[&[Descriptor]] = &[
    csv::DESCRIPTORS,
    discord::DESCRIPTORS,
    google::DESCRIPTORS,
    imessage_db::DESCRIPTORS,
    imessage_html::DESCRIPTORS,
    imessage_text::DESCRIPTORS,
    line::DESCRIPTORS,
    mail::DESCRIPTORS,
    meta::DESCRIPTORS,
    signal_text::DESCRIPTORS,
    meta_html::DESCRIPTORS,
    messenger_old::DESCRIPTORS,
    sms_backup::DESCRIPTORS,
    telegram_html::DESCRIPTORS,
    snapchat::DESCRIPTORS,
    wechat::DESCRIPTORS,
    signal_jsonl::DESCRIPTORS,
    skype::DESCRIPTORS,
    telegram_json::DESCRIPTORS,
    tiktok_json::DESCRIPTORS,
    tiktok_text::DESCRIPTORS,
    whatsapp::DESCRIPTORS,
    x_archive::DESCRIPTORS,
];
