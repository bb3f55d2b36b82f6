"""A picture as half-blocks: one cell is two pixels, `▀` with the upper one as its colour and the lower one as its ground.

The picture is box-filtered to the cells' own grid, packed to one integer a cell, and cut into runs of equal cells; lines
that did not change are not sent again. Slide text is unreadable at this size, so zoom and pan go down to native pixels.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.words import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

TILES = (18, 32)
"""Rows and columns of the grid in which findings name a place of the picture."""
ZOOM_STEP = 1.5
BOX_COLOUR = (255, 200, 0)
Tiles = tuple[int, int, int, int]


@lru_cache(maxsize=65536)
def cell_style(packed: int) -> Style:
    """The style of one cell: upper pixel in the high 24 bits, lower one in the low 24."""
    upper, lower = packed >> 24, packed & 0xFFFFFF
    return Style(
        color=Color.from_rgb(upper >> 16, upper >> 8 & 255, upper & 255),
        bgcolor=Color.from_rgb(lower >> 16, lower >> 8 & 255, lower & 255),
    )


def pack(pixels: "npt.NDArray[np.uint8]", *, few_colours: bool = False) -> "npt.NDArray[np.int64]":
    """RGB pixels (2h, w, 3) as packed cells (h, w). `few_colours`: 5 bits a channel, for narrow lines."""
    fine = (pixels & 0xF8) if few_colours else pixels
    wide = fine.astype(np.int64)
    value = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]
    packed: npt.NDArray[np.int64] = (value[0::2] << 24) | value[1::2]
    return packed


def line(cells: "npt.NDArray[np.int64]") -> list[Segment]:
    """One row of packed cells as runs."""
    starts = np.flatnonzero(np.concatenate(([True], cells[1:] != cells[:-1])))
    ends = np.append(starts[1:], len(cells))
    return [
        Segment("▀" * (end - start), cell_style(value))
        for start, end, value in zip(starts.tolist(), ends.tolist(), cells[starts].tolist(), strict=True)
    ]


class Frame(Widget):
    """One picture with a caption under it."""

    def __init__(
        self,
        styles_of: "Callable[[], dict[str, Style]]",
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        few_colours: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._styles_of, self._few = styles_of, few_colours
        self._picture: Image.Image | None = None
        self._tiles: Tiles | None = None
        self._caption = ""
        self._strong = False
        self._lines: list[Strip] = []
        self._cells: npt.NDArray[np.int64] | None = None
        self.zoom = 1.0
        """1: the whole picture."""
        self.centre = (0.5, 0.5)
        """Of the part that is shown, as shares of width and height."""

    def show(
        self, picture: Image.Image | None, caption: str, *, tiles: Tiles | None = None, strong: bool = False
    ) -> None:
        """Exchange the picture; None shows the caption alone. `tiles` are framed, `strong` lights the caption up."""
        if picture is not self._picture:
            self._picture = picture
        self._tiles, self._caption, self._strong = tiles, caption, strong
        self._paint()

    def look_at(self, *, zoom: float | None = None, by: tuple[float, float] = (0.0, 0.0)) -> None:
        """Zoom, or move by shares of what is shown. Stays inside the picture and above native size."""
        if self._picture is None:
            return
        width = max(1, self._fit()[0])
        highest = max(1.0, self._picture.width / width)
        self.zoom = min(highest, max(1.0, self.zoom if zoom is None else zoom))
        half = 0.5 / self.zoom
        self.centre = tuple(  # type: ignore[assignment]
            min(1 - half, max(half, place + step / self.zoom)) for place, step in zip(self.centre, by, strict=True)
        )
        self._paint()

    def on_resize(self) -> None:
        """Another grid."""
        self._paint()

    def _fit(self) -> tuple[int, int]:
        """Width and height in pixels that keep the picture's shape."""
        columns, rows = self.size.width, max(0, self.size.height - 1) * 2
        if self._picture is None or columns < 1 or rows < 2:
            return 0, 0
        scale = min(columns / self._picture.width, rows / self._picture.height)
        height = max(2, int(self._picture.height * scale) // 2 * 2)
        return max(1, int(self._picture.width * scale)), height

    def _paint(self) -> None:
        width, height = self._fit()
        if self._picture is None or not width:
            self._lines, self._cells = [], None
            self.refresh()
            return
        cells = pack(self._pixels(self._picture, width, height), few_colours=self._few)
        before = self._cells
        if before is None or before.shape != cells.shape or len(self._lines) != len(cells):
            self._lines = [Strip(line(row), width) for row in cells]
            self.refresh()
        else:
            for y in np.flatnonzero((before != cells).any(axis=1)).tolist():
                self._lines[y] = Strip(line(cells[y]), width)
                self.refresh(Region(0, y, self.size.width, 1))
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))
        self._cells = cells

    def _pixels(self, picture: Image.Image, width: int, height: int) -> Any:
        half = 0.5 / self.zoom
        left, top = (self.centre[0] - half) * picture.width, (self.centre[1] - half) * picture.height
        box = (left, top, left + picture.width / self.zoom, top + picture.height / self.zoom)
        inside = (max(0.0, box[0]), max(0.0, box[1]), min(picture.width, box[2]), min(picture.height, box[3]))
        pixels = np.array(picture.resize((width, height), Image.Resampling.BOX, box=inside))
        if self._tiles is not None:
            self._frame(pixels, (box[0] / picture.width, box[1] / picture.height))
        return pixels

    def _frame(self, pixels: "npt.NDArray[np.uint8]", origin: tuple[float, float]) -> None:
        """Draw the edge of the tiles into the scaled picture, one pixel wide."""
        height, width = pixels.shape[:2]
        top, left, bottom, right = self._tiles or (0, 0, 0, 0)
        if (top, left) == (0, 0) and (bottom, right) == TILES:
            return
        x0, x1 = (round((c / TILES[1] - origin[0]) * self.zoom * width) for c in (left, right))
        y0, y1 = (round((r / TILES[0] - origin[1]) * self.zoom * height) for r in (top, bottom))
        columns, rows = slice(max(0, x0), max(0, min(width, x1))), slice(max(0, y0), max(0, min(height, y1)))
        for y in (y0, y1 - 1):
            if 0 <= y < height:
                pixels[y, columns] = BOX_COLOUR
        for x in (x0, x1 - 1):
            if 0 <= x < width:
                pixels[rows, x] = BOX_COLOUR

    def render_line(self, y: int) -> Strip:
        """One line: picture, then the caption on the last."""
        look, width = self._styles_of(), self.size.width
        ground = look["ground"]
        if y == self.size.height - 1:
            return Strip([Segment(fit(self._caption, width), look["bar"] if self._strong else look["head"])], width)
        if y >= len(self._lines):
            return Strip.blank(width, ground)
        strip = self._lines[y]
        margin = max(0, (width - strip.cell_length) // 2)
        right = max(0, width - margin - strip.cell_length)
        return Strip([Segment(" " * margin, ground), *strip, Segment(" " * right, ground)], width)


def load_picture(path: str) -> Image.Image | None:
    """A still from a file, decoded; None where it can't be read (a still that was not to be had is no error)."""
    try:
        with Image.open(path) as file:
            return file.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
