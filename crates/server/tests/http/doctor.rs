//! What `safehand doctor` finds.

use std::path::Path;

use server::doctor::{Finding, Severity, doctor};
use store::testing::{Pair, TestStore};

async fn findings(folder: &Path, text: &str, environment: &[(&str, &str)]) -> Vec<Finding> {
    let file = folder.join("safehand.toml");
    std::fs::write(&file, text).unwrap();
    let environment: Vec<_> = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    doctor(Some(&file), &environment).await
}

fn worst(findings: &[Finding], about: &str) -> Option<Severity> {
    findings.iter().filter(|finding| finding.about == about).map(|finding| finding.severity).max()
}

#[tokio::test]
async fn a_fresh_trial_instance_has_warnings_and_nothing_wrong() {
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    let found = findings(test.folder(), "", &[]).await;
    assert!(found.iter().all(|finding| finding.severity < Severity::Wrong), "{found:?}");
    assert_eq!(worst(&found, "store"), Some(Severity::Fine));
    assert_eq!(worst(&found, "server.key_file"), Some(Severity::Warning));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    let cases: &[(&str, &str, Severity)] = &[
        ("[server]\norigin = 'http://report.example'", "server.origin", Severity::Wrong),
        ("[server]\norigin = 'report.example'", "server.origin", Severity::Wrong),
        ("[server]\norigin = 'https://report.example'", "server.origin", Severity::Fine),
        ("[server]\norigin = 'https://report.example'", "tls", Severity::Warning),
        ("[server]\norigin = 'http://abcdefghijklmnop.onion'", "server.origin", Severity::Fine),
        ("[server]\nlisten = '0.0.0.0:8080'", "server.listen", Severity::Wrong),
        ("[tls]\ncertificate = 'nowhere.pem'\nprivate_key = 'nowhere.key'", "tls", Severity::Wrong),
        ("[tls]\ncertificate = 'nowhere.pem'", "tls", Severity::Wrong),
        ("[work]\nbase_bits = 30", "work.base_bits", Severity::Wrong),
        ("[work]\nmax_bits = 25", "work.max_bits", Severity::Warning),
        ("[limits]\nmax_json_bytes = 10", "limits.max_json_bytes", Severity::Wrong),
        ("[limits]\nupload_bytes = 1000", "limits.upload_bytes", Severity::Wrong),
        ("[limits]\nupload_bytes_per_desk = 1000", "limits.upload_bytes_per_desk", Severity::Wrong),
        ("[limits]\nupload_bytes_per_desk = 300000000000", "limits.upload_bytes_per_desk", Severity::Warning),
        ("[sweep]\nevery_seconds = 0", "sweep", Severity::Wrong),
        ("[sweep]\norphans_every_hours = 0", "sweep", Severity::Wrong),
        ("[store]\ndatabase = 'mysql:x'", "store", Severity::Wrong),
        ("[sever]\nlisten = 'x'", "configuration", Severity::Wrong),
        ("[server]\nlisten = 'x'", "configuration", Severity::Wrong),
    ];
    for (text, about, severity) in cases {
        let found = findings(test.folder(), text, &[]).await;
        assert_eq!(worst(&found, about), Some(*severity), "{text}: {found:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_others_can_read_is_wrong() {
    use std::os::unix::fs::PermissionsExt as _;
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    let key = test.folder().join("instance.key");
    std::fs::write(&key, [7; 32]).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(worst(&findings(test.folder(), "", &[]).await, "server.key_file"), Some(Severity::Wrong));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(worst(&findings(test.folder(), "", &[]).await, "server.key_file"), Some(Severity::Fine));
    std::fs::write(&key, [7; 31]).unwrap();
    assert_eq!(worst(&findings(test.folder(), "", &[]).await, "server.key_file"), Some(Severity::Wrong));
}

#[tokio::test]
async fn a_misspelt_variable_is_noticed() {
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    let found = findings(test.folder(), "", &[("SAFEHAND_SEVER_LISTEN", "x")]).await;
    assert_eq!(worst(&found, "environment"), Some(Severity::Warning));
}
