//! Members of desks, and the invites by which they become such.

use protocol::{Bytes, MemberId, Role, UnixSeconds};
use seal::{Digest, PublicIdentity};
use serde_json::json;

use crate::acts::{Kind, NewAct, Stamp, record};
use crate::db::Link;
use crate::desks::{add_grant, remove_grants};
use crate::sessions::end_sessions;
use crate::sql::{Row, Sql, sql};
use crate::{Error, Store, quarantine};

/// A member of a desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their sign-in name.
    pub login: String,
    /// Their name, as colleagues read it.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// The slug of their desk.
    pub desk: String,
    /// Their OPAQUE registration record.
    pub opaque_record: Bytes,
    /// Their seed, wrapped to the identity that their OPAQUE export key yields.
    pub vault: Bytes,
    /// Their public identity.
    pub identity: PublicIdentity,
    /// Whether they can still sign in.
    pub active: bool,
    /// Whether they have a passkey.
    pub has_passkey: bool,
    /// When they joined.
    pub created_at: UnixSeconds,
}

const SELECT: &str = "SELECT id, login, name, role, desk, state, created_at, opaque_record, vault, public_identity, \
     (SELECT COUNT(*) FROM passkeys WHERE passkeys.member = members.id) AS passkeys FROM members";

impl Member {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let state: String = row.get("state")?;
        let passkeys: i64 = row.get("passkeys")?;
        Ok(Self {
            id: row.get("id")?,
            login: row.get("login")?,
            name: row.get("name")?,
            role: row.get("role")?,
            desk: row.get("desk")?,
            opaque_record: row.get("opaque_record")?,
            vault: row.get("vault")?,
            identity: row.get("public_identity")?,
            active: state == "active",
            has_passkey: passkeys > 0,
            created_at: row.get("created_at")?,
        })
    }
}

/// A person about to become a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Their id, newly drawn.
    pub id: MemberId,
    /// Their OPAQUE registration record.
    pub opaque_record: Bytes,
    /// Their seed, wrapped to the identity that their OPAQUE export key yields.
    pub vault: Bytes,
    /// Their public identity.
    pub identity: PublicIdentity,
    /// The desk's seed, wrapped to them; for roles that read content.
    pub grant: Option<Bytes>,
}

/// The place a new member takes: what an invite says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The slug of the desk.
    pub desk: String,
    /// The sign-in name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What they will be.
    pub role: Role,
}

/// The members of all desks.
pub struct Members<'s>(pub(crate) &'s Store);

impl Members<'_> {
    /// Adds a member without an invite: the first of a desk.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when the sign-in name is taken; when the database fails.
    pub async fn create(&self, post: Post, member: NewMember, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write("members.create", (post, member, stamp), |link, (post, member, stamp)| {
                Box::pin(add_member(link, post, member, *stamp))
            })
            .await
    }

    /// The member with this sign-in name, revoked or not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn by_login(&self, login: &str) -> Result<Option<Member>, Error> {
        self.find("members.by_login", sql(SELECT).push(" WHERE login = ").push_bind(login)).await
    }

    /// The member with this id, revoked or not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn by_id(&self, id: MemberId) -> Result<Option<Member>, Error> {
        self.find("members.by_id", sql(SELECT).push(" WHERE id = ").push_bind(id)).await
    }

    async fn find(&self, name: &'static str, query: Sql) -> Result<Option<Member>, Error> {
        self.0.read(name).await?.optional(query).await?.as_ref().map(Member::from_row).transpose()
    }

    /// All members of a desk, revoked ones too, because their signatures stand on old items.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self, desk: &str) -> Result<Vec<Member>, Error> {
        let query = sql(SELECT).push(" WHERE desk = ").push_bind(desk).push(" ORDER BY name, id");
        self.0.read("members.list").await?.all(query).await?.iter().map(Member::from_row).collect()
    }

    /// Gives a member another role. A role that reads no content takes their wraps away with it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] for a member that is unknown or revoked; when the database fails.
    pub async fn set_role(&self, id: MemberId, role: Role, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write("members.set_role", (id, role, stamp), |link, (id, role, stamp)| {
                Box::pin(async move {
                    let update = sql("UPDATE members SET role = $1 WHERE id = $2 AND state = 'active' \
                                      RETURNING desk");
                    let row = link.one(update.bind(*role).bind(*id), "member").await?;
                    if !role.reads_content() {
                        remove_grants(link, *id, *stamp).await?;
                    }
                    quarantine::end_releases(link, *id, Some(*role), stamp.at).await?;
                    let desk: String = row.get("desk")?;
                    let detail = json!({ "desk": desk, "member": id, "role": role });
                    record(link, [NewAct::new(Kind::MemberChanged, *stamp).detail(detail)]).await
                })
            })
            .await
    }

    /// Revokes a member at once: their sessions end and their wraps go, in the same transaction. What is assigned
    /// to them stays so until somebody else takes it. Answers whether they were active.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke(&self, id: MemberId, stamp: Stamp) -> Result<bool, Error> {
        self.0
            .write("members.revoke", (id, stamp), |link, (id, stamp)| {
                Box::pin(async move {
                    let update =
                        sql("UPDATE members SET state = 'revoked' WHERE id = $1 AND state = 'active' \
                                      RETURNING desk");
                    let revoked = link.optional(update.bind(*id)).await?;
                    end_sessions(link, *id, *stamp).await?;
                    remove_grants(link, *id, *stamp).await?;
                    quarantine::end_releases(link, *id, None, stamp.at).await?;
                    if let Some(row) = &revoked {
                        let desk: String = row.get("desk")?;
                        let detail = json!({ "desk": desk, "member": id, "state": "revoked" });
                        record(link, [NewAct::new(Kind::MemberChanged, *stamp).detail(detail)]).await?;
                    }
                    Ok(revoked.is_some())
                })
            })
            .await
    }
}

