"""Evidence files of one lesson's findings: stills before, at and after; a clip of what was heard."""

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from gpu.errors import UnreadableMedia
from gpu.measurements import Measurements
from gpu.stills import Excerpt, excerpt, stills
from station.findings import Finding, Severity

with warnings.catch_warnings():
    warnings.simplefilter("ignore", RuntimeWarning)  # pydub looks for an ffmpeg program, which WAV does not need
    from pydub import AudioSegment

MAX_PER_CHECK = 100
"""Findings of one check that get evidence, worst and earliest first: as many as a check's list holds unless the profile says
otherwise."""
LOOK_IN = 1.0
"""Seconds into a long finding at which its picture is taken."""
HANDLE = 1.5
"""Seconds of sound before and after the finding."""
LONGEST_CLIP = 15.0
"""Seconds of one clip, handles included."""
BATCH = 24
"""Pictures held in memory at a time (1.5 MB each)."""
QUALITY = 85
HEARD = frozenset({
    "audio-gap", "audio-dropout", "clipping", "phase-inverted", "channel-silent", "channel-layout", "loudness", "hum",
    "av-offset", "av-drift", "lip-sync", "language", "intro-music",
})  # fmt: skip
"""Checks whose findings are heard rather than seen."""
RANK = {Severity.FAULT: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def gather(
    lesson: Path, measurements: Measurements, findings: Iterable[Finding], folder: Path
) -> dict[str, dict[str, str]]:
    """Write stills (JPEG, 960 wide) and sound clips (WAV) into `folder`, which is made where it is missing.

    Returns finding key → {`before`, `at`, `after`, `sound`} → file name inside `folder`; what was not to be had is left
    out, and so is a finding without a place in time. A lesson that can't be opened gives nothing. Raises OSError when the
    folder can't be written.
    """
    chosen = _chosen(findings)
    found: dict[str, dict[str, str]] = {}
    if not chosen:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _pictures(lesson, measurements, chosen, folder, found)
        _clips(lesson, measurements, chosen, folder, found)
    except UnreadableMedia:
        return found
    return found


def _chosen(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that get evidence, each key once."""
    timed = {finding.key: finding for finding in findings if finding.start is not None}
    counts: Counter[str] = Counter()
    chosen = []
    for finding in sorted(timed.values(), key=lambda f: (RANK[f.severity], f.start, f.key)):
        counts[finding.check] += 1
        if counts[finding.check] <= MAX_PER_CHECK:
            chosen.append(finding)
    return chosen


def moments(finding: Finding, frame: float) -> dict[str, float]:
    """Seconds of the three stills: the last good frame, well inside (by at most LOOK_IN), the first good frame again.

    `frame` is the length of one frame in seconds. Before the lesson's first picture there is no `before`.
    """
    start = finding.start or 0.0
    end = max(finding.end if finding.end is not None else start, start)
    places = {"at": start + min((end - start) / 2, LOOK_IN), "after": max(end, start + frame)}
    if start > frame / 2:
        places["before"] = max(start - frame, 0.0)
    return places


def _pictures(
    lesson: Path, measurements: Measurements, chosen: Sequence[Finding], folder: Path, found: dict[str, dict[str, str]]
) -> None:
    if measurements.video is None:
        return
    frame = measurements.frame_seconds()
    wanted: dict[float, list[tuple[str, str]]] = {}
    for finding in chosen:
        for name, time in moments(finding, frame).items():
            wanted.setdefault(time, []).append((finding.key, name))
    for times in _batches(sorted(wanted)):
        for still in stills(lesson, times, origin=measurements.origin):
            image = Image.fromarray(still.rgb)
            for key, name in wanted[still.time]:
                file = f"{key}-{name}.jpg"
                image.save(folder / file, "JPEG", quality=QUALITY)
                found.setdefault(key, {})[name] = file


def _batches(times: Sequence[float]) -> Iterator[Sequence[float]]:
    for first in range(0, len(times), BATCH):
        yield times[first : first + BATCH]


def _clips(
    lesson: Path, measurements: Measurements, chosen: Sequence[Finding], folder: Path, found: dict[str, dict[str, str]]
) -> None:
    if measurements.audio is None:
        return
    for finding in chosen:
        if finding.check in HEARD and finding.start is not None:
            start, end = clip_range(finding)
            heard = excerpt(lesson, start, end, origin=measurements.origin)
            if len(heard.samples):
                file = f"{finding.key}-sound.wav"
                _write_clip(heard, folder / file)
                found.setdefault(finding.key, {})["sound"] = file


def clip_range(finding: Finding) -> tuple[float, float]:
    """Seconds from and to which a finding is heard: with a handle on both sides, at most LONGEST_CLIP."""
    start = (finding.start or 0.0) - HANDLE
    end = (finding.end if finding.end is not None else finding.start or 0.0) + HANDLE
    return start, min(end, start + LONGEST_CLIP)


def _write_clip(heard: Excerpt, path: Path) -> None:
    segment = AudioSegment(
        data=heard.samples.tobytes(), sample_width=2, frame_rate=heard.rate, channels=heard.samples.shape[1]
    )
    segment.export(str(path), format="wav").close()
