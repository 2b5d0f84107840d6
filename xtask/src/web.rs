//! The browser's side: style sheets from the published packages, our own ES modules and the
//! wasm modules, laid out under `target/web` for the server to embed.
//!
//! Every *group* (`reporter`, `console`) is one folder named after a digest of what is in it, so
//! that modules find each other by relative address and a cache may keep them for ever.

mod css;
mod publish;
mod wasm;

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

pub(crate) use wasm::for_node;

/// Where to build from.
#[derive(Debug, Clone)]
pub(crate) struct WebOptions {
    /// The workspace's root folder.
    pub(crate) root: PathBuf,
    /// Build even when no input has changed since the last time.
    pub(crate) force: bool,
}

impl Default for WebOptions {
    fn default() -> Self {
        let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        root.pop();
        Self { root, force: false }
    }
}

/// What can go wrong while the browser's side is built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started or reported failure.
    #[error("{program} failed: {detail}")]
    Program {
        /// The command as typed.
        program: String,
        /// Its exit status or why it did not start.
        detail: String,
    },
    /// `wasm-bindgen` refused a module.
    #[error("wasm-bindgen could not process {module}: {detail}")]
    Bindgen {
        /// The crate.
        module: &'static str,
        /// The library's explanation.
        detail: String,
    },
    /// Neither rustup's wasm target nor Debian's `rustc-web` is installed.
    #[error(
        "no compiler for wasm32-unknown-unknown: run `rustup target add wasm32-unknown-unknown`, \
         or install Debian's rustc-web, rust-web-src and lld"
    )]
    NoWasmTarget,
    /// A published style sheet has a shape that the adaptation does not understand.
    #[error("style sheet {0} is not well formed")]
    Css(PathBuf),
    /// The manifest could not be written as JSON.
    #[error("manifest: {0}")]
    Manifest(#[from] serde_json::Error),
}

/// The wasm modules of one application and the folder of plain modules and style sheets that goes with them.
struct Group {
    name: &'static str,
    /// Libraries compiled to wasm.
    modules: &'static [&'static str],
    /// Published style sheets, in the order in which they are concatenated.
    packages: &'static [&'static str],
    /// Source folders whose class names decide which rules stay; empty keeps all of them.
    prune_for: &'static [&'static str],
    /// Class names that the sources put together from parts.
    keep_also: &'static str,
    /// Files copied as they are: source path, name in the group.
    copies: &'static [(&'static str, &'static str)],
    /// Folder of plain ES modules, below `web/`.
    scripts: &'static str,
}

const GOVUK: &str = "govuk-frontend/dist/govuk/govuk-frontend.min.css";
const MOJ: &str = "@ministryofjustice/frontend/moj/moj-frontend.min.css";

const GROUPS: [Group; 2] = [
    Group {
        name: "reporter",
        modules: &["reporter", "revealer"],
        packages: &[GOVUK],
        prune_for: &["crates/intake/src", "crates/server/src/site", "crates/reporter/src", "web/js"],
        keep_also: "govuk-radios govuk-checkboxes",
        copies: &[("tus-js-client/dist/tus.min.js", "tus.js")],
        scripts: "js",
    },
    Group {
        name: "console",
        modules: &["console", "reader_worker", "examiner_worker"],
        packages: &[GOVUK, MOJ],
        prune_for: &[],
        keep_also: "",
        copies: &[],
        scripts: "console",
    },
];

/// Tells which inputs a finished build was made of.
const STAMP: &str = ".stamp";

/// Everything whose change asks for a new build.
const INPUTS: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "web/package-lock.json",
    "web/js",
    "web/css",
    "web/console",
    "crates/seal",
    "crates/ledger",
    "crates/intake",
    "crates/protocol",
    "crates/reporter",
];
const MORE_INPUTS: [&str; 7] = [
    "crates/console",
    "crates/examiner",
    "crates/media",
    "crates/reader",
    "crates/transcript/src",
    "crates/server/src/site",
    "xtask/src/web",
];

