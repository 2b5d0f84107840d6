// What is on the screen: puts pages there, moves the focus, says what changes.

/** The one place where text becomes markup; what it is given was drawn, and escaped, by our own module. */
const policy = window.trustedTypes?.createPolicy("safehand", {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (new URL(url).origin !== location.origin) throw new TypeError("not ours");
    return url;
  },
}) ?? { createHTML: (html) => html, createScriptURL: (url) => url };

/** The address of a script of ours, for a worker. */
export const scriptUrl = (name) => policy.createScriptURL(new URL(name, import.meta.url).href);

export class Screen {
  constructor() {
    this.status = document.createElement("div");
    this.status.id = "safehand-status";
    this.status.className = "govuk-visually-hidden";
    this.status.setAttribute("role", "status");
    this.status.setAttribute("aria-live", "polite");
    document.body.append(this.status);
    this.afterwards = [];
    document.addEventListener("click", (event) => this.followSummary(event));
  }

  /** Has something done each time a page has been put on the screen. */
  whenShown(task) {
    this.afterwards.push(task);
  }

  /** Parses markup into nodes that are not on the screen yet. */
  parse(html) {
    const template = document.createElement("template");
    template.innerHTML = policy.createHTML(html);
    return template.content;
  }

  /** Puts a page on the screen and moves the focus to what is new. */
  show(shown, { focus = true } = {}) {
    document.title = shown.title;
    document.documentElement.lang = shown.language;
    document.body.dataset.route = "device";
    document.body.replaceChildren(this.parse(shown.body), this.status);
    this.status.textContent = "";
    if (focus) this.focus();
    for (const task of this.afterwards) task();
  }

  /** Puts one part of a page in the place of what is there, and leaves the rest alone. */
  renew(id, html) {
    const [old, fresh] = [document.getElementById(id), this.parse(html).getElementById(id)];
    if (!old || !fresh) return;
    const focused = old.contains(document.activeElement);
    old.replaceWith(fresh);
    // Whoever pressed a button that is gone goes on where files are chosen.
    if (focused) document.getElementById("file")?.focus();
  }

  /** Shows a page again, with what was being written on it. */
  showKeeping(shown) {
    const form = document.getElementById("safehand");
    const typed = form ? this.pairs(form) : [];
    this.show(shown);
    for (const [name, value] of typed) {
      const field = document.getElementById(name);
      if (field?.matches("textarea, input[type=text]")) field.value = value;
    }
    for (const task of this.afterwards) task();
  }

  focus() {
    const summary = document.getElementById("error-summary");
    const heading = document.querySelector("main h1");
    const target = summary ?? heading ?? document.getElementById("main-content");
    if (target === heading) heading?.setAttribute("tabindex", "-1");
    window.scrollTo(0, 0);
    target?.focus({ preventScroll: Boolean(!summary) });
  }

  say(text) {
    this.status.textContent = text;
  }

  /** A link of the error summary moves the focus to its input, not only the view. */
  followSummary(event) {
    const link = event.target.closest?.(".govuk-error-summary a[href^='#']");
    if (!link) return;
    const id = link.getAttribute("href").slice(1);
    const input = document.getElementById(id) ?? document.querySelector(`[name="${CSS.escape(id)}"]`);
    if (!input) return;
    event.preventDefault();
    (input.closest(".govuk-form-group") ?? input).scrollIntoView();
    input.focus({ preventScroll: true });
  }

  /** The pairs of a form, without files, with the button that was pressed. */
  pairs(form, button) {
    const pairs = [...new FormData(form).entries()].filter(([, value]) => typeof value === "string");
    if (button?.name) pairs.push([button.name, button.value]);
    return pairs;
  }

  /** Keeps a form from being sent twice while something is under way. */
  busy(is, text) {
    for (const button of document.querySelectorAll("main button[type=submit]")) button.disabled = is;
    document.querySelector("main")?.setAttribute("aria-busy", String(is));
    if (is && text) this.say(text);
  }
}
