//! Comma-separated values that keep their positions: RFC 4180, and what spreadsheets make of it.
//!
//! The separator is found from the content (`,`, `;`, a tab or `|`). Quoted cells may hold line ends and doubled
//! quotation marks; `="…"`, with which Excel is told not to touch a text, is read as its text (inside quotation marks
//! it is what somebody wrote, and stays). A quotation mark that is never closed does not swallow the rest of a file in
//! silence: see [`Next::Unclosed`].

mod table;

use std::borrow::Cow;

use crate::lines::{lossy, offset, text};
use crate::{Output, Text, WarningKind, Window};

pub(crate) use table::{Row, Rows, Step, Table, Tabular, headings};

/// More columns than this are not a table. They are counted, and the row is reported.
pub(crate) const MOST_COLUMNS: usize = 4096;

/// The longest text that a cell of the usual spreadsheets holds is 32,767 characters. A quotation mark that is not
/// closed within more bytes than those could have is part of a text.
const LONGEST_CELL: u64 = 32_767 * 4;

/// One cell, as it stands in the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    start: u64,
    end: u64,
    /// Text follows the closing quotation mark: the marks are taken to be part of the text.
    stray: bool,
}

/// What comes next in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A row that ends, line end included, at this place in the window.
    Row(usize),
    /// The row is not complete in this window.
    More,
    /// A quotation mark is open where the source ends.
    Unclosed,
    /// Nothing.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// Reads rows, and remembers within one how far it has come.
#[derive(Debug)]
pub(crate) struct Reader {
    separator: u8,
    row: u64,
    at: u64,
    cell: u64,
    state: State,
    stray: bool,
    cells: Vec<Cell>,
    columns: usize,
    literal: Option<u64>,
}

impl Reader {
    pub(crate) const fn new(separator: u8, at: u64) -> Self {
        Self {
            separator,
            row: at,
            at,
            cell: at,
            state: State::Start,
            stray: false,
            cells: Vec::new(),
            columns: 0,
            literal: None,
        }
    }

    /// The cells of the row that [`Self::next`] gave last.
    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// How many columns that row has, those beyond [`MOST_COLUMNS`] too.
    pub(crate) const fn columns(&self) -> usize {
        self.columns
    }

    /// Where the row that is being read begins.
    pub(crate) const fn row(&self) -> u64 {
        self.row
    }

    /// Where in the source a quotation mark stands that opens and is never closed, of the row given last.
    pub(crate) const fn literal(&self) -> Option<u64> {
        self.literal
    }

    /// Goes on after the row given last, or from the window's beginning if bytes were dealt with elsewhere.
    fn begin(&mut self, window: &Window<'_>) {
        if self.at < window.base || self.row < window.base {
            *self = Self { cells: std::mem::take(&mut self.cells), ..Self::new(self.separator, window.base) };
            self.cells.clear();
        }
    }

    /// Begins a new row at `at`.
    pub(crate) fn start_row(&mut self, at: u64) {
        (self.row, self.at, self.cell) = (at, at, at);
        (self.state, self.stray, self.columns, self.literal) = (State::Start, false, 0, None);
        self.cells.clear();
    }

