//! `safehand log follow`: a monitor. It keeps what it last saw of a log, and raises an alarm when the log tells
//! another story.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use ledger::{Edge, Hash, SignedCheckpoint, Time, VerifierKey, tree};
use serde::{Deserialize, Serialize};

use super::source::Source;
use super::walk;
use super::{Alarm, KeyArgs, prove};
use crate::durable::{self, Disk as _, Files};
use crate::error::{Error, Result};
use crate::output;

/// Options of `safehand log follow`.
#[derive(Debug, Args)]
#[command(after_help = "\
Keeps the last checkpoint in the state file, and checks of each new one that the log's key has signed it,
that it continues the last one, and that everything new (entries, tiles) is as it was signed. The first
time it reads the whole log. Two checkpoints that contradict each other are kept beside the state file:
together they prove to anybody that the log has told two stories.

Ends with exit code 7 when the log is not what it was signed to be, with 8 when nothing is wrong but too few
witnesses have cosigned or nothing was added for too long; without --once it goes on until then.

Examples:
  safehand log follow https://report.example --state report.json --log-key report.vkey
  safehand log follow https://report.example --state report.json --once --stale-hours 48
  safehand log follow https://report.example --state report.json --witness w1.vkey --witness w2.vkey --quorum 2
")]
pub(crate) struct FollowOptions {
    /// The address of the service, or of its log
    #[arg(value_name = "URL|FOLDER")]
    source: Source,
    /// The file that keeps what was last seen
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    #[command(flatten)]
    keys: KeyArgs,
    /// How many of the witnesses must have cosigned; all of them unless told
    #[arg(long, value_name = "COUNT")]
    quorum: Option<usize>,
    /// Raise an alarm when nothing was added for this long
    #[arg(long, value_name = "HOURS")]
    stale_hours: Option<u32>,
    /// Look once, for cron
    #[arg(long)]
    once: bool,
    /// How long to wait between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    every: u64,
    /// Print what is new as JSON, one line for each look
    #[arg(long)]
    json: bool,
    /// Keep trying for this many seconds when the log cannot be reached
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
}

/// What was last seen of a log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    v: u32,
    /// The log's key: the one that was given, or the one that the log stated the first time.
    log_key: String,
    /// The last checkpoint, as it was signed.
    checkpoint: String,
    /// The right edge of the tree of that checkpoint, from which it is continued.
    edge: Vec<String>,
    /// When something was last seen to be new, in seconds since 1970 by this machine's clock.
    grown_at: i64,
}

/// The version of [`State`].
const VERSION: u32 = 1;

/// What was last seen, read and believed: this machine wrote it.
struct Seen {
    checkpoint: SignedCheckpoint,
    edge: Edge,
    grown_at: i64,
}

/// What a look came to.
#[derive(Debug, Serialize)]
struct Look {
    log: String,
    size: u64,
    root: String,
    /// Entries that were not there the last time.
    new: u64,
    /// The times that the first and the last of them state.
    first: Option<String>,
    last: Option<String>,
    /// Witnesses that have cosigned, of those whose keys were given.
    cosigned: Vec<String>,
    /// Hours since something was last added.
    quiet_hours: u64,
}

/// Looks until something is wrong, or once.
pub(crate) async fn run(options: FollowOptions) -> Result<()> {
    let quorum = options.quorum.unwrap_or(options.keys.witnesses.len());
    if quorum > options.keys.witnesses.len() {
        return Err(Error::Quorum { quorum, known: options.keys.witnesses.len() });
    }
    let source = options.source.clone().with_patience(options.patience);
    let mut monitor = Monitor::open(source, &options).await?;
    loop {
        match monitor.look().await {
            Ok(look) => {
                tell(&look, options.json)?;
                warn(&look, quorum, options.stale_hours)?;
            }
            // What cannot be reached may be reached the next time.
            Err(Error::Client(error)) if !options.once && error.is_passing() => eprintln!("error: {error}"),
            Err(error) => return Err(error),
        }
        if options.once {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(options.every.max(1))).await;
    }
}

