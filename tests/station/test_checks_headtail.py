"""Unified intro and outro: by template, by the other lessons, and where nobody can tell."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gpu.measurements import Measurements
from station.checks import registry
from station.checks.headtail import intro_span, outro_span
from station.checks.subject import Subject
from station.context import Context
from station.findings import Outcome, OutcomeKind, Severity
from station.prints import PRINT_HZ, Ends, Print, cut, ends_of, gather, print_of, scatter
from station.profile import default_profile
from station.text import LANGUAGES, say
from tests.measured import Film, Voice, lesson
from tests.station.likeness import card, delivered, joined, printed, scene

INTRO = printed(scene(1, 8), 1, "intro.mp4")
OUTRO = printed(scene(2, 6), 2, "outro.mp4")
WAYS: dict[str, dict[str, Any]] = {
    "as made": {},
    "noise": {"noise": 1.5},
    "darker, quieter": {"gain": 0.75, "lift": 5, "quieter": 9},
    "brighter": {"gain": 1.05, "lift": 12},
    "logo": {"logo": True},
}


def body(seed: int, seconds: float = 25) -> Print:
    """A lesson's own content after its title card."""
    return joined(printed(card(seed, 3), seed, silent=True), printed(scene(50 + seed, seconds), 50 + seed))


def made(seed: int, *, intro: Print | None = INTRO, outro: Print | None = OUTRO, **way: Any) -> Ends:
    """Head and tail of a lesson."""
    parts = [part for part in (intro, body(seed), outro) if part is not None]
    whole = delivered(joined(*parts, name=f"lesson {seed}"), **way)
    return Ends(cut(whole, 0, 120), cut(whole, whole.seconds - 120, whole.seconds))


def measured(ends: Ends) -> Measurements:
    """Measurements as long as the lesson, whatever is in them."""
    return lesson(Film(round((ends.tail.offset + ends.tail.seconds) * 25)))


def judged(check: str, own: Ends, **context: Any) -> Outcome:
    """The outcome; its texts can be said."""
    spec = default_profile().checks[check]
    outcome = registry()[check](Subject(measured(own), context=Context(own=own, **context)), spec)
    for language in LANGUAGES:
        for found in outcome.findings:
            assert say(found.message, language, **found.params)
        if outcome.reason:
            assert say(outcome.reason, language, **outcome.params)
    return outcome


def kinds(outcome: Outcome) -> list[tuple[str, str]]:
    """Severity and what of each finding."""
    return [(found.severity.value, found.message.rpartition(".")[2]) for found in outcome.findings]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lead", [0.0, 0.7, 6.0])
def test_the_template_is_found_however_it_was_delivered(way: str, lead: float) -> None:
    black = Print("", np.full((round(lead * 10), 18, 32), 16, np.uint8), *_silence(lead))
    own = made(1, intro=joined(black, INTRO), **WAYS[way])
    outcome = judged("intro-missing", own, intro=INTRO)
    assert outcome.kind is OutcomeKind.OK
    assert outcome.facts["start"] == pytest.approx(lead, abs=0.11)
    assert outcome.facts["end"] == pytest.approx(lead + 8, abs=0.11)
    outcome = judged("outro-missing", own, outro=OUTRO)
    assert outcome.kind is OutcomeKind.OK
    assert outcome.facts["end"] == pytest.approx(own.tail.offset + own.tail.seconds, abs=0.11)


def _silence(seconds: float) -> tuple[Any, Any]:
    return np.zeros(round(seconds * 10), np.uint32), np.zeros(round(seconds * 50), np.uint8)


@pytest.mark.parametrize(
    ("intro", "told"),
    [
        (None, ("fault", "template")),
        (printed(scene(9, 8), 9), ("fault", "template")),
        (cut(INTRO, 4, 8), ("warning", "cut")),
        (
            replace(INTRO, **{name: getattr(printed(scene(9, 8), 9), name) for name in ("sound", "envelope")}),
            ("warning", "sound"),
        ),
        (replace(INTRO, pictures=scene(9, 8)), ("warning", "picture")),
        (joined(printed(scene(9, 20), 9), INTRO), ("note", "late")),
    ],
)
def test_what_is_wrong_with_an_intro_is_told(intro: Print | None, told: tuple[str, str]) -> None:
    assert kinds(judged("intro-missing", made(1, intro=intro), intro=INTRO)) == [told]


def test_a_missing_outro_is_a_fault_and_more_after_it_a_note() -> None:
    assert kinds(judged("outro-missing", made(1, outro=None), outro=OUTRO)) == [("fault", "template")]
    longer = joined(OUTRO, printed(scene(8, 15), 8))
    assert kinds(judged("outro-missing", made(1, outro=longer), outro=OUTRO)) == [("note", "late")]


def test_a_silent_template_is_known_by_its_pictures() -> None:
    silent = printed(scene(3, 6), 3, silent=True)
    outcome = judged("intro-missing", made(1, intro=silent), intro=silent)
    assert outcome.kind is OutcomeKind.OK
    assert outcome.facts["sound"] is None


@pytest.mark.parametrize("check", ["intro-missing", "outro-missing"])
@pytest.mark.parametrize("way", WAYS)
def test_without_a_template_the_lessons_tell_by_what_they_share(check: str, way: str) -> None:
    own = made(1, **WAYS[way])
    outcome = judged(check, own, siblings=tuple(made(seed) for seed in (2, 3, 4)))
    assert outcome.kind is OutcomeKind.OK
    assert outcome.facts["alike"] == 3
    end = own.tail.offset + own.tail.seconds
    wanted = (0, 8) if check == "intro-missing" else (end - 6, end)
    assert (outcome.facts["start"], outcome.facts["end"]) == pytest.approx(wanted, abs=0.25)


