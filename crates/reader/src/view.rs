//! A view: which rows pass its filter, and which of them hold what is looked for.

use crate::fold::fold_into;
use crate::room::Order;
use crate::source::{Brief, Source};
use crate::{Filter, Found, MarkFilter, Shown, Sort};

const HIDDEN: u32 = u32::MAX;

/// One row, as small as can be: texts are made when a row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A day begins.
    Day(i32),
    /// A stretch without a message, before the message of this number.
    Gap { source: u16, number: u32 },
    /// The source's notice of this number.
    Notice { source: u16, number: u32 },
    /// The message at this place of the order.
    Message(u32),
}

/// What a view needs to know to choose its rows.
pub(crate) struct Sight<'r> {
    pub(crate) sources: &'r [Source],
    pub(crate) order: &'r Order,
    /// For every source, which conversation and account its own numbers mean among all of them.
    pub(crate) numbering: &'r Numbering,
    /// For every source, the messages that each mark touches and the mark's kind.
    pub(crate) covered: &'r [Vec<Covered>],
}

/// The messages that a mark touches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Covered {
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// Its place among the marks.
    pub(crate) mark: u32,
    pub(crate) kind: u8,
}

/// Conversations and accounts of all sources, counted through.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    pub(crate) conversations: Vec<(u16, u32)>,
    pub(crate) accounts: Vec<(u16, u32)>,
}

/// Rows, a filter, and a search.
#[derive(Debug, Default)]
pub(crate) struct View {
    filter: Filter,
    days: [Option<i32>; 2],
    words: Vec<u8>,
    pub(crate) rows: Vec<Slot>,
    /// The row of every place of the order.
    row_of: Vec<u32>,
    /// Rows that are messages.
    messages: Vec<u32>,
    notices_hidden: u32,
    /// Rows with a hit.
    hits: Vec<u32>,
    found: u64,
}

impl View {
    /// Takes another filter; `days` are its first and last day.
    pub(crate) fn set_filter(&mut self, filter: Filter, days: [Option<i32>; 2]) {
        self.filter = filter;
        self.days = days;
    }

    pub(crate) fn shown(&self) -> Shown {
        Shown {
            rows: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
            messages: u32::try_from(self.messages.len()).unwrap_or(u32::MAX),
            notices_hidden: self.notices_hidden,
            found: self.found(),
        }
    }

    /// Chooses the rows anew, and looks again for what was looked for.
    pub(crate) fn refresh(&mut self, sight: &Sight<'_>) {
        self.choose(sight);
        self.search_again(sight);
    }

    /// Looks for words.
    pub(crate) fn search(&mut self, words: &str, sight: &Sight<'_>) -> Found {
        self.words.clear();
        fold_into(words, &mut self.words);
        self.search_again(sight);
        self.found()
    }

    fn found(&self) -> Found {
        Found { hits: self.found, messages: u32::try_from(self.hits.len()).unwrap_or(u32::MAX) }
    }

    pub(crate) fn words(&self) -> &[u8] {
        &self.words
    }

    /// The row of a place of the order, if it is shown.
    pub(crate) fn row_of(&self, place: u32) -> Option<u32> {
        self.row_of.get(place as usize).copied().filter(|&row| row != HIDDEN)
    }

    /// The next row with a hit, and its place among them from one; at the end it goes on from the beginning.
    pub(crate) fn step(&self, from: u32, forward: bool) -> Option<(u32, u32)> {
        let place = next(&self.hits, from, forward).or(match self.hits.len() {
            0 => None,
            _ if forward => Some(0),
            count => Some(count - 1),
        })?;
        Some((*self.hits.get(place)?, u32::try_from(place + 1).unwrap_or(u32::MAX)))
    }

    /// The next row that is a message or a notice.
    pub(crate) fn next_stop(&self, from: u32, forward: bool) -> Option<u32> {
        let stops =
            |row: u32| matches!(self.rows.get(row as usize), Some(Slot::Message(_) | Slot::Notice { .. }));
        if forward {
            (from.saturating_add(1)..self.shown().rows).find(|&row| stops(row))
        } else {
            (0..from).rev().find(|&row| stops(row))
        }
    }

    /// The row of the first message from this place of the order on, or of the last one before it.
    pub(crate) fn row_from(&self, place: u32) -> Option<u32> {
        let at = self.messages.partition_point(
            |&row| matches!(self.rows.get(row as usize), Some(&Slot::Message(other)) if other < place),
        );
        self.messages.get(at).or(self.messages.last()).copied()
    }

