//! The properties of Office Open XML and `OpenDocument`: small XML files in a zip.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};

use transcript::archive::{Limits, Zip};

use super::source::{Source, Stop};
use super::table::{Table, TimeSort, iso_time};
use super::{Group, RevealKind, xml};
use crate::sniff::Type;

/// The most that is unpacked of one part.
const PART_MAX: u64 = 1 << 20;
const PARTS: [&str; 4] = ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml"];

/// A file read from a place on, which remembers what was missing.
struct Reader<'r, 's> {
    source: &'r Source<'s>,
    at: u64,
    stopped: &'r RefCell<Option<Stop>>,
}

impl Read for Reader<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = into.len().min(64 << 10);
        let bytes = match self.source.up_to(self.at.min(self.source.size()), len) {
            Ok(bytes) => bytes,
            Err(stop) => {
                *self.stopped.borrow_mut() = Some(stop);
                return Err(io::Error::other("not there yet"));
            }
        };
        if let Some(into) = into.get_mut(..bytes.len()) {
            into.copy_from_slice(&bytes);
        }
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
}

impl Seek for Reader<'_, '_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

pub(super) fn read(source: &Source<'_>, kind: Type, table: &mut Table) -> Result<(), Stop> {
    let stopped = RefCell::new(None);
    let reader = Reader { source, at: 0, stopped: &stopped };
    let limits =
        Limits { entries: 20_000, directory_bytes: 4 << 20, entry_bytes: PART_MAX, ..Limits::default() };
    let opened = Zip::open(reader, limits);
    let mut zip = match (opened, stopped.take()) {
        (_, Some(stop)) => return Err(stop),
        (Ok(zip), None) => zip,
        (Err(error), None) => {
            table.note(format!("The zip cannot be read: {error}"));
            return Ok(());
        }
    };
    let macros = zip.entries().iter().any(|entry| entry.name.ends_with("vbaProject.bin"));
    let all = [0, source.size()];
    if macros {
        table.facts.active.push(("holds macros", all));
    }
    let wanted: Vec<(usize, String)> = zip
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| PARTS.contains(&entry.name.as_str()) && entry.refused().is_none())
        .map(|(number, entry)| (number, entry.name.clone()))
        .collect();
    // A plain archive may hold a file of that name.
    if kind == Type::Zip && !wanted.iter().any(|(_, name)| name.starts_with("docProps/")) {
        return Ok(());
    }
    for (number, name) in wanted {
        let mut part = Vec::new();
        let unpacked = zip.content(number).map_err(|error| error.to_string()).and_then(|content| {
            content.take(PART_MAX).read_to_end(&mut part).map_err(|error| error.to_string())
        });
        if let Some(stop) = stopped.take() {
            return Err(stop);
        }
        match unpacked {
            Ok(_) => properties(&name, &part, source.size(), table),
            Err(why) => table.note(format!("{name} cannot be read: {why}")),
        }
    }
    Ok(())
}

fn properties(part: &str, document: &[u8], size: u64, table: &mut Table) {
    // Where in the zip a part lies, its list does not say in a way that could be shown; so the whole is named.
    let at = 0..size;
    for xml::Found { name, value, .. } in xml::properties(document) {
        match name.as_str() {
            "dc:creator" | "cp:lastModifiedBy" | "meta:initial-creator" | "Company" | "Manager" => {
                table.reveal(RevealKind::Name, value.clone(), &at);
            }
            "Application" | "meta:generator" => table.program(&value, &at),
            "dcterms:created" | "meta:creation-date" => {
                table.time("the document's time of creation", TimeSort::Made, iso_time(&value), &at);
                table.reveal(RevealKind::Time, value.clone(), &at);
            }
            "dcterms:modified" => {
                table.time("the document's time of change", TimeSort::Changed, iso_time(&value), &at);
            }
            "dc:date" if part == "meta.xml" => {
                table.time("the document's time of change", TimeSort::Changed, iso_time(&value), &at);
            }
            "Template" | "HyperlinkBase" => table.reveal(RevealKind::Identifier, value.clone(), &at),
            "xsi:type" | "fmtid" | "pid" | "office:version" | "baseType" | "size" => continue,
            _ => {}
        }
        table.add(Group::Office, name, value, None, at.clone());
    }
}
