//! The service over a real listener, on both pairs of stores.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod cosigner;
mod doctor;
mod headers;
mod logs;
mod openapi;
mod public_log;
mod receipt;
mod refused;
mod rules;
mod shutdown;
mod submit;
mod support;
mod sweep;
mod tls;
mod tus;
mod tuspy;
mod upload_memory;
mod witnesses;
mod work;

/// Makes of each named function two tests, one for each pair of stores.
macro_rules! on_both_stores {
    ($($test:ident),+ $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::support::TestServer::start($crate::support::Pair::Embedded).await).await;
            })+
        }
        mod postgres_and_s3 {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::support::TestServer::start($crate::support::Pair::Networked).await).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;
