"""Format, coding, bit rates, timestamps: exact where the standard is exact."""

from dataclasses import replace

import numpy as np
import pytest

from gpu.measurements import Measurements
from station.findings import OutcomeKind, Severity
from tests.measured import CONTAINER, VIDEO, Film, Voice, event, lesson, packets
from tests.station.judging import found, outcome


def right() -> Measurements:
    return lesson(Film(500).camera(), Voice(20))


STREAM = [
    "container", "video-codec", "audio-codec", "resolution", "aspect-ratio", "frame-rate", "variable-frame-rate", "interlaced",
    "video-bitrate", "audio-bitrate", "audio-sample-rate", "timestamps",
]  # fmt: skip


@pytest.mark.parametrize("check", STREAM)
def test_a_lesson_as_the_notice_wants_it_passes(check: str) -> None:
    assert outcome(check, right()).kind is OutcomeKind.OK


@pytest.mark.parametrize(
    "check", [c for c in STREAM if c not in ("container", "timestamps", "video-codec") and "audio" not in c]
)
def test_without_a_picture_picture_checks_do_not_apply(check: str) -> None:
    assert outcome(check, lesson(None, Voice(5))).kind is OutcomeKind.NOT_APPLICABLE


@pytest.mark.parametrize("check", ["audio-bitrate", "audio-sample-rate"])
def test_without_sound_sound_checks_do_not_apply(check: str) -> None:
    assert outcome(check, lesson(Film(100))).kind is OutcomeKind.NOT_APPLICABLE


def test_a_lesson_without_picture_or_sound_breaks_the_coding_clause() -> None:
    assert [f.message for f in found("video-codec", lesson(None, Voice(5)))] == ["finding.no-video"]
    assert [f.message for f in found("audio-codec", lesson(Film(100)))] == ["finding.no-audio"]


@pytest.mark.parametrize(
    ("check", "field", "value"),
    [
        ("video-codec", "codec", "hevc"),
        ("resolution", "width", 1280),
        ("resolution", "rotation", 90),
        ("aspect-ratio", "sample_aspect", "4:3"),
        ("aspect-ratio", "width", 1440),
    ],
)
def test_a_wrong_picture_is_a_fault_that_cannot_be_waived(check: str, field: str, value: object) -> None:
    (made,) = found(check, replace(right(), video=replace(VIDEO, **{field: value})))
    assert made.severity is Severity.FAULT
    assert not made.waivable
    assert made.value is not None
    assert made.limit is not None


@pytest.mark.parametrize(("codec", "good"), [("h264", True), ("mpeg2video", True), ("mpeg4", False), ("prores", False)])
def test_h264_and_mpeg2(codec: str, good: bool) -> None:
    assert bool(found("video-codec", replace(right(), video=replace(VIDEO, codec=codec)))) is not good


@pytest.mark.parametrize(
    ("formats", "brand", "good"),
    [
        (("mov", "mp4"), "isom", True), (("mov", "mp4"), "mp42", True), (("mov", "mp4"), "qt  ", False),
        (("mov", "mp4"), "3gp4", False), (("mpegts",), None, True), (("mpeg",), None, True), (("matroska", "webm"), None, False),
    ],
)  # fmt: skip
def test_containers(formats: tuple[str, ...], brand: str | None, good: bool) -> None:
    made = replace(right(), container=replace(CONTAINER, formats=formats, brand=brand))
    assert bool(found("container", made)) is not good


@pytest.mark.parametrize(("sample_aspect", "good"), [("1:1", True), ("0:1", True), ("0:0", True), ("12:11", False)])
def test_square_pixels(sample_aspect: str, good: bool) -> None:
    made = replace(right(), video=replace(VIDEO, sample_aspect=sample_aspect))
    assert bool(found("aspect-ratio", made)) is not good


@pytest.mark.parametrize(("rate", "good"), [(25, True), (50, True), (24, False), (30, False), (60, False)])
def test_frame_rates(rate: int, good: bool) -> None:
    film = Film(rate * 4, rate=rate)
    assert bool(found("frame-rate", film.measurements())) is not good


def timed(steps: list[float], time_base: str = "1/1000") -> Measurements:
    made = Film(len(steps) + 1).measurements()
    tick = 1 / int(time_base.split("/")[1])
    pts = np.concatenate(([0], np.cumsum(np.rint(np.array(steps) / tick)))).astype(np.int64)
    return replace(made, pictures=replace(made.pictures, pts=pts), video=replace(VIDEO, time_base=time_base))


def test_2997_is_not_25_and_milliseconds_are_no_variable_rate() -> None:
    ntsc = timed([round((i + 1) * 1001 / 30, 0) / 1000 - round(i * 1001 / 30, 0) / 1000 for i in range(200)])
    assert found("frame-rate", ntsc)[0].value == pytest.approx(29.97, abs=0.01)
    assert found("variable-frame-rate", ntsc) == ()


