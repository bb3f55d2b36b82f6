"""A station full of sample submissions, built through the store and the desk alone: for tests, and for looking at.

    python tests/tui/fixture_station.py FOLDER

Every name is a sample (示例). Nothing is decoded: stills are painted, curves computed.
"""

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from station.config import Config, ReviewSection, StationSection
from station.desk import Desk
from station.desk.machine import machine_move
from station.findings import Finding, Outcome, OutcomeKind, Severity
from station.judge import Judgement
from station.papers.types import Papers
from station.people import Person
from station.profile import default_profile
from station.rubric import default_rubric
from station.store import Store, drops, heartbeat, jobs, open_store, outcomes, submissions
from station.store.connection import utc_now
from station.store.submissions import NewLesson, NewSubmission

EVERYONE = frozenset({"operator", "expert", "office", "group", "admin"})
OPERATOR = Person("shili-jishen", frozenset({"operator"}), "示例评审室", "示例业务员")
EXPERTS = tuple(Person(f"shili-zhuanjia{n}", frozenset({"expert"}), f"示例院校{n}", f"示例专家{n}") for n in (1, 2, 3))
OFFICE = Person("shili-bangong", frozenset({"office"}), "示例办公室", "示例办公室人员")
GROUP = Person("shili-zu", frozenset({"group"}), "示例小组", "示例小组成员")
HOSTILE = "[/foo] [@click=app.quit]点我[/] \x1b[2J\u202e示例\udce9🎬"
DURATION = 2700.0


def config_at(root: Path, **tui: Any) -> Config:
    """A configuration whose station is `root`, where one person may try everything out alone."""
    base = Config()
    return replace(
        base,
        station=StationSection(root=str(root)),
        review=ReviewSection(separate_roles=False, experts=3),
        tui=replace(base.tui, **tui),
    )


def desk_of(store: Store, config: Config, person: Person) -> Desk:
    """A person's desk on the same store."""
    return Desk(store, person, config, default_profile(), default_rubric())


def new_submission(title: str, unit: str, number: int, lessons: int = 2) -> NewSubmission:
    """A submission with sample lessons."""
    folder = f"submissions/sample-{number}"
    return NewSubmission(
        title=title, applicant_unit=unit, recommending_unit="示例推荐单位", lecturer="示例讲师", hours=float(lessons),
        folder=folder, papers=Papers(),
        lessons=tuple(
            NewLesson(n, f"第{n}课 示例", f"{folder}/source/{n}.mp4", f"{number:032x}{n:032x}", 900_000_000) for n in range(1, lessons + 1)
        ),
    )  # fmt: skip


def sample_finding(
    check: str, severity: Severity, start: float | None = None, seconds: float = 1.0, **fields: Any
) -> Finding:
    """A finding of a check as the profile knows it."""
    spec = default_profile().checks[check]
    values: dict[str, Any] = {
        "message": f"finding.{check}",
        "params": {},
        "waivable": spec.waivable,
        "people": spec.people,
    }
    if start is not None:
        values |= {"start": start, "end": start + seconds, "start_frame": round(start * 25),
                   "end_frame": round((start + seconds) * 25), "picture": f"{round(start):08x}"}  # fmt: skip
    return Finding(clause=spec.clause, check=check, severity=severity, **values | fields)


