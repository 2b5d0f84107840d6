//! Resumable uploads by tus 1.0, of files that are sealed while they are sent.
//!
//! A worker thread reads and seals; the connection sends what it has made, one part at a time. A part
//! is kept until the service has said that it holds it, so memory stays constant and a broken connection
//! costs at most one part.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use protocol::media;
use protocol::submission::{ItemBody, ItemUpload};
use protocol::{API, ErrorCode};
use reqwest::Response;
use seal::{ContentFacts, Digest, FileMeta, ItemKind, ItemSealer, Place, Recipient, SignedHeader};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::reporter::ReporterSecret;
use crate::transport::Outgoing;
use crate::{Client, random};

/// Bytes of one PATCH request.
const PART: usize = 4 << 20;
/// Bytes read from the file at a time.
const READ: usize = 256 << 10;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// Told how many sealed bytes of the whole the service holds by now.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// What opens the door for an upload to a desk.
#[derive(Clone, Copy)]
pub(crate) struct Pass<'a> {
    /// The desk's short name.
    pub(crate) desk: &'a str,
    /// Whose signature vouches for it, where something is added to a report. A proof of work does where the
    /// report is not there yet.
    pub(crate) reporter: Option<&'a ReporterSecret>,
}

/// A file on this machine, about to be sealed.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) meta: FileMeta,
    /// Whether it is media, by its beginning.
    pub(crate) kind: ItemKind,
    file: File,
}

impl Source {
    /// Opens the file and notes its size and whether it is media.
    pub(crate) fn open(path: &Path, meta: FileMeta) -> Result<Self> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(failed(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
        }
        let mut head = Vec::with_capacity(media::HEAD);
        (&mut file).take(media::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok(Self { path: path.to_owned(), size: metadata.len(), meta, kind: media::kind_of(&head), file })
    }
}

impl Client {
    /// Seals a file and uploads it as it is sealed.
    pub(crate) async fn upload_file(
        &self,
        pass: Pass<'_>,
        source: Source,
        place: Place,
        to: &Recipient,
        author: Arc<ReporterSecret>,
        progress: Progress<'_>,
    ) -> Result<(ItemUpload, ContentFacts)> {
        let total = ItemSealer::sealed_len(place, Some(&source.meta), source.size)?;
        let location = self.create(pass, total).await?;
        let item = ItemSealer::new(place, Some(&source.meta), to, &mut random::system())?;
        let (parts, mut made) = mpsc::channel(1);
        let worker = tokio::task::spawn_blocking(move || seal_parts(item, source, &author, &parts));

        let mut offset = 0;
        let mut sent = Ok(());
        while let Some(part) = made.recv().await {
            match self.append(&location, offset, &part).await {
                Ok(reached) => offset = reached,
                Err(error) => {
                    sent = Err(error);
                    break;
                }
            }
            progress(offset, total);
        }
        drop(made);
        let sealed = worker.await?;
        sent?;
        let (signed, facts) = sealed?;
        Ok((ItemUpload { signed, body: ItemBody::Upload(upload_id(&location)) }, facts))
    }

    /// Uploads bytes that are sealed already.
    pub(crate) async fn upload_bytes(&self, pass: Pass<'_>, bytes: Bytes) -> Result<String> {
        let location = self.create(pass, bytes.len() as u64).await?;
        let mut offset = 0;
        for start in (0..bytes.len()).step_by(PART) {
            let part = bytes.slice(start..bytes.len().min(start + PART));
            offset = self.append(&location, offset, &part).await?;
        }
        Ok(upload_id(&location))
    }

    /// Begins an upload and returns its path.
    async fn create(&self, pass: Pass<'_>, length: u64) -> Result<String> {
        let path = format!("{API}/desks/{}/uploads", pass.desk);
        self.transport
            .patiently(|| async {
                let outgoing = tus(Method::POST, &path).header(UPLOAD_LENGTH, length.into());
                let (name, value) = match pass.reporter {
                    None => self.work().await?,
                    Some(reporter) => (header::AUTHORIZATION, reporter.sign(&outgoing)?),
                };
                let response = self.transport.send(&outgoing.header(name, value)).await?;
                location(&response).ok_or_else(|| Error::unexpected("an upload", "no usable Location"))
            })
            .await
    }

