"""Shake, jump and stutter on films of a camera that moves, and on their clean twins."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from gpu.device import choose
from gpu.measurements import Measurements
from gpu.picturemeter import PictureMeter, Shot
from gpu.planes import Planes
from station.checks.stutter import FAINT_SHARE, _exact, around, repeated
from station.findings import OutcomeKind, Severity
from tests.measured import Film, lesson
from tests.station.judging import found, outcome

FRAMES, RATE = 150, 25
SOURCE = np.random.default_rng(7)
ROOM = Image.fromarray(SOURCE.normal(128, 30, (90, 150)).clip(20, 230).astype(np.uint8)).resize(
    (700, 420), Image.BICUBIC
)
NOISE = SOURCE.normal(0, 2, (6, 270, 480)).astype(np.float32)
Track = Callable[[int], tuple[float, float]]


def film(track: Track, again: Callable[[int], bool] = lambda number: False) -> Measurements:
    """A camera whose picture is moved along `track`, pixels of 1920×1080 by frame, with noise; `again` repeats a frame."""
    meter = PictureMeter(choose("cpu"), Fraction(1, 25), Fraction(0))
    chroma = np.full((270, 480), 128, np.uint8)
    luma = np.zeros((540, 960), np.uint8)
    for number in range(FRAMES):
        if not again(number):
            right, down = track(number)
            form = (1, 0, 100 - right / 4, 0, 1, 75 - down / 4)
            seen = np.asarray(ROOM.transform((480, 270), Image.AFFINE, form, Image.BICUBIC), np.float32)
            noisy = (seen + NOISE[number % len(NOISE)]).round().clip(16, 235).astype(np.uint8)
            luma = noisy.repeat(2, axis=0).repeat(2, axis=1)
        planes = Planes(luma, chroma, chroma, None, None)  # type: ignore[arg-type]
        meter.add(Shot(number, number % 50 == 0, False, False, planes))
    pictures, samples, hashes, closeups, traits, motions = meter.finish()
    made = lesson(Film(FRAMES))
    video = replace(made.video, time_base="1/25")
    return replace(
        made,
        video=video,
        pictures=pictures,
        samples=samples,
        hashes=hashes,
        closeups=closeups,
        traits=traits,
        motions=motions,
    )


def still(number: int) -> tuple[float, float]:
    return (0.0, 0.0)


def drift(number: int) -> tuple[float, float]:
    """Always moving a little: a picture that stands has no repeats."""
    return (1.5 * number, 0.0)


def shaken(amplitude: float, hertz: float) -> Track:
    def track(number: int) -> tuple[float, float]:
        if not 50 <= number < 125:
            return (0.0, 0.0)
        phase = 2 * np.pi * hertz * number / RATE
        return (amplitude * np.sin(phase), 0.6 * amplitude * np.sin(1.13 * phase + 1))

    return track


@pytest.mark.parametrize(("amplitude", "hertz"), [(5, 4), (10, 3), (10, 8)])
def test_a_shaken_camera_is_told_where_it_shakes(amplitude, hertz):
    (one,) = found("shake", film(shaken(amplitude, hertz)))
    assert one.severity is Severity.WARNING
    assert one.start == pytest.approx(2.0, abs=0.6)
    assert one.end == pytest.approx(5.0, abs=0.6)


@pytest.mark.parametrize(
    "track",
    [
        still,
        lambda n: (min(max(n - 50, 0), 50) * 3.0, 0.0),
        lambda n: (0.02 * min(max(n - 40, 0), 70) ** 2, 0.0),
        lambda n: (12 * np.sin(2 * np.pi * 0.9 * n / RATE), 7 * np.sin(2 * np.pi * 0.7 * n / RATE)),
        shaken(1.0, 5),
    ],
    ids=["still", "pan", "gathering pan", "hand-held sway", "one pixel"],
)
def test_pans_and_sways_are_no_shaking_and_no_jump(track):
    made = film(track)
    assert not found("shake", made)
    assert not found("jump", made)


@pytest.mark.parametrize("pixels", [12, 25, 38])
def test_a_jump_is_told_to_the_frame(pixels):
    (one,) = found("jump", film(lambda n: (pixels, -pixels / 2) if n >= 70 else (0.0, 0.0)))
    assert (one.start_frame, one.end_frame) == (70, 71)
    assert one.value == pytest.approx(100 * pixels * 1.118 / 1920, rel=0.2)


@pytest.mark.parametrize("pixels", [25, 50])
def test_a_jump_is_told_in_a_camera_that_sways(pixels):
    def swaying(number: int) -> tuple[float, float]:
        sway = 12 * np.sin(2 * np.pi * 0.9 * number / RATE)
        return (sway + pixels * (number >= 70), 0.5 * sway)

    (one,) = found("jump", film(swaying))
    assert (one.start_frame, one.end_frame) == (70, 71)
    assert not found("shake", film(swaying))


def test_a_cut_and_a_step_amid_movement_are_no_jump():
    assert not found("jump", film(lambda n: (0.0, 0.0) if n < 70 else (180.0, 120.0)))
    assert not found("jump", film(lambda n: (10.0 * n % 97, 0.0)))


@pytest.mark.parametrize("every", [2, 3, 6, 25])
def test_a_pattern_of_repeats_is_told(every):
    made = film(drift, lambda n: n % every == every - 1)
    (one,) = found("stutter", made)
    assert one.message == "finding.stutter.regular"
    assert one.params["step"] == every


def test_repeats_without_a_pattern_are_told_where_there_are_many_and_not_where_there_is_one():
    lost = set(np.random.default_rng(3).choice(np.arange(10, 145), 14, replace=False).tolist())
    (one,) = found("stutter", film(drift, lost.__contains__))
    assert one.severity is Severity.WARNING
    assert not found("stutter", film(drift, {60}.__contains__))
    assert not found("stutter", film(drift))


def test_rest_is_no_repeat():
    change = np.full(100, 2.0, np.float32)
    change[30:60] = 0.01
    change[80] = 0.01
    assert repeated(change, np.ones(100, bool), around(change)) == [80]


@pytest.mark.parametrize(("every", "told"), [(6, True), (25, True), (0, False)])
def test_faint_repeats_are_told_by_an_exact_pattern_alone(every, told):
    draw = np.random.default_rng(5)
    change = draw.uniform(1.0, 2.0, 300)
    at = np.arange(20, 290, every) if every else np.sort(draw.choice(np.arange(20, 290), 40, replace=False))
    change[at] = 0.4
    shares = change / around(change)
    faint = repeated(change, np.ones(300, bool), around(change), share=FAINT_SHARE)
    assert _exact(np.array(faint), shares) is told
    assert not repeated(change, np.ones(300, bool), around(change))


@pytest.mark.parametrize("check", ["shake", "jump", "stutter"])
def test_without_a_camera_it_says_so(check):
    made = film(still, lambda n: n > 0)
    assert outcome(check, made).kind is OutcomeKind.NOT_APPLICABLE
    assert outcome(check, lesson(None)).kind is OutcomeKind.NOT_APPLICABLE
