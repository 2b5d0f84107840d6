//! Sealing and opening, in a worker.

use std::collections::HashMap;
use std::rc::Rc;

use intake::{Draft, SealedOn};
use protocol::media;
use protocol::proof::LogKeys;
use protocol::public::{DeskPublic, WorkChallenge};
use protocol::submission::{Acknowledgement, Submission};
use seal::request::Request;
use seal::{Digest, Identity, ItemId, Phrase, Recipient, ReportId, ReporterKeys, RequestProof};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use super::{Result, count, json, number, parsed, rng};
use crate::homecoming::Told;
use crate::{Dialogue, EndedFile, FileSealer, ReportKeys, SealedFile, Secrets, Sending};

/// Padding sealed at once, in bytes.
const PIECE: u64 = 1 << 20;

/// A new report's keys.
#[wasm_bindgen]
pub struct Report {
    desk: DeskPublic,
    phrase: Phrase,
    reporter: ReporterKeys,
    keys: ReportKeys,
}

#[wasm_bindgen]
impl Report {
    /// Draws a report's secrets and derives its keys: some tenths of a second.
    #[wasm_bindgen(constructor)]
    pub fn new(origin: &str, desk: &str) -> Result<Report> {
        let secrets = Secrets::generate(&mut rng());
        let reporter = secrets.phrase.derive(origin)?;
        let keys = secrets.keys(reporter.clone());
        Ok(Self { desk: parsed(desk)?, phrase: secrets.phrase, reporter, keys })
    }

    /// How much of a file's beginning is needed to begin to seal it.
    #[wasm_bindgen(js_name = headLength)]
    pub fn head_length() -> f64 {
        number(media::HEAD as u64)
    }

    /// Whether a file of this beginning is an archive that nobody opens without a password.
    #[wasm_bindgen(js_name = isLockedZip)]
    pub fn is_locked_zip(head: &[u8]) -> bool {
        media::is_locked_zip(head)
    }

    /// The seven words.
    pub fn words(&self) -> String {
        self.phrase.to_string()
    }

    /// Which two of the words to ask back.
    pub fn asked(&self) -> Vec<usize> {
        let (first, second) = crate::report::asked(self.keys.report);
        vec![first, second]
    }

    /// Begins to seal a file, of which `head` is the beginning.
    pub fn file(&self, name: &str, media_type: &str, size: f64, head: &[u8]) -> Result<Upload> {
        let author = Rc::new(self.reporter.identity.clone());
        let to = self.keys.identity.recipient();
        Upload::begin(self.keys.report, to, author, (name, media_type), (size, head))
    }

    /// Seals a finished draft with its files into the body of a submission.
    pub fn submission(&self, draft: &str, files: &str, now: f64) -> Result<String> {
        let draft: Draft = parsed(draft)?;
        let files: Vec<SealedFile> = parsed(files)?;
        let now = i64::try_from(count(now))?;
        let to = Sending { desk: &self.desk, sealed_on: SealedOn::Device, now };
        json(&self.keys.seal(&draft, &files, to, &mut rng())?)
    }

    /// Checks that the log has signed for a submission, as its acknowledgement says; answers the entry, or
    /// nothing when it does not hold.
    pub fn logged(&self, submission: &str, acknowledgement: &str, log: &str) -> Result<Option<String>> {
        let submission: Submission = parsed(submission)?;
        let Acknowledgement { ledger, .. } = parsed(acknowledgement)?;
        let keys: LogKeys = parsed(log)?;
        let sent = submission.items.iter().map(|item| &item.signed.header);
        let checked = keys.check(&ledger, submission.report, sent);
        checked.ok().as_ref().map(json).transpose()
    }

    /// The keys of somebody who has come back already.
    #[wasm_bindgen(js_name = comeBack)]
    pub fn come_back(&self) -> Receipt {
        Receipt { reporter: self.reporter.clone(), opened: None, heads: HashMap::new() }
    }

    /// The header that signs a request.
    pub fn authorization(&self, method: &str, path: &str, body: &str, now: f64) -> String {
        authorization(&self.reporter, method, path, body, now)
    }
}

/// A receipt's keys, and the report they open.
#[wasm_bindgen]
pub struct Receipt {
    reporter: ReporterKeys,
    opened: Option<Dialogue>,
    /// Beginnings of sealed files, for a receipt that is being made.
    heads: HashMap<ItemId, Vec<u8>>,
}

#[wasm_bindgen]
impl Receipt {
    /// Derives the keys that seven words yield: some tenths of a second.
    #[wasm_bindgen(constructor)]
    pub fn new(origin: &str, words: &str) -> Result<Receipt> {
        let reporter = Phrase::parse(words)?.derive(origin)?;
        Ok(Self { reporter, opened: None, heads: HashMap::new() })
    }

    /// The header that signs a request.
    pub fn authorization(&self, method: &str, path: &str, body: &str, now: f64) -> String {
        authorization(&self.reporter, method, path, body, now)
    }

    /// Opens what the server handed out; tells what is in it. `log` is by which keys its log is believed.
    pub fn open(&mut self, view: &str, log: &str) -> Result<String> {
        let lookup = self.reporter.lookup.hash();
        let dialogue = Dialogue::open(lookup, self.reporter.identity.clone(), parsed(view)?)?;
        let told = json(&Told::of(&dialogue, &parsed(log)?));
        self.opened = Some(dialogue);
        told
    }

