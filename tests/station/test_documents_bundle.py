"""The publication bundle: a bag that the `bagit` library accepts, whole or not there, and what verify finds in a changed one."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from station.desk.exporting import ExportDesk
from station.documents.bags import is_bag, library, verify_bag
from station.documents.bundle import quiz_text, write_bundle
from station.errors import NotFound, Unavailable, UsageError
from station.papers.quiz import read_quiz
from station.workflow import State
from tests.station.papered import catalogued, exports, quiz
from tests.station.room import Room


def written(office: ExportDesk, target: Path, *ids: str) -> Path:
    catalogue, works = office.bundle(ids)
    write_bundle(
        target, catalogue, works, office.settings, "zh", sealed=lambda manifest: office.bundled(works, manifest)
    )
    return target


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    room = Room(tmp_path / "station")
    catalogued(room, "甲课", lessons=2)
    catalogued(room, "乙课", published=True)
    return written(exports(room), tmp_path / "bag")


def test_a_bag_holds_renditions_quizzes_and_metadata(bag: Path) -> None:
    library().Bag(str(bag)).validate()
    data = bag / "data"
    catalogue = json.loads((data / "catalogue.json").read_text(encoding="utf-8"))
    serials = [work["serial"] for work in catalogue["works"]]
    assert sorted(path.name for path in data.iterdir()) == sorted(["catalogue.json", "catalogue.xlsx", *serials])
    first = data / serials[0]
    told = json.loads((first / "metadata.json").read_text(encoding="utf-8"))
    assert (told["schema"], told["title"], told["area"], told["hours"]) == (1, "甲课", "数字技术", 2.0)
    assert [lesson["file"] for lesson in told["lessons"]] == ["lesson-01.mp4", "lesson-02.mp4"]
    for lesson in told["lessons"]:
        assert (first / lesson["file"]).read_bytes() == f"甲课 {lesson['ordinal']}".encode() * 100
        assert read_quiz(first / lesson["quiz"]).questions == quiz(lesson["ordinal"]).questions
    info = (bag / "bag-info.txt").read_text(encoding="utf-8")
    assert "Source-Organization: 中国继续工程教育协会" in info
    assert sorted(path.name for path in bag.parent.iterdir()) == ["bag", "station"], "nothing is left beside it"


def test_a_whole_bag_is_whole(bag: Path) -> None:
    report = verify_bag(bag)
    files = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert report.sound
    assert (report.files, report.bytes) == (len(files), sum(path.stat().st_size for path in files))


def _change(bag: Path) -> None:
    path = next((bag / "data").rglob("*.mp4"))
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.write_bytes(content)


def _link(bag: Path) -> None:
    path = next((bag / "data").rglob("*.mp4"))
    content = path.rename(bag.parent / "outside.mp4")
    path.symlink_to(content)


def _manifest(bag: Path) -> None:
    for path in bag.glob("manifest-*.txt"):
        path.write_text(path.read_text(encoding="utf-8").replace("data/", "data/../../", 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_change, "documents.bag.changed"),
        (lambda bag: next((bag / "data").rglob("*.mp4")).unlink(), "documents.bag."),
        (lambda bag: (bag / "data" / "more.txt").write_text("x"), "documents.bag."),
        (lambda bag: (bag / "bag-info.txt").write_text("a: b\n"), "documents.bag."),
        (_link, "documents.bag.strange"),
        (lambda bag: os.mkfifo(bag / "data" / "pipe"), "documents.bag.strange"),
        (_manifest, "documents.bag."),
        (lambda bag: (bag / "bagit.txt").write_bytes(b"\xff\xfe\x00"), "documents.bag.broken"),
    ],
    ids=["byte", "missing", "more", "tags", "link", "pipe", "path", "declaration"],
)
def test_what_was_done_to_a_bag_is_found(bag: Path, spoil: Callable[[Path], object], message: str) -> None:
    spoil(bag)
    report = verify_bag(bag)
    assert not report.sound
    assert report.problems[0].message.startswith(message)


def test_a_folder_without_the_declaration_is_no_bag(tmp_path: Path) -> None:
    assert not is_bag(tmp_path)


def test_only_what_is_named_and_only_what_is_catalogued(tmp_path: Path) -> None:
    room = Room(tmp_path / "station")
    one = catalogued(room, "甲课")
    catalogued(room, "乙课")
    bag = written(exports(room), tmp_path / "bag", one)
    assert len([path for path in (bag / "data").iterdir() if path.is_dir()]) == 1
    other = room.at(State.GROUP_DECISION)
    with pytest.raises(NotFound, match="not-catalogued"):
        exports(room).bundle([other])


def test_each_work_is_logged_with_the_manifest(tmp_path: Path) -> None:
    room = Room(tmp_path / "station")
    id_ = catalogued(room, "甲课")
    office = exports(room)
    catalogue, works = office.bundle()
    seen: list[bytes] = []

    def sealed(manifest: bytes) -> None:
        assert not (tmp_path / "bag").exists(), "logged before it has its name"
        seen.append(manifest)
        office.bundled(works, manifest)

    write_bundle(tmp_path / "bag", catalogue, works, office.settings, "zh", sealed=sealed)
    assert seen == [(tmp_path / "bag" / "manifest-sha256.txt").read_bytes()]
    row = room.desk("op", "operator").log(id_)[-1]
    assert (row.action, row.object, row.person, row.role) == ("export", "document:bundle", "office9", "office")
    assert len(row.after["manifest"]) == 64


def test_what_can_not_be_bundled_leaves_nothing(tmp_path: Path) -> None:
    room = Room(tmp_path / "station")
    with pytest.raises(UsageError, match="nothing-catalogued"):
        written(exports(room), tmp_path / "bag")
    id_ = catalogued(room, "甲课")
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match=r"error\.there"):
        written(exports(room), tmp_path / "there")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        written(exports(room), tmp_path / "file" / "bag")
    next((room.config.root / "submissions" / id_).rglob("rendition.mp4")).unlink()
    with pytest.raises(UsageError, match="no-rendition"):
        written(exports(room), tmp_path / "bag")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "station", "there"]
    assert [row for row in room.desk("op", "operator").log(id_) if row.action == "export"] == []


def test_a_log_that_fails_leaves_no_bag(tmp_path: Path) -> None:
    room = Room(tmp_path / "station")
    catalogued(room, "甲课")
    office = exports(room)
    catalogue, works = office.bundle()

    def fail(manifest: bytes) -> None:
        raise Unavailable("error.database-locked", path="x")

    with pytest.raises(Unavailable, match="locked"):
        write_bundle(tmp_path / "bag", catalogue, works, office.settings, "zh", sealed=fail)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["station"]


def test_a_quiz_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "quiz-03.txt"
    path.write_text(quiz_text(quiz(3), 3), encoding="utf-8")
    back = read_quiz(path)
    assert (back.lesson, back.questions, back.problems) == (3, quiz(3).questions, ())
