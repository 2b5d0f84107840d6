//! How languages say which half of the day a clock of twelve hours means.

use super::cursor::Cursor;
use super::header::Marker;

/// The half of the day, or the part of it that Chinese phones name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
    Noon,
    Night,
}

use Half::{Afternoon, Morning, Night, Noon};

/// Words other than `a.m.` and `p.m.`. Where one begins like another, the longer comes first.
const WORDS: &[(&str, Half)] = &[
    ("上午", Morning),
    ("凌晨", Morning),
    ("早上", Morning),
    ("清晨", Morning),
    ("中午", Noon),
    ("下午", Afternoon),
    ("晚上", Night),
    ("午前", Morning),
    ("午後", Afternoon),
    ("오전", Morning),
    ("오후", Afternoon),
    ("صباحًا", Morning),
    ("مساءً", Afternoon),
    ("ص", Morning),
    ("م", Afternoon),
    ("ق.ظ.", Morning),
    ("ق.ظ", Morning),
    ("ب.ظ.", Afternoon),
    ("ب.ظ", Afternoon),
    ("قبل‌ازظهر", Morning),
    ("بعدازظهر", Afternoon),
    ("לפנה״צ", Morning),
    ("לפנה\"צ", Morning),
    ("אחה״צ", Afternoon),
    ("אחה\"צ", Afternoon),
    ("π.μ.", Morning),
    ("μ.μ.", Afternoon),
    ("πμ", Morning),
    ("μμ", Afternoon),
    ("ΠΜ", Morning),
    ("ΜΜ", Afternoon),
    ("пр. об.", Morning),
    ("сл. об.", Afternoon),
    ("пр.об.", Morning),
    ("сл.об.", Afternoon),
    ("пре подне", Morning),
    ("по подне", Afternoon),
    ("претпладне", Morning),
    ("попладне", Afternoon),
    ("дп", Morning),
    ("пп", Afternoon),
    ("ДП", Morning),
    ("ПП", Afternoon),
    ("ТД", Morning),
    ("ТК", Afternoon),
    ("dop.", Morning),
    ("odp.", Afternoon),
    ("dopoledne", Morning),
    ("odpoledne", Afternoon),
    ("dop", Morning),
    ("pop.", Afternoon),
    ("pop", Afternoon),
    ("prijepodne", Morning),
    ("popodne", Afternoon),
    ("popoldne", Afternoon),
    ("de.", Morning),
    ("du.", Afternoon),
    ("ÖÖ", Morning),
    ("ÖS", Afternoon),
    ("SA", Morning),
    ("CH", Afternoon),
    ("PTG", Afternoon),
    ("PG", Morning),
    ("ap.", Morning),
    ("ip.", Afternoon),
    ("fm", Morning),
    ("em", Afternoon),
    ("f.h.", Morning),
    ("e.h.", Afternoon),
    ("vorm.", Morning),
    ("nachm.", Afternoon),
    ("vm.", Morning),
    ("nm.", Afternoon),
    ("e paradites", Morning),
    ("e pasdites", Afternoon),
    ("p.d.", Morning),
    ("m.d.", Afternoon),
    ("priešpiet", Morning),
    ("popiet", Afternoon),
    ("priekšpusdienā", Morning),
    ("pēcpusdienā", Afternoon),
    ("priekšp.", Morning),
    ("pēcp.", Afternoon),
    ("पूर्वाह्न", Morning),
    ("अपराह्न", Afternoon),
    ("म.पू.", Morning),
    ("म.उ.", Afternoon),
    ("ਪੂ.ਦੁ.", Morning),
    ("ਬਾ.ਦੁ.", Afternoon),
    ("முற்பகல்", Morning),
    ("பிற்பகல்", Afternoon),
    ("පෙ.ව.", Morning),
    ("ප.ව.", Afternoon),
    ("ก่อนเที่ยง", Morning),
    ("หลังเที่ยง", Afternoon),
    ("ກ່ອນທ່ຽງ", Morning),
    ("ຫຼັງທ່ຽງ", Afternoon),
    ("နံနက်", Morning),
    ("ညနေ", Afternoon),
    ("ព្រឹក", Morning),
    ("ល្ងាច", Afternoon),
    ("ጥዋት", Morning),
    ("ከሰዓት", Afternoon),
    ("in the morning", Morning),
    ("in the afternoon", Afternoon),
];

/// Steps over a word for a half of the day that stands before the hour.
pub(super) fn word(cursor: &mut Cursor<'_>) -> Option<Half> {
    if cursor.peek()?.is_ascii_digit() {
        return None;
    }
    if let Some((half, _)) = latin(cursor) {
        return Some(half);
    }
    WORDS.iter().find_map(|&(text, half)| cursor.text(text).then_some(half))
}

/// Steps over a half of the day that stands behind the time, and how it is written.
pub(super) fn after(cursor: &mut Cursor<'_>) -> Option<(Half, Marker)> {
    if cursor.peek() == Some(b'-') {
        return None;
    }
    if let Some(found) = latin(cursor) {
        return Some(found);
    }
    WORDS.iter().find_map(|&(text, half)| cursor.word(text).then_some((half, Marker::Other)))
}

/// `PM`, `pm`, `p.m.`, `p. m.` with spaces of any width.
fn latin(cursor: &mut Cursor<'_>) -> Option<(Half, Marker)> {
    let start = cursor.at;
    let first = cursor.peek()?;
    let half = match first {
        b'a' | b'A' => Morning,
        b'p' | b'P' => Afternoon,
        _ => return None,
    };
    cursor.at += 1;
    let dotted = cursor.byte(b'.');
    let spaced = dotted && cursor.spaces() > 0;
    if !(cursor.byte(b'm') || cursor.byte(b'M')) {
        cursor.at = start;
        return None;
    }
    // The dot belongs to the marker only if the first letter had one.
    if dotted {
        cursor.byte(b'.');
    }
    if cursor.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        cursor.at = start;
        return None;
    }
    let marker = match first {
        _ if dotted || spaced => Marker::Other,
        b'A' | b'P' => Marker::Upper,
        _ => Marker::Lower,
    };
    Some((half, marker))
}
