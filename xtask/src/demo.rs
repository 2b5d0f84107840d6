//! `cargo xtask demo`: builds what a person needs to see the whole story, and starts it.

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::{build, shell};

/// Options of the demo.
#[derive(Debug, Args)]
pub(crate) struct DemoOptions {
    /// Throw the demo's folder away and begin again.
    #[arg(long)]
    fresh: bool,
    /// The port on 127.0.0.1.
    #[arg(long)]
    port: Option<u16>,
    /// How many made-up reports to send when the demo is first made.
    #[arg(long, value_name = "N")]
    reports: Option<u32>,
    /// Make the demo and leave without starting the server.
    #[arg(long)]
    no_serve: bool,
    /// Where the demo lives.
    #[arg(long, default_value = "demo", value_name = "FOLDER")]
    folder: PathBuf,
}

/// Builds the browser's files and the release binary, then becomes `safehand demo`.
pub(crate) fn demo(options: &DemoOptions) -> Result<(), Error> {
    let safehand = build::safehand()?;

    let mut command = shell::command(safehand);
    command.arg("demo").arg("--folder").arg(&options.folder);
    if let Some(port) = options.port {
        command.arg("--port").arg(port.to_string());
    }
    if options.fresh {
        command.arg("--fresh");
    }
    if options.no_serve {
        command.arg("--no-serve");
    }
    if let Some(reports) = options.reports {
        command.arg("--reports").arg(reports.to_string());
    }
    replace(&mut command)
}

/// Lets the command take this process's place, so that Ctrl-C and signals reach it alone.
#[cfg(unix)]
fn replace(command: &mut std::process::Command) -> Result<(), Error> {
    use std::os::unix::process::CommandExt as _;
    let source = command.exec();
    Err(Error::Start { command: shell::describe(command), source })
}

#[cfg(not(unix))]
fn replace(command: &mut std::process::Command) -> Result<(), Error> {
    shell::run(command)
}
