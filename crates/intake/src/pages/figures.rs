//! Numbers, sizes and spans of time in words, and the texts that change while a page is open: how much
//! of a file has been sent, how many characters are left.

use serde::Serialize;

use crate::text::{Language, Texts, key};

/// What the script on a page knows of a file on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Its name on the reporter's device.
    pub name: &'a str,
    /// What happens to it.
    pub state: UploadState,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes to send in all; 0 while that is not known.
    pub total: u64,
    /// Bytes a second over the last few seconds; 0 while that is not known.
    pub speed: u64,
}

/// What happens to a file on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// Another one is sent first.
    Waiting,
    /// It is being sealed and sent.
    Sending,
    /// The person has stopped it for now.
    Paused,
    /// It has arrived.
    Done,
    /// It has not arrived.
    Failed,
    /// The instance has no room for it now.
    NoRoom,
}

impl UploadState {
    /// The state that a script calls by this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "waiting" => Self::Waiting,
            "sending" => Self::Sending,
            "paused" => Self::Paused,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "no_room" => Self::NoRoom,
            _ => return None,
        })
    }
}

/// The words of the row of a file on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProgressText {
    /// What happens to it.
    pub status: String,
    /// How much has been sent, how fast, and how long it may still take.
    pub figures: String,
    /// How much has been sent, of 100.
    pub percent: u64,
    /// What the button that stops and starts it says.
    pub pause: String,
    /// What the button that drops it says.
    pub cancel: String,
    /// What to say aloud when the state has changed.
    pub say_status: String,
    /// What to say aloud now and then while it is sent.
    pub say_figures: String,
}

/// The words of the row of a file on its way.
pub fn progress(language: Language, file: &Progress<'_>) -> ProgressText {
    let texts = Texts::of(language);
    let status = texts.get(match file.state {
        UploadState::Waiting => key::FILES_STATUS_WAITING,
        UploadState::Sending => key::FILES_STATUS_SENDING,
        UploadState::Paused => key::FILES_STATUS_PAUSED,
        UploadState::Done => key::FILES_STATUS_DONE,
        UploadState::Failed => key::FILES_STATUS_FAILED,
        UploadState::NoRoom => key::FILES_STATUS_NO_ROOM,
    });
    let running = matches!(file.state, UploadState::Waiting | UploadState::Sending);
    let percent = (u128::from(file.sent) * 100).checked_div(u128::from(file.total)).unwrap_or_default();
    let percent = u64::try_from(percent).unwrap_or(100).min(100);
    let figures = figures(texts, file, percent);
    let say = |what: &str| texts.with(key::FILES_SAY, &[("name", file.name.into()), ("what", what.into())]);
    ProgressText {
        percent,
        pause: texts.get(if running { key::FILES_PAUSE } else { key::FILES_RESUME }),
        cancel: texts.get(key::FILES_CANCEL),
        say_status: say(&status),
        say_figures: say(&figures),
        status,
        figures,
    }
}

/// What a file reveals of whoever made it, in words: `kind` as `media` calls it. Nothing for a kind that is unknown.
pub fn reveal(language: Language, kind: &str, value: &str) -> Option<String> {
    let key = match kind {
        "place" => key::FILES_REVEAL_PLACE,
        "device" => key::FILES_REVEAL_DEVICE,
        "serial" => key::FILES_REVEAL_SERIAL,
        "name" => key::FILES_REVEAL_NAME,
        "time" => key::FILES_REVEAL_TIME,
        "program" => key::FILES_REVEAL_PROGRAM,
        "preview" => key::FILES_REVEAL_PREVIEW,
        "identifier" => key::FILES_REVEAL_IDENTIFIER,
        _ => return None,
    };
    Some(Texts::of(language).with(key, &[("value", value.into())]))
}

fn figures(texts: &Texts, file: &Progress<'_>, percent: u64) -> String {
    if file.total == 0 {
        return String::new();
    }
    let mut parts = vec![texts.with(
        key::FILES_PROGRESS,
        &[
            ("sent", size(texts, file.sent).into()),
            ("total", size(texts, file.total).into()),
            ("percent", percent.to_string().into()),
        ],
    )];
    if file.state == UploadState::Sending && file.speed > 0 {
        let left = file.total.saturating_sub(file.sent).div_ceil(file.speed);
        parts.push(texts.with(key::FILES_PROGRESS_SPEED, &[("speed", size(texts, file.speed).into())]));
        parts.push(texts.with(key::FILES_PROGRESS_LEFT, &[("time", span(texts, left).into())]));
    }
    parts.join(" · ")
}

/// How many more characters a text may have, or how many it has too many.
pub fn characters_left(language: Language, limit: u64, used: u64) -> String {
    let texts = Texts::of(language);
    match used.checked_sub(limit) {
        None | Some(0) => counted(texts, key::TEXT_LEFT, limit - used),
        Some(over) => counted(texts, key::TEXT_OVER, over),
    }
}