def test_a_variable_rate_is_told_with_its_spread() -> None:
    (made,) = found("variable-frame-rate", timed([0.04, 0.04, 0.06, 0.02] * 50))
    assert made.params == {"share": 50.0, "shortest": 20.0, "longest": 60.0}


def test_one_odd_distance_is_a_matter_of_timestamps() -> None:
    assert found("variable-frame-rate", timed([0.04] * 100 + [0.4] + [0.04] * 100)) == ()
    assert found("frame-rate", timed([0.04] * 100 + [0.4] + [0.04] * 100)) == ()


@pytest.mark.parametrize("frames", [1, 2])
def test_too_few_frames_for_a_rate(frames: int) -> None:
    assert outcome("variable-frame-rate", Film(frames).measurements()).kind is OutcomeKind.NOT_MEASURABLE


def test_a_long_hole_in_a_short_file_is_told_though_the_reader_could_not() -> None:
    (made,) = found("timestamps", timed([0.04] * 50 + [1.54] + [0.04] * 50))
    assert (made.severity, made.start, made.end) == (Severity.FAULT, pytest.approx(2.04), pytest.approx(3.54))
    assert found("timestamps", timed([0.04, 0.04, 0.12, 0.04] * 25)) == ()


def test_a_stream_that_changes_on_the_way_is_a_fault() -> None:
    size = replace(event(4.0, "size-change"), detail="1920×1080 yuv420p → 1280×720 yuv420p")
    (made,) = found("resolution", replace(right(), events=(size,)))
    assert (made.severity, made.start) == (Severity.FAULT, 4.0)
    rate = replace(event(4.0, "format-change", "audio"), detail="fltp stereo 44100 → fltp mono 48000")
    layout = replace(rate, detail="fltp stereo 44100 → fltp mono 44100")
    assert [f.value for f in found("audio-sample-rate", replace(right(), events=(rate, layout)))] == [rate.detail]


def test_interlaced_frames_are_counted() -> None:
    made = right()
    flags = np.arange(500) < 100
    (finding,) = found("interlaced", replace(made, pictures=replace(made.pictures, interlaced=flags)))
    assert finding.value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("mbps", "message"),
    [(14.9, "low"), (15.1, None), (49.9, None), (50.2, "high"), (3.0, "low")],
)
def test_the_mean_video_bit_rate_counts(mbps: float, message: str | None) -> None:
    made = replace(right(), video_packets=packets(500, 512, mbps * 1e6 / 8 / 25))
    messages = [finding.message for finding in found("video-bitrate", made)]
    assert messages == ([f"finding.video-bitrate.{message}"] if message else [])


def test_the_poorest_ten_seconds_are_a_note() -> None:
    sizes = np.full(1000, 25e6 / 8 / 25).astype(np.int32)
    sizes[400:700] = 1000
    made = Film(1000).measurements()
    made = replace(made, video_packets=replace(packets(1000, 512, 1), size=sizes))
    (note,) = found("video-bitrate", made)
    assert (note.severity, note.message, note.start) == (Severity.NOTE, "finding.video-bitrate.window", 16.0)


def test_no_packets_no_bit_rate() -> None:
    assert outcome("video-bitrate", replace(right(), video_packets=None)).kind is OutcomeKind.NOT_MEASURABLE


@pytest.mark.parametrize(
    ("kbps", "severity"),
    [(256, None), (232, None), (220, "note"), (206, "note"), (203, "fault"), (128, "fault"), (320, "note")],
)
def test_audio_bit_rates(kbps: float, severity: str | None) -> None:
    made = replace(right(), audio_packets=packets(860, 1024, kbps * 1000 / 8 * 1024 / 44100))
    assert [finding.severity.value for finding in found("audio-bitrate", made)] == ([severity] if severity else [])


def test_digital_silence_does_not_lower_the_audio_bit_rate() -> None:
    made = lesson(Film(500), Voice(20).quiet(4, 14))
    times = np.arange(861) * 1024 / 44100
    sizes = np.where((times > 4) & (times < 14), 6, 743).astype(np.int32)
    made = replace(made, audio_packets=replace(made.audio_packets, size=sizes))
    assert found("audio-bitrate", made) == ()


@pytest.mark.parametrize("rate", [48000, 22050, 44056])
def test_any_other_sample_rate_is_a_fault(rate: int) -> None:
    assert found("audio-sample-rate", lesson(Film(100), Voice(4, rate=rate)))[0].value == rate


def test_timestamp_events_close_together_are_one_finding() -> None:
    events = (
        event(2.0, "pts-gap", amount=0.1),
        event(2.4, "pts-gap", amount=0.7),
        event(9.0, "pts-backward", "audio", 0.02),
    )
    made = found("timestamps", replace(right(), events=events))
    assert [(f.severity.value, f.start, f.params["count"]) for f in made] == [
        ("fault", pytest.approx(1.7), 2),  # told at the picture after the gap
        ("warning", 9.0, 1),
    ]
