"""The substrate: what each tile is doing, and that a whole lesson costs little."""

from dataclasses import fields, replace
from time import process_time

import numpy as np
import pytest

from gpu.measurements import Pictures
from station.checks._areas import components, connected, grown, thick
from station.checks._substrate import Kind, build_substrate, counted
from tests.measured import WINDOW, Film

INSIDE = (slice(None), slice(WINDOW[0], WINDOW[2]), slice(WINDOW[1], WINDOW[3]))


def kinds(film: Film) -> np.ndarray:
    made = build_substrate(film.measurements())
    return made.kinds.reshape(-1, 18, 32)


def test_a_camera_over_a_slide_is_told_apart() -> None:
    made = kinds(Film(500).camera())
    assert (made[5:][INSIDE] == Kind.CAMERA).all()
    rest = np.ones((18, 32), bool)
    rest[WINDOW[0] : WINDOW[2], WINDOW[1] : WINDOW[3]] = False
    assert (made[:, rest] == Kind.STILL).all()


def test_black_is_blank_and_a_frozen_camera_stays_alive_for_ten_seconds() -> None:
    assert (kinds(Film(250).paint(0, 250, 16)) == Kind.BLANK).all()
    alive = build_substrate(Film(700).camera().freeze(250, 700).measurements()).alive.reshape(-1, 18, 32)
    assert alive[250 // 5 + 45][INSIDE[1:]].all()
    assert not alive[250 // 5 + 55][INSIDE[1:]].any()


def test_an_animation_is_screen_not_camera() -> None:
    film = Film(500)
    for at in range(100, 125):
        film.light[at, 5:8, 5:8] -= at
    made = kinds(film)
    assert (made[30, 5:8, 5:8] == Kind.SCREEN).all()


@pytest.mark.parametrize("gop", [12, 50, 250])
def test_key_frames_that_breathe_are_no_pulse(gop: int) -> None:
    substrate = build_substrate(Film(500, gop=gop, breath=0.9).measurements())
    assert substrate.pulse.max() == 0


def test_intra_only_coding_discounts_nothing() -> None:
    assert not build_substrate(Film(200, gop=1).measurements()).discounted.any()


def test_counting_wraps_around_unharmed() -> None:
    flags = np.ones((70000, 1), bool)
    assert (counted(flags, 50)[50:] == 50).all()


@pytest.mark.parametrize("frames", [1, 3, 4, 7])
def test_a_few_frames_are_no_trouble(frames: int) -> None:
    substrate = build_substrate(Film(frames).measurements())
    assert len(substrate.kinds) == frames // substrate.beat
    assert 0 <= substrate.camera_share <= 1


def test_no_picture_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no picture"):
        _ = build_substrate(replace(Film(1).measurements(), pictures=None)).pulse


def test_areas_hang_together_over_corners_and_not_over_the_edge() -> None:
    flags = np.zeros((18, 32), bool)
    flags[0, 31] = flags[1, 0] = True
    flags[5, 5] = flags[6, 6] = True
    assert sorted(len(area) for area in components(flags.ravel())) == [1, 1, 2]
    assert components(flags.ravel(), fewest=2)[0].tolist() == [5 * 32 + 5, 6 * 32 + 6]
    assert not thick(flags.ravel()).any()
    corner = np.zeros(576, bool)
    corner[0] = True
    assert grown(corner).sum() == 4
    assert connected(corner, np.ones(576, bool)).all()


def test_a_long_lesson_is_judged_in_a_moment() -> None:
    """67 500 frames of a noisy camera: the worst there is. Two processor seconds are the promise; it takes about 0.2."""
    short = Film(4500, gop=50).camera(box=(0, 0, 18, 32)).measurements()
    repeated = {f.name: np.concatenate([getattr(short.pictures, f.name)] * 15) for f in fields(Pictures)}
    repeated["pts"] = np.arange(67500) * 512
    substrate = build_substrate(replace(short, pictures=Pictures(**repeated)))
    before = process_time()
    assert substrate.camera_share > 0.9
    assert process_time() - before < 6
