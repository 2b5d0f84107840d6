//! How a walk goes on after what is broken.

use super::{Breach, Call, FOLLOWED, Mode, Next, Slot, Walk};
use crate::json::mend::{AHEAD, Balance, Balanced, Found, Known, LOOK_BACK, Signature, search, token};
use crate::json::path::{Frame, Path};
use crate::json::scan::Brackets;
use crate::json::{Kind, is_space};
use crate::{Span, WarningKind, Window};

impl Walk {
    /// The grammar is broken `at` bytes after where the walk stands, within these brackets.
    pub(super) fn broken(&mut self, brackets: Brackets, (at, suspect): (usize, usize), expected: &str) {
        let reason =
            format!("expected {expected} at byte {} (in {})", self.at + at as u64, self.path().name());
        self.mode = Mode::Mending(Breach { at, suspect, reason, balance: Balance::new(brackets), seen: at });
    }

    pub(super) fn mend(&mut self, mut breach: Breach, rest: &[u8], call: &mut Call<'_, '_, '_>) -> Next {
        // In all, brackets are followed over no more bytes than were read before, and a few: a source broken
        // everywhere takes no longer for it.
        let allowed = FOLLOWED.saturating_add(self.at).saturating_sub(self.followed);
        let limit = breach.at.saturating_add(usize::try_from(allowed).unwrap_or(usize::MAX));
        let within = rest.get(..limit).unwrap_or(rest);
        let seen = breach.balance.scan(within, breach.seen);
        let (end, clean) = match seen {
            Balanced::At(end) => (end, self.plausible(rest, end, call.window.last)),
            Balanced::More(_) if within.len() == rest.len() && !call.window.last => (rest.len(), None),
            Balanced::More(end) | Balanced::Unclean(end) => (end, Some(false)),
        };
        match clean {
            None => {
                // A comma found is found again when there is more.
                breach.seen = end;
                self.mode = Mode::Mending(breach);
                return Next::Wait;
            }
            Some(true) if end == 0 => {
                call.out.warn(WarningKind::Malformed, Span::new(self.at, self.at + 1), breach.reason);
                self.slot = Slot::CommaOrEnd;
            }
            Some(true) => {
                self.unparsed(end, &breach.reason, call.out);
                self.slot = Slot::CommaOrEnd;
            }
            Some(false) => self.lose(breach.suspect, breach.reason, false),
        }
        self.followed += end.saturating_sub(breach.at) as u64;
        Next::On
    }

    /// Whether the innermost frame can go on with the comma or bracket at `at`; `None` if more must be seen.
    fn plausible(&self, rest: &[u8], at: usize, last: bool) -> Option<bool> {
        let fits =
            |signature: &Signature, quote: Option<usize>| match quote.map(|at| signature.fits(rest, at)) {
                None | Some(None) if !last && quote.is_none_or(|quote| rest.len() - quote < AHEAD) => None,
                fits => Some(fits.flatten() != Some(false)),
            };
        let Some(frame) = self.frames.last() else { return Some(false) };
        if rest.get(at) != Some(&b',') {
            return Some(rest.get(at) == Some(if frame.array { &b']' } else { &b'}' }));
        }
        let next = rest.get(at + 1..).unwrap_or_default().iter().find(|byte| !is_space(**byte));
        match next {
            None if last => Some(false),
            None => None,
            Some(&next) if !frame.array => Some(next == b'"'),
            // What follows may be an element of an array within the broken one.
            Some(b'{') if !frame.signature.is_empty() => {
                let bracket = token(rest, at + 1)?;
                fits(&frame.signature, token(rest, bracket + 1))
            }
            Some(&next) => Some(frame.opener.map_or(Kind::of(next).is_some(), |opener| opener == next)),
        }
    }

    /// Where the walk is cannot be told by brackets any more.
    pub(super) fn lose(&mut self, searched: usize, reason: String, truncated: bool) {
        let reach = self.frames.len() + self.shut.len();
        self.mode = Mode::Lost { reason, reach, searched, floor: self.at, truncated };
    }

    pub(super) fn find(
        &mut self,
        (reason, mut reach, searched, floor, truncated): (String, usize, usize, u64, bool),
        position: usize,
        call: &mut Call<'_, '_, '_>,
    ) -> Next {
        let Window { bytes, base, last } = *call.window;
        let low = usize::try_from(floor.saturating_sub(base)).unwrap_or(0);
        let mut from = position + searched;
        loop {
            match search(bytes, low, from, last, &self.known(reach)) {
                Found::Beyond { frame, from: next } => (reach, from) = (frame, next),
                Found::Element { frame, at } if at >= position => {
                    self.unparsed(at - position, &reason, call.out);
                    if frame >= self.frames.len() {
                        self.reopen(call);
                        return Next::On;
                    }
                    while self.frames.len() > frame + 1 {
                        self.pop(call);
                    }
                    self.shut.clear();
                    self.next_member();
                    return Next::On;
                }
                Found::Element { at, .. } => from = at + 2,
                Found::None(_) if last => {
                    if truncated {
                        self.truncated(call);
                    }
                    self.unparsed(bytes.len() - position, &reason, call.out);
                    self.mode = Mode::Over(reason);
                    return Next::Wait;
                }
                Found::None(reached) => {
                    let sure = reached.saturating_sub(LOOK_BACK).saturating_sub(position);
                    self.unparsed(sure, &reason, call.out);
                    let searched = reached - position - sure;
                    self.mode = Mode::Lost { reason, reach, searched, floor, truncated };
                    return Next::Wait;
                }
            }
        }
    }

    fn known(&self, reach: usize) -> Vec<Known<'_>> {
        let frames: Vec<&Frame> = self.frames.iter().chain(self.shut.iter().rev()).collect();
        let arrays = frames.iter().enumerate().take(reach).filter(|(_, frame)| frame.array);
        arrays
            .map(|(number, frame)| {
                let outer = number.checked_sub(1).and_then(|outer| frames.get(outer));
                let key = outer.filter(|outer| !outer.array).map(|outer| outer.key.as_str());
                Known { frame: number, key, signature: &frame.signature }
            })
            .collect()
    }

    /// Whether an object at `at` begins like the elements of the array that ended last and not like those of the array
    /// it stands in. `None` if more must be seen.
    pub(super) fn is_of_shut(&self, rest: &[u8], at: usize, last: bool) -> Option<bool> {
        let (Some(array), Some(own)) = (self.shut.first(), self.frames.last().filter(|own| own.array)) else {
            return Some(false);
        };
        let Some(quote) = token(rest, at + 1) else { return if last { Some(false) } else { None } };
        let fits = |signature: &Signature| match signature.fits(rest, quote) {
            None if !last && rest.len() - quote < AHEAD => None,
            fits => Some(!signature.is_empty() && fits != Some(false)),
        };
        Some(fits(&array.signature)? && !fits(&own.signature)?)
    }

    /// Goes on with the array that ended last.
    pub(super) fn reopen(&mut self, call: &mut Call<'_, '_, '_>) {
        while let Some(frame) = self.shut.pop() {
            self.frames.push(frame);
        }
        let outer = self.frames.len().saturating_sub(1);
        let path = Path { frames: self.frames.get(..outer).unwrap_or_default(), document: self.document };
        call.visitor.reopen(&path);
        self.next_member();
    }
}
