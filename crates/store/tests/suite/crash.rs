//! `kill -9` while reports come in: every report that was acknowledged is there afterwards.
//!
//! The test starts itself again as a child that submits as fast as it can and writes the number of each report to
//! standard output once it is acknowledged; then the child is killed in the middle of it.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use store::testing::{Pair, TestStore};
use store::uploads::UploadId;
use store::{Secret, Store, StoreConfig};

use crate::given::{self, FILE_CONTENT, Sealed, desk};

const CHILD: &str = "SAFEHAND_TEST_CRASH";
/// How often the child is killed.
const KILLS: u64 = 5;
/// Tasks of the child that submit at once.
const TASKS: u64 = 8;

/// Reports of the child that dies as number `kill`; every fourth has a file.
fn numbers(kill: u64, task: u64) -> impl Iterator<Item = u64> {
    (0..).map(move |turn| (kill * TASKS + task) * 1_000_000 + turn)
}

fn has_file(number: u64) -> bool {
    number % 4 == 3
}

async fn submit(store: &Store, number: u64) -> Option<UploadId> {
    let (sealed, upload) = if has_file(number) {
        let file = Sealed::new(number).seal(seal::ItemKind::File, FILE_CONTENT, 1);
        let upload = given::upload(store, &file.bytes).await.unwrap();
        (Sealed::with_file(number, upload), Some(upload))
    } else {
        (Sealed::new(number), None)
    };
    store.reports().submit(sealed.new).await.unwrap();
    upload
}

/// The child: submits until it is killed.
async fn submit_for_ever(config: &StoreConfig, kill: u64) {
    let store = Store::open(config).await.unwrap();
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            for number in numbers(kill, task) {
                let upload = submit(&store, number).await;
                let upload = upload.map(|id| id.to_string()).unwrap_or_default();
                // One write call per line: a line that arrives has arrived whole.
                println!("\nacknowledged {number} {upload}");
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

fn config_from_environment() -> Option<(StoreConfig, u64)> {
    let text = std::env::var(CHILD).ok()?;
    let [database, objects, access, secret, kill] = text.split('\n').collect::<Vec<_>>().try_into().unwrap();
    let key = |text: &str| (!text.is_empty()).then(|| Secret::from(text.to_owned()));
    let config = StoreConfig {
        database: database.to_owned(),
        objects: objects.to_owned(),
        s3_access_key: key(access),
        s3_secret_key: key(secret),
        ..StoreConfig::default()
    };
    Some((config, kill.parse().unwrap()))
}

/// Runs the child for a while, kills it, and answers what it had acknowledged.
fn run_and_kill(config: &StoreConfig, test: &str, kill: u64) -> Vec<Sealed> {
    let secret = |key: &Option<Secret>| key.as_ref().map_or(String::new(), |key| key.expose().to_owned());
    let settings = [
        config.database.clone(),
        config.objects.clone(),
        secret(&config.s3_access_key),
        secret(&config.s3_secret_key),
        kill.to_string(),
    ];
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, settings.join("\n"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || {
        let mut acknowledged = Vec::new();
        for line in lines.map_while(Result::ok) {
            let Some(said) = line.strip_prefix("acknowledged ") else { continue };
            let (number, upload) = said.split_once(' ').unwrap();
            let number = number.parse().unwrap();
            acknowledged.push(match upload.parse() {
                Ok(upload) => Sealed::with_file(number, upload),
                Err(_) => Sealed::new(number),
            });
        }
        acknowledged
    });
    // Long enough to open the store; the rest differs from kill to kill.
    std::thread::sleep(Duration::from_millis(900 + 137 * kill));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

async fn survives(pair: Pair, name: &'static str) {
    if let Some((config, kill)) = config_from_environment() {
        return submit_for_ever(&config, kill).await;
    }
    let test = TestStore::open(pair).await.unwrap_or_else(|error| panic!("{error}"));
    desk(&test.store, "north").await;
    let mut total = 0;
    for kill in 0..KILLS {
        let config = test.config.clone();
        let acknowledged =
            tokio::task::spawn_blocking(move || run_and_kill(&config, name, kill)).await.unwrap();
        let store = test.reopen().await.unwrap();
        for sealed in &acknowledged {
            sealed.opens(&store).await;
        }
        let ids: HashSet<_> = acknowledged.iter().map(|sealed| sealed.report).collect();
        assert_eq!(ids.len(), acknowledged.len());
        // The ones on their way when the child died: there whole, or not at all.
        for task in 0..TASKS {
            for number in numbers(kill, task).take(acknowledged.len() + 1) {
                let sealed = Sealed::new(number);
                if !ids.contains(&sealed.report) && sealed.is_visible(&store).await {
                    let items = store.items().headers(sealed.report).await.unwrap().len();
                    assert_eq!(items, if has_file(number) { 3 } else { 2 });
                }
            }
        }
        total += acknowledged.len();
    }
    assert!(total > 50, "only {total} reports were acknowledged: the test shows nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill_embedded() {
    survives(Pair::Embedded, "crash::what_was_acknowledged_survives_a_kill_embedded").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill_networked() {
    survives(Pair::Networked, "crash::what_was_acknowledged_survives_a_kill_networked").await;
}
