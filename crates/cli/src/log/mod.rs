//! `safehand log`: what anybody may do with somebody's public log.

mod alarm;
pub(crate) mod check;
pub(crate) mod follow;
pub(crate) mod source;
mod walk;

use clap::{Args, Subcommand};
use ledger::tiles::{Resource, TileSet};
use ledger::{Hash, VerifierKey, tree};

pub(crate) use self::alarm::Alarm;
use crate::error::Result;

/// What can be done with a log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Watch a log: that it only grows, that what is new is as it was signed, that witnesses cosign it
    Follow(follow::FollowOptions),
}

/// By which keys a log is believed.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The log's key, as you know it from elsewhere: the key itself, or a file that holds it
    #[arg(long, value_name = "VKEY|FILE", value_parser = key)]
    pub(crate) log_key: Option<VerifierKey>,
    /// The key of a witness; again for more
    #[arg(long = "witness", value_name = "VKEY|FILE", value_parser = key)]
    pub(crate) witnesses: Vec<VerifierKey>,
}

/// How a whole log is gone through.
#[derive(Debug, Args)]
pub(crate) struct WholeArgs {
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    /// Print the result as JSON, and no progress
    #[arg(long)]
    pub(crate) json: bool,
    /// Keep trying for this many seconds when the log cannot be reached
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) patience: u64,
}

/// A key, or the first line of a file.
pub(crate) fn key(text: &str) -> Result<VerifierKey, String> {
    let wrong = match text.parse() {
        Ok(key) => return Ok(key),
        Err(wrong) => wrong,
    };
    let Ok(file) = std::fs::read_to_string(text) else {
        return Err(format!("{wrong}, and no file has that name"));
    };
    let first = file.lines().next().unwrap_or_default();
    first.trim().parse().map_err(|error: ledger::Error| format!("in the file: {error}"))
}

/// Makes the proof that a log's tree of `old` entries is the beginning of that of `new`, from its tiles.
pub(crate) async fn prove(log: &source::Source, old: u64, new: u64) -> Result<Vec<Hash>> {
    let wrong = |why| Alarm::Proof { file: log.to_string(), why };
    let mut tiles = TileSet::new(new);
    for tile in tiles.missing(&tree::consistency_nodes(old, new).map_err(wrong)?) {
        let file = format!("{log}/{tile}");
        let bytes = log.read(Resource::Tile(tile)).await?;
        let bytes = bytes.ok_or_else(|| Alarm::File { file, why: "it is not there".to_owned() })?;
        tiles.insert(tile, bytes).map_err(wrong)?;
    }
    Ok(tree::prove_consistency(old, new, |node| tiles.hash(node)).map_err(wrong)?)
}
