//! Which format a source is, told from its content.

use serde::{Deserialize, Serialize};

use crate::{Parser, formats};

/// How much of a source's beginning [`recognise`] wants to see, in bytes. Fewer do if the source is shorter.
pub const HEAD: usize = 64 << 10;

/// A format that this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// WhatsApp's "Export chat", the text file of it.
    Whatsapp,
    /// Telegram Desktop's `result.json`.
    TelegramJson,
    /// Telegram Desktop's `messages.html`.
    TelegramHtml,
    /// Facebook Messenger's `message_1.json` of "Download your information".
    MessengerJson,
    /// Facebook Messenger's separate download of end-to-end encrypted chats.
    MessengerE2ee,
    /// Facebook Messenger's `message_1.html`.
    MessengerHtml,
    /// Facebook's `messages.htm` of before 2018.
    MessengerHtmlOld,
    /// Instagram's `message_1.json`.
    InstagramJson,
    /// Instagram's `message_1.html`.
    InstagramHtml,
    /// Snapchat's `chat_history.json`, older and newer.
    Snapchat,
    /// Discord's data package, `messages.json`.
    DiscordPackage,
    /// Discord's data package before 2024, `messages.csv`.
    DiscordPackageCsv,
    /// DiscordChatExporter's JSON.
    DiscordExporter,
    /// TikTok's `user_data.json`.
    TiktokJson,
    /// TikTok's `Direct Messages.txt`.
    TiktokText,
    /// SMS Backup & Restore: SMS, MMS and calls.
    SmsBackup,
    /// Signal's plain export of JSON lines.
    SignalJsonl,
    /// signal-export's `chat.md` and sigtop's text, for Signal Desktop.
    SignalText,
    /// Skype's `messages.json`.
    Skype,
    /// Google Chat of Takeout, `messages.json`.
    GoogleChat,
    /// Google Hangouts of Takeout, `Hangouts.json`.
    Hangouts,
    /// X's `direct-messages.js`.
    XDirectMessages,
    /// imessage-exporter's text.
    ImessageText,
    /// imessage-exporter's HTML.
    ImessageHtml,
    /// iMessage's `chat.db`, its rows as JSON lines.
    ImessageDb,
    /// LINE's chat history text.
    Line,
    /// Viber's CSV history.
    Viber,
    /// Kik's `data-text.csv` as produced to police.
    Kik,
    /// WeChat as third-party exporters write it, JSON.
    Wechat,
    /// One e-mail, RFC 5322.
    Eml,
    /// A mailbox file, RFC 4155.
    Mbox,
    /// CSV whose columns somebody must name.
    Csv,
}

/// What a source was recognised as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recognition {
    /// The format.
    pub format: Format,
    /// What of the content shows it, in words for a person.
    pub why: String,
    /// How certain that is: of two formats that both fit, the higher is taken.
    #[serde(skip)]
    pub certainty: Certainty,
}

/// How certain a recognition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The shape fits, and others might.
    Shape,
    /// Names or a line that only this format has.
    Marked,
    /// The format declares itself.
    Declared,
}

/// What this crate knows of one format; one for every [`Format`].
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// Which.
    pub format: Format,
    /// Its name for a person.
    pub name: &'static str,
    /// Whether long files are read in bounded memory.
    pub streams: bool,
    /// What of the export is kept, for `docs/formats.md`.
    pub kept: &'static str,
    /// What is not in the export, or not read, for `docs/formats.md`.
    pub not_kept: &'static str,
    /// Recognises the format by a source's first [`HEAD`] bytes, byte order mark included.
    pub recognise: fn(&[u8]) -> Option<(Certainty, String)>,
    /// A parser for one source.
    pub parser: fn() -> Box<dyn Parser>,
}

impl Format {
    /// What this crate knows of it.
    pub fn descriptor(self) -> Option<&'static Descriptor> {
        descriptors().find(|descriptor| descriptor.format == self)
    }
}

/// All formats.
pub fn descriptors() -> impl Iterator<Item = &'static Descriptor> {
    formats::ALL.iter().copied().flatten()
}

/// Which formats a source may be, the likeliest first, from its first [`HEAD`] bytes.
pub fn recognise(head: &[u8]) -> Vec<Recognition> {
    let head = head.get(..HEAD).unwrap_or(head);
    let mut found: Vec<Recognition> = descriptors()
        .filter_map(|descriptor| {
            let (certainty, why) = (descriptor.recognise)(head)?;
            Some(Recognition { format: descriptor.format, why, certainty })
        })
        .collect();
    // Of equals, the one that needs somebody to name its columns comes last.
    found.sort_by_key(|found| (std::cmp::Reverse(found.certainty), found.format == Format::Csv));
    found
}
