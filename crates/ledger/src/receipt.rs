//! The receipt that a reporter keeps: one text file that shows what a desk received, and when, and that its
//! public log says so. It names no content and no person, and is checked without a connection.
//!
//! The file, line by line. Every line ends in a newline; but for the dashes of signature lines it is ASCII.
//!
//! ```text
//! Safehand receipt                                   │ what it is, in plain English: made from
//! …                                                  │ what follows, and refused when it is not
//!                                                    │
//! safehand-receipt v1
//! log desk.example/log+0a1b2c3d+AQ…                  the log's key, as the desk states it
//! witness w.example+4e5f6071+BA…                     and those of its witnesses, none or more
//! begin entry                                        │
//! salt 7c…                                           │ 64 hexadecimal digits
//! record {"actor":"reporter",…}                      │ the record that the log's entry commits to
//! c2sp.org/tlog-proof@v1                             │ a proof of that entry, exactly as a
//! …                                                  │ .tlog-proof file has it
//! end entry                                          │ one such block for each entry
//! -----BEGIN AGE ENCRYPTED FILE-----                 │
//! …                                                  │ an age file, armored; may be left out
//! -----END AGE ENCRYPTED FILE-----                   │
//! ```
//!
//! What the age file holds is not known here. It is sealed to the reporter's words.

use std::fmt;

use crate::checkpoint::{SignedCheckpoint, VerifiedCheckpoint};
use crate::note::VerifierKey;
use crate::proof::Proof;
use crate::record::{Id, Kind, Opening, Record};
use crate::{Error, Hash, text};

/// The longest receipt that is read, in bytes.
pub const MAX_RECEIPT_LEN: usize = 32 << 20;

/// The most entries that a receipt may have: more items than a report may have.
pub const MAX_ENTRIES: usize = 4096;

/// The most witnesses whose keys a receipt may state.
pub const MAX_WITNESSES: usize = 32;

/// The longest sealed block, in bytes before it is armored.
pub const MAX_SEALED_LEN: usize = 8 << 20;

const WHAT: &str = "a receipt";
const VERSION: &str = "safehand-receipt v1";
const BEGIN: &str = "begin entry";
const END: &str = "end entry";
const ARMOR_BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const ARMOR_END: &str = "-----END AGE ENCRYPTED FILE-----";
/// Characters in every full line of armor.
const ARMOR_WIDTH: usize = 64;

fn malformed(why: &'static str) -> Error {
    Error::Text { what: WHAT, why }
}

/// One entry of the log: what it says, and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record and the salt that it was closed under.
    pub opening: Opening,
    /// The entry's number in the log.
    pub index: u64,
    /// Its inclusion proof under the receipt's checkpoint.
    pub hashes: Vec<Hash>,
}

/// A receipt as it was read or is to be written; well-formed, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The log's key, as whoever wrote the file states it.
    pub log: VerifierKey,
    /// The keys of its witnesses, as whoever wrote the file states them.
    pub witnesses: Vec<VerifierKey>,
    /// The checkpoint that all proofs lead to.
    pub checkpoint: SignedCheckpoint,
    /// The report's entries, at least one, in the order of the log: that it was received, and its items.
    pub entries: Vec<Entry>,
    /// An age file sealed to the reporter's words.
    pub sealed: Option<Vec<u8>>,
}

impl Receipt {
    /// Reads a receipt, in its only spelling.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] for what is malformed, [`Error::ReceiptEntry`] for what is wrong in the block of an
    /// entry, and as [`SignedCheckpoint::parse`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_RECEIPT_LEN {
            return Err(malformed("it is longer than any that is read"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
        let start = whole
            .find(&format!("\n{VERSION}\n"))
            .ok_or(malformed("it has no line \"safehand-receipt v1\": it is none, or of another version"))?;
        let rest = &whole[start + 1 + VERSION.len() + 1..];
        let (keys, mut rest) = split_at_line(rest, BEGIN).ok_or(malformed("it has no entry"))?;
        let (log, witnesses) = read_keys(keys)?;

        let mut entries = Vec::new();
        let mut checkpoint: Option<SignedCheckpoint> = None;
        while let Some((block, after)) = rest
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_prefix('\n'))
            .and_then(|rest| split_at_line(rest, END))
        {
            if entries.len() == MAX_ENTRIES {
                return Err(malformed("it has more than 4096 entries"));
            }
            let of_entry = |error| Error::ReceiptEntry { number: entries.len() + 1, error: Box::new(error) };
            let (entry, found) = read_entry(block).map_err(of_entry)?;
            if checkpoint.get_or_insert_with(|| found.clone()) != &found {
                return Err(malformed("its proofs lead to different checkpoints"));
            }
            entries.push(entry);
            rest = &after[END.len() + 1..];
        }
        let checkpoint = checkpoint.ok_or(malformed("an entry has no end"))?;
        let sealed = if rest.is_empty() { None } else { Some(read_armor(rest)?) };
        let receipt = Self { log, witnesses, checkpoint, entries, sealed };
        if receipt.to_string() == whole {
            Ok(receipt)
        } else {
            Err(malformed("its first lines do not say what follows them, or it was edited"))
        }
    }

