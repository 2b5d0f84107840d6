//! The timeline for a person at a terminal.

use std::io::Write;

use transcript::{Message, Precision, Reading};

use super::Order;
use super::plain::safe;
use super::read::Source;
use crate::error::{Error, Result};

/// Prints the messages, a heading for every day.
pub(super) fn print(sources: &[Source<'_>], order: &Order, out: &mut dyn Write) -> Result<()> {
    let mut heading = String::new();
    let conversations: usize =
        sources.iter().map(|source| source.timeline.directory.conversations().len()).sum();
    order.for_each(sources, &mut |source, message| {
        let (day, time) = columns(message.sent.reading, message.sent.precision);
        if day != heading {
            writeln!(out, "\n── {day} ──").map_err(Error::Output)?;
            heading = day;
        }
        let conversation = if conversations > 1 { source.conversation_name(message) } else { "" };
        write(source, message, &time, conversation, out).map_err(Error::Output)
    })?;
    writeln!(out).map_err(Error::Output)
}

fn write(
    source: &Source<'_>,
    message: &Message<'_>,
    time: &str,
    conversation: &str,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let sender = source.sender_name(message);
    let sender = sender.as_deref().unwrap_or("—");
    write!(out, "{time}  {}", safe(sender, false))?;
    if !conversation.is_empty() {
        write!(out, " in {}", safe(conversation, false))?;
    }
    let kind = super::export::kind(message);
    if kind != "text" {
        write!(out, " [{kind}]")?;
    }
    writeln!(out, "  ({})", source.place(message))?;
    for line in message.text.value.lines() {
        writeln!(out, "       {}", safe(line, false))?;
    }
    let Some(extras) = &message.extras else { return Ok(()) };
    for file in &extras.attachments {
        write!(out, "       file: {}", safe(super::read::attachment_name(file), false))?;
        match file.left_out.as_deref() {
            Some(why) => writeln!(out, " — not in the export: {}", safe(why, false))?,
            None => writeln!(out)?,
        }
    }
    for reaction in &extras.reactions {
        let by = reaction.by.and_then(|by| source.timeline.directory.participant(by));
        let by = by.map_or(String::new(), |by| format!(" by {}", safe(&by.label(), false)));
        writeln!(out, "       reaction: {}{by}", safe(&reaction.reaction, false))?;
    }
    for detail in &extras.details {
        match &*detail.name {
            "before_edit" => writeln!(out, "       before the edit: {}", safe(&detail.value, false))?,
            "recently_deleted" => {
                writeln!(out, "       deleted on the device: {}", safe(&detail.value, false))?;
            }
            _ => {}
        }
    }
    if extras.edited.is_some() {
        writeln!(out, "       edited; this is the last version")?;
    }
    Ok(())
}

/// The day's heading and the time of day.
fn columns(reading: Reading, precision: Precision) -> (String, String) {
    let clock = if precision <= Precision::Minute { "%H:%M" } else { "%H:%M:%S" };
    match reading {
        Reading::Instant(at, _) => {
            (at.strftime("%A %-d %B %Y, UTC").to_string(), at.strftime(clock).to_string())
        }
        Reading::Local(at) => {
            (at.strftime("%A %-d %B %Y, zone unknown").to_string(), at.strftime(clock).to_string())
        }
        Reading::Ambiguous { day_first, month_first } => (
            format!("{} or {}", day_first.strftime("%-d %B %Y"), month_first.strftime("%-d %B %Y")),
            day_first.strftime(clock).to_string(),
        ),
        Reading::Impossible => ("a time that cannot be read".to_owned(), "??:??".to_owned()),
        Reading::Missing => ("no time".to_owned(), "--:--".to_owned()),
    }
}

/// Prints the columns of a row.
pub(super) fn row(columns: &[(String, String)], out: &mut dyn Write) -> Result<()> {
    let width = columns.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    columns
        .iter()
        .try_for_each(|(name, value)| writeln!(out, "{:<width$}  {}", safe(name, false), safe(value, false)))
        .map_err(Error::Output)
}

/// Prints bytes as they are, sixteen a line, with what of them can be read.
pub(super) fn dump(bytes: &[u8], start: u64, out: &mut dyn Write) -> Result<()> {
    for (number, line) in (0_u64..).zip(bytes.chunks(16)) {
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let seen: String = line
            .iter()
            .map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' })
            .collect();
        writeln!(out, "{:>10}  {:<47}  {seen}", start + number * 16, hex.join(" ")).map_err(Error::Output)?;
    }
    writeln!(out, "\n{}", safe(&String::from_utf8_lossy(bytes), true)).map_err(Error::Output)
}