    /// Appends a part, asking after a broken connection how much of it arrived.
    async fn append(&self, location: &str, start: u64, part: &Bytes) -> Result<u64> {
        let end = start + part.len() as u64;
        let mut at = start;
        let mut trouble = self.transport.trouble();
        while at < end {
            let rest = usize::try_from(at - start).map_or_else(|_| Bytes::new(), |sent| part.slice(sent..));
            let error = match self.patch(location, at, rest).await {
                Ok(offset) => {
                    at = within(offset, start, end)?;
                    trouble.is_over();
                    continue;
                }
                Err(error) => error,
            };
            // After a conflict or a damaged part the service still says where it stands.
            if !matches!(error.code(), Some(ErrorCode::Conflict | ErrorCode::Mismatch)) || at == end {
                trouble.wait(error).await?;
            }
            match self.offset(location).await {
                Ok(offset) => at = within(offset, start, end)?,
                Err(error) => trouble.wait(error).await?,
            }
        }
        Ok(at)
    }

    async fn patch(&self, location: &str, offset: u64, part: Bytes) -> Result<u64> {
        let checksum = format!("sha256 {}", STANDARD.encode(Digest::of(&part).as_bytes()));
        let checksum =
            HeaderValue::try_from(checksum).map_err(|error| Error::unexpected("a checksum", error))?;
        let outgoing = tus(Method::PATCH, location)
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/offset+octet-stream"))
            .header(UPLOAD_OFFSET, offset.into())
            .header(UPLOAD_CHECKSUM, checksum)
            .body(part);
        let response = self.transport.send(&outgoing).await?;
        offset_of(&response)
    }

    /// How many bytes of the upload the service holds.
    async fn offset(&self, location: &str) -> Result<u64> {
        let response = self.transport.send(&tus(Method::HEAD, location)).await?;
        offset_of(&response)
    }
}

/// Reads and seals a file to its end, handing over one part at a time.
fn seal_parts(
    mut item: ItemSealer,
    mut source: Source,
    author: &ReporterSecret,
    parts: &mpsc::Sender<Bytes>,
) -> Result<(SignedHeader, ContentFacts)> {
    let mut read = 0;
    let mut piece = zeroize::Zeroizing::new(vec![0; READ]);
    let mut sealed = Vec::with_capacity(PART + READ);
    loop {
        let length = source
            .file
            .read(&mut piece)
            .map_err(|error| Error::File { path: source.path.clone(), source: error })?;
        if length == 0 {
            break;
        }
        read += length as u64;
        if read > source.size {
            return Err(changed(&source, read));
        }
        item.push(&piece[..length], &mut sealed);
        if sealed.len() >= PART && !hand_over(&mut sealed, parts) {
            break;
        }
    }
    if read != source.size && !parts.is_closed() {
        return Err(changed(&source, read));
    }
    let mut ended = item.end();
    while ended.pad(PART as u64, &mut sealed) && hand_over(&mut sealed, parts) {}
    let finished = ended.finish(author.identity(), &mut sealed);
    while !sealed.is_empty() && hand_over(&mut sealed, parts) {}
    Ok(finished)
}

/// Hands over at most one part; whether anybody still wants it.
fn hand_over(sealed: &mut Vec<u8>, parts: &mpsc::Sender<Bytes>) -> bool {
    let rest = sealed.split_off(sealed.len().min(PART));
    let part = std::mem::replace(sealed, rest);
    parts.blocking_send(part.into()).is_ok()
}

fn changed(source: &Source, found: u64) -> Error {
    Error::FileChanged { path: source.path.clone(), expected: source.size, found }
}

fn tus(method: Method, path: &str) -> Outgoing {
    Outgoing::new(method, path).header(TUS_RESUMABLE, HeaderValue::from_static("1.0.0"))
}

/// The path that an upload was given, on the host that was asked.
fn location(response: &Response) -> Option<String> {
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let location = response.url().join(location).ok()?;
    (location.origin() == response.url().origin()).then(|| location.path().to_owned())
}

fn upload_id(location: &str) -> String {
    location.rsplit('/').next().unwrap_or_default().to_owned()
}

fn offset_of(response: &Response) -> Result<u64> {
    let offset = response.headers().get(UPLOAD_OFFSET).and_then(|value| value.to_str().ok()?.parse().ok());
    offset.ok_or_else(|| Error::unexpected("an upload", "no Upload-Offset"))
}

fn within(offset: u64, start: u64, end: u64) -> Result<u64> {
    if (start..=end).contains(&offset) {
        return Ok(offset);
    }
    Err(Error::unexpected("an upload", format!("it stands at byte {offset}, not between {start} and {end}")))
}
