//! Sign-ins of members: sessions and passkeys.

use protocol::staff::SessionStage;
use protocol::{Bytes, MemberId, UnixSeconds};
use seal::Digest;
use serde_json::json;

use crate::acts::{Kind, NewAct, Stamp, record};
use crate::db::Link;
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// How old the note of a session's last use may become before it is written again, in seconds. Bounds what a
/// session costs in writes, and how early idling can be noticed.
const SEEN_GRAIN: i64 = 15;

/// A member's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token in the member's cookie.
    pub token_sha256: Digest,
    /// Whose it is.
    pub member: MemberId,
    /// What it still owes.
    pub stage: SessionStage,
    /// When it began.
    pub created_at: UnixSeconds,
    /// When it was last used, up to 15 seconds early.
    pub seen_at: UnixSeconds,
    /// When it ends whatever happens.
    pub expires_at: UnixSeconds,
}

/// The sessions.
pub struct Sessions<'s>(pub(crate) &'s Store);

impl Sessions<'_> {
    /// Begins a session.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when the member was revoked meanwhile; when the database fails.
    pub async fn create(&self, session: Session) -> Result<(), Error> {
        self.0
            .write("sessions.create", session, |link, session| {
                Box::pin(async move {
                    let insert = sql("INSERT INTO sessions (token_hash, member, stage, created_at, seen_at, expires_at) \
                                      SELECT $1, id, $3, $4, $5, $6 FROM members WHERE id = $2 AND state = 'active'")
                        .bind(session.token_sha256)
                        .bind(session.member)
                        .bind(session.stage)
                        .bind(session.created_at)
                        .bind(session.seen_at)
                        .bind(session.expires_at);
                    if link.execute(insert).await? == 0 {
                        return Err(Error::NotFound("member"));
                    }
                    record(link, [started(session.member, session.stage, session.created_at)]).await
                })
            })
            .await
    }

    /// The session of a token, if it has neither expired nor been idle for longer than `idle` seconds. Notes that
    /// it is being used.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn touch(
        &self,
        token_sha256: Digest,
        now: UnixSeconds,
        idle: i64,
    ) -> Result<Option<Session>, Error> {
        let query = sql("SELECT token_hash, member, stage, created_at, seen_at, expires_at FROM sessions \
                         WHERE token_hash = $1 AND expires_at > $2 AND seen_at > $3");
        let query = query.bind(token_sha256).bind(now).bind(now - idle);
        let Some(row) = self.0.read("sessions.touch").await?.optional(query).await? else { return Ok(None) };
        let session = session_from_row(&row)?;
        if now - session.seen_at < SEEN_GRAIN {
            return Ok(Some(session));
        }
        let still_there = self
            .0
            .write("sessions.touch", (token_sha256, now), |link, (token, now)| {
                Box::pin(async move {
                    let update = sql("UPDATE sessions SET seen_at = $1 WHERE token_hash = $2");
                    Ok(link.execute(update.bind(now).bind(token)).await? == 1)
                })
            })
            .await?;
        Ok(still_there.then_some(Session { seen_at: now, ..session }))
    }

    /// Moves a session on to another stage under a new token: what was known of it before is worth nothing now.
    /// Answers whether there was such a session.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn promote(
        &self,
        token_sha256: Digest,
        new_token_sha256: Digest,
        stage: SessionStage,
        now: UnixSeconds,
    ) -> Result<bool, Error> {
        self.0
            .write(
                "sessions.promote",
                (token_sha256, new_token_sha256, stage, now),
                |link, (old, new, stage, now)| {
                    Box::pin(async move {
                        let update = sql("UPDATE sessions SET token_hash = $1, stage = $2, seen_at = $3 \
                                      WHERE token_hash = $4 AND expires_at > $3 RETURNING member");
                        let update = update.bind(new).bind(*stage).bind(now).bind(old);
                        let Some(row) = link.optional(update).await? else { return Ok(false) };
                        record(link, [started(row.get("member")?, *stage, *now)]).await?;
                        Ok(true)
                    })
                },
            )
            .await
    }

    /// Ends a session. Answers whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn delete(&self, token_sha256: Digest, now: UnixSeconds) -> Result<bool, Error> {
        self.0
            .write("sessions.delete", (token_sha256, now), |link, (token, now)| {
                Box::pin(async move {
                    let delete = sql("DELETE FROM sessions WHERE token_hash = $1").push(ENDED);
                    let Some(row) = link.optional(delete.bind(token)).await? else { return Ok(false) };
                    let member = row.get("member")?;
                    record(link, [ended(&row, Stamp::member(member, *now))?]).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Ends all sessions of a member. Answers how many there were.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn delete_for_member(&self, member: MemberId, stamp: Stamp) -> Result<u64, Error> {
        self.0
            .write("sessions.delete_for_member", (member, stamp), |link, (member, stamp)| {
                Box::pin(end_sessions(link, *member, *stamp))
            })
            .await
    }
}

pub(crate) async fn end_sessions(link: &mut Link, member: MemberId, stamp: Stamp) -> Result<u64, Error> {
    let rows = link.all(sql("DELETE FROM sessions WHERE member = $1").bind(member).push(ENDED)).await?;
    let acts = rows.iter().map(|row| ended(row, stamp)).collect::<Result<Vec<_>, _>>()?;
    record(link, acts).await?;
    Ok(rows.len() as u64)
}

fn started(member: MemberId, stage: SessionStage, at: UnixSeconds) -> NewAct {
    NewAct::new(Kind::SessionStarted, Stamp::member(member, at)).detail(json!({ "stage": stage }))
}

/// Whose a session was that has just been deleted.
const ENDED: &str = " RETURNING member, (SELECT desk FROM members WHERE id = sessions.member) AS desk";

fn ended(row: &Row, stamp: Stamp) -> Result<NewAct, Error> {
    let (member, desk): (MemberId, String) = (row.get("member")?, row.get("desk")?);
    Ok(NewAct::new(Kind::SessionEnded, stamp).detail(json!({ "desk": desk, "member": member })))
}

fn session_from_row(row: &Row) -> Result<Session, Error> {
    Ok(Session {
        token_sha256: row.get("token_hash")?,
        member: row.get("member")?,
        stage: row.get("stage")?,
        created_at: row.get("created_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
    })
}

/// A passkey of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The credential id.
    pub credential: Bytes,
    /// Whose it is.
    pub member: MemberId,
    /// What its owner calls it.
    pub label: String,
    /// What the WebAuthn library keeps of it, as JSON: public key and counter.
    pub record: String,
    /// The member's seed, wrapped to the identity that this passkey's PRF yields, where it has one.
    pub vault: Option<Bytes>,
    /// When it was registered.
    pub created_at: UnixSeconds,
    /// When it was last used.
    pub used_at: Option<UnixSeconds>,
}

/// The passkeys of members.
pub struct Passkeys<'s>(pub(crate) &'s Store);

impl Passkeys<'_> {
    /// Registers a passkey.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when the credential is registered already; when the database fails.
    pub async fn add(&self, passkey: Passkey, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write("passkeys.add", (passkey, stamp), |link, (passkey, stamp)| {
                Box::pin(async move {
                    let insert =
                        sql("INSERT INTO passkeys (credential, member, label, created_at, vault, record) \
                                      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential) DO NOTHING")
                        .bind(&passkey.credential)
                        .bind(passkey.member)
                        .bind(&passkey.label)
                        .bind(passkey.created_at)
                        .bind(&passkey.vault)
                        .bind(&passkey.record);
                    if link.execute(insert).await? == 0 {
                        return Err(Error::Exists("passkey"));
                    }
                    let detail = json!({ "member": passkey.member });
                    record(link, [NewAct::new(Kind::PasskeyAdded, *stamp).detail(detail)]).await
                })
            })
            .await
    }

    /// The passkeys of a member, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self, member: MemberId) -> Result<Vec<Passkey>, Error> {
        let query =
            sql("SELECT credential, member, label, created_at, used_at, vault, record FROM passkeys \
                         WHERE member = $1 ORDER BY created_at, credential");
        let rows = self.0.read("passkeys.list").await?.all(query.bind(member)).await?;
        rows.iter()
            .map(|row| {
                Ok(Passkey {
                    credential: row.get("credential")?,
                    member: row.get("member")?,
                    label: row.get("label")?,
                    record: row.get("record")?,
                    vault: row.get("vault")?,
                    created_at: row.get("created_at")?,
                    used_at: row.get("used_at")?,
                })
            })
            .collect()
    }

    /// Keeps what the WebAuthn library says after a passkey was used: its counter has moved.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such passkey; when the database fails.
    pub async fn used(&self, credential: Bytes, record: String, now: UnixSeconds) -> Result<(), Error> {
        self.0
            .write("passkeys.used", (credential, record, now), |link, (credential, record, now)| {
                Box::pin(async move {
                    let update = sql("UPDATE passkeys SET record = $1, used_at = $2 WHERE credential = $3");
                    let touched = link.execute(update.bind(record).bind(now).bind(credential)).await?;
                    if touched == 1 { Ok(()) } else { Err(Error::NotFound("passkey")) }
                })
            })
            .await
    }
}