def outcome_of(*findings: Finding, ok: tuple[str, ...] = (), unmeasured: tuple[str, ...] = ()) -> Judgement:
    """A judgement that ends with these findings, these passes, and these that could not be measured."""
    checks = default_profile().checks
    by_check: dict[str, list[Finding]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    ends = [Outcome(c, checks[c].clause, OutcomeKind.FINDINGS, tuple(f)) for c, f in by_check.items()]
    ends += [Outcome(c, checks[c].clause, OutcomeKind.OK, facts={"value": 25.0, "odd_sign": 3}) for c in ok]
    ends += [Outcome(c, checks[c].clause, OutcomeKind.NOT_MEASURABLE, reason="reason.not-built") for c in unmeasured]
    return Judgement(tuple(ends))


FAULTY = (
    sample_finding("black", Severity.FAULT, 754.2, 2.4, value=2.4, limit=0.5, unit="s", message="finding.black.sound",
                   params={"length": 2.4, "frames": 60, "limit": 0.5}),
    sample_finding("freeze", Severity.FAULT, 1312.0, 6.0, value=6.0, limit=2.0, unit="s", tiles=(10, 23, 18, 32),
                   message="finding.freeze.area",
                   params={"length": 6.0, "frames": 150, "area": 12.5, "share": 100, "limit": 2.0}),
    sample_finding("flash", Severity.WARNING, 1988.36, 0.12, value=3, message="finding.flash.picture",
                   params={"frames": 3, "share": 96}),
    sample_finding("audio-gap", Severity.FAULT, 2210.0, 4.0, value=4.0, limit=3.0, unit="s",
                   message="finding.audio-gap.dead", params={"length": 4.0, "limit": 3.0}),
    sample_finding("loudness", Severity.NOTE, value=-34.3, limit=-33.0, unit="LUFS", message="finding.loudness.quiet",
                   params={"value": -34.3, "limit": -33.0}),
)  # fmt: skip
HARD = (sample_finding("video-codec", Severity.FAULT, value="hevc", limit="h264, mpeg2video",
                       params={"value": "hevc", "limit": "h264, mpeg2video"}),)  # fmt: skip
PASSED = ("container", "audio-codec", "frame-rate")
UNMEASURED = ("lip-sync", "intro-missing")


def paint(kind: str, width: int = 480, height: int = 270) -> Image.Image:
    """A sample still: a slide with a lecturer, black, or a foreign picture."""
    if kind == "black":
        return Image.new("RGB", (width, height), (8, 8, 9))
    picture = Image.new("RGB", (width, height), (236, 240, 245) if kind == "slide" else (40, 120, 60))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, height // 6), fill=(24, 58, 110))
    draw.rectangle((width // 30, height // 16, width // 2, height // 9), fill=(240, 240, 240))
    for row in range(5):
        top = height // 4 + row * height // 8
        draw.rectangle(
            (width // 14, top, width // 2 + (row * 37) % (width // 8), top + height // 22), fill=(70, 80, 95)
        )
    draw.ellipse((width * 25 // 32, height * 11 // 18, width * 29 // 32, height * 14 // 18), fill=(205, 160, 130))
    draw.rectangle((width * 24 // 32, height * 14 // 18, width * 30 // 32, height), fill=(50, 60, 120))
    return picture


def curves(columns: int = 600) -> dict[str, Any]:
    """An overview with a black hole, a freeze and a gap in the sound where the findings are."""
    at = lambda start, end, i: start / DURATION <= i / columns < (end + 6) / DURATION  # noqa: E731
    luma, alive, rate, loud, envelope = [], [], [], [], []
    for i in range(columns):
        speech = 0.25 + 0.2 * math.sin(i / 3.1) * math.sin(i / 17.0) + 0.15 * math.sin(i / 0.7) ** 2
        black, frozen, gap = at(754.2, 756.6, i), at(1312, 1318, i), at(2210, 2214, i)
        luma.append(8.0 if black else 150 + 40 * math.sin(i / 60))
        alive.append(0.0 if black or frozen else 0.2 + 0.1 * math.sin(i / 9) ** 2)
        rate.append(2.0 if black else 18 + 6 * math.sin(i / 25))
        loud.append(None if gap else -27 + 3 * math.sin(i / 12))
        envelope.append([0.0005, 0.0005] if gap else [max(0.01, speech), max(0.01, speech * 0.8)])
    return {"duration": DURATION, "columns": columns, "luma": luma, "alive": alive, "bit_rate": rate, "loudness": loud,
            "envelope": envelope, "changes": [60.0, 180.5, 754.2, 1500.0]}  # fmt: skip


def record(store: Store, root: Path, submission: str, ordinal: int, judgement: Judgement) -> None:
    """What measuring and judging a lesson would have left behind."""
    folder = f"submissions/{submission}/lessons/{ordinal}"
    (root / folder / "evidence").mkdir(parents=True, exist_ok=True)
    (root / folder / "overview.json").write_text(json.dumps(curves()), encoding="utf-8")
    evidence: dict[str, dict[str, str]] = {}
    for finding in (f for o in judgement.outcomes for f in o.findings):
        if finding.start is None:
            continue
        names = {name: f"{finding.check}-{name}.jpg" for name in ("before", "at", "after")}
        for name, file in names.items():
            kind = {"black": "black", "flash": "foreign"}.get(finding.check, "slide") if name == "at" else "slide"
            paint(kind).save(root / folder / "evidence" / file, quality=80)
        evidence[finding.key] = names
    outcomes.record_lesson(
        store, f"{submission}-{ordinal:02}", measurements=f"{folder}/measurements.npz", duration=DURATION, rendition=None,
        facts={"device": "cpu: sample", "evidence": f"{folder}/evidence"}, judgement=judgement, evidence=evidence,
        overview=f"{folder}/overview.json",
    )  # fmt: skip


def add(store: Store, root: Path, title: str, unit: str, number: int, *judgements: Judgement, lessons: int = 2) -> str:
    """A submission, measured where judgements are given: it then stands in triage, else it is received."""
    submission = submissions.new_id()
    new = new_submission(title, unit, number, max(lessons, len(judgements)))
    submissions.register(store, new, drop_id=f"drop-{number}", submission_id=submission)
    papers = outcome_of(ok=("form-missing", "quiz-missing"), unmeasured=("letter-seal",))
    outcomes.record_papers(store, submission, papers)
    if judgements:
        machine_move(store, submission, "accept")
        machine_move(store, submission, "start")
        for ordinal, judgement in enumerate(judgements, 1):
            record(store, root, submission, ordinal, judgement)
        machine_move(store, submission, "measured")
    return submission


def approve(store: Store, config: Config, submission: str, person: Person) -> None:
    """One approval."""
    desk = desk_of(store, config, person)
    desk.move(submission, "approve", seen=desk.submission(submission).revision, reason="示例理由")


def review(store: Store, config: Config, submission: str, person: Person, share: float) -> None:
    """A whole review, submitted."""
    desk, rubric = desk_of(store, config, person), default_rubric()
    seen = desk.save_draft(
        submission, gate={p.id: {"pass": True, "reason": ""} for p in rubric.gate},
        scores={line.id: round(line.maximum * share, 1) for line in rubric.lines}, notes="示例意见：讲解清楚", seen=0,
    )  # fmt: skip
    desk.submit_review(submission, seen=seen)


def build(root: Path, *, strange: str = HOSTILE) -> dict[str, str]:
    """Fill `root`; ids of the submissions by what they show. `strange` is the title of the one called `hostile`."""
    root.mkdir(parents=True, exist_ok=True)
    config = config_at(root)
    store = open_store(config.database)
    clean = outcome_of(ok=PASSED, unmeasured=UNMEASURED)
    faulty = outcome_of(*FAULTY, ok=PASSED, unmeasured=UNMEASURED)
    one = outcome_of(FAULTY[0], ok=PASSED, unmeasured=UNMEASURED)
    ids = {
        "catalogued": add(store, root, "示例课程：网络安全基础", "示例单位甲", 1, clean, clean),
        "office": add(store, root, "示例课程：知识产权保护", "示例单位乙", 2, clean, clean),
        "returned": add(
            store, root, "示例课程：应急管理实务", "示例单位丙", 3, outcome_of(*HARD, *FAULTY[:2], ok=PASSED)
        ),
        "experts": add(store, root, "示例课程：绿色低碳发展", "示例单位丁", 4, clean, outcome_of(FAULTY[2], ok=PASSED)),
        "hostile": add(store, root, strange, "示例单位 [b]戊[/b]" if strange == HOSTILE else "示例单位戊", 5, one),
        "single": add(store, root, "示例课程：科学精神与创新", "示例单位己", 6, one, clean),
        "faulty": add(store, root, "示例课程：人工智能与数字技术应用", "示例大学继续教育学院", 7, faulty, clean),
        "waiting": add(store, root, "示例课程：乡村振兴案例", "示例单位庚", 8),
        "measuring": add(store, root, "示例课程：法治思维与依法行政", "示例单位辛", 9),
        "queued": add(store, root, "示例课程：心理健康与压力管理", "示例单位壬", 10),
    }
    machine_move(store, ids["waiting"], "await-papers")
    for name in ("measuring", "queued"):
        machine_move(store, ids[name], "accept")
        jobs.enqueue(store, ids[name], [f"{ids[name]}-01", f"{ids[name]}-02"])
    machine_move(store, ids["measuring"], "start")
    job = jobs.claim(store, "sample-owner", "sample-worker")
    assert job is not None
    jobs.progress(store, job.id, "sample-owner", stage="measure", share=0.42, per_second=212.0, eta=183.0)
    for name in ("experts", "office", "catalogued"):
        approve(store, config, ids[name], OPERATOR)
    review(store, config, ids["experts"], EXPERTS[0], 0.9)
    for name in ("office", "catalogued"):
        for person in EXPERTS:
            review(store, config, ids[name], person, 0.85)
        approve(store, config, ids[name], OFFICE)
    approve(store, config, ids["catalogued"], OFFICE)
    approve(store, config, ids["catalogued"], GROUP)
    desk = desk_of(store, config, OPERATOR)
    desk.move(
        ids["returned"], "return", seen=desk.submission(ids["returned"]).revision, reason="视频编码不符，请重新导出"
    )
    set_aside(store)
    beat(store)
    store.close()
    return ids


def set_aside(store: Store) -> None:
    """Drops that became no submission."""
    for number, (name, reason, duplicate) in enumerate((
        ("示例空文件夹", drops.Reason("intake.refused.empty"), False),
        ("示例课件（再投）.zip", drops.Reason("intake.refused.duplicate", {"name": "示例课件.zip", "id": "01SHILI"}), True),
        (f"示例 {HOSTILE}.zip", drops.Reason("intake.refused.archive-damaged", {"detail": "示例：CRC 不符 [/x]"}), False),
    )):  # fmt: skip
        drop_id, kept = f"aside-{number}", Path(f"refused/aside-{number}/{name}")
        drops.begin(store, drop_id, name=name, source=Path("/inbox") / name, target=kept)
        drops.set_taken(store, drop_id)
        drops.decide_refusal(store, drop_id, reason)
        drops.set_refused(store, drop_id, target=kept, duplicate=duplicate)


def beat(store: Store) -> None:
    """The daemon is alive, and waits for a copy to be whole."""
    heartbeat.beat(store, heartbeat.Beat(4242, "sample-host", "cpu: no CUDA driver", "measuring", utc_now(), [
        {"name": "示例课件包.zip", "message": "intake.wait.settling", "params": {}}]))  # fmt: skip


if __name__ == "__main__":
    for name, submission in build(Path(sys.argv[1])).items():
        sys.stdout.write(f"{submission} {name}\n")
