//! `safehand doctor`: looks an instance over.

use clap::Args;
use serde::Serialize;
use server::doctor::{Severity, doctor};

use crate::args::ConfigArgs;
use crate::error::{Error, Result};
use crate::output;

/// Options of `safehand doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Ends with exit code 5 when something has to be put right; warnings alone do not.

Examples:
  safehand doctor --config /etc/safehand/safehand.toml
  safehand doctor --json | jq -r '.[] | select(.severity == \"wrong\") | .text'
")]
pub(crate) struct DoctorOptions {
    #[command(flatten)]
    config: ConfigArgs,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// A finding, as scripts read it.
#[derive(Debug, Serialize)]
struct Told<'a> {
    severity: &'static str,
    about: &'a str,
    text: &'a str,
}

/// Prints the findings.
pub(crate) async fn run(options: DoctorOptions) -> Result<()> {
    let environment: Vec<_> = std::env::vars().collect();
    let findings = doctor(options.config.config.as_deref(), &environment).await;
    let told: Vec<_> = findings
        .iter()
        .map(|finding| Told { severity: word(finding.severity), about: finding.about, text: &finding.text })
        .collect();
    if options.json {
        output::json(&told)?;
    } else {
        for Told { severity, about, text } in &told {
            println!("{severity:<8} {about}: {text}");
        }
    }
    match findings.iter().filter(|finding| finding.severity == Severity::Wrong).count() {
        0 => Ok(()),
        wrong => Err(Error::Unhealthy(wrong)),
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Fine => "fine",
        Severity::Warning => "warning",
        Severity::Wrong => "wrong",
    }
}
