//! What stands behind the author: words, or WhatsApp's note of what was sent.

use super::words::{Note, Sort, Words, bare, service, without_marks};
use crate::{Attachment, Edited, Extras, Kind};

/// What is known of the line that a text stands in.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a line that do not depend on each other")]
pub(super) struct Context<'a> {
    /// iOS, which marks what it writes itself.
    pub(super) bracket: bool,
    /// The file holds texts that begin with such a mark, so that one without it is a person's.
    pub(super) marks: bool,
    /// The author also wrote texts without a mark.
    pub(super) plain_author: bool,
    pub(super) author: &'a [u8],
    /// The message has one line.
    pub(super) single: bool,
    /// A colon may stand in its first line.
    pub(super) colon: bool,
}

/// A text understood.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) kind: Kind,
    /// The part of it that is a person's words, or the service's sentence.
    pub(super) text: &'a [u8],
    pub(super) extras: Option<Box<Extras>>,
}

impl<'a> Body<'a> {
    #[inline]
    const fn plain(kind: Kind, text: &'a [u8]) -> Self {
        Self { kind, text, extras: None }
    }

    fn with(kind: Kind, text: &'a [u8], fill: impl FnOnce(&mut Extras)) -> Self {
        let mut extras = Box::<Extras>::default();
        fill(&mut extras);
        Self { kind, text, extras: Some(extras) }
    }
}

fn is_marked(text: &[u8]) -> bool {
    text.starts_with(b"\xe2\x80\x8e") || text.starts_with(b"\xe2\x80\x8f")
}

/// Understands the text of a message. Most are words, and are told so by a few comparisons.
#[inline]
pub(super) fn read<'a>(words: &Words, text: &'a [u8], context: Context<'_>) -> Body<'a> {
    let (Some(&first), Some(&last)) = (text.first(), text.last()) else {
        return Body::plain(Kind::Withheld, text);
    };
    let ends = last == b'>' || last == b')' || last == b':';
    let begins = first == b'<' || is_marked(text);
    let lines = if context.single { None } else { memchr::memchr(b'\n', text) };
    if !begins && !ends && lines.is_none() {
        if context.bracket && text.len() < 2000 && last_mark(text).is_some() {
            return careful(words, text, None, context);
        }
        if text.len() > 160 || (words.note(text).is_none() && text != b"null") {
            return if context.colon && text.len() < 4000 && is_place(text) {
                Body::plain(Kind::Location, text)
            } else {
                Body::plain(Kind::Text, text)
            };
        }
    }
    careful(words, text, lines, context)
}

fn careful<'a>(words: &Words, text: &'a [u8], lines: Option<usize>, context: Context<'_>) -> Body<'a> {
    if let Some((rest, note)) = edited(words, text) {
        let mut body = careful_unedited(words, rest, memchr::memchr(b'\n', rest), context);
        let extras = body.extras.get_or_insert_with(Box::default);
        extras.edited = Some(Edited { at: None });
        if let Some(note) = note {
            extras.detail("note", String::from_utf8_lossy(note));
        }
        return body;
    }
    careful_unedited(words, text, lines, context)
}

fn careful_unedited<'a>(
    words: &Words,
    text: &'a [u8],
    lines: Option<usize>,
    context: Context<'_>,
) -> Body<'a> {
    let first_line = lines.and_then(|end| text.get(..end)).unwrap_or(text);
    let first_line = first_line.strip_suffix(b"\r").unwrap_or(first_line);
    let after = lines.and_then(|end| text.get(end + 1..)).unwrap_or_default();
    if text.is_empty() || text == b"null" && !context.bracket {
        return Body::plain(Kind::Withheld, text);
    }
    if let Some(body) = whole_line(words, text, first_line, after, context) {
        return body;
    }
    if let Some(body) = attached(words, text, first_line, after) {
        return body;
    }
    if let Some(body) = left_out_behind(words, text, context) {
        return body;
    }
    if is_poll(text, first_line) {
        return Body::plain(Kind::Poll, unmarked(text, context));
    }
    if is_place(text) {
        return Body::plain(Kind::Location, unmarked(text, context));
    }
    if is_marked(text) && context.bracket {
        return marked(text, context);
    }
    Body::plain(Kind::Text, text)
}

/// `text` without the mark that iOS puts before what it writes itself.
fn unmarked<'a>(text: &'a [u8], context: Context<'_>) -> &'a [u8] {
    if context.bracket { without_marks(text) } else { text }
}

