"""QR and bar codes: found with their place and time, on slides and over a camera, and nothing where there is none."""

from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from gpu.device import choose
from gpu.measure import measure
from station.demo import slides
from station.readers.codes import find_codes, read_codes
from station.readings import Codes
from tests.decks import Scene, write

SIZE = (960, 540)


def code(text: str, kind: str = "QRCode", scale: int = 4) -> np.ndarray:
    made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    grey = np.array(zxingcpp.write_barcode_to_image(made, scale=scale))
    return np.repeat(grey[..., None], 3, axis=2)


def with_code(picture: np.ndarray, mark: np.ndarray, left: int = 700, top: int = 200) -> np.ndarray:
    made = picture.copy()
    made[top : top + mark.shape[0], left : left + mark.shape[1]] = mark
    return made


def slide(title: str) -> np.ndarray:
    return slides.slide(SIZE, title, ["第一点", "第二点"], width=0.6)


@pytest.mark.parametrize(
    ("kind", "told"), [("QRCode", "qr"), ("DataMatrix", "qr"), ("Code128", "bar"), ("EAN13", "bar")]
)
def test_each_kind_of_code_is_read(kind: str, told: str) -> None:
    text = "6901234567892" if kind == "EAN13" else "https://example.com/a"
    mark = code(text, kind, scale=2)
    picture = with_code(np.full((540, 960, 3), 255, np.uint8), mark, left=100, top=150)
    ((found, said, box),) = find_codes(picture)
    assert (found, said) == (told, text)
    assert box[0] == pytest.approx(150 / 540, abs=0.15)
    assert box[1] == pytest.approx(100 / 960, abs=0.15)


def test_what_a_code_says_is_made_safe() -> None:
    picture = with_code(np.full((540, 960, 3), 255, np.uint8), code("a\x1b[31mb"), left=100)
    assert "\x1b" not in find_codes(picture)[0][1]


def test_stripes_tables_and_text_are_no_codes() -> None:
    stripes = np.where(np.arange(960)[None, :, None] // 7 % 2, 255, 0).astype(np.uint8) * np.ones((540, 1, 3), np.uint8)
    assert find_codes(stripes) == []
    assert find_codes(slide("第一章")) == []


def test_a_code_in_a_lesson_has_its_time(tmp_path: Path) -> None:
    ad = with_code(slide("第二章"), code("https://example.com/weixin"))
    path = write(tmp_path / "a.mp4", [Scene(slide("第一章"), 8), Scene(ad, 8), Scene(slide("第三章"), 6)])
    measured = measure(path, device=choose("cpu"), rendition=tmp_path / "r.mp4")
    for rendition in (None, tmp_path / "r.mp4"):
        read = read_codes(path, measured, rendition=rendition)
        assert isinstance(read, Codes)
        (found,) = read.codes
        assert found.text == "https://example.com/weixin"
        assert found.start == pytest.approx(8, abs=4)
        assert found.end == pytest.approx(16, abs=4)
        assert found.box[1] == pytest.approx(700 / 960, abs=0.05)
