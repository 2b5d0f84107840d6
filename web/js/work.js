// The proof of work, done ahead of time in slices, so that nobody waits for it.

const SLICE = 20_000;
const MARGIN = 60;

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
    for (;;) {
      this.prepare();
      const solved = await this.next;
      this.next = undefined;
      if (!solved) return (await this.solve()).header;
      if (solved.expires - MARGIN > Date.now() / 1000) return solved.header;
    }
  }

  async solve() {
    const response = await fetch("/api/v1/work", { cache: "no-store", credentials: "omit" });
    if (!response.ok) throw new Error("no challenge");
    const challenge = await response.text();
    const { expires } = JSON.parse(challenge);
    const work = new this.wasm.Work(challenge);
    for (;;) {
      const header = work.step(SLICE);
      if (header) {
        work.free();
        return { header, expires };
      }
      // Other messages have their turn between two slices.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}
