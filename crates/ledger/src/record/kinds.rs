//! The kinds of acts, in one table: what each is, which fields it has, who writes it, and which act of
//! section 62 of the Data Protection Act 2018 it logs. `docs/ledger.md` is generated from it.

use std::fmt;
use std::str::FromStr;

use super::canonical::is_plain;
use super::{Actor, Digest, Id, MAX_NUMBER, Record, Value};
use crate::{Error, Hash};

/// The acts that a competent authority must log (Data Protection Act 2018, section 62(1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoggedAct {
    /// (a)
    Collection,
    /// (b)
    Alteration,
    /// (c)
    Consultation,
    /// (d), transfers included.
    Disclosure,
    /// (e)
    Combination,
    /// (f)
    Erasure,
}

impl LoggedAct {
    /// The word of the Act.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Alteration => "alteration",
            Self::Consultation => "consultation",
            Self::Disclosure => "disclosure",
            Self::Combination => "combination",
            Self::Erasure => "erasure",
        }
    }
}

/// Where a field stands in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Beside the kind and the time.
    Record,
    /// In the detail.
    Detail,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The id of a report, an item or a member.
    Id,
    /// Several ids.
    Ids,
    /// A SHA-256 digest in base64url.
    Sha256,
    /// A root hash in base64, as it stands in a checkpoint.
    Root,
    /// One word or name of ours, 1 to 253 characters.
    Word,
    /// A whole number.
    Number,
}

impl Form {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "an id",
            Self::Ids => "a list of ids",
            Self::Sha256 => "a SHA-256 digest in base64url",
            Self::Root => "a hash in base64",
            Self::Word => "a word",
            Self::Number => "a number",
        }
    }

    fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Id, Value::Text(text)) => text.parse::<Id>().is_ok(),
            (Self::Ids, Value::List(texts)) => texts.iter().all(|text| text.parse::<Id>().is_ok()),
            (Self::Sha256, Value::Text(text)) => text.parse::<Digest>().is_ok(),
            (Self::Root, Value::Text(text)) => text.parse::<Hash>().is_ok(),
            (Self::Word, Value::Text(text)) => (1..=253).contains(&text.len()) && is_plain(text),
            (Self::Number, Value::Number(number)) => *number <= MAX_NUMBER,
            _ => false,
        }
    }
}

/// A field of a kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it holds.
    pub form: Form,
    /// Whether every record of the kind has it.
    pub required: bool,
    /// What it means, in a few words.
    pub meaning: &'static str,
}

/// Who may be named as the actor of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actors {
    /// The reporter.
    pub reporter: bool,
    /// A member of a desk.
    pub member: bool,
    /// The service, or whoever runs it.
    pub system: bool,
}

impl Actors {
    fn admits(self, actor: Actor) -> bool {
        match actor {
            Actor::Reporter => self.reporter,
            Actor::Member(_) => self.member,
            Actor::System => self.system,
        }
    }

    /// In words: `reporter or member`.
    pub fn to_words(self) -> String {
        let named = [(self.reporter, "reporter"), (self.member, "member"), (self.system, "system")];
        let words: Vec<_> = named.into_iter().filter_map(|(is, word)| is.then_some(word)).collect();
        words.join(" or ")
    }
}

/// All about one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// Its word in records, tables and exports.
    pub word: &'static str,
    /// The act of section 62 that it logs; none for what only decides who may act.
    pub act: Option<LoggedAct>,
    /// Who does it.
    pub actors: Actors,
    /// When it is written, and in which transaction.
    pub written: &'static str,
    /// What an auditor reads from it.
    pub says: &'static str,
    /// Its fields, beside those that every record has.
    pub fields: &'static [Field],
}

