"""Flicker: what the authors of public test clips say of them, made flashes with exact truth, and what a lecture does all the time."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpu.measure import measure
from gpu.measurements import Measurements, Traits
from station.checks._flashes import TILES, Limits, Zigzag, lights, stretches
from station.checks._light import light
from station.profile import default_profile
from tests.measured import ALL, Film, lesson
from tests.station.judging import briefly, found, outcome

HALF = (0, 0, 18, 16)
QUARTER = (0, 0, 9, 15)
LIMITS = Limits(step=0.097, dark=0.8, red=0.8, chromaticity=0.2, area=0.25)
RED, CYAN = (91, 117, 176), (96, 137, 89)
"""Saturated red and a cyan of the same luminance."""


def flashes(
    turns: int, every: int, *, frames: int = 200, rate: int = 25, low: int = 60, high: int = 120, box=ALL, first=50
) -> Film:
    """A film whose light goes up and down `turns` times, `every` so many frames."""
    film = Film(frames, rate=rate).paint(0, frames, low, box)
    for turn in range(0, turns, 2):
        film.paint(first + turn * every, min(frames, first + (turn + 1) * every), high, box)
    if turns % 2:
        film.paint(first + turns * every, frames, high, box)
    return film


def coloured(colours: list[tuple[int, int, int]], box=ALL) -> Measurements:
    """One colour a frame within the box, grey around it."""
    film = Film(len(colours)).paint(0, len(colours), 94)
    made = film.measurements()
    u, v = (np.full((len(colours), 18, 32), 128, np.uint8) for _ in range(2))
    for frame, colour in enumerate(colours):
        place = (frame, slice(box[0], box[2]), slice(box[1], box[3]))
        made.pictures.tile_mean[place], u[place], v[place] = colour
    plain = np.zeros_like(u)
    return replace(made, traits=Traits(u, v, plain, plain, np.zeros((len(u), 6, 8), np.uint8)))


@pytest.mark.parametrize("every", [1, 2, 4])
def test_seven_turns_within_a_second_are_a_fault_that_takes_two_people(every):
    (fault,) = found("flicker", flashes(7, every).measurements())
    assert briefly((fault,)) == [("fault", 50, 50 + 6 * every + 1)]
    assert (fault.value, fault.limit, fault.people, fault.waivable) == (3.5, 3, 2, True)


@pytest.mark.parametrize("film", [flashes(6, 1), flashes(7, 5), flashes(20, 9)])
def test_no_more_than_three_flashes_within_any_second_are_fine(film):
    assert not found("flicker", film.measurements())


@pytest.mark.parametrize(
    ("low", "high", "wrong"), [(60, 120, True), (60, 72, False), (16, 60, False), (16, 100, True), (215, 235, False)]
)
def test_the_step_is_counted_in_light_not_in_codes(low, high, wrong):
    """12 codes about mid-grey are not 20 cd/m²; 44 codes from black are neither; over 160 cd/m² nothing counts."""
    assert bool(found("flicker", flashes(12, 2, low=low, high=high).measurements())) == wrong


@pytest.mark.parametrize(("box", "wrong"), [(HALF, True), (QUARTER, False), ((0, 0, 9, 16), True)])
def test_a_quarter_of_the_picture_flashes(box, wrong):
    assert bool(found("flicker", flashes(12, 2, box=box).measurements())) == wrong


def test_tiles_that_flash_in_part_count_in_part():
    film = flashes(12, 2, box=(0, 0, 9, 15))
    beside = film.light[:, 0:9, 15].copy()
    film.light[:, 0:9, 15] = 100 + (film.light[:, 0:9, 14] - 100) * 0.9
    assert not found("flicker", film.measurements())
    film.light[:, 0:9, 15] = beside
    film.paint(0, 200, 60, (0, 15, 9, 16))
    film.light[:, 9, 0:16] = 60 + (film.light[:, 0, 0:1] - 60) * 0.7
    assert found("flicker", film.measurements())


def test_parts_that_go_against_each_other_are_not_added_up():
    film = flashes(12, 3, box=(0, 0, 18, 6))
    other = flashes(12, 3, box=(0, 10, 18, 14), first=51)
    film.light[:, :, 10:14] = other.light[:, :, 10:14]
    assert not found("flicker", film.measurements())


def test_gradual_flashes_are_flashes():
    film = Film(200).paint(0, 200, 60)
    film.light[50:125] = (90 + 40 * np.sin(np.arange(75) / 25 * 2 * np.pi * 5))[:, None, None]
    (fault,) = found("flicker", film.measurements())
    assert abs(fault.start_frame - 50) <= 3
    assert abs(fault.end_frame - 125) <= 5


def test_slow_flashing_that_goes_on_is_a_fault():
    film = flashes(28, 6, frames=300)
    (fault,) = found("flicker", film.measurements())
    assert fault.message == "finding.flicker.lasting"
    assert (fault.start_frame, fault.end_frame) == (50, 50 + 27 * 6 + 1)
    assert not found("flicker", flashes(14, 6, frames=300).measurements())


@pytest.mark.parametrize(("box", "turns", "wrong"), [(ALL, 8, True), (ALL, 6, False), (QUARTER, 8, False)])
def test_red_flashes_of_equal_luminance(box, turns, wrong):
    colours = [RED] * 60
    for turn in range(0, turns, 2):
        colours[20 + turn] = CYAN
    judged = found("flicker", coloured(colours, box))
    assert [one.message for one in judged] == ["finding.flicker.red"] * wrong
    if wrong:
        assert (judged[0].start_frame, judged[0].end_frame) == (20, 28)


def test_red_that_is_not_saturated_and_hues_that_are_close_are_fine():
    for one, other in (((96, 133, 190), (117, 166, 129)), (RED, (91, 120, 160)), ((104, 128, 90), (96, 160, 110))):
        assert not found("flicker", coloured([one, other] * 30))


def test_white_black_red_and_dark():
    seen = light(
        *(np.array([codes]) for codes in zip((235, 128, 128), (16, 128, 128), (63, 102, 240), strict=True)),
        (0.2126, 0.0722),
    )
    assert seen.luminance[0] == pytest.approx([1, 0, 0.2126], abs=0.002)
    assert seen.red[0] == pytest.approx([1 / 3, 1 / 3, 1], abs=0.002)
    assert (seen.u[0][0], seen.v[0][0]) == pytest.approx((0.1978, 0.4683), abs=0.001)


def skimming(every: int) -> Film:
    """A presenter who skims through light and dark slides."""
    film = Film(500)
    for index, first in enumerate(range(0, 500, every)):
        film.slide(first, min(500, first + every), dark=index % 2 == 1, seed=index)
    return film


def photographed() -> Film:
    """Cameras flash in the hall: one frame of white each, one of them twice in a row."""
    film = Film(500).camera(box=ALL)
    for first in (60, 140, 150, 300, 420, 425):
        film.light[first] = 235
    return film


def faded() -> Film:
    """Fades to black and back, close together."""
    film = Film(500)
    for first in range(60, 480, 70):
        film.fade(first, first + 5, ramp=8)
    return film


def scrolled() -> Film:
    """Lines of dense text run upwards through every tile."""
    film = Film(500)
    rows = np.arange(18 * 4)[None, :] / 4
    lines = 200 + 25 * np.sign(np.sin(2 * np.pi * (rows + np.arange(500)[:, None] * 0.31)))
    film.light[:] = np.repeat(lines.reshape(500, 18, 4).mean(axis=2)[:, :, None], 32, axis=2)
    return film


@pytest.mark.parametrize(
    "film", [skimming(9), skimming(13), photographed(), faded(), scrolled(), Film(500).camera(box=ALL)]
)
def test_what_a_lecture_does_is_no_flicker(film):
    assert not found("flicker", film.measurements())


def test_other_frame_rates():
    assert found("flicker", flashes(14, 4, rate=50, frames=400).measurements())
    assert not found("flicker", flashes(14, 9, rate=50, frames=400).measurements())


def test_too_short_and_no_picture():
    assert outcome("flicker", Film(2).measurements()).kind.value == "not-measurable"
    assert outcome("flicker", replace(lesson(), audio=None)).kind.value == "not-applicable"


# ---- clips whose authors say what they are


def truth_of_trace(folder: Path) -> list[tuple[str, bool]]:
    """File names, and whether the authors say that the clip fails its set's standard (broadcast: ITU-R BT.1702)."""
    with (folder / "ground_truth.csv").open(encoding="utf-8") as file:
        return [(row["file"], row["pass_in_set"] == "FALSE") for row in csv.DictReader(file)]


