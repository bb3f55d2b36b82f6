"""Courseware comes in and is triaged: measured by the real daemon, linked, waived, returned with a letter, sent again."""

import tomllib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from station.text import say
from tests.journeys.round_drops import RATE, drop
from tests.journeys.round_plan import AGAIN, ORDER, WORKS, Work
from tests.journeys.round_played import RETURN_DAYS, Played, standard, tables_of, text_of, work_of

FAULTS: dict[str, set[tuple[str | None, str, float | None, float | None]]] = {
    "w01": {("1", "black", 2.0, 2.8)},
    "w02-1": {("1", "black", 2.0, 2.8), ("1", "audio-dropout", 4.01, 4.39)},
    "w02": {("1", "flash", 1.0, 1.08), ("1", "audio-dropout", 4.01, 4.39)},
    "w03": {(None, "letter-missing", None, None), (None, "quiz-missing", None, None)},
    "w04-1": {("1", "container", None, None)},
    "w09": {("1", "freeze", 2.0, 4.6)},
}
"""What is planted: lesson, check, seconds. Every other submission has no fault."""
BLACK_TIME, DROPOUT_TIME, FLASH_TIME = "00:00:02.00–00:00:02.20", "00:00:04.00–00:00:04.10", "00:00:01.00–00:00:01.02"
REASONS = {"w02": "示例：第1课时黑场须剪去", "w03": "示例：材料不全", "w04": "示例：封装格式不符"}


def courseware_comes_in(played: Played) -> None:
    """Twelve drops of real clips; the daemon takes them in and measures them."""
    for work in WORKS:
        drop(work, played.inbox, played.folder / "sent")
    played.watch()
    rows = played.told("op1", "show")["submissions"]
    played.ids = {work.key: _id(rows, work) for work in WORKS}
    assert len(rows) == len(WORKS)
    for work in WORKS:
        view = played.view(work.key)
        assert (view["version"], view["state"], len(view["lessons"])) == (1, "triage", len(work.lessons))
        assert view["applicant_unit"] == work.unit
        assert view["recommending_unit"] == work.recommender
        assert (view["lecturer"], view["hours"]) == (work.topic["lecturer"], len(work.lessons))
        assert all(Path(lesson["rendition"]).is_file() for lesson in view["lessons"])
        played.ids[f"{work.key}-1"] = played.ids[work.key]
        assert faults_of(view) == FAULTS.get(f"{work.key}-1", FAULTS.get(work.key, set())), work.key
    wrong = [found for found in played.view("w11")["findings"] if found["severity"] == "warning"]
    assert [(found["check"], found["value"], found["params"]["limit"]) for found in wrong] == [
        ("letter-field", WORKS[11].letter_unit, WORKS[11].unit)
    ]


def _id(rows: list[Any], work: Work) -> str:
    (row,) = [row for row in rows if row["title"] == work.title and row["applicant_unit"] == work.unit]
    return str(row["id"])


def all_findings(view: Any) -> list[tuple[int | None, Any]]:
    """Lesson (None: the papers) and finding."""
    own = [(None, found) for found in view["findings"]]
    return own + [(lesson["ordinal"], found) for lesson in view["lessons"] for found in lesson["findings"]]


def faults_of(view: Any) -> set[tuple[str | None, str, float | None, float | None]]:
    """The faults as `FAULTS` names them."""
    return {
        (lesson and str(lesson), found["check"], found["start"], found["end"])
        for lesson, found in all_findings(view)
        if found["severity"] == "fault"
    }


def finding(view: Any, check: str) -> Any:
    """The one fault of a check."""
    (found,) = [found for _, found in all_findings(view) if (found["check"], found["severity"]) == (check, "fault")]
    return found


