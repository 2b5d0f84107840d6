//! Everything that was read, and the answers to what the page asks.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::source::Source;
use crate::view::{Covered, Numbering, Sight, View};
use crate::words::{Days, day_number};
use crate::{Answer, Ask, Facts, Filter, MarkPlace, MessageId, Passage, VIEWS, compare, dump, file, show};

/// All messages in order of time.
#[derive(Debug, Default)]
pub(crate) struct Order {
    pub(crate) entries: Vec<Entry>,
    /// The day of each.
    pub(crate) days: Vec<i32>,
    /// For every source, the place of each of its messages.
    pub(crate) places: Vec<Vec<u32>>,
}

/// One message in the order of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) key: i64,
    pub(crate) number: u32,
    pub(crate) source: u16,
}

/// A file whose bytes are coming.
#[derive(Debug)]
struct Coming {
    item: String,
    name: String,
    bytes: Vec<u8>,
}

/// The chats of a report.
#[derive(Debug, Default)]
pub struct Room {
    coming: Option<Coming>,
    pub(crate) sources: Vec<Source>,
    pub(crate) zone: Option<TimeZone>,
    now: Option<i64>,
    marks: Vec<MarkPlace>,
    covered: Vec<Vec<Covered>>,
    numbering: Numbering,
    pub(crate) order: Order,
    pub(crate) views: [View; VIEWS],
    facts: Facts,
}

impl Room {
    /// Answers a question; both are JSON. What cannot be read as a question is refused.
    pub fn ask_json(&mut self, question: &str) -> String {
        let answer = match serde_json::from_str(question) {
            Ok(ask) => self.ask(ask),
            Err(error) => refused(format!("no question that is known here: {error}")),
        };
        // Answers are plain data, and writing those does not fail.
        serde_json::to_string(&answer).unwrap_or_default()
    }

    /// The next bytes of the file that was begun.
    pub fn push(&mut self, piece: &[u8]) {
        if let Some(coming) = &mut self.coming {
            coming.bytes.extend_from_slice(piece);
        }
    }

    /// Answers a question.
    pub fn ask(&mut self, ask: Ask) -> Answer {
        match ask {
            Ask::Begin { item, name, size } => {
                let bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
                self.coming = Some(Coming { item, name, bytes });
                Answer::Done
            }
            Ask::Finish { now } => self.finish(now),
            Ask::Abandon => {
                self.coming = None;
                Answer::Done
            }
            Ask::Facts => Answer::Facts(self.facts.clone()),
            Ask::Zone { zone } => self.set_zone(zone.as_deref()),
            Ask::DateOrder { source, day_first } => self.decide(source, day_first),
            Ask::Marks { marks } => {
                self.marks = marks;
                self.cover();
                self.refresh();
                Answer::Done
            }
            Ask::Filter { view, filter } => self.filter(view, filter),
            Ask::Search { view, words } => {
                let (view, sight) = self.sight(view);
                view.map_or_else(no_view, |view| Answer::Found(view.search(&words, &sight)))
            }
            Ask::Shown { view } => {
                self.views.get(view).map_or_else(no_view, |view| Answer::Shown(view.shown()))
            }
            Ask::Step { view, from, forward } => {
                let step = self.views.get(view).and_then(|view| view.step(from, forward));
                Answer::Row { row: step.map(|(row, _)| row), place: step.map_or(0, |(_, place)| place) }
            }
            Ask::NextMessage { view, from, forward } => {
                row(self.views.get(view).and_then(|view| view.next_stop(from, forward)))
            }
            Ask::Rows { view, from, count } => self.rows(view, from, count),
            Ask::RowOf { view, message } => {
                let place = self.place_of(message);
                row(place.and_then(|place| self.views.get(view)?.row_of(place)))
            }
            Ask::RowOfByte { view, source, byte } => row(self.row_of_byte(view, source, byte)),
            Ask::RowOfDay { view, day } => self.row_of_day(view, &day),
            Ask::RowAt { view, key } => row(self.row_at(view, key)),
            Ask::Message { message } => show::whole(self, message).map_or_else(
                || refused("no such message".to_owned()),
                |whole| Answer::Message(Box::new(whole)),
            ),
            Ask::Bytes { source, from, lines, width, span } => match self.source(source) {
                Some(source) => Answer::Bytes(dump::dump(source.bytes(), from, lines, width, span)),
                None => refused("no such source".to_owned()),
            },
            Ask::Compare { first, second } => compare::compare(self, &first, &second),
            Ask::Passage { from, to } => self.passage(from, to).map_or_else(
                || refused("A passage begins and ends in the same file.".to_owned()),
                Answer::Passage,
            ),
        }
    }

