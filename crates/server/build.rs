//! Embeds the browser's files from `target/web`, where `cargo xtask` has built them.
//!
//! Without them the server still compiles and serves pages; it says so when it starts.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let web = manifest.join("../../target/web");
    // The folder has to be there for Cargo to notice that something appears in it.
    fs::create_dir_all(&web)?;
    let web = web.canonicalize()?;
    println!("cargo::rerun-if-changed={}", web.display());

    let mut table = String::from("&[\n");
    for folder in entries(&web)?.into_iter().filter(|path| path.is_dir()) {
        for file in files(&folder)? {
            embed(&mut table, &web, &file);
        }
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), table)
}

/// One line of the table: path, bytes, and the two compressed copies beside it.
fn embed(table: &mut String, web: &Path, file: &Path) {
    let path = file.strip_prefix(web).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let address = |file: &Path| file.to_string_lossy().into_owned();
    let compressed = |extension| address(&file.with_added_extension(extension));
    let _ = writeln!(
        table,
        "Asset {{ path: {path:?}, plain: include_bytes!({file:?}), gzip: include_bytes!({gzip:?}), \
         brotli: include_bytes!({brotli:?}) }},",
        file = address(file),
        gzip = compressed("gz"),
        brotli = compressed("br"),
    );
}

/// Every published file below `folder`, without the compressed copies.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if !matches!(path.extension().and_then(|e| e.to_str()), Some("gz" | "br")) {
            found.push(path);
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
