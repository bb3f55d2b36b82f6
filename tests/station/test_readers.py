"""The readers' frame: each reader asked where it is wanted and possible, and none of them can break a lesson."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpu.device import choose
from gpu.measure import measure
from station.config import ReadersSection
from station.demo import slides
from station.readers import ocr, read_lesson
from station.readings import KINDS, NOT_ASKED, Readings, Unread
from tests.decks import Scene, write
from tests.measured import Film

OFF = ReadersSection(text=False, faces=False, voice=False)
PICTURE = Film(50).measurements()
NOWHERE = Path("nowhere.mp4")


def read(settings: ReadersSection, measured: Any = PICTURE, **named: Any) -> Readings:
    return read_lesson(NOWHERE, measured, settings=settings, speech_model=named.pop("speech_model", None), **named)


def test_what_is_switched_off_is_not_asked() -> None:
    assert read(OFF) == Readings()
    assert all(getattr(read(OFF), kind) == NOT_ASKED for kind in KINDS)


def test_what_a_lesson_lacks_is_said() -> None:
    made = read(ReadersSection(), replace(PICTURE, pictures=None, sounds=None))
    assert made.text == made.codes == made.faces == made.readability == Unread("no-picture")
    assert made.voice == made.transcript == Unread("no-sound")


def test_no_model_and_no_rendition_are_said() -> None:
    made = read(ReadersSection(text=True, faces=False, voice=False))
    assert made.readability == Unread("no-rendition")


def test_a_file_that_is_gone_is_a_reading_less() -> None:
    made = read(ReadersSection(faces=False, voice=False), rendition=NOWHERE)
    for part in (made.text, made.codes, made.readability):
        assert isinstance(part, Unread)
        assert part.reason == "reader-failed"
        assert "nowhere.mp4" in part.params["detail"]


@pytest.mark.parametrize(("package", "settings"), [("rapidocr", "text"), ("zxingcpp", "codes")])
def test_a_package_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str, settings: str
) -> None:
    path = write(tmp_path / "a.mp4", [Scene(slides.card((320, 180), "示例", ["甲"]), 2)])
    monkeypatch.setitem(sys.modules, package, None)
    ocr._engine.cache_clear()
    made = read_lesson(path, measure(path, device=choose("cpu")), settings=ReadersSection(), speech_model=None)
    assert getattr(made, settings) == Unread("reader-missing", {"package": package})


def test_each_reader_is_told_as_it_starts() -> None:
    told: list[str] = []
    read(ReadersSection(faces=False, voice=False), rendition=NOWHERE, observe=told.append)
    assert told == ["text", "codes", "readability"]
