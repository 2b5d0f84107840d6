// The page's side of the worker that examines files before anybody sees them, and of the frame that shows them.
import { Helper } from "./helper.js";

export class Bench extends Helper {
  constructor() {
    super("examiner.js", "the examiner of files");
  }

  /** Has the picture of the examined file decoded and compared; resolves with the answer in JSON. */
  compare() {
    return this.request({ act: "compare" });
  }

  /** The examined file's bytes, to be shown. Rejects where it must not be. */
  take() {
    return this.request({ act: "take" });
  }

  /** Makes a hash list of a file on the disk: its stored bytes, and what was read, in JSON. */
  import(file, pdq) {
    return this.request({ act: "import", file, pdq });
  }
}

const ELSEWHERE = ["pointermove", "pointerup", "pointercancel", "keyup"];

/** The frame in which a file is shown. It has no origin, so what comes from it is known by its window. */
export class Lens {
  constructor(frame, hear) {
    this.frame = frame;
    this.heard = ({ source, data }) => {
      if (source !== frame.contentWindow || typeof data !== "object" || data === null) return;
      if (data.failed === true) hear("failed", 0);
      else if (data.leave === true) hear("leave", 0);
      else if (Number.isFinite(data.seen)) hear("seen", Math.max(0, data.seen));
    };
    addEventListener("message", this.heard);
    // A hand that is anywhere else does not hold.
    this.elsewhere = () => frame.contentWindow?.postMessage({ cover: true }, "*");
    for (const event of ELSEWHERE) addEventListener(event, this.elsewhere, { passive: true });
  }

  /** Hands the bytes to the frame; nothing is left of them here. */
  show(bytes, as, type) {
    // The frame's origin is opaque, which has no name but this.
    this.frame.contentWindow?.postMessage({ bytes: bytes.buffer, as, type }, "*", [bytes.buffer]);
  }

  end() {
    removeEventListener("message", this.heard);
    for (const event of ELSEWHERE) removeEventListener(event, this.elsewhere);
  }
}
