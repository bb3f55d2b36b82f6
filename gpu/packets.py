"""Sizes, times and key flags of one stream's packets, kept compactly while a file goes by."""

from array import array
from typing import Any

import numpy as np
from av.packet import Packet

from gpu.growing import Growing
from gpu.measurements import Packets

TOGETHER = 4096
"""Packets that go to the growing arrays at once: a list's append is quicker than an array's."""


class PacketLog:
    """Collects the packets of one stream: 21 bytes a packet, in bounded memory."""

    def __init__(self) -> None:
        self._pts, self._dts, self._size, self._key = array("q"), array("q"), array("i"), bytearray()
        self._last_pts = self._last_dts = 0
        self._arrays = {
            "pts": Growing((), np.int64, TOGETHER * 8), "dts": Growing((), np.int64, TOGETHER * 8),
            "size": Growing((), np.int32, TOGETHER * 4), "key": Growing((), np.bool_, TOGETHER),
        }  # fmt: skip

    def __len__(self) -> int:
        return len(self._arrays["size"]) + len(self._size)

    def add(self, packet: "Packet[Any]") -> None:
        """Note one packet. A time it lacks is taken from its other time, else from its predecessor. Raises OSError where the
        temporary folder is full."""
        pts, dts = packet.pts, packet.dts
        if pts is None:
            pts = dts if dts is not None else self._last_pts
        if dts is None:
            dts = self._last_dts if len(self) else pts
        self._last_pts, self._last_dts = pts, dts
        self._pts.append(pts)
        self._dts.append(dts)
        self._size.append(packet.size)
        self._key.append(packet.is_keyframe)
        if len(self._size) == TOGETHER:
            self._put()

    def _put(self) -> None:
        """Hand what is held to the growing arrays."""
        self._arrays["pts"].extend(np.array(self._pts, np.int64))
        self._arrays["dts"].extend(np.array(self._dts, np.int64))
        self._arrays["size"].extend(np.array(self._size, np.int32))
        self._arrays["key"].extend(np.frombuffer(bytes(self._key), np.bool_))
        for held in (self._pts, self._dts, self._size, self._key):
            del held[:]

    def finish(self) -> Packets:
        """The arrays; nothing may be added afterwards."""
        self._put()
        return Packets(**{name: array.finish() for name, array in self._arrays.items()})
