// Coming back with seven words: they are turned into keys on the device and never sent.

import { Files } from "./files.js";

export class Homecoming {
  constructor(glue, visit, data, screen, vault) {
    Object.assign(this, { data, screen, vault, opened: false, outcome: {} });
    this.pages = new glue.Return(visit);
  }

  takeOver() {
    document.addEventListener("submit", (event) => this.submit(event));
    const typed = document.getElementById("phrase")?.value ?? "";
    this.show(this.pages.ask(undefined), { focus: false });
    const input = document.getElementById("phrase");
    if (input && typed) input.value = typed;
  }

  show(shown, options) {
    this.screen.show(JSON.parse(shown), options);
  }

  async submit(event) {
    const form = event.target;
    if (form.id !== "safehand") return;
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    try {
      const pairs = this.screen.pairs(form, event.submitter);
      if (this.opened) await this.act(JSON.stringify(pairs));
      else await this.comeBack(form.elements.phrase?.value ?? "");
    } catch {
      this.show(this.pages.failed());
    } finally {
      this.busy = false;
    }
  }

  async comeBack(typed) {
    const mistaken = this.pages.ask(typed);
    if (mistaken) return this.show(mistaken);
    this.screen.busy(true);
    let told;
    try {
      told = await this.vault.ask("open", { typed });
    } catch (error) {
      if (error.code === "not_found") return this.show(this.pages.unknown(typed));
      throw error;
    }
    const instance = await (await fetch("/api/v1/instance", { cache: "no-store", credentials: "omit" })).json();
    this.desk = instance.desks.find((desk) => desk.slug === JSON.parse(told).desk);
    const limits = { maxBytes: this.desk.max_file_bytes, maxFiles: this.data.maxFiles };
    this.files = new Files(this.vault, this.screen, limits, () => this.filesChanged());
    this.screen.afterwards = () => this.files.draw();
    this.opened = true;
    this.handedOver = new Set();
    this.take(told, false);
  }

  /** Shows the report as it is now. */
  take(told, sent) {
    this.pages.open(told, JSON.stringify(this.desk));
    this.draw(sent);
  }

  draw(sent) {
    this.show(this.pages.dialogue(this.told(sent)));
  }

  told(sent = false) {
    const listed = this.files.listed().filter(({ id }) => this.handedOver.has(id));
    return JSON.stringify({ sent, files: listed, refused: this.files.refused });
  }

  async act(pairs) {
    this.files.refused = [];
    const wish = JSON.parse(this.pages.wish(pairs, this.told()));
    switch (wish.kind) {
      case "mend":
        return this.screen.show(wish.shown);
      case "reply":
      case "witness":
      case "withdraw":
        this.screen.busy(true);
        return this.take(await this.vault.ask(wish.kind, wish), true);
      case "upload":
        return document.getElementById("file")?.click();
      case "speak":
        return this.draw(false);
      case "leave":
        this.vault.end();
        this.opened = false;
        this.show(this.pages.closed());
        this.busy = true;
        return undefined;
      default:
        return undefined;
    }
  }

  /** A file that has been uploaded is handed over at once: there is no later button for it. */
  async filesChanged() {
    if (this.files.refused.length > 0) return this.draw(false);
    const ids = this.files.listed().map(({ id }) => id).filter((id) => !this.handedOver.has(id));
    if (ids.length === 0) return undefined;
    for (const id of ids) this.handedOver.add(id);
    try {
      const told = await this.vault.ask("handOver", { ids });
      const typed = this.screen.pairs(document.getElementById("safehand"));
      this.take(told, false);
      // What was being written meanwhile stays.
      for (const [name, value] of typed) {
        const field = document.getElementById(name);
        if (field && "value" in field) field.value = value;
      }
    } catch {
      for (const id of ids) this.handedOver.delete(id);
      this.show(this.pages.failed());
    }
    return undefined;
  }
}
