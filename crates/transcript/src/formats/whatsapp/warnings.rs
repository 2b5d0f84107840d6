//! What a reader of the chat must know about its times and styles.

use super::header::Header;
use super::reader::{Times, header_span, times};
use super::survey::Facts;
use crate::{Kind, Message, Output, Precision, Reading, Span, WarningKind};

/// So many messages out of order are reported one by one; the rest as a number.
const MOST_OUT_OF_ORDER: u64 = 1000;
/// WhatsApp sends texts of up to 65,536 characters; so many bytes can be that, with a header and a note.
const LONGEST_TEXT: usize = 65_536 * 4;

#[derive(Debug, Default)]
pub(super) struct Warnings {
    ambiguous: bool,
    twenty_four: bool,
    year: bool,
    /// The style of the first message.
    style: Option<usize>,
    /// Styles already spoken of.
    styles: u64,
    /// Times of the message before, and of the one before that somebody wrote.
    last: Option<Times>,
    last_written: Option<Times>,
    /// Accounts are numbered in order of appearance: below this, they have been seen.
    seen: u32,
    out_of_order: u64,
}

impl Warnings {
    pub(super) fn invalid_text(out: &mut Output<'_>, at: Span) {
        out.warn(WarningKind::InvalidText, at, "bytes that are not UTF-8, shown as \u{fffd}");
    }

    /// Looks at one message before it is given out.
    #[inline]
    pub(super) fn look(
        &mut self,
        out: &mut Output<'_>,
        message: &Message<'_>,
        header: &Header,
        number: usize,
        facts: Option<&Facts>,
    ) {
        if self.style != Some(number) {
            self.style(out, message, header, number);
        }
        match message.sent.reading {
            Reading::Ambiguous { .. } if !self.ambiguous => self.ambiguity(out, message, header, facts),
            // Android until 2015: said once.
            Reading::Impossible if header.style.separator == b'M' && header.date[2] == 0 => {
                self.no_year(out, message, header);
            }
            Reading::Impossible => {
                let note = format!("no such date or time: \"{}\"", message.sent.written.value);
                out.warn(WarningKind::ImpossibleTime, header_span(message, header), note);
            }
            _ => {}
        }
        if header.twenty_four && !self.twenty_four {
            self.twenty_four = true;
            let note = format!(
                "\"{}\": the hour is written as 24 and read as the first of the same day, as phones that count from 1 \
                 to 24 mean it",
                message.sent.written.value
            );
            out.warn(WarningKind::ImpossibleTime, header_span(message, header), note);
        }
        if message.text.value.len() > LONGEST_TEXT {
            let note = format!(
                "a text of {} bytes; WhatsApp sends at most 65,536 characters, so that something else may stand in it",
                message.text.value.len()
            );
            out.warn(WarningKind::Contradiction, message.source, note);
        }
        self.time(out, message, header);
    }

    fn style(&mut self, out: &mut Output<'_>, message: &Message<'_>, header: &Header, number: usize) {
        if self.style.is_none() {
            self.style = Some(number);
            return;
        }
        let bit = 1 << (number % 64);
        if self.styles & bit == 0 {
            self.styles |= bit;
            let note = format!(
                "\"{}\" is written in another way than the file's first message: exports were joined, or the phone's \
                 language or settings changed",
                message.sent.written.value
            );
            out.warn(WarningKind::MixedStyles, header_span(message, header), note);
        }
    }

    fn no_year(&mut self, out: &mut Output<'_>, message: &Message<'_>, header: &Header) {
        if !self.year {
            self.year = true;
            let note = format!("\"{}\": the export writes no year", message.sent.written.value);
            out.warn(WarningKind::ImpossibleTime, header_span(message, header), note);
        }
    }

    fn ambiguity(
        &mut self,
        out: &mut Output<'_>,
        message: &Message<'_>,
        header: &Header,
        facts: Option<&Facts>,
    ) {
        self.ambiguous = true;
        let Reading::Ambiguous { day_first, month_first } = message.sent.reading else { return };
        let why = if facts.is_some_and(|facts| facts.evidence.contradicts_itself()) {
            "some dates of the file can only have the day first and some only the month"
        } else {
            "no date of the file has a day above 12, and their order decides nothing"
        };
        let note = format!(
            "\"{}\" is {} or {}: {why}. Both readings are given for this message and all like it",
            message.sent.written.value,
            day_first.date(),
            month_first.date()
        );
        out.warn(WarningKind::AmbiguousDates, header_span(message, header), note);
    }

    fn time(&mut self, out: &mut Output<'_>, message: &Message<'_>, header: &Header) {
        let Some(now) = times(message.sent.reading) else { return };
        let minutes = message.sent.precision == Precision::Minute;
        let is_before = |last: Option<Times>| last.is_some_and(|last| goes_back(now, last, minutes));
        let is_new = message.sender.is_some_and(|sender| sender.0 >= self.seen);
        if is_new && is_before(self.last_written) {
            let note = format!(
                "\"{}\" is before the message above it and from somebody who had not written: it may have been pasted \
                 into that message's text",
                message.sent.written.value
            );
            out.warn(WarningKind::PastedHeader, header_span(message, header), note);
        } else if is_before(self.last) {
            self.out_of_order += 1;
            if self.out_of_order <= MOST_OUT_OF_ORDER {
                let note =
                    format!("\"{}\" is before the time of the message above", message.sent.written.value);
                out.warn(WarningKind::OutOfOrder, header_span(message, header), note);
            }
        }
        self.last = Some(now);
        if let Some(sender) = message.sender {
            self.last_written = Some(now);
            self.seen = self.seen.max(sender.0 + 1);
        } else if message.kind != Kind::System {
            self.last_written = Some(now);
        }
    }

    /// The file ends: what has only been counted is told.
    pub(super) fn finish(&mut self, out: &mut Output<'_>, at: Span) {
        if let Some(more) = self.out_of_order.checked_sub(MOST_OUT_OF_ORDER).filter(|&more| more > 0) {
            out.warn(
                WarningKind::OutOfOrder,
                at,
                format!("{more} more messages are before the message above them"),
            );
        }
    }
}

/// Whether every reading of a time is before that of the other. Times written to the minute are compared so.
#[inline]
const fn goes_back(now: Times, last: Times, minutes: bool) -> bool {
    const fn before(now: i64, last: i64, minutes: bool) -> bool {
        now < last && !(minutes && now.div_euclid(60) == last.div_euclid(60))
    }
    before(now.0, last.0, minutes) && before(now.1, last.1, minutes)
}
