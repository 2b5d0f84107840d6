// The proof of work, done ahead of time in slices, so that nobody waits for it.

const SLICE = 20_000;
/** Milliseconds before its end at which a solution is no longer trusted to arrive in time. */
const MARGIN = 60_000;
/** For how long a solution is trusted when the server does not say what time it is. */
const FRESH = 10 * 60_000;

/** Milliseconds that a challenge has left, by the server's clock alone: a phone's may be hours away from it. */
function lifetime(response, expires) {
  const now = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(now) ? FRESH : expires * 1000 - now;
}

export class Work {
  constructor(wasm) {
    this.wasm = wasm;
    this.next = undefined;
  }

  /** Begins to solve a challenge, unless one is under way. */
  prepare() {
    this.next ??= this.solve().catch(() => undefined);
  }

  /** A solved challenge; each is good for one request. */
  async take() {
    this.prepare();
    const solved = await this.next;
    this.next = undefined;
    // A clock that was put back makes the age negative, which is as little to be trusted.
    const age = solved ? Date.now() - solved.asked : Infinity;
    if (age >= 0 && age < solved.lifetime - MARGIN) return solved.header;
    return (await this.solve()).header;
  }

  async solve() {
    const asked = Date.now();
    const response = await fetch("/api/v1/work", { cache: "no-store", credentials: "omit" });
    if (!response.ok) throw new Error("no challenge");
    const challenge = await response.text();
    const { expires } = JSON.parse(challenge);
    const work = new this.wasm.Work(challenge);
    for (;;) {
      const header = work.step(SLICE);
      if (header) {
        work.free();
        return { header, asked, lifetime: lifetime(response, expires) };
      }
      // Other messages have their turn between two slices.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}
