//! `safehand member`: who belongs to a desk.

use clap::{Args, Subcommand};
use protocol::{Role, UnixSeconds};
use serde::Serialize;
use server::staff::ceremony::{self, Person};
use store::acts::Stamp;

use crate::args::ConfigArgs;
use crate::error::{Error, Result};
use crate::local::{Local, Unlocked};
use crate::output::{self, moment, now};
use crate::prompt::PassphraseArgs;

/// What can be done with members.
#[derive(Debug, Subcommand)]
pub(crate) enum MemberCommand {
    /// Ask a person to join a desk; prints the code to tell them
    Invite(InviteOptions),
    /// List the members of a desk
    List(ListOptions),
    /// End a member's access at once
    Revoke(RevokeOptions),
}

/// Options of `safehand member invite`.
#[derive(Debug, Args)]
#[command(after_help = "\
The code opens the desk's key for the person who joins. Tell it to them in person or by telephone,
never by e-mail.

Example:
  safehand member invite s.jones --name \"Sam Jones\" --role investigator --by r.patel
")]
pub(crate) struct InviteOptions {
    /// The sign-in name that the person will have
    login: String,
    /// Their name, as colleagues read it
    #[arg(long)]
    name: String,
    /// intake, investigator, supervisor, disclosure, auditor, administrator or custodian
    #[arg(long)]
    role: Role,
    /// The sign-in name of the supervisor or administrator who invites them
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `safehand member list`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  safehand member list online-safety --json\n")]
pub(crate) struct ListOptions {
    /// The desk's short name
    desk: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `safehand member revoke`.
#[derive(Debug, Args)]
#[command(after_help = "\
Their sessions end and their copy of the desk's key is deleted. What they have read they have read.

Example:
  safehand member revoke s.jones
")]
pub(crate) struct RevokeOptions {
    /// The member's sign-in name
    login: String,
    #[command(flatten)]
    config: ConfigArgs,
}

/// A member, as scripts read them.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    login: &'a str,
    name: &'a str,
    role: Role,
    active: bool,
    has_passkey: bool,
    created_at: UnixSeconds,
}

/// An invite, as scripts read it.
#[derive(Debug, Serialize)]
struct Invited<'a> {
    code: &'a str,
    expires: UnixSeconds,
}

/// Does what was asked.
pub(crate) async fn run(command: MemberCommand) -> Result<()> {
    match command {
        MemberCommand::Invite(options) => invite(options).await,
        MemberCommand::List(options) => list(options).await,
        MemberCommand::Revoke(options) => revoke(options).await,
    }
}

async fn invite(options: InviteOptions) -> Result<()> {
    let local = Local::open(options.config.config.as_deref()).await?;
    let passphrase = options.passphrase.existing(&options.by)?;
    let Unlocked { member: by, key } = local.unlock(&options.by, &passphrase).await?;
    if !matches!(by.role, Role::Supervisor | Role::Administrator) {
        return Err(Error::MayNot { login: by.login, role: by.role });
    }
    let desk = local.desk(&by.desk).await?;
    let person = Person { login: options.login, name: options.name, role: options.role };
    let expires = now() + local.invite_seconds;
    let code = ceremony::invite(&local.store, &desk, &person, key.as_ref(), expires, now()).await?;
    let text = code.to_text();
    if options.json {
        return output::json(&Invited { code: &text, expires });
    }
    println!("Invite code for {}, good once until {}:\n\n  {}\n", person.name, moment(expires), *text);
    println!("Tell it to them in person or by telephone. They join at /console/join.");
    Ok(())
}

async fn list(options: ListOptions) -> Result<()> {
    let local = Local::open(options.config.config.as_deref()).await?;
    let desk = local.desk(&options.desk).await?;
    let members = local.store.members().list(&desk.slug).await?;
    let listed: Vec<_> = members
        .iter()
        .map(|member| Listed {
            login: &member.login,
            name: &member.name,
            role: member.role,
            active: member.active,
            has_passkey: member.has_passkey,
            created_at: member.created_at,
        })
        .collect();
    if options.json {
        return output::json(&listed);
    }
    for member in &listed {
        let state = if member.active { "active" } else { "revoked" };
        println!("{:<20} {:<14} {state:<8} {}", member.login, member.role.as_str(), member.name);
    }
    Ok(())
}

async fn revoke(options: RevokeOptions) -> Result<()> {
    let local = Local::open(options.config.config.as_deref()).await?;
    let member = local.member(&options.login).await?;
    local.store.members().revoke(member.id, Stamp::system(now())).await?;
    println!("{} can no longer sign in.", member.name);
    Ok(())
}
