//! A desk with two days of work behind it, and everybody who watches it from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use client::PublicLog;
use ledger::tiles::{Bundle, Resource, Tile, TileSet};
use ledger::witness::AddCheckpoint;
use ledger::{SignedCheckpoint, tree};
use protocol::staff::ReportState;

use crate::support::witness::RunningWitness;
use crate::support::{Instance, PASSPHRASE, Running, documents, safehand};

/// What was there at the end of a day.
#[derive(Clone)]
pub(crate) struct Day {
    /// The instance's folder.
    pub(crate) folder: PathBuf,
    /// The folder of a monitor's state.
    pub(crate) monitor: PathBuf,
    /// The folder of a witness.
    pub(crate) witness: PathBuf,
}

/// The instance, and what its reporters keep.
pub(crate) struct Scene {
    pub(crate) instance: Instance,
    pub(crate) yesterday: Day,
    pub(crate) today: Day,
    /// The receipt of a report of yesterday, and of one of today.
    pub(crate) receipts: [PathBuf; 2],
    pub(crate) log_key: String,
    /// A copy of the public log as it was at the end of today.
    pub(crate) mirror: PathBuf,
    pub(crate) home: tempfile::TempDir,
}

impl Scene {
    /// Lives through two days.
    pub(crate) async fn play() -> Self {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let instance = Instance::make();
        let receipts = [at("receipt-of-yesterday.txt"), at("receipt-of-today.txt")];

        let server = instance.start();
        hand_over(&instance, Some(&receipts[0])).await;
        hand_over(&instance, None).await;
        let log = PublicLog::new(&instance.url()).unwrap();
        let log_key = log.key().await.unwrap().to_string();
        // Enough acts for a full tile and a full bundle.
        let staff = instance.client().sign_in("officer", PASSPHRASE).await.unwrap();
        for _ in 0..270 {
            staff.whole_queue(&[ReportState::New]).await.unwrap();
        }
        let yesterday = end_of_day(&instance, server, home.path(), "yesterday", None, &log_key).await;

        let server = instance.start();
        hand_over(&instance, Some(&receipts[1])).await;
        let mirror = at("mirror");
        copy_log(&log, &mirror).await;
        let today = end_of_day(&instance, server, home.path(), "today", Some(&yesterday), &log_key).await;
        Self { instance, yesterday, today, receipts, log_key, mirror, home }
    }

    /// A folder of its own for one case, as it was at the end of a day.
    pub(crate) fn again(&self, day: &Day, name: &str) -> PathBuf {
        let folder = self.home.path().join(name.replace(' ', "-"));
        copy(&day.folder, &folder);
        folder
    }
}

/// Lets monitor and witness look, stops the server, and keeps everything as it is.
async fn end_of_day(
    instance: &Instance,
    server: Running,
    home: &Path,
    name: &str,
    before: Option<&Day>,
    log_key: &str,
) -> Day {
    let day = Day {
        folder: home.join(name),
        monitor: home.join(format!("{name}-monitor")),
        witness: home.join(format!("{name}-witness")),
    };
    if let Some(before) = before {
        copy(&before.monitor, &day.monitor);
        copy(&before.witness, &day.witness);
    } else {
        fs::create_dir(&day.monitor).unwrap();
        fs::create_dir(&day.witness).unwrap();
    }
    let url = instance.url();
    let mut follow = safehand();
    follow.args(["log", "follow", &url, "--once", "--state"]).arg(day.monitor.join("state.json"));
    let told = follow.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let source = Served::Url(PublicLog::new(&url).unwrap());
    let witness = RunningWitness::start(&day.witness, &[log_key]);
    assert_eq!(source.ask(&witness).await, Ok(()), "an honest log is cosigned");
    drop(witness);
    // Nothing is written any more once it is gone.
    drop(server);
    copy(&instance.path(""), &day.folder);
    day
}

