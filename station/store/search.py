"""What can be found by its words: pages of folded text, each in two indexes, written by the transactions that write what
they tell.

A page is all the text of one kind of one lesson or submission, with its passages. `search_trigrams` finds words of three
signs and more, `search_signs` shorter ones. Neither keeps places: what they propose is looked for in the page's own text.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from station.checks._words import SPEECH, Corpus, Passage, passages
from station.folding import fold
from station.people import Closed
from station.readings import Readings
from station.store.connection import Store, storable, to_json
from station.store.names import restored
from station.store.queue import open_to
from station.text import LANGUAGES, say

SHORT = 2
"""Signs of a word that the trigrams can't find."""
_CANDIDATES = """
SELECT p.id, p.submission_id, p.part, p.ordinal, p.person, p.text, p.passages
FROM {index} i CROSS JOIN search_pages p ON p.id = i.rowid
WHERE {index} MATCH :match{n} AND i.rowid < :below AND instr(p.text, :word{n}) > 0 AND {open} {others} {visible}
ORDER BY i.rowid DESC LIMIT :limit
"""
_OTHER = """AND p.submission_id IN (SELECT q.submission_id FROM {index} i CROSS JOIN search_pages q ON q.id = i.rowid
WHERE {index} MATCH :match{n} {looked} AND {open})"""
_ALSO = """AND EXISTS (SELECT 1 FROM search_pages q
WHERE q.submission_id = p.submission_id AND instr(q.text, :word{n}) > 0 AND {open})"""
"""The same as _OTHER, page by page: quicker where the other word stands nearly everywhere."""
COMMON = 2000
"""Pages from which on a word counts as common."""
_COMMON = "SELECT count(*) AS n FROM (SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT {most})"
_VISIBLE = "AND EXISTS (SELECT 1 FROM submissions s WHERE s.id = p.submission_id AND {condition})"
_OPEN = """({p}.part <> 'note' OR {p}.person = :viewer OR (
  EXISTS (SELECT 1 FROM reviews r WHERE r.submission_id = {p}.submission_id AND r.person = {p}.person AND r.state = 'submitted')
  AND (:unsealed OR EXISTS (SELECT 1 FROM reviews o
    WHERE o.submission_id = {p}.submission_id AND o.person = :viewer AND o.state = 'submitted'))))"""
"""Others' notes only once they are sealed, and to an expert only once the own review is."""


@dataclass(frozen=True)
class Piece:
    """A text to be found, and where it stands."""

    field: str
    """A name in the table `search.field` of the text catalogue."""
    text: str
    start: float | None = None
    end: float | None = None
    """Seconds in the lesson."""


@dataclass(frozen=True)
class Page:
    """A page that holds a word."""

    id: int
    submission_id: str
    part: str
    ordinal: int | None
    person: str
    text: str
    passages: list[tuple[str, float | None, float | None, int, str]]
    """Field, seconds, offset in `text`, original text."""
    word: int
    """Which of the words."""


def found(
    store: Store,
    words: Sequence[str],
    *,
    viewer: str,
    unsealed: bool,
    closed: Closed | None,
    below: dict[int, int],
    limit: int,
) -> list[Page]:
    """Pages that hold one of the folded `words`, of submissions that hold all of them, at most `limit` for each word; those
    written last come first. What is `closed` is left out. `below`: for the number of a word the id that its pages must be under. `unsealed`: whether the
    viewer may read sealed notes without a review of their own."""
    condition, named = open_to(closed) if closed is not None else ("", {})
    visible = _VISIBLE.format(condition=condition) if closed is not None else ""
    params: dict[str, Any] = {"viewer": storable(viewer), "unsealed": unsealed, "limit": limit} | named
    for n, word in enumerate(words):
        params |= {f"word{n}": word, f"match{n}": _match(word)}
    pages = []
    asked = [_other(store, k, other) for k, other in enumerate(words)] if len(words) > 1 else [""]
    for n, word in enumerate(words):
        others = "".join(condition for k, condition in enumerate(asked) if k != n)
        sql = _CANDIDATES.format(index=_index(word), n=n, open=_OPEN.format(p="p"), others=others, visible=visible)
        rows = store.rows(sql, params | {"below": below.get(n, 2**62)})
        pages += [Page(**row | {"passages": json.loads(row["passages"])}, word=n) for row in rows]
    return pages


