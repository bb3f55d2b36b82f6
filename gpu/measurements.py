"""Measurements of one lesson: numbers with units, no opinions. One value, saved as one compressed file.

Pictures are measured on an analysis plane: 8-bit luma, limited range (16–235), 960×540 by area scaling (portrait and
other shapes are scaled to the same plane, upright: tiles are shares of the picture, not pixels). Tiles are 18 rows × 32
columns. Means are of all its pixels; histogram, differences, edges and equality of every second pixel of every second row.
Arrays hold one entry per frame in presentation order unless the field says otherwise. A `Measurements` may be a segment
`[a, b)` of a lesson; `merge` joins neighbours, exactly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpu.closeups import Closeups

SCHEMA = 1
TILE_ROWS, TILE_COLS = 18, 32
PLANE_W, PLANE_H = 960, 540
MOTION_ROWS, MOTION_COLS = 6, 10
"""Blocks of the picture whose movement is measured."""
MOTION_STEPS = 8
"""Steps to a pixel of 480×270 in `Motions.shift`: a step is half a pixel of 1920×1080."""
SAMPLE_HZ = 5
"""Samples (costlier picture features) are taken about this often per second."""
HASH_HZ = 1
"""Frame hashes are taken about this often per second."""
LUMA_EDGES = (
    0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 28, 32, 40, 48, 64, 80, 96, 128, 160, 192, 208, 224, 232, 235, 256
)  # fmt: skip
"""Bin edges, in 8-bit codes, of `Pictures.luma_histogram`: bin i counts codes in [LUMA_EDGES[i], LUMA_EDGES[i + 1])."""
SEAM_ROWS, SEAM_COLS = 6, 8
"""Zones of `Traits.seams`."""
DIGITAL_SILENCE = -12000
"""`Sounds.level` of a window whose samples are all exactly zero."""

Array = NDArray[Any]


@dataclass(frozen=True)
class VideoFacts:
    """What the container and the decoder say of the video stream that was measured."""

    index: int
    codec: str
    """FFmpeg's codec name, e.g. `h264`, `mpeg2video`."""
    profile: str | None
    width: int
    height: int
    """Decoded size in pixels, before rotation."""
    sample_aspect: str
    """Pixel shape `num:den`; `1:1` is square; `0:1` is unknown (taken as square)."""
    rotation: int
    """Display rotation in degrees, 0/90/180/270."""
    pixel_format: str
    bit_depth: int
    field_order: str
    """`progressive`, `tt`, `bb`, `tb`, `bt` or `unknown`."""
    frame_rate: str | None
    """Nominal rate `num/den`, frames per second."""
    average_rate: str | None
    time_base: str
    """Unit of every video timestamp, `num/den` seconds."""
    start_pts: int | None
    declared_bit_rate: int | None
    """bit/s in the header; measure the packets instead where it matters."""
    declared_frames: int
    """0 when the header does not say."""
    declared_duration: float | None
    """Seconds in the header."""
    colour_range: str
    colour_primaries: str
    colour_transfer: str
    colour_matrix: str


@dataclass(frozen=True)
class AudioFacts:
    """What the container and the decoder say of the audio stream that was measured."""

    index: int
    codec: str
    profile: str | None
    sample_rate: int
    channels: int
    layout: str
    time_base: str
    start_pts: int | None
    declared_bit_rate: int | None
    declared_duration: float | None


@dataclass(frozen=True)
class ContainerFacts:
    """What the file as a whole says of itself."""

    formats: tuple[str, ...]
    """FFmpeg's short names of the demuxer, e.g. `("mov", "mp4", …)`."""
    brand: str | None
    """MP4 major brand."""
    size: int
    """Bytes."""
    duration: float | None
    """Seconds in the header."""
    streams: tuple[str, ...]
    """Kind of every stream in order: `video`, `audio`, `subtitle`, `data` …"""
    faststart: bool | None
    """Index before the media data (MP4 only)."""
    created: str | None = None
    """When it was written, ISO 8601 as the file says; None where it does not say. Clocks that were never set say 1904 or 1970."""


@dataclass(frozen=True)
class Pictures:
    """Per frame."""

    pts: Array
    """int64 (n,), in `VideoFacts.time_base`. Strictly increasing; repaired where the file's are not (see `Event`)."""
    key: Array
    """bool (n,)."""
    corrupt: Array
    """bool (n,): the decoder flagged or concealed damage in this frame."""
    interlaced: Array
    """bool (n,): the decoder's flag."""
    luma_mean: Array
    """float32 (n,), 8-bit codes 0–255 on the limited-range plane."""
    luma_histogram: Array
    """uint16 (n, len(LUMA_EDGES) - 1): share of pixels in each bin, 65535 = all."""
    chroma_mean: Array
    """float32 (n, 2): U and V, 8-bit codes, 128 neutral."""
    equal: Array
    """float32 (n,): share of pixels exactly equal to the frame before, 0–1; 0 for the lesson's first frame."""
    edge_max: Array
    """float32 (n,): the largest tile mean of |dx| + |dy| of luma, in codes: text and texture lift it, flat colour does not."""
    tile_mean: Array
    """uint8 (n, 18, 32): mean luma of each tile, 8-bit codes, rounded."""
    tile_difference: Array
    """uint8 (n, 18, 32): companded mean |luma difference| to the frame before; `expand` gives codes."""
    block_grid: Array
    """float32 (n,): gradient on the 8×8 (and 16×16) block borders over gradient beside them, 1 = no blocks."""


