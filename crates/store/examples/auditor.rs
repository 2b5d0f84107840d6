//! How long a page of a million acts takes, by every filter: `cargo run --release -p store --example auditor`.
//!
//! Arguments: how many acts (1000000), the `database` setting. Prints for each filter the slowest of several pages.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::{Duration, Instant};

use protocol::MemberId;
use seal::ReportId;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use store::acts::{ActFilter, Kind, Order};
use store::{Store, StoreConfig};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Rows of a page.
const PAGE: u32 = 100;
/// The time of the first act; one follows every ten seconds.
const FIRST: i64 = 1_700_000_000;

/// Acts as a desk of forty makes them: mostly readings, one report in twenty acts, now and then something rare.
const SQLITE: &str = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $COUNT) \
    INSERT INTO acts (at, kind, actor, member, report, item, digest) \
    SELECT $FIRST + i * 10, CASE WHEN i % 20 = 0 THEN 'report.received' WHEN i % 20 < 3 THEN 'item.added' \
    WHEN i % 1000 = 7 THEN 'decision.made' WHEN i % 50000 = 11 THEN 'grant.removed' ELSE 'item.consulted' END, \
    CASE WHEN i % 20 < 3 THEN 'reporter' ELSE 'member' END, \
    CASE WHEN i % 20 < 3 THEN NULL ELSE $MEMBER END, $REPORT, $REPORT, zeroblob(32) FROM n";

fn fill(count: u32, sqlite: bool) -> String {
    let (member, report) = if sqlite {
        ("CAST(printf('%016d', i % 41) AS BLOB)", "CAST(printf('%016d', i / 20) AS BLOB)")
    } else {
        (
            "convert_to(lpad((i % 41)::text, 16, '0'), 'UTF8')",
            "convert_to(lpad((i / 20)::text, 16, '0'), 'UTF8')",
        )
    };
    let text = SQLITE.replace("$COUNT", &count.to_string()).replace("$FIRST", &FIRST.to_string());
    let text = text.replace("$MEMBER", member).replace("$REPORT", report);
    if sqlite { text } else { text.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')") }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let count: u32 = args.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = Path::new("target/auditor");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let database = args.next().unwrap_or_else(|| format!("sqlite:{}", folder.join("safehand.db").display()));
    let objects = format!("file:{}", folder.join("objects").display());
    let config = StoreConfig { database, objects, ..StoreConfig::default() };
    let store = Store::open(&config).await?;
    let begun = Instant::now();
    if let Some(path) = config.database.strip_prefix("sqlite:") {
        let mut link = SqliteConnection::connect(path).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(fill(count, true))).execute(&mut link).await?;
    } else {
        let mut link = PgConnection::connect(&config.database).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(fill(count, false))).execute(&mut link).await?;
        sqlx::raw_sql("ANALYZE acts").execute(&mut link).await?;
    }
    println!("{count} acts in {:.1} s", begun.elapsed().as_secs_f64());
    let id = |number: u32| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(format!("{number:016}").as_bytes());
        bytes
    };
    let member = Some(MemberId::from_bytes(id(17)));
    let report = Some(ReportId::from_bytes(id(count / 40)));
    let late = Some(FIRST + i64::from(count) * 9);
    let any = ActFilter::default;
    let filters = [
        ("everything", any()),
        ("a member", ActFilter { member, ..any() }),
        ("a report", ActFilter { report, ..any() }),
        ("a common kind", ActFilter { kinds: vec![Kind::ItemConsulted], ..any() }),
        ("a rare kind", ActFilter { kinds: vec![Kind::GrantRemoved], ..any() }),
        ("a kind that never was", ActFilter { kinds: vec![Kind::DeskCreated], ..any() }),
        (
            "rare and common kinds",
            ActFilter { kinds: vec![Kind::GrantRemoved, Kind::ItemConsulted], ..any() },
        ),
        ("the last tenth", ActFilter { since: late, ..any() }),
        ("the first tenth", ActFilter { until: Some(FIRST + i64::from(count)), ..any() }),
        (
            "a member's decisions, late",
            ActFilter { member, kinds: vec![Kind::DecisionMade], since: late, ..any() },
        ),
        ("a member and a report", ActFilter { member, report, ..any() }),
    ];
    for (name, filter) in filters {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let filter = ActFilter { order, ..filter.clone() };
            let (slowest, rows) = slowest_page(&store, &filter).await?;
            println!(
                "{name:<28} {order:?}: {:>7.2} ms, {rows} rows in 3 pages",
                slowest.as_secs_f64() * 1000.0
            );
        }
    }
    Ok(())
}

/// The slowest of the first three pages, each the fastest of three times.
async fn slowest_page(store: &Store, filter: &ActFilter) -> Result<(Duration, usize), Failure> {
    let (mut after, mut slowest, mut rows) = (0, Duration::ZERO, 0);
    for _ in 0..3 {
        let mut fastest = Duration::MAX;
        let mut page = Vec::new();
        for _ in 0..3 {
            let begun = Instant::now();
            page = store.acts().list(filter, after, PAGE).await?;
            fastest = fastest.min(begun.elapsed());
        }
        slowest = slowest.max(fastest);
        rows += page.len();
        let Some(last) = page.last() else { break };
        after = last.seq;
    }
    Ok((slowest, rows))
}
