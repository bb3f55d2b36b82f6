"""Where slides and scenes change: at once or by a dissolve, and what only looks like it."""

from dataclasses import replace

import numpy as np
import pytest

from station.checks._changes import slide_changes
from station.evidence import overview
from tests.measured import ALL, WINDOW, Film, Voice, lesson


def changes(film: Film) -> list[float]:
    return slide_changes(film.measurements())


def test_slides_that_change_at_once() -> None:
    film = Film(500).slide(100, 250, seed=2).slide(250, 500, dark=True, seed=3)
    assert changes(film) == [4.0, 10.0]


def test_they_change_beside_a_lecturer_who_moves() -> None:
    film = Film(500).slide(100, 300, seed=2).slide(300, seed=5).camera()
    assert changes(film) == [4.0, 12.0]


def test_little_text_on_a_dark_page_is_another_page_where_it_lies_in_many_rows() -> None:
    film = Film(300).slide(0, dark=True)
    film.light[120:, 2:14, 3] += 30
    assert changes(film) == [4.8]


def test_one_more_line_is_none() -> None:
    film = Film(300)
    film.light[120:, 8, 3:18] -= 40
    assert changes(film) == []


@pytest.mark.parametrize("frames", [8, 15, 25])
def test_a_dissolve_is_one_change(frames: int) -> None:
    film = Film(400).slide(200, seed=2)
    before, after = film.light[0].copy(), film.light[399].copy()
    for step in range(frames):
        share = (step + 1) / (frames + 1)
        film.light[200 + step] = before * (1 - share) + after * share
    (made,) = changes(film)
    assert abs(made - (8 + frames / 50)) <= 0.5


def test_cuts_between_cameras_are_found() -> None:
    film = Film(400).camera(0, 200, box=ALL)
    film.camera(200, 400, box=ALL)
    assert changes(film) == [8.0]


def test_foreign_frames_are_no_change() -> None:
    assert changes(Film(300).camera(box=ALL).foreign(150, 153)) == []


def test_pans_people_and_pages_that_scroll_are_none() -> None:
    pan = Film(300).camera(box=ALL)
    for frame in range(300):
        pan.light[frame] = np.roll(pan.light[frame], frame // 2, axis=1)
    assert changes(pan) == []
    assert changes(Film(300).camera(motion=40)) == []


def test_somebody_who_sits_down_before_a_camera_is_none() -> None:
    film = Film(400).camera(box=ALL, motion=0)
    for step in range(15):
        film.light[200 + step :, 4:16, 8:16] += 4
    assert changes(film) == []


def test_a_recording_without_frames_where_nothing_changes() -> None:
    film = Film(300).slide(150, seed=2)
    whole = film.measurements()
    assert whole.pictures is not None
    shown = np.r_[0:3, 10:14, 40, 90:94, 150:155, 220, 260:300]
    fields = {name: getattr(whole.pictures, name)[shown] for name in whole.pictures.__dataclass_fields__}
    assert slide_changes(replace(whole, pictures=replace(whole.pictures, **fields))) == [6.0]


def test_no_picture_no_change_and_evidence_tells_the_same() -> None:
    assert slide_changes(lesson(None, Voice(4))) == []
    made = Film(500).slide(100, seed=2).camera(box=WINDOW).measurements()
    assert overview(made)["changes"] == slide_changes(made) == [4.0]
