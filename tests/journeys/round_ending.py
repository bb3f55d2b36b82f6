"""What the round comes to: catalogue, publication, bundle, ledger, excellent courseware, statistics, the log; every file opened."""

import hashlib
import json
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from station.papers.quiz import read_quizzes
from station.text import say
from tests.journeys.round_drops import QUESTIONS, question
from tests.journeys.round_plan import AREAS, BY_KEY, CATALOGUED, MEANT, SLIP, TODAY, WORKS
from tests.journeys.round_played import GOAL, PROPOSED, TIMES, Played, sheets_of, tables_of, text_of
from tests.journeys.round_triage import day_of, log_of

LINK = "https://zsgx.mohrss.gov.cn/"
UNPUBLISHED = "w11"
RESPONSE = {
    "w00": 91.0,
    "w01": 95.5,
    "w02": 88.0,
    "w04": 79.0,
    "w06": 85.0,
    "w07": 90.0,
    "w08": 93.0,
    "w09": 82.0,
    "w11": 99.0,
}
LEARNERS = {
    "w00": 1200,
    "w01": 300,
    "w02": 5000,
    "w04": 900,
    "w06": 700,
    "w07": 2500,
    "w08": 800,
    "w09": 300,
    "w11": 9000,
}
"""What the platform will tell."""


def serials(played: Played) -> dict[str, str]:
    """Year and order in which the coordination group took the works in."""
    year = day_of(_entered(played, CATALOGUED[0])).year
    return {key: f"{year}-{number:03d}" for number, key in enumerate(CATALOGUED, 1)}


def _entered(played: Played, key: str) -> str:
    return str(next(row["at"] for row in log_of(played, key) if row["after"].get("state") == "catalogued"))


def mean(key: str) -> float:
    """Of the totals that were meant."""
    totals = list(BY_KEY[key].totals)
    if key == SLIP:
        totals[2] = MEANT
    return statistics.fmean(totals)


def works_are_published(played: Played) -> None:
    """By the office, one by one; the one that is left is in the catalogue all the same."""
    for key in CATALOGUED:
        if key != UNPUBLISHED:
            played.refused("boss1", "publish", played.ids[key], "--yes")
            played.does("of1", "publish", played.ids[key], "--yes")
    states = Counter(row["state"] for row in played.told("op1", "show")["submissions"])
    assert states == {"published": 8, "catalogued": 1, "returned": 5}
    played.refused("op1", "withdraw", played.ids["w00"], "--reason", "示例", "--yes")


def the_catalogue_is_right(played: Played) -> None:
    """As .json and as .xlsx: serial number, title, area, hours, lecturer, units, summary, link; and by unit."""
    told = json.loads(played.file("of1", "catalogue", to="目录.json").read_text(encoding="utf-8"))
    hours = {key: float(len(BY_KEY[key].lessons)) for key in CATALOGUED}
    assert (told["hours"], told["goal_hours"], told["left_out"]) == (sum(hours.values()), GOAL, 0)
    numbers = serials(played)
    for key, work in zip(CATALOGUED, told["works"], strict=True):
        plan, topic = BY_KEY[key], BY_KEY[key].topic
        entered = day_of(_entered(played, key)).isoformat()
        assert work == {
            "serial": numbers[key], "id": played.ids[key], "version": 2 if key in {"w02", "w04"} else 1, "title": plan.title,
            "area": plan.area, "hours": hours[key], "lecturer": topic["lecturer"], "lecturer_unit": topic["lecturer_unit"],
            "lecturer_title": topic["lecturer_title"], "unit": plan.unit, "recommending_unit": plan.recommender,
            "national_base": topic["national_base"] == "是", "summary": topic["summary"], "published": key != UNPUBLISHED,
            "entered": entered, "link": LINK,
        }, key  # fmt: skip
    sheets = sheets_of(played.file("op1", "catalogue", to="目录.xlsx"))
    rows = sheets["目录"]
    for key, row in zip(CATALOGUED, rows[2 : 2 + len(CATALOGUED)], strict=True):
        plan, topic = BY_KEY[key], BY_KEY[key].topic
        assert row == (
            numbers[key], plan.title, plan.area, hours[key], topic["lecturer"], topic["lecturer_unit"], plan.unit,
            topic["summary"], "已列入" if key == UNPUBLISHED else "已发布", LINK,
        ), key  # fmt: skip
    reached = f"共 9 件，{sum(hours.values()):g} 学时，达到年度目标（{GOAL:g} 学时以上）。"
    assert [cell for row in rows[2 + len(CATALOGUED) :] for cell in row if cell] == [reached]
    units = {row[0]: row[1:] for row in sheets["按申报单位"][2:]}
    assert units == {BY_KEY[key].unit: (BY_KEY[key].topic["national_base"], 1, hours[key]) for key in CATALOGUED}