fn tell(look: &Look, json: bool) -> Result<()> {
    if json {
        return output::json(look);
    }
    let Look { log, size, new, first, last, cosigned, .. } = look;
    let between = match (first, last) {
        (Some(first), Some(last)) => format!(", of {first} to {last}"),
        _ => String::new(),
    };
    let witnesses = match cosigned.as_slice() {
        [] => String::new(),
        names => format!("; cosigned by {}", names.join(", ")),
    };
    println!("{log}: {size} entries, {new} of them new{between}{witnesses}");
    Ok(())
}

/// What is no tampering and still should wake somebody.
fn warn(look: &Look, quorum: usize, stale_hours: Option<u32>) -> Result<()> {
    if look.cosigned.len() < quorum {
        let (log, found) = (look.log.clone(), look.cosigned.len());
        return Err(Alarm::TooFewWitnesses { log, size: look.size, found, quorum }.into());
    }
    match stale_hours {
        Some(hours) if look.quiet_hours >= u64::from(hours) => {
            Err(Alarm::Stale { log: look.log.clone(), size: look.size, hours: look.quiet_hours }.into())
        }
        _ => Ok(()),
    }
}

/// Follows one log.
struct Monitor<'a> {
    source: Source,
    path: &'a Path,
    key: VerifierKey,
    witnesses: &'a [VerifierKey],
    seen: Option<Seen>,
}

impl<'a> Monitor<'a> {
    async fn open(source: Source, options: &'a FollowOptions) -> Result<Self> {
        let (path, witnesses) = (options.state.as_path(), options.keys.witnesses.as_slice());
        let state = read(path)?;
        let known = state.as_ref().map(|(key, _)| key.clone());
        let key = match (known, options.keys.log_key.clone()) {
            (Some(known), Some(given)) if known != given => {
                let (known, found) = (known.to_string(), given.to_string());
                return Err(Error::OtherKey { file: path.to_owned(), known, found });
            }
            (Some(key), _) | (None, Some(key)) => key,
            (None, None) => {
                let key = source.key().await?;
                eprintln!("the log states the key {key}; from now on it is held to it");
                key
            }
        };
        Ok(Self { source, path, key, witnesses, seen: state.map(|(_, seen)| seen) })
    }

    /// Fetches the newest checkpoint and holds it against the last one.
    async fn look(&mut self) -> Result<Look> {
        let now = output::now();
        let note = self.source.checkpoint().await?;
        let wrong = |why| Alarm::Proof { file: format!("{}/checkpoint", self.source), why };
        let signed = SignedCheckpoint::parse(&note).map_err(wrong)?;
        let verified = signed.verify(&self.key, self.witnesses).map_err(wrong)?;
        let (size, root) = (signed.checkpoint().size(), *signed.checkpoint().root());
        if let Some(seen) = &self.seen {
            self.contradicts(seen, &signed)?;
        }
        let (old, mut edge, grown_at) = match &self.seen {
            None => (0, Edge::default(), now),
            Some(seen) => (seen.edge.size(), seen.edge.clone(), seen.grown_at),
        };
        let news = walk::grow(&self.source, &mut edge, size).await?;
        if edge.root() != root {
            return Err(self.disagreement(&signed, edge.root(), news.finding).await?.into());
        }
        if let Some(finding) = news.finding {
            return Err(finding.into());
        }
        let grown_at = if size > old { now } else { grown_at };
        let seen = Seen { checkpoint: signed, edge, grown_at };
        write(self.path, &self.key, &seen)?;
        self.seen = Some(seen);
        let text = |time: Option<Time>| time.map(|time| time.to_string());
        Ok(Look {
            log: self.key.name().to_owned(),
            size,
            root: root.to_string(),
            new: size - old,
            first: text(news.first),
            last: text(news.last),
            cosigned: verified.cosigned().iter().map(|signed| signed.name.clone()).collect(),
            quiet_hours: u64::try_from((now - grown_at) / 3600).unwrap_or_default(),
        })
    }

    /// What it is that the entries do not make the root that is signed.
    async fn disagreement(
        &self,
        signed: &SignedCheckpoint,
        found: Hash,
        finding: Option<Alarm>,
    ) -> Result<Alarm> {
        match &self.seen {
            // The tiles may still say that the log goes on: then it is what is served that is not right.
            Some(seen) if !self.continues(seen, signed).await => self.fork(seen, signed, Some(found)),
            _ => Ok(finding.unwrap_or_else(|| {
                let (log, now) = (self.key.name().to_owned(), signed.checkpoint());
                Alarm::NotItsRoot { log, size: now.size(), signed: *now.root(), found }
            })),
        }
    }

