//! How many entries a second become durable and readable by the public, and how long a lone one waits for it:
//! `cargo run --release -p store --example ledger_rate`.
//!
//! Arguments: how many entries (200000), how many in one transaction (64), how many clients at once (32), the
//! `database` setting (SQLite in a folder under `target/`, so that it lies on a disk and not in memory). Each client
//! records its acts through the store as every mutation does and waits until they are in the published log, with the
//! sequencer of the same process. The last line is JSON.
#![allow(clippy::print_stdout, clippy::cast_precision_loss)]

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use store::log::Sequencer;
use store::testing::{TestStore, record_acts};
use store::{Store, StoreConfig};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Lone entries that are timed.
const LONE: usize = 101;
/// The time of every act.
const AT: i64 = 1_800_000_000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let mut number = |default: usize| args.next().map_or(Ok(default), |text| text.parse());
    let (count, batch, clients) = (number(200_000)?, number(64)?, number(32)?);
    let folder = &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/ledger_rate");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let database = args.next().unwrap_or_else(|| format!("sqlite:{}", folder.join("safehand.db").display()));
    let objects = format!("file:{}", folder.join("objects").display());
    let config = StoreConfig { database, objects, ..StoreConfig::default() };
    let store = Store::open(&config).await?.with_patience(Duration::from_mins(1));
    let sequencer = Sequencer::new(store.clone(), TestStore::log_key())?;
    tokio::spawn(sequencer.run(|| AT, std::future::pending()));

    let flush = flush_ms(folder)?;
    let lone = lone_ack_ms(&store).await?;
    println!("a lone entry is in the log after {lone:.1} ms; one flush of the disk takes {flush:.2} ms");
    let rate = rate(&store, count, batch, clients).await?;
    println!("{rate:.0} entries/s ({count} in transactions of {batch}, {clients} clients)");
    let sha256 = sha256_entries_per_second();
    println!(
        "{{\"entries_per_second\":{rate},\"lone_ack_ms\":{lone},\"flush_ms\":{flush},\"sha256_per_second\":{sha256}}}"
    );
    Ok(())
}

/// Milliseconds that a small write and its flush take here: the median of many.
fn flush_ms(folder: &Path) -> Result<f64, Failure> {
    let path = folder.join("flush");
    let mut file = File::create(&path)?;
    let mut times = Vec::with_capacity(LONE);
    for _ in 0..LONE {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(median_ms(times))
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// Milliseconds from when an act is recorded to when anybody can read that it is in the log; the median.
async fn lone_ack_ms(store: &Store) -> Result<f64, Failure> {
    let mut times = Vec::with_capacity(LONE);
    for _ in 0..LONE {
        let acts = record_acts(store, 1, AT).await?;
        let begun = Instant::now();
        store.log().included(&acts).await?;
        times.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(median_ms(times))
}

async fn rate(store: &Store, count: usize, batch: usize, clients: usize) -> Result<f64, Failure> {
    let left = Arc::new(AtomicUsize::new(count.div_ceil(batch)));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (store, left) = (store.clone(), Arc::clone(&left));
        tasks.push(tokio::spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                let acts = record_acts(&store, batch, AT).await?;
                store.log().included(&acts).await?;
            }
            Ok::<_, Failure>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok((count.div_ceil(batch) * batch) as f64 / begun.elapsed().as_secs_f64())
}

/// How many commitments and leaves of entries one core hashes a second, and nothing else: some 400 bytes each.
fn sha256_entries_per_second() -> f64 {
    let entry = [7; 400];
    let begun = Instant::now();
    let mut hashed = 0_u32;
    while begun.elapsed() < Duration::from_millis(300) {
        for _ in 0..1000 {
            std::hint::black_box(seal::Digest::of(std::hint::black_box(&entry)));
        }
        hashed += 1000;
    }
    f64::from(hashed) / begun.elapsed().as_secs_f64()
}
