// The list of files on the page: choosing, progress, pausing, cancelling.

import { whenDropped } from "./drop.js";
import { Revealer } from "./reveal.js";

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
   * @param glue the module: the words of a row, and what a file is
   * @param {(refused: boolean) => void} changed called when a file is done or gone, or when some were `refused`
   */
  constructor(vault, screen, limits, glue, changed) {
    Object.assign(this, { vault, screen, limits, glue, changed, all: new Map(), refused: [], last: 0, said: 0 });
    this.speed = new Speed();
    this.revealer = new Revealer();
    screen.whenShown(() => this.draw());
    vault.onFile = (news) => this.hear(news);
    document.addEventListener("change", (event) => {
      if (["file", "folder"].includes(event.target.id) && event.target.type === "file") this.choose(event.target);
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

  async take(chosen, lost = []) {
    const refused = lost.map((name) => ({ name, why: "failed" }));
    for (const file of chosen) {
      const why = await this.refusal(file);
      if (why) {
        refused.push({ name: file.name, why });
        continue;
      }
      const id = `f${++this.last}`;
      const entry = { id, name: file.name, state: "waiting", sent: 0, total: file.size, speed: new Speed() };
      this.all.set(id, entry);
      await this.begin(entry, file);
    }
    this.refused = refused;
    if (refused.length > 0) this.changed(true);
    else this.draw();
  }

  /** Hands a file on to be sealed, or asks first, where it tells who made it and the page has a place to ask. */
  async begin(entry, file) {
    if (document.getElementById("reveal-row")) {
      const { reveals, clean_as } = await this.revealer.of(file);
      if (reveals.length > 0) {
        Object.assign(entry, { state: "asked", file, reveals, cleanAs: clean_as });
        this.draw();
        const question = this.asking.content.querySelector("[data-part=question]").textContent;
        this.announce(`${entry.name}: ${question}`, true);
        return;
      }
    }
    this.vault.ask("addFile", { id: entry.id, file });
  }

  /** The files about which the reporter has not decided yet. */
  asked() {
    return [...this.all.values()].filter((file) => file.state === "asked");
  }

  /** Adds a file that was asked about: as it is, or made anew. */
  async decide(entry, clean) {
    if (entry?.state !== "asked" || entry.making) return;
    let file = entry.file;
    if (clean) {
      entry.making = true;
      try {
        file = await this.revealer.clean(file, entry.cleanAs);
      } catch {
        // Nothing is added that was to be changed and is not.
        Object.assign(entry, { making: false, failed: true, cleanAs: undefined });
        this.draw();
        return;
      }
    }
    if (this.all.get(entry.id) !== entry) return;
    Object.assign(entry, { state: "waiting", total: file.size, file: undefined, reveals: undefined });
    this.vault.ask("addFile", { id: entry.id, file });
    this.draw();
  }

  async decideAll(clean) {
    for (const entry of this.asked()) {
      if (!clean || entry.cleanAs) await this.decide(entry, clean);
    }
    document.getElementById("file")?.focus();
  }

  async refusal(file) {
    if (this.all.size >= this.limits.maxFiles) return { too_many: { max: this.limits.maxFiles } };
    if (file.size > this.limits.maxBytes) return "too_large";
    if (file.size === 0) return "empty";
    // One that cannot be read is not refused here: reading it fails for everybody to see.
    return (await this.isLocked(file).catch(() => false)) ? "encrypted" : undefined;
  }

  async isLocked(file) {
    const head = await file.slice(0, this.glue.Report.headLength()).arrayBuffer();
    return this.glue.Report.isLockedZip(new Uint8Array(head));
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
      this.changed(false);
    } else if (file.state !== before) {
      this.announce(this.words(file).say_status, true);
    }
    const row = file.state === before && document.querySelector(`#uploads > [data-id=${file.id}]`);
    // Two hundred rows are not drawn anew for a figure in one of them.
    if (row) {
      this.fill(row, file);
      this.drawAll();
    } else this.draw();
    this.settle();
  }

  settle() {
    if (this.resolve && this.underWay().length === 0) {
      this.resolve();
      this.resolve = undefined;
    }
  }

  async remove(id) {
    const asked = this.all.get(id)?.state === "asked";
    this.all.delete(id);
    if (!asked) await this.vault.ask("cancel", { id });
    this.changed(false);
    this.draw();
    this.settle();
  }

  press(event) {
    const row = event.target.closest?.(".safehand-upload");
    const part = event.target.closest?.("button[data-part]")?.dataset.part;
    if (part === "pause-all") return this.pauseAll();
    if (part === "clean-all" || part === "keep-all") return this.decideAll(part === "clean-all");
    if (!row || !part) return;
    const file = this.all.get(row.dataset.id);
    if (part === "clean" || part === "keep") {
      this.decide(file, part === "clean");
      document.getElementById("file")?.focus();
    }
    if (part === "cancel" || part === "drop") {
      this.remove(row.dataset.id);
      document.getElementById("file")?.focus();
    }
    if (part === "pause" && file) {
      this.vault.ask(file.state === "sending" || file.state === "waiting" ? "pause" : "resume", { id: file.id });
    }
  }

  /** Stops all that is on its way; lets all go on where nothing is. */
  pauseAll() {
    const running = this.underWay().filter((file) => ["sending", "waiting"].includes(file.state));
    // From the last to the first, so that none begins because the one before it stopped.
    for (const { id } of running.reverse()) this.vault.ask("pause", { id });
    if (running.length > 0) return;
    for (const { id, state } of this.underWay()) if (state !== "asked") this.vault.ask("resume", { id });
  }

  /** How far all files are together, while there are several. */
  drawAll() {
    const place = document.getElementById("uploads-all");
    if (!place) return;
    const all = [...this.all.values()].filter((file) => file.state !== "asked");
    const underWay = all.filter((file) => file.state !== "done");
    place.hidden = all.length < 2 || underWay.length === 0;
    const sum = (of) => all.reduce((total, file) => total + of(file), 0);
    const total = sum((file) => file.total);
    const sent = sum((file) => (file.state === "done" ? file.total : file.sent));
    this.speed.add(sent);
    const state = underWay.some((file) => ["sending", "waiting"].includes(file.state)) ? "sending" : "paused";
    const words = JSON.parse(
      this.glue.Words.progress(document.documentElement.lang, "", state, sent, total, Math.max(this.speed.get(), 0)),
    );
    place.querySelector("[data-part=progress]").value = words.percent;
    place.querySelector("[data-part=figures]").textContent = words.figures;
    place.querySelector("[data-part=pause-label]").textContent = words.pause;
  }

  /** What a row says, in the language of the page. */
  words(file) {
    const speed = file.state === "sending" ? file.speed.get() : 0;
    return JSON.parse(
      this.glue.Words.progress(document.documentElement.lang, file.name, file.state, file.sent, file.total, speed),
    );
  }

  /** Shows the files under way, where the page has a place for them. */
  draw() {
    const list = document.getElementById("uploads");
    const template = document.getElementById("upload-row") ?? this.template;
    if (!list || !template) return;
    this.template = template;
    this.asking = document.getElementById("reveal-row") ?? this.asking;
    this.askingAll = document.getElementById("reveal-all") ?? this.askingAll;
    document.getElementById("file-send")?.setAttribute("hidden", "");
    const shown = new Map([...list.children].map((row) => [row.dataset.id, row]));
    for (const file of this.underWay()) {
      const state = file.state === "asked" ? "asked" : "moving";
      let row = shown.get(file.id);
      if (row?.dataset.state !== state) {
        const made = (state === "asked" ? this.asking : template).content.firstElementChild.cloneNode(true);
        Object.assign(made.dataset, { id: file.id, state });
        if (row) row.replaceWith(made);
        else list.append(made);
        row = made;
      }
      shown.delete(file.id);
      if (state === "asked") this.ask(row, file);
      else this.fill(row, file);
    }
    this.askOnce(list, shown);
    for (const row of shown.values()) row.remove();
    const folder = document.getElementById("folder-choice");
    // Phones have the property and no folders to choose; a fine pointer tells them apart.
    if (folder) folder.hidden = !("webkitdirectory" in HTMLInputElement.prototype && matchMedia("(pointer: fine)").matches);
    this.drawAll();
  }

  /** Above several questions, one answer to all of them. */
  askOnce(list, shown) {
    const several = this.asked().length > 1;
    const there = shown.get("all-asked");
    if (several && !there) {
      const row = this.askingAll.content.firstElementChild.cloneNode(true);
      row.dataset.id = "all-asked";
      list.prepend(row);
    }
    if (several) shown.delete("all-asked");
  }

  /** What a file reveals, and what can be done about it. */
  ask(row, file) {
    const part = (name) => row.querySelector(`[data-part=${name}]`);
    part("name").textContent = file.name;
    const { lang } = document.documentElement;
    const lines = new Set(file.reveals.map(({ what, value }) => this.glue.Words.reveal(lang, what, value)));
    part("reveals").replaceChildren(
      ...[...lines].filter(Boolean).map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    part("reveals-failed").hidden = !file.failed;
    part("reveals-hint").hidden = !file.cleanAs;
    part("reveals-as-is").hidden = Boolean(file.cleanAs || file.failed);
    part("clean").hidden = !file.cleanAs;
    for (const button of ["clean", "keep", "drop"]) part(`${button}-what`).textContent = `: ${file.name}`;
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
