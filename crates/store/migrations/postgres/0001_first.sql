-- The first schema. `migrations/sqlite` holds the same tables with that database's types.
-- Times are seconds since 1970 in UTC. Ids and digests are raw bytes.

CREATE TABLE instance (
    key   TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE desks (
    slug            TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    public_identity TEXT NOT NULL
);

CREATE TABLE members (
    id              BYTEA PRIMARY KEY,
    login           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    desk            TEXT NOT NULL REFERENCES desks (slug),
    state           TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    opaque_record   BYTEA NOT NULL,
    vault           BYTEA NOT NULL,
    public_identity TEXT NOT NULL
);

CREATE TABLE grants (
    desk       TEXT NOT NULL REFERENCES desks (slug),
    member     BYTEA NOT NULL REFERENCES members (id),
    created_at BIGINT NOT NULL,
    wrap       BYTEA NOT NULL,
    PRIMARY KEY (desk, member)
);

CREATE TABLE invites (
    code_hash  BYTEA PRIMARY KEY,
    desk       TEXT NOT NULL REFERENCES desks (slug),
    role       TEXT NOT NULL,
    login      TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at   BIGINT,
    wrap       BYTEA
);

CREATE TABLE sessions (
    token_hash BYTEA PRIMARY KEY,
    member     BYTEA NOT NULL REFERENCES members (id),
    stage      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_member ON sessions (member);

CREATE TABLE passkeys (
    credential BYTEA PRIMARY KEY,
    member     BYTEA NOT NULL REFERENCES members (id),
    label      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    vault      BYTEA,
    record     TEXT NOT NULL
);

CREATE INDEX passkeys_by_member ON passkeys (member);

-- What the server must remember between two requests of one exchange, and give out once.
CREATE TABLE pending (
    key        BYTEA PRIMARY KEY,
    purpose    TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    data       BYTEA NOT NULL
);

CREATE TABLE spent_nonces (
    nonce      BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE TABLE draft_keys (
    epoch      BIGINT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed     BYTEA NOT NULL
);

CREATE TABLE uploads (
    key          BYTEA PRIMARY KEY,
    length       BIGINT, -- not known before the end, when the server seals a stream itself
    received     BIGINT NOT NULL,
    parts        BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    claimed_by   BYTEA,
    sha256       BYTEA
);

CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE upload_parts (
    upload BYTEA NOT NULL REFERENCES uploads (key),
    start  BIGINT NOT NULL,
    size   BIGINT NOT NULL,
    object BYTEA NOT NULL UNIQUE,
    PRIMARY KEY (upload, start)
);

CREATE TABLE reports (
    id                 BYTEA NOT NULL UNIQUE,
    desk               TEXT NOT NULL REFERENCES desks (slug),
    state              TEXT NOT NULL,
    priority           BIGINT NOT NULL, -- 0 when urgent, else 1: the queue is read in ascending order
    received_at        BIGINT NOT NULL,
    assigned           BYTEA REFERENCES members (id),
    items              BIGINT NOT NULL, -- how many there are; the next one gets this as its seq
    reporter_items     BIGINT NOT NULL, -- one more than the seq of the reporter's latest
    last_from_reporter BIGINT NOT NULL,
    summary            BYTEA NOT NULL,
    submission         BYTEA NOT NULL,
    lookup_hash        BYTEA NOT NULL UNIQUE,
    reporter_key       BYTEA NOT NULL,
    desk_wrap          BYTEA NOT NULL,
    reporter_wrap      BYTEA NOT NULL
);

CREATE INDEX reports_in_queue ON reports (desk, state, priority, received_at, id);

CREATE TABLE items (
    report      BYTEA NOT NULL REFERENCES reports (id),
    item        BYTEA NOT NULL,
    seq         BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    author      BYTEA,
    size        BIGINT NOT NULL,
    sha256      BYTEA NOT NULL,
    signature   BYTEA,
    upload      BYTEA REFERENCES uploads (key),
    body        BYTEA,
    UNIQUE (report, item)
);

CREATE TABLE consulted (
    member BYTEA NOT NULL REFERENCES members (id),
    report BYTEA NOT NULL REFERENCES reports (id),
    at     BIGINT NOT NULL,
    items  BIGINT NOT NULL,
    PRIMARY KEY (member, report)
);

-- Append-only: what was done, when and by whom. Never content, never names.
CREATE TABLE acts (
    seq    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     BIGINT NOT NULL,
    kind   TEXT NOT NULL,
    actor  TEXT NOT NULL,
    member BYTEA,
    report BYTEA,
    item   BYTEA,
    digest BYTEA,
    detail TEXT
);

CREATE INDEX acts_by_report ON acts (report, seq) WHERE report IS NOT NULL;
CREATE INDEX acts_by_member ON acts (member, seq) WHERE member IS NOT NULL;

CREATE FUNCTION refuse_to_change_acts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acts is append-only';
END
$$;

CREATE TRIGGER acts_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON acts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_acts();
