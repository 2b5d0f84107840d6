//! Any table, read as somebody says: which column holds the time, the sender, the text.

use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;

use super::mapping::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone};
use super::{first_rows, keep_further, message_of, ragged};
use crate::csv::{Row, Rows, Table, Tabular, headings, separator_name, sniff};
use crate::dates::{Cursor, Day, Doubts, Evidence, Order, Stamp, Triple, afternoon, mail_date};
use crate::format::{Certainty, Descriptor, Format};
use crate::lines::MARK;
use crate::names::Names;
use crate::{
    Attachment, Conversation, ConversationId, HEAD, Kind, Output, Parser, Participant, ParticipantId,
    Precision, Reading, Sent, StructureKind, Text, WarningKind, Window, ZoneBasis,
};

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    format: Format::Csv,
    name: "Table whose columns somebody must name",
    streams: false,
    kept: "with a mapping: time, sender, text, conversation, attachment and identifier, every other column as a detail",
    not_kept: "without a mapping nothing but the names of the columns",
    recognise,
    parser: || Box::new(Unmapped { table: Tabular::default() }),
};

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let whole = head.len() < HEAD;
    let head = head.strip_prefix(MARK).unwrap_or(head);
    if head.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="))
        && first_rows(head, 1).len() == 1
    {
        return Some((
            Certainty::Marked,
            "a first line that names the separator, as Excel writes it".to_owned(),
        ));
    }
    let found = sniff(head, whole)?;
    if found.rows < 2 || found.agreeing * 10 < found.rows * 9 {
        return None;
    }
    // Prose has a comma in every line now and then; a table has a first row of short names that differ.
    let rows = first_rows(head, 1);
    let names = rows.first()?;
    let mut seen = std::collections::HashSet::new();
    let distinct =
        names.iter().all(|name| name.len() < 100 && !name.contains('\n') && seen.insert(name.as_str()));
    let separator = separator_name(found.separator);
    distinct.then(|| (Certainty::Shape, format!("rows of {} cells between {separator}", found.columns)))
}

/// Says what the columns are, and that somebody must say what they hold.
struct Unmapped {
    table: Tabular,
}

impl Parser for Unmapped {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        use crate::csv::Step;
        if !window.last {
            return 0;
        }
        let len = window.bytes.len();
        loop {
            match self.table.next(window) {
                Step::Known(range, kind) => out.structure(window.span(range), kind),
                Step::Row(row) => {
                    let names = headings(&row, window, out);
                    let end = row.range.end;
                    out.structure(window.span(row.range), StructureKind::Metadata);
                    let separator = separator_name(self.table.separator().unwrap_or(b','));
                    let reason = format!(
                        "a table of {} columns between {separator}: {}. Which of them hold the time, the sender and the text must be stated",
                        names.len(),
                        listed(&names),
                    );
                    out.unparsed(window.span(end..len), reason);
                    return len;
                }
                Step::Broken(range, reason) => {
                    out.unparsed(window.span(range), reason);
                }
                Step::Done => return len,
            }
        }
    }
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(40).map(|name| format!("{name:?}")).collect();
    let more = if names.len() > 40 { " and more" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// A parser of a table whose columns are stated.
pub fn csv_mapped(mapping: CsvMapping) -> Box<dyn Parser> {
    Box::new(Mapped(Table::new(Messages { mapping, ..Messages::default() })))
}

struct Mapped(Table<Messages>);

impl Parser for Mapped {
    fn surveys(&self) -> bool {
        self.0.rows.mapping.time.as_ref().is_some_and(|time| time.order == CsvOrder::Found)
    }

    fn survey(&mut self, window: &Window<'_>) -> usize {
        self.0.survey(window)
    }

    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.0.parse(window, out)
    }
}

/// The places of the columns, counted from nought.
#[derive(Clone, Debug, Default)]
struct Places {
    names: Vec<String>,
    time: Option<usize>,
    clock: Option<usize>,
    sender: Option<usize>,
    text: Option<usize>,
    conversation: Option<usize>,
    attachment: Option<usize>,
    id: Option<usize>,
}

