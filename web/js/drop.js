// Files and folders that are dropped on the page.

/** A folder's entries are handed out some at a time; the last answer is empty. */
async function inside(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Adds the files of an entry to `found`, and by name to `lost` what cannot be read. */
async function collect(entry, found, lost) {
  try {
    if (entry.isFile) found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    else for (const one of await inside(entry)) await collect(one, found, lost);
  } catch {
    lost.push(entry.name);
  }
}

/** Hands what is dropped to `take`, with the names of what could not be read, while the page takes files. */
export function whenDropped(take) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    // Left to the browser, the file would open in place of the page, and the report be gone.
    event.preventDefault();
    if (!document.querySelector("input#file[type=file]")) return;
    // The entries can be asked for only while the event is handled.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = entries.length === 0 ? [...event.dataTransfer.files] : [];
    const lost = [];
    for (const entry of entries) await collect(entry, found, lost);
    take(found, lost);
  });
}
