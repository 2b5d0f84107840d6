//! `safehand inspect`: what chat exports hold, on this machine and nowhere else.

mod compare;
mod database;
mod export;
mod media;
mod mentioned;
mod pager;
mod plain;
mod read;
mod summary;
mod table;

use std::io::{IsTerminal as _, Write};
use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use transcript::mentions::Region;
use transcript::{Format, Message, Reading};

use self::read::{Loaded, Source};
use crate::error::{Error, Result};

/// Options of `safehand inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing leaves this machine and nothing is changed. A folder or a zip is read with all that is in it. \
Times without a zone stay local until --zone states it; a date that could be read two ways stays so \
until --day-first or --month-first is given. Of pictures, films, recordings and documents it prints \
what they say of themselves; they are not shown.

Examples:
  safehand inspect \"WhatsApp Chat with Team.zip\"
  safehand inspect --zone Europe/London --timesketch result.json > timeline.jsonl
  safehand inspect --at 120..260 _chat.txt
  safehand inspect --at message/12 chat.db
  cat result.json | safehand inspect --json -
  safehand inspect --compare _chat.txt result.json
  safehand inspect IMG_0001.jpg
")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that a person types")]
pub(crate) struct InspectOptions {
    /// Chat exports: files, folders, zip or tar archives, iMessage's chat.db; - for standard input. Or pictures,
    /// films, recordings and documents
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Print the summary alone
    #[arg(long, conflicts_with_all = ["json", "csv", "timesketch", "at"])]
    summary: bool,
    /// Print one JSON object a line: each source, then each of its messages
    #[arg(long, conflicts_with_all = ["csv", "timesketch", "at"])]
    json: bool,
    /// Print the messages as CSV
    #[arg(long, conflicts_with_all = ["timesketch", "at"])]
    csv: bool,
    /// Print the messages as Timesketch reads them, one JSON object a line
    #[arg(long, conflicts_with = "at")]
    timesketch: bool,
    /// Hold two exports of one conversation against each other, and print in what they differ
    #[arg(long, conflicts_with_all = ["csv", "timesketch", "at"])]
    compare: bool,
    /// The zone of the second export's times, where it is another than --zone
    #[arg(long, value_name = "ZONE", value_parser = zone_named, requires = "compare")]
    other_zone: Option<TimeZone>,
    /// Print the bytes START..END of the one source as they are in it, or a row of a database, as in message/12
    #[arg(long, value_name = "START..END|TABLE/ROW", value_parser = place)]
    at: Option<At>,
    /// Read the sources as this format, whatever they look like
    #[arg(long, value_name = "FORMAT", value_parser = format_named)]
    format: Option<Format>,
    /// The zone of times that are written without one, as in the IANA database
    #[arg(long, value_name = "ZONE", value_parser = zone_named)]
    zone: Option<TimeZone>,
    /// Where a date can be read two ways, the day comes first
    #[arg(long, conflicts_with = "month_first")]
    day_first: bool,
    /// Where a date can be read two ways, the month comes first
    #[arg(long)]
    month_first: bool,
    /// The country of telephone numbers that are mentioned without its code, as in GB
    #[arg(long, value_name = "COUNTRY", value_parser = mentioned::region_named)]
    region: Option<Region>,
    /// Which column of a CSV file means what, as JSON
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// In which order
    #[arg(long, value_enum, default_value_t = By::Time)]
    order: By,
    /// Do not start a pager, even on a terminal
    #[arg(long)]
    no_pager: bool,
}

/// A place in a source.
#[derive(Clone, Debug)]
enum At {
    /// Its bytes.
    Bytes(Range<u64>),
    /// A row of a database: the table and the rowid.
    Row(String, i64),
}

/// The order of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// By time, as far as it is known
    Time,
    /// As they stand in the source
    Source,
}

/// How written times are to be understood, as stated on the command line.
#[derive(Clone, Debug)]
struct Stated {
    zone: Option<TimeZone>,
    day_first: Option<bool>,
    region: Option<Region>,
}

impl Stated {
    /// What a time means with what was stated.
    fn understand(&self, reading: Reading) -> Reading {
        let reading = match (reading, self.day_first) {
            (Reading::Ambiguous { day_first, .. }, Some(true)) => Reading::Local(day_first),
            (Reading::Ambiguous { month_first, .. }, Some(false)) => Reading::Local(month_first),
            (other, _) => other,
        };
        match &self.zone {
            Some(zone) => reading.in_zone(zone),
            None => reading,
        }
    }
}

