//! The exhibit list of a report: which entries stand, what is wrong with them, the continuity of each exhibit from the
//! ledger, and both as tables that a spreadsheet opens safely.

use protocol::csv;
use protocol::exhibit::{Exhibit, ExhibitFile, ExhibitRef, ExhibitRefError};
use protocol::oversight::{ActorKind, LedgerEntry};
use seal::ItemId;

use crate::chats;
use crate::compose::MAX_EXHIBIT_FIELD;
use crate::ledger::{self, Names};
use crate::open::{self, ExhibitEntry, FileRow, OpenReport, Voice};

/// The entries that stand, by their references: no later one takes their place, and they do not merely take one back.
pub fn standing(entries: &[ExhibitEntry]) -> Vec<&ExhibitEntry> {
    let mut list = open::standing(entries);
    list.sort_by(|one, other| one.exhibit.reference.cmp(&other.exhibit.reference));
    list
}

/// Every reference that was ever given, also to what was taken back: none is given twice.
pub fn taken(entries: &[ExhibitEntry]) -> Vec<ExhibitRef> {
    entries.iter().map(|entry| entry.exhibit.reference.clone()).collect()
}

/// The initials of a name, as a proposal: the first letter of each of its words, in ASCII.
pub fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(char::is_ascii_alphabetic));
    letters.take(5).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Something about an entry that a court would ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Another entry that stands has the same reference.
    SameReference,
    /// It is derived from an exhibit that is not on the list.
    ParentMissing(ExhibitRef),
    /// It names a file that is not among this report's.
    FileMissing,
    /// The answers list another SHA-256 for this file.
    AnotherDigest,
    /// It is derived, and is the same file as what it is derived from.
    SameAsParent,
}

impl Doubt {
    /// What is wrong, in a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::SameReference => "Another exhibit has the same reference.".to_owned(),
            Self::ParentMissing(parent) => {
                format!("It is derived from {parent}, which is not on this list.")
            }
            Self::FileMissing => "The file it names is not among the files of this report.".to_owned(),
            Self::AnotherDigest => {
                "The reporter’s device gave another SHA-256 for this file than the list has.".to_owned()
            }
            Self::SameAsParent => "It is the same file as the exhibit that it is derived from.".to_owned(),
        }
    }
}

/// What is doubtful about an entry that stands.
pub fn doubts(entry: &ExhibitEntry, list: &[&ExhibitEntry], files: &[FileRow]) -> Vec<Doubt> {
    let exhibit = &entry.exhibit;
    let mut doubts = Vec::new();
    let same =
        |other: &&&ExhibitEntry| other.exhibit.reference == exhibit.reference && other.item != entry.item;
    if list.iter().any(|other| same(&other)) {
        doubts.push(Doubt::SameReference);
    }
    if let Some(parent) = exhibit.reference.parent() {
        match list.iter().find(|other| other.exhibit.reference == parent) {
            None => doubts.push(Doubt::ParentMissing(parent)),
            Some(found) if found.exhibit.file.is_some() && found.exhibit.file == exhibit.file => {
                doubts.push(Doubt::SameAsParent);
            }
            Some(_) => {}
        }
    }
    if let Some(file) = &exhibit.file {
        match files.iter().find(|row| row.item.signed.header.item == file.item) {
            None => doubts.push(Doubt::FileMissing),
            Some(row) => {
                let listed = row.listed.as_ref().map(|listed| listed.sha256.to_ascii_lowercase());
                if listed.is_some_and(|listed| listed != file.sha256) {
                    doubts.push(Doubt::AnotherDigest);
                }
            }
        }
    }
    doubts
}

/// What was typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The reference.
    pub reference: String,
    /// What it is.
    pub description: String,
    /// Who produces it.
    pub producer: String,
    /// The device it comes from.
    pub device: String,
    /// Where it is held.
    pub held: String,
}

