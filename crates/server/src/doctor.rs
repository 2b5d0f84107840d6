//! Looks over an instance before it is trusted with a report, and says what is wrong.

use std::net::IpAddr;
use std::path::Path;

use http::Uri;
use store::Store;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, unknown_variables};
use crate::keys::{KeyError, SubKeys};
use crate::staff::{PasskeyPolicy, StaffState};
use crate::{sequencer, tls};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Fine,
    /// Works, but somebody should think about it.
    Warning,
    /// Does not work, or is not safe.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The configuration key or the part that was looked at.
    pub about: &'static str,
    /// What was found and, when it is not fine, what to do.
    pub text: String,
}

/// Before this moment (2026-01-01) a clock is certainly wrong.
const YOUNGEST_PAST: i64 = 1_767_225_600;
/// More leading zero bits than a phone finds within two seconds.
const PHONE_BITS: u8 = 20;

/// Checks the configuration in `file` with `environment` laid over it, and everything it names.
/// Opens the storage as a start would, and therefore brings its schema up to date.
pub async fn doctor(file: Option<&Path>, environment: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Findings::default();
    for name in unknown_variables(environment.iter().map(|(name, _)| name.clone())) {
        findings.warn("environment", format!("{name} sets nothing; its section is unknown."));
    }
    match Config::load(file, environment.iter().cloned()) {
        Err(error) => findings.wrong("configuration", error.to_string()),
        Ok(config) => check(&config, &mut findings).await,
    }
    findings.0
}

async fn check(config: &Config, findings: &mut Findings) {
    findings.fine("configuration", "can be read");
    check_origin(config, findings);
    check_tls(config, findings);
    check_limits(config, findings);
    check_key(config, findings);
    match Store::open(&config.store).await {
        Ok(store) => {
            findings.fine("store", "opens, and its schema is up to date");
            check_log(config, &store, findings).await;
        }
        Err(error) => findings.wrong("store", error.to_string()),
    }
    if SystemClock.now() < YOUNGEST_PAST {
        findings.wrong("clock", "the machine's clock is before 2026");
    }
}

fn check_origin(config: &Config, findings: &mut Findings) {
    let origin = &config.server.origin;
    let Some((scheme, host)) = parse_origin(origin) else {
        return findings.wrong("server.origin", "must be scheme://host or scheme://host:port, nothing more");
    };
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let onion = host.rsplit_once('.').is_some_and(|(_, top)| top == "onion");
    let (severity, text) = match scheme.as_str() {
        "https" => (Severity::Fine, origin.as_str()),
        "http" if local => (Severity::Warning, "only this machine can use the line: it is a trial"),
        "http" if onion => (Severity::Fine, "a Tor onion service"),
        _ => (Severity::Wrong, "must be https: without it what reporters send can be read on the way"),
    };
    findings.add(severity, "server.origin", text);
    if scheme == "http" && !config.server.listen.ip().is_loopback() {
        findings.wrong("server.listen", "listens to the network without TLS");
    }
}

/// Scheme and host of an origin as browsers write it.
pub(crate) fn parse_origin(origin: &str) -> Option<(String, String)> {
    let uri: Uri = origin.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    (origin == format!("{scheme}://{authority}") && !authority.as_str().contains('@'))
        .then(|| (scheme.to_owned(), authority.host().trim_matches(['[', ']']).to_owned()))
}

fn check_tls(config: &Config, findings: &mut Findings) {
    match tls::acceptor(&config.tls) {
        Err(error) => findings.wrong("tls", error.to_string()),
        Ok(Some(_)) if !config.server.is_https() => {
            findings.wrong("server.origin", "TLS is configured, but the origin begins with http:");
        }
        Ok(Some(_)) => findings.fine("tls", "the certificate and its key go together"),
        Ok(None) if config.server.is_https() => {
            findings.warn("tls", "not spoken here: a proxy in front must do it, and be the only way in");
        }
        Ok(None) => {}
    }
}