    /// The proof of an entry by itself, as any reader of `.tlog-proof` files takes it.
    pub fn proof(&self, entry: &Entry) -> Proof {
        Proof {
            extra: None,
            index: entry.index,
            hashes: entry.hashes.clone(),
            checkpoint: self.checkpoint.clone(),
        }
    }

    /// Checks everything that can be checked without the reporter's words: that the log signed the checkpoint,
    /// who of these witnesses cosigned it, that every record is what an entry of the log commits to, and that
    /// they are all of one report.
    ///
    /// `log` is the log's key as the verifier knows it from elsewhere. Without it the key in the file is used,
    /// and what comes out shows only that the file agrees with itself: say so. The same holds for witnesses,
    /// whose keys in the file ([`Receipt::witnesses`]) are used only if the caller passes them.
    ///
    /// # Errors
    ///
    /// [`Error::ReceiptKey`] when the file states another key of the log than the verifier knows; as
    /// [`SignedCheckpoint::verify`]; [`Error::ReceiptEntry`] for what is wrong with an entry;
    /// [`Error::ReceiptOrder`], [`Error::ReceiptRecord`] and [`Error::ReceiptReport`] when the entries are
    /// not those of one report.
    pub fn verify(&self, log: Option<&VerifierKey>, witnesses: &[VerifierKey]) -> Result<Verified, Error> {
        if let Some(known) = log.filter(|known| **known != self.log) {
            return Err(Error::ReceiptKey { known: known.to_string(), found: self.log.to_string() });
        }
        let checkpoint = self.checkpoint.verify(&self.log, witnesses)?;
        let (size, root) = (checkpoint.checkpoint().size(), *checkpoint.checkpoint().root());
        let mut records = Vec::with_capacity(self.entries.len());
        for (number, entry) in (1..).zip(&self.entries) {
            let of_entry = |error| Error::ReceiptEntry { number, error: Box::new(error) };
            let leaf = entry.opening.leaf().map_err(of_entry)?;
            let record = entry.opening.open(&leaf).map_err(of_entry)?;
            crate::tree::verify_inclusion(&leaf.hash(), entry.index, size, &root, &entry.hashes)
                .map_err(of_entry)?;
            records.push((entry.index, record));
        }
        let report = one_report(&records)?;
        Ok(Verified { checkpoint, report, records })
    }
}

/// That the entries are those of one report: received once, then its items, each once, in the log's order.
fn one_report(records: &[(u64, Record)]) -> Result<Id, Error> {
    let report = records.first().and_then(|(_, record)| record.report);
    let mut items = std::collections::BTreeSet::new();
    for (position, (index, record)) in records.iter().enumerate() {
        let number = position + 1;
        let expected = if position == 0 { Kind::ReportReceived } else { Kind::ItemAdded };
        if record.kind != expected || record.item.is_some_and(|item| !items.insert(item)) {
            return Err(Error::ReceiptRecord { number, found: record.kind });
        }
        if record.report != report {
            return Err(Error::ReceiptReport { number });
        }
        if position > 0 && records[position - 1].0 >= *index {
            return Err(Error::ReceiptOrder { number });
        }
    }
    report.ok_or(malformed("it has no entry"))
}

/// A receipt that was checked; only [`Receipt::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    checkpoint: VerifiedCheckpoint,
    report: Id,
    records: Vec<(u64, Record)>,
}

impl Verified {
    /// The checkpoint, and the known witnesses that cosigned it.
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }

    /// The report.
    pub fn report(&self) -> Id {
        self.report
    }

    /// What the log's entries say, with their numbers in the log: first that the report was received.
    pub fn records(&self) -> &[(u64, Record)] {
        &self.records
    }
}

/// Splits before the first line that is `line`.
fn split_at_line<'t>(text: &'t str, line: &str) -> Option<(&'t str, &'t str)> {
    let mut start = 0;
    while let Some(end) = text[start..].find('\n') {
        if &text[start..start + end] == line {
            return Some(text.split_at(start));
        }
        start += end + 1;
    }
    None
}