impl Places {
    fn find(mapping: &CsvMapping, names: Vec<String>) -> Result<Self, String> {
        let mut missing = Vec::new();
        let mut place = |column: Option<&CsvColumn>| -> Option<usize> {
            let column = column?;
            let found = match column {
                CsvColumn::Number(number) => number.checked_sub(1).filter(|at| *at < names.len()),
                CsvColumn::Named(name) if mapping.heading => {
                    names.iter().position(|other| other == name.trim())
                }
                CsvColumn::Named(_) => None,
            };
            if found.is_none() {
                missing.push(match column {
                    CsvColumn::Number(number) => format!("number {number}"),
                    CsvColumn::Named(name) => format!("{name:?}"),
                });
            }
            found
        };
        let time = mapping.time.as_ref();
        let places = Self {
            time: place(time.map(|time| &time.column)),
            clock: place(time.and_then(|time| time.clock.as_ref())),
            sender: place(mapping.sender.as_ref()),
            text: place(mapping.text.as_ref()),
            conversation: place(mapping.conversation.as_ref()),
            attachment: place(mapping.attachment.as_ref()),
            id: place(mapping.id.as_ref()),
            names: Vec::new(),
        };
        if missing.is_empty() {
            return Ok(Self { names, ..places });
        }
        let columns =
            if mapping.heading { listed(&names) } else { format!("{} columns without names", names.len()) };
        Err(format!("the mapping names the column {}, and the table has {columns}", missing.join(" and ")))
    }

    fn has(&self, column: usize) -> bool {
        [self.time, self.clock, self.sender, self.text, self.conversation, self.attachment, self.id]
            .contains(&Some(column))
    }
}

#[derive(Debug, Default)]
struct Messages {
    mapping: CsvMapping,
    surveyed: Option<Result<Places, String>>,
    places: Option<Result<Places, String>>,
    evidence: Evidence,
    people: Names<ParticipantId>,
    conversations: Names<ConversationId>,
    doubts: Doubts,
}

impl Rows for Messages {
    fn survey(&mut self, row: &Row<'_>, window: &Window<'_>) {
        let mut sink = super::Nowhere;
        let mut out = Output::new(&mut sink);
        let Some(places) = &self.surveyed else {
            self.surveyed = Some(Places::find(&self.mapping, headings(row, window, &mut out)));
            if !self.mapping.heading {
                self.survey(row, window);
            }
            return;
        };
        if let Ok(Places { time: Some(time), .. }) = places {
            let written = row.text(*time, window, &mut out);
            let mut cursor = Cursor::new(written.value.trim().as_bytes());
            if let Some(date) = Triple::read(&mut cursor) {
                date.weigh(&mut self.evidence);
            }
        }
    }

    fn row(&mut self, row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>) {
        if self.places.is_none() {
            self.places = Some(Places::find(&self.mapping, headings(row, window, out)));
            if self.mapping.heading {
                return out.structure(window.span(row.range.clone()), StructureKind::Metadata);
            }
        }
        match self.places.take() {
            Some(Ok(places)) => {
                if !ragged(row, places.names.len(), window, out) {
                    self.message(&places, row, window, out);
                }
                self.places = Some(Ok(places));
            }
            other => {
                let reason = match &other {
                    Some(Err(reason)) => reason.as_str(),
                    _ => "no mapping",
                };
                out.unparsed(window.span(row.range.clone()), reason);
                self.places = other;
            }
        }
    }
}

