"""Topics at the desk: who may do what when, what is logged, and that nothing counts twice."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.around import dates_of
from station.config import ROLES
from station.desk import Desk
from station.desk.topics import Topics
from station.errors import Conflict, NotAllowed, NotFound, StationError, UsageError
from station.people import Person
from station.profile import default_profile
from station.rubric import default_rubric
from station.store import audit, submissions
from station.text import LANGUAGES, catalogue, say
from station.topics.ranking import Standing
from station.topics.rules import ACTS, find_act
from station.topics.types import TopicState
from tests.station.room import Room
from tests.station.topic_forms import topic, write_toml, write_xlsx

IN_TIME, CHOSEN_ON = date(2022, 2, 20), date(2022, 1, 31)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def at(room: Room, account: str, *roles: str, **more: Any) -> Topics:
    return room.desk(account, *roles, **more).topics


def collected(room: Room, count: int = 4, **changes: Any) -> Topics:
    """An operator's topics, so many collected."""
    folder = room.root / "forms"
    folder.mkdir(exist_ok=True)
    for number in range(1, count + 1):
        write_toml(folder / f"{number:04}.toml", [topic(number, **changes)])
    desk = at(room, "op", "operator")
    desk.import_forms([folder], IN_TIME)
    return desk


def accepted(room: Room, count: int = 4) -> None:
    desk = collected(room, count)
    desk.check(desk.unproblematic(), accept=True)


def tally(room: Room, *amounts: int, name: str = "votes.csv") -> Path:
    path = room.root / name
    path.write_text("编号,票数\n" + "\n".join(f"{n},{a}" for n, a in enumerate(amounts, 1)), encoding="utf-8")
    return path


def few_places(room: Room, places: int) -> None:
    """A round in which fewer topics are chosen."""
    import station.rounds as rounds  # noqa: PLC0415

    text = Path(rounds.__file__).with_name(rounds.SHIPPED).read_text(encoding="utf-8")
    (room.root / "round.toml").write_text(text.replace("chosen = 30", f"chosen = {places}"), encoding="utf-8")
    room.config = replace(room.config, round=replace(room.config.round, file="round.toml"))


def refused(act: Callable[[], object]) -> str:
    """The id of what is said; sayable in both languages."""
    with pytest.raises(StationError) as caught:
        act()
    for language in LANGUAGES:
        assert say(caught.value.message, language, **caught.value.params)
    return caught.value.message


# Forms.


def test_forms_come_in_with_everything_that_is_wrong_with_them(room: Room) -> None:
    path = write_xlsx(room.root / "a.xlsx", [topic(1), topic(2, hours="许多", lecturer="")])
    path2 = write_toml(room.root / "b.toml", [topic(3, area="示例天文")])
    desk = at(room, "op", "operator")
    done = desk.import_forms([path, path2], date(2022, 3, 1))
    assert [one.new for one in done] == [(1, 2), (3,)]
    told = {row.number: [problem.message for problem in desk.topic(row.number).listed] for row in desk.rows()}
    assert told == {
        1: ["topic.problem.late"],
        2: ["paper.wrong.hours", "paper.topic-missing.lecturer", "topic.problem.late"],
        3: ["topic.problem.area", "topic.problem.late"],
    }
    view = desk.topic(1)
    assert (view.hours, view.national_base, view.contact, view.received_on) == (
        2.0,
        True,
        "示例联系人",
        date(2022, 3, 1),
    )
    assert view.filled_on == date(2022, 2, 11)


def test_the_same_topic_comes_in_once(room: Room) -> None:
    desk = collected(room, 2)
    again = room.root / "again"
    again.mkdir()
    write_xlsx(again / "x.xlsx", [topic(1, title=" 示例选题１ ", summary="另一简介"), topic(2)])
    one = desk.import_forms([again], IN_TIME)[0]
    assert (one.new, one.same, one.differing) == ((), (2,), (1,))
    assert desk.topic(1).summary == "示例简介1"
    one = desk.import_forms([again], IN_TIME, replace=True)[0]
    assert (one.replaced, one.same) == ((1,), (2,))
    assert desk.topic(1).summary == "另一简介"
    desk.check([1], accept=True)
    write_xlsx(again / "x.xlsx", [topic(1, summary="第三简介")])
    assert desk.import_forms([again], IN_TIME, replace=True)[0].differing == (1,)
    assert audit.verify(room.store).sound


