// Coming back with seven words: they are turned into keys on the device and never sent.

import { Files } from "./files.js";
import { proof } from "./save.js";

export class Homecoming {
  constructor(glue, visit, data, screen, vault) {
    Object.assign(this, { glue, data, screen, vault, opened: false });
    this.pages = new glue.Return(visit);
  }

  takeOver() {
    document.addEventListener("submit", (event) => this.submit(event));
    const before = document.getElementById("phrase");
    const typing = before && before === document.activeElement;
    const { value: typed, selectionStart, selectionEnd } = before ?? {};
    this.show(this.pages.ask(undefined), { focus: false });
    const input = document.getElementById("phrase");
    if (input && typed) input.value = typed;
    // Whoever is typing goes on typing.
    if (input && typing) {
      input.focus({ preventScroll: true });
      input.setSelectionRange(selectionStart, selectionEnd);
    }
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
    const pairs = JSON.stringify(this.screen.pairs(form, event.submitter));
    try {
      if (this.opened) await this.act(pairs);
      else await this.comeBack(form.elements.phrase?.value ?? "");
    } catch {
      // What was written stays on the page, and the files with it.
      this.show(this.opened ? this.pages.notSent(pairs, this.told()) : this.pages.failed());
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
    this.files = new Files(this.vault, this.screen, limits, this.glue, (refused) => this.filesChanged(refused));
    this.opened = true;
    this.handedOver = new Set();
    this.take(told, {});
  }

  /** Shows the report as it is now, and what has just been done. */
  take(told, outcome) {
    this.pages.open(told, JSON.stringify(this.desk));
    this.show(this.pages.dialogue(this.told(outcome)));
  }

  /** The files that have been sealed and uploaded and are not part of the report yet. */
  ready() {
    return this.files.listed().filter(({ id }) => !this.handedOver.has(id));
  }

  told(outcome = {}) {
    const sent = this.files.listed().filter(({ id }) => this.handedOver.has(id));
    const { refused } = this.files;
    const onTheWay = this.files.underWay().length;
    return JSON.stringify({ files: this.ready(), sent, refused, on_the_way: onTheWay, ...outcome });
  }

  async act(pairs) {
    this.files.refused = [];
    const wish = JSON.parse(this.pages.wish(pairs, this.told()));
    switch (wish.kind) {
      case "mend":
        return this.screen.show(wish.shown);
      case "reply":
        return this.send("reply", wish, { message: true });
      case "witness":
      case "withdraw":
        this.screen.busy(true);
        return this.take(await this.vault.ask(wish.kind, wish), { wish: true });
      case "hand_over":
        this.screen.busy(true);
        // Files that are still on their way are meant too.
        await this.files.settled();
        return this.send("handOver", {}, {});
      case "remove_file":
        return this.handedOver.has(wish.id) ? undefined : this.files.remove(wish.id);
      case "upload":
        return document.getElementById("file")?.click();
      case "speak":
        return this.screen.showKeeping(JSON.parse(this.pages.dialogue(this.told())));
      case "proof":
        return proof(this);
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

  /** Sends something together with the files that are ready. */
  async send(what, details, outcome) {
    const ids = this.ready().map(({ id }) => id);
    this.screen.busy(true);
    const told = await this.vault.ask(what, { ...details, ids });
    for (const id of ids) this.handedOver.add(id);
    this.take(told, { ...outcome, handed_over: ids.length });
  }

  /** A file is done, gone or refused: the lists on the page follow, and what is being written stays. */
  filesChanged(refused) {
    if (!this.opened) return;
    const shown = JSON.parse(this.pages.dialogue(this.told()));
    if (refused) this.screen.showKeeping(shown);
    else this.screen.renew("files-lists", shown.body);
  }
}
