"""Drops of papers alone: added to the submission that they name, refused where it is not known which."""

from pathlib import Path

import pytest

from daemon import attach, survey
from daemon.intake import Bench, carry_on, take_in
from station.papers import codec
from station.papers.types import Papers
from station.store import audit, drops, submissions
from tests.station.test_papers_added import FORM, QUIZ


class Killed(BaseException):
    """The power goes."""


@pytest.fixture(autouse=True)
def survey_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process: a side process costs a second each."""

    def here(_work: object, folder: Path, probing: bool, reading: bool, **_limits: object) -> survey.Survey:
        return survey.survey(folder, probing, reading)

    monkeypatch.setattr("daemon.intake.run_aside", here)


def dropped(bench: Bench, name: str, **files: str | Path) -> Path:
    folder = bench.places.inbox / name
    folder.mkdir(parents=True)
    for file, content in files.items():
        path = folder / file.replace("__", ".")
        path.write_bytes(content.read_bytes() if isinstance(content, Path) else content.encode())
    return folder


def held(bench: Bench, id_: str) -> Papers:
    row = submissions.header(bench.store, id_)
    assert row is not None
    return codec.from_json(row["papers"])


@pytest.fixture
def waiting(bench: Bench, clip: Path) -> str:
    """A submission with a form, before it is measured."""
    assert take_in(bench, dropped(bench, "课件", 第1讲__mp4=clip, submission__toml=FORM)) == "registered"
    (drop,) = drops.all_drops(bench.store)
    assert drop.submission_id is not None
    return drop.submission_id


def test_by_number_in_the_name(bench: Bench, waiting: str) -> None:
    assert held(bench, waiting).quizzes == ()
    assert take_in(bench, dropped(bench, f"补交 {waiting}", 第1讲测试题__txt=QUIZ)) == "registered"
    papers = held(bench, waiting)
    assert [quiz.lesson for quiz in papers.quizzes] == [1]
    assert papers.form is not None
    assert papers.lessons == 1
    *_, drop = drops.all_drops(bench.store)
    assert drop.submission_id == waiting
    added = bench.places.submission(waiting) / "added" / drop.id
    assert [path.name for path in added.rglob("*.txt")] == ["第1讲测试题.txt"]
    assert len(bench.store.rows("SELECT id FROM submissions")) == 1
    assert audit.verify(bench.store).sound
    assert take_in(bench, dropped(bench, f"又 {waiting}", 第1讲测试题__txt=QUIZ)) == "duplicate"


def test_by_a_form_of_the_same_course_and_unit(bench: Bench, waiting: str) -> None:
    assert (
        take_in(bench, dropped(bench, "更正", submission__toml=FORM.replace("hours = 1", "hours = 2"))) == "registered"
    )
    row = submissions.header(bench.store, waiting)
    assert row is not None
    assert row["hours"] == 2.0
    assert audit.verify(bench.store).sound


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("补交", {"第1讲测试题__txt": QUIZ}),
        ("别的单位", {"submission__toml": FORM.replace("示例继续教育基地", "示例别处")}),
        ("0" * 26, {"第1讲测试题__txt": QUIZ}),
        ("什么也不是", {"说明__txt": "请查收"}),
    ],
)
def test_for_nobody_known(bench: Bench, waiting: str, name: str, files: dict[str, str]) -> None:
    before = submissions.header(bench.store, waiting)
    assert take_in(bench, dropped(bench, name, **files)) == "refused"
    assert submissions.header(bench.store, waiting) == before
    *_, drop = drops.all_drops(bench.store)
    assert drop.reason is not None
    assert drop.reason["message"] == attach.NO_VIDEO
    assert list(bench.places.refused(drop.id).iterdir())


def test_not_once_the_experts_have_it(bench: Bench, waiting: str) -> None:
    bench.store.execute("UPDATE submissions SET state = 'expert-review' WHERE id = ?", (waiting,))
    assert take_in(bench, dropped(bench, waiting, 第1讲测试题__txt=QUIZ)) == "refused"


@pytest.mark.parametrize("still", [True, False])
def test_killed_once_it_was_moved(bench: Bench, waiting: str, monkeypatch: pytest.MonkeyPatch, *, still: bool) -> None:
    """Run again it is added, or, where the submission has gone on meanwhile, kept aside whole."""
    source = dropped(bench, f"补交 {waiting}", 第1讲测试题__txt=QUIZ)
    rename = Path.rename

    def deadly(path: Path, target: Path) -> Path:
        made = rename(path, target)
        if "added" in target.parts:
            raise Killed
        return made

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", deadly)
        with pytest.raises(Killed):
            take_in(bench, source)
    assert held(bench, waiting).quizzes == ()
    if not still:
        bench.store.execute("UPDATE submissions SET state = 'expert-review' WHERE id = ?", (waiting,))
    (drop,) = drops.unfinished(bench.store)
    assert carry_on(bench, drop) == ("registered" if still else "refused")
    assert len(held(bench, waiting).quizzes) == still
    place = bench.places.submission(waiting) / "added" if still else bench.places.refused(drop.id)
    assert [path.name for path in place.rglob("*.txt") if "测试题" in path.name] == ["第1讲测试题.txt"]
