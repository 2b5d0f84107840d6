-- Whose desk an act belongs to: what an auditor's pages are found by. Derived from `acts` alone, by a trigger, so
-- that no act can be left out. `migrations/postgres` holds the same with that database's types.
CREATE TABLE acts_of_desks (
    desk   TEXT NOT NULL,
    at     INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    member BLOB,
    report BLOB,
    PRIMARY KEY (desk, at, seq)
) STRICT, WITHOUT ROWID;

-- Each ends in what else is filtered by, so that a filter that lets little through reads nothing but the index.
CREATE INDEX acts_of_desks_by_kind ON acts_of_desks (desk, kind, at, seq);
CREATE INDEX acts_of_desks_by_member ON acts_of_desks (desk, member, at, seq, kind) WHERE member IS NOT NULL;
CREATE INDEX acts_of_desks_by_report ON acts_of_desks (desk, report, at, seq, kind, member) WHERE report IS NOT NULL;

-- The report's desk or, where an act is about none, the member's, or the one that the act names.
CREATE TRIGGER acts_belong_to_a_desk AFTER INSERT ON acts
BEGIN
    INSERT INTO acts_of_desks (desk, at, seq, kind, member, report)
    SELECT desk, NEW.at, NEW.seq, NEW.kind, NEW.member, NEW.report
    FROM (SELECT COALESCE((SELECT desk FROM reports WHERE id = NEW.report),
                          (SELECT desk FROM members WHERE id = NEW.member),
                          json_extract(NEW.detail, '$.desk')) AS desk)
    WHERE desk IS NOT NULL;
END;

INSERT INTO acts_of_desks (desk, at, seq, kind, member, report)
SELECT desk, at, seq, kind, member, report
FROM (SELECT COALESCE((SELECT desk FROM reports WHERE id = acts.report),
                      (SELECT desk FROM members WHERE id = acts.member),
                      json_extract(acts.detail, '$.desk')) AS desk,
             at, seq, kind, member, report
      FROM acts)
WHERE desk IS NOT NULL;