/// Reads the sources and prints what was asked for.
pub(crate) fn run(options: &InspectOptions) -> Result<()> {
    let day_first = (options.day_first || options.month_first).then_some(options.day_first);
    let stated = Stated { zone: options.zone.clone(), day_first, region: options.region };
    if let Some(at) = &options.at {
        return show(options, at);
    }
    let structured = options.json || options.csv || options.timesketch;
    let interactive = std::io::stdout().is_terminal() && !structured && !options.summary && !options.no_pager;
    let mut out = pager::Output::open(interactive)?;
    let outcome = print(options, &stated, &mut out);
    out.close();
    match outcome {
        // Whoever reads the output has seen enough.
        Err(Error::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn print(options: &InspectOptions, stated: &Stated, out: &mut dyn Write) -> Result<()> {
    if options.compare {
        return compare::run(options, stated, out);
    }
    let mut chats = Vec::new();
    for path in &options.paths {
        // What is to be read as a chat is a chat; and a table or Timesketch knows nothing else.
        if options.format.is_some() || options.csv || options.timesketch || !media::is_media(path)? {
            chats.push(path.clone());
            continue;
        }
        let examined = media::Examined::read(path)?;
        if options.json { examined.json(out)? } else { examined.print(options.summary, out)? }
    }
    if chats.is_empty() {
        return Ok(());
    }
    print_chats(&chats, options, stated, out)
}

fn print_chats(
    paths: &[PathBuf],
    options: &InspectOptions,
    stated: &Stated,
    out: &mut dyn Write,
) -> Result<()> {
    let loaded = Loaded::read(paths, options)?;
    let sources = loaded.sources(options, stated)?;
    let order = Order::of(&sources, options.order);
    if options.json {
        export::json(&sources, &loaded.attachments(&sources), &order, out)?;
    } else if options.csv {
        export::csv(&sources, &order, out)?;
    } else if options.timesketch {
        export::timesketch(&sources, &order, out)?;
    } else {
        for source in &sources {
            summary::print(source, out)?;
        }
        summary::print_attachments(&loaded.attachments(&sources), out)?;
        if !options.summary {
            table::print(&sources, &order, out)?;
        }
    }
    if loaded.unreadable.is_empty() { Ok(()) } else { Err(Error::Unreadable(loaded.unreadable)) }
}

/// Messages in the order in which they are printed: which source, which message of it.
struct Order(Vec<(u32, u32)>);

impl Order {
    fn of(sources: &[Source<'_>], by: By) -> Self {
        let mut keyed = Vec::new();
        for (number, source) in (0_u32..).zip(sources) {
            let messages = match by {
                By::Time => source.by_time(),
                By::Source => (0..u32::try_from(source.timeline.len()).unwrap_or(u32::MAX))
                    .map(|message| (0, message))
                    .collect(),
            };
            keyed.extend(messages.into_iter().map(|(key, message)| (key, number, message)));
        }
        keyed.sort_by_key(|&(key, ..)| key);
        Self(keyed.into_iter().map(|(_, number, message)| (number, message)).collect())
    }

    /// Calls back with every message.
    fn for_each(
        &self,
        sources: &[Source<'_>],
        each: &mut dyn FnMut(&Source<'_>, &Message<'_>) -> Result<()>,
    ) -> Result<()> {
        for &(number, message) in &self.0 {
            let Some(source) = sources.get(number as usize) else { continue };
            let Some(message) = source.message(message as usize) else { continue };
            each(source, &message)?;
        }
        Ok(())
    }
}

fn show(options: &InspectOptions, at: &At) -> Result<()> {
    let [path] = options.paths.as_slice() else { return Err(Error::AtOneSource) };
    let bytes = read::bytes(path)?;
    let name = path.display().to_string();
    let mut out = std::io::stdout().lock();
    match at {
        At::Row(..) if !database::is_one(&bytes) => Err(Error::NoRows(name)),
        At::Bytes(_) if database::is_one(&bytes) => Err(Error::RowNeeded(name)),
        At::Row(table, rowid) => {
            let row = database::row(&name, &bytes, read::log_beside(path)?.as_deref(), table, *rowid)?;
            table::row(&row, &mut out)
        }
        At::Bytes(range) => {
            let len = bytes.len() as u64;
            let part = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
            let part = part.and_then(|(start, end)| bytes.get(start..end));
            let part = part.ok_or(Error::BeyondSource { end: range.end, len })?;
            table::dump(part, range.start, &mut out)
        }
    }
}

fn place(typed: &str) -> Result<At, String> {
    let bytes = typed.split_once("..").and_then(|(start, end)| Some(start.parse().ok()?..end.parse().ok()?));
    let row = typed.rsplit_once('/').and_then(|(table, row)| Some((table, row.parse().ok()?)));
    match (bytes, row) {
        (Some(range), _) if range.start <= range.end => Ok(At::Bytes(range)),
        (_, Some((table, rowid))) => Ok(At::Row(table.trim_start_matches('/').to_owned(), rowid)),
        _ => {
            Err("two byte offsets with two dots between them are expected, as in 120..260; or the table and \
                  the number of a database's row, as in message/12"
                .to_owned())
        }
    }
}

fn format_named(typed: &str) -> Result<Format, String> {
    let known = |name: &str| serde_json::from_value(serde_json::Value::String(name.to_owned()));
    known(typed).map_err(|_| {
        let names: Vec<String> = transcript::descriptors().map(|known| read::name_of(known.format)).collect();
        format!("one of these is expected: {}", names.join(", "))
    })
}

fn zone_named(typed: &str) -> Result<TimeZone, String> {
    TimeZone::get(typed)
        .map_err(|_| "a zone of the IANA database is expected, as in Europe/London".to_owned())
}
