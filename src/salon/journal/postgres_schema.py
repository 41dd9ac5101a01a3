"""The journal's tables on PostgreSQL, with the triggers that stand behind the rules."""

from typing import LiteralString

#: Every statement may be run again.
SCHEMA: LiteralString = """
CREATE TABLE IF NOT EXISTS journal (
    event text NOT NULL,
    seq   bigint NOT NULL CHECK (seq > 0),
    at    timestamptz NOT NULL,
    kind  text NOT NULL,
    by    text NOT NULL,
    -- Not jsonb: it would reorder the keys, and a journal reads the same on every database.
    data  json NOT NULL,
    PRIMARY KEY (event, seq)
);
CREATE UNIQUE INDEX IF NOT EXISTS opened_once ON journal (event) WHERE kind = 'room_opened';
CREATE UNIQUE INDEX IF NOT EXISTS disbanded_once ON journal (event) WHERE kind = 'room_disbanded';

CREATE TABLE IF NOT EXISTS holds (
    event text NOT NULL,
    name  text NOT NULL,
    seq   bigint NOT NULL,
    PRIMARY KEY (event, name)
);
CREATE TABLE IF NOT EXISTS leases (
    event  text NOT NULL,
    name   text NOT NULL,
    holder text NOT NULL,
    until  timestamptz NOT NULL,
    PRIMARY KEY (event, name)
);

CREATE OR REPLACE FUNCTION journal_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is never changed' USING ERRCODE = 'check_violation'; END $$;

CREATE OR REPLACE FUNCTION journal_has_no_gap() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW.seq <> 1 + coalesce((SELECT max(seq) FROM journal WHERE event = NEW.event), 0) THEN
        RAISE EXCEPTION 'the journal has no gap' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION no_seat_beyond_the_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF substr(NEW.name, 6)::int NOT BETWEEN 1 AND coalesce(
        (SELECT (data->>'seats')::int FROM journal WHERE event = NEW.event AND kind = 'room_opened'), 0) THEN
        RAISE EXCEPTION 'there is no such seat in this room' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER never_changed BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_is_never_changed();
CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_never_changed();
CREATE OR REPLACE TRIGGER no_gap BEFORE INSERT ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_has_no_gap();
CREATE OR REPLACE TRIGGER no_seat_beyond BEFORE INSERT ON holds
    FOR EACH ROW WHEN (NEW.name LIKE 'seat:%') EXECUTE FUNCTION no_seat_beyond_the_room();
"""
