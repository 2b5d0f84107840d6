//! What most messages do not have, as bytes.

use std::borrow::Cow;

use super::bytes::{Bytes, put, put_text};
use crate::output::Interned;
use crate::{Attachment, Detail, Edited, Extras, ParticipantId, Reaction, Span};

/// A detail's name that is longer than this many bytes is kept once for all messages: a table's heading may be long, and
/// its rows short.
const NAME_HERE: usize = 16;

/// Names of details, by number.
pub(super) type Names = Interned<String>;

/// Writes which of some things there are, one bit each, the first lowest.
fn put_which<const N: usize>(out: &mut Vec<u8>, which: [bool; N]) {
    let bits = which.iter().rev().fold(0, |bits, &is| bits << 1 | u8::from(is));
    out.push(bits);
}

fn put_some(out: &mut Vec<u8>, text: Option<&str>) {
    if let Some(text) = text {
        put_text(out, text);
    }
}

/// What [`put_which`] wrote.
#[derive(Clone, Copy)]
struct Which(u8);

impl Which {
    const fn has(self, number: u8) -> bool {
        self.0 >> number & 1 == 1
    }

    fn text(self, number: u8, read: &mut Bytes<'_>) -> Option<String> {
        self.has(number).then(|| read.text().to_owned())
    }
}

pub(super) fn write(extras: &Extras, names: &mut Names, out: &mut Vec<u8>) {
    let Extras { id, reply_to, edited, attachments, reactions, details } = extras;
    let edited_at = edited.as_ref().and_then(|edited| edited.at.as_deref());
    put_which(
        out,
        [
            id.is_some(),
            reply_to.is_some(),
            edited.is_some(),
            edited_at.is_some(),
            !attachments.is_empty(),
            !reactions.is_empty(),
            !details.is_empty(),
        ],
    );
    for text in [id.as_deref(), reply_to.as_deref(), edited_at] {
        put_some(out, text);
    }
    if !attachments.is_empty() {
        put(out, attachments.len() as u64);
        for attachment in attachments {
            write_attachment(attachment, out);
        }
    }
    if !reactions.is_empty() {
        put(out, reactions.len() as u64);
        for reaction in reactions {
            write_reaction(reaction, out);
        }
    }
    if !details.is_empty() {
        put(out, details.len() as u64);
        for Detail { name, value } in details {
            if name.len() > NAME_HERE {
                put(out, u64::from(names.number(name.clone().into_owned())) << 1 | 1);
            } else {
                put(out, (name.len() as u64) << 1);
                out.extend_from_slice(name.as_bytes());
            }
            put_text(out, value);
        }
    }
}

fn write_attachment(attachment: &Attachment, out: &mut Vec<u8>) {
    let Attachment { name, sort, size, left_out, embedded } = attachment;
    let which = [name.is_some(), sort.is_some(), left_out.is_some(), size.is_some(), embedded.is_some()];
    put_which(out, which);
    for text in [name, sort, left_out] {
        put_some(out, text.as_deref());
    }
    if let &Some(size) = size {
        put(out, size);
    }
    if let Some(at) = embedded {
        put(out, at.start());
        put(out, at.len());
    }
}

fn write_reaction(Reaction { reaction, by, count }: &Reaction, out: &mut Vec<u8>) {
    put_which(out, [by.is_some(), count.is_some()]);
    put_text(out, reaction);
    if let &Some(by) = by {
        put(out, u64::from(by.0));
    }
    if let &Some(count) = count {
        put(out, count);
    }
}

pub(super) fn read(read: &mut Bytes<'_>, names: &Names) -> Extras {
    let which = Which(read.byte());
    let mut extras = Extras { id: which.text(0, read), reply_to: which.text(1, read), ..Extras::default() };
    extras.edited = which.has(2).then(|| Edited { at: which.text(3, read) });
    if which.has(4) {
        extras.attachments = (0..read.number()).map(|_| read_attachment(read)).collect();
    }
    if which.has(5) {
        extras.reactions = (0..read.number()).map(|_| read_reaction(read)).collect();
    }
    if which.has(6) {
        extras.details = (0..read.number()).map(|_| read_detail(read, names)).collect();
    }
    extras
}

fn read_attachment(read: &mut Bytes<'_>) -> Attachment {
    let which = Which(read.byte());
    Attachment {
        name: which.text(0, read),
        sort: which.text(1, read),
        left_out: which.text(2, read),
        size: which.has(3).then(|| read.number()),
        embedded: which.has(4).then(|| {
            let start = read.number();
            Span::new(start, start.saturating_add(read.number()))
        }),
    }
}

fn read_detail(read: &mut Bytes<'_>, names: &Names) -> Detail {
    let form = read.number();
    let name = if form & 1 == 1 {
        u32::try_from(form >> 1).ok().and_then(|number| names.get(number)).cloned().unwrap_or_default()
    } else {
        std::str::from_utf8(read.take(form >> 1)).unwrap_or_default().to_owned()
    };
    let name = Cow::Owned(name);
    Detail { name, value: read.text().to_owned() }
}

fn read_reaction(read: &mut Bytes<'_>) -> Reaction {
    let which = Which(read.byte());
    Reaction {
        reaction: read.text().to_owned(),
        by: which.has(0).then(|| ParticipantId(read.small())),
        count: which.has(1).then(|| read.number()),
    }
}
