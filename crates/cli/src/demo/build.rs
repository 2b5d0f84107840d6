//! Making a demo: configuration, desks, people, and reports sent as real ones are.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::{Client, NewReport};
use indicatif::ProgressBar;
use protocol::Role;
use protocol::staff::ReportState;
use seal::rand_core::Rng as _;
use seal::{ReportId, ReporterKeys};
use server::staff::ceremony::{self, DeskPlan, NewDesk, Person};
use server::{Config, Server};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::people::{DESKS, DemoDesk, PASSPHRASE};
use super::{CONFIG, Card, Login, address, chat, config, reports};
use crate::error::{Error, Result};
use crate::local::Local;
use crate::shares::{self, Split};
use crate::{output, report};

/// Reports whose seven words are kept; deriving keys from words takes a while each.
const WITH_WORDS: u32 = 8;
/// How the recovery key of a demo's desk is split.
const SPLIT: Split = Split { needed: 2, shares: 3 };
/// Every so many reports one goes to the charity's desk.
const CHARITY_EVERY: u32 = 4;
/// Messages in the chats that are handed over: enough of them that they go through uploads.
const CHAT_MESSAGES: u32 = 4_000;
const MORE_MESSAGES: u32 = 600;

/// Makes everything.
pub(super) async fn build(folder: &Path, port: u16, number: u32) -> Result<Card> {
    eprintln!("Making a demo in {} …", folder.display());
    write_config(folder, port)?;
    let members = people(folder).await?;

    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::bind(quick(config(folder)?)).await?;
    let serving = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    let client = Client::new(&format!("http://{}", address(port)))?.with_patience(Duration::from_secs(10));
    let (phrases, first) = send(&client, folder, number).await?;
    if let Some(first) = first {
        work_on(&client, first).await?;
        look_at(&client, first).await?;
    }
    let _ = stop.send(());
    serving.await.map_err(client::Error::from)??;
    Ok(Card { port, passphrase: PASSPHRASE.to_owned(), members, phrases })
}

fn write_config(folder: &Path, port: u16) -> Result<()> {
    let address = address(port);
    let text = format!(
        "# A demo: only this machine can reach it.\n\
         [server]\n\
         name = \"Northshire reporting line (demo)\"\n\
         listen = \"{address}\"\n\
         origin = \"http://{address}\"\n\
         \n\
         # Real members show a passkey too; a demo's have none.\n\
         [staff]\n\
         passkey = \"off\"\n\
         \n\
         [log]\n\
         level = \"warn\"\n"
    );
    let path = folder.join(CONFIG);
    fs::write(&path, text).map_err(Error::file(&path))
}

/// The demo's configuration while its reports are sent: they are not an attack.
fn quick(mut config: Config) -> Config {
    config.work.base_bits = 1;
    config.work.max_bits = 1;
    config
}

/// Both desks with one person for each role, and their recovery shares.
async fn people(folder: &Path) -> Result<Vec<Login>> {
    let local = Local::open(Some(&folder.join(CONFIG))).await?;
    let letters = folder.join("shares");
    fs::create_dir_all(&letters).map_err(Error::file(&letters))?;
    let mut members = Vec::new();
    for demo in &DESKS {
        let plan = DeskPlan {
            slug: demo.slug.to_owned(),
            name: demo.name.to_owned(),
            kind: demo.kind,
            threshold: SPLIT.needed,
            custodians: SPLIT.shares,
        };
        let files = SPLIT.files(&letters, demo.slug)?;
        let NewDesk { desk, key, shares } = ceremony::create_desk(&local.store, plan, output::now()).await?;
        shares::write(&files, SPLIT, &desk, &shares)?;
        for (login, name, role) in demo.staff() {
            let person = Person { login: login.clone(), name: name.to_owned(), role };
            let (store, keys) = (&local.store, &local.keys);
            ceremony::enrol(store, keys, &desk, &person, PASSPHRASE, Some(&key), output::now()).await?;
            members.push(Login { desk: desk.slug.clone(), login, name: name.to_owned(), role });
        }
    }
    Ok(members)
}

/// Sends the reports. Returns the words of the first few, and which was the first.
async fn send(client: &Client, folder: &Path, number: u32) -> Result<(Vec<String>, Option<ReportId>)> {
    let exports = [folder.join("WhatsApp Chat with Robin.txt"), folder.join("result.json")];
    for (export, chat) in exports.iter().zip([chat::export(CHAT_MESSAGES), chat::telegram(MORE_MESSAGES)]) {
        fs::write(export, chat).map_err(Error::file(export))?;
    }
    let bar = if number > 20 { ProgressBar::new(number.into()) } else { ProgressBar::hidden() };
    let (mut phrases, mut first) = (Vec::new(), None);
    for each in 0..number {
        let demo = &DESKS[usize::from(each % CHARITY_EVERY == CHARITY_EVERY - 1)];
        let (phrase, new) = begin(client, demo, each < WITH_WORDS).await?;
        phrases.extend(phrase);
        first.get_or_insert(new.id());
        send_one(client, new, usize::try_from(each).unwrap_or_default(), &exports).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((phrases, first))
}

/// Begins a report, with words or with keys that no words lead to.
async fn begin(client: &Client, demo: &DemoDesk, words: bool) -> Result<(Option<String>, NewReport)> {
    if words {
        let (phrase, new) = client.new_report(demo.slug).await?;
        return Ok((Some(phrase.to_string()), new));
    }
    let (_, desk) = client.desk(demo.slug).await?;
    let mut root = Zeroizing::new([0; 32]);
    output::random().fill_bytes(root.as_mut_slice());
    Ok((None, NewReport::new(desk, ReporterKeys::from_root(&root))))
}

async fn send_one(client: &Client, mut new: NewReport, number: usize, exports: &[PathBuf]) -> Result<()> {
    let takes_files = new.desk().accepts_files;
    let answered = reports::answers(number, takes_files).walk(report::kind(new.desk()), output::now())?;
    if takes_files && reports::has_chat(number) {
        for export in exports {
            new.attach(client, export, &|_, _| ()).await?;
        }
    }
    let sealed = new.finish(client, answered.answers, answered.summary, answered.urgent).await?;
    sealed.send(client).await?;
    Ok(())
}

/// A colleague opens the same report, which is not theirs: something for the auditor to find.
async fn look_at(client: &Client, report: ReportId) -> Result<()> {
    let staff = client.sign_in(&DESKS[0].login(Role::Intake), PASSPHRASE).await?;
    staff.report(report).await?;
    staff.sign_out().await?;
    Ok(())
}

/// An investigator takes a report up, answers it and leaves a note.
async fn work_on(client: &Client, report: ReportId) -> Result<()> {
    let staff = client.sign_in(&DESKS[0].login(Role::Investigator), PASSPHRASE).await?;
    let open = staff.report(report).await?;
    staff.set_state(report, ReportState::Open).await?;
    staff.assign(report, Some(staff.member().id)).await?;
    staff
        .reply(
            &open,
            "Thank you. You have done the right thing. Please keep the device as it is and do not answer the \
             account. Do you still have the message in which the meeting was proposed? If so, tell us on which \
             device it is; you need not send anything.",
        )
        .await?;
    staff
        .note(
            &open,
            "Meeting is said to be within 72 hours. Asked the neighbourhood team about the car park.",
        )
        .await?;
    staff.sign_out().await?;
    Ok(())
}
