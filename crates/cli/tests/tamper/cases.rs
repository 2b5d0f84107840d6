//! What can be done to a log, and to whom it shows.

use std::fs;
use std::path::{Path, PathBuf};

use ledger::note::{KeyType, SigningKey};
use ledger::{Checkpoint, SignedCheckpoint};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::scene::{Scene, copy};

/// One way to tamper.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What is done, in words.
    pub(crate) what: &'static str,
    /// Who must notice, and what they must say among the rest.
    pub(crate) noticed: &'static [(&'static str, &'static str)],
    pub(crate) done: Done,
}

/// How it is done.
pub(crate) enum Done {
    Nothing,
    /// To the database, past its triggers.
    Sql(&'static [&'static str]),
    /// To files of the instance's folder.
    Files(fn(&Path)),
    /// The database, or all of it, is put back to what it was yesterday.
    Yesterday {
        objects: bool,
    },
    /// To what is served: the log's keeper lies, and the database may be as it was.
    Served(fn(&Scene, &Path)),
}

impl Case {
    pub(crate) fn at_rest_of_yesterday(&self) -> bool {
        matches!(self.done, Done::Yesterday { objects: true })
    }
}

const INSTANCE: &str = "fsck of the instance";
const LOG: &str = "fsck of the log";

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "a stored file flipped",
        what: "one bit of the sealed bytes of a file in the object store is changed",
        noticed: &[(INSTANCE, "are not those that came in")],
        done: Done::Files(|folder| flip(&objects(folder)[0])),
    },
    Case {
        name: "a stored file removed",
        what: "a file's sealed bytes are removed from the object store",
        noticed: &[(INSTANCE, "are not those that came in")],
        done: Done::Files(|folder| fs::remove_file(&objects(folder)[0]).unwrap()),
    },
    Case {
        name: "two stored files exchanged",
        what: "the sealed bytes of two files are put in each other's place",
        noticed: &[(INSTANCE, "are not those that came in")],
        done: Done::Files(|folder| {
            let objects = objects(folder);
            let (one, two) = (fs::read(&objects[0]).unwrap(), fs::read(&objects[1]).unwrap());
            fs::write(&objects[0], two).unwrap();
            fs::write(&objects[1], one).unwrap();
        }),
    },
    Case {
        name: "a stored file slipped in",
        what: "an object is put into the store that no report knows of",
        noticed: &[(INSTANCE, "belongs to no item, no hash list and no upload in progress")],
        done: Done::Files(|folder| {
            let stranger = folder.join("data/objects/00/00000000000000000000000000000000");
            fs::create_dir_all(stranger.parent().unwrap()).unwrap();
            fs::write(stranger, b"weather").unwrap();
        }),
    },
    Case {
        name: "an act flipped",
        what: "when somebody looked at the queue is changed in the database",
        noticed: &[(INSTANCE, "is not what entry 40 of the log commits to: it was changed")],
        done: Done::Sql(&["UPDATE acts SET at = at + 1 WHERE idx = 40"]),
    },
    Case {
        name: "an act removed",
        what: "an act is removed from the database",
        noticed: &[(INSTANCE, "entry 40 of the log has no act: it was removed")],
        done: Done::Sql(&["DELETE FROM acts WHERE idx = 40"]),
    },
    Case {
        name: "two acts reordered",
        what: "two acts exchange their places in the log",
        noticed: &[(INSTANCE, "in entry 40 of the log")],
        done: Done::Sql(&[
            "UPDATE acts SET idx = -1 WHERE idx = 40",
            "UPDATE acts SET idx = 40 WHERE idx = 41",
            "UPDATE acts SET idx = 41 WHERE idx = -1",
        ]),
    },
    Case {
        name: "an act inserted",
        what: "an act that never was is put among the others, and those after it moved on",
        noticed: &[(INSTANCE, "in entry 40 of the log")],
        done: Done::Sql(&[
            "UPDATE acts SET idx = -idx - 1 WHERE idx >= 40",
            "UPDATE acts SET idx = -idx WHERE idx < 0",
            "INSERT INTO acts (seq, at, kind, actor, member, report, item, digest, detail, salt, leaf, desk, idx) \
             SELECT (SELECT max(seq) + 1 FROM acts), at, kind, actor, member, report, item, digest, detail, salt, \
             leaf, desk, 40 FROM acts WHERE idx = 39",
        ]),
    },
    Case {
        name: "the acts truncated",
        what: "the last acts are removed from the database",
        noticed: &[(INSTANCE, "has no act: it was removed")],
        done: Done::Sql(&["DELETE FROM acts WHERE idx > (SELECT max(idx) - 3 FROM acts)"]),
    },
    Case {
        name: "a report removed",
        what: "a report is removed with its items and everything that was done with it",
        noticed: &[(INSTANCE, "has no act: it was removed")],
        done: Done::Sql(&[
            "DELETE FROM acts WHERE report = (SELECT report FROM acts WHERE kind = 'report.received' LIMIT 1)",
        ]),
    },
    Case {
        name: "a tile replaced",
        what: "a hash in a stored tile is exchanged for another",
        noticed: &[(INSTANCE, "entry 0"), (LOG, "entry 0")],
        done: Done::Files(|folder| {
            let tile = folder.join("data/objects/log/tile/0/000");
            let mut bytes = fs::read(&tile).unwrap();
            bytes[..32].copy_from_slice(&[7; 32]);
            fs::write(tile, bytes).unwrap();
        }),
    },
    Case {
        name: "an entry flipped",
        what: "an entry in a stored bundle is changed",
        noticed: &[(INSTANCE, "entry 0"), (LOG, "entry 0")],
        done: Done::Files(|folder| {
            let bundle = folder.join("data/objects/log/tile/entries/000");
            let mut bytes = fs::read(&bundle).unwrap();
            // A digit of a commitment, so that the entry can still be read.
            bytes[60] = if bytes[60] == b'0' { b'1' } else { b'0' };
            fs::write(bundle, bytes).unwrap();
        }),
    },
    Case {
        name: "the database rolled back",
        what: "the database is put back to yesterday's copy; the object store stays",
        noticed: &[
            ("doctor", "the database is an older copy"),
            ("monitor", "was rolled back"),
            ("witness", "409"),
            ("receipt", "was rolled back"),
        ],
        done: Done::Yesterday { objects: false },
    },
    Case {
        name: "everything rolled back",
        what: "database and object store are put back to yesterday's copy",
        noticed: &[("monitor", "was rolled back"), ("witness", "409"), ("receipt", "was rolled back")],
        done: Done::Yesterday { objects: true },
    },
    Case {
        name: "the log forked",
        what: "everything is put back to yesterday's copy, and other acts are put on record from there",
        noticed: &[("monitor", "has forked"), ("witness", "422"), ("receipt", "does not continue")],
        done: Done::Yesterday { objects: true },
    },
    Case {
        name: "the instance's key replaced",
        what: "the secret from which the log's key is derived is exchanged",
        noticed: &[(INSTANCE, "not signed by the key")],
        done: Done::Files(|folder| {
            let key = fs::read_dir(folder.join("data")).unwrap().map(|entry| entry.unwrap().path());
            let key = key
                .chain([folder.join("instance.key")])
                .find(|path| path.ends_with("instance.key") && path.exists());
            fs::write(key.unwrap(), [9; 32]).unwrap();
        }),
    },
    Case {
        name: "re-signed with another key",
        what: "the log that is served is signed with another key of the same name",
        noticed: &[
            (LOG, "is not signed by the key"),
            ("monitor", "is not signed by the key"),
            ("witness", "403"),
            ("receipt", "is not signed by the key"),
        ],
        done: Done::Served(|scene, folder| {
            let signed = checkpoint(folder);
            sign(scene, folder, signed.checkpoint(), &[9; 32]);
        }),
    },
    Case {
        name: "another root served",
        what: "the checkpoint that is served has another root",
        noticed: &[
            (LOG, "the signature of"),
            ("monitor", "the signature of"),
            ("witness", "403"),
            ("receipt", "the signature of"),
        ],
        done: Done::Served(|_, folder| {
            let path = folder.join("checkpoint");
            let note = fs::read_to_string(&path).unwrap();
            let root = checkpoint(folder).checkpoint().root().to_string();
            let other = ledger::Hash::leaf(b"another").to_string();
            fs::write(path, note.replace(&root, &other)).unwrap();
        }),
    },
    Case {
        name: "a served entry changed",
        what: "an entry in the newest bundle that is served is changed",
        noticed: &[(LOG, "entry 2"), ("monitor", "entry")],
        done: Done::Served(|_, folder| flip_last(&partial(&folder.join("tile/entries/001.p")))),
    },
    Case {
        name: "a served tile changed",
        what: "a hash in the newest tile that is served is changed",
        noticed: &[(LOG, "its tile says"), ("monitor", "but the entries below it have")],
        done: Done::Served(|_, folder| flip_last(&partial(&folder.join("tile/0/001.p")))),
    },
];

