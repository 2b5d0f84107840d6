//! Zips and tars made byte by byte, so that every byte can be wrong.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::cast_possible_truncation,
    reason = "each test file uses a part of it"
)]

use std::io::Write as _;

#[derive(Clone)]
pub struct Member {
    pub name: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    pub size: u64,
    pub data: Vec<u8>,
    pub attributes: u32,
    pub extra: Vec<u8>,
    /// Bytes that nobody lists, behind the data.
    pub behind: Vec<u8>,
    pub change_local: Option<fn(&mut Vec<u8>)>,
}

impl Member {
    pub fn stored(name: &str, data: &[u8]) -> Self {
        let mut crc = flate2::Crc::new();
        crc.update(data);
        Self {
            name: name.as_bytes().to_vec(),
            method: 0,
            flags: if name.is_ascii() { 0 } else { 1 << 11 },
            crc: crc.sum(),
            size: data.len() as u64,
            data: data.to_vec(),
            attributes: 0,
            extra: Vec::new(),
            behind: Vec::new(),
            change_local: None,
        }
    }

    pub fn deflated(name: &str, data: &[u8]) -> Self {
        Self { method: 8, data: deflate(data), ..Self::stored(name, data) }
    }
}

pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub struct ZipMaker {
    pub members: Vec<Member>,
    pub zip64: bool,
    pub comment: Vec<u8>,
    pub stated_entries: Option<u16>,
    pub disk: u16,
    pub change_central: Option<fn(&mut Vec<u8>)>,
}

impl ZipMaker {
    pub fn of(members: impl IntoIterator<Item = Member>) -> Self {
        let members = members.into_iter().collect();
        Self {
            members,
            zip64: false,
            comment: Vec::new(),
            stated_entries: None,
            disk: 0,
            change_central: None,
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut central = Vec::new();
        for member in &self.members {
            let offset = out.len() as u64;
            let streamed = member.flags & 8 != 0;
            let sizes = [member.data.len() as u64, member.size];
            let facts = |crc: u32, sizes: [u64; 2]| {
                let mut facts = Vec::new();
                facts.extend(member.method.to_le_bytes());
                facts.extend([0x90, 0xA8, 0x25, 0x56]); // 21:04:32 on 5 January 2023
                facts.extend(crc.to_le_bytes());
                for size in sizes {
                    let size = if self.zip64 { u32::MAX } else { size as u32 };
                    facts.extend(size.to_le_bytes());
                }
                facts.extend((member.name.len() as u16).to_le_bytes());
                facts
            };
            let wide = |values: &[u64]| {
                let mut extra = member.extra.clone();
                if self.zip64 {
                    extra.extend([1, 0, 8 * values.len() as u8, 0]);
                    for value in values {
                        extra.extend(value.to_le_bytes());
                    }
                }
                extra
            };
            let mut local = b"PK\x03\x04\x14\0".to_vec();
            local.extend(member.flags.to_le_bytes());
            local.extend(if streamed { facts(0, [0, 0]) } else { facts(member.crc, sizes) });
            let extra = if streamed { wide(&[0, 0]) } else { wide(&[sizes[1], sizes[0]]) };
            local.extend((extra.len() as u16).to_le_bytes());
            local.extend(&member.name);
            local.extend(&extra);
            if let Some(change) = member.change_local {
                change(&mut local);
            }
            out.extend(local);
            out.extend(&member.data);
            if streamed {
                out.extend(b"PK\x07\x08");
                out.extend(member.crc.to_le_bytes());
                for size in sizes {
                    out.extend((size as u32).to_le_bytes());
                }
            }
            out.extend(&member.behind);
            central.extend(b"PK\x01\x02\x14\x03\x14\0");
            central.extend(member.flags.to_le_bytes());
            central.extend(facts(member.crc, sizes));
            let extra = wide(&[sizes[1], sizes[0], offset]);
            central.extend((extra.len() as u16).to_le_bytes());
            central.extend([0; 6]);
            central.extend(member.attributes.to_le_bytes());
            let offset = if self.zip64 { u32::MAX } else { offset as u32 };
            central.extend(offset.to_le_bytes());
            central.extend(&member.name);
            central.extend(&extra);
        }
        if let Some(change) = self.change_central {
            change(&mut central);
        }
        self.end(out, central)
    }

    fn end(&self, mut out: Vec<u8>, central: Vec<u8>) -> Vec<u8> {
        let (offset, size) = (out.len() as u64, central.len() as u64);
        out.extend(central);
        let count = self.members.len() as u64;
        if self.zip64 {
            let record = out.len() as u64;
            out.extend(b"PK\x06\x06");
            out.extend(44_u64.to_le_bytes());
            out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for value in [count, count, size, offset] {
                out.extend(value.to_le_bytes());
            }
            out.extend(b"PK\x06\x07\0\0\0\0");
            out.extend(record.to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        out.extend(b"PK\x05\x06");
        out.extend(self.disk.to_le_bytes());
        out.extend(self.disk.to_le_bytes());
        let stated = self.stated_entries.unwrap_or(if self.zip64 { u16::MAX } else { count as u16 });
        out.extend(stated.to_le_bytes());
        out.extend(stated.to_le_bytes());
        let field = |value: u64| if self.zip64 { u32::MAX } else { value as u32 };
        out.extend(field(size).to_le_bytes());
        out.extend(field(offset).to_le_bytes());
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out
    }
}

pub fn tar_header(name: &[u8], size: u64, kind: u8) -> [u8; 512] {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name);
    header[100..108].copy_from_slice(b"0000644\0");
    if size < 1 << 33 {
        header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    } else {
        header[124] = 0x80;
        header[128..136].copy_from_slice(&size.to_be_bytes());
    }
    header[136..148].copy_from_slice(b"14355636141\0");
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

pub fn tar_of(files: &[([u8; 512], &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (header, data) in files {
        out.extend(header);
        out.extend(*data);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}
