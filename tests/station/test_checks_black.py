"""Black: how long, where, and whether it is a fade, a dark slide or the real thing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.findings import OutcomeKind
from tests.measured import ALL, Film, Voice, lesson
from tests.station.judging import briefly, found, outcome


@pytest.mark.parametrize(("frames", "severity"), [(3, "warning"), (12, "warning"), (13, "fault"), (60, "fault")])
def test_three_frames_are_a_warning_half_a_second_is_a_fault(frames: int, severity: str) -> None:
    made = found("black", lesson(Film(500).camera().paint(200, 200 + frames, 16)))
    assert briefly(made) == [(severity, 200, 200 + frames)]


@settings(max_examples=30, deadline=None)
@given(first=st.integers(60, 380), frames=st.integers(3, 80), code=st.floats(15, 21), noise=st.floats(0, 2))
def test_black_is_found_to_the_frame(first: int, frames: int, code: float, noise: float) -> None:
    made = found("black", lesson(Film(500).camera(box=ALL).paint(first, first + frames, code, edge=noise)))
    assert [(f.start_frame, f.end_frame) for f in made] == [(first, first + frames)]


def test_two_frames_belong_to_the_foreign_frames() -> None:
    assert found("black", lesson(Film(500).camera().paint(200, 202, 16))) == ()


@pytest.mark.parametrize(
    ("voice", "message"), [(None, "none"), (Voice(20), "sound"), (Voice(20).quiet(7, 14), "silent")]
)
def test_it_says_whether_there_is_sound(voice: Voice | None, message: str) -> None:
    made = found("black", lesson(Film(500).camera().paint(200, 250, 16), voice))
    assert [finding.message for finding in made] == [f"finding.black.{message}"]


def test_head_and_tail_up_to_a_second_are_notes() -> None:
    made = found("black", lesson(Film(500).camera().paint(0, 20, 16).paint(480, 500, 16)))
    assert [(f.severity.value, f.message) for f in made] == [
        ("note", "finding.black.head"),
        ("note", "finding.black.tail"),
    ]


def test_a_longer_black_head_is_a_fault() -> None:
    assert briefly(found("black", lesson(Film(500).camera().paint(0, 60, 16)))) == [("fault", 0, 60)]


def test_all_black_is_told_once() -> None:
    made = found("black", lesson(Film(250).paint(0, 250, 16)))
    assert [(f.severity.value, f.message) for f in made] == [("fault", "finding.black.whole")]


@pytest.mark.parametrize("ramp", [6, 12, 25, 45])
def test_a_fade_between_chapters_is_normal(ramp: int) -> None:
    assert found("black", lesson(Film(500).camera(box=ALL).fade(230, 255, ramp))) == ()


def test_a_long_hold_between_fades_is_a_warning_and_a_very_long_one_a_fault() -> None:
    assert [f.severity.value for f in found("black", lesson(Film(500).camera().fade(230, 280)))] == ["warning"]
    assert [f.severity.value for f in found("black", lesson(Film(500).camera().fade(230, 320)))] == ["fault"]


def test_a_dark_slide_with_little_text_is_not_black() -> None:
    dark = Film(500).paint(0, 500, 18, edge=9)
    dark.light[:, 9, 14:18] = 40
    assert found("black", lesson(dark)) == ()


@pytest.mark.parametrize("clean", [Film(500), Film(500).slide(0, dark=True), Film(500).slide(0, dark=True).slide(250)])
def test_slides_dark_or_white_are_not_black(clean: Film) -> None:
    assert found("black", lesson(clean)) == ()


def test_a_brighter_frame_inside_does_not_make_two_of_it() -> None:
    film = Film(500).camera().paint(200, 260, 16).paint(230, 231, 30)
    assert briefly(found("black", lesson(film))) == [("fault", 200, 260)]


def test_a_white_flash_makes_two_of_it() -> None:
    film = Film(500).camera().paint(200, 260, 16).paint(230, 231, 235)
    assert briefly(found("black", lesson(film))) == [("fault", 200, 230), ("fault", 231, 260)]


def test_many_stretches_are_capped_with_a_count() -> None:
    film = Film(3000).camera()
    for first in range(50, 2990, 20):
        film.paint(first, first + 5, 16)
    made = found("black", lesson(film))
    assert len(made) == 101
    assert made[0].message == "finding.more"
    assert made[0].value == len(range(50, 2990, 20))


def test_no_picture_is_not_applicable() -> None:
    assert outcome("black", lesson(None, Voice(5))).kind is OutcomeKind.NOT_APPLICABLE


def test_a_single_frame_is_judged() -> None:
    assert outcome("black", lesson(Film(1))).kind is OutcomeKind.OK
    assert np.isfinite(outcome("black", lesson(Film(1))).facts["seconds"])


def test_a_cut_from_black_into_a_picture_that_grows_brighter_is_no_fade() -> None:
    film = Film(300).camera(box=ALL)
    film.light[:] = 24.3
    film.light[106:] = (36 + 2 * np.arange(194).clip(0, 30))[:, None, None]
    made = found("black", lesson(film.paint(100, 106, 16)))
    assert briefly(made) == [("warning", 100, 106)]