def test_bad_files_do_not_stop_the_rest(room: Room) -> None:
    folder = room.root / "forms"
    folder.mkdir()
    (folder / "1.xlsx").write_bytes(b"PK")
    (folder / "2.pdf").write_bytes(b"%PDF")
    (folder / "3.docx").write_bytes(b"")
    write_toml(folder / "4.toml", [])
    write_toml(folder / "5.toml", [topic(5)])
    done = at(room, "op", "operator").import_forms([folder], IN_TIME)
    assert [one.refused.message if one.refused else one.new for one in done] == [
        "paper.damaged", "paper.other-format", "paper.empty", "paper.form-no-topics", (1,),
    ]  # fmt: skip
    assert (
        refused(lambda: at(room, "op", "operator").import_forms([folder / "6"], IN_TIME)) == "topic.import.no-such-file"
    )


# The first check.


def test_a_reason_is_needed_where_something_is_odd(room: Room) -> None:
    desk = collected(room, 3)
    write_toml(room.root / "odd.toml", [topic(9, lecturer_title="")])
    desk.import_forms([room.root / "odd.toml"], IN_TIME)
    assert desk.unproblematic() == [1, 2, 3]
    assert refused(lambda: desk.check([1], accept=False)) == "topic.error.reason"
    assert refused(lambda: desk.check([1, 4], accept=True)) == "topic.error.reason"
    assert desk.topic(1).state is TopicState.COLLECTED
    desk.check([4], accept=True, reason="示例：已电话核实")
    desk.check([1], accept=False, reason="示例：非原创")
    assert refused(lambda: desk.check([1], accept=True)) == "topic.error.reason"
    desk.check([1], accept=True, reason="示例：已说明")
    assert refused(lambda: desk.check([1], accept=True, reason="示例")) == "topic.guard.state"
    assert refused(lambda: desk.check([77], accept=True)) == "topic.error.no-such-topic"
    log = [row for row in room.store.rows("SELECT * FROM audit ORDER BY seq") if row["object"] == "topics:2022:1"]
    assert [row["action"] for row in log] == ["topic-import", "topic-reject", "topic-accept"]
    assert audit.verify(room.store).sound


def test_what_somebody_else_changed_is_looked_at_again(room: Room) -> None:
    desk = collected(room, 1)
    seen = {1: desk.topic(1).revision}
    at(room, "op2", "operator").check([1], accept=False, reason="示例")
    with pytest.raises(Conflict):
        desk.check([1], accept=True, reason="示例", seen=seen)


def test_a_topic_that_no_ballot_can_name_is_not_accepted(room: Room) -> None:
    desk = collected(room, 1, title="")
    assert refused(lambda: desk.check([1], accept=True, reason="示例")) == "topic.guard.nameable"


# Roles, recusal.


def test_the_whole_matrix_of_roles(room: Room) -> None:
    collected(room, 1)
    for act in ACTS:
        for role in ROLES:
            why_not = at(room, f"fresh-{role}", role).why_not(act.action, 1 if act.states else None)
            assert (why_not is None or not why_not[0].startswith("guard.role.")) == (role == act.role), (
                act.action,
                role,
            )


def test_who_may_not_changes_nothing(room: Room) -> None:
    few_places(room, 2)
    accepted(room)
    at(room, "of", "office").count_votes(tally(room, 4, 3, 2, 1))
    path = tally(room, 9, 9, 9, 9, name="other.csv")
    before = room.store.rows("SELECT * FROM topics"), room.store.rows("SELECT * FROM audit")
    for role in ROLES:
        desk = at(room, f"fresh-{role}", role)
        acts = {
            "operator": [lambda d=desk: d.import_forms([room.root / "forms"], IN_TIME), lambda d=desk: d.uncheck([1])],
            "office": [lambda d=desk: d.count_votes(path), lambda d=desk: d.take_back(1, "示例"),
                       lambda d=desk: d.voting_list(room.root / "l.csv", "zh")],
            "group": [lambda d=desk: d.choose([], IN_TIME), lambda d=desk: d.unchoose("示例")],
        }  # fmt: skip
        for holder, tries in acts.items():
            for act in tries if holder != role else []:
                with pytest.raises(NotAllowed):
                    act()
    assert (room.store.rows("SELECT * FROM topics"), room.store.rows("SELECT * FROM audit")) == before
    assert not (room.root / "l.csv").exists()
    with pytest.raises(NotAllowed):
        at(room, "nobody").rows()


