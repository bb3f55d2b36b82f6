"""The round's topics, played: forms in, first check, voting list, votes, the choice."""

import calendar
import csv
import io
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import openpyxl

from tests.journeys.round_drops import UNREADABLE, form_name, write_forms
from tests.journeys.round_plan import (
    CHOSEN_ON,
    COUNT,
    LISTED,
    NO_LECTURER,
    NO_SUMMARY,
    ORDER,
    OTHER_AREA,
    PLACES,
    RECEIVED,
    REJECTED,
    SEATS,
    TIED,
    TODAY,
    WRONG_HOURS,
    recommender_of,
    topic,
    votes_of,
)
from tests.journeys.round_played import Played, sheets_of
from tests.station.topic_forms import write_xlsx

BORDER = ORDER[PLACES - SEATS : PLACES - SEATS + TIED]
PICKED = tuple(sorted(BORDER)[-SEATS:])
"""Of those that tie, the ones a person will pick: not the ones that come first anyhow."""
CHOSEN = sorted([*ORDER[: PLACES - SEATS], *PICKED])
BALLOTS = 40


def due_on(chosen: date) -> date:
    """One month later; the last day of a shorter month."""
    year, month = chosen.year + chosen.month // 12, chosen.month % 12 + 1
    return date(year, month, min(chosen.day, calendar.monthrange(year, month)[1]))


def topics_come_in(played: Played) -> None:
    """Imported, checked, corrected; what is wrong is told."""
    forms = write_forms(played.folder / "forms")
    import_ = ("topics", "import", forms, "--received", RECEIVED)
    said = played.says("op1", *import_, "--json")
    assert said.code == 1, "some files are no forms"
    done = said.json["files"]
    assert {one["file"] for one in done if one["refused"]} == UNREADABLE.keys()
    assert {one["file"]: one["new"] for one in done if not one["refused"]} == {
        form_name(number): [number] for number in range(1, COUNT + 1)
    }
    wrong = {one["file"]: {problem["message"] for problem in one["problems"]} for one in done if one["problems"]}
    assert wrong.keys() == {form_name(number) for number in (NO_LECTURER, WRONG_HOURS, OTHER_AREA, NO_SUMMARY)}
    assert "paper.wrong.hours" in wrong[form_name(WRONG_HOURS)]
    assert "topic.problem.area" in wrong[form_name(OTHER_AREA)]
    again = played.says("op1", *import_, "--json").json["files"]
    assert sum(len(one["same"]) for one in again) == COUNT
    assert not any(one["new"] for one in again)

    check = ("topics", "check")
    played.refused("of1", *check, "--all", "--accept")
    clean = [n for n in LISTED if n not in {OTHER_AREA, NO_SUMMARY}]
    assert played.told("op1", *check, "--all", "--accept")["numbers"] == clean
    played.refused("op1", *check, NO_LECTURER, "--reject", code=2)
    played.refused("op1", *check, OTHER_AREA, "--accept", code=2)
    for number, reason in zip(REJECTED, ("示例：缺授课教师", "示例：课时不明"), strict=True):
        played.does("op1", *check, number, "--reject", "--reason", reason)
    played.does("op1", *check, OTHER_AREA, "--accept", "--reason", "示例：需求较强")
    played.refused("of1", "topics", "ballot", played.out / "早.csv")  # one topic waits for its check
    mended = write_xlsx(played.folder / "示例更正.xlsx", [topic(NO_SUMMARY)], recommender_of(NO_SUMMARY))
    replaced = played.told("op1", "topics", "import", mended, "--received", RECEIVED, "--replace")
    assert replaced["files"][0]["replaced"] == [NO_SUMMARY]
    played.does("op1", *check, NO_SUMMARY, "--accept")
    states = Counter(row["state"] for row in played.told("op1", "topics", "list")["topics"])
    assert states == {"accepted": COUNT - len(REJECTED), "rejected": len(REJECTED)}
    assert "示例：缺授课教师" in played.does("op1", "topics", "list", NO_LECTURER)


