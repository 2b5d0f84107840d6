//! What a message is, whatever it was written by.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Sent, Span};

/// The number of a conversation in its timeline, counted from nought in order of appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ConversationId(pub u32);

/// The number of a participant in the timeline, counted from nought in order of appearance.
///
/// A participant is an account as the export names it, never a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ParticipantId(pub u32);

/// A conversation, as far as the export names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Conversation {
    /// Its title or the other account's name, as the export shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The platform's own identifier, if the export has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    /// What the platform calls this sort of conversation (`private_group`, `Mailbox thread pending`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

/// An account that wrote or took part, as the export names it. Accounts with any field differing are kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Participant {
    /// The name shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The handle, telephone number or address that a person would type to reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The platform's own identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    /// Whether the export says that this account made the export.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exporter: bool,
}

impl Participant {
    /// An account known by the name shown and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self { display_name: Some(name.into()), ..Self::default() }
    }
}

/// What sort of message it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words that somebody wrote.
    #[default]
    Text,
    /// A picture, video, recording, sticker, document, or the note that one was left out. May have a caption as text.
    Media,
    /// A call, missed or made.
    Call,
    /// A poll. The question and the options are the text.
    Poll,
    /// A place. Its address is the text.
    Location,
    /// A contact card.
    Contact,
    /// Something the service wrote: somebody joined, the subject was changed.
    System,
    /// A message that was deleted, its words no longer in the export.
    Deleted,
    /// A message the export marks as not shown: view-once, unsupported, not saved.
    Withheld,
    /// A draft, queued or failed message: written, and not shown to have been sent.
    Unsent,
}

/// Text of a message, and whether it stands in the source just so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, with escapes of the format resolved and nothing else changed.
    pub value: Cow<'a, str>,
    /// Where these very bytes stand in the source. `None` if the format's escapes had to be resolved.
    pub at: Option<Span>,
}

impl<'a> Text<'a> {
    /// No text.
    pub const EMPTY: Self = Self { value: Cow::Borrowed(""), at: None };

    /// Text that stands in the source as it is.
    pub const fn verbatim(value: &'a str, at: Span) -> Self {
        Self { value: Cow::Borrowed(value), at: Some(at) }
    }

    /// Text that had to be decoded.
    pub fn decoded(value: impl Into<Cow<'a, str>>) -> Self {
        Self { value: value.into(), at: None }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

/// Where a message stands, in the terms a person would use to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The line it begins on, counted from one.
    Line(u64),
    /// Element `index` of the array at this RFC 6901 JSON pointer. The directory holds the pointer's text.
    Element {
        /// The array's number in [`crate::Directory::pointers`].
        array: u32,
        /// The element's index in it.
        index: u64,
    },
    /// Only the byte range tells.
    Bytes,
}

/// A file that a message names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Its name or path as the export writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The media type or the platform's word for the sort of file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Size in bytes, if the export states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Whether the export says that the file was left out, and in which words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    /// The file's bytes if the source itself holds them, encoded (base64 in SMS backups, parts of a mail).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedded: Option<Span>,
}

/// Somebody's reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reaction {
    /// The emoji or word.
    pub reaction: String,
    /// Whose, if the export says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<ParticipantId>,
    /// How many, where the export only counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// A further fact that the export states and the model has no field for: the name is the export's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The export's own name for it (`forwarded_from`, `read`, `date_sent`).
    pub name: Cow<'static, str>,
    /// Its value as written.
    pub value: String,
}

/// The longest name of a detail, in bytes. A table whose heading is longer has it said again by each of its rows.
pub const LONGEST_NAME: usize = 128;

/// As much of a name as is kept, marked where that is not all.
pub(crate) fn name_of_detail(name: &str) -> String {
    const MARK: &str = "…";
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let end = (0..=LONGEST_NAME - MARK.len()).rfind(|&end| name.is_char_boundary(end)).unwrap_or_default();
    format!("{}{MARK}", name.get(..end).unwrap_or_default())
}

/// What most messages do not have, kept apart so that those that have it pay for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Extras {
    /// The platform's identifier of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The identifier of the message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// That it was edited: when, if the export says so. The text is then the last version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// Files it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Reactions to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Anything else the export states of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

impl Extras {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        let Self { id, reply_to, edited, attachments, reactions, details } = self;
        id.is_none()
            && reply_to.is_none()
            && edited.is_none()
            && attachments.is_empty()
            && reactions.is_empty()
            && details.is_empty()
    }

    /// Adds a detail under the export's own name for it, of which the first [`LONGEST_NAME`] bytes are kept.
    pub fn detail(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        if self.details.len() < MOST_PARTS {
            let mut name = name.into();
            if name.len() > LONGEST_NAME {
                name = Cow::Owned(name_of_detail(&name));
            }
            self.details.push(Detail { name, value: value.into() });
        } else {
            self.further("further_details");
        }
    }

    /// Adds a file that the message names.
    pub fn attach(&mut self, attachment: Attachment) {
        if self.attachments.len() < MOST_PARTS {
            self.attachments.push(attachment);
        } else {
            self.further("further_attachments");
        }
    }

    /// Adds a reaction to it.
    pub fn react(&mut self, reaction: Reaction) {
        if self.reactions.len() < MOST_PARTS {
            self.reactions.push(reaction);
        } else {
            self.further("further_reactions");
        }
    }

    /// Counts what is not kept.
    fn further(&mut self, name: &'static str) {
        match self.details.iter_mut().rev().find(|detail| detail.name == name) {
            Some(detail) => {
                let count: u64 = detail.value.parse().unwrap_or_default();
                detail.value = (count + 1).to_string();
            }
            None => self.details.push(Detail { name: Cow::Borrowed(name), value: "1".to_owned() }),
        }
    }
}

/// So many attachments, reactions and details of one message are kept. No application sends as many; a broken or hostile
/// export may hold millions in the bytes of one message, where each takes a hundred times its bytes in memory. What is
/// beyond is counted (`further_attachments` and so on among the details) and warned of; its bytes belong to the message.
pub(crate) const MOST_PARTS: usize = 1 << 12;

/// That a message was edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edited {
    /// When, as the export writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// One message, borrowed from the window it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The bytes of the source that belong to it, and to no other message.
    pub source: Span,
    /// The same in a person's terms.
    pub place: Place,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// Who wrote it; `None` where the export names nobody.
    pub sender: Option<ParticipantId>,
    /// When, as written and as understood.
    pub sent: Sent<'a>,
    /// What sort of message it is.
    pub kind: Kind,
    /// Its text.
    pub text: Text<'a>,
    /// What most messages do not have.
    pub extras: Option<Box<Extras>>,
}

impl<'a> Message<'a> {
    /// A text message of which nothing else is known yet.
    pub const fn bare(source: Span, place: Place, conversation: ConversationId, sent: Sent<'a>) -> Self {
        let (sender, kind, text, extras) = (None, Kind::Text, Text::EMPTY, None);
        Self { source, place, conversation, sender, sent, kind, text, extras }
    }

    /// Its extras, made if there were none.
    pub fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_with(Box::default)
    }
}