    /// The next row. Call [`Self::start_row`] with its end before asking for the one after.
    pub(crate) fn next(&mut self, window: &Window<'_>) -> Next {
        self.begin(window);
        let bytes = window.bytes;
        loop {
            let at = offset(self.at, window);
            let Some(&byte) = bytes.get(at) else {
                return self.at_end(window);
            };
            match self.state {
                State::Start => {
                    if byte == b'=' && at + 1 == bytes.len() && !window.last {
                        return Next::More;
                    }
                    self.cell = self.at;
                    let skip = match (byte, bytes.get(at + 1)) {
                        (b'"', _) => 1,
                        (b'=', Some(b'"')) => 2,
                        _ => 0,
                    };
                    self.state = if skip == 0 { State::Bare } else { State::Quoted };
                    self.at += skip;
                }
                State::Quoted => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let Some(mark) = memchr::memchr(b'"', rest) else {
                        self.at = window.base + bytes.len() as u64;
                        continue;
                    };
                    self.at += mark as u64;
                    match bytes.get(at + mark + 1) {
                        None if !window.last => return Next::More,
                        Some(b'"') => self.at += 2,
                        _ => {
                            self.at += 1;
                            self.state = State::Closed;
                        }
                    }
                }
                State::Closed if byte != self.separator && !matches!(byte, b'\r' | b'\n') => {
                    self.stray = true;
                    self.state = State::Bare;
                }
                State::Bare | State::Closed => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let Some(mark) = memchr::memchr3(self.separator, b'\n', b'\r', rest) else {
                        self.at = window.base + bytes.len() as u64;
                        continue;
                    };
                    self.at += mark as u64;
                    let at = at + mark;
                    match (bytes.get(at), bytes.get(at + 1)) {
                        (Some(b'\r'), None) if !window.last => return Next::More,
                        (Some(b'\r'), Some(b'\n')) => return self.end_row(at + 2),
                        (Some(b'\r' | b'\n'), _) => return self.end_row(at + 1),
                        _ => {
                            self.end_cell();
                            self.at += 1;
                            self.cell = self.at;
                        }
                    }
                }
            }
        }
    }

    fn at_end(&mut self, window: &Window<'_>) -> Next {
        let end = window.bytes.len();
        match self.state {
            _ if !window.last => Next::More,
            State::Start if self.at == self.row => Next::End,
            State::Quoted if self.at - self.cell > LONGEST_CELL => {
                // Read the row again with this mark as a character among others. No later mark can be left open by
                // that: all the marks after this one are in pairs, or it would have been closed.
                (self.at, self.state, self.literal) = (self.cell, State::Bare, Some(self.cell));
                self.next(window)
            }
            State::Quoted => Next::Unclosed,
            State::Start | State::Bare | State::Closed => self.end_row(end),
        }
    }

    fn end_cell(&mut self) {
        self.columns += 1;
        if self.columns <= MOST_COLUMNS {
            self.cells.push(Cell { start: self.cell, end: self.at, stray: self.stray });
        }
        (self.state, self.stray) = (State::Start, false);
    }

    fn end_row(&mut self, end: usize) -> Next {
        if self.state == State::Start {
            self.cell = self.at;
        }
        self.end_cell();
        Next::Row(end)
    }
}

/// What a cell says.
pub(crate) fn value<'a>(window: &Window<'a>, cell: &Cell, out: &mut Output<'_>) -> Text<'a> {
    let (start, end) = (offset(cell.start, window), offset(cell.end, window));
    let raw = window.bytes.get(start..end).unwrap_or_default();
    if cell.stray {
        let note = "text follows the closing quotation mark of this cell; kept with its marks";
        out.warn(WarningKind::Malformed, window.span(start..end), note);
        return text(window, start..end, out);
    }
    let skip = match raw {
        [b'=', b'"', .., b'"'] if raw.len() > 2 => 2,
        [b'"', .., b'"'] => 1,
        _ => return text(window, start..end, out),
    };
    let inside = start + skip..end - 1;
    let content = window.bytes.get(inside.clone()).unwrap_or_default();
    if memchr::memchr(b'"', content).is_none() {
        return text(window, inside, out);
    }
    let plain = undoubled(content);
    Text::decoded(lossy(&plain, window.span(inside), out))
}

