//! Compiles the browser's crates to WebAssembly and writes the glue for them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use wasm_bindgen_cli_support::Bindgen;

use super::{Asset, WebError, read, run, walk};

const TARGET: &str = "wasm32-unknown-unknown";
/// Packages, and what their libraries are called.
const CRATES: [(&str, &str); 5] = [
    ("reporter", "reporter"),
    ("console", "console"),
    ("reader-worker", "reader_worker"),
    ("examiner-worker", "examiner_worker"),
    ("revealer", "revealer"),
];

/// Where the generated modules are.
pub(super) struct Modules {
    folder: PathBuf,
}

impl Modules {
    /// The glue and the wasm file of one crate.
    pub(super) fn of(&self, name: &str) -> Result<Vec<Asset>, WebError> {
        let folder = self.folder.join(name);
        let files = walk(&folder)?;
        files
            .into_iter()
            .map(|path| {
                let name = path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy().into_owned();
                Ok(Asset { name, bytes: read(&path)? })
            })
            .collect()
    }
}

/// Compiles the crates and runs `wasm-bindgen` over them.
pub(super) fn build(root: &Path) -> Result<Modules, WebError> {
    let target = root.join("target/wasm");
    let mut cargo = compiler()?;
    cargo.current_dir(root).env("CARGO_TARGET_DIR", &target);
    cargo.args(["--profile", "wasm", "--target", TARGET, "--lib"]);
    cargo.args(CRATES.iter().flat_map(|(package, _)| ["--package", package]));
    run(&mut cargo)?;

    let folder = target.join("bindgen");
    for (_, module) in CRATES {
        let input = target.join(TARGET).join("wasm").join(format!("{module}.wasm"));
        let output = folder.join(module);
        // A snippet that is no longer generated must not be published again.
        let _ = std::fs::remove_dir_all(&output);
        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(input)
            .out_name(&format!("{module}_wasm"))
            .typescript(false)
            .omit_default_module_path(false)
            .web(true)
            .and_then(|bindgen| bindgen.generate(&output))
            .map_err(|error| WebError::Bindgen { module, detail: format!("{error:#}") })?;
    }
    Ok(Modules { folder })
}

/// Compiles one more crate to WebAssembly, with glue for node, and says in which folder it is.
pub(crate) fn for_node(root: &Path, package: &str, module: &'static str) -> Result<PathBuf, WebError> {
    let target = root.join("target/wasm");
    let mut cargo = compiler()?;
    cargo.current_dir(root).env("CARGO_TARGET_DIR", &target);
    cargo.args(["--profile", "wasm", "--target", TARGET, "--lib", "--package", package]);
    run(&mut cargo)?;

    let output = target.join("bindgen").join(module);
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(target.join(TARGET).join("wasm").join(format!("{module}.wasm")))
        .typescript(false)
        .nodejs(true)
        .and_then(|bindgen| bindgen.generate(&output))
        .map_err(|error| WebError::Bindgen { module, detail: format!("{error:#}") })?;
    Ok(output)
}

/// `cargo build` with rustup's wasm target, or with Debian's compiler and a standard library
/// built on the spot.
fn compiler() -> Result<Command, WebError> {
    let mut cargo = crate::shell::cargo();
    cargo.arg("build");
    if has_target() {
        return Ok(cargo);
    }
    let debian = Path::new("/usr/bin/rustc");
    if !debian.exists() {
        return Err(WebError::NoWasmTarget);
    }
    cargo.env("RUSTC", debian).env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");
    cargo.arg("-Zbuild-std=std,panic_abort");
    Ok(cargo)
}

fn has_target() -> bool {
    let sysroot = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    sysroot.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}
