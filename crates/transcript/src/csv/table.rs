//! Rows one after the other, the books kept: what every table format shares.

use std::ops::Range;

use super::{Cell, MOST_COLUMNS, Next, Reader, separator_name, sniff, value};
use crate::lines::{MARK, breaks, offset};
use crate::{HEAD, Output, StructureKind, Text, WarningKind, Window};

/// One row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row<'r> {
    /// Where in the window it lies, line end included.
    pub(crate) range: Range<usize>,
    /// The line it begins on.
    pub(crate) line: u64,
    /// Its cells.
    pub(crate) cells: &'r [Cell],
    /// How many columns it has.
    pub(crate) columns: usize,
}

impl Row<'_> {
    /// What the cell of a column says; empty if the row has no such column.
    pub(crate) fn text<'a>(&self, column: usize, window: &Window<'a>, out: &mut Output<'_>) -> Text<'a> {
        self.cells.get(column).map_or(Text::EMPTY, |cell| value(window, cell, out))
    }
}

/// What comes next in a table.
#[derive(Clone, Debug)]
pub(crate) enum Step<'r> {
    /// A row with something in it.
    Row(Row<'r>),
    /// Bytes that are understood and are no row.
    Known(Range<usize>, StructureKind),
    /// Bytes that cannot be read as rows, and why.
    Broken(Range<usize>, String),
    /// Nothing more in this window.
    Done,
}

/// Steps through a table, its separator found from its first bytes.
#[derive(Debug, Default)]
pub(crate) struct Tabular {
    reader: Option<Reader>,
    separator: Option<u8>,
    dealt: u64,
    line: u64,
}

impl Tabular {
    /// How many of the window's bytes have been given out.
    pub(crate) fn dealt(&self, window: &Window<'_>) -> usize {
        offset(self.dealt, window).min(window.bytes.len())
    }

    /// What separates the cells, once that is known.
    pub(crate) const fn separator(&self) -> Option<u8> {
        self.separator
    }

    /// What comes next.
    pub(crate) fn next(&mut self, window: &Window<'_>) -> Step<'_> {
        if self.dealt < window.base {
            (self.dealt, self.reader) = (window.base, None);
        }
        let start = self.dealt(window);
        if self.separator.is_none() {
            match self.open(window) {
                Some(0) => {}
                Some(preamble) => return Step::Known(start..preamble, StructureKind::Preamble),
                None => return Step::Done,
            }
        }
        let (separator, dealt) = (self.separator.unwrap_or(b','), self.dealt);
        let reader = self.reader.get_or_insert_with(|| Reader::new(separator, dealt));
        if reader.row() != dealt {
            reader.start_row(dealt);
        }
        match reader.next(window) {
            Next::More | Next::End => Step::Done,
            Next::Unclosed => {
                self.dealt = window.base + window.bytes.len() as u64;
                let reason = "a quotation mark is opened in this row and not closed before the source ends";
                Step::Broken(start..window.bytes.len(), reason.to_owned())
            }
            Next::Row(end) => {
                let line = self.line + 1;
                self.dealt = window.base + end as u64;
                self.line += breaks(window.bytes.get(start..end).unwrap_or_default());
                let (cells, columns) = (reader.cells(), reader.columns());
                if columns > MOST_COLUMNS {
                    let separator = separator_name(separator);
                    let reason = format!(
                        "a row of {columns} cells between {separator}; {MOST_COLUMNS} are read at most"
                    );
                    return Step::Broken(start..end, reason);
                }
                if cells.iter().all(|cell| cell.start == cell.end) {
                    return Step::Known(start..end, StructureKind::Syntax);
                }
                Step::Row(Row { range: start..end, line, cells, columns })
            }
        }
    }

    /// Where a quotation mark of the row given last opens and is never closed.
    pub(crate) fn literal(&self) -> Option<u64> {
        self.reader.as_ref().and_then(Reader::literal)
    }

    /// Finds the separator. Says how many bytes stand before the first row; nothing if more of the source is needed.
    fn open(&mut self, window: &Window<'_>) -> Option<usize> {
        if window.bytes.len() < HEAD && !window.last {
            return None;
        }
        let head = window.bytes.get(..HEAD).unwrap_or(window.bytes);
        let mut skip = if head.starts_with(MARK) { MARK.len() } else { 0 };
        let rest = head.get(skip..).unwrap_or_default();
        // Excel's own way of saying it: a first line `sep=;`.
        let declared = match rest {
            [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator, ending @ ..]
                if !separator.is_ascii_alphanumeric() =>
            {
                match ending {
                    [b'\r', b'\n', ..] => Some((*separator, 7)),
                    [b'\n' | b'\r', ..] => Some((*separator, 6)),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some((separator, len)) = declared {
            skip += len;
            self.line += 1;
            self.separator = Some(separator);
        } else {
            let whole = window.last && window.bytes.len() <= HEAD;
            self.separator = Some(sniff(rest, whole).map_or(b',', |found| found.separator));
        }
        self.dealt = window.base + skip as u64;
        Some(skip)
    }
}

/// What a format makes of the rows of a table.
pub(crate) trait Rows {
    /// One row in the first pass.
    fn survey(&mut self, _: &Row<'_>, _: &Window<'_>) {}

    /// One row. All its bytes must be written to `out`.
    fn row(&mut self, row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>);
}

/// A parser of tables.
#[derive(Debug, Default)]
pub(crate) struct Table<R> {
    surveyed: Tabular,
    parsed: Tabular,
    pub(crate) rows: R,
}

impl<R: Rows> Table<R> {
    pub(crate) fn new(rows: R) -> Self {
        Self { surveyed: Tabular::default(), parsed: Tabular::default(), rows }
    }

    pub(crate) fn survey(&mut self, window: &Window<'_>) -> usize {
        loop {
            match self.surveyed.next(window) {
                Step::Row(row) => self.rows.survey(&row, window),
                Step::Known(..) | Step::Broken(..) => {}
                Step::Done => return self.surveyed.dealt(window),
            }
        }
    }

    pub(crate) fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        loop {
            match self.parsed.next(window) {
                Step::Row(row) => self.rows.row(&row, window, out),
                Step::Known(range, kind) => out.structure(window.span(range), kind),
                Step::Broken(range, reason) => {
                    let at = window.span(range.clone());
                    if window.last && range.end == window.bytes.len() {
                        out.warn(WarningKind::Truncated, at, reason.clone());
                    }
                    out.unparsed(at, reason);
                }
                Step::Done => return self.parsed.dealt(window),
            }
            if let Some(mark) = self.parsed.literal() {
                let note =
                    "a quotation mark is opened here and never closed; read as a character like any other";
                out.warn(WarningKind::Malformed, crate::Span::new(mark, mark + 1), note);
            }
        }
    }
}

/// The names in a heading row, without the spaces round them.
pub(crate) fn headings(row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>) -> Vec<String> {
    (0..row.cells.len()).map(|column| row.text(column, window, out).value.trim().to_owned()).collect()
}