/// With every doubled quotation mark as one.
pub(crate) fn undoubled(content: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(content, b"\"\"").is_none() {
        return Cow::Borrowed(content);
    }
    let mut plain = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = memchr::memmem::find(rest, b"\"\"") {
        plain.extend_from_slice(rest.get(..=at).unwrap_or_default());
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

/// What a table looks like from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sniffed {
    /// What separates its cells.
    pub(crate) separator: u8,
    /// How many columns most of its rows have.
    pub(crate) columns: usize,
    /// How many rows were looked at.
    pub(crate) rows: usize,
    /// How many of those have that number of columns.
    pub(crate) agreeing: usize,
}

/// Rows that are looked at to find the separator.
const SAMPLE: usize = 50;

/// Finds what separates the cells, from the first bytes of a table (the byte order mark skipped).
pub(crate) fn sniff(head: &[u8], whole: bool) -> Option<Sniffed> {
    if memchr::memchr(0, head).is_some() {
        return None;
    }
    let candidates = [b',', b';', b'\t', b'|'].map(|separator| counted(head, separator, whole));
    candidates.into_iter().flatten().filter(|found| found.columns > 1).max_by(|a, b| {
        let (one, other) = (a.agreeing * b.rows, b.agreeing * a.rows);
        // Of equals the first is taken, which `max_by` would not.
        one.cmp(&other).then(a.columns.cmp(&b.columns)).then(std::cmp::Ordering::Greater)
    })
}

fn counted(head: &[u8], separator: u8, whole: bool) -> Option<Sniffed> {
    let window = Window { bytes: head, base: 0, last: whole };
    let mut reader = Reader::new(separator, 0);
    let mut counts: Vec<usize> = Vec::new();
    while counts.len() < SAMPLE {
        let Next::Row(end) = reader.next(&window) else { break };
        let empty = reader.columns() == 1 && reader.cells().iter().all(|cell| cell.start == cell.end);
        if !empty {
            counts.push(reader.columns());
        }
        reader.start_row(end as u64);
    }
    let rows = counts.len();
    counts.sort_unstable();
    let runs =
        counts.chunk_by(|a, b| a == b).map(|run| (run.len(), run.first().copied().unwrap_or_default()));
    let (agreeing, columns) = runs.max()?;
    Some(Sniffed { separator, columns, rows, agreeing })
}

/// The name of a separator, for a person.
pub(crate) const fn separator_name(separator: u8) -> &'static str {
    match separator {
        b',' => "commas",
        b';' => "semicolons",
        b'\t' => "tabs",
        _ => "vertical bars",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Directory, Message, Sink, Unparsed, Warning};

    struct Quiet;

    impl Sink for Quiet {
        fn message(&mut self, _: &Message<'_>, _: &Directory) {}
        fn unparsed(&mut self, _: Unparsed) {}
        fn warning(&mut self, _: Warning) {}
    }

    fn rows(source: &[u8], separator: u8) -> (Vec<Vec<String>>, Next) {
        let window = Window::whole(source);
        let (mut reader, mut rows) = (Reader::new(separator, 0), Vec::new());
        let mut sink = Quiet;
        let mut out = Output::new(&mut sink);
        loop {
            match reader.next(&window) {
                Next::Row(end) => {
                    let cells = reader.cells().iter();
                    rows.push(cells.map(|cell| value(&window, cell, &mut out).value.into_owned()).collect());
                    reader.start_row(end as u64);
                }
                other => return (rows, other),
            }
        }
    }

    #[test]
    fn quotes_and_what_spreadsheets_write() {
        let source = b"a,\"b\nc\",\"d \"\"e\"\"\"\r\n=\"0123\",\"=\"\"04\"\"\",\r,\"x\"y,z\n";
        let (rows, end) = rows(source, b',');
        let expected: [&[&str]; 3] =
            [&["a", "b\nc", "d \"e\""], &["0123", "=\"04\"", ""], &["", "\"x\"y", "z"]];
        assert_eq!(rows, expected);
        assert_eq!(end, Next::End);
    }

    #[test]
    fn a_last_row_needs_no_line_end() {
        assert_eq!(rows(b"a,b", b',').0, [["a", "b"]]);
        assert_eq!(rows(b"a,", b',').0, [["a", ""]]);
        assert_eq!(rows(b"a\n", b',').0, [["a"]]);
    }

    #[test]
    fn a_mark_left_open() {
        assert_eq!(rows(b"a\n\"b,c\nd\n", b','), (vec![vec!["a".to_owned()]], Next::Unclosed));
        let long = format!("a\n\"b,c\n{}", "d\n".repeat(100_000));
        let (rows, end) = rows(long.as_bytes(), b',');
        assert_eq!(rows.len(), 100_002);
        assert_eq!((rows[1][0].as_str(), rows[1][1].as_str(), end), ("\"b", "c", Next::End));
    }

    #[test]
    fn the_separator_is_found() {
        for (source, separator) in [
            ("Date;Name;Text\n1;A;x, y, z\n2;B;\"p;q\"\n", b';'),
            ("Date,Name,Text\n1,A,x; y\n", b','),
            ("1\tA\tx, y\n2\tB\tz\n", b'\t'),
        ] {
            assert_eq!(sniff(source.as_bytes(), true).unwrap().separator, separator, "{source}");
        }
        assert_eq!(sniff(b"one line\nanother\n", true), None);
    }
}
