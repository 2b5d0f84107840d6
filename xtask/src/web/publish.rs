//! Lays the groups out as fingerprinted folders with compressed copies and a manifest.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Asset, WebError, hex, write as write_file};

/// One group in `manifest.json`.
#[derive(Serialize)]
struct Published {
    /// Folder below `/static/`, named after a digest of what is in it.
    folder: String,
    /// Bytes of each file: as it is, with gzip and with Brotli.
    files: BTreeMap<String, Sizes>,
}

#[derive(Serialize)]
struct Sizes {
    plain: usize,
    gzip: usize,
    brotli: usize,
}

/// Replaces `folder` by the given groups and their manifest, all at once: a build of the server that
/// runs meanwhile embeds the old files or the new ones, never some of each.
pub(super) fn write(
    folder: &Path,
    stamp: &[u8],
    groups: &[(&'static str, Vec<Asset>)],
) -> Result<(), WebError> {
    let draft = folder.with_extension("new");
    remove(&draft)?;
    fill(&draft, groups)?;
    write_file(&draft.join(super::STAMP), stamp)?;
    remove(folder)?;
    fs::rename(&draft, folder).map_err(|source| WebError::File { path: folder.to_owned(), source })
}

fn remove(folder: &Path) -> Result<(), WebError> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(WebError::File { path: folder.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn fill(folder: &Path, groups: &[(&'static str, Vec<Asset>)]) -> Result<(), WebError> {
    let mut manifest = BTreeMap::new();
    for (name, assets) in groups {
        manifest.insert(*name, publish(folder, name, assets)?);
    }
    write_file(&folder.join("manifest.json"), &serde_json::to_vec_pretty(&manifest)?)
}

fn publish(folder: &Path, name: &str, assets: &[Asset]) -> Result<Published, WebError> {
    let published = format!("{name}-{}", fingerprint(assets));
    let mut files = BTreeMap::new();
    for asset in assets {
        let path = folder.join(&published).join(&asset.name);
        let (gzip, brotli) = (gzip(&asset.bytes), brotli(&asset.bytes));
        write_file(&path, &asset.bytes)?;
        write_file(&path.with_added_extension("gz"), &gzip)?;
        write_file(&path.with_added_extension("br"), &brotli)?;
        let sizes = Sizes { plain: asset.bytes.len(), gzip: gzip.len(), brotli: brotli.len() };
        files.insert(asset.name.clone(), sizes);
    }
    Ok(Published { folder: published, files })
}

fn fingerprint(assets: &[Asset]) -> String {
    let mut hasher = Sha256::new();
    for asset in assets {
        hasher.update(asset.name.as_bytes());
        hasher.update(Sha256::digest(&asset.bytes));
    }
    hex(&hasher.finalize()[..8])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut out, 1 << 16, 11, 22);
    let _ = encoder.write_all(bytes);
    drop(encoder);
    out
}
