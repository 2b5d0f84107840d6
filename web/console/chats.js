// The page's side of the worker that holds the chats of a report: questions and answers, bytes of files.

/** The console makes no markup and starts no script but this worker. */
const policy = window.trustedTypes?.createPolicy("safehand", {
  createScriptURL: (url) => {
    if (new URL(url).origin !== location.origin) throw new TypeError("not ours");
    return url;
  },
}) ?? { createScriptURL: (url) => url };

export class Chats {
  constructor() {
    this.waiting = new Map();
    this.last = 0;
    this.worker = new Worker(policy.createScriptURL(new URL("reader.js", import.meta.url).href), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", (event) => this.fail(event.message ?? "the reader of chats did not start"));
  }

  /** Asks a question in JSON; resolves with the answer in JSON. */
  ask(question) {
    if (!this.worker) return Promise.reject(new Error("the reader of chats has ended"));
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, question });
    });
  }

  /** Hands over bytes, which the page does not keep. False once the reader has ended. */
  push(piece) {
    this.worker?.postMessage({ piece }, [piece.buffer]);
    return Boolean(this.worker);
  }

  hear({ id, answer, error }) {
    const { resolve, reject } = this.waiting.get(id) ?? {};
    this.waiting.delete(id);
    if (error) reject?.(new Error(error));
    else resolve?.(answer);
  }

  fail(why) {
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }

  /** Ends the worker, whatever it is doing, and with it everything that it holds. */
  end() {
    this.worker?.terminate();
    this.worker = undefined;
    this.fail("the reader of chats has ended");
  }
}
