//! Opening what the server hands over: desk key → report key → items, every check on the way.
//!
//! An item that fails a check becomes a [`Fault`] that names it; nothing of it is shown.

use std::collections::BTreeSet;

use protocol::UnixSeconds;
use protocol::content::{
    Amendment, Answers, FileEntry, Mark, MarkKind, Message, Note, ReleaseReason, Speaker, Summary,
};
use protocol::exhibit::Exhibit;
use protocol::quarantine::HeldItem;
use protocol::receipt::ItemView;
use protocol::staff::{MemberView, QueueRow, ReportView};
use seal::{Identity, ItemId, ItemKind, ReportId, VerifyingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// A report whose items have been opened, each for itself.
#[derive(Debug, Default)]
pub struct OpenReport {
    /// The answers, unless they failed a check.
    pub answers: Option<Answers>,
    /// What was said between reporter and desk, and what the reporter amended, oldest first.
    pub dialogue: Vec<Entry>,
    /// Notes of members to each other, oldest first.
    pub notes: Vec<Entry>,
    /// Files, in the order in which they came.
    pub files: Vec<FileRow>,
    /// Passages that members marked, oldest first, those that were replaced included.
    pub marks: Vec<MarkEntry>,
    /// Entries of the exhibit list, oldest first, those that were replaced included.
    pub exhibits: Vec<ExhibitEntry>,
    /// Why members asked to see media, oldest first.
    pub reasons: Vec<ReasonEntry>,
    /// Items that failed a check.
    pub faults: Vec<Fault>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When the server received it.
    pub at: UnixSeconds,
    /// Who said it, by their signature.
    pub by: Voice,
    /// What was said.
    pub said: Said,
}

/// A passage that a member marked.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkEntry {
    /// The sealed item, by which a later mark names this one.
    pub item: ItemId,
    /// When the server received it.
    pub at: UnixSeconds,
    /// The member who signed it.
    pub by: Voice,
    /// The mark.
    pub mark: Mark,
}

/// An entry of the exhibit list.
#[derive(Clone, Debug, PartialEq)]
pub struct ExhibitEntry {
    /// The sealed item, by which a later entry names this one.
    pub item: ItemId,
    /// When the server received it.
    pub at: UnixSeconds,
    /// The member who signed it.
    pub by: Voice,
    /// The entry.
    pub exhibit: Exhibit,
}

/// Why a member asked to see media.
#[derive(Clone, Debug, PartialEq)]
pub struct ReasonEntry {
    /// The sealed item, which names the release.
    pub release: ItemId,
    /// When the server received it.
    pub at: UnixSeconds,
    /// The member who signed it.
    pub by: Voice,
    /// What they asked for, and why.
    pub reason: ReleaseReason,
}

/// An entry that is never changed: a later one takes its place, or takes it back.
pub trait Replaceable {
    /// The sealed item, by which a later entry names this one.
    fn item(&self) -> ItemId;
    /// The entry that this one takes the place of.
    fn replaces(&self) -> Option<ItemId>;
    /// Whether it only takes back what it replaces.
    fn is_withdrawn(&self) -> bool;
}

impl Replaceable for MarkEntry {
    fn item(&self) -> ItemId {
        self.item
    }

    fn replaces(&self) -> Option<ItemId> {
        self.mark.replaces
    }

    fn is_withdrawn(&self) -> bool {
        self.mark.kind == MarkKind::Withdrawn
    }
}

impl Replaceable for ExhibitEntry {
    fn item(&self) -> ItemId {
        self.item
    }

    fn replaces(&self) -> Option<ItemId> {
        self.exhibit.replaces
    }

    fn is_withdrawn(&self) -> bool {
        self.exhibit.withdrawn
    }
}

/// The entries that stand, as they came: no later one takes their place, and they do not merely take one back.
pub fn standing<T: Replaceable>(entries: &[T]) -> Vec<&T> {
    let replaced: BTreeSet<[u8; 16]> =
        entries.iter().filter_map(|entry| entry.replaces().map(|item| *item.as_bytes())).collect();
    let stands = |entry: &&T| !replaced.contains(entry.item().as_bytes()) && !entry.is_withdrawn();
    entries.iter().filter(stands).collect()
}