@dataclass(frozen=True)
class Traits:
    """Per frame, in step with `Pictures`: what flashes and damage are told by (`gpu.traits`)."""

    tile_u: Array
    tile_v: Array
    """uint8 (n, 18, 32): tile means of U and V, 8-bit codes, 128 neutral."""
    tile_across: Array
    tile_down: Array
    """uint8 (n, 18, 32): companded tile means of |dx| and |dy| of luma; `expand` gives codes. Streaks have no dy, flat areas
    neither."""
    seams: Array
    """uint8 (n, SEAM_ROWS, SEAM_COLS): how much more the change since the frame before breaks off at the borders of columns of
    16×16 blocks than elsewhere, in eighths of a standard deviation. Zones are of the picture as decoded (not turned upright)."""


@dataclass(frozen=True)
class Samples:
    """Per sampled frame (about SAMPLE_HZ a second; chosen by its timestamp alone, so segments agree)."""

    pts: Array
    """int64 (m,)."""
    tile_edge: Array
    """uint8 (m, 18, 32): companded tile mean of |dx| + |dy| of luma."""
    tile_u: Array
    tile_v: Array
    """uint8 (m, 18, 32): tile means of U and V, 8-bit codes."""


@dataclass(frozen=True)
class Hashes:
    """Per hashed frame (about HASH_HZ a second): PDQ-like 256-bit hashes."""

    pts: Array
    """int64 (k,)."""
    bits: Array
    """uint8 (k, 32)."""
    quality: Array
    """uint8 (k,): 0 (featureless) – 100."""


@dataclass(frozen=True)
class Motions:
    """Per frame, in step with `Pictures`: how far each of 6×10 blocks moved since the frame before (`gpu.motion`)."""

    shift: Array
    """int8 (n, 6, 10, 2): right and down, in 1/MOTION_STEPS pixels of 480×270."""
    trust: Array
    """uint8 (n, 6, 10, 2): correlation at that shift, 255 = 1; 0 where there is nothing to tell it by."""


@dataclass(frozen=True)
class Packets:
    """Per packet of one stream, in file order."""

    pts: Array
    """int64 (p,), in the stream's time base; a packet without one repeats its predecessor's."""
    dts: Array
    """int64 (p,)."""
    size: Array
    """int32 (p,), bytes."""
    key: Array
    """bool (p,)."""


@dataclass(frozen=True)
class Sounds:
    """The sound of the measured audio stream. Windows (10 ms) and blocks (100 ms) count from its first sample."""

    start: float
    """Seconds from the first picture to the first sample (negative: sound starts earlier); 0 where there is no picture."""
    samples: int
    """Samples per channel that were decoded, and silence put in where timestamps leave a gap (`pts-gap` tells of it)."""
    peak: Array
    """uint16 (w, channels): largest |sample| of the window, 32768 = full scale, saturating at 65535 (+6 dBFS)."""
    level: Array
    """int16 (w, channels): RMS level of the window, hundredths of dBFS (full-scale square = 0); DIGITAL_SILENCE: all zero."""
    zeros: Array
    """uint16 (w, channels): samples of the window with |x| ≤ 1 LSB of 16 bit."""
    clipped: Array
    """uint16 (w, channels): width in samples of the window's highest top (from half of full scale on) where it is flat, cut
    off rather than rounded, else 0 (`gpu.sound.flat_tops`). Seen also after a lossy codec."""
    k_power: Array
    """float32 (b, channels): mean square after K weighting (ITU-R BS.1770-5)."""
    true_peak: Array
    """float32 (b, channels): largest |x| after 4× oversampling, 1 = full scale (BS.1770-5 Annex 2)."""
    pair: Array
    """float32 (b, 3): mean of L², R², L·R over the first two channels; zeros where there are fewer."""
    fingerprint: Array
    """uint32 (f,): sound fingerprint words, FINGERPRINT_HZ a second."""
    mains: Array | None = None
    """uint8 (b, len(MAINS_LINES), 2): level of each line and of its surroundings in the front channels' sum, a frame of 0.4 s
    that ends with the block (`gpu.soundmarks.mains_decibels` gives dBFS). None in measurements of an earlier version."""
    repeats: Array | None = None
    """float16 (b, 3): how well 0.1 s of sound is found again 20–200 ms earlier: correlation (1 = the same), lag in ms, and the
    best correlation at shorter lags, which a tone has too (`gpu.soundmarks.Repeats`). None as above."""


FINGERPRINT_HZ = 10
"""Sound fingerprint words per second."""
MAINS_LINES = (50, 100, 150, 200, 250, 300, 60, 120, 180, 240, 300, 360)
"""Hz of the lines of `Sounds.mains`: the comb of 50 Hz mains, then that of 60 Hz."""


