//! One file of an export: its timeline, what is searched, and what must be known of it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use transcript::encoding::OffsetMap;
use transcript::review::{self, Moment, Options, Summary};
use transcript::{
    Conversation, ConversationId, Format, Kind, Message, Participant, ParticipantId, Place, Reading, Span,
    Timeline, Warning,
};

use crate::index::Index;
use crate::{AccountFacts, ConversationFacts, SourceFacts};

const NOBODY: u32 = u32::MAX;

/// Where a source comes from and what it is.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) item: String,
    pub(crate) file: String,
    pub(crate) path: Option<String>,
    pub(crate) sha256: String,
    pub(crate) format: Format,
    pub(crate) format_name: &'static str,
    pub(crate) why: String,
    pub(crate) encoding: Option<String>,
}

/// What filters ask of a message, without looking at the message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brief {
    sender: u32,
    pub(crate) conversation: ConversationId,
    pub(crate) kind: Kind,
    pub(crate) edited: bool,
    pub(crate) attachment: bool,
}

impl Brief {
    fn of(message: &Message<'_>) -> Self {
        let extras = message.extras.as_deref();
        Self {
            sender: message.sender.map_or(NOBODY, |sender| sender.0),
            conversation: message.conversation,
            kind: message.kind,
            edited: extras.is_some_and(|extras| extras.edited.is_some()),
            attachment: message.kind == Kind::Media
                || extras.is_some_and(|extras| !extras.attachments.is_empty()),
        }
    }

    pub(crate) fn sender(self) -> Option<ParticipantId> {
        (self.sender != NOBODY).then_some(ParticipantId(self.sender))
    }
}

/// A warning, or bytes that are not understood, and where in the timeline they are shown.
#[derive(Debug)]
pub(crate) struct Noted {
    /// In the file's own bytes.
    pub(crate) bytes: Span,
    pub(crate) words: String,
    pub(crate) unparsed: bool,
}

/// What stands before and behind messages, by the message's number.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    before: HashMap<u32, Vec<u32>>,
    behind: HashMap<u32, Vec<u32>>,
}

impl Beside {
    pub(crate) fn before(&self, number: u32) -> &[u32] {
        self.before.get(&number).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn behind(&self, number: u32) -> &[u32] {
        self.behind.get(&number).map_or(&[], Vec::as_slice)
    }
}

/// One file of an export.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) origin: Origin,
    pub(crate) timeline: Timeline<'static>,
    /// The file's own bytes, where they had to be transcoded.
    raw: Option<Vec<u8>>,
    map: OffsetMap,
    pub(crate) index: Index,
    pub(crate) briefs: Vec<Brief>,
    pub(crate) notices: Vec<Noted>,
    pub(crate) beside: Beside,
    /// Stretches without a message, by the message behind them.
    pub(crate) gaps: HashMap<u32, String>,
    /// Hashes of the platform's identifiers, sorted, where some message answers another.
    ids: Vec<(u64, u32)>,
    local: u64,
    ambiguous: u64,
    pub(crate) day_first: Option<bool>,
    summary: Summary,
}

impl Source {
    pub(crate) fn new(
        origin: Origin,
        timeline: Timeline<'static>,
        raw: Option<Vec<u8>>,
        map: OffsetMap,
        transcoding: &[Warning],
    ) -> Self {
        let mut source = Self {
            origin,
            timeline,
            raw,
            map,
            index: Index::new(),
            briefs: Vec::new(),
            notices: Vec::new(),
            beside: Beside::default(),
            gaps: HashMap::new(),
            ids: Vec::new(),
            local: 0,
            ambiguous: 0,
            day_first: None,
            summary: Summary::default(),
        };
        source.survey();
        source.note(transcoding);
        source
    }

    /// Goes over all messages once.
    fn survey(&mut self) {
        self.briefs.reserve_exact(self.timeline.len());
        let mut answered = false;
        let mut ids = Vec::new();
        for (number, message) in (0_u32..).zip(self.timeline.messages()) {
            let extras = message.extras.as_deref();
            let files = extras.into_iter().flat_map(|extras| &extras.attachments);
            self.index.add(&message.text.value, files.filter_map(|file| file.name.as_deref()));
            self.briefs.push(Brief::of(&message));
            self.local += u64::from(matches!(message.sent.reading, Reading::Local(_)));
            self.ambiguous += u64::from(matches!(message.sent.reading, Reading::Ambiguous { .. }));
            answered |= extras.is_some_and(|extras| extras.reply_to.is_some());
            if let Some(id) = extras.and_then(|extras| extras.id.as_deref()) {
                ids.push((hash(id), number));
            }
        }
        if answered {
            ids.sort_unstable();
            self.ids = ids;
        }
    }

