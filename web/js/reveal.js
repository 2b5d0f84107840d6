// The page's side of the worker that says what a file reveals of whoever made it, and makes pictures anew without it.

import { scriptUrl } from "./screen.js";

export class Revealer {
  constructor() {
    this.waiting = new Map();
    this.last = 0;
  }

  /** Starts the worker: only once there is a file to look at. */
  start() {
    this.worker = new Worker(scriptUrl("revealer.js"), { type: "module" });
    this.worker.addEventListener("message", ({ data: { id, answer, error } }) => {
      const { resolve, reject } = this.waiting.get(id) ?? {};
      this.waiting.delete(id);
      if (error) reject?.(new Error(error));
      else resolve?.(answer);
    });
    this.worker.addEventListener("error", ({ message }) => {
      for (const { reject } of this.waiting.values()) reject(new Error(message));
      this.waiting.clear();
    });
  }

  ask(what, details) {
    if (!this.worker) this.start();
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, what, ...details });
    });
  }

  /** What a file reveals, and as what it can be made anew. A file that cannot be looked at reveals nothing that we know of. */
  async of(file) {
    return this.ask("reveals", { file }).then(JSON.parse, () => ({ reveals: [] }));
  }

  /** The picture made anew, under the same name. */
  async clean(file, type) {
    const made = await this.ask("clean", { file, type });
    return new File([made], file.name, { type, lastModified: 0 });
  }
}
