"""The report: one page without anything beside it, tables, marker lists; whatever strangers write stays text."""

import csv
import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest
from PIL import Image

from station.findings import OutcomeKind, Severity, Verdict
from station.profile import default_profile
from station.report import markers, tables
from station.report.chart import timeline
from station.report.model import End, Part, Point, Report, Waived
from station.report.page import MOST_PICTURED, page
from station.report.words import Words
from station.report.write import write_report
from station.text import LANGUAGES, catalogue
from tests.clips import lecture
from tests.station.keyboard import Run, keyboard
from tests.station.room import Room, finding

PROFILE = default_profile()
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}{% raw %}\x1b[2J\u202e\udce9=cmd()"
VOID = {"meta", "br", "img", "rect", "path", "line"}


class Whole(HTMLParser):
    """Checks that every tag is closed in order, and collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.open[-3:])

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Whole:
    whole = Whole()
    whole.feed(text)
    assert whole.open == []
    return whole


def point(check: str = "black", start: float | None = 4.0, **changes: Any) -> Point:
    values: dict[str, Any] = {
        "clause": PROFILE.checks[check].clause, "severity": Severity.FAULT, "message": "finding.black.sound",
        "params": {"length": 0.8, "frames": 20, "limit": 0.5}, "end": None if start is None else start + 0.8,
        "start_frame": None if start is None else round(start * 25), "end_frame": None if start is None else round(start * 25) + 20,
        "value": 0.8, "limit": 0.5, "unit": "s",
    }  # fmt: skip
    return Point(check, start=start, **{**values, **changes})


def part(*points: Point, **changes: Any) -> Part:
    values: dict[str, Any] = {
        "ordinal": 1, "title": "第一讲", "file": "1.mp4", "verdict": Verdict.FAIL,
        "ends": (
            End("black", "2.2.4", OutcomeKind.FINDINGS, None, {}, {"stretches": 1, "seconds": 0.8}),
            End("loudness", "2.7.2", OutcomeKind.OK, None, {}, {"lufs": -23.0, "peak_dbtp": -3.25}),
            End("noise", "2.7.1", OutcomeKind.NOT_MEASURABLE, "reason.no-picture", {}, {}),
        ),
        "points": points, "sha256": "0" * 64, "duration": 12.0, "frame_seconds": 0.04,
        "overview": {
            "duration": 12.0, "columns": 4, "luma": [10, None, 200, 30], "alive": [0, 0.5, 1, 0], "bit_rate": [3, 4, 5, 20],
            "loudness": [None, -23, -40, None], "envelope": [], "changes": [3.0, 6.0],
        },
    }  # fmt: skip
    return Part(**{**values, **changes})


def report(*parts: Part, **changes: Any) -> Report:
    values: dict[str, Any] = {"title": "示例课", "verdict": Verdict.FAIL, "profile": PROFILE, "parts": parts}
    return Report(**{**values, **changes})


def hostile() -> Report:
    waived = Waived(HOSTILE, (HOSTILE,), "2026-01-01T00:00:00", complete=True)
    one = point(
        message="finding.corrupt.unreadable", params={"detail": HOSTILE}, waived=waived, value=HOSTILE, unit=HOSTILE
    )
    ends = (End("corrupt", "2.2.4", OutcomeKind.FINDINGS, "reason.unreadable", {}, {HOSTILE: HOSTILE}),)
    trouble = ("check.error.unreadable", {"file": HOSTILE, "detail": HOSTILE})
    made = part(one, title=HOSTILE, file=HOSTILE, ends=ends, trouble=trouble, fixed=(one,))
    return report(made, title=HOSTILE, head=(("report.lecturer", HOSTILE),), against=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_fetches_nothing(language: str) -> None:
    text = page(report(part(point(), point("freeze", None, severity=Severity.WARNING))), language)
    whole = read(text)
    assert "script" not in {tag for tag, _ in whole.tags}
    for tag, attributes in whole.tags:
        for name, value in attributes.items():
            if name in {"src", "href"}:
                assert (value or "").startswith(("#", "data:image/jpeg;base64,")), (tag, value)
            assert not name.startswith("on")
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text)
    ids = [attributes["id"] for _, attributes in whole.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(a["href"] or "")[1:] for _, a in whole.tags if "href" in a} <= set(ids)


def test_the_verdict_comes_first_then_the_gravest() -> None:
    text = read(page(report(part(point(severity=Severity.NOTE), point("freeze", 9.0), overview=None)), "en")).text
    body = text[text.index("示例课", text.index("}")) :]
    assert body.index("Fail") < body.index("Lesson 1")
    assert body.index("Frozen picture") < body.index("Black picture")


def test_the_counts_are_those_of_the_findings_shown() -> None:
    waived = point("flash", 9.0, waived=Waived("示例", ("op",), "2026-01-01", complete=True))
    made = report(part(point(), point("freeze", 6.0, severity=Severity.WARNING), waived), part(point(), ordinal=2))
    text = read(page(made, "en")).text
    assert "Standing: 2 faults, 1 warnings, 0 notes" in text


def test_what_strangers_write_stays_text() -> None:
    text = page(hostile(), "zh")
    whole = read(text)
    assert {tag for tag, _ in whole.tags} & {"script", "iframe", "object"} == set()
    assert "&lt;script&gt;alert(1)" in text
    assert "{{7*7}}" in whole.text
    assert not set(text) & {"\x1b", "\u202e", "\udce9"}
    text.encode("utf-8")


def test_every_check_has_its_method_in_both_languages() -> None:
    for language in LANGUAGES:
        wanted = {f"method.{check}.{part}" for check in PROFILE.checks for part in ("what", "source", "fooled")}
        held = {key for key in catalogue(language) if key.startswith("method.")}
        assert held == wanted
    ends = tuple(End(c.id, c.clause, OutcomeKind.OK, None, {}, {}) for c in PROFILE.checks.values())
    whole = read(page(report(part(ends=ends)), "zh"))
    assert sum(str(a.get("id", "")).startswith("method-") for _, a in whole.tags) == len(PROFILE.checks)


def test_numbers_have_their_units() -> None:
    words = Words("en", PROFILE)
    assert words.measure("peak_dbtp", -3.25) == "-3.25 dBTP"
    assert words.measure("area_share", 0.98) == "98 %"
    assert words.measure("frames", 5) == "5"
    assert words.measure("flashes_per_s", 3) == "3"
    assert dict(words.limits("form-field", brief=True))["areas"] == "13 words"
    assert dict(words.limits("black"))["fault_s"] == "0.5 s"
    text = read(page(report(part(point())), "en")).text
    assert "measured 0.8 s, limit 0.5 s" in text
    assert "-3.25 dBTP" in text


def test_pictures_are_in_the_page_and_their_number_is_bounded(tmp_path: Path) -> None:
    Image.new("RGB", (960, 540), "red").save(tmp_path / "at.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    stills = {
        "at": str(tmp_path / "at.jpg"),
        "before": str(tmp_path / "broken.jpg"),
        "after": str(tmp_path / "none.jpg"),
    }
    whole = read(page(report(part(*(point(start=float(n), stills=stills) for n in range(MOST_PICTURED + 5)))), "zh"))
    images = [a["src"] for tag, a in whole.tags if tag == "img"]
    assert len(images) == MOST_PICTURED
    assert all(len(image or "") < 20_000 for image in images)


def test_the_timeline_is_a_whole_drawing_with_marks_where_they_belong() -> None:
    drawn = ET.fromstring(
        str(timeline(part(point(start=6.0), point("freeze", 0.0, severity=Severity.WARNING)), Words("en", PROFILE)))
    )
    name = "{http://www.w3.org/2000/svg}"
    bands = {g.get("class"): g.find(f"{name}rect") for g in drawn.iter(f"{name}g")}
    left, wide = 86.0, 1020 - 86 - 20
    assert float(bands["fault"].get("x")) == pytest.approx(left + wide / 2)  # type: ignore[union-attr, arg-type]
    assert float(bands["warning"].get("x")) == pytest.approx(left)  # type: ignore[union-attr, arg-type]
    curves = [p.get("d") or "" for p in drawn.iter(f"{name}path") if p.get("class") == "curve"]
    assert len(curves) == 4
    assert curves[1].count("M") == 2, "the curve is broken where nothing was measured"


def test_nothing_measured_gives_no_drawing() -> None:
    assert str(timeline(part(overview=None, duration=None), Words("zh", PROFILE))) == ""


def test_the_table_opens_in_a_spreadsheet_and_holds_no_formula() -> None:
    text = tables.as_csv(hostile(), "zh")
    assert text.startswith("\ufeff")
    (row,) = list(csv.DictReader(io.StringIO(text[1:])))
    for sign in ("=", "+", "-", "@"):
        made = tables.as_csv(report(part(point(), file=f"{sign}cmd.mp4")), "zh")
        assert next(csv.DictReader(io.StringIO(made[1:])))["file"].startswith(f"'{sign}")
    assert row["standing"] == "0"
    plain = next(csv.DictReader(io.StringIO(tables.as_csv(report(part(point(value=-3.5))), "en")[1:])))
    assert (plain["value"], plain["timecode_start"], plain["start_frame"]) == ("-3.5", "00:00:04.00", "100")


def test_the_json_is_whole() -> None:
    for made in (hostile(), report(part(point(value=float("inf")), point("freeze", None)))):
        told = json.loads(tables.as_json(made, "en"))
        assert told["schema"] == 1
        assert len(told["parts"][0]["findings"]) == len(made.parts[0].points)
        assert "\x1b" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("frame", "rate"),
    [(0.04, Fraction(25)), (0.02, Fraction(50)), (1001 / 30000, Fraction(30000, 1001)), (0.1, Fraction(10))],
)
def test_markers_stand_where_the_report_says(frame: float, rate: Fraction) -> None:
    first = 100
    made = part(
        point(start=first * frame, end=(first + 20) * frame), point("freeze", None), point("flash", 200 * frame, end=200 * frame),
        frame_seconds=frame, duration=300 * frame,
    )  # fmt: skip
    words = Words("zh", PROFILE)
    assert markers.rate_of(made) == rate
    timeline_ = otio.adapters.read_from_string(markers.as_otio(made, words), "otio_json")
    (clip,) = timeline_.find_clips()
    ranges = [(m.marked_range.start_time.value, m.marked_range.duration.value, m.color) for m in clip.markers]
    assert ranges == [(100, 20, "RED"), (200, 1, "RED")]
    assert clip.source_range.duration.value == 300
    places = re.findall(r"^\* LOC: (\d\d):(\d\d):(\d\d):(\d\d) RED", markers.as_edl(made, words), re.MULTILINE)
    whole = round(rate)
    assert [((int(h) * 60 + int(m)) * 60 + int(s)) * whole + int(f) for h, m, s, f in places] == [100, 200]


def test_an_edl_keeps_its_lines_whatever_a_file_is_called() -> None:
    for line in markers.as_edl(hostile().parts[0], Words("en", PROFILE)).split("\r\n"):
        assert "\n" not in line
        assert "\x1b" not in line
    edl = markers.as_edl(part(point(), file="a\nb.mp4"), Words("en", PROFILE)).splitlines()
    assert edl[0] == "TITLE: a b.mp4"
    assert edl[3].split() == ["001", "AX", "V", "C", "00:00:00:00", "00:00:12:00", "00:00:00:00", "00:00:12:00"]


def test_waived_findings_are_no_markers() -> None:
    waived = Waived("示例", ("op",), "2026", complete=True)
    assert markers.markers(part(point(waived=waived), point(waived=replace(waived, complete=False)))) != []
    assert markers.markers(part(point(waived=waived))) == []


def test_files_are_written_whole(tmp_path: Path) -> None:
    written = write_report(report(part(point()), part(ordinal=2, duration=None, overview=None)), tmp_path / "out", "zh")
    assert [path.name for path in written] == [
        "report.html", "findings.csv", "report.json", "markers-01.otio", "markers-01.edl",
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in written)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return keyboard(room, monkeypatch, capsys)


def test_of_a_submission(room: Room, run: Run, tmp_path: Path) -> None:
    room.triage(finding("black", 3.0), finding("freeze", 9.0), title="课 <b>")
    desk = room.desk("op", "operator")
    second = room.triage(
        finding("black", 3.0),
        finding("flash", 5.0, message="finding.flash.white", params={"frames": 2}),
        title="课 <b>",
    )
    view = desk.submission(second)
    desk.waive(second, view.lessons[0].findings[0].id, "示例 <i>理由</i>", seen=view.revision)
    said = run("op", "report", second, "-o", tmp_path / "out")
    assert (said.code, "report.html" in said.out) == (1, True), said.err
    whole = read((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    for words in ("课 <b>", "Against version 1", "fixed", "still there", "示例 <i>理由</i>", "waived by op", "Papers"):
        assert words in whole.text, words
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert [p["lesson"] for p in told["parts"]] == [None, 1]
    assert run("own", "report", second, "-o", tmp_path / "no").code != 0
    assert not (tmp_path / "no").exists()


def test_of_files(room: Room, run: Run, tmp_path: Path) -> None:
    shape: dict[str, Any] = {"seconds": 5, "width": 320, "height": 180, "preset": "ultrafast"}
    lecture(tmp_path / "课 &.mp4", faults=(("black", 1.0, 2.0),), **shape)
    (tmp_path / "坏.mp4").write_bytes(b"nothing")
    said = run("op", "report", tmp_path / "课 &.mp4", tmp_path / "坏.mp4", "-o", tmp_path / "out", lang="zh")
    assert said.code == 1, said.err
    whole = read((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "课 &.mp4" in whole.text
    assert [tag for tag, _ in whole.tags].count("img") >= 3
    assert [tag for tag, _ in whole.tags].count("svg") == 1
    assert (tmp_path / "out" / "markers-01.edl").read_text(encoding="utf-8").count("* LOC:") >= 1
    assert not (tmp_path / "out" / "markers-02.edl").exists()
