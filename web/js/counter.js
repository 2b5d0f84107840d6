// How many characters a long text may still have, below it while it is written.

const QUIET = 1000;

export class Counter {
  /**
   * @param {import("./screen.js").Screen} screen
   * @param {(language: string, limit: number, used: number) => string} words what to say
   */
  constructor(screen, words) {
    Object.assign(this, { words, timers: new WeakMap() });
    screen.whenShown(() => this.attach());
    document.addEventListener("input", ({ target }) => {
      if (target.matches?.("textarea[data-limit]")) this.count(target);
    });
  }

  /** Puts a count below every long text of the page, in place of the limit that stands there without us. */
  attach() {
    for (const field of document.querySelectorAll("textarea[data-limit]")) {
      const hint = document.getElementById(`${field.id}-info`);
      if (!hint) continue;
      if (hint.nextElementSibling) {
        this.draw(field, hint.nextElementSibling);
        continue;
      }
      hint.classList.add("govuk-visually-hidden");
      const seen = document.createElement("div");
      seen.className = "govuk-character-count__message govuk-character-count__status";
      seen.setAttribute("aria-hidden", "true");
      const heard = document.createElement("div");
      heard.className = "govuk-character-count__sr-status govuk-visually-hidden";
      heard.setAttribute("aria-live", "polite");
      hint.after(seen, heard);
      this.draw(field, seen);
    }
  }

  count(field) {
    const [seen, heard] = ["status", "sr-status"].map((part) =>
      field.parentElement.querySelector(`.govuk-character-count__${part}`),
    );
    if (!seen || !heard) return;
    const text = this.draw(field, seen);
    // Said once the typing has stopped, not with every key.
    clearTimeout(this.timers.get(field));
    this.timers.set(
      field,
      setTimeout(() => {
        heard.textContent = text;
      }, QUIET),
    );
  }

  draw(field, seen) {
    const limit = Number(field.dataset.limit);
    let used = 0;
    // Whole characters, as the server counts: an emoji is one.
    for (const _ of field.value) used += 1;
    const text = this.words(document.documentElement.lang, limit, used);
    seen.textContent = text;
    seen.classList.toggle("govuk-hint", used <= limit);
    seen.classList.toggle("govuk-error-message", used > limit);
    field.classList.toggle("govuk-textarea--error", used > limit || Boolean(field.closest(".govuk-form-group--error")));
    return text;
  }
}