    /// The source of this number.
    pub(crate) fn source(&self, number: u32) -> Option<&Source> {
        self.sources.get(number as usize)
    }

    /// The number of a conversation of a source among all of them.
    pub(crate) fn conversation(&self, source: u16, own: u32) -> u32 {
        position(&self.numbering.conversations, (source, own)).unwrap_or_default()
    }

    /// The number of an account of a source among all of them.
    pub(crate) fn account(&self, source: u16, own: u32) -> Option<u32> {
        position(&self.numbering.accounts, (source, own))
    }

    /// The marks on a message: their places, and whether one of them collapses it.
    pub(crate) fn marks_on(&self, message: MessageId) -> (Vec<u32>, bool) {
        let covered = self.covered.get(message.source as usize).map_or(&[][..], Vec::as_slice);
        let on: Vec<u32> = covered
            .iter()
            .filter(|covered| (covered.first..=covered.last).contains(&message.number))
            .map(|covered| covered.mark)
            .collect();
        let distressing =
            on.iter().any(|&mark| self.marks.get(mark as usize).is_some_and(|mark| mark.distressing));
        (on, distressing)
    }

    /// A message's place in the order of time.
    pub(crate) fn place_of(&self, message: MessageId) -> Option<u32> {
        self.order.places.get(message.source as usize)?.get(message.number as usize).copied()
    }

    fn finish(&mut self, now: i64) -> Answer {
        let Some(Coming { item, name, bytes }) = self.coming.take() else {
            return refused("no file was begun".to_owned());
        };
        self.now = Some(now);
        let (mut report, mut sources) = file::read(&item, &name, bytes);
        let room = usize::from(u16::MAX) - self.sources.len();
        if sources.len() > room {
            sources.truncate(room);
            report.notes.push("There are more files of chats than can be shown together.".to_owned());
        }
        for source in &mut sources {
            source.review(self.zone.as_ref(), self.now);
        }
        self.sources.extend(sources);
        self.arrange();
        Answer::File(report)
    }

    fn set_zone(&mut self, zone: Option<&str>) -> Answer {
        let Ok(known) = zone.map(TimeZone::get).transpose() else {
            return refused(format!(
                "“{}” is no time zone that is known here. Zones are called like Europe/London.",
                zone.unwrap_or_default()
            ));
        };
        self.zone = known;
        for source in &mut self.sources {
            source.review(self.zone.as_ref(), self.now);
        }
        self.arrange();
        Answer::Done
    }

    fn decide(&mut self, source: u32, day_first: Option<bool>) -> Answer {
        let (zone, now) = (self.zone.clone(), self.now);
        let Some(source) = self.sources.get_mut(source as usize) else {
            return refused("no such source".to_owned());
        };
        source.day_first = day_first;
        source.review(zone.as_ref(), now);
        self.arrange();
        Answer::Done
    }

    fn filter(&mut self, view: usize, filter: Filter) -> Answer {
        let day = |day: &Option<String>| -> Result<Option<i32>, String> {
            let Some(day) = day.as_deref().filter(|day| !day.is_empty()) else { return Ok(None) };
            match day.parse::<Date>() {
                Ok(date) => Ok(Some(day_number(date))),
                Err(_) => Err(format!("“{day}” is no date.")),
            }
        };
        let days = match (day(&filter.from_day), day(&filter.to_day)) {
            (Ok(from), Ok(to)) => [from, to],
            (Err(why), _) | (_, Err(why)) => return refused(why),
        };
        let (view, sight) = self.sight(view);
        let Some(view) = view else { return no_view() };
        view.set_filter(filter, days);
        view.refresh(&sight);
        Answer::Shown(view.shown())
    }

    fn rows(&self, view: usize, from: u32, count: u32) -> Answer {
        let Some(shown) = self.views.get(view) else { return no_view() };
        let slots = shown.rows.iter().skip(from as usize).take(count.min(1000) as usize);
        let rows = slots.filter_map(|&slot| show::row(self, slot, shown.words())).collect();
        Answer::Rows { from, rows }
    }

    fn row_of_day(&self, view: usize, day: &str) -> Answer {
        let Ok(date) = day.parse::<Date>() else { return refused(format!("“{day}” is no date.")) };
        let number = day_number(date);
        let place = self.order.days.partition_point(|&day| day < number);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        row(self.views.get(view).and_then(|view| view.row_from(place)))
    }

    fn row_of_byte(&self, view: usize, source: u32, byte: u64) -> Option<u32> {
        let (number, _) = self.source(source)?.touched([byte, byte + 1])?;
        self.views.get(view)?.row_of(self.place_of(MessageId { source, number })?)
    }

