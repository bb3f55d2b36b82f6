"""Foreign frames: a picture that leaves and comes back within five frames."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.findings import OutcomeKind
from tests.measured import ALL, Film, Voice, lesson
from tests.station.judging import briefly, found, outcome
from tests.station.test_checks_freeze import CLEAN


@settings(max_examples=40, deadline=None)
@given(
    first=st.integers(1, 480),
    frames=st.integers(1, 5),
    what=st.sampled_from(["white", "black", "picture"]),
    moving=st.booleans(),
)
def test_one_to_five_foreign_frames_are_found_to_the_frame(first: int, frames: int, what: str, moving: bool) -> None:
    film = Film(500).camera(box=ALL if moving else (6, 22, 16, 30))
    if what == "picture":
        film.foreign(first, first + frames)
    else:
        film.paint(first, first + frames, 235 if what == "white" else 16)
    made = found("flash", lesson(film))
    assert briefly(made) == [("fault", first, first + frames)]
    assert made[0].message == f"finding.flash.{what}"
    assert made[0].value == frames


def test_six_frames_are_a_short_shot() -> None:
    assert found("flash", lesson(Film(500).foreign(200, 206))) == ()


def test_flashing_is_one_finding() -> None:
    film = Film(500)
    for first in range(200, 260, 8):
        film.paint(first, first + 4, 235)
    made = found("flash", lesson(film))
    assert len(made) == 1
    assert made[0].message == "finding.flash.repeated"


@pytest.mark.parametrize("clean", CLEAN)
def test_what_is_normal_in_a_lecture_holds_no_foreign_frames(clean) -> None:
    assert found("flash", lesson(clean())) == ()


def test_a_fade_is_none() -> None:
    assert found("flash", lesson(Film(500).camera().fade(230, 234))) == ()


def test_two_quick_cuts_to_something_new_are_none() -> None:
    assert found("flash", lesson(Film(500).slide(200, dark=True, seed=3).slide(203, seed=4))) == ()


def test_too_few_frames_or_no_picture() -> None:
    assert outcome("flash", lesson(Film(2))).kind is OutcomeKind.NOT_MEASURABLE
    assert outcome("flash", lesson(None, Voice(5))).kind is OutcomeKind.NOT_APPLICABLE


@pytest.mark.parametrize("frames", [1, 3, 5])
def test_a_white_frame_over_a_light_page_is_found(frames: int) -> None:
    film = Film(300)
    film.light[:] = 229
    assert briefly(found("flash", lesson(film.paint(150, 150 + frames, 235)))) == [("fault", 150, 150 + frames)]


def test_a_page_whose_text_is_gone_for_two_frames_is_found_and_a_menu_is_not() -> None:
    film = Film(300)
    film.light[:] = 233
    film.light[:, 2:16, 4:9] = 150
    blank = film.light[0].copy()
    blank[:] = 235
    film.light[150:152] = blank
    assert briefly(found("flash", lesson(film))) == [("fault", 150, 152)]
    menu = Film(300)
    menu.light[150:154, 3:9, 4:14] = 120
    assert found("flash", lesson(menu)) == ()


def test_foreign_frames_in_a_fast_pan_are_found() -> None:
    film = Film(300).camera(box=ALL, motion=0)
    for frame in range(300):
        film.light[frame] = np.roll(film.light[0], frame // 2, axis=1)
    assert briefly(found("flash", lesson(film.foreign(150, 153)))) == [("fault", 150, 153)]
