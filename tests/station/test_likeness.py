"""Traces of lessons: kept, looked up, compared."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.measure import measure
from station.lookup import Landmarks, _once, common, copies_among, echoes, sorted_postings
from station.traces import landmarks as marks_of
from station.traces import load, named_ends, questions, save, trace_of
from tests.measured import Film, Voice, lesson
from tests.station.likeness import copied, trace

CHAIRS = (
    "chair-19-sd-bar", "chair-20-sd-bar", "chair-22-sd-grey-bar", "chair-22-sd-sepia-bar", "chair-22-with-large-logo-bar",
    "chair-22-with-small-logo-bar", "chair-orig-22-sd-bar",
)  # fmt: skip


def test_a_trace_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    made = trace_of(lesson(Film(100).camera(), Voice(4), start=0.3), "示例")
    save(made, tmp_path / "trace.npz")
    back = load(tmp_path / "trace.npz")
    assert (back.name, back.duration, back.sound_start) == ("示例", made.duration, 0.3)
    for name in ("motion", "words", "envelope"):
        assert (getattr(back, name) == getattr(made, name)).all()
    assert (back.ends.head.pictures == made.ends.head.pictures).all()
    ends = named_ends(tmp_path / "trace.npz", "other name")
    assert ends is not None
    assert ends.tail.name == "other name"
    assert named_ends(tmp_path / "trace.npz", "other name") is ends
    assert not len(load(tmp_path / "trace.npz", ends=False).ends.head.pictures)


def test_what_is_no_trace_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"no")
    with pytest.raises(ValueError, match="not a trace"):
        load(tmp_path / "a")
    assert named_ends(tmp_path / "a", "") is None
    assert named_ends(tmp_path / "b", "") is None


def test_a_still_picture_of_minutes_leaves_no_landmarks() -> None:
    assert len(marks_of(trace(1, 600, still=True, silent=True)).keys) == 0
    assert len(marks_of(trace(1, 600, still=True)).keys) < 600 * 2
    assert len(marks_of(trace_of(lesson(Film(50).slide(0)), "")).keys) == 0


def test_every_landmark_is_among_the_questions() -> None:
    one = trace(3)
    kept, asked = marks_of(one), questions(one)
    assert set(zip(kept.ticks.tolist(), kept.keys.tolist(), strict=True)) <= set(
        zip(asked.ticks.tolist(), asked.keys.tolist(), strict=True)
    )


@pytest.mark.parametrize(("what", "by"), [("both", "both"), ("sound", "sound"), ("picture", "picture")])
@pytest.mark.parametrize("noise", [0, 4])
def test_a_copied_stretch_is_found_where_it_is(what: str, by: str, noise: int) -> None:
    source = trace(1)
    target = copied(source, trace(2), 30, 70, 20, what=what, noise=noise)
    ((index, found),) = common(target, [trace(5), source], 6.0)
    assert index == 1
    assert found.by == by
    assert found.lag == pytest.approx(-40, abs=0.15)
    assert found.start == pytest.approx(70, abs=1.5)
    assert found.end == pytest.approx(90, abs=1.5)


def test_lessons_of_one_room_are_no_copies() -> None:
    same_room = [trace(seed, 300) for seed in range(6)]
    assert common(same_room[0], same_room[1:], 6.0) == []


def test_one_deck_with_two_voices_and_other_timing_is_no_copy() -> None:
    rng = np.random.default_rng(4)
    pages = rng.integers(90, 230, (12, 9, 9))
    lessons = []
    for seed in (1, 2):
        made = trace(seed, 240)
        motion = made.motion.copy()
        at = 0
        for page, stay in zip(pages, np.random.default_rng(seed).integers(12, 25, 12), strict=True):
            motion[at * 5 :, :, :9] = page
            at += int(stay)
        lessons.append(replace(made, motion=motion))
    assert common(lessons[0], lessons[1:], 6.0) == []


def test_unified_heads_are_expected_and_a_whole_copy_is_not() -> None:
    source = trace(1)
    assert copies_among(copied(source, trace(2), 0, 0, 12), [source]) == ()
    assert len(copies_among(copied(source, trace(2), 30, 70, 12), [source])) == 1
    assert len(copies_among(replace(source, name="again"), [source])) == 1


def test_a_passage_that_returns_is_told_once() -> None:
    own = trace(1)
    (echo,) = echoes(copied(own, own, 20, 80, 15), 5.0)
    assert (echo.by, echo.first, echo.second) == ("both", pytest.approx(20, abs=1.5), pytest.approx(80, abs=1.5))
    assert echo.seconds == pytest.approx(15, abs=4)
    assert echoes(own, 5.0) == []


def test_a_passage_said_again_at_once_is_told_and_a_loop_is_not() -> None:
    own = trace(1)
    (echo,) = echoes(copied(own, own, 20, 29, 8), 5.0)
    assert (echo.first, echo.second, echo.seconds) == pytest.approx((20, 29, 8), abs=2)
    assert echo.second >= echo.first + echo.seconds
    loop = own
    for to in range(23, 60, 3):
        loop = copied(own, loop, 20, to, 3)
    assert all(one.seconds <= one.second - one.first for one in echoes(loop, 5.0))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1 << 40), st.integers(0, 50)), min_size=1, max_size=30))
def test_pairs_are_counted_once(pairs: list[tuple[int, int]]) -> None:
    group, slots = (np.array(line, np.int64) for line in zip(*pairs, strict=True))
    once = list(zip(*(line.tolist() for line in _once(group, slots)), strict=True))
    assert once == sorted(set(pairs))


def test_postings_are_sorted_and_placed() -> None:
    one = Landmarks(np.array([5, 9]), np.array([7, 3], np.uint32))
    made = sorted_postings([(one, 0), (one, 100)])
    assert made.keys.tolist() == [3, 3, 7, 7]
    assert sorted(made.places.tolist()) == [5, 9, 105, 109]


def test_seven_edits_of_one_take_are_copies_of_each_other(shared_media: Path) -> None:
    made = [trace_of(measure(shared_media / f"dup-chair/{name}.mp4"), name) for name in CHAIRS]
    for own in made:
        others = [other for other in made if other is not own]
        assert {copy.lesson for copy in copies_among(own, others)} == {other.name for other in others}
