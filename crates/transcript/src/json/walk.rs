//! A walk through the top of a document in windows.

mod resume;

use super::mend::Balance;
use super::path::{Frame, Path, Step, Visitor};
use super::report::warn;
use super::scan::{Brackets, Scanned, Scanner, next_token};
use super::{Kind, Value, decode, report};
use crate::{Output, Span, StructureKind, WarningKind, Window};

/// Containers walked into within each other; what lies deeper is passed over.
const FRAMES: usize = 64;
/// Keys of one object remembered to tell that one stands twice.
const KEYS: usize = 4096;
/// How far brackets are followed after a break, beyond the bytes read so far.
const FOLLOWED: u64 = 8 << 20;

/// What must come next in the innermost frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// After the document.
    Done,
}

#[derive(Debug)]
enum Mode {
    /// Before the first byte.
    Start,
    /// Between values.
    Walking,
    /// Inside a value that is passed over.
    Passing(Scanner),
    /// Inside a value or key that is wanted whole and begins where the walk stands; so many of its bytes are seen.
    Holding { scanner: Scanner, seen: usize, what: Held },
    /// Following brackets to the end of what is broken.
    Mending(Breach),
    /// Looking for an element like those before. `reach` frames may still be gone on with; so many bytes are searched.
    Lost { reason: String, reach: usize, searched: usize, floor: u64, truncated: bool },
    /// Nothing more is to be understood.
    Over(String),
}

/// Where the grammar is broken. Positions count from where the walk stands.
#[derive(Debug)]
struct Breach {
    at: usize,
    /// Where a quote may be missing: the string before it.
    suspect: usize,
    reason: String,
    balance: Balance,
    seen: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Key,
    Value,
    /// Not the container that was looked for.
    Misplaced,
}

/// A resumable walk through the top of a document. See the [module](super).
#[derive(Debug)]
pub struct Walk {
    frames: Vec<Frame>,
    slot: Slot,
    mode: Mode,
    /// Everything before is accounted for.
    at: u64,
    several: bool,
    document: u64,
    /// An array with elements that are known, and the containers around it, that ended last: the array first.
    shut: Vec<Frame>,
    /// How many bytes brackets were followed over after breaks.
    followed: u64,
    ended: bool,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            frames: Vec::new(),
            slot: Slot::Value,
            mode: Mode::Start,
            at: 0,
            several: false,
            document: 0,
            shut: Vec::new(),
            followed: 0,
            ended: false,
        }
    }
}

/// Whether the walk goes on in the window at hand.
enum Next {
    On,
    /// The window says no more.
    Wait,
}

/// One call's surroundings.
struct Call<'c, 'w, 'o> {
    window: &'c Window<'w>,
    visitor: &'c mut dyn Visitor,
    out: &'c mut Output<'o>,
}

impl Walk {
    /// A walk through one document.
    pub fn new() -> Self {
        Self::default()
    }

    /// A walk through documents that follow each other, as in JSON lines.
    pub fn documents() -> Self {
        Self { several: true, ..Self::default() }
    }

    /// Walks on through the window as far as it tells, and says how many of its bytes are dealt with.
    /// The window may begin after the source does, where a format has dealt with a preamble of its own.
    pub fn parse(&mut self, window: &Window<'_>, visitor: &mut dyn Visitor, out: &mut Output<'_>) -> usize {
        if matches!(self.mode, Mode::Start) {
            self.at = window.base;
        } else if self.at != window.base {
            // What was being read was too long and is reported already.
            self.at = window.base;
            if !matches!(self.mode, Mode::Over(_)) {
                self.lose(0, "an element whose beginning is known".to_owned(), false);
            }
        }
        let mut call = Call { window, visitor, out };
        while matches!(self.step(&mut call), Next::On) {}
        if window.last && !self.ended {
            self.end(&mut call);
        }
        usize::try_from(self.at - window.base).unwrap_or(window.bytes.len())
    }

