//! `safehand desk`: the key ceremony, the list of desks, recovery.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use protocol::Role;
use protocol::public::DeskKind;
use serde::Serialize;
use server::staff::ceremony::{self, DeskPlan, NewDesk, Person};
use store::acts::Stamp;
use store::desks::Desk;

use crate::args::ConfigArgs;
use crate::error::{Error, Result};
use crate::local::Local;
use crate::output::{self, moment, now};
use crate::prompt::PassphraseArgs;
use crate::shares::{self, Split};

/// What can be done with desks.
#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Hold the key ceremony: make a desk, its first supervisor, and its recovery shares
    Create(CreateOptions),
    /// List the desks of this instance
    List(ListOptions),
    /// Give a desk's key to a supervisor again, from the custodians' shares
    Recover(RecoverOptions),
}

/// Options of `safehand desk create`.
#[derive(Debug, Args)]
#[command(after_help = "\
Hold the ceremony with the supervisor and the custodians in the room, on a machine that you trust.

Example:
  safehand desk create online-safety --name \"Online safety desk\" --kind police \\
      --login r.patel --member-name \"Rina Patel\" --shares ceremony --split 3 --of 5
")]
pub(crate) struct CreateOptions {
    /// The desk's short name in addresses: lower-case letters, digits, hyphens
    slug: String,
    /// The desk's name as reporters read it
    #[arg(long)]
    name: String,
    /// Whose desk it is; a charity's desk cannot receive files
    #[arg(long, value_enum)]
    kind: Kind,
    /// The sign-in name of the first supervisor
    #[arg(long)]
    login: String,
    /// The first supervisor's name, as colleagues read it
    #[arg(long, value_name = "NAME")]
    member_name: String,
    /// The folder that the recovery shares are written to, one file for each custodian
    #[arg(long, value_name = "FOLDER", default_value = "shares")]
    shares: PathBuf,
    /// How many shares recover the desk
    #[arg(long = "split", value_name = "K", default_value_t = 2)]
    needed: u8,
    /// How many shares there are
    #[arg(long = "of", value_name = "N", default_value_t = 3)]
    number: u8,
    /// Print no instructions
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `safehand desk list`.
#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `safehand desk recover`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  safehand desk recover online-safety --share a.txt --share b.txt --member r.patel
  safehand desk recover online-safety --share a.txt --share b.txt \\
      --invite s.jones --member-name \"Sam Jones\"
")]
pub(crate) struct RecoverOptions {
    /// The desk's short name
    slug: String,
    /// A custodian's share; give as many as are needed
    #[arg(long = "share", value_name = "FILE", required = true)]
    share_files: Vec<PathBuf>,
    /// Give the key to this member of the desk
    #[arg(long, value_name = "LOGIN", required_unless_present = "invite", conflicts_with = "invite")]
    member: Option<String>,
    /// Invite a new supervisor and give the key to them
    #[arg(long, value_name = "LOGIN", requires = "member_name")]
    invite: Option<String>,
    /// The new supervisor's name, as colleagues read it
    #[arg(long, value_name = "NAME")]
    member_name: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Whose desk it is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Receives files, into quarantine
    Police,
    /// Receives text only
    Charity,
}

impl From<Kind> for DeskKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Police => Self::Police,
            Kind::Charity => Self::Charity,
        }
    }
}

/// A desk, as scripts read it.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    slug: &'a str,
    name: &'a str,
    kind: DeskKind,
    members: usize,
    identity: &'a seal::PublicIdentity,
    created_at: i64,
}

/// Does what was asked.
pub(crate) async fn run(command: DeskCommand) -> Result<()> {
    match command {
        DeskCommand::Create(options) => create(options).await,
        DeskCommand::List(options) => list(options).await,
        DeskCommand::Recover(options) => recover(options).await,
    }
}