async fn add_member(link: &mut Link, post: &Post, member: &NewMember, stamp: Stamp) -> Result<(), Error> {
    let insert = sql("INSERT INTO members \
                      (id, login, name, role, desk, state, created_at, opaque_record, vault, public_identity) \
                      VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $9)")
        .bind(member.id)
        .bind(&post.login)
        .bind(&post.name)
        .bind(post.role)
        .bind(&post.desk)
        .bind(stamp.at)
        .bind(&member.opaque_record)
        .bind(&member.vault)
        .bind(&member.identity);
    link.execute(insert)
        .await
        .map_err(|error| if error.is_duplicate() { Error::Exists("sign-in name") } else { error })?;
    let detail = json!({ "member": member.id, "desk": post.desk, "role": post.role });
    record(link, [NewAct::new(Kind::MemberChanged, stamp).detail(detail)]).await?;
    match &member.grant {
        Some(wrap) => add_grant(link, &post.desk, member.id, wrap, stamp).await,
        None => Ok(()),
    }
}

/// A person has been asked to join a desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Invite {
    /// SHA-256 of the code that the person was given.
    pub code_sha256: Digest,
    /// The place they are to take.
    pub post: Post,
    /// The desk's seed, wrapped to the identity that the code yields.
    pub wrap: Option<Bytes>,
    /// After this it is void.
    pub expires_at: UnixSeconds,
}

/// The invites that are out.
pub struct Invites<'s>(pub(crate) &'s Store);

impl Invites<'_> {
    /// Makes an invite. The sign-in name is set aside: no other invite that still holds may have it.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when the sign-in name is taken or set aside; when the database fails.
    pub async fn create(&self, invite: Invite, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write("invites.create", (invite, stamp), |link, (invite, stamp)| {
                Box::pin(add_invite(link, invite, *stamp))
            })
            .await
    }

    /// What an invite says, without using it up.
    ///
    /// # Errors
    ///
    /// [`Error::InviteSpent`] when it is unknown, used or expired; when the database fails.
    pub async fn peek(&self, code_sha256: Digest, now: UnixSeconds) -> Result<Invite, Error> {
        let query = sql("SELECT code_hash, desk, role, login, name, expires_at, wrap FROM invites \
                         WHERE code_hash = $1 AND taken_at IS NULL AND expires_at > $2");
        let row = self.0.read("invites.peek").await?.optional(query.bind(code_sha256).bind(now)).await?;
        let row = row.ok_or(Error::InviteSpent)?;
        Ok(Invite {
            code_sha256: row.get("code_hash")?,
            post: post_from_row(&row)?,
            wrap: row.get("wrap")?,
            expires_at: row.get("expires_at")?,
        })
    }

    /// Uses an invite up and makes the member, in one transaction: of two who try, one succeeds.
    /// Answers the place they have taken.
    ///
    /// # Errors
    ///
    /// [`Error::InviteSpent`] when the invite is unknown, used or expired; [`Error::Exists`] when the sign-in name
    /// has been taken since; when the database fails.
    pub async fn redeem(
        &self,
        code_sha256: Digest,
        member: NewMember,
        now: UnixSeconds,
    ) -> Result<Post, Error> {
        self.0
            .write("invites.redeem", (code_sha256, member, now), |link, (code, member, now)| {
                Box::pin(async move {
                    // The wrap to the code has served its purpose; what the code opens should not lie about.
                    let take = sql("UPDATE invites SET taken_at = $1, wrap = NULL \
                                    WHERE code_hash = $2 AND taken_at IS NULL AND expires_at > $1 \
                                    RETURNING desk, role, login, name");
                    let row = link.optional(take.bind(now).bind(code)).await?.ok_or(Error::InviteSpent)?;
                    let post = post_from_row(&row)?;
                    add_member(link, &post, member, Stamp::member(member.id, *now)).await?;
                    Ok(post)
                })
            })
            .await
    }
}

async fn add_invite(link: &mut Link, invite: &Invite, stamp: Stamp) -> Result<(), Error> {
    let taken = sql("SELECT 1 AS taken FROM members WHERE login = $1 UNION ALL \
                     SELECT 1 AS taken FROM invites WHERE login = $1 AND taken_at IS NULL AND expires_at > $2");
    if link.optional(taken.bind(&invite.post.login).bind(stamp.at)).await?.is_some() {
        return Err(Error::Exists("sign-in name"));
    }
    let insert =
        sql("INSERT INTO invites (code_hash, desk, role, login, name, created_at, expires_at, wrap) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(invite.code_sha256)
        .bind(&invite.post.desk)
        .bind(invite.post.role)
        .bind(&invite.post.login)
        .bind(&invite.post.name)
        .bind(stamp.at)
        .bind(invite.expires_at)
        .bind(&invite.wrap);
    link.execute(insert)
        .await
        .map_err(|error| if error.is_duplicate() { Error::Exists("invite") } else { error })?;
    let detail = json!({ "desk": invite.post.desk, "role": invite.post.role });
    record(link, [NewAct::new(Kind::InviteMade, stamp).detail(detail)]).await
}

fn post_from_row(row: &Row) -> Result<Post, Error> {
    Ok(Post {
        desk: row.get("desk")?,
        role: row.get("role")?,
        login: row.get("login")?,
        name: row.get("name")?,
    })
}
