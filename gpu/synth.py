"""Writing clips whose content is known exactly: for the tests, the demo and the benchmark.

Pictures go in as RGB or as planes, sound as floats; both are encoded and interleaved as they come, so memory stays flat as
long as the caller feeds both kinds side by side.
"""

from fractions import Fraction
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gpu.measurements import Array

LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
BT709 = 1
"""FFmpeg's number for BT.709 as primaries, transfer and matrix."""
LIMITED = 1
"""FFmpeg's number for limited (16–235) range."""


class ClipWriter:
    """Writes one clip. Use it as a context manager: leaving it flushes the encoders and closes the file.

    `video_codec=None` or `audio_codec=None` leaves that stream out. `constant=True` holds the video bit rate in every second
    by filler (x264 only), as broadcast encoders do. `sound_start` is the time of the first sample, in seconds from the first
    picture; it may be negative. Container by the file's suffix, or `container`. Raises `av.FFmpegError` or OSError.
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int = 1920,
        height: int = 1080,
        rate: Fraction | int = 25,
        video_codec: str | None = "libx264",
        video_bit_rate: int | None = 8_000_000,
        constant: bool = False,
        audio_codec: str | None = "aac",
        audio_bit_rate: int = 256_000,
        sample_rate: int = 44100,
        channels: int = 2,
        sound_start: float = 0.0,
        preset: str = "ultrafast",
        gop: int | None = None,
        pixel_format: str = "yuv420p",
        threads: int = 0,
        container: str | None = None,
        options: dict[str, str] | None = None,
    ) -> None:
        self.path = path
        self.rate = Fraction(rate)
        self.sample_rate = sample_rate
        self.channels = channels
        extra_options = {"movie_timescale": str(sample_rate)} if path.suffix in {".mp4", ".mov", ".m4v"} else {}
        self._out = av.open(str(path), "w", format=container, options=extra_options)  # else edits round to 1 ms
        late = Fraction(0) if video_codec is None else Fraction(ceil(max(0.0, -sound_start) * self.rate)) / self.rate
        self._pictures = int(late * self.rate)
        self._samples = round((late + Fraction(sound_start)) * sample_rate)
        self._video: VideoStream | None = None
        self._audio: AudioStream | None = None
        if video_codec is not None:
            extra = _encoder_options(video_codec, preset, video_bit_rate if constant else None) | (options or {})
            self._video = self._out.add_stream(video_codec, rate=self.rate, options=extra)  # type: ignore[assignment]
            self._set_up_video((width, height), pixel_format, video_bit_rate, gop, threads)
        if audio_codec is not None:
            self._audio = self._out.add_stream(audio_codec, rate=sample_rate, layout=LAYOUTS[channels])  # type: ignore[assignment]
            self._audio.codec_context.bit_rate = audio_bit_rate  # type: ignore[union-attr]

    def _set_up_video(
        self, size: tuple[int, int], pixel_format: str, bit_rate: int | None, gop: int | None, threads: int
    ) -> None:
        assert self._video is not None
        context = self._video.codec_context
        (context.width, context.height), context.pix_fmt = size, pixel_format
        context.time_base = 1 / self.rate
        context.gop_size = gop or max(1, round(self.rate))
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        context.thread_type, context.thread_count = "AUTO", threads
        if bit_rate:
            context.bit_rate = bit_rate

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._out.close()

    def picture(self, picture: Array | tuple[Array, Array, Array], repeat: int = 1) -> None:
        """Add one picture, shown for `repeat` frames: RGB uint8 (h, w, 3), or the planes Y, U, V of the clip's format."""
        assert self._video is not None
        frame = _frame_of_planes(picture, self._video.pix_fmt) if isinstance(picture, tuple) else self.convert(picture)
        self.frame(frame, repeat)

    def convert(self, rgb: Array) -> VideoFrame:
        """An RGB picture in the clip's own format and size, ready for `frame`: convert once what is shown often."""
        assert self._video is not None
        context = self._video.codec_context
        return VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24").reformat(
            width=context.width,
            height=context.height,
            format=context.pix_fmt,
            dst_colorspace="ITU709",
            dst_color_range="MPEG",
        )

    def frame(self, frame: VideoFrame, repeat: int = 1) -> None:
        """Add a frame that is in the clip's format already, `repeat` times."""
        assert self._video is not None
        frame.pict_type = 0  # else the encoder copies a decoded frame's I/P/B
        frame.time_base = 1 / self.rate
        for _ in range(repeat):
            frame.pts = self._pictures
            self._pictures += 1
            self._out.mux(self._video.encode(frame))

    def skip_pictures(self, count: int) -> None:
        """Leave a hole of `count` frames in the picture's timestamps."""
        self._pictures += count

    def sound(self, samples: Array) -> None:
        """Add samples: float32 (n, channels), 1 = full scale."""
        assert self._audio is not None
        if len(samples) == 0:
            return
        planes = np.ascontiguousarray(np.asarray(samples, np.float32).reshape(len(samples), -1).T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=LAYOUTS[self.channels])
        frame.sample_rate = self.sample_rate
        frame.time_base = Fraction(1, self.sample_rate)
        frame.pts = self._samples
        self._samples += len(samples)
        self._out.mux(self._audio.encode(frame))

    def _flush(self) -> None:
        for stream in (self._video, self._audio):
            if stream is not None:
                self._out.mux(stream.encode(None))


def _encoder_options(codec: str, preset: str, constant: int | None) -> dict[str, str]:
    if codec != "libx264":
        return (
            {} if constant is None else {"minrate": str(constant), "maxrate": str(constant), "bufsize": str(constant)}
        )
    options = {"preset": preset}
    if constant is not None:
        rate = str(constant)
        options |= {"nal-hrd": "cbr", "minrate": rate, "maxrate": rate, "bufsize": rate}
    return options


def _frame_of_planes(planes: tuple[Array, Array, Array], pixel_format: str | None) -> Any:
    """A frame that holds copies of three planes, whatever padding FFmpeg gives its lines."""
    height, width = planes[0].shape
    frame = VideoFrame(width, height, pixel_format or "yuv420p")
    for target, source in zip(frame.planes, planes, strict=True):
        rows = np.frombuffer(memoryview(target), source.dtype).reshape(target.height, -1)
        rows[:, : source.shape[1]] = source
    return frame
