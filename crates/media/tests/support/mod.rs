//! Small made-up files of every format, written byte by byte: no picture in them, only what they say of themselves.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::similar_names,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::doc_markdown,
    reason = "each test file uses a part of it"
)]

pub fn be16(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_be_bytes()
}

pub fn be32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

pub fn le32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}

/// A value of a directory of TIFF.
pub struct Tag(pub u16, pub u16, pub u32, pub Vec<u8>);

pub fn ascii(tag: u16, text: &str) -> Tag {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    Tag(tag, 2, u32::try_from(bytes.len()).unwrap(), bytes)
}

pub fn long(tag: u16, number: u32) -> Tag {
    Tag(tag, 4, 1, number.to_le_bytes().to_vec())
}

pub fn fractions(tag: u16, parts: &[(u32, u32)]) -> Tag {
    let bytes = parts.iter().flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()].concat()).collect();
    Tag(tag, 5, u32::try_from(parts.len()).unwrap(), bytes)
}

/// A TIFF of little-endian numbers with a main directory, one of Exif, one of GPS and one of the preview.
pub fn tiff(main: Vec<Tag>, exif: Vec<Tag>, gps: Vec<Tag>, preview: &[u8]) -> Vec<u8> {
    let size = |tags: &[Tag]| {
        6 + 12 * tags.len()
            + tags.iter().map(|tag| if tag.3.len() > 4 { tag.3.len() } else { 0 }).sum::<usize>()
    };
    let mut main = main;
    let place = 8;
    main.push(long(0x8769, 0));
    main.push(long(0x8825, 0));
    let exif_at = place + size(&main);
    let gps_at = exif_at + size(&exif);
    let preview_dir = gps_at + size(&gps);
    let preview_tags = vec![
        long(0x0201, u32::try_from(preview_dir + 6 + 24).unwrap()),
        long(0x0202, u32::try_from(preview.len()).unwrap()),
    ];
    let len = main.len();
    main[len - 2] = long(0x8769, u32::try_from(exif_at).unwrap());
    main[len - 1] = long(0x8825, u32::try_from(gps_at).unwrap());
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let mut directory = |tags: &[Tag], next: usize| {
        let mut values = out.len() + 6 + 12 * tags.len();
        let mut behind: Vec<u8> = Vec::new();
        out.extend(u16::try_from(tags.len()).unwrap().to_le_bytes());
        for Tag(tag, kind, count, bytes) in tags {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(count.to_le_bytes());
            if bytes.len() <= 4 {
                out.extend(bytes);
                out.extend(vec![0; 4 - bytes.len()]);
            } else {
                out.extend(le32(values));
                values += bytes.len();
                behind.extend(bytes);
            }
        }
        out.extend(le32(next));
        out.extend(behind);
    };
    directory(&main, if preview.is_empty() { 0 } else { preview_dir });
    directory(&exif, 0);
    directory(&gps, 0);
    if !preview.is_empty() {
        directory(&preview_tags, 0);
        out.extend(preview);
    }
    out
}

/// Exif as a telephone writes it, in Hyde Park at ten in the morning.
pub fn exif() -> Vec<u8> {
    tiff(
        vec![
            ascii(0x010f, "Example"),
            ascii(0x0110, "Phone 5"),
            ascii(0x0131, "Photoshop 25.0"),
            ascii(0x0132, "2024:05:03 18:00:00"),
        ],
        vec![
            ascii(0x9003, "2024:05:01 10:00:00"),
            ascii(0x9011, "+01:00"),
            Tag(0x927c, 7, 24, b"Example\0iOS maker note\0\0".to_vec()),
            long(0xa002, 4_000),
            long(0xa003, 3_000),
            ascii(0xa430, "A. Example"),
            ascii(0xa431, "SN5550100"),
        ],
        vec![
            Tag(1, 2, 2, b"N\0".to_vec()),
            fractions(2, &[(51, 1), (30, 1), (2_652, 100)]),
            Tag(3, 2, 2, b"W\0".to_vec()),
            fractions(4, &[(0, 1), (9, 1), (4_320, 100)]),
            fractions(7, &[(9, 1), (0, 1), (0, 1)]),
            ascii(29, "2024:05:01"),
        ],
        &jpeg_of(160, 120, &[]),
    )
}

