// The list of files on the page: choosing, progress, pausing, cancelling.

import { whenDropped } from "./drop.js";

const SAY_EVERY = 10_000;

/** Bytes per second over the last few seconds, so that the time left does not jump about. */
class Speed {
  constructor() {
    this.seen = [];
  }

  add(sent) {
    const at = performance.now();
    this.seen.push({ at, sent });
    this.seen = this.seen.filter((one) => at - one.at < 8000);
  }

  get() {
    const [first] = this.seen;
    const last = this.seen.at(-1);
    const span = last && (last.at - first.at) / 1000;
    return span > 0.5 ? (last.sent - first.sent) / span : 0;
  }
}

export class Files {
  /**
   * @param {import("./vault.js").Vault} vault
   * @param {{ maxBytes: number, maxFiles: number }} limits
   * @param {(language: string, name: string, state: string, sent: number, total: number, speed: number) => string}
   *   progress the words of a row, as JSON
   * @param {() => void} changed called when a file is done or gone
   */
  constructor(vault, screen, limits, progress, changed) {
    Object.assign(this, { vault, screen, limits, progress, changed, all: new Map(), refused: [], last: 0, said: 0 });
    screen.whenShown(() => this.draw());
    vault.onFile = (news) => this.hear(news);
    document.addEventListener("change", (event) => {
      if (event.target.id === "file" && event.target.type === "file") this.choose(event.target);
    });
    whenDropped((files, lost) => this.take(files, lost));
    document.addEventListener("click", (event) => this.press(event));
  }

  /** Takes the files that were chosen. */
  choose(input) {
    const chosen = [...input.files];
    input.value = "";
    this.take(chosen);
  }

  take(chosen, lost = []) {
    this.refused = lost.map((name) => ({ name, why: "failed" }));
    for (const file of chosen) {
      const why = this.refusal(file);
      if (why) {
        this.refused.push({ name: file.name, why });
        continue;
      }
      const id = `f${++this.last}`;
      this.all.set(id, { id, name: file.name, state: "waiting", sent: 0, total: file.size, speed: new Speed() });
      this.vault.ask("addFile", { id, file });
    }
    if (this.refused.length > 0) this.changed();
    else this.draw();
  }

  refusal(file) {
    if (this.all.size >= this.limits.maxFiles) return { too_many: { max: this.limits.maxFiles } };
    if (file.size > this.limits.maxBytes) return "too_large";
    return file.size === 0 ? "empty" : undefined;
  }

  /** The files that are done, as the page lists them. */
  listed() {
    const done = [...this.all.values()].filter((file) => file.state === "done");
    return done.map(({ id, name, size, sha256 }) => ({ id, name, size, sha256 }));
  }

  underWay() {
    return [...this.all.values()].filter((file) => file.state !== "done");
  }

  /** Resolves when no file is on its way any more. */
  settled() {
    if (this.underWay().length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  hear(news) {
    const file = this.all.get(news.id);
    if (!file) return;
    const before = file.state;
    // A file that has not been begun does not know its sealed size yet.
    Object.assign(file, news, { total: news.total || file.total });
    file.speed.add(file.sent);
    if (file.state === "done") {
      this.announce(this.words(file).say_status, true);
      this.changed();
    } else if (file.state !== before) {
      this.announce(this.words(file).say_status, true);
    }
    this.draw();
    this.settle();
  }

  settle() {
    if (this.resolve && this.underWay().length === 0) {
      this.resolve();
      this.resolve = undefined;
    }
  }

  async remove(id) {
    this.all.delete(id);
    await this.vault.ask("cancel", { id });
    this.changed();
    this.draw();
    this.settle();
  }

  press(event) {
    const row = event.target.closest?.(".safehand-upload");
    const part = event.target.closest?.("button[data-part]")?.dataset.part;
    if (!row || !part) return;
    const file = this.all.get(row.dataset.id);
    if (part === "cancel") {
      this.remove(row.dataset.id);
      document.getElementById("file")?.focus();
    }
    if (part === "pause" && file) {
      this.vault.ask(file.state === "sending" || file.state === "waiting" ? "pause" : "resume", { id: file.id });
    }
  }

  /** What a row says, in the language of the page. */
  words(file) {
    const speed = file.state === "sending" ? file.speed.get() : 0;
    return JSON.parse(
      this.progress(document.documentElement.lang, file.name, file.state, file.sent, file.total, speed),
    );
  }

  /** Shows the files under way, where the page has a place for them. */
  draw() {
    const list = document.getElementById("uploads");
    const template = document.getElementById("upload-row") ?? this.template;
    if (!list || !template) return;
    this.template = template;
    document.getElementById("file-send")?.setAttribute("hidden", "");
    const shown = new Map([...list.children].map((row) => [row.dataset.id, row]));
    for (const file of this.underWay()) {
      let row = shown.get(file.id);
      if (!row) {
        row = template.content.firstElementChild.cloneNode(true);
        row.dataset.id = file.id;
        list.append(row);
      }
      shown.delete(file.id);
      this.fill(row, file);
    }
    for (const row of shown.values()) row.remove();
  }

  fill(row, file) {
    const part = (name) => row.querySelector(`[data-part=${name}]`);
    const words = this.words(file);
    part("name").textContent = file.name;
    part("status").textContent = words.status;
    part("progress").value = words.percent;
    part("figures").textContent = words.figures;
    for (const button of ["pause", "cancel"]) {
      part(`${button}-label`).textContent = words[button];
      part(`${button}-what`).textContent = `: ${file.name}`;
    }
    if (file.state === "sending") this.announce(words.say_figures, false);
  }

  /** Says what happens, politely: changes at once, progress now and then. */
  announce(text, now) {
    const at = Date.now();
    if (!now && at - this.said < SAY_EVERY) return;
    this.said = at;
    const place = document.getElementById("uploads-status");
    if (place) place.textContent = text;
    else this.screen.say(text);
  }
}
