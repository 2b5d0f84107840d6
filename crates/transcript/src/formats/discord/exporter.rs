//! The JSON of `DiscordChatExporter`.

use super::compare;
use crate::formats::kit::{
    Accounts, Once, Source, Zoneless, identifier, keep, member, no_message, says_nothing, words, written_out,
};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{
    Attachment, Conversation, ConversationId, Edited, Kind, Message, Output, Participant, ParticipantId,
    Reaction, Sent, Span, StructureKind, WarningKind,
};

#[derive(Debug, Default)]
pub(super) struct Exporter {
    guild: Option<String>,
    channel: Option<Channel>,
    conversation: Option<ConversationId>,
    accounts: Accounts,
    once: Once,
    found: u64,
    stated: Option<(i64, Span)>,
}

#[derive(Debug, Default)]
struct Channel {
    id: Option<String>,
    sort: Option<String>,
    category: Option<String>,
    name: Option<String>,
}

impl Visitor for Exporter {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        let facts = ["/guild", "/channel", "/dateRange", "/messageCount"];
        if path.is("") || path.is("/messages") && kind == Json::Array {
            Step::Descend
        } else if path.is("/messages/#") || facts.iter().any(|fact| path.is(fact)) {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        let kind = match path.key() {
            None => return self.message(path, value, out),
            Some("guild") => {
                // Direct messages have no server: its number is nought.
                let server = value.get("id").and_then(|id| identifier(&id)).is_some_and(|id| id != "0");
                self.guild = if server { member(&value, "name") } else { None };
                StructureKind::Metadata
            }
            Some("channel") => {
                self.channel = Some(Channel {
                    id: value.get("id").and_then(|id| identifier(&id)),
                    sort: member(&value, "type"),
                    category: member(&value, "category"),
                    name: member(&value, "name"),
                });
                StructureKind::Metadata
            }
            Some("dateRange") => {
                date_range(&value, out);
                StructureKind::Metadata
            }
            Some(_) => {
                self.stated = value.integer().map(|count| (count, value.span()));
                StructureKind::Closing
            }
        };
        out.structure(value.span(), kind);
    }
}

impl Source for Exporter {
    fn finish(&mut self, _source: Span, out: &mut Output<'_>) {
        if let Some((stated, at)) = self.stated
            && u64::try_from(stated) != Ok(self.found)
        {
            let note = format!("messageCount says {stated}, and {} messages are in the file", self.found);
            out.warn(WarningKind::CountMismatch, at, note);
        }
    }
}

fn date_range(value: &Value<'_>, out: &mut Output<'_>) {
    for (key, bound) in value.object() {
        if let Some(bound) = words(&bound) {
            let note = format!("the export was limited: only messages {key} {bound}");
            out.warn(WarningKind::LeftOut, value.span(), note);
        }
    }
}

/// What one message turns out to have.
#[derive(Default)]
struct Found<'a> {
    id: Option<Value<'a>>,
    sort: Option<Value<'a>>,
    files: bool,
    embeds: bool,
    command: bool,
}

