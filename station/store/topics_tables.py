"""The tables of the topics: topics, what came back from the vote, and links by hand."""

TOPICS: tuple[str, ...] = (
    """CREATE TABLE topics(
  id TEXT PRIMARY KEY, round TEXT NOT NULL, number INTEGER NOT NULL,  -- serial number in the round: what ballots name
  state TEXT NOT NULL CHECK(state IN ('collected', 'accepted', 'rejected', 'chosen', 'passed-over')),
  votes INTEGER NOT NULL DEFAULT 0,   -- sum over the imports that count
  reason TEXT NOT NULL DEFAULT '', chosen_on TEXT, due_on TEXT, revision INTEGER NOT NULL DEFAULT 1,
  title TEXT NOT NULL, summary TEXT NOT NULL, hours REAL, lecturer TEXT NOT NULL, lecturer_unit TEXT NOT NULL,
  lecturer_title TEXT NOT NULL, applicant_unit TEXT NOT NULL, national_base INTEGER, area TEXT NOT NULL,
  recommending_unit TEXT NOT NULL, filled_on TEXT, contact TEXT NOT NULL, telephone TEXT NOT NULL,
  problems TEXT NOT NULL,             -- JSON [{message, params}]: what is wrong with the form
  title_key TEXT NOT NULL, applicant_key TEXT NOT NULL, recommending_key TEXT NOT NULL,  -- station.people.name_key
  file TEXT NOT NULL, received_on TEXT NOT NULL, updated_at TEXT NOT NULL,
  UNIQUE(round, number)) STRICT""",
    """CREATE UNIQUE INDEX topics_once ON topics(round, applicant_key, title_key)
  WHERE applicant_key <> '' AND title_key <> ''""",
    "CREATE INDEX topics_by_work ON topics(applicant_key, title_key, state)",
    """CREATE TABLE vote_imports(
  id INTEGER PRIMARY KEY AUTOINCREMENT, round TEXT NOT NULL, file TEXT NOT NULL, source TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('tally', 'ballots')),
  digest TEXT NOT NULL,               -- station.topics.votes.Count.digest: the same votes once more
  counted_by TEXT NOT NULL, counted_at TEXT NOT NULL, ended_by TEXT, ended_at TEXT,
  reason TEXT NOT NULL DEFAULT '') STRICT""",
    "CREATE UNIQUE INDEX vote_imports_once ON vote_imports(round, digest) WHERE ended_at IS NULL",
    """CREATE TABLE votes(
  import_id INTEGER NOT NULL REFERENCES vote_imports(id), topic_id TEXT NOT NULL REFERENCES topics(id),
  votes INTEGER NOT NULL CHECK(votes > 0), PRIMARY KEY(import_id, topic_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE ballots(
  round TEXT NOT NULL, ballot TEXT NOT NULL,  -- SHA-256 of the ballot's number: who voted is not kept
  import_id INTEGER NOT NULL REFERENCES vote_imports(id), PRIMARY KEY(round, ballot)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX ballots_by_import ON ballots(import_id)",
    """CREATE TABLE topic_links(
  work_id TEXT PRIMARY KEY REFERENCES works(id),
  topic_id TEXT REFERENCES topics(id),  -- NULL: recommended existing courseware
  reason TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    "CREATE INDEX topic_links_by_topic ON topic_links(topic_id)",
)
"""One statement each."""
