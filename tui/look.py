"""Colours of the three themes, once: for Textual's style sheets and for the widgets that paint lines themselves.

State is never told by colour alone: whoever paints a colour paints a sign and a word too.
"""

from dataclasses import dataclass
from functools import cache

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True)
class Colours:
    """One theme."""

    dark: bool
    ground: str
    panel: str
    text: str
    dim: str
    accent: str
    fault: str
    warning: str
    good: str
    cursor: str
    cursor_text: str
    blurred: str
    """The cursor's line while another pane has the focus."""


COLOURS: dict[str, Colours] = {
    "dark": Colours(
        True, "#14181d", "#1f262e", "#dfe5ea", "#8b98a5", "#6cb6ff", "#ff7b72", "#e3b341", "#56d364", "#2f5d8c", "#ffffff", "#2a333d"
    ),
    "light": Colours(
        False, "#fbfbf9", "#e9ecef", "#1c2024", "#5b6670", "#0a56a8", "#b3261e", "#8a5a00", "#1a6e2e", "#bcd7f5", "#000000", "#dde3e8"
    ),
    "contrast": Colours(
        True, "#000000", "#000000", "#ffffff", "#d0d0d0", "#00ffff", "#ff6060", "#ffff00", "#00ff00", "#ffffff", "#000000", "#404040"
    ),
}  # fmt: skip


def theme_name(name: str) -> str:
    """The name under which Textual knows our theme."""
    return f"station-{name}"


def themes() -> list[Theme]:
    """Ours, for Textual."""
    return [
        Theme(
            name=theme_name(name),
            primary=c.accent,
            secondary=c.cursor,
            accent=c.accent,
            warning=c.warning,
            error=c.fault,
            success=c.good,
            foreground=c.text,
            background=c.ground,
            surface=c.panel,
            panel=c.panel,
            dark=c.dark,
        )
        for name, c in COLOURS.items()
    ]


@cache
def styles(name: str) -> dict[str, Style]:
    """Rich styles by what they mean, for painters of lines. Those of a table's cells carry no ground: the line gives it."""
    c = COLOURS[name]
    bold = {"cursor", "fault", "key"}
    colours = {
        "text": (c.text, None), "dim": (c.dim, None), "accent": (c.accent, None), "fault": (c.fault, None),
        "warning": (c.warning, None), "good": (c.good, None), "key": (c.accent, None), "changed": (c.warning, None),
        "ground": (c.text, c.ground), "panel": (c.text, c.panel), "head": (c.dim, c.panel), "cursor": (c.cursor_text, c.cursor),
        "blurred": (c.text, c.blurred), "bar": (c.cursor_text, c.cursor),
    }  # fmt: skip
    return {key: Style(color=fore, bgcolor=back, bold=key in bold or None) for key, (fore, back) in colours.items()}
