//! A real witness, run by the real binary.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::safehand;

/// A witness that runs until it is dropped.
pub(crate) struct RunningWitness {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl RunningWitness {
    /// Starts the real binary on a folder.
    pub(crate) fn start(folder: &Path, logs: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = safehand();
        command.args(["witness", "--name", "witness.example", "--listen", &address.to_string(), "--folder"]);
        command.arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
        for log in logs {
            command.args(["--log", log]);
        }
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the witness ended by itself");
            assert!(begun.elapsed() < Duration::from_secs(20), "the witness does not start");
            std::thread::sleep(Duration::from_millis(2));
        }
        Self { child, address }
    }

    /// Posts a request; answers the status and the body.
    pub(crate) fn post(&self, body: &str) -> (u16, String) {
        self.speak("POST", "/add-checkpoint", body)
    }

    /// A page.
    pub(crate) fn get(&self, path: &str) -> String {
        self.speak("GET", path, "").1
    }

    fn speak(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: witness\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // One that is too long is refused before all of it was sent.
        let _ = stream.write_all(body.as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

impl Drop for RunningWitness {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
