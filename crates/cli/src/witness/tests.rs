//! A witness never signs two stories: not when the disk fails, not when the power goes, not when asked twice
//! at once.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ledger::note::{KeyType, SigningKey};
use ledger::witness::{AddCheckpoint, Refusal};
use ledger::{Checkpoint, Edge, Hash, SignedCheckpoint, tree};

use super::memory::{Memory, MemoryError};
use super::service::Witness;
use crate::durable::Disk;

const PATH: &str = "/witness/seen.json";
const NOW: u64 = 1_795_374_300;

/// A disk that forgets what it was not made to keep, and fails where it is told to.
#[derive(Clone, Default)]
struct Drive(Arc<Mutex<Platters>>);

#[derive(Default)]
struct Platters {
    /// What the system shows.
    shown: BTreeMap<PathBuf, Vec<u8>>,
    /// What survives the power going: contents by name, once both are settled.
    kept: BTreeMap<PathBuf, Vec<u8>>,
    /// Files whose contents are on the platters, whatever their name.
    settled: Vec<Vec<u8>>,
    step: usize,
    fail: Option<Fault>,
}

/// Which step fails, and whether it is done all the same.
#[derive(Clone, Copy, Debug)]
struct Fault {
    step: usize,
    done: bool,
}

impl Drive {
    fn step(&self, act: impl FnOnce(&mut Platters)) -> io::Result<()> {
        let mut platters = self.0.lock().unwrap();
        let now = platters.step;
        platters.step += 1;
        match platters.fail {
            Some(Fault { step, done }) if step == now => {
                if done {
                    act(&mut platters);
                }
                Err(io::Error::other("the drive clicks"))
            }
            _ => {
                act(&mut platters);
                Ok(())
            }
        }
    }

    fn fail(&self, fault: Option<Fault>) {
        let mut platters = self.0.lock().unwrap();
        (platters.step, platters.fail) = (0, fault);
    }

    /// The power goes: what was not settled is gone, or, as luck has it, is there.
    fn cut_power(&self, lucky: bool) {
        let mut platters = self.0.lock().unwrap();
        if lucky {
            platters.kept = platters.shown.clone();
        } else {
            platters.shown = platters.kept.clone();
        }
    }
}

impl Disk for Drive {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().shown.get(path).cloned())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (path, bytes) = (path.to_owned(), bytes.to_owned());
        // The bytes arrive before the wait for them begins.
        self.0.lock().unwrap().shown.insert(path, bytes.clone());
        self.step(|platters| platters.settled.push(bytes))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.step(|platters| {
            let bytes = platters.shown.remove(&from).unwrap();
            platters.shown.insert(to, bytes);
        })
    }

    fn settle(&self, _: &Path) -> io::Result<()> {
        self.step(|platters| {
            let shown = platters.shown.clone();
            platters.kept = shown.into_iter().filter(|(_, bytes)| platters.settled.contains(bytes)).collect();
        })
    }
}

/// A log with a number of leaves, all of them its own.
struct Log {
    key: SigningKey,
    leaves: Vec<Hash>,
}

impl Log {
    fn new(name: &str, story: &str, size: u64) -> Self {
        let key = SigningKey::from_seed(name, KeyType::Ed25519, &[7; 32]).unwrap();
        Self { key, leaves: (0..size).map(|at| Hash::leaf(format!("{story} {at}").as_bytes())).collect() }
    }

    fn checkpoint(&self, size: u64) -> SignedCheckpoint {
        let mut edge = Edge::default();
        for leaf in self.leaves.iter().take(usize::try_from(size).unwrap()) {
            edge.push(*leaf).unwrap();
        }
        let checkpoint = Checkpoint::new(self.key.verifier().name(), size, edge.root()).unwrap();
        SignedCheckpoint::sign(&checkpoint, &self.key).unwrap()
    }

    fn hash(&self, node: tree::Node) -> Hash {
        let width = 1_usize << node.level;
        let first = usize::try_from(node.index).unwrap() * width;
        let mut edge = Edge::default();
        self.leaves[first..first + width].iter().for_each(|leaf| edge.push(*leaf).unwrap());
        edge.root()
    }

