"""Copies of other lessons, and passages that come twice, as findings."""

import pytest

from gpu.measurements import Measurements
from station.checks import registry
from station.checks import repeat as repeat_module
from station.checks.subject import Subject
from station.context import Context, Copy
from station.findings import Outcome, OutcomeKind
from station.profile import default_profile
from station.readings import Readings, Transcript, Utterance, Voice, VoiceSpan
from station.text import LANGUAGES, say
from station.traces import Trace
from tests.measured import Film, lesson
from tests.measured import Voice as Sound
from tests.station.likeness import copied, trace

MEASURED = lesson(Film(25 * 120))


def judged(check: str, context: Context | None = None, readings: Readings | None = None) -> Outcome:
    """The outcome; its texts can be said."""
    subject = Subject(MEASURED, readings=readings or Readings(), context=context or Context())
    outcome = registry()[check](subject, default_profile().checks[check])
    for language in LANGUAGES:
        for found in outcome.findings:
            assert say(found.message, language, **found.params)
        if outcome.reason:
            assert say(outcome.reason, language, **outcome.params)
    return outcome


def copy(start: float, end: float, *, lesson: str = "other", lag: float = 100.0, by: str = "both") -> Copy:
    """A stretch of another lesson."""
    return Copy(lesson, f"课程 {lesson}", start, end, start + lag, end + lag, by, 0.95)


def test_not_compared_is_not_found_nothing() -> None:
    assert judged("duplicate").reason == "reason.no-archive"
    assert judged("duplicate", Context(copies=())).kind is OutcomeKind.OK


@pytest.mark.parametrize(("end", "severity"), [(22.0, "note"), (45.0, "warning")])
def test_a_copy_is_a_hint_that_weighs_by_its_length(end: float, severity: str) -> None:
    (found,) = judged("duplicate", Context(copies=(copy(10, end),))).findings
    assert (found.severity.value, found.start, found.end, found.value) == (severity, 10, end, end - 10)
    assert found.params["title"] == "课程 other"
    assert found.params["other"] == "00:01:50.00"


def test_pieces_of_one_copy_are_one_finding_and_other_lessons_their_own() -> None:
    pieces = (copy(10, 25), copy(27, 50), copy(90, 99, lag=-40), copy(10, 25, lesson="third", by="sound"))
    found = judged("duplicate", Context(copies=pieces)).findings
    assert [(one.start, one.end, one.severity.value, one.part) for one in found] == [
        (10, 50, "warning", "other"), (10, 25, "note", "third"), (90, 99, "note", "other"),
    ]  # fmt: skip
    assert len({one.key for one in found}) == 3


def test_no_stream_no_question() -> None:
    bare = lesson(None)
    assert bare.sounds is None
    spec = default_profile().checks["duplicate"]
    assert registry()["duplicate"](Subject(bare), spec).kind is OutcomeKind.NOT_APPLICABLE


def repeated(monkeypatch: pytest.MonkeyPatch, own: Trace, readings: Readings | None = None) -> Outcome:
    """The check on a drawn trace."""

    def drawn(_measured: Measurements, _name: str) -> Trace:
        return own

    monkeypatch.setattr(repeat_module, "trace_of", drawn)
    return judged("repeat-passage", readings=readings)


def test_a_passage_that_comes_again_is_told_where_it_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    own = trace(1)
    (found,) = repeated(monkeypatch, copied(own, own, 20, 80, 15)).findings
    assert (found.severity.value, found.message) == ("warning", "finding.repeat-passage.both")
    assert found.start == pytest.approx(80, abs=2)
    assert repeated(monkeypatch, own).kind is OutcomeKind.OK


@pytest.mark.parametrize(("spoken", "severity"), [(True, "warning"), (False, "note")])
def test_sound_alone_counts_where_somebody_speaks(monkeypatch: pytest.MonkeyPatch, spoken: bool, severity: str) -> None:
    own = trace(1, still=True)
    voice = Voice(1, (VoiceSpan(0, 120, 0, "speech" if spoken else "music"),))
    (found,) = repeated(monkeypatch, copied(own, own, 20, 80, 15, what="sound"), Readings(voice=voice)).findings
    assert (found.severity.value, found.message) == (severity, "finding.repeat-passage.sound")


def test_a_sting_between_chapters_is_one_note(monkeypatch: pytest.MonkeyPatch) -> None:
    own = trace(1)
    stung = copied(own, copied(own, copied(own, own, 5, 40, 12), 5, 70, 12), 5, 100, 12)
    found = repeated(monkeypatch, stung).findings
    assert [one.severity.value for one in found] == ["note"]


def test_words_said_twice_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        (10, "我们首先来看数字技术的三个基本特征"), (20, "第二个问题是应用"), (30, "我们首先来看，数字技术的三个基本特征。"),
        (118, "谢谢大家，今天就讲到这里。"),
    ]  # fmt: skip
    utterances = tuple(Utterance(start, start + 4, text, 0.9) for start, text in texts)
    readings = Readings(transcript=Transcript("zh", 1.0, "m", utterances))
    (found,) = repeated(monkeypatch, trace(1), readings).findings
    assert (found.message, found.start, found.params["other"]) == ("finding.repeat-passage.words", 30, "00:00:10.00")


def test_nothing_to_compare_by_is_said() -> None:
    spec = default_profile().checks["repeat-passage"]
    assert registry()["repeat-passage"](Subject(lesson(None)), spec).reason == "reason.no-trace"
    assert registry()["repeat-passage"](Subject(lesson(None, Sound(5))), spec).kind in {
        OutcomeKind.NOT_MEASURABLE,
        OutcomeKind.OK,
    }
