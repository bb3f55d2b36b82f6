"""Sound: gaps, dropouts, flat tops, loudness, channels, and sound against picture."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.measurements import Measurements
from gpu.sound import SoundMeter
from station.checks import registry
from station.checks.subject import Subject
from station.context import Context
from station.findings import Outcome, OutcomeKind, Severity
from station.prints import Print
from station.profile import default_profile
from station.readings import Readings, VoiceSpan
from station.readings import Voice as Heard
from station.text import LANGUAGES, say
from tests.measured import Film, Voice, event, lesson, packets
from tests.station.judging import found, outcome

SOUND = [
    "audio-gap", "audio-dropout", "clipping", "phase-inverted", "channel-silent", "channel-layout", "loudness", "av-offset",
    "av-drift",
]  # fmt: skip


@pytest.mark.parametrize("check", [c for c in SOUND if c != "channel-layout"])
def test_clean_speech_passes(check: str) -> None:
    assert outcome(check, lesson(Film(1000), Voice(40))).kind is OutcomeKind.OK


@pytest.mark.parametrize("check", SOUND)
def test_without_sound_nothing_applies(check: str) -> None:
    assert outcome(check, lesson(Film(200))).kind is OutcomeKind.NOT_APPLICABLE


@pytest.mark.parametrize("check", [c for c in SOUND if c != "channel-layout"])
def test_sound_that_does_not_decode_is_not_measurable(check: str) -> None:
    made = lesson(Film(200), Voice(8))
    assert outcome(check, replace(made, sounds=None)).kind is OutcomeKind.NOT_MEASURABLE


@settings(max_examples=40, deadline=None)
@given(
    start=st.floats(3, 20),
    length=st.floats(3.1, 12),
    level=st.one_of(st.none(), st.floats(-90, -68)),
    room=st.floats(-58, -40),
)
def test_a_gap_of_more_than_three_seconds_is_a_fault(
    start: float, length: float, level: float | None, room: float
) -> None:
    voice = Voice(40, room=room).quiet(start, start + length, level)
    made = [f for f in found("audio-gap", lesson(Film(1000), voice)) if f.severity is Severity.FAULT]
    assert len(made) == 1
    assert made[0].start == pytest.approx(start, abs=0.03)
    assert made[0].end == pytest.approx(start + length, abs=0.03)
    assert made[0].message == ("finding.audio-gap.dead" if level is None else "finding.audio-gap.silent")


@pytest.mark.parametrize("length", [0.5, 2.0, 2.9])
@pytest.mark.parametrize("level", [None, -75.0])
def test_a_pause_of_two_or_three_seconds_is_normal(length: float, level: float | None) -> None:
    made = found("audio-gap", lesson(Film(1000), Voice(40).quiet(10, 10 + length, level)))
    assert all(finding.severity is Severity.NOTE for finding in made)


def test_room_tone_without_speech_is_a_note_at_most() -> None:
    made = found("audio-gap", lesson(Film(1000), Voice(40, room=-62).pause(10, 16)))
    assert [(f.severity.value, f.message) for f in made] == [("note", "finding.audio-gap.room")]


def test_a_lesson_without_any_sound_is_one_fault() -> None:
    made = found("audio-gap", lesson(Film(500), Voice(20).quiet(0, 20)))
    assert [(f.severity.value, f.message) for f in made] == [("fault", "finding.audio-gap.whole")]


def test_a_track_that_ends_early_or_begins_late_is_a_gap() -> None:
    assert [f.message for f in found("audio-gap", lesson(Film(1000), Voice(30)))] == ["finding.audio-gap.tail"]
    assert [f.message for f in found("audio-gap", lesson(Film(1000), Voice(35), start=5.0))] == [
        "finding.audio-gap.head"
    ]


@pytest.mark.parametrize(("length", "severity"), [(0.03, "warning"), (0.1, "warning"), (0.2, "fault"), (1.5, "fault")])
def test_digital_zero_inside_sound_is_a_dropout(length: float, severity: str) -> None:
    voice = Voice(40)
    voice.level[1900:2200] = -20
    made = found("audio-dropout", lesson(Film(1000), voice.quiet(20, 20 + length)))
    assert [(f.severity.value, round(f.start, 2), round(f.end, 2)) for f in made] == [(severity, 20.0, 20 + length)]


def test_a_dropout_of_one_channel_names_it() -> None:
    voice = Voice(40)
    voice.level[1900:2200] = -20
    made = found("audio-dropout", lesson(Film(1000), voice.quiet(20, 20.4, channel=1)))
    assert [(f.message, f.params["channel"]) for f in made] == [("finding.audio-dropout.channel", 2)]


def test_silence_between_words_is_no_dropout() -> None:
    voice = Voice(40)
    voice.level[1900:2000] = np.linspace(-20, -70, 100)[:, None]
    voice.level[2040:2100] = np.linspace(-70, -20, 60)[:, None]
    assert found("audio-dropout", lesson(Film(1000), voice.quiet(20, 20.4))) == ()


def test_a_noise_gate_is_one_warning() -> None:
    voice = Voice(60)
    voice.level[:] = -20
    for at in range(2, 58, 2):
        voice.quiet(at, at + 0.3)
    made = found("audio-dropout", lesson(Film(1500), voice))
    assert [(f.severity.value, f.message) for f in made] == [("warning", "finding.audio-dropout.gate")]


def test_packets_that_do_not_decode_are_told() -> None:
    made = replace(lesson(Film(500), Voice(20)), events=(event(3.0, "undecodable-packet", "audio"),))
    assert [f.message for f in found("audio-dropout", made)] == ["finding.audio-dropout.undecodable"]


@pytest.mark.parametrize(("length", "severities"), [(0.02, []), (0.1, ["warning"]), (0.4, ["fault"])])
def test_flat_tops(length: float, severities: list[str]) -> None:
    made = found("clipping", lesson(Film(500), Voice(20).clip(5, 5 + length)))
    assert [finding.severity.value for finding in made] == severities


@pytest.mark.parametrize(("length", "severities"), [(0.5, []), (2.0, ["warning"]), (5.0, ["fault"])])
def test_opposite_phase(length: float, severities: list[str]) -> None:
    voice = Voice(30)
    voice.level[:] = -20
    made = found("phase-inverted", lesson(Film(750), voice.invert(10, 10 + length)))
    assert [finding.severity.value for finding in made] == severities
    if made:
        assert made[0].start == pytest.approx(10.0, abs=0.1)
        assert made[0].end == pytest.approx(10 + length, abs=0.1)


def test_opposite_phase_through_the_pauses_of_speech_is_one_finding() -> None:
    made = found("phase-inverted", lesson(Film(750), Voice(30).invert(0, 30)))
    assert [finding.severity.value for finding in made] == ["fault"]


def test_mono_has_no_phase_and_gets_a_note_on_its_layout() -> None:
    mono = lesson(Film(500), Voice(20, channels=1))
    assert outcome("phase-inverted", mono).kind is OutcomeKind.NOT_APPLICABLE
    assert outcome("channel-silent", mono).kind is OutcomeKind.NOT_APPLICABLE
    assert [(f.severity.value, f.message) for f in found("channel-layout", mono)] == [
        ("note", "finding.channel-layout.mono")
    ]


def test_mono_speech_on_both_channels_is_normal_and_only_told() -> None:
    made = outcome("channel-layout", lesson(Film(500), Voice(20)))
    assert [(f.severity.value, f.message) for f in made.findings] == [("note", "finding.channel-layout.dual-mono")]
    assert made.facts["dual_mono"] == "yes"


def test_six_channels_are_a_warning() -> None:
    made = found("channel-layout", lesson(Film(500), Voice(20, channels=6)))
    assert [(f.severity.value, f.value) for f in made] == [("warning", 6)]


@pytest.mark.parametrize(("channel", "severity"), [(0, "fault"), (1, "warning")])
@pytest.mark.parametrize("level", [None, -80.0])
def test_a_dead_channel(channel: int, severity: str, level: float | None) -> None:
    made = found("channel-silent", lesson(Film(500), Voice(20).quiet(0, 20, level, channel)))
    assert [(f.severity.value, f.params["channel"]) for f in made] == [(severity, channel + 1)]


def test_a_channel_that_is_dead_for_a_while() -> None:
    made = found("channel-silent", lesson(Film(1500), Voice(60).quiet(10, 25, None, 0)))
    assert [(f.severity.value, f.start, f.end) for f in made] == [("warning", 10.0, 25.0)]


def test_two_dead_channels_have_two_keys() -> None:
    voice = Voice(20, channels=6).quiet(0, 20, None, 2).quiet(0, 20, None, 4)
    made = found("channel-silent", lesson(Film(500), voice))
    assert len({finding.key for finding in made}) == 2


def test_loudness_is_a_fact_and_a_note_where_unusual() -> None:
    voice = Voice(20)
    voice.level[:] = -23.0 + 0.691 - 3.01
    made = outcome("loudness", lesson(Film(500), voice))
    assert made.facts["lufs"] == pytest.approx(-23.0, abs=0.1)
    voice.level[:] = -60
    assert [f.message for f in found("loudness", lesson(Film(500), voice))] == ["finding.loudness.quiet"]
    assert outcome("loudness", lesson(Film(500), Voice(20).quiet(0, 20))).kind is OutcomeKind.NOT_MEASURABLE


def begun(start_ms: float, skipped: int = 1024) -> Measurements:
    """A lesson whose first sample lies at `start_ms`; its container takes `skipped` samples of the codec's run-up away."""
    made = lesson(Film(500), Voice(20), start=start_ms / 1000)
    assert made.audio_packets is not None
    pts = made.audio_packets.pts + round(start_ms * 44.1) - skipped
    return replace(made, audio_packets=replace(made.audio_packets, pts=pts, dts=pts))


