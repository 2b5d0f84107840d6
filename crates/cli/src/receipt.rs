//! `safehand receipt`: comes back to a report with its seven words.

use std::path::PathBuf;

use clap::Args;
use client::{Receipt, Reporter, Said};
use protocol::ErrorCode;
use protocol::content::Speaker;
use protocol::proof::Logged;
use seal::Phrase;
use serde::Serialize;

use crate::args::ServiceArgs;
use crate::error::{Error, Result};
use crate::{output, prompt, report};

/// Options of `safehand receipt`.
#[derive(Debug, Args)]
#[command(after_help = "\
The words are asked for, so that they stay out of the shell's history. Case, hyphens and spaces do
not matter.

Examples:
  safehand receipt --to https://report.example
  safehand receipt --to https://report.example --reply \"It was on a Tuesday.\"
  safehand receipt --to https://report.example --attach more.txt --words-file words.txt
")]
pub(crate) struct ReceiptOptions {
    #[command(flatten)]
    service: ServiceArgs,
    /// Read the seven words from the first line of a file instead of asking for them; - for standard input
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// Say something to the desk
    #[arg(long, value_name = "TEXT")]
    reply: Option<String>,
    /// Add a file to the report; again for more
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// Save the receipt to keep, with the newest signatures, for `safehand verify receipt`
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Print the dialogue as JSON
    #[arg(long)]
    json: bool,
}

/// A report as its reporter sees it, for scripts.
#[derive(Debug, Serialize)]
struct Printed {
    desk: String,
    received_at: i64,
    files: usize,
    /// The report's entry in the log, and how many witnesses have cosigned it.
    entry: Option<u64>,
    witnesses: Option<usize>,
    messages: Vec<PrintedMessage>,
}

#[derive(Debug, Serialize)]
struct PrintedMessage {
    from: Speaker,
    at: i64,
    text: String,
}

/// Adds what was asked to be added, then prints the dialogue.
pub(crate) async fn run(options: ReceiptOptions) -> Result<()> {
    report::may_be_kept_at(options.receipt.as_deref())?;
    let client = options.service.client()?;
    let words = match &options.words_file {
        Some(path) => prompt::first_line(path)?,
        None => prompt::line("Your seven words: ", "the seven words", "--words-file")?,
    };
    let phrase = Phrase::parse(&words).map_err(Error::Phrase)?;
    let reporter = client.reporter(phrase).await?;
    let mut receipt = fetch(&reporter).await?;

    for file in &options.attach {
        let bar = report::bar(options.json, &file.display().to_string());
        let progress = |sent, total| {
            bar.set_length(total);
            bar.set_position(sent);
        };
        reporter.attach(&receipt, file, &progress).await?;
        bar.finish();
    }
    if let Some(text) = &options.reply {
        reporter.say(&receipt, text).await?;
    }
    if options.reply.is_some() || !options.attach.is_empty() {
        receipt = fetch(&reporter).await?;
    }
    if let Some(path) = &options.receipt {
        report::keep_receipt(&reporter, path).await?;
    }
    let logged = receipt.logged(&client.log_keys().await?);
    print(&receipt, logged.as_ref().ok().copied(), options.json)?;
    // What the desk wrote is shown first; then what is wrong.
    logged.map(drop).map_err(Error::from)
}

async fn fetch(reporter: &Reporter) -> Result<Receipt> {
    reporter.receipt().await.map_err(|error| match error.code() {
        Some(ErrorCode::NotSignedIn | ErrorCode::NotFound) => Error::NoSuchReport,
        _ => error.into(),
    })
}

fn print(receipt: &Receipt, logged: Option<Logged>, json: bool) -> Result<()> {
    let messages = receipt.messages()?;
    let files = receipt.files().count();
    let view = &receipt.view;
    if json {
        let messages =
            messages.into_iter().map(|Said { from, at, text, .. }| PrintedMessage { from, at, text });
        return output::json(&Printed {
            desk: view.desk.clone(),
            received_at: view.received_at,
            files,
            entry: logged.map(|logged| logged.index),
            witnesses: logged.map(|logged| logged.witnesses),
            messages: messages.collect(),
        });
    }
    println!("Received by {} on {}.", view.desk, output::moment(view.received_at));
    if let Some(logged) = logged {
        println!("{}", report::in_the_log(logged));
    }
    if files > 0 {
        println!("Files handed over: {files}");
    }
    if messages.is_empty() {
        println!("\nNo reply yet.");
    }
    for message in messages {
        let who = match message.from {
            Speaker::Reporter => "You",
            Speaker::Desk => "The desk",
        };
        println!("\n{who}, {}:\n{}", output::moment(message.at), message.text);
    }
    Ok(())
}