pub const XMP: &str = "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
xmp:CreatorTool=\"GIMP 2.10\" xmp:ModifyDate=\"2024-05-04T10:00:00+01:00\"><dc:creator xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
<rdf:Seq><rdf:li>Ann &amp; Bob</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &be16(content.len() + 2), content].concat()
}

/// The frame of a JPEG of this size with these segments before it, and no picture.
pub fn jpeg_of(width: usize, height: usize, segments: &[u8]) -> Vec<u8> {
    let frame = [&[8][..], &be16(height), &be16(width), &[1, 1, 0x11, 0]].concat();
    [
        &[0xff, 0xd8][..],
        segments,
        &segment(0xc0, &frame),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        &[0x12, 0x34, 0xff, 0xd9],
    ]
    .concat()
}

pub fn jpeg() -> Vec<u8> {
    let iptc = [
        b"\x1c\x02\x50\0\x03Ann".as_slice(),
        b"\x1c\x02\x37\0\x0820240501",
        b"\x1c\x02\x3c\0\x0b100000+0100",
    ]
    .concat();
    let resources = [b"Photoshop 3.0\08BIM\x04\x04\0\0".as_slice(), &be32(iptc.len()), &iptc].concat();
    let segments = [
        segment(0xe1, &[b"Exif\0\0", exif().as_slice()].concat()),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", XMP.as_bytes()].concat()),
        segment(0xed, &resources),
        segment(0xeb, b"JP\0\0\0\0\0\0\0\x10jumbjumdc2pa"),
        segment(0xfe, b"a comment about the weather"),
    ]
    .concat();
    jpeg_of(2_000, 1_000, &segments)
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&be32(content.len())[..], kind, content, &[0; 4]].concat()
}

pub fn png() -> Vec<u8> {
    let mut packed = flate2_zlib(b"packed words about football");
    packed.insert(0, 0);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[&be32(640)[..], &be32(480), &[8, 2, 0, 0, 0]].concat()),
        chunk(b"tEXt", b"Author\0Ann Example"),
        chunk(b"zTXt", &[b"Comment\0".as_slice(), &packed].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), XMP.as_bytes()].concat()),
        chunk(b"tIME", &[7, 232, 5, 1, 10, 0, 0]),
        chunk(b"eXIf", &exif()),
        chunk(b"IDAT", &[0; 30]),
        [&[0; 4][..], b"IEND\xaeB`\x82"].concat(),
    ]
    .concat()
}

fn flate2_zlib(bytes: &[u8]) -> Vec<u8> {
    // Stored, not compressed: the shortest valid stream there is.
    let mut sum = (1_u32, 0_u32);
    for &byte in bytes {
        sum.0 = (sum.0 + u32::from(byte)) % 65_521;
        sum.1 = (sum.1 + sum.0) % 65_521;
    }
    let len = u16::try_from(bytes.len()).unwrap();
    [
        &[0x78, 0x01, 0x01][..],
        &len.to_le_bytes(),
        &(!len).to_le_bytes(),
        bytes,
        &(sum.1 << 16 | sum.0).to_be_bytes(),
    ]
    .concat()
}

fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = [kind, &le32(content.len())[..], content].concat();
    out.resize(out.len() + content.len() % 2, 0);
    out
}

pub fn webp() -> Vec<u8> {
    let content = [
        b"WEBP".to_vec(),
        riff_chunk(b"VP8X", &[0x0c, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0]),
        riff_chunk(b"EXIF", &exif()),
        riff_chunk(b"XMP ", XMP.as_bytes()),
    ]
    .concat();
    [b"RIFF".as_slice(), &le32(content.len()), &content].concat()
}

pub fn wav() -> Vec<u8> {
    let info = [b"INFO".to_vec(), riff_chunk(b"IART", b"Ann"), riff_chunk(b"ISFT", b"Lavf60.3.100")].concat();
    let content = [b"WAVE".to_vec(), riff_chunk(b"LIST", &info), riff_chunk(b"data", &[0; 8])].concat();
    [b"RIFF".as_slice(), &le32(content.len()), &content].concat()
}

pub fn gif() -> Vec<u8> {
    [
        b"GIF89a\x40\x01\xf0\0\0\0\0".as_slice(),
        b"!\xfe\x04rain\x03sun\0",
        b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0",
        b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0;",
    ]
    .concat()
}

pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&be32(content.len() + 8)[..], kind, content].concat()
}

/// A film of an iPhone: times in the container, place, device and date in QuickTime's keys. `media` bytes of media
/// stand before what describes them.
pub fn mov(media: &[u8]) -> Vec<u8> {
    let created = 3_797_398_800_usize; // 2024-05-01T09:00:00Z, in seconds since 1904
    let mvhd = [&[0; 4][..], &be32(created), &be32(created), &be32(600), &be32(6_000), &[0; 80]].concat();
    let mut tkhd = [0; 84];
    tkhd[76..80].copy_from_slice(&be32(1_920 << 16));
    tkhd[80..84].copy_from_slice(&be32(1_080 << 16));
    let mdhd =
        [&[0; 4][..], &be32(created), &be32(created), &be32(600), &be32(6_000), &[0x15, 0xc7, 0, 0]].concat();
    let names = [
        "com.apple.quicktime.location.ISO6709",
        "com.apple.quicktime.make",
        "com.apple.quicktime.creationdate",
    ];
    let keys: Vec<u8> = names
        .iter()
        .flat_map(|name| [&be32(name.len() + 8)[..], b"mdta", name.as_bytes()].concat())
        .collect();
    let values = ["+51.5074-000.1620/", "Example", "2024-05-01T10:00:00+0100"];
    let items: Vec<u8> = values
        .iter()
        .zip(1_usize..)
        .flat_map(|(value, number)| {
            let data = boxed(b"data", &[&be32(1)[..], &[0; 4], value.as_bytes()].concat());
            [&be32(data.len() + 8)[..], &be32(number), &data].concat()
        })
        .collect();
    let hdlr = boxed(b"hdlr", &[&[0; 8][..], b"mdta", &[0; 12]].concat());
    let meta = boxed(
        b"meta",
        &[hdlr, boxed(b"keys", &[&[0; 4][..], &be32(3), &keys].concat()), boxed(b"ilst", &items)].concat(),
    );
    let trak = boxed(b"trak", &[boxed(b"tkhd", &tkhd), boxed(b"mdia", &boxed(b"mdhd", &mdhd))].concat());
    let udta = boxed(b"udta", &boxed(b"\xa9swr", &[&be16(4)[..], &[0x15, 0xc7], b"17.4"].concat()));
    [
        boxed(b"ftyp", b"qt  \0\0\x02\0qt  "),
        boxed(b"mdat", media),
        boxed(b"moov", &[boxed(b"mvhd", &mvhd), trak, meta, udta].concat()),
    ]
    .concat()
}

pub fn heic() -> Vec<u8> {
    let exif_item = [&be32(0)[..], &exif()].concat();
    let infe = boxed(b"infe", &[&[2, 0, 0, 0][..], &be16(1), &be16(0), b"Exif\0"].concat());
    let iinf = boxed(b"iinf", &[&[0; 4][..], &be16(1), &infe].concat());
    let ispe = boxed(b"ispe", &[&[0; 4][..], &be32(4_000), &be32(3_000)].concat());
    let iprp = boxed(b"iprp", &boxed(b"ipco", &ispe));
    let ftyp = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    let meta = |at: usize| {
        let iloc = [
            &[0; 4][..],
            &[0x44, 0],
            &be16(1),
            &be16(1),
            &be16(0),
            &be16(1),
            &be32(at),
            &be32(exif_item.len()),
        ]
        .concat();
        boxed(b"meta", &[&[0; 4][..], &iinf, &boxed(b"iloc", &iloc), &iprp].concat())
    };
    let at = ftyp.len() + meta(0).len() + 8;
    [ftyp, meta(at), boxed(b"mdat", &exif_item)].concat()
}

pub fn mp3() -> Vec<u8> {
    let frame = |name: &[u8; 4], content: &[u8]| [name, &be32(content.len())[..], &[0, 0], content].concat();
    let frames = [
        frame(b"TPE1", b"\x03Ann Example"),
        frame(b"TSSE", b"\x00Lavf60.3.100"),
        frame(b"TIT2", b"\x01\xff\xfer\0a\0i\0n\0"),
        frame(b"COMM", b"\x00eng\x00cold today"),
    ]
    .concat();
    let mut tag = [0; 128];
    tag[..6].copy_from_slice(b"TAGsun");
    [
        &b"ID3\x03\0\0\0\0"[..],
        &[u8::try_from(frames.len() / 128).unwrap(), u8::try_from(frames.len() % 128).unwrap()],
        &frames,
        b"\xff\xfb\x90\0",
        &tag,
    ]
    .concat()
}

