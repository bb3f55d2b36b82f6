"""Damage burnt in by an earlier encode: painted on lectures of several kinds with exact truth, real ones, and their clean twins."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from matrix.damage import GREEN, GREY, PINK, Blocks, Burnt, Hit, Hurt, Mess, Smear, Torn
from matrix.lectures import Clip, Coder, Plant, Setting
from matrix.rows_damage import Drawn, Mosaic
from matrix.styles import Handheld, Recording, Screen, Slides, Style, Teacher, Whiteboard, Window

from gpu.device import choose
from gpu.measure import measure
from gpu.measurements import Measurements
from gpu.picturemeter import PictureMeter, Shot
from gpu.planes import Planes as Seen
from station.findings import Severity
from tests.measured import Film, event
from tests.station.judging import found

SIZE = (960, 540)
FRAMES = 75
BASES: dict[str, Style] = {
    "slides": Slides(11, every=(400, 401)),
    "window": Window("drawn", 12, every=(400, 401)),
    "teacher": Teacher("drawn", 13, 1.0),
    "screen": Screen("drawn", 14, every=(400, 401)),
    "whiteboard": Whiteboard(15),
    "handheld": Handheld("drawn", seed=16),
}
FAULTS: dict[str, tuple[Plant, int, int, str]] = {
    "green": (Blocks(1.2, 1.8, GREEN), 30, 45, "colour"),
    "grey": (Blocks(1.2, 1.8, GREY, top=0.3, rows=5, left=0.2), 30, 45, "colour"),
    "pink": (Blocks(1.2, 1.4, PINK, rows=4), 30, 35, "colour"),
    "mess": (Mess(1.2, 1.6), 30, 40, "blocks"),
    "mess of a moment": (Mess(1.2, 1.24, share=0.12, density=0.5), 30, 31, "blocks"),
    "smear": (Smear(1.2, 1.6, top=0.4), 30, 40, "streaks"),
}


def measured(style: Style, *plants: Plant, frames: int = FRAMES) -> Measurements:
    """What measuring the pictures gives, no coder between."""
    flow = islice(style.draw(SIZE, frames), frames)
    for plant in plants:
        flow = plant.over(flow, Setting(SIZE, 25, frames, style.camera(SIZE)))
    meter = PictureMeter(replace(choose("cpu"), batch=1), Fraction(1, 12800), Fraction(0))
    for number, picture in enumerate(flow):
        planes = [np.ascontiguousarray(plane) for plane in (picture.y, picture.u, picture.v)]
        seen = Seen(planes[0], planes[1], planes[2], planes[0][::8], None)
        meter.add(Shot(number * 512, number == 0, False, False, seen))
    pictures, samples, hashes, closeups, traits, *_rest = meter.finish()
    made = Film(frames).measurements()
    return replace(made, pictures=pictures, samples=samples, hashes=hashes, closeups=closeups, traits=traits)


@pytest.mark.parametrize("fault", list(FAULTS))
@pytest.mark.parametrize("base", list(BASES))
def test_painted_damage_is_found_where_it_is(base, fault):
    plant, first, last, kind = FAULTS[fault]
    (made,) = found("corrupt", measured(BASES[base], plant))
    assert made.waivable
    assert made.people == 1
    assert made.severity.value in {"fault", "warning"}
    assert abs(made.start_frame - first) <= 1
    assert abs(made.end_frame - last) <= 3
    if fault != "mess of a moment":
        assert made.message == f"finding.corrupt.{kind}"


@pytest.mark.parametrize("base", ["slides", "window"])
@pytest.mark.parametrize(("plant", "first", "last"), [(Torn(1.2, 1.24), 30, 31), (Torn(1.2, 1.32, top=0.3), 30, 33)])
def test_a_torn_picture_is_found(base, plant, first, last):
    (made,) = found("corrupt", measured(BASES[base], plant))
    assert (made.start_frame, made.end_frame, made.waivable) == (first, last, True)


@pytest.mark.parametrize("base", list(BASES))
def test_sound_pictures_are_sound(base):
    assert not found("corrupt", measured(BASES[base], frames=150))


@pytest.mark.parametrize("kind", ["grid", "code", "pixels", "bars", "stripes", "ramp", "flat"])
@pytest.mark.parametrize("change", [{}, {"push": 8}, {"push": 10, "wipe": True}])
def test_what_only_looks_like_damage(kind, change):
    """Tables, codes, pixel art, charts, stripes, gradients and coloured cards, cut, pushed and wiped."""
    assert not found("corrupt", measured(Drawn(kind, every=25, seed=3, **change), frames=130))


@pytest.mark.parametrize("mosaic", [Mosaic(), Mosaic(drift=0.05), Mosaic(32), Mosaic(10), Mosaic(start=1, end=5)])
def test_a_mosaic_over_a_face(mosaic):
    made = found("corrupt", measured(Teacher("drawn", 5, 1.0), mosaic, frames=150))
    assert all(one.severity is Severity.NOTE for one in made)


def test_a_scrolling_recording():
    assert not found("corrupt", measured(Recording(17), frames=150))


FIRST = Coder("x264 3M", bit_rate=3_000_000, gop=50, preset="superfast")


def test_what_a_decoder_tells_is_told_once_and_not_waived(tmp_path):
    """The same damage twice: as a stream that does not decode, and burnt in."""
    clip = Clip(Slides(301, every=(400, 401)), 5, (), FIRST, None, size=(640, 360))
    Hurt(clip, (Hit(2.0, 0.2, 200),)).write(tmp_path / "hurt.mp4")
    (made,) = found("corrupt", measure(tmp_path / "hurt.mp4"))
    assert not made.waivable
    assert made.message == "finding.corrupt.damaged"
    Burnt(clip, Hit(2.0)).write(tmp_path / "burnt.mp4")
    burnt = measure(tmp_path / "burnt.mp4")
    assert not burnt.events
    made = found("corrupt", burnt)
    assert made
    assert all(one.waivable for one in made)
    assert abs(made[0].start_frame - 50) <= 2


def test_seen_damage_beside_told_damage_is_the_same():
    measurements = measured(BASES["slides"], Mess(1.2, 1.6))
    (told,) = found("corrupt", replace(measurements, events=(event(1.2, "undecodable-packet"),)))
    assert not told.waivable


def test_a_file_that_came_broken(shared_media):
    made = found("corrupt", measure(shared_media / "garbled" / "corrupted.mp4"))
    assert not made[0].waivable


def test_measurements_without_traits_are_judged_by_events_alone():
    assert not found("corrupt", replace(measured(BASES["slides"], Mess(1.2, 1.6)), traits=None))
