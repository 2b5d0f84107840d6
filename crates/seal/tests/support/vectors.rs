//! One function for each file of vectors: from what goes in to what must come out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use seal::age::{self, SecretKey};
use seal::request::Request;
use seal::{
    Digest, FileMeta, Identity, ItemKind, LookupId, Phrase, Place, RequestProof, Seed, Share, SignedHeader,
};

use super::CountingRng;

type Computed = Result<Value, String>;
type Reopen = fn(&Input<'_>, &Value) -> Result<(), String>;

/// A file of vectors: its name, its text, and what computes it.
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    compute: fn(&Input<'_>) -> Computed,
    /// Opens what was pinned, where there is something to open.
    reopen: Option<Reopen>,
}

macro_rules! file {
    ($name:literal, $compute:path $(, $reopen:path)?) => {
        File {
            name: $name,
            text: include_str!(concat!("../vectors/", $name, ".json")),
            compute: $compute,
            reopen: [$(Some($reopen as _),)? None][0],
        }
    };
}

/// Every file of vectors.
pub(crate) const FILES: &[File] = &[
    file!("age", age_file, reopen_age_file),
    file!("identity", identity),
    file!("identity_of_secret", identity_of_secret),
    file!("item", item, reopen_item),
    file!("padme", padme),
    file!("phrase", phrase),
    file!("receipt", receipt),
    file!("request", request, reopen_request),
    file!("shares", shares, reopen_shares),
    file!("work", work),
    file!("wrap", wrap, reopen_wrap),
];

/// How one vector fared.
pub(crate) struct Outcome {
    pub(crate) vector: String,
    pub(crate) result: Result<(), String>,
}

/// Checks every vector of every file.
pub(crate) fn check_all() -> Vec<Outcome> {
    FILES.iter().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Outcome> {
    let vectors = match serde_json::from_str::<Vec<Value>>(file.text) {
        Ok(vectors) if !vectors.is_empty() => vectors,
        Ok(_) => return vec![Outcome { vector: file.name.to_owned(), result: Err("no vectors".to_owned()) }],
        Err(error) => return vec![Outcome { vector: file.name.to_owned(), result: Err(error.to_string()) }],
    };
    vectors
        .iter()
        .map(|vector| {
            let name = vector["name"].as_str().unwrap_or("?");
            Outcome { vector: format!("{}/{name}", file.name), result: check(file, vector) }
        })
        .collect()
}

fn check(file: &File, vector: &Value) -> Result<(), String> {
    let input = Input(&vector["in"]);
    let pinned = &vector["out"];
    let computed = (file.compute)(&input)?;
    if &computed != pinned {
        return Err(format!("computed {computed}, pinned {pinned}"));
    }
    file.reopen.map_or(Ok(()), |reopen| reopen(&input, pinned))
}

/// The vectors of a file with their outputs computed anew, to be pinned.
pub(crate) fn recompute(file: &File) -> Result<String, String> {
    let mut vectors: Vec<Value> = serde_json::from_str(file.text).map_err(|error| error.to_string())?;
    for vector in &mut vectors {
        vector["out"] = (file.compute)(&Input(&vector["in"]))?;
    }
    serde_json::to_string_pretty(&vectors).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// What goes into a vector.
struct Input<'a>(&'a Value);

impl Input<'_> {
    fn text(&self, key: &str) -> Result<&str, String> {
        self.0[key].as_str().ok_or_else(|| format!("no text {key:?}"))
    }

    fn number(&self, key: &str) -> Result<u64, String> {
        self.0[key].as_u64().ok_or_else(|| format!("no number {key:?}"))
    }

    fn rng(&self) -> Result<CountingRng, String> {
        self.text("rng").map(CountingRng::new)
    }

    fn seed(&self, key: &str) -> Result<Seed, String> {
        let bytes = from_hex(self.text(key)?)?;
        Ok(Seed::from_bytes(bytes.try_into().map_err(|_| format!("{key:?} is not 32 bytes"))?))
    }

    fn identity(&self, key: &str) -> Result<Identity, String> {
        self.seed(key).map(Identity::from_seed)
    }

    /// Content as text, or by its length: byte *i* is *i* mod 251.
    fn content(&self) -> Result<Vec<u8>, String> {
        if let Ok(text) = self.text("text") {
            return Ok(text.as_bytes().to_vec());
        }
        let length = self.number("length")?;
        // The remainder is less than 251.
        Ok((0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect())
    }
}

fn from_hex(hex: &str) -> Result<Vec<u8>, String> {
    (0..hex.len())
        .step_by(2)
        .map(|at| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<_>>()
        .ok_or_else(|| "not hexadecimal".to_owned())
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Small sealed things are pinned byte by byte, large ones by their digest.
fn pin(bytes: &[u8]) -> Value {
    let digest = Digest::of(bytes).to_hex();
    if bytes.len() <= 4096 {
        json!({ "length": bytes.len(), "sha256": digest, "base64": STANDARD.encode(bytes) })
    } else {
        json!({ "length": bytes.len(), "sha256": digest })
    }
}

fn pinned_bytes(pinned: &Value) -> Option<Vec<u8>> {
    pinned["base64"].as_str().and_then(|text| STANDARD.decode(text).ok())
}

fn show(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn age_file(input: &Input<'_>) -> Computed {
    let key = SecretKey::from_seed(&input.seed("key")?);
    let sealed = age::encrypt(&[key.recipient()], &input.content()?, &mut input.rng()?).map_err(show)?;
    let opened = age::decrypt(&sealed, &key).map_err(show)?;
    if opened.as_slice() != input.content()? {
        return Err("what was opened is not what was sealed".to_owned());
    }
    Ok(json!({ "secret": key.to_age_string().as_str(), "file": pin(&sealed) }))
}

fn reopen_age_file(input: &Input<'_>, out: &Value) -> Result<(), String> {
    let Some(file) = pinned_bytes(&out["file"]) else { return Ok(()) };
    let key: SecretKey = out["secret"].as_str().unwrap_or_default().parse().map_err(show)?;
    let opened = age::decrypt(&file, &key).map_err(show)?;
    if opened.as_slice() == input.content()? { Ok(()) } else { Err("opens to something else".to_owned()) }
}

fn describe(identity: &Identity) -> Value {
    json!({
        "public": identity.public(),
        "age_secret": identity.to_age_string().as_str(),
    })
}

fn identity(input: &Input<'_>) -> Computed {
    input.identity("seed").map(|identity| describe(&identity))
}

fn identity_of_secret(input: &Input<'_>) -> Computed {
    let secret = from_hex(input.text("secret")?)?;
    let identity = Identity::from_secret(input.text("label")?, &secret);
    Ok(json!({ "seed": to_hex(identity.seed().expose()), "verifying_key": identity.verifying_key() }))
}

fn wrap(input: &Input<'_>) -> Computed {
    let to = input.identity("to")?;
    let wrapped = seal::wrap(&input.seed("seed")?, to.recipient(), &mut input.rng()?).map_err(show)?;
    Ok(json!({ "wrapped": pin(&wrapped) }))
}

fn reopen_wrap(input: &Input<'_>, out: &Value) -> Result<(), String> {
    let wrapped = pinned_bytes(&out["wrapped"]).ok_or("nothing pinned")?;
    let seed = seal::unwrap(&wrapped, &input.identity("to")?).map_err(show)?;
    if seed == input.seed("seed")? { Ok(()) } else { Err("unwraps to another seed".to_owned()) }
}

fn item_parts(input: &Input<'_>) -> Result<(Place, Option<FileMeta>), String> {
    let place = Place {
        report: input.text("report")?.parse().map_err(show)?,
        item: input.text("item")?.parse().map_err(show)?,
        kind: input.text("kind")?.parse::<ItemKind>().map_err(show)?,
    };
    let meta = input.text("file_name").ok().map(|name| FileMeta {
        name: name.to_owned(),
        media_type: input.text("media_type").unwrap_or_default().to_owned(),
    });
    Ok((place, meta))
}

fn item(input: &Input<'_>) -> Computed {
    let (place, meta) = item_parts(input)?;
    let (to, author) = (input.identity("to")?, input.identity("author")?);
    let content = input.content()?;
    let sealed = seal::seal_item(place, meta.as_ref(), &content, to.recipient(), &author, &mut input.rng()?)
        .map_err(show)?;
    let opened = seal::open_item(&sealed.signed, &sealed.bytes, &to).map_err(show)?;
    if opened.content.as_slice() != content || opened.meta != meta {
        return Err("what was opened is not what was sealed".to_owned());
    }
    Ok(json!({ "header": sealed.signed, "sealed": pin(&sealed.bytes) }))
}

fn reopen_item(input: &Input<'_>, out: &Value) -> Result<(), String> {
    let Some(bytes) = pinned_bytes(&out["sealed"]) else { return Ok(()) };
    let signed = SignedHeader::deserialize_value(&out["header"])?;
    let opened = seal::open_item(&signed, &bytes, &input.identity("to")?).map_err(show)?;
    let (_, meta) = item_parts(input)?;
    if opened.content.as_slice() == input.content()? && opened.meta == meta {
        Ok(())
    } else {
        Err("opens to something else".to_owned())
    }
}

trait FromValue: Sized {
    fn deserialize_value(value: &Value) -> Result<Self, String>;
}

impl<T: serde::de::DeserializeOwned> FromValue for T {
    fn deserialize_value(value: &Value) -> Result<Self, String> {
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())
    }
}

fn padme(input: &Input<'_>) -> Computed {
    let lengths = Vec::<u64>::deserialize_value(&input.0["lengths"])?;
    Ok(lengths.into_iter().map(seal::padded_len).collect())
}

fn phrase(input: &Input<'_>) -> Computed {
    let phrase = Phrase::generate(&mut input.rng()?);
    Ok(json!({ "phrase": phrase.to_string() }))
}

fn receipt(input: &Input<'_>) -> Computed {
    let phrase = Phrase::parse(input.text("typed")?).map_err(show)?;
    let keys = phrase.derive(input.text("origin")?).map_err(show)?;
    Ok(json!({
        "phrase": phrase.to_string(),
        "lookup": to_hex(keys.lookup.expose()),
        "lookup_hash": keys.lookup.hash(),
        "seed": to_hex(keys.identity.seed().expose()),
    }))
}

fn request_parts<'a>(input: &'a Input<'_>) -> Result<Request<'a>, String> {
    Ok(Request {
        method: input.text("method")?,
        path: input.text("path")?,
        body: Digest::of(input.text("body")?),
    })
}

fn request(input: &Input<'_>) -> Computed {
    let lookup: [u8; 16] =
        from_hex(input.text("lookup")?)?.try_into().map_err(|_| "a lookup id has 16 bytes")?;
    let keys =
        seal::ReporterKeys { lookup: LookupId::from_bytes(lookup), identity: input.identity("reporter")? };
    let proof = RequestProof::sign(&keys, &request_parts(input)?, input.number("time")?, &mut input.rng()?);
    Ok(json!({ "authorization": proof.to_string() }))
}

fn reopen_request(input: &Input<'_>, out: &Value) -> Result<(), String> {
    let proof: RequestProof = out["authorization"].as_str().unwrap_or_default().parse().map_err(show)?;
    proof.verify(&input.identity("reporter")?.verifying_key(), &request_parts(input)?).map_err(show)
}

fn shares(input: &Input<'_>) -> Computed {
    let count = |key| input.number(key).and_then(|n| u8::try_from(n).map_err(show));
    let shares =
        seal::shares::split(&input.seed("seed")?, count("threshold")?, count("shares")?, &mut input.rng()?)
            .map_err(show)?;
    Ok(shares.iter().map(Share::to_string).collect())
}

fn reopen_shares(input: &Input<'_>, out: &Value) -> Result<(), String> {
    let threshold = usize::try_from(input.number("threshold")?).map_err(show)?;
    let shares = Vec::<String>::deserialize_value(out)?
        .iter()
        .map(|share| share.parse::<Share>().map_err(show))
        .collect::<Result<Vec<_>, _>>()?;
    for some in shares.windows(threshold) {
        if seal::shares::combine(some).map_err(show)? != input.seed("seed")? {
            return Err("combines to another seed".to_owned());
        }
    }
    Ok(())
}

fn work(input: &Input<'_>) -> Computed {
    let challenge = input.text("challenge")?.as_bytes();
    let bits = u32::try_from(input.number("bits")?).map_err(show)?;
    let nonce = seal::work::solve(challenge, bits, &mut 0, 1 << 20).ok_or("no solution")?;
    if !seal::work::check(challenge, nonce, bits) {
        return Err("its solution does not pass".to_owned());
    }
    Ok(json!({ "nonce": nonce }))
}
