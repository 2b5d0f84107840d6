//! The S3-compatible object store, from one line of configuration.

use object_store::aws::{AmazonS3, AmazonS3Builder};

use crate::Error;
use crate::config::StoreConfig;

/// The region named when none is configured; stores other than Amazon's do not care.
const DEFAULT_REGION: &str = "us-east-1";

/// Opens `s3://BUCKET?endpoint=URL&region=NAME`.
pub(crate) fn open(config: &StoreConfig) -> Result<AmazonS3, Error> {
    let rest = config.objects.strip_prefix("s3://").ok_or(Error::ObjectsAddress)?;
    let (bucket, query) = rest.split_once('?').unwrap_or((rest, ""));
    if bucket.is_empty() || bucket.contains('/') {
        return Err(Error::ObjectsAddress);
    }
    // Fails when the process has chosen a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_region(DEFAULT_REGION);
    for setting in query.split('&').filter(|setting| !setting.is_empty()) {
        builder = match setting.split_once('=') {
            Some(("endpoint", url)) => builder.with_endpoint(url).with_allow_http(url.starts_with("http://")),
            Some(("region", region)) => builder.with_region(region),
            _ => return Err(Error::ObjectsAddress),
        };
    }
    if let Some(key) = &config.s3_access_key {
        builder = builder.with_access_key_id(key.expose());
    }
    if let Some(key) = &config.s3_secret_key {
        builder = builder.with_secret_access_key(key.expose());
    }
    Ok(builder.build()?)
}
