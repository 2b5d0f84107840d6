//! What the tests share: every fixture, a sink that checks the books, and a rendering to review by eye.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses a part of it"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use transcript::{
    Conversation, Directory, Format, Message, OwnedMessage, Parser, Place, Reading, Sink, Span, Stream,
    Structure, StructureKind, Survey, Unparsed, Warning, parse_slice, recognise,
};

/// A file of `tests/fixtures/FORMAT/VARIANT.EXT`.
pub struct Fixture {
    pub format: Format,
    pub variant: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

pub fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_dir())
    {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        // `FIXTURES=line,csv` runs the tests on those formats alone.
        if std::env::var("FIXTURES").is_ok_and(|only| !only.split(',').any(|format| format == name)) {
            continue;
        }
        let format = serde_json::from_value(serde_json::Value::String(name.clone()))
            .unwrap_or_else(|_| panic!("fixtures/{name}: not the name of a format"));
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|ext| ext == "timeline") {
                continue;
            }
            let variant = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let bytes = std::fs::read(&path).unwrap();
            found.push(Fixture { format, variant, path, bytes });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Everything that a parser said, its books checked while it speaks.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Said {
    pub messages: Vec<OwnedMessage>,
    pub structure: Vec<Structure>,
    pub unparsed: Vec<Unparsed>,
    pub warnings: Vec<Warning>,
    pub reached: u64,
}

impl Said {
    fn reach(&mut self, at: Span) {
        assert_eq!(at.start(), self.reached, "a gap or an overlap before {at:?}");
        self.reached = at.end();
    }

    /// With touching pieces of structure and of unparsed bytes joined, so that it does not matter how the source was cut.
    pub fn joined(mut self) -> Self {
        let mut structure: Vec<Structure> = Vec::new();
        for piece in self.structure {
            match structure.last_mut() {
                Some(last) if last.kind == piece.kind && last.at.end() == piece.at.start() => {
                    last.at = Span::new(last.at.start(), piece.at.end());
                }
                _ => structure.push(piece),
            }
        }
        self.structure = structure;
        self.warnings.sort_by_key(|warning| (warning.at, warning.kind));
        self
    }

    pub fn bytes(&self, kind: StructureKind) -> u64 {
        self.structure.iter().filter(|piece| piece.kind == kind).map(|piece| piece.at.len()).sum()
    }
}

impl Sink for Said {
    fn message(&mut self, message: &Message<'_>, directory: &Directory) {
        self.reach(message.source);
        assert!(
            directory.conversation(message.conversation).is_some(),
            "a conversation that is not in the directory"
        );
        assert!(
            message.sender.is_none_or(|sender| directory.participant(sender).is_some()),
            "a sender unknown"
        );
        self.messages.push(message.clone().into_owned());
    }

    fn structure(&mut self, structure: Structure) {
        self.reach(structure.at);
        self.structure.push(structure);
    }

    fn unparsed(&mut self, unparsed: Unparsed) {
        self.reach(unparsed.at);
        self.unparsed.push(unparsed);
    }

