//! What others have said of checkpoints: cosignatures of witnesses, tokens of time-stamping authorities.

use ledger::note::SignatureLine;
use ledger::{Hash, Kind};
use protocol::UnixSeconds;
use seal::Digest;
use serde_json::json;

use super::Log;
use crate::Error;
use crate::acts::{NewAct, Stamp, record};
use crate::sql::{Row, sql};

/// A time stamp (RFC 3161) of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointStamp {
    /// The size of the checkpoint.
    pub size: u64,
    /// The root of the checkpoint.
    pub root: Hash,
    /// When it was asked for.
    pub at: UnixSeconds,
    /// The authority's name.
    pub authority: String,
    /// The authority's token, DER. Its imprint is the SHA-256 of the checkpoint's text, which is what is signed.
    pub token: Vec<u8>,
}

impl CheckpointStamp {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            size: row.get("size")?,
            root: row.get("root")?,
            at: row.get("at")?,
            authority: row.get("authority")?,
            token: row.get("token")?,
        })
    }
}

impl Log<'_> {
    /// Keeps a witness's cosignature of the checkpoint of this size. The caller has verified it.
    ///
    /// # Errors
    ///
    /// When there is no such checkpoint; when the database fails.
    pub async fn keep_cosignature(&self, size: u64, line: &SignatureLine) -> Result<(), Error> {
        let args = (size, line.name().to_owned(), line.to_string());
        let kept = self.0.write("log.cosignature", args, |link, (size, witness, line)| {
            Box::pin(async move {
                let insert = sql("INSERT INTO log_cosignatures (size, witness, line) VALUES ($1, $2, $3) \
                                      ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line");
                link.execute(insert.bind(size).bind(witness).bind(line)).await.map(drop)
            })
        });
        kept.await?;
        self.0.room().cosigned().send_if_modified(|newest| {
            let newer = size > *newest;
            *newest = size.max(*newest);
            newer
        });
        Ok(())
    }

    /// The largest size that this witness has cosigned here; 0 for none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn cosigned_by(&self, witness: &str) -> Result<u64, Error> {
        let query = sql("SELECT size FROM log_cosignatures WHERE witness = $1 ORDER BY size DESC LIMIT 1");
        let row = self.0.read("log.cosigned_by").await?.optional(query.bind(witness)).await?;
        row.map_or(Ok(0), |row| row.get("size"))
    }

    /// The size of the newest checkpoint with a cosignature, if it has at least `least` entries.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn cosigned(&self, least: u64) -> Result<Option<u64>, Error> {
        let query = sql("SELECT size FROM log_cosignatures WHERE size >= $1 ORDER BY size DESC LIMIT 1");
        let row = self.0.read("log.cosigned").await?.optional(query.bind(least)).await?;
        row.map(|row| row.get("size")).transpose()
    }

    /// Keeps an authority's stamp of a checkpoint, and puts on record that it was stamped. Answers false when it was
    /// stamped already.
    ///
    /// # Errors
    ///
    /// When there is no such checkpoint; when the database fails.
    pub async fn keep_stamp(&self, stamp: CheckpointStamp) -> Result<bool, Error> {
        self.0
            .write("stamps.keep", stamp, |link, stamp| {
                Box::pin(async move {
                    let insert = sql("INSERT INTO log_stamps (size, root, at, authority, token) \
                                      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size) DO NOTHING")
                    .bind(stamp.size)
                    .bind(stamp.root)
                    .bind(stamp.at)
                    .bind(&stamp.authority)
                    .bind(&stamp.token);
                    if link.execute(insert).await? == 0 {
                        return Ok(false);
                    }
                    let act = NewAct::new(Kind::CheckpointStamped, Stamp::system(stamp.at))
                        .digest(Digest::of(&stamp.token))
                        .detail(json!({
                            "authority": stamp.authority,
                            "root": stamp.root.to_string(),
                            "size": stamp.size,
                        }));
                    record(link, [act]).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// The newest stamp.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn newest_stamp(&self) -> Result<Option<CheckpointStamp>, Error> {
        let query = sql("SELECT size, root, at, authority, token FROM log_stamps ORDER BY size DESC LIMIT 1");
        let row = self.0.read("stamps.newest").await?.optional(query).await?;
        row.as_ref().map(CheckpointStamp::from_row).transpose()
    }

    /// The stamp of the checkpoint of this size.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn stamp_of(&self, size: u64) -> Result<Option<CheckpointStamp>, Error> {
        let query = sql("SELECT size, root, at, authority, token FROM log_stamps WHERE size = $1").bind(size);
        let row = self.0.read("stamps.of").await?.optional(query).await?;
        row.as_ref().map(CheckpointStamp::from_row).transpose()
    }
}
