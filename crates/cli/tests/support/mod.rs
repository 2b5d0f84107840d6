//! A real instance in a folder of its own, run by the real binary.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

pub(crate) mod witness;

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use client::Client;
use protocol::content::{Answers, SealedOn, Summary};

/// The passphrase of every member.
pub(crate) const PASSPHRASE: &str = "football homework weather";

/// The binary under test, with nothing of this environment that could configure it.
pub(crate) fn safehand() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safehand"));
    command.stdin(Stdio::null()).env_remove("SAFEHAND_CONFIG");
    command
}

/// An instance with one police desk, supervised by `officer`.
pub(crate) struct Instance {
    folder: tempfile::TempDir,
    pub(crate) address: SocketAddr,
}

impl Instance {
    /// Configures it and holds the key ceremony.
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = format!(
            "[server]\nlisten = \"{address}\"\norigin = \"http://{address}\"\n\
             [work]\nbase_bits = 1\nmax_bits = 1\n[staff]\npasskey = \"off\"\n[log]\nlevel = \"error\"\n"
        );
        fs::write(folder.path().join("safehand.toml"), config).unwrap();
        fs::write(folder.path().join("passphrase"), PASSPHRASE).unwrap();
        let instance = Self { folder, address };
        let mut create = safehand();
        create
            .args(["desk", "create", "police", "--name", "Police", "--kind", "police", "--login", "officer"]);
        create.args(["--member-name", "Officer", "--quiet"]);
        create.arg("--config").arg(instance.path("safehand.toml"));
        create.arg("--shares").arg(instance.path("shares"));
        create.arg("--passphrase-file").arg(instance.path("passphrase"));
        assert!(create.status().unwrap().success());
        instance
    }

    /// A path in the instance's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address as a reporter knows it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn start(&self) -> Running {
        self.start_in(self.folder.path()).expect("the server starts")
    }

    /// Starts the server on a copy of the instance's folder; nothing when it refuses to start.
    pub(crate) fn start_in(&self, folder: &Path) -> Option<Running> {
        let mut serve = safehand();
        serve.stdout(Stdio::null());
        serve.arg("serve").arg("--config").arg(folder.join("safehand.toml"));
        let mut running = Running(serve.spawn().unwrap());
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if running.0.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not start");
            std::thread::sleep(Duration::from_millis(2));
        }
        Some(running)
    }

    /// A client that keeps trying for half a minute.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url()).unwrap().with_patience(Duration::from_secs(30))
    }
}

/// A running server, killed when dropped.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself cannot be killed.
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }
}

/// What a command printed; it must have succeeded.
pub(crate) fn stdout(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// The documents of a report that says nothing.
pub(crate) fn documents(title: &str) -> (Answers, Summary) {
    let answers = Answers {
        schema: Answers::SCHEMA.to_owned(),
        questionnaire: "default".to_owned(),
        version: 1,
        language: "en-GB".to_owned(),
        sealed_on: SealedOn::Device,
        route: None,
        pages: Vec::new(),
        reasons: Vec::new(),
        files: Vec::new(),
    };
    let summary = Summary {
        schema: Summary::SCHEMA.to_owned(),
        title: title.to_owned(),
        reasons: Vec::new(),
        route: None,
        about: Vec::new(),
        accounts: 0,
        files: 0,
    };
    (answers, summary)
}
