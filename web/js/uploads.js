// Files on their way: read in slices, sealed, and sent by tus, one after another.
// At no time is more than a few slices of a file in memory.

const SLICE = 4 * 1024 * 1024;
const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, 30000];
const TELL_EVERY = 200;
/** 507 Insufficient Storage: asking again within the minute is of no use. */
const NO_ROOM = 507;
/** Another request still writes, or wrote more than this one knew. */
const CONFLICTS = [409, 423];

/** The status of the answer that an upload failed with; 0 when the line broke. */
function status(error) {
  return error.originalResponse?.getStatus() ?? 0;
}

/** Whether a failure may be over in a moment. */
function mayPass(code) {
  return code === 0 || CONFLICTS.includes(code) || (code >= 500 && code !== NO_ROOM);
}

/** Reads a file and hands out its sealed bytes. */
class SealedReader {
  constructor(file, seal) {
    this.file = file;
    this.seal = seal;
    this.offset = 0;
  }

  async read() {
    for (;;) {
      let value;
      if (this.offset < this.file.size) {
        const slice = await this.file.slice(this.offset, this.offset + SLICE).arrayBuffer();
        this.offset += slice.byteLength;
        value = this.seal.push(new Uint8Array(slice));
      } else {
        value = this.seal.pushEnd();
      }
      if (value === undefined) return { done: true };
      if (value.length > 0) return { done: false, value };
    }
  }

  cancel() {}
}

class Upload {
  constructor(id, file, uploads) {
    Object.assign(this, { id, file, uploads, state: "waiting", sent: 0, total: 0 });
  }

  async start() {
    this.state = "sending";
    if (this.tus) return this.tus.start();
    // One that is stopped and goes on while its beginning is read waits for the same sealer.
    this.sealing ??= this.uploads.seal(this.file);
    try {
      this.seal = await this.sealing;
    } catch {
      this.sealing = undefined;
      if (this.isWanted()) this.become("failed");
      return;
    }
    if (!this.isWanted() || this.tus) return;
    this.total = this.seal.sealedLength();
    this.tus = new self.tus.Upload(new SealedReader(this.file, this.seal), {
      endpoint: this.uploads.endpoint,
      uploadSize: this.total,
      chunkSize: SLICE,
      retryDelays: RETRIES,
      storeFingerprintForResuming: false,
      removeFingerprintOnSuccess: true,
      onBeforeRequest: async (request) => {
        if (request.getMethod() === "POST") {
          request.setHeader("Safehand-Work", await this.uploads.work.take());
        }
      },
      onProgress: (sent) => this.progress(sent),
      onShouldRetry: (error) => mayPass(status(error)),
      onError: (error) => this.become(status(error) === NO_ROOM ? "no_room" : "failed"),
      onSuccess: () => {
        this.sealed = JSON.parse(this.seal.sealed(this.tus.url.split("/").pop()));
        this.file = undefined;
        this.become("done");
      },
    });
    this.tus.start();
  }

  isWanted() {
    return this.state === "sending" && this.uploads.all.get(this.id) === this;
  }

  progress(sent) {
    this.sent = sent;
    const at = Date.now();
    if (at - (this.told ?? 0) >= TELL_EVERY) {
      this.told = at;
      this.tell();
    }
  }

  become(state) {
    this.state = state;
    this.tell();
    this.uploads.next();
  }

  tell() {
    const { id, state, sent, total, sealed } = this;
    const entry = sealed?.entry;
    this.uploads.tell({ id, state, sent, total, item: entry?.item, sha256: entry?.sha256, size: entry?.size });
  }
}

export class Uploads {
  constructor(endpoint, seal, work, tell) {
    Object.assign(this, { endpoint, seal, work, tell, all: new Map() });
  }

  add(id, file) {
    this.all.set(id, new Upload(id, file, this));
    this.next();
  }

  /** One at a time: a phone's line is the bottleneck, and the first one done is of use. */
  next() {
    const list = [...this.all.values()];
    if (list.some((upload) => upload.state === "sending")) return;
    list.find((upload) => upload.state === "waiting")?.start();
  }

  pause(id) {
    const upload = this.all.get(id);
    if (upload?.state !== "sending" && upload?.state !== "waiting") return;
    upload.tus?.abort();
    upload.become("paused");
  }

  resume(id) {
    const upload = this.all.get(id);
    if (!["paused", "failed", "no_room"].includes(upload?.state)) return;
    upload.become("waiting");
  }

  async cancel(id) {
    const upload = this.all.get(id);
    this.all.delete(id);
    await upload?.tus?.abort(true).catch(() => {});
    upload?.sealing?.then((seal) => seal.free()).catch(() => {});
    this.next();
  }

  /** The files that are done, in the order in which they were chosen. */
  sealed(ids) {
    const wanted = [...this.all.values()].filter((upload) => !ids || ids.includes(upload.id));
    return wanted.flatMap((upload) => (upload.sealed ? [upload.sealed] : []));
  }
}