impl KindRow {
    pub(super) fn check(&self, record: &Record) -> Result<(), Error> {
        let kind = self.kind;
        if !self.actors.admits(record.actor) {
            return Err(Error::FieldForm { kind, field: "actor", wanted: "one who does such acts" });
        }
        let report = record.report.map(|id| ("report", Value::from(id)));
        let item = record.item.map(|id| ("item", Value::from(id)));
        let sha256 = record.sha256.map(|digest| ("sha256", Value::Text(digest.to_string())));
        let top: Vec<_> = report.into_iter().chain(item).chain(sha256).collect();
        let top = top.iter().map(|(name, value)| (Place::Record, *name, value));
        let detail = record.detail.iter().map(|(name, value)| (Place::Detail, name.as_str(), value));
        let found: Vec<_> = top.chain(detail).collect();

        for (place, name, _) in &found {
            if !self.fields.iter().any(|field| field.place == *place && field.name == *name) {
                return Err(Error::FieldUnknown { kind, field: (*name).to_owned() });
            }
        }
        for field in self.fields {
            let value = found.iter().find(|(place, name, _)| *place == field.place && *name == field.name);
            match value {
                None if field.required => return Err(Error::FieldMissing { kind, field: field.name }),
                Some((_, _, value)) if !field.form.holds(value) => {
                    return Err(Error::FieldForm { kind, field: field.name, wanted: field.form.as_str() });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Kind {
    /// Its row in [`KINDS`].
    pub fn row(self) -> &'static KindRow {
        &KINDS[self as usize]
    }

    /// Its word in records, tables and exports.
    pub fn as_str(self) -> &'static str {
        self.row().word
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let row = KINDS.iter().find(|row| row.word == word);
        row.map(|row| row.kind).ok_or_else(|| Error::Kind { found: word.to_owned() })
    }
}

const REPORTER: Actors = Actors { reporter: true, member: false, system: false };
const MEMBER: Actors = Actors { reporter: false, member: true, system: false };
const SYSTEM: Actors = Actors { reporter: false, member: false, system: true };
const REPORTER_OR_MEMBER: Actors = Actors { reporter: true, member: true, system: false };
const MEMBER_OR_SYSTEM: Actors = Actors { reporter: false, member: true, system: true };
const ANYONE: Actors = Actors { reporter: true, member: true, system: true };

const fn field(place: Place, name: &'static str, form: Form, meaning: &'static str) -> Field {
    Field { name, place, form, required: true, meaning }
}

const fn optional(field: Field) -> Field {
    Field { required: false, ..field }
}

const REPORT: Field = field(Place::Record, "report", Form::Id, "the report");
const ITEM: Field = field(Place::Record, "item", Form::Id, "the item");
const SEALED: Field = field(Place::Record, "sha256", Form::Sha256, "of the sealed bytes");
const DESK: Field = field(Place::Detail, "desk", Form::Word, "the desk");
const ABOUT: Field = field(Place::Detail, "member", Form::Id, "the member it is about");
const RELEASE: Field = field(Place::Record, "item", Form::Id, "the release: the item that holds its reason");
const WHY: Field = field(Place::Detail, "why", Form::Word, "the rule that forbade it");
const LIST: Field = field(Place::Detail, "list", Form::Id, "the hash list");
const ROLE: Field = field(Place::Detail, "role", Form::Word, "the role given");

/// Makes the enum and the table from one list, so that neither can lack what the other has.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal, $act:expr, $actors:expr,
        $written:literal, $says:literal, [$($field:expr),* $(,)?];)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        /// Every kind, in the order of the enum.
        pub const KINDS: &[KindRow] = &[
            $(KindRow {
                kind: Kind::$kind,
                word: $word,
                act: $act,
                actors: $actors,
                written: $written,
                says: $says,
                fields: &[$($field),*],
            },)*
        ];

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];
        }
    };
}