def links_are_made(played: Played) -> None:
    """Ten find their topic by themselves; one has another title, one was made before the round."""
    ids = played.ids
    links = {one["submission_id"]: one for one in played.told("op1", "topics", "link")["links"]}
    for work in WORKS:
        number = None if work.key in {"w10", "w11"} else work.number
        assert links[ids[work.key]]["number"] == number, work.key
    played.refused("of1", "topics", "link", ids["w10"], "--topic", ORDER[10], "--reason", "示例")
    played.refused("op1", "topics", "link", ids["w10"], "--topic", ORDER[10], code=2)
    played.refused("op1", "topics", "link", ids["w10"], "--topic", ORDER[60], "--reason", "示例：未入选")
    played.does("op1", "topics", "link", ids["w10"], "--topic", ORDER[10], "--reason", "示例：题目修订")
    played.does("op1", "topics", "link", ids["w11"], "--existing", "--reason", "示例：高研班录制")
    links = {one["submission_id"]: one for one in played.told("op1", "topics", "link")["links"]}
    assert (links[ids["w10"]]["number"], links[ids["w10"]]["by_hand"]) == (ORDER[10], "op1")
    assert (links[ids["w11"]]["kind"], links[ids["w11"]]["by_hand"]) == ("existing", "op1")


def three_are_returned(played: Played) -> None:
    """Nothing goes on with a fault that stands; what can't be waived isn't; each gets its letter."""
    ids = played.ids
    played.refused("op1", "approve", ids["w02"], "--yes")
    view = played.view("w04")
    refused = played.refused("op1", "waive", ids["w04"], finding(view, "container")["id"], "--reason", "示例")
    assert refused.strip()
    dropout = finding(played.view("w02"), "audio-dropout")["id"]
    played.refused("op1", "waive", ids["w02"], dropout, code=2)
    played.does("op1", "waive", ids["w02"], dropout, "--reason", "示例：原始录音如此")
    draft = played.file("op1", "letter", ids["w02"], to="草稿.docx")
    assert "（稿）" in text_of(draft)
    for key, reason in REASONS.items():
        played.refused("of1", "return", ids[key], "--reason", reason, "--yes")
        played.refused("op1", "return", ids[key], "--yes", code=2)
        played.does("op1", "return", ids[key], "--reason", reason, "--yes")
        path = played.file("op1", "letter", ids[key], to=f"{key}-退回.docx")
        _letter_is_right(played, key, path)
    rows = {key: tables_of(played.out / f"{key}-退回.docx")[0][1:] for key in REASONS}
    assert [(row[2], row[3]) for row in rows["w02"] if "黑" in row[4]] == [("第 1 课时", BLACK_TIME)]
    assert not any("掉点" in row[4] for row in rows["w02"]), "what is waived is not asked for"
    assert {row[1].split()[0] for row in rows["w03"]} == {"F3", "2.9"}
    assert "MP4" in rows["w04"][0][5]


def _letter_is_right(played: Played, key: str, path: Path) -> None:
    """Course, unit, reason, deadline, and every finding that stands, as the store has them."""
    work, view, text = work_of(key), played.view(key), text_of(path)
    back = next(row for row in log_of(played, key) if row["after"].get("state") == "returned")
    day = day_of(back["at"])
    for word in (f"{work.unit}：", f"“{work.title}”", played.ids[key], "第 1 版", work.recommender, REASONS[key],
                 f"请于 {said(day + timedelta(days=RETURN_DAYS))} 前", f"{RETURN_DAYS} 日内", f"\n{said(day)}\n"):  # fmt: skip
        assert word in text, (key, word)
    assert "（稿）" not in text
    standing = [
        (lesson, found)
        for lesson, found in all_findings(view)
        if found["severity"] != "note" and found["waiver"] is None
    ]
    table = tables_of(path)[0]
    assert len(table) == 1 + len(standing)
    profile = tomllib.loads(standard())
    clauses = {one["id"]: one["zh"] for one in profile["clause"]}
    checks = {one["id"]: one["zh"] for one in profile["check"]}
    for number, (row, (lesson, found)) in enumerate(zip(table[1:], standing, strict=True), 1):
        place = "全片" if found["start"] is None else f"{_code(found['start'])}–{_code(found['end'])}"
        assert row[:4] == [
            str(number), f"{found['clause']} {clauses[found['clause']]}", f"第 {lesson} 课时" if lesson else "报送材料", place,
        ]  # fmt: skip
        assert row[4] == f"{checks[found['check']]}: {say(found['message'], 'zh', **found['params'])}"
        assert say(f"documents.todo.{found['check']}", "zh") in row[5]


def _code(seconds: float) -> str:
    frames = round(seconds * RATE)
    return f"00:00:{frames // RATE:02}.{frames % RATE:02}"


