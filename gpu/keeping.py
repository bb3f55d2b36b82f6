"""Keeping measurements: one compressed file a lesson, written whole or not at all."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from gpu.measurements import (
    ARRAYS,
    SCHEMA,
    Array,
    AudioFacts,
    ContainerFacts,
    Event,
    Measurements,
    ReadBack,
    Rendition,
    Sounds,
    VideoFacts,
)

_DELTA = frozenset({
    "pictures.tile_mean", "traits.tile_u", "traits.tile_v", "traits.tile_across", "traits.tile_down", "samples.tile_u", "samples.tile_v", "samples.tile_edge",
    "closeups.detail",
})  # fmt: skip
"""Fields kept as differences along time: still pictures then pack to nearly nothing."""


def save(measurements: Measurements, path: Path) -> None:
    """Write one compressed file, whole or not at all (a temporary name beside it, then a rename). Raises OSError."""
    arrays: dict[str, Array] = {}
    head: dict[str, Any] = {"schema": SCHEMA}
    for field in fields(measurements):
        value = getattr(measurements, field.name)
        if field.name in ARRAYS or field.name == "sounds":
            head[field.name] = value is not None
            if value is not None:
                head.update(_scatter(field.name, value, arrays))
        elif field.name == "events":
            head["events"] = [asdict(event) for event in value]
        else:
            head[field.name] = asdict(value) if hasattr(value, "__dataclass_fields__") else value
    arrays["head"] = np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(buffer.getbuffer())
    partial.replace(path)


def _scatter(name: str, value: Any, arrays: dict[str, Array]) -> dict[str, Any]:
    scalars: dict[str, Any] = {}
    for field in fields(value):
        key = f"{name}.{field.name}"
        item = getattr(value, field.name)
        if isinstance(item, np.ndarray):
            arrays[key] = np.diff(item, axis=0, prepend=np.zeros_like(item[:1])) if key in _DELTA else item
        else:
            scalars[key] = item
    return scalars


def load(path: Path) -> Measurements:
    """Read what `save` wrote. Raises OSError, or ValueError when the file is damaged or of another schema."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        head = json.loads(arrays["head"].tobytes())
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as damage:
        raise ValueError(f"{path}: not a measurements file") from damage
    if head.get("schema") != SCHEMA:
        raise ValueError(f"{path}: schema {head.get('schema')}, this program reads {SCHEMA}")
    for key in _DELTA & arrays.keys():
        arrays[key] = np.cumsum(arrays[key], axis=0, dtype=np.uint8)
    gathered = {name: _gather(name, kind, head, arrays) for name, kind in (*ARRAYS.items(), ("sounds", Sounds))}
    container = head["container"]
    return Measurements(
        container=ContainerFacts(
            **{**container, "formats": tuple(container["formats"]), "streams": tuple(container["streams"])}
        ),
        video=VideoFacts(**head["video"]) if head["video"] else None,
        audio=AudioFacts(**head["audio"]) if head["audio"] else None,
        events=tuple(Event(**event) for event in head["events"]),
        origin=head["origin"],
        device=head["device"],
        rendition=_rendition(head["rendition"]) if head["rendition"] else None,
        **gathered,
    )


def _rendition(row: dict[str, Any]) -> Rendition:
    back = row["read_back"]
    return Rendition(**{**row, "read_back": ReadBack(**{**back, "formats": tuple(back["formats"])}) if back else None})


def _gather(name: str, kind: Callable[..., Any], head: dict[str, Any], arrays: dict[str, Array]) -> Any:
    if not head.get(name):  # a family that is younger than the file counts as not measured
        return None
    names = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    return kind(**{n: arrays.get(f"{name}.{n}", head.get(f"{name}.{n}")) for n in names})
