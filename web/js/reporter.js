// The reporter's pages: leaving in a hurry, and taking over where nothing has been answered yet.

import { Exit } from "./exit.js";
import { Screen } from "./screen.js";
import { Vault } from "./vault.js";

const data = JSON.parse(document.getElementById("safehand-data").textContent);
const screen = new Screen();
const vault = new Vault(data.origin);
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
  const visit = JSON.stringify({ language: data.language, home: data.home });
  const next =
    data.takeover === "report"
      ? new Questionnaire(glue, visit, data, screen, vault)
      : new Homecoming(glue, visit, data, screen, vault);
  next.takeOver();
}

if (data.takeover) {
  // A browser that cannot do this goes on without: the page says which of the two it is.
  takeOver().then(release, release);
} else {
  release();
}
