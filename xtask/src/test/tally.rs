//! Counting what passed and what did not.

use crate::error::Error;

/// Counts, and the names of what failed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    passed: usize,
    failures: Vec<String>,
}

impl Tally {
    /// Counts checks that passed.
    pub(super) fn pass(&mut self, checks: usize) {
        self.passed += checks;
    }

    /// Counts one check that failed, by name.
    pub(super) fn fail(&mut self, name: impl Into<String>) {
        self.failures.push(name.into());
    }

    /// Counts one check.
    pub(super) fn check(&mut self, name: &str, outcome: Result<(), Error>) {
        match outcome {
            Ok(()) => self.pass(1),
            Err(error) => self.fail(format!("{name}: {error}")),
        }
    }

    /// How many checks failed so far.
    pub(super) fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Names what failed and prints the line that ends the run.
    pub(super) fn report(&self) -> Result<(), Error> {
        if !self.failures.is_empty() {
            println!("\nfailed:");
            for failure in &self.failures {
                println!("  {failure}");
            }
        }
        println!("\n{} passed, {} failed", self.passed, self.failed());
        if self.failures.is_empty() { Ok(()) } else { Err(Error::ChecksFailed(self.failed())) }
    }
}

/// What one line of `cargo test` says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// So many tests of one binary passed.
    Passed(usize),
    /// This test failed.
    Failed(&'a str),
    /// Something else.
    Other,
}

/// Reads a line of the test harness's standard output.
pub(super) fn read(line: &str) -> Line<'_> {
    if let Some(name) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED")) {
        return Line::Failed(name);
    }
    let counts = line.strip_prefix("test result: ").and_then(|line| line.split_once(". "));
    let passed = counts.and_then(|(_, counts)| counts.split(" passed;").next()?.parse().ok());
    passed.map_or(Line::Other, Line::Passed)
}

#[cfg(test)]
mod tests {
    use super::{Line, read};

    #[test]
    fn the_harness_is_understood() {
        let ok =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(read(ok), Line::Passed(12));
        let failed = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(read(failed), Line::Passed(3));
        assert_eq!(read("test vectors::round_trip ... FAILED"), Line::Failed("vectors::round_trip"));
        assert_eq!(read("test vectors::round_trip ... ok"), Line::Other);
    }
}
