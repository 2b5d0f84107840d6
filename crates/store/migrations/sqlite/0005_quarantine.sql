-- Media in quarantine: what is in it beside items of the kind `media`, who was let see what, what nobody may see again,
-- and the hash lists that know. `migrations/postgres` holds the same with that database's types.

-- Files that a member has found to be media. Never the other way round: no row goes.
CREATE TABLE quarantined (
    report BLOB NOT NULL,
    item   BLOB NOT NULL,
    member BLOB NOT NULL REFERENCES members (id),
    at     INTEGER NOT NULL,
    PRIMARY KEY (report, item),
    FOREIGN KEY (report, item) REFERENCES items (report, item)
) STRICT, WITHOUT ROWID;

-- Lists of known hashes. Name and content are sealed to the desk.
CREATE TABLE hash_lists (
    list   BLOB PRIMARY KEY,
    desk   TEXT NOT NULL REFERENCES desks (slug),
    member BLOB NOT NULL REFERENCES members (id),
    at     INTEGER NOT NULL,
    size   INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    upload BLOB NOT NULL REFERENCES uploads (key),
    name   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX hash_lists_by_desk ON hash_lists (desk, at);

-- Items that a list knew, which may be gone since.
CREATE TABLE locked (
    report BLOB NOT NULL,
    item   BLOB NOT NULL,
    desk   TEXT NOT NULL REFERENCES desks (slug),
    member BLOB NOT NULL REFERENCES members (id),
    at     INTEGER NOT NULL,
    list   BLOB NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (report, item),
    FOREIGN KEY (report, item) REFERENCES items (report, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX locked_by_desk ON locked (desk, at);

-- Releases are named by the item that holds their sealed reason.
CREATE TABLE releases (
    report      BLOB NOT NULL,
    release     BLOB NOT NULL,
    desk        TEXT NOT NULL REFERENCES desks (slug),
    asked_by    BLOB NOT NULL REFERENCES members (id),
    asked_at    INTEGER NOT NULL,
    stale_at    INTEGER NOT NULL,
    answer      TEXT, -- 'approved' or 'refused'
    answered_by BLOB REFERENCES members (id),
    answered_at INTEGER,
    expires_at  INTEGER,
    ended_at    INTEGER, -- when whoever asked or approved became one who may not
    PRIMARY KEY (report, release),
    FOREIGN KEY (report, release) REFERENCES items (report, item),
    CHECK (answer IS NULL OR answer = 'refused' OR answered_by <> asked_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX releases_waiting ON releases (desk, asked_at) WHERE answer IS NULL AND ended_at IS NULL;

CREATE TABLE released_items (
    report  BLOB NOT NULL,
    release BLOB NOT NULL,
    item    BLOB NOT NULL,
    PRIMARY KEY (report, release, item),
    FOREIGN KEY (report, release) REFERENCES releases (report, release),
    FOREIGN KEY (report, item) REFERENCES items (report, item)
) STRICT, WITHOUT ROWID;