@pytest.mark.parametrize(
    ("start_ms", "severity"),
    [(0, None), (50, None), (61, "warning"), (180, "warning"), (190, "fault"), (1000, "fault"),
     (-40, None), (-48, "warning"), (-60, "warning"), (-95, "fault"), (-800, "warning")],
)  # fmt: skip
def test_sound_that_begins_early_or_late(start_ms: float, severity: str | None) -> None:
    made = found("av-offset", begun(start_ms))
    assert [finding.severity.value for finding in made] == ([severity] if severity else [])


def test_sound_before_the_first_key_frame_is_a_note_where_both_end_together() -> None:
    made = lesson(Film(500), Voice(20.8), start=-0.8)
    assert [finding.severity.value for finding in found("av-offset", made)] == ["note"]


@pytest.mark.parametrize(("skipped", "early"), [(1024, 48.0), (142, 28.0), (0, 24.8)])
def test_run_up_that_the_container_does_not_take_away_is_no_early_sound(skipped: int, early: float) -> None:
    assert outcome("av-offset", begun(-48, skipped)).facts["early_ms"] == pytest.approx(early, abs=0.1)


def drifting(share: float, seconds: float = 300) -> Measurements:
    made = lesson(Film(round(seconds * 25)), Voice(seconds))
    exact = packets(int(seconds * 44100 / 1024), 1024, 700)
    pts = np.rint(exact.pts * (1 + share)).astype(np.int64)
    return replace(made, audio_packets=replace(exact, pts=pts, dts=pts))


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0.0, None),
        (0.00002, None),
        (0.0001, "rate-late"),
        (-0.0001, "rate-early"),
        (0.00025, "clock"),
        (0.0008, "clock"),
    ],
)
def test_a_sound_clock_that_runs_off(share: float, message: str | None) -> None:
    made = found("av-drift", drifting(share))
    assert [f.message for f in made] == ([f"finding.av-drift.{message}"] if message else [])


