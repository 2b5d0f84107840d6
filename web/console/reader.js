// Holds the chats of a report, so that the page never does: reads, sorts, searches, and answers with a few rows.
import init, { Chats } from "./reader_worker_wasm.js";

const ready = init().then(() => new Chats());

// Questions wait for the same promise one after another, so they are answered in the order in which they came.
self.addEventListener("message", async ({ data: { id, question, piece } }) => {
  try {
    const chats = await ready;
    if (piece) chats.push(piece);
    else self.postMessage({ id, answer: chats.ask(question) });
  } catch (error) {
    self.postMessage({ id, error: `the reader of chats stopped: ${error.message}` });
  }
});
