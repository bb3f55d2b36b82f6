"""One reading out of several looks at the same text: lines are laid over each other, then each character is voted on."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from station.readings import Box, TextLine

OVERLAP_DOWN, OVERLAP_ACROSS = 0.5, 0.3
"""Two boxes hold the same line where they share so much of the lower height and of the shorter width."""
LEAST_SUPPORT = 0.5
"""A line counts when so many of the looks have it."""
ALIKE = 0.6
"""Two looks show the same text where so much of their characters agree."""


def vote(looks: Sequence[Sequence[TextLine]]) -> tuple[TextLine, ...]:
    """The lines that at least half of the looks have, from top to bottom, as most of them read them."""
    if len(looks) <= 1:
        return tuple(looks[0]) if looks else ()
    groups: list[list[TextLine]] = []
    for look in looks:
        free = list(groups)
        for line in look:
            fitting = next((group for group in free if same_place(group[0].box, line.box)), None)
            if fitting is None:
                groups.append([line])
            else:
                fitting.append(line)
                free.remove(fitting)
    kept = [group for group in groups if len(group) >= LEAST_SUPPORT * len(looks)]
    return tuple(sorted((_elected(group) for group in kept), key=lambda line: (line.box[0], line.box[1])))


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes lie over each other, as the same line in two looks does."""
    down = min(one[2], other[2]) - max(one[0], other[0])
    across = min(one[3], other[3]) - max(one[1], other[1])
    lower = min(one[2] - one[0], other[2] - other[0])
    shorter = min(one[3] - one[1], other[3] - other[1])
    return down >= OVERLAP_DOWN * lower and across >= OVERLAP_ACROSS * shorter


def likeness(one: Sequence[TextLine], other: Sequence[TextLine]) -> float:
    """How far two looks show the same text, 0–1; 1 where both show none."""
    first, second = ("".join(sorted(line.text for line in look)) for look in (one, other))
    if not first and not second:
        return 1.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _elected(group: Sequence[TextLine]) -> TextLine:
    """The reading most alike to all the others, with each of its characters as the scores outvote it."""
    weights: dict[str, float] = {}
    for line in group:
        weights[line.text] = weights.get(line.text, 0.0) + line.score
    texts = list(weights)
    if len(texts) > 1:
        spread = {
            text: sum(
                weight * SequenceMatcher(None, text, other, autojunk=False).ratio() for other, weight in weights.items()
            )
            for text in texts
        }
        texts.sort(key=lambda text: -spread[text])
    elected = _by_character(texts[0], weights)
    best = max(group, key=lambda line: (line.text == texts[0], line.score))
    score = sum(line.score for line in group) / len(group)
    return TextLine(elected, round(score, 3), best.box)


def _by_character(middle: str, weights: Mapping[str, float]) -> str:
    votes: list[dict[str, float]] = [{} for _ in middle]
    for text, weight in weights.items():
        for tag, start, end, first, last in SequenceMatcher(None, middle, text, autojunk=False).get_opcodes():
            if tag in ("equal", "replace") and end - start == last - first:
                for offset in range(end - start):
                    _cast(votes[start + offset], text[first + offset], weight)
            elif tag == "delete":
                for place in range(start, end):
                    _cast(votes[place], "", weight)
    return "".join(
        max(cast, key=lambda sign: (cast[sign], sign == own)) if cast else own
        for cast, own in zip(votes, middle, strict=True)
    )


def _cast(votes: dict[str, float], sign: str, weight: float) -> None:
    votes[sign] = votes.get(sign, 0.0) + weight
