"""One pass over whole files of every kind: what it measures, what it refuses, what it needs."""

import os
import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest

from gpu.device import choose
from gpu.errors import MediaError, UnreadableMedia
from gpu.measure import measure
from gpu.measurements import DIGITAL_SILENCE, expand
from gpu.synth import ClipWriter
from tests.gpu.clips import scene, tone, write


def test_an_ordinary_clip(tmp_path):
    seen = []
    found = measure(write(tmp_path / "clip.mp4", 75), observe=seen.append)
    pictures = found.pictures
    assert len(pictures.pts) == 75
    assert np.allclose(found.times(), np.arange(75) / 25)
    assert found.duration() == pytest.approx(3, abs=0.06)
    assert len(found.samples.pts) == 15
    assert len(found.hashes.pts) == 3
    assert pictures.equal[0] == 0
    assert np.all(np.abs(pictures.luma_histogram.sum(axis=1, dtype=int) - 65535) < 13)
    assert not pictures.corrupt.any()
    assert not found.events
    assert found.sounds.samples >= 3 * 44100
    assert found.sounds.start == pytest.approx(0, abs=0.001)
    assert len(found.audio_packets.size) > 100
    assert [p.frames for p in seen] == [25, 50, 75]
    assert seen[-1].total == 75
    assert found.device.startswith(("cpu: ", "cuda: "))


def test_black_flat_and_moving_pictures_are_told_apart(tmp_path):
    path = tmp_path / "kinds.mp4"
    black = np.zeros((180, 320, 3), np.uint8)
    with ClipWriter(path, width=320, height=180, audio_codec=None, preset="veryfast") as clip:
        clip.picture(black, repeat=25)
        clip.picture(np.full((180, 320, 3), 128, np.uint8), repeat=25)
        for picture in scene(25):
            clip.picture(picture)
    pictures = measure(path).pictures
    assert np.allclose(pictures.luma_mean[:25], 16, atol=0.5)
    assert np.all(pictures.luma_histogram[:25, :3].sum(axis=1) > 65000)
    assert np.all(pictures.equal[1:25] == 1)
    assert np.all(pictures.edge_max[:50] < 0.5)
    assert np.all(pictures.edge_max[51:] > 5)
    assert expand(pictures.tile_difference[25]).min() > 80
    assert pictures.tile_difference[5:25].max() == 0
    assert np.allclose(pictures.chroma_mean[:50], 128, atol=1)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("vga.mp4", {"width": 640, "height": 480, "rate": Fraction(30000, 1001)}),
        ("odd.mkv", {"width": 322, "height": 178, "rate": 15}),
        ("fields.mp4", {"options": {"x264-params": "interlaced=1:tff=1"}}),
        ("mono.mp4", {"channels": 1}),
        ("surround.mp4", {"channels": 6, "sample_rate": 48000}),
        ("deep.mkv", {"pixel_format": "yuv420p10le"}),
        ("444.mkv", {"pixel_format": "yuv444p"}),
        ("mpeg2.mpg", {"video_codec": "mpeg2video", "audio_codec": "mp2", "container": "mpeg"}),
        ("stream.ts", {"container": "mpegts"}),
        ("mjpeg.avi", {"video_codec": "mjpeg", "pixel_format": "yuvj420p", "audio_codec": "pcm_s16le"}),
        ("ffv1.mkv", {"video_codec": "ffv1", "pixel_format": "bgr0", "audio_codec": "flac"}),
        ("large.mp4", {"width": 2560, "height": 1440, "rate": 50}),
        ("tall.mp4", {"width": 180, "height": 320}),
    ],
)
def test_whatever_ffmpeg_opens(tmp_path, name, options):
    found = measure(write(tmp_path / name, 20, **options), rendition=tmp_path / "rendition.mp4")
    assert len(found.pictures.pts) == 20
    assert np.all(np.diff(found.pictures.pts) > 0)
    assert 60 < found.pictures.luma_mean.mean() < 160
    assert found.sounds.peak.shape[1] == options.get("channels", 2)
    assert found.rendition.frames == 20
    assert not [e for e in found.events if e.kind in {"undecodable-packet", "corrupt-frame"}]
    if name == "fields.mp4":
        assert found.pictures.interlaced.all()
    if name in {"deep.mkv", "ffv1.mkv"}:
        assert np.all(found.pictures.block_grid == 1)


def test_picture_without_sound_and_sound_without_picture(tmp_path):
    silent = measure(write(tmp_path / "silent.mp4", 10, sound=False))
    assert silent.sounds is None
    assert silent.audio_packets is None
    blind = measure(write(tmp_path / "blind.wav", 50, video_codec=None, audio_codec="pcm_s16le"))
    assert blind.pictures is None
    assert blind.video is None
    assert blind.sounds.samples == 88200
    assert blind.sounds.start == 0
    assert len(blind.times()) == 0


def test_one_frame_and_no_frame(tmp_path):
    one = measure(write(tmp_path / "one.mp4", 1, sound=False), rendition=tmp_path / "r.mp4")
    assert len(one.pictures.pts) == len(one.samples.pts) == len(one.hashes.pts) == 1
    assert one.rendition.frames == 1
    empty = tmp_path / "none.mp4"
    with av.open(str(empty), "w") as out:
        picture = out.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = out.add_stream("aac", rate=44100, layout="stereo")
        out.start_encoding()
        for start in range(0, 44100, 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone(start, 1024).T), "fltp", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = 44100, start, Fraction(1, 44100)
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    found = measure(empty, rendition=tmp_path / "r2.mp4")
    assert found.pictures is None or len(found.pictures.pts) == 0
    assert found.sounds.samples > 40000


