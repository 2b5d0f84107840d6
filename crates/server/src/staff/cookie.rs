//! The session's token and the cookie that carries it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use seal::Digest;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// `__Host-` makes browsers insist on `Secure`, on this host alone and on the whole of it (RFC 6265bis 4.1.3.2).
const NAME: &str = "__Host-safehand";
const LENGTH: usize = 32;

/// What a signed-in browser holds: 32 random bytes. The store keeps only their SHA-256.
pub(super) struct Token(Zeroizing<[u8; LENGTH]>);

impl Token {
    pub(super) fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut()).map_err(Error::internal)?;
        Ok(Self(bytes))
    }

    /// The token of a request, if it carries one.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let text = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(name, value)| (name == NAME).then_some(value))?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// What the store knows it by.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(self.0.as_slice())
    }

    /// The header that puts it into the browser. Without an age, so that it ends with the browser.
    pub(super) fn set(&self) -> Result<HeaderValue> {
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()));
        let cookie = Zeroizing::new(format!("{NAME}={}; Path=/; HttpOnly; Secure; SameSite=Strict", *text));
        let mut value = HeaderValue::from_str(&cookie).map_err(Error::internal)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The header that takes it out of the browser.
    pub(super) fn clear() -> HeaderValue {
        HeaderValue::from_static("__Host-safehand=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_the_cookie_it_was_put_in() {
        let token = Token::generate().unwrap();
        let set = token.set().unwrap();
        let (pair, attributes) = set.to_str().unwrap().split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; HttpOnly; Secure; SameSite=Strict");

        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(&format!("other=1; {pair}")).unwrap());
        assert_eq!(Token::of(&headers).unwrap().digest(), token.digest());
        assert!(!format!("{set:?}").contains(pair));
    }

    #[test]
    fn what_is_no_token_is_none() {
        for cookie in ["", "__Host-safehand", "__Host-safehand=AAAA", "__Host-safehand=!", "safehand=AAAA"] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(cookie).unwrap());
            assert!(Token::of(&headers).is_none(), "{cookie}");
        }
        assert!(Token::clear().to_str().unwrap().starts_with(NAME));
    }
}
