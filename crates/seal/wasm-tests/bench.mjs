// Measures sealing and opening in WebAssembly against the bare cipher.
//
//   node bench.mjs <folder that wasm-bindgen --target nodejs wrote to> <MiB>
//
// Prints `{"seal": …, "open": …, "seal_item": …, "open_item": …, "raw": …}`, the best of three in megabytes (10⁶) per second.

import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, mib = "32"] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node bench.mjs <folder that wasm-bindgen --target nodejs wrote to> <MiB>");
  process.exit(2);
}

const require = createRequire(import.meta.url);
const { Bench } = require(resolve(folder, "seal_wasm_tests.js"));

const bench = new Bench(Number(mib));
const tasks = ["seal", "open", "seal_item", "open_item", "raw"];
const best = Object.fromEntries(tasks.map((task) => [task, 0]));
for (let round = 0; round < 3; round += 1) {
  for (const task of tasks) {
    const begun = performance.now();
    const megabytes = bench[task]();
    const speed = (megabytes * 1e3) / (performance.now() - begun);
    best[task] = Math.max(best[task], speed);
  }
}
console.log(JSON.stringify(best));