@pytest.mark.parametrize("hour_ms", [100, 150, -100])
@pytest.mark.parametrize("tick", [1, 90, 44.1])
def test_a_drift_of_a_tenth_of_a_second_an_hour_is_found_within_a_minute(hour_ms: float, tick: float) -> None:
    made = drifting(hour_ms / 3_600_000, 90)
    assert made.audio_packets is not None
    pts = (np.rint(made.audio_packets.pts / tick) * tick).round().astype(np.int64)
    (only,) = found("av-drift", replace(made, audio_packets=replace(made.audio_packets, pts=pts)))
    assert only.value == pytest.approx(-hour_ms, rel=0.1)


@pytest.mark.parametrize("tick", [1, 0.49, 44.1])
def test_a_right_clock_has_no_drift_however_coarse(tick: float) -> None:
    made = drifting(0, 90)
    assert made.audio_packets is not None
    pts = (np.rint(made.audio_packets.pts / tick) * tick).round().astype(np.int64)
    assert found("av-drift", replace(made, audio_packets=replace(made.audio_packets, pts=pts))) == ()


def test_timestamps_that_swing_about_the_clock_are_no_drift() -> None:
    made = lesson(Film(500), Voice(20))
    assert made.audio_packets is not None
    pts = made.audio_packets.pts.copy()
    pts -= (np.arange(len(pts)) % 6) // 2 * 120  # early by up to a quarter packet and back at once: a programme stream
    assert found("av-drift", replace(made, audio_packets=replace(made.audio_packets, pts=pts))) == ()


