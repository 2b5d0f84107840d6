-- Room for uploads, a memory of those that expired, and when the service's own jobs are due.
-- `migrations/sqlite` holds the same with that database's types.

-- Which desk an upload is for, where that was said, and how many bytes are set aside for it until an item has
-- claimed it.
ALTER TABLE uploads ADD COLUMN desk TEXT;
ALTER TABLE uploads ADD COLUMN reserved BIGINT NOT NULL DEFAULT 0;
UPDATE uploads SET reserved = received WHERE claimed_by IS NULL;

CREATE INDEX uploads_unclaimed ON uploads (desk, reserved) WHERE claimed_by IS NULL;

-- One row. Whoever sets room aside touches it first, so that nobody else does at the same moment.
CREATE TABLE upload_turn (
    turn BIGINT NOT NULL
);

INSERT INTO upload_turn (turn) VALUES (0);

-- Uploads that expired, for as long as whoever comes back to one is told so.
CREATE TABLE expired_uploads (
    key        BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX expired_uploads_by_expiry ON expired_uploads (expires_at);

-- When a job that all processes share is to be done next.
CREATE TABLE jobs (
    name   TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL
);