    fn choose(&mut self, sight: &Sight<'_>) {
        let entries = sight.order.entries.len();
        self.rows = Vec::with_capacity(entries + entries / 16);
        self.messages = Vec::new();
        self.row_of = vec![HIDDEN; entries];
        self.notices_hidden = 0;
        let mut day = None;
        for (place, (entry, &on)) in (0_u32..).zip(sight.order.entries.iter().zip(&sight.order.days)) {
            let Some(source) = sight.sources.get(usize::from(entry.source)) else { continue };
            let Some(&brief) = source.briefs.get(entry.number as usize) else { continue };
            let passes = self.passes(sight, entry.source, entry.number, brief, on);
            let (before, behind) = (source.beside.before(entry.number), source.beside.behind(entry.number));
            if !passes && self.filter.sort != Some(Sort::Notice) {
                self.notices_hidden += u32::try_from(before.len() + behind.len()).unwrap_or_default();
                continue;
            }
            let notices = |numbers: &[u32]| {
                numbers
                    .iter()
                    .map(|&number| Slot::Notice { source: entry.source, number })
                    .collect::<Vec<_>>()
            };
            let gap = !self.filter.thins_out() && source.gaps.contains_key(&entry.number);
            let mut rows = Vec::new();
            if gap {
                rows.push(Slot::Gap { source: entry.source, number: entry.number });
            }
            rows.extend(notices(before));
            if passes {
                rows.push(Slot::Message(place));
            }
            rows.extend(notices(behind));
            if rows.is_empty() {
                continue;
            }
            if day != Some(on) {
                day = Some(on);
                self.rows.push(Slot::Day(on));
            }
            for row in rows {
                let number = u32::try_from(self.rows.len()).unwrap_or(HIDDEN);
                if row == Slot::Message(place) {
                    self.messages.push(number);
                    if let Some(row_of) = self.row_of.get_mut(place as usize) {
                        *row_of = number;
                    }
                }
                self.rows.push(row);
            }
        }
    }

    fn passes(&self, sight: &Sight<'_>, source: u16, number: u32, brief: Brief, day: i32) -> bool {
        let Filter { conversation, account, sort, mark, from_day: _, to_day: _ } = &self.filter;
        let numbering = sight.numbering;
        let is = |among: &[(u16, u32)], wanted: Option<u32>, own: Option<u32>| {
            wanted.is_none_or(|wanted| {
                among.get(wanted as usize).is_some_and(|&known| Some(known) == own.map(|own| (source, own)))
            })
        };
        let [from, to] = self.days;
        is(&numbering.conversations, *conversation, Some(brief.conversation.0))
            && is(&numbering.accounts, *account, brief.sender().map(|sender| sender.0))
            && from.is_none_or(|from| day >= from)
            && to.is_none_or(|to| day <= to)
            && match sort {
                None => true,
                Some(Sort::Kind(kind)) => brief.kind == *kind,
                Some(Sort::Edited) => brief.edited,
                Some(Sort::Attachment) => brief.attachment,
                Some(Sort::Notice) => false,
            }
            && mark.is_none_or(|wanted| {
                let covered = sight.covered.get(usize::from(source)).map_or(&[][..], Vec::as_slice);
                covered.iter().any(|covered| {
                    (covered.first..=covered.last).contains(&number)
                        && match wanted {
                            MarkFilter::Any => true,
                            MarkFilter::Kind(kind) => covered.kind == kind,
                        }
                })
            })
    }

    fn search_again(&mut self, sight: &Sight<'_>) {
        self.found = 0;
        let mut lit = vec![0_u64; self.rows.len().div_ceil(64)];
        for (source, places) in sight.sources.iter().zip(&sight.order.places) {
            source.index.search(&self.words, |message| {
                let row = places.get(message).and_then(|&place| self.row_of.get(place as usize));
                if let Some(&row) = row
                    && row != HIDDEN
                    && let Some(word) = lit.get_mut(row as usize / 64)
                {
                    self.found += 1;
                    *word |= 1 << (row % 64);
                }
            });
        }
        self.hits.clear();
        for (start, mut word) in (0_u32..).step_by(64).zip(lit) {
            while word != 0 {
                self.hits.push(start + word.trailing_zeros());
                word &= word - 1;
            }
        }
    }
}

/// The place of the next of `rows`, which are sorted, from `from` on.
fn next(rows: &[u32], from: u32, forward: bool) -> Option<usize> {
    if forward {
        let place = rows.partition_point(|&row| row <= from);
        (place < rows.len()).then_some(place)
    } else {
        rows.partition_point(|&row| row < from).checked_sub(1)
    }
}