    /// Finds the places of warnings and of what is not understood.
    fn note(&mut self, transcoding: &[Warning]) {
        let notices = self.timeline.unparsed().iter().map(|unparsed| Noted {
            bytes: self.original(unparsed.at),
            words: unparsed.reason.clone(),
            unparsed: true,
        });
        let warned = self.timeline.warnings().iter().map(|warning| Noted {
            bytes: self.original(warning.at),
            words: warning.note.clone(),
            unparsed: false,
        });
        // The spans of these are the file's own already.
        let transcoding = transcoding.iter().map(|warning| Noted {
            bytes: warning.at,
            words: warning.note.clone(),
            unparsed: false,
        });
        let mut notices: Vec<Noted> = notices.chain(warned).chain(transcoding).collect();
        notices.sort_by_key(|noted| noted.bytes);
        for (place, noted) in (0_u32..).zip(&notices) {
            let at = self.first_ending_after(noted.bytes.start());
            let within = self.bytes_of(at).is_some_and(|bytes| bytes.contains(noted.bytes));
            let last = u32::try_from(self.timeline.len()).unwrap_or(u32::MAX).saturating_sub(1);
            if within || at > last {
                self.beside.behind.entry(at.min(last)).or_default().push(place);
            } else {
                self.beside.before.entry(at).or_default().push(place);
            }
        }
        self.notices = notices;
    }

    /// Looks at the times again, as they are to be understood now.
    pub(crate) fn review(&mut self, zone: Option<&TimeZone>, now: Option<i64>) {
        let options = Options {
            now: now.and_then(|now| Timestamp::from_millisecond(now).ok()),
            zone: zone.cloned(),
            gap: None,
            format: Some(self.origin.format),
        };
        let order = self.timeline.by_time_as(|reading| self.decide(reading));
        let in_time = order.iter().filter_map(|&(_, number)| self.timeline.get(number as usize));
        let in_time = in_time.map(|message| self.decided(message));
        let in_source = self.timeline.messages().map(|message| self.decided(message));
        let summary = review::review_messages(in_source, in_time, &self.timeline.directory, &options);
        self.gaps = HashMap::new();
        for conversation in &summary.conversations {
            for gap in &conversation.gaps.longest {
                let number = self.number_at(gap.after);
                let words =
                    format!("{} without a message in this conversation", review::lasting(gap.seconds));
                self.gaps.insert(number, words);
            }
        }
        self.summary = summary;
    }

