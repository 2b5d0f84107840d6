//! Reads what a form sends: text fields, and files that are sealed while they stream in.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use http::header;
use intake::Form;
use intake::pages::FileMistake;
use reporter::SealedFile;
use zeroize::Zeroizing;

use super::files::{self, Target};
use crate::body;
use crate::error::Result;
use crate::state::AppState;
use protocol::{ApiError, ErrorCode};

const MULTIPART: &str = "multipart/form-data";

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
}

/// Reads a form of at most `limit` bytes of text. The first file asks `target` where files of this
/// form go to; a page puts its sealed field before its files, so that the answer is known by then.
/// Without a target no byte of a file is looked at.
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
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media_type.is_some_and(|media_type| media_type.starts_with(MULTIPART)) {
        let body = body::read(request.into_body(), limit).await?;
        let form = form_urlencoded::parse(&body).into_owned().collect();
        return Ok(Received { form, ..Received::default() });
    }
    let multipart = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
    parts(state, multipart, limit, target).await
}

async fn parts<T, F>(
    state: &AppState,
    mut multipart: Multipart,
    mut limit: usize,
    target: T,
) -> Result<Received>
where
    T: FnOnce(Form) -> F,
    F: Future<Output = Option<Target>>,
{
    let mut received = Received::default();
    let (mut ask, mut answer) = (Some(target), None);
    while let Some(field) = multipart.next_field().await.map_err(|_| malformed())? {
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            let (name, value) = text(field, &mut limit).await?;
            received.form.push(name, String::from_utf8_lossy(&value));
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

async fn text(mut field: Field<'_>, limit: &mut usize) -> Result<(String, Zeroizing<Vec<u8>>)> {
    let name = field.name().unwrap_or_default().to_owned();
    let mut value = Zeroizing::new(Vec::new());
    while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
        *limit = limit.checked_sub(piece.len()).ok_or_else(too_large)?;
        value.extend_from_slice(&piece);
    }
    Ok((name, value))
}

fn malformed() -> crate::Error {
    ApiError::new(ErrorCode::Malformed, "The form did not arrive whole.").into()
}

fn too_large() -> crate::Error {
    ApiError::new(ErrorCode::TooLarge, "The form holds more text than we can take at once.").into()
}
