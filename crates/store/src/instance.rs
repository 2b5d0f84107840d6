//! What an instance as a whole keeps: its keys and settings that are made once, and things that expire.

use protocol::UnixSeconds;
use seal::Digest;
use serde_json::json;

use crate::acts::{Kind, NewAct, Stamp, record};
use crate::db::Link;
use crate::sql::sql;
use crate::{Error, Store};

/// Values of the instance, by key.
pub struct Instance<'s>(pub(crate) &'s Store);

impl Instance<'_> {
    /// The value of a key.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let query = sql("SELECT value FROM instance WHERE key = $1").bind(key);
        self.0.read("instance.get").await?.optional(query).await?.map(|row| row.get("value")).transpose()
    }

    /// Sets a key that has no value yet. Answers the value it has now: two processes that start at the same
    /// moment go on with the same one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn put_if_absent(&self, key: &str, value: Vec<u8>) -> Result<Vec<u8>, Error> {
        self.0
            .write("instance.put_if_absent", (key.to_owned(), value), |link, (key, value)| {
                Box::pin(async move {
                    let insert =
                        sql("INSERT INTO instance (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
                    link.execute(insert.bind(key).bind(value)).await?;
                    let query = sql("SELECT value FROM instance WHERE key = $1").bind(key);
                    link.one(query, "instance value").await?.get("value")
                })
            })
            .await
    }

    /// Remembers the settings in force, by section, each as the digest of what it says. Of a section that was another
    /// before, every desk's auditors are told on record. Answers the names of those sections.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn settings_in_force(
        &self,
        sections: Vec<(&'static str, Digest)>,
        stamp: Stamp,
    ) -> Result<Vec<&'static str>, Error> {
        self.0
            .write("instance.settings_in_force", (sections, stamp), |link, (sections, stamp)| {
                Box::pin(async move {
                    let mut changed = Vec::new();
                    for (section, digest) in sections {
                        if remember(link, section, digest).await? {
                            changed.push((*section, *digest));
                        }
                    }
                    if !changed.is_empty() {
                        tell_desks(link, &changed, *stamp).await?;
                    }
                    Ok(changed.into_iter().map(|(section, _)| section).collect())
                })
            })
            .await
    }
}

/// Puts on record, for each desk, which sections of the settings are others now.
async fn tell_desks(link: &mut Link, changed: &[(&'static str, Digest)], stamp: Stamp) -> Result<(), Error> {
    let desks = link.all(sql("SELECT slug FROM desks ORDER BY slug")).await?;
    let desks: Vec<String> = desks.iter().map(|row| row.get("slug")).collect::<Result<_, _>>()?;
    for (section, digest) in changed {
        let acts = desks.iter().map(|desk| {
            let act = NewAct::new(Kind::PolicyChanged, stamp).digest(*digest);
            act.detail(json!({ "desk": desk, "section": section }))
        });
        record(link, acts.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Keeps what a section of the settings says. Answers whether it said something else before; of the first time there is
/// nothing to tell.
async fn remember(link: &mut Link, section: &str, digest: &Digest) -> Result<bool, Error> {
    let key = format!("settings.{section}");
    let query = sql("SELECT value FROM instance WHERE key = $1").bind(&key);
    let before: Option<Vec<u8>> = link.optional(query).await?.map(|row| row.get("value")).transpose()?;
    if before.as_deref() == Some(digest.as_bytes().as_slice()) {
        return Ok(false);
    }
    let upsert = sql("INSERT INTO instance (key, value) VALUES ($1, $2) \
                      ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    link.execute(upsert.bind(&key).bind(digest.as_bytes().to_vec())).await?;
    Ok(before.is_some())
}

/// A key that drafts of the route without JavaScript are sealed under, itself sealed by the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftKey {
    /// Which key: later ones have higher numbers.
    pub epoch: i64,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When the last draft sealed under it has expired.
    pub expires_at: UnixSeconds,
    /// The key, sealed by the caller.
    pub sealed: protocol::Bytes,
}

/// The keys of drafts.
pub struct DraftKeys<'s>(pub(crate) &'s Store);

impl DraftKeys<'_> {
    /// All keys that are still of use, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn current(&self, now: UnixSeconds) -> Result<Vec<DraftKey>, Error> {
        let query = sql("SELECT epoch, created_at, expires_at, sealed FROM draft_keys \
                         WHERE expires_at > $1 ORDER BY epoch DESC");
        let rows = self.0.read("draft_keys.current").await?.all(query.bind(now)).await?;
        rows.iter()
            .map(|row| {
                Ok(DraftKey {
                    epoch: row.get("epoch")?,
                    created_at: row.get("created_at")?,
                    expires_at: row.get("expires_at")?,
                    sealed: row.get("sealed")?,
                })
            })
            .collect()
    }

    /// Adds the key of an epoch and removes those that expired. Answers false when another process has added one
    /// for this epoch first: read [`Self::current`] again then.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rotate(&self, key: DraftKey) -> Result<bool, Error> {
        self.0
            .write("draft_keys.rotate", key, |link, key| {
                Box::pin(async move {
                    let expire = sql("DELETE FROM draft_keys WHERE expires_at <= $1");
                    link.execute(expire.bind(key.created_at)).await?;
                    let insert = sql("INSERT INTO draft_keys (epoch, created_at, expires_at, sealed) \
                                      VALUES ($1, $2, $3, $4) ON CONFLICT (epoch) DO NOTHING")
                    .bind(key.epoch)
                    .bind(key.created_at)
                    .bind(key.expires_at)
                    .bind(&key.sealed);
                    Ok(link.execute(insert).await? == 1)
                })
            })
            .await
    }
}

/// Values that are used once: nonces of signed requests, solved challenges.
pub struct Nonces<'s>(pub(crate) &'s Store);

