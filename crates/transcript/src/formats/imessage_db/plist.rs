//! Apple's binary property lists, looked into only as far as asked: a hostile one costs no more than its length.

/// A binary property list.
pub(super) struct Plist<'a> {
    bytes: &'a [u8],
    /// Where each object begins, in numbers of `width` bytes.
    offsets: &'a [u8],
    width: usize,
    reference: usize,
    top: u64,
}

/// One object of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Item<'a> {
    Integer(i64),
    Real(f64),
    Data(&'a [u8]),
    Ascii(&'a [u8]),
    /// References to other objects.
    Array(&'a [u8]),
    /// References to the keys, and to the values.
    Dict(&'a [u8], &'a [u8]),
}

impl<'a> Plist<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let (body, trailer) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
        if !body.starts_with(b"bplist0") {
            return None;
        }
        let (width, reference) = (usize::from(*trailer.get(6)?), usize::from(*trailer.get(7)?));
        let (count, top) = (number(trailer.get(8..16)?)?, number(trailer.get(16..24)?)?);
        let table = usize::try_from(number(trailer.get(24..32)?)?).ok()?;
        if !(1..=8).contains(&width) || !(1..=8).contains(&reference) {
            return None;
        }
        let len = usize::try_from(count).ok()?.checked_mul(width)?;
        let offsets = body.get(table..table.checked_add(len)?)?;
        Some(Self { bytes: body, offsets, width, reference, top })
    }

    pub(super) fn top(&self) -> Option<Item<'a>> {
        self.item(self.top)
    }

    fn item(&self, index: u64) -> Option<Item<'a>> {
        let at = usize::try_from(index).ok()?.checked_mul(self.width)?;
        let at = usize::try_from(number(self.offsets.get(at..at.checked_add(self.width)?)?)?).ok()?;
        let (&marker, rest) = self.bytes.get(at..)?.split_first()?;
        let (sort, low) = (marker >> 4, marker & 15);
        let sized = || if low == 15 { counted(rest) } else { Some((usize::from(low), rest)) };
        match sort {
            1 => number(rest.get(..1 << low.min(4))?).map(|value| Item::Integer(value.cast_signed())),
            2 | 3 if low == 3 => Some(Item::Real(f64::from_be_bytes(rest.get(..8)?.try_into().ok()?))),
            2 if low == 2 => Some(Item::Real(f64::from(f32::from_be_bytes(rest.get(..4)?.try_into().ok()?)))),
            4 => sized().and_then(|(len, rest)| Some(Item::Data(rest.get(..len)?))),
            5 => sized().and_then(|(len, rest)| Some(Item::Ascii(rest.get(..len)?))),
            10 => {
                let (len, rest) = sized()?;
                Some(Item::Array(rest.get(..len.checked_mul(self.reference)?)?))
            }
            13 => {
                let (len, rest) = sized()?;
                let (keys, rest) = rest.split_at_checked(len.checked_mul(self.reference)?)?;
                Some(Item::Dict(keys, rest.get(..keys.len())?))
            }
            _ => None,
        }
    }

    /// The elements of an array.
    pub(super) fn elements(&self, item: Item<'a>) -> impl Iterator<Item = Item<'a>> {
        let references = if let Item::Array(references) = item { references } else { &[] };
        references.chunks_exact(self.reference).filter_map(|reference| self.item(number(reference)?))
    }

    /// The members of a dictionary whose keys are plain.
    pub(super) fn members(&self, item: Item<'a>) -> impl Iterator<Item = (&'a [u8], Item<'a>)> {
        let (keys, values) =
            if let Item::Dict(keys, values) = item { (keys, values) } else { (&[][..], &[][..]) };
        let pairs = keys.chunks_exact(self.reference).zip(values.chunks_exact(self.reference));
        pairs.filter_map(|(key, value)| match self.item(number(key)?)? {
            Item::Ascii(key) => Some((key, self.item(number(value)?)?)),
            _ => None,
        })
    }

    /// A member of a dictionary.
    pub(super) fn get(&self, item: Item<'a>, name: &[u8]) -> Option<Item<'a>> {
        self.members(item).find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// A count that did not fit beside the marker, and what follows it.
fn counted(rest: &[u8]) -> Option<(usize, &[u8])> {
    let (&marker, rest) = rest.split_first()?;
    if marker >> 4 != 1 {
        return None;
    }
    let (count, rest) = rest.split_at_checked(1 << (marker & 15).min(3))?;
    Some((usize::try_from(number(count)?).ok()?, rest))
}

/// A number, its highest byte first; of sixteen bytes the lower eight.
fn number(bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.get(bytes.len().saturating_sub(8)..)?;
    (!bytes.is_empty()).then(|| bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::{Item, Plist};

    /// `{"ec": {"0": [{"d": 1.5, "t": "Hi"}]}, "rp": [1]}`, as `plutil` writes it.
    fn list() -> Vec<u8> {
        let objects: [&[u8]; 11] = [
            b"\xd2\x01\x02\x03\x04",
            b"\x52ec",
            b"\x52rp",
            b"\xd1\x05\x06",
            b"\xa1\x0a",
            b"\x510",
            b"\xa1\x07",
            b"\xd2\x08\x02\x09\x0a",
            b"\x51d",
            b"\x23\x3f\xf8\0\0\0\0\0\0",
            b"\x10\x01",
        ];
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        for object in objects {
            offsets.push(u8::try_from(bytes.len()).unwrap());
            bytes.extend_from_slice(object);
        }
        let table = u8::try_from(bytes.len()).unwrap();
        bytes.extend_from_slice(&offsets);
        bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 11]);
        bytes.extend_from_slice(&[0; 15]);
        bytes.push(table);
        bytes
    }

    #[test]
    fn what_is_asked_for_is_found() {
        let bytes = list();
        let list = Plist::of(&bytes).unwrap();
        let top = list.top().unwrap();
        let retracted = list.get(top, b"rp").unwrap();
        assert_eq!(list.elements(retracted).collect::<Vec<_>>(), [Item::Integer(1)]);
        let parts = list.get(top, b"ec").unwrap();
        let (key, versions) = list.members(parts).next().unwrap();
        assert_eq!(key, b"0");
        let version = list.elements(versions).next().unwrap();
        assert_eq!(list.get(version, b"d"), Some(Item::Real(1.5)));
    }

    #[test]
    fn a_damaged_one_says_less() {
        let bytes = list();
        for at in 0..bytes.len() {
            for value in [0, 0xff, 0x5f, 0xaf, 0xdf] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                let Some(list) = Plist::of(&damaged) else { continue };
                let Some(top) = list.top() else { continue };
                assert!(list.members(top).count() <= bytes.len());
                assert!(list.elements(top).count() <= bytes.len());
            }
        }
    }
}
