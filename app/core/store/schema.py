"""The tables, laid down by numbered migrations. A migration that has shipped is never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("nightdesk")

DOCUMENTS = """
CREATE TABLE recipe (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL,
    source TEXT NOT NULL, created_at REAL NOT NULL,
    UNIQUE (name, version), UNIQUE (name, sha256)) STRICT;
CREATE TABLE folder (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL, path_text TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('watched', 'once', 'files')),
    recipe_name TEXT NOT NULL, recursive INTEGER NOT NULL DEFAULT 1,
    include TEXT NOT NULL DEFAULT '[]', exclude TEXT NOT NULL DEFAULT '[]', network INTEGER NOT NULL DEFAULT 0,
    output BLOB, output_kind TEXT NOT NULL DEFAULT 'md', priority INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'missing', 'paused', 'removed')),
    reason TEXT, created_at REAL NOT NULL, scanned_at REAL,
    UNIQUE (path, recipe_name)) STRICT;
CREATE TABLE blob (
    sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL, media_type TEXT,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'extracted', 'failed')),
    text TEXT, characters INTEGER, pages INTEGER, title TEXT, language TEXT, extractor TEXT, extract_s REAL,
    error_class TEXT, error TEXT, created_at REAL NOT NULL) STRICT;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    path BLOB NOT NULL, path_text TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT REFERENCES blob (sha256),
    bytes INTEGER, mtime_ns INTEGER, inode INTEGER, device INTEGER,
    state TEXT NOT NULL CHECK (state IN ('seen', 'settling', 'ready', 'ignored', 'too_big', 'unreadable', 'gone')),
    reason TEXT, first_seen_at REAL NOT NULL, seen_at REAL NOT NULL,
    UNIQUE (folder_id, path)) STRICT;
CREATE INDEX document_sha256 ON document (sha256);
"""

# `suspect` marks a job that was running when the engine or the app died: it runs alone until it is cleared.
JOBS = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'interrupted')),
    started_at REAL NOT NULL, ended_at REAL, recipe_names TEXT NOT NULL DEFAULT '[]',
    figures TEXT NOT NULL DEFAULT '{}', report TEXT) STRICT;
CREATE TABLE job (
    id INTEGER PRIMARY KEY, recipe_id INTEGER NOT NULL REFERENCES recipe (id),
    sha256 TEXT NOT NULL REFERENCES blob (sha256), folder_id INTEGER NOT NULL REFERENCES folder (id),
    kind TEXT NOT NULL DEFAULT 'document' CHECK (kind IN ('document', 'map')),
    level INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0,
    parent_id INTEGER REFERENCES job (id) ON DELETE CASCADE, start_offset INTEGER, end_offset INTEGER,
    state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('blocked', 'ready', 'running', 'done', 'failed', 'poison',
                                                         'cancelled', 'needs_ocr', 'needs_password')),
    attempts INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0, suspect INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0,
    error_class TEXT, error TEXT, run_id INTEGER REFERENCES run (id),
    created_at REAL NOT NULL, started_at REAL, finished_at REAL,
    UNIQUE (recipe_id, sha256, kind, level, seq)) STRICT;
CREATE INDEX job_ready ON job (suspect, priority, folder_id, recipe_id, not_before, id) WHERE state = 'ready';
CREATE INDEX job_running ON job (id) WHERE state = 'running';
CREATE INDEX job_state ON job (kind, state, id);
CREATE INDEX job_parent ON job (parent_id, state) WHERE parent_id IS NOT NULL;
CREATE INDEX job_folder ON job (folder_id, state);
CREATE INDEX job_run ON job (run_id, state, id);
CREATE INDEX job_sha256 ON job (sha256);
CREATE TABLE result (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL UNIQUE REFERENCES job (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, recipe_id INTEGER NOT NULL REFERENCES recipe (id),
    sha256 TEXT NOT NULL REFERENCES blob (sha256), run_id INTEGER REFERENCES run (id),
    text TEXT NOT NULL, data TEXT CHECK (data IS NULL OR json_valid(data)),
    model TEXT NOT NULL, engine TEXT NOT NULL DEFAULT '', finish_reason TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, generated_tokens INTEGER NOT NULL,
    ttft_s REAL, seconds REAL NOT NULL, created_at REAL NOT NULL) STRICT;
CREATE INDEX result_recipe ON result (recipe_id, kind, id);
CREATE INDEX result_run ON result (run_id, id);
CREATE INDEX result_sha256 ON result (sha256);
CREATE VIRTUAL TABLE result_fts USING fts5 (name, text, tokenize = 'unicode61 remove_diacritics 2');
CREATE TRIGGER result_gone AFTER DELETE ON result BEGIN DELETE FROM result_fts WHERE rowid = old.id; END;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, result_id INTEGER NOT NULL REFERENCES result (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, target BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0, error TEXT, created_at REAL NOT NULL) STRICT;
CREATE INDEX outbox_ready ON outbox (id) WHERE state = 'ready';
CREATE TABLE pause (source TEXT PRIMARY KEY, reason TEXT NOT NULL, since REAL NOT NULL) STRICT;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')), text TEXT NOT NULL, data TEXT) STRICT;
CREATE INDEX event_at ON event (at);
"""