/// Hands a report with a file over, and keeps its receipt.
pub(crate) async fn hand_over(instance: &Instance, receipt: Option<&Path>) {
    let client = instance.client();
    let file = instance.path("chat.txt");
    fs::write(&file, "It rains on the football field. ".repeat(8_000)).unwrap();
    let (_, mut report) = client.new_report("police").await.unwrap();
    report.attach(&client, &file, &|_, _| {}).await.unwrap();
    let (answers, summary) = documents("Weather");
    let sealed = report.finish(&client, answers, summary, false).await.unwrap();
    sealed.send(&client).await.unwrap();
    let Some(path) = receipt else { return };
    let reporter = sealed.reporter(&client);
    let kept = reporter.receipt().await.unwrap();
    fs::write(path, reporter.receipt_file(&kept).await.unwrap()).unwrap();
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Downloads a log as anybody may.
async fn copy_log(log: &PublicLog, folder: &Path) {
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let note = log.checkpoint().await.unwrap();
    let size = SignedCheckpoint::parse(&note).unwrap().checkpoint().size();
    put("checkpoint", &note);
    put("key", log.key().await.unwrap().to_string().as_bytes());
    let tiles = Tile::completed(0, size).chain(Tile::partial(size)).map(Resource::Tile);
    for file in Bundle::all(size).map(Resource::Bundle).chain(tiles) {
        put(&file.to_string(), &log.read(file).await.unwrap().unwrap());
    }
}

/// A log as it is served, by an instance or from a folder that somebody tampers with.
pub(crate) enum Served {
    Url(PublicLog),
    Folder(PathBuf),
}

impl Served {
    pub(crate) async fn checkpoint(&self) -> SignedCheckpoint {
        let note = match self {
            Self::Url(log) => log.checkpoint().await.unwrap(),
            Self::Folder(folder) => fs::read(folder.join("checkpoint")).unwrap(),
        };
        SignedCheckpoint::parse(&note).unwrap()
    }

    /// Asks for the cosignature of the newest checkpoint, as a log would: where the witness says that it has seen
    /// another size, it is asked again from there.
    pub(crate) async fn ask(&self, witness: &RunningWitness) -> Result<(), String> {
        let size = self.checkpoint().await.checkpoint().size();
        let mut old = 0;
        loop {
            let (status, body) = witness.post(&self.request(old).await.to_string());
            match status {
                200 => return Ok(()),
                409 => {
                    let known = ledger::witness::read_conflict(&body).unwrap();
                    if known > size || known == old {
                        return Err(format!("409: the log was last cosigned at size {known}"));
                    }
                    old = known;
                }
                _ => return Err(format!("{status}: {}", body.trim_end())),
            }
        }
    }

    /// What a log would send a witness that has seen `old` entries.
    pub(crate) async fn request(&self, old: u64) -> AddCheckpoint {
        let checkpoint = self.checkpoint().await;
        let size = checkpoint.checkpoint().size();
        let mut proof = Vec::new();
        if 0 < old && old < size {
            let mut tiles = TileSet::new(size);
            for tile in tiles.missing(&tree::consistency_nodes(old, size).unwrap()) {
                let bytes = match self {
                    Self::Url(log) => log.read(Resource::Tile(tile)).await.unwrap().unwrap(),
                    Self::Folder(folder) => fs::read(folder.join(tile.to_string())).unwrap(),
                };
                tiles.insert(tile, bytes).unwrap();
            }
            proof = tree::prove_consistency(old, size, |node| tiles.hash(node)).unwrap();
        }
        AddCheckpoint { old, proof, checkpoint }
    }
}

/// What a command said that found something wrong; nothing where it found nothing.
pub(crate) fn wrong(command: &mut Command) -> Option<Vec<String>> {
    let Output { status, stdout, stderr } = command.output().unwrap();
    if status.success() {
        return None;
    }
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    let findings = stdout.lines().filter(|line| line.starts_with("WRONG") || line.starts_with("wrong"));
    let mut said: Vec<_> = findings.map(|line| line[5..].trim().to_owned()).collect();
    if said.is_empty() {
        said.extend(stderr.lines().filter_map(|line| line.strip_prefix("error: ")).map(str::to_owned));
    }
    Some(said)
}
