"""Measuring and judging real clips in one call: what is planted is found, what is normal is not, in several codings."""

from pathlib import Path

import pytest

from station.config import ReadersSection
from station.context import Context
from station.examine import Examination, examine
from station.findings import Finding, OutcomeKind
from station.profile import default_profile
from station.readings import Codes, Pages, Readings, Unread
from tests.clips import lecture

PICTURE = ("black", "freeze", "flash", "corrupt")
SMALL = {"width": 640, "height": 360}
"""Tiles are shares of the picture: what holds at this size holds at 1080 lines, for a ninth of the time."""
CODINGS = [
    {"video_bit_rate": 2_000_000, "preset": "veryfast"},
    {"video_bit_rate": 300_000, "preset": "veryfast"},
    {"video_bit_rate": 2_000_000, "preset": "ultrafast"},
    {"video_codec": "mpeg2video", "video_bit_rate": 4_000_000},
]
IDS = ["x264", "x264 poor", "x264 ultrafast", "mpeg2"]


def examined(path: Path, **settings: object) -> Examination:
    return examine(path, profile=default_profile(), **settings)


def of(done: Examination, *checks: str) -> list[Finding]:
    return [finding for finding in done.judgement.findings if finding.check in checks]


@pytest.mark.parametrize("coding", CODINGS, ids=IDS)
def test_planted_faults_are_found_to_the_frame(tmp_path: Path, coding: dict[str, object]) -> None:
    truth = lecture(tmp_path / "a.mp4", seconds=14, faults=["black", "flash", ("freeze", 8.0, 11.0)], **SMALL, **coding)
    found = {finding.check: finding for finding in of(examined(truth.path), *PICTURE)}
    assert set(found) == {"black", "freeze", "flash"}
    for kind, finding in found.items():
        span = truth.span(kind)
        assert abs(finding.start_frame - span.start) <= 1, kind
        assert abs(finding.end_frame - span.end) <= 1, kind
        assert finding.severity == "fault"


@pytest.mark.parametrize("coding", CODINGS, ids=IDS)
@pytest.mark.parametrize(
    "decoys", [("slides", "fade", "animation"), ("dark", "still", "pause")], ids=["changes", "rest"]
)
def test_normal_lectures_have_no_picture_faults(
    tmp_path: Path, coding: dict[str, object], decoys: tuple[str, ...]
) -> None:
    truth = lecture(tmp_path / "a.mp4", seconds=10, faults=decoys, **SMALL, **coding)
    assert of(examined(truth.path), *PICTURE, "audio-gap", "audio-dropout", "phase-inverted", "clipping") == []


def test_planted_sound_faults_are_found(tmp_path: Path) -> None:
    faults = [("gap", 3.0, 7.0), ("dropout", 9.0, 9.4), ("clip", 11.0, 12.5), ("phase", 14.0, 18.0)]
    truth = lecture(tmp_path / "a.mp4", seconds=20, faults=faults, width=320, height=180)
    checks = {"gap": "audio-gap", "dropout": "audio-dropout", "clip": "clipping", "phase": "phase-inverted"}
    done = examined(truth.path)
    for kind, check in checks.items():
        (finding,) = [f for f in of(done, check) if f.severity != "note"]
        start, end = truth.seconds(kind)
        assert finding.start == pytest.approx(start, abs=0.3), kind
        assert finding.end == pytest.approx(end, abs=0.8), kind  # a pause between words may end it


def test_the_rendition_is_made_read_back_and_judged(tmp_path: Path) -> None:
    truth = lecture(tmp_path / "a.mp4", seconds=3)
    done = examined(truth.path, rendition=tmp_path / "r.mp4")
    assert done.measurements.rendition is not None
    assert done.measurements.rendition.read_back is not None
    outcome = next(o for o in done.judgement.outcomes if o.check == "rendition")
    assert [f.message for f in outcome.findings if f.severity != "note"] == []
    assert done.measurements.rendition.read_back.width == 960


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("talk/demo3_video.mp4", set()),
        ("talk/example.mp4", {"audio-gap"}),
        ("talk/short_hamilton_clip.mp4", set()),
        ("cuts/testvideo.mp4", set()),
        ("cuts/fades.mp4", set()),
        ("cuts/bikes.mp4", set()),
        ("dup-chair/chair-orig-22-sd-bar.mp4", set()),
        ("camera/nasa_13013.mp4", set()),
        ("camera/sample_with_increasing_timestamps_360p.mp4", set()),
        ("music/chaplin.mp4", set()),
        ("garbled/corrupted.mp4", {"corrupt"}),
        ("black-silent/silent-black-10s.mp4", {"black", "audio-gap"}),
    ],
)
def test_real_footage_gets_no_false_faults(shared_media: Path, file: str, expected: set[str]) -> None:
    found = of(examined(shared_media / file), *PICTURE, "audio-gap", "audio-dropout", "clipping", "phase-inverted")
    assert {finding.check for finding in found if finding.severity != "note"} == expected


def test_sound_alone_is_judged(shared_media: Path) -> None:
    done = examined(shared_media / "en-speech/jfk.flac")
    kinds = {o.check: o.kind for o in done.judgement.outcomes}
    assert kinds["black"] is OutcomeKind.NOT_APPLICABLE
    assert kinds["loudness"] in (OutcomeKind.OK, OutcomeKind.FINDINGS)


def test_readers_run_where_they_are_asked(tmp_path: Path) -> None:
    truth = lecture(tmp_path / "a.mp4", seconds=2, **SMALL)
    stages: list[str] = []
    asked = ReadersSection(text=True, faces=False, voice=False)
    done = examined(truth.path, readers=asked, observe=lambda progress: stages.append(progress.stage))
    assert isinstance(done.readings.text, Pages)
    assert done.readings.codes == Codes(())
    assert done.readings.readability == Unread("no-rendition")
    assert stages[-2:] == ["text", "codes"]
    assert examined(truth.path).readings == Readings()


def test_the_context_may_hang_on_what_was_read(tmp_path: Path) -> None:
    truth = lecture(tmp_path / "a.mp4", seconds=2, **SMALL)
    seen: list[Readings] = []
    examined(truth.path, context=lambda measured, readings: seen.append(readings) or Context(watch_terms=("示例",)))
    assert seen == [Readings()]
