"""Sound against picture in real files: an offset is exact whatever the container does with the codec's run-up."""

from pathlib import Path

import numpy as np
import pytest

from gpu.measure import measure
from gpu.synth import ClipWriter
from tests.station.judging import outcome

CONTAINERS = [
    (".mp4", "libx264", "aac"), (".mov", "libx264", "aac"), (".mkv", "libx264", "aac"), (".ts", "libx264", "aac"),
    (".mpg", "mpeg2video", "mp2"), (".mp4", "libx264", "mp3"),
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "video", "audio"), CONTAINERS)
@pytest.mark.parametrize("start_ms", [0, 50, 200, -60, -200])
def test_the_offset_is_exact(tmp_path: Path, suffix: str, video: str, audio: str, start_ms: int) -> None:
    path = tmp_path / f"clip{suffix}"
    random = np.random.default_rng(1)
    clip = ClipWriter(
        path,
        width=160,
        height=90,
        video_codec=video,
        audio_codec=audio,
        sound_start=start_ms / 1000,
        video_bit_rate=200_000,
    )
    with clip:
        for index in range(25):
            clip.picture(np.full((90, 160, 3), 60 + index, np.uint8))
            clip.sound(random.normal(0, 0.1, (1764, 2)).astype(np.float32))
    made = outcome("av-offset", measure(path))
    assert made.facts["early_ms"] == pytest.approx(-start_ms, abs=1.0)
    wanted = {0: None, 50: None, 200: "fault", -60: "warning", -200: "fault"}[start_ms]
    assert [finding.severity.value for finding in made.findings] == ([wanted] if wanted else [])
