-- Whose desk an act belongs to: what an auditor's pages are found by. Derived from `acts` alone, by a trigger, so
-- that no act can be left out. `migrations/sqlite` holds the same with that database's types.
CREATE TABLE acts_of_desks (
    desk   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    kind   TEXT NOT NULL,
    member BYTEA,
    report BYTEA,
    PRIMARY KEY (desk, at, seq)
);

-- Each ends in what else is filtered by, so that a filter that lets little through reads nothing but the index.
CREATE INDEX acts_of_desks_by_kind ON acts_of_desks (desk, kind, at, seq);
CREATE INDEX acts_of_desks_by_member ON acts_of_desks (desk, member, at, seq, kind) WHERE member IS NOT NULL;
CREATE INDEX acts_of_desks_by_report ON acts_of_desks (desk, report, at, seq, kind, member) WHERE report IS NOT NULL;

-- The report's desk or, where an act is about none, the member's, or the one that the act names.
CREATE FUNCTION desk_of_act(act acts) RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT COALESCE((SELECT desk FROM reports WHERE id = act.report),
                    (SELECT desk FROM members WHERE id = act.member),
                    act.detail::jsonb ->> 'desk')
$$;

CREATE FUNCTION file_act_under_its_desk() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found TEXT := desk_of_act(NEW);
BEGIN
    IF found IS NOT NULL THEN
        INSERT INTO acts_of_desks (desk, at, seq, kind, member, report)
        VALUES (found, NEW.at, NEW.seq, NEW.kind, NEW.member, NEW.report);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER acts_belong_to_a_desk AFTER INSERT ON acts
FOR EACH ROW EXECUTE FUNCTION file_act_under_its_desk();

INSERT INTO acts_of_desks (desk, at, seq, kind, member, report)
SELECT desk, at, seq, kind, member, report
FROM (SELECT desk_of_act(acts) AS desk, at, seq, kind, member, report FROM acts) AS found
WHERE desk IS NOT NULL;