def test_clips_at_the_limits_of_the_standards(shared_media):
    folder = shared_media / "flash-trace"
    truth = truth_of_trace(folder)
    assert len(truth) == 34
    judged = [(name, bool(found("flicker", measure(folder / name)))) for name, _ in truth]
    assert judged == truth


IRIS = {
    "2Hz_5s": None,
    "2Hz_6s": "finding.flicker.lasting",
    "3Hz_6s": "finding.flicker.general",
    "GradualRedIncrease": None,
    "extendedFLONG": None,
    "flashStripes": "finding.flicker.general",
    "gray": None,
    "intermitentEF": None,
}


@pytest.mark.parametrize("name", list(IRIS))
def test_clips_with_an_answer_for_every_frame(shared_media, name):
    """The verdict is the authors', and so is the count of turns within the last second, frame by frame."""
    measured = measure(shared_media / "flash-iris" / f"{name}.mp4")
    assert [one.message for one in found("flicker", measured)] == ([IRIS[name]] if IRIS[name] else [])
    zigzag = Zigzag()
    count = len(measured.pictures.pts)
    for start, strip in lights(measured, 0, count):
        for index, frame in enumerate(strip.luminance):
            zigzag.feed(start + index, frame[None], LIMITS)
    turns = zigzag.turns()
    brightest = int(np.bincount(turns.tile, minlength=TILES).argmax())
    moments = turns.moment[turns.tile == brightest]
    rate = round(1 / measured.frame_seconds())
    counted = [int(((moments > frame - rate) & (moments <= frame)).sum()) for frame in range(count)]
    with (shared_media / "flash-iris" / f"{name}_RELATIVE.csv").open(encoding="utf-8") as file:
        expected = [int(row["LuminanceTransitions"]) for row in csv.DictReader(file)]
    assert counted == expected[:count]


def test_the_coarse_look_lets_every_dangerous_clip_through(shared_media):
    assert default_profile().checks["flicker"].people == 2
    for name, wrong in truth_of_trace(shared_media / "flash-trace")[:4]:
        assert not wrong or list(stretches(measure(shared_media / "flash-trace" / name)))
