//! Desks, and who holds a wrap of a desk's seed.

use protocol::public::DeskKind;
use protocol::{Bytes, MemberId, UnixSeconds};
use seal::PublicIdentity;
use serde_json::json;

use crate::acts::{Kind, NewAct, Stamp, record};
use crate::db::Link;
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// A desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk {
    /// Its short name in URLs.
    pub slug: String,
    /// Its name as people read it.
    pub name: String,
    /// Whose desk it is.
    pub kind: DeskKind,
    /// The identity that reports are wrapped to.
    pub identity: PublicIdentity,
    /// When it was made.
    pub created_at: UnixSeconds,
}

impl Desk {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            slug: row.get("slug")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            identity: row.get("public_identity")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// The desks of the instance.
pub struct Desks<'s>(pub(crate) &'s Store);

impl Desks<'_> {
    /// Adds a desk.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when the slug is taken; when the database fails.
    pub async fn create(&self, desk: Desk, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write("desks.create", (desk, stamp), |link, (desk, stamp)| {
                Box::pin(async move {
                    let insert = sql("INSERT INTO desks (slug, name, kind, created_at, public_identity) \
                                      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slug) DO NOTHING")
                    .bind(&desk.slug)
                    .bind(&desk.name)
                    .bind(desk.kind)
                    .bind(desk.created_at)
                    .bind(&desk.identity);
                    if link.execute(insert).await? == 0 {
                        return Err(Error::Exists("desk"));
                    }
                    record(
                        link,
                        [NewAct::new(Kind::DeskCreated, *stamp).detail(json!({ "desk": desk.slug }))],
                    )
                    .await
                })
            })
            .await
    }

    /// All desks, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Desk>, Error> {
        let query =
            sql("SELECT slug, name, kind, created_at, public_identity FROM desks ORDER BY created_at, slug");
        self.0.read("desks.list").await?.all(query).await?.iter().map(Desk::from_row).collect()
    }

    /// The desk of this slug.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn by_slug(&self, slug: &str) -> Result<Option<Desk>, Error> {
        let query =
            sql("SELECT slug, name, kind, created_at, public_identity FROM desks WHERE slug = $1").bind(slug);
        self.0.read("desks.by_slug").await?.optional(query).await?.as_ref().map(Desk::from_row).transpose()
    }
}

/// Wraps of desks' seeds: who holds one can read the desk.
pub struct Grants<'s>(pub(crate) &'s Store);

impl Grants<'_> {
    /// Gives a member a wrap of a desk's seed, in place of one they may have.
    ///
    /// # Errors
    ///
    /// When the desk or the member does not exist; when the database fails.
    pub async fn add(&self, desk: &str, member: MemberId, wrap: Bytes, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write(
                "grants.add",
                (desk.to_owned(), member, wrap, stamp),
                |link, (desk, member, wrap, stamp)| Box::pin(add_grant(link, desk, *member, wrap, *stamp)),
            )
            .await
    }

    /// Takes a member's wrap of a desk's seed away. Answers whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove(&self, desk: &str, member: MemberId, stamp: Stamp) -> Result<bool, Error> {
        self.0
            .write("grants.remove", (desk.to_owned(), member, stamp), |link, (desk, member, stamp)| {
                Box::pin(async move {
                    let delete =
                        sql("DELETE FROM grants WHERE desk = $1 AND member = $2").bind(desk).bind(member);
                    let removed = link.execute(delete).await? == 1;
                    if removed {
                        record(link, [grant_act(Kind::GrantRemoved, *stamp, desk, *member)]).await?;
                    }
                    Ok(removed)
                })
            })
            .await
    }

    /// The wrap that a member holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn get(&self, desk: &str, member: MemberId) -> Result<Option<Bytes>, Error> {
        let query = sql("SELECT wrap FROM grants WHERE desk = $1 AND member = $2").bind(desk).bind(member);
        self.0.read("grants.get").await?.optional(query).await?.map(|row| row.get("wrap")).transpose()
    }
}

pub(crate) async fn add_grant(
    link: &mut Link,
    desk: &str,
    member: MemberId,
    wrap: &Bytes,
    stamp: Stamp,
) -> Result<(), Error> {
    let insert = sql("INSERT INTO grants (desk, member, created_at, wrap) VALUES ($1, $2, $3, $4) \
                      ON CONFLICT (desk, member) DO UPDATE SET wrap = excluded.wrap, created_at = excluded.created_at");
    link.execute(insert.bind(desk).bind(member).bind(stamp.at).bind(wrap)).await?;
    record(link, [grant_act(Kind::GrantAdded, stamp, desk, member)]).await
}

/// Removes every wrap that a member holds.
pub(crate) async fn remove_grants(link: &mut Link, member: MemberId, stamp: Stamp) -> Result<(), Error> {
    let rows = link.all(sql("DELETE FROM grants WHERE member = $1 RETURNING desk").bind(member)).await?;
    let desks = rows.iter().map(|row| row.get("desk")).collect::<Result<Vec<String>, _>>()?;
    record(link, desks.iter().map(|desk| grant_act(Kind::GrantRemoved, stamp, desk, member))).await
}

fn grant_act(kind: Kind, stamp: Stamp, desk: &str, member: MemberId) -> NewAct {
    NewAct::new(kind, stamp).detail(json!({ "desk": desk, "member": member }))
}
