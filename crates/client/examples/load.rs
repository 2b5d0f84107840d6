//! The load generator of `cargo xtask bench intake`. Its last line of output is JSON.
//!
//! `pool` seals reports and solves their proofs of work; `send` pushes such a pool over keep-alive connections,
//! written to the socket as it was stored, so that the server is what is measured.
#![allow(clippy::print_stdout, reason = "a program whose output is read by another")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::{Client, NewReport};
use getrandom::SysRng;
use protocol::content::{Answers, SealedOn, Summary};
use protocol::public::{DeskPublic, WorkChallenge};
use seal::rand_core::UnwrapErr;
use seal::{FileMeta, Identity, ItemId, ItemKind, ItemOpener, ItemSealer, Place, ReportId, ReporterKeys};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The options given as `--name value`.
struct Options(Vec<String>);

impl Options {
    fn get(&self, name: &str) -> Outcome<&str> {
        let place = self.0.iter().position(|word| word.strip_prefix("--") == Some(name));
        let value = place.and_then(|place| self.0.get(place + 1));
        value.map(String::as_str).ok_or_else(|| format!("--{name} is missing").into())
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let options = Options(words.collect());
    match task.as_str() {
        "pool" => pool(&options).await,
        "send" => send(&options).await,
        "upload" => upload(&options).await,
        "ciphers" => ciphers(&options),
        _ => Err("pool, send, upload or ciphers".into()),
    }
}

/// Seals reports and writes each as the bytes of its HTTP request, with their length in front.
async fn pool(options: &Options) -> Outcome<()> {
    let url = options.get("to")?;
    let client = Client::new(url)?;
    let (_, desk) = client.desk(options.get("desk")?).await?;
    let number: usize = options.get("reports")?.parse()?;
    let host = url.trim_start_matches("http://").to_owned();
    let mut file = std::io::BufWriter::new(fs::File::create(options.get("pool")?)?);

    let workers = std::thread::available_parallelism()?.get();
    let made = Arc::new(AtomicUsize::new(0));
    let (requests, mut sealed) = tokio::sync::mpsc::channel::<Vec<u8>>(256);
    for _ in 0..workers {
        let (client, desk, host) = (client.clone(), desk.clone(), host.clone());
        let (made, requests) = (Arc::clone(&made), requests.clone());
        tokio::spawn(async move {
            while made.fetch_add(1, Ordering::Relaxed) < number {
                let request = request(&client, &desk, &host).await?;
                requests.send(request).await?;
            }
            Outcome::Ok(())
        });
    }
    drop(requests);
    let mut written = 0;
    while let Some(request) = sealed.recv().await {
        file.write_all(&u32::try_from(request.len())?.to_le_bytes())?;
        file.write_all(&request)?;
        written += 1;
    }
    file.flush()?;
    if written == number { Ok(()) } else { Err(format!("{written} of {number} reports were sealed").into()) }
}

async fn request(client: &Client, desk: &DeskPublic, host: &str) -> Outcome<Vec<u8>> {
    let mut root = [0; 32];
    getrandom::fill(&mut root)?;
    let report = NewReport::new(desk.clone(), ReporterKeys::from_root(&root));
    let (answers, summary) = documents();
    let sealed = report.finish(client, answers, summary, false).await?;
    let body = serde_json::to_vec(&sealed.submission)?;
    let work = solve(&fetch_challenge(host).await?)?;
    let mut request = format!(
        "POST /api/v1/desks/{}/reports HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Safehand-Work: {work}\r\nContent-Length: {}\r\n\r\n",
        desk.slug,
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    Ok(request)
}

/// A report of the usual size: some two thousand characters of answers.
fn documents() -> (Answers, Summary) {
    let story = "It rained on Tuesday, so football practice was moved to the sports hall. ".repeat(20);
    let field = protocol::content::AnsweredField {
        field: "story".to_owned(),
        label: "Tell us what happened".to_owned(),
        values: vec![story.clone()],
        shown: vec![story],
    };
    let page = protocol::content::AnsweredPage {
        page: "what".to_owned(),
        question: "What happened".to_owned(),
        fields: vec![field],
    };
    let answers = Answers {
        schema: Answers::SCHEMA.to_owned(),
        questionnaire: "default".to_owned(),
        version: 1,
        language: "en-GB".to_owned(),
        sealed_on: SealedOn::Device,
        route: None,
        pages: vec![page],
        reasons: Vec::new(),
        files: Vec::new(),
    };
    let summary = Summary {
        schema: Summary::SCHEMA.to_owned(),
        title: "Contact with a child · ChatApp".to_owned(),
        reasons: Vec::new(),
        route: None,
        about: vec!["contact".to_owned()],
        accounts: 1,
        files: 0,
    };
    (answers, summary)
}

async fn fetch_challenge(host: &str) -> Outcome<WorkChallenge> {
    let mut stream = TcpStream::connect(host).await?;
    let request = format!("GET /api/v1/work HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let start = answer.iter().position(|byte| *byte == b'{').ok_or("no challenge")?;
    Ok(serde_json::from_slice(&answer[start..])?)
}

fn solve(challenge: &WorkChallenge) -> Outcome<String> {
    let bytes = URL_SAFE_NO_PAD.decode(&challenge.challenge)?;
    let nonce = seal::work::solve(&bytes, challenge.bits.into(), &mut 0, u64::MAX).ok_or("no solution")?;
    Ok(format!("{}.{nonce}", challenge.challenge))
}

/// Sends a pool of requests and times it.
async fn send(options: &Options) -> Outcome<()> {
    let host = options.get("to")?.trim_start_matches("http://").to_owned();
    let connections: usize = options.get("connections")?.parse()?;
    let requests = Arc::new(read_pool(&PathBuf::from(options.get("pool")?))?);
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (host, requests, next) = (host.clone(), Arc::clone(&requests), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(&host).await?;
            stream.set_nodelay(true)?;
            let mut answer = vec![0; 16 << 10];
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                stream.write_all(request).await?;
                expect_success(&mut stream, &mut answer).await?;
            }
            Outcome::Ok(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "reports": requests.len(), "seconds": seconds }));
    Ok(())
}

fn read_pool(path: &PathBuf) -> Outcome<Vec<Vec<u8>>> {
    let mut file = std::io::BufReader::new(fs::File::open(path)?);
    let mut requests = Vec::new();
    let mut length = [0; 4];
    while file.read_exact(&mut length).is_ok() {
        let mut request = vec![0; usize::try_from(u32::from_le_bytes(length))?];
        file.read_exact(&mut request)?;
        requests.push(request);
    }
    Ok(requests)
}

/// Reads one answer to its end and makes sure that it is an acknowledgement.
async fn expect_success(stream: &mut TcpStream, answer: &mut [u8]) -> Outcome<()> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut answer[filled..]).await?;
        filled += read;
        let text = std::str::from_utf8(&answer[..filled])?;
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            if !head.starts_with("HTTP/1.1 20") {
                return Err(text.to_owned().into());
            }
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.ok_or("no Content-Length")? {
                return Ok(());
            }
        }
        if read == 0 {
            return Err("the connection was closed".into());
        }
    }
}