/// What an [`Entry`] says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Words.
    Text(String),
    /// A change to the answers.
    Amended(Amendment),
}

/// Whose signature stands under something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Whoever made the report.
    Reporter,
    /// A member of the desk, by name.
    Member(String),
}

/// A file that was handed over, still sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRow {
    /// Its place among the report's files, from one.
    pub place: usize,
    /// The sealed item.
    pub item: ItemView,
    /// What the answers say about it. Absent for a file that was added later: its name and type are
    /// sealed in the file itself.
    pub listed: Option<FileEntry>,
    /// What it takes to get its bytes, where it is in quarantine.
    pub held: Option<HeldItem>,
}

/// An item that failed a check. Nothing of it is shown.
#[derive(Debug)]
pub struct Fault {
    /// The item.
    pub item: ItemId,
    /// What it claims to be.
    pub kind: ItemKind,
    /// When the server received it.
    pub at: UnixSeconds,
    /// The check that failed.
    pub error: Error,
}

/// Opens the report's own identity with the desk's.
///
/// # Errors
/// [`Error::DeskWrap`] if the wrap is not for this desk or was altered.
pub fn report_identity(desk_wrap: &[u8], desk: &Identity) -> Result<Identity, Error> {
    seal::unwrap(desk_wrap, desk).map(Identity::from_seed).map_err(Error::DeskWrap)
}

/// Opens the one line that the queue shows of a report.
///
/// # Errors
/// Names the check that failed.
pub fn open_summary(row: &QueueRow, desk: &Identity) -> Result<Summary, Error> {
    if row.summary.signed.header.report != row.report {
        return Err(Error::OfAnotherReport);
    }
    if row.summary.signed.header.kind != ItemKind::Summary {
        return Err(Error::Schema { expected: Summary::SCHEMA });
    }
    let report = report_identity(row.desk_wrap.as_slice(), desk)?;
    document(&row.summary, &report, Summary::SCHEMA)
}

/// Opens every small item of a report. Files stay sealed until somebody saves one.
///
/// # Errors
/// [`Error::DeskWrap`] if the report's key cannot be opened; everything else becomes a [`Fault`].
pub fn open_report(view: &ReportView, desk: &Identity, members: &[MemberView]) -> Result<OpenReport, Error> {
    let report = report_identity(view.desk_wrap.as_slice(), desk)?;
    let opener =
        Opener { report_id: view.report, report: &report, desk, reporter: view.reporter_key, members };
    let mut into = OpenReport::default();
    let mut seen = BTreeSet::new();
    for item in &view.items {
        let outcome = if seen.insert(*item.signed.header.item.as_bytes()) {
            opener.open(item, &mut into)
        } else {
            Err(Error::Repeated)
        };
        if let Err(error) = outcome {
            let header = &item.signed.header;
            into.faults.push(Fault { item: header.item, kind: header.kind, at: item.received_at, error });
        }
    }
    name_files(&mut into);
    for row in &mut into.files {
        let item = row.item.signed.header.item;
        row.held = view.held.iter().copied().find(|held| held.item == item);
    }
    Ok(into)
}

/// Gives every file what the answers say about it.
fn name_files(opened: &mut OpenReport) {
    let Some(answers) = &opened.answers else { return };
    for row in &mut opened.files {
        let item = row.item.signed.header.item;
        row.listed = answers.files.iter().find(|listed| listed.item == item).cloned();
    }
}

/// What it takes to open the items of one report.
struct Opener<'a> {
    report_id: ReportId,
    report: &'a Identity,
    desk: &'a Identity,
    reporter: VerifyingKey,
    members: &'a [MemberView],
}