def _other(store: Store, number: int, word: str) -> str:
    """The condition that a submission also holds this word."""
    count = store.row(_COMMON.format(index=_index(word), most=COMMON), (_match(word),)) or {"n": 0}
    if count["n"] >= COMMON:
        return _ALSO.format(n=number, open=_OPEN.format(p="q"))
    looked = f"AND instr(q.text, :word{number}) > 0" if len(word) > SHORT + 1 else ""
    return _OTHER.format(index=_index(word), n=number, open=_OPEN.format(p="q"), looked=looked)


def put(
    store: Store,
    submission_id: str,
    part: str,
    pieces: Iterable[Piece],
    *,
    ordinal: int | None = None,
    person: str = "",
) -> None:
    """Make `pieces` the page of one part, in the open transaction; without any the page goes."""
    given = list(pieces)
    made = [Passage(piece.start or 0.0, piece.end or 0.0, piece.field, piece.text, 1.0) for piece in given]
    known = [(piece.start, piece.end) for piece in given]
    _write(store, (submission_id, part, ordinal, person), Corpus(made), made, known)


def put_head(store: Store, submission_id: str) -> None:
    """What the submission's row and its lessons' titles say, in the open transaction."""
    row = store.row(
        "SELECT title, applicant_unit, recommending_unit, lecturer FROM submissions WHERE id = ?", (submission_id,)
    )
    lessons = store.rows("SELECT title FROM lessons WHERE submission_id = ? ORDER BY ordinal", (submission_id,))
    pieces = [Piece(name.replace("_unit", ""), text) for name, text in (row or {}).items()]
    put(store, submission_id, "head", [*pieces, *(Piece("lesson", lesson["title"]) for lesson in lessons)])


def put_findings(store: Store, submission_id: str, lesson_id: str | None) -> None:
    """What is found in a lesson (None: in the papers) in words, in the open transaction."""
    lesson = store.row("SELECT ordinal FROM lessons WHERE id = ?", (lesson_id,)) or {"ordinal": None}
    rows = store.rows(
        'SELECT clause, message, params, start, "end" FROM findings WHERE submission_id = ? AND lesson_id IS ?',
        (submission_id, lesson_id),
    )
    pieces = [
        Piece("finding", f"{row['clause']} {told}", row["start"], row["end"])
        for row in rows
        for told in _told(row["message"], json.loads(row["params"]))
    ]
    put(store, submission_id, "finding", pieces, ordinal=lesson["ordinal"])


def put_words(store: Store, submission_id: str, ordinal: int, measurements: str) -> None:
    """What was read on the screen and understood, from the readings beside the measurements (a path relative to the station's
    folder; empty: none), in the open transaction. Readings that can't be read leave what is there."""
    from station.kept import readings_in  # noqa: PLC0415 - it stands on the store

    try:
        folder = (store.path.parent / restored(measurements)).parent
        readings = readings_in(folder) if measurements else Readings()
    except (OSError, ValueError):
        return
    every = passages(readings)
    for part, speech in (("screen", False), ("speech", True)):
        own = [passage for passage in every if (passage.source == SPEECH) is speech]
        times = [(passage.start, passage.end) for passage in own]
        _write(store, (submission_id, part, ordinal, ""), Corpus(own), own, times)


def put_note(store: Store, submission_id: str, person: str, notes: str, gate: dict[str, Any]) -> None:
    """What an expert wrote, in the open transaction; who may find it is decided when it is looked for."""
    reasons = [str(answer.get("reason", "")) for answer in gate.values()]
    pieces = [Piece("note", text) for text in (notes, *reasons) if text]
    put(store, submission_id, "note", pieces, person=person)


