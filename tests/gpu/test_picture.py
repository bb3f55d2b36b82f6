"""The numbers of one picture against their definitions."""

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu import picture as features
from gpu.cuda import shrink
from gpu.measurements import LUMA_EDGES, PLANE_H, PLANE_W
from gpu.planes import Scaler, plane_view

H, W = 540, 960


@st.composite
def stacks(draw, height=H, width=W):
    """Stacks of one to three pictures: noise, flat, stripes, extremes; also with padded lines as FFmpeg gives them."""
    n = draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["noise", "flat", "stripes", "extreme"]))
    if kind == "noise":
        stack = random.integers(0, 256, (n, height, width), dtype=np.uint8)
    elif kind == "flat":
        stack = np.full((n, height, width), draw(st.integers(0, 255)), np.uint8)
    elif kind == "stripes":
        stack = np.zeros((n, height, width), np.uint8)
        stack[:, :, :: draw(st.integers(2, 9))] = 255
    else:
        stack = random.choice(np.array([0, 255], np.uint8), (n, height, width))
    if draw(st.booleans()):
        padded = np.full((n, height, width + 64), 77, np.uint8)
        padded[:, :, :width] = stack
        stack = padded[:, :, :width]
    return stack


def tiles(stack):
    """Tile means by the plainest means."""
    n, height, width = stack.shape
    return stack.astype(np.float64).reshape(n, 18, height // 18, 32, width // 32).mean(axis=(2, 4))


@settings(max_examples=15, deadline=None)
@given(stacks(), stacks(270, 480))
def test_tile_sums_are_exact(large, small):
    assert np.array_equal(features.tile_sums(large) / 900, tiles(large))
    assert np.array_equal(features.tile_sums(small) / 225, tiles(small))
    assert np.array_equal(features.tile_sums(small, small) / 225, 2 * tiles(small))


@settings(max_examples=15, deadline=None)
@given(stacks(270, 480))
def test_edges_match_the_definition(small):
    codes = small.astype(np.float64)
    step = np.zeros_like(codes)
    step[:, :, :-1] += np.abs(np.diff(codes, axis=2))
    step[:, :-1] += np.abs(np.diff(codes, axis=1))
    np.testing.assert_allclose(features.edges(small), tiles(step), rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(stacks(270, 480), st.integers(0, 2**32 - 1))
def test_differences_match_the_definition(now, seed):
    before = now.copy()
    mask = np.random.default_rng(seed).random(now.shape) < 0.1
    before[mask] ^= 0x5A
    change, equal = features.differences(now, before)
    expected = np.abs(now.astype(np.float64) - before)
    np.testing.assert_allclose(change, tiles(expected), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(equal, (expected == 0).mean(axis=(1, 2)), rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(stacks(270, 480))
def test_histogram_shares(small):
    shares = features.histogram(small) / 65535
    for row, picture in zip(shares, small, strict=True):
        counts, _ = np.histogram(picture[:, ::2], bins=[*LUMA_EDGES[:-1], 255.5])
        np.testing.assert_allclose(row, counts / counts.sum(), atol=1e-5)


def test_black_picture_is_all_in_the_black_bins():
    shares = features.histogram(np.full((1, 270, 480), 16, np.uint8))
    assert shares[0, 1] == 65535
    assert shares.sum() == 65535


@settings(max_examples=10, deadline=None)
@given(stacks(270, 480))
def test_chroma_means(plane):
    means = features.chroma_means(plane, 255 - plane)
    np.testing.assert_allclose(means[:, 0], plane[:, ::2].mean(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(means.sum(axis=1), 255, rtol=1e-5)


def test_blocks_stand_out_and_smooth_pictures_do_not():
    grain = np.random.default_rng(2).integers(90, 110, (1, 64, 1920), dtype=np.uint8)
    blocks = np.repeat(np.random.default_rng(1).integers(60, 180, (1, 64, 240), dtype=np.uint8), 8, axis=2)
    assert 0.9 < features.block_grid(grain)[0] < 1.1
    assert features.block_grid(blocks)[0] > 20
    assert features.block_grid(np.full((2, 8, 1920), 99, np.uint8)).tolist() == [1, 1]
    assert features.block_grid(np.zeros((1, 8, 20), np.uint8)).tolist() == [1]


def test_area_weights_average():
    for source, target in ((1080, 540), (1920, 960), (270, 64), (480, 64), (333, 540)):
        weights = features.area_weights(source, target)
        assert weights.shape == (target, source)
        np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (3840, 2160)])
def test_gpu_scaling_agrees_with_swscale(size):
    """The matrices that scale on a GPU against FFmpeg's area scaling; within one code where both shrink by whole numbers."""
    random = np.random.default_rng(5)
    frame = av.VideoFrame(*size, "yuv420p")
    for index in range(3):
        plane = plane_view(frame, index)
        plane[:] = random.integers(16, 236, plane.shape, dtype=np.uint8)
    frame.color_range = 1
    planes = Scaler().planes(frame)
    for index, expected in enumerate((planes.luma, planes.u, planes.v)):
        own = shrink(plane_view(frame, index), *expected.shape, np).astype(int)
        off = np.abs(own - expected)
        if size[0] % PLANE_W == 0 and size[1] % PLANE_H == 0:
            assert off.max() <= 1
        assert off.mean() < 1.5
        assert abs(float(own.mean()) - float(expected.mean())) < 0.6


def test_full_range_becomes_limited():
    for code, luma, chroma in ((0, 16, 16), (255, 235, 240), (128, 126, 128)):
        plane = np.full((1080, 1920), code, np.uint8)
        assert abs(int(shrink(plane, 540, 960, np, full=True)[0, 0]) - luma) <= 1
        assert abs(int(shrink(plane, 540, 960, np, full=True, chroma=True)[0, 0]) - chroma) <= 1
    assert shrink(np.full((1080, 1920), 100 << 8, np.uint16), 540, 960, np)[5, 5] == 100