/// Does it. Answers the folder that is served, where the instance itself is left alone.
pub(crate) async fn apply(case: &Case, scene: &Scene, folder: &Path) -> Option<PathBuf> {
    match &case.done {
        Done::Nothing | Done::Yesterday { objects: true } => None,
        Done::Sql(statements) => {
            past_triggers(folder, statements).await;
            None
        }
        Done::Files(change) => {
            change(folder);
            None
        }
        Done::Yesterday { objects: false } => {
            for file in ["safehand.db", "safehand.db-wal", "safehand.db-shm"] {
                let (from, to) =
                    (scene.yesterday.folder.join("data").join(file), folder.join("data").join(file));
                let _ = fs::remove_file(&to);
                if from.exists() {
                    fs::copy(from, to).unwrap();
                }
            }
            None
        }
        Done::Served(change) => {
            let served = folder.join("served");
            copy(&scene.mirror, &served);
            change(scene, &served);
            Some(served)
        }
    }
}

/// What whoever holds the database can do.
async fn past_triggers(folder: &Path, statements: &[&'static str]) {
    let address = format!("sqlite:{}", folder.join("data/safehand.db").display());
    let mut database = SqliteConnection::connect(&address).await.unwrap();
    let triggers: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .fetch_all(&mut database)
        .await
        .unwrap();
    for (trigger,) in triggers {
        sqlx::query(AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut database).await.unwrap();
    }
    for statement in statements {
        let done = sqlx::query(*statement).execute(&mut database).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    }
    database.close().await.unwrap();
}

/// The sealed objects, in the order of their names.
fn objects(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for spread in fs::read_dir(folder.join("data/objects")).unwrap() {
        let spread = spread.unwrap();
        if spread.file_name().len() == 2 {
            found.extend(fs::read_dir(spread.path()).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found.sort();
    assert!(found.len() >= 2, "{found:?}");
    found
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn flip_last(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(path, bytes).unwrap();
}

/// The one file in a folder of partial tiles.
fn partial(folder: &Path) -> PathBuf {
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

fn checkpoint(folder: &Path) -> SignedCheckpoint {
    SignedCheckpoint::parse(&fs::read(folder.join("checkpoint")).unwrap()).unwrap()
}

/// Signs a checkpoint with a key that somebody made for it.
fn sign(scene: &Scene, folder: &Path, checkpoint: &Checkpoint, seed: &[u8; 32]) {
    let name = scene.log_key.split('+').next().unwrap();
    let key = SigningKey::from_seed(name, KeyType::Ed25519, seed).unwrap();
    let signed = SignedCheckpoint::sign(checkpoint, &key).unwrap();
    fs::write(folder.join("checkpoint"), signed.as_str()).unwrap();
}