fn check_limits(config: &Config, findings: &mut Findings) {
    let (limits, work) = (&config.limits, &config.work);
    if work.base_bits > work.max_bits {
        findings.wrong("work.base_bits", "is above work.max_bits");
    }
    if work.max_bits > PHONE_BITS {
        findings.warn("work.max_bits", "a phone may need more than two seconds");
    }
    if work.base_bits < 8 {
        findings.warn("work.base_bits", "next to no work: a flood costs its sender nothing");
    }
    if limits.max_json_bytes < protocol::submission::MAX_INLINE_ITEM * 3 {
        findings.wrong("limits.max_json_bytes", "is too small for an ordinary report");
    }
    let largest = limits.largest_upload();
    for (key, bytes) in [
        ("limits.upload_bytes", limits.upload_bytes),
        ("limits.upload_bytes_per_desk", limits.upload_bytes_per_desk),
    ] {
        if bytes < largest {
            findings.wrong(key, "has no room for one file of limits.max_file_bytes; raise it to twice that");
        }
    }
    if limits.upload_bytes_per_desk > limits.upload_bytes {
        findings
            .warn("limits.upload_bytes_per_desk", "is above limits.upload_bytes: one desk can take it all");
    }
    if config.sweep.every_seconds == 0 || config.sweep.orphans_every_hours == 0 {
        findings.wrong(
            "sweep",
            "an interval of zero counts as one: write how many seconds and hours lie between two rounds",
        );
    }
    if limits.idle_seconds == 0 || limits.request_seconds == 0 {
        findings.wrong("limits", "a time of zero seconds refuses everything");
    }
}

async fn check_log(config: &Config, store: &Store, findings: &mut Findings) {
    // A key that is missing or cannot be used has been told already.
    let Ok(keys) = SubKeys::load(&config.server.key_file) else { return };
    let Ok(key) = sequencer::log_key(config, &keys) else { return };
    match store.log().check(&key).await {
        Ok(None) => findings.fine("log", "database, objects and key tell of the same log"),
        Ok(Some(why)) => findings.wrong("log", format!("{why}. Until then nothing can be put on record")),
        Err(error) => findings.wrong("log", error.to_string()),
    }
}

fn check_key(config: &Config, findings: &mut Findings) {
    match SubKeys::load(&config.server.key_file) {
        Ok(keys) => {
            findings.fine("server.key_file", "there, and only its owner can read it");
            check_staff(config, &keys, findings);
        }
        Err(KeyError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            findings.warn("server.key_file", "not there yet; the first start makes it");
        }
        Err(error) => findings.wrong("server.key_file", error.to_string()),
    }
}

fn check_staff(config: &Config, keys: &SubKeys, findings: &mut Findings) {
    let named = parse_origin(&config.server.origin).is_some_and(|(_, host)| host.parse::<IpAddr>().is_err());
    match StaffState::new(config, keys) {
        Err(error) => findings.wrong("staff", error.to_string()),
        Ok(_) if !named && config.staff.passkey == PasskeyPolicy::Required => {
            findings.wrong("staff.passkey", "is required, but passkeys need server.origin to name a host");
        }
        Ok(_) => findings.fine("staff", "members can sign in"),
    }
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, about: &'static str, text: impl Into<String>) {
        self.0.push(Finding { severity, about, text: text.into() });
    }

    fn fine(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(Severity::Fine, about, text);
    }

    fn warn(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(Severity::Warning, about, text);
    }

    fn wrong(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(Severity::Wrong, about, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let host = |origin| parse_origin(origin).map(|(_, host)| host);
        assert_eq!(host("https://report.example").as_deref(), Some("report.example"));
        assert_eq!(host("http://[::1]:8080").as_deref(), Some("::1"));
        for wrong in ["report.example", "https://report.example/", "https://a@b.example", "https://", ""] {
            assert_eq!(host(wrong), None, "{wrong}");
        }
    }
}
