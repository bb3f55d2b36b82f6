"""The matrix itself: it plants what it says, compares rightly, keeps by content, and writes its table. A small part of it runs."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from matrix import report, run
from matrix.lectures import CODERS, Black, Clip, Foreign, Freeze, Talk
from matrix.plan import Case, Missing, Planted, Row, Score, Seen, Target
from matrix.recipes import key
from matrix.score import compared
from matrix.styles import Slides, Window

ROW = Row("black", Target(recall=1, false_per_hour=0, edge_frames=1))
SMALL = (320, 180)


def score(row: Row, planted: tuple[Planted, ...], *seen: Seen) -> Score:
    return compared(row, Case("a", Clip(Slides()), planted), seen, frame=0.04, length=36.0)


def test_found_false_and_edges() -> None:
    made = score(ROW, (Planted(1, 2), Planted(5, 6)), Seen(1.04, 2.0, "fault"), Seen(8, 9, "warning", "black warning"))
    assert (made.planted, made.found, made.true_events, made.false_events) == (2, 1, 1, 1)
    assert made.edges == [1.0, 0.0]
    assert made.clean_seconds == 0
    assert made.alarms == ["a: black warning 8.00–9.00 s"]


def test_a_clean_twin_counts_its_hours() -> None:
    made = score(ROW, (), Seen(1, 2))
    assert (made.clean_events, made.clean_seconds) == (1, 36.0)
    assert report.false_rate(made) == pytest.approx(100)
    assert report.met(ROW.target, made) is False


def test_moments_are_matched_one_to_one() -> None:
    row = Row("changes", Target(f1=0.95), instants=True, reach=0.5)
    made = score(row, (Planted(1, 1), Planted(2, 2)), Seen(1.2, None), Seen(1.3, None), Seen(2.7, None))
    assert (made.found, made.true_events, made.false_events) == (1, 1, 2)
    assert report.f1(made) == pytest.approx(0.4)


def test_what_may_be_either_is_neither() -> None:
    made = compared(ROW, Case("a", Clip(Slides()), (), (Planted(3, 4),)), [Seen(3.2, 3.3)], frame=0.04, length=10.0)
    assert made.false_events == 0


def test_an_unmet_edge_is_unmet() -> None:
    made = score(ROW, (Planted(1, 2),), Seen(0.92, 2.0))
    assert report.met(ROW.target, made) is False
    assert report.met(Target(recall=1, edge_frames=2), made) is True


@dataclass(frozen=True)
class _Absent:
    suffix: str = ".mp4"

    def write(self, path: Path) -> None:
        raise Missing("nothing here")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REVIEW_STATION_MATRIX", str(tmp_path))
    return tmp_path


def cases() -> tuple[Case, ...]:
    clip = Clip(Window(every=(75, 76)), 6, (Black(1, 1.6), Foreign(2.4, 2, "white"), Freeze(3.6, 5.8)), size=SMALL)
    return (
        Case("window/all", clip, (clip.planted(1, 1.6),)),
        Case("slides/clean", Clip(Slides(), 4, coder=CODERS[1], size=SMALL)),
        Case("absent", _Absent()),
    )


def test_a_small_part_of_it_runs_and_is_kept(own_cache: Path) -> None:
    first = run.run([Row("black", ROW.target, cases)], jobs=1, tell=False)["black"]
    assert (first.cases, first.planted, first.found, first.false_events) == (2, 1, 1, 0)
    assert first.skipped == ["absent: nothing here"]
    assert first.edges == [0, 0]
    times = {path: path.stat().st_mtime_ns for path in own_cache.rglob("*.*")}
    assert len(times) == 4
    again = run.run([Row("flash", ROW.target, lambda: cases()[:1])], jobs=1, tell=False)["flash"]
    assert again.alarms == ["window/all: flash fault 2.40–2.48 s"]
    assert {path: path.stat().st_mtime_ns for path in own_cache.rglob("*.*")} == times


def test_a_key_follows_values_and_sources() -> None:
    clip = Clip(Window(), 6)
    assert key(clip) == key(Clip(Window(), 6))
    assert len({key(clip), key(Clip(Window(seed=1), 6)), key(Clip(Window(), 6, sound=Talk(seed=1)))}) == 3
    assert key(_Absent()) != key(_Absent(".mov"))


@pytest.mark.parametrize("row_id", sorted(run.discovered()))
def test_every_row_can_be_read(row_id: str) -> None:
    row = run.discovered()[row_id]
    try:
        names = [case.name for case in row.cases()]
    except Missing as missing:
        pytest.skip(str(missing))
    assert len(names) == len(set(names))
    assert row.pure or names


def test_the_table_is_written_between_its_marks(tmp_path: Path) -> None:
    document = tmp_path / "ACCURACY.md"
    document.write_text(f"before\n{report.BEGIN}\n{report.END}\nafter\n")
    rows = {"black": ROW, "freeze": Row("freeze", Target(recall=0.99))}
    report.write(
        document, report.table(rows, {"freeze": Score(planted=2, found=2, cases=2)}), order=["black", "freeze"]
    )
    report.write(document, report.table(rows, {"black": Score(planted=4, found=3, cases=4)}), order=["black", "freeze"])
    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert [report.row_id(line) for line in text.splitlines() if "%" in line] == ["black", "freeze"]
    assert "75.0 %" in text
    document.write_text("no marks")
    with pytest.raises(ValueError, match="no marks"):
        report.write(document, list(report.HEAD), order=[])
