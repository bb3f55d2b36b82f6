"""Texts: outside words made safe, places filled in the right language, both catalogues alike."""

import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.text import LANGUAGES, Phrase, catalogue, clean, say

DANGEROUS = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode kinds that move the cursor, change direction, hide or can't be encoded."""


@given(st.text(st.characters()))
def test_nothing_dangerous_survives(text: str) -> None:
    safe = clean(text)
    assert not any(unicodedata.category(sign) in DANGEROUS for sign in safe)
    assert len(safe) == len(text)
    safe.encode()


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(exclude_categories=sorted(DANGEROUS))))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", "a\rb", "\x08\x08", "\u202egpj.exe", "\u2066x", "\u200bx", "\x00", "\x7f",
     "\ud800", "\u2028", "\ue000", "\U000e0041"],
)  # fmt: skip
def test_known_tricks(text: str) -> None:
    safe = clean(text)
    assert safe != text
    assert all(unicodedata.category(sign) not in DANGEROUS for sign in safe)


def test_emoji_stay_readable_though_families_fall_apart() -> None:
    assert clean("😀示例") == "😀示例"
    assert clean("👩\u200d🔬") == "👩\ufffd🔬"


def test_tabs_and_newlines_are_blanks() -> None:
    assert clean("a\tb\nc\r\nd") == "a b c  d"


@given(st.text(st.characters(), max_size=20))
def test_places_are_cleaned_and_never_read_as_places(value: str) -> None:
    assert say("config.fine", "en", path=value) == f"the configuration {clean(value)} is fine"


def test_a_phrase_is_said_in_the_language_of_the_whole() -> None:
    inner = Phrase("config.problem.lowest", {"key": "k", "value": Phrase("config.type.int"), "limit": 1})
    for language in LANGUAGES:
        told = say("error.config-wrong", language, path="p", problems=(inner, inner))
        assert say("config.type.int", language) in told
        assert told.count("\n") == 2


def test_an_unknown_id_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no.such-text")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_hold_the_same_ids_with_the_same_places() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert zh.keys() == en.keys(), sorted(zh.keys() ^ en.keys())
    assert {key for key in zh if places(zh[key]) != places(en[key])} == set()


def test_every_text_says_something_in_its_language() -> None:
    for language in LANGUAGES:
        assert {key for key, text in catalogue(language).items() if not text.strip()} == set()
    assert {key for key, text in catalogue("en").items() if len(text) > 80 and not re.search("[a-z]", text)} == set()


def test_every_text_can_be_filled() -> None:
    for language in LANGUAGES:
        for key, text in catalogue(language).items():
            names = {re.split(r"[.\[]", name)[0] for name in places(text)}
            filled = say(key, language, **dict.fromkeys(names, 1)) if names else say(key, language)
            assert filled
