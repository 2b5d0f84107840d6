//! What contradicts what, and what a file reveals.

use jiff::Timestamp;
use transcript::review::lasting;

use super::table::{Table, Time, TimeSort, When};
use super::{Context, Finding, FindingKind, Reveal};
use crate::sniff::{Family, Sniffed, Type, name};

const HOUR: i64 = 3_600;
/// A local time and a point in time may differ by any zone: 14 hours at most, and an hour more for what takes long.
const ZONES: i64 = 15 * HOUR;
/// Two times of one event may differ by so much: a recording's beginning and its end, a picture and its saving.
const SAME: i64 = HOUR;

/// Programs that are made to edit; their names as they write them.
#[rustfmt::skip]
const EDITORS: &[&str] = &[
    "photoshop", "lightroom", "gimp", "snapseed", "picsart", "canva", "affinity", "pixelmator", "paint.net", "facetune",
    "faceapp", "vsco", "capture one", "darktable", "luminar", "acdsee", "corel", "inkscape", "illustrator", "krita",
    "imagemagick", "graphicsmagick", "exiftool", "lavf", "ffmpeg", "handbrake", "premiere", "after effects", "final cut",
    "imovie", "davinci", "capcut", "inshot", "kinemaster", "vegas", "audacity", "pdfsam", "ilovepdf", "pdftk", "qpdf",
    "stable diffusion", "midjourney", "dall-e", "firefly", "comfyui",
];

pub(super) fn judge(
    table: &Table,
    sniffed: &Sniffed,
    size: u64,
    context: &Context,
) -> (Vec<Finding>, Vec<Reveal>) {
    let mut findings = Vec::new();
    times(table, context, &mut findings);
    sizes(table, &mut findings);
    programs(table, &mut findings);
    for also in &sniffed.also {
        let words = format!(
            "The file is two things at once: {} and, from byte {} on, {} ({}).",
            name(sniffed.kind),
            also.at,
            name(also.kind),
            also.why
        );
        findings.push(Finding { kind: FindingKind::Polyglot, words, places: vec![[also.at, size]] });
    }
    if let Some(words) = misnamed(context.name.as_deref(), sniffed.kind) {
        findings.push(Finding { kind: FindingKind::Name, words, places: Vec::new() });
    }
    let mut told: Vec<&str> = Vec::new();
    for &(words, place) in &table.facts.active {
        if !told.contains(&words) {
            told.push(words);
            findings.push(Finding {
                kind: FindingKind::Active,
                words: format!("The file {words}: opening it in another program may run it."),
                places: vec![place],
            });
        }
    }
    let reveals = table.facts.reveals.iter();
    let reveals =
        reveals.map(|(what, value, bytes)| Reveal { what: *what, value: value.clone(), bytes: *bytes });
    (findings, reveals.collect())
}

fn times(table: &Table, context: &Context, findings: &mut Vec<Finding>) {
    let times = &table.facts.times;
    let tell = |words: String, places: Vec<[u64; 2]>| Finding { kind: FindingKind::Times, words, places };
    // Everything is held against the first time of making, or each time would be told as often as there are others.
    if let Some(place) = times.iter().position(|time| time.sort == TimeSort::Made)
        && let Some(first) = times.get(place)
    {
        for (_, other) in times.iter().enumerate().filter(|(number, _)| *number != place) {
            if let Some(words) = contradict(first, other) {
                findings.push(tell(words, vec![first.bytes, other.bytes]));
            }
        }
    }
    for one in times {
        if let Some(now) = context.now
            && one.when.seconds() - slack(one.when, When::Instant(now)) > now.as_second()
        {
            findings.push(Finding {
                kind: FindingKind::Future,
                words: format!("{}, {}, lies in the future.", capital(one.what), one.when),
                places: vec![one.bytes],
            });
        }
        // A copy is changed last when it is copied: only a file older than what is in it says something.
        if let Some(modified) = context.modified
            && one.sort == TimeSort::Made
            && one.when.seconds() - slack(one.when, When::Instant(modified)) > modified.as_second()
        {
            let words = format!(
                "{}, {}, is later than the file's own last change, {}: a clock was wrong, or one of them was altered.",
                capital(one.what),
                one.when,
                whole(modified)
            );
            findings.push(tell(words, vec![one.bytes]));
        }
    }
}

/// Why a time of making and another time cannot both be right, or what they say together; `None` if that is nothing.
fn contradict(made: &Time, other: &Time) -> Option<String> {
    let apart = other.when.seconds() - made.when.seconds();
    let slack = slack(made.when, other.when);
    match other.sort {
        TimeSort::Made => (apart.abs() > slack).then(|| {
            format!(
                "{}, {}, and {}, {}, are {} apart.",
                capital(made.what),
                made.when,
                other.what,
                other.when,
                lasting(apart.abs())
            )
        }),
        TimeSort::Changed => made_and_changed(made, other, apart, slack),
    }
}