kinds! {
    /// A report became durable.
    ReportReceived = "report.received", Some(LoggedAct::Collection), REPORTER,
        "with the report's row, before it is acknowledged",
        "that a report came in, then; its digest is that of the whole submission",
        [REPORT, field(Place::Record, "sha256", Form::Sha256, "of the submission")];
    /// An item became part of a report.
    ItemAdded = "item.added", Some(LoggedAct::Collection), ANYONE,
        "with the item's row, before it is acknowledged",
        "which sealed bytes came in as which item, and whether a reporter or a member added them",
        [REPORT, ITEM, SEALED];
    /// A member was given the sealed bytes of an item.
    ItemConsulted = "item.consulted", Some(LoggedAct::Consultation), MEMBER,
        "before the sealed bytes go out",
        "who was given which item, also when the connection broke before its end",
        [REPORT, ITEM, SEALED];
    /// A member was given a page of sealed summaries.
    QueueConsulted = "queue.consulted", Some(LoggedAct::Consultation), MEMBER,
        "before the page goes out",
        "who was given the sealed summaries of which reports",
        [DESK, field(Place::Detail, "reports", Form::Ids, "the reports on the page")];
    /// A member was given entries of the ledger.
    LedgerConsulted = "ledger.consulted", Some(LoggedAct::Consultation), MEMBER_OR_SYSTEM,
        "before the entries go out",
        "who looked up which acts, by the filters they set: what watching the watchers leaves behind",
        [DESK, field(Place::Detail, "as", Form::Word, "how they were shown: a page, figures, an export"),
            optional(field(Place::Detail, "member", Form::Id, "acts of this member only")),
            optional(field(Place::Detail, "report", Form::Id, "acts on this report only")),
            optional(field(Place::Detail, "act", Form::Word, "acts of this kind only")),
            optional(field(Place::Detail, "since", Form::Number, "from then, in seconds since 1970")),
            optional(field(Place::Detail, "until", Form::Number, "until then"))];
    /// A report was assigned, or no longer is.
    ReportAssigned = "report.assigned", Some(LoggedAct::Alteration), MEMBER,
        "with the change",
        "whose work a report became; nobody's when `to` is left out",
        [REPORT, optional(field(Place::Detail, "to", Form::Id, "the member"))];
    /// A report changed its state.
    DecisionMade = "decision.made", Some(LoggedAct::Alteration), REPORTER_OR_MEMBER,
        "with the change",
        "who opened, closed or reopened a report; a reporter who writes to a closed one reopens it",
        [REPORT, field(Place::Detail, "from", Form::Word, "the state before"),
            field(Place::Detail, "to", Form::Word, "the state after")];
    /// A desk's key was wrapped to a member.
    GrantAdded = "grant.added", None, MEMBER_OR_SYSTEM,
        "with the wrap",
        "who could open what a desk receives, from then on, and who let them",
        [DESK, ABOUT];
    /// A member's wrap of a desk's key was removed.
    GrantRemoved = "grant.removed", None, MEMBER_OR_SYSTEM,
        "with the removal",
        "until when a member was given a desk's key",
        [DESK, ABOUT];
    /// A desk was made.
    DeskCreated = "desk.created", None, MEMBER_OR_SYSTEM,
        "with the desk's row",
        "since when there is a desk of this name",
        [DESK];
    /// A person was invited.
    InviteMade = "invite.made", None, MEMBER_OR_SYSTEM,
        "with the invitation",
        "who invited somebody, to which desk and in which role",
        [DESK, ROLE];
    /// A member joined, got another role, or was revoked.
    MemberChanged = "member.changed", None, MEMBER_OR_SYSTEM,
        "with the change",
        "who could do what, when, and who decided it",
        [ABOUT, optional(DESK), optional(ROLE),
            optional(field(Place::Detail, "state", Form::Word, "the state after"))];
    /// A member registered a passkey.
    PasskeyAdded = "passkey.added", None, MEMBER_OR_SYSTEM,
        "with the passkey",
        "since when a member signs in with this further key",
        [ABOUT];
    /// A member signed in, or completed signing in.
    SessionStarted = "session.started", None, MEMBER,
        "with the session",
        "when a member signed in, and how far",
        [field(Place::Detail, "stage", Form::Word, "how far")];
    /// A member's session ended.
    SessionEnded = "session.ended", None, MEMBER_OR_SYSTEM,
        "with the session's end",
        "when a member's sign-in ended, and whether another ended it",
        [ABOUT, optional(DESK)];
    /// A part of the instance's settings is another than it was.
    PolicyChanged = "policy.changed", None, SYSTEM,
        "at the service's start, with the settings that it remembers",
        "since when which part of the rules is another: limits, proofs of work, sign-in, clearing away, the reporter's pages, quarantine, the log's witnesses",
        [DESK, field(Place::Record, "sha256", Form::Sha256, "of the settings in force, as JSON"),
            field(Place::Detail, "section", Form::Word, "the section of the configuration")];
    /// A checkpoint of this log was stamped by a time-stamping authority.
    CheckpointStamped = "checkpoint.stamped", None, SYSTEM,
        "when the stamp came in",
        "that an authority outside has seen the log at this size and root",
        [field(Place::Record, "sha256", Form::Sha256, "of the time-stamp token (RFC 3161)"),
            field(Place::Detail, "authority", Form::Word, "the authority"),
            field(Place::Detail, "root", Form::Root, "the checkpoint's root"),
            field(Place::Detail, "size", Form::Number, "the checkpoint's size")];
    /// A file was found to be media and put into quarantine.
    ItemQuarantined = "item.quarantined", None, MEMBER,
        "with the quarantine, before it is acknowledged",
        "since when it takes a release to get a file, and whose software found it to be media",
        [REPORT, ITEM, SEALED];
    /// A member tried to get the sealed bytes of an item in quarantine and was refused.
    ItemRefused = "item.refused", None, MEMBER,
        "before the refusal goes out",
        "who tried to get an item without a release in force, or one that is locked",
        [REPORT, ITEM, SEALED, WHY];
    /// A hash list knows an item: no member gets its sealed bytes again.
    ItemLocked = "item.locked", None, MEMBER,
        "with the lock, before it is acknowledged",
        "since when no member gets an item, and which list knew it by which hash",
        [REPORT, ITEM, SEALED, LIST, field(Place::Detail, "hash", Form::Word, "the hash by which it knew it")];
    /// A member asked to be given items in quarantine.
    ReleaseAsked = "release.asked", None, MEMBER,
        "with the release and its reason, before it is acknowledged",
        "who asked for which items; the reason is sealed to the desk, and its digest is here",
        [REPORT, RELEASE, field(Place::Record, "sha256", Form::Sha256, "of the sealed reason"),
            field(Place::Detail, "items", Form::Ids, "the items that are asked for")];
    /// A colleague approved a release.
    ReleaseApproved = "release.approved", None, MEMBER,
        "with the approval, before it is acknowledged",
        "who let whom get the items of the release, and until when",
        [REPORT, RELEASE, field(Place::Detail, "member", Form::Id, "the member who asked"),
            field(Place::Detail, "until", Form::Number, "until then, in seconds since 1970")];
    /// A colleague refused a release.
    ReleaseRefused = "release.refused", None, MEMBER,
        "with the refusal, before it is acknowledged",
        "who did not let whom get the items of the release",
        [REPORT, RELEASE, field(Place::Detail, "member", Form::Id, "the member who asked")];
    /// A member tried to answer a release and may not, or no longer.
    ReleaseDenied = "release.denied", None, MEMBER,
        "before the denial goes out",
        "who tried to answer which release, and which rule forbade it",
        [REPORT, RELEASE, field(Place::Detail, "as", Form::Word, "the answer that was tried"), WHY];
    /// A desk's hash list was added, replaced or removed.
    HashListChanged = "hash-list.changed", None, MEMBER,
        "with the list's row, before it is acknowledged",
        "who handed over or removed which list of known hashes; name and content are sealed to the desk",
        [field(Place::Record, "sha256", Form::Sha256, "of the sealed list"), DESK, LIST,
            field(Place::Detail, "as", Form::Word, "what became of it: added, replaced, removed")];
    /// A member was given a desk's hash list.
    HashListConsulted = "hash-list.consulted", None, MEMBER,
        "before the sealed bytes go out",
        "who was given which list of known hashes",
        [field(Place::Record, "sha256", Form::Sha256, "of the sealed list"), DESK, LIST];
}
