//! Running other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::error::Error;

/// The repository's root, two levels above nothing but this package.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// Where Cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A command that runs in the repository's root.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The Cargo that runs this task, in the environment that it had itself.
///
/// What it sets for this program alone must not reach the build: build scripts that look at it (ring's does)
/// would run again, and all that depends on them be compiled again, whenever a task follows a plain `cargo build`.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(ours)) {
        cargo.env_remove(name);
    }
    cargo
}

/// The command line as a person would type it.
pub(crate) fn describe(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a command to its end, its output going where ours goes.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let status = command.status().map_err(|source| Error::Start { command: describe(command), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: describe(command), status }) }
}

/// Runs a command and returns what it printed to standard output.
///
/// # Errors
/// When it cannot be started, does not succeed, or prints something other than UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String, Error> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start { command: describe(command), source })?;
    if !output.status.success() {
        return Err(Error::Failed { command: describe(command), status: output.status });
    }
    String::from_utf8(output.stdout).map_err(|error| Error::unexpected(describe(command), error))
}

/// Runs a command, shows every line of its standard output and hands it to `see`.
///
/// Returns whether it succeeded: a test runner that fails has still said what passed.
///
/// # Errors
/// When it cannot be started or its output cannot be read.
pub(crate) fn watch(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool, Error> {
    let name = describe(command);
    let start = |source| Error::Start { command: name.clone(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    let stdout = child.stdout.take().ok_or_else(|| Error::unexpected(&name, "no standard output"))?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.map_err(|error| Error::unexpected(&name, error))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        see(&line);
    }
    let status = child.wait().map_err(|error| Error::unexpected(&name, error))?;
    Ok(status.success())
}

/// Whether a program of this name can be run.
pub(crate) fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
