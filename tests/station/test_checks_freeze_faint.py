"""Freeze, the narrow cases: pages that scroll and rest, and faint pictures whose last traces of life stay away."""

import numpy as np
import pytest

from gpu.measurements import MOTION_COLS, MOTION_ROWS, Motions
from station.checks._scrolling import scrolled
from tests.measured import WINDOW, Film, lesson
from tests.station.judging import briefly, found

TILES = np.arange(576)


def moving(down: int, right: int = 0, share: float = 1.0) -> Motions:
    """50 pictures in which such a share of the blocks moves by so many steps."""
    shift = np.zeros((50, MOTION_ROWS, MOTION_COLS, 2), np.int8)
    shift[:, : round(share * MOTION_ROWS), :, 0], shift[:, : round(share * MOTION_ROWS), :, 1] = right, down
    return Motions(shift, np.full(shift.shape, 255, np.uint8))


@pytest.mark.parametrize(
    ("motions", "scrolls"),
    [
        (moving(24), True),
        (moving(-24, share=0.7), True),
        (moving(24, 4), False),
        (moving(24, share=0.3), False),
        (moving(0), False),
        (None, False),
    ],
)
def test_a_page_goes_straight_up_or_down(motions: Motions | None, scrolls: bool) -> None:
    measurements = lesson(Film(50), motions=motions)
    assert scrolled(measurements, TILES, 2.0) is scrolls


def faint(frames: int = 400, *, hush: tuple[int, int] | None = None, ebbing: bool = False) -> Film:
    """A window in which nobody moves; a third of its tiles differs by 0.03 codes in each picture."""
    film, rng = Film(frames, gop=1000), np.random.default_rng(3)
    rows, cols = slice(WINDOW[0], WINDOW[2]), slice(WINDOW[1], WINDOW[3])
    film.light[:, rows, cols] = 100
    shape = film.noise[:, rows, cols].shape
    rare = np.clip(1 - np.arange(frames) / 150, 0, 1)[:, None, None] if ebbing else 1.0
    film.noise[:, rows, cols] = 0.03 * (rng.random(shape) < 0.33 * rare)
    if hush:
        film.noise[hush[0] : hush[1], rows, cols] = 0
    return film


def test_traces_of_life_that_stay_away_are_a_freeze() -> None:
    assert briefly(found("freeze", lesson(faint(hush=(200, 260))))) == [("fault", 200, 260)]


@pytest.mark.parametrize("film", [faint(), faint(hush=(200, 230)), faint(ebbing=True), faint(hush=(40, 100))])
def test_a_faint_picture_that_goes_on_rests_shortly_or_is_refined_is_none(film: Film) -> None:
    assert not found("freeze", lesson(film))


@pytest.mark.parametrize("rate", [1, 2])
def test_a_film_of_so_few_pictures_a_second_that_a_hold_is_one_beat_is_judged(rate: int) -> None:
    film = Film(40, rate=rate)
    assert not found("freeze", lesson(film))


@pytest.mark.parametrize(("traces", "said"), [(0.0, [("fault", 200, 300)]), (0.05, [])])
def test_noise_that_ends_at_a_key_frame_and_leaves_not_a_trace_is_a_freeze(traces: float, said: list[object]) -> None:
    """Where a trace comes now and then, the coder skips a living camera's noise."""
    film, rng = Film(300, gop=200), np.random.default_rng(5)
    rows, cols = slice(WINDOW[0], WINDOW[2]), slice(WINDOW[1], WINDOW[3])
    film.light[:, rows, cols] = 100
    film.noise[:200, rows, cols] = 0.5
    film.noise[200:, rows, cols] = 0.03 * (rng.random(film.noise[200:, rows, cols].shape) < traces)
    assert briefly(found("freeze", lesson(film))) == said