/// Seals a file of zeros as it is uploaded, and hands it over with a report.
async fn upload(options: &Options) -> Outcome<()> {
    let client = Client::new(options.get("to")?)?;
    let (_, desk) = client.desk(options.get("desk")?).await?;
    let gb: f64 = options.get("gb")?.parse()?;
    // Sparse: it takes no room itself.
    let path = std::env::temp_dir().join(format!("safehand-load-{}.bin", std::process::id()));
    let size = Duration::from_secs_f64(gb).as_nanos();
    fs::File::create(&path)?.set_len(u64::try_from(size)?)?;

    let begun = Instant::now();
    let mut root = [0; 32];
    getrandom::fill(&mut root)?;
    let mut report = NewReport::new(desk, ReporterKeys::from_root(&root));
    let attached = report.attach(&client, &path, &|_, _| ()).await;
    fs::remove_file(&path)?;
    attached?;
    let (answers, summary) = documents();
    report.finish(&client, answers, summary, false).await?.send(&client).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "reports": 1, "seconds": seconds }));
    Ok(())
}

/// Times sealing and opening of one large file and of one large item, and the bare cipher over the same bytes.
/// The best of five rounds counts; memory is touched before the clock starts.
fn ciphers(options: &Options) -> Outcome<()> {
    let mib: usize = options.get("mib")?.parse()?;
    let piece = vec![7; 1 << 20];
    let mut rng = UnwrapErr(SysRng);
    let (to, author) = (Identity::generate(&mut rng), Identity::generate(&mut rng));
    let place = Place {
        report: ReportId::generate(&mut rng),
        item: ItemId::generate(&mut rng),
        kind: ItemKind::File,
    };
    let meta = FileMeta { name: "weather.bin".to_owned(), media_type: "application/octet-stream".to_owned() };

    let mut best = BTreeMap::new();
    let mut note = |name, speed: f64| {
        let kept = best.entry(name).or_insert(0_f64);
        *kept = kept.max(speed);
    };
    // As on the way to a socket: what is sealed is sent and its memory used again.
    let mut sent = Vec::with_capacity(2 << 20);
    let mut content = Vec::with_capacity(2 << 20);
    for _ in 0..5 {
        let mut file = Vec::with_capacity((mib + 2) << 20);
        let begun = Instant::now();
        let mut sealer = seal::age::Sealer::new(&[to.recipient().clone()], &mut rng, &mut sent)?;
        for _ in 0..mib {
            sealer.push(&piece, &mut sent);
            sent.clear();
        }
        sealer.finish(&mut sent);
        note("seal", speed(mib << 20, begun));

        let mut sealer = seal::age::Sealer::new(&[to.recipient().clone()], &mut rng, &mut file)?;
        (0..mib).for_each(|_| sealer.push(&piece, &mut file));
        sealer.finish(&mut file);
        let begun = Instant::now();
        let mut opener = seal::age::Opener::new(&to);
        for part in file.chunks(1 << 20) {
            content.clear();
            opener.push(part, &mut content)?;
        }
        opener.finish(&mut content)?;
        note("open", speed(mib << 20, begun));
        drop(file);

        let mut item = Vec::with_capacity((mib + mib / 8 + 2) << 20);
        sent.clear();
        let begun = Instant::now();
        let mut sealer = ItemSealer::new(place, Some(&meta), to.recipient(), &mut rng)?;
        for _ in 0..mib {
            sealer.push(&piece, &mut sent);
            sent.clear();
        }
        let ended = sealer.end();
        note("seal_item", speed(mib << 20, begun));
        drop(ended);

        let mut sealer = ItemSealer::new(place, Some(&meta), to.recipient(), &mut rng)?;
        (0..mib).for_each(|_| sealer.push(&piece, &mut item));
        let (header, _) = sealer.finish(&author, &mut item);
        let begun = Instant::now();
        let mut opener = ItemOpener::new(&header, &to)?;
        for part in item.chunks(1 << 20) {
            content.clear();
            opener.push(part, &mut content)?;
        }
        opener.finish(&mut content)?;
        note("open_item", speed(item.len(), begun));
        drop(item);
        note("raw", raw(mib)?);
        note("sha256", sha256(&piece, mib));
    }
    println!("{}", serde_json::json!(best));
    Ok(())
}