impl Messages {
    fn message(&mut self, places: &Places, row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>) {
        let text = |column: Option<usize>, out: &mut Output<'_>| {
            column.map(|column| row.text(column, window, out)).unwrap_or_default()
        };
        let conversation = text(places.conversation, out);
        let sender = text(places.sender, out);
        let directory = &mut out.directory;
        let number = self.conversations.get(conversation.value.as_bytes(), || {
            let title = Some(conversation.value.to_string()).filter(|title| !title.is_empty());
            directory.intern_conversation(Conversation { title, ..Conversation::default() })
        });
        let mut message = message_of(row, window, number);
        if !sender.is_empty() {
            message.sender = Some(self.people.get(sender.value.as_bytes(), || {
                directory.intern_participant(Participant::named(&*sender.value))
            }));
        }
        message.text = text(places.text, out);
        let (id, file) = (text(places.id, out), text(places.attachment, out));
        if !id.is_empty() {
            message.extras_mut().id = Some(id.value.into_owned());
        }
        if !file.is_empty() {
            let name = Some(file.value.into_owned());
            message.extras_mut().attach(Attachment { name, ..Attachment::default() });
            message.kind = Kind::Media;
        }
        let (date, clock) = (text(places.time, out), text(places.clock, out));
        message.sent = self.sent(date, &clock, message.source, out);
        for (column, name) in places.names.iter().enumerate().filter(|(column, _)| !places.has(*column)) {
            let value = row.text(column, window, out);
            if !value.is_empty() {
                let name = if self.mapping.heading {
                    crate::model::name_of_detail(name)
                } else {
                    format!("column {}", column + 1)
                };
                message.extras_mut().detail(name, value.value);
            }
        }
        keep_further(row, places.names.len(), window, &mut message, out);
        out.message(&message);
    }

    fn sent<'a>(
        &mut self,
        date: Text<'a>,
        clock: &Text<'a>,
        at: crate::Span,
        out: &mut Output<'_>,
    ) -> Sent<'a> {
        let Some(how) = self.mapping.time.clone() else { return Sent::MISSING };
        if date.is_empty() && clock.is_empty() {
            return Sent::MISSING;
        }
        let written =
            if clock.is_empty() { date } else { Text::decoded(format!("{} {}", date.value, clock.value)) };
        let order = match how.order {
            CsvOrder::DayFirst => Some(Order::DayFirst),
            CsvOrder::MonthFirst => Some(Order::MonthFirst),
            CsvOrder::Found => self.evidence.order(),
        };
        let (reading, precision) =
            read_time(written.value.trim(), &how, order).unwrap_or((Reading::Impossible, Precision::Second));
        if reading == Reading::Impossible {
            let note = format!("{:?} is not a time, or in no form known", written.value);
            out.warn(WarningKind::ImpossibleTime, at, note);
        }
        let either = matches!(reading, Reading::Ambiguous { .. }).then_some(&*written.value);
        self.doubts.tell(either, self.evidence, at, out);
        Sent { written, reading, precision }
    }
}

/// What a written time means.
fn read_time(written: &str, how: &CsvTime, order: Option<Order>) -> Option<(Reading, Precision)> {
    match how.zone {
        CsvZone::EpochSeconds => {
            return Some((Reading::epoch_seconds(written.parse().ok()?), Precision::Second));
        }
        CsvZone::EpochMilliseconds => {
            return Some((Reading::epoch_millis(written.parse().ok()?), Precision::Millisecond));
        }
        CsvZone::Unstated | CsvZone::Utc | CsvZone::Offset(_) => {}
    }
    let zoned = |local: DateTime| match how.zone {
        CsvZone::Utc => Reading::at_offset(local, Offset::UTC, ZoneBasis::Reader),
        CsvZone::Offset(minutes) => match Offset::from_seconds(i32::from(minutes) * 60) {
            Ok(offset) => Reading::at_offset(local, offset, ZoneBasis::Reader),
            Err(_) => Reading::Impossible,
        },
        _ => Reading::Local(local),
    };
    let bytes = written.as_bytes();
    if let Some(stamp) = Stamp::whole(bytes).or_else(|| mail_date(bytes)) {
        return Some((stamp.reading(zoned), stamp.precision));
    }
    let mut cursor = Cursor::new(bytes);
    let date = Triple::read(&mut cursor)?.day(order);
    let _ = cursor.take(b",");
    cursor.spaces();
    let (time, precision) = if cursor.is_done() {
        (Some(Time::midnight()), Precision::Day)
    } else {
        let (time, precision) = cursor.clock()?;
        match cursor.half() {
            Some(after_noon) => (time.and_then(|time| afternoon(time, after_noon)), precision),
            None => (time, precision),
        }
    };
    cursor.spaces();
    let offset = cursor.zone();
    if !cursor.is_done() {
        return None;
    }
    let reading = match (date, time, offset) {
        (Day::Known(date), Some(time), Some(offset)) => {
            Reading::at_offset(date.to_datetime(time), offset, ZoneBasis::Stated)
        }
        (Day::Known(date), Some(time), None) => zoned(date.to_datetime(time)),
        _ => date.at(time),
    };
    Some((reading, precision))
}
