// Starts the console. Everything it needs lies beside this file.
import init from "./console_wasm.js";

const place = document.getElementById("console");

try {
  await init();
} catch (error) {
  console.error(error);
  if (place) {
    place.textContent =
      "The console could not start in this browser. It needs WebAssembly and a browser of the last two years.";
  }
}
