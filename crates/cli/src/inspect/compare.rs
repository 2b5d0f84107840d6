//! Two exports of one conversation, held against each other.

use std::io::Write;

use serde::Serialize;
use transcript::align::{
    Alone, At, Clock, Compared, Comparison, Counts, Difference, DifferenceKind, NotCovered, SameAccount,
    Side, Weight, compare,
};
use transcript::{Message, MessageRecord};

use super::plain::safe;
use super::read::{Loaded, Source, json_name};
use super::{InspectOptions, Stated};
use crate::error::{Error, Result};

/// How many differences of one weight are printed before the rest is counted.
const LISTED: usize = 500;

/// Reads both exports and prints in what they differ.
pub(super) fn run(options: &InspectOptions, stated: &Stated, out: &mut dyn Write) -> Result<()> {
    let [first, second] = options.paths.as_slice() else { return Err(Error::CompareTwo) };
    let other = Stated { zone: options.other_zone.clone().or_else(|| stated.zone.clone()), ..stated.clone() };
    let loaded = (
        Loaded::read(std::slice::from_ref(first), options)?,
        Loaded::read(std::slice::from_ref(second), options)?,
    );
    let (one, two) = (loaded.0.sources(options, stated)?, loaded.1.sources(options, &other)?);
    for (path, sources) in [(first, &one), (second, &two)] {
        if sources.is_empty() {
            return Err(Error::NotAChat(path.display().to_string()));
        }
    }
    let comparison = compare(&side(&one, stated), &side(&two, &other));
    let printed = Printed {
        first: &one,
        second: &two,
        names: [first.display().to_string(), second.display().to_string()],
        comparison: &comparison,
    };
    if options.json {
        printed.json(out)?;
    } else {
        printed.write(options.summary, out).map_err(Error::Output)?;
    }
    let unreadable: Vec<String> = [loaded.0.unreadable, loaded.1.unreadable].concat();
    if unreadable.is_empty() { Ok(()) } else { Err(Error::Unreadable(unreadable)) }
}

fn side<'a>(sources: &'a [Source<'_>], stated: &Stated) -> Side<'a> {
    Side {
        timelines: sources.iter().map(|source| &source.timeline).collect(),
        zone: stated.zone.clone(),
        day_first: stated.day_first,
    }
}

struct Printed<'p> {
    first: &'p [Source<'p>],
    second: &'p [Source<'p>],
    names: [String; 2],
    comparison: &'p Comparison,
}

#[derive(Serialize)]
struct ComparisonRecord<'a> {
    schema: &'static str,
    first: Vec<FileRecord<'a>>,
    second: Vec<FileRecord<'a>>,
    conversations: usize,
    alone: &'a [Alone],
}

#[derive(Serialize)]
struct FileRecord<'a> {
    file: &'a str,
    sha256: &'a str,
    messages: usize,
}

#[derive(Serialize)]
struct ConversationRecord<'a> {
    schema: &'static str,
    conversation: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_title: Option<&'a str>,
    counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<&'a Clock>,
    accounts: &'a [SameAccount],
    notes: &'a [String],
    not_covered: &'a [NotCovered],
}

#[derive(Serialize)]
struct DifferenceRecord<'a> {
    schema: &'static str,
    conversation: usize,
    kind: DifferenceKind,
    weight: Weight,
    words: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<MessageRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<MessageRecord<'a>>,
}

