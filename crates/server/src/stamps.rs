//! Has the newest checkpoint stamped by a time-stamping authority (RFC 3161), now and then.
//!
//! The request is so small that it is written by hand, and of the response only what must agree with it is read: the
//! status, the imprint and the nonce. That the authority's signature holds is for whoever relies on the stamp; the
//! token has all that takes (`openssl ts -verify`).

use protocol::UnixSeconds;
use sha2::{Digest as _, Sha256};
use store::log::cosigned::CheckpointStamp;

use crate::state::AppState;
use crate::witnesses;

/// The job, by the name that processes share.
const JOB: &str = "stamp";
const HOUR: i64 = 3600;
/// The longest response that is read, in bytes; tokens have some thousand.
const MAX_RESPONSE: usize = 64 << 10;

/// Why there is no stamp. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StampError {
    /// The authority cannot be reached, or takes too long.
    #[error("the time-stamping authority does not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// It refuses.
    #[error("the time-stamping authority answers {0}")]
    Status(reqwest::StatusCode),
    /// It has read the request and grants no stamp.
    #[error("the time-stamping authority grants no stamp (status {0})")]
    Rejected(u8),
    /// Its response is no response of RFC 3161.
    #[error("the time-stamping authority's response cannot be read")]
    Malformed,
    /// It has stamped something else than it was asked to.
    #[error("the time-stamping authority has stamped something else: its {0} is not the one asked for")]
    Other(&'static str),
    /// The system has no randomness.
    #[error("no randomness from the operating system: {0}")]
    Random(#[from] getrandom::Error),
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Stamps the newest checkpoint, if an authority is configured and it is time.
///
/// # Errors
///
/// When the authority or the storage fails.
pub(crate) async fn stamp_when_due(state: &AppState, now: UnixSeconds) -> Result<(), StampError> {
    let every = i64::from(state.config.ledger.tsa_every_hours.max(1)) * HOUR;
    let Some(authority) = &state.config.ledger.tsa else { return Ok(()) };
    if state.store.jobs().is_due(JOB, every, now).await? {
        stamp(state, authority, now).await?;
    }
    Ok(())
}

/// Stamps the newest checkpoint, unless nothing has come in since the last stamp. Answers whether it did.
///
/// # Errors
///
/// When the authority or the storage fails.
pub(crate) async fn stamp(state: &AppState, authority: &str, now: UnixSeconds) -> Result<bool, StampError> {
    let log = state.store.log();
    let Some(checkpoint) = log.checkpoint().await? else { return Ok(false) };
    let size = checkpoint.checkpoint().size();
    // The entry that says so is one itself.
    let stamped = log.newest_stamp().await?.map_or(0, |stamp| stamp.size + 1);
    if size <= stamped {
        return Ok(false);
    }
    let imprint: [u8; 32] = Sha256::digest(checkpoint.note().text()).into();
    let mut nonce = [0; 8];
    getrandom::fill(&mut nonce)?;
    // Positive, and of eight bytes without a leading zero: so it has one spelling.
    nonce[0] = nonce[0] & 0x3f | 0x40;
    let mut answer = witnesses::client()?
        .post(authority)
        .header(http::header::CONTENT_TYPE, "application/timestamp-query")
        .body(request(&imprint, nonce))
        .send()
        .await?;
    if !answer.status().is_success() {
        return Err(StampError::Status(answer.status()));
    }
    let mut response = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        response.extend_from_slice(&piece);
        if response.len() > MAX_RESPONSE {
            return Err(StampError::Malformed);
        }
    }
    let token = token(&response, &imprint, nonce)?.to_vec();
    let host = authority.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    let stamp = CheckpointStamp {
        size,
        root: *checkpoint.checkpoint().root(),
        at: now,
        authority: host.unwrap_or_else(|| "authority".to_owned()),
        token,
    };
    Ok(log.keep_stamp(stamp).await?)
}

/// The object identifier of SHA-256, and the algorithm with it.
const SHA256: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];