def day_of(at: str) -> date:
    """The day in the office of a moment in UTC."""
    return datetime.fromisoformat(at).astimezone(timezone(timedelta(hours=8))).date()


def said(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def log_of(played: Played, key: str, person: str = "op1") -> list[Any]:
    """Everything that was done to a submission."""
    return list(played.told(person, "show", played.ids[key], "--log")["log"])


def two_come_again(played: Played) -> None:
    """Second versions: what is fixed, still there, new; a waiver of the first version still holds."""
    for key, lessons in AGAIN.items():
        drop(work_of(key), played.inbox, played.folder / "sent", lessons, version=2)
    played.watch()
    for key in AGAIN:
        versions = dict(played.view(f"{key}-1")["versions"])
        assert versions[1] == played.ids[f"{key}-1"]
        played.ids[key] = versions[2]
    view = played.view("w02")
    assert (view["version"], view["state"], view["against"]) == (2, "triage", 1)
    assert faults_of(view) == FAULTS["w02"]
    changes = {check: finding(view, check)["change"] for check in ("flash", "audio-dropout")}
    assert changes == {"flash": "fresh", "audio-dropout": "still"}
    fixed = [found for lesson in view["lessons"] for found in lesson["fixed"] if found["severity"] == "fault"]
    assert [(found["check"], found["start"], found["end"]) for found in fixed] == [("black", 2.0, 2.8)]
    assert finding(view, "audio-dropout")["waiver"]["reason"] == "示例：原始录音如此"
    again = played.view("w04")
    assert faults_of(again) == set()
    assert [f["check"] for f in again["lessons"][0]["fixed"] if f["severity"] == "fault"] == ["container"]
    assert played.view("w02-1")["state"] == "returned"


def as_it_stood(played: Played) -> None:
    """The first version of a work, just before it was returned and just after."""
    log = log_of(played, "w02-1")
    place = next(n for n, row in enumerate(log) if row["after"].get("state") == "returned")
    views = {}
    for name, row in (("before", log[place - 1]), ("after", log[place])):
        by_row = played.told("op1", "show", played.ids["w02-1"], "--as-of", f"#{row['seq']}")["as_of"]
        by_time = played.told("op1", "show", played.ids["w02-1"], "--as-of", row["at"])["as_of"]
        assert by_row["view"] == by_time["view"]
        views[name] = by_row["view"]
        assert faults_of(views[name]) == FAULTS["w02-1"]
        assert finding(views[name], "black")["waiver"] is None
        assert finding(views[name], "audio-dropout")["waiver"]["person"] == "op1"
    assert (views["before"]["state"], views["after"]["state"]) == ("triage", "returned")
    first = played.told("op1", "show", played.ids["w02-1"], "--as-of", f"#{log[0]['seq']}")["as_of"]["view"]
    assert first["state"] == "received"
    played.refused("op1", "show", played.ids["w02-1"], "--as-of", "2001-01-01", code=2)


def triage_ends(played: Played) -> None:
    """Faults that a person lets pass, a step taken back, a work handed over; then all go on to the experts but `w09`."""
    ids = played.ids
    for key, check in (("w01", "black"), ("w02", "flash"), ("w09", "freeze")):
        view = played.view(key)
        played.does("op1", "waive", ids[key], finding(view, check)["id"], "--reason", f"示例：{check} 系章节间隔")
    played.does("op2", "return", ids["w00"], "--reason", "示例：误操作", "--yes")
    played.refused("op1", "undo", ids["w00"])
    played.does("op2", "undo", ids["w00"])
    assert played.view("w00")["state"] == "triage"
    played.does("op1", "hand-over", ids["w01"], "--to", "op2")
    assert played.view("w01")["owner"] == "op2"
    for work in WORKS:
        if work.key not in {"w03", "w09"}:
            goes_on(played, work.key, "op2" if work.key == "w01" else "op1")


def goes_on(played: Played, key: str, person: str) -> None:
    """To the experts, by an operator alone."""
    played.refused("of1", "approve", played.ids[key], "--yes")
    played.does(person, "approve", played.ids[key], "--yes")
    assert played.view(key)["state"] == "expert-review"