/// Builds `target/web`, unless nothing has changed since it was built.
pub(crate) fn build(options: &WebOptions) -> Result<(), WebError> {
    let root = &options.root;
    let folder = root.join("target/web");
    let stamp = folder.join(STAMP);
    let inputs = digest_of_inputs(root)?;
    if !options.force && fs::read_to_string(&stamp).is_ok_and(|previous| previous == inputs) {
        return Ok(());
    }

    install_packages(root)?;
    let modules = wasm::build(root)?;
    let groups = GROUPS
        .iter()
        .map(|group| Ok((group.name, files_of(root, group, &modules)?)))
        .collect::<Result<Vec<_>, WebError>>()?;
    publish::write(&folder, inputs.as_bytes(), &groups)
}

/// A file of a group before it is published.
struct Asset {
    name: String,
    bytes: Vec<u8>,
}

fn files_of(root: &Path, group: &Group, modules: &wasm::Modules) -> Result<Vec<Asset>, WebError> {
    let packages = root.join("web/node_modules");
    let mut files = vec![Asset { name: format!("{}.css", group.name), bytes: style_sheet(root, group)? }];
    for (from, name) in group.copies {
        files.push(Asset { name: (*name).to_owned(), bytes: read(&packages.join(from))? });
    }
    let scripts = root.join("web").join(group.scripts);
    if scripts.is_dir() {
        for path in walk(&scripts)? {
            let name = path.strip_prefix(&scripts).unwrap_or(&path).to_string_lossy().into_owned();
            files.push(Asset { name, bytes: read(&path)? });
        }
    }
    for module in group.modules {
        files.extend(modules.of(module)?);
    }
    Ok(files)
}

fn style_sheet(root: &Path, group: &Group) -> Result<Vec<u8>, WebError> {
    let keep = match group.prune_for {
        [] => css::Keep::Everything,
        folders => {
            let mut blocks = css::Blocks::default();
            for folder in folders.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir()) {
                for path in walk(&folder)? {
                    blocks.mentioned_in(&String::from_utf8_lossy(&read(&path)?));
                }
            }
            blocks.mentioned_in(group.keep_also);
            css::Keep::Only(blocks)
        }
    };
    let mut sheet = String::new();
    for package in group.packages {
        let path = root.join("web/node_modules").join(package);
        let source = String::from_utf8_lossy(&read(&path)?).into_owned();
        sheet.push_str(&css::adapt(&source, &keep).ok_or(WebError::Css(path))?);
    }
    let own = root.join("web/css").join(format!("{}.css", group.name));
    let source = String::from_utf8_lossy(&read(&own)?).into_owned();
    sheet.push_str(&css::adapt(&source, &css::Keep::Everything).ok_or(WebError::Css(own))?);
    Ok(sheet.into_bytes())
}

/// Installs the front-end packages unless the installed ones are those of the lock file.
fn install_packages(root: &Path) -> Result<(), WebError> {
    let web = root.join("web");
    let lock = read(&web.join("package-lock.json"))?;
    let marker = web.join("node_modules/.safehand-lock");
    if fs::read(&marker).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    // The MoJ package names `moment` as a peer, used only by scripts that are not shipped.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--legacy-peer-deps", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&web);
    run(&mut npm)?;
    write(&marker, &lock)
}

fn digest_of_inputs(root: &Path) -> Result<String, WebError> {
    let mut hasher = Sha256::new();
    for input in INPUTS.iter().chain(&MORE_INPUTS).map(|input| root.join(input)) {
        for path in walk(&input)? {
            hasher.update(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().as_bytes());
            hasher.update(Sha256::digest(read(&path)?));
        }
    }
    Ok(hex(&hasher.finalize()))
}

/// All files below `path` in a fixed order; none when it does not exist.
fn walk(path: &Path) -> Result<Vec<PathBuf>, WebError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
        })
        .map_err(|source| WebError::File { path: path.to_owned(), source })?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(walk(&entry)?);
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, WebError> {
    fs::read(path).map_err(|source| WebError::File { path: path.to_owned(), source })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), WebError> {
    let outcome = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    outcome.map_err(|source| WebError::File { path: path.to_owned(), source })
}

fn run(command: &mut Command) -> Result<(), WebError> {
    let program = format!("{command:?}");
    let failed = |detail: String| WebError::Program { program, detail };
    let status = match command.status() {
        Ok(status) => status,
        Err(error) => return Err(failed(error.to_string())),
    };
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
