// The questionnaire in the page: the module decides what comes next, this file carries it out.

import { Files } from "./files.js";
import { proof, save } from "./save.js";

const PATIENCE = 700;

export class Questionnaire {
  constructor(glue, visit, data, screen, vault) {
    Object.assign(this, { data, screen, vault, desk: data.desk });
    this.pages = new glue.Pages(visit, JSON.stringify(data.desk));
    this.receipt = undefined;
    const limits = { maxBytes: data.desk.max_file_bytes, maxFiles: data.maxFiles };
    this.files = new Files(vault, screen, limits, glue, (refused) => this.filesChanged(refused));
  }

  /** Takes the page over: nothing has been answered yet. */
  takeOver() {
    this.vault.ask("report", { desk: this.desk }).catch(() => this.fail());
    document.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("click", (event) => this.press(event));
    window.addEventListener("popstate", (event) => this.revisit(event.state));
    this.starting = document.querySelector("form[data-page]") === null;
    const first = JSON.parse(this.pages.show());
    if (this.starting) {
      // The page stays as it is but for saying which route it is on now.
      const notice = this.screen.parse(first.body).getElementById("route-notice");
      if (notice) document.getElementById("route-notice")?.replaceWith(notice);
    } else {
      this.here = this.draw(first, { focus: false });
      history.replaceState({ page: this.here }, "");
    }
  }

  /** Shows a page; answers which one it is. */
  draw(shown, options) {
    this.screen.show(shown, options);
    return shown.page;
  }

  /** Shows the next page, so that the browser's own button leads back from it. */
  advance(shown) {
    const from = this.here;
    this.here = this.draw(shown);
    const moved = this.here !== from;
    if (moved) history.pushState({ page: this.here }, "");
  }

  async submit(event) {
    const form = event.target;
    if (form.id !== "safehand") return;
    event.preventDefault();
    const button = event.submitter;
    if (this.busy) return;
    if (this.starting) {
      this.starting = false;
      history.replaceState({ page: undefined }, "");
      return this.advance(JSON.parse(this.pages.show()));
    }
    const pairs = this.screen.pairs(form, button);
    if (this.receipt) return this.confirm(pairs);
    if (form.elements.again) return this.send();
    this.follow(JSON.parse(this.pages.submit(JSON.stringify(pairs))));
  }

  follow(step) {
    switch (step.kind) {
      case "show":
        return this.advance(step.shown);
      case "mend":
        return this.draw(step.shown);
      case "upload":
        return document.getElementById("file")?.click();
      case "remove_file":
        return this.files.remove(step.id);
      case "send":
        return this.send();
      default:
        return this.fail();
    }
  }

  /** The browser's own buttons: back and forward between pages that have been shown. */
  revisit(state) {
    if (this.receipt || this.busy || this.starting) return;
    if (!state?.page) return location.reload();
    const form = document.getElementById("safehand");
    const pairs = form?.elements.page ? this.screen.pairs(form) : [];
    this.here = this.draw(JSON.parse(this.pages.revisit(state.page, JSON.stringify(pairs))));
  }

  /** A file is done, gone or refused: the lists on the page follow. */
  filesChanged(refused) {
    this.pages.setFiles(JSON.stringify(this.files.listed()), JSON.stringify(this.files.refused));
    if (this.receipt || !document.getElementById("uploader")) return;
    const shown = JSON.parse(this.pages.show());
    // What was refused is told once, when it is; the files that go on do not tell it again.
    if (refused) this.draw(shown);
    else this.screen.renew("files-lists", shown.body);
  }

  /** Waits for the files, seals the report and sends it. */
  async send() {
    this.busy = true;
    try {
      await this.waitForFiles();
      this.screen.busy(true);
      const details = { desk: this.desk, draft: this.pages.draft() };
      this.receipt = await this.vault.ask("submit", details);
      this.showReceipt();
    } catch (error) {
      const why = { slow_down: "busy", unavailable: "not_sent", internal: "not_sent" }[error.code];
      this.draw(JSON.parse(this.pages.setback(why ?? (error instanceof TypeError ? "not_sent" : "failed"))));
    } finally {
      this.busy = false;
    }
  }

  /** Shows files that are still on their way beside the button that sends. */
  async waitForFiles() {
    if (this.files.underWay().length === 0) return;
    this.screen.busy(true);
    const place = document.createElement("ul");
    place.id = "uploads";
    place.className = "govuk-list safehand-uploads";
    const status = document.createElement("div");
    status.id = "uploads-status";
    status.className = "govuk-visually-hidden";
    status.setAttribute("role", "status");
    document.querySelector("#safehand .govuk-button:last-of-type")?.before(place, status);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE / 10));
    this.files.draw();
    place.scrollIntoView({ block: "nearest" });
    await this.files.settled();
    this.screen.busy(false);
  }

  showReceipt(pairs) {
    this.pages.setFiles(JSON.stringify(this.files.listed()), "[]");
    const shown = this.pages.receipt(this.receipt, pairs && JSON.stringify(pairs));
    if (!shown) return this.done();
    this.here = this.draw(JSON.parse(shown));
    history.replaceState({ page: undefined }, "");
    document.getElementById("receipt-tools")?.removeAttribute("hidden");
  }

  /** Prints the receipt, or saves it as text: only because the person asked. */
  press(event) {
    const part = event.target.closest?.("#receipt-tools button")?.dataset.part;
    if (part === "print") window.print();
    if (part === "save") save("receipt.txt", words(document.querySelector("main")));
  }

  confirm(pairs) {
    if (pairs.some(([name, value]) => name === "do" && value === "proof")) return proof(this);
    this.showReceipt(pairs);
  }

  /** The words are gone from here; only the paper has them now. */
  done() {
    this.draw(JSON.parse(this.pages.done()));
    this.receipt = undefined;
    this.busy = true;
    this.vault.end();
  }

  fail() {
    this.draw(JSON.parse(this.pages.setback("failed")));
  }
}

/** The text of a receipt, without what can only be filled in or pressed. */
function words(main) {
  const lines = [...main.querySelectorAll("h1, h2, p, time, li, dt, dd code")]
    .filter((element) => !element.closest("#safehand, #error-summary, .safehand-screen, [hidden]"))
    .filter((element) => element.tagName !== "P" || !element.querySelector("code"))
    .map((element) => {
      const place = element.closest("#words") ? [...element.parentElement.children].indexOf(element) + 1 : 0;
      const text = element.innerText.trim();
      return place > 0 ? `${place}. ${text}` : /^H[12]$/.test(element.tagName) ? `\n${text}` : text;
    });
  return `${lines.join("\n").trim()}\n`;
}
