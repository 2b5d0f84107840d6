//! What a parser says, and the book-keeping that no byte goes missing in.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash};

use crate::model::MOST_PARTS;
use crate::{
    Conversation, ConversationId, Detail, Extras, Message, Participant, ParticipantId, Span, Structure,
    StructureKind, Unparsed, Warning, WarningKind,
};

/// Receives what a parser finds, in the order of the source's bytes.
///
/// Every byte of a source comes exactly once: in a message, in structure, or unparsed.
pub trait Sink {
    /// A message.
    fn message(&mut self, message: &Message<'_>, directory: &Directory);
    /// Bytes between messages that are understood. Touching pieces of one kind may come joined.
    fn structure(&mut self, _structure: Structure) {}
    /// Bytes that are not understood.
    fn unparsed(&mut self, unparsed: Unparsed);
    /// Something the reader of the timeline must know.
    fn warning(&mut self, warning: Warning);
}

/// The accounts, conversations and JSON arrays met so far. Numbers are given in order of appearance and never change.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    participants: Interned<Participant>,
    conversations: Interned<Conversation>,
    pointers: Interned<String>,
}

/// Values by number, and their numbers by hash: each is kept once, a broken source may name millions.
#[derive(Clone, Debug)]
pub(crate) struct Interned<T> {
    values: Vec<T>,
    /// Of values whose hashes are the same, the second stands under the next hash.
    numbers: HashMap<u64, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T> Interned<T> {
    /// The value of a number.
    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }
}

impl<T: Eq + Hash> Interned<T> {
    /// The number of a value, given now if it is new.
    pub(crate) fn number(&mut self, value: T) -> u32 {
        let mut hash = self.numbers.hasher().hash_one(&value);
        while let Some(&known) = self.numbers.get(&hash) {
            if self.values.get(known as usize) == Some(&value) {
                return known;
            }
            hash = hash.wrapping_add(1);
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value);
        self.numbers.insert(hash, number);
        number
    }
}

impl Directory {
    /// The accounts, by [`ParticipantId`].
    pub fn participants(&self) -> &[Participant] {
        &self.participants.values
    }

    /// The conversations, by [`ConversationId`].
    pub fn conversations(&self) -> &[Conversation] {
        &self.conversations.values
    }

    /// The JSON pointers of the arrays that hold messages, by the number in [`crate::Place::Element`].
    pub fn pointers(&self) -> &[String] {
        &self.pointers.values
    }

    /// One account.
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants().get(id.0 as usize)
    }

    /// One conversation.
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations().get(id.0 as usize)
    }

    /// The number of an account, given now if it is new.
    pub fn intern_participant(&mut self, participant: Participant) -> ParticipantId {
        ParticipantId(self.participants.number(participant))
    }

    /// The number of a conversation, given now if it is new.
    pub fn intern_conversation(&mut self, conversation: Conversation) -> ConversationId {
        ConversationId(self.conversations.number(conversation))
    }

    /// The number of a JSON pointer, given now if it is new.
    pub fn intern_pointer(&mut self, pointer: &str) -> u32 {
        self.pointers.number(pointer.to_owned())
    }
}

/// Where a parser writes. Checks that spans follow each other without gap or overlap: what a parser steps over
/// without a word is reported as unparsed, so that nothing can be dropped silently.
pub struct Output<'s> {
    sink: &'s mut dyn Sink,
    /// Accounts and conversations.
    pub directory: Directory,
    written: u64,
    held: u64,
    pending: Option<Structure>,
    /// Of pieces that touch and lack sense for the same reason, one is made: so it does not matter how the source came.
    broken: Option<Unparsed>,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("written", &self.written).finish_non_exhaustive()
    }
}