def test_a_gap_in_the_timestamps_is_no_drift() -> None:
    made = lesson(Film(7500), Voice(300))
    pts = made.audio_packets.pts + np.where(np.arange(len(made.audio_packets.pts)) > 6000, 44100, 0)
    made = replace(made, audio_packets=replace(made.audio_packets, pts=pts))
    assert found("av-drift", made) == ()


@pytest.mark.parametrize(("seconds", "message"), [(19.5, "ends-early"), (20.5, "ends-late"), (20.05, None)])
def test_ends_that_lie_apart_are_a_warning(seconds: float, message: str | None) -> None:
    made = found("av-drift", lesson(Film(500), Voice(seconds)))
    assert [(f.severity.value, f.message) for f in made] == (
        [("warning", f"finding.av-drift.{message}")] if message else []
    )


@pytest.mark.parametrize(("gap", "told"), [(0.8, False), (0.0, True)])
def test_a_recordings_last_picture_may_stand_as_long_as_any_before(gap: float, told: bool) -> None:
    made = lesson(Film(500), Voice(20.5 + gap))
    assert made.pictures is not None
    later = made.pictures.pts + np.where(np.arange(500) < 300, 0, round(gap * 12800))  # nothing changed for so long
    made = replace(made, pictures=replace(made.pictures, pts=later))
    assert [f.message for f in found("av-drift", made)] == (["finding.av-drift.ends-late"] if told else [])


def test_sound_without_picture_is_still_judged() -> None:
    made = lesson(None, Voice(20).quiet(5, 10))
    assert [(f.start, f.start_frame) for f in found("audio-gap", made)] == [(5.0, None)]
    assert outcome("av-offset", made).kind is OutcomeKind.NOT_APPLICABLE


# --- with what the voice reader heard


def with_voice(check: str, measurements: Measurements, *spans: VoiceSpan, channels: int = 2, **context: Any) -> Outcome:
    """The outcome where the reader heard `spans`; its texts can be said."""
    readings = Readings(voice=Heard(channels, spans))
    subject = Subject(measurements, readings=readings, context=Context(**context))
    made = registry()[check](subject, default_profile().checks[check])
    for finding in made.findings:
        assert all(say(finding.message, language, **finding.params) for language in LANGUAGES)
    return made


def spoken(*times: tuple[float, float], channel: int = 0, kind: str = "speech") -> tuple[VoiceSpan, ...]:
    return tuple(VoiceSpan(start, end, channel, kind) for start, end in times)


@pytest.mark.parametrize(("length", "notes"), [(2.8, 0), (3.2, 1), (8.0, 1)])
@pytest.mark.parametrize("room", [-45.0, -35.0])
def test_nobody_speaks_over_a_loud_room(room: float, length: float, notes: int) -> None:
    made = lesson(Film(1000), Voice(40, room=room).pause(10, 10 + length))
    found = with_voice("audio-gap", made, *spoken((0.1, 10.05), (10 + length - 0.08, 39.9)))
    assert [f.severity.value for f in found.findings] == ["note"] * notes
    assert found.facts["voices"] == "read"
    for note in found.findings:
        assert note.start == pytest.approx(10, abs=0.12)
        assert note.end == pytest.approx(10 + length, abs=0.12)


