"""Files that are odd, and right or wrong in ways that a reader must tell apart."""

import pytest

from gpu.measure import measure
from gpu.synth import ClipWriter
from tests.gpu.clips import scene, tone


@pytest.mark.parametrize("start", [-0.2, -0.4, 0.0, 0.2])
def test_sound_that_begins_at_timestamp_zero_before_the_picture_is_early(tmp_path, start):
    path = tmp_path / "early.mov"
    with ClipWriter(path, width=320, height=180, audio_codec="pcm_s16le", sound_start=start) as clip:
        for index, picture in enumerate(scene(25)):
            clip.picture(picture)
            clip.sound(tone(index * 1764, 1764))
    assert measure(path).sounds.start == pytest.approx(start, abs=0.001)
