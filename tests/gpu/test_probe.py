"""What the headers say, and which files are not opened at all."""

import os
import struct
from pathlib import Path

import av
import pytest
from PIL import Image

from gpu import boxes
from gpu.errors import UnreadableMedia
from gpu.opening import RECORDINGS
from gpu.probe import probe
from tests.gpu.clips import write


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write(tmp_path_factory.mktemp("probe") / "clip.mp4", 30)


def test_facts_of_a_clip(clip):
    facts = probe(clip)
    assert "mp4" in facts.container.formats
    assert facts.container.brand == "isom"
    assert facts.container.faststart is False
    assert facts.container.streams == ("video", "audio")
    assert facts.container.size == clip.stat().st_size
    assert facts.container.duration == pytest.approx(1.2, abs=0.05)
    video, audio = facts.video, facts.audio
    assert (video.codec, video.width, video.height, video.bit_depth) == ("h264", 320, 180, 8)
    assert (video.frame_rate, video.average_rate, video.declared_frames) == ("25/1", "25/1", 30)
    assert video.field_order == "progressive"
    assert video.colour_range == "limited"
    assert (video.colour_primaries, video.colour_transfer, video.colour_matrix) == ("bt709",) * 3
    assert (audio.codec, audio.sample_rate, audio.channels, audio.layout) == ("aac", 44100, 2, "stereo")


def test_cover_art_is_no_video(tmp_path):
    path = tmp_path / "cover.mp3"
    image = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), "red").save(image)
    with av.open(str(path), "w") as out:
        sound = out.add_stream("libmp3lame", rate=44100, layout="stereo")
        with av.open(str(image)) as source:
            cover = out.add_stream_from_template(source.streams.video[0])
            cover.disposition = av.stream.Disposition.attached_pic
            frame = av.AudioFrame("s16p", "stereo", 1152)
            frame.sample_rate = 44100
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.pts = 0
            packets = sound.encode(frame) + sound.encode(None)
            for packet in source.demux(0):
                if packet.size:
                    packet.stream = cover
                    out.mux(packet)
            out.mux(packets)
    facts = probe(path)
    assert facts.video is None
    assert facts.audio is not None
    assert facts.container.streams.count("video") == 1


def broken_files(folder, clip):
    whole = clip.read_bytes()
    contents = {
        "zero.mp4": b"",
        "text.mp4": "这不是视频。\n".encode() * 50,
        "truncated.mp4": whole[: len(whole) // 2],
        "header.mp4": whole[:32],
        "noise.mp4": os.urandom(5000),
        "playlist.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n#EXT-X-ENDLIST\n",
        "concat.mp4": b"ffconcat version 1.0\nfile '/etc/hostname'\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def test_broken_files_are_unreadable_with_a_reason(tmp_path, clip):
    for path in broken_files(tmp_path, clip):
        with pytest.raises(UnreadableMedia) as caught:
            probe(path)
        assert caught.value.detail
        assert caught.value.detail.isprintable()


LISTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nother.ts\n#EXT-X-ENDLIST\n",
    "concat.mp4": "ffconcat version 1.0\nfile 'other.ts'\n",
    "sdp.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5000 RTP/AVP 33\n",
    "vobsub.mp4": "# VobSub index file, v7 (do not modify this line!)\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_other_files_is_shut_before_it_is_followed(tmp_path, name):
    write(tmp_path / "other.ts", 10)
    (tmp_path / name).write_text(LISTS[name])
    assert probe(tmp_path / "other.ts").video is not None
    with pytest.raises(UnreadableMedia) as caught:
        probe(tmp_path / name)
    assert caught.value.detail == "not a recording"
    with pytest.raises(UnreadableMedia, match="not a recording"):
        probe(tmp_path / name)


def test_every_demuxer_that_may_read_is_one_of_ffmpegs():
    assert [name for name in RECORDINGS.split() if not av.ContainerFormat(name, "r").is_input] == []


def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path, tmp_path / "none.mp4", tmp_path / "pipe.mp4"):
        with pytest.raises(UnreadableMedia):
            probe(path)


def test_names_that_look_like_something_else(tmp_path, clip, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("tape:1.mp4", "a%03d.mp4", "新课\n[b]\x1b[31m.mp4", os.fsdecode(b"\xb5\xda\xd2\xbb.mp4"), "-i.mp4"):
        Path(name).write_bytes(clip.read_bytes())
        assert probe(Path(name)).video is not None
        (tmp_path / "bad").mkdir(exist_ok=True)
        bad = Path("bad") / name
        bad.write_bytes(b"nothing")
        with pytest.raises(UnreadableMedia) as caught:
            probe(bad)
        assert str(caught.value).isprintable()


def box(kind, body=b"", size=None):
    return struct.pack(">I4s", 8 + len(body) if size is None else size, kind) + body


@pytest.mark.parametrize(
    ("content", "brand", "faststart"),
    [
        (box(b"ftyp", b"isom\0\0\0\0") + box(b"moov") + box(b"mdat"), "isom", True),
        (box(b"ftyp", b"mp42\0\0\0\0") + box(b"free") + box(b"mdat", b"x" * 9) + box(b"moov"), "mp42", False),
        (box(b"ftyp", b"qt  \0\0\0\0") + box(b"mdat", size=0), "qt", None),
        (box(b"mdat", struct.pack(">Q", 24) + b"12345678", size=1) + box(b"moov"), None, False),
        (box(b"free", size=3) + box(b"moov"), None, None),
        (b"", None, None),
        (b"\0\0\0", None, None),
    ],
)
def test_boxes(tmp_path, content, brand, faststart):
    path = tmp_path / "boxes"
    path.write_bytes(content)
    assert boxes.layout(path) == boxes.Layout(brand, faststart)
