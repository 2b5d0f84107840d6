-- Whose desk an act belongs to, and what an auditor's pages are found by.
-- `migrations/postgres` holds the same with that database's types.

-- The report's desk or, where an act is about none, the member's, or the one that the act names.
ALTER TABLE acts ADD COLUMN desk TEXT;

DROP TRIGGER acts_are_never_changed;
UPDATE acts SET desk = COALESCE((SELECT desk FROM reports WHERE id = acts.report),
                                (SELECT desk FROM members WHERE id = acts.member),
                                json_extract(acts.detail, '$.desk'));
CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts
BEGIN
    SELECT RAISE(ABORT, 'acts is append-only');
END;

-- Whatever an auditor asks for is a few runs of an index, in the order in which they are shown.
DROP INDEX acts_by_report;
DROP INDEX acts_by_member;
CREATE INDEX acts_by_desk ON acts (desk, kind, at, seq) WHERE desk IS NOT NULL;
CREATE INDEX acts_by_member ON acts (member, kind, at, seq) WHERE member IS NOT NULL;
CREATE INDEX acts_by_report ON acts (report, at, seq) WHERE report IS NOT NULL;
-- Whose a report was at a time.
CREATE INDEX acts_of_assigning ON acts (report, at, seq) WHERE kind = 'report.assigned';
