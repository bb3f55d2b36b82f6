"""Camera quality on pictures whose truth is known: planted faults and their clean twins, measured without a codec."""

import itertools
from itertools import islice

import numpy as np
import pytest
from matrix.camera_plants import CAST, Bars, Grade, Grades, Soft, Upscaled, graded
from matrix.camera_styles import Studio, TwoCameras
from matrix.lectures import Fade, Setting
from matrix.styles import Handheld, Screen, Slides, Teacher, Window
from PIL import Image

from gpu.measure import measure
from gpu.synth import ClipWriter
from station.findings import OutcomeKind, Severity
from station.text import say
from tests.camera_stage import measured, noisy, painted
from tests.measured import Voice
from tests.measured import lesson as heard
from tests.station.judging import found, outcome

SIZE = (480, 270)
WHITE_BALANCE = (1.3, 1.0, 0.7)
ONCE: dict = {}


def lesson(style, *plants, seconds=12.0, size=SIZE):
    """Measurements of a style with plants; each is drawn once."""
    key = (style, plants, seconds, size)
    if key not in ONCE:
        frames = round(seconds * 25)
        pictures = style.draw(size, frames)
        for plant in plants:
            pictures = plant.over(pictures, Setting(size, 25, frames, style.camera(size)))
        ONCE[key] = measured(islice(pictures, frames))
    return ONCE[key]


