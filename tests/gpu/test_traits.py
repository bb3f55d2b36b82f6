"""Traits against their definitions: colour and edges by tile, seams of blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.measure import measure, segments
from gpu.measurements import SEAM_COLS, SEAM_ROWS, expand, merge
from gpu.picture import edges, steps
from gpu.traits import TraitMeter, seams
from tests.gpu.clips import differing, write

H, W = 67, 1920


def rows(seed: int = 0, height: int = H, width: int = W) -> np.ndarray:
    """A picture with some texture: no grid in it."""
    random = np.random.default_rng(seed)
    smooth = np.cumsum(random.normal(0, 3, (height, width)), axis=1)
    return (128 + 40 * np.sin(smooth / 25)).astype(np.uint8)


def messed(picture: np.ndarray, seed: int = 1, share: float = 0.5, size: int = 16) -> np.ndarray:
    """Some blocks of every row hold another light."""
    random = np.random.default_rng(seed)
    height, width = picture.shape
    shift = np.repeat(random.integers(-60, 60, (height, width // size)), size, axis=1)
    wrong = np.repeat(random.random((height, width // size)) < share, size, axis=1)
    return np.clip(picture[:, : shift.shape[1]] + shift * wrong, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("width", [640, 960, 1280, 1920, 3840])
def test_blocks_that_come_leave_seams_where_they_are(width):
    before = rows(width=width)
    now = before.copy()
    now[:, : width // 2] = messed(before)[:, : width // 2]
    found = seams(now, before)
    assert found[:, : SEAM_COLS // 2].min() > 6 * 8
    assert found[:, SEAM_COLS // 2 + 1 :].max() == 0
    assert np.array_equal(seams(before, now), found), "they leave as they came"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.sampled_from([5, 7, 9, 11, 13, 15]))
def test_what_moves_and_grids_of_another_size_leave_few(seed, far, cell):
    before = rows(seed % 1000)
    assert seams(np.roll(before, far, axis=1), before).max() < 6 * 8
    assert seams(messed(before, seed, size=cell)[:, : W - W % cell], before[:, : W - W % cell]).max() < 8 * 8


def test_a_grid_that_stands_still_and_one_upright_edge_are_none():
    grid = rows()
    grid[:, ::16] = 20
    assert not seams(grid, grid).any()
    bar = rows()
    bar[:, 480:496] = 20
    assert not seams(bar, rows()).any()


def test_too_small_to_tell():
    assert seams(rows(width=200), rows(1, width=200)).shape == (SEAM_ROWS, SEAM_COLS)
    assert not seams(rows(height=4), messed(rows(height=4))).any()


def test_colour_and_edges_by_tile():
    random = np.random.default_rng(3)
    small, u = (random.integers(0, 256, (2, 270, 480), dtype=np.uint8) for _ in range(2))
    meter = TraitMeter(np)
    both = meter.add(u, 255 - u, steps(small), [None, None])
    traits = meter.finish()
    assert np.array_equal(both, edges(small))
    means = u.reshape(2, 18, 15, 32, 15).mean(axis=(2, 4))
    assert np.array_equal(traits.tile_u, np.rint(means))
    assert np.abs(traits.tile_u.astype(int) + traits.tile_v - 255).max() <= 1
    total = expand(traits.tile_across) + expand(traits.tile_down)
    np.testing.assert_allclose(total, both, rtol=0.02)


def test_segments_join_to_the_bit(tmp_path):
    path = write(tmp_path / "clip.mp4", 90, gop=15, preset="veryfast")
    whole = measure(path)
    assert len(whole.traits.seams) == len(whole.pictures.pts) == 90
    joined = merge([measure(path, segment=part) for part in segments(path, 3)])
    assert not differing(joined, whole)
