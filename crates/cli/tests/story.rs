//! The whole story on the command line: ceremony, report, reply, return, recovery.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::process::Command;

use protocol::staff::ReportState;
use seal::ItemKind;
use serde_json::Value;

use support::{Instance, PASSPHRASE, safehand, stdout};

const ANSWERS: &str = r#"{
    "danger.now": "no",
    "who.you": "parent",
    "route.route": "anonymous",
    "about.about": ["contact", "meet"],
    "meeting.when": "soon",
    "child.real": "unknown",
    "accounts.accounts": [{ "platform": "ChatApp", "handle": "northstar_17" }],
    "person.known": "no",
    "what.story": "Somebody asks when football practice ends.",
    "have.have": ["messages"],
    "have-about.complete": "yes",
    "upload-law.images": "no",
    "told.told": ["nobody"],
    "declaration.agree": "true"
}"#;

/// A command that speaks to the service.
fn speak(instance: &Instance, task: &str) -> Command {
    let mut command = safehand();
    command.args([task, "--to", &instance.url(), "--json"]);
    command
}

/// A command that works on the instance itself.
fn local(instance: &Instance, words: &[&str]) -> Command {
    let mut command = safehand();
    command.args(words).arg("--config").arg(instance.path("safehand.toml"));
    command
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_made_received_answered_and_read_again() {
    let instance = Instance::make();
    let _server = instance.start();
    fs::write(instance.path("answers.json"), ANSWERS).unwrap();
    fs::write(instance.path("chat.txt"), "It rains. ".repeat(20_000)).unwrap();

    let mut report = speak(&instance, "report");
    report.arg("--answers").arg(instance.path("answers.json")).arg(instance.path("chat.txt"));
    report.arg("--receipt").arg(instance.path("proof.txt"));
    let receipt = json(&stdout(&mut report));
    assert!(receipt["entry"].as_u64().unwrap() > 0);
    assert_eq!(receipt["witnesses"], 0);
    assert_eq!(receipt["desk"], "police");
    assert_eq!(receipt["files"][0]["name"], "chat.txt");
    assert_eq!(receipt["files"][0]["size"], 200_000);
    let phrase = receipt["phrase"].as_str().unwrap();
    assert_eq!(phrase.split(' ').count(), 7);

    let staff = instance.client().sign_in("officer", PASSPHRASE).await.unwrap();
    let rows = staff.whole_queue(&[ReportState::New]).await.unwrap();
    let [row] = rows.as_slice() else { panic!("one report is in the queue") };
    assert!(row.urgent && row.unread);
    let summary = staff.summary(row).unwrap();
    assert_eq!(summary.reasons, ["meeting_within_72h"]);
    assert_eq!((summary.accounts, summary.files), (1, 1));
    let open = staff.report(row.report).await.unwrap();
    assert!(open.answers().unwrap().pages.iter().any(|page| page.page == "what"));
    let file = open.of(ItemKind::File).next().unwrap();
    let sealed = staff.item(row.report, file.signed.header.item).await.unwrap();
    let opened = open.open(file, &sealed).unwrap();
    assert_eq!(opened.content.as_slice(), "It rains. ".repeat(20_000).as_bytes());
    staff.reply(&open, "Which day is it?").await.unwrap();
    staff.note(&open, "Ask the school about practice.").await.unwrap();

    fs::write(instance.path("words"), phrase.to_uppercase().replace(' ', "-")).unwrap();
    proves(&instance, "proof.txt", &["chat.txt"]);
    let mut answer = speak(&instance, "receipt");
    answer.arg("--receipt").arg(instance.path("later.txt"));
    answer.arg("--words-file").arg(instance.path("words")).args(["--reply", "Tuesday."]);
    let told = json(&stdout(answer.arg("--attach").arg(instance.path("answers.json"))));
    let texts: Vec<_> = told["messages"].as_array().unwrap().iter().map(|said| &said["text"]).collect();
    assert_eq!(texts, ["Which day is it?", "Tuesday."]);
    assert_eq!(told["files"], 2);
    proves(&instance, "later.txt", &["chat.txt", "answers.json"]);
    assert_eq!(answer.output().unwrap().status.code(), Some(1), "a receipt is not overwritten");

    let open = staff.report(row.report).await.unwrap();
    assert_eq!(open.messages().unwrap().len(), 2);
    assert_eq!(staff.notes(&open).unwrap()[0].text, "Ask the school about practice.");
}

/// That a receipt shows, with the words, that these files were received, and of no other file that it was.
fn proves(instance: &Instance, receipt: &str, originals: &[&str]) {
    let verify = |words: &str, originals: &[&str]| {
        let mut verify = safehand();
        verify.args(["verify", "receipt", "--json"]).arg(instance.path(receipt));
        verify.arg("--words-file").arg(instance.path(words));
        verify.args(originals.iter().map(|original| instance.path(original)));
        verify
    };
    let checks = json(&stdout(&mut verify("words", originals)));
    let says: Vec<_> =
        checks.as_array().unwrap().iter().map(|check| check["says"].as_str().unwrap()).collect();
    for original in originals {
        let received = format!("is what was received as “{original}”");
        assert!(says.iter().any(|says| says.contains(&received)), "{says:?}");
    }
    fs::write(instance.path("other.txt"), "It rained. ".repeat(20_000)).unwrap();
    assert_eq!(verify("words", &["other.txt"]).output().unwrap().status.code(), Some(7));
    fs::write(instance.path("strange"), "abacus abdomen abdominal abide abiding ability ablaze").unwrap();
    assert_eq!(verify("strange", originals).output().unwrap().status.code(), Some(6));
    let text = fs::read_to_string(instance.path(receipt)).unwrap();
    fs::write(instance.path("spoilt.txt"), text.replacen("index ", "index 1", 1)).unwrap();
    let mut spoilt = safehand();
    spoilt.args(["verify", "receipt"]).arg(instance.path("spoilt.txt"));
    assert_eq!(spoilt.output().unwrap().status.code(), Some(7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shares_of_three_bring_a_desk_back() {
    let instance = Instance::make();
    let _server = instance.start();
    stdout(local(&instance, &["member", "revoke", "officer"]).env("NO_COLOR", "1"));
    assert!(instance.client().sign_in("officer", PASSPHRASE).await.is_err());

    let shares = [1, 3].map(|number| instance.path(&format!("shares/police-share-{number}.txt")));
    let recover = |shares: &[std::path::PathBuf]| {
        let mut recover = local(&instance, &["desk", "recover", "police", "--invite", "second"]);
        recover.args(["--member-name", "Second"]);
        for share in shares {
            recover.arg("--share").arg(share);
        }
        recover
    };
    assert_eq!(recover(&shares[..1]).output().unwrap().status.code(), Some(6));
    let told = stdout(&mut recover(&shares));
    let code = told.lines().find(|line| line.starts_with("  ")).unwrap().trim().parse().unwrap();
    let membership = instance.client().join(&code, PASSPHRASE).await.unwrap();
    assert_eq!(membership.login, "second");
    let staff = instance.client().sign_in("second", PASSPHRASE).await.unwrap();
    assert!(staff.whole_queue(&[ReportState::New]).await.unwrap().is_empty());
}

#[test]
fn refusals_have_exit_codes_of_their_own() {
    let instance = Instance::make();
    let _server = instance.start();
    let code = |command: &mut Command| command.output().unwrap().status.code();
    assert_eq!(code(speak(&instance, "report").args(["--desk", "harbour"])), Some(3));
    assert_eq!(code(speak(&instance, "report").args(["--set", "danger.now=perhaps"])), Some(6));
    fs::write(instance.path("words"), "abacus abdomen abdominal abide abiding ability ablaze").unwrap();
    let words = instance.path("words");
    assert_eq!(code(speak(&instance, "receipt").arg("--words-file").arg(words)), Some(6));
    let mut invite = local(&instance, &["member", "invite", "x.y", "--name", "X", "--role", "intake"]);
    fs::write(instance.path("wrong"), "weather homework football").unwrap();
    invite.args(["--by", "officer", "--passphrase-file"]).arg(instance.path("wrong"));
    assert_eq!(code(&mut invite), Some(6));
    let mut again = local(&instance, &["desk", "create", "police", "--name", "P", "--kind", "police"]);
    again.args(["--login", "officer", "--member-name", "O"]);
    assert_eq!(code(&mut again), Some(1));
}