    fn decided<'m>(&self, mut message: Message<'m>) -> Message<'m> {
        message.sent.reading = self.decide(message.sent.reading);
        message
    }

    /// How a date of which day and month could not be told apart is to be read, if somebody has decided.
    pub(crate) fn decide(&self, reading: Reading) -> Reading {
        match (reading, self.day_first) {
            (Reading::Ambiguous { day_first, .. }, Some(true)) => Reading::Local(day_first),
            (Reading::Ambiguous { month_first, .. }, Some(false)) => Reading::Local(month_first),
            (reading, _) => reading,
        }
    }

    /// The order of the messages in time, each with its key.
    pub(crate) fn by_time(&self, zone: Option<&TimeZone>) -> Vec<(i64, u32)> {
        self.timeline.by_time_as(|reading| {
            let sorted = match self.decide(reading) {
                // Undecided dates stand where the day comes first, as long as nobody says otherwise.
                Reading::Ambiguous { day_first, .. } => Reading::Local(day_first),
                other => other,
            };
            zone.map_or(sorted, |zone| sorted.in_zone(zone))
        })
    }

    /// The message with this identifier of the platform.
    pub(crate) fn with_id(&self, id: &str) -> Option<Message<'_>> {
        let wanted = hash(id);
        let from = self.ids.partition_point(|&(known, _)| known < wanted);
        self.ids.get(from..)?.iter().take_while(|(known, _)| *known == wanted).find_map(|&(_, number)| {
            let message = self.timeline.get(number as usize)?;
            let same = message.extras.as_deref().is_some_and(|extras| extras.id.as_deref() == Some(id));
            same.then_some(message)
        })
    }

    /// Where bytes of the text stand in the file.
    pub(crate) fn original(&self, span: Span) -> Span {
        self.map.original(span)
    }

    /// The file's own bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or_else(|| self.timeline.source())
    }

    /// Where a message stands in the file.
    pub(crate) fn bytes_of(&self, number: u32) -> Option<Span> {
        self.timeline.get(number as usize).map(|message| self.original(message.source))
    }

    /// The first message that ends behind this byte of the file.
    fn first_ending_after(&self, byte: u64) -> u32 {
        self.partition(|span| span.end() <= byte)
    }

    /// The messages that a range of the file's bytes touches: the first, and the last.
    pub(crate) fn touched(&self, bytes: [u64; 2]) -> Option<(u32, u32)> {
        let [from, to] = bytes;
        let (first, behind) =
            (self.partition(|span| span.end() <= from), self.partition(|span| span.start() < to));
        (first < behind).then(|| (first, behind - 1))
    }

    /// How many messages come before the first of which `before` does not hold.
    fn partition(&self, before: impl Fn(Span) -> bool) -> u32 {
        let (mut from, mut to) = (0_u32, u32::try_from(self.timeline.len()).unwrap_or(u32::MAX));
        while from < to {
            let middle = from + (to - from) / 2;
            if self.bytes_of(middle).is_some_and(&before) { from = middle + 1 } else { to = middle }
        }
        from
    }

    /// The number of the message at this place of the text.
    fn number_at(&self, text: Span) -> u32 {
        self.first_ending_after(self.original(text).start())
    }

    /// A message's place in a person's terms.
    pub(crate) fn place(&self, message: &Message<'_>) -> String {
        match &message.place {
            Place::Line(line) => format!("line {line}"),
            Place::Element { array, index } => {
                let array = self.timeline.directory.pointers().get(*array as usize).map_or("", |array| array);
                format!("JSON pointer {array}/{index}")
            }
            Place::Bytes => "no line".to_owned(),
        }
    }

    pub(crate) fn account(&self, id: ParticipantId) -> Option<&Participant> {
        self.timeline.directory.participant(id)
    }

    pub(crate) fn facts(&self) -> SourceFacts {
        let Origin { item, file, path, sha256, format, format_name, why, encoding } = &self.origin;
        SourceFacts {
            item: item.clone(),
            file: file.clone(),
            path: path.clone(),
            sha256: sha256.clone(),
            size: self.bytes().len() as u64,
            format: *format,
            format_name: (*format_name).to_owned(),
            why: why.clone(),
            encoding: encoding.clone(),
            messages: self.timeline.len() as u64,
            local: self.local,
            ambiguous: self.ambiguous,
            day_first: self.day_first,
            unparsed: self.timeline.unparsed_bytes(),
            warnings: self.notices.iter().filter(|noted| !noted.unparsed).count() as u64,
            findings: self.summary.findings.iter().map(|finding| finding.words.clone()).collect(),
        }
    }

    /// The conversations with a message, in the order in which they are numbered.
    pub(crate) fn conversations(
        &self,
        source: u32,
    ) -> impl Iterator<Item = (ConversationId, ConversationFacts)> {
        self.summary.conversations.iter().map(move |known| {
            let conversation = self.timeline.directory.conversation(known.id);
            let extent = match (known.first, known.last) {
                (Some(first), Some(last)) => format!("{} to {}", date(first), date(last)),
                _ => "without certain dates".to_owned(),
            };
            let title = self.title(conversation, known.id);
            (known.id, ConversationFacts { source, title, messages: known.messages, extent })
        })
    }

    fn title(&self, conversation: Option<&Conversation>, id: ConversationId) -> String {
        let named = conversation.and_then(|known| known.title.as_deref().or(known.platform_id.as_deref()));
        if let Some(title) = named.filter(|title| !title.is_empty()) {
            return title.to_owned();
        }
        let Origin { file, path, .. } = &self.origin;
        let name = path.as_deref().and_then(|path| path.rsplit('/').next()).unwrap_or(file);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        match self.timeline.directory.conversations().len() {
            ..=1 => stem.to_owned(),
            _ => format!("{stem}, conversation {}", id.0 + 1),
        }
    }

    /// The accounts that wrote something, in the order in which they are numbered.
    pub(crate) fn accounts(&self, source: u32) -> impl Iterator<Item = (ParticipantId, AccountFacts)> {
        let known = self.summary.participants.iter().filter_map(|known| Some((known.id?, known)));
        (0_u32..).zip(known).map(move |(place, (id, known))| {
            let label = known.participant.label().into_owned();
            let others = [&known.participant.handle, &known.participant.platform_id];
            let handle = others.into_iter().flatten().find(|other| **other != label).cloned();
            let exporter = known.participant.exporter;
            (id, AccountFacts { source, place, label, handle, exporter, messages: known.messages })
        })
    }
}

fn date(moment: Moment) -> String {
    let date = match moment {
        Moment::Instant(at) => at.to_zoned(TimeZone::UTC).date(),
        Moment::Local(local) => local.date(),
    };
    date.strftime("%-d %b %Y").to_string()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
