-- The first schema. `migrations/postgres` holds the same tables with that database's types.
-- Times are seconds since 1970 in UTC. Ids and digests are raw bytes. The widest column of a table comes last,
-- so that reading the others does not walk its overflow pages.

CREATE TABLE instance (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desks (
    slug            TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    public_identity TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    id              BLOB PRIMARY KEY,
    login           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    desk            TEXT NOT NULL REFERENCES desks (slug),
    state           TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    opaque_record   BLOB NOT NULL,
    vault           BLOB NOT NULL,
    public_identity TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    desk       TEXT NOT NULL REFERENCES desks (slug),
    member     BLOB NOT NULL REFERENCES members (id),
    created_at INTEGER NOT NULL,
    wrap       BLOB NOT NULL,
    PRIMARY KEY (desk, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE invites (
    code_hash  BLOB PRIMARY KEY,
    desk       TEXT NOT NULL REFERENCES desks (slug),
    role       TEXT NOT NULL,
    login      TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    taken_at   INTEGER,
    wrap       BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    member     BLOB NOT NULL REFERENCES members (id),
    stage      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_member ON sessions (member);

CREATE TABLE passkeys (
    credential BLOB PRIMARY KEY,
    member     BLOB NOT NULL REFERENCES members (id),
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER,
    vault      BLOB,
    record     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_member ON passkeys (member);

-- What the server must remember between two requests of one exchange, and give out once.
CREATE TABLE pending (
    key        BLOB PRIMARY KEY,
    purpose    TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    data       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spent_nonces (
    nonce      BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE draft_keys (
    epoch      INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;

CREATE TABLE uploads (
    key          BLOB PRIMARY KEY,
    length       INTEGER, -- not known before the end, when the server seals a stream itself
    received     INTEGER NOT NULL,
    parts        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    claimed_by   BLOB,
    sha256       BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE upload_parts (
    upload BLOB NOT NULL REFERENCES uploads (key),
    start  INTEGER NOT NULL,
    size   INTEGER NOT NULL,
    object BLOB NOT NULL UNIQUE,
    PRIMARY KEY (upload, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
    id                 BLOB NOT NULL UNIQUE,
    desk               TEXT NOT NULL REFERENCES desks (slug),
    state              TEXT NOT NULL,
    priority           INTEGER NOT NULL, -- 0 when urgent, else 1: the queue is read in ascending order
    received_at        INTEGER NOT NULL,
    assigned           BLOB REFERENCES members (id),
    items              INTEGER NOT NULL, -- how many there are; the next one gets this as its seq
    reporter_items     INTEGER NOT NULL, -- one more than the seq of the reporter's latest
    last_from_reporter INTEGER NOT NULL,
    summary            BLOB NOT NULL,
    submission         BLOB NOT NULL,
    lookup_hash        BLOB NOT NULL UNIQUE,
    reporter_key       BLOB NOT NULL,
    desk_wrap          BLOB NOT NULL,
    reporter_wrap      BLOB NOT NULL
) STRICT;

CREATE INDEX reports_in_queue ON reports (desk, state, priority, received_at, id);

CREATE TABLE items (
    report      BLOB NOT NULL REFERENCES reports (id),
    item        BLOB NOT NULL,
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    author      BLOB,
    size        INTEGER NOT NULL,
    sha256      BLOB NOT NULL,
    signature   BLOB,
    upload      BLOB REFERENCES uploads (key),
    body        BLOB,
    UNIQUE (report, item)
) STRICT;

CREATE TABLE consulted (
    member BLOB NOT NULL REFERENCES members (id),
    report BLOB NOT NULL REFERENCES reports (id),
    at     INTEGER NOT NULL,
    items  INTEGER NOT NULL,
    PRIMARY KEY (member, report)
) STRICT, WITHOUT ROWID;

-- Append-only: what was done, when and by whom. Never content, never names.
CREATE TABLE acts (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    actor  TEXT NOT NULL,
    member BLOB,
    report BLOB,
    item   BLOB,
    digest BLOB,
    detail TEXT
) STRICT;

CREATE INDEX acts_by_report ON acts (report, seq) WHERE report IS NOT NULL;
CREATE INDEX acts_by_member ON acts (member, seq) WHERE member IS NOT NULL;

CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts
BEGIN
    SELECT RAISE(ABORT, 'acts is append-only');
END;

CREATE TRIGGER acts_are_never_removed BEFORE DELETE ON acts
BEGIN
    SELECT RAISE(ABORT, 'acts is append-only');
END;