impl<'s> Output<'s> {
    /// Output to `sink`, from the source's first byte.
    pub fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, directory: Directory::default(), written: 0, held: 0, pending: None, broken: None }
    }

    /// Output that goes on at this byte of the source: for a first pass, of which nothing is kept.
    pub(crate) fn from(sink: &'s mut dyn Sink, at: u64) -> Self {
        Self { written: at, ..Self::new(sink) }
    }

    /// How many bytes are accounted for.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// The parser has read the bytes before `upto` and keeps of them what it needs: what they are, it says with a later
    /// message. So a message whose attachment is written into the source need not lie in memory whole.
    pub fn hold(&mut self, upto: u64) {
        self.held = self.held.max(upto);
    }

    /// Up to where bytes are accounted for, or held.
    pub const fn reached(&self) -> u64 {
        if self.held > self.written { self.held } else { self.written }
    }

    /// A message. Its span must begin where the last one ended.
    ///
    /// A message of 4 GiB or more is not one: its bytes are reported as unparsed.
    pub fn message(&mut self, message: &Message<'_>) {
        if u32::try_from(message.source.len()).is_err() {
            return self.unparsed(message.source, "a message of over 4 GiB");
        }
        self.reach(message.source);
        self.flush();
        if let Some(extras) = &message.extras
            && extras.attachments.len().max(extras.reactions.len()).max(extras.details.len()) >= MOST_PARTS
        {
            self.warn_of_further(message.source, extras);
        }
        self.sink.message(message, &self.directory);
    }

    #[cold]
    fn warn_of_further(&mut self, at: Span, extras: &Extras) {
        for Detail { name, value } in
            extras.details.iter().filter(|detail| detail.name.starts_with("further_"))
        {
            let what = name.trim_start_matches("further_");
            let note = format!(
                "{value} {what} of this message are not kept one by one, only the first {MOST_PARTS}; its bytes hold them all"
            );
            self.sink.warning(Warning { kind: WarningKind::LeftOut, at, note });
        }
    }

    /// Bytes that are understood and belong to no message.
    pub fn structure(&mut self, at: Span, kind: StructureKind) {
        if at.is_empty() {
            return;
        }
        self.reach(at);
        match &mut self.pending {
            Some(last) if last.kind == kind && last.at.end() == at.start() => {
                last.at = Span::new(last.at.start(), at.end());
            }
            _ => {
                self.flush();
                self.pending = Some(Structure { at, kind });
            }
        }
    }

    /// Bytes that are not understood.
    pub fn unparsed(&mut self, at: Span, reason: impl Into<String>) {
        if at.is_empty() {
            return;
        }
        self.reach(at);
        let reason = reason.into();
        match &mut self.broken {
            Some(last) if last.at.end() == at.start() && last.reason == reason => {
                last.at = Span::new(last.at.start(), at.end());
            }
            _ => {
                self.flush();
                self.broken = Some(Unparsed { at, reason });
            }
        }
    }

    /// A warning. It may concern bytes already written or yet to come.
    pub fn warn(&mut self, kind: WarningKind, at: Span, note: impl Into<String>) {
        self.sink.warning(Warning { kind, at, note: note.into() });
    }

    /// The source has `len` bytes and no more: what was not spoken of is unparsed.
    pub fn finish(mut self, len: u64) -> Directory {
        if self.written < len {
            let rest = Span::new(self.written, len);
            self.unparsed(rest, "the reader stopped before the end of the source");
        }
        self.flush();
        self.directory
    }

    fn flush(&mut self) {
        if let Some(structure) = self.pending.take() {
            self.sink.structure(structure);
        }
        if let Some(unparsed) = self.broken.take() {
            self.sink.unparsed(unparsed);
        }
    }

    fn reach(&mut self, at: Span) {
        debug_assert!(
            at.start() >= self.written,
            "bytes {at:?} spoken of twice, written up to {}",
            self.written
        );
        if at.start() > self.written {
            debug_assert!(false, "bytes {}..{} stepped over", self.written, at.start());
            self.flush();
            let gap = Span::new(self.written, at.start());
            self.sink.unparsed(Unparsed { at: gap, reason: "stepped over by the reader".to_owned() });
        }
        self.written = at.end();
    }
}
