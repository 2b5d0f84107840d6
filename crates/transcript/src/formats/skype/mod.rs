//! Skype's `messages.json`.

mod message;
mod rich;

use std::collections::HashMap;

use super::kit::{Accounts, Once, Reader, Source, has, identifier, member, opens_with, words};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{Conversation, ConversationId, Output, Participant, ParticipantId, StructureKind};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::Skype,
    name: "Skype, messages.json",
    streams: true,
    kept: "accounts, times to the millisecond, texts without their markup and with it as written, quotations, edits, \
           deletions, files by address, name and size, calls with who took part, reactions, places, contacts, polls, \
           who was added and removed, topics",
    not_kept: "the files themselves, which lie in the folder media; the version numbers of messages",
    recognise,
    parser: || Box::new(Reader::new(Skype::default())),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') || !has(head, &["\"conversations\""]) {
        return None;
    }
    ["\"MessageList\"", "\"originalarrivaltime\"", "\"exportDate\""]
        .into_iter()
        .find(|field| has(head, &[field]))
        .map(|field| (Certainty::Marked, format!("conversations, and {field}")))
}

#[derive(Debug, Default)]
struct Skype {
    owner: Option<String>,
    here: Conversation,
    topic: Option<String>,
    number: Option<ConversationId>,
    /// The names of accounts, from conversations with one of them each.
    names: HashMap<String, String>,
    accounts: Accounts,
    once: Once,
}

impl Visitor for Skype {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        if path.is("/conversations/#") {
            self.here = Conversation::default();
            self.topic = None;
            self.number = None;
            self.accounts.clear();
        }
        let way = path.is("") || path.is("/conversations") || path.is("/conversations/#");
        if way || path.is("/conversations/#/MessageList") && kind == Json::Array {
            return Step::Descend;
        }
        let facts = [
            "/userId",
            "/conversations/#/id",
            "/conversations/#/displayName",
            "/conversations/#/threadProperties",
        ];
        let wanted = path.is("/conversations/#/MessageList/#") || facts.iter().any(|fact| path.is(fact));
        if wanted { Step::Take } else { Step::Skip }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        match path.key() {
            None => {
                let place = path.place(out);
                return self.message(value, place, out);
            }
            Some("userId") => self.owner = words(&value),
            Some("id") => self.here.platform_id = identifier(&value),
            Some("displayName") => self.here.title = words(&value),
            Some(_) => self.topic = member(&value, "topic"),
        }
        out.structure(value.span(), StructureKind::Metadata);
    }
}

impl Source for Skype {}

/// `live:alice` of `8:live:alice`, or of an address that ends so.
fn bare(id: &str) -> &str {
    let id = id.rsplit('/').next().unwrap_or(id);
    match id.split_once(':') {
        Some((kind, rest)) if !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => id,
    }
}

impl Skype {
    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        let here = &self.here;
        let topic = &self.topic;
        *self.number.get_or_insert_with(|| {
            let title = here.title.clone().or_else(|| topic.clone());
            out.directory.intern_conversation(Conversation { title, ..here.clone() })
        })
    }

    /// The account of this identifier; `shown` is the name beside it.
    fn account(&mut self, id: &str, shown: Option<String>, out: &mut Output<'_>) -> ParticipantId {
        let exporter = self.owner.as_deref().is_some_and(|owner| bare(owner) == bare(id));
        // A conversation with one other account has its identifier, and its name.
        if let (Some(here), Some(title)) = (&self.here.platform_id, &self.here.title)
            && here.starts_with("8:")
            && !self.names.contains_key(bare(here))
        {
            self.names.insert(bare(here).to_owned(), title.clone());
        }
        let name = shown.clone().or_else(|| self.names.get(bare(id)).cloned());
        let raw = format!("{id}\0{}", shown.unwrap_or_default());
        self.accounts.of(raw.as_bytes(), out, || Participant {
            display_name: name,
            handle: Some(bare(id).to_owned()),
            platform_id: Some(id.to_owned()),
            exporter,
        })
    }
}
