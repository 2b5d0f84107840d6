//! Facebook Messenger's and Instagram's "Download your information", and Messenger's download of encrypted chats.

mod e2ee;
mod message;
mod mojibake;

use mojibake::Encoding;

use super::kit::{Accounts, Once, Reader, Source, has, opens_with};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind, Path, Step, Value, Visitor};
use crate::{
    Conversation, ConversationId, Output, Participant, ParticipantId, Span, StructureKind, Text, WarningKind,
};

const KEPT: &str = "names, times to the millisecond, texts with the broken encoding repaired, photos, videos, sound, \
                    files, GIFs, stickers, shares, calls, reactions, unsent messages, the folder (inbox, message \
                    requests, archived, filtered)";

/// Instagram and Messenger.
pub(super) const DESCRIPTORS: &[Descriptor] = &[
    Descriptor {
        format: Format::InstagramJson,
        name: "Instagram, JSON",
        streams: true,
        kept: KEPT,
        not_kept: "what was unsent; handles and account numbers, of which the export has none",
        recognise: |head| recognise_download(head, true),
        parser: || Box::new(Reader::new(Meta::download())),
    },
    Descriptor {
        format: Format::MessengerJson,
        name: "Facebook Messenger, JSON",
        streams: true,
        kept: KEPT,
        not_kept: "what was unsent; end-to-end encrypted chats, which are a download of their own",
        recognise: |head| recognise_download(head, false),
        parser: || Box::new(Reader::new(Meta::download())),
    },
    Descriptor {
        format: Format::MessengerE2ee,
        name: "Facebook Messenger, end-to-end encrypted chats",
        streams: true,
        kept: "names, times to the millisecond, texts, media by name, reactions, unsent messages",
        not_kept: "which account made the export",
        recognise: e2ee::recognise,
        parser: || Box::new(Reader::new(Meta::encrypted())),
    },
];

/// What only one of the two services writes.
const INSTAGRAM: &[&str] =
    &["your_instagram_activity/", "\"original_content_owner\"", "instagramuser_", "instagram.com/"];
const FACEBOOK: &[&str] = &[
    "your_activity_across_facebook/",
    "your_facebook_activity/",
    "\"bumped_message_metadata\"",
    "messages/stickers_used/",
    "\"is_taken_down\"",
    "\"ip\"",
];