    /// Whether the tiles prove that a checkpoint continues the last one.
    async fn continues(&self, seen: &Seen, signed: &SignedCheckpoint) -> bool {
        let (before, now) = (seen.checkpoint.checkpoint(), signed.checkpoint());
        match prove(&self.source, before.size(), now.size()).await {
            Ok(proof) => {
                tree::verify_consistency(before.size(), before.root(), now.size(), now.root(), &proof).is_ok()
            }
            Err(_) => false,
        }
    }

    /// What two checkpoints show by themselves.
    fn contradicts(&self, seen: &Seen, signed: &SignedCheckpoint) -> Result<()> {
        let (before, now) = (seen.checkpoint.checkpoint(), signed.checkpoint());
        if now.size() < before.size() {
            let why =
                "The log has shown fewer entries than before: it was rolled back, or what serves it is old.";
            let evidence = self.keep(why, seen, signed)?;
            let log = self.key.name().to_owned();
            return Err(Alarm::RolledBack { log, before: before.size(), now: now.size(), evidence }.into());
        }
        if now.size() == before.size() && now.root() != before.root() {
            return Err(self.fork(seen, signed, None)?.into());
        }
        Ok(())
    }

    fn fork(&self, seen: &Seen, signed: &SignedCheckpoint, found: Option<Hash>) -> Result<Alarm> {
        let why = "The log has signed both of these, and the later one does not continue the earlier one: it has told\n\
                   two stories.";
        let evidence = self.keep(why, seen, signed)?;
        let (before, now) = (seen.checkpoint.checkpoint(), signed.checkpoint());
        let log = self.key.name().to_owned();
        Ok(Alarm::Forked {
            log,
            old: before.size(),
            new: now.size(),
            signed: *now.root(),
            found: found.unwrap_or(*before.root()),
            evidence,
        })
    }

    /// Writes two checkpoints to a file of their own; a later alarm does not overwrite an earlier one.
    fn keep(&self, why: &str, seen: &Seen, signed: &SignedCheckpoint) -> Result<PathBuf> {
        let (first, second) = (seen.checkpoint.as_str(), signed.as_str());
        let text =
            format!("{why}\n\nLog's key: {}\n\nSeen earlier:\n\n{first}\nSeen later:\n\n{second}", self.key);
        let name = &seal::Digest::of(&text).to_hex()[..12];
        let path = self.path.with_added_extension(format!("evidence-{name}.txt"));
        durable::replace(&Files, &path, text.as_bytes()).map_err(Error::file(&path))?;
        Ok(path)
    }
}

fn read(path: &Path) -> Result<Option<(VerifierKey, Seen)>> {
    let Some(bytes) = Files.read(path).map_err(Error::file(path))? else { return Ok(None) };
    let wrong = |why: String| Error::State { path: path.to_owned(), why };
    let state: State = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if state.v != VERSION {
        return Err(wrong(format!("it is of version {}", state.v)));
    }
    let believed = || -> Result<_, ledger::Error> {
        let checkpoint = SignedCheckpoint::parse(state.checkpoint.as_bytes())?;
        let hashes = state.edge.iter().map(|hash| hash.parse()).collect::<Result<_, _>>()?;
        let edge = Edge::from_parts(checkpoint.checkpoint().size(), hashes)?;
        Ok((state.log_key.parse()?, Seen { checkpoint, edge, grown_at: state.grown_at }))
    };
    let (key, seen) = believed().map_err(|error| wrong(error.to_string()))?;
    if seen.edge.root() != *seen.checkpoint.checkpoint().root() {
        return Err(wrong("its edge is not that of its checkpoint".to_owned()));
    }
    Ok(Some((key, seen)))
}

fn write(path: &Path, key: &VerifierKey, seen: &Seen) -> Result<()> {
    let state = State {
        v: VERSION,
        log_key: key.to_string(),
        checkpoint: seen.checkpoint.as_str().to_owned(),
        edge: seen.edge.hashes().iter().map(ToString::to_string).collect(),
        grown_at: seen.grown_at,
    };
    let bytes = serde_json::to_vec_pretty(&state).map_err(|error| Error::Output(error.into()))?;
    durable::replace(&Files, path, &bytes).map_err(Error::file(path))
}