def wall(size=(640, 360), seed=0):
    """Something to look at: a lit wall with soft shadows, shelves, and a little texture."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(70, 180, (6, 8, 3)).astype(np.uint8)
    soft = np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)).astype(float)
    soft[size[1] // 2 :: 40] *= 0.7
    return painted(np.clip(soft + rng.normal(0, 1.5, soft.shape), 0, 255).astype(np.uint8))


@pytest.mark.parametrize("decibels", [30, 34, 38, 42, 46, 50])
def test_injected_noise_is_measured_within_one_decibel(decibels):
    sigma = 219 / 10 ** (decibels / 20)
    made = outcome("noise", measured(noisy(wall(), sigma, 110)))
    assert made.facts["decibels"] == pytest.approx(decibels, abs=1)
    assert made.facts["spread"] < 1
    (one,) = made.findings
    assert one.severity is (Severity.WARNING if decibels < 36 else Severity.NOTE)
    assert f"{made.facts['decibels']} dB" in say(one.message, "en", **one.params)
    assert "58" in say(one.message, "zh", **one.params)


@pytest.mark.parametrize("name", ["100007", "100039", "100075"])
def test_noise_of_real_photographs_is_measured_within_one_decibel(shared_media, name):
    codes = np.fromfile(shared_media / f"noise/{name}.yuv", np.uint8)[: 481 * 321]
    luma = codes.reshape(321, 481)[:320, :480]
    still = painted(np.repeat(luma[..., None], 3, axis=2))
    for decibels in (32, 44):
        made = outcome("noise", measured(noisy(still, 219 / 10 ** (decibels / 20), 85, seed=3)))
        assert made.facts["decibels"] == pytest.approx(decibels, abs=1)


def test_more_noise_never_reads_as_less_after_coding(tmp_path):
    figures = []
    for decibels in (32, 40, 48):
        path = tmp_path / f"{decibels}.mp4"
        with ClipWriter(path, width=640, height=360, video_bit_rate=4_000_000, audio_codec=None, gop=50) as clip:
            for picture in noisy(wall(), 219 / 10 ** (decibels / 20), 110):
                clip.picture((picture.y, picture.u, picture.v))
        figures.append(outcome("noise", measure(path)).facts["decibels"])
    assert figures == sorted(figures)
    assert figures[0] < figures[-1]


def test_what_noise_cannot_be_measured_on():
    assert outcome("noise", lesson(Slides(1))).reason == "reason.no-camera-picture"
    assert outcome("noise", lesson(Handheld(seed=2, noise=0.0, tremble=6, pan=9))).kind in {
        OutcomeKind.NOT_MEASURABLE,
        OutcomeKind.FINDINGS,
    }
    assert outcome("noise", measured([])).kind is OutcomeKind.NOT_MEASURABLE


def test_the_noise_of_a_window_is_the_cameras_not_the_slides():
    made = outcome("noise", lesson(Window("drawn", 1)))
    assert 40 < made.facts["decibels"] < 43
    assert [one.severity for one in made.findings] == [Severity.NOTE]


def test_a_picture_out_of_focus():
    (one,) = found("blur", lesson(Teacher(), Soft(3, 11, 8.0), seconds=14, size=(960, 540)))
    assert one.severity is Severity.WARNING
    assert one.start == pytest.approx(3, abs=1.6)
    assert one.end == pytest.approx(11, abs=1.6)


@pytest.mark.parametrize("style", [Teacher(), Window("drawn", 1), Handheld(), Screen()], ids=str)
def test_sharp_pictures_are_not_blurred(style):
    assert outcome("blur", lesson(style)).kind is OutcomeKind.OK


def test_a_short_search_for_focus_is_no_fault():
    assert not found("blur", lesson(Teacher(), Soft(3, 6, 8.0), seconds=9, size=(960, 540)))


def test_blur_needs_a_camera():
    assert outcome("blur", lesson(Slides(1))).reason == "reason.no-camera-picture"


def test_a_picture_scaled_up_is_noted():
    size = (1280, 720)
    sharp = lesson(Window("drawn", 2), seconds=6, size=size)
    assert not found("blur", sharp)
    (one,) = found("blur", lesson(Window("drawn", 2), Upscaled(), seconds=6, size=size))
    assert (one.severity, one.message) == (Severity.NOTE, "finding.blur.upscaled")


@pytest.mark.parametrize(("sides", "share"), [("rows", 0.12), ("columns", 0.125), ("rows", 0.03)])
def test_bars_for_the_whole_lesson(sides, share):
    (one,) = found("picture-bars", lesson(Teacher(), Bars(share, sides), seconds=6))
    assert (one.severity, one.message) == (Severity.WARNING, f"finding.picture-bars.{sides}")
    assert one.value == pytest.approx(2 * share * (270 if sides == "rows" else 480), abs=4)
    assert (one.start, one.end) == (0, pytest.approx(6, abs=0.05))


def test_bars_around_a_short_film_are_normal():
    assert not found("picture-bars", lesson(Teacher(), Bars(0.12, "rows", 2, 5), seconds=12))


@pytest.mark.parametrize(
    "style", [Slides(20, dark=True), Slides(23, dark=True, build=True), Window("drawn", 2, dark=True)], ids=str
)
def test_dark_slides_have_no_bars(style):
    assert not found("picture-bars", lesson(style))


def test_slides_on_a_black_canvas_beside_a_window_have_no_bars():
    slide, camera = np.full((160, 300, 3), 230, np.uint8), np.full((90, 120, 3), 140, np.uint8)
    canvas = np.zeros((270, 480, 3), np.uint8)
    canvas[50:210, 20:320], canvas[90:180, 345:465] = slide, camera
    assert not found("picture-bars", measured(noisy(painted(canvas), 0, 60)))


def test_all_black_has_no_picture_to_bar():
    assert outcome("picture-bars", measured(noisy(painted(np.zeros((270, 480, 3), np.uint8)), 0, 30))).reason == (
        "reason.all-black"
    )


@pytest.mark.parametrize("style", [Teacher(), Window("drawn", 1), Screen(), Handheld()], ids=str)
@pytest.mark.parametrize(
    ("gains", "kind"), [(WHITE_BALANCE, "tint"), ((1.5, 1.5, 1.5), "light"), ((0.3, 0.3, 0.3), "lamps")]
)
def test_colour_and_light_jump(style, gains, kind):
    (one,) = found("colour-jump", lesson(style, Grade(6, gains)))
    assert one.message == f"finding.colour-jump.{kind}"
    assert one.severity is (Severity.NOTE if kind == "lamps" else Severity.WARNING)
    assert one.start_frame == 150


@pytest.mark.parametrize(
    "plants",
    [
        (),
        (Grade(3.5, WHITE_BALANCE, ramp=5),),  # a sunset
        (Grade(5, (0.25, 0.25, 0.25), ramp=1.5),),  # lights dim for a film
        (Fade(5, 7, 0.8),),
        (Grade(6, WHITE_BALANCE, end=6.12),),  # a flash: another check's
    ],
    ids=["clean", "sunset", "dimmed", "fade", "flash"],
)
@pytest.mark.parametrize("style", [Teacher(), Screen()], ids=str)
def test_slow_changes_are_no_jumps(style, plants):
    assert not found("colour-jump", lesson(style, *plants))


def test_a_slide_that_turns_coloured_is_no_jump():
    assert not found("colour-jump", lesson(Window("drawn", 3, every=(40, 80))))
    assert outcome("colour-jump", lesson(Slides(1))).reason == "reason.no-camera-picture"


def room():
    """Things of many colours, most of them greyish, dark and light: what a white balance that is right leaves."""
    rng = np.random.default_rng(5)
    grey = rng.uniform(40, 210, (9, 16, 1))
    things = np.clip(grey + rng.normal(0, 4, (9, 16, 3)), 0, 255).astype(np.uint8)
    return painted(np.asarray(Image.fromarray(things).resize((480, 270), Image.Resampling.NEAREST)))


@pytest.mark.parametrize("tint", sorted(CAST))
def test_a_cast(tint):
    (one,) = found("colour-cast", measured(noisy(graded(room(), CAST[tint]), 1.5, 115), rate=5))
    assert one.message == f"finding.colour-cast.{'cool' if tint == 'blue' else tint}"
    assert one.severity is (Severity.NOTE if tint == "warm" else Severity.WARNING)
    assert (one.start, one.end) == (0, pytest.approx(22.6, abs=0.8))


def test_a_white_balance_that_is_right_is_no_cast():
    made = outcome("colour-cast", measured(noisy(room(), 1.5, 115), rate=5))
    assert (made.kind, made.facts["looks"]) == (OutcomeKind.OK, 12)


@pytest.mark.parametrize("wall", [(170, 108), (104, 100), (120, 170)])
def test_a_studio_of_one_colour_is_no_cast(wall):
    shot = next(iter(Studio(0, wall).draw(SIZE, 1)))
    assert not found("colour-cast", measured(noisy(shot, 1.5, 115), rate=5))


def test_a_tint_that_passes_is_no_cast():
    flow = itertools.chain(noisy(room(), 1.5, 40), noisy(graded(room(), CAST["green"]), 1.5, 70, seed=1))
    assert not found("colour-cast", measured(flow, rate=5))


def test_coloured_slides_have_no_cast():
    tinted = lesson(Slides(1), Grade(0, CAST["green"], whole=True), seconds=6)
    assert outcome("colour-cast", tinted).reason == "reason.no-camera-picture"


def test_cameras_that_do_not_match():
    style, seconds = TwoCameras(), 15.0
    starts = [0, *style.changes(round(seconds * 25))]
    other = tuple((frame / 25, (1.3, 1.0, 0.7) if index % 2 else (1.0, 1.0, 1.0)) for index, frame in enumerate(starts))
    (one,) = found("camera-mismatch", lesson(style, Grades(other), seconds=seconds))
    assert one.severity in {Severity.NOTE, Severity.WARNING}
    assert one.start_frame == starts[1]
    assert outcome("camera-mismatch", lesson(style, seconds=seconds)).kind is OutcomeKind.OK
    assert outcome("camera-mismatch", lesson(Teacher())).reason == "reason.no-two-cameras"


@pytest.mark.parametrize("check", ["noise", "blur", "picture-bars", "colour-jump", "colour-cast", "camera-mismatch"])
def test_nothing_to_look_at(check):
    assert outcome(check, heard(None, Voice(2))).kind is OutcomeKind.NOT_APPLICABLE
    assert outcome(check, measured(noisy(wall((480, 270)), 0, 1))).kind in {
        OutcomeKind.NOT_MEASURABLE,
        OutcomeKind.OK,
    }
