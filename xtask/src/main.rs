//! Builds, demonstrates, tests and measures the project itself: `cargo xtask help`.

mod bench;
mod build;
mod demo;
mod error;
mod shell;
mod test;
mod tools;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// Builds, demonstrates, tests and measures Safehand.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build everything and start a made-up instance on 127.0.0.1.
    Demo(demo::DemoOptions),
    /// Run every check, or one part of them, and count.
    Test(test::TestOptions),
    /// Measure, print a table, and write target/bench/NAME.json.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Build the browser's files into target/web.
    Web {
        /// Build even if nothing has changed.
        #[arg(long)]
        force: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Demo(options) => demo::demo(&options),
        Task::Test(options) => test::test(&options),
        Task::Bench(bench) => bench::bench(&bench),
        Task::Web { force } => build::web(force),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::ChecksFailed(_)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