/// The first line is a note and nothing else; what follows is a caption.
fn whole_line<'a>(
    words: &Words,
    text: &'a [u8],
    first_line: &'a [u8],
    after: &'a [u8],
    context: Context<'_>,
) -> Option<Body<'a>> {
    let note = words.note(first_line)?;
    let framed = first_line.starts_with(b"<") || is_marked(first_line);
    // On iOS the service marks its notes: without the mark, somebody typed it.
    let believed = framed || !context.bracket || !context.marks;
    let alone = after.is_empty();
    match note {
        Note::Omitted(sort) if framed || (context.bracket && !context.marks) => {
            Some(omitted(sort, None, first_line, after))
        }
        Note::Deleted | Note::YouDeleted if believed && alone => {
            Some(Body::plain(Kind::Deleted, without_marks(text)))
        }
        Note::MissedVoice | Note::MissedVideo if believed && alone => {
            Some(Body::plain(Kind::Call, without_marks(text)))
        }
        Note::LiveLocation if believed => Some(Body::plain(Kind::Location, without_marks(text))),
        Note::Withheld if believed && alone => Some(Body::plain(Kind::Withheld, without_marks(text))),
        _ => None,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn omitted<'a>(sort: Sort, name: Option<&[u8]>, note: &[u8], caption: &'a [u8]) -> Body<'a> {
    let kind = if sort == Sort::Contact { Kind::Contact } else { Kind::Media };
    Body::with(kind, caption, |extras| {
        extras.attach(Attachment {
            name: name.map(lossy),
            sort: sort.word().map(str::to_owned),
            left_out: Some(lossy(without_marks(note))),
            ..Attachment::default()
        });
    })
}

/// The last mark of direction that stands at the beginning or behind a space or another line.
fn last_mark(text: &[u8]) -> Option<usize> {
    let mut end = text.len();
    while let Some(at) = memchr::memrchr(0xe2, text.get(..end)?) {
        if is_marked(text.get(at..)?) {
            return Some(at);
        }
        end = at;
    }
    None
}

/// iOS: words, a name or a caption, and behind a mark the note that the file was left out.
fn left_out_behind<'a>(words: &Words, text: &'a [u8], context: Context<'_>) -> Option<Body<'a>> {
    if !context.bracket {
        return None;
    }
    let mark = last_mark(text)?;
    let note = text.get(mark..)?;
    let Some(Note::Omitted(sort)) = words.note(note) else { return None };
    let before = text.get(..mark)?;
    let caption = before.strip_suffix(b" ").or_else(|| before.strip_suffix(b"\n")).unwrap_or(before);
    if sort == Sort::Document {
        return Some(omitted(sort, Some(document_name(caption)), note, b""));
    }
    Some(omitted(sort, None, note, caption))
}

/// `Homework.pdf • 3 pages`: the name is what stands before the bullet.
fn document_name(caption: &[u8]) -> &[u8] {
    let bullet = " •".as_bytes();
    let end = memchr::memmem::find(caption, bullet).unwrap_or(caption.len());
    without_marks(caption.get(..end).unwrap_or(caption))
}

/// A file by name: `NAME (file attached)` and a caption below it, or `<attached: NAME>`.
fn attached<'a>(words: &Words, text: &'a [u8], first_line: &'a [u8], after: &'a [u8]) -> Option<Body<'a>> {
    if let Some(name) = android_file(words, first_line) {
        return Some(file(name, after, None));
    }
    if let Some(name) = ios_file(words, without_marks(first_line)) {
        return Some(file(name, after, None));
    }
    // A caption or a document's name stands before the file.
    let open = memchr::memrchr(b'<', text)?;
    let name = ios_file(words, text.get(open..)?)?;
    let mut before = text.get(..open)?;
    before = before
        .strip_suffix(b"\xe2\x80\x8e")
        .or_else(|| before.strip_suffix(b"\xe2\x80\x8f"))
        .unwrap_or(before);
    before = before.strip_suffix(b" ").or_else(|| before.strip_suffix(b"\n")).unwrap_or(before);
    let shown = document_name(before);
    if !shown.is_empty() && name.ends_with(shown) {
        // Only the document's own name again, and how many pages it has.
        let rest = (shown.len() < before.len()).then_some(before);
        return Some(file(name, b"", rest));
    }
    Some(file(name, before, None))
}

