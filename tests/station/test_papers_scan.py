"""A letter that is only a picture: what a recogniser makes out confirms the form, and what it does not is a note."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from station.checks import registry
from station.checks.subject import Subject
from station.demo.slides import font
from station.findings import Outcome, OutcomeKind
from station.papers.letter import read_letter
from station.papers.types import Letter, Papers
from station.profile import default_profile
from station.text import LANGUAGES, say
from tests.measured import Film
from tests.station.reads import form

COURSE, UNIT = "网络安全能力提升", "示例大学"
TEXT = (
    "公需科目课件知识产权保护承诺书",
    f"我单位自愿申报 2022 年公需科目 {COURSE} 选题的课件，",
    "按照要求和标准完成课件制作并承诺：我单位对上述选题课件拥有完全的知识产权。",
    f"申报单位名称（盖章）：{UNIT}",
    "申报单位负责人签字：",
    "日期：2022 年 6 月 8 日",
)


def scan(angle: float = 0.4) -> Image.Image:
    """A page as a scanner gives it: a little turned, grey, with noise."""
    page = Image.new("RGB", (1240, 1754), (249, 248, 245))
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(TEXT):
        draw.text((130, 200 + 110 * row), line, font=font(25), fill=(30, 30, 32))
    turned = page.rotate(angle, fillcolor=(249, 248, 245), resample=Image.Resampling.BICUBIC)
    noise = np.random.default_rng(1).normal(0, 6, (1754, 1240, 1))
    return Image.fromarray(np.clip(np.asarray(turned) + noise, 0, 255).astype(np.uint8))


def judged(letter: Letter, unit_course: tuple[str, str]) -> Outcome:
    papers = form((unit_course[1], "示例甲"))
    assert papers.form is not None
    made = registry()["letter-field"](
        Subject(Film(10).measurements(), Papers(papers.form, letter=letter)), default_profile().checks["letter-field"]
    )
    for language in LANGUAGES:
        assert not made.reason or say(made.reason, language, **made.params)
        assert all(say(finding.message, language, **finding.params) for finding in made.findings)
    return made


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> list[Letter]:
    """The same scan as .jpg and inside a .pdf."""
    folder = tmp_path_factory.mktemp("letters")
    scan().save(folder / "承诺书.jpg", quality=80)
    scan().save(folder / "承诺书.pdf", resolution=150)
    assert not PdfReader(folder / "承诺书.pdf").pages[0].extract_text().strip()
    return [read_letter(folder / "承诺书.jpg"), read_letter(folder / "承诺书.pdf")]


def test_the_blanks_of_a_scan_are_read(letters: list[Letter]) -> None:
    for letter in letters:
        assert (letter.text, letter.problems) == ("", ())
        assert letter.course == COURSE
        assert letter.unit == UNIT
        assert letter.dated is not None
        assert letter.dated.isoformat() == "2022-06-08"


@pytest.mark.parametrize("turned", [90, 180])
def test_a_scan_on_its_side_is_read_too(tmp_path: Path, turned: int) -> None:
    scan().rotate(turned, expand=True).save(tmp_path / "承诺书.jpg", quality=80)
    assert read_letter(tmp_path / "承诺书.jpg").unit == UNIT


def test_a_phone_says_how_it_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture must be turned a quarter to the right
    scan().rotate(90, expand=True).save(tmp_path / "承诺书.jpg", quality=80, exif=exif)
    assert read_letter(tmp_path / "承诺书.jpg").course == COURSE


def test_what_is_read_confirms_the_form(letters: list[Letter]) -> None:
    for letter in letters:
        assert judged(letter, (UNIT, COURSE)).kind is OutcomeKind.OK


def test_another_course_is_a_note(letters: list[Letter]) -> None:
    (note,) = judged(letters[0], (UNIT, "乡村振兴与区域协调发展")).findings
    assert (note.severity, note.part) == ("note", "course")


def test_an_unread_scan_is_for_a_person(tmp_path: Path) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (600, 800), (250, 250, 250)).save(blank, "PNG")
    (tmp_path / "承诺书.png").write_bytes(blank.getvalue())
    letter = read_letter(tmp_path / "承诺书.png")
    assert letter.recognised == ""
    assert judged(letter, (UNIT, COURSE)).reason == "reason.letter-scan"
