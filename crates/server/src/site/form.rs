//! Reads what a form sends: text fields, and files that are sealed while they stream in.

use axum::body::Body;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt as _;
use http::header;
use intake::Form;
use intake::pages::{FileMistake, Trouble};
use reporter::SealedFile;
use zeroize::Zeroizing;

use super::files::{self, Target};
use crate::error::Result;
use crate::state::AppState;

const MULTIPART: &str = "multipart/form-data";
/// The sealed field of a form, which comes first in it.
const SEALED: &str = "draft";

/// What a form brought.
#[derive(Default)]
pub(super) struct Received {
    /// Its text fields.
    pub(super) form: Form,
    /// Its files, sealed and durable.
    pub(super) files: Vec<SealedFile>,
    /// Its files that were not taken: name and reason.
    pub(super) refused: Vec<(String, FileMistake)>,
    /// Whether there were files where none are taken.
    pub(super) unwanted: bool,
    /// Why the rest of it is missing, where it is: what came before stands.
    pub(super) cut: Option<Trouble>,
}

/// How many bytes a form may still bring: the sealed field, which holds what was typed before, has room
/// of its own, so that a page full of text can be sent again.
struct Room {
    sealed: usize,
    typed: usize,
}

impl Room {
    fn new(limit: usize) -> Self {
        Self { sealed: limit, typed: limit / 2 }
    }

    fn whole(&self) -> usize {
        self.sealed + self.typed
    }

    /// Takes `bytes` of a field's room, if there is as much.
    fn take(&mut self, name: &[u8], bytes: usize) -> bool {
        let room = if name == SEALED.as_bytes() { &mut self.sealed } else { &mut self.typed };
        room.checked_sub(bytes).map(|left| *room = left).is_some()
    }
}

/// Reads a form of at most one and a half times `limit` bytes of text. The first file asks `target`
/// where files of this form go to; a page puts its sealed field before its files, so that the answer is
/// known by then. Without a target no byte of a file is looked at.
pub(super) async fn read<T, F>(
    state: &AppState,
    request: Request,
    limit: usize,
    target: T,
) -> Result<Received>
where
    T: FnOnce(Form) -> F,
    F: Future<Output = Option<Target>>,
{
    let room = Room::new(limit);
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media_type.is_some_and(|media_type| media_type.starts_with(MULTIPART)) {
        return Ok(urlencoded(request.into_body(), room).await);
    }
    match Multipart::from_request(request, &()).await {
        Ok(multipart) => parts(state, multipart, room, target).await,
        Err(_) => Ok(Received { cut: Some(Trouble::Damaged), ..Received::default() }),
    }
}

/// Reads `application/x-www-form-urlencoded` as it arrives, down to the byte: what is no text has to be
/// told from a U+FFFD that somebody typed.
async fn urlencoded(body: Body, mut room: Room) -> Received {
    let mut received = Received::default();
    let mut bytes = Zeroizing::new(Vec::new());
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) if bytes.len() + piece.len() <= room.whole() => bytes.extend_from_slice(&piece),
            Ok(_) => received.cut = Some(Trouble::TooLarge),
            Err(_) => received.cut = Some(Trouble::Damaged),
        }
        if received.cut.is_some() {
            // The pair that was being read is not whole.
            let whole = bytes.iter().rposition(|byte| *byte == b'&').unwrap_or_default();
            bytes.truncate(whole);
            break;
        }
    }
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.splitn(2, |byte| *byte == b'=').map(decoded);
        let (name, value) = (sides.next().unwrap_or_default(), sides.next().unwrap_or_default());
        if !room.take(&name, name.len() + value.len()) {
            received.cut = Some(Trouble::TooLarge);
            break;
        }
        received.form.push_bytes(&name, &value);
    }
    received
}

/// One side of a pair, without its `+` and `%XX` (WHATWG URL, section 5.1).
fn decoded(side: &[u8]) -> Zeroizing<Vec<u8>> {
    let digit = |at: usize| {
        let digit = char::from(*side.get(at)?).to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let mut out = Zeroizing::new(Vec::with_capacity(side.len()));
    let mut at = 0;
    while let Some(byte) = side.get(at) {
        let escaped = (*byte == b'%').then(|| Some(digit(at + 1)? << 4 | digit(at + 2)?)).flatten();
        at += if escaped.is_some() { 3 } else { 1 };
        out.push(match escaped {
            Some(escaped) => escaped,
            None if *byte == b'+' => b' ',
            None => *byte,
        });
    }
    out
}

async fn parts<T, F>(
    state: &AppState,
    mut multipart: Multipart,
    mut room: Room,
    target: T,
) -> Result<Received>
where
    T: FnOnce(Form) -> F,
    F: Future<Output = Option<Target>>,
{
    let mut received = Received::default();
    let (mut ask, mut answer) = (Some(target), None);
    loop {
        let field = match multipart.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => {
                received.cut = Some(Trouble::Damaged);
                break;
            }
        };
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            match text(field, &mut room).await {
                Ok((name, value)) => received.form.push_bytes(name.as_bytes(), &value),
                Err(trouble) => {
                    received.cut = Some(trouble);
                    break;
                }
            }
            continue;
        };
        // Browsers send an empty part without a name where no file was chosen.
        if file_name.is_empty() {
            continue;
        }
        if let Some(ask) = ask.take() {
            answer = ask(received.form.clone()).await;
        }
        let Some(target) = &answer else {
            received.unwanted = true;
            continue;
        };
        let max = state.config.site.max_files;
        if target.already + received.files.len() >= max {
            received.refused.push((file_name, FileMistake::TooMany { max }));
            continue;
        }
        match files::take(state, target, field, &file_name).await? {
            Ok(file) => received.files.push(file),
            Err(mistake) => received.refused.push((file_name, mistake)),
        }
    }
    Ok(received)
}

async fn text(mut field: Field<'_>, room: &mut Room) -> Result<(String, Zeroizing<Vec<u8>>), Trouble> {
    let name = field.name().unwrap_or_default().to_owned();
    let mut value = Zeroizing::new(Vec::new());
    while let Some(piece) = field.chunk().await.map_err(|_| Trouble::Damaged)? {
        if !room.take(name.as_bytes(), piece.len()) {
            return Err(Trouble::TooLarge);
        }
        value.extend_from_slice(&piece);
    }
    Ok((name, value))
}