    fn request(&self, old: u64, new: u64) -> Vec<u8> {
        let proof = match old {
            0 => Vec::new(),
            _ => tree::prove_consistency(old, new, |node| Ok::<_, ledger::Error>(self.hash(node))).unwrap(),
        };
        AddCheckpoint { old, proof, checkpoint: self.checkpoint(new) }.to_string().into_bytes()
    }
}

fn cosigner() -> SigningKey {
    SigningKey::from_seed("witness.example.org", KeyType::Cosignature, &[9; 32]).unwrap()
}

fn witness(memory: Memory<Drive>, logs: &[&Log]) -> Witness<Drive> {
    let keys = logs.iter().map(|log| log.key.verifier().clone()).collect();
    Witness::new(cosigner(), keys, memory, tempfile::tempdir().unwrap().keep(), None)
}

fn open(drive: &Drive, logs: &[&Log]) -> Witness<Drive> {
    witness(Memory::open(drive.clone(), Path::new(PATH)).unwrap().unwrap(), logs)
}

fn first_start(drive: &Drive, logs: &[&Log]) -> Witness<Drive> {
    witness(Memory::create(drive.clone(), Path::new(PATH)).unwrap(), logs)
}

fn status(answer: &Result<String, MemoryError>) -> u16 {
    match answer {
        Ok(_) => 200,
        Err(MemoryError::Refused(refusal)) => refusal.status(),
        Err(_) => 500,
    }
}

/// The size that a witness answers a wrong one with.
fn conflict(answer: &Result<String, MemoryError>) -> Option<u64> {
    let Err(MemoryError::Refused(refusal)) = answer else { return None };
    if let Refusal::Conflict(size) = **refusal { Some(size) } else { None }
}