@pytest.mark.parametrize("level", [None, -80.0, -45.0])
@pytest.mark.parametrize("length", [3.1, 5.0])
def test_the_edges_of_a_gap_are_true_to_a_fiftieth_of_a_second(level: float | None, length: float) -> None:
    voice = Voice(40, room=-45)
    voice.level[900:2200] = -20
    voice.quiet(12, 12 + length, level)
    (made,) = with_voice("audio-gap", lesson(Film(1000), voice), *spoken((0, 12.1), (11.9 + length, 40))).findings
    assert made.severity is (Severity.NOTE if level == -45 else Severity.FAULT)
    assert made.start == pytest.approx(12, abs=0.02)
    assert made.end == pytest.approx(12 + length, abs=0.02)


def test_music_without_words_is_programme_sound() -> None:
    made = lesson(Film(1000), Voice(40, room=-35))
    assert with_voice("audio-gap", made, *spoken((0, 10), (22, 40)), *spoken((10, 22), kind="music")).findings == ()


@pytest.mark.parametrize(("at", "kind"), [(0.0, "lead-in"), (34.0, "lead-out")])
def test_silence_of_production_length_at_head_and_tail_is_a_note(at: float, kind: str) -> None:
    made = found("audio-gap", lesson(Film(1000), Voice(40).quiet(at, at + 6)))
    assert [(f.severity.value, f.message) for f in made] == [("note", f"finding.audio-gap.{kind}")]


def test_a_quarter_of_a_minute_of_silence_at_the_head_is_a_fault() -> None:
    made = found("audio-gap", lesson(Film(1000), Voice(40).quiet(0, 15)))
    assert [f.severity.value for f in made] == ["fault"]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((0, 60), (0, 60), [("note", "mix")]),
        ((0, 60), (50, 53), []),
        ((0, 2), (0, 60), [("warning", "partly")]),
        (None, (0, 60), [("fault", "absent")]),
        (None, (0, 6), []),
    ],
)
def test_which_channel_speaks(first: Any, second: Any, told: list[tuple[str, str]]) -> None:
    voice = Voice(60)
    voice.correlation[:] = 0.3
    spans = (*(spoken(first) if first else ()), *spoken(second, channel=1), *spoken((0, 60), channel=1, kind="music"))
    made = with_voice("channel-layout", lesson(Film(1500), voice), *spans)
    assert [(f.severity.value, f.message.rpartition(".")[2]) for f in made.findings] == told
    assert made.facts["speech_2_s"] == second[1] - second[0]


def test_a_silent_channel_one_is_told_once() -> None:
    made = lesson(Film(1500), Voice(60).quiet(0, 60, None, 0))
    assert with_voice("channel-layout", made, *spoken((0, 60), channel=1)).findings == ()
    assert [f.severity.value for f in found("channel-silent", made)] == ["fault"]


def test_what_stereo_carries_is_not_measurable_without_the_reader() -> None:
    voice = Voice(60)
    voice.correlation[:] = 0.3
    made = outcome("channel-layout", lesson(Film(1500), voice))
    assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.reader-off")


@pytest.mark.parametrize(
    ("music", "intro_s", "severity"),
    [((0, 9), None, None), ((2, 6), None, None), (None, None, "note"), ((0, 7), 8.0, None), (None, 8.0, "warning"),
     ((10, 30), 8.0, "warning"), ((0, 2), 3.0, None)],
)  # fmt: skip
def test_music_under_the_intro(music: Any, intro_s: float | None, severity: str | None) -> None:
    intro = (
        Print("示例片头", np.zeros((int(intro_s * 10), 18, 32), np.uint8), np.zeros(0, np.uint32)) if intro_s else None
    )
    spans = spoken(music, kind="music") if music else ()
    made = with_voice("intro-music", lesson(Film(1500), Voice(60)), *spans, *spoken((10, 60)), intro=intro)
    assert [f.severity.value for f in made.findings] == ([severity] if severity else [])


def test_music_is_not_measurable_without_the_reader() -> None:
    assert outcome("intro-music", lesson(Film(500), Voice(20))).reason == "reason.reader-off"


