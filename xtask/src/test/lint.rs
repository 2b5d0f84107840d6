//! Formatting, clippy, and what the dependency graph is licensed under.

use std::process::Stdio;

use super::tally::Tally;
use crate::shell;

pub(super) fn run(tally: &mut Tally) {
    tally.check("cargo fmt --check", shell::run(shell::cargo().args(["fmt", "--all", "--check"])));
    let clippy = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    tally.check("cargo clippy", shell::run(shell::cargo().args(clippy)));

    // Installing cargo-deny takes longer than the rest of this part; it is used where it is there.
    let probe =
        shell::cargo().args(["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if probe.is_ok_and(|status| status.success()) {
        let deny = ["deny", "--offline", "check", "licenses", "bans", "sources"];
        tally.check("cargo deny", shell::run(shell::cargo().args(deny)));
    } else {
        println!("cargo-deny is not installed: licences were not checked");
    }
}
