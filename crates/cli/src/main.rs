//! The `safehand` command.

mod answers;
mod args;
mod demo;
mod desk;
mod doctor;
mod durable;
mod error;
mod fsck;
mod inspect;
mod local;
mod log;
mod member;
mod output;
mod prompt;
mod receipt;
mod report;
mod serve;
mod shares;
mod verify;
mod witness;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::args::{Cli, Command};
use crate::error::{Error, Result};
use crate::log::LogCommand;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.tell();
            error.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "safehand", &mut std::io::stdout());
            Ok(())
        }
        Command::Man => output::man(&Cli::command()),
        Command::Demo(options) => wait_for(demo::run(options)),
        Command::Serve(options) => wait_for(serve::run(options)),
        Command::Desk(command) => wait_for(desk::run(command)),
        Command::Member(command) => wait_for(member::run(command)),
        Command::Report(options) => wait_for(report::run(options)),
        Command::Receipt(options) => wait_for(receipt::run(options)),
        Command::Inspect(options) => inspect::run(&options),
        Command::Doctor(options) => wait_for(doctor::run(options)),
        Command::Verify(command) => wait_for(verify::run(command)),
        Command::Fsck(options) => wait_for(fsck::run(options)),
        Command::Log(LogCommand::Follow(options)) => wait_for(log::follow::run(options)),
        Command::Witness(options) => wait_for(witness::run(options)),
    }
}

fn wait_for<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    runtime.block_on(task)
}
