"""Shifts of a textured picture come back; flat pictures and noise tell nothing."""

import numpy as np
import pytest
from PIL import Image

from gpu.measurements import MOTION_STEPS
from gpu.motion import MotionMeter, profiles, shifts, spectra

SOURCE = np.random.default_rng(7)
TEXTURE = Image.fromarray(SOURCE.normal(128, 40, (80, 140)).clip(0, 255).astype(np.uint8)).resize(
    (1600, 900), Image.BICUBIC
)


def seen(dx: float = 0.0, dy: float = 0.0, noise: float = 2.0) -> np.ndarray:
    """The texture, moved right and down by so many pixels, with a camera's noise: uint8 (1, 270, 480)."""
    moved = TEXTURE.transform((480, 270), Image.AFFINE, (1, 0, 200 - dx, 0, 1, 200 - dy), Image.BICUBIC)
    return (np.asarray(moved, float) + SOURCE.normal(0, noise, (270, 480))).round().clip(0, 255).astype(np.uint8)[None]


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (0.25, 0), (1, 0.5), (-3.25, 2), (8, -6), (-12, 3)])
def test_a_shift_is_told_where_there_is_texture(dx, dy):
    shift, trust = shifts(spectra(seen(dx, dy)), spectra(seen()))
    for axis, moved in ((0, dx), (1, dy)):
        told = trust[0, ..., axis] > 150
        assert told.mean() > 0.3
        assert np.median(shift[0, ..., axis][told]) / MOTION_STEPS == pytest.approx(moved, abs=0.2 + 0.15 * abs(moved))


def test_flat_pictures_and_noise_tell_nothing():
    flat = np.full((1, 270, 480), 90, np.uint8)
    noise = [SOURCE.integers(118, 138, (1, 270, 480)).astype(np.uint8) for _ in range(2)]
    for now, before in ((flat, flat), noise):
        shift, trust = shifts(spectra(now), spectra(before))
        assert trust.max() < 200
        assert (trust > 0).mean() < 0.02
        assert not shift[trust == 0].any()


def test_a_stack_is_measured_as_its_pictures_one_by_one():
    film = np.concatenate([seen(x, 0.0) for x in (0, 1, 3, 2, 2, -5)])
    together, single = MotionMeter(np), MotionMeter(np)
    together.add(film[:4], wanted=True)
    together.add(film[4:], wanted=True)
    for picture in film:
        single.add(picture[None], wanted=True)
    one, other = together.finish(), single.finish()
    assert np.array_equal(one.shift, other.shift)
    assert np.array_equal(one.trust, other.trust)
    assert not one.trust[0].any()


def test_profiles_are_means_of_columns_and_rows():
    picture = SOURCE.integers(0, 256, (2, 270, 480)).astype(np.uint8)
    columns, rows = profiles(picture)
    blocks = picture.reshape(2, 6, 45, 10, 48).transpose(0, 1, 3, 2, 4).reshape(2, 60, 45, 48).astype(float)
    assert np.allclose(columns, blocks.mean(axis=2), atol=1e-3)
    assert np.allclose(rows, blocks.mean(axis=3), atol=1e-3)
