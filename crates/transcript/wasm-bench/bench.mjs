// Times the readers in WebAssembly.
//
//   node bench.mjs <folder that wasm-bindgen --target nodejs wrote to> <MB>
//
// Prints `{"whatsapp": …, "telegram": …}`, the best of five in megabytes (10⁶) per second.

import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, megabytes = "30"] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node bench.mjs <folder that wasm-bindgen --target nodejs wrote to> <MB>");
  process.exit(2);
}

const require = createRequire(import.meta.url);
const { Bench } = require(resolve(folder, "transcript_wasm_bench.js"));

const best = {};
for (const name of ["whatsapp", "telegram"]) {
  const bench = new Bench(name, Number(megabytes));
  best[name] = 0;
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    const found = bench.read();
    const speed = bench.size() / 1e3 / (performance.now() - begun);
    if (found !== bench.generated()) {
      console.error(`${name}: ${found} of ${bench.generated()} messages`);
      process.exit(1);
    }
    best[name] = Math.max(best[name], speed);
  }
  bench.free();
}
console.log(JSON.stringify(best));
