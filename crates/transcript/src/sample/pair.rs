//! One made-up conversation, written as several exporters would write it.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::{EMOJI, Random, WORDS};

/// How many accounts take part.
pub const ACCOUNTS: usize = 5;

/// What was said, before anybody exported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Who, below [`ACCOUNTS`].
    pub who: usize,
    /// What.
    pub what: What,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Words.
    Text(String),
    /// A picture.
    Photo,
    /// A line of the service.
    Service,
}

/// How a conversation is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exporter {
    /// WhatsApp on Android, British: local times to the minute.
    WhatsappAndroid,
    /// WhatsApp on Android, American: local times to the minute, the month first.
    WhatsappUs,
    /// WhatsApp on an iPhone: local times to the second.
    WhatsappIos,
    /// Telegram Desktop: points in time to the second.
    Telegram,
    /// A table in UTC, the newest first, without pictures and lines of the service; the exporting account is "You".
    Table,
}

/// All exporters.
pub const EXPORTERS: [Exporter; 5] = [
    Exporter::WhatsappAndroid,
    Exporter::WhatsappUs,
    Exporter::WhatsappIos,
    Exporter::Telegram,
    Exporter::Table,
];

const WHATSAPP: [&str; ACCOUNTS] = ["Alice", "Bob", "Chloé Martin", "\u{202a}+44 7700 900123\u{202c}", "Dan"];
const TELEGRAM: [&str; ACCOUNTS] = ["Alice A.", "bob the keeper", "Chloé", "Erin", "Dan Football"];
const TABLE: [&str; ACCOUNTS] = ["You", "Bob", "C. Martin", "erin_5550123", "Dan"];

/// A conversation of so many messages from `start` on (seconds since 1970): mostly close together, with nights between.
pub fn conversation(messages: usize, start: i64, seed: u64) -> Vec<Said> {
    let mut random = Random::new(seed);
    let mut at = start;
    let mut said = Vec::with_capacity(messages);
    for _ in 0..messages {
        at += match random.below(40) {
            0 => 20_000 + seconds(random.below(40_000)),
            1..5 => 600 + seconds(random.below(3_000)),
            5..9 => 0,
            _ => seconds(random.below(120)),
        };
        let who = usize::try_from(random.below(ACCOUNTS as u64)).unwrap_or_default();
        let what = match random.below(60) {
            0 => What::Service,
            1..4 => What::Photo,
            _ => What::Text(words(&mut random)),
        };
        said.push(Said { at, who, what });
    }
    said
}

fn seconds(number: u64) -> i64 {
    number.cast_signed()
}

/// Something to say: one word often, thirteen at most, now and then in several lines.
pub fn words(random: &mut Random) -> String {
    let mut text = String::new();
    for number in 0..=random.below(13) {
        if number > 0 {
            text.push_str(if random.below(40) == 0 { "\n" } else { " " });
        }
        text.push_str(random.of(WORDS));
    }
    if random.below(12) == 0 {
        text.push(' ');
        text.push_str(random.of(EMOJI));
    }
    text
}

/// The conversation as this exporter writes it, on a device in this zone.
pub fn export(said: &[Said], exporter: Exporter, zone: &TimeZone) -> Vec<u8> {
    let mut out = String::new();
    match exporter {
        Exporter::Telegram => telegram(said, zone, &mut out),
        Exporter::Table => table(said, &mut out),
        _ => said.iter().for_each(|said| whatsapp(said, exporter, zone, &mut out)),
    }
    out.into_bytes()
}

fn whatsapp(said: &Said, exporter: Exporter, zone: &TimeZone, out: &mut String) {
    let at = Timestamp::from_second(said.at).unwrap_or_default().to_zoned(zone.clone());
    let name = WHATSAPP.get(said.who).copied().unwrap_or_default();
    let (pattern, end) = match exporter {
        Exporter::WhatsappUs => ("%-m/%-d/%y, %-I:%M\u{202f}%p - ", "\n"),
        Exporter::WhatsappIos => ("[%d/%m/%Y, %H:%M:%S] ", "\r\n"),
        _ => ("%d/%m/%Y, %H:%M - ", "\n"),
    };
    // Writing to memory does not fail.
    let _ = write!(out, "{}", at.strftime(pattern));
    let ios = exporter == Exporter::WhatsappIos;
    let _ = match (&said.what, ios) {
        (What::Text(text), _) => write!(out, "{name}: {text}{end}"),
        (What::Photo, true) => write!(out, "{name}: \u{200e}image omitted{end}"),
        (What::Photo, false) => write!(out, "{name}: <Media omitted>{end}"),
        (What::Service, true) => write!(out, "{name}: \u{200e}{name} left{end}"),
        (What::Service, false) => write!(out, "{name} left{end}"),
    };
}

fn telegram(said: &[Said], zone: &TimeZone, out: &mut String) {
    out.push_str("{\n \"name\": \"Sunday football\",\n \"type\": \"private_group\",\n \"id\": 5550100,\n \"messages\": [");
    for (id, said) in said.iter().enumerate() {
        let local = Timestamp::from_second(said.at).unwrap_or_default().to_zoned(zone.clone());
        let (name, service) =
            (TELEGRAM.get(said.who).copied().unwrap_or_default(), said.what == What::Service);
        let (sort, label) = if service { ("service", "actor") } else { ("message", "from") };
        let _ = write!(
            out,
            "{}\n  {{\n   \"id\": {},\n   \"type\": \"{sort}\",\n   \"date\": \"{}\",\n   \"date_unixtime\": \"{}\",\n   \
             \"{label}\": \"{name}\",\n   \"{label}_id\": \"user555010{}\",\n",
            if id == 0 { "" } else { "," },
            id + 1,
            local.strftime("%Y-%m-%dT%H:%M:%S"),
            said.at,
            said.who,
        );
        let text = match &said.what {
            What::Text(text) => text.replace('\n', "\\n"),
            What::Photo => {
                let _ = write!(
                    out,
                    "   \"photo\": \"photos/photo_{id}.jpg\",\n   \"width\": 1280,\n   \"height\": 960,\n"
                );
                String::new()
            }
            What::Service => {
                out.push_str("   \"action\": \"pin_message\",\n   \"message_id\": 1,\n");
                String::new()
            }
        };
        let _ = write!(out, "   \"text\": \"{text}\",\n   \"text_entities\": [");
        if text.is_empty() {
            out.push_str("]\n  }");
        } else {
            let _ = write!(
                out,
                "\n    {{\n     \"type\": \"plain\",\n     \"text\": \"{text}\"\n    }}\n   ]\n  }}"
            );
        }
    }
    out.push_str("\n ]\n}");
}

fn table(said: &[Said], out: &mut String) {
    out.push_str("When,Who,What\r\n");
    for said in said.iter().rev() {
        let What::Text(text) = &said.what else { continue };
        let at = Offset::UTC.to_datetime(Timestamp::from_second(said.at).unwrap_or_default());
        let name = TABLE.get(said.who).copied().unwrap_or_default();
        let _ = write!(out, "{}Z,{name},\"{text}\"\r\n", at.strftime("%Y-%m-%dT%H:%M:%S"));
    }
}