def test_nobody_acts_in_two_roles_on_a_years_topics(room: Room) -> None:
    accepted(room)
    assert at(room, "op", *ROLES).why_not("topic-votes") is not None
    assert refused(lambda: at(room, "op", *ROLES).count_votes(tally(room, 1))) == "topic.guard.one-role"
    at(room, "of", "office").count_votes(tally(room, 1, 2, 3, 4))
    assert refused(lambda: at(room, "of", "group").choose([], IN_TIME)) == "topic.guard.one-role"


def test_alone_where_the_configuration_says_so(tmp_path: Path) -> None:
    room = Room(tmp_path, separate_roles=False)
    accepted(room)
    desk = at(room, "op", *ROLES)
    desk.count_votes(tally(room, 1, 2, 3, 4))
    assert desk.choose([], IN_TIME) == (4, 3, 2, 1)


def test_nobody_acts_on_their_own_units_topic(room: Room) -> None:
    collected(room, 2)
    own = at(room, "own", "operator", unit=" 示例基地１")
    assert refused(lambda: own.check([1], accept=True)) == "topic.guard.not-applicant"
    assert own.unproblematic() == [2]
    expert = at(room, "e", "expert", unit="示例基地1")
    assert [row.number for row in expert.rows()] == [2]
    assert refused(lambda: expert.topic(1)) == "topic.guard.not-applicant"


# Votes and the choice.


def test_votes_count_once_and_can_be_taken_back(room: Room) -> None:
    accepted(room)
    office = at(room, "of", "office")
    first = office.count_votes(tally(room, 4, 3, 0, 1), source="甲地")
    assert (first.votes, first.kind) == (8, "tally")
    gbk = room.root / "gbk.csv"
    gbk.write_bytes("课件名称\t票数\n示例选题2\t3\n示例选题1\t4\n示例选题4\t1\n".encode("gb18030"))
    assert refused(lambda: office.count_votes(gbk, source="甲地 ")) == "topic.votes.again"
    office.count_votes(gbk, source="乙地")
    assert [row.votes for row in office.rows()] == [8, 6, 0, 2]
    assert refused(lambda: office.take_back(first.id, " ")) == "desk.reason-needed"
    office.take_back(first.id, "示例：重复统计")
    assert refused(lambda: office.take_back(first.id, "示例")) == "topic.error.no-import"
    assert [row.votes for row in office.rows()] == [4, 3, 0, 1]
    office.count_votes(tally(room, 4, 3, 0, 1), source="甲地")
    assert [row.votes for row in office.rows()] == [8, 6, 0, 2]
    assert [one.ended_by for one in office.imports()] == ["of", None, None]
    assert audit.verify(room.store).sound