/// A text that has a number in it, in the form that belongs to the number.
pub(super) fn counted(texts: &Texts, id: &str, count: u64) -> String {
    texts.with(id, &[("count", count.into()), ("number", whole(texts, count).into())])
}

/// A whole number as people write it: 20,000.
pub(super) fn whole(texts: &Texts, number: u64) -> String {
    let digits = number.to_string();
    let group = texts.get(key::NUMBER_GROUP);
    let mut written = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push_str(&group);
        }
        written.push(digit);
    }
    written
}

/// A size in the unit that people would use.
pub(super) fn size(texts: &Texts, bytes: u64) -> String {
    const UNITS: [&str; 4] = [key::SIZE_KB, key::SIZE_MB, key::SIZE_GB, key::SIZE_TB];
    if bytes < 1000 {
        return counted(texts, key::SIZE_BYTES, bytes);
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let mut number = whole(texts, tenths / 10);
    // Above a hundred of a unit nobody wants to know its tenths.
    if !tenths.is_multiple_of(10) && tenths < 1000 {
        number.push_str(&texts.get(key::NUMBER_DECIMAL));
        number.push_str(&(tenths % 10).to_string());
    }
    texts.with(UNITS[unit], &[("number", number.into())])
}

/// A span of time, no finer than it can be guessed.
pub(super) fn span(texts: &Texts, seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (..60, _) => counted(texts, key::SPAN_SECONDS, seconds.max(1)),
        (_, ..60) => counted(texts, key::SPAN_MINUTES, minutes),
        _ if minutes.is_multiple_of(60) => counted(texts, key::SPAN_HOURS, minutes / 60),
        _ => texts.with(
            key::SPAN_BOTH,
            &[
                ("hours", counted(texts, key::SPAN_HOURS, minutes / 60).into()),
                ("minutes", counted(texts, key::SPAN_MINUTES, minutes % 60).into()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_are_written_as_people_write_them() {
        let texts = Texts::of(Language::EnGb);
        for (number, written) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (20_000, "20,000"), (1_234_567, "1,234,567")]
        {
            assert_eq!(whole(texts, number), written);
        }
        for (bytes, written) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1 KB"),
            (4_200_000, "4.2 MB"),
            (69_000_000, "69 MB"),
            (169_900_000, "169 MB"),
            (17_179_869_184, "17.1 GB"),
            (u64::MAX, "18,446,744 TB"),
        ] {
            assert_eq!(size(texts, bytes), written);
        }
        for (seconds, written) in [
            (0, "1 second"),
            (15, "15 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (3600, "1 hour"),
            (3700, "1 hour 2 minutes"),
            (7200, "2 hours"),
        ] {
            assert_eq!(span(texts, seconds), written);
        }
    }

    #[test]
    fn a_file_on_its_way_is_told_in_the_language_of_the_page() {
        let file = Progress {
            name: "match.bin",
            state: UploadState::Sending,
            sent: 4_200_000,
            total: 69_000_000,
            speed: 600_000,
        };
        let english = progress(Language::EnGb, &file);
        assert_eq!(english.figures, "4.2 MB of 69 MB (6%) · 600 KB a second · about 2 minutes left");
        assert_eq!((english.percent, english.pause.as_str()), (6, "Pause"));
        assert_eq!(english.say_status, "match.bin: Locking and sending");
        let welsh = progress(Language::Cy, &file);
        assert_eq!(welsh.figures, "4.2 MB o 69 MB (6%) · 600 KB yr eiliad · tua 2 funud ar ôl");
        assert_eq!((welsh.pause.as_str(), welsh.cancel.as_str()), ("Oedi", "Canslo"));

        let paused = progress(Language::EnGb, &Progress { state: UploadState::Paused, ..file });
        assert_eq!((paused.figures.as_str(), paused.pause.as_str()), ("4.2 MB of 69 MB (6%)", "Go on"));
        let unknown = Progress { state: UploadState::Waiting, sent: 0, total: 0, ..file };
        assert_eq!(progress(Language::EnGb, &unknown).figures, "");
        let whole = Progress { sent: u64::MAX, total: u64::MAX, ..file };
        assert_eq!(progress(Language::Cy, &whole).percent, 100);
    }

    #[test]
    fn characters_are_counted_in_the_forms_of_each_language() {
        let told = |language, used| characters_left(language, 2000, used);
        assert_eq!(told(Language::EnGb, 0), "You have 2,000 characters left");
        assert_eq!(told(Language::EnGb, 1999), "You have 1 character left");
        assert_eq!(told(Language::EnGb, 2000), "You have 0 characters left");
        assert_eq!(told(Language::EnGb, 2001), "You have 1 character too many");
        assert_eq!(told(Language::EnGb, 2002), "You have 2 characters too many");
        assert_eq!(told(Language::Cy, 0), "Mae gennych 2,000 nod ar ôl");
        assert_eq!(told(Language::Cy, 2000), "Does gennych ddim nodau ar ôl");
        assert_eq!(told(Language::Cy, 2003), "Mae gennych 3 nod yn ormod");
    }
}
