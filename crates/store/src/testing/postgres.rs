//! A PostgreSQL cluster that lives as long as the test process.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::HarnessError;

/// Makes a cluster in a folder of its own and runs it for as long as standard input stays open. The other end of
/// that pipe is held by the test process: however that ends, by panic or by `kill -9`, the server and its files
/// go with it.
const SCRIPT: &str = r#"
bin=$1 port=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
"$bin/initdb" -D data -U safehand -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || { cat log; exit 1; }
"$bin/postgres" -D data -h 127.0.0.1 -p "$port" -k "$dir" -c max_connections=400 >>log 2>&1 </dev/null &
server=$!
for _ in $(seq 300); do
    if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U safehand && kill -0 $server 2>/dev/null; then break; fi
    if ! kill -0 $server 2>/dev/null; then cat log; exit 1; fi
    sleep 0.1
done
echo ready
cat >/dev/null
kill -QUIT $server
wait $server
"#;

/// How often a port that somebody else took meanwhile is replaced by another.
const TRIES: u32 = 5;

struct Cluster {
    port: u16,
    /// Never written to: see [`SCRIPT`].
    _keep_alive: ChildStdin,
}

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Makes a new database in the process's cluster, which is started for the first. Answers its address.
pub(super) async fn new_database() -> Result<String, HarnessError> {
    let port = tokio::task::spawn_blocking(port).await.map_err(std::io::Error::other)??;
    let failed = |error: sqlx::Error| HarnessError::Postgres(error.to_string());
    let address = |database: &str| format!("postgres://safehand@127.0.0.1:{port}/{database}");
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut link = PgConnection::connect(&address("postgres")).await.map_err(failed)?;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut link).await.map_err(failed)?;
    link.close().await.map_err(failed)?;
    Ok(address(&name))
}

fn port() -> Result<u16, HarnessError> {
    let bin = find_binaries().ok_or(HarnessError::NoPostgres)?;
    match CLUSTER.get_or_init(|| start(&bin)) {
        Ok(cluster) => Ok(cluster.port),
        Err(why) => Err(HarnessError::Postgres(why.clone())),
    }
}

/// The folder of the newest installed PostgreSQL from 15 on, where Debian keeps them.
fn find_binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max()?;
    let bin = PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"));
    (newest >= 15 && bin.join("initdb").exists()).then_some(bin)
}

fn start(bin: &Path) -> Result<Cluster, String> {
    let mut why = String::new();
    for _ in 0..TRIES {
        match try_start(bin) {
            Ok(cluster) => return Ok(cluster),
            Err(error) => why = error,
        }
    }
    Err(why)
}

fn try_start(bin: &Path) -> Result<Cluster, String> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let port = free.map_err(|error| error.to_string())?.port();
    let mut command = as_somebody().map_err(|error| error.to_string())?;
    let mut child = command
        .args(["sh", "-c", SCRIPT, "sh"])
        .arg(bin)
        .arg(port.to_string())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (Some(keep_alive), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("its pipes are missing".to_owned());
    };
    let mut said = Vec::new();
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if line == "ready" {
            return Ok(Cluster { port, _keep_alive: keep_alive });
        }
        said.push(line);
    }
    Err(said.join("\n"))
}

/// Begins a command that does not run as root, which initdb refuses to.
fn as_somebody() -> std::io::Result<Command> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(Command::new("env"));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "env", "-u", "TMPDIR"]);
    Ok(command)
}
