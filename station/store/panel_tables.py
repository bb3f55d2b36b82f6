"""The tables of the experts' panel: assignments, declared conflicts, the gate's stops, discussions, reviews kept when reopened.

What a person decided is never changed or deleted; triggers hold it.
"""

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE assignments(
      id INTEGER PRIMARY KEY, submission_id TEXT NOT NULL REFERENCES submissions(id), person TEXT NOT NULL,
      how TEXT NOT NULL CHECK(how IN ('hand', 'automatic', 'further')), by_person TEXT NOT NULL, at TEXT NOT NULL,
      ended_by TEXT, ended_reason TEXT, ended_at TEXT) STRICT""",
    "CREATE UNIQUE INDEX assignments_standing ON assignments(submission_id, person) WHERE ended_at IS NULL",
    "CREATE INDEX assignments_by_person ON assignments(person, submission_id) WHERE ended_at IS NULL",
    """CREATE TRIGGER assignments_kept BEFORE UPDATE ON assignments WHEN OLD.ended_at IS NOT NULL
      OR (OLD.submission_id, OLD.person, OLD.how, OLD.by_person, OLD.at)
        IS NOT (NEW.submission_id, NEW.person, NEW.how, NEW.by_person, NEW.at)
      BEGIN SELECT RAISE(ABORT, 'assignments are kept'); END""",
    """CREATE TRIGGER assignments_no_delete BEFORE DELETE ON assignments
      BEGIN SELECT RAISE(ABORT, 'assignments are kept'); END""",
    """CREATE TABLE recusals(
      work_id TEXT NOT NULL REFERENCES works(id), person TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
      PRIMARY KEY(person, work_id)) STRICT""",
    "CREATE TRIGGER recusals_kept BEFORE UPDATE ON recusals BEGIN SELECT RAISE(ABORT, 'recusals are kept'); END",
    "CREATE TRIGGER recusals_no_delete BEFORE DELETE ON recusals BEGIN SELECT RAISE(ABORT, 'recusals are kept'); END",
    """CREATE TABLE gate_stops(
      id INTEGER PRIMARY KEY, submission_id TEXT NOT NULL REFERENCES submissions(id), person TEXT NOT NULL,
      points TEXT NOT NULL,  -- JSON: gate point -> reason
      at TEXT NOT NULL,
      second_person TEXT CHECK(second_person <> person), second_agrees INTEGER, second_reason TEXT, second_at TEXT,
      decision TEXT CHECK(decision IN ('upheld', 'lifted')), decided_by TEXT CHECK(decided_by <> person),
      decided_reason TEXT, decided_at TEXT, CHECK(decision IS NULL OR second_person IS NOT NULL)) STRICT""",
    "CREATE INDEX gate_stops_by_submission ON gate_stops(submission_id, id)",
    """CREATE TRIGGER gate_stops_kept BEFORE UPDATE ON gate_stops WHEN OLD.decided_at IS NOT NULL
      OR (OLD.submission_id, OLD.person, OLD.points, OLD.at) IS NOT (NEW.submission_id, NEW.person, NEW.points, NEW.at)
      OR (OLD.second_at IS NOT NULL AND (OLD.second_person, OLD.second_agrees, OLD.second_reason, OLD.second_at)
        IS NOT (NEW.second_person, NEW.second_agrees, NEW.second_reason, NEW.second_at))
      BEGIN SELECT RAISE(ABORT, 'stops of the gate are kept'); END""",
    """CREATE TRIGGER gate_stops_no_delete BEFORE DELETE ON gate_stops
      BEGIN SELECT RAISE(ABORT, 'stops of the gate are kept'); END""",
    """CREATE TABLE discussions(
      id INTEGER PRIMARY KEY, submission_id TEXT NOT NULL REFERENCES submissions(id), person TEXT NOT NULL,
      text TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    "CREATE INDEX discussions_by_submission ON discussions(submission_id, at)",
    "CREATE TRIGGER discussions_kept BEFORE UPDATE ON discussions BEGIN SELECT RAISE(ABORT, 'discussions are kept'); END",
    """CREATE TRIGGER discussions_no_delete BEFORE DELETE ON discussions
      BEGIN SELECT RAISE(ABORT, 'discussions are kept'); END""",
    "ALTER TABLE reviews ADD COLUMN timed TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE reviews ADD COLUMN attestation TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE reviews ADD COLUMN gate_signed_at TEXT",
    """CREATE TABLE kept_reviews(
      submission_id TEXT NOT NULL, person TEXT NOT NULL, revision INTEGER NOT NULL, gate TEXT NOT NULL,
      scores TEXT NOT NULL, notes TEXT NOT NULL, timed TEXT NOT NULL, attestation TEXT NOT NULL, total REAL,
      submitted_at TEXT, reopened_by TEXT NOT NULL, reason TEXT NOT NULL, reopened_at TEXT NOT NULL,
      PRIMARY KEY(submission_id, person, revision),
      FOREIGN KEY(submission_id, person) REFERENCES reviews(submission_id, person)) STRICT""",
    "CREATE TRIGGER kept_reviews_kept BEFORE UPDATE ON kept_reviews BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END",
    """CREATE TRIGGER kept_reviews_no_delete BEFORE DELETE ON kept_reviews
      BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END""",
    "DROP TRIGGER reviews_sealed",
    # Sealed, but for one way out: back to a draft with the same content, once the sealed review has been kept.
    """CREATE TRIGGER reviews_sealed BEFORE UPDATE ON reviews WHEN OLD.state = 'submitted' AND NOT (
        NEW.state = 'draft' AND (OLD.submission_id, OLD.person, OLD.gate, OLD.scores, OLD.notes, OLD.timed, OLD.total)
          IS (NEW.submission_id, NEW.person, NEW.gate, NEW.scores, NEW.notes, NEW.timed, NEW.total)
        AND NEW.revision > OLD.revision AND EXISTS(SELECT 1 FROM kept_reviews k WHERE k.submission_id = OLD.submission_id
          AND k.person = OLD.person AND k.revision = OLD.revision AND (k.gate, k.scores, k.notes, k.timed, k.attestation,
          k.total, k.submitted_at) IS (OLD.gate, OLD.scores, OLD.notes, OLD.timed, OLD.attestation, OLD.total,
          OLD.submitted_at)))
      BEGIN SELECT RAISE(ABORT, 'sealed'); END""",
    """CREATE TRIGGER reviews_gate_signed BEFORE UPDATE ON reviews WHEN OLD.gate_signed_at IS NOT NULL
      AND OLD.state = 'draft' AND (OLD.gate, OLD.gate_signed_at) IS NOT (NEW.gate, NEW.gate_signed_at)
      BEGIN SELECT RAISE(ABORT, 'the gate is signed'); END""",
    "CREATE INDEX reviews_submitted ON reviews(submission_id, person, total, submitted_at) WHERE state = 'submitted'",
    "CREATE INDEX reviews_by_person ON reviews(person, submission_id) WHERE state = 'submitted'",
    "CREATE INDEX audit_by_person ON audit(person, submission_id, role)",
)
