"""Readings and papers as values, for the checks that stand on them."""

from station.papers.types import Form, Papers, Topic
from station.readings import Page, Pages, Readings, TextLine


def page(start: float, end: float, *lines: str, looks: int = 5) -> Page:
    """A page with its lines one under the other."""
    step = 0.9 / max(1, len(lines))
    return Page(
        start,
        end,
        tuple(
            TextLine(text, 0.98, (0.05 + step * i, 0.1, 0.05 + step * (i + 0.6), 0.8)) for i, text in enumerate(lines)
        ),
        looks,
    )


def text(*pages: Page) -> Readings:
    """Only what was read on the screen."""
    return Readings(text=Pages(tuple(pages)))


def form(*topics: tuple[str, str]) -> Papers:
    """A form of topics (course, lecturer)."""
    rows = tuple(Topic(title, "", 1.0, lecturer, "示例大学", "教授", "示例大学", None) for title, lecturer in topics)
    return Papers(Form("示例单位", None, "", "", rows, "form.xlsx"), lessons=1)