/// Why what was typed makes no entry: the field, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The reference is none.
    #[error("{0}")]
    Reference(#[from] ExhibitRefError),
    /// The reference was given before.
    #[error("{0} is taken: give the next free reference")]
    Taken(ExhibitRef),
    /// What it is derived from is not on the list.
    #[error("{0} is not on the list: enter it first")]
    ParentMissing(ExhibitRef),
    /// A field that must not be empty is.
    #[error("enter {0}")]
    Empty(&'static str),
    /// A field is longer than an entry takes.
    #[error("{0} can have {MAX_EXHIBIT_FIELD} characters")]
    TooLong(&'static str),
}

/// Makes an entry of what was typed. `replaces` is the entry whose place it takes, whose reference it may keep.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn entry(
    typed: &Typed,
    file: Option<ExhibitFile>,
    replaces: Option<&ExhibitEntry>,
    entries: &[ExhibitEntry],
) -> Result<Exhibit, Wrong> {
    let reference: ExhibitRef = typed.reference.parse()?;
    let own = replaces.is_some_and(|replaced| replaced.exhibit.reference == reference);
    if !own && taken(entries).contains(&reference) {
        return Err(Wrong::Taken(reference));
    }
    if let Some(parent) = reference.parent()
        && !standing(entries).iter().any(|entry| entry.exhibit.reference == parent)
    {
        return Err(Wrong::ParentMissing(parent));
    }
    let field = |text: &str, name: &'static str, needed: bool| {
        let text = text.trim();
        if needed && text.is_empty() {
            return Err(Wrong::Empty(name));
        }
        if text.chars().count() > MAX_EXHIBIT_FIELD { Err(Wrong::TooLong(name)) } else { Ok(text.to_owned()) }
    };
    Ok(Exhibit {
        schema: Exhibit::SCHEMA.to_owned(),
        reference,
        description: field(&typed.description, "a description", true)?,
        producer: field(&typed.producer, "who produces it", true)?,
        device: field(&typed.device, "the device", false)?,
        held: field(&typed.held, "where it is held", false)?,
        file,
        replaces: replaces.map(|replaced| replaced.item),
        withdrawn: false,
    })
}

/// One step of an exhibit's continuity: who had it from whom, when, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: i64,
    /// From whom, or from where.
    pub from: String,
    /// To whom, or to where.
    pub to: String,
    /// What was done.
    pub why: String,
    /// SHA-256 of the sealed bytes, in hexadecimal: the same at every step, or something is wrong.
    pub sealed: Option<String>,
    /// The entry's index in the public log.
    pub index: Option<u64>,
}

const STORE: &str = "The desk’s sealed store";

/// The continuity of the file in `item`, oldest first, from the report's history.
pub fn continuity(item: ItemId, history: &[LedgerEntry], names: Names<'_>) -> Vec<Step> {
    let of_item = history.iter().filter(|entry| entry.item == Some(item));
    let mut steps: Vec<(i64, Step)> = of_item
        .map(|entry| {
            let who = ledger::actor(entry);
            let (from, to) = match (entry.act.as_str(), entry.actor) {
                ("item.added", _) => (who, STORE.to_owned()),
                ("item.consulted", ActorKind::Member) => (STORE.to_owned(), who),
                _ => (STORE.to_owned(), STORE.to_owned()),
            };
            let why = match entry.act.as_str() {
                "item.added" => "Handed over".to_owned(),
                "item.consulted" => "Opened from the sealed original, which stays as it is".to_owned(),
                _ => format!("{} {}", ledger::actor(entry), ledger::deed(entry, names)),
            };
            let sealed = entry.digest.map(|digest| digest.to_hex());
            (entry.number, Step { at: entry.at, from, to, why, sealed, index: entry.index })
        })
        .collect();
    steps.sort_by_key(|(number, _)| *number);
    steps.into_iter().map(|(_, step)| step).collect()
}

/// The exhibit list as comma-separated values (RFC 4180, no cell a formula), times in UTC by `time`.
pub fn list_csv(report: &OpenReport, time: impl Fn(i64) -> String) -> String {
    let list = standing(&report.exhibits);
    let mut table = csv::row([
        "Reference",
        "Derived from",
        "Description",
        "Producer",
        "Source device (as told)",
        "File",
        "Received (UTC)",
        "SHA-256",
        "SHA-256 of the sealed bytes",
        "Where held",
        "Entered by",
        "Entered (UTC)",
        "To check",
    ]);
    for entry in &list {
        let exhibit = &entry.exhibit;
        let file = exhibit.file.as_ref();
        let row =
            file.and_then(|file| report.files.iter().find(|row| row.item.signed.header.item == file.item));
        let doubts: Vec<String> = doubts(entry, &list, &report.files).iter().map(Doubt::words).collect();
        table.push_str(&csv::row([
            exhibit.reference.to_string().as_str(),
            exhibit.reference.parent().map(|parent| parent.to_string()).unwrap_or_default().as_str(),
            &exhibit.description,
            &exhibit.producer,
            &exhibit.device,
            row.map(chats::name).unwrap_or_default().as_str(),
            row.map(|row| time(row.item.received_at)).unwrap_or_default().as_str(),
            file.map_or("", |file| file.sha256.as_str()),
            row.map(|row| row.item.signed.header.sha256.to_hex()).unwrap_or_default().as_str(),
            held(exhibit),
            who(&entry.by),
            &time(entry.at),
            &doubts.join(" "),
        ]));
    }
    table
}

/// Where an exhibit is held.
pub fn held(exhibit: &Exhibit) -> &str {
    match (&exhibit.file, exhibit.held.as_str()) {
        (Some(_), "") => STORE,
        (_, held) => held,
    }
}