def the_bundle_is_right(played: Played) -> None:
    """A BagIt bag that the station and the library accept; renditions, quizzes and metadata are those of the store."""
    bag = played.out / "发布包"
    assert str(bag) in played.does("of1", "bundle", "--out", bag)
    assert played.told("x01", "verify", bag)["sound"] is True
    assert "包完好" in played.does("op1", "verify", bag)
    _library_accepts(bag)
    numbers = serials(played)
    assert {path.name for path in (bag / "data").iterdir()} == {"catalogue.json", "catalogue.xlsx", *numbers.values()}
    held = json.loads((bag / "data/catalogue.json").read_text(encoding="utf-8"))
    assert held == json.loads((played.out / "目录.json").read_text(encoding="utf-8"))
    for key, serial in numbers.items():
        _work_is_right(played, key, bag / "data" / serial)
    video = bag / "data" / numbers["w00"] / "lesson-01.mp4"
    content = bytearray(video.read_bytes())
    content[len(content) // 2] ^= 1
    video.write_bytes(content)
    changed = played.says("op1", "verify", bag)
    assert changed.code == 1
    assert f"data/{numbers['w00']}/lesson-01.mp4 被改动" in changed.out


def _library_accepts(bag: Path) -> None:
    """In a process of its own, as another tool would look at it."""
    code = "import sys, bagit; bag = bagit.Bag(sys.argv[1]); bag.validate(); print(len(list(bag.payload_files())))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(bag)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == sum(path.is_file() for path in (bag / "data").rglob("*"))


def _work_is_right(played: Played, key: str, folder: Path) -> None:
    view, work = played.view(key), BY_KEY[key]
    told = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    assert (told["title"], told["unit"], told["id"]) == (work.title, work.unit, played.ids[key])
    assert len(told["lessons"]) == len(view["lessons"])
    assert len(list(folder.iterdir())) == 1 + 2 * len(view["lessons"])
    for lesson, held in zip(told["lessons"], view["lessons"], strict=True):
        assert _digest(folder / lesson["file"]) == _digest(Path(held["rendition"]))
        assert lesson["seconds"] == held["duration"]
        (quiz,) = read_quizzes(folder / lesson["quiz"])
        asked = [
            [f"{q.number}. {q.text}", *(f"{a}. {b}" for a, b in q.options), f"答案：{q.answer}"] for q in quiz.questions
        ]
        assert asked == [question(work, lesson["ordinal"], number) for number in range(1, QUESTIONS + 1)]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def the_ledger_is_right(played: Played) -> None:
    """Lecturer × year × 6 × hours; one lecturer has two works."""
    sheets = sheets_of(played.file("of1", "ledger", to="台账.xlsx"))
    numbers = serials(played)
    year = int(numbers["w00"][:4])
    expected = []
    for key in CATALOGUED:
        topic, hours = BY_KEY[key].topic, float(len(BY_KEY[key].lessons))
        expected.append(
            (year, topic["lecturer"], topic["lecturer_unit"], numbers[key], BY_KEY[key].title, hours, TIMES, hours * 6, None)
        )  # fmt: skip
    assert sorted(row[:8] for row in sheets["台账"][2 : 2 + len(CATALOGUED)]) == sorted(row[:8] for row in expected)
    assert {row[8] or None for row in sheets["台账"][2 : 2 + len(CATALOGUED)]} == {None}
    sums: dict[tuple[Any, ...], list[float]] = {}
    for row in expected:
        sums.setdefault(row[:3], []).append(row[5])
    assert {row[:3]: row[3:] for row in sheets["按教师合计"][2:]} == {
        key: (len(hours), sum(hours), 6 * sum(hours)) for key, hours in sums.items()
    }
    assert max(len(hours) for hours in sums.values()) == 2


def the_best_are_ranked(played: Played) -> None:
    """Marks, response and learners, weighed here; the best three and their lecturers' certificates."""
    numbers = serials(played)
    names = [numbers[key] if place % 2 else BY_KEY[key].title for place, key in enumerate(CATALOGUED)]
    lines = [f"{name},{RESPONSE[key]},{LEARNERS[key]}" for name, key in zip(names, CATALOGUED, strict=True)]
    (played.folder / "平台.csv").write_text("\n".join(["课件,评价,学习人数", *lines]), encoding="utf-8")
    (played.folder / "平台错.csv").write_text("课件,评价,学习人数\n示例没有,95,1\n", encoding="utf-8")
    export = ("excellent", "--numbers")
    assert "第 2 行" in played.refused(
        "of1", *export, played.folder / "平台错.csv", "--out", played.out / "x.xlsx", code=2
    )
    sheets = sheets_of(played.file("of1", *export, played.folder / "平台.csv", to="优秀.xlsx"))
    fit = [key for key in CATALOGUED if mean(key) >= 80 and RESPONSE[key] >= 80]
    assert set(CATALOGUED) - set(fit) == {"w04", "w11"}
    share = {key: sum(LEARNERS[other] <= LEARNERS[key] for other in fit) / len(fit) for key in fit}
    score = {key: 0.5 * mean(key) / 100 + 0.25 * RESPONSE[key] / 100 + 0.25 * share[key] for key in fit}
    best = sorted(fit, key=lambda key: -score[key])
    rows = sheets["排名"][2 : 2 + len(CATALOGUED)]
    for place, (key, row) in enumerate(zip(best, rows, strict=False), 1):
        work = BY_KEY[key]
        assert row == (
            place, numbers[key], work.title, work.topic["lecturer"], work.unit, round(mean(key), 2), RESPONSE[key],
            LEARNERS[key], round(score[key], 4), "拟推荐" if place <= PROPOSED else "未推荐",
        ), key  # fmt: skip
    assert [(row[0], row[1], row[9]) for row in rows[len(best) :]] == [
        (None, numbers[key], "未达到参评最低值") for key in ("w04", "w11")
    ]
    certified = sheets["颁证名单"][2 : 2 + PROPOSED]
    assert certified == [
        (n, BY_KEY[key].topic["lecturer"], BY_KEY[key].topic["lecturer_unit"], "教授", numbers[key], BY_KEY[key].title)
        for n, key in enumerate(best[:PROPOSED], 1)
    ]
    assert not any(isinstance(row[0], int) for row in sheets["颁证名单"][2 + PROPOSED :])
    units = {row[0]: row[1:] for row in sheets["按申报单位"][2:]}
    assert units == {
        BY_KEY[key].unit: (BY_KEY[key].topic["national_base"], 1, len(BY_KEY[key].lessons), round(mean(key), 2), int(key in best[:PROPOSED]))
        for key in CATALOGUED
    }  # fmt: skip


def statistics_are_right(played: Played) -> None:
    """How often each check found something, what was waived and what is gone, counted again from the store's rows."""
    played.refused("x01", "stats")
    told = played.told("of1", "stats")
    rows = played.rows(
        "SELECT s.work_id AS work, s.version, s.applicant_unit AS unit, f.check_id AS name, f.clause, f.key, l.ordinal"
        " FROM findings f JOIN submissions s ON s.id = f.submission_id LEFT JOIN lessons l ON l.id = f.lesson_id"
        " WHERE f.severity <> 'note'"
    )
    last = {
        row["work"]: row["n"]
        for row in played.rows("SELECT work_id AS work, max(version) AS n FROM submissions GROUP BY 1")
    }
    waived = {
        (row["work_id"], row["ordinal"], row["key"])
        for row in played.rows("SELECT * FROM waivers WHERE ended_at IS NULL")
    }
    seen: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        one = seen.setdefault((row["work"], row["ordinal"], row["name"], row["key"]), [row, 0])
        one[1] = max(one[1], row["version"])
    for group, name in (("detectors", "name"), ("clauses", "clause"), ("units", "unit")):
        counts: dict[str, list[int]] = {}
        for (work, ordinal, _, key), (row, version) in seen.items():
            let = (work, ordinal, key) in waived
            sums = counts.setdefault(row[name], [0, 0, 0])
            for place, so in enumerate((True, let, not let and version < last[work])):
                sums[place] += so
        assert {one["name"]: [one["found"], one["waived"], one["fixed"]] for one in told[group]} == counts, group
    detectors = {one["name"]: (one["found"], one["waived"], one["fixed"]) for one in told["detectors"]}
    planted = {
        "black": (2, 1, 1), "audio-dropout": (1, 1, 0), "flash": (1, 1, 0), "freeze": (1, 1, 0), "container": (1, 0, 1),
        "letter-missing": (1, 0, 0), "quiz-missing": (1, 0, 0), "letter-field": (1, 0, 0),
    }  # fmt: skip
    assert {name: detectors[name] for name in planted} == planted
    assert {one["name"] for one in told["tuning"]} == {"black", "audio-dropout", "flash", "freeze"}
    left = {stage["state"]: stage["count"] for stage in told["stages"]}
    assert (left["measuring"], left["group-decision"], left["catalogued"]) == (len(WORKS) + 2, 10, 8)


def as_it_was_decided(played: Played) -> None:
    """A review that was reopened is shown as it was sealed at the time, and as it is now; a decision with what it stood on."""
    log, account = log_of(played, SLIP, "of1"), played.panels[SLIP][2]
    reopened = next(row for row in log if row["action"] == "reopen-review")
    before = next(row for row in reversed(log) if row["seq"] < reopened["seq"])
    for seq, total in ((before["seq"], BY_KEY[SLIP].totals[2]), (reopened["seq"], None), (log[-1]["seq"], MEANT)):
        view = played.told("of1", "show", played.ids[SLIP], "--as-of", f"#{seq}")["as_of"]["view"]
        assert {one["person"]: one["total"] for one in view["reviews"]}.get(account) == total
    back = next(row for row in log_of(played, "w10") if row["after"].get("state") == "returned")
    then = played.told("of1", "show", played.ids["w10"], "--as-of", back["at"])["as_of"]["view"]
    assert (then["state"], len(then["reviews"])) == ("returned", 3)
    assert back["person"] == "boss2"


def the_log_is_whole(played: Played) -> None:
    """The chain is sound; its head can be kept outside and compared later; one changed byte is found."""
    head = played.folder / "链头.txt"
    assert "完好" in played.does("op1", "verify", "--head-out", head)
    assert played.told("op1", "verify", "--expect", head)["sound"] is True
    report = played.told("admin", "verify")
    (last,) = played.rows("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    assert head.read_text(encoding="ascii").strip() == report["head"] == f"{last['seq']}:{last['hash']}"
    people = {row["person"] for row in played.rows("SELECT DISTINCT person FROM audit")}
    assert {"machine", "op1", "op2", "of1", "of2", "of3", "boss1", "boss2"} < people
    assert "admin" not in people
    one_role = played.rows(
        "SELECT s.work_id, a.person FROM audit a JOIN submissions s ON s.id = a.submission_id WHERE a.role <> 'machine'"
        " AND a.action <> 'export' GROUP BY 1, 2 HAVING count(DISTINCT a.role) > 1"
    )
    assert one_role == [], "nobody acted in two roles on one work"
    exported = Counter(row["object"] for row in played.rows("SELECT object FROM audit WHERE action = 'export'"))
    assert exported["document:opinion"] == 10
    assert exported["document:letter"] == 5


def blank_papers_are_right(played: Played) -> None:
    """What `station template` gives to units, opened: the year, the areas, five questions, every clause."""
    folder = played.out / "样表"
    played.does("op1", "template", folder)
    year = str(TODAY.year)
    form = sheets_of(folder / "附件1-选题征集表.xlsx")
    cells = [str(cell) for rows in form.values() for row in rows for cell in row if cell]
    assert f"{year} 年公需科目选题征集表" in cells[0]
    for name in ("附件1-选题征集表.docx", "附件3-知识产权保护承诺书.docx"):
        assert year in text_of(folder / name)
    heads = [cell for table in tables_of(folder / "附件1-选题征集表.docx") for row in table[:2] for cell in row]
    for word in ("课件名称", "课件内容简介", "课时", "姓名", "职称", "是否国家级继续教育基地"):
        assert word in heads
        assert word in cells
    quiz = text_of(folder / "第1课时-测试题.docx")
    assert quiz.count(say("documents.template.quiz-answer", "zh")) == QUESTIONS
    checklist = text_of(folder / "报送材料清单.docx")
    assert "、".join(AREAS) in checklist
    assert "音频信号持续稳定，中断时间不得超过3秒" in checklist