def test_lips_are_not_measurable_and_need_a_picture_and_a_sound() -> None:
    assert outcome("lip-sync", lesson(Film(500), Voice(20))).reason == "reason.reader-off"
    assert outcome("lip-sync", lesson(Film(500))).kind is OutcomeKind.NOT_APPLICABLE
    assert outcome("lip-sync", lesson(None, Voice(20))).kind is OutcomeKind.NOT_APPLICABLE


# --- dropouts that cut and silences that fell by themselves


def falling(voice: Voice, at: float, length: float) -> None:
    """Speech that dies away into digital zero and fades in again, as a gate or an editor leaves it."""
    first, last = round(at * 100), round((at + length) * 100)
    voice.level[first - 8 : first] = np.linspace(-38, -85, 8)[:, None]
    voice.level[last : last + 8] = np.linspace(-85, -38, 8)[:, None]
    voice.quiet(at, at + length)


@pytest.mark.parametrize("length", [0.1, 0.59, 2.5])
def test_zeros_where_the_sound_has_died_away_are_no_dropout(length: float) -> None:
    voice = Voice(40)
    voice.level[1900:2500] = -20
    falling(voice, 20, length)
    assert found("audio-dropout", lesson(Film(1000), voice)) == ()


def test_zeros_with_one_sharp_side_are_a_question() -> None:
    voice = Voice(40)
    voice.level[1900:2200] = -20
    falling(voice, 20, 0.6)
    voice.level[1992:2000] = -20
    made = found("audio-dropout", lesson(Film(1000), voice))
    assert [(f.severity.value, f.message) for f in made] == [("warning", "finding.audio-dropout.one-sided")]


def test_a_gate_that_opens_sharply_is_no_question() -> None:
    voice = Voice(60)
    voice.level[:] = -20
    for at in range(2, 58, 3):
        falling(voice, at, 0.5)
        if at % 2:
            voice.level[at * 100 + 50 : at * 100 + 58] = -20
    assert found("audio-dropout", lesson(Film(1500), voice)) == ()


def repeated(blocks: dict[int, tuple[float, float, float]]) -> Measurements:
    """Twenty seconds of speech; (correlation, lag, shorter) of some blocks."""
    made = lesson(Film(500), Voice(20))
    assert made.sounds is not None
    repeats = np.tile(np.array([0.5, 60, 0.4], np.float16), (200, 1))
    for block, values in blocks.items():
        repeats[block] = values
    power = np.full_like(made.sounds.k_power, 0.01)
    return replace(made, sounds=replace(made.sounds, repeats=repeats, k_power=power))


@pytest.mark.parametrize(
    ("blocks", "count"),
    [
        ({50: (0.96, 80, 0.6), 51: (0.97, 80.1, 0.5)}, 1),
        ({50: (0.96, 80, 0.6), 51: (0.97, 160.1, 0.5)}, 1),
        ({50: (0.99, 80, 0.6)}, 1),
        ({50: (0.96, 80, 0.6)}, 0),
        ({50: (0.96, 80, 0.6), 51: (0.97, 93, 0.5)}, 0),
        ({50: (0.99, 80, 0.95)}, 0),
        (dict.fromkeys(range(50, 120), (0.99, 80, 0.5)), 0),
    ],
)
def test_blocks_that_are_played_again_are_a_warning(blocks: dict[int, tuple[float, float, float]], count: int) -> None:
    made = found("audio-dropout", repeated(blocks))
    assert [(f.severity.value, f.message) for f in made] == [("warning", "finding.audio-dropout.repeated")] * count
    if count:
        assert made[0].start == pytest.approx(4.7, abs=0.1)
    music = spoken((0, 20), kind="music")
    assert with_voice("audio-dropout", repeated(blocks), *music).findings == ()


# --- hum


def humming(hertz: float, decibels: float, room: float = -60.0, seconds: float = 20) -> Measurements:
    """Words of noise with pauses between them, a room, and a hum with its first harmonics; measured from samples."""
    random, count = np.random.default_rng(3), round(seconds * 44100)
    time = np.arange(count) / 44100
    line = random.normal(0, 0.1, count) * (np.sin(time * 2 * np.pi / 4) > -0.3)
    line += random.normal(0, 10 ** (room / 20), count)
    if hertz:
        line += sum(10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * k * time) for k in (1, 2, 3))
    meter = SoundMeter(44100, 2)
    meter.feed(np.repeat(line[None].astype(np.float32), 2, 0))
    made = lesson(Film(round(seconds * 25)), Voice(seconds))
    return replace(made, sounds=meter.finish())


