//! `safehand verify consistency`: whether a log has told one story all along.

use std::path::{Path, PathBuf};

use clap::Args;
use ledger::{Hash, SignedCheckpoint, VerifierKey, tree};

use crate::error::{Error, Result};
use crate::log::source::Source;
use crate::log::{Alarm, KeyArgs, prove};

/// Options of `safehand verify consistency`.
#[derive(Debug, Args)]
#[command(after_help = "\
The proof is made from the log's tiles, or read from a file of one hash a line, in base64, as witnesses get
it. Two checkpoints of one size need none.

Examples:
  safehand verify consistency yesterday.txt today.txt --log https://report.example
  safehand verify consistency yesterday.txt today.txt --proof proof.txt --log-key report.vkey
")]
pub(crate) struct ConsistencyOptions {
    /// The earlier checkpoint
    old: PathBuf,
    /// The later checkpoint
    new: PathBuf,
    /// The log, for its tiles
    #[arg(long, value_name = "FOLDER|URL", conflicts_with = "proof")]
    log: Option<Source>,
    /// A file with the consistency proof
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyArgs,
}

/// Checks both signatures and that one tree is the beginning of the other.
pub(super) async fn run(options: ConsistencyOptions) -> Result<()> {
    let key = match (&options.keys.log_key, &options.log) {
        (Some(key), _) => key.clone(),
        (None, Some(log)) => log.key().await?,
        (None, None) => return Err(Error::WhichLogKey),
    };
    let [old, new] = [&options.old, &options.new].map(|path| read(path, &key, &options.keys.witnesses));
    let (old, new) = (old?, new?);
    let (before, after) = (old.checkpoint(), new.checkpoint());
    println!("signed      {}: {} entries, root {}", options.old.display(), before.size(), before.root());
    println!("signed      {}: {} entries, root {}", options.new.display(), after.size(), after.root());
    if options.keys.log_key.is_none() {
        println!("            by the key that the log states itself; --log-key pins it");
    }
    let proof = match (before.size(), &options.proof) {
        // Nothing can contradict a log of no entries, and one size has one root.
        (0, _) => None,
        (size, _) if size == after.size() => Some(Vec::new()),
        (_, Some(path)) => Some(read_proof(path)?),
        (old, None) => {
            let log = options.log.as_ref().ok_or(Error::NoProof)?;
            Some(prove(log, old, after.size()).await?)
        }
    };
    if let Some(proof) = proof {
        tree::verify_consistency(before.size(), before.root(), after.size(), after.root(), &proof)
            .map_err(|why| Alarm::Proof { file: options.new.display().to_string(), why })?;
    }
    println!(
        "consistent  the later log begins with every entry of the earlier one, unchanged and in the same order"
    );
    Ok(())
}

fn read(path: &Path, key: &VerifierKey, witnesses: &[VerifierKey]) -> Result<SignedCheckpoint> {
    let note = std::fs::read(path).map_err(Error::file(path))?;
    let wrong = |why| Alarm::Proof { file: path.display().to_string(), why };
    let signed = SignedCheckpoint::parse(&note).map_err(wrong)?;
    signed.verify(key, witnesses).map_err(wrong)?;
    Ok(signed)
}

fn read_proof(path: &Path) -> Result<Vec<Hash>> {
    let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
    let wrong = |why| Alarm::Proof { file: path.display().to_string(), why };
    Ok(text.lines().map(|line| line.trim().parse()).collect::<Result<_, _>>().map_err(wrong)?)
}