impl Opener<'_> {
    fn open(&self, item: &ItemView, into: &mut OpenReport) -> Result<(), Error> {
        let header = &item.signed.header;
        if header.report != self.report_id {
            return Err(Error::OfAnotherReport);
        }
        let at = item.received_at;
        match header.kind {
            ItemKind::Answers => {
                self.reporter_signed(item)?;
                if into.answers.is_some() {
                    return Err(Error::Repeated);
                }
                into.answers = Some(document(item, self.report, Answers::SCHEMA)?);
            }
            ItemKind::Summary => {
                self.reporter_signed(item)?;
                document::<Summary>(item, self.report, Summary::SCHEMA)?;
            }
            ItemKind::Message => {
                let message: Message = document(item, self.report, Message::SCHEMA)?;
                let by = match message.from {
                    Speaker::Reporter => self.reporter_signed(item)?,
                    Speaker::Desk => self.member_signed(item)?,
                };
                into.dialogue.push(Entry { at, by, said: Said::Text(message.text) });
            }
            ItemKind::Amendment => {
                let by = self.reporter_signed(item)?;
                let amendment = document(item, self.report, Amendment::SCHEMA)?;
                into.dialogue.push(Entry { at, by, said: Said::Amended(amendment) });
            }
            ItemKind::Note => {
                let by = self.member_signed(item)?;
                let note: Note = document(item, self.desk, Note::SCHEMA)?;
                into.notes.push(Entry { at, by, said: Said::Text(note.text) });
            }
            ItemKind::Mark => {
                let by = self.member_signed(item)?;
                let mark: Mark = document(item, self.desk, Mark::SCHEMA)?;
                if mark.passage.from >= mark.passage.to {
                    return Err(Error::PassageBackwards);
                }
                into.marks.push(MarkEntry { item: header.item, at, by, mark });
            }
            ItemKind::Exhibit => {
                let by = self.member_signed(item)?;
                let exhibit = document(item, self.desk, Exhibit::SCHEMA)?;
                into.exhibits.push(ExhibitEntry { item: header.item, at, by, exhibit });
            }
            ItemKind::Release => {
                let by = self.member_signed(item)?;
                let reason = document(item, self.desk, ReleaseReason::SCHEMA)?;
                into.reasons.push(ReasonEntry { release: header.item, at, by, reason });
            }
            ItemKind::File | ItemKind::Media => {
                self.reporter_signed(item)?;
                item.signed.verify().map_err(Error::Item)?;
                let place = into.files.len() + 1;
                into.files.push(FileRow { place, item: item.clone(), listed: None, held: None });
            }
        }
        Ok(())
    }

    fn reporter_signed(&self, item: &ItemView) -> Result<Voice, Error> {
        if item.signed.header.author == Some(self.reporter) {
            Ok(Voice::Reporter)
        } else {
            Err(Error::NotFromReporter(item.signed.header.kind))
        }
    }

    fn member_signed(&self, item: &ItemView) -> Result<Voice, Error> {
        let header = &item.signed.header;
        let author = header.author.ok_or(Error::NotFromDesk(header.kind))?;
        self.members
            .iter()
            .find(|member| member.identity.verifying_key == author)
            .map(|member| Voice::Member(member.name.clone()))
            .ok_or(Error::NotFromDesk(header.kind))
    }
}

/// Every document names its schema; this reads nothing but that.
#[derive(Deserialize)]
struct Named {
    schema: String,
}

/// Opens an item and reads the document inside.
fn document<T: DeserializeOwned>(
    item: &ItemView,
    with: &Identity,
    expected: &'static str,
) -> Result<T, Error> {
    let body = item.body.as_ref().ok_or(Error::BodyMissing)?;
    let opened = seal::open_item(&item.signed, body.as_slice(), with).map_err(Error::Item)?;
    let wrong = |_| Error::Schema { expected };
    let named: Named = serde_json::from_slice(&opened.content).map_err(wrong)?;
    if named.schema != expected {
        return Err(Error::Schema { expected });
    }
    serde_json::from_slice(&opened.content).map_err(wrong)
}

#[cfg(test)]
mod tests;
