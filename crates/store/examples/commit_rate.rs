//! How many complete reports a second become durable: `cargo run --release -p store --example commit_rate`.
//!
//! Arguments: how many reports (20000), how many clients at once (64), the `database` setting (SQLite in a folder
//! under `target/`, so that it lies on a disk and not in memory). A report is an answers item of 6 KiB, a summary of
//! 2 KiB and two wraps of 1.8 KiB, all random, all drawn before the clock starts.
#![allow(clippy::print_stdout, clippy::cast_precision_loss)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use protocol::public::DeskKind;
use protocol::submission::{ItemBody, ItemUpload, ReporterKey, Submission};
use seal::{Digest, Identity, ItemHeader, ItemId, ItemKind, LookupHash, ReportId, Signature, SignedHeader};
use seal::{Seed, VerifyingKey};
use store::acts::Stamp;
use store::desks::Desk;
use store::reports::{NewReport, SubmitOutcome};
use store::{Store, StoreConfig};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let count = args.next().map_or(Ok(20_000), |text| text.parse())?;
    let clients = args.next().map_or(Ok(64), |text| text.parse())?;
    let folder = Path::new("target/commit_rate");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let database = args.next().unwrap_or_else(|| format!("sqlite:{}", folder.join("safehand.db").display()));
    let objects = format!("file:{}", folder.join("objects").display());
    let store = Store::open(&StoreConfig { database, objects, ..StoreConfig::default() }).await?;
    let desk = Desk {
        slug: "north".to_owned(),
        name: "North".to_owned(),
        kind: DeskKind::Police,
        identity: Identity::from_seed(Seed::from_bytes([1; 32])).public(),
        created_at: 0,
    };
    // There already when a PostgreSQL database is used a second time.
    let _ = store.desks().create(desk, Stamp::system(0)).await;
    let reports = (0..count).map(|_| report()).collect::<Result<Vec<_>, _>>()?;
    measure(&store, reports, clients).await
}

async fn measure(store: &Store, reports: Vec<NewReport>, clients: usize) -> Result<(), Failure> {
    let count = reports.len();
    let reports = Arc::new(reports);
    let next = Arc::new(AtomicUsize::new(0));
    let (began, cpu) = (Instant::now(), cpu_time());
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (store, reports, next) = (store.clone(), Arc::clone(&reports), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            let mut waits = Vec::new();
            while let Some(report) = reports.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = Instant::now();
                if store.reports().submit(report.clone()).await? != SubmitOutcome::New {
                    return Err("a report was not new".into());
                }
                waits.push(sent.elapsed());
            }
            Ok::<_, Failure>(waits)
        }));
    }
    let mut waits: Vec<Duration> = Vec::with_capacity(count);
    for task in tasks {
        waits.extend(task.await??);
    }
    let took = began.elapsed().as_secs_f64();
    waits.sort_unstable();
    let wait = |percent: usize| waits[(count - 1) * percent / 100].as_secs_f64() * 1000.0;
    let cpu_ms = cpu_time().saturating_sub(cpu).as_secs_f64() * 1000.0 / count as f64;
    println!("{:.0} durable reports/s ({count} in {took:.2} s, {clients} clients)", count as f64 / took);
    println!("wait: median {:.1} ms, 99 % {:.1} ms, longest {:.1} ms", wait(50), wait(99), wait(100));
    println!("CPU of this process: {cpu_ms:.3} ms per report");
    Ok(())
}

/// User and system time of this process so far, from `/proc` (in the kernel's hundredths of a second).
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u64>().ok()).map(|ticks| Duration::from_millis(ticks * 10)).sum()
}

fn report() -> Result<NewReport, Failure> {
    let report = ReportId::from_bytes(random()?);
    let item = |kind, size: usize| {
        let mut bytes = vec![0; size];
        getrandom::fill(&mut bytes)?;
        let header = ItemHeader {
            report,
            item: ItemId::from_bytes(random()?),
            kind,
            author: Some(VerifyingKey::from_bytes(random()?)),
            size: size as u64,
            sha256: Digest::of(&bytes),
        };
        let mut signature = [0; 64];
        getrandom::fill(&mut signature)?;
        let signed = SignedHeader { header, signature: Some(Signature::from_bytes(signature)) };
        Ok::<_, Failure>(ItemUpload { signed, body: ItemBody::Inline(bytes.into()) })
    };
    let wrap = || Ok::<_, Failure>([random::<256>()?; 7].concat().into());
    let submission = Submission {
        report,
        urgent: false,
        desk_wrap: wrap()?,
        reporter: ReporterKey {
            lookup: LookupHash::from_bytes(random()?),
            verifying_key: VerifyingKey::from_bytes(random()?),
            wrap: wrap()?,
        },
        items: vec![item(ItemKind::Answers, 6 * 1024)?, item(ItemKind::Summary, 2 * 1024)?],
    };
    Ok(NewReport {
        desk: "north".to_owned(),
        submission,
        digest: Digest::from_bytes(random()?),
        received_at: 1,
    })
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
