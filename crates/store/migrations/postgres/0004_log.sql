-- The log: every act is an entry of one append-only Merkle tree (RFC 6962).
-- `migrations/sqlite` holds the same with that database's types.

-- What opens the entry of an act, the commitment that its leaf shows, and its place in the log. An act from before
-- this version has no salt until it gets its place.
ALTER TABLE acts ADD COLUMN salt BYTEA;
ALTER TABLE acts ADD COLUMN leaf BYTEA;
ALTER TABLE acts ADD COLUMN idx BIGINT;

CREATE UNIQUE INDEX acts_in_log ON acts (idx) WHERE idx IS NOT NULL;
CREATE INDEX acts_not_in_log ON acts (seq) WHERE idx IS NULL;
CREATE INDEX acts_without_salt ON acts (seq) WHERE salt IS NULL;

-- Still append-only: an act gets its place in the log once, and nothing else about it ever changes.
DROP TRIGGER acts_are_never_changed ON acts;
CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts FOR EACH ROW
WHEN (OLD.idx IS NOT NULL OR NEW.idx IS NULL OR NEW.salt IS NULL OR NEW.leaf IS NULL
    OR (NEW.seq, NEW.at, NEW.kind, NEW.actor, NEW.member, NEW.report, NEW.item, NEW.digest, NEW.detail,
        NEW.desk)
        IS DISTINCT FROM
        (OLD.seq, OLD.at, OLD.kind, OLD.actor, OLD.member, OLD.report, OLD.item, OLD.digest, OLD.detail,
        OLD.desk)
    OR (OLD.salt IS NOT NULL AND (NEW.salt, NEW.leaf) IS DISTINCT FROM (OLD.salt, OLD.leaf)))
EXECUTE FUNCTION refuse_to_change_acts();
CREATE TRIGGER acts_are_never_removed BEFORE DELETE OR TRUNCATE ON acts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_acts();

-- Who may give acts their places. One row. `beat` changes with every sign of life; `term` with every holder.
CREATE TABLE log_lease (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    holder BYTEA,
    term   BIGINT NOT NULL,
    beat   BIGINT NOT NULL
);

INSERT INTO log_lease (id, holder, term, beat) VALUES (1, NULL, 0, 0);

-- Where the log ends. One row. `edge` holds the roots of the complete subtrees that `size` entries fall into, largest
-- first; up to `published` everything can be read by the public.
CREATE TABLE log_head (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    size      BIGINT NOT NULL,
    edge      BYTEA NOT NULL,
    published BIGINT NOT NULL
);

INSERT INTO log_head (id, size, edge, published) VALUES (1, 0, '', -1);

-- Signed tree heads. That there is one row a size is what makes a fork impossible here.
CREATE TABLE log_checkpoints (
    size BIGINT PRIMARY KEY,
    at   BIGINT NOT NULL,
    root BYTEA NOT NULL,
    note TEXT NOT NULL
);

-- Roots of complete tiles: the hashes that tiles of the levels above the first are made of.
CREATE TABLE log_nodes (
    level BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    hash  BYTEA NOT NULL,
    PRIMARY KEY (level, n)
);

-- What witnesses have said of checkpoints: one signature line each.
CREATE TABLE log_cosignatures (
    size    BIGINT NOT NULL REFERENCES log_checkpoints (size),
    witness TEXT NOT NULL,
    line    TEXT NOT NULL,
    PRIMARY KEY (size, witness)
);

CREATE INDEX log_cosignatures_by_witness ON log_cosignatures (witness, size);

-- Time stamps (RFC 3161) of checkpoints.
CREATE TABLE log_stamps (
    size      BIGINT PRIMARY KEY REFERENCES log_checkpoints (size),
    root      BYTEA NOT NULL,
    at        BIGINT NOT NULL,
    authority TEXT NOT NULL,
    token     BYTEA NOT NULL
);