impl Exporter {
    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        *self.conversation.get_or_insert_with(|| {
            let channel = self.channel.take().unwrap_or_default();
            // As the exporter names its files: server, category, channel.
            let title = match (&self.guild, channel.category, channel.name) {
                (Some(guild), Some(category), Some(name)) => Some(format!("{guild} - {category} - {name}")),
                (Some(guild), None, Some(name)) => Some(format!("{guild} - {name}")),
                (guild, _, name) => name.or_else(|| guild.clone()),
            };
            out.directory.intern_conversation(Conversation {
                title,
                platform_id: channel.id,
                sort: channel.sort,
            })
        })
    }

    fn account(&mut self, user: &Value<'_>, out: &mut Output<'_>) -> Option<ParticipantId> {
        if user.kind() != Json::Object {
            return None;
        }
        Some(self.accounts.of(user.raw(), out, || {
            let name = member(user, "name");
            let handle = match (name.clone(), member(user, "discriminator")) {
                (Some(name), Some(number)) if !matches!(&*number, "0000" | "0") => {
                    Some(format!("{name}#{number}"))
                }
                (name, _) => name,
            };
            Participant {
                display_name: member(user, "nickname").or(name),
                handle,
                platform_id: user.get("id").and_then(|id| identifier(&id)),
                exporter: false,
            }
        }))
    }

    fn message(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        self.found += 1;
        let conversation = self.conversation(out);
        let place = path.place(out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        let mut found = Found::default();
        for (key, value) in value.object() {
            self.field(&key, value, &mut message, &mut found, out);
        }
        compare(&message.sent, found.id.as_ref(), out);
        self.sort(&found, &mut message, out);
        out.message(&message);
    }

    fn field<'a>(
        &mut self,
        key: &str,
        value: Value<'a>,
        message: &mut Message<'a>,
        found: &mut Found<'a>,
        out: &mut Output<'_>,
    ) {
        match key {
            "id" => {
                message.extras_mut().id = identifier(&value);
                found.id = Some(value);
            }
            "type" => found.sort = Some(value),
            "timestamp" => message.sent = written_out(&value, Zoneless::Local, out),
            "timestampEdited" => {
                if let Some(at) = words(&value) {
                    message.extras_mut().edited = Some(Edited { at: Some(at) });
                }
            }
            "content" => match value.string() {
                Some(text) if message.text.is_empty() => message.text = text,
                _ => keep(key, &value, message),
            },
            "author" => {
                message.sender = self.account(&value, out);
                if value.get("isBot").and_then(|bot| bot.bool()) == Some(true) {
                    message.extras_mut().detail("author.isBot", "true");
                }
            }
            "attachments" => found.files |= attachments(&value, message),
            "stickers" => found.files |= stickers(&value, message),
            "embeds" => {
                found.embeds = !says_nothing(&value);
                keep(key, &value, message);
            }
            "reactions" => self.reactions(&value, message, out),
            "mentions" => {
                for user in value.array() {
                    if let Some(id) = self.account(&user, out)
                        && let Some(Participant { display_name, platform_id, .. }) =
                            out.directory.participant(id)
                    {
                        let (name, id) = (display_name.as_deref(), platform_id.as_deref());
                        let mention = format!("{} ({})", name.unwrap_or_default(), id.unwrap_or_default());
                        message.extras_mut().detail("mentions", mention);
                    }
                }
            }
            "reference" => reference(&value, message),
            "forwardedMessage" => forwarded(&value, message, found),
            "interaction" => {
                found.command = !says_nothing(&value);
                self.interaction(&value, message, out);
            }
            "callEndedTimestamp" | "isPinned" | "components" => keep(key, &value, message),
            // Where the emoji's pictures are; the text has their names and numbers.
            "inlineEmojis" => {}
            _ => self.once.unknown_field(key, &value, message, out),
        }
    }

    fn reactions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for reaction in value.array() {
            let emoji = reaction.get("emoji");
            let name = emoji.and_then(|emoji| member(&emoji, "name").or_else(|| member(&emoji, "code")));
            let name = name.unwrap_or_default();
            let mut rest = reaction.get("count").and_then(|count| count.integer()).unwrap_or(0);
            for user in reaction.get("users").iter().flat_map(Value::array) {
                let by = self.account(&user, out);
                rest -= 1;
                message.extras_mut().react(Reaction { reaction: name.clone(), by, count: None });
            }
            // Counted and not listed.
            if let Ok(count @ 1..) = u64::try_from(rest) {
                let more = Reaction { reaction: name, by: None, count: Some(count) };
                message.extras_mut().react(more);
            }
        }
    }

    fn interaction(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        if let Some(name) = member(value, "name") {
            message.extras_mut().detail("interaction.name", name);
        }
        let user = value.get("user").and_then(|user| self.account(&user, out));
        if let Some(user) = user.and_then(|user| out.directory.participant(user)) {
            let name = user.handle.clone().or_else(|| user.platform_id.clone()).unwrap_or_default();
            message.extras_mut().detail("interaction.user", name);
        }
    }

    fn sort(&mut self, found: &Found<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        let sort = found.sort.map(|sort| sort.plain()).unwrap_or_default();
        let ordinary =
            matches!(&*sort, "Default" | "Reply" | "" | "ThreadStarterMessage" | "20" | "21" | "23");
        message.kind = match &*sort {
            "Call" => Kind::Call,
            _ if ordinary && found.files => Kind::Media,
            _ if ordinary && (!message.text.is_empty() || found.embeds) => Kind::Text,
            _ if ordinary => {
                self.nothing(found, message.source, out);
                Kind::Withheld
            }
            "RecipientAdd"
            | "RecipientRemove"
            | "ChannelNameChange"
            | "ChannelIconChange"
            | "ChannelPinnedMessage"
            | "GuildMemberJoin"
            | "UserJoin"
            | "ThreadCreated" => Kind::System,
            // Sorts that the exporter has no name for; all of them are the service's.
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => Kind::System,
            other => {
                let at = found.sort.map_or(message.source, |sort| sort.span());
                self.once.unknown_sort("type", other, at, out);
                if message.text.is_empty() { Kind::Withheld } else { Kind::Text }
            }
        };
        if !matches!(&*sort, "Default" | "Reply" | "Call" | "") {
            message.extras_mut().detail("type", sort);
        }
    }

    fn nothing(&mut self, found: &Found<'_>, at: Span, out: &mut Output<'_>) {
        if !found.command && self.once.first("\0nothing") {
            let note = "a message with neither text nor file (and perhaps more of them): exported without the right to \
                        read contents, or a sort that the exporter leaves out, such as a poll";
            out.warn(WarningKind::LeftOut, at, note);
        }
    }
}