fn recognise_download(head: &[u8], instagram: bool) -> Option<(Certainty, String)> {
    let shape = opens_with(head, b'{')
        && has(head, &["\"messages\""])
        && (has(head, &["\"sender_name\"", "\"timestamp"])
            || has(head, &["\"participants\"", "\"thread_path\""]));
    if !shape {
        return None;
    }
    let mark = |marks: &[&'static str]| marks.iter().find(|mark| has(head, &[mark])).copied();
    let (ours, theirs) = if instagram { (INSTAGRAM, FACEBOOK) } else { (FACEBOOK, INSTAGRAM) };
    if let Some(mark) = mark(ours) {
        return Some((Certainty::Marked, format!("messages with sender_name and timestamp, and {mark}")));
    }
    if mark(theirs).is_some() {
        return None;
    }
    // Both services have written this field since 2022, and Instagram did so first.
    let undecided = has(head, &["\"is_geoblocked_for_viewer\""]);
    if instagram && !undecided {
        return None;
    }
    let certainty = if undecided { Certainty::Shape } else { Certainty::Marked };
    let other = if instagram { "Messenger" } else { "Instagram" };
    let doubt = if undecided {
        format!("; {other}'s looks the same where there are no files")
    } else {
        String::new()
    };
    Some((certainty, format!("messages with sender_name and timestamp{doubt}")))
}

/// How many texts of suspect encoding are warned of one by one.
const SUSPECTS: u64 = 20;

/// Reads either kind.
#[derive(Debug)]
struct Meta {
    encrypted: bool,
    title: Option<String>,
    thread_path: Option<String>,
    conversation: Option<ConversationId>,
    accounts: Accounts,
    once: Once,
    repaired: u64,
    suspect: u64,
}

impl Meta {
    fn download() -> Self {
        Self {
            encrypted: false,
            title: None,
            thread_path: None,
            conversation: None,
            accounts: Accounts::default(),
            once: Once::default(),
            repaired: 0,
            suspect: 0,
        }
    }

    fn encrypted() -> Self {
        Self { encrypted: true, ..Self::download() }
    }

    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        *self.conversation.get_or_insert_with(|| {
            let path = self.thread_path.as_deref();
            let (sort, id) = path.map_or((None, None), |path| match path.split_once('/') {
                Some((folder, id)) => (Some(folder), Some(id)),
                None => (None, Some(path)),
            });
            out.directory.intern_conversation(Conversation {
                title: self.title.clone(),
                platform_id: id.map(str::to_owned),
                sort: sort.map(str::to_owned),
            })
        })
    }

    /// A text, put right where that is certain.
    fn text<'a>(&mut self, value: &Value<'a>, out: &mut Output<'_>) -> Option<Text<'a>> {
        let text = value.string()?;
        match mojibake::judge(&text.value, !self.encrypted) {
            Encoding::Right => {}
            Encoding::Repaired(repaired) => {
                self.repaired += 1;
                return Some(Text::decoded(repaired));
            }
            Encoding::Suspect => {
                self.suspect += 1;
                if self.suspect <= SUSPECTS {
                    let note = "text that looks wrongly encoded and cannot be put right with certainty; left as it is";
                    out.warn(WarningKind::SuspectEncoding, value.span(), note);
                }
            }
        }
        Some(text)
    }

    /// The same as words alone; nothing if it is empty.
    fn words(&mut self, value: &Value<'_>, out: &mut Output<'_>) -> Option<String> {
        self.text(value, out).map(|text| text.value.into_owned()).filter(|words| !words.is_empty())
    }

    /// The account of this name; none if nobody is named.
    fn account(&mut self, name: &Value<'_>, out: &mut Output<'_>) -> Option<ParticipantId> {
        let words = self.words(name, out)?;
        Some(self.accounts.of(name.raw(), out, || Participant::named(words)))
    }

    fn participants(&mut self, list: &Value<'_>, out: &mut Output<'_>) {
        for participant in list.array() {
            let name =
                if participant.kind() == Kind::Object { participant.get("name") } else { Some(participant) };
            if let Some(name) = name {
                self.account(&name, out);
            }
        }
    }
}

/// As [`Meta::text`], for the first pass, which counts and warns of nothing.
fn quietly(value: &Value<'_>, throughout: bool) -> Option<String> {
    let words = value.words()?;
    let words = match mojibake::judge(&words, throughout) {
        Encoding::Repaired(repaired) => repaired,
        Encoding::Right | Encoding::Suspect => words.into_owned(),
    };
    Some(words).filter(|words| !words.is_empty())
}

impl Visitor for Meta {
    fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step {
        if path.is("") || path.is("/messages") && kind == Kind::Array {
            Step::Descend
        } else if path.is("/messages/#")
            || path.is("/participants")
            || path.is("/title")
            || path.is("/threadName")
        {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if path.is("/messages/#") {
            let place = path.place(out);
            return self.message(value, place, out);
        }
        if path.is("/participants") {
            self.participants(&value, out);
        } else {
            // Read in the first pass already: here it is counted if it had to be put right.
            self.text(&value, out);
        }
        out.structure(value.span(), StructureKind::Metadata);
    }
}

impl Source for Meta {
    // The title and the folder stand after the messages.
    const SURVEYS: bool = true;

    fn scout(&mut self, path: &Path<'_>, _kind: Kind) -> Step {
        if path.is("") {
            Step::Descend
        } else if path.is("/title") || path.is("/threadName") || path.is("/thread_path") {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn note(&mut self, path: &Path<'_>, value: Value<'_>) {
        let words = quietly(&value, !self.encrypted);
        if path.is("/thread_path") {
            self.thread_path = words;
        } else {
            self.title = words;
        }
    }

    fn finish(&mut self, source: Span, out: &mut Output<'_>) {
        if self.repaired > 0 {
            let note = format!(
                "{} texts (names and paths included) had their UTF-8 bytes written one by one as characters, as this \
                 service does; they are shown put right",
                self.repaired
            );
            out.warn(WarningKind::RepairedEncoding, source, note);
        }
        if self.suspect > SUSPECTS {
            let note = format!(
                "{} texts in all look wrongly encoded and cannot be put right with certainty",
                self.suspect
            );
            out.warn(WarningKind::SuspectEncoding, source, note);
        }
    }
}