fn read_keys(keys: &str) -> Result<(VerifierKey, Vec<VerifierKey>), Error> {
    let mut lines = text::lines(WHAT, keys)?;
    let log = lines
        .next()
        .and_then(|line| line.strip_prefix("log "))
        .ok_or(malformed("it does not state the log's key"))?;
    let mut witnesses = Vec::new();
    for line in lines {
        let key = line.strip_prefix("witness ").ok_or(malformed("between its keys stands something else"))?;
        if witnesses.len() == MAX_WITNESSES {
            return Err(malformed("it states more than 32 witnesses"));
        }
        witnesses.push(key.parse()?);
    }
    Ok((log.parse()?, witnesses))
}

fn read_entry(block: &str) -> Result<(Entry, SignedCheckpoint), Error> {
    let mut parts = block.splitn(3, '\n');
    let salt =
        parts.next().and_then(|line| line.strip_prefix("salt ")).ok_or(malformed("an entry has no salt"))?;
    let record = parts
        .next()
        .and_then(|line| line.strip_prefix("record "))
        .ok_or(malformed("an entry has no record"))?;
    let Proof { extra, index, hashes, checkpoint } = parts.next().unwrap_or_default().parse()?;
    if extra.is_some() {
        return Err(malformed("a proof has extra data"));
    }
    let salt = text::array_from_hex("a salt", salt.as_bytes())?;
    Record::parse(record.as_bytes())?;
    let opening = Opening { salt, record: record.as_bytes().to_vec() };
    Ok((Entry { opening, index, hashes }, checkpoint))
}

fn read_armor(armor: &str) -> Result<Vec<u8>, Error> {
    let body = armor
        .strip_prefix(ARMOR_BEGIN)
        .and_then(|rest| rest.strip_prefix('\n'))
        .and_then(|rest| rest.strip_suffix('\n'))
        .and_then(|rest| rest.strip_suffix(ARMOR_END))
        .ok_or(malformed("after its entries stands something else than one armored age file"))?;
    if body.len() > MAX_SEALED_LEN / 3 * 4 + MAX_SEALED_LEN / 48 + ARMOR_WIDTH {
        return Err(malformed("its sealed block is longer than any that is read"));
    }
    // How the lines are broken is checked with the rest, when all is written anew.
    text::from_base64("the sealed block", &body.replace('\n', ""))
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_head(f)?;
        writeln!(f, "\n{VERSION}\nlog {}", self.log)?;
        for witness in &self.witnesses {
            writeln!(f, "witness {witness}")?;
        }
        for entry in &self.entries {
            let record = String::from_utf8_lossy(&entry.opening.record);
            writeln!(f, "{BEGIN}\nsalt {}\nrecord {record}", text::hex(&entry.opening.salt))?;
            write!(f, "{}", self.proof(entry))?;
            writeln!(f, "{END}")?;
        }
        let Some(sealed) = &self.sealed else { return Ok(()) };
        writeln!(f, "{ARMOR_BEGIN}")?;
        let armor = text::base64(sealed);
        let mut rest = armor.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(ARMOR_WIDTH));
            writeln!(f, "{line}")?;
            rest = after;
        }
        writeln!(f, "{ARMOR_END}")
    }
}

impl Receipt {
    /// The lines for people.
    fn write_head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.entries.first().and_then(|entry| Record::parse(&entry.opening.record).ok());
        let received = first.map(|record| record.at.to_string()).unwrap_or_default();
        let received = received.replace('T', " ").replace('Z', " UTC");
        let items = self.entries.len().saturating_sub(1);
        let checkpoint = self.checkpoint.checkpoint();
        writeln!(f, "Safehand receipt")?;
        writeln!(f)?;
        writeln!(f, "Received: one report with {items} sealed item{}", if items == 1 { "" } else { "s" })?;
        writeln!(f, "When:     {received}")?;
        writeln!(f, "By:       {}", checkpoint.origin())?;
        writeln!(f)?;
        writeln!(f, "This file proves it: what was received stands in the desk's public log, which had")?;
        writeln!(
            f,
            "{} entries then and cannot be changed unseen. The file holds nothing of what was",
            checkpoint.size()
        )?;
        writeln!(f, "reported and names nobody. Keep it as it is, with the original files.")?;
        writeln!(f)?;
        writeln!(f, "To check it, without a connection:  safehand verify receipt FILE")?;
        writeln!(f, "With the seven words and the original files it also shows that these files are")?;
        writeln!(f, "what was received:  safehand verify receipt FILE --words ORIGINAL...")
    }
}