fn attachments(value: &Value<'_>, message: &mut Message<'_>) -> bool {
    let mut any = false;
    for file in value.array() {
        any = true;
        let name = member(&file, "fileName");
        let address = member(&file, "url");
        let size = file.get("fileSizeBytes").and_then(|size| u64::try_from(size.integer()?).ok());
        let extras = message.extras_mut();
        if let (Some(_), Some(address)) = (&name, &address) {
            extras.detail("attachments.url", address.clone());
        }
        let sort = Some("attachment".to_owned());
        extras.attach(Attachment { name: name.or(address), sort, size, ..Attachment::default() });
    }
    any
}

fn stickers(value: &Value<'_>, message: &mut Message<'_>) -> bool {
    let mut any = false;
    for sticker in value.array() {
        any = true;
        let extras = message.extras_mut();
        if let Some(address) = member(&sticker, "sourceUrl") {
            extras.detail("stickers.sourceUrl", address);
        }
        let sort = Some("sticker".to_owned());
        extras.attach(Attachment { name: member(&sticker, "name"), sort, ..Attachment::default() });
    }
    any
}

fn reference(value: &Value<'_>, message: &mut Message<'_>) {
    let forward = member(value, "type").is_some_and(|sort| sort == "Forward");
    for (key, part) in value.object() {
        let Some(id) = identifier(&part) else { continue };
        match &*key {
            "messageId" if !forward => message.extras_mut().reply_to = Some(id),
            "type" if id == "Default" => {}
            // A reply is within its channel.
            "channelId" | "guildId" if !forward => {}
            _ => message.extras_mut().detail(format!("reference.{key}"), id),
        }
    }
}

/// The words of a forwarded message are the message's where it has none of its own.
fn forwarded<'a>(value: &Value<'a>, message: &mut Message<'a>, found: &mut Found<'a>) {
    for (key, part) in value.object() {
        match &*key {
            "content" => match part.string() {
                Some(text) if message.text.is_empty() => message.text = text,
                _ => keep("forwardedMessage.content", &part, message),
            },
            "attachments" => found.files |= attachments(&part, message),
            "stickers" => found.files |= stickers(&part, message),
            _ => keep(&format!("forwardedMessage.{key}"), &part, message),
        }
    }
}