def test_a_ballot_counts_once_over_all_files(room: Room) -> None:
    accepted(room)
    office = at(room, "of", "office")
    path = room.root / "b.csv"
    path.write_text("票号,选题\nA1,1\nA2,1、2\n", encoding="utf-8")
    one = office.count_votes(path)
    path.write_text("票号,选题\nA3,1\na2 ,3\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        office.count_votes(path)
    assert [(p.message, p.params["line"]) for p in caught.value.params["problems"]] == [("topic.votes.line.counted", 3)]
    assert [row.votes for row in office.rows()] == [2, 1, 0, 0]
    office.take_back(one.id, "示例")
    office.count_votes(path)
    assert [row.votes for row in office.rows()] == [1, 0, 1, 0]
    assert "A3" not in str(room.store.rows("SELECT * FROM ballots"))


def test_two_offices_at_once_count_a_file_once(room: Room) -> None:
    accepted(room)
    path, ended = tally(room, 1, 2, 3, 4), []

    def work(number: int) -> None:
        desk = at(room, f"of{number}", "office", store=room.another_store())
        try:
            desk.count_votes(path)
            ended.append("counted")
        except UsageError as error:
            ended.append(error.message)
        desk.store.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["counted", *["topic.votes.again"] * 3]
    assert [row.votes for row in at(room, "x", "admin").rows()] == [1, 2, 3, 4]


def test_the_order_of_the_procedure(room: Room) -> None:
    desk = collected(room, 4)
    office, group = at(room, "of", "office"), at(room, "g", "group")
    assert refused(lambda: office.voting_list(room.root / "l.csv", "zh")) == "topic.guard.list-there"
    desk.check([1, 2, 3], accept=True)
    assert refused(lambda: office.count_votes(tally(room, 1))) == "topic.guard.all-checked"
    desk.check([4], accept=False, reason="示例")
    assert refused(lambda: office.count_votes(tally(room, 1, 1, 1, 1))) == "topic.votes.wrong"
    assert refused(lambda: group.choose([], IN_TIME)) == "topic.guard.votes-there"
    office.count_votes(tally(room, 1, 2, 3))
    assert refused(lambda: desk.check([1], accept=False, reason="示例")) == "topic.guard.no-votes-yet"
    group.choose([], IN_TIME)
    for act in (
        lambda: group.choose([], IN_TIME),
        lambda: office.count_votes(tally(room, 5)),
        lambda: office.take_back(1, "示例"),
        lambda: desk.import_forms([room.root / "forms"], IN_TIME),
    ):
        assert refused(act) == "topic.guard.not-chosen-yet"
    assert {row.number: row.state for row in desk.rows()} == {1: "chosen", 2: "chosen", 3: "chosen", 4: "rejected"}


def test_a_tie_is_decided_by_a_person_with_a_reason(room: Room) -> None:
    few_places(room, 2)
    accepted(room)
    at(room, "of", "office").count_votes(tally(room, 3, 3, 3, 7))
    group = at(room, "g", "group")
    ranking = group.ranking()
    assert (ranking.standing(Standing.IN), ranking.standing(Standing.TIED), ranking.open_places) == ((4,), (1, 2, 3), 1)
    assert refused(lambda: group.choose([], CHOSEN_ON, reason="示例")) == "topic.choice.picks"
    assert refused(lambda: group.choose([1, 2], CHOSEN_ON, reason="示例")) == "topic.choice.picks"
    assert refused(lambda: group.choose([4], CHOSEN_ON, reason="示例")) == "topic.choice.not-tied"
    assert refused(lambda: group.choose([2], CHOSEN_ON)) == "desk.reason-needed"
    own = at(room, "own", "group", unit="示例基地3")
    assert refused(lambda: own.choose([2], CHOSEN_ON, reason="示例")) == "topic.guard.not-applicant"
    assert group.choose([2], CHOSEN_ON, reason="示例：领域急需", seen=ranking) == (4, 2)
    rows = {row.number: row for row in group.rows()}
    assert [rows[n].state for n in (1, 2, 3, 4)] == ["passed-over", "chosen", "passed-over", "chosen"]
    assert rows[2].reason == rows[1].reason == "示例：领域急需"
    assert rows[4].reason == ""
    assert rows[2].due_on == date(2022, 2, 28), "a month from 31 January ends with February"
    assert rows[1].due_on is None
    assert audit.verify(room.store).sound


def test_votes_that_came_meanwhile_stop_the_choice(room: Room) -> None:
    accepted(room)
    office = at(room, "of", "office")
    office.count_votes(tally(room, 4, 3, 2, 1))
    group = at(room, "g", "group")
    seen = group.ranking()
    office.count_votes(tally(room, 0, 0, 0, 9), source="乙地")
    with pytest.raises(Conflict):
        group.choose([], IN_TIME, seen=seen)


def test_a_first_check_is_taken_back_until_votes_count(room: Room) -> None:
    accepted(room)
    desk = at(room, "op2", "operator")
    assert refused(lambda: at(room, "own", "operator", unit="示例基地1").uncheck([1])) == "topic.guard.not-applicant"
    with pytest.raises(Conflict):
        desk.uncheck([1], seen={1: 1})
    assert refused(lambda: desk.uncheck([1, 77])) == "topic.error.no-such-topic"
    assert desk.topic(1).state is TopicState.ACCEPTED, "all of them or none"
    desk.check([2], accept=False, reason="示例：重复")
    desk.uncheck([1, 2], reason="示例：看错")
    assert [(row.state, row.reason) for row in desk.rows()][:2] == [(TopicState.COLLECTED, "示例：看错")] * 2
    assert refused(lambda: desk.uncheck([1])) == "topic.guard.state"
    desk.check([1, 2], accept=True)
    at(room, "of", "office").count_votes(tally(room, 4, 3, 2, 1))
    assert refused(lambda: desk.uncheck([1])) == "topic.guard.no-votes-yet"
    log = room.store.rows("SELECT before, after FROM audit WHERE action = 'topic-uncheck' ORDER BY seq")
    assert [('"accepted"' in log[0]["before"], '"rejected"' in log[1]["before"])] == [(True, True)]
    assert audit.verify(room.store).sound


def test_a_choice_is_taken_back_until_courseware_comes(room: Room) -> None:
    few_places(room, 2)
    accepted(room)
    at(room, "of", "office").count_votes(tally(room, 4, 3, 2, 1))
    group = at(room, "g", "group")
    assert refused(lambda: group.unchoose("示例")) == "topic.guard.chosen-there"
    group.choose([], CHOSEN_ON)
    assert refused(lambda: group.unchoose(" ")) == "desk.reason-needed"
    assert refused(lambda: at(room, "own", "group", unit="示例基地3").unchoose("示例")) == "topic.guard.not-applicant"
    assert group.unchoose("示例：票数有误") == 2
    assert [(row.state, row.votes, row.due_on) for row in group.rows()] == [
        (TopicState.ACCEPTED, n, None) for n in (4, 3, 2, 1)
    ]
    at(room, "of", "office").take_back(1, "示例：票数有误")
    at(room, "of", "office").count_votes(tally(room, 1, 2, 3, 4))
    assert group.choose([], CHOSEN_ON) == (4, 3)
    old = room.received("示例旧课")
    at(room, "op", "operator").link(old, 3, "示例：改过名称")
    assert refused(lambda: group.unchoose("示例")) == "topic.guard.none-came"
    at(room, "op", "operator").link(old, None, "示例：误关联")
    room.received("示例选题1", unit="示例基地1")
    assert group.unchoose("示例：又误") == 2, "what came is for no chosen topic"
    group.choose([], CHOSEN_ON)
    room.received("示例选题4", unit="示例基地4")
    assert refused(lambda: group.unchoose("示例")) == "topic.guard.none-came"
    assert audit.verify(room.store).sound


# Submissions.


def chosen(room: Room) -> Topics:
    accepted(room)
    at(room, "of", "office").count_votes(tally(room, 4, 3, 2, 1))
    at(room, "g", "group").choose([], CHOSEN_ON)
    return at(room, "op", "operator")


def test_submissions_find_their_topic_by_unit_and_title(room: Room) -> None:
    desk = chosen(room)
    ids = {
        room.received("示例选题1", unit="示例基地1"): 1,
        room.received(" 示例选题２", unit="示例基地2"): 2,
        room.received("示例旧课"): None,
    }
    assert {one.submission_id: one.number for one in desk.links()} == ids
    assert {one.kind for one in desk.links()} == {"topic", "existing"}
    old = next(id_ for id_, number in ids.items() if number is None)
    assert refused(lambda: desk.link(old, 3, " ")) == "desk.reason-needed"
    desk.link(old, 3, "示例：改过名称")
    link = next(one for one in desk.links() if one.submission_id == old)
    assert (link.number, link.by_hand, link.due_on) == (3, "op", date(2022, 2, 28))
    desk.link(old, None, "示例：误关联")
    assert next(one for one in desk.links() if one.submission_id == old).kind == "existing"
    assert [row.action for row in room.desk("a", "admin").log(old)][-2:] == ["topic-link", "topic-link"]
    assert audit.verify(room.store).sound


def test_an_expert_learns_of_no_submission_that_is_closed(room: Room) -> None:
    chosen(room)
    closed, open_ = room.received("示例选题1", unit="示例基地1"), room.received("示例选题2", unit="示例基地2")
    expert = at(room, "e", "expert", unit="示例基地1")
    assert [one.submission_id for one in expert.links()] == [open_]
    assert expert.overdue(date(2030, 1, 1)) == []
    assert (
        refused(lambda: at(room, "x", "expert", "operator", unit="示例基地1").link(closed, 1, "示例")) == "desk.recused"
    )
    room.config = replace(room.config, people={"e": {"roles": ["expert"]}})
    assert at(room, "e2", "expert").links() == [], "nobody has assigned anything to them"


def test_a_late_submission_that_is_linked_by_hand_is_told_as_late(room: Room) -> None:
    chosen(room)
    id_ = room.triage(title="示例旧课")
    desk = Desk(room.store, Person("op", frozenset({"operator"})), room.config, default_profile(), default_rubric())

    def late() -> list[str]:
        return [finding.message for finding in desk.submission(id_).findings if finding.check == "overdue"]

    assert late() == []
    desk.topics.link(id_, 1, "示例：改过名称")
    assert late() == ["finding.overdue"]
    desk.topics.link(id_, None, "示例：误关联")
    assert late() == []
    assert audit.verify(room.store).sound


def test_linking_keeps_roles_and_recusal(room: Room) -> None:
    chosen(room)
    id_ = room.received("示例旧课", unit="示例大学")
    assert refused(lambda: at(room, "of", "office").link(id_, 1, "示例")) == "guard.role.operator"
    own = at(room, "own", "operator", unit="示例大学")
    assert refused(lambda: own.link(id_, 1, "示例")) == "topic.guard.not-applicant"
    with pytest.raises(NotFound):
        at(room, "op", "operator").link("NOSUCH", 1, "示例")


def test_overdue_are_those_that_wait_and_those_that_came_late(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = chosen(room)
    monkeypatch.setattr(submissions, "utc_now", lambda: "2022-02-28T09:00:00.000000+00:00")
    in_time = room.received("示例选题1", unit="示例基地1")
    monkeypatch.setattr(submissions, "utc_now", lambda: "2022-03-05T09:00:00.000000+00:00")
    late = room.received("示例选题2", unit="示例基地2")
    again = room.received("示例选题1", unit="示例基地1")
    assert desk.overdue(date(2022, 2, 28)) == [
        one for one in desk.overdue(date(2022, 3, 10)) if one.submission_id == late
    ]
    assert [(one.number, one.days, one.submission_id) for one in desk.overdue(date(2022, 3, 10))] == [
        (2, 5, late), (3, 10, None), (4, 10, None),
    ]  # fmt: skip
    row = submissions.header(room.store, again)
    assert row is not None
    told = dates_of(room.store, row)
    assert (told.chosen, told.received) == ("2022-01-31", "2022-02-28"), "a corrected version is not late for that"
    assert in_time != again


# The records.


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE topics SET state = 'rejected' WHERE number = 1",
        "UPDATE topics SET title = 'x' WHERE number = 2",
        "UPDATE topics SET votes = votes + 1 WHERE number = 3",
        "UPDATE topics SET due_on = '2023-01-01' WHERE number = 1",
        "UPDATE topics SET reason = 'x' WHERE number = 4",
        "UPDATE votes SET votes = votes + 1",
        "UPDATE vote_imports SET ended_by = 'x'",
        "UPDATE topic_links SET topic_id = NULL",
        "DELETE FROM topic_links",
    ],
)
def test_what_is_changed_behind_the_programs_back_is_found(room: Room, change: str) -> None:
    desk = chosen(room)
    desk.link(room.received("示例旧课"), 2, "示例")
    assert audit.verify(room.store).sound
    room.store.execute(change)
    assert "audit.topic-differs" in {problem.message for problem in audit.verify(room.store).problems}


def test_a_list_of_thousands_answers_quickly(room: Room) -> None:
    import time  # noqa: PLC0415

    collected(room, 1)
    columns = ", ".join(
        row["name"] for row in room.store.rows("SELECT name FROM pragma_table_info('topics')")
        if row["name"] not in {"id", "number", "title_key"}
    )  # fmt: skip
    room.store.execute(
        f"INSERT INTO topics(id, number, title_key, {columns}) SELECT 'n' || value, value, 'k' || value, {columns}"
        " FROM topics, (WITH RECURSIVE c(value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM c WHERE value < 1000) SELECT * FROM c)"
    )
    desk = at(room, "a", "admin")
    fastest = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        assert len(desk.rows(text="示例")) == 1000
        fastest = min(fastest, time.perf_counter() - begun)
    assert fastest < 0.1


@given(st.sampled_from(ACTS))
def test_every_act_has_its_words(act: Any) -> None:
    assert find_act(act.action) is act
    assert all(f"action.{act.action}" in catalogue(language) for language in LANGUAGES)