fn made_and_changed(made: &Time, changed: &Time, after: i64, slack: i64) -> Option<String> {
    let (first, second) = (capital(changed.what), made.what);
    if after < -slack {
        return Some(format!(
            "{first}, {}, is before {second}, {}: nothing is changed before it is made.",
            changed.when, made.when
        ));
    }
    (after > slack).then(|| {
        format!(
            "{first}, {}, is {} after {second}, {}: it was written again later.",
            changed.when,
            lasting(after),
            made.when
        )
    })
}

fn slack(one: When, other: When) -> i64 {
    match (one, other) {
        (When::Instant(_), When::Instant(_)) | (When::Local(_), When::Local(_)) => SAME,
        _ => ZONES,
    }
}

fn sizes(table: &Table, findings: &mut Vec<Finding>) {
    let facts = &table.facts;
    if let (Some(size), Some((stated, place))) = (facts.size, facts.stated_size)
        && size != stated
        && (size.1, size.0) != stated
    {
        findings.push(Finding {
            kind: FindingKind::Dimensions,
            words: format!(
                "The picture has {} × {} pixels, and its metadata say {} × {}: it was cut or made smaller after they \
                 were written.",
                size.0, size.1, stated.0, stated.1
            ),
            places: vec![place],
        });
    }
    if let (Some(size), Some((preview, place))) = (facts.size, facts.preview) {
        let shape = |size: (u32, u32)| f64::from(size.0.max(1)) / f64::from(size.1.max(1));
        let (one, other) = (shape(size), shape(preview));
        let differs = |other: f64| (one / other - 1.0).abs() > 0.05;
        if differs(other) && differs(1.0 / other) {
            findings.push(Finding {
                kind: FindingKind::Preview,
                words: format!(
                    "The preview in the file, {} × {}, is of another shape than the picture, {} × {}: the picture was \
                     cut, or the preview is of another one.",
                    preview.0, preview.1, size.0, size.1
                ),
                places: vec![place],
            });
        }
    }
}

fn programs(table: &Table, findings: &mut Vec<Finding>) {
    let mut told: Vec<&str> = Vec::new();
    for (program, place) in &table.facts.programs {
        let lower = program.to_lowercase();
        if EDITORS.iter().any(|known| lower.contains(known)) && !told.contains(&program.as_str()) {
            told.push(program);
            findings.push(Finding {
                kind: FindingKind::Edited,
                words: format!(
                    "{program:?} wrote the file or a part of it: a program that edits or converts."
                ),
                places: vec![*place],
            });
        }
    }
    if table.facts.revisions > 0 {
        let (count, times) =
            (table.facts.revisions, if table.facts.revisions == 1 { "time" } else { "times" });
        findings.push(Finding {
            kind: FindingKind::Edited,
            words: format!(
                "The file says itself that it was saved again after it was made: {count} {times}."
            ),
            places: Vec::new(),
        });
    }
}

/// What a name that does not fit says.
fn misnamed(file: Option<&str>, kind: Type) -> Option<String> {
    let ending = file?.rsplit_once('.')?.1.to_ascii_lowercase();
    let fits: &[Type] = match ending.as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => &[Type::Jpeg],
        "png" | "apng" => &[Type::Png],
        "gif" => &[Type::Gif],
        "webp" => &[Type::Webp],
        "bmp" => &[Type::Bmp],
        "tif" | "tiff" | "dng" => &[Type::Tiff],
        "heic" | "heif" => &[Type::Heic],
        "avif" => &[Type::Avif],
        "mp4" | "m4v" | "mov" | "3gp" => &[Type::Mp4, Type::QuickTime, Type::ThreeGp, Type::M4a],
        "m4a" => &[Type::M4a, Type::Mp4],
        "webm" | "mkv" => &[Type::WebM, Type::Matroska],
        "mp3" => &[Type::Mp3],
        "wav" => &[Type::Wav],
        "pdf" => &[Type::Pdf],
        "docx" | "xlsx" | "pptx" => &[Type::Ooxml, Type::Zip],
        "odt" | "ods" | "odp" => &[Type::OpenDocument],
        "zip" => &[Type::Zip, Type::Ooxml, Type::OpenDocument],
        "txt" | "csv" | "log" => &[Type::Text, Type::Empty],
        "svg" => &[Type::Svg],
        "htm" | "html" => &[Type::Html],
        _ => return None,
    };
    (!fits.contains(&kind)).then(|| {
        let danger = if kind.family() == Family::Program { " Do not start it." } else { "" };
        format!("The name ends in .{ending}, and the content is {}.{danger}", name(kind))
    })
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn whole(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}
