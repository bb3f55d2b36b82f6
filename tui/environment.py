"""What must stand in the environment before textual is imported: it reads its variables at import, and never again."""

from collections.abc import Mapping, MutableMapping

from station.config import TuiSection

COLOUR_SYSTEMS = {"auto": "auto", "truecolor": "truecolor", "256": "256", "16": "standard"}


def textual_environment(section: TuiSection, *, low_bandwidth: bool) -> dict[str, str]:
    """The variables for this configuration."""
    wanted = {
        "TEXTUAL_COLOR_SYSTEM": COLOUR_SYSTEMS[section.colour],
        "TEXTUAL_ANIMATIONS": "none",  # a review room works over SSH: moving pixels are bytes
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }
    if low_bandwidth:
        wanted["TEXTUAL_FPS"] = "4"
    return wanted


def apply(wanted: Mapping[str, str], environment: MutableMapping[str, str]) -> None:
    """Set them, except where the person set one already."""
    for name, value in wanted.items():
        environment.setdefault(name, value)
