//! The Python client of the tus project against the endpoint.

use std::path::{Path, PathBuf};

use store::testing::Pair;
use tokio::process::Command;

use crate::support::{POLICE, TestServer};

/// A Python that has tuspy: `TUSPY_PYTHON`, or the one that `cargo xtask test` prepares.
fn python() -> Option<PathBuf> {
    let prepared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/tuspy/bin/python");
    let named = std::env::var_os("TUSPY_PYTHON").map(PathBuf::from);
    named.or(Some(prepared)).filter(|python| python.exists())
}

#[tokio::test]
async fn tuspy_uploads_breaks_off_and_resumes() {
    let Some(python) = python() else {
        let required = std::env::var_os("SAFEHAND_REQUIRE_INTEROP").is_some_and(|value| value == "1");
        assert!(!required, "there is no Python with tuspy: run `cargo xtask test`, which installs it");
        eprintln!("skipped: there is no Python with tuspy");
        return;
    };
    let server = TestServer::start(Pair::Embedded).await;
    let content: Vec<u8> = b"The library opens at nine on Mondays. ".repeat(60_000);
    let file = std::env::temp_dir().join(format!("safehand-tuspy-{}", server.address.port()));
    std::fs::write(&file, &content).unwrap();
    let output = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/tuspy.py"))
        .arg(format!("{}/api/v1/desks/{POLICE}/uploads", server.origin))
        .arg(server.work().await)
        .arg(&file)
        .output()
        .await
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let url = String::from_utf8(output.stdout).unwrap();
    let id = url.trim().rsplit('/').next().unwrap().parse().unwrap();
    let upload = server.state.store.uploads().get(id, server.state.clock.now()).await.unwrap().unwrap();
    assert_eq!(upload.received, content.len() as u64);
    assert_eq!(upload.sha256.unwrap(), seal::Digest::of(&content));
}
