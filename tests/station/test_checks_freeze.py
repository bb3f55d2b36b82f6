"""Freeze: the death of living tiles. Planted freezes with exact frames, and their clean twins."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.measurements import Measurements, Pictures
from station.findings import OutcomeKind, Severity
from tests.measured import ALL, WINDOW, Film, Voice, lesson
from tests.station.judging import briefly, found, outcome


def film(seconds: float = 20, **settings: float) -> Film:
    return Film(int(seconds * 25), **settings).camera()


@pytest.mark.parametrize(
    ("length", "severity"),
    [(15, "warning"), (25, "warning"), (49, "warning"), (50, "fault"), (75, "fault"), (200, "fault")],
)
def test_the_lecturers_window_alone_freezes_over_a_still_slide(length: int, severity: str) -> None:
    made = found("freeze", lesson(film().freeze(250, 250 + length), Voice(20)))
    assert briefly(made) == [(severity, 250, 250 + length)]
    assert made[0].tiles == WINDOW
    assert made[0].message == "finding.freeze.area"
    assert made[0].waivable


@settings(max_examples=40, deadline=None)
@given(
    first=st.integers(80, 330), length=st.integers(50, 150), gop=st.sampled_from([12, 50, 250]), seed=st.integers(0, 5)
)
def test_a_freeze_is_found_to_the_frame_wherever_the_key_frames_lie(
    first: int, length: int, gop: int, seed: int
) -> None:
    made = found("freeze", lesson(Film(500, gop=gop, breath=0.3, seed=seed).camera().freeze(first, first + length)))
    assert [finding.severity for finding in made] == [Severity.FAULT]
    assert abs(made[0].start_frame - first) <= 1
    assert abs(made[0].end_frame - first - length) <= 1


def test_the_whole_picture_freezes() -> None:
    made = found("freeze", lesson(Film(500).camera(box=ALL).freeze(200, 300, ALL)))
    assert briefly(made) == [("fault", 200, 300)]
    assert made[0].message == "finding.freeze.whole"


def test_a_freeze_that_reaches_the_end_of_the_file_is_found() -> None:
    made = found("freeze", lesson(film().freeze(400, 500)))
    assert briefly(made) == [("fault", 400, 500)]
    assert made[0].end == pytest.approx(20.0)


def test_a_slide_change_during_the_freeze_hides_nothing() -> None:
    changed = film()
    changed.slide(300, 500, seed=7)
    changed.camera(300, 500).freeze(300, 350)
    rows, cols = slice(WINDOW[0], WINDOW[2]), slice(WINDOW[1], WINDOW[3])
    changed.light[250:350, rows, cols] = changed.light[249, rows, cols]
    changed.noise[250:350, rows, cols] = 0
    changed.light[350:, rows, cols] = (
        changed.light[350:, rows, cols] - changed.light[350, rows, cols] + changed.light[249, rows, cols]
    )
    assert briefly(found("freeze", lesson(changed))) == [("fault", 250, 350)]


@pytest.mark.parametrize("frames", [1, 3, 5])
def test_foreign_frames_within_a_freeze_do_not_end_it(frames: int) -> None:
    made = found("freeze", lesson(film().freeze(200, 300).paint(240, 240 + frames, 16)))
    assert briefly(made) == [("fault", 200, 300)]


def test_a_freeze_that_ends_in_another_shot_or_a_slide_is_found() -> None:
    other = Film(500).camera(box=ALL).freeze(200, 260, ALL)
    other.light[260:] = np.roll(other.light[260:], 5, axis=2)
    assert briefly(found("freeze", lesson(other))) == [("fault", 200, 260)]
    slide = Film(500).camera(box=ALL).freeze(200, 260, ALL).slide(260)
    assert briefly(found("freeze", lesson(slide))) == [("fault", 200, 260)]


@pytest.mark.parametrize("rate", [10, 24, 30, 50, 60])
def test_any_frame_rate(rate: int) -> None:
    made = Film(20 * rate, rate=rate).camera().freeze(8 * rate, 11 * rate)
    assert briefly(found("freeze", lesson(made))) == [("fault", 8 * rate, 11 * rate)]


def recorded(made: Film) -> Measurements:
    """The film as a screen recorder keeps it: no frame where nothing changes, but one every half second."""
    whole = lesson(made, Voice(made.frames / made.rate))
    assert whole.pictures is not None
    changes = whole.pictures.tile_difference.any(axis=(1, 2)) | (np.arange(made.frames) % 12 == 0)
    kept = {field.name: getattr(whole.pictures, field.name)[changes] for field in fields(Pictures)}
    return replace(whole, pictures=Pictures(**kept))


def test_a_recording_without_frames_where_nothing_changes_freezes_all_the_same() -> None:
    measured = recorded(film().freeze(250, 325))
    (made,) = found("freeze", measured)
    assert (made.severity, made.start, made.end) == (Severity.FAULT, 10.0, 13.0)
    assert made.end_frame - made.start_frame < 10
    assert measured.times()[made.end_frame] == 13.0


def test_strokes_of_a_pen_in_such_a_recording_are_no_camera() -> None:
    made = Film(1000)
    for index, at in enumerate(list(range(50, 400, 5)) + list(range(475, 800, 5))):
        made.light[at:, 4 + index // 24, 3 + index % 24] -= 40
    assert found("freeze", recorded(made)) == ()


def test_a_film_beside_the_lecturer_that_ends_on_its_last_picture_is_a_warning() -> None:
    both = Film(750).camera(box=(1, 1, 11, 17)).camera(box=WINDOW).freeze(400, 750, (1, 1, 11, 17))
    assert briefly(found("freeze", lesson(both, Voice(30)))) == [("warning", 400, 750)]


def scrolled(*, wakes: bool = False) -> Film:
    """Every tile of a page moves evenly for twelve seconds, then the page stands."""
    made = Film(600)
    phase = np.random.default_rng(3).uniform(0.7, 2.4, (18, 32)) + np.pi * np.random.default_rng(4).integers(
        0, 2, (18, 32)
    )
    time = np.arange(600)[:, None, None]
    made.light[:] = 120 + 2.9 * np.sin(time * np.pi / 5 + phase)
    return made.freeze(300, 400 if wakes else 600, ALL)


def test_a_page_that_has_scrolled_and_stands_is_no_frozen_camera() -> None:
    assert found("freeze", lesson(scrolled(), Voice(24))) == ()
    assert briefly(found("freeze", lesson(scrolled(wakes=True), Voice(24)))) == [("fault", 300, 400)]


def test_life_that_dies_away_is_an_encoder_at_work() -> None:
    made = film()
    rows, cols = slice(WINDOW[0], WINDOW[2]), slice(WINDOW[1], WINDOW[3])
    made.rest(200, 500).freeze(260, 500)
    made.noise[235:260, rows, cols] *= np.geomspace(40, 1, 25)[:, None, None]
    assert found("freeze", lesson(made, Voice(20))) == ()


def test_two_freezes_are_two_findings() -> None:
    made = found("freeze", lesson(film(30).freeze(200, 260).freeze(400, 475)))
    assert briefly(made) == [("fault", 200, 260), ("fault", 400, 475)]


def test_one_of_two_cameras_freezes() -> None:
    two = Film(500).camera(box=(1, 1, 9, 13)).camera(box=WINDOW).freeze(200, 290)
    made = found("freeze", lesson(two))
    assert briefly(made) == [("fault", 200, 290)]
    assert made[0].tiles == WINDOW


def test_a_window_inside_a_living_camera_freezes() -> None:
    inside = Film(500).camera(box=ALL).camera(box=WINDOW, noise=1.3).freeze(200, 290)
    assert briefly(found("freeze", lesson(inside))) == [("fault", 200, 290)]


def clean_static() -> Film:
    return Film(1500)


def clean_slide_changes() -> Film:
    made = Film(1000)
    for index, first in enumerate(range(0, 1000, 60)):
        made.slide(first, dark=index % 3 == 1, seed=index)
    return made


def clean_animation() -> Film:
    made = Film(600)
    for at in range(200, 225):
        made.light[at, 4:9, 3 + (at - 200) // 2 : 8 + (at - 200) // 2] -= 60
    made.light[225:, 4:9, 15:20] -= 60
    return made


def clean_camera_to_slide() -> Film:
    return Film(600).camera(0, 250, box=ALL).slide(250)


def clean_dissolve_to_slide() -> Film:
    made = Film(600).camera(0, 275, box=ALL)
    end = Film(600, seed=1)
    for step in range(25):
        share = (step + 1) / 25
        made.light[250 + step] = made.light[250 + step] * (1 - share) + end.light[0] * share
        made.noise[250 + step] *= 1 - share
    made.light[275:], made.noise[275:] = end.light[275:], 0
    return made


def clean_fade_to_black() -> Film:
    return Film(600).camera(box=ALL).fade(300, 380)


def clean_standing_still() -> Film:
    return Film(600).camera().rest(200, 400)


def clean_breathing() -> Film:
    return Film(1000, gop=50, breath=0.9)


def clean_pointer() -> Film:
    made = Film(800)
    for at in range(100, 700, 3):
        made.light[at, 2 + at // 50, 3 + at % 25] += 8
    return made


def clean_handheld() -> Film:
    made = Film(600).camera(box=ALL)
    made.light += 6 * np.sin(np.arange(600) / 7)[:, None, None]
    return made


def clean_half_rate() -> Film:
    made = Film(600).camera()
    made.light[1::2], made.noise[1::2] = made.light[::2], 0
    return made


def clean_cursor() -> Film:
    made = Film(800)
    made.light[(np.arange(800) // 12) % 2 == 0, 9, 9] += 5
    return made


def clean_wall_coded_away() -> Film:
    made = Film(600, gop=250).camera(box=ALL)
    still = np.abs(np.diff(made.light[:100], axis=0)).max(axis=0) < 0.01
    made.noise[250:, still] = 0
    return made


CLEAN = [
    clean_static, clean_slide_changes, clean_animation, clean_camera_to_slide, clean_dissolve_to_slide, clean_fade_to_black,
    clean_standing_still, clean_breathing, clean_pointer, clean_handheld, clean_half_rate, clean_cursor, clean_wall_coded_away,
]  # fmt: skip


@pytest.mark.parametrize("made", CLEAN)
def test_what_is_normal_in_a_lecture_is_no_freeze(made) -> None:
    assert found("freeze", lesson(made(), Voice(24))) == ()


def test_somebody_at_rest_in_silence_is_a_warning_at_most() -> None:
    """Without noise, a speaker who rests and a frozen speaker look alike; silence speaks for the rest."""
    quiet = Film(600)
    quiet.camera(box=(6, 22, 12, 26), noise=0.0, motion=25)
    quiet.light[:, 6:12, 22:26] += 10 * np.sin(np.arange(600) * 2.0)[:, None, None]
    silent = lesson(quiet.freeze(250, 320, (6, 22, 12, 26)), Voice(24).quiet(9, 14, -70))
    assert all(finding.severity is not Severity.FAULT for finding in found("freeze", silent))


def test_a_camera_held_by_hand_that_stops_all_over_is_sure_without_any_noise() -> None:
    held = Film(600).camera(noise=0.0, motion=0.0)
    phase = np.random.default_rng(3).uniform(0, 6, (10, 8))
    held.light[:, 6:16, 22:30] += 4 * np.sin(np.arange(600)[:, None, None] * 0.5 + phase)
    assert briefly(found("freeze", lesson(held.freeze(250, 325)))) == [("fault", 250, 325)]


def test_half_a_second_less_is_no_freeze() -> None:
    assert found("freeze", lesson(film().freeze(250, 258))) == ()


def test_it_says_what_it_stands_on() -> None:
    assert outcome("freeze", lesson(film())).facts["camera_share"] == pytest.approx(80 / 576, abs=0.02)


def test_a_file_too_short_is_not_measurable_and_sound_alone_not_applicable() -> None:
    assert outcome("freeze", lesson(Film(20))).kind is OutcomeKind.NOT_MEASURABLE
    assert outcome("freeze", lesson(None, Voice(5))).kind is OutcomeKind.NOT_APPLICABLE


def test_a_freeze_just_after_the_camera_came_is_found_when_it_wakes() -> None:
    assert briefly(found("freeze", lesson(film().freeze(25, 90)))) == [("fault", 25, 90)]


def test_a_second_freeze_after_a_second_of_life_is_found() -> None:
    made = found("freeze", lesson(film().freeze(200, 260).freeze(290, 350)))
    assert briefly(made) == [("fault", 200, 260), ("fault", 290, 350)]


def test_a_camera_that_pans_fast_freezes() -> None:
    made = Film(500).camera(box=ALL)
    still = made.light[0].copy()
    for frame in range(500):
        made.light[frame] = np.roll(still, frame, axis=1)
    made.freeze(200, 275, ALL)
    assert [(one.start_frame, one.end_frame) for one in found("freeze", lesson(made))] == [(200, 275)]


def test_a_video_on_a_slide_that_holds_its_last_frame_is_a_warning() -> None:
    made = Film(750).camera(75, 400).freeze(400, 750)
    assert briefly(found("freeze", lesson(made, Voice(30)))) == [("warning", 400, 750)]


def test_a_coder_that_refines_the_frozen_picture_does_not_move_its_start() -> None:
    made = film().freeze(250, 350)
    rows, cols = slice(WINDOW[0], WINDOW[2]), slice(WINDOW[1], WINDOW[3])
    for frame, codes in ((254, 0.5), (258, 0.4), (262, 0.3)):
        made.noise[frame, rows, cols] = codes
    assert briefly(found("freeze", lesson(made))) == [("fault", 250, 350)]
