"""Sizes, times and key flags of one stream's packets, kept compactly while a file goes by."""

from array import array
from typing import Any

import numpy as np
from av.packet import Packet

from gpu.measurements import Packets


class PacketLog:
    """Collects the packets of one stream; about 21 bytes a packet."""

    def __init__(self) -> None:
        self._pts = array("q")
        self._dts = array("q")
        self._size = array("i")
        self._key = bytearray()

    def __len__(self) -> int:
        return len(self._size)

    def add(self, packet: "Packet[Any]") -> None:
        """Note one packet. A time it lacks is taken from its other time, else from its predecessor."""
        pts, dts = packet.pts, packet.dts
        if pts is None:
            pts = dts if dts is not None else (self._pts[-1] if self._pts else 0)
        if dts is None:
            dts = self._dts[-1] if self._dts else pts
        self._pts.append(pts)
        self._dts.append(dts)
        self._size.append(packet.size)
        self._key.append(packet.is_keyframe)

    def finish(self) -> Packets:
        """The arrays."""
        return Packets(
            pts=np.array(self._pts, np.int64),
            dts=np.array(self._dts, np.int64),
            size=np.array(self._size, np.int32),
            key=np.frombuffer(bytes(self._key), np.uint8).astype(bool),
        )
