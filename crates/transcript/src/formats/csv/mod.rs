//! Formats that are tables: Discord's old package, Kik's productions, Viber's history, and any table with a mapping.

mod discord;
mod generic;
mod kik;
mod mapping;
mod viber;

use crate::csv::{Row, Tabular};
use crate::format::Descriptor;
use crate::{Message, Output, Place, Sent, Text, WarningKind, Window};

pub use generic::csv_mapped;
pub use mapping::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone};

pub(crate) const DESCRIPTORS: &[Descriptor] =
    &[discord::DESCRIPTOR, kik::DESCRIPTOR, viber::DESCRIPTOR, generic::DESCRIPTOR];

/// A message made of one row, nothing of it known yet.
fn message_of<'a>(row: &Row<'_>, window: &Window<'a>, conversation: crate::ConversationId) -> Message<'a> {
    Message {
        source: window.span(row.range.clone()),
        place: Place::Line(row.line),
        conversation,
        sender: None,
        sent: Sent::MISSING,
        kind: crate::Kind::Text,
        text: Text::EMPTY,
        extras: None,
    }
}

/// Reports a row that has not as many cells as the table. Returns whether it was written off as unparsed.
fn ragged(row: &Row<'_>, columns: usize, window: &Window<'_>, out: &mut Output<'_>) -> bool {
    let at = window.span(row.range.clone());
    let cells = if row.columns == 1 { "cell" } else { "cells" };
    if row.columns < columns {
        if window.last && row.range.end == window.bytes.len() {
            out.warn(
                WarningKind::Truncated,
                at,
                format!("the source ends in a row of {} {cells}", row.columns),
            );
        }
        out.unparsed(at, format!("a row of {} {cells}; {columns} were expected", row.columns));
        return true;
    }
    if row.columns > columns {
        let note = format!(
            "a row of {} {cells} where {columns} were expected; the further ones are kept as details",
            row.columns
        );
        out.warn(WarningKind::Malformed, at, note);
    }
    false
}

/// Keeps the cells beyond `columns` as details.
fn keep_further(
    row: &Row<'_>,
    columns: usize,
    window: &Window<'_>,
    message: &mut Message<'_>,
    out: &mut Output<'_>,
) {
    for column in columns..row.cells.len() {
        let value = row.text(column, window, out);
        if !value.is_empty() {
            message.extras_mut().detail(format!("column {}", column + 1), value.value);
        }
    }
}

/// The first rows of a source, as text, to recognise it by.
fn first_rows(head: &[u8], most: usize) -> Vec<Vec<String>> {
    use crate::csv::Step;
    let window = Window { bytes: head, base: 0, last: true };
    let (mut table, mut rows, mut sink) = (Tabular::default(), Vec::new(), Nowhere);
    let mut out = Output::new(&mut sink);
    while rows.len() < most {
        match table.next(&window) {
            Step::Row(row) => rows.push(
                (0..row.cells.len().min(64))
                    .map(|column| row.text(column, &window, &mut out).value.into_owned())
                    .collect(),
            ),
            Step::Known(..) => {}
            Step::Broken(..) | Step::Done => break,
        }
    }
    rows
}

/// Where what recognition has to say goes.
struct Nowhere;

impl crate::Sink for Nowhere {
    fn message(&mut self, _: &Message<'_>, _: &crate::Directory) {}
    fn unparsed(&mut self, _: crate::Unparsed) {}
    fn warning(&mut self, _: crate::Warning) {}
}