    fn step(&mut self, call: &mut Call<'_, '_, '_>) -> Next {
        let window = call.window;
        let position = usize::try_from(self.at - window.base).unwrap_or(usize::MAX);
        let rest = window.bytes.get(position..).unwrap_or_default();
        if matches!(self.mode, Mode::Walking) {
            return self.token(rest, position, call);
        }
        match std::mem::replace(&mut self.mode, Mode::Walking) {
            Mode::Start => self.start(rest, call),
            Mode::Walking => self.token(rest, position, call),
            Mode::Passing(scanner) => self.pass(scanner, rest, call),
            Mode::Holding { scanner, seen, what } => self.hold(scanner, seen, what, rest, call),
            Mode::Mending(breach) => self.mend(breach, rest, call),
            Mode::Lost { reason, reach, searched, floor, truncated } => {
                self.find((reason, reach, searched, floor, truncated), position, call)
            }
            Mode::Over(reason) => {
                self.unparsed(rest.len(), &reason, call.out);
                self.mode = Mode::Over(reason);
                Next::Wait
            }
        }
    }

    fn start(&mut self, rest: &[u8], call: &mut Call<'_, '_, '_>) -> Next {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if rest.len() < MARK.len() && MARK.starts_with(rest) && !call.window.last {
            self.mode = Mode::Start;
            return Next::Wait;
        }
        if rest.starts_with(MARK) {
            self.account(MARK.len(), StructureKind::Preamble, call.out);
        }
        Next::On
    }

    fn account(&mut self, len: usize, kind: StructureKind, out: &mut Output<'_>) {
        let end = self.at + len as u64;
        out.structure(Span::new(self.at, end), kind);
        self.at = end;
    }

    fn unparsed(&mut self, len: usize, reason: &str, out: &mut Output<'_>) {
        let end = self.at + len as u64;
        out.unparsed(Span::new(self.at, end), reason);
        self.at = end;
    }

    fn path(&self) -> Path<'_> {
        Path { frames: &self.frames, document: self.document }
    }

    /// One token between values.
    fn token(&mut self, rest: &[u8], position: usize, call: &mut Call<'_, '_, '_>) -> Next {
        let Some((byte, space)) = next_token(rest, 0) else {
            self.account(rest.len(), StructureKind::Syntax, call.out);
            return Next::Wait;
        };
        self.account(space, StructureKind::Syntax, call.out);
        let array = self.frames.last().map(|frame| frame.array);
        match (self.slot, byte, array) {
            (Slot::CommaOrEnd, b',', _) => {
                self.account(1, StructureKind::Syntax, call.out);
                self.next_member();
            }
            (Slot::CommaOrEnd | Slot::ValueOrEnd | Slot::Value, b']', Some(true))
            | (Slot::CommaOrEnd | Slot::KeyOrEnd | Slot::Key, b'}', Some(false)) => {
                if matches!(self.slot, Slot::Value | Slot::Key) {
                    self.lenient("a comma with nothing after it", call.out);
                }
                self.close(1, call);
            }
            (Slot::CommaOrEnd | Slot::ValueOrEnd, b'}', Some(true)) if self.frames.len() > 1 => {
                self.lenient("`]` is missing; the array ends with the object that it stands in", call.out);
                self.close(0, call);
            }
            (Slot::Colon, b':', _) => {
                self.account(1, StructureKind::Syntax, call.out);
                self.slot = Slot::Value;
            }
            (Slot::Key | Slot::KeyOrEnd, b'"', _) => self.grip(Held::Key),
            (Slot::CommaOrEnd, b'"', Some(false)) => {
                self.lenient("`,` is missing between two members", call.out);
                self.next_member();
            }
            (Slot::CommaOrEnd, b'{' | b'"', Some(true))
                if self.frames.last().is_some_and(|frame| frame.opener == Some(byte)) =>
            {
                self.lenient("`,` is missing between two elements", call.out);
                self.next_member();
            }
            (Slot::Done, ..) if self.several => {
                self.document += 1;
                self.slot = Slot::Value;
            }
            (Slot::Done, ..) => {
                let reason = format!("expected nothing after the end of the document at byte {}", self.at);
                // Unless a bracket too many ended it.
                if self.shut.is_empty() {
                    self.mode = Mode::Over(reason);
                } else {
                    self.lose(0, reason, false);
                }
            }
            (Slot::Value | Slot::ValueOrEnd, ..) => match Kind::of(byte) {
                Some(Kind::Object) if !self.shut.is_empty() => {
                    match self.is_of_shut(rest, space, call.window.last) {
                        None => return Next::Wait,
                        Some(true) => {
                            self.lenient(
                                "a bracket too many ended the array that the element belongs to",
                                call.out,
                            );
                            self.reopen(call);
                        }
                        Some(false) => self.visit(byte, Kind::Object, position + space, call),
                    }
                }
                Some(kind) => self.visit(byte, kind, position + space, call),
                None => self.broken(Brackets::default(), (0, 0), "a value"),
            },
            (Slot::Key | Slot::KeyOrEnd, ..) => self.broken(Brackets::default(), (0, 0), "a key in quotes"),
            (Slot::Colon, ..) => self.broken(Brackets::default(), (0, 0), "`:` after a key"),
            (Slot::CommaOrEnd, _, Some(true)) => {
                self.broken(Brackets::default(), (0, 0), "`,` or `]` after an element");
            }
            (Slot::CommaOrEnd, ..) => self.broken(Brackets::default(), (0, 0), "`,` or `}` after a value"),
        }
        Next::On
    }

    fn lenient(&self, what: &str, out: &mut Output<'_>) {
        let at = Span::new(self.at, self.at + 1);
        out.warn(WarningKind::Malformed, at, format!("{what} (in {})", self.path().name()));
    }

    fn next_member(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.index += 1;
        self.slot = if frame.array { Slot::Value } else { Slot::Key };
    }

    fn after_value(&mut self) {
        self.slot = if self.frames.is_empty() { Slot::Done } else { Slot::CommaOrEnd };
    }

    /// The innermost frame ends, with a bracket of so many bytes.
    fn close(&mut self, bracket: usize, call: &mut Call<'_, '_, '_>) {
        self.account(bracket, StructureKind::Syntax, call.out);
        self.pop(call);
        self.after_value();
    }

    fn pop(&mut self, call: &mut Call<'_, '_, '_>) {
        let outer = self.frames.len().saturating_sub(1);
        let path = Path { frames: self.frames.get(..outer).unwrap_or_default(), document: self.document };
        call.visitor.leave(&path, call.out);
        let Some(frame) = self.frames.pop() else { return };
        if frame.array && !frame.signature.is_empty() && call.visitor.reopens(&self.path()) {
            self.shut = vec![frame];
        } else if !self.shut.is_empty() {
            self.shut.push(frame);
        }
    }

    fn grip(&mut self, what: Held) {
        self.mode = Mode::Holding { scanner: Scanner::new(), seen: 0, what };
    }

    fn visit(&mut self, byte: u8, kind: Kind, position: usize, call: &mut Call<'_, '_, '_>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.opener.get_or_insert(byte);
        }
        let path = Path { frames: &self.frames, document: self.document };
        match call.visitor.visit(&path, kind) {
            Step::Descend if !matches!(kind, Kind::Object | Kind::Array) => self.grip(Held::Misplaced),
            Step::Descend if self.frames.len() < FRAMES => {
                self.account(1, StructureKind::Syntax, call.out);
                let array = kind == Kind::Array;
                self.shut.clear();
                self.frames.push(Frame { array, ..Frame::default() });
                self.slot = if array { Slot::ValueOrEnd } else { Slot::KeyOrEnd };
            }
            Step::Descend | Step::Skip => self.mode = Mode::Passing(Scanner::any_depth()),
            Step::Take => match call.visitor.dash(&path, call.window, position, call.out) {
                Some(end) => {
                    self.learn(call.window.bytes.get(position..end).unwrap_or_default());
                    self.at = call.window.base + end as u64;
                    self.after_value();
                }
                None => self.grip(Held::Value),
            },
        }
    }

    fn learn(&mut self, element: &[u8]) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.array && frame.signature.is_empty())
        {
            frame.signature.learn(element);
        }
    }

    fn pass(&mut self, mut scanner: Scanner, rest: &[u8], call: &mut Call<'_, '_, '_>) -> Next {
        match scanner.scan(rest, 0, call.window.last) {
            Scanned::End(end) => {
                self.account(end, StructureKind::Metadata, call.out);
                self.after_value();
                Next::On
            }
            Scanned::More(end) => {
                self.account(end, StructureKind::Metadata, call.out);
                self.mode = Mode::Passing(scanner);
                Next::Wait
            }
            Scanned::Broken(end, expected) => {
                self.account(end, StructureKind::Metadata, call.out);
                self.broken(scanner.into_brackets(), (0, 0), expected);
                Next::On
            }
        }
    }

    fn hold(
        &mut self,
        mut scanner: Scanner,
        seen: usize,
        what: Held,
        rest: &[u8],
        call: &mut Call<'_, '_, '_>,
    ) -> Next {
        match scanner.scan(rest, seen, call.window.last) {
            Scanned::End(end) => {
                match Value::checked(rest.get(..end).unwrap_or_default(), self.at) {
                    Some(value) => self.held(value, what, call),
                    None => self.broken(Brackets::default(), (0, 0), "a value"),
                }
                Next::On
            }
            Scanned::More(seen) => {
                self.mode = Mode::Holding { scanner, seen, what };
                Next::Wait
            }
            Scanned::Broken(breach, expected) => {
                self.learn(rest.get(..breach).unwrap_or_default());
                let suspect = scanner.last_string().min(breach);
                self.broken(scanner.into_brackets(), (breach, suspect), expected);
                Next::On
            }
        }
    }

    fn held(&mut self, value: Value<'_>, what: Held, call: &mut Call<'_, '_, '_>) {
        let end = value.span().end();
        match what {
            Held::Key => {
                self.key(value, call.out);
                self.account(value.raw().len(), StructureKind::Syntax, call.out);
                self.slot = Slot::Colon;
                return;
            }
            // Among objects, a "string" over the end of a line is what stands between two strings where a quote is lost.
            Held::Value
                if value.kind() == Kind::String
                    && self.frames.last().is_some_and(|frame| frame.array && frame.opener == Some(b'{'))
                    && value.raw().contains(&b'\n') =>
            {
                return self.broken(Brackets::default(), (0, 0), "an object like those before");
            }
            Held::Value
                if !call.visitor.is_one(&Path { frames: &self.frames, document: self.document }, &value) =>
            {
                let reason = format!(
                    "elements like those before stand inside of {}: a bracket is missing, or too many",
                    self.path().name()
                );
                return self.lose(1, reason, false);
            }
            Held::Value => {
                self.learn(value.raw());
                report(&value, call.out);
                let path = Path { frames: &self.frames, document: self.document };
                call.visitor.take(&path, value, call.out);
                debug_assert_eq!(call.out.written(), end, "other bytes than those of the value taken");
                if call.out.written() < end {
                    let left = Span::new(call.out.written(), end);
                    call.out.unparsed(left, "stepped over by the reader");
                }
            }
            Held::Misplaced => {
                let reason = format!("expected an object or an array as {}", self.path().name());
                call.out.unparsed(value.span(), reason);
            }
        }
        self.at = end;
        self.after_value();
    }

    fn key(&mut self, value: Value<'_>, out: &mut Output<'_>) {
        let inside = value.raw().get(1..value.raw().len().saturating_sub(1)).unwrap_or_default();
        let (key, flaws) = decode(inside);
        warn(flaws, value.span(), out);
        if let [.., outer, frame] = &mut *self.frames
            && outer.array
            && outer.index == 0
            && frame.index < 2
        {
            let signature = &mut outer.signature;
            let place = if frame.index == 0 { &mut signature.first } else { &mut signature.second };
            *place = value.raw().to_vec();
        }
        let Some(frame) = self.frames.last_mut() else { return };
        frame.key.clear();
        frame.key.push_str(&key);
        if frame.keys.contains(&*key) {
            let note = format!("the key {key:?} stands twice in one object; both values are read");
            out.warn(WarningKind::DuplicateKey, value.span(), note);
        } else if frame.keys.len() < KEYS {
            frame.keys.insert(key.into());
        }
    }

    fn truncated(&self, call: &mut Call<'_, '_, '_>) {
        let end = call.window.base + call.window.bytes.len() as u64;
        let note = format!("the source ends inside {}", self.path().name());
        call.out.warn(WarningKind::Truncated, Span::new(self.at, end), note);
    }

    /// The source ends here, and the window tells no more.
    fn end(&mut self, call: &mut Call<'_, '_, '_>) {
        if matches!(self.mode, Mode::Holding { .. }) {
            // If a bracket is missing, the elements after it lie within what never ended.
            let reason = format!("the source ends before the end of {}", self.path().name());
            self.lose(1, reason, true);
            while matches!(self.step(call), Next::On) {}
            return self.end(call);
        }
        let at = usize::try_from(self.at - call.window.base).unwrap_or(usize::MAX);
        let left = call.window.bytes.len().saturating_sub(at);
        let over = matches!(self.mode, Mode::Over(_));
        if !over
            && (self.slot != Slot::Done || left > 0)
            && !(self.several && self.frames.is_empty() && left == 0)
        {
            self.truncated(call);
        }
        self.unparsed(left, "the source ends in the middle of a value", call.out);
        while !self.frames.is_empty() {
            self.pop(call);
        }
        self.ended = true;
        self.mode = Mode::Over("expected nothing after the end of the source".to_owned());
    }
}