CONVERSATIONS = """
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, system_prompt TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}', pinned INTEGER NOT NULL DEFAULT 0, draft TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL, updated_at REAL NOT NULL, deleted_at REAL) STRICT;
CREATE INDEX conversation_updated ON conversation (pinned DESC, updated_at DESC) WHERE deleted_at IS NULL;
CREATE TABLE message (
    id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')), text TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('streaming', 'done', 'stopped', 'failed')), error TEXT, model TEXT,
    prompt_tokens INTEGER, cached_tokens INTEGER, generated_tokens INTEGER, ttft_s REAL, seconds REAL,
    decode_tokens_per_s REAL, created_at REAL NOT NULL) STRICT;
CREATE INDEX message_conversation ON message (conversation_id, id);
CREATE INDEX message_parent ON message (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX message_streaming ON message (id) WHERE state = 'streaming';
CREATE VIRTUAL TABLE message_fts USING fts5 (
    text, content = 'message', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
    INSERT INTO message_fts (rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER message_changed AFTER UPDATE OF text ON message BEGIN
    INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO message_fts (rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
    INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', old.id, old.text); END;
"""

# Written by triggers, so that no way a job can take leaves the log behind: whatever claims or ends it, the attempt is
# in the same transaction. `outcome` is the state the job went to; it is empty while the attempt goes on.
ATTEMPTS = """
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE, run_id INTEGER,
    started_at REAL NOT NULL, ended_at REAL, outcome TEXT, error_class TEXT, error TEXT) STRICT;
CREATE INDEX attempt_job ON attempt (job_id, id);
INSERT INTO attempt (job_id, run_id, started_at, ended_at, outcome, error_class, error)
    SELECT id, run_id, started_at, coalesce(finished_at, started_at), state, error_class, error FROM job
    WHERE attempts > 0 AND started_at IS NOT NULL AND state <> 'running' ORDER BY id;
INSERT INTO attempt (job_id, run_id, started_at)
    SELECT id, run_id, started_at FROM job WHERE state = 'running' AND started_at IS NOT NULL ORDER BY id;
CREATE TRIGGER attempt_begins AFTER UPDATE OF state ON job WHEN new.state = 'running' AND old.state <> 'running' BEGIN
    INSERT INTO attempt (job_id, run_id, started_at)
    VALUES (new.id, new.run_id, coalesce(new.started_at, unixepoch('subsec'))); END;
CREATE TRIGGER attempt_not_made AFTER UPDATE OF state ON job
    WHEN old.state = 'running' AND new.state = 'ready' AND new.attempts < old.attempts BEGIN
    DELETE FROM attempt WHERE job_id = new.id AND ended_at IS NULL; END;
CREATE TRIGGER attempt_ends AFTER UPDATE OF state ON job
    WHEN old.state = 'running' AND new.state <> 'running' AND new.attempts >= old.attempts BEGIN
    UPDATE attempt SET ended_at = coalesce(new.finished_at, unixepoch('subsec')), outcome = new.state,
        error_class = new.error_class, error = new.error
    WHERE job_id = new.id AND ended_at IS NULL; END;
CREATE TRIGGER attempt_reason AFTER UPDATE OF error ON job WHEN new.error IS NOT NULL BEGIN
    UPDATE attempt SET error_class = new.error_class, error = new.error
    WHERE id = (SELECT max(id) FROM attempt WHERE job_id = new.id) AND outcome = new.state; END;
"""

