//! Which of a report's files are read as chats, and which of its marks stand.

use protocol::content::{Mark, MarkKind, MarkedPassage};
use reader::{MarkPlace, Passage};
use seal::{ItemId, ItemKind};

use crate::open::FileRow;

/// The largest file that is opened in the browser's memory, in sealed bytes. Larger ones are saved and read with
/// `safehand inspect`.
pub const MAX_CHAT_FILE: u64 = 256 * 1024 * 1024;

/// Endings of files that may be exports of chats, or archives of them.
const ENDINGS: [&str; 16] = [
    "txt", "json", "jsonl", "html", "htm", "csv", "tsv", "xml", "md", "eml", "mbox", "js", "log", "text",
    "zip", "tar",
];

/// Whether a file is read when the transcript is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It may be a chat.
    Read,
    /// Its name and type say that it is something else.
    Other,
    /// It may be a chat, and is too large for a browser's memory.
    TooLarge,
    /// It is media, and in quarantine.
    Held,
}

/// Decides from what the reporter's device said of a file. Every reading is recorded, so that what is surely no chat is
/// not asked for; whether the rest is one, only its content tells.
pub fn plan(file: &FileRow) -> Plan {
    if file.held.is_some() || file.item.signed.header.kind == ItemKind::Media {
        return Plan::Held;
    }
    let may_be = file.listed.as_ref().is_none_or(|entry| {
        let ending = entry.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let known = ending.as_deref().is_some_and(|ending| ENDINGS.contains(&ending));
        known
            || (ending.is_none() && entry.media_type.starts_with("text/"))
            || entry.media_type == "application/json"
    });
    match (may_be, file.item.signed.header.size) {
        (false, _) => Plan::Other,
        (true, ..=MAX_CHAT_FILE) => Plan::Read,
        (true, _) => Plan::TooLarge,
    }
}

/// What a file is called: its name on the reporter's device, or its place.
pub fn name(file: &FileRow) -> String {
    file.listed
        .as_ref()
        .map_or_else(|| format!("File {}, added later", file.place), |entry| entry.name.clone())
}

/// Which texts are collapsed until somebody asks for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collapse {
    /// Those that somebody marked as distressing.
    #[default]
    Marked,
    /// All of them.
    All,
    /// None.
    None,
}

impl Collapse {
    /// Every choice, the default first.
    pub const ALL: [Self; 3] = [Self::Marked, Self::All, Self::None];

    /// The choice in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Marked => "Passages marked as distressing",
            Self::All => "Every text",
            Self::None => "Nothing",
        }
    }

    /// Whether a text is collapsed.
    pub fn covers(self, distressing: bool) -> bool {
        match self {
            Self::Marked => distressing,
            Self::All => true,
            Self::None => false,
        }
    }
}

/// Every kind that a member may choose, in the order in which they are offered and numbered.
pub const KINDS: [MarkKind; 3] = [MarkKind::Relevant, MarkKind::Exculpatory, MarkKind::Check];

/// A kind in a word.
pub fn kind_word(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Relevant => "Relevant",
        MarkKind::Exculpatory => "Exculpatory",
        MarkKind::Check => "Check",
        MarkKind::Withdrawn => "Withdrawn",
    }
}

/// Where a mark lies, for the reader of the chats.
pub fn place(mark: &Mark) -> MarkPlace {
    let MarkedPassage { item, path, sha256, from, to, messages: _, place: _ } = &mark.passage;
    let kind = KINDS.iter().position(|kind| *kind == mark.kind).and_then(|kind| u8::try_from(kind).ok());
    MarkPlace {
        item: item.to_string(),
        path: path.clone(),
        sha256: sha256.clone(),
        bytes: [*from, *to],
        kind: kind.unwrap_or(u8::MAX),
        distressing: mark.distressing,
    }
}

/// A passage as a mark names it; `None` if the reader named an item that is none.
pub fn marked(passage: &Passage) -> Option<MarkedPassage> {
    let item: ItemId = passage.item.parse().ok()?;
    let [from, to] = passage.bytes;
    Some(MarkedPassage {
        item,
        path: passage.path.clone(),
        sha256: passage.sha256.clone(),
        from,
        to,
        messages: passage.messages,
        place: passage.place.clone(),
    })
}

#[cfg(test)]
mod tests {
    use protocol::content::{Mark, MarkKind, MarkedPassage};
    use protocol::quarantine::{HeldItem, Hold};
    use seal::rand_core::UnwrapErr;
    use seal::{Identity, ItemId, ItemKind};

    use super::{Plan, place, plan};
    use crate::Error;
    use crate::fixtures::World;
    use crate::open::{FileRow, Voice, open_report, standing};