def test_black_that_lessons_begin_with_is_no_part_of_their_intro() -> None:
    black = Print("", np.full((25, 18, 32), 16, np.uint8), *_silence(2.5))
    own, *others = (made(seed, intro=joined(black, INTRO)) for seed in (1, 2, 3, 4))
    outcome = judged("intro-missing", own, siblings=tuple(others))
    assert outcome.kind is OutcomeKind.OK
    assert (outcome.facts["start"], outcome.facts["end"]) == pytest.approx((2.5, 10.5), abs=0.25)


def test_the_one_lesson_that_lacks_what_the_others_share_is_told() -> None:
    others = tuple(made(seed) for seed in (2, 3, 4))
    assert kinds(judged("intro-missing", made(1, intro=None), siblings=others)) == [("warning", "others")]
    assert kinds(judged("outro-missing", made(1, outro=None), siblings=others)) == [("warning", "others")]
    two_of_two = (made(2), made(3, intro=None))
    assert judged("intro-missing", made(1), siblings=two_of_two).kind is OutcomeKind.OK


def test_an_intro_that_was_cut_short_in_one_lesson_is_told() -> None:
    own = made(1, intro=cut(INTRO, 0, 4))
    assert kinds(judged("intro-missing", own, siblings=tuple(made(seed) for seed in (2, 3)))) == [
        ("warning", "shorter")
    ]


def test_a_minority_with_another_intro_is_told() -> None:
    other = printed(scene(7, 8), 7)
    siblings = (made(2, intro=other), *(made(seed) for seed in (3, 4, 5, 6)))
    assert kinds(judged("intro-missing", made(1, intro=other), siblings=siblings)) == [("warning", "others")]


@pytest.mark.parametrize("check", ["intro-missing", "outro-missing"])
def test_nothing_to_compare_by_is_no_pass(check: str) -> None:
    bare = [made(seed, intro=None, outro=None) for seed in (1, 2, 3)]
    for siblings in ((), tuple(bare[1:])):
        outcome = judged(check, bare[0], siblings=siblings)
        assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.no-template")


def test_a_slide_that_stands_in_both_with_other_speech_is_no_intro() -> None:
    page = np.repeat(card(5, 0.1), 300, axis=0)
    own, other = (Ends(*[joined(printed(page, seed), printed(scene(seed, 10), seed))] * 2) for seed in (71, 72))
    assert judged("intro-missing", own, siblings=(other,)).reason == "reason.no-template"


def test_other_rooms_get_the_span() -> None:
    profile = default_profile().checks
    own = made(1)
    subject = Subject(measured(own), context=Context(own=own, intro=INTRO, siblings=(made(2),)))
    assert intro_span(subject, profile["intro-missing"]) == pytest.approx((0, 8), abs=0.11)
    assert outro_span(subject, profile["outro-missing"]) is not None
    assert intro_span(Subject(measured(own), context=Context(own=own)), profile["intro-missing"]) is None
    bare = made(1, intro=None)
    assert intro_span(Subject(measured(bare), context=Context(own=bare, intro=INTRO)), profile["intro-missing"]) is None


def test_a_lesson_without_picture_has_no_intro_to_show() -> None:
    spec = default_profile().checks["intro-missing"]
    assert registry()["intro-missing"](Subject(lesson(None, Voice(4))), spec).kind is OutcomeKind.NOT_APPLICABLE


def test_severities_of_a_template_s_findings_can_be_waived() -> None:
    (found,) = judged("intro-missing", made(1, intro=None), intro=INTRO).findings
    assert found.severity is Severity.FAULT
    assert found.waivable


# Prints.


@pytest.mark.parametrize("rate", [25, 50])
def test_a_print_does_not_depend_on_the_frame_rate(rate: int) -> None:
    film = Film(rate * 6, rate=rate).slide(0, rate * 3, seed=4).slide(rate * 3, seed=5)
    pictures = print_of(film.measurements(), "").pictures
    assert len(pictures) == 6 * PRINT_HZ
    assert (np.flatnonzero(np.diff(pictures.astype(int), axis=0).any(axis=(1, 2))) == [29]).all()


def test_ends_are_the_first_and_last_seconds_with_their_sound() -> None:
    measurements = lesson(Film(25 * 40).camera(), Voice(40), start=0.5)
    ends = ends_of(measurements, "x", reach=10)
    assert (ends.head.seconds, ends.tail.seconds, ends.tail.offset) == (10, 10, 30)
    assert ends.head.sound_start == 0.5
    assert ends.tail.sound_start == pytest.approx(0, abs=0.11)
    assert len(ends.tail.envelope) == pytest.approx(500, abs=10)
    short = ends_of(measurements, "x", reach=100)
    assert (short.head.pictures == short.tail.pictures).all()


def test_a_print_comes_back_as_it_was_kept() -> None:
    one = replace(INTRO, offset=3.5, sound_start=-0.25)
    back = gather("head", "name", scatter("head", one))
    assert (back.name, back.offset, back.sound_start) == ("name", 3.5, -0.25)
    assert (back.pictures == one.pictures).all()
    assert (back.sound == one.sound).all()
