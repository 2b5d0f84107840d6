//! The textual header of an age file: its grammar, strictly, and nothing about keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::Error;

/// The longest header accepted, in bytes: room for some forty hybrid recipients.
pub const MAX_HEADER_LEN: usize = 64 * 1024;

const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";
const STANZA_PREFIX: &[u8] = b"-> ";
const MAC_PREFIX: &[u8] = b"---";
const COLUMNS: usize = 64;
pub(super) const MAC_LEN: usize = 32;

/// One recipient's stanza: what it says and the bytes it wraps.
#[derive(Debug)]
pub(super) struct Stanza<'a> {
    pub(super) arguments: Vec<&'a str>,
    pub(super) body: Vec<u8>,
}

/// A header, taken apart.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) stanzas: Vec<Stanza<'a>>,
    /// The text the MAC covers: all up to and including `---`.
    pub(super) covered: &'a [u8],
    pub(super) mac: [u8; MAC_LEN],
}

/// How much of `bytes` is the header, or `None` when it may go on after them.
///
/// # Errors
/// When the version line is wrong, or the header is longer than [`MAX_HEADER_LEN`].
pub(super) fn length(bytes: &[u8]) -> Result<Option<usize>, Error> {
    let seen = bytes.len().min(VERSION_LINE.len());
    if bytes[..seen] != VERSION_LINE[..seen] {
        return Err(Error::AgeVersion);
    }
    let window = &bytes[..bytes.len().min(MAX_HEADER_LEN)];
    // Only the MAC line begins with "---": stanzas begin with "->", bodies hold no dash.
    let end = find(window, b"\n---")
        .and_then(|at| window[at + 1..].iter().position(|byte| *byte == b'\n').map(|line| at + 1 + line + 1));
    match end {
        None if bytes.len() >= MAX_HEADER_LEN => Err(Error::AgeHeaderTooLong),
        found => Ok(found),
    }
}

/// Whether `bytes` begin with the whole version line.
pub(super) fn has_version(bytes: &[u8]) -> bool {
    bytes.starts_with(VERSION_LINE)
}

/// Takes a whole header apart, as [`length`] measured it.
pub(super) fn parse(header: &[u8]) -> Result<Header<'_>, Error> {
    let mut rest = header.strip_prefix(VERSION_LINE).ok_or(Error::AgeVersion)?;
    let mut stanzas = Vec::new();
    while let Some(after_prefix) = rest.strip_prefix(STANZA_PREFIX) {
        let (stanza, after) = parse_stanza(after_prefix)?;
        stanzas.push(stanza);
        rest = after;
    }
    if stanzas.is_empty() {
        return Err(Error::AgeHeader("it has no recipient stanza"));
    }
    let covered = &header[..header.len() - rest.len() + MAC_PREFIX.len().min(rest.len())];
    let encoded = rest
        .strip_prefix(MAC_PREFIX)
        .ok_or(Error::AgeHeader("a line is neither a stanza nor the MAC"))?
        .strip_prefix(b" ")
        .ok_or(Error::AgeHeader("no space before the MAC"))?
        .strip_suffix(b"\n")
        .ok_or(Error::AgeHeader("no line feed after the MAC"))?;
    let mac = decode_exact(encoded).ok_or(Error::AgeHeader("the MAC is not 32 bytes of base64"))?;
    Ok(Header { stanzas, covered, mac })
}

fn parse_stanza(text: &[u8]) -> Result<(Stanza<'_>, &[u8]), Error> {
    let (line, mut rest) = take_line(text)?;
    let arguments = line.split(|byte| *byte == b' ').map(parse_argument).collect::<Result<_, _>>()?;
    let mut encoded = Vec::new();
    loop {
        let (line, after) = take_line(rest)?;
        if line.len() > COLUMNS {
            return Err(Error::AgeHeader("a body line is longer than 64 columns"));
        }
        encoded.extend_from_slice(line);
        rest = after;
        if line.len() < COLUMNS {
            break;
        }
    }
    let body = STANDARD_NO_PAD
        .decode(encoded)
        .map_err(|_| Error::AgeHeader("a stanza's body is not canonical base64"))?;
    Ok((Stanza { arguments, body }, rest))
}

fn parse_argument(argument: &[u8]) -> Result<&str, Error> {
    if argument.is_empty() {
        return Err(Error::AgeHeader("a stanza has an empty argument"));
    }
    if !argument.iter().all(u8::is_ascii_graphic) {
        return Err(Error::AgeHeader("a stanza's argument has a character outside VCHAR"));
    }
    std::str::from_utf8(argument).map_err(|_| Error::AgeHeader("a stanza's argument is not ASCII"))
}

fn take_line(text: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let end =
        text.iter().position(|byte| *byte == b'\n').ok_or(Error::AgeHeader("it ends inside a stanza"))?;
    Ok((&text[..end], &text[end + 1..]))
}

/// Decodes canonical base64 of exactly `N` bytes.
pub(super) fn decode_exact<const N: usize>(encoded: &[u8]) -> Option<[u8; N]> {
    let mut decoded = [0; N];
    match STANDARD_NO_PAD.decode_slice(encoded, &mut decoded) {
        Ok(length) if length == N => Some(decoded),
        _ => None,
    }
}

/// Begins a header: the version line.
pub(super) fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice(VERSION_LINE);
}

/// Writes one stanza.
pub(super) fn write_stanza(out: &mut Vec<u8>, tag: &str, argument: &[u8], body: &[u8]) {
    out.extend_from_slice(STANZA_PREFIX);
    out.extend_from_slice(tag.as_bytes());
    out.push(b' ');
    out.extend_from_slice(STANDARD_NO_PAD.encode(argument).as_bytes());
    out.push(b'\n');
    let body = STANDARD_NO_PAD.encode(body);
    for line in body.as_bytes().chunks(COLUMNS) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    if body.len().is_multiple_of(COLUMNS) {
        out.push(b'\n');
    }
}

/// Ends a header: `mac` is asked for the MAC of the text from `start` up to and including `---`.
pub(super) fn end(out: &mut Vec<u8>, start: usize, mac: impl FnOnce(&[u8]) -> [u8; MAC_LEN]) {
    out.extend_from_slice(MAC_PREFIX);
    let mac = mac(&out[start..]);
    out.push(b' ');
    out.extend_from_slice(STANDARD_NO_PAD.encode(mac).as_bytes());
    out.push(b'\n');
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