impl Nonces<'_> {
    /// Spends a nonce, given by its digest. Answers false when it was spent before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn spend(&self, nonce: Digest, expires_at: UnixSeconds) -> Result<bool, Error> {
        self.0
            .write("nonces.spend", (nonce, expires_at), |link, (nonce, expires_at)| {
                Box::pin(async move {
                    let insert = sql("INSERT INTO spent_nonces (nonce, expires_at) VALUES ($1, $2) \
                                      ON CONFLICT (nonce) DO NOTHING");
                    Ok(link.execute(insert.bind(nonce).bind(expires_at)).await? == 1)
                })
            })
            .await
    }
}

/// What the server must remember between two requests of one exchange, and give out once: the state of a sign-in,
/// a WebAuthn challenge.
pub struct Pending<'s>(pub(crate) &'s Store);

impl Pending<'_> {
    /// Keeps `data` under a key, given by its digest.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when the key is in use; when the database fails.
    pub async fn put(
        &self,
        key: Digest,
        purpose: &'static str,
        data: Vec<u8>,
        expires_at: UnixSeconds,
    ) -> Result<(), Error> {
        self.0
            .write(
                "pending.put",
                (key, purpose, data, expires_at),
                |link, (key, purpose, data, expires_at)| {
                    Box::pin(async move {
                        let insert = sql(
                            "INSERT INTO pending (key, purpose, expires_at, data) VALUES ($1, $2, $3, $4) \
                                      ON CONFLICT (key) DO NOTHING",
                        );
                        let insert = insert.bind(key).bind(*purpose).bind(expires_at).bind(data);
                        if link.execute(insert).await? == 1 {
                            Ok(())
                        } else {
                            Err(Error::Exists("pending exchange"))
                        }
                    })
                },
            )
            .await
    }

    /// Gives out what was kept for this purpose, once, unless it has expired.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take(
        &self,
        key: Digest,
        purpose: &'static str,
        now: UnixSeconds,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.0
            .write("pending.take", (key, purpose, now), |link, (key, purpose, now)| {
                Box::pin(async move {
                    let delete =
                        sql("DELETE FROM pending WHERE key = $1 AND purpose = $2 RETURNING data, expires_at");
                    let Some(row) = link.optional(delete.bind(key).bind(*purpose)).await? else {
                        return Ok(None);
                    };
                    let expires_at: i64 = row.get("expires_at")?;
                    if expires_at > *now { row.get("data").map(Some) } else { Ok(None) }
                })
            })
            .await
    }
}