impl<'p> Printed<'p> {
    fn message(sources: &'p [Source<'p>], at: Option<At>) -> Option<(&'p Source<'p>, Message<'p>)> {
        let at = at?;
        let source = sources.get(at.timeline as usize)?;
        Some((source, source.message(at.message as usize)?))
    }

    fn json(&self, out: &mut dyn Write) -> Result<()> {
        let files = |sources: &'p [Source<'p>]| {
            sources
                .iter()
                .map(|source| FileRecord {
                    file: source.name,
                    sha256: source.sha256,
                    messages: source.timeline.len(),
                })
                .collect()
        };
        let record = ComparisonRecord {
            schema: "safehand.comparison/1",
            first: files(self.first),
            second: files(self.second),
            conversations: self.comparison.conversations.len(),
            alone: &self.comparison.alone,
        };
        line(&record, out)?;
        for (number, compared) in self.comparison.conversations.iter().enumerate() {
            let record = ConversationRecord {
                schema: "safehand.compared/1",
                conversation: number,
                first_title: compared.first_title.as_deref(),
                second_title: compared.second_title.as_deref(),
                counts: compared.counts,
                clock: compared.clock.as_ref(),
                accounts: &compared.accounts,
                notes: &compared.notes,
                not_covered: &compared.not_covered,
            };
            line(&record, out)?;
            for found in &compared.differences {
                let (first, second) =
                    (Self::message(self.first, found.first), Self::message(self.second, found.second));
                let record = DifferenceRecord {
                    schema: "safehand.difference/1",
                    conversation: number,
                    kind: found.kind,
                    weight: found.weight,
                    words: &found.words,
                    seconds: found.seconds,
                    first: first.as_ref().map(|(source, message)| source.message_record(message)),
                    second: second.as_ref().map(|(source, message)| source.message_record(message)),
                };
                line(&record, out)?;
            }
        }
        Ok(())
    }

    fn write(&self, summary: bool, out: &mut dyn Write) -> std::io::Result<()> {
        for (which, name, sources) in
            [("first", &self.names[0], self.first), ("second", &self.names[1], self.second)]
        {
            let messages: usize = sources.iter().map(|source| source.timeline.len()).sum();
            writeln!(out, "{which:<9}  {}: {messages} messages", safe(name, false))?;
            for source in sources {
                let format = source.format.descriptor().map_or("", |known| known.name);
                writeln!(out, "           {format}, SHA-256 {}", source.sha256)?;
            }
        }
        for Alone { export, title, messages } in &self.comparison.alone {
            let title = safe(title.as_deref().unwrap_or("a conversation without a title"), false);
            writeln!(out, "only in    the {}: {title}, {messages} messages", json_name(export))?;
        }
        if self.comparison.conversations.is_empty() {
            writeln!(out, "The two exports have no conversation in common.")?;
        }
        for compared in &self.comparison.conversations {
            writeln!(out)?;
            head(compared, out)?;
            if !summary {
                for weight in [Weight::Unexplained, Weight::Explained] {
                    self.differences(compared, weight, out)?;
                }
            }
        }
        Ok(())
    }

    fn differences(&self, compared: &Compared, weight: Weight, out: &mut dyn Write) -> std::io::Result<()> {
        let all: Vec<&Difference> =
            compared.differences.iter().filter(|found| found.weight == weight).collect();
        if all.is_empty() {
            return Ok(());
        }
        let heading = match weight {
            Weight::Unexplained => "Differences that the ways of exporting do not explain",
            Weight::Explained => "Differences that they may explain",
        };
        writeln!(out, "\n── {heading}: {} ──", all.len())?;
        for found in all.iter().take(LISTED) {
            writeln!(out, "\n{}: {}", found.kind.words(), safe(&found.words, false))?;
            for (which, sources, at) in
                [("first", self.first, found.first), ("second", self.second, found.second)]
            {
                if let Some((source, message)) = Self::message(sources, at) {
                    print(which, source, &message, out)?;
                }
            }
        }
        match all.len().checked_sub(LISTED) {
            Some(rest @ 1..) => writeln!(out, "\nand {rest} more; --json lists all"),
            _ => Ok(()),
        }
    }
}

fn head(compared: &Compared, out: &mut dyn Write) -> std::io::Result<()> {
    let title = |title: &Option<String>| safe(title.as_deref().unwrap_or("(untitled)"), false).into_owned();
    writeln!(out, "{} / {}", title(&compared.first_title), title(&compared.second_title))?;
    for (label, words) in compared.lines() {
        writeln!(out, "  {label:<12} {}", safe(&words, false))?;
    }
    Ok(())
}

fn print(
    which: &str,
    source: &Source<'_>,
    message: &Message<'_>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let (time, _) = super::export::time(message.sent.reading);
    let sender = source.sender_name(message);
    let kind = super::export::kind(message);
    let kind = if kind == "text" { String::new() } else { format!(" [{kind}]") };
    writeln!(
        out,
        "  {which:<6}  {time}  {}{kind}  ({})",
        safe(sender.as_deref().unwrap_or("—"), false),
        safe(&source.place(message), false)
    )?;
    for line in message.text.value.lines() {
        writeln!(out, "          {}", safe(line, false))?;
    }
    for file in message.extras.iter().flat_map(|extras| &extras.attachments) {
        writeln!(out, "          file: {}", safe(super::read::attachment_name(file), false))?;
    }
    Ok(())
}

fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(|error| Error::Output(error.into()))?;
    writeln!(out).map_err(Error::Output)
}