    fn warning(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

pub fn parser(format: Format) -> Box<dyn Parser> {
    (format.descriptor().unwrap_or_else(|| panic!("{format:?} has no reader")).parser)()
}

/// Reads the whole at once and checks what must hold for any bytes.
pub fn read(format: Format, bytes: &[u8]) -> (Said, Directory) {
    let mut said = Said::default();
    let directory = parse_slice(&mut *parser(format), bytes, &mut said);
    assert_eq!(said.reached, bytes.len() as u64, "bytes at the end unaccounted for");
    for message in &said.messages {
        for text in [&message.text, &message.sent.written] {
            if let Some(at) = text.at {
                assert!(
                    message.source.contains(at),
                    "text outside its message: {at:?} of {:?}",
                    message.source
                );
                let there = String::from_utf8_lossy(at.of(bytes).unwrap());
                assert_eq!(there, text.value, "text is not what stands at {at:?}");
            }
        }
    }
    (said, directory)
}

/// Reads it in pieces of `size` bytes.
pub fn read_in_pieces(format: Format, bytes: &[u8], size: usize) -> (Said, Directory) {
    let mut said = Said::default();
    let mut parser = parser(format);
    if parser.surveys() {
        let mut survey = Survey::new(&mut *parser);
        bytes.chunks(size).for_each(|piece| survey.push(piece));
        survey.finish();
    }
    let mut stream = Stream::new(&mut *parser, &mut said);
    bytes.chunks(size).for_each(|piece| stream.push(piece));
    let directory = stream.finish();
    assert_eq!(said.reached, bytes.len() as u64, "bytes at the end unaccounted for");
    (said, directory)
}

/// The whole of what was understood, to be reviewed by eye.
pub fn render(bytes: &[u8], said: &Said, directory: &Directory) -> String {
    let mut out = String::new();
    for recognition in recognise(bytes).iter().take(1) {
        let name = serde_json::to_value(recognition.format).unwrap();
        writeln!(out, "recognised as {}: {}", name.as_str().unwrap(), recognition.why).unwrap();
    }
    let sum: u64 = said.messages.iter().map(|message| message.source.len()).sum();
    write!(out, "{} bytes: {sum} in {} messages", bytes.len(), said.messages.len()).unwrap();
    for kind in
        [StructureKind::Preamble, StructureKind::Metadata, StructureKind::Syntax, StructureKind::Closing]
    {
        write!(out, ", {} {}", said.bytes(kind), serde_json::to_value(kind).unwrap().as_str().unwrap())
            .unwrap();
    }
    let unparsed: u64 = said.unparsed.iter().map(|piece| piece.at.len()).sum();
    writeln!(out, ", {unparsed} unparsed").unwrap();
    for (number, Conversation { title, platform_id, sort }) in directory.conversations().iter().enumerate() {
        writeln!(out, "conversation {number}: {title:?} {platform_id:?} {sort:?}").unwrap();
    }
    for (number, participant) in directory.participants().iter().enumerate() {
        writeln!(out, "participant {number}: {}", serde_json::to_string(participant).unwrap()).unwrap();
    }
    for Unparsed { at, reason } in &said.unparsed {
        writeln!(out, "unparsed {}..{}: {reason}", at.start(), at.end()).unwrap();
    }
    for Warning { kind, at, note } in &said.warnings {
        writeln!(out, "warning {kind:?} {}..{}: {note}", at.start(), at.end()).unwrap();
    }
    for message in &said.messages {
        render_message(&mut out, message, directory);
    }
    out
}

fn render_message(out: &mut String, message: &OwnedMessage, directory: &Directory) {
    let place = match &message.place {
        Place::Line(line) => format!("line {line}"),
        Place::Element { array, index } => format!("{}/{index}", directory.pointers()[*array as usize]),
        Place::Bytes => "bytes".to_owned(),
    };
    let sender = message.sender.map_or("nobody".to_owned(), |id| {
        let participant = directory.participant(id).unwrap();
        let name = participant.display_name.as_ref().or(participant.handle.as_ref());
        format!("{} {}", id.0, name.or(participant.platform_id.as_ref()).map_or("?", |name| name))
    });
    let reading = match message.sent.reading {
        Reading::Instant(at, basis) => format!("{at} ({basis:?})"),
        Reading::Local(local) => format!("local {local}"),
        Reading::Ambiguous { day_first, month_first } => format!("either {day_first} or {month_first}"),
        Reading::Impossible => "impossible".to_owned(),
        Reading::Missing => "missing".to_owned(),
    };
    let conversation = message.conversation.0;
    writeln!(
        out,
        "\n{}..{} {place}, conversation {conversation}, {:?} from {sender}\n  sent {:?} = {reading}, {:?}",
        message.source.start(),
        message.source.end(),
        message.kind,
        message.sent.written.value,
        message.sent.precision,
    )
    .unwrap();
    let how = if message.text.at.is_some() { "text" } else { "decoded" };
    if !message.text.is_empty() {
        writeln!(out, "  {how} {:?}", message.text.value).unwrap();
    }
    if let Some(extras) = &message.extras {
        writeln!(out, "  {}", serde_json::to_string(extras).unwrap()).unwrap();
    }
}
