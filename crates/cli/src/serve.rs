//! `safehand serve`: runs the service until it is told to stop.

use clap::Args;
use server::{Config, Server};

use crate::args::ConfigArgs;
use crate::error::Result;

/// Options of `safehand serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every key of the configuration can be set by environment too: SAFEHAND_SERVER_LISTEN for listen in
[server], SAFEHAND_LIMITS_MAX_FILE_BYTES for max_file_bytes in [limits].

Examples:
  safehand serve --config /etc/safehand/safehand.toml
  SAFEHAND_SERVER_LISTEN=127.0.0.1:9000 safehand serve
")]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Serves until interrupted or terminated, then finishes what is under way.
pub(crate) async fn run(options: ServeOptions) -> Result<()> {
    let config = Config::load(options.config.config.as_deref(), std::env::vars())?;
    let subscriber = server::log::subscriber(&config.log, std::io::stderr);
    // Fails only when there is one, and then that one serves.
    let _ = tracing::subscriber::set_global_default(subscriber);
    let server = Server::bind(config).await?;
    server.run(told_to_stop()).await?;
    Ok(())
}

/// Completes on Ctrl-C, or on the signal by which a service manager ends a process.
#[cfg(unix)]
pub(crate) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Completes on Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
