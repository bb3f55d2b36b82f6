"""Measuring pictures one after the other: planes in, `Pictures`, `Samples`, `Hashes`, `Closeups`, `Traits` and `Motions` out."""

from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from gpu import picture as features
from gpu.closeup import Whole, closeup
from gpu.closeups import BANDS, CLOSEUP_HZ, Closeups
from gpu.device import Device
from gpu.fingerprint import fingerprints
from gpu.growing import Growing
from gpu.measurements import (
    HASH_HZ,
    LUMA_EDGES,
    SAMPLE_HZ,
    TILE_COLS,
    TILE_ROWS,
    Hashes,
    Motions,
    Pictures,
    Samples,
    Traits,
    compand,
)
from gpu.motion import MotionMeter
from gpu.planes import Planes
from gpu.traits import TraitMeter

TILES = (TILE_ROWS, TILE_COLS)
SMALL_TILE = 15 * 15
"""Pixels of a tile on a plane of 480×270."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture's planes and what the decoder said of it."""

    pts: int
    key: bool
    corrupt: bool
    interlaced: bool
    planes: Planes
    wanted: bool = True
    """False: only the picture before the first one."""


class PictureMeter:
    """Measures pictures in stacks of the device's size. `add` every picture in order, then `finish` once."""

    def __init__(self, device: Device, time_base: Fraction, origin: Fraction) -> None:
        self._xp = device.xp
        self._batch = device.batch
        # a time's place in seconds as whole numbers: (pts · ticks − zero) / second; fractions would cost 0.1 ms a picture
        self._ticks = time_base.numerator * origin.denominator
        self._zero = origin.numerator * time_base.denominator
        self._second = time_base.denominator * origin.denominator
        self._waiting: list[Shot] = []
        self._before: tuple[Any, int, Whole | None] | None = None
        tile, pts = (TILES, np.uint8), ((), np.int64)
        shapes: dict[str, tuple[tuple[int, ...], Any]] = {
            "pts": pts, "key": ((), np.bool_), "corrupt": ((), np.bool_), "interlaced": ((), np.bool_),
            "luma_mean": ((), np.float32), "luma_histogram": ((len(LUMA_EDGES) - 1,), np.uint16),
            "chroma_mean": ((2,), np.float32), "equal": ((), np.float32), "edge_max": ((), np.float32),
            "tile_mean": tile, "tile_difference": tile, "block_grid": ((), np.float32),
        }  # fmt: skip
        self._pictures = {name: Growing(*shape) for name, shape in shapes.items()}
        self._samples = {
            "pts": Growing(*pts), "tile_edge": Growing(*tile), "tile_u": Growing(*tile), "tile_v": Growing(*tile),
        }  # fmt: skip
        self._hashes = {"pts": Growing(*pts), "bits": Growing((32,), np.uint8), "quality": Growing((), np.uint8)}
        self._closeups = {
            "pts": Growing(*pts), "noise": Growing(*tile), "drift": Growing(*tile),
            "detail": Growing((BANDS, *TILES), np.uint8), "bars": Growing((4,), np.uint16),
            "bar_fill": Growing((4,), np.uint8),
        }  # fmt: skip
        self._traits = TraitMeter(device.xp)
        self._motions = MotionMeter(device.xp)

    @property
    def count(self) -> int:
        """Pictures measured or waiting."""
        return len(self._pictures["pts"]) + len(self._waiting)

    def add(self, shot: Shot) -> None:
        """Take the next picture; an unwanted one only serves as the one before."""
        self._waiting.append(shot)
        if len(self._waiting) >= self._batch or not shot.wanted:
            self._measure()

    def finish(self) -> tuple[Pictures, Samples, Hashes, Closeups, Traits, Motions]:
        """All that was measured."""
        self._measure()
        return (
            Pictures(**{f.name: self._pictures[f.name].finish() for f in fields(Pictures)}),
            Samples(**{f.name: self._samples[f.name].finish() for f in fields(Samples)}),
            Hashes(**{f.name: self._hashes[f.name].finish() for f in fields(Hashes)}),
            Closeups(**{f.name: self._closeups[f.name].finish() for f in fields(Closeups)}),
            self._traits.finish(),
            self._motions.finish(),
        )

    def _measure(self) -> None:
        shots, self._waiting = self._waiting, []
        if not shots:
            return
        luma = self._stack([shot.planes.luma for shot in shots])
        sums = features.tile_sums(luma, xp=self._xp)
        small = features.quarter(luma, self._xp)
        self._motions.add(small, wanted=shots[0].wanted)
        if shots[0].wanted:
            self._measure_stack(shots, small, sums)
        else:
            self._traits.before(shots[-1].planes.rows)
        self._before = (small[-1:], shots[-1].pts, shots[-1].planes.whole)

    def _measure_stack(self, shots: list[Shot], small: Any, sums: Any) -> None:
        xp = self._xp
        u = self._stack([shot.planes.u for shot in shots])
        v = self._stack([shot.planes.v for shot in shots])
        steps = features.steps(small, xp)
        edges = self._traits.add(u, v, steps, [shot.planes.rows for shot in shots])
        change, equal = self._compare(small)
        row = {
            "luma_mean": (sums.sum(axis=(1, 2)) / features.PIXELS).astype(xp.float32),
            "luma_histogram": features.histogram(small, xp),
            "chroma_mean": features.chroma_means(u, v, xp),
            "equal": equal,
            "edge_max": edges.max(axis=(1, 2)),
            "tile_mean": features.tile_codes(sums, features.TILE_PIXELS, xp),
            "tile_difference": change,
        }
        for name, value in row.items():
            self._pictures[name].extend(self._host(value))
        self._pictures["block_grid"].extend(self._block_grid(shots))
        for name in ("pts", "key", "corrupt", "interlaced"):
            self._pictures[name].extend(np.array([getattr(shot, name) for shot in shots]))
        self._sample(shots, edges, u, v)
        self._hash(shots, small)
        self._look_close(shots)

    def _compare(self, small: Any) -> tuple[Any, Any]:
        """Companded tile differences to the picture before, and the share of equal pixels."""
        xp, first = self._xp, self._before is None
        before = small[:1] if self._before is None else self._before[0]
        if len(small) > 1:
            before = xp.concatenate([before, small[:-1]])
        change, equal = features.differences(small, before, xp)
        if first:
            equal[0] = 0
        return compand(change, xp), equal

    def _sample(self, shots: list[Shot], edges: Any, u: Any, v: Any) -> None:
        xp = self._xp
        for index in self._due(shots, SAMPLE_HZ):
            one = slice(index, index + 1)
            self._samples["pts"].extend(np.array([shots[index].pts]))
            self._samples["tile_edge"].extend(self._host(compand(edges[one], xp)))
            for name, plane in (("tile_u", u), ("tile_v", v)):
                codes = features.tile_codes(features.tile_sums(plane[one], xp=xp), SMALL_TILE, xp)
                self._samples[name].extend(self._host(codes))

    def _hash(self, shots: list[Shot], small: Any) -> None:
        for index in self._due(shots, HASH_HZ):
            bits, quality = fingerprints(small[index : index + 1], self._xp)
            self._hashes["pts"].extend(np.array([shots[index].pts]))
            self._hashes["bits"].extend(self._host(bits))
            self._hashes["quality"].extend(self._host(quality))

    def _look_close(self, shots: list[Shot]) -> None:
        # in the middle of a second, where key frames, which change a picture by themselves, are rarer
        for index in self._due(shots, CLOSEUP_HZ, half=True):
            whole = shots[index].planes.whole
            before = shots[index - 1].planes.whole if index else self._before and self._before[2]
            if whole is None:
                continue
            look = closeup(self._own(whole), before and self._own(before), self._xp)
            if look is not None:
                self._closeups["pts"].extend(np.array([shots[index].pts]))
                for name in ("noise", "drift", "detail", "bars", "bar_fill"):
                    self._closeups[name].extend(self._host(getattr(look, name))[None])

    def _own(self, whole: Whole) -> Whole:
        """The luma as an array of this device: software frames of a GPU run come from the host."""
        return replace(whole, luma=self._xp.asarray(whole.luma))

    def _due(self, shots: list[Shot], hertz: int, *, half: bool = False) -> list[int]:
        """Pictures that are the first of their 1/hertz second, counted from half of it where `half`: told from their own time
        and the one before.
        """
        slots = [self._slot(shot.pts, hertz, half) for shot in shots]
        before = None if self._before is None else self._slot(self._before[1], hertz, half)
        return [index for index, slot in enumerate(slots) if slot != (slots[index - 1] if index else before)]

    def _slot(self, pts: int, hertz: int, half: bool) -> int:
        return ((pts * self._ticks - self._zero) * 2 * hertz + half * self._second) // (2 * self._second)

    def _block_grid(self, shots: list[Shot]) -> Any:
        rows = [shot.planes.rows for shot in shots]
        if all(r is not None and r.shape == rows[0].shape for r in rows):
            return self._host(features.block_grid(self._stack(rows), self._xp))
        ones = [
            self._xp.ones(1, self._xp.float32) if r is None else features.block_grid(self._stack([r]), self._xp)
            for r in rows
        ]
        return self._host(self._xp.concatenate(ones))

    def _stack(self, planes: list[Any]) -> Any:
        own = [self._xp.asarray(plane) for plane in planes]  # software frames of a GPU run come from the host
        return own[0][None] if len(own) == 1 else self._xp.stack(own)

    def _host(self, array: Any) -> Any:
        return array if self._xp is np else self._xp.asnumpy(array)
