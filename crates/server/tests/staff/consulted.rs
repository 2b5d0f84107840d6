//! Whatever gives a member sealed bytes of a report leaves an entry in the published log that says so, before the
//! first of them goes out.

use std::collections::HashSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger::fsck::Fsck;
use ledger::record::Kind;
use ledger::{Leaf, Record};
use protocol::Role;
use protocol::staff::SessionStage;
use reqwest::Method;
use seal::{ItemId, ReportId};
use serde_json::json;
use server::staff::PasskeyPolicy;
use server::staff::table::{ROUTES, Route};
use store::acts::ActFilter;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::instance::{Answer, Instance, Member, answers, summary};

/// A report with answers, a summary and a file that no socket buffer holds.
struct Given {
    report: ReportId,
    /// The sealed bytes of its items, or the beginning of them.
    items: Vec<(ItemId, Vec<u8>)>,
    file: ItemId,
}

async fn given(instance: &Instance) -> Given {
    let path = std::env::temp_dir().join(format!("safehand-consulted-{}.txt", std::process::id()));
    let line = "10:02 Sam: is football on Saturday?\n";
    std::fs::write(&path, line.repeat(6_000_000 / line.len())).unwrap();
    let (_, mut new) = instance.client.new_report("bay").await.unwrap();
    new.attach(&instance.client, &path, &|_, _| ()).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let report = new.id();
    let sealed = new.finish(&instance.client, answers(), summary("Football"), false).await.unwrap();
    sealed.send(&instance.client).await.unwrap();

    let store = &instance.state.store;
    let reader = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await.id;
    let headers = store.items().headers(report).await.unwrap();
    let ids: Vec<ItemId> = headers.iter().map(|item| item.signed.header.item).collect();
    let access = store.items().consult(report, ids.clone(), reader, 0).await.unwrap();
    let mut items = Vec::new();
    for item in &headers {
        let header = &item.signed.header;
        let body = store.items().open(&access, header.item, Some(0..header.size.min(1_200))).await.unwrap();
        items.push((header.item, body.into_vec().await.unwrap()));
    }
    let file = headers.iter().find(|item| !item.inline).unwrap().signed.header.item;
    Given { report, items, file }
}

impl Given {
    /// The items of which an answer holds sealed bytes, as they are or in a JSON string. Their first 300 bytes tell:
    /// they hold the wrap of the item's own key, and base64 begins with them too.
    fn seen_in(&self, body: &[u8]) -> HashSet<ItemId> {
        let holds = |needle: &[u8]| body.windows(needle.len()).any(|window| window == needle);
        let seen = self.items.iter().filter(|(_, bytes)| {
            let encoded = URL_SAFE_NO_PAD.encode(&bytes[..300]);
            holds(&bytes[..300]) || holds(encoded.as_bytes())
        });
        seen.map(|(item, _)| *item).collect()
    }

    fn path(&self, route: &Route) -> String {
        let path = route.path.replace("{slug}", "bay").replace("{item}", &self.file.to_string());
        path.replace("{id}", &self.report.to_string())
    }
}

/// What the published log says of a member's readings, from nothing but public files and the openings of entries that
/// the log commits to.
async fn published(instance: &Instance, member: &Member) -> Vec<Record> {
    let get = async |path: String| member.browser.get(&path).await.body;
    let key = instance.state.log_key.verifier();
    let mut fsck = Fsck::begin(&get("/log/checkpoint".to_owned()).await, key, &[]).unwrap();
    let mut leaves = Vec::new();
    while let Some(file) = fsck.wanted() {
        let bytes = get(format!("/log/{file}")).await;
        fsck.take(Some(&bytes), &mut |_, entry| {
            leaves.push(Leaf::parse(entry)?);
            Ok(())
        });
    }
    let report = fsck.finish();
    assert!(report.is_sound(), "{report:?}");
    let kinds = vec![Kind::ItemConsulted, Kind::QueueConsulted];
    let filter = ActFilter { member: Some(member.id), kinds, ..ActFilter::default() };
    let store = &instance.state.store;
    let mut records = Vec::new();
    for act in store.acts().list(&filter, 0, 1000).await.unwrap() {
        let Some(leaf) = act.place.and_then(|place| leaves.get(usize::try_from(place).unwrap())) else {
            continue;
        };
        let opening = store.log().opening(act.seq).await.unwrap().unwrap();
        records.push(opening.open(leaf).unwrap());
    }
    records
}

/// Whether the records say that this item was given out, or the page of the queue that had its summary.
fn told(records: &[Record], given: &Given, item: ItemId) -> bool {
    let report = given.report.to_string();
    records.iter().any(|record| match record.kind {
        Kind::ItemConsulted => {
            record.item.is_some_and(|id| id.as_bytes() == item.as_bytes())
                && record.report.is_some_and(|id| id.to_string() == report)
        }
        _ => matches!(record.detail.get("reports"),
            Some(ledger::record::Value::List(reports)) if reports.contains(&report)),
    })
}

async fn ask(member: &Member, route: &Route, path: &str) -> Answer {
    match route.method {
        Method::GET => member.browser.get(path).await,
        Method::DELETE => member.browser.delete(path).await,
        Method::PUT => member.browser.put(path).await,
        _ => member.browser.post(path, &json!({})).await,
    }
}

/// Sends a request and hangs up at the first byte of the answer's body.
async fn hang_up(instance: &Instance, member: &Member, path: &str) {
    let host = instance.origin.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&host).await.unwrap();
    let cookie = member.browser.cookie.as_deref().unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = socket.read_buf(&mut answer);
        assert_ne!(tokio::time::timeout(Duration::from_secs(20), read).await.unwrap().unwrap(), 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_that_gives_sealed_bytes_is_in_the_published_log_first() {
    let instance = Instance::with(PasskeyPolicy::Off).await;
    let given = given(&instance).await;
    let mut giving = Vec::new();
    // What holds the file back comes last: after it nothing is given.
    let holds = |route: &&Route| route.path.ends_with("/quarantine") || route.path.ends_with("/lock");
    let routes = ROUTES.iter().filter(|route| !holds(route)).chain(ROUTES.iter().filter(holds));
    for route in routes.filter(|route| route.method != Method::DELETE) {
        let path = given.path(route);
        let member = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await;
        let answer = ask(&member, route, &path).await;
        let seen = given.seen_in(&answer.body);
        if seen.is_empty() {
            continue;
        }
        giving.push(route.path);
        let records = published(&instance, &member).await;
        for item in seen {
            assert!(
                told(&records, &given, item),
                "{} gave out {item} and the log does not say so",
                route.path
            );
        }

        // The same when the connection breaks half-way.
        let member = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await;
        hang_up(&instance, &member, &path).await;
        let records = published(&instance, &member).await;
        assert!(!records.is_empty(), "{}: hanging up left no entry", route.path);
        if route.path.ends_with("{item}") {
            assert!(told(&records, &given, given.file), "{}", route.path);
        }
        let range = member.browser.send(Method::GET, &path, &[("range", "bytes=0-999")], None).await;
        if range.status == 206 {
            let again = published(&instance, &member).await;
            assert_eq!(again.len(), records.len() + 1, "a range is a reading of its own");
        }
    }
    // A test that finds nothing must not pass.
    assert_eq!(
        giving,
        ["/api/v1/desks/{slug}/queue", "/api/v1/reports/{id}", "/api/v1/reports/{id}/items/{item}"]
    );
}
