// Holds the desk's hash lists and one file, and gives the file out only when it may be seen.
import init, { Bench, Imported } from "./examiner_worker_wasm.js";

/** A picture of more pixels is made smaller before it is compared: the hash sees no difference, memory does. */
const PIXELS = 4_000_000;

const ready = init().then(() => new Bench());

async function compare(bench) {
  const type = bench.decodes();
  if (!type) throw new Error("there is no picture to compare");
  const picture = await createImageBitmap(new Blob([bench.bytes()], { type })).catch(() => {
    throw new Error("the browser could not decode the picture");
  });
  const scale = Math.min(1, Math.sqrt(PIXELS / (picture.width * picture.height)));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  bench.push(new Uint8Array(context.getImageData(0, 0, width, height).data.buffer));
  return bench.ask(JSON.stringify({ ask: "picture", width, height }));
}

function importList(_, { file, pdq }) {
  const list = Imported.read(file, pdq);
  try {
    return { stored: list.stored(), facts: list.facts() };
  } finally {
    list.free();
  }
}

const acts = { compare, take: (bench) => bench.take(), import: importList };

// Questions wait for the same promise one after another, so they are answered in the order in which they came.
self.addEventListener("message", async ({ data: { id, question, piece, act, ...rest } }) => {
  try {
    const bench = await ready;
    if (piece) bench.push(piece);
    else self.postMessage({ id, answer: act ? await acts[act](bench, rest) : bench.ask(question) });
  } catch (error) {
    self.postMessage({ id, error: `${error.message ?? error}` });
  }
});
