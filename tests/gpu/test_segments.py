"""Segments merge to the bit."""

import av
import numpy as np
import pytest

from gpu.measure import Segment, measure, segments
from gpu.measurements import merge
from tests.gpu.clips import differing, write

X264 = {"closed": "", "open": "open-gop=1:", "fields": "interlaced=1:"}


@pytest.mark.parametrize("kind", list(X264))
@pytest.mark.parametrize("threads", [0, 1])
def test_segments_merge_to_the_bit(tmp_path, kind, threads):
    options = {"x264-params": X264[kind] + "bframes=3:b-adapt=0:keyint=20:min-keyint=20:scenecut=0"}
    path = write(tmp_path / "clip.mp4", 130, gop=20, preset="veryfast", options=options)
    parts = segments(path, 4)
    assert len(parts) == 4
    assert parts[0].start is None
    assert parts[-1].end is None
    whole = measure(path, threads=threads)
    assert len(whole.pictures.pts) == 130
    apart = [measure(path, segment=part, threads=threads) for part in parts]
    assert all(len(part.pictures.pts) for part in apart)
    assert [part.sounds is not None for part in apart] == [True, False, False, False]
    assert not differing(merge(apart), whole)


def test_neighbours_merge_to_the_part_they_make(tmp_path):
    path = write(tmp_path / "clip.mkv", 100, gop=12)
    a, b, c = segments(path, 3)
    joined = merge([measure(path, segment=b), measure(path, segment=c)])
    assert not differing(joined, measure(path, segment=Segment(b.start, None)))
    joined = merge([measure(path, segment=a), measure(path, segment=b)])
    assert not differing(joined, measure(path, segment=Segment(None, b.end)))


def test_threads_do_not_change_the_numbers(tmp_path):
    path = write(tmp_path / "clip.mp4", 60)
    assert not differing(measure(path, threads=1), measure(path, threads=3))


def test_a_damaged_part_merges_too(tmp_path):
    path = write(tmp_path / "clip.mp4", 100, gop=10, sound=False)
    with av.open(str(path)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for index in (23, 24, 61):
        position, size = places[index]
        data[position + 8 : position + size] = bytes(size - 8)
    path.write_bytes(data)
    whole = measure(path, threads=1)
    assert whole.pictures.corrupt.nonzero()[0].tolist() == [*range(23, 30), *range(61, 70)]
    apart = [measure(path, segment=part, threads=1) for part in segments(path, 3)]
    joined = merge(apart)
    assert not differing(joined.video_packets, whole.video_packets)
    assert [(e.time, e.kind, e.amount) for e in joined.events] == [(e.time, e.kind, e.amount) for e in whole.events]
    sound = ~whole.pictures.corrupt  # what a decoder patches damage with depends on what it decoded before
    sound &= ~np.concatenate([[False], whole.pictures.corrupt[:-1]])
    for name in ("pts", "key", "corrupt"):
        assert np.array_equal(getattr(joined.pictures, name), getattr(whole.pictures, name))
    for name in ("luma_mean", "tile_mean", "tile_difference", "equal"):
        assert np.array_equal(getattr(joined.pictures, name)[sound], getattr(whole.pictures, name)[sound])


def test_files_that_cannot_be_cut_stay_whole(tmp_path):
    path = write(tmp_path / "clip.mpg", 60, video_codec="mpeg2video", audio_codec="mp2", container="mpeg")
    assert segments(path, 3) == [Segment()]
    assert segments(write(tmp_path / "one.mp4", 30), 1) == [Segment()]
    assert segments(write(tmp_path / "sound.wav", 5, video_codec=None, audio_codec="pcm_s16le"), 3) == [Segment()]


def test_a_rendition_needs_the_whole_lesson(tmp_path):
    path = write(tmp_path / "clip.mp4", 10)
    with pytest.raises(ValueError, match="whole"):
        measure(path, rendition=tmp_path / "r.mp4", segment=Segment(512, None))


def test_samples_and_hashes_are_chosen_by_time_alone(tmp_path):
    whole = measure(write(tmp_path / "clip.mp4", 100, gop=10))
    step = 512
    assert np.array_equal(whole.samples.pts, np.arange(0, 100, 5) * step)
    assert np.array_equal(whole.hashes.pts, np.arange(0, 100, 25) * step)
