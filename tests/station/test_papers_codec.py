"""Papers go into the store and come back the same."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.papers.codec import from_json, to_json
from station.papers.types import Form, Letter, PaperProblem, Papers, Question, Quiz, Topic

texts = st.text(st.characters(), max_size=12)
"""Any text, lone surrogates too: file names hold them."""
problems = st.lists(
    st.builds(PaperProblem, texts, st.dictionaries(texts, st.one_of(texts, st.integers(), st.floats(allow_nan=False)))),
    max_size=2,
).map(tuple)
options = st.lists(st.tuples(st.sampled_from("ABCD"), texts), max_size=4).map(tuple)
quizzes = st.builds(
    Quiz,
    file=texts,
    lesson=st.none() | st.integers(1, 99),
    questions=st.lists(st.builds(Question, st.integers(), texts, options, texts), max_size=3).map(tuple),
    problems=problems,
)
hours = st.none() | st.floats(allow_nan=False)
topics = st.builds(Topic, texts, texts, hours, texts, texts, texts, texts, st.none() | st.booleans(), texts)
forms = st.builds(
    Form, texts, st.none() | st.dates(), texts, texts, st.lists(topics, max_size=2).map(tuple), texts, problems
)
letters = st.builds(
    Letter,
    texts,
    st.integers(0, 9),
    texts,
    st.none() | st.floats(0, 1),
    problems,
    texts,
    texts,
    st.none() | st.dates(),
)
papers = st.builds(
    Papers,
    form=st.none() | forms,
    quizzes=st.lists(quizzes, max_size=2).map(tuple),
    letter=st.none() | letters,
    lessons=st.integers(0, 99),
    lesson_seconds=st.lists(st.floats(0, 1e5), max_size=3).map(tuple),
    unreadable=problems,
)


@given(papers)
def test_round_trip(value: Papers) -> None:
    text = to_json(value)
    assert text.isascii()
    assert from_json(text) == value


def test_nothing_at_all_comes_back() -> None:
    assert from_json(to_json(Papers())) == Papers()


def test_every_field_is_carried() -> None:
    full = Papers(
        form=Form("示例厅", date(2022, 2, 11), "示例人", "010", (), "附件1.xlsx"), letter=Letter("l.pdf", 1, "", None)
    )
    back = from_json(to_json(full))
    for field in fields(Papers):
        assert getattr(back, field.name) == getattr(full, field.name)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"form": 3}'])
def test_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the papers"):
        from_json(text)