def test_varying_frame_rate_and_late_sound(tmp_path):
    path = tmp_path / "vfr.mkv"
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=30)
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        picture.codec_context.time_base = Fraction(1, 1000)
        sound = out.add_stream("pcm_s16le", rate=44100, layout="stereo")
        times = np.cumsum([0, 40, 40, 200, 33, 33, 500, 20, 40, 1300, 40, 700])
        for time, rgb in zip(times, scene(len(times)), strict=True):
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = int(time) + 500, Fraction(1, 1000)
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray((tone(0, 44100) * 32767).astype(np.int16).reshape(1, -1), "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 44100, round(0.8 * 44100), Fraction(1, 44100)
        out.mux(sound.encode(frame))
    found = measure(path)
    assert np.allclose(found.times(), times / 1000, atol=0.0011)
    assert found.origin == pytest.approx(0.5, abs=0.0011)
    assert found.sounds.start == pytest.approx(0.3, abs=0.003)


def test_a_hole_in_the_sound_becomes_silence_at_its_place(tmp_path):
    path = tmp_path / "gap.mkv"
    with av.open(str(path), "w") as out:
        sound = out.add_stream("pcm_s16le", rate=44100, layout="mono")
        for start in (0, 3 * 44100):
            samples = (tone(start, 44100, channels=1) * 32767).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 44100, start, Fraction(1, 44100)
            out.mux(sound.encode(frame))
    found = measure(path)
    assert [(e.kind, round(e.time, 2), round(e.amount, 2)) for e in found.events] == [("pts-gap", 1, 2)]
    level = found.sounds.level[:, 0]
    assert np.all(level[105:295] == DIGITAL_SILENCE)
    assert np.all(level[305:395] > -3000)


@pytest.fixture(scope="module")
def whole_clip(tmp_path_factory):
    return write(tmp_path_factory.mktemp("measure") / "clip.mp4", 40)


@pytest.mark.parametrize("kind", ["zero", "text", "truncated", "header", "garbage inside", "no data"])
def test_broken_files(tmp_path, whole_clip, kind):
    content = whole_clip.read_bytes()
    moov = content.index(b"moov") - 4
    path = tmp_path / f"{kind}.mp4"
    path.write_bytes(
        {
            "zero": b"",
            "text": b"not a film\n" * 100,
            "truncated": content[: moov - 100],
            "header": content[:40],
            "garbage inside": content[:100] + os.urandom(moov - 100) + content[moov:],
            "no data": content[:48] + content[moov:],
        }[kind]
    )
    error, found = None, None
    try:
        found = measure(path, rendition=tmp_path / "rendition.mp4")
    except MediaError as raised:
        error = raised
    if error is None:
        assert kind == "garbage inside"
        assert found.events
    else:
        assert isinstance(error, UnreadableMedia)
        assert error.detail
        assert error.detail.isprintable()
        assert not (tmp_path / "rendition.mp4").exists()
    assert not list(tmp_path.glob("*.partial"))


def test_a_file_that_vanishes_while_it_is_read(tmp_path):
    path = write(tmp_path / "clip.mp4", 60)

    def vanish(_):
        path.unlink(missing_ok=True)

    assert len(measure(path, observe=vanish).pictures.pts) == 60


def test_every_shared_file_is_measured_or_refused(shared_media):
    kinds = {".mp4", ".mkv", ".webm", ".wav", ".mp3", ".flac", ".avi", ".yuv", ".png", ".jpg", ".txt", ".csv"}
    files = [p for p in sorted(shared_media.rglob("*")) if p.suffix in kinds and p.stat().st_size < 350_000]
    measured, refused = 0, []
    for path in files:
        try:
            found = measure(path)
        except MediaError as error:
            refused.append(error)
            continue
        measured += 1
        assert found.duration() > 0, path
    assert measured > 50
    assert all(error.detail for error in refused)


def test_a_garbled_file_keeps_its_pictures(shared_media):
    found = measure(shared_media / "garbled" / "corrupted.mp4")
    assert len(found.pictures.pts) == 49
    assert found.pictures.corrupt.sum() == 21
    assert {e.kind for e in found.events} >= {"corrupt-frame", "undecodable-packet"}


@pytest.mark.slow
def test_memory_does_not_grow_with_length(tmp_path):
    peaks = [_peak(tmp_path, seconds) for seconds in (20, 120)]
    assert peaks[1] - peaks[0] < 60_000  # KiB; the arrays of 100 s are 5 MB


def _peak(folder, seconds):
    path = write(folder / f"{seconds}.mp4", seconds * 25)
    code = (
        "import resource, sys; from pathlib import Path; from gpu.measure import measure;"
        "measure(Path(sys.argv[1]), rendition=Path(sys.argv[1] + '.r.mp4'));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    return int(subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True).stdout)


@pytest.mark.gpu
def test_cpu_and_cuda_agree(tmp_path):
    device = choose()
    if device.name != "cuda":
        pytest.skip(f"no CUDA device: {device.reason}")
    path = write(tmp_path / "clip.mp4", 75, width=1920, height=1080, video_bit_rate=8_000_000)
    here, there = measure(path, device=choose("cpu")).pictures, measure(path, device=device).pictures
    assert np.array_equal(here.pts, there.pts)
    np.testing.assert_allclose(here.luma_mean, there.luma_mean, atol=0.6)
    np.testing.assert_allclose(here.edge_max, there.edge_max, atol=1.5)
    assert np.abs(here.tile_mean.astype(int) - there.tile_mean).max() <= 1
    assert np.abs(expand(here.tile_difference) - expand(there.tile_difference)).max() < 1.0
