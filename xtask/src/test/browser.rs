//! The whole story in Chromium, by Playwright.

use std::path::Path;

use serde::Deserialize;

use super::tally::Tally;
use crate::error::Error;
use crate::{build, shell, tools};

/// As much of Playwright's JSON report as is counted.
#[derive(Debug, Deserialize)]
struct Report {
    suites: Vec<Suite>,
    #[serde(default)]
    errors: Vec<Mishap>,
}

#[derive(Debug, Deserialize)]
struct Suite {
    title: String,
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    specs: Vec<Spec>,
}

#[derive(Debug, Deserialize)]
struct Spec {
    title: String,
    #[serde(default)]
    tests: Vec<Run>,
}

/// A spec in one of the configured browsers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    #[serde(default)]
    project_name: String,
    status: String,
}

/// Something that went wrong outside any test.
#[derive(Debug, Deserialize)]
struct Mishap {
    #[serde(default)]
    message: String,
}

/// Builds the release binary and runs the specs of `web/tests` against it.
pub(super) fn run(tally: &mut Tally) -> Result<(), Error> {
    let chromium = tools::chromium()?;
    let safehand = build::safehand()?;
    let yardstick = build::yardstick()?;
    let folder = shell::root().join("web/tests");
    tools::npm_packages(&folder)?;

    let json = shell::target().join("browser-tests.json");
    // A report of an earlier run must not be taken for this one's.
    let _ = std::fs::remove_file(&json);
    let mut playwright = shell::command("npx");
    playwright.current_dir(&folder).args(["playwright", "test"]).env("SAFEHAND_REPORT", &json);
    playwright.env("SAFEHAND_CHROMIUM", chromium).env("SAFEHAND_BINARY", safehand);
    playwright.env("SAFEHAND_YARDSTICK", yardstick);
    let succeeded = shell::watch(&mut playwright, |_| ())?;

    let before = tally.failed();
    let report = read(&json)?;
    for suite in &report.suites {
        count(tally, suite, &[]);
    }
    for mishap in &report.errors {
        tally.fail(format!("browser: {}", mishap.message.lines().next().unwrap_or("an error without words")));
    }
    if !succeeded && tally.failed() == before {
        tally.fail("browser: Playwright failed without naming a test");
    }
    Ok(())
}

fn read(json: &Path) -> Result<Report, Error> {
    let text = std::fs::read(json).map_err(Error::file(json))?;
    serde_json::from_slice(&text).map_err(|error| Error::unexpected("Playwright's report", error))
}

fn count(tally: &mut Tally, suite: &Suite, above: &[&str]) {
    let path = [above, &[suite.title.as_str()]].concat();
    for spec in &suite.specs {
        for run in &spec.tests {
            match run.status.as_str() {
                "expected" => tally.pass(1),
                "skipped" => {}
                _ => {
                    let project = &run.project_name;
                    tally.fail(format!("browser: {} › {} [{project}]", path.join(" › "), spec.title));
                }
            }
        }
    }
    for inner in &suite.suites {
        count(tally, inner, &path);
    }
}