    /// Seals a message, to be sent with files that have been uploaded.
    pub fn reply(&self, text: &str, files: &str) -> Result<String> {
        let mut items = self.dialogue()?.message(ItemId::generate(&mut rng()), text, &mut rng())?;
        items.items.extend(Dialogue::files(&parsed::<Vec<SealedFile>>(files)?).items);
        json(&items)
    }

    /// Seals the willingness to be a witness.
    pub fn witness(&self, contact: &str) -> Result<String> {
        json(&self.dialogue()?.be_witness(ItemId::generate(&mut rng()), contact, &mut rng())?)
    }

    /// Seals the wish not to be contacted.
    pub fn withdraw(&self) -> Result<String> {
        json(&self.dialogue()?.withdraw(ItemId::generate(&mut rng()), &mut rng())?)
    }

    /// Begins to seal a further file, of which `head` is the beginning.
    pub fn file(&self, name: &str, media_type: &str, size: f64, head: &[u8]) -> Result<Upload> {
        let dialogue = self.dialogue()?;
        let author = Rc::new(self.reporter.identity.clone());
        Upload::begin(dialogue.report(), dialogue.recipient(), author, (name, media_type), (size, head))
    }

    /// Which beginnings of files a receipt needs: items with ranges of bytes.
    pub fn heads(&self) -> Result<String> {
        json(&self.dialogue()?.heads()?)
    }

    /// Takes the beginning of a sealed file.
    #[wasm_bindgen(js_name = takeHead)]
    pub fn take_head(&mut self, item: &str, head: Vec<u8>) -> Result<()> {
        self.heads.insert(item.parse()?, head);
        Ok(())
    }

    /// The receipt to keep, as text.
    pub fn proof(&mut self, log: &str) -> Result<String> {
        let heads = std::mem::take(&mut self.heads);
        Ok(self.dialogue()?.receipt(&parsed(log)?, &heads, &mut rng())?)
    }

    /// Hands over files that have been uploaded.
    pub fn files(files: &str) -> Result<String> {
        json(&Dialogue::files(&parsed::<Vec<SealedFile>>(files)?))
    }
}

impl Receipt {
    fn dialogue(&self) -> Result<&Dialogue> {
        self.opened.as_ref().ok_or_else(|| JsError::new("no report has been opened"))
    }
}

/// One file on its way: sealed piece by piece.
#[wasm_bindgen]
pub struct Upload {
    stage: Stage,
    author: Rc<Identity>,
    sealed_len: u64,
}

enum Stage {
    Content(FileSealer),
    Padding(EndedFile),
    Sealed(SealedFile),
    Broken,
}

impl Upload {
    fn begin(
        report: ReportId,
        to: &Recipient,
        author: Rc<Identity>,
        (name, media_type): (&str, &str),
        (size, head): (f64, &[u8]),
    ) -> Result<Self> {
        let sealer = FileSealer::new(report, name, media_type, head, to, &mut rng())?;
        let sealed_len = sealer.sealed_len(count(size))?;
        Ok(Self { stage: Stage::Content(sealer), author, sealed_len })
    }
}

#[wasm_bindgen]
impl Upload {
    /// How many sealed bytes there will be.
    #[wasm_bindgen(js_name = sealedLength)]
    pub fn sealed_length(&self) -> f64 {
        number(self.sealed_len)
    }

    /// Seals the next piece of the file; answers what is ready to go.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(piece.len() + 4096);
        if let Stage::Content(sealer) = &mut self.stage {
            sealer.push(piece, &mut out);
        }
        out
    }

    /// After the last piece: seals padding, a piece at a time. Answers nothing when all is sealed.
    #[wasm_bindgen(js_name = pushEnd)]
    pub fn push_end(&mut self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.stage = match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Content(sealer) => Stage::Padding(sealer.end()),
            other => other,
        };
        match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Padding(mut ended) => {
                self.stage = if ended.pad(PIECE, &mut out) {
                    Stage::Padding(ended)
                } else {
                    Stage::Sealed(ended.finish(&self.author, &mut out))
                };
                Some(out)
            }
            other => {
                self.stage = other;
                None
            }
        }
    }

    /// What the answers should say of the file, once it is sealed and its upload is known.
    pub fn sealed(&self, upload: &str) -> Result<String> {
        let Stage::Sealed(file) = &self.stage else { return Err(JsError::new("the file is not sealed")) };
        json(&SealedFile { upload: upload.to_owned(), ..file.clone() })
    }
}

/// A proof of work under way.
#[wasm_bindgen]
pub struct Work {
    challenge: String,
    bytes: protocol::Bytes,
    bits: u32,
    next: u64,
}

#[wasm_bindgen]
impl Work {
    /// Begins with a challenge, as JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(challenge: &str) -> Result<Work> {
        let WorkChallenge { challenge, bits, expires: _ } = parsed(challenge)?;
        let bytes = serde_json::from_value(challenge.as_str().into())?;
        Ok(Self { challenge, bytes, bits: bits.into(), next: 0 })
    }

    /// Tries so many numbers. Answers the header's value once one of them is a solution.
    pub fn step(&mut self, tries: u32) -> Option<String> {
        let found = seal::work::solve(self.bytes.as_slice(), self.bits, &mut self.next, tries.into());
        found.map(|nonce| format!("{}.{nonce}", self.challenge))
    }
}

fn authorization(keys: &ReporterKeys, method: &str, path: &str, body: &str, now: f64) -> String {
    let body = Zeroizing::new(body.to_owned());
    let request = Request { method, path, body: Digest::of(body.as_bytes()) };
    RequestProof::sign(keys, &request, count(now), &mut rng()).to_string()
}
