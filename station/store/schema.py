"""The tables, as migrations. A released migration is never edited; a change is a new one.

Times are ISO 8601 in UTC with microseconds; JSON columns hold UTF-8 text; identifiers are opaque strings.
"""

from sqlite_utils import Database, Migrations

from station.store.panel_tables import STATEMENTS as PANEL
from station.store.queue_order import INDEXES
from station.store.topics_tables import TOPICS
from station.workflow import State

migrations = Migrations("review-station")

TABLES = """
CREATE TABLE drops(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,                 -- as dropped, made safe to show
  source TEXT NOT NULL,               -- path in the inbox, surrogates escaped
  target TEXT NOT NULL,               -- path it is moved to
  state TEXT NOT NULL CHECK(state IN ('taking', 'taken', 'registered', 'refused', 'duplicate')),
  digest TEXT,                        -- SHA-256 over sorted (path, SHA-256) of its files
  reason TEXT,                        -- JSON {message, params}
  submission_id TEXT REFERENCES submissions(id),
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT;
CREATE TABLE works(
  id TEXT PRIMARY KEY, title TEXT NOT NULL, applicant_unit TEXT NOT NULL,
  title_key TEXT NOT NULL, applicant_key TEXT NOT NULL,  -- station.people.name_key: what makes two submissions one work
  created_at TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX works_once ON works(applicant_key, title_key) WHERE applicant_key <> '' AND title_key <> '';
CREATE TABLE submissions(
  id TEXT PRIMARY KEY, work_id TEXT NOT NULL REFERENCES works(id), version INTEGER NOT NULL, drop_id TEXT NOT NULL,
  title TEXT NOT NULL, applicant_unit TEXT NOT NULL, recommending_unit TEXT NOT NULL, lecturer TEXT NOT NULL,
  applicant_key TEXT NOT NULL, recommending_key TEXT NOT NULL,  -- units as recusal compares them
  state TEXT NOT NULL CHECK(state IN ({states})),
  verdict TEXT, faults INTEGER NOT NULL DEFAULT 0, warnings INTEGER NOT NULL DEFAULT 0,  -- station.store.outcomes.recount
  revision INTEGER NOT NULL DEFAULT 1, folder TEXT NOT NULL,
  hours REAL, received_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  papers TEXT NOT NULL,               -- JSON of station.papers.types.Papers; long, so last: the queue never reads past it
  UNIQUE(work_id, version)) STRICT;
CREATE INDEX submissions_by_time ON submissions(received_at, id);
CREATE INDEX submissions_by_change ON submissions(updated_at, revision);
CREATE INDEX submissions_by_state ON submissions(state, received_at);
CREATE TABLE lessons(
  id TEXT PRIMARY KEY, submission_id TEXT NOT NULL REFERENCES submissions(id), ordinal INTEGER NOT NULL,
  title TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  duration REAL, verdict TEXT, measurements TEXT, rendition TEXT, facts TEXT NOT NULL DEFAULT '{}',
  UNIQUE(submission_id, ordinal)) STRICT;
CREATE INDEX lessons_by_sha ON lessons(sha256);
CREATE TABLE jobs(
  id TEXT PRIMARY KEY, lesson_id TEXT NOT NULL UNIQUE REFERENCES lessons(id), submission_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('queued', 'running', 'done', 'failed')), priority INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0, stage TEXT NOT NULL DEFAULT '', progress REAL NOT NULL DEFAULT 0,
  frames_per_second REAL, eta_seconds REAL, owner TEXT, worker TEXT, reason TEXT,
  created_at TEXT NOT NULL, started_at TEXT, finished_at TEXT, updated_at TEXT NOT NULL) STRICT;
CREATE INDEX jobs_by_state ON jobs(state, priority, created_at);
CREATE INDEX jobs_by_submission ON jobs(submission_id);
CREATE TABLE outcomes(
  submission_id TEXT NOT NULL REFERENCES submissions(id), lesson_id TEXT REFERENCES lessons(id),
  position INTEGER NOT NULL, check_id TEXT NOT NULL, clause TEXT NOT NULL, kind TEXT NOT NULL,
  reason TEXT, params TEXT NOT NULL, facts TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX outcomes_once ON outcomes(submission_id, ifnull(lesson_id, ''), check_id);
CREATE TABLE findings(
  id INTEGER PRIMARY KEY AUTOINCREMENT, submission_id TEXT NOT NULL REFERENCES submissions(id), lesson_id TEXT REFERENCES lessons(id),
  key TEXT NOT NULL, clause TEXT NOT NULL, check_id TEXT NOT NULL, severity TEXT NOT NULL, waivable INTEGER NOT NULL,
  people INTEGER NOT NULL, start REAL, "end" REAL, start_frame INTEGER, end_frame INTEGER,
  value TEXT, "limit" TEXT, unit TEXT,  -- value and limit as JSON
  message TEXT NOT NULL, params TEXT NOT NULL, tiles TEXT, picture TEXT NOT NULL,
  evidence TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE INDEX findings_by_lesson ON findings(submission_id, lesson_id, start);
CREATE TABLE waivers(
  id INTEGER PRIMARY KEY, work_id TEXT NOT NULL REFERENCES works(id), submission_id TEXT NOT NULL REFERENCES submissions(id),
  ordinal INTEGER,                    -- lesson of the work; NULL: the papers
  key TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL,
  second_person TEXT CHECK(second_person <> person), second_at TEXT, ended_by TEXT, ended_at TEXT) STRICT;
CREATE UNIQUE INDEX waivers_standing ON waivers(work_id, ifnull(ordinal, -1), key) WHERE ended_at IS NULL;
CREATE TRIGGER waivers_no_delete BEFORE DELETE ON waivers BEGIN SELECT RAISE(ABORT, 'waivers are kept'); END;
CREATE TRIGGER waivers_kept BEFORE UPDATE ON waivers WHEN OLD.ended_at IS NOT NULL
  OR (OLD.work_id, ifnull(OLD.ordinal, -1), OLD.key, OLD.reason, OLD.person, OLD.at)
    IS NOT (NEW.work_id, ifnull(NEW.ordinal, -1), NEW.key, NEW.reason, NEW.person, NEW.at)
  OR (OLD.second_person IS NOT NULL AND OLD.second_person IS NOT NEW.second_person)
  BEGIN SELECT RAISE(ABORT, 'waivers are kept'); END;
CREATE TABLE reviews(
  submission_id TEXT NOT NULL REFERENCES submissions(id), person TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('draft', 'submitted')), gate TEXT NOT NULL, scores TEXT NOT NULL,
  notes TEXT NOT NULL, total REAL, revision INTEGER NOT NULL DEFAULT 1, updated_at TEXT NOT NULL, submitted_at TEXT,
  PRIMARY KEY(submission_id, person)) STRICT;
CREATE TRIGGER reviews_sealed BEFORE UPDATE ON reviews WHEN OLD.state = 'submitted' BEGIN SELECT RAISE(ABORT, 'sealed'); END;
CREATE TRIGGER reviews_kept BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END;
CREATE TABLE audit(
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, origin TEXT NOT NULL,
  action TEXT NOT NULL, submission_id TEXT, object TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE INDEX audit_by_submission ON audit(submission_id, seq);
CREATE TABLE audit_head(id INTEGER PRIMARY KEY CHECK(id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE traces(
  base INTEGER PRIMARY KEY, ticks INTEGER NOT NULL,  -- a lesson's stretch of the common line, tenths of a second
  lesson_id TEXT UNIQUE REFERENCES lessons(id),  -- NULL: gone; its stretch stays taken
  landmarks BLOB,                     -- keys, then ticks, little endian; NULL: in a segment
  stamp INTEGER NOT NULL              -- when its file was written, in ns
) STRICT;
CREATE INDEX traces_waiting ON traces(base) WHERE landmarks IS NOT NULL;
CREATE TABLE trace_segments(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, entries INTEGER NOT NULL) STRICT;
CREATE TABLE daemon(
  id INTEGER PRIMARY KEY CHECK(id = 1), pid INTEGER NOT NULL, host TEXT NOT NULL, device TEXT NOT NULL,
  state TEXT NOT NULL, started_at TEXT NOT NULL, beat_at TEXT NOT NULL,
  waiting TEXT NOT NULL DEFAULT '[]'  -- JSON: drops that are not taken in yet, [{name, message, params}]
) STRICT;
"""


