//! iMessage's `chat.db`, as rows.
//!
//! A database is not read here: a program that can open one writes its rows as JSON lines, as `safehand inspect` does
//! (`docs/inspect.md`), and this reads those. The first line declares the form and counts the tables; then come the
//! handles, the chats with their members, and the messages, each with its chats, files and tapbacks beside it. Columns
//! keep their names, blobs are in hexadecimal digits.
//!
//! Times count nanoseconds, before macOS 10.13 seconds, since the beginning of 2001 in UTC.

mod plist;
mod row;
mod stream;

use std::collections::HashMap;

use super::kit::{has, identifier, member, opens_with, shortened};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor, Walk};
use crate::{
    Conversation, ConversationId, Output, Parser, Participant, ParticipantId, StructureKind, WarningKind,
    Window,
};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::ImessageDb,
    name: "iMessage, chat.db",
    streams: true,
    kept: "every row of the table message, with its rowid; accounts, texts (of attributedBody where text is empty), \
           times as written, earlier versions of edited messages, unsent and recently deleted messages, tapbacks as \
           rows and beside what they are about, replies, files by name, type and size, names and members of groups, \
           announcements (their words are ours), the service, what was not sent; deleted rows by the gaps they leave",
    not_kept: "what apps and link previews draw (payload_data), styles of text, names of the address book, which are \
               in another database; rows of tables that are not about messages are counted; columns that are not \
               used are named",
    recognise,
    parser: || Box::<ImessageDb>::default(),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    (opens_with(head, b'{') && has(head, &["\"safehand.imessage-rows/1\""]))
        .then(|| (Certainty::Declared, "rows of an iMessage database, as safehand writes them".to_owned()))
}

#[derive(Debug)]
struct ImessageDb {
    walk: Walk,
    rows: Rows,
}

impl Default for ImessageDb {
    fn default() -> Self {
        Self { walk: Walk::documents(), rows: Rows::default() }
    }
}

impl Parser for ImessageDb {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.walk.parse(window, &mut self.rows, out)
    }
}

/// What the rows so far have said.
#[derive(Debug, Default)]
struct Rows {
    handles: HashMap<i64, ParticipantId>,
    chats: HashMap<i64, ConversationId>,
    /// The number of `/message`, under which the rowids of messages stand.
    messages: Option<u32>,
}

impl Visitor for Rows {
    fn visit(&mut self, _path: &Path<'_>, _kind: Json) -> Step {
        Step::Take
    }

    fn take(&mut self, _path: &Path<'_>, line: Value<'_>, out: &mut Output<'_>) {
        for (key, value) in line.object() {
            match &*key {
                "message" => return self.message(&line, &value, out),
                "schema" => return out.structure(line.span(), StructureKind::Preamble),
                "handle" => self.handle(&value, out),
                "chat" => self.chat(&value, out),
                "warning" => {
                    out.warn(WarningKind::LeftOut, line.span(), value.words().unwrap_or_default());
                }
                "unread" => return out.unparsed(line.span(), value.words().unwrap_or_default()),
                _ => continue,
            }
            return out.structure(line.span(), StructureKind::Metadata);
        }
        out.unparsed(line.span(), format!("expected a row of a table, found {}", shortened(&line)));
    }
}

impl Rows {
    fn handle(&mut self, row: &Value<'_>, out: &mut Output<'_>) {
        let handle = row.get("id").and_then(|id| identifier(&id));
        if let Some(number) = row.get("ROWID").and_then(|number| number.integer()) {
            let account = out.directory.intern_participant(Participant { handle, ..Participant::default() });
            self.handles.insert(number, account);
        }
    }

    fn chat(&mut self, row: &Value<'_>, out: &mut Output<'_>) {
        let sort = match row.get("style").and_then(|style| style.integer()) {
            Some(43) => Some("group".to_owned()),
            Some(45) => Some("one to one".to_owned()),
            Some(other) => Some(format!("style {other}")),
            None => None,
        };
        let service = member(row, "service_name");
        let sort = match (sort, service) {
            (Some(sort), Some(service)) => Some(format!("{sort}, {service}")),
            (sort, service) => sort.or(service),
        };
        let conversation = Conversation {
            title: member(row, "display_name").or_else(|| member(row, "chat_identifier")),
            platform_id: member(row, "guid"),
            sort,
        };
        if let Some(number) = row.get("ROWID").and_then(|number| number.integer()) {
            self.chats.insert(number, out.directory.intern_conversation(conversation));
        }
    }
}
