"""The path of pictures on a GPU, as far as NumPy can walk it: the same array code, frames handed over by DLPack."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from gpu.cuda import CudaScaler
from gpu.encoders import Encoder
from gpu.measure import measure
from gpu.measurements import VideoFacts
from gpu.planes import Planes, plane_view
from tests.gpu.clips import write


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> tuple[VideoFacts, VideoFrame]:
    path = write(tmp_path_factory.mktemp("cuda") / "示例.mp4", 3, width=640, height=360)
    facts = measure(path).video
    assert facts is not None
    with av.open(str(path)) as container:
        return facts, next(container.decode(video=0)).reformat(format="nv12")


@pytest.mark.parametrize("sample_aspect", ["1:1", "3:4", "2:1"])
def test_a_picture_that_stays_on_the_device_is_the_one_the_host_would_get(
    clip: tuple[VideoFacts, VideoFrame], sample_aspect: str
) -> None:
    facts, frame = replace(clip[0], sample_aspect=sample_aspect), clip[1]
    host, device = CudaScaler(np, facts), CudaScaler(np, facts, stays=True)
    planes = host.planes(frame)
    assert isinstance(planes, Planes)
    copied, stayed = host.fit(frame, planes), device.fit(frame, planes)
    assert (copied.format.name, stayed.format.name) == ("yuv420p", "nv12")
    np.testing.assert_array_equal(plane_view(stayed, 0), plane_view(copied, 0))
    chroma = np.frombuffer(stayed.planes[1], np.uint8).reshape(270, 960)
    for index in (1, 2):
        np.testing.assert_array_equal(chroma[:, index - 1 :: 2], plane_view(copied, index))
    assert stayed.color_range == copied.color_range == 1


def test_only_nvenc_takes_pictures_on_the_device() -> None:
    assert Encoder("h264_nvenc", "", {}).takes_device
    assert not Encoder("libx264", "", {}).takes_device


def test_a_handed_over_picture_outlives_its_arrays(clip: tuple[VideoFacts, VideoFrame], tmp_path: Path) -> None:
    facts, frame = clip
    scaler = CudaScaler(np, facts, stays=True)
    stayed = [scaler.fit(frame, scaler.planes(frame)) for _ in range(4)]
    kept = plane_view(stayed[0], 0).copy()
    for index in range(20):
        np.full((540, 960), index, np.uint8)
    np.testing.assert_array_equal(plane_view(stayed[0], 0), kept)
