"""Registering, finding, versions, queue: station.store.submissions and station.store.queue."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.desk.machine import machine_move
from station.errors import NotAllowed, NotFound
from station.papers.types import Papers
from station.people import Closed
from station.store import audit, queue, submissions
from station.store.connection import storable
from station.store.submissions import NewLesson, NewSubmission, new_id, register
from station.workflow import State
from tests.station.room import RECOMMENDER, UNIT, Room, finding


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert [id_[:10] for id_ in ids] == sorted(id_[:10] for id_ in ids)
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", id_) for id_ in ids)


def test_registering_enters_submission_lessons_and_log(room: Room) -> None:
    id_ = room.received(lessons=3)
    view = room.desk("op", "operator").submission(id_)
    assert (view.state, view.version, view.verdict, [lesson.ordinal for lesson in view.lessons]) == (
        State.RECEIVED, 1, None, [1, 2, 3],
    )  # fmt: skip
    assert view.lessons[0].file == str(room.config.root / f"submissions/{id_}/source/1.mp4")
    assert [row["action"] for row in audit.rows_of(room.store, id_)] == ["register"]


def test_registering_twice_is_registering_once(room: Room) -> None:
    id_ = room.received(lessons=2)
    assert room.received(submission_id=id_, title="另一个") == id_
    assert len(room.store.rows("SELECT * FROM submissions")) == 1
    assert len(room.store.rows("SELECT * FROM lessons")) == 2
    assert len(room.store.rows("SELECT * FROM audit")) == 1


def test_a_failed_registration_leaves_nothing(room: Room) -> None:
    lesson = NewLesson(1, "一", "a.mp4", "0" * 64, 1)
    new = NewSubmission("课", UNIT, "", "", None, "f", Papers(), (lesson, lesson))
    with pytest.raises(Exception, match="UNIQUE"):
        register(room.store, new, drop_id="d", submission_id=new_id())
    assert room.store.rows("SELECT * FROM submissions") == []
    assert room.store.rows("SELECT * FROM works") == []


def test_the_same_unit_and_title_make_the_next_version_of_one_work(room: Room) -> None:
    first = room.received("示例课 （上）", unit="示例大学")
    second = room.received("示例课（上）", unit=" 示例 大学")
    third = room.received("示例课（上）", unit="另一大学")
    assert room.raw(first, "work_id") == room.raw(second, "work_id") != room.raw(third, "work_id")
    view = room.desk("op", "operator").submission(second)
    assert (view.version, view.versions) == (2, ((1, first), (2, second)))


@pytest.mark.parametrize(("title", "unit"), [("示例课", ""), ("", "示例大学"), (" ", " ")])
def test_where_unit_or_title_is_unknown_each_drop_is_its_own_work(room: Room, title: str, unit: str) -> None:
    ids = [room.received(title, unit=unit) for _ in range(2)]
    assert room.raw(ids[0], "work_id") != room.raw(ids[1], "work_id")


def test_an_id_may_be_cut_to_an_unambiguous_beginning_or_ending(room: Room) -> None:
    one = room.received("甲", submission_id="01AAAAAAAAAAAAAAAAAAAAAAA1")
    two = room.received("乙", submission_id="01AAAAAAAAAAAAAAAAAAABBBB2")
    desk = room.desk("op", "operator")
    assert desk.submission("01aaaaaaaaaaaaaaaaaaabb").id == two
    assert desk.submission("AAA1").id == one
    assert desk.submission(two).id == two
    with pytest.raises(NotFound, match=r"desk\.ambiguous"):
        desk.submission("01AA")
    for wrong in ("", "  ", "%", "_" * 26, "01AAAA'--", "B2", "9" * 40, "\x1b[31m", "\udc80"):
        with pytest.raises(NotFound, match=r"desk\.no-such-submission"):
            desk.submission(wrong)


@given(st.text())
def test_any_text_can_be_stored(text: str) -> None:
    storable(text).encode("utf-8")
    assert "\0" not in storable(text)


HOSTILE = "[/foo]\x1b[31m\n\u202e%_\\'\";--\0\udc80🎓" + "长" * 300


def test_hostile_names_are_stored_and_come_back(room: Room) -> None:
    id_ = new_id()
    new = NewSubmission(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, float("nan"), HOSTILE.replace("\0", ""), Papers(),
        (NewLesson(1, HOSTILE, "submissions/x/\udcff\u202e\n.mp4", "0" * 64, 2**40),),
    )  # fmt: skip
    register(room.store, replace(new, hours=None), drop_id="d", submission_id=id_)
    view = room.desk("op", "operator").submission(id_)
    assert view.lessons[0].file == str(room.config.root / "submissions/x/\udcff\u202e\n.mp4")
    assert view.title.startswith("[/foo]\x1b[31m")
    assert audit.verify(room.store).sound
    assert [row.id for row in room.desk("op", "operator").queue(text="%_\\'")] == [id_]
    assert room.desk("op", "operator").queue(text="%%") == []


def test_the_queue_is_newest_first_and_filters(room: Room) -> None:
    ids = [room.triage(title=f"课{n}", unit=f"单位{n % 2}") for n in range(4)]
    desk = room.desk("op", "operator")
    assert [row.id for row in desk.queue()] == ids[::-1]
    assert [row.id for row in desk.queue(text="单位1 课3")] == [ids[3]]
    room.move(ids[0], "withdraw", desk, "示例")
    assert [row.id for row in desk.queue(states=[State.WITHDRAWN])] == [ids[0]]
    assert [row.id for row in desk.queue(states=[State.WITHDRAWN, State.TRIAGE], text="单位0")] == [ids[2], ids[0]]


def test_mine_is_what_waits_for_the_person(room: Room) -> None:
    triage, scoring = room.at(State.TRIAGE), room.at(State.EXPERT_REVIEW)
    desks = {role: room.desk(role, role) for role in ("operator", "expert", "office", "group", "admin")}
    mine = {role: [row.id for row in desk.queue(mine=True)] for role, desk in desks.items()}
    assert mine == {"operator": [triage], "expert": [scoring], "office": [], "group": [], "admin": []}
    room.score(scoring, "expert")
    room.score(scoring, "expert2")
    assert desks["expert"].queue(mine=True) == []
    assert [row.id for row in desks["office"].queue(mine=True)] == [scoring]
    assert desks["office"].queue(mine=True, states=[State.TRIAGE]) == []


def test_progress_is_the_share_of_the_jobs(room: Room) -> None:
    id_ = room.received(lessons=4)
    states = (("done", 1.0), ("running", 0.5), ("queued", 0.0), ("failed", 0.3))
    for number, (state, progress) in enumerate(states, 1):
        room.store.execute(
            "INSERT INTO jobs(id, lesson_id, submission_id, state, progress, frames_per_second, eta_seconds, created_at, "
            "updated_at) VALUES(?, ?, ?, ?, ?, 50, 9, '', '')",
            (str(number), f"{id_}-{number:02}", id_, state, progress),
        )
    desk = room.desk("op", "operator")
    assert desk.queue()[0].progress == 0.0, "nothing counts before measuring has begun"
    room.store.execute("UPDATE submissions SET state = 'measuring' WHERE id = ?", (id_,))
    row = desk.queue()[0]
    assert row.progress == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    assert (row.failed_jobs, row.frames_per_second, row.eta_seconds) == (1, 50, 9)
    assert [job.state for job in desk.jobs()] == ["running", "queued", "failed"]
    room.store.execute("UPDATE submissions SET state = 'withdrawn' WHERE id = ?", (id_,))
    assert desk.jobs() == [], "nobody waits for jobs of what was withdrawn"


PLANS = [
    {}, {"text": "课"}, {"states": ["triage"]}, {"closed": Closed("e", ("甲",), ("乙",), True)}, {"unreviewed_by": "e"}, {"scores": 3},
]  # fmt: skip


@pytest.mark.parametrize("wanted", PLANS)
def test_the_queue_walks_indexes_and_never_sorts(room: Room, wanted: dict[str, object]) -> None:
    sql, params = queue.query(**wanted)  # type: ignore[arg-type]
    plan = [row["detail"] for row in room.store.rows(f"EXPLAIN QUERY PLAN {sql}", params)]
    assert not [step for step in plan if re.search(r"SCAN (l|r|f|j|w)\b|SCAN (jobs|lessons|reviews)", step)], plan
    if "states" not in wanted:
        assert any("submissions_by_time" in step for step in plan), plan
        assert not [step for step in plan if "TEMP B-TREE" in step], plan
    else:
        assert any("submissions_by_state" in step for step in plan), plan


def test_the_jobs_of_the_queue_walk_indexes(room: Room) -> None:
    plan = [
        row["detail"]
        for row in room.store.rows(f"EXPLAIN QUERY PLAN {queue.UNFINISHED.format(submissions=queue.MOVING)}")
    ]
    assert all("SCAN" not in step or "INDEX" in step for step in plan), plan


def test_a_huge_search_text_is_cut(room: Room) -> None:
    room.received()
    assert room.desk("op", "operator").queue(text="示 " * 5000)
    assert room.desk("op", "operator").queue(text="长" * 200_000) == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_any_search_text_is_harmless(text: str) -> None:
    sql, params = queue.query(text=text)
    assert sql.count(":word") == 5 * len(text.split())
    assert len(params) == len(text.split())


def test_a_submission_of_ones_own_unit_is_hidden_from_an_expert_on_every_way(room: Room) -> None:
    id_ = room.triage(finding())
    room.store.execute(
        "INSERT INTO jobs(id, lesson_id, submission_id, state, created_at, updated_at) VALUES('j', ?, ?, 'queued', '', '')",
        (f"{id_}-01", id_),
    )
    for unit in (UNIT, RECOMMENDER, " 示例大学 "):
        desk = room.desk("e", "expert", "office", unit=unit)
        assert desk.queue() == [] == desk.queue(text="示例") == desk.queue(mine=True) == desk.jobs()
        for name in (id_, id_[-6:], id_[:20]):
            for read, more in ((desk.submission, ()), (desk.log, ()), (desk.why_not, ("approve",)),
                               (desk.consequence, ("approve",))):  # fmt: skip
                with pytest.raises(NotAllowed, match=r"desk\.recused"):
                    read(name, *more)  # type: ignore[operator]
    other = room.desk("e", "expert", unit="第三单位")
    assert [row.id for row in other.queue()] == [id_] == [job.submission_id for job in other.jobs()]
    assert room.desk("o", "office", unit=UNIT).submission(id_).id == id_, "only experts stand aside from reading"


def test_a_recused_version_is_not_even_named(room: Room) -> None:
    first = room.received(recommender="甲厅")
    second = room.received(recommender="乙厅")
    assert room.desk("e", "expert", unit="甲厅").submission(second).versions == ((2, second),)
    assert room.desk("e", "expert", unit="丙厅").submission(second).versions == ((1, first), (2, second))


def test_without_a_role_nothing_is_read(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("nobody")
    for read in (desk.queue, desk.jobs, desk.verify, lambda: desk.submission(id_), lambda: desk.log(id_)):
        with pytest.raises(NotAllowed, match=r"desk\.no-role"):
            read()


def test_a_machine_step_needs_a_submission(room: Room) -> None:
    with pytest.raises(NotFound):
        machine_move(room.store, new_id(), "accept")
    assert submissions.header(room.store, "x") is None
