//! `WeChat` and QQ as third-party exporters write them: `WeFlow` and `echotrace` (`WeChat`), `qq-chat-exporter` (QQ), and
//! the exchange format of `ChatLab`.

use super::kit::{
    Accounts, Once, Reader, Source, Unit, Zoneless, attachment, counted, has, identifier, keep, member,
    no_message, opens_with, says_nothing, words, written_out,
};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{
    Attachment, Conversation, ConversationId, Kind, Message, Output, Participant, Sent, Span, StructureKind,
    WarningKind,
};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::Wechat,
    name: "WeChat and QQ through other people's exporters, JSON",
    streams: true,
    kept: "accounts, times to the second, texts, sorts of message, files by name, replies, recalled messages",
    not_kept: "pictures of accounts; the time as the exporter's clock showed it, beside the count it was made from",
    recognise,
    parser: || Box::new(Reader::new(Wechat::default())),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') {
        return None;
    }
    let marks: [(&[&str], &str); 4] = [
        (&["\"weflow\"", "\"session\""], "weflow and session, as WeFlow writes them"),
        (
            &["\"session\"", "\"senderUsername\"", "\"createTime\""],
            "session and senderUsername, as echotrace writes them",
        ),
        (&["QQChatExporter", "\"chatInfo\""], "chatInfo, as QQChatExporter writes it"),
        (&["\"chatlab\"", "\"meta\"", "\"platform\""], "chatlab and meta, as ChatLab writes them"),
    ];
    let (mark, why) = marks.into_iter().find(|(mark, _)| has(head, mark))?;
    // ChatLab's format serves other platforms too.
    if mark.contains(&"\"chatlab\"") && !has(head, &["\"wechat\""]) && !has(head, &["\"qq\""]) {
        return None;
    }
    Some((Certainty::Marked, why.to_owned()))
}

#[derive(Debug, Default)]
struct Wechat {
    conversation: Conversation,
    number: Option<ConversationId>,
    own: Option<String>,
    stated: Option<(i64, Span)>,
    found: u64,
    accounts: Accounts,
    once: Once,
}

#[derive(Default)]
struct Found<'a> {
    id: Option<Value<'a>>,
    name: Option<Value<'a>>,
    nick: Option<Value<'a>>,
    sort: Option<Value<'a>>,
    own: bool,
    system: bool,
    recalled: bool,
}

impl Visitor for Wechat {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        let facts = ["/session", "/chatInfo", "/meta", "/statistics"];
        if path.is("") || path.is("/messages") && kind == Json::Array {
            Step::Descend
        } else if path.is("/messages/#") || facts.iter().any(|fact| path.is(fact)) {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if path.key().is_some() {
            self.learn(&value);
            return out.structure(value.span(), StructureKind::Metadata);
        }
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        self.found += 1;
        let place = path.place(out);
        let here = &self.conversation;
        let conversation =
            *self.number.get_or_insert_with(|| out.directory.intern_conversation(here.clone()));
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        let mut found = Found::default();
        for (key, value) in value.object() {
            self.field(&key, value, &mut message, &mut found, out);
        }
        self.sender(&found, &mut message, out);
        self.sort(&found, &mut message, out);
        out.message(&message);
    }
}

impl Source for Wechat {
    fn finish(&mut self, _source: Span, out: &mut Output<'_>) {
        if let Some((stated, at)) = self.stated
            && u64::try_from(stated) != Ok(self.found)
        {
            let note = format!(
                "the export says that there are {stated} messages, and {} are in the file",
                self.found
            );
            out.warn(WarningKind::CountMismatch, at, note);
        }
    }
}

