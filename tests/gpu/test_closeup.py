"""Closeups: numbers against pictures whose noise, detail and borders are known."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gpu.closeup import Whole, borders, closeup, detail, looked_at, temporal
from gpu.closeups import BAND_LOWEST, fold_log, unfold_log
from gpu.device import cpu
from gpu.keeping import load, save
from gpu.measure import Segment, measure, segments
from gpu.measurements import merge
from gpu.picturemeter import PictureMeter, Shot
from gpu.planes import Scaler, whole_luma
from tests.gpu.clips import differing, write

SIZE = (540, 960)


def grey(sigma: float, seed: int = 0, size: tuple[int, int] = SIZE) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, sigma, size)
    return np.clip(np.rint(120 + noise), 0, 255).astype(np.uint8)


def eight(luma: np.ndarray) -> Whole:
    return Whole(luma, 8, full=False)


@pytest.mark.parametrize("decibels", [30, 36, 42, 50])
def test_the_noise_of_two_pictures_is_its_variance(decibels):
    sigma = 219 / 10 ** (decibels / 20)
    look = closeup(eight(grey(sigma, 1)), eight(grey(sigma, 2)))
    variance = float(np.median(unfold_log(look.noise, 16))) - 1 / 12
    assert 10 * np.log10(219**2 / variance) == pytest.approx(decibels, abs=0.3)
    assert look.drift.mean() < 0.15 * 255
    for octave in unfold_log(look.detail, 8):
        assert float(np.median(octave)) == pytest.approx(sigma**2 + 1 / 12, rel=0.15)


def test_noise_in_full_range_and_in_ten_bits_is_told_in_the_same_codes():
    sigma = 4.0
    full = Whole(grey(sigma * 255 / 219, 1), 8, full=True), Whole(grey(sigma * 255 / 219, 2), 8, full=True)
    deep = tuple(Whole(grey(sigma, seed).astype(np.uint16) * 4, 10, full=False) for seed in (1, 2))
    upper = tuple(Whole(grey(sigma, seed).astype(np.uint16) * 256, 16, full=False) for seed in (1, 2))
    plain = closeup(eight(grey(sigma, 1)), eight(grey(sigma, 2)))
    for now, before in (full, deep, upper):
        look = closeup(now, before)
        assert np.median(unfold_log(look.noise, 16)) == pytest.approx(np.median(unfold_log(plain.noise, 16)), rel=0.05)


def test_movement_is_coarse_and_noise_is_not():
    ramp = np.tile((np.arange(960) // 24 % 2 * 80 + 60).astype(np.uint8), (540, 1))
    noise, drift = temporal(looked_at(eight(ramp)), looked_at(eight(np.roll(ramp, 12, axis=1))))
    assert (drift > 0.4 * 255).mean() > 0.9
    assert noise.min() > 0


def test_without_a_picture_before_it_noise_is_unknown():
    for before in (None, eight(grey(2, 1, (270, 480)))):
        look = closeup(eight(grey(2)), before)
        assert not look.noise.any()
        assert not look.drift.any()


def test_detail_that_scaling_up_cannot_make():
    rng = np.random.default_rng(3)
    steps = np.cumsum(rng.normal(0, 12, (540, 960)), axis=1)  # a spectrum that falls as photographs' do
    sharp = np.clip(128 + steps - steps.mean(axis=1, keepdims=True), 16, 235).astype(np.uint8)
    half = Image.fromarray(sharp).resize((480, 270), Image.Resampling.BOX)
    smooth = np.asarray(half.resize((960, 540), Image.Resampling.BICUBIC))
    ratios = []
    for picture in (sharp, smooth):
        energy = unfold_log(detail(looked_at(eight(picture))), 8).sum(axis=(1, 2))
        ratios.append(energy[0] / energy[1])
    assert ratios[0] > 0.1
    assert ratios[1] < 0.05


def test_detail_is_blind_to_light_and_to_slopes():
    slope = np.tile(np.linspace(40, 200, 960), (540, 1))
    energy = unfold_log(detail(looked_at(eight(np.rint(slope).astype(np.uint8)))), 8)
    assert energy.max() < 0.5  # rounding alone


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
@settings(max_examples=20, deadline=None)
def test_borders_are_counted_to_the_line(widths):
    top, bottom, left, right = widths
    luma = np.full((180, 320), 16, np.uint8)
    luma[top : 180 - bottom, left : 320 - right] = 90
    bars, fill = borders(eight(luma))
    assert bars.tolist() == widths
    assert fill.tolist() == [255] * 4


def test_borders_of_text_on_black_have_no_straight_edge():
    luma = np.full((540, 960), 16, np.uint8)
    luma[100:130, 200:300] = luma[400:430, 220:700] = 220
    bars, fill = borders(eight(luma))
    assert bars.tolist() == [100, 110, 200, 260]
    assert fill[0] < 0.3 * 255
    assert fill[2] < 0.3 * 255
    assert borders(eight(np.full((540, 960), 18, np.uint8)))[0].tolist() == [540, 540, 960, 960]


def test_black_in_full_range_is_darker():
    luma = np.full((180, 320), 4, np.uint8)
    luma[20:160] = 18
    assert borders(Whole(luma, 8, full=True))[0].tolist() == [20, 20, 0, 0]
    assert borders(eight(luma))[0].tolist() == [180, 180, 320, 320]


@pytest.mark.parametrize("size", [(720, 1280), (1920, 1080), (360, 640), (288, 352)])
def test_any_size_is_cut_into_tiles(size):
    look = closeup(eight(grey(3, 1, size)), eight(grey(3, 2, size)))
    assert look.noise.shape == (18, 32)
    assert float(np.median(unfold_log(look.noise, 16))) == pytest.approx(9 + 1 / 12, rel=0.1)


def test_a_tiny_picture_has_none():
    assert closeup(eight(grey(3, 1, (144, 176))), None) is None


@given(st.floats(float(np.float32(BAND_LOWEST * 1.1)), 500), st.sampled_from([8, 16]))
def test_folding_is_undone(energy, steps):
    folded = fold_log(np.array([energy], np.float32), steps)
    assert unfold_log(folded, steps)[0] == pytest.approx(energy, rel=2 ** (0.51 / steps) - 1)
    assert not unfold_log(fold_log(np.zeros(1, np.float32), steps), steps).any()


@pytest.mark.parametrize(
    ("form", "depth"),
    [
        ("yuv420p", 8),
        ("yuv422p10le", 10),
        ("p010le", 16),
        ("nv12", 8),
        ("gray", 8),
        ("rgb24", None),
        ("yuv420p10be", None),
    ],
)
def test_formats_that_keep_a_luma_plane(form, depth):
    frame = VideoFrame(640, 360, "yuv420p").reformat(format=form)
    whole = whole_luma(frame, 0)
    assert (whole and whole.depth) == depth
    if whole is not None:
        assert whole.luma.shape == (360, 640)
        assert whole_luma(frame, 1).luma.shape == (640, 360)


def test_closeups_are_taken_in_the_middle_of_each_second_and_one_frame_is_held():
    meter, scaler = PictureMeter(cpu("test"), Fraction(1, 25), Fraction(0)), Scaler()
    for number in range(90):
        planes = scaler.planes(VideoFrame(640, 360, "yuv420p"))
        meter.add(Shot(number, key=False, corrupt=False, interlaced=False, planes=planes))
    (made,) = [part for part in meter.finish() if type(part).__name__ == "Closeups"]
    assert made.pts.tolist() == [0, 13, 38, 63, 88]


def test_segments_merge_and_files_keep_them(tmp_path):
    path = write(tmp_path / "clip.mp4", 130, gop=20, sound=False)
    whole = measure(path)
    apart = [measure(path, segment=part) for part in segments(path, 4)]
    assert len(apart) == 4
    assert len(whole.closeups.pts) == 6
    assert whole.closeups.noise[1:].any()
    assert not differing(merge(apart).closeups, whole.closeups)
    save(whole, tmp_path / "m.npz")
    assert not differing(load(tmp_path / "m.npz").closeups, whole.closeups)
    save(replace(whole, closeups=None), tmp_path / "older.npz")
    assert load(tmp_path / "older.npz").closeups is None
    assert measure(path, segment=Segment(None, None)).closeups is not None
