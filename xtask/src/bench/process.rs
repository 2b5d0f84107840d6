//! A server under measurement, as Linux tells of it in `/proc`.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::shell;

/// Kernel clock ticks in a second; fixed by Linux's interface to user space.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server, killed when dropped.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// From the start of the process to its first answer.
    pub(super) started_in: Duration,
}

impl Running {
    /// Starts a server and waits for its first answer on `address`.
    pub(super) fn start(command: &mut Command, address: SocketAddr) -> Result<Self, Error> {
        let begun = Instant::now();
        let child = command
            .stdout(Stdio::null())
            .spawn()
            .map_err(|source| Error::Start { command: shell::describe(command), source })?;
        let mut running = Self { child, started_in: Duration::ZERO };
        while !answers(address) {
            if let Ok(Some(status)) = running.child.try_wait() {
                return Err(Error::Failed { command: shell::describe(command), status });
            }
            if begun.elapsed() > Duration::from_secs(20) {
                return Err(Error::unexpected(shell::describe(command), "no answer within 20 seconds"));
            }
            sleep(Duration::from_millis(1));
        }
        running.started_in = begun.elapsed();
        Ok(running)
    }

    /// User and system time that the server has used so far.
    pub(super) fn cpu(&self) -> Result<Duration, Error> {
        let stat = self.read("stat")?;
        // The command name may hold spaces; fields are counted from behind its closing bracket.
        let fields = stat.rsplit(") ").next().unwrap_or_default().split_whitespace();
        let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(Duration::from_secs_f64(ticks / TICKS_PER_SECOND))
    }

    /// Resident memory now, in MiB.
    pub(super) fn rss_mib(&self) -> Result<f64, Error> {
        self.status_mib("VmRSS:")
    }

    /// The most resident memory that the server ever had, in MiB.
    pub(super) fn peak_rss_mib(&self) -> Result<f64, Error> {
        self.status_mib("VmHWM:")
    }

    fn status_mib(&self, field: &str) -> Result<f64, Error> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kib.map(|kib| kib / 1024.0).ok_or_else(|| Error::unexpected("/proc/PID/status", "no such line"))
    }

    fn read(&self, name: &str) -> Result<String, Error> {
        let path = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&path).map_err(Error::file(Path::new(&path)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already is as good as stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether something speaks HTTP there.
fn answers(address: SocketAddr) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)) else {
        return false;
    };
    let request = format!("GET /api/v1/instance HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = [0; 12];
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    stream.write_all(request.as_bytes()).and_then(|()| stream.read_exact(&mut answer)).is_ok()
        && answer.ends_with(b"200")
}

/// A port on 127.0.0.1 that nothing listens on at this moment.
pub(super) fn free_address() -> Result<SocketAddr, Error> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Error::unexpected("the loopback interface", error))
}
