// The other side of `tests/interop.rs`: does with the npm package `age-encryption` and node's own
// cryptography what `seal` does, from the formats' descriptions alone.
//
// Reads an array of tasks as JSON from standard input, writes an array of results.

import { createHash, createPublicKey, hkdfSync, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { bech32 } from "@scure/base";

const fromBase64 = (text) => new Uint8Array(Buffer.from(text, "base64"));
const toBase64 = (bytes) => Buffer.from(bytes).toString("base64");
const fromBase64Url = (text) => Buffer.from(text, "base64url");

async function open({ identity, file }) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return { plaintext: toBase64(await decrypter.decrypt(fromBase64(file))) };
}

async function seal({ recipients, plaintext }) {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return { file: toBase64(await encrypter.encrypt(fromBase64(plaintext))) };
}

// crates/seal/src/kdf.rs: HKDF-SHA-256 without salt, info = "safehand/1 " label NUL context.
function derive(secret, label, context = "") {
  return Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), `safehand/1 ${label}\0${context}`, 32));
}

const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

function signingKey(seed) {
  const secret = derive(seed, "identity ed25519");
  const key = createPublicKey({
    key: Buffer.concat([ED25519_PKCS8, secret]),
    format: "der",
    type: "pkcs8",
  });
  return key.export({ format: "der", type: "spki" }).subarray(ED25519_SPKI.length);
}

function ageSecret(seed) {
  const hybrid = derive(seed, "identity mlkem768x25519");
  return bech32.encode("AGE-SECRET-KEY-PQ-".toLowerCase(), bech32.toWords(hybrid), false).toUpperCase();
}

async function identity({ seed }) {
  const bytes = Buffer.from(seed, "hex");
  const secret = ageSecret(bytes);
  return {
    age_secret: secret,
    recipient: await identityToRecipient(secret),
    verifying_key: signingKey(bytes).toString("base64url"),
  };
}

// Every part after its length as eight bytes, little endian (crates/seal/src/identity.rs).
function transcript(parts) {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(part.length));
      return [length, part];
    }),
  );
}

function checkSignature(header) {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.size));
  const signed = transcript([
    Buffer.from("safehand/1 item header"),
    fromBase64Url(header.report),
    fromBase64Url(header.item),
    Buffer.from(header.kind),
    fromBase64Url(header.author),
    size,
    fromBase64Url(header.sha256),
  ]);
  const key = createPublicKey({
    key: Buffer.concat([ED25519_SPKI, fromBase64Url(header.author)]),
    format: "der",
    type: "spki",
  });
  if (!verify(null, signed, key, fromBase64Url(header.signature))) throw new Error("signature");
}

// crates/seal/src/item/frame.rs
function readFrame(frame) {
  const magic = "safehand item 1\n";
  if (frame.subarray(0, 16).toString() !== magic) throw new Error("magic");
  const headerLength = frame.readUInt32LE(16);
  const header = JSON.parse(frame.subarray(20, 20 + headerLength).toString());
  const length = Number(frame.readBigUInt64LE(frame.length - 40));
  const content = frame.subarray(20 + headerLength, 20 + headerLength + length);
  const padding = frame.subarray(20 + headerLength + length, frame.length - 40);
  if (padding.some((byte) => byte !== 0)) throw new Error("padding");
  if (!createHash("sha256").update(content).digest().equals(frame.subarray(frame.length - 32))) {
    throw new Error("content digest");
  }
  return { header, content: toBase64(content) };
}

async function item({ header, sealed, seed }) {
  const bytes = fromBase64(sealed);
  if (createHash("sha256").update(bytes).digest("base64url") !== header.sha256) throw new Error("digest");
  if (bytes.length !== header.size) throw new Error("size");
  checkSignature(header);
  const secret = ageSecret(Buffer.from(seed, "hex"));
  const { plaintext } = await open({ identity: secret, file: sealed });
  return readFrame(Buffer.from(plaintext, "base64"));
}

const tasks = { open, seal, identity, item };

const results = [];
for (const { task, ...input } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    results.push(await tasks[task](input));
  } catch (error) {
    results.push({ error: String(error) });
  }
}
process.stdout.write(JSON.stringify(results));
