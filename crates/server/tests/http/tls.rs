//! TLS spoken by the server itself.

use std::sync::Arc;

use store::testing::{Pair, TestStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::TestServer;

#[tokio::test]
async fn the_service_is_reached_over_tls_with_hsts() {
    let folder = TestStore::open(Pair::Embedded).await.unwrap();
    let made = rcgen::generate_simple_self_signed(["report.example".to_owned()]).unwrap();
    let (certificate, key) = (folder.folder().join("cert.pem"), folder.folder().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = TestServer::start_with(Pair::Embedded, |config| {
        config.server.origin = "https://report.example".to_owned();
        config.tls.certificate = Some(certificate);
        config.tls.private_key = Some(key);
    })
    .await;

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(server.address).await.unwrap();
    let name = "report.example".try_into().unwrap();
    let mut tls = TlsConnector::from(Arc::new(client)).connect(name, tcp).await.unwrap();
    let request = b"GET /api/v1/instance HTTP/1.1\r\nhost: report.example\r\nconnection: close\r\n\r\n";
    tls.write_all(request).await.unwrap();
    let mut answer = String::new();
    tls.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
}