@migrations()
def first_tables(db: Database) -> None:
    """The tables of the first release."""
    states = ", ".join(f"'{state.value}'" for state in State)
    for statement in _statements(TABLES.replace("{states}", states)):
        db.conn.execute(statement)


RECORDS = """
CREATE TABLE search_pages(
  id INTEGER PRIMARY KEY, submission_id TEXT NOT NULL REFERENCES submissions(id),
  part TEXT NOT NULL,                 -- head, finding, screen, speech, note, reason: station.store.search
  ordinal INTEGER,                    -- lesson; NULL: the submission
  person TEXT NOT NULL,               -- whose note it is; else empty
  text TEXT NOT NULL,                 -- folded, as it is compared
  passages TEXT NOT NULL              -- JSON [[field, start, end, offset in text, original text]]
) STRICT;
CREATE UNIQUE INDEX search_pages_once ON search_pages(submission_id, part, ifnull(ordinal, -1), person);
CREATE INDEX search_pages_seen ON search_pages(id, submission_id, part, person);
CREATE VIRTUAL TABLE search_trigrams USING fts5(text, tokenize = 'trigram', content = '', detail = 'none', columnsize = 0);
CREATE VIRTUAL TABLE search_signs USING fts5(text, tokenize = 'ascii', content = '', detail = 'none', columnsize = 0);
CREATE TABLE owners(
  submission_id TEXT PRIMARY KEY REFERENCES submissions(id), person TEXT NOT NULL, since TEXT NOT NULL) STRICT;
ALTER TABLE audit ADD COLUMN rows TEXT;
CREATE INDEX findings_by_check ON findings(clause, check_id, submission_id);
"""
"""What can be found by its words; who looks after a submission. `search_signs` holds one and two signs in a row, in hex; the
log's `rows` is `station.store.row_digest.digest` (NULL: the act was on no submission, or the row is older than the column)."""


