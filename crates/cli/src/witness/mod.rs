//! `safehand witness`: cosigns the checkpoints of other people's logs, and never two that contradict each other.

mod config;
mod memory;
mod service;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use ledger::VerifierKey;

pub(crate) use self::config::WitnessError;
pub(crate) use self::memory::MemoryError;
use self::service::Witness;
use crate::error::Result;
use crate::serve::told_to_stop;

/// Options of `safehand witness`.
#[derive(Debug, Args)]
#[command(after_help = "\
A witness is worth something when somebody else runs it than the log. It keeps its key and the last
checkpoint of every log in one folder. Never bring that folder back from a backup: a witness that forgot
what it cosigned could be led into cosigning a fork. Start a new one under a new name instead.

The first start makes the key and prints it; the log's operator enters it in [ledger] witnesses with
the address. Put a proxy with TLS in front of it, or let it listen where only the log can reach it.

A configuration file holds the same as the options:

  name = \"witness.example.org\"
  folder = \"/var/lib/safehand-witness\"
  listen = \"127.0.0.1:8447\"
  logs = [\"report.example/log+…+…\"]

Examples:
  safehand witness --name witness.example.org --folder witness --log \"$(cat log.key)\"
  safehand witness --config /etc/safehand/witness.toml
  safehand witness --name witness.example.org --folder witness --show-key
")]
pub(crate) struct WitnessOptions {
    /// A configuration file; options given beside it are used instead of what it says
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The witness's name, by which its cosignatures are known
    #[arg(long)]
    name: Option<String>,
    /// The folder of its key and of what it has seen
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The key of a log to witness; again for more
    #[arg(long = "log", value_name = "VKEY")]
    logs: Vec<VerifierKey>,
    /// Print the witness's key, making it where there is none, and do not serve
    #[arg(long)]
    show_key: bool,
}

/// Serves until interrupted or terminated.
pub(crate) async fn run(options: WitnessOptions) -> Result<()> {
    let show_key = options.show_key;
    let settings = config::settle(options)?;
    let (listen, logs) = (settings.listen, settings.logs.len());
    let witness = Witness::open(settings)?;
    println!("{}", witness.key());
    if show_key {
        return Ok(());
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|source| WitnessError::Listen { address: listen, source })?;
    let address = listener.local_addr().unwrap_or(listen);
    eprintln!("witness of {logs} logs, listening on http://{address}");
    axum::serve(listener, witness.router())
        .with_graceful_shutdown(told_to_stop())
        .await
        .map_err(|source| WitnessError::Listen { address, source })?;
    Ok(())
}
