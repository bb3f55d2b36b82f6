"""The rubric as shipped, and files that are wrong."""

import math
from typing import Any

import pytest

from station.errors import UsageError
from station.rubric import default_rubric, parse_rubric


def test_the_shipped_rubric_is_100_and_follows_the_notice() -> None:
    rubric = default_rubric()
    assert math.fsum(line.maximum for line in rubric.lines) == 100
    assert {point.clause for point in rubric.gate} == {"1.1"}
    assert {line.clause for line in rubric.lines} == {"1.2", "1.3", "1.4"}
    assert len(rubric.gate) == 5
    assert all(item.zh.strip() and item.en.strip() for item in (*rubric.gate, *rubric.lines))


GOOD = """
[attestation]
zh = "丙"
en = "c"
[[gate]]
id = "g"
clause = "1.1"
zh = "甲"
en = "a"
[[line]]
id = "l"
clause = "1.2"
zh = "乙"
en = "b"
maximum = 100
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("100", "99"), "desk.rubric-wrong"), (('"l"', '"g"'), "desk.rubric-wrong"), (("100", "nan"), "desk.rubric-wrong"),
        (("[[gate]]", "[[gates]]"), "error.profile-key"), (("[attestation]", "[other]"), "error.profile-key"), (("100", '"many"'), "error.profile-syntax"),
        (("maximum =", "maximum"), "error.profile-syntax"), (('[[line]]', 'line = 5\n[x]'), "error.profile-"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told(change: tuple[str, str], message: str) -> None:
    assert parse_rubric(GOOD, "x").lines[0].maximum == 100
    with pytest.raises(UsageError, match=message):
        parse_rubric(GOOD.replace(*change), "x")


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ({"direction": {"pass": True}}, None), ({"direction": {"pass": None, "reason": "x"}}, None), ({"direction": {}}, None),
        ({"nothing": {"pass": True}}, "desk.no-such-point"), ({"direction": {"pass": 1}}, "desk.gate-answer"),
        ({"direction": {"pass": "yes"}}, "desk.gate-answer"), ({"direction": {"reason": 5}}, "desk.gate-answer"),
        ({"direction": True}, "desk.gate-answer"), ({"direction": {"pas": True}}, "desk.gate-answer"),
    ],
)  # fmt: skip
def test_gate_answers_are_checked(gate: dict[str, Any], message: str | None) -> None:
    assert (default_rubric().gate_problem(gate) or (None,))[0] == message


@pytest.mark.parametrize(
    ("score", "right"),
    [(0, True), (15, True), (7.5, True), (-0.1, False), (15.01, False), (math.nan, False), (math.inf, False), (True, False),
     ("9", False), (None, False)],
)  # fmt: skip
def test_scores_stay_within_the_line(score: Any, right: bool) -> None:
    assert (default_rubric().score_problem({"accuracy": score}) is None) == right
    assert (default_rubric().score_problem({"nothing": 1}) or ("",))[0] == "desk.no-such-line"


def test_what_is_open_is_named() -> None:
    rubric = default_rubric()
    gate: dict[str, Any] = {point.id: {"pass": True} for point in rubric.gate}
    scores = {line.id: line.maximum for line in rubric.lines}
    assert rubric.unfinished(gate, scores) is None
    assert rubric.total(scores) == 100
    assert rubric.unfinished({}, scores) == ("desk.gate-open", {"point": "direction"})
    assert rubric.unfinished(gate | {"territory": {"pass": False, "reason": " "}}, scores) == (
        "desk.gate-reason", {"point": "territory"},
    )  # fmt: skip
    assert rubric.unfinished(gate, {k: v for k, v in scores.items() if k != "language"}) == (
        "desk.line-open", {"line": "language"},
    )  # fmt: skip
