// Distinctive strings, and the search for them in bytes that should not hold them.
//
// A canary is looked for as it was typed and as it would look in the encodings that software
// reaches for without being asked: UTF-16, hexadecimal, percent-encoding, and base64 in both
// alphabets at each of the three alignments. What decompresses or base64-decodes is opened and
// searched again.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

const SHORTEST_BASE64_RUN = 16;
const DEEPEST = 4;

/** Every form in which `text` might lie about, as latin-1 strings fit for a byte search. */
export function forms(text) {
  const utf8 = Buffer.from(text, 'utf8');
  const bytes = [utf8, Buffer.from(text, 'utf16le')];
  const strings = [
    utf8.toString('hex'),
    utf8.toString('hex').toUpperCase(),
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll('%20', '+'),
  ];
  for (let shift = 0; shift < 3; shift += 1) {
    // The first and last characters depend on the neighbours; the middle does not.
    const middle = Buffer.concat([Buffer.alloc(shift), utf8]).toString('base64').replace(/=+$/, '');
    const kept = middle.slice(shift === 0 ? 0 : shift + 1, -1);
    strings.push(kept, kept.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...bytes.map((b) => b.toString('latin1')), ...strings];
}

/** The canaries found in `bytes`, however they are wrapped. */
export function found(bytes, canaries, depth = 0) {
  const text = bytes.toString('latin1');
  const hits = new Set(canaries.filter((canary) => forms(canary).some((form) => text.includes(form))));
  if (depth < DEEPEST) {
    for (const inner of unwrapped(bytes, text)) {
      for (const hit of found(inner, canaries, depth + 1)) hits.add(hit);
    }
  }
  return [...hits];
}

/** What `bytes` decompresses to, and what the base64 runs in it decode to. */
function* unwrapped(bytes, text) {
  for (const open of [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync]) {
    try {
      const inner = open(bytes, { maxOutputLength: 1 << 28 });
      if (inner.length > 0) yield inner;
    } catch {
      // Not compressed in this way.
    }
  }
  const run = new RegExp(`[A-Za-z0-9+/_-]{${SHORTEST_BASE64_RUN},}`, 'g');
  for (const [match] of text.matchAll(run)) {
    if (match.length === bytes.length && /^[0-9a-f]+$/.test(match)) continue;
    yield Buffer.from(match, 'base64');
  }
}

/** Searches every file below `folder`; answers `file: canary` for each find. */
export function searchFolder(folder, canaries) {
  const finds = [];
  for (const entry of readdirSync(folder, { recursive: true })) {
    const path = join(folder, entry);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    // Files are large and mostly ciphertext: search the forms, unwrap only what is text.
    const hits = found(bytes, canaries, looksLikeText(bytes) ? 0 : DEEPEST);
    finds.push(...hits.map((hit) => `${entry}: ${hit}`));
  }
  return finds;
}

function looksLikeText(bytes) {
  return bytes.length < 8 << 20 && !bytes.subarray(0, 4096).includes(0);
}
