"""One reading out of several looks at the same text: lines are laid over each other, then each character is voted on."""

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher

from station.readings import Box, TextLine

OVERLAP_DOWN, OVERLAP_ACROSS = 0.5, 0.3
"""Two boxes hold the same line where they share so much of the lower height and of the shorter width."""
LEAST_SUPPORT = 0.5
"""A line counts when so many of the looks have it."""
ALIKE, SAME = 0.6, 0.8
"""Two readings of a line may be of one text, or are, where so much of their characters agrees."""


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


def likeness(one: str, other: str) -> float:
    """Share of the signs that two texts have in common in order, 0–1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def goes_on(one: Sequence[TextLine], other: Sequence[TextLine]) -> bool:
    """Whether two looks may show one page: no line reads otherwise at its place, and half of the lines are in both."""
    pairs = _pairs(one, other)
    return len(pairs) >= LEAST_SUPPORT * min(len(one), len(other)) and all(pair >= ALIKE for pair in pairs)


def agrees(one: Sequence[TextLine], other: Sequence[TextLine]) -> bool:
    """Whether two looks show the same: every line is in both."""
    pairs = _pairs(one, other)
    return len(one) == len(other) == len(pairs) and all(pair >= SAME for pair in pairs)


def _pairs(one: Sequence[TextLine], other: Sequence[TextLine]) -> list[float]:
    """Likeness of each line of the one with the line at its place in the other, where there is one."""
    free = list(other)
    made = []
    for line in one:
        there = max((own for own in free if same_place(line.box, own.box)), key=_to(line), default=None)
        if there is not None:
            free.remove(there)
            made.append(likeness(line.text, there.text))
    return made


def _to(line: TextLine) -> Callable[[TextLine], float]:
    return lambda other: likeness(line.text, other.text)


def _elected(group: Sequence[TextLine]) -> TextLine:
    """The reading most alike to all the others, with each of its characters as the scores outvote it."""
    weights: dict[str, float] = {}
    for line in group:
        weights[line.text] = weights.get(line.text, 0.0) + line.score
    texts = list(weights)
    if len(texts) > 1:
        spread = {text: sum(weight * likeness(text, other) for other, weight in weights.items()) for text in texts}
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
