-- The log: every act is an entry of one append-only Merkle tree (RFC 6962).
-- `migrations/postgres` holds the same with that database's types.

-- What opens the entry of an act, the commitment that its leaf shows, and its place in the log. An act from before
-- this version has no salt until it gets its place.
ALTER TABLE acts ADD COLUMN salt BLOB;
ALTER TABLE acts ADD COLUMN leaf BLOB;
ALTER TABLE acts ADD COLUMN idx INTEGER;

CREATE UNIQUE INDEX acts_in_log ON acts (idx) WHERE idx IS NOT NULL;
CREATE INDEX acts_not_in_log ON acts (seq) WHERE idx IS NULL;
CREATE INDEX acts_without_salt ON acts (seq) WHERE salt IS NULL;

-- Still append-only: an act gets its place in the log once, and nothing else about it ever changes.
DROP TRIGGER acts_are_never_changed;
CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts
WHEN OLD.idx IS NOT NULL OR NEW.idx IS NULL OR NEW.salt IS NULL OR NEW.leaf IS NULL
    OR NEW.seq IS NOT OLD.seq OR NEW.at IS NOT OLD.at OR NEW.kind IS NOT OLD.kind OR NEW.actor IS NOT OLD.actor
    OR NEW.member IS NOT OLD.member OR NEW.report IS NOT OLD.report OR NEW.item IS NOT OLD.item
    OR NEW.digest IS NOT OLD.digest OR NEW.detail IS NOT OLD.detail OR NEW.desk IS NOT OLD.desk
    OR (OLD.salt IS NOT NULL AND (NEW.salt IS NOT OLD.salt OR NEW.leaf IS NOT OLD.leaf))
BEGIN
    SELECT RAISE(ABORT, 'acts is append-only');
END;

-- Who may give acts their places. One row. `beat` changes with every sign of life; `term` with every holder.
CREATE TABLE log_lease (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    holder BLOB,
    term   INTEGER NOT NULL,
    beat   INTEGER NOT NULL
) STRICT;

INSERT INTO log_lease (id, holder, term, beat) VALUES (1, NULL, 0, 0);

-- Where the log ends. One row. `edge` holds the roots of the complete subtrees that `size` entries fall into, largest
-- first; up to `published` everything can be read by the public.
CREATE TABLE log_head (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    size      INTEGER NOT NULL,
    edge      BLOB NOT NULL,
    published INTEGER NOT NULL
) STRICT;

INSERT INTO log_head (id, size, edge, published) VALUES (1, 0, X'', -1);

-- Signed tree heads. That there is one row a size is what makes a fork impossible here.
CREATE TABLE log_checkpoints (
    size INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- Roots of complete tiles: the hashes that tiles of the levels above the first are made of.
CREATE TABLE log_nodes (
    level INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    hash  BLOB NOT NULL,
    PRIMARY KEY (level, n)
) STRICT, WITHOUT ROWID;

-- What witnesses have said of checkpoints: one signature line each.
CREATE TABLE log_cosignatures (
    size    INTEGER NOT NULL REFERENCES log_checkpoints (size),
    witness TEXT NOT NULL,
    line    TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT, WITHOUT ROWID;

CREATE INDEX log_cosignatures_by_witness ON log_cosignatures (witness, size);

-- Time stamps (RFC 3161) of checkpoints.
CREATE TABLE log_stamps (
    size      INTEGER PRIMARY KEY REFERENCES log_checkpoints (size),
    root      BLOB NOT NULL,
    at        INTEGER NOT NULL,
    authority TEXT NOT NULL,
    token     BLOB NOT NULL
) STRICT;
