//! `cargo xtask bench intake`: what one small machine does with sealed reports.
//!
//! The real release server on its embedded default; load over keep-alive connections on loopback. All that
//! a client has to do (sealing, proof of work) is done before the clock starts.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;
use serde::Deserialize;

use super::process::{Running, free_address};
use super::{Figures, json};
use crate::error::Error;
use crate::{build, shell, tools};

/// Options of the measurement.
#[derive(Debug, Args)]
pub(crate) struct IntakeOptions {
    /// Reports in the pool that is sealed beforehand.
    #[arg(long, default_value_t = 12_000, value_name = "N")]
    reports: u32,
    /// Keep-alive connections that send them.
    #[arg(long, default_value_t = 64, value_name = "N")]
    connections: u32,
    /// Size of the sealed upload under which memory is watched; less where the disk has no room for it.
    #[arg(long, default_value_t = 10.0, value_name = "GB")]
    upload_gb: f64,
    /// MiB that are sealed and opened to time the ciphers.
    #[arg(long, default_value_t = 256, value_name = "MIB")]
    seal_mib: u32,
}

/// What the load generator says of a run of reports.
#[derive(Debug, Deserialize)]
struct Submitted {
    reports: u32,
    seconds: f64,
}

/// MB/s of sealing and opening a file (age) and an item (age and two SHA-256), and of the raw cipher over the same
/// bytes.
#[derive(Debug, Deserialize)]
struct CipherSpeed {
    seal: f64,
    open: f64,
    seal_item: f64,
    open_item: f64,
    raw: f64,
    /// Not measured in WebAssembly.
    sha256: Option<f64>,
}

impl CipherSpeed {
    fn add_to(&self, figures: &mut Figures, suffix: &str) {
        let Self { seal, open, seal_item, open_item, raw, sha256 } = *self;
        for (name, speed) in
            [("seal", seal), ("open", open), ("seal_item", seal_item), ("open_item", open_item)]
        {
            figures.add_against(&format!("{name}_{suffix}"), speed, "MB/s", raw);
        }
        if let Some(sha256) = sha256 {
            figures.add_against(&format!("sha256_{suffix}"), sha256, "MB/s", raw);
        }
    }
}

/// Bytes that a browser received for one page with all that belongs to it.
#[derive(Debug, Deserialize)]
struct PageBytes {
    nojs: f64,
    js: f64,
}

/// An instance made for the measurement alone.
struct Instance {
    safehand: PathBuf,
    load: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
}

/// Measures everything, one thing at a time.
pub(super) fn measure(options: &IntakeOptions) -> Result<Figures, Error> {
    let instance = Instance::make()?;
    let mut figures = Figures::default();
    instance.start_and_idle(&mut figures)?;
    instance.reports(options, &mut figures)?;
    instance.upload(options, &mut figures)?;
    instance.pages(&mut figures)?;
    seal_native(&instance, options, &mut figures)?;
    seal_wasm(options, &mut figures)?;
    Ok(figures)
}

impl Instance {
    fn make() -> Result<Self, Error> {
        let safehand = build::safehand()?;
        shell::run(shell::cargo().args(["build", "--release", "--package", "client", "--example", "load"]))?;
        let load = shell::target().join("release").join("examples").join("load");

        let folder = shell::target().join("bench").join("instance");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let address = free_address()?;
        let config = folder.join("safehand.toml");
        let mut text = format!("[server]\nlisten = \"{address}\"\norigin = \"http://{address}\"\n");
        // The client's work is done beforehand; what it costs the server to check does not depend on the bits.
        text.push_str("\n[work]\nbase_bits = 1\nmax_bits = 1\nlifetime_seconds = 3600\n");
        text.push_str("\n[log]\nlevel = \"warn\"\n");
        fs::write(&config, text).map_err(Error::file(&config))?;

        let passphrase = folder.join("passphrase");
        fs::write(&passphrase, "football homework weather\n").map_err(Error::file(&passphrase))?;
        let mut create = Command::new(&safehand);
        create.args(["desk", "create", "police", "--kind", "police", "--name", "Police desk"]);
        create.args(["--login", "supervisor", "--member-name", "Sam Supervisor", "--quiet"]);
        create.arg("--config").arg(&config).arg("--passphrase-file").arg(&passphrase);
        create.arg("--shares").arg(folder.join("shares"));
        shell::run(&mut create)?;
        Ok(Self { safehand, load, folder, address })
    }

    fn serve(&self) -> Result<Running, Error> {
        let mut serve = Command::new(&self.safehand);
        serve.arg("serve").arg("--config").arg(self.folder.join("safehand.toml"));
        Running::start(&mut serve, self.address)
    }