@dataclass(frozen=True)
class Event:
    """Something the demuxer or a decoder reported at a place."""

    time: float
    """Seconds from the first picture (from the first sample where there is no picture)."""
    stream: str
    """`video` or `audio`."""
    kind: str
    """`undecodable-packet`, `corrupt-frame`, `concealed`, `pts-missing`, `pts-backward`, `pts-gap`, `pts-overlap`,
    `truncated`, `size-change`, `format-change`."""
    amount: float
    """Seconds for `pts-*`; else a count."""
    detail: str
    """The library's own words, control characters removed, at most 200 characters."""


@dataclass(frozen=True)
class ReadBack:
    """What reading the finished rendition back gave: every packet decoded, nothing taken from what was asked for."""

    formats: tuple[str, ...]
    faststart: bool
    width: int
    height: int
    frames: int
    video_codec: str
    video_bit_rate: float
    """bit/s, mean over the packets."""
    audio_codec: str | None
    audio_bit_rate: float | None
    audio_sample_rate: int | None
    audio_channels: int | None
    duration: float
    """Seconds from the first picture to the end of the last picture."""
    audio_duration: float | None
    longest_key_distance: float
    """Seconds between two key frames, the longest."""
    errors: int
    """Packets that did not decode."""


@dataclass(frozen=True)
class Rendition:
    """The 960×540 file that was made in the same pass."""

    path: str
    encoder: str
    """`h264_nvenc` or `libx264`."""
    reason: str
    """Why that encoder, in FFmpeg's or the system's words."""
    frames: int
    samples: int
    read_back: ReadBack | None = None


@dataclass(frozen=True)
class Measurements:
    """All that was measured of one lesson or of a segment of it."""

    container: ContainerFacts
    video: VideoFacts | None
    audio: AudioFacts | None
    pictures: Pictures | None
    samples: Samples | None
    hashes: Hashes | None
    video_packets: Packets | None
    audio_packets: Packets | None
    sounds: Sounds | None
    """None in every segment but the first, and where there is no decodable sound."""
    events: tuple[Event, ...]
    origin: float
    """Timestamp, in seconds, of the lesson's first picture: time 0 of everything a person sees."""
    device: str
    """What measured it and why, e.g. `cpu: no CUDA driver`."""
    rendition: Rendition | None = None
    closeups: Closeups | None = None
    traits: Traits | None = None
    motions: Motions | None = None

    def times(self) -> Array:
        """float64 (n,): seconds of each frame from the first picture of the lesson."""
        if self.pictures is None or self.video is None:
            return np.zeros(0)
        return self.pictures.pts * float(Fraction(self.video.time_base)) - self.origin

    def frame_seconds(self) -> float:
        """Median distance of two frames in seconds; 0.04 where there are fewer than two."""
        times = self.times()
        return float(np.median(np.diff(times))) if len(times) > 1 else 0.04

    def duration(self) -> float:
        """Seconds from the first picture to the end of the last picture or sample, whichever is later."""
        times = self.times()
        picture_end = float(times[-1]) + self.frame_seconds() if len(times) else 0.0
        sound_end = 0.0
        if self.sounds is not None and self.audio is not None and self.audio.sample_rate:
            sound_end = self.sounds.start + self.sounds.samples / self.audio.sample_rate
        return max(picture_end, sound_end)


def compand(codes: Array, xp: Any = np) -> Array:
    """Fold a non-negative difference in codes (0–254) into uint8: 16·√x, rounded. Fine near zero, where freezes live."""
    folded: Array = xp.minimum(xp.rint(xp.sqrt(codes) * 16), 255).astype(xp.uint8)
    return folded


def expand(folded: Array) -> Array:
    """Undo `compand`: float32 codes."""
    codes: Array = (folded.astype(np.float32) / 16) ** 2
    return codes


ARRAYS: dict[str, type] = {
    "pictures": Pictures,
    "samples": Samples,
    "hashes": Hashes,
    "closeups": Closeups,
    "traits": Traits,
    "motions": Motions,
    "video_packets": Packets,
    "audio_packets": Packets,
}


def merge(parts: Iterable[Measurements]) -> Measurements:
    """Join neighbouring segments of one lesson, first to last.

    `merge([measure(a, b), measure(b, c)]) == measure(a, c)` to the bit. Raises ValueError when there is none.
    """
    segments = list(parts)
    if not segments:
        raise ValueError("no segments to merge")
    joined: dict[str, Any] = {}
    for name, kind in ARRAYS.items():
        pieces = [piece for part in segments if (piece := getattr(part, name)) is not None]
        joined[name] = _join(kind, pieces) if pieces else None
    return replace(
        segments[0],
        events=tuple(sorted({event for part in segments for event in part.events}, key=_event_order)),
        **joined,
    )


def _event_order(event: Event) -> tuple[float, str, str, str]:
    return (event.time, event.stream, event.kind, event.detail)


def _join(kind: Callable[..., Any], pieces: list[Any]) -> Any:
    return kind(**{f.name: np.concatenate([getattr(p, f.name) for p in pieces]) for f in fields(pieces[0])})
