//! `cargo xtask bench transcript`: chat exports of a hundred megabytes, beside what the machine does at all.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::Args;
use serde::Deserialize;

use super::Figures;
use crate::error::Error;
use crate::{build, shell};

/// Options of the measurement.
#[derive(Debug, Args)]
pub(crate) struct TranscriptOptions {
    /// Size of each generated export, in megabytes (10⁶ bytes).
    #[arg(long, default_value_t = 100, value_name = "MB")]
    megabytes: u32,
    /// Size in WebAssembly, which holds source and timeline in at most 4 GiB.
    #[arg(long, default_value_t = 50, value_name = "MB")]
    wasm_megabytes: u32,
}

/// What a reading took.
#[derive(Debug, Deserialize)]
struct Run {
    messages: u64,
    unparsed: u64,
    seconds: f64,
    peak_mib: f64,
}

#[derive(Debug, Deserialize)]
struct Written {
    messages: u64,
}

#[derive(Debug, Deserialize)]
struct WasmSpeed {
    whatsapp: f64,
    telegram: f64,
}

/// Measures one thing at a time.
pub(super) fn measure(options: &TranscriptOptions) -> Result<Figures, Error> {
    let yardstick = build::yardstick()?;
    let folder = shell::target().join("bench");
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;

    let mut figures = Figures::default();
    let mut native = Vec::new();
    for name in ["whatsapp", "telegram"] {
        native.push(one(name, options.megabytes, &yardstick, &folder, &mut figures)?);
    }
    println!("reading in WebAssembly …");
    let speed: WasmSpeed = {
        let module = build::transcript_bench()?;
        let mut node = shell::command("node");
        node.arg(shell::root().join("crates/transcript/wasm-bench/bench.mjs")).arg(module);
        super::json(node.arg(options.wasm_megabytes.to_string()))?
    };
    for (name, wasm, native) in [
        ("whatsapp_wasm_mb_per_s", speed.whatsapp, native.first()),
        ("telegram_wasm_mb_per_s", speed.telegram, native.get(1)),
    ] {
        figures.add_against(name, wasm, "MB/s", native.copied().unwrap_or_default());
    }
    Ok(figures)
}

/// One export, in memory and as a stream. Returns the speed in memory, in MB/s.
fn one(
    name: &str,
    megabytes: u32,
    yardstick: &Path,
    folder: &Path,
    figures: &mut Figures,
) -> Result<f64, Error> {
    println!("{name}: {megabytes} MB …");
    let file = folder.join(format!("{name}-{megabytes}.export"));
    let mut write = Command::new(yardstick);
    let written: Written = super::json(write.args(["write", name, &megabytes.to_string()]).arg(&file))?;
    let size = fs::metadata(&file).map_err(Error::file(&file))?.len();
    let speed = |seconds: f64| megabytes_of(size) / seconds;

    let newlines = speed(yard(Command::new("wc").arg("-l").arg(&file))?);
    let digest = speed(yard(Command::new("sha256sum").arg(&file))?);
    let mut in_memory = 0.0;
    for (how, suffix) in [("batch", ""), ("stream", "_stream")] {
        let run: Run = super::json(Command::new(yardstick).arg(how).arg(&file))?;
        if run.messages != written.messages || run.unparsed > 0 {
            let found = format!("{} of {} messages", run.messages, written.messages);
            return Err(Error::unexpected(format!("{name}, {how}"), found));
        }
        let read = speed(run.seconds);
        figures.add_against(&format!("{name}{suffix}_mb_per_s"), read, "MB/s", digest);
        let mib = format!("{name}_{}_rss_mib", if suffix.is_empty() { "batch" } else { "stream" });
        figures.add_against(&mib, run.peak_mib, "MiB", megabytes_of(size) * 1e6 / f64::from(1 << 20));
        if suffix.is_empty() {
            in_memory = read;
        }
    }
    figures.add(&format!("{name}_wc_mb_per_s"), newlines, "MB/s");
    figures.add(&format!("{name}_sha256sum_mb_per_s"), digest, "MB/s");
    fs::remove_file(&file).map_err(Error::file(&file))?;
    Ok(in_memory)
}

/// Seconds that a program takes, the best of five.
fn yard(command: &mut Command) -> Result<f64, Error> {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begun = Instant::now();
        shell::run(command.stdout(Stdio::null()))?;
        best = best.min(begun.elapsed().as_secs_f64());
    }
    Ok(best)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a table")]
fn megabytes_of(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
