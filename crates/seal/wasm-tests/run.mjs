// Runs the vectors of a crate in WebAssembly and prints one line for each.
//
//   node run.mjs <folder that wasm-bindgen --target nodejs wrote to>
//
// The folder is named after the module in it.
//
// The last line is `{"passed": <number>, "failed": [<vector>, …]}`. Exits with 1 when a vector fails,
// with 2 when there is nothing to run.

import { createRequire } from "node:module";
import { basename, resolve } from "node:path";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node run.mjs <folder that wasm-bindgen --target nodejs wrote to>");
  process.exit(2);
}

const require = createRequire(import.meta.url);
const { check_vectors } = require(resolve(folder, `${basename(folder)}.js`));

const report = check_vectors();
process.stdout.write(report);

const lines = report.split("\n").filter((line) => line !== "");
const failed = lines.filter((line) => !line.startsWith("ok "));
const names = failed.map((line) => line.replace(/^FAILED /, "").split(":")[0]);
console.log(JSON.stringify({ passed: lines.length - failed.length, failed: names }));
process.exit(lines.length === 0 ? 2 : failed.length === 0 ? 0 : 1);