/// A `TimeStampReq` (RFC 3161, 2.4.1): version 1, the imprint, a nonce, and please with the certificate.
fn request(imprint: &[u8; 32], nonce: [u8; 8]) -> Vec<u8> {
    let mut request = vec![0x30, 67, 0x02, 1, 1, 0x30, 49];
    request.extend(SHA256);
    request.extend([0x04, 32]);
    request.extend(imprint);
    request.extend([0x02, 8]);
    request.extend(nonce);
    request.extend([0x01, 1, 0xff]);
    request
}

/// One value of DER: its tag, its content, and the whole of it.
struct Value<'d> {
    tag: u8,
    content: &'d [u8],
    whole: &'d [u8],
}

/// Splits the first value off.
fn take<'d>(der: &mut &'d [u8]) -> Result<Value<'d>, StampError> {
    let whole = *der;
    let [tag, length, rest @ ..] = whole else { return Err(StampError::Malformed) };
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x83 => {
            let count = usize::from(long & 0x7f);
            let (digits, rest) = rest.split_at_checked(count).ok_or(StampError::Malformed)?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return Err(StampError::Malformed),
    };
    let (content, after) = rest.split_at_checked(length).ok_or(StampError::Malformed)?;
    *der = after;
    Ok(Value { tag: *tag, content, whole: &whole[..whole.len() - after.len()] })
}

/// Splits the first value off, which must be of this kind.
fn expect<'d>(der: &mut &'d [u8], tag: u8) -> Result<&'d [u8], StampError> {
    let value = take(der)?;
    if value.tag == tag { Ok(value.content) } else { Err(StampError::Malformed) }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const EXPLICIT: u8 = 0xa0;

/// The token in a `TimeStampResp` (RFC 3161, 2.4.2), once it is shown to be for this imprint and nonce.
fn token<'d>(mut response: &'d [u8], imprint: &[u8; 32], nonce: [u8; 8]) -> Result<&'d [u8], StampError> {
    let mut response = expect(&mut response, SEQUENCE)?;
    let mut status = expect(&mut response, SEQUENCE)?;
    // Granted, or granted with modifications.
    match expect(&mut status, INTEGER)? {
        [0 | 1] => {}
        [other] => return Err(StampError::Rejected(*other)),
        _ => return Err(StampError::Malformed),
    }
    let token = take(&mut response)?;
    let mut info = signed_content(token.content)?;
    let mut info = expect(&mut info, SEQUENCE)?;
    take(&mut info)?; // version
    take(&mut info)?; // policy
    let mut found = expect(&mut info, SEQUENCE)?;
    take(&mut found)?; // algorithm: one that makes these 32 bytes
    if expect(&mut found, OCTETS)? != imprint {
        return Err(StampError::Other("imprint"));
    }
    take(&mut info)?; // serial number
    take(&mut info)?; // time
    while !info.is_empty() {
        let value = take(&mut info)?;
        if value.tag == INTEGER {
            return if value.content == nonce { Ok(token.whole) } else { Err(StampError::Other("nonce")) };
        }
    }
    Err(StampError::Other("nonce"))
}

/// The content of a signed message (RFC 5652): through `ContentInfo`, `SignedData` and `EncapsulatedContentInfo`.
fn signed_content(mut token: &[u8]) -> Result<&[u8], StampError> {
    take(&mut token)?; // that it is signed data
    let mut explicit = expect(&mut token, EXPLICIT)?;
    let mut signed = expect(&mut explicit, SEQUENCE)?;
    take(&mut signed)?; // version
    take(&mut signed)?; // digest algorithms
    let mut encapsulated = expect(&mut signed, SEQUENCE)?;
    take(&mut encapsulated)?; // that it is a time stamp's information
    let mut explicit = expect(&mut encapsulated, EXPLICIT)?;
    expect(&mut explicit, OCTETS)
}

#[cfg(test)]
mod tests;
