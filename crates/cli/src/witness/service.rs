//! The witness as a service: C2SP `tlog-witness`, and a page that says how it is.

use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use ledger::note::{KeyType, SigningKey};
use ledger::witness::{AddCheckpoint, MAX_REQUEST_LEN, Refusal};
use ledger::{SignedCheckpoint, VerifierKey, cosignature};
use server::keys::SubKeys;

use super::config::{Settings, WitnessError};
use super::memory::{Memory, MemoryError, seen};
use crate::durable::{Disk, Files};
use crate::output;

/// How many contradictions are kept. Each is proof enough; more would only fill the disk.
const MOST_EVIDENCE: usize = 100;

/// A witness at work.
pub(super) struct Witness<D = Files> {
    key: SigningKey,
    /// The logs' keys; a log whose key is about to change has two.
    logs: Vec<VerifierKey>,
    /// Reading, deciding and remembering are one step: one request at a time.
    memory: Mutex<Memory<D>>,
    evidence: PathBuf,
    /// Held as long as the witness runs.
    _lock: Option<File>,
}

impl Witness {
    /// Takes a folder: makes key and memory on the first start, and refuses one of the two without the other.
    pub(super) fn open(settings: Settings) -> Result<Arc<Self>, WitnessError> {
        let Settings { name, folder, listen: _, logs } = settings;
        let failed = |source| WitnessError::Folder { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = lock(&folder)?;
        let (key_path, memory_path) = (folder.join("witness.key"), folder.join("seen.json"));
        let memory = match Memory::open(Files, &memory_path)? {
            Some(memory) => memory,
            None if key_path.exists() => return Err(WitnessError::Forgot(folder)),
            // Before the key, which so never exists without it.
            None => Memory::create(Files, &memory_path)?,
        };
        let seed = SubKeys::load_or_create(&key_path)?.witness();
        let key = SigningKey::from_seed(&name, KeyType::Cosignature, &seed)
            .map_err(|why| WitnessError::Name { name, why })?;
        Ok(Arc::new(Self::new(key, logs, memory, folder.join("evidence"), Some(lock))))
    }
}

fn lock(folder: &Path) -> Result<File, WitnessError> {
    let path = folder.join("lock");
    let failed = |source| WitnessError::Folder { path: path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(WitnessError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

impl<D: Disk> Witness<D> {
    pub(super) fn new(
        key: SigningKey,
        logs: Vec<VerifierKey>,
        memory: Memory<D>,
        evidence: PathBuf,
        lock: Option<File>,
    ) -> Self {
        Self { key, logs, memory: Mutex::new(memory), evidence, _lock: lock }
    }

    /// The key by which its cosignatures are checked.
    pub(super) fn key(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// The addresses of the service.
    pub(super) fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/add-checkpoint", post(add_checkpoint))
            .route("/", get(health))
            .layer(DefaultBodyLimit::max(MAX_REQUEST_LEN))
            .with_state(self)
    }

    /// Answers one request: the cosignature, once what was seen is on the disk.
    pub(super) fn add(&self, body: &[u8], now: u64) -> Result<String, MemoryError> {
        let refused = |error| MemoryError::Refused(Box::new(Refusal::Malformed(error)));
        let request = AddCheckpoint::parse(body).map_err(refused)?;
        let origin = request.checkpoint.checkpoint().origin();
        let keys: Vec<_> = self.logs.iter().filter(|key| key.name() == origin).cloned().collect();
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = memory.take(&request, &keys) {
            if let (MemoryError::Refused(_), Ok(Some(last))) = (&error, memory.last(origin)) {
                self.keep_evidence(&request, &last, &keys);
            }
            return Err(error);
        }
        drop(memory);
        let line = cosignature::cosign(&self.key, &request.checkpoint, now).map_err(refused)?;
        Ok(format!("{line}\n"))
    }

    /// Two checkpoints that one log has signed and that contradict each other are proof of a fork: they are
    /// kept, for people to show.
    fn keep_evidence(&self, request: &AddCheckpoint, last: &SignedCheckpoint, keys: &[VerifierKey]) {
        let (before, now) = (seen(last), seen(&request.checkpoint));
        let signed = keys.iter().any(|key| request.checkpoint.verify(key, &[]).is_ok());
        // A proof that is none proves nothing of the log; two roots of one size do.
        if !signed || before.size != now.size || before.root == now.root {
            return;
        }
        let text = format!(
            "Two checkpoints of one size that one log has signed: it has shown different people different things.\n\
             \n{}\n{}",
            last.as_str(),
            request.checkpoint.as_str()
        );
        let name = format!("{}-{}.txt", now.size, seal::Digest::of(&text).to_hex().split_at(16).0);
        let path = self.evidence.join(name);
        let kept = || -> std::io::Result<()> {
            fs::create_dir_all(&self.evidence)?;
            if fs::read_dir(&self.evidence)?.count() < MOST_EVIDENCE {
                Files.write(&path, text.as_bytes())?;
            }
            Ok(())
        };
        match kept() {
            Ok(()) => eprintln!(
                "FORK: {} has signed two checkpoints of size {}: see {}",
                last.checkpoint().origin(),
                now.size,
                path.display()
            ),
            Err(error) => eprintln!("{}: {error}", path.display()),
        }
    }

    /// How the witness is, for whoever runs it and for whoever relies on it.
    fn page(&self) -> Result<String, MemoryError> {
        let seen = self.memory.lock().unwrap_or_else(PoisonError::into_inner).all()?;
        let mut page = format!("A witness of logs (C2SP tlog-witness).\n\nkey {}\n", self.key());
        for key in &self.logs {
            let last = seen.get(key.name());
            let last = last.map_or_else(
                || "nothing cosigned yet".to_owned(),
                |last| format!("cosigned at size {} {}", last.checkpoint().size(), last.checkpoint().root()),
            );
            // Writing to a string cannot fail.
            let _ = writeln!(page, "log {}: {last}", key.name());
        }
        Ok(page)
    }
}

async fn add_checkpoint<D: Disk>(State(witness): State<Arc<Witness<D>>>, body: Bytes) -> Response {
    let now = u64::try_from(output::now()).unwrap_or_default();
    // Waits for the disk.
    let answer = tokio::task::spawn_blocking(move || witness.add(&body, now)).await;
    match answer {
        Ok(Ok(line)) => text(StatusCode::OK, "text/plain; charset=utf-8", line),
        Ok(Err(MemoryError::Refused(refusal))) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let (content_type, body) = refusal.body();
            text(status, content_type, body)
        }
        Ok(Err(error)) => failed(&error.to_string()),
        Err(error) => failed(&error.to_string()),
    }
}

async fn health<D: Disk>(State(witness): State<Arc<Witness<D>>>) -> Response {
    match tokio::task::spawn_blocking(move || witness.page()).await {
        Ok(Ok(page)) => text(StatusCode::OK, "text/plain; charset=utf-8", page),
        Ok(Err(error)) => failed(&error.to_string()),
        Err(error) => failed(&error.to_string()),
    }
}

/// Says to the operator what failed, and to the log that it did.
fn failed(why: &str) -> Response {
    eprintln!("error: {why}");
    text(
        StatusCode::INTERNAL_SERVER_ERROR,
        "text/plain; charset=utf-8",
        "the witness cannot remember\n".into(),
    )
}

fn text(status: StatusCode, content_type: &'static str, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
