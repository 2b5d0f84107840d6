//! Programs that are installed for the project alone, below `target/tools` and `node_modules`, and the
//! ones that have to be on the machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::shell;

const WASM: &str = "wasm32-unknown-unknown";

/// The tus client from `PyPI` that uploads are tested with.
const TUSPY: &[&str] = &["tuspy==1.1.0"];

/// The implementation from `PyPI` of the log's formats that ours is held against. It states Python 3.12, and
/// runs on Debian's 3.11 all the same.
const TLOG: &[&str] = &["--ignore-requires-python", "aics-tlog==0.2.1", "aics-witness==0.1.0"];

/// Where browsers are looked for.
const CHROMIUM: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Adds rustup's wasm target where it is missing and can be had. Where it cannot, the build falls back on
/// Debian's own compiler, and says so when that is missing too.
pub(crate) fn wasm_compiler() {
    let installed = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .output()
        .is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir());
    if !installed && shell::is_installed("rustup") {
        let mut rustup = shell::command("rustup");
        let _ = rustup.args(["target", "add", WASM]).stdout(Stdio::null()).status();
    }
}

/// Installs the packages of the `package-lock.json` in `folder`, unless they are there already.
pub(crate) fn npm_packages(folder: &Path) -> Result<(), Error> {
    if !shell::is_installed("npm") {
        return Err(Error::Missing { tool: "npm", hint: "install Node.js 20 or later with npm" });
    }
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).map_err(Error::file(&lock))?;
    let marker = folder.join("node_modules").join(".safehand-lock");
    if std::fs::read(&marker).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = shell::command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"]);
    shell::run(npm.current_dir(folder))?;
    std::fs::write(&marker, wanted).map_err(Error::file(&marker))
}

/// The Chromium that browser tests run in.
pub(crate) fn chromium() -> Result<PathBuf, Error> {
    std::env::var_os("SAFEHAND_CHROMIUM")
        .map(PathBuf::from)
        .into_iter()
        .chain(CHROMIUM.map(PathBuf::from))
        .find(|path| path.exists())
        .ok_or(Error::Missing { tool: "chromium", hint: "install Debian's package `chromium`" })
}

/// A Python with tuspy in it, made when it is missing.
pub(crate) fn tuspy() -> Result<PathBuf, Error> {
    python_with("tuspy", "tusclient", TUSPY)
}

/// A Python with the other implementation of the log's formats in it, made when it is missing.
pub(crate) fn tlog() -> Result<PathBuf, Error> {
    python_with("tlog", "aics_tlog, aics_witness", TLOG)
}

/// A Python below `target/tools` in which these modules can be imported, once these packages are installed.
fn python_with(name: &str, modules: &str, packages: &[&str]) -> Result<PathBuf, Error> {
    let folder = shell::target().join("tools").join(name);
    let python = folder.join("bin").join("python");
    let works = |python: &Path| {
        let mut probe = Command::new(python);
        probe.args(["-c", &format!("import {modules}")]).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    };
    if works(&python) {
        return Ok(python);
    }
    if !shell::is_installed("python3") {
        return Err(Error::Missing { tool: "python3", hint: "install Python 3.9 or later with venv" });
    }
    shell::run(shell::command("python3").args(["-m", "venv"]).arg(&folder))?;
    shell::run(shell::command(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
    Ok(python)
}
