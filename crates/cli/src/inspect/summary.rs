//! What a source is, in a screenful.

use std::collections::BTreeMap;
use std::io::Write;

use transcript::collection::{How, Match, Miss};
use transcript::{StructureKind, Unparsed, Warning};

use super::database::Table;
use super::plain::safe;
use super::read::{Attachments, Source, attachment_name};
use crate::error::{Error, Result};

/// How many warnings and unparsed stretches are listed before the rest is counted.
const LISTED: usize = 20;

/// Prints format, participants, counts, first and last, warnings and unparsed bytes.
pub(super) fn print(source: &Source<'_>, out: &mut dyn Write) -> Result<()> {
    write(source, out).map_err(Error::Output)
}

fn write(source: &Source<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let timeline = &source.timeline;
    writeln!(out, "{}", safe(source.name, false))?;
    let name = source.format.descriptor().map_or("", |known| known.name);
    writeln!(out, "  format     {name}: {}", safe(source.why, false))?;
    writeln!(out, "  SHA-256    {}", source.sha256)?;
    match source.tables {
        None => writeln!(
            out,
            "  bytes      {}: {} in messages, {} in structure, {} unparsed",
            timeline.source().len(),
            timeline.message_bytes(),
            KINDS.iter().map(|&kind| timeline.structure_bytes(kind)).sum::<u64>(),
            timeline.unparsed_bytes(),
        )?,
        Some(tables) => write_tables(tables, out)?,
    }
    let (mut kinds, mut senders) = (BTreeMap::<String, u64>::new(), BTreeMap::<u32, u64>::new());
    for message in timeline.messages() {
        *kinds.entry(super::export::kind(&message)).or_default() += 1;
        if let Some(sender) = message.sender {
            *senders.entry(sender.0).or_default() += 1;
        }
    }
    let counted: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    writeln!(out, "  messages   {}{}", timeline.len(), bracketed(&counted.join(", ")))?;
    for conversation in timeline.directory.conversations() {
        let title =
            conversation.title.as_deref().or(conversation.platform_id.as_deref()).unwrap_or("(untitled)");
        let sort = conversation.sort.as_deref().unwrap_or_default();
        writeln!(out, "  in         {}{}", safe(title, false), bracketed(&safe(sort, false)))?;
    }
    for (number, participant) in (0_u32..).zip(timeline.directory.participants()) {
        let id = participant.handle.as_deref().or(participant.platform_id.as_deref()).unwrap_or_default();
        let sent = senders.get(&number).copied().unwrap_or_default();
        let label = participant.label();
        let id = if id == label { String::new() } else { bracketed(&safe(id, false)) };
        let messages = if sent == 1 { "message" } else { "messages" };
        writeln!(out, "  account    {}{id}: {sent} {messages}", safe(&label, false))?;
    }
    let review = source.review();
    for (name, moment) in [("first", &review.first), ("last", &review.last)] {
        if let Some(moment) = moment {
            writeln!(out, "  {name:<9}  {moment}")?;
        }
    }
    super::mentioned::print(source, out)?;
    for finding in &review.findings {
        writeln!(out, "  note       {}", safe(&finding.words, false))?;
    }
    for Warning { at, note, .. } in source.transcoding.iter().chain(timeline.warnings()).take(LISTED) {
        let place =
            source.place_of(*at).map_or(String::new(), |[start, end]| format!(" (bytes {start}..{end})"));
        writeln!(out, "  warning    {}{place}", safe(note, false))?;
    }
    more(source.transcoding.len() + timeline.warnings().len(), "warnings", out)?;
    for Unparsed { at, reason } in timeline.unparsed().iter().take(LISTED) {
        let place =
            source.place_of(*at).map_or(String::new(), |[start, end]| format!("bytes {start}..{end}: "));
        writeln!(out, "  unparsed   {place}{}", safe(reason, false))?;
    }
    more(timeline.unparsed().len(), "unparsed stretches", out)
}

/// Prints how many rows a database has, and which of them belong to the timeline.
fn write_tables(tables: &[Table], out: &mut dyn Write) -> std::io::Result<()> {
    let count =
        |table: &Table| table.rows.map_or("a number that cannot be told".to_owned(), |rows| rows.to_string());
    for table in tables.iter().filter(|table| table.read > 0) {
        writeln!(
            out,
            "  table      {}: {} of {} rows read",
            safe(&table.name, false),
            table.read,
            count(table)
        )?;
    }
    let rest: Vec<_> = tables.iter().filter(|table| table.read == 0 && table.rows != Some(0)).collect();
    if !rest.is_empty() {
        let rest: Vec<_> =
            rest.iter().map(|table| format!("{} ({})", safe(&table.name, false), count(table))).collect();
        writeln!(out, "  not read   {}", rest.join(", "))?;
    }
    Ok(())
}

/// Prints which files the chats of a folder name, which of them are missing, and which nobody names.
pub(super) fn print_attachments(folders: &[Attachments<'_>], out: &mut dyn Write) -> Result<()> {
    folders.iter().try_for_each(|folder| write_attachments(folder, out)).map_err(Error::Output)
}

fn write_attachments(folder: &Attachments<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let file = |number: usize| folder.collection.files.get(number).map_or("", |file| file.name.as_str());
    let matches = &folder.matches;
    writeln!(out, "{}", safe(folder.name, false))?;
    writeln!(
        out,
        "  files      {} named and there, {} named and missing, {} left out of the export, {} named by nobody",
        matches.matches.len(),
        matches.misses.len(),
        matches.left_out.len(),
        matches.orphans.len(),
    )?;
    // A match by name needs no second look; the weaker ones do.
    for Match { named, files, how, .. } in
        matches.matches.iter().filter(|found| found.how > How::Name).take(LISTED)
    {
        let there: Vec<_> = files.iter().map(|&number| safe(file(number), false)).collect();
        let (named, there) = (safe(attachment_name(&named.attachment), false), there.join(" or "));
        writeln!(
            out,
            "  perhaps    {named} is {there}, by {}",
            super::read::json_name(how).replace('_', " ")
        )?;
    }
    for Miss { named, why } in matches.misses.iter().take(LISTED) {
        writeln!(
            out,
            "  missing    {}: {}",
            safe(attachment_name(&named.attachment), false),
            safe(why, false)
        )?;
    }
    more(matches.misses.len(), "missing files", out)?;
    for &number in matches.orphans.iter().take(LISTED) {
        writeln!(out, "  unnamed    {}", safe(file(number), false))?;
    }
    more(matches.orphans.len(), "unnamed files", out)
}

const KINDS: [StructureKind; 4] =
    [StructureKind::Preamble, StructureKind::Metadata, StructureKind::Syntax, StructureKind::Closing];

fn more(count: usize, what: &str, out: &mut dyn Write) -> std::io::Result<()> {
    match count.checked_sub(LISTED) {
        Some(rest @ 1..) => writeln!(out, "  and {rest} more {what}; --json lists all"),
        _ => Ok(()),
    }
}

fn bracketed(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