fn file<'a>(name: &[u8], caption: &'a [u8], shown: Option<&[u8]>) -> Body<'a> {
    let extension = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let kind = if extension.eq_ignore_ascii_case(b"vcf") { Kind::Contact } else { Kind::Media };
    Body::with(kind, caption, |extras| {
        extras.attach(Attachment {
            name: Some(lossy(name)),
            sort: sort_of(name, extension).word().map(str::to_owned),
            ..Attachment::default()
        });
        if let Some(shown) = shown {
            extras.detail("shown", lossy(shown));
        }
    })
}

/// The sort that a name given by WhatsApp tells; of other names the extension, which whoever sent it chose.
fn sort_of(name: &[u8], extension: &[u8]) -> Sort {
    const PREFIXES: [(&[u8], Sort); 11] = [
        (b"IMG-", Sort::Image),
        (b"VID-", Sort::Video),
        (b"AUD-", Sort::Audio),
        (b"PTT-", Sort::Audio),
        (b"STK-", Sort::Sticker),
        (b"-PHOTO-", Sort::Image),
        (b"-VIDEO-", Sort::Video),
        (b"-AUDIO-", Sort::Audio),
        (b"-STICKER-", Sort::Sticker),
        (b"-GIF-", Sort::Gif),
        (b"DOC-", Sort::Document),
    ];
    if extension.eq_ignore_ascii_case(b"vcf") {
        return Sort::Contact;
    }
    PREFIXES
        .iter()
        .find(|(prefix, _)| {
            let name = if prefix.starts_with(b"-") { name.trim_ascii_start() } else { name };
            let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let from = if prefix.starts_with(b"-") { digits } else { 0 };
            name.get(from..).is_some_and(|name| name.starts_with(prefix))
        })
        .map_or(Sort::Document, |&(_, sort)| sort)
}

fn android_file<'a>(words: &Words, line: &'a [u8]) -> Option<&'a [u8]> {
    let inner = line.strip_suffix(b")")?;
    let open = memchr::memmem::rfind(inner, b" (")?;
    let name = without_marks(line.get(..open)?);
    let note = inner.get(open + 2..)?;
    let has_extension = name.iter().rev().take(12).any(|&byte| byte == b'.');
    let known = has_extension && words.note(note) == Some(Note::Attached);
    // `IMG-20230630-WA0000.jpg (…)` is WhatsApp's in whatever language.
    (known || is_android_name(name)).then_some(name)
}

fn is_android_name(name: &[u8]) -> bool {
    let Some((kind, rest)) = name.split_at_checked(4) else { return false };
    matches!(kind, b"IMG-" | b"VID-" | b"AUD-" | b"PTT-" | b"STK-" | b"DOC-")
        && rest.get(..8).is_some_and(|date| date.iter().all(u8::is_ascii_digit))
        && rest.get(8..11) == Some(b"-WA")
        && !rest.contains(&b' ')
}

/// The name in `<attached: NAME>` or `<NAME eklendi>`.
fn ios_file<'a>(words: &Words, text: &'a [u8]) -> Option<&'a [u8]> {
    let inner = text.strip_prefix(b"<")?.strip_suffix(b">")?;
    if let Some(colon) = memchr::memmem::find(inner, b": ") {
        let (note, name) = (inner.get(..colon)?, inner.get(colon + 2..)?);
        let numbered = name.iter().take_while(|byte| byte.is_ascii_digit()).count() >= 5;
        return (words.note(note) == Some(Note::Attached) || (numbered && note.len() < 60)).then_some(name);
    }
    let space = memchr::memrchr(b' ', inner)?;
    let (name, note) = (inner.get(..space)?, inner.get(space + 1..)?);
    (words.note(note) == Some(Note::Attached)).then_some(name)
}

/// What stands before the note that the message was edited, and the note itself if its words are not known.
fn edited<'a>(words: &Words, text: &'a [u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    if text.last() != Some(&b'>') {
        return None;
    }
    let open = memchr::memrchr(b'<', text)?;
    let note = text.get(open..)?;
    let marked = text.get(..open)?.ends_with(b"\xe2\x80\x8e") || text.get(..open)?.ends_with(b"\xe2\x80\x8f");
    let known = words.note(note) == Some(Note::Edited);
    let foreign = marked
        && open > 3
        && note.len() < 160
        && !note.contains(&b':')
        && !note.contains(&b'.')
        && words.note(note).is_none()
        && !bare(note).is_empty();
    if !known && !foreign {
        return None;
    }
    let mut rest = text.get(..open)?;
    rest = rest.strip_suffix(b"\xe2\x80\x8e").or_else(|| rest.strip_suffix(b"\xe2\x80\x8f")).unwrap_or(rest);
    rest = rest.strip_suffix(b" ").unwrap_or(rest);
    Some((rest, (!known).then_some(note)))
}

