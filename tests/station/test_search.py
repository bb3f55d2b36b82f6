"""Searching a lesson's words: on the screen and spoken, whatever the width, with their times."""

import pytest

from station.readings import Readings, Transcript, Utterance
from station.search import search
from tests.station.reads import page, text

SAID = Transcript(
    "zh", 1.0, "model", (Utterance(30, 33, "我们来看等级保护。", 0.9), Utterance(50, 52, "谢谢大家。", 0.9))
)
READ = Readings(
    text=text(page(5, 20, "第一章 等级保护", "等级保护的流程"), page(20, 40, "ＧＢ／Ｔ 22240 標準")).text,
    transcript=SAID,
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("等级保护", [(5, "screen"), (30, "speech")]),
        ("gb/t", [(20, "screen")]),
        ("标准", [(20, "screen")]),
        ("等?保护", [(5, "screen"), (30, "speech")]),
        ("没有", []),
    ],
)
def test_words_are_found_with_their_time(word: str, expected: list[tuple[float, str]]) -> None:
    assert [(hit.start, hit.source) for hit in search(READ, [word])] == expected


def test_an_excerpt_shows_where_it_stands() -> None:
    (hit,) = search(READ, ["谢谢"])
    assert "谢谢大家" in hit.excerpt


def test_nothing_read_nothing_found() -> None:
    assert search(Readings(), ["a"]) == []