def the_vote(played: Played) -> None:
    """The list goes out in two formats; votes come back in four; every topic has what was given to it."""
    ballot = {name: played.out / name for name in ("名单.csv", "名单.xlsx")}
    for path in ballot.values():
        assert played.told("of1", "topics", "ballot", path)["topics"] == len(LISTED)
    rows = list(csv.reader(io.StringIO(ballot["名单.csv"].read_bytes().decode("utf-8-sig"))))[1:]
    _list_is_right([(int(row[0]), *row[1:3], float(row[3]), *row[4:10]) for row in rows])
    sheet = next(iter(sheets_of(ballot["名单.xlsx"]).values()))
    _list_is_right([(*row[:3], float(row[3]), *row[4:10]) for row in sheet[3:]])

    cast = _ballots(played.folder)
    marks = Counter(number for ballot_ in cast for number in ballot_)
    tally = {number: votes_of(number) // 3 for number in LISTED}
    lines = ["编号,票数", *(f"{number},{amount}" for number, amount in tally.items())]
    (played.folder / "甲地.csv").write_bytes("\r\n".join(lines).encode("gbk"))
    book = openpyxl.load_workbook(ballot["名单.xlsx"])
    page = book.active
    for row in range(4, 4 + len(LISTED)):
        number = int(page.cell(row, 1).value)
        page.cell(row, 11).value = votes_of(number) - tally[number] - marks[number]
    book.save(played.folder / "乙地.xlsx")
    count = ("topics", "votes")
    played.refused("op1", *count, played.folder / "甲地.csv")
    for name, kind, total in (
        ("甲地.csv", "tally", sum(tally.values())),
        ("乙地.xlsx", "tally", sum(votes_of(n) - tally[n] - marks[n] for n in LISTED)),
        ("选票.csv", "ballots", sum(len(one) for one in cast[: BALLOTS // 2])),
        ("选票.xlsx", "ballots", sum(len(one) for one in cast[BALLOTS // 2 :])),
    ):
        counted = played.told("of1", *count, played.folder / name, "--source", f"示例{name}")["counted"]
        assert (counted["kind"], counted["votes"]) == (kind, total), name
    played.refused("of1", *count, played.folder / "选票.csv", "--source", "示例丙地", code=2)
    (played.folder / "错.csv").write_text(f"编号,票数\n{ORDER[0]},9\n{NO_LECTURER},1\n", encoding="utf-8")
    assert "第 3 行" in played.refused("of1", *count, played.folder / "错.csv", code=2)
    (played.folder / "误.csv").write_text(f"编号,票数\n{ORDER[-1]},9000\n", encoding="utf-8")
    mistaken = played.told("of1", *count, played.folder / "误.csv")["counted"]["id"]
    played.does("of1", *count, "--take-back", mistaken, "--reason", "示例：重复报送")
    votes = {row["number"]: row["votes"] for row in played.told("of1", "topics", "list")["topics"]}
    assert votes == {number: votes_of(number) if number in LISTED else 0 for number in range(1, COUNT + 1)}


def _list_is_right(rows: list[tuple[object, ...]]) -> None:
    """Number, title, summary, hours, lecturer with unit and title, applicant with base, recommending unit."""
    names = (
        "title",
        "summary",
        "hours",
        "lecturer",
        "lecturer_unit",
        "lecturer_title",
        "applicant_unit",
        "national_base",
    )
    assert rows == [
        (number, *(topic(number)[name] for name in names), recommender_of(number)) for number in LISTED
    ]  # fmt: skip


def _ballots(folder: Path) -> list[tuple[int, ...]]:
    """Half of them name titles in a workbook's columns, half numbers in one cell of a CSV."""
    order = random.Random(7)
    cast = [tuple(order.sample(LISTED, 3)) for _ in range(BALLOTS)]
    half = BALLOTS // 2
    lines = ["选票编号,选题编号", *(f"p{n},{'、'.join(map(str, cast[n]))}" for n in range(half))]
    (folder / "选票.csv").write_text("\n".join(lines), encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["票号", "选题1", "选题2", "选题3"])
    for n in range(half, BALLOTS):
        book.active.append([f"p{n}", *(topic(number)["title"] for number in cast[n])])
    book.save(folder / "选票.xlsx")
    return cast


def the_choice(played: Played) -> None:
    """The order is worked out here from the votes; who ties is decided by a person, with a reason."""
    ranking = played.told("boss1", "topics", "rank")
    ordered = sorted(LISTED, key=lambda number: (-votes_of(number), number))
    ranks = {n: 1 + sum(votes_of(other) > votes_of(n) for other in LISTED) for n in LISTED}
    places = {n: place for place, n in enumerate(ordered)}
    expected = [
        (n, votes_of(n), ranks[n], "tied" if n in BORDER else "in" if places[n] < PLACES else "out") for n in ordered
    ]
    assert [(r["number"], r["votes"], r["rank"], r["standing"]) for r in ranking["ranking"]] == expected
    assert (ranking["places"], ranking["open_places"]) == (PLACES, SEATS)
    choose = ("topics", "choose", "--on", CHOSEN_ON, "--yes")
    picks = [word for number in PICKED for word in ("--pick", number)]
    played.refused("of1", *choose, *picks, "--reason", "示例")
    played.refused("boss1", *choose, code=2)
    played.refused("boss1", *choose, *picks, code=2)
    played.refused("boss1", *choose, "--pick", ORDER[0], "--pick", PICKED[0], "--reason", "示例", code=2)
    done = played.told("boss1", *choose, *picks, "--reason", "示例：领域急需")
    assert (sorted(done["chosen"]), done["due_on"]) == (CHOSEN, due_on(CHOSEN_ON).isoformat())
    rows = played.told("op1", "topics", "list", "--state", "chosen")["topics"]
    assert {row["number"]: row["due_on"] for row in rows} == dict.fromkeys(CHOSEN, due_on(CHOSEN_ON).isoformat())
    assert played.told("op1", "topics", "overdue")["overdue"] == []
    played.refused("op1", "topics", "check", CHOSEN[0], "--reject", "--reason", "示例")


def what_is_overdue(played: Played, arrived: set[int]) -> None:
    """Two days after the due date: every chosen topic for which nothing came."""
    late = played.told("op1", "topics", "overdue", "--today", due_on(CHOSEN_ON) + timedelta(days=2))["overdue"]
    assert {row["number"]: row["days"] for row in late} == dict.fromkeys(set(CHOSEN) - arrived, 2)
    assert due_on(CHOSEN_ON) > TODAY