impl Wechat {
    fn learn(&mut self, facts: &Value<'_>) {
        let first =
            |keys: &[&str]| keys.iter().find_map(|key| facts.get(key).and_then(|value| identifier(&value)));
        let here = &mut self.conversation;
        here.title = here.title.take().or_else(|| first(&["displayName", "nickname", "name"]));
        here.platform_id = here.platform_id.take().or_else(|| first(&["wxid", "groupId", "peerUid"]));
        here.sort = here.sort.take().or_else(|| first(&["type"]));
        self.own = self.own.take().or_else(|| first(&["selfUin", "selfUid"]));
        for key in ["messageCount", "totalMessages"] {
            if let Some(count) = facts.get(key) {
                self.stated = count.integer().map(|stated| (stated, count.span()));
            }
        }
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
            // WeFlow, echotrace
            "localId" => {
                let extras = message.extras_mut();
                extras.id = extras.id.take().or_else(|| identifier(&value));
            }
            "platformMessageId" | "messageId" => message.extras_mut().id = identifier(&value),
            "replyToMessageId" => message.extras_mut().reply_to = identifier(&value),
            "createTime" => message.sent = counted(&value, Unit::Seconds, out),
            "isSend" => found.own = value.integer() == Some(1),
            "senderDisplayName" | "accountName" => found.name = Some(value),
            "type" => found.sort = Some(value),
            // The time as the exporter's clock showed it, a number that is not to be relied on, the picture's key,
            // the same again as the program itself keeps it.
            "formattedTime" | "localType" | "senderAvatarKey" | "messageSeq" | "rawMessage" => {}
            "source" | "quotedSender" | "quotedContent" | "locationLat" | "locationLng"
            | "locationPoiname" | "locationLabel" | "emojiMd5" | "emojiCdnUrl" | "emojiCaption" => {
                keep(key, &value, message);
            }
            // ChatLab, QQ
            "groupNickname" => found.nick = Some(value),
            "sender" if value.kind() == Json::Object => {
                found.id = value.get("uin").or_else(|| value.get("uid"));
                found.name = value.get("name");
            }
            "senderUsername" | "sender" => found.id = Some(value),
            "timestamp" => {
                message.sent = match value.kind() {
                    Json::Number if value.raw().len() > 11 => counted(&value, Unit::Millis, out),
                    Json::Number => counted(&value, Unit::Seconds, out),
                    _ => written_out(&value, Zoneless::Local, out),
                };
            }
            "isSystemMessage" => found.system = value.bool() == Some(true),
            "isRecalled" => found.recalled = value.bool() == Some(true),
            "messageType" => keep(key, &value, message),
            "content" if value.kind() == Json::Object => content(&value, message),
            "content" => match value.string() {
                Some(text) => message.text = text,
                None => keep(key, &value, message),
            },
            _ => self.once.unknown_field(key, &value, message, out),
        }
    }

    fn sender(&mut self, found: &Found<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        let Some(id) = found.id.and_then(|id| identifier(&id)) else { return };
        // What the service says in a group stands under the group's own identifier.
        if id.ends_with("@chatroom") {
            return;
        }
        let name = found.name.and_then(|name| words(&name));
        let nick = found.nick.and_then(|nick| words(&nick));
        let own = found.own || self.own.as_ref() == Some(&id);
        let raw =
            format!("{id}\0{}\0{}\0{own}", name.as_deref().unwrap_or(""), nick.as_deref().unwrap_or(""));
        message.sender = Some(self.accounts.of(raw.as_bytes(), out, || Participant {
            display_name: nick.or(name),
            platform_id: Some(id),
            exporter: own,
            ..Participant::default()
        }));
    }

    fn sort(&mut self, found: &Found<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        let sort = found.sort.filter(|sort| !says_nothing(sort)).map(|sort| sort.plain()).unwrap_or_default();
        let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
        let words = !message.text.is_empty();
        let bare = match (files, words) {
            (true, _) => Kind::Media,
            (false, true) => Kind::Text,
            (false, false) => Kind::Withheld,
        };
        message.kind = match &*sort {
            _ if found.recalled && !words => Kind::Deleted,
            _ if found.system => Kind::System,
            "图片消息" | "语音消息" | "视频消息" | "文件消息" | "动画表情" | "1" | "2" | "3" | "4" | "5" => {
                Kind::Media
            }
            "名片消息" | "27" => Kind::Contact,
            "位置消息" | "8" => Kind::Location,
            "系统消息" | "80" | "22" => Kind::System,
            "81" => {
                if words {
                    Kind::System
                } else {
                    Kind::Deleted
                }
            }
            "通话消息" | "语音通话" | "视频通话" | "23" => Kind::Call,
            ""
            | "文本消息"
            | "0"
            | "卡片式链接"
            | "图文消息"
            | "红包卡片"
            | "转账卡片"
            | "小程序分享"
            | "视频号直播卡片"
            | "引用消息"
            | "聊天记录合并转发"
            | "7"
            | "20"
            | "21"
            | "24"
            | "25"
            | "26"
            | "99" => bare,
            _ => {
                let at = found.sort.map_or(message.source, |sort| sort.span());
                self.once.unknown_sort("type", &sort, at, out);
                bare
            }
        };
        if found.recalled {
            message.extras_mut().detail("isRecalled", "true");
        }
        if message.kind == Kind::Media && !files && looks_like_path(&message.text.value) {
            let name = message.text.value.clone().into_owned();
            message.extras_mut().attach(attachment(Some(name), &sort));
        }
        if !matches!(&*sort, "" | "文本消息" | "0") {
            message.extras_mut().detail("type", sort);
        }
    }
}

/// Exporters that saved a file write its path as the text.
fn looks_like_path(text: &str) -> bool {
    text.contains(['/', '\\']) && !text.contains(char::is_whitespace) && !text.starts_with('[')
}

/// What QQ's exporter says of a message's content.
fn content<'a>(value: &Value<'a>, message: &mut Message<'a>) {
    for (key, part) in value.object() {
        match &*key {
            "text" => match part.string() {
                Some(text) => message.text = text,
                None => keep("content.text", &part, message),
            },
            "resources" => {
                for file in part.array() {
                    let size = file.get("fileSize").or_else(|| file.get("size"));
                    let size = size.and_then(|size| u64::try_from(size.integer_or_digits()?).ok());
                    let name = ["fileName", "filename", "localPath", "originalUrl", "url"]
                        .iter()
                        .find_map(|field| member(&file, field));
                    let sort = member(&file, "type");
                    message.extras_mut().attach(Attachment { name, sort, size, ..Attachment::default() });
                }
            }
            "reply" => {
                let id = part.get("referencedMessageId").or_else(|| part.get("messageId"));
                message.extras_mut().reply_to = id.and_then(|id| identifier(&id));
                keep("content.reply", &part, message);
            }
            // The same again as markup and as the program's own elements.
            "html" | "raw" | "elements" => {}
            _ => keep(&format!("content.{key}"), &part, message),
        }
    }
}
