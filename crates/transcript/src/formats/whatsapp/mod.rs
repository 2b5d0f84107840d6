//! WhatsApp's "Export chat": the text file, of Android and of iOS, in any language.
//!
//! The format has no specification. What a message's first line looks like depends on the phone's system, language
//! and region; a name may hold what ends a name, a text what begins a message. The first pass therefore gathers
//! evidence over the whole file ([`survey`]), the second reads by it.

mod authors;
mod body;
mod calendar;
mod cursor;
mod halves;
mod header;
mod months;
mod order;
mod people;
mod quick;
mod reader;
mod survey;
mod usual;
mod warnings;
mod words;

use crate::format::{Certainty, Descriptor, Format};
use header::Family;

/// What this module reads.
pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::Whatsapp,
    name: "WhatsApp, exported chat",
    streams: true,
    kept: "author, time as written and as read, text, multi-line texts, captions, names of attached files, notes of \
           media left out, edited and deleted messages, calls, polls, places, contacts, what the service wrote",
    not_kept: "reactions, replies, read marks and forwards are not in the export, nor what was edited or deleted; it \
               stops at about 40,000 messages, or 10,000 with media, without saying so; no time zone is written",
    recognise,
    parser: || Box::new(reader::Reader::default()),
}];

/// So many lines may stand before the first message.
const LINES_BEFORE: usize = 40;

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = head.split(|&byte| byte == b'\n').take(LINES_BEFORE).enumerate();
    let (number, header) = lines.find_map(|(number, line)| Some((number, header::read(line)?)))?;
    let (what, own) = match header.style.family {
        Family::Dash => ("date, time and \" - \"", true),
        Family::Bracket => {
            ("date and time in square brackets", header.style.seconds && !header.style.time_first)
        }
        Family::Colon => ("date, time and a colon", false),
    };
    let certainty = if own && number == 0 { Certainty::Marked } else { Certainty::Shape };
    Some((certainty, format!("line {} begins with {what}, as WhatsApp's exported chats do", number + 1)))
}
