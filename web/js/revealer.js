// Says what a file reveals of whoever made it, and makes pictures anew without it.
import init, { reveals } from "./revealer_wasm.js";

/** Of JPEG and WebP; what is written again loses a little each time. */
const QUALITY = 0.92;

const ready = init();

/** The pixels alone, turned the way the camera was held. */
async function clean({ file, type }) {
  const picture = await createImageBitmap(file.slice(0, file.size, type), { imageOrientation: "from-image" });
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  const made = await canvas.convertToBlob({ type, quality: QUALITY });
  // A browser that cannot write this type writes PNG.
  if (made.type !== type || JSON.parse(reveals(made)).reveals.length > 0) throw new Error("it was not made anew");
  return made;
}

const acts = { reveals: ({ file }) => reveals(file), clean };

self.addEventListener("message", async ({ data: { id, what, ...details } }) => {
  try {
    await ready;
    self.postMessage({ id, answer: await acts[what](details) });
  } catch (error) {
    self.postMessage({ id, error: `${error.message ?? error}` });
  }
});
