// The page's side of a worker: questions that are answered one after another, and bytes that the page does not keep.

/** The console makes no markup and starts no script but its workers. */
const policy = window.trustedTypes?.createPolicy("safehand", {
  createScriptURL: (url) => {
    if (new URL(url).origin !== location.origin) throw new TypeError("not ours");
    return url;
  },
}) ?? { createScriptURL: (url) => url };

export class Helper {
  /** Starts the worker in a file beside this one; `what` is what it is called in errors. */
  constructor(file, what) {
    this.what = what;
    this.waiting = new Map();
    this.last = 0;
    this.worker = new Worker(policy.createScriptURL(new URL(file, import.meta.url).href), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", (event) => this.fail(event.message ?? `${what} did not start`));
  }

  /** Sends a question; resolves with its answer. */
  request(question) {
    if (!this.worker) return Promise.reject(new Error(`${this.what} has ended`));
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...question });
    });
  }

  /** Asks a question in JSON; resolves with the answer in JSON. */
  ask(question) {
    return this.request({ question });
  }

  /** Hands over bytes, which the page does not keep. False once the worker has ended. */
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
    this.fail(`${this.what} has ended`);
  }
}
