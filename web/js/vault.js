// The page's side of the worker that holds the keys.

import { scriptUrl } from "./screen.js";

export class Vault {
  constructor(origin, log) {
    Object.assign(this, { origin, log });
    this.waiting = new Map();
    this.last = 0;
    /** Called with what becomes of files. */
    this.onFile = () => {};
  }

  /** Starts the worker with the compiled module. */
  begin(module) {
    this.worker = new Worker(scriptUrl("worker.js"), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", (event) => {
      for (const { reject } of this.waiting.values()) reject(new Error(event.message));
      this.waiting.clear();
    });
    this.ask("begin", { module, origin: this.origin, log: this.log });
  }

  /** Asks the worker for something; resolves with its answer. */
  ask(what, details = {}) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, what, details });
    });
  }

  hear({ id, answer, error, file }) {
    if (file) return this.onFile(file);
    const { resolve, reject } = this.waiting.get(id) ?? {};
    this.waiting.delete(id);
    if (error) reject?.(Object.assign(new Error(error.message), error));
    else resolve?.(answer);
  }

  /** Ends the worker, and with it every key. */
  end() {
    this.worker?.terminate();
  }
}