    fn rng() -> UnwrapErr<getrandom::SysRng> {
        UnwrapErr(getrandom::SysRng)
    }

    fn mark(kind: MarkKind, replaces: Option<ItemId>) -> Mark {
        Mark {
            schema: Mark::SCHEMA.to_owned(),
            kind,
            passage: MarkedPassage {
                item: ItemId::from_bytes([9; 16]),
                path: None,
                sha256: "ab".repeat(32),
                from: 10,
                to: 60,
                messages: 2,
                place: "line 3".to_owned(),
            },
            note: "They ask when practice ends.".to_owned(),
            distressing: true,
            replaces,
        }
    }

    #[test]
    fn a_mark_is_replaced_and_taken_back_by_later_ones() {
        let mut rng = rng();
        let world = World::new(&mut rng);
        let first = world.item(ItemKind::Mark, &mark(MarkKind::Check, None), &world.officer, &mut rng);
        let other = world.item(ItemKind::Mark, &mark(MarkKind::Exculpatory, None), &world.officer, &mut rng);
        let named = Some(first.signed.header.item);
        let second = world.item(ItemKind::Mark, &mark(MarkKind::Relevant, named), &world.officer, &mut rng);
        let gone = mark(MarkKind::Withdrawn, Some(other.signed.header.item));
        let gone = world.item(ItemKind::Mark, &gone, &world.officer, &mut rng);
        let view = world.view(vec![first, other, second.clone(), gone], &mut rng);
        let opened = open_report(&view, &world.desk, &world.members()).unwrap();
        assert!(opened.faults.is_empty(), "{:?}", opened.faults);
        assert_eq!(opened.marks.len(), 4, "nothing is lost");
        let stands = standing(&opened.marks);
        assert_eq!(stands.len(), 1);
        assert_eq!(stands[0].item, second.signed.header.item);
        assert_eq!(stands[0].by, Voice::Member("Ada Okafor".to_owned()));
        assert_eq!(place(&stands[0].mark).bytes, [10, 60]);
    }

    #[test]
    fn nobody_but_a_member_marks_and_the_reporter_cannot_read_it() {
        let mut rng = rng();
        let world = World::new(&mut rng);
        let stranger = Identity::generate(&mut rng);
        let forged = world.item(ItemKind::Mark, &mark(MarkKind::Check, None), &stranger, &mut rng);
        let own = world.item(ItemKind::Mark, &mark(MarkKind::Check, None), &world.officer, &mut rng);
        assert!(seal::open_item(&own.signed, own.body.as_ref().unwrap().as_slice(), &world.report).is_err());
        let mut backwards = mark(MarkKind::Check, None);
        backwards.passage.to = 3;
        let backwards = world.item(ItemKind::Mark, &backwards, &world.officer, &mut rng);
        let view = world.view(vec![forged, backwards], &mut rng);
        let opened = open_report(&view, &world.desk, &world.members()).unwrap();
        assert!(opened.marks.is_empty());
        let errors: Vec<_> = opened.faults.iter().map(|fault| &fault.error).collect();
        assert!(matches!(errors[..], [Error::NotFromDesk(ItemKind::Mark), Error::PassageBackwards]));
    }

    #[test]
    fn pictures_are_not_asked_for_and_unnamed_files_are() {
        let mut rng = rng();
        let world = World::new(&mut rng);
        let mut planned = |name: Option<&str>, size: u64| {
            let (mut item, entry) = world.file(name.unwrap_or("x"), b"x", &mut rng);
            item.signed.header.size = size;
            plan(&FileRow { place: 1, item, listed: name.map(|_| entry), held: None })
        };
        assert_eq!(planned(Some("WhatsApp Chat with Robin.TXT"), 10), Plan::Read);
        assert_eq!(planned(Some("export.zip"), 10), Plan::Read);
        assert_eq!(planned(Some("pitch.jpg"), 10), Plan::Other);
        assert_eq!(planned(Some("_chat.txt"), super::MAX_CHAT_FILE + 1), Plan::TooLarge);
        assert_eq!(planned(None, 10), Plan::Read, "its name is sealed inside");
    }

    #[test]
    fn what_is_in_quarantine_is_not_asked_for() {
        let mut rng = rng();
        let world = World::new(&mut rng);
        let (item, entry) = world.file("chat.txt", b"x", &mut rng);
        let held = HeldItem { item: item.signed.header.item, hold: Hold::Quarantined, until: None };
        let mut row = FileRow { place: 1, item, listed: Some(entry), held: Some(held) };
        assert_eq!(plan(&row), Plan::Held);
        row.held = None;
        row.item.signed.header.kind = ItemKind::Media;
        assert_eq!(plan(&row), Plan::Held);
    }
}
