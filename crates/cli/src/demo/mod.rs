//! `safehand demo`: a made-up instance in a folder of its own.
//!
//! Everything in it is invented: the people, the football practice, the weather. Its reports go the way that
//! real ones go, through the client and over HTTP.

mod build;
mod chat;
mod people;
mod reports;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use server::{Config, Server};

use crate::error::{Error, Result};
use crate::serve::told_to_stop;

/// Shows that a folder is a demo's, and may be deleted by `--fresh`.
const MARKER: &str = ".safehand-demo";
/// The file with the log-ins and phrases; there once the demo is complete.
const CARD: &str = "demo.json";
/// The configuration file.
const CONFIG: &str = "safehand.toml";
/// The port, unless another one is asked for.
const PORT: u16 = 8080;

/// Options of `safehand demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Started again, the demo goes on with what is in its folder.

Examples:
  safehand demo
  safehand demo --fresh --reports 1000
")]
pub(crate) struct DemoOptions {
    /// Where the demo lives
    #[arg(long, value_name = "FOLDER", default_value = "demo")]
    folder: PathBuf,
    /// Throw the folder away and begin again
    #[arg(long)]
    fresh: bool,
    /// The port on 127.0.0.1; 8080 unless the demo was made with another
    #[arg(long)]
    port: Option<u16>,
    /// How many made-up reports to send when the demo is made
    #[arg(long, value_name = "N", default_value_t = 8)]
    reports: u32,
    /// Make the demo and leave, without starting the service
    #[arg(long)]
    no_serve: bool,
}

/// What a person needs to use the demo. Kept in the folder, because none of it protects anything.
#[derive(Debug, Serialize, Deserialize)]
struct Card {
    port: u16,
    /// One passphrase for all.
    passphrase: String,
    members: Vec<Login>,
    /// The words of a report that has a reply, then those of one that has none.
    phrases: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "`login` is the field's word for a sign-in name")]
struct Login {
    desk: String,
    login: String,
    name: String,
    role: protocol::Role,
}

/// Makes the demo where there is none, then serves it.
pub(crate) async fn run(options: DemoOptions) -> Result<()> {
    let folder = &options.folder;
    if options.fresh {
        clear(folder)?;
    }
    let card = if let Some(card) = read_card(folder)? {
        check_port(card, options.port)?
    } else {
        clear(folder)?;
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
        let marker = folder.join(MARKER);
        fs::write(&marker, "Made by `safehand demo`. Nothing in here is real.\n")
            .map_err(Error::file(&marker))?;
        let port = options.port.unwrap_or(PORT);
        let card = Box::pin(build::build(folder, port, options.reports)).await?;
        write_card(folder, &card)?;
        card
    };
    if options.no_serve {
        print(&card);
        return Ok(());
    }
    let server = Server::bind(config(folder)?).await?;
    print(&card);
    println!("Ctrl-C stops the demo.");
    server.run(told_to_stop()).await?;
    Ok(())
}

/// The demo's configuration. The environment has no say in it.
fn config(folder: &Path) -> Result<Config> {
    Ok(Config::load(Some(&folder.join(CONFIG)), [])?)
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Deletes the folder if it is a demo's; leaves anything else alone.
fn clear(folder: &Path) -> Result<()> {
    if folder.join(MARKER).exists() {
        return fs::remove_dir_all(folder).map_err(Error::file(folder));
    }
    let holds_something = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something { Err(Error::NotADemo(folder.to_owned())) } else { Ok(()) }
}

fn read_card(folder: &Path) -> Result<Option<Card>> {
    let path = folder.join(CARD);
    match fs::read(&path) {
        Ok(json) => Ok(serde_json::from_slice(&json).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(&path)(error)),
    }
}

fn write_card(folder: &Path, card: &Card) -> Result<()> {
    let path = folder.join(CARD);
    let json = serde_json::to_vec_pretty(card).map_err(|error| Error::Output(error.into()))?;
    fs::write(&path, json).map_err(Error::file(&path))
}

/// The seven words belong to an address with its port: another one would void them.
fn check_port(card: Card, asked: Option<u16>) -> Result<Card> {
    match asked {
        Some(asked) if asked != card.port => Err(Error::DemoPort { made: card.port, asked }),
        _ => Ok(card),
    }
}

fn print(card: &Card) {
    let origin = format!("http://{}", address(card.port));
    println!("A made-up reporting line. Nothing in it is real, and only this machine can reach it.\n");
    println!("  Report       {origin}/");
    println!("  Read replies {origin}/return");
    println!("  Console      {origin}/console/\n");
    println!("Log-ins, all with the passphrase “{}”:", card.passphrase);
    for Login { login, name, role, .. } in &card.members {
        println!("  {login:<24} {:<14} {name}", role.as_str());
    }
    let [answered, ..] = card.phrases.as_slice() else { return };
    println!("\nThe seven words of a report that has a reply:\n  {answered}\n");
}
