-- Media in quarantine: what is in it beside items of the kind `media`, who was let see what, what nobody may see again,
-- and the hash lists that know. `migrations/sqlite` holds the same with that database's types.

-- Files that a member has found to be media. Never the other way round: no row goes.
CREATE TABLE quarantined (
    report BYTEA NOT NULL,
    item   BYTEA NOT NULL,
    member BYTEA NOT NULL REFERENCES members (id),
    at     BIGINT NOT NULL,
    PRIMARY KEY (report, item),
    FOREIGN KEY (report, item) REFERENCES items (report, item)
);

-- Lists of known hashes. Name and content are sealed to the desk.
CREATE TABLE hash_lists (
    list   BYTEA PRIMARY KEY,
    desk   TEXT NOT NULL REFERENCES desks (slug),
    member BYTEA NOT NULL REFERENCES members (id),
    at     BIGINT NOT NULL,
    size   BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    upload BYTEA NOT NULL REFERENCES uploads (key),
    name   BYTEA NOT NULL
);

CREATE INDEX hash_lists_by_desk ON hash_lists (desk, at);

-- Items that a list knew, which may be gone since.
CREATE TABLE locked (
    report BYTEA NOT NULL,
    item   BYTEA NOT NULL,
    desk   TEXT NOT NULL REFERENCES desks (slug),
    member BYTEA NOT NULL REFERENCES members (id),
    at     BIGINT NOT NULL,
    list   BYTEA NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (report, item),
    FOREIGN KEY (report, item) REFERENCES items (report, item)
);

CREATE INDEX locked_by_desk ON locked (desk, at);

-- Releases are named by the item that holds their sealed reason.
CREATE TABLE releases (
    report      BYTEA NOT NULL,
    release     BYTEA NOT NULL,
    desk        TEXT NOT NULL REFERENCES desks (slug),
    asked_by    BYTEA NOT NULL REFERENCES members (id),
    asked_at    BIGINT NOT NULL,
    stale_at    BIGINT NOT NULL,
    answer      TEXT, -- 'approved' or 'refused'
    answered_by BYTEA REFERENCES members (id),
    answered_at BIGINT,
    expires_at  BIGINT,
    ended_at    BIGINT, -- when whoever asked or approved became one who may not
    PRIMARY KEY (report, release),
    FOREIGN KEY (report, release) REFERENCES items (report, item),
    CHECK (answer IS NULL OR answer = 'refused' OR answered_by <> asked_by)
);

CREATE INDEX releases_waiting ON releases (desk, asked_at) WHERE answer IS NULL AND ended_at IS NULL;

CREATE TABLE released_items (
    report  BYTEA NOT NULL,
    release BYTEA NOT NULL,
    item    BYTEA NOT NULL,
    PRIMARY KEY (report, release, item),
    FOREIGN KEY (report, release) REFERENCES releases (report, release),
    FOREIGN KEY (report, item) REFERENCES items (report, item)
);
