//! Bytes of a source as lines of hexadecimal and text.

use crate::{Dump, DumpLine};

/// How many lines are handed over at once.
const MOST_LINES: u32 = 512;
const MOST_WIDTH: u32 = 32;

/// Lines of `width` bytes, from the line that `from` lies on. `span` is pointed out.
pub(crate) fn dump(bytes: &[u8], from: u64, lines: u32, width: u32, span: [u64; 2]) -> Dump {
    let width = u64::from(width.clamp(1, MOST_WIDTH));
    let first = from.min((bytes.len() as u64).saturating_sub(1)) / width * width;
    let lines = (0..u64::from(lines.min(MOST_LINES))).map_while(|line| {
        let at = first + line * width;
        let rest = bytes.get(usize::try_from(at).ok()?..).filter(|rest| !rest.is_empty())?;
        let shown = rest.get(..usize::try_from(width).ok()?).unwrap_or(rest);
        let place = |offset: u64| {
            let place = offset.saturating_sub(at).min(shown.len() as u64);
            u32::try_from(place).unwrap_or_default()
        };
        let [begins, ends] = span;
        let lit = if begins < ends { [place(begins), place(ends)] } else { [0, 0] };
        let hex = shown.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = shown.iter().map(|&byte| character(byte)).collect();
        Some(DumpLine { at, hex, text, lit })
    });
    Dump { size: bytes.len() as u64, lines: lines.collect() }
}

fn character(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' }
}

#[cfg(test)]
mod tests {
    use super::dump;
    use proptest::prelude::*;

    #[test]
    fn a_line_shows_its_bytes_twice() {
        let shown = dump(b"Rain\r\nfrom \xc3\xa9ast", 6, 1, 8, [6, 10]);
        assert_eq!(shown.size, 16);
        let line = &shown.lines[0];
        assert_eq!((line.at, line.text.as_str(), line.lit), (0, "Rain..fr", [6, 8]));
        assert_eq!(line.hex[4], "0d");
    }

    proptest! {
        #[test]
        fn every_byte_is_shown_once_and_the_span_is_lit(
            bytes in prop::collection::vec(any::<u8>(), 0..200), width in 1_u32..33, a in 0_u64..220, b in 0_u64..220,
        ) {
            let span = [a.min(b), a.max(b)];
            let shown = dump(&bytes, 0, 512, width, span);
            let hex: String = shown.lines.iter().flat_map(|line| line.hex.clone()).collect();
            let shown_bytes: Vec<u8> = hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
            prop_assert_eq!(shown_bytes, bytes.clone());
            let lit: u64 = shown.lines.iter().map(|line| u64::from(line.lit[1] - line.lit[0])).sum();
            let size = bytes.len() as u64;
            prop_assert_eq!(lit, span[1].min(size) - span[0].min(size));
        }
    }
}
