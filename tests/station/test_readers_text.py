"""On-screen text of real encodes whose text is known: every page with its time, whatever stands or moves beside it."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from gpu.device import choose
from gpu.measure import measure
from gpu.measurements import Array, Measurements, ReadBack, Rendition
from station.checks import registry
from station.checks.subject import Subject
from station.demo import slides
from station.likeness import plain
from station.profile import default_profile
from station.readers import _pages
from station.readers._voting import agrees, goes_on, vote
from station.readers.ocr import as_text, find_lines, read_lines
from station.readers.readability import compare, read_readability
from station.readers.text import read_text
from station.readings import Page, Pages, Readability, Readings, TextLine
from station.text import LANGUAGES, say
from tests.decks import Scene, caption, write
from tests.measured import Film

SIZE = (960, 540)
PIP = (672, 178, 258, 312)


def slide(title: str, *lines: str) -> Array:
    return slides.slide(SIZE, title, lines, width=0.66)


FIRST, SECOND = ("一、基本概念", "二、法律法规", "三、典型案例"), ("定级与备案", "建设与整改")
SHOWN: list[tuple[float, tuple[str, ...]]] = [
    (3, ("专业技术人员网络安全能力提升", "主讲人：示例甲 教授", "示例大学继续教育学院")),
    (5, ("示例甲 教授", "示例大学 网络学院")),
    (2, ("第一章 网络安全概述", *FIRST[:1])),
    (3, ("第一章 网络安全概述", *FIRST)),
    (4, ("第二章 等级保护", *SECOND)),
    (5, ("第二节 测评流程", "示例字幕条")),
    (3, ("第一章 网络安全概述", *FIRST)),
]
"""Seconds and lines of each scene: a card, a caption with a bar over a camera, slides beside a lecturer, a caption without a bar."""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Measurements]:
    bar, kept = caption(SIZE, SHOWN[1][1])
    bare, letters = caption(SIZE, SHOWN[5][1], bar=None)
    whole = (0, 0, *SIZE)
    pictures = [
        Scene(slides.card(SIZE, SHOWN[0][1][0], SHOWN[0][1][1:]), SHOWN[0][0]),
        Scene(bar, SHOWN[1][0], whole, kept),
        *(Scene(slide(*SHOWN[i][1]), SHOWN[i][0], PIP) for i in (2, 3, 4)),
        Scene(bare, SHOWN[5][0], whole, letters),
        Scene(slide(*SHOWN[6][1]), SHOWN[6][0], PIP),
    ]
    path = write(tmp_path_factory.mktemp("text") / "lesson.mp4", pictures)
    rendition = path.with_name("rendition.mp4")
    return path, measure(path, device=choose("cpu"), rendition=rendition)


@pytest.fixture(scope="module")
def read(lesson: tuple[Path, Measurements]) -> tuple[Page, ...]:
    found = read_text(*lesson)
    assert isinstance(found, Pages)
    return found.pages


def test_every_page_is_read_at_its_time(read: tuple[Page, ...]) -> None:
    start = 0.0
    for seconds, lines in SHOWN:
        middle = start + seconds / 2
        (page,) = [page for page in read if page.start <= middle < page.end]
        assert [plain(line.text) for line in page.lines] == [plain(line) for line in lines]
        assert page.start == pytest.approx(start, abs=0.6)
        assert page.end == pytest.approx(start + seconds, abs=0.6)
        start += seconds


def test_the_head_is_voted(read: tuple[Page, ...]) -> None:
    assert read[0].looks >= 3


def test_a_page_that_returns_is_looked_at_once(lesson: tuple[Path, Measurements]) -> None:
    found = _pages.stands(lesson[1], 100)
    assert found[-1].same_as is not None
    assert found[found[-1].same_as].start == pytest.approx(10, abs=0.6)


def test_the_rendition_reads_like_its_source(lesson: tuple[Path, Measurements]) -> None:
    made = read_readability(*lesson, rendition=lesson[0].with_name("rendition.mp4"))
    assert isinstance(made, Readability)
    assert made.error <= 0.02
    assert made.characters >= 60


def test_of_too_many_pages_the_head_and_the_longest_stay() -> None:
    """120 s: pages of 4 s, then one of 3 s and one of 7 s in turn; the head is 90 s."""
    borders = [*range(0, 88, 4), *(88 + 10 * i + late for i in range(3) for late in (0, 3)), 118]
    film = Film(118 * 25)
    for number, (start, end) in enumerate(pairwise(borders)):
        film.slide(start * 25, end * 25, seed=number + 2)
    measured = film.measurements()
    every = _pages.stands(measured, 1000)
    assert [round(stand.start) for stand in every] == borders[:-1]
    kept = _pages.stands(measured, 26)
    assert [round(stand.start) for stand in kept] == [*range(0, 92, 4), 91, 101, 111]


def test_a_dead_black_lesson_has_no_words(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [Scene(np.zeros((180, 320, 3), np.uint8), 2)])
    assert read_text(path, measure(path, device=choose("cpu"))) == Pages(())


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("ocr/ch_en_num.jpg", ("正品促销", "大桶装更划算", "强力去污符合国标")),
        ("ocr/multi-line_cn1.png", ("网络支付并无本质的区别",)),
        ("ocr/empty_black.jpg", ()),
    ],
)
def test_real_pictures(shared_media: Path, file: str, expected: tuple[str, ...]) -> None:
    rgb = np.asarray(Image.open(shared_media / file).convert("RGB"))
    text = plain(as_text(read_lines(rgb)))
    assert all(words in text for words in expected)
    assert bool(find_lines(rgb)) == bool(expected) == bool(text)


def test_a_real_title_card(shared_media: Path) -> None:
    path = shared_media / "title-card" / "a.mp4"
    found = read_text(path, measure(path, device=choose("cpu")))
    assert isinstance(found, Pages)
    assert any("thanksforwatching" in plain("".join(line.text for line in page.lines)) for page in found.pages)


BOX = (0.1, 0.1, 0.2, 0.6)


def line(text: str, score: float = 0.9, box: tuple[float, float, float, float] = BOX) -> TextLine:
    return TextLine(text, score, box)


def test_most_looks_decide() -> None:
    looks = [[line("网络安全")], [line("网络安会", 0.99)], [line("网洛安全")], [line("网络安全概")], [line("网络安全")]]
    (elected,) = vote(looks)
    assert elected.text == "网络安全"


def test_each_sign_is_voted_on() -> None:
    looks = [[line("甲乙丙丁X")], [line("甲乙丙Y戊")], [line("Z乙丙丁戊")]]
    assert vote(looks)[0].text == "甲乙丙丁戊"


def test_what_few_looks_have_does_not_count() -> None:
    ghost = line("幻", box=(0.8, 0.1, 0.9, 0.3))
    assert vote([[line("甲")], [line("甲"), ghost], [line("甲")]]) == (line("甲"),)
    assert vote([]) == ()


@given(some.lists(some.text(some.sampled_from("甲乙丙丁"), min_size=1, max_size=6), min_size=1, max_size=6))
def test_a_vote_of_one_line_never_fails(texts: list[str]) -> None:
    (elected,) = vote([[line(text)] for text in texts])
    assert set(elected.text) <= set("".join(texts))
    if len(set(texts)) == 1:
        assert elected.text == texts[0]


LOW = (0.4, 0.1, 0.5, 0.6)


def test_looks_at_one_page_and_at_two() -> None:
    card = [line("网络安全能力提升"), line("示例大学继续教育学院", box=LOW)]
    misread = [line("网络安会能力提升"), line("示例大学继续教育学院", box=LOW)]
    other = [line("生态环境监测"), line("示例大学继续教育学院", box=LOW)]
    assert goes_on(card, misread)
    assert goes_on(card, card[:1])
    assert not goes_on(card, other)
    assert not goes_on(card[:1], [card[1]])
    assert agrees(card, misread)
    assert not agrees(card, card[:1])
    assert not agrees(card, other)


def test_readability_counts_wrong_signs() -> None:
    source = [line("网络安全"), line("看不清", 0.5)]
    assert compare(source, [line("网络安全")]) == (4, 0)
    assert compare(source, [line("网络 安会。")]) == (4, 1)
    assert compare(source, []) == (4, 4)
    halves = [line("网络", box=(0.1, 0.1, 0.2, 0.35)), line("安全", box=(0.1, 0.36, 0.2, 0.6))]
    assert compare(source, halves) == (4, 0)


def test_text_that_a_rendition_loses_is_a_note() -> None:
    back = ReadBack(
        ("mov", "mp4"), True, 960, 540, 500, "h264", 1e6, "aac", 128e3, 44100, 2, 20.0, 20.0, 2.0, 0
    )  # fmt: skip
    measured = replace(Film(500).measurements(), rendition=Rendition("x.mp4", "libx264", "", 500, 882000, back))
    spec = default_profile().checks["rendition"]
    for error, expected in ((0.01, []), (0.05, [("finding.rendition.readability", "note")])):
        subject = Subject(measured, readings=Readings(readability=Readability(300, error, 5)))
        made = registry()["rendition"](subject, spec)
        assert [(f.message, f.severity.value) for f in made.findings if f.part == "readability"] == expected
        assert made.facts["character_error"] == error
        assert all(say(f.message, language, **f.params) for f in made.findings for language in LANGUAGES)
