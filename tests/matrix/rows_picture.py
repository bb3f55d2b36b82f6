"""Rows of black, frozen and foreign pictures, slide changes, and of clean lectures over all checks."""

from collections.abc import Sequence

from matrix.lectures import CODERS, Clip, Freeze
from matrix.plan import Case, Row, Target
from matrix.styles import Slides, Window


def smoke() -> Sequence[Case]:
    """A few small cases, to see that the machinery runs."""
    size = (320, 180)
    clip = Clip(Window(), 8, (Freeze(4, 7),), CODERS[1], size=size)
    return (
        Case("window/freeze", clip, (clip.planted(4, 7, "3 s"),)),
        Case("window/clean", Clip(Window(), 8, coder=CODERS[1], size=size)),
        Case("slides/clean", Clip(Slides(), 8, coder=CODERS[1], size=size)),
    )


ROWS = (Row("freeze", Target(recall=0.99, false_per_hour=1, edge_frames=1), smoke),)
