"""The 960×540 file: format, size, time, sound, and what a failure leaves behind."""

import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest

from gpu.encoders import X264, choose_encoder
from gpu.errors import EncodeError
from gpu.fitting import box, shown_aspect
from gpu.measure import measure
from gpu.measurements import AudioFacts
from gpu.planes import plane_view
from gpu.readback import read_back
from gpu.rendition import RenditionWriter
from gpu.synth import ClipWriter
from gpu.timeline import SoundClock
from gpu.tones import frame_of
from tests.gpu.clips import scene, tone, write


def luma(path, index=0):
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number == index:
                return plane_view(frame, 0).copy()
    raise AssertionError(index)


def test_what_the_clause_asks_for(tmp_path):
    path = tmp_path / "made" / "lesson.mp4"
    source = measure(write(tmp_path / "clip.mp4", 150, width=640, height=360), rendition=path)
    back = read_back(path)
    assert source.rendition.path == str(path)
    assert (source.rendition.frames, back.frames, back.errors) == (150, 150, 0)
    assert "mp4" in back.formats
    assert back.faststart
    assert (back.width, back.height, back.video_codec, back.audio_codec) == (960, 540, "h264", "aac")
    assert (back.audio_sample_rate, back.audio_channels) == (44100, 2)
    assert back.video_bit_rate == pytest.approx(1_000_000, rel=0.1)
    assert back.duration == pytest.approx(6, abs=0.001)
    assert back.audio_duration == pytest.approx(6, abs=0.05)
    assert back.longest_key_distance <= 2
    assert list(path.parent.iterdir()) == [path]


def test_a_slide_that_stands_still_has_the_rate_too(tmp_path):
    path = tmp_path / "slide.mp4"
    slide = next(iter(scene(1, 640, 360)))
    with ClipWriter(path, width=640, height=360, audio_codec=None) as clip:
        clip.picture(slide, repeat=400)
    measure(path, rendition=tmp_path / "r.mp4")
    assert read_back(tmp_path / "r.mp4").video_bit_rate == pytest.approx(1_000_000, rel=0.1)


@pytest.mark.parametrize("kind", ["noise", "music"])
def test_sound_that_needs_its_bits_gets_128_kbit(tmp_path, kind):
    random = np.random.default_rng(3)
    samples = random.normal(0, 0.1, (441000, 2)) if kind == "noise" else np.zeros((441000, 2))
    if kind == "music":
        t = np.arange(441000) / 44100
        for pitch in random.uniform(100, 8000, 60):
            samples[:, 0] += 0.01 * np.sin(2 * np.pi * pitch * t + pitch)
            samples[:, 1] += 0.01 * np.sin(2 * np.pi * pitch * 1.01 * t) * np.sin(t * pitch / 700)
    path = tmp_path / "sound.wav"
    with ClipWriter(path, video_codec=None, audio_codec="pcm_s16le") as clip:
        clip.sound(samples.astype(np.float32))
    measure(path, rendition=tmp_path / "r.mp4")
    assert read_back(tmp_path / "r.mp4").audio_bit_rate == pytest.approx(128_000, rel=0.1)


@pytest.mark.parametrize(
    ("size", "aspect", "rotation", "expected"),
    [
        ((1920, 1080), "1:1", 0, (960, 540)),
        ((1920, 1088), "0:1", 0, (960, 540)),
        ((1440, 1080), "4:3", 0, (960, 540)),
        ((1440, 1080), "1:1", 0, (720, 540)),
        ((1080, 1920), "1:1", 0, (304, 540)),
        ((1920, 1080), "1:1", 90, (304, 540)),
        ((1080, 1920), "1:1", 270, (960, 540)),
        ((720, 576), "16:15", 0, (720, 540)),
        ((1920, 800), "1:1", 0, (960, 400)),
        ((4, 4000), "1:1", 0, (2, 540)),
    ],
)
def test_boxes(size, aspect, rotation, expected):
    assert box(shown_aspect(*size, aspect, rotation)) == expected


def test_bars_beside_a_tall_picture(tmp_path):
    measure(write(tmp_path / "tall.mp4", 5, width=180, height=320), rendition=tmp_path / "r.mp4")
    picture = luma(tmp_path / "r.mp4", 2)
    assert picture.shape == (540, 960)
    assert picture[:, :300].mean() < 20
    assert picture[:, 660:].mean() < 20
    assert picture[:, 340:620].mean() > 50


