//! Whatever is done to a log, to its acts or to what they tell of, somebody notices and says what and where.
//!
//! `SAFEHAND_PIN_DOCS=1 cargo test -p cli --test tamper` writes `docs/tampering.md` anew.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod scene;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::fs;
use std::path::Path;
use std::process::Command;

use client::PublicLog;

use cases::{CASES, Case, Done};
use scene::{Day, Scene, Served, copy, wrong};
use support::witness::RunningWitness;
use support::{safehand, stdout};
use table::Row;

/// The checks, as the table names them.
const CHECKS: [&str; 6] =
    ["doctor", "fsck of the instance", "fsck of the log", "monitor", "witness", "receipt"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_tampering_is_noticed_and_named() {
    let scene = Scene::play().await;
    let mut rows = vec![untouched(&scene).await];
    assert!(rows[0].said.iter().all(Option::is_none), "what nobody touched is in order: {:?}", rows[0].said);
    for case in CASES {
        let row = run(&scene, case).await;
        for (check, expected) in case.noticed {
            let at = CHECKS.iter().position(|name| name == check).unwrap();
            let said = row.said[at].as_deref();
            let said = said.unwrap_or_else(|| panic!("{}: {check} noticed nothing: {row:?}", case.name));
            assert!(said.iter().any(|one| one.contains(expected)), "{}: {check} said: {said:?}", case.name);
        }
        rows.push(row);
    }
    table::check(&rows[1..]);
    in_order_and_not_looked_after(&scene);
}

/// What is no tampering: a log that goes on, one that stands still, one that nobody cosigns.
fn in_order_and_not_looked_after(scene: &Scene) {
    let code = |command: &mut Command| command.output().unwrap().status.code();
    let mirror = &scene.mirror;
    let state = scene.home.path().join("fresh.json");
    let follow = || {
        let mut follow = safehand();
        follow.args(["log", "follow", "--once", "--state"]).arg(&state).arg(mirror);
        follow
    };
    assert_eq!(code(&mut follow()), Some(0));
    assert_eq!(code(follow().args(["--stale-hours", "1"])), Some(0));
    assert_eq!(code(follow().args(["--stale-hours", "0"])), Some(8), "it stood still");
    let mut key = safehand();
    key.args(["witness", "--show-key", "--name", "w.example", "--folder"]).arg(scene.home.path().join("w"));
    let key = stdout(&mut key);
    assert_eq!(code(follow().args(["--witness", key.trim()])), Some(8), "nobody has cosigned it");
    assert_eq!(code(follow().args(["--witness", key.trim(), "--quorum", "0"])), Some(0));
    assert_eq!(code(safehand().args(["verify", "log", "--log-key", &scene.log_key]).arg(mirror)), Some(0));

    // Yesterday's checkpoint, as the monitor kept it.
    let kept = fs::read(scene.yesterday.monitor.join("state.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    let yesterday = scene.home.path().join("yesterday.txt");
    fs::write(&yesterday, kept["checkpoint"].as_str().unwrap()).unwrap();
    let consistent = |old: &Path, new: &Path| {
        let mut verify = safehand();
        code(verify.args(["verify", "consistency"]).arg(old).arg(new).arg("--log").arg(mirror))
    };
    let today = mirror.join("checkpoint");
    assert_eq!(consistent(&yesterday, &today), Some(0));
    assert_eq!(consistent(&today, &today), Some(0));
    assert_eq!(consistent(&today, &yesterday), Some(7), "a log does not shrink");
}

async fn untouched(scene: &Scene) -> Row {
    const NOTHING: Case = Case { name: "nothing", what: "", noticed: &[], done: Done::Nothing };
    run(scene, &NOTHING).await
}

/// Does it, and asks everybody.
async fn run(scene: &Scene, case: &Case) -> Row {
    let day = if case.at_rest_of_yesterday() { &scene.yesterday } else { &scene.today };
    let folder = scene.again(day, case.name);
    let mirror = cases::apply(case, scene, &folder).await;
    let mut said = [const { None }; CHECKS.len()];
    if let Some(mirror) = mirror {
        // What is served today is new to whoever looked yesterday.
        let place = mirror.display().to_string();
        from_outside(scene, &scene.yesterday, (&place, Served::Folder(mirror)), &mut said).await;
        return Row { name: case.name, what: case.what, said };
    }
    let server = scene.instance.start_in(&folder);
    if server.is_some() && case.name == "the log forked" {
        scene::hand_over(&scene.instance, None).await;
        scene::hand_over(&scene.instance, None).await;
    }
    for (check, said) in ["doctor", "fsck"].into_iter().zip(&mut said) {
        *said = wrong(safehand().arg(check).arg("--config").arg(folder.join("safehand.toml")));
    }
    // An instance that refuses to start serves nothing that others could look at.
    if server.is_some() {
        let log = Served::Url(PublicLog::new(&scene.instance.url()).unwrap());
        from_outside(scene, &scene.today, (&scene.instance.url(), log), &mut said).await;
    }
    Row { name: case.name, what: case.what, said }
}

/// What those notice who see nothing but the public log.
async fn from_outside(
    scene: &Scene,
    looked: &Day,
    (place, log): (&str, Served),
    said: &mut [Option<Vec<String>>; CHECKS.len()],
) {
    let scratch = tempfile::tempdir().unwrap();
    said[2] = wrong(safehand().args(["fsck", place, "--log-key", &scene.log_key]));

    let monitor = scratch.path().join("monitor");
    copy(&looked.monitor, &monitor);
    let state = monitor.join("state.json");
    said[3] = wrong(safehand().args(["log", "follow", place, "--once", "--state"]).arg(state));

    copy(&looked.witness, &scratch.path().join("witness"));
    let witness = RunningWitness::start(&scratch.path().join("witness"), &[&scene.log_key]);
    said[4] = log.ask(&witness).await.err().map(|said| vec![said]);

    let receipts: [&Path; 2] = [&scene.receipts[0], &scene.receipts[1]];
    said[5] = receipts.into_iter().find_map(|receipt| {
        wrong(safehand().args(["verify", "receipt"]).arg(receipt).args(["--log", place]))
    });
}
