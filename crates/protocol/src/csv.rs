//! Comma-separated values that are safe to open: RFC 4180, and nothing that a spreadsheet runs.

use std::borrow::Cow;

/// What spreadsheets take for the beginning of a formula, in the characters of either width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell as RFC 4180 has it, and such that no spreadsheet takes it for a formula: what could begin one,
/// also behind white space, is preceded by an apostrophe.
pub fn cell(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(FORMULA);
    if !formula && !text.contains([',', '"', '\r', '\n', ';', '\t']) {
        return Cow::Borrowed(text);
    }
    let guard = if formula { "'" } else { "" };
    Cow::Owned(format!("\"{guard}{}\"", text.replace('"', "\"\"")))
}

/// A row of cells with its line end.
pub fn row<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::{cell, row};
    use proptest::prelude::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, written) in [
            ("", ""),
            ("Sam Okafor", "Sam Okafor"),
            ("3-1", "3-1"),
            ("a.okafor@example.org", "a.okafor@example.org"),
            ("Rain, then sun", "\"Rain, then sun\""),
            ("rain; sun", "\"rain; sun\""),
            ("she said \"no\"", "\"she said \"\"no\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+44", "\"'+44\""),
            ("-1 at night", "\"'-1 at night\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("  =1", "\"'  =1\""),
            ("\u{a0}=1", "\"'\u{a0}=1\""),
            ("＝1", "\"'＝1\""),
            ("－1", "\"'－1\""),
            ("'=1", "'=1"),
            ("a,=1", "\"a,=1\""),
            ("a\n=1", "\"a\n=1\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    #[test]
    fn a_row_ends_as_the_rfc_wants() {
        assert_eq!(row(["a", "=b", ""]), "a,\"'=b\",\r\n");
    }

    /// Takes a row apart as RFC 4180 says.
    fn read(row: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        let mut characters = row.trim_end_matches("\r\n").chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    characters.next();
                    cells.last_mut().unwrap().push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                other => cells.last_mut().unwrap().push(other),
            }
        }
        cells
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_back_and_begins_no_formula(texts in prop::collection::vec("[ \t\r\n=+@＝a\",;'-]{0,6}x?", 1..5)) {
            let cells = read(&row(texts.iter().map(String::as_str)));
            prop_assert_eq!(cells.len(), texts.len());
            for (cell, text) in cells.iter().zip(&texts) {
                let guarded = cell.strip_prefix('\'').filter(|_| cell != text).unwrap_or(cell);
                prop_assert_eq!(guarded, text);
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝']), "{}", cell);
            }
        }
    }
}