def test_a_turned_picture_stands_upright(tmp_path):
    flat, turned = write(tmp_path / "flat.mp4", 5, sound=False), tmp_path / "turned.mp4"
    with av.open(str(flat)) as source, av.open(str(turned), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(90)
        for packet in source.demux(0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    found = measure(turned, rendition=tmp_path / "r.mp4")
    assert found.video.rotation in {90, 270}
    plain = measure(flat)
    upright = np.rot90(luma(flat, 2), found.video.rotation // 90)
    shown = luma(tmp_path / "r.mp4", 2)[:, 328:632]
    assert upright.shape == (320, 180)
    small = upright[:: 320 // 16][:16, :: 180 // 9][:, :9].astype(float)
    again = shown[16::33][:16, 16::33][:, :9].astype(float)
    assert np.corrcoef(small.ravel(), again.ravel())[0, 1] > 0.8
    assert found.pictures.luma_mean[2] == pytest.approx(plain.pictures.luma_mean[2], abs=1.5)


def test_times_of_a_file_of_varying_rate_are_kept(tmp_path):
    path = tmp_path / "vfr.mkv"
    times = [0, 40, 80, 380, 400, 900, 2500, 4900, 4940, 7100]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for time, rgb in zip(times, scene(len(times)), strict=True):
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time + 700, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    measure(path, rendition=tmp_path / "r.mp4")
    with av.open(str(tmp_path / "r.mp4")) as made:
        assert [round(frame.time * 1000) for frame in made.decode(video=0)] == times


@pytest.mark.parametrize("offset", [-0.5, 0.0, 0.4])
def test_sound_keeps_its_place(tmp_path, offset):
    """A click one second after the first picture is there in the rendition too, whatever the sound's start."""
    path = tmp_path / "clip.mkv"
    with ClipWriter(path, width=320, height=180, audio_codec="pcm_s16le", sound_start=offset) as clip:
        for picture in scene(60):
            clip.picture(picture)
        samples = np.zeros((int((2.4 - offset) * 44100), 2), np.float32)
        click = int((1 - offset) * 44100)
        samples[click : click + 400] = tone(0, 400, level=0.9)
        clip.sound(samples)
    found = measure(path, rendition=tmp_path / "r.mp4")
    assert found.sounds.start == pytest.approx(offset, abs=0.002)
    with av.open(str(tmp_path / "r.mp4")) as made:
        frames = list(made.decode(audio=0))
    sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    at = frames[0].time + int(np.argmax(np.abs(sound) > 0.3)) / 44100
    assert at == pytest.approx(1, abs=0.02)


def test_sound_that_claims_to_begin_in_another_age_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(SoundClock, "LONGEST_S", 2)
    sound = AudioFacts(0, "aac", "LC", 44100, 2, "stereo", "1/44100", 0, 128_000, None)
    writer = RenditionWriter(tmp_path / "r.mp4", video=None, audio=sound, origin=Fraction(0))
    writer.sound(frame_of(tone(0, 44100).T, 44100, "stereo"), Fraction(10**9))
    assert writer.finish().samples == 3 * 44100


@pytest.mark.parametrize(("channels", "expected"), [(1, 1), (2, 2), (6, 2)])
def test_channels_and_rate(tmp_path, channels, expected):
    path = write(tmp_path / "clip.mp4", 30, channels=channels, sample_rate=48000)
    measure(path, rendition=tmp_path / "r.mp4")
    back = read_back(tmp_path / "r.mp4")
    assert (back.audio_channels, back.audio_sample_rate) == (expected, 44100)
    assert back.audio_duration == pytest.approx(1.2, abs=0.06)


def test_full_range_pictures_become_limited(tmp_path):
    path = tmp_path / "full.avi"
    with ClipWriter(
        path, width=320, height=180, video_codec="mjpeg", pixel_format="yuvj420p", audio_codec=None
    ) as clip:
        y, u = np.full((180, 320), 255, np.uint8), np.full((90, 160), 128, np.uint8)
        for _ in range(5):
            clip.picture((y, u, u))
    found = measure(path, rendition=tmp_path / "r.mp4")
    assert found.pictures.luma_mean[0] == pytest.approx(235, abs=2)
    assert luma(tmp_path / "r.mp4").mean() == pytest.approx(235, abs=2)


def test_the_encoder_and_its_reason():
    encoder = choose_encoder()
    assert encoder.name in {"h264_nvenc", "libx264"}
    assert encoder.reason.startswith("h264_nvenc")
    assert encoder.reason.isprintable()


def test_no_option_is_unknown_to_x264():
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = 960, 540, "yuv420p"
    context.time_base, context.bit_rate, context.options = Fraction(1, 25), 1_000_000, dict(X264)
    context.open()
    assert not context.options


def test_a_full_disk_leaves_nothing_behind(tmp_path):
    path = write(tmp_path / "clip.mp4", 100)
    code = (
        "import resource, sys; from pathlib import Path; from gpu.measure import measure; from gpu.errors import EncodeError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n    measure(Path(sys.argv[1]), rendition=Path(sys.argv[2]))\n"
        "except EncodeError as error:\n    print('refused', error.detail)\n"
    )
    made = tmp_path / "made" / "r.mp4"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(made)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("refused")
    assert not list(made.parent.iterdir())


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(EncodeError):
        measure(write(tmp_path / "clip.mp4", 5), rendition=tmp_path / "file" / "r.mp4")


def test_a_broken_source_leaves_an_older_rendition_alone(tmp_path):
    made = tmp_path / "r.mp4"
    measure(write(tmp_path / "clip.mp4", 5), rendition=made)
    before = made.read_bytes()
    (tmp_path / "bad.mp4").write_bytes(b"bad")
    with pytest.raises(Exception, match="bad"):
        measure(tmp_path / "bad.mp4", rendition=made)
    assert made.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.mp4", "clip.mp4", "r.mp4"]


def test_reading_back_counts_what_does_not_decode(tmp_path):
    made = tmp_path / "r.mp4"
    measure(write(tmp_path / "clip.mp4", 50, sound=False), rendition=made)
    with av.open(str(made)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(made.read_bytes())
    position, size = places[20]
    data[position : position + size] = bytes(size)
    made.write_bytes(data)
    back = read_back(made)
    assert back.errors or back.frames < 50
