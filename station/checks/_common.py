"""What every check needs to say its piece: outcomes, findings with seconds and frames, runs of true values, capped lists."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gpu.measurements import Array, Measurements
from station.findings import Finding, Outcome, OutcomeKind, Severity
from station.profile import CheckSpec

HASH_QUALITY = 40
"""A picture hash of less quality (0–100) says too little to know a place again by."""
HASH_REACH_S = 2.0
"""How far from a finding's start the picture that stands for it may lie."""
RANK = {Severity.FAULT: 0, Severity.WARNING: 1, Severity.NOTE: 2}
Span = tuple[int, int]
"""First index, and the index after the last."""


def fine(spec: CheckSpec, **facts: Any) -> Outcome:
    """The check found nothing wrong; `facts` are the numbers behind that."""
    return Outcome(spec.id, spec.clause, OutcomeKind.OK, facts=facts)


def not_applicable(spec: CheckSpec, reason: str, **params: Any) -> Outcome:
    """The question does not arise; `reason` is a name in the table `reason` of the text catalogue."""
    return Outcome(spec.id, spec.clause, OutcomeKind.NOT_APPLICABLE, reason=f"reason.{reason}", params=params)


def not_measurable(spec: CheckSpec, reason: str, **params: Any) -> Outcome:
    """The question arises and can't be answered; `reason` as for `not_applicable`."""
    return Outcome(spec.id, spec.clause, OutcomeKind.NOT_MEASURABLE, reason=f"reason.{reason}", params=params)


def concluded(spec: CheckSpec, findings: Sequence[Finding], **facts: Any) -> Outcome:
    """`ok` or `findings`. More than the limit `most` are cut to the gravest, and one finding says how many there were."""
    if not findings:
        return fine(spec, **facts)
    most = int(spec.limits.get("most", 100))
    kept = list(findings)
    if len(kept) > most:
        worst_first = sorted(range(len(kept)), key=lambda i: (RANK[kept[i].severity], i))[:most]
        rest = finding(
            spec,
            min((f.severity for f in findings), key=RANK.__getitem__),
            "finding.more",
            {"count": len(findings), "shown": most},
            value=len(findings),
        )
        kept = [rest, *(kept[i] for i in sorted(worst_first))]
    return Outcome(spec.id, spec.clause, OutcomeKind.FINDINGS, findings=tuple(kept), facts=facts)


def finding(
    spec: CheckSpec, severity: Severity, message: str, params: dict[str, Any] | None = None, **fields: Any
) -> Finding:
    """A finding of `spec`; about the whole lesson unless `fields` name a place."""
    return Finding(
        clause=spec.clause,
        check=spec.id,
        severity=severity,
        waivable=spec.waivable,
        people=spec.people,
        message=message,
        params=params or {},
        **fields,
    )


def at_frames(made: Finding, measurements: Measurements, span: Span) -> Finding:
    """The finding with its place: frames `[span)`, their seconds, and the picture it starts at."""
    times = measurements.times()
    first, last = span
    end = float(times[last]) if last < len(times) else float(times[-1]) + measurements.frame_seconds()
    start = float(times[first])
    return replace(
        made,
        start=round(start, 6),
        end=round(end, 6),
        start_frame=first,
        end_frame=last,
        picture=picture_at(measurements, start),
    )


def at_seconds(made: Finding, measurements: Measurements, start: float, end: float) -> Finding:
    """The finding with its place in seconds; frames too where there is a picture."""
    times = measurements.times()
    frames: tuple[int | None, int | None] = (None, None)
    if len(times):
        half = measurements.frame_seconds() / 2
        first = int(np.searchsorted(times, start - half))
        frames = (first, max(first, int(np.searchsorted(times, end - half))))
    return replace(
        made,
        start=round(start, 6),
        end=round(end, 6),
        start_frame=frames[0],
        end_frame=frames[1],
        picture=picture_at(measurements, start),
    )


def picture_at(measurements: Measurements, time: float) -> str:
    """Hash (hex) of the hashed picture nearest to `time`; empty where none is near or it is featureless."""
    hashes, video = measurements.hashes, measurements.video
    if hashes is None or video is None or not len(hashes.pts):
        return ""
    times = seconds(hashes.pts, video.time_base) - measurements.origin
    nearest = int(np.abs(times - time).argmin())
    if abs(float(times[nearest]) - time) > HASH_REACH_S or hashes.quality[nearest] < HASH_QUALITY:
        return ""
    return bytes(hashes.bits[nearest]).hex()


def seconds(pts: Array, time_base: str) -> Array:
    """Timestamps as float64 seconds. `time_base` is `num/den`."""
    numerator, _, denominator = time_base.partition("/")
    made: Array = np.asarray(pts, dtype=np.float64) * int(numerator) / int(denominator or 1)
    return made


def runs(flags: Array, join: int = 0, shortest: int = 1) -> list[Span]:
    """Stretches of true values; gaps of up to `join` are bridged, then stretches shorter than `shortest` dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], np.asarray(flags, dtype=bool), [False])).astype(np.int8)))
    spans: list[Span] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if spans and first - spans[-1][1] <= join:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [span for span in spans if span[1] - span[0] >= shortest]


def worst(items: Sequence[Severity]) -> Severity:
    """The gravest of them; a note where there is none."""
    return min(items, key=RANK.__getitem__, default=Severity.NOTE)