/// Writes that break, in each way, and what comes after them.
#[test]
fn whatever_breaks_no_two_stories_are_cosigned() {
    let mut cases = 0;
    for step in 0..3 {
        for done in [false, true] {
            for after in
                ["the same process goes on", "it starts again", "the power goes", "the power goes, luckily"]
            {
                survives(Fault { step, done }, after);
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 24);
}

fn survives(fault: Fault, after: &str) {
    let case = format!("{fault:?}, then {after}");
    let (truth, lie) = (Log::new("log.example", "true", 20), Log::new("log.example", "false", 20));
    let drive = Drive::default();
    let mut witness = first_start(&drive, &[&truth]);
    drive.fail(None);
    assert_eq!(status(&witness.add(&truth.request(0, 5), NOW)), 200, "{case}");

    drive.fail(Some(fault));
    assert_eq!(status(&witness.add(&truth.request(5, 9), NOW)), 500, "{case}: no cosignature goes out");
    drive.fail(None);
    match after {
        "the same process goes on" => {}
        "it starts again" => witness = open(&drive, &[&truth]),
        _ => {
            drive.cut_power(after.ends_with("luckily"));
            witness = open(&drive, &[&truth]);
        }
    }
    // Whatever was kept of the failed write, what was cosigned is not contradicted.
    for old in [0, 5, 9] {
        let answer = witness.add(&lie.request(old, 12), NOW);
        assert_ne!(status(&answer), 200, "{case}: a fork from {old}");
    }
    // And the log gets on: at 5 or at 9, as the witness says.
    let size = conflict(&witness.add(&truth.request(0, 12), NOW)).expect(&case);
    assert!([5, 9].contains(&size), "{case}: {size}");
    assert_eq!(status(&witness.add(&truth.request(size, 12), NOW)), 200, "{case}");
    // Cosigned means kept.
    drive.cut_power(false);
    let answer = open(&drive, &[&truth]).add(&lie.request(12, 12), NOW);
    assert_eq!(status(&answer), 422, "{case}");
}

/// A cosignature asked for again is one that was written again: the write before may not have settled.
#[test]
fn what_is_cosigned_again_is_on_the_disk() {
    let log = Log::new("log.example", "true", 20);
    let drive = Drive::default();
    let witness = first_start(&drive, &[&log]);
    // Renamed, and shown by the system, but not settled.
    drive.fail(Some(Fault { step: 2, done: false }));
    assert_eq!(status(&witness.add(&log.request(0, 5), NOW)), 500);
    drive.fail(None);
    assert_eq!(status(&witness.add(&log.request(5, 5), NOW)), 200);
    drive.cut_power(false);
    let answer = open(&drive, &[&log]).add(&log.request(0, 7), NOW);
    assert_eq!(conflict(&answer), Some(5), "{answer:?}");
}

#[test]
fn of_two_forks_at_once_one_is_cosigned() {
    let (truth, lie) = (Log::new("log.example", "true", 40), Log::new("log.example", "false", 40));
    for _ in 0..20 {
        let drive = Drive::default();
        let witness = first_start(&drive, &[&truth]);
        let (witness, ask_for) = (&witness, [&truth, &lie]);
        let cosigned = std::thread::scope(|scope| {
            let ask = |log: &Log| status(&witness.add(&log.request(0, 40), NOW)) == 200;
            let asked: Vec<_> = (0..8).map(|at| scope.spawn(move || ask(ask_for[at % 2]))).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect::<Vec<_>>()
        });
        let told = |which: usize| cosigned.iter().skip(which).step_by(2).any(|yes| *yes);
        assert!(told(0) ^ told(1), "one story, not {cosigned:?}");
    }
}

#[test]
fn each_log_is_remembered_by_itself_and_contradictions_are_kept() {
    let (one, two) = (Log::new("one.example", "true", 20), Log::new("two.example", "true", 20));
    let lie = Log::new("one.example", "false", 20);
    let drive = Drive::default();
    let folder = tempfile::tempdir().unwrap();
    let keys = [&one, &two].map(|log| log.key.verifier().clone()).to_vec();
    let memory = Memory::create(drive.clone(), Path::new(PATH)).unwrap();
    let witness = Witness::new(cosigner(), keys, memory, folder.path().join("evidence"), None);
    let answer = witness.add(&one.request(0, 6), NOW).unwrap();
    assert_eq!(status(&witness.add(&two.request(0, 3), NOW)), 200);
    assert_eq!(status(&witness.add(&one.request(6, 8), NOW)), 200);
    assert_eq!(status(&witness.add(&Log::new("three.example", "true", 3).request(0, 3), NOW)), 404);
    assert_eq!(status(&witness.add(b"old 1\n", NOW)), 400);

    // What it answers is what everybody can check.
    let lines = ledger::note::read_lines(&answer).unwrap();
    let cosigned = one.checkpoint(6).with_lines(&lines).unwrap();
    let verified = cosigned.verify(one.key.verifier(), &[cosigner().verifier().clone()]).unwrap();
    assert_eq!(verified.cosigned()[0].time, Some(NOW));

    // A fork of the same size: refused, whatever it says of the old size, and kept.
    assert!(!folder.path().join("evidence").exists());
    assert_eq!(status(&witness.add(&lie.request(8, 8), NOW)), 422);
    assert_eq!(status(&witness.add(&lie.request(3, 8), NOW)), 409);
    let kept: Vec<_> = std::fs::read_dir(folder.path().join("evidence")).unwrap().collect();
    let text = std::fs::read_to_string(kept[0].as_ref().unwrap().path()).unwrap();
    assert_eq!(kept.len(), 1, "the same contradiction is kept once");
    assert!(text.contains(lie.checkpoint(8).as_str()) && text.contains(one.checkpoint(8).as_str()), "{text}");
}

#[test]
fn what_cannot_be_read_stops_the_witness() {
    let log = Log::new("log.example", "true", 3);
    let drive = Drive::default();
    first_start(&drive, &[&log]).add(&log.request(0, 3), NOW).unwrap();
    let write = |text: &str| drive.0.lock().unwrap().shown.insert(PATH.into(), text.into());
    let written = String::from_utf8(drive.read(Path::new(PATH)).unwrap().unwrap()).unwrap();
    for spoilt in
        ["", "{}", &written.replace("\"v\": 1", "\"v\": 2"), &written.replacen("log.example", "x", 1)]
    {
        write(spoilt);
        let error = Memory::open(drive.clone(), Path::new(PATH)).err().unwrap().to_string();
        assert!(error.starts_with("/witness/seen.json: this is not what a witness has seen"), "{error}");
    }
}