pub fn pdf() -> Vec<u8> {
    let info = "<< /Producer (GIMP \\(PDF\\)) /Author <FEFF0041006E006E> /CreationDate (D:20240501100000+01'00') /ModDate (D:20240502100000Z) >>";
    format!("%PDF-1.7\n1 0 obj\n{info}\nendobj\n2 0 obj\n<< /Type /Catalog /OpenAction 3 0 R >>\nendobj\n{XMP}\ntrailer << /Info 1 0 R >>\n%%EOF\n%%EOF\n").into_bytes()
}

/// A zip whose entries are stored.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let sum = crc(content);
        let facts = [
            &sum.to_le_bytes()[..],
            &le32(content.len()),
            &le32(content.len()),
            &u16::try_from(name.len()).unwrap().to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        list.extend(
            [
                &b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\x58"[..],
                &facts,
                &[0; 10],
                &le32(out.len()),
                name.as_bytes(),
            ]
            .concat(),
        );
        out.extend([&b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\x58"[..], &facts, name.as_bytes(), content].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let at = out.len();
    out.extend(&list);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &le32(list.len()), &le32(at), &[0, 0]].concat());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = !0_u32;
    for &byte in bytes {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1));
        }
    }
    !sum
}

pub fn docx() -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w:document/>"),
        ("docProps/core.xml", b"<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\" xmlns:dcterms=\"t\"><dc:creator>Ann Example</dc:creator><cp:lastModifiedBy>Bob</cp:lastModifiedBy><dcterms:created>2024-05-01T09:00:00Z</dcterms:created><dcterms:modified>2024-04-01T09:00:00Z</dcterms:modified></cp:coreProperties>"),
        ("docProps/app.xml", b"<Properties><Application>Microsoft Office Word</Application><Company>Sunday United</Company></Properties>"),
    ])
}

pub fn mkv() -> Vec<u8> {
    let element = |id: &[u8], content: &[u8]| {
        [
            id,
            &[0x40 | u8::try_from(content.len() >> 8).unwrap(), u8::try_from(content.len() & 255).unwrap()],
            content,
        ]
        .concat()
    };
    let date = 735_814_800_000_000_000_i64; // 2024-04-26T09:00:00Z, in nanoseconds since 2001
    let info = [element(b"\x44\x61", &date.to_be_bytes()), element(b"\x57\x41", b"HandBrake 1.7")].concat();
    let video = element(b"\xe0", &[element(b"\xb0", &[5, 0]), element(b"\xba", &[2, 0xd0])].concat());
    let simple =
        element(b"\x67\xc8", &[element(b"\x45\xa3", b"ARTIST"), element(b"\x44\x87", b"Ann")].concat());
    let segment = [
        element(b"\x15\x49\xa9\x66", &info),
        element(b"\x16\x54\xae\x6b", &element(b"\xae", &video)),
        element(b"\x12\x54\xc3\x67", &element(b"\x73\x73", &simple)),
    ]
    .concat();
    [element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"matroska")), element(b"\x18\x53\x80\x67", &segment)]
        .concat()
}

pub fn flac() -> Vec<u8> {
    let comment = |text: &str| [&le32(text.len())[..], text.as_bytes()].concat();
    let comments = [
        comment("reference libFLAC 1.4"),
        le32(2).to_vec(),
        comment("ARTIST=Ann"),
        comment("DATE=2024-05-01T10:00:00"),
    ]
    .concat();
    [b"fLaC\x84".as_slice(), &be32(comments.len())[1..], &comments].concat()
}

/// Every made-up file with its name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a.jpg", jpeg()),
        ("a.png", png()),
        ("a.webp", webp()),
        ("a.wav", wav()),
        ("a.gif", gif()),
        ("a.mov", mov(b"no film")),
        ("a.heic", heic()),
        ("a.mp3", mp3()),
        ("a.pdf", pdf()),
        ("a.docx", docx()),
        ("a.mkv", mkv()),
        ("a.flac", flac()),
        ("a.tif", exif()),
    ]
}
