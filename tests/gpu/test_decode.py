"""Reading on through damage, holes and wrong timestamps, and telling of each."""

import itertools
from fractions import Fraction

import av
import numpy as np
import pytest

from gpu.decode import Picture, Reader, first_picture
from gpu.errors import UnreadableMedia
from gpu.events import MOST, EventLog
from gpu.soundreader import Sound
from gpu.synth import ClipWriter
from gpu.timeline import PictureClock, SoundClock
from tests.gpu.clips import scene, write


def packets(path):
    with av.open(str(path)) as container:
        return [(p.pos, p.size, p.is_keyframe) for p in container.demux(video=0) if p.size]


def damage(path, indices, skip=8):
    """Zero the payload of some video packets."""
    data = bytearray(path.read_bytes())
    for position, size, _ in (packets(path)[index] for index in indices):
        data[position + skip : position + size] = bytes(size - skip)
    path.write_bytes(data)


def read(path, **options):
    with Reader(path, **options) as reader:
        items = list(reader.read())
        return [i for i in items if isinstance(i, Picture)], [i for i in items if isinstance(i, Sound)], reader


@pytest.mark.parametrize("threads", [0, 1])
def test_damage_is_counted_and_lasts_to_the_next_key_frame(tmp_path, threads):
    path = write(tmp_path / "clip.mp4", 60, gop=10, sound=False)
    damage(path, [13, 37])
    pictures, _, reader = read(path, threads=threads)
    assert len(pictures) == 60
    assert [i for i, p in enumerate(pictures) if p.corrupt] == [*range(13, 20), *range(37, 40)]
    events = reader.events.finish(0)
    assert [(e.kind, round(e.time * 25), e.amount) for e in events] == [
        ("corrupt-frame", 13, 7),
        ("corrupt-frame", 37, 3),
    ]
    assert all(e.detail.isprintable() for e in events)


@pytest.mark.parametrize("threads", [0, 1])
def test_an_undecodable_packet_does_not_end_the_file(tmp_path, threads):
    path = write(tmp_path / "clip.mp4", 60, gop=10, sound=False)
    damage(path, [23, 41], skip=0)
    pictures, _, reader = read(path, threads=threads)
    assert len(pictures) == 58
    undecodable = [e for e in reader.events.finish(0) if e.kind == "undecodable-packet"]
    assert len(undecodable) == 2
    for event, place in zip(undecodable, (23, 41), strict=True):
        assert abs(event.time * 25 - place) <= 3
    assert len(reader.video_packets) == 60


def test_timestamps_are_repaired():
    seen = []
    clock = PictureClock(
        Fraction(1, 100), Fraction(25), lambda pts, kind, amount: seen.append((pts, kind, round(amount, 2)))
    )
    given = [0, 4, 8, 6, 12, 16, 28, None, 36, -500, -496, 40]
    placed = [clock.place(pts) for pts in given]
    assert all(a < b for a, b in itertools.pairwise(placed))
    assert placed[:9] == [0, 4, 8, 9, 12, 16, 28, 32, 36]
    assert placed[9:11] == [40, 44]
    assert [kind for _, kind, _ in seen][:4] == ["pts-backward", "pts-gap", "pts-missing", "pts-backward"]
    assert seen[1] == (28, "pts-gap", 0.08)


def test_gaps_in_the_sound_are_filled_and_overlaps_are_not_filled_twice():
    seen = []
    clock = SoundClock(1000, lambda position, kind, amount: seen.append((position, kind, round(amount, 3))))
    assert clock.place(Fraction(2), 100) == 0
    assert clock.place(Fraction(21, 10), 100) == 0
    assert clock.place(Fraction(2205, 1000), 100) == 0  # within what containers round
    assert clock.place(Fraction(28, 10), 100) == pytest.approx(500, abs=6)
    assert clock.place(Fraction(27, 10), 100) == 0
    assert clock.place(Fraction(29, 10), 100) == 0
    assert [kind for _, kind, _ in seen] == ["pts-gap", "pts-overlap", "pts-gap"]
    assert clock.start == 2


def test_a_hole_in_the_pictures_is_told(tmp_path):
    path = tmp_path / "hole.mp4"
    with ClipWriter(path, width=320, height=180, audio_codec=None) as clip:
        for index, picture in enumerate(scene(50)):
            if index == 20:
                clip.skip_pictures(2)
            clip.picture(picture)
    _, _, reader = read(path)
    events = reader.events.finish(0)
    assert [(e.kind, round(e.time, 3), round(e.amount, 3)) for e in events] == [("pts-gap", 0.88, 0.08)]


def test_first_picture(tmp_path):
    assert first_picture(write(tmp_path / "clip.mp4", 5)) == (0, 0)
    assert first_picture(write(tmp_path / "sound.wav", 5, video_codec=None, audio_codec="pcm_s16le")) is None
    (tmp_path / "no.mp4").write_bytes(b"no")
    with pytest.raises(UnreadableMedia):
        first_picture(tmp_path / "no.mp4")


def test_a_file_that_is_cut_off_is_read_to_where_it_ends(tmp_path):
    path = write(tmp_path / "clip.mkv", 100, gop=10)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    pictures, sounds, _ = read(path)
    assert 20 < len(pictures) < 90
    assert sounds


def test_decoder_packets_are_noted_in_file_order(tmp_path):
    path = write(tmp_path / "clip.mp4", 40, gop=10, preset="veryfast")
    _, _, reader = read(path)
    log = reader.video_packets.finish()
    assert log.size.tolist() == [size for _, size, _ in packets(path)]
    assert log.key.tolist() == [key for _, _, key in packets(path)]
    assert np.all(np.diff(log.dts) > 0)


def test_events_are_bounded_and_lose_no_count():
    log = EventLog()
    for index in range(MOST + 100):
        log.add(index, "video", "concealed", 2, "x\x1b[31m" + "y" * 500)
    events = log.finish(1.0)
    assert len(events) == MOST
    assert sum(e.amount for e in events) == 2 * (MOST + 100)
    assert events[0].time == -1
    assert max(len(e.detail) for e in events) <= 200
    assert all(e.detail.isprintable() for e in events)
