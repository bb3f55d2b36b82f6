"""Freezes where they are hardest: bases, seeds and times on which no threshold was chosen. A row of its own, so that it stays so; the
cases that were unseen once, and were looked at one by one since, have theirs.
"""

from collections.abc import Sequence
from functools import partial

from matrix.hard import Overlaid
from matrix.lectures import CODERS, SLOW, Clip, Freeze, Talk
from matrix.plan import Case, Row, Target
from matrix.rows_clean import POOR
from matrix.styles import Film, Interview, Screen, Style, Teacher, Whiteboard, Window

SMALL_WINDOW = (0.78, 0.66, 0.2, 0.3)
BASES: dict[str, Style] = {
    "window office": Window("office", 205, noise=1.2),
    "window quiet office": Window("office", 206),
    "small window stage": Window("stage", 207, box=SMALL_WINDOW),
    "window car": Window("car", 208, noise=1.0),
    "teacher office": Teacher("office", 209),
    "teacher sofa": Teacher("sofa", 210, 0.8),
    "teacher car": Teacher("car", 211),
    "screen": Screen("stage", 212),
    "whiteboard alone": Whiteboard(213, person=False),
    "interview": Interview(("stage", "office"), 214),
    "film": Film("chaplin", 215),
    "window in a camera": Overlaid("site", "car", 216),
}
Span = tuple[float, float]
SPANS = (((1.2, 3.3), (6.56, 8.6)), ((3.16, 5.36), (8.36, 99.0)))
UNSEEN = (((1.6, 4.2), (7.04, 9.3)), ((2.48, 4.6), (6.2, 99.0)))


def cases(spans_of: Sequence[tuple[Span, Span]], after: int) -> Sequence[Case]:
    """Every base early and to the end, coders in turn. `after`: seeds and turns that are taken."""
    made: list[Case] = []
    coders, turn = (POOR, SLOW, *CODERS), after
    for name, style in BASES.items():
        for spans in spans_of:
            turn += 1
            coder = coders[turn % len(coders)]
            clip = Clip(style, 11.0, tuple(Freeze(*span) for span in spans), coder, Talk(seed=turn), size=(640, 360))
            made.append(
                Case(f"{name}/{spans[0][0]} s/{coder.name}", clip, tuple(clip.planted(*span) for span in spans))
            )
    return made


ROWS = (
    Row("freeze-unseen", Target(recall=0.99, edge_frames=1), partial(cases, UNSEEN, 101), check="freeze"),
    Row("freeze-unseen-once", Target(recall=0.99, edge_frames=1), partial(cases, SPANS, 0), check="freeze"),
)
