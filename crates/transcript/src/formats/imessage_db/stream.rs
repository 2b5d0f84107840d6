//! The text of an attributed string in a typedstream, the form in which systems of `NeXT` and Apple archived objects.
//!
//! Values come in groups, each after its type: `@` an object, `+` bytes with their count. A byte `0x84` begins what is
//! new, `0x85` stands for nothing, from `0x92` on a number refers to what was said before. An attributed string begins
//! with its text; the attributes behind it are not read.

const NEW: u8 = 0x84;
const NIL: u8 = 0x85;
const END: u8 = 0x86;
/// The reference to the first thing said.
const FIRST: i64 = -110;
/// How many objects may stand in each other before the text.
const DEEPEST: usize = 16;

/// The text of an archived string or attributed string; `None` if it is none.
pub(super) fn text(archive: &[u8]) -> Option<String> {
    let mut reader = Reader { rest: archive, strings: Vec::new(), classes: Vec::new() };
    reader.header()?;
    let mut class: &[u8] = &[];
    for _ in 0..DEEPEST {
        match reader.shared()? {
            b"@" => class = reader.object()?,
            b"+" => {
                let len = usize::try_from(reader.integer()?).ok()?;
                let words = reader.take(len)?;
                let is_text = matches!(class, b"NSString" | b"NSMutableString");
                return is_text.then(|| String::from_utf8_lossy(words).into_owned());
            }
            b"i" | b"I" | b"l" | b"L" | b"q" | b"Q" | b"s" | b"S" => drop(reader.integer()?),
            _ => return None,
        }
    }
    None
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Types and names of classes said so far.
    strings: Vec<&'a [u8]>,
    /// Objects and classes said so far; of classes, the name.
    classes: Vec<Option<&'a [u8]>>,
}

impl<'a> Reader<'a> {
    fn header(&mut self) -> Option<()> {
        self.rest = self.rest.strip_prefix(b"\x04\x0bstreamtyped")?;
        self.integer().map(drop)
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn integer(&mut self) -> Option<i64> {
        let first = self.byte()?;
        self.integer_after(first)
    }

    fn integer_after(&mut self, first: u8) -> Option<i64> {
        match first {
            0x81 => Some(i64::from(i16::from_le_bytes(self.take(2)?.try_into().ok()?))),
            0x82 => Some(i64::from(i32::from_le_bytes(self.take(4)?.try_into().ok()?))),
            0x83..=END => None,
            small => Some(i64::from(small.cast_signed())),
        }
    }

    fn reference(&mut self, first: u8) -> Option<usize> {
        usize::try_from(self.integer_after(first)?.checked_sub(FIRST)?).ok()
    }

    /// A string that may be referred to: a type, or the name of a class.
    fn shared(&mut self) -> Option<&'a [u8]> {
        match self.byte()? {
            NEW => {
                let len = usize::try_from(self.integer()?).ok()?;
                let string = self.take(len)?;
                self.strings.push(string);
                Some(string)
            }
            NIL | END => None,
            first => self.reference(first).and_then(|number| self.strings.get(number).copied()),
        }
    }

    /// The head of a new object: the name of its class.
    fn object(&mut self) -> Option<&'a [u8]> {
        if self.byte()? != NEW {
            return None;
        }
        self.classes.push(None);
        let mut name = None;
        // The class, then that which it derives from, and so on.
        loop {
            match self.byte()? {
                NEW => {
                    let class = self.shared()?;
                    self.integer()?;
                    self.classes.push(Some(class));
                    name = name.or(Some(class));
                }
                NIL => return name,
                END => return None,
                first => {
                    let known = self.reference(first).and_then(|number| *self.classes.get(number)?);
                    return name.or(known);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    /// As `NSArchiver` writes it.
    fn archived(mutable: bool, len: &[u8], words: &[u8]) -> Vec<u8> {
        let mut archive = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84".to_vec();
        if mutable {
            archive.extend_from_slice(b"\x84\x84\x19NSMutableAttributedString\0");
        }
        archive.extend_from_slice(b"\x84\x84\x12NSAttributedString\0\x84\x84\x08NSObject\0\x85\x92");
        if mutable {
            archive.extend_from_slice(b"\x84\x84\x84\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95");
        } else {
            archive.extend_from_slice(b"\x84\x84\x84\x08NSString\x01\x94");
        }
        archive.extend_from_slice(b"\x84\x01+");
        archive.extend_from_slice(len);
        archive.extend_from_slice(words);
        archive.extend_from_slice(b"\x86\x84\x02iI\x01");
        archive
    }

    #[test]
    fn the_text_is_what_was_archived() {
        assert_eq!(text(&archived(false, b"\x05", b"Hello")).as_deref(), Some("Hello"));
        assert_eq!(text(&archived(true, b"\x05", b"Hello")).as_deref(), Some("Hello"));
        let long = "boots ".repeat(50);
        assert_eq!(text(&archived(true, b"\x81\x2c\x01", long.as_bytes())).as_deref(), Some(&*long));
        let longer = "boots ".repeat(10_000);
        assert_eq!(text(&archived(false, b"\x82\x60\xea\0\0", longer.as_bytes())).as_deref(), Some(&*longer));
    }

    #[test]
    fn what_is_none_gives_none() {
        let whole = archived(true, b"\x05", b"Hello");
        for len in 0..whole.len() - 7 {
            assert_eq!(text(&whole[..len]), None, "cut at {len}");
        }
        assert_eq!(text(b"bplist00"), None);
        assert_eq!(text(&archived(false, b"\x82\xff\xff\xff\xff", b"Hello")), None);
    }
}
