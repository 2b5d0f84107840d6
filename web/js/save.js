// Saves things on the device: only because the person asked.

/** Offers a text as a file that was made here. */
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Saves the proof, which is made now, with the newest signatures; says so when that is not possible. */
export async function proof(page) {
  const failed = document.getElementById("proof-failed");
  page.busy = true;
  page.screen.busy(true);
  try {
    save("proof.txt", await page.vault.ask("proof"));
    failed?.setAttribute("hidden", "");
  } catch {
    failed?.removeAttribute("hidden");
    page.screen.say(failed?.textContent ?? "");
  } finally {
    page.screen.busy(false);
    page.busy = false;
  }
}
