//! What was acknowledged is durable: the server is killed 200 times, without warning, while eight clients hand
//! over reports with files. Everything acknowledged is there afterwards and opens, and nothing half-made shows.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use client::{Client, NewReport, Staff};
use protocol::public::DeskPublic;
use protocol::receipt::ItemView;
use protocol::staff::ReportState;
use seal::{Digest, ItemKind, ReportId, ReporterKeys};

use support::{Instance, PASSPHRASE, documents};

const KILLS: u32 = 200;
const CLIENTS: u64 = 8;
/// Milliseconds that the server lives between its first answer and the kill.
const LIFE: std::ops::Range<u64> = 50..600;

/// `SplitMix64`: the same moments in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn within(&mut self, range: &std::ops::Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }

    fn root(&mut self) -> [u8; 32] {
        let mut root = [0; 32];
        root.chunks_exact_mut(8).for_each(|part| part.copy_from_slice(&self.next().to_le_bytes()));
        root
    }
}

/// A report whose receipt was shown, and what it takes to find and open it.
struct Acknowledged {
    report: ReportId,
    root: [u8; 32],
    title: String,
    file: Digest,
}

/// Hands over reports until told to stop.
async fn hand_over(
    client: Client,
    desk: DeskPublic,
    files: [PathBuf; 2],
    mut random: Random,
    stop: Arc<AtomicBool>,
) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let root = random.root();
        let title = format!("Weather on day {}", random.next() % 10_000);
        let file = &files[usize::from(random.next().is_multiple_of(2))];
        let new = NewReport::new(desk.clone(), ReporterKeys::from_root(&root));
        let report = new.id();
        // A report that was given up is no promise; the next one is begun.
        if send(&client, new, &title, file).await.is_ok() {
            let file = Digest::of(fs::read(file).unwrap());
            acknowledged.push(Acknowledged { report, root, title, file });
        }
        tokio::time::sleep(Duration::from_millis(random.within(&(20..250)))).await;
    }
    acknowledged
}

async fn send(client: &Client, mut new: NewReport, title: &str, file: &Path) -> Result<(), client::Error> {
    new.attach(client, file, &|_, _| ()).await?;
    let (answers, summary) = documents(title);
    new.finish(client, answers, summary, false).await?.send(client).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_half_made_shows() {
    let instance = Instance::make();
    let files = [instance.path("small.txt"), instance.path("large.txt")];
    fs::write(&files[0], "It rained. ".repeat(300)).unwrap();
    fs::write(&files[1], "Football practice is at six. ".repeat(6_000)).unwrap();

    let (_, desk) = {
        let _server = instance.start();
        instance.client().desk("police").await.unwrap()
    };
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let random = Random(1_000 + number);
            tokio::spawn(hand_over(instance.client(), desk.clone(), files.clone(), random, Arc::clone(&stop)))
        })
        .collect();

    let mut random = Random(22);
    for _ in 0..KILLS {
        let server = instance.start();
        tokio::time::sleep(Duration::from_millis(random.within(&LIFE))).await;
        drop(server);
    }
    let _server = instance.start();
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for client in clients {
        acknowledged.extend(client.await.unwrap());
    }

    assert!(acknowledged.len() > 100, "only {} reports were acknowledged", acknowledged.len());
    let client = instance.client();
    for report in &acknowledged {
        check_as_reporter(&client, report).await;
    }
    let listed = check_as_desk(&client, &acknowledged).await;
    println!("{} reports were acknowledged, {listed} are there", acknowledged.len());
}

/// The receipt leads to the report, and everything in it opens.
async fn check_as_reporter(client: &Client, promised: &Acknowledged) {
    let reporter = client.reporter_with(ReporterKeys::from_root(&promised.root));
    let receipt = reporter.receipt().await.expect("an acknowledged report is gone");
    assert_eq!(receipt.view.report, promised.report);
    let file = receipt.of(ItemKind::File).next().expect("its file is gone");
    let bytes = match &file.body {
        Some(body) => body.0.clone(),
        None => reporter.item(file.signed.header.item).await.unwrap().to_vec(),
    };
    assert_eq!(receipt.open(file, &bytes).unwrap().facts.sha256, promised.file);
}

/// Every report that the desk sees is whole, and those that were acknowledged are among them.
async fn check_as_desk(client: &Client, acknowledged: &[Acknowledged]) -> usize {
    let staff = client.sign_in("officer", PASSPHRASE).await.unwrap();
    let rows = staff.whole_queue(&[ReportState::New]).await.unwrap();
    for row in &rows {
        let title = staff.summary(row).unwrap().title;
        if let Some(promised) = acknowledged.iter().find(|promised| promised.report == row.report) {
            assert_eq!(title, promised.title);
        }
        let report = staff.report(row.report).await.unwrap();
        let kinds: Vec<_> = report.view.items.iter().map(|item| item.signed.header.kind).collect();
        assert_eq!(kinds, [ItemKind::Answers, ItemKind::Summary, ItemKind::File], "half a report");
        report.answers().unwrap();
        for item in &report.view.items {
            let bytes = body(&staff, row.report, item).await;
            report.open(item, &bytes).unwrap();
        }
    }
    let missing =
        acknowledged.iter().filter(|promised| !rows.iter().any(|row| row.report == promised.report));
    assert_eq!(missing.count(), 0, "acknowledged reports are not in the queue");
    rows.len()
}

async fn body(staff: &Staff, report: ReportId, item: &ItemView) -> Vec<u8> {
    match &item.body {
        Some(body) => body.0.clone(),
        None => staff.item(report, item.signed.header.item).await.unwrap().to_vec(),
    }
}