# `reasoning` is what a model thought before it answered; `finish_reason` tells an answer that was cut at its length.
ANSWERS = """
ALTER TABLE message ADD COLUMN reasoning TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN finish_reason TEXT;
CREATE TABLE preset (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, system_prompt TEXT NOT NULL,
    settings TEXT NOT NULL CHECK (json_valid(settings)), created_at REAL NOT NULL) STRICT;
"""

# Work that left as a file for another server. `custom_id` is what the server gives back with the answer; `epoch` is
# that of the job when it left, so that a job which was taken back or sent again meanwhile does not take the answer.
BATCHES = """
CREATE TABLE batch (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, model TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('writing', 'away')), pid INTEGER NOT NULL, pid_started REAL NOT NULL,
    created_at REAL NOT NULL) STRICT;
CREATE TABLE away (
    custom_id TEXT PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    batch_id INTEGER NOT NULL REFERENCES batch (id), epoch INTEGER NOT NULL, max_tokens INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'away' CHECK (state IN ('away', 'back', 'failed', 'taken')), error TEXT) STRICT;
CREATE INDEX away_job ON away (job_id, epoch);
CREATE INDEX away_batch ON away (batch_id, state);
CREATE INDEX job_away ON job (recipe_id, id) WHERE state = 'away';
"""

# What is written for a conversation that has not begun, and so has no row of its own.
UNSENT = "CREATE TABLE unsent (id INTEGER PRIMARY KEY CHECK (id = 0), text TEXT NOT NULL) STRICT"

# Which version of its recipe a folder's new documents are worked off under, and the file that said so last.
BINDINGS = """
ALTER TABLE folder ADD COLUMN recipe_id INTEGER REFERENCES recipe (id);
ALTER TABLE folder ADD COLUMN recipe_path BLOB;
"""

# What a job was before it was cancelled, and before it was put into a file: undoing either makes it that again.
AS_IT_WAS = """
ALTER TABLE job ADD COLUMN was TEXT;
ALTER TABLE away ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
UPDATE job SET error_class = 'interrupted', error = replace(error, 'Nightdesk stopped', 'Nightdesk stopped three times')
    WHERE state = 'poison' AND error LIKE '%Nightdesk stopped while working on this document.';
CREATE INDEX document_settling ON document (folder_id) WHERE state = 'settling';
"""


def _statements(script: str) -> list[str]:
    """The statements of a script: ``executescript`` would commit the migration's own transaction."""
    from app.core.store.sqlite import sqlite3

    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending) and pending.strip():
            found.append(pending)
            pending = ""
    return found


@migrations()
def m001_first_tables(db: Database) -> None:
    """Everything the first version keeps."""
    for statement in _statements(DOCUMENTS) + _statements(JOBS) + _statements(CONVERSATIONS):
        db.execute(statement)


@migrations()
def m002_attempts(db: Database) -> None:
    """The log of attempts; what is known of the last attempt of older jobs becomes its beginning."""
    for statement in _statements(ATTEMPTS):
        db.execute(statement)


@migrations()
def m003_answers(db: Database) -> None:
    """What a model thought, why an answer ended, and presets for conversations."""
    for statement in _statements(ANSWERS):
        db.execute(statement)


@migrations()
def m004_batch_files(db: Database) -> None:
    """Jobs may be away. The check of their state is changed in place, as SQLite's manual has it for checks: making
    the table anew would first delete what refers to its rows.
    """
    (version,) = db.execute("PRAGMA schema_version").fetchone()
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'job'",
        ("'needs_password'", "'needs_password', 'away'"),
    )
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")
    for statement in _statements(BATCHES):
        db.execute(statement)


@migrations()
def m005_unsent(db: Database) -> None:
    """The first question of a conversation is kept while it is written."""
    db.execute(UNSENT)


@migrations()
def m006_bindings(db: Database) -> None:
    """A folder knows its recipe's version; those bound before take the newest until they are next looked at."""
    for statement in _statements(BINDINGS):
        db.execute(statement)


@migrations()
def m007_as_it_was(db: Database) -> None:
    """What is undone becomes what it was; what was set aside since Nightdesk had stopped says so.

    And files that are not complete yet are counted without a look at all others.
    """
    for statement in _statements(AS_IT_WAS):
        db.execute(statement)