    fn load(&self, arguments: &[String]) -> Command {
        let mut load = Command::new(&self.load);
        load.args(arguments);
        load
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn start_and_idle(&self, figures: &mut Figures) -> Result<(), Error> {
        println!("starting, eleven times …");
        let mut times = Vec::new();
        for _ in 0..11 {
            times.push(self.serve()?.started_in);
        }
        times.sort();
        figures.add("start_ms", times[times.len() / 2].as_secs_f64() * 1000.0, "ms");

        let idle = self.serve()?;
        std::thread::sleep(Duration::from_secs(3));
        figures.add("idle_rss_mib", idle.rss_mib()?, "MiB");
        Ok(())
    }

    fn reports(&self, options: &IntakeOptions, figures: &mut Figures) -> Result<(), Error> {
        println!("sealing {} reports, then sending them …", options.reports);
        let server = self.serve()?;
        let pool = self.folder.join("pool");
        let reports = options.reports.to_string();
        let pool_name = pool.display().to_string();
        let seal =
            ["pool", "--to", &self.url(), "--desk", "police", "--reports", &reports, "--pool", &pool_name];
        shell::run(&mut self.load(&seal.map(str::to_owned)))?;

        let before = server.cpu()?;
        let connections = options.connections.to_string();
        let send = ["send", "--to", &self.url(), "--pool", &pool_name, "--connections", &connections];
        let submitted: Submitted = json(&mut self.load(&send.map(str::to_owned)))?;
        let cpu = server.cpu()?.saturating_sub(before);
        let count = f64::from(submitted.reports);
        figures.add("sealed_reports_per_second", count / submitted.seconds, "1/s");
        figures.add("server_cpu_ms_per_report", cpu.as_secs_f64() * 1000.0 / count, "ms");
        figures.add("load_rss_mib", server.peak_rss_mib()?, "MiB");
        Ok(())
    }

    fn upload(&self, options: &IntakeOptions, figures: &mut Figures) -> Result<(), Error> {
        let room = free_gb(&self.folder)? - 5.0;
        let gb = options.upload_gb.min(room).max(0.1);
        if gb < options.upload_gb {
            println!("the disk has room for {gb:.1} GB, not {}", options.upload_gb);
        }
        println!("uploading {gb:.1} GB, sealed …");
        let server = self.serve()?;
        let upload = ["upload", "--to", &self.url(), "--desk", "police", "--gb", &gb.to_string()];
        let submitted: Submitted = json(&mut self.load(&upload.map(str::to_owned)))?;
        figures.add("upload_rss_mib", server.peak_rss_mib()?, "MiB");
        figures.add("upload_gb", gb, "GB");
        figures.add("upload_mb_per_second", gb * 1000.0 / submitted.seconds, "MB/s");
        drop(server);
        let objects = self.folder.join("data").join("objects");
        fs::remove_dir_all(&objects).map_err(Error::file(&objects))
    }

    fn pages(&self, figures: &mut Figures) -> Result<(), Error> {
        println!("loading the first page in Chromium …");
        let tests = shell::root().join("web/tests");
        tools::npm_packages(&tests)?;
        let _server = self.serve()?;
        let mut node = shell::command("node");
        node.arg(shell::root().join("xtask/src/bench/pages.mjs")).arg(&tests);
        node.arg(tools::chromium()?).arg(format!("{}/desks/police/report", self.url()));
        let bytes: PageBytes = json(&mut node)?;
        figures.add("page_nojs_kib", bytes.nojs / 1024.0, "KiB");
        figures.add("page_js_kib", bytes.js / 1024.0, "KiB");
        Ok(())
    }
}

fn seal_native(instance: &Instance, options: &IntakeOptions, figures: &mut Figures) -> Result<(), Error> {
    println!("sealing and opening {} MiB natively …", options.seal_mib);
    let arguments = ["ciphers".to_owned(), "--mib".to_owned(), options.seal_mib.to_string()];
    let speed: CipherSpeed = json(&mut instance.load(&arguments))?;
    speed.add_to(figures, "native");
    Ok(())
}

fn seal_wasm(options: &IntakeOptions, figures: &mut Figures) -> Result<(), Error> {
    println!("sealing and opening in WebAssembly …");
    let folder = shell::root().join("crates/seal/wasm-tests");
    let module = build::seal_vectors()?;
    let mut node = shell::command("node");
    node.arg(folder.join("bench.mjs")).arg(module).arg(options.seal_mib.min(64).to_string());
    let speed: CipherSpeed = json(&mut node)?;
    speed.add_to(figures, "wasm");
    Ok(())
}

/// Gigabytes that are free where `folder` is.
fn free_gb(folder: &Path) -> Result<f64, Error> {
    let output = shell::read(Command::new("df").args(["--output=avail", "-B1"]).arg(folder))?;
    let bytes = output.lines().last().and_then(|line| line.trim().parse::<f64>().ok());
    bytes.map(|bytes| bytes / 1e9).ok_or_else(|| Error::unexpected("df", "no number"))
}
