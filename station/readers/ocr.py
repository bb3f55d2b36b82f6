"""Recognising lines of printed text on one picture: RapidOCR with the models inside its package, on one thread, offline.

Text is looked for on a smaller copy of the picture and read from the picture itself: on a 1080p slide of eight lines that takes
0.3 s instead of 1.2 s and reads the same: lines of 14 pixels are found and read.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu.measurements import Array
from station.readings import Box, TextLine
from station.text import clean

FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
"""The models; named, so that the package never looks for others on a network."""
FIND_SIDE = 960
"""Longest side, in pixels, of the picture on which text is looked for."""
GLANCE_SIDE = 640
LEAST_SCORE = 0.5
"""Lines that the model is less sure of are not told (the package's own default)."""
LEAST_SIDE = 16
"""Pixels; nothing is to be read on less."""


def read_lines(rgb: Array) -> tuple[TextLine, ...]:
    """The lines of text on a picture (RGB uint8 (h, w, 3)), from top to bottom, those of signs alone left out. Raises ImportError without the package."""
    if min(rgb.shape[:2]) < LEAST_SIDE:
        return ()
    found = _engine(FIND_SIDE)(np.ascontiguousarray(rgb[..., ::-1]))
    if found.boxes is None or found.txts is None:
        return ()
    lines = (
        TextLine(clean(text).strip(), round(float(score), 3), _box(corners, rgb))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    )
    return tuple(line for line in lines if any(sign.isalnum() for sign in line.text))


def find_lines(rgb: Array) -> tuple[Box, ...]:
    """Where lines of text are, a quick look: about 0.06 s; text under 2 % of the picture's height may be passed over."""
    if min(rgb.shape[:2]) < LEAST_SIDE:
        return ()
    found = _engine(GLANCE_SIDE)(np.ascontiguousarray(rgb[..., ::-1]), use_rec=False)
    return () if found.boxes is None else tuple(_box(corners, rgb) for corners in found.boxes)


def as_text(lines: Sequence[TextLine]) -> str:
    """The lines as a page of text: what stands beside each other is one row, from left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda one: one.box[0]):
        middle = (line.box[0] + line.box[2]) / 2
        row = next((row for row in rows if row[0].box[0] <= middle <= row[0].box[2]), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    return "\n".join(" ".join(line.text for line in sorted(row, key=lambda one: one.box[1])) for row in rows)


def _box(corners: Any, rgb: Array) -> Box:
    """Top, left, bottom, right, of four corners (x, y) in pixels."""
    height, width = rgb.shape[:2]
    across, down = np.clip(corners[:, 0] / width, 0, 1), np.clip(corners[:, 1] / height, 0, 1)
    edges = (down.min(), across.min(), down.max(), across.max())
    top, left, bottom, right = (round(float(edge), 4) for edge in edges)
    return top, left, bottom, right


@cache
def _engine(side: int) -> Any:
    import cv2  # noqa: PLC0415 - the readers are optional, and heavy
    import rapidocr  # noqa: PLC0415

    cv2.setNumThreads(1)
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": LEAST_SCORE,
            "Global.model_root_dir": str(models),
            "Det.model_path": str(models / FINDER),
            "Det.limit_type": "max",
            "Det.limit_side_len": side,
            "Rec.model_path": str(models / READER),
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