@pytest.mark.parametrize("hertz", [50, 60, 49.9])
@pytest.mark.parametrize(("decibels", "kind"), [(-35, "heard"), (-60, "faint")])
def test_a_hum_is_told_by_how_it_is_heard(hertz: float, decibels: float, kind: str) -> None:
    made = outcome("hum", humming(hertz, decibels))
    assert [(f.message.rpartition(".")[2], f.severity.value) for f in made.findings] == [
        (kind, "warning" if kind == "heard" else "note")
    ]
    assert made.facts["hum_hz"] == round(hertz, -1)
    assert made.facts["hum_db"] == pytest.approx(decibels + 10 * np.log10(1.5), abs=1)


@pytest.mark.parametrize(("hertz", "decibels"), [(0, 0), (50, -90), (73, -50), (440, -50)])
def test_a_room_or_another_tone_is_no_hum(hertz: float, decibels: float) -> None:
    assert found("hum", humming(hertz, decibels)) == ()


def test_a_loud_room_is_a_note() -> None:
    made = outcome("hum", humming(0, 0, room=-43))
    assert [(f.severity.value, f.message) for f in made.findings] == [("note", "finding.hum.noise")]
    assert made.facts["snr_db"] == pytest.approx(22.5, abs=2)


def test_hum_needs_pauses_and_a_measurement_that_holds_its_lines() -> None:
    assert outcome("hum", lesson(Film(500), Voice(20))).reason == "reason.measured-earlier"
    assert outcome("hum", lesson(Film(500))).kind is OutcomeKind.NOT_APPLICABLE
    loud = humming(0, 0)
    assert loud.sounds is not None
    without = replace(loud, sounds=replace(loud.sounds, level=np.maximum(loud.sounds.level, -2500)))
    assert outcome("hum", without).reason == "reason.no-pauses"


# --- events that are seen and heard


def cuts_with_sound(away_s: float, count: int = 8, *, strays: int = 0, seed: int = 1) -> Measurements:
    """A slide every 6 s or so, and a sudden sound `away_s` after each; `strays` of the sounds come at any time instead."""
    random = np.random.default_rng(seed)
    film, voice = Film(1500), Voice(60)
    voice.level[:] = -70
    for index in range(count):
        frame = 100 + index * 160 + int(random.integers(0, 60))
        film.slide(frame, seed=index + 5)
        at = frame / 25 + (away_s if index >= strays else float(random.uniform(-0.9, 0.9)))
        voice.quiet(at, at + 0.4, -20.0)
    return lesson(film, voice)


@pytest.mark.parametrize(
    ("away_s", "kind"), [(0.12, "late"), (0.4, "late"), (-0.1, "early"), (0.0, None), (-0.02, None)]
)
def test_cuts_and_sounds_that_agree_are_a_warning_where_they_lie_apart(away_s: float, kind: str | None) -> None:
    made = outcome("av-offset", cuts_with_sound(away_s))
    assert made.facts["events"] == 8
    assert made.facts["events_ms"] == pytest.approx(-away_s * 1000, abs=20)
    assert [(f.severity.value, f.message) for f in made.findings] == (
        [("warning", f"finding.av-offset.events-{kind}")] if kind else []
    )


@pytest.mark.parametrize("seed", range(6))
def test_sounds_at_any_time_agree_on_nothing(seed: int) -> None:
    assert "events" not in outcome("av-offset", cuts_with_sound(0.2, strays=8, seed=seed)).facts


def test_some_strays_do_not_hide_the_agreement() -> None:
    assert outcome("av-offset", cuts_with_sound(0.2, strays=3)).facts["events"] == 5


def test_speech_over_slides_agrees_on_nothing() -> None:
    film = Film(1500)
    for index in range(9):
        film.slide(100 + index * 150, seed=index + 5)
    assert "events" not in outcome("av-offset", lesson(film, Voice(60))).facts