@migrations()
def records(db: Database) -> None:
    """Search over everything, and owners. What is there already is entered."""
    from station.store.search import enter_all  # noqa: PLC0415 - it opens the way back here

    for statement in _statements(RECORDS):
        db.conn.execute(statement)
    enter_all(db)


def _statements(script: str) -> list[str]:
    """Split at `;` at a line's end, keeping triggers whole: executescript would end the open transaction."""
    parts: list[str] = []
    for piece in script.split(";\n"):
        text = piece.strip()
        if text:
            parts.append(text)
    return parts


@migrations()
def experts_panel(db: Database) -> None:
    """Assignments, declared conflicts, stops of the gate, discussions, notes at timecodes, reopened reviews."""
    for statement in PANEL:
        db.conn.execute(statement)


@migrations()
def topics_and_votes(db: Database) -> None:
    """Topics of a round, votes and ballots, links by hand."""
    for statement in TOPICS:
        db.conn.execute(statement)


@migrations()
def catalogue_order(db: Database) -> None:
    """The rows of the log that took a work into the catalogue, in their order (`station.store.catalogued`)."""
    db.conn.execute("""CREATE INDEX audit_catalogued ON audit(seq) WHERE instr("after", '"state":"catalogued"') > 0""")


@migrations()
def audit_approvals(db: Database) -> None:
    """What a person has approved, read from an index alone (`station.store.panel.approved`)."""
    db.conn.execute("CREATE INDEX audit_approvals ON audit(person, submission_id) WHERE action = 'approve'")


@migrations()
def orders_of_the_queue(db: Database) -> None:
    """An index for every order and filter of the queue, and one for drops (`station.store.queue_order`)."""
    for statement in INDEXES:
        db.conn.execute(statement)


@migrations()
def pages_of_the_log(db: Database) -> None:
    """An index for every filter of the station's log (`station.store.audit_pages`)."""
    from station.store.audit_pages import INDEXES as OF_THE_LOG  # noqa: PLC0415 - it opens the way back here

    for statement in OF_THE_LOG:
        db.conn.execute(statement)
