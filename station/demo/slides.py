"""Slides, title cards and credits, drawn with a Chinese typeface."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from station.demo.planes import Array
from station.errors import Unavailable

Colour = tuple[int, int, int]
SYSTEM_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


@dataclass(frozen=True)
class Theme:
    """Colours of a slide."""

    background: Colour
    bar: Colour
    title: Colour
    text: Colour


LIGHT = Theme((246, 247, 249), (24, 78, 140), (255, 255, 255), (34, 38, 46))
DARK = Theme((17, 19, 26), (17, 19, 26), (150, 190, 240), (196, 200, 208))
WHITE = Theme((255, 255, 255), (255, 255, 255), (160, 30, 30), (20, 20, 20))
CARD = Theme((20, 58, 104), (20, 58, 104), (250, 250, 250), (214, 226, 240))


@cache
def font_file() -> Path:
    """The Chinese typeface to draw with: the one of the extra `demo`, else the system's. Raises Unavailable."""
    package = find_spec("pylopdf_fonts_zh_cn")
    if package is not None and package.origin:
        shipped = Path(package.origin).with_name("NotoSansSC-Regular.otf")
        if shipped.exists():
            return shipped
    for name in SYSTEM_FONTS:
        if Path(name).exists():
            return Path(name)
    raise Unavailable("demo.no-font")


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface at `size` pixels."""
    return ImageFont.truetype(str(font_file()), size)


def slide(
    size: tuple[int, int],
    title: str,
    lines: Sequence[str],
    *,
    theme: Theme = LIGHT,
    footer: str = "",
    width: float = 1.0,
) -> Array:
    """A slide with a title bar and lines of text, RGB uint8. `width`: share of the breadth the lines may take."""
    across, down = size
    unit = down / 1080
    image = Image.new("RGB", size, theme.background)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, across, 150 * unit), fill=theme.bar)
    draw.text((90 * unit, 38 * unit), title, font=font(round(66 * unit)), fill=theme.title)
    for row, line in enumerate(lines):
        top = (230 + 108 * row) * unit
        draw.ellipse(
            (92 * unit, top + 20 * unit, 112 * unit, top + 40 * unit), fill=theme.title if theme is DARK else theme.bar
        )
        draw.text(
            (140 * unit, top),
            _fit(line, round(46 * unit), across * width - 160 * unit),
            font=font(round(46 * unit)),
            fill=theme.text,
        )
    draw.line((90 * unit, 1000 * unit, across - 90 * unit, 1000 * unit), fill=theme.text, width=max(1, round(2 * unit)))
    draw.text((90 * unit, 1012 * unit), footer, font=font(round(30 * unit)), fill=theme.text)
    return np.asarray(image)


def card(size: tuple[int, int], headline: str, lines: Sequence[str], *, theme: Theme = CARD) -> Array:
    """A title card or credits: everything centred, RGB uint8."""
    across, down = size
    unit = down / 1080
    image = Image.new("RGB", size, theme.background)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 300 * unit, across, 306 * unit), fill=(200, 160, 70))
    draw.rectangle((0, 780 * unit, across, 786 * unit), fill=(200, 160, 70))
    draw.text((across / 2, 420 * unit), headline, font=font(round(92 * unit)), fill=theme.title, anchor="mm")
    for row, line in enumerate(lines):
        draw.text(
            (across / 2, (560 + 80 * row) * unit), line, font=font(round(48 * unit)), fill=theme.text, anchor="mm"
        )
    return np.asarray(image)


def foreign(size: tuple[int, int]) -> Array:
    """A picture that belongs to something else: bright bands, as a wrongly cut-in frame shows them."""
    across, down = size
    colours = np.array([(230, 200, 60), (60, 180, 90), (70, 120, 220), (210, 70, 120), (240, 240, 240)], np.uint8)
    columns = colours[np.arange(across) * len(colours) // across]
    return np.broadcast_to(columns, (down, across, 3)).copy()


def _fit(line: str, size: int, width: float) -> str:
    """Cut a line that is too long for its place."""
    while line and font(size).getlength(line) > width:
        line = line[:-1]
    return line