/// `POLL:`, the question, and at least one `OPTION: … (1 vote)`.
fn is_poll(text: &[u8], first_line: &[u8]) -> bool {
    let head = without_marks(first_line);
    let Some(word) = head.strip_suffix(b":") else { return false };
    let shouted = !word.is_empty()
        && word.len() < 40
        && std::str::from_utf8(word)
            .is_ok_and(|word| !word.contains(char::is_lowercase) && !word.contains(' '));
    shouted
        && text.split(|&byte| byte == b'\n').skip(2).any(|line| {
            let line = without_marks(line.trim_ascii_end());
            let option = memchr::memmem::find(line, b": ").is_some_and(|colon| colon < 40);
            option && line.ends_with(b")") && memchr::memrchr(b'(', line).is_some()
        })
}

/// `location: https://maps.google.com/?q=…`, or a place of Foursquare by name.
fn is_place(text: &[u8]) -> bool {
    let line = memchr::memchr(b'\n', text).and_then(|end| text.get(..end)).unwrap_or(text);
    let mut from = 0;
    while let Some(found) = memchr::memchr(b':', line.get(from..).unwrap_or_default()) {
        let colon = from + found;
        let after = line.get(colon + 1..).unwrap_or_default();
        if let Some(link) = after.strip_prefix(b" https://") {
            let one_word = !line.get(..colon).unwrap_or_default().contains(&b'?') && colon < 60;
            let google = link.starts_with(b"maps.google.") && memchr::memmem::find(link, b"/?q=").is_some();
            let map = google || link.starts_with(b"maps.apple.com/?");
            let alone = !link.contains(&b' ');
            return alone && ((map && one_word) || link.starts_with(b"foursquare.com/v/"));
        }
        from = colon + 1;
    }
    false
}

/// iOS: a marked line that is none of the notes. The service's sentence, unless the author may have begun so.
fn marked<'a>(text: &'a [u8], context: Context<'_>) -> Body<'a> {
    let sentence = without_marks(text);
    let Ok(words) = std::str::from_utf8(sentence) else { return Body::plain(Kind::Text, text) };
    if is_call(words) {
        return Body::plain(Kind::Call, sentence);
    }
    let of_author = sentence.strip_prefix(context.author).is_some_and(|rest| rest.starts_with(b" "));
    if of_author || !context.plain_author || service::is_one(words) {
        return Body::plain(Kind::System, sentence);
    }
    Body::plain(Kind::Text, text)
}

/// How notes on calls begin; what follows says how long or whether it was answered.
fn is_call(sentence: &str) -> bool {
    const CALLS: &[&str] = &[
        "Voice call",
        "Video call",
        "Missed voice call",
        "Missed video call",
        "Missed group v",
        "Group voice call",
        "Group video call",
        "Silenced voice call",
        "Silenced video call",
        "Sprachanruf",
        "Videoanruf",
        "Verpasster ",
        "Llamada",
        "Videollamada",
        "Appel vocal",
        "Appel vidéo",
        "Chiamata vocale",
        "Videochiamata",
        "Chamada de voz",
        "Chamada de vídeo",
        "Videochamada",
        "Ligação de v",
        "Spraakoproep",
        "Video-oproep",
        "Gemist",
        "Аудиозвонок",
        "Видеозвонок",
        "Пропущенный ",
        "Аудіодзвінок",
        "Відеодзвінок",
        "Пропущений ",
        "Połączenie głosowe",
        "Połączenie wideo",
        "Nieodebrane ",
        "Röstsamtal",
        "Videosamtal",
        "Missat ",
        "Sesli arama",
        "Görüntülü arama",
        "Cevapsız ",
        "Panggilan suara",
        "Panggilan video",
        "音声通話",
        "ビデオ通話",
        "음성 통화",
        "영상 통화",
        "부재중 ",
        "语音通话",
        "视频通话",
        "語音通話",
        "視訊通話",
        "未接",
    ];
    CALLS.iter().any(|call| sentence.starts_with(call))
}
