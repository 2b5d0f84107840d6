//! An S3 server inside the test process.

use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;

use super::HarnessError;
use crate::{Secret, StoreConfig};

const BUCKET: &str = "safehand";
const ACCESS_KEY: &str = "a-key-for-tests";
const SECRET_KEY: &str = "a-secret-for-tests";

/// Starts a server that keeps its files below `folder` and stops with the test's runtime. Answers a configuration
/// whose objects are there.
pub(super) async fn start(folder: &Path) -> Result<StoreConfig, HarnessError> {
    let root = folder.join("s3");
    std::fs::create_dir_all(root.join(BUCKET))?;
    let files = s3s_fs::FileSystem::new(root).map_err(|error| HarnessError::S3(format!("{error:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                // A client that hangs up is no concern of the server's.
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Ok(StoreConfig {
        objects: format!("s3://{BUCKET}?endpoint=http://{address}"),
        s3_access_key: Some(Secret::from(ACCESS_KEY.to_owned())),
        s3_secret_key: Some(Secret::from(SECRET_KEY.to_owned())),
        ..StoreConfig::default()
    })
}