    fn row_at(&self, view: usize, key: i64) -> Option<u32> {
        let place = self.order.entries.partition_point(|entry| entry.key < key);
        self.views.get(view)?.row_from(u32::try_from(place).unwrap_or(u32::MAX))
    }

    fn passage(&self, one: MessageId, other: MessageId) -> Option<Passage> {
        let source = self.source(one.source).filter(|_| one.source == other.source)?;
        let (first, last) = (one.number.min(other.number), one.number.max(other.number));
        let (from, to) = (source.bytes_of(first)?, source.bytes_of(last)?);
        let message = source.timeline.get(first as usize)?;
        let who = message.sender.and_then(|sender| source.account(sender));
        let origin = &source.origin;
        Some(Passage {
            item: origin.item.clone(),
            path: origin.path.clone(),
            sha256: origin.sha256.clone(),
            bytes: [from.start(), to.end()],
            messages: last - first + 1,
            place: source.place(&message),
            written: message.sent.written.value.to_string(),
            who: who.map(|who| who.label().into_owned()).unwrap_or_default(),
            first: MessageId { source: one.source, number: first },
        })
    }

    /// Puts everything in order again, after something was read or stated.
    fn arrange(&mut self) {
        let zone = self.zone.as_ref();
        self.order = Order::of(&self.sources, zone);
        self.numbering = Numbering::default();
        self.facts =
            Facts { zone: zone.and_then(TimeZone::iana_name).map(str::to_owned), ..Facts::default() };
        for (number, source) in (0_u16..).zip(&self.sources) {
            for (own, facts) in source.conversations(number.into()) {
                self.numbering.conversations.push((number, own.0));
                self.facts.conversations.push(facts);
            }
            for (own, facts) in source.accounts(number.into()) {
                self.numbering.accounts.push((number, own.0));
                self.facts.accounts.push(facts);
            }
            self.facts.sources.push(source.facts());
            self.facts.messages += source.timeline.len() as u64;
        }
        self.cover();
        self.refresh();
    }

    /// Finds the messages that the marks touch.
    fn cover(&mut self) {
        let touched = |source: &Source| {
            let origin = &source.origin;
            let here = (0_u32..).zip(&self.marks).filter(|(_, mark)| {
                mark.item == origin.item && mark.path == origin.path && mark.sha256 == origin.sha256
            });
            here.filter_map(|(mark, place)| {
                let (first, last) = source.touched(place.bytes)?;
                Some(Covered { first, last, mark, kind: place.kind })
            })
            .collect()
        };
        self.covered = self.sources.iter().map(touched).collect();
    }

    fn refresh(&mut self) {
        for view in 0..VIEWS {
            if let (Some(view), sight) = self.sight(view) {
                view.refresh(&sight);
            }
        }
    }

    fn sight(&mut self, view: usize) -> (Option<&mut View>, Sight<'_>) {
        let Self { sources, order, numbering, covered, views, .. } = self;
        (views.get_mut(view), Sight { sources, order, numbering, covered })
    }
}

impl Order {
    fn of(sources: &[Source], zone: Option<&TimeZone>) -> Self {
        let mut order = Self::default();
        let count = sources.iter().map(|source| source.timeline.len()).sum();
        order.entries.reserve_exact(count);
        for (number, source) in (0_u16..).zip(sources) {
            let sorted = source.by_time(zone);
            order.entries.extend(sorted.into_iter().map(|(key, message)| Entry {
                key,
                number: message,
                source: number,
            }));
            order.places.push(vec![0; source.timeline.len()]);
        }
        // Each source is sorted already, and a stable sort keeps what it says of equal times.
        order.entries.sort_by_key(|entry| entry.key);
        let mut days = Days::new(zone);
        order.days = order.entries.iter().map(|entry| days.of(entry.key)).collect();
        for (place, entry) in (0_u32..).zip(&order.entries) {
            let places = order.places.get_mut(usize::from(entry.source));
            if let Some(known) = places.and_then(|places| places.get_mut(entry.number as usize)) {
                *known = place;
            }
        }
        order
    }
}

fn position(among: &[(u16, u32)], wanted: (u16, u32)) -> Option<u32> {
    // Conversations are sorted by source and their own number, and so are accounts.
    among.binary_search(&wanted).ok().and_then(|place| u32::try_from(place).ok())
}

fn row(row: Option<u32>) -> Answer {
    Answer::Row { row, place: 0 }
}

fn refused(why: String) -> Answer {
    Answer::Refused { why }
}

fn no_view() -> Answer {
    refused("no such view".to_owned())
}

#[cfg(test)]
mod tests;