/// The continuity of every exhibit that is a file, as comma-separated values.
pub fn continuity_csv(
    report: &OpenReport,
    history: &[LedgerEntry],
    names: Names<'_>,
    time: impl Fn(i64) -> String,
) -> String {
    let mut table = csv::row([
        "Reference",
        "When (UTC)",
        "From",
        "To",
        "What was done",
        "SHA-256 of the sealed bytes",
        "Entry in the log",
    ]);
    for entry in standing(&report.exhibits) {
        let Some(file) = &entry.exhibit.file else { continue };
        for step in continuity(file.item, history, names) {
            table.push_str(&csv::row([
                entry.exhibit.reference.to_string().as_str(),
                &time(step.at),
                &step.from,
                &step.to,
                &step.why,
                step.sealed.as_deref().unwrap_or_default(),
                step.index.map(|index| index.to_string()).unwrap_or_default().as_str(),
            ]));
        }
    }
    table
}

/// Who entered something.
pub fn who(voice: &Voice) -> &str {
    match voice {
        Voice::Reporter => "The reporter",
        Voice::Member(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use protocol::exhibit::{Exhibit, ExhibitFile};
    use protocol::oversight::{ActorKind, LedgerEntry};
    use seal::rand_core::UnwrapErr;
    use seal::{Digest, Identity, ItemId, ItemKind};

    use super::{
        Doubt, Typed, Wrong, continuity, continuity_csv, doubts, entry, initials, list_csv, standing,
    };
    use crate::Error;
    use crate::fixtures::{NOON, World};
    use crate::open::{ExhibitEntry, OpenReport, Voice, open_report};

    fn rng() -> UnwrapErr<getrandom::SysRng> {
        UnwrapErr(getrandom::SysRng)
    }

    fn typed(reference: &str) -> Typed {
        Typed {
            reference: reference.to_owned(),
            description: "Export of a chat about football practice".to_owned(),
            producer: "Robin Example".to_owned(),
            ..Typed::default()
        }
    }

    fn listed(number: u8, exhibit: Exhibit) -> ExhibitEntry {
        let by = Voice::Member("Ada Okafor".to_owned());
        ExhibitEntry { item: ItemId::from_bytes([number; 16]), at: NOON, by, exhibit }
    }

    fn file(number: u8) -> ExhibitFile {
        ExhibitFile { item: ItemId::from_bytes([number; 16]), sha256: "ab".repeat(32) }
    }

    #[test]
    fn entries_are_sealed_to_the_desk_signed_and_replaced_by_later_ones() {
        let mut rng = rng();
        let world = World::new(&mut rng);
        let (file, listed) = world.file("chat.txt", b"Is practice on?", &mut rng);
        let of = ExhibitFile { item: listed.item, sha256: listed.sha256.clone() };
        let first = entry(&typed("rp/1"), Some(of.clone()), None, &[]).unwrap();
        let first = world.item(ItemKind::Exhibit, &first, &world.officer, &mut rng);
        let view = world.view(vec![file.clone(), first.clone()], &mut rng);
        let opened = open_report(&view, &world.desk, &world.members()).unwrap();
        let made = standing(&opened.exhibits)[0].clone();
        assert_eq!(
            (made.exhibit.reference.to_string(), made.by),
            ("RP/1".into(), Voice::Member("Ada Okafor".into()))
        );
        assert!(
            seal::open_item(&first.signed, first.body.as_ref().unwrap().as_slice(), &world.report).is_err()
        );

        let better = Typed { held: "Store 4, shelf 2".to_owned(), ..typed("RP/1") };
        let better = entry(&better, Some(of), Some(&opened.exhibits[0]), &opened.exhibits).unwrap();
        let better = world.item(ItemKind::Exhibit, &better, &world.officer, &mut rng);
        let forged = world.item(ItemKind::Exhibit, &made.exhibit, &Identity::generate(&mut rng), &mut rng);
        let view = world.view(vec![file, first, better, forged], &mut rng);
        let opened = open_report(&view, &world.desk, &world.members()).unwrap();
        assert!(
            matches!(opened.faults[..], [ref fault] if matches!(fault.error, Error::NotFromDesk(ItemKind::Exhibit)))
        );
        assert_eq!(opened.exhibits.len(), 2, "nothing is lost");
        let stands = standing(&opened.exhibits);
        assert_eq!((stands.len(), stands[0].exhibit.held.as_str()), (1, "Store 4, shelf 2"));
    }

    #[test]
    fn what_makes_no_entry_is_told() {
        let one = listed(1, entry(&typed("RP/1"), None, None, &[]).unwrap());
        let gone = Exhibit { withdrawn: true, replaces: Some(one.item), ..one.exhibit.clone() };
        let known = [one.clone(), listed(2, entry(&typed("RP/2"), None, None, &[]).unwrap())];
        let wrong = |typed: &Typed| entry(typed, None, None, &known).unwrap_err().to_string();
        assert_eq!(wrong(&typed("RP/2")), "RP/2 is taken: give the next free reference");
        assert_eq!(wrong(&typed("RP/3/A")), "RP/3 is not on the list: enter it first");
        assert!(wrong(&typed("1/RP")).contains("begins with"));
        assert_eq!(wrong(&Typed { producer: "  ".to_owned(), ..typed("RP/3") }), "enter who produces it");
        let long = Typed { description: "x".repeat(501), ..typed("RP/3") };
        assert_eq!(wrong(&long), "a description can have 500 characters");
        let fits = Typed { description: "é".repeat(500), ..typed("RP/3") };
        assert!(entry(&fits, None, None, &known).is_ok());
        assert!(entry(&typed("RP/1/A"), None, None, &known).is_ok());
        let after = [one, listed(3, gone)];
        assert!(standing(&after).is_empty());
        assert!(
            matches!(entry(&typed("RP/1"), None, None, &after), Err(Wrong::Taken(_))),
            "none is given twice"
        );
        assert!(matches!(entry(&typed("RP/1/A"), None, None, &after), Err(Wrong::ParentMissing(_))));
    }

    #[test]
    fn what_a_court_would_ask_about_is_told() {
        let mut rng = rng();
        let world = World::new(&mut rng);
        let (item, answers) = world.file("chat.txt", b"Is practice on?", &mut rng);
        let row = crate::open::FileRow { place: 1, item, listed: Some(answers.clone()), held: None };
        let right = ExhibitFile { item: answers.item, sha256: answers.sha256 };
        let make = |number, reference: &str, file| {
            let mut made = listed(number, entry(&typed("RP/1"), file, None, &[]).unwrap());
            made.exhibit.reference = reference.parse().unwrap();
            made
        };
        let wrong_digest = ExhibitFile { sha256: "ab".repeat(32), ..right.clone() };
        let list = [
            make(1, "RP/1", Some(right.clone())),
            make(2, "RP/1/A", Some(right)),
            make(3, "RP/2", Some(wrong_digest)),
            make(4, "RP/2", Some(file(9))),
            make(5, "RP/7/A", None),
        ];
        let stands = standing(&list);
        let told: Vec<_> =
            stands.iter().map(|entry| doubts(entry, &stands, std::slice::from_ref(&row))).collect();
        assert_eq!(
            told,
            [
                vec![],
                vec![Doubt::SameAsParent],
                vec![Doubt::SameReference, Doubt::AnotherDigest],
                vec![Doubt::SameReference, Doubt::FileMissing],
                vec![Doubt::ParentMissing("RP/7".parse().unwrap())],
            ]
        );
    }

    fn act(number: i64, word: &str, actor: ActorKind, name: Option<&str>, item: u8) -> LedgerEntry {
        LedgerEntry {
            number,
            at: NOON + number,
            act: word.to_owned(),
            actor,
            member: None,
            name: name.map(str::to_owned),
            report: None,
            item: Some(ItemId::from_bytes([item; 16])),
            item_kind: Some("file".to_owned()),
            digest: Some(Digest::of("sealed")),
            detail: None,
            index: u64::try_from(number).ok(),
        }
    }

    #[test]
    fn continuity_tells_who_had_it_from_whom() {
        let history = [
            act(9, "item.consulted", ActorKind::Member, Some("Ada Okafor"), 7),
            act(5, "item.consulted", ActorKind::Member, Some("=Sam"), 8),
            act(4, "item.added", ActorKind::Reporter, None, 7),
        ];
        let names = |_| String::new();
        let steps = continuity(ItemId::from_bytes([7; 16]), &history, &names);
        let told: Vec<_> =
            steps.iter().map(|step| (step.from.as_str(), step.to.as_str(), step.index)).collect();
        assert_eq!(
            told,
            [
                ("The reporter", "The desk’s sealed store", Some(4)),
                ("The desk’s sealed store", "Ada Okafor", Some(9))
            ]
        );
        let report = OpenReport {
            exhibits: vec![listed(1, entry(&typed("RP/1"), Some(file(8)), None, &[]).unwrap())],
            ..OpenReport::default()
        };
        let table = continuity_csv(&report, &history, &names, |at| at.to_string());
        assert_eq!(table.lines().count(), 2);
        assert!(table.contains("\"'=Sam\""), "no cell is a formula: {table}");
        let list = list_csv(&report, |at| at.to_string());
        assert!(list.contains("RP/1") && list.contains("not among the files"), "{list}");
    }

    #[test]
    fn initials_are_of_letters() {
        for (name, wanted) in [("Ada Okafor", "AO"), ("Élodie  de la Cruz", "LDLC"), ("", ""), ("数 字", "")]
        {
            assert_eq!(initials(name), wanted);
        }
    }
}
