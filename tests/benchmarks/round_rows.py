"""What a station has beside 10 000 submissions after years: topics and votes, panels, a log of half a million acts, jobs, drops.

Rows as the program writes them, by statements for many at once. Every submission has ten lessons with a job each.
"""

import random
from collections.abc import Iterator
from typing import Any

from station.people import name_key
from station.store import audit, row_digest
from station.store.connection import Store, to_json

TOPICS, SUBMISSIONS, AUDIT, DROPS = 10_000, 10_000, 500_000, 100_000
EXPERTS = 60
PER_SUBMISSION = 3
ASIDE = 50
"""Of so many drops one became no submission."""
AT = "2026-02-03T00:00:00.000000+00:00"
SCORED = frozenset({"office-audit", "group-decision", "catalogued", "published"})
Row = tuple[Any, ...]


def fill_round(store: Store, round_id: str) -> None:
    """Needs the submissions of `test_scale.fill`; the log comes last."""
    held = store.rows("SELECT id, title, applicant_unit, state FROM submissions ORDER BY id")
    with store.transaction() as db:
        db.conn.executemany(f"INSERT INTO topics VALUES({', '.join('?' * 29)})", _topics(round_id, held))
        _votes(store, round_id)
        db.conn.executemany(
            "INSERT INTO topic_links(work_id, topic_id, reason, person, at) VALUES(?, NULL, '示例', 'op', ?)",
            [(f"w{n}", AT) for n in range(0, SUBMISSIONS, 10)],
        )
        db.conn.executemany(
            "INSERT INTO assignments(submission_id, person, how, by_person, at) VALUES(?, ?, 'automatic', 'of', ?)",
            [(row["id"], f"e{(n * 7 + k) % EXPERTS}", AT) for n, row in enumerate(held) for k in range(PER_SUBMISSION)],
        )
        db.conn.executemany(
            "INSERT INTO reviews(submission_id, person, state, gate, scores, notes, total, updated_at, submitted_at)"
            " VALUES(?, ?, 'submitted', '{}', '{}', '示例意见', ?, ?, ?)",
            [(row["id"], f"e{(n * 7 + k) % EXPERTS}", 60.0 + (n * 7 + k * 11) % 40, AT, AT)
             for n, row in enumerate(held) if row["state"] in SCORED for k in range(PER_SUBMISSION)],
        )  # fmt: skip
        db.conn.executemany(
            "INSERT INTO lessons(id, submission_id, ordinal, title, file, sha256, bytes, measurements)"
            " VALUES(?, ?, ?, '示例', 'f', ?, 1, 'm')",
            [(f"{row['id']}-{k:02}", row["id"], k, f"{n}-{k}") for n, row in enumerate(held) for k in range(2, 11)],
        )
        db.conn.executemany(
            "INSERT INTO jobs(id, lesson_id, submission_id, state, reason, created_at, updated_at) VALUES(?, ?, ?, ?, ?, ?, ?)",
            [(f"j{n}-{k}", f"{row['id']}-{k:02}", row["id"], _job(row["state"], n, k), None, AT, AT)
             for n, row in enumerate(held) for k in range(1, 11)],
        )  # fmt: skip
        db.conn.executemany(
            "INSERT INTO drops(id, name, source, target, state, digest, reason, submission_id, created_at, updated_at)"
            " VALUES(?, ?, '/inbox/a', 'refused/a', ?, ?, ?, ?, ?, ?)",
            [(f"d{n:07}", f"示例{n}", *_drop(n, held[n % SUBMISSIONS]["id"]), AT, AT) for n in range(DROPS)],
        )
        db.conn.executemany(
            "INSERT INTO audit(seq, at, person, role, origin, action, submission_id, object, before, after, rows,"
            " previous_hash, hash) VALUES(:seq, :at, :person, :role, :origin, :action, :submission_id, :object, :before,"
            " :after, :rows, :previous_hash, :hash)",
            _log(store, held),
        )
        store.execute("INSERT OR REPLACE INTO audit_head SELECT 1, seq, hash FROM audit ORDER BY seq DESC LIMIT 1")


def _topics(round_id: str, held: list[dict[str, Any]]) -> Iterator[Row]:
    """One of four topics is chosen, and has the unit and title of a submission."""
    states = ("chosen", "accepted", "passed-over", "collected")
    for number, work in enumerate(held[:TOPICS], 1):
        state = states[number % 4]
        title, unit = work["title"], work["applicant_unit"]
        chosen = ("2026-01-10", "2026-01-20") if state == "chosen" else (None, None)
        yield (
            f"{round_id}-{number:04}", round_id, number, state, 0, "", *chosen, 1, title, "示例简介" * 20, 2.0, "示例教师",
            unit, "教授", unit, None, "专业知识", "示例厅", "2026-01-02", "示例", "000",
            "[]" if number % 5 else to_json([{"message": "paper.wrong.hours", "params": {}}]), name_key(title),
            name_key(unit), name_key("示例厅"), "示例.xlsx", "2026-01-02", AT,
        )  # fmt: skip


def _votes(store: Store, round_id: str) -> None:
    """Forty files of votes on what stands on the voting list."""
    for number in range(1, 41):
        store.execute(
            "INSERT INTO vote_imports(id, round, file, source, kind, digest, counted_by, counted_at)"
            " VALUES(?, ?, '示例.csv', '', 'tally', ?, 'op', ?)", (number, round_id, str(number), AT),
        )  # fmt: skip
        store.execute(
            "INSERT INTO votes(import_id, topic_id, votes) SELECT ?, id, 1 + number % 9 FROM topics WHERE state <> 'collected'",
            (number,),
        )
    store.execute("UPDATE topics SET votes = (SELECT ifnull(sum(votes), 0) FROM votes v WHERE v.topic_id = topics.id)")


def _job(state: str, work: int, lesson: int) -> str:
    """Of submissions in line two lessons are not done; of a hundred others one failed."""
    if state in {"queued", "measuring"} and lesson > 8:
        return "running" if (work, lesson) == (3, 9) else "queued"
    return "failed" if work % 100 == 7 and lesson == 10 else "done"


def _drop(number: int, submission: str) -> Row:
    if number % ASIDE:
        return "registered", f"{number:064x}", None, submission
    return "refused", None, to_json({"message": "intake.empty", "params": {}}), None


def _log(store: Store, held: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Half a million chained rows; the last ones bring every submission to its state."""
    dice = random.Random(5)
    previous = audit.GENESIS
    for seq in range(1, AUDIT + 1):
        row = held[seq % SUBMISSIONS]
        last = seq > AUDIT - SUBMISSIONS
        told = {
            "seq": seq, "at": f"2026-03-{seq * 27 // AUDIT + 1:02}T{seq % 24:02}:00:00.{seq:06}+00:00",
            "person": dice.choice(("op", "of", "gr", "all")), "role": "operator", "origin": "test",
            "action": "approve" if last else "waive", "submission_id": row["id"],
            "object": "submission" if last else f"finding:{seq}", "before": "{}",
            "after": to_json({"state": row["state"]} if last else {"reason": "示例", "key": str(seq)}),
            "rows": row_digest.digest(store, row["id"]) if last else None, "previous_hash": previous,
        }  # fmt: skip
        previous = told["hash"] = audit.row_hash(previous, told)
        yield told
