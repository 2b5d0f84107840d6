// The reporter's pages: leaving in a hurry, and taking over where nothing has been answered yet.

import { Counter } from "./counter.js";
import { Exit } from "./exit.js";
import { Screen } from "./screen.js";
import { Vault } from "./vault.js";

const data = JSON.parse(document.getElementById("safehand-data").textContent);
const screen = new Screen();
const vault = new Vault(data.origin, data.log);
new Exit(data.exit, () => vault.end());

/** Lets a form go that was sent before anything could take it. */
function release() {
  window.safehandReady = true;
  window.dispatchEvent(new Event("safehand-ready"));
}

async function takeOver() {
  const { Questionnaire } = await import("./questionnaire.js");
  const { Homecoming } = await import("./homecoming.js");
  const glue = await import("./reporter_wasm.js");
  const module = await WebAssembly.compileStreaming(fetch(new URL("reporter_wasm_bg.wasm", import.meta.url)));
  await glue.default({ module_or_path: module });
  vault.begin(module);
  new Counter(screen, glue.Words.charactersLeft);
  const visit = JSON.stringify({ language: data.language, home: data.home });
  const next =
    data.takeover === "report"
      ? new Questionnaire(glue, visit, data, screen, vault)
      : new Homecoming(glue, visit, data, screen, vault);
  next.takeOver();
}

/**
 * On a page before both routes: which of them a report from here would take. What is promised is what
 * this browser can do; the page that takes the answers says what it does.
 */
function sayRoute() {
  const words = document.getElementById("route-device");
  const place = document.querySelector("#route-notice .govuk-phase-banner__text");
  const able = [window.WebAssembly?.compileStreaming, window.Worker, window.crypto?.getRandomValues].every(Boolean);
  if (!able || !words || !place) return;
  place.replaceChildren(words.content.cloneNode(true));
  document.body.dataset.route = "device";
}

if (data.takeover) {
  // A browser that cannot do this goes on without: the page says which of the two it is.
  takeOver().then(release, release);
} else {
  sayRoute();
  release();
}