/// The digest that an item carries of its content and of its sealed bytes.
fn sha256(piece: &[u8], mib: usize) -> f64 {
    use sha2::Digest as _;
    let mut digest = sha2::Sha256::new();
    let begun = Instant::now();
    for _ in 0..mib {
        digest.update(piece);
    }
    std::hint::black_box(digest.finalize());
    speed(mib << 20, begun)
}

/// ChaCha20-Poly1305 in place over chunks of the size that age seals.
fn raw(mib: usize) -> Outcome<f64> {
    use chacha20poly1305::aead::AeadInOut as _;
    use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
    const CHUNK: usize = 64 << 10;
    let cipher = ChaCha20Poly1305::new(&[7; 32].into());
    let mut chunk = vec![7_u8; CHUNK];
    let begun = Instant::now();
    for number in 0..(mib << 20) / CHUNK {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
        cipher
            .encrypt_inout_detached(&nonce.into(), &[], chunk.as_mut_slice().into())
            .map_err(|error| error.to_string())?;
    }
    Ok(speed(mib << 20, begun))
}

/// Megabytes (10⁶) per second.
#[allow(clippy::cast_precision_loss, reason = "a figure for a table")]
fn speed(bytes: usize, since: Instant) -> f64 {
    bytes as f64 / 1e6 / since.elapsed().as_secs_f64()
}
