// Holds the keys: draws a report's secrets, seals, opens, does the proof of work, and uploads.
// Nothing secret leaves this worker but the seven words, when the receipt is shown.

import "./tus.js";
import * as wasm from "./reporter_wasm.js";
import { Uploads } from "./uploads.js";
import { Work } from "./work.js";

const now = () => Math.floor(Date.now() / 1000);

let origin = "";
let log = ""; // by which keys the log is believed
let keys; // a new report's, or a receipt's once it has been opened
let words = ""; // what was typed to come back
let uploads;
let ready;
const work = new Work(wasm);

const tell = (file) => self.postMessage({ file });

/** Begins to seal a file. Its beginning tells whether it is media. */
async function begin(file) {
  const head = new Uint8Array(await file.slice(0, wasm.Report.headLength()).arrayBuffer());
  return keys.file(file.name, file.type || "application/octet-stream", file.size, head);
}

/** A refusal of the server, as an error that carries its code. */
async function refusal(response) {
  const told = await response.json().catch(() => ({}));
  return Object.assign(new Error(told.message ?? response.statusText), {
    code: told.code ?? "internal",
    retryAfter: told.retry_after,
  });
}

async function send(method, path, body, headers) {
  const response = await fetch(path, {
    method,
    body,
    headers: { ...(body ? { "content-type": "application/json" } : {}), ...headers },
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!response.ok) throw await refusal(response);
  return response;
}

/** Sends a request signed with the receipt's key. */
const signed = (method, path, body = "", headers = {}) =>
  send(method, path, body || undefined, { authorization: keys.authorization(method, path, body, now()), ...headers });

/** Sends what may be sent again: the same bytes are acknowledged in the same words. */
async function insist(attempt) {
  for (const delay of [1000, 3000, 9000]) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof TypeError || ["unavailable", "internal", "slow_down"].includes(error.code);
      if (!passing && error.code !== "work_needed") throw error;
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 0) * 1000 || delay));
    }
  }
  return attempt();
}

async function show(by = keys) {
  const view = await (await signed("GET", "/api/v1/receipt")).text();
  return by.open(view, log);
}

/** What the page is told of a report that was received. */
function received(receivedAt, logged) {
  return JSON.stringify({ receivedAt, words: keys.words(), asked: [...keys.asked()], logged: JSON.parse(logged ?? "null") });
}

async function add(body) {
  await insist(() => signed("POST", "/api/v1/receipt/items", body));
  return show();
}

const tasks = {
  async begin({ module, origin: of, log: by }) {
    origin = of;
    log = JSON.stringify(by);
    ready = wasm.default({ module_or_path: module });
    await ready;
  },

  /** Draws a report's secrets while the person reads the first page. */
  async report({ desk }) {
    keys = new wasm.Report(origin, JSON.stringify(desk));
    const address = `/api/v1/desks/${desk.slug}/uploads`;
    uploads = new Uploads(address, begin, work, tell);
    work.prepare();
  },

  async submit({ desk, draft }) {
    const body = keys.submission(draft, JSON.stringify(uploads.sealed()), now());
    const path = `/api/v1/desks/${desk.slug}/reports`;
    const attempt = async () => send("POST", path, body, { "safehand-work": await work.take() });
    try {
      const acknowledgement = await (await insist(attempt)).text();
      return received(JSON.parse(acknowledgement).received_at, keys.logged(body, acknowledgement, log));
    } catch (error) {
      // It may have arrived before, with answers that were changed since: then that is what counts.
      if (error.code !== "conflict") throw error;
      const told = JSON.parse(await show(keys.comeBack()));
      return received(told.received_at, JSON.stringify(told.logged));
    }
  },

  /** The receipt to keep, as it is at this moment. Only the beginnings of large files are fetched for it. */
  async proof() {
    const receipt = keys.comeBack?.() ?? keys;
    await insist(() => show(receipt));
    for (const { item, range } of JSON.parse(receipt.heads())) {
      const wanted = { range: `bytes=${range.start}-${range.end - 1}` };
      const head = await insist(() => signed("GET", `/api/v1/receipt/items/${item}`, "", wanted));
      receipt.takeHead(item, new Uint8Array(await head.arrayBuffer()));
    }
    return receipt.proof(log);
  },

  async open({ typed }) {
    words = typed;
    keys = new wasm.Receipt(origin, words);
    const told = await show();
    const address = `/api/v1/desks/${JSON.parse(told).desk}/uploads`;
    uploads = new Uploads(address, begin, work, tell);
    return told;
  },

  reply: async ({ text, ids }) => add(keys.reply(text, JSON.stringify(uploads.sealed(ids)))),
  witness: async ({ contact }) => add(keys.witness(contact)),
  withdraw: async () => add(keys.withdraw()),
  handOver: async ({ ids }) => add(wasm.Receipt.files(JSON.stringify(uploads.sealed(ids)))),

  async addFile({ id, file }) {
    uploads.add(id, file);
  },
  async pause({ id }) {
    uploads.pause(id);
  },
  async resume({ id }) {
    uploads.resume(id);
  },
  async cancel({ id }) {
    await uploads.cancel(id);
  },
};

self.addEventListener("message", async ({ data: { id, what, details } }) => {
  try {
    await ready;
    self.postMessage({ id, answer: await tasks[what](details) });
  } catch (error) {
    self.postMessage({ id, error: { message: error.message, code: error.code ?? "failed" } });
  }
});
