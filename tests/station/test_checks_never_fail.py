"""No check trips over any film or sound: odd rates, lengths, pauses, layouts, measured for real and judged by every check."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gpu.measure import measure
from gpu.synth import ClipWriter
from station.checks.subject import Subject
from station.judge import judge
from station.profile import default_profile

WIDTH, HEIGHT = 96, 54
RATES = (1, 2, 3, 5, 8, 10, 15, Fraction(24000, 1001), 25, Fraction(30000, 1001), 50, 60, 120)
SCENES = ("noise", "still", "black", "white", "moving", "blink", "repeats", "faint")
BROKEN = "finding.check-broke"


@st.composite
def films(draw: st.DrawFn) -> dict[str, object]:
    """A film in up to four scenes, and a sound or none."""
    scenes = draw(st.lists(st.tuples(st.sampled_from(SCENES), st.integers(1, 90)), min_size=0, max_size=4))
    return {
        "rate": draw(st.sampled_from(RATES)),
        "scenes": scenes,
        "gop": draw(st.sampled_from([1, 2, 12, 250])),
        "gaps": draw(st.booleans()),
        "channels": draw(st.sampled_from([0, 1, 2, 6])),
        "seconds": draw(st.sampled_from([0.0, 0.01, 0.3, 1.0, 4.0, 12.0])),
        "loud": draw(st.sampled_from([0.0, 1e-5, 0.1, 1.5])),
        "seed": draw(st.integers(0, 5)),
    }


def paint(kind: str, number: int, rng: np.random.Generator) -> np.ndarray:
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    if kind == "noise":
        return rng.integers(0, 255, picture.shape, np.uint8)
    if kind in {"black", "white"}:
        return np.full_like(picture, 0 if kind == "black" else 255)
    if kind == "moving":
        picture[10:40, (number * 3) % 70 : (number * 3) % 70 + 20] = (220, 40, 40)
    elif kind == "blink" and number % 2:
        picture[:] = 240
    elif kind == "repeats":
        picture[:, (number // 3) % 90 :] = 30
    elif kind == "faint":
        picture[20:40, 30:60] += rng.integers(0, 2, (20, 30, 3), np.uint8)
    return picture


def write(path: Path, film: dict[str, object]) -> None:
    rng = np.random.default_rng(int(film["seed"]))  # type: ignore[call-overload]
    channels, seconds = int(film["channels"]), float(film["seconds"])  # type: ignore[call-overload, arg-type]
    sound = {"audio_codec": None} if not channels else {"channels": channels}
    with ClipWriter(
        path, width=WIDTH, height=HEIGHT, rate=film["rate"], gop=film["gop"], video_bit_rate=300_000, **sound  # type: ignore[arg-type]
    ) as clip:  # fmt: skip
        number = 0
        for kind, count in film["scenes"]:  # type: ignore[attr-defined]
            for _ in range(count):
                clip.picture(paint(kind, number, rng))
                number += 1
            if film["gaps"]:
                clip.skip_pictures(3)
        if channels and seconds:
            clip.sound(
                (rng.standard_normal((round(seconds * 44100), channels)) * film["loud"]).clip(-1, 1).astype(np.float32)
            )


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(film=films())
def test_every_check_comes_to_an_outcome(tmp_path_factory: pytest.TempPathFactory, film: dict[str, object]) -> None:
    assume(film["scenes"] or (film["channels"] and film["seconds"]))
    path = tmp_path_factory.mktemp("film") / "a.mkv"
    write(path, film)
    measured = measure(path)
    judged = judge(Subject(measured), default_profile())
    assert [(o.check, f.params) for o in judged.outcomes for f in o.findings if f.message == BROKEN] == []