def add_reason(store: Store, submission_id: str, reason: str) -> None:
    """Add a reason that somebody gave for an act, in the open transaction; once however often it is told."""
    row = store.row("SELECT passages FROM search_pages WHERE submission_id = ? AND part = 'reason'", (submission_id,))
    told = [passage[4] for passage in json.loads(row["passages"])] if row else []
    if reason not in told:
        put(store, submission_id, "reason", [Piece("reason", text) for text in (*told, reason)])


def enter_all(db: Database) -> None:
    """Everything that a database from before the index holds, in the open transaction."""
    place = next(row[2] for row in db.conn.execute("PRAGMA database_list") if row[1] == "main")
    store = Store(db, Path(place or ":memory:"))
    for submission in store.rows("SELECT id FROM submissions ORDER BY received_at, id"):
        id_ = submission["id"]
        put_head(store, id_)
        put_findings(store, id_, None)
        for lesson in store.rows("SELECT id, ordinal, measurements FROM lessons WHERE submission_id = ?", (id_,)):
            put_findings(store, id_, lesson["id"])
            put_words(store, id_, lesson["ordinal"], lesson["measurements"] or "")
        for review in store.rows("SELECT person, notes, gate FROM reviews WHERE submission_id = ?", (id_,)):
            put_note(store, id_, review["person"], review["notes"], json.loads(review["gate"]))
        for row in store.rows("SELECT after FROM audit WHERE submission_id = ? AND role <> 'expert'", (id_,)):
            if isinstance(reason := json.loads(row["after"]).get("reason"), str):
                add_reason(store, id_, reason)


def _write(
    store: Store,
    key: tuple[str, str, int | None, str],
    corpus: Corpus,
    made: Sequence[Passage],
    times: Sequence[tuple[float | None, float | None]],
) -> None:
    rows = [
        [passage.source, *time, offset, passage.text]
        for passage, time, offset in zip(made, times, corpus.starts, strict=True)
    ]
    text, told = corpus.text, to_json(rows)
    old = store.row(
        "SELECT id, text, passages FROM search_pages WHERE submission_id = ? AND part = ? AND ordinal IS ? AND person = ?",
        key,
    )
    if old is not None and (old["text"], old["passages"]) == (text, told):
        return
    if old is not None:
        store.execute("DELETE FROM search_pages WHERE id = ?", (old["id"],))
        for index, words in _indexed(old["text"]):
            store.execute(f"INSERT INTO {index}({index}, rowid, text) VALUES('delete', ?, ?)", (old["id"], words))
    if text:
        store.execute(
            "INSERT INTO search_pages(submission_id, part, ordinal, person, text, passages) VALUES(?, ?, ?, ?, ?, ?)",
            (*key, text, told),
        )
        row = store.row("SELECT last_insert_rowid() AS id") or {}
        for index, words in _indexed(text):
            store.execute(f"INSERT INTO {index}(rowid, text) VALUES(?, ?)", (row["id"], words))


def _indexed(text: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("search_trigrams", text), ("search_signs", " ".join(sorted(_signs(text))))


def _signs(text: str) -> set[str]:
    """Every sign, and every two in a row, in hex."""
    signs = ["" if sign.isspace() else f"{ord(sign):x}" for sign in text]
    pairs = {f"{one}x{other}" for one, other in pairwise(signs) if one and other}
    return pairs | {sign for sign in signs if sign}


def _index(word: str) -> str:
    return "search_signs" if len(word) <= SHORT else "search_trigrams"


def _match(word: str) -> str:
    """The index's own question."""
    if len(word) <= SHORT:
        return '"' + "x".join(f"{ord(sign):x}" for sign in word) + '"'
    triples = dict.fromkeys(word[n : n + 3] for n in range(len(word) - 2))
    return " AND ".join('"' + triple.replace('"', '""') + '"' for triple in triples)


def _told(message: str, params: dict[str, Any]) -> list[str]:
    """A finding's words in every language; an id that this program does not know gives none."""
    told = []
    for language in LANGUAGES:
        try:
            told.append(say(message, language, **params))
        except (KeyError, IndexError, ValueError, TypeError):
            continue
    return told


def folded_words(text: str) -> tuple[str, ...]:
    """The words that a person typed, as they are compared."""
    return tuple(dict.fromkeys(word for part in text.split() if (word := fold(part).text)))
