//! `safehand report`: seals a report with its files on this machine and hands it over.

use std::path::{Path, PathBuf};

use clap::Args;
use client::{Client, NewReport, Reporter, Sealed};
use indicatif::{ProgressBar, ProgressStyle};
use intake::DeskKind;
use protocol::proof::Logged;
use protocol::public::{DeskPublic, Instance};
use protocol::submission::Acknowledgement;
use seal::Phrase;
use serde::Serialize;

use crate::answers::Given;
use crate::args::ServiceArgs;
use crate::error::{Error, Result};
use crate::{output, prompt};

/// Options of `safehand report`.
#[derive(Debug, Args)]
#[command(after_help = "\
The answers are the questionnaire's own. An answers file is a JSON object:

  {
    \"danger.now\": \"no\",
    \"who.you\": \"parent\",
    \"about.about\": [\"contact\"],
    \"accounts.accounts\": [{ \"platform\": \"ChatApp\", \"handle\": \"north.star\" }],
    \"what.story\": \"…\",
    \"have.have\": [\"messages\"],
    \"declaration.agree\": \"true\"
  }

Leave one out, and the message says which answers it takes. Files are sealed while they are sent;
when the connection drops, sending goes on where it stopped. The seven words are printed once and
kept nowhere.

Examples:
  safehand report --to https://report.example --desk online-safety --answers answers.json chat.txt
  safehand report --to https://report.example --answers answers.json --receipt proof.txt chat.txt
  safehand report --to https://report.example --answers - --json < answers.json > receipt.json
")]
pub(crate) struct ReportOptions {
    /// The files to hand over
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    service: ServiceArgs,
    /// The desk's short name; may be left out where there is only one
    #[arg(long, value_name = "DESK")]
    desk: Option<String>,
    /// Read answers from a JSON file; - for standard input
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Answer one question; again for further choices
    #[arg(long = "set", value_name = "PAGE.FIELD=VALUE")]
    set: Vec<String>,
    /// Save the receipt to keep: a text file that names no content, for `safehand verify receipt`
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Print the receipt as JSON, and no progress
    #[arg(long)]
    json: bool,
}

/// The receipt, as scripts read it.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    phrase: String,
    desk: &'a str,
    report: String,
    received_at: i64,
    /// The report's entry in the log, and how many witnesses have cosigned it.
    entry: u64,
    witnesses: usize,
    files: &'a [protocol::content::FileEntry],
}

/// Seals, sends, and prints the seven words.
pub(crate) async fn run(options: ReportOptions) -> Result<()> {
    may_be_kept_at(options.receipt.as_deref())?;
    let client = options.service.client()?;
    let mut given = match &options.answers {
        Some(path) => Given::from_json(&prompt::read(path)?)?,
        None => Given::default(),
    };
    for assignment in &options.set {
        given.add(assignment)?;
    }

    let desk = choose(client.instance().await?, options.desk.as_deref())?;
    let answered = given.walk(kind(&desk), output::now())?;
    if !options.files.is_empty() && desk.accepts_files && !answered.takes_files {
        return Err(Error::FilesExcluded);
    }

    let (phrase, mut report) = client.new_report(&desk.slug).await?;
    attach(&client, &mut report, &options).await?;
    let sealed = report.finish(&client, answered.answers, answered.summary, answered.urgent).await?;
    let (acknowledged, logged) = sealed.send(&client).await?;
    if let Some(path) = &options.receipt {
        keep_receipt(&sealed.reporter(&client), path).await?;
    }
    if options.json {
        return output::json(&Printed {
            phrase: phrase.to_string(),
            desk: &desk.slug,
            report: acknowledged.report.to_string(),
            received_at: acknowledged.received_at,
            entry: logged.index,
            witnesses: logged.witnesses,
            files: &sealed.files,
        });
    }
    print_receipt(&phrase, &desk, &sealed, (&acknowledged, logged), &options.service.url);
    Ok(())
}

async fn attach(client: &Client, report: &mut NewReport, options: &ReportOptions) -> Result<()> {
    for file in &options.files {
        let bar = bar(options.json, &file.display().to_string());
        let progress = |sent, total| {
            bar.set_length(total);
            bar.set_position(sent);
        };
        report.attach(client, file, &progress).await?;
        bar.finish();
    }
    Ok(())
}

/// A bar that shows bytes, speed and the time left; hidden where nobody looks at it.
pub(crate) fn bar(hidden: bool, name: &str) -> ProgressBar {
    const SHAPE: &str = "{msg:24!} [{bar:30}] {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";
    if hidden {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(SHAPE).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style.progress_chars("=> ")).with_message(name.to_owned())
}

/// The desk that was named, or the only one there is.
fn choose(instance: Instance, named: Option<&str>) -> Result<DeskPublic> {
    let known: Vec<_> = instance.desks.iter().map(|desk| desk.slug.clone()).collect();
    let mut desks = instance.desks.into_iter();
    match named {
        Some(slug) => desks
            .find(|desk| desk.slug == slug)
            .ok_or_else(|| client::Error::NoSuchDesk { slug: slug.to_owned(), known }.into()),
        None => match (desks.next(), desks.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Error::WhichDesk(known)),
        },
    }
}

/// The questionnaire's word for the kind of desk.
pub(crate) fn kind(desk: &DeskPublic) -> DeskKind {
    match desk.kind {
        protocol::public::DeskKind::Police => DeskKind::Police,
        protocol::public::DeskKind::Charity => DeskKind::Charity,
    }
}

/// What the log says, in a sentence.
pub(crate) fn in_the_log(Logged { index, witnesses }: Logged) -> String {
    let signed = match witnesses {
        0 => "no outside organisation has signed for it yet".to_owned(),
        1 => "one outside organisation has signed for it".to_owned(),
        count => format!("{count} outside organisations have signed for it"),
    };
    format!("It is entry {index} in the log; {signed}.")
}

/// That there is room for a receipt where it is to be kept: asked before anything is sent.
pub(crate) fn may_be_kept_at(path: Option<&Path>) -> Result<()> {
    match path.filter(|path| path.exists()) {
        Some(path) => Err(Error::ReceiptExists(path.to_owned())),
        None => Ok(()),
    }
}

/// Writes the receipt to keep. One that is there already is not overwritten: it may be another report's.
pub(crate) async fn keep_receipt(reporter: &Reporter, path: &Path) -> Result<()> {
    let receipt = reporter.receipt().await?;
    let file = reporter.receipt_file(&receipt).await?;
    let mut options = std::fs::OpenOptions::new();
    let mut kept = options.write(true).create_new(true).open(path).map_err(Error::file(path))?;
    std::io::Write::write_all(&mut kept, file.as_bytes()).map_err(Error::file(path))
}

fn print_receipt(
    phrase: &Phrase,
    desk: &DeskPublic,
    sealed: &Sealed,
    (acknowledged, logged): (&Acknowledgement, Logged),
    url: &str,
) {
    println!("{} received your report on {}.\n", desk.name, output::moment(acknowledged.received_at));
    for file in &sealed.files {
        println!("  {}  {} bytes  SHA-256 {}", file.name, file.size, file.sha256);
    }
    if !sealed.files.is_empty() {
        println!();
    }
    println!("{}\n", in_the_log(logged));
    println!("Your seven words:\n\n  {phrase}\n");
    println!("Write them down now: they are shown this once, and nobody can find them for you.");
    println!("With them you can read replies:  safehand receipt --to {url}");
}
