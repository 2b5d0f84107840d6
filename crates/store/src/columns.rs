//! How the domain's types look in columns: identifiers and digests as bytes, words as text.

use protocol::public::DeskKind;
use protocol::quarantine::{HashKind, HashListId};
use protocol::staff::{ReportState, SessionStage};
use protocol::{MemberId, Role};
use seal::{Digest, ItemId, ItemKind, LookupHash, PublicIdentity, ReportId, Signature, VerifyingKey};

use crate::Error;
use crate::sql::{FromColumn, Row, ToColumn, Value};

/// Stores a newtype over a byte array as its bytes.
macro_rules! bytes_column {
    ($($type:ty),+ $(,)?) => {$(
        impl ToColumn for $type {
            fn to_column(&self) -> Value {
                self.as_bytes().as_slice().to_column()
            }

            fn null() -> Value {
                <[u8]>::null()
            }
        }

        impl FromColumn for $type {
            fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
                let bytes: Option<Vec<u8>> = row.get(column)?;
                bytes
                    .map(|bytes| bytes.try_into().map(Self::from_bytes).map_err(|_| Error::Column { column }))
                    .transpose()
            }
        }
    )+};
}

bytes_column!(ReportId, ItemId, MemberId, Digest, LookupHash, VerifyingKey, Signature, HashListId);
bytes_column!(crate::objects::ObjectName, crate::uploads::UploadKey);

/// Stores an enumeration as the word that serde and `as_str` agree on.
macro_rules! word_column {
    ($($type:ty),+ $(,)?) => {$(
        impl ToColumn for $type {
            fn to_column(&self) -> Value {
                self.as_str().to_column()
            }

            fn null() -> Value {
                str::null()
            }
        }

        impl FromColumn for $type {
            fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
                let word: Option<String> = row.get(column)?;
                word.map(|word| {
                    serde_json::from_value(serde_json::Value::String(word)).map_err(|_| Error::Column { column })
                })
                .transpose()
            }
        }
    )+};
}

word_column!(Role, DeskKind, ReportState, ItemKind, HashKind);

impl ToColumn for SessionStage {
    fn to_column(&self) -> Value {
        match self {
            Self::PasskeyOwed => "passkey_owed",
            Self::PasskeySetup => "passkey_setup",
            Self::Full => "full",
        }
        .to_column()
    }

    fn null() -> Value {
        str::null()
    }
}

impl FromColumn for SessionStage {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        let word: Option<String> = row.get(column)?;
        word.map(|word| match word.as_str() {
            "passkey_owed" => Ok(Self::PasskeyOwed),
            "passkey_setup" => Ok(Self::PasskeySetup),
            "full" => Ok(Self::Full),
            _ => Err(Error::Column { column }),
        })
        .transpose()
    }
}

/// Stores a public identity as the JSON that it travels in.
impl ToColumn for PublicIdentity {
    fn to_column(&self) -> Value {
        // Two strings: serialising them cannot fail.
        Value::Text(serde_json::to_string(self).ok())
    }

    fn null() -> Value {
        str::null()
    }
}

impl FromColumn for PublicIdentity {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        let json: Option<String> = row.get(column)?;
        json.map(|json| serde_json::from_str(&json).map_err(|_| Error::Column { column })).transpose()
    }
}

impl ToColumn for protocol::Bytes {
    fn to_column(&self) -> Value {
        self.as_slice().to_column()
    }

    fn null() -> Value {
        <[u8]>::null()
    }
}

impl FromColumn for protocol::Bytes {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        Ok(row.get::<Option<Vec<u8>>>(column)?.map(Self))
    }
}

/// Sizes and counts. Both databases store them signed; none here comes near 2⁶³.
impl ToColumn for u64 {
    fn to_column(&self) -> Value {
        Value::Int(i64::try_from(*self).ok())
    }

    fn null() -> Value {
        i64::null()
    }
}

impl FromColumn for u64 {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        let number: Option<i64> = row.get(column)?;
        number.map(|number| Self::try_from(number).map_err(|_| Error::Column { column })).transpose()
    }
}
