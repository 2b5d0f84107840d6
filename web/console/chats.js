// The page's side of the worker that holds the chats of a report.
import { Helper } from "./helper.js";

export class Chats extends Helper {
  constructor() {
    super("reader.js", "the reader of chats");
  }
}
