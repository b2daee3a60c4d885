"""Triggers that keep the event table append-only, for SQLite and PostgreSQL: the same for tables and migrations."""

from __future__ import annotations

SQLITE = (
    "CREATE TRIGGER event_unchanged BEFORE UPDATE ON event BEGIN "
    "SELECT RAISE(ABORT, 'events are never changed'); END",
    "CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are never changed or removed'; END $$",
    "CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON event "
    "FOR EACH ROW EXECUTE FUNCTION event_append_only()",
    "CREATE TRIGGER event_not_emptied BEFORE TRUNCATE ON event "
    "FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()",
)
FIRST_HEAD = "INSERT INTO event_head (id, number, hash) VALUES (1, 0, '')"