async fn create(options: CreateOptions) -> Result<()> {
    let split = Split { needed: options.needed, shares: options.number };
    split.check()?;
    let local = Local::open(options.config.config.as_deref()).await?;
    if local.store.members().by_login(&options.login).await?.is_some() {
        return Err(Error::LoginTaken(options.login));
    }
    std::fs::create_dir_all(&options.shares).map_err(Error::file(&options.shares))?;
    let files = split.files(&options.shares, &options.slug)?;
    let passphrase = options.passphrase.new_one(&options.login)?;

    let plan = DeskPlan {
        slug: options.slug,
        name: options.name,
        kind: options.kind.into(),
        threshold: split.needed,
        custodians: split.shares,
    };
    let NewDesk { desk, key, shares } = ceremony::create_desk(&local.store, plan, now()).await?;
    shares::write(&files, split, &desk, &shares)?;
    let person = Person { login: options.login, name: options.member_name, role: Role::Supervisor };
    ceremony::enrol(&local.store, &local.keys, &desk, &person, &passphrase, Some(&key), now()).await?;
    if !options.quiet {
        instruct(&desk, &person, split, &files);
    }
    Ok(())
}

/// Says aloud what has to happen next.
fn instruct(desk: &Desk, person: &Person, split: Split, files: &[PathBuf]) {
    let Split { needed, shares } = split;
    println!(
        "The desk “{}” is made. {} supervises it and signs in as {}.\n",
        desk.name, person.name, person.login
    );
    println!("Its recovery shares, one for each custodian:");
    for file in files {
        println!("  {}", file.display());
    }
    println!(
        "\nNow, before anybody leaves the room:\n\
         \x20 1. Hand each file to one custodian, on paper or on a stick of its own.\n\
         \x20 2. Let each custodian read the first group of their share aloud, and check it together.\n\
         \x20 3. Delete the files here, and empty the folder.\n\
         \n\
         Any {needed} of the {shares} shares recover the desk when no supervisor can sign in any more.\n\
         With fewer than {needed} left, and no supervisor, everything sealed to the desk is lost for ever.\n\
         \n\
         The desk's signing key, to be printed and published: {}",
        desk.identity.verifying_key
    );
}

async fn list(options: ListOptions) -> Result<()> {
    let local = Local::open(options.config.config.as_deref()).await?;
    let desks = local.store.desks().list().await?;
    let mut listed = Vec::new();
    for desk in &desks {
        let members = local.store.members().list(&desk.slug).await?;
        let members = members.iter().filter(|member| member.active).count();
        let Desk { slug, name, kind, identity, created_at } = desk;
        listed.push(Listed { slug, name, kind: *kind, members, identity, created_at: *created_at });
    }
    if options.json {
        return output::json(&listed);
    }
    for desk in &listed {
        let (kind, members) = (desk.kind.as_str(), desk.members);
        println!("{:<20} {kind:<8} {members:>3} members  {}", desk.slug, desk.name);
    }
    Ok(())
}

async fn recover(options: RecoverOptions) -> Result<()> {
    let local = Local::open(options.config.config.as_deref()).await?;
    let desk = local.desk(&options.slug).await?;
    let shares = options.share_files.iter().map(|file| shares::read(file)).collect::<Result<Vec<_>>>()?;
    let key = ceremony::recover(&desk, &shares)?;
    if let Some(login) = options.member {
        let member = local.member(&login).await?;
        let wrap = seal::wrap(key.seed(), &member.identity.recipient, &mut output::random())?;
        local.store.grants().add(&desk.slug, member.id, wrap.into(), Stamp::system(now())).await?;
        println!("{} holds the key of “{}” again from their next sign-in.", member.name, desk.name);
        return Ok(());
    }
    let person = Person {
        login: options.invite.unwrap_or_default(),
        name: options.member_name.unwrap_or_default(),
        role: Role::Supervisor,
    };
    let expires = now() + local.invite_seconds;
    let code = ceremony::invite(&local.store, &desk, &person, Some(&key), expires, now()).await?;
    println!("Invite code, good once until {}:\n\n  {}\n", moment(expires), *code.to_text());
    println!("Tell it to the new supervisor in person. They join at /console/join.");
    Ok(())
}
