"""The pictures of the README, taken from the sample station:  python tests/tui/make_screenshots.py docs

Textual's SVG export is corrected: Chinese text gets the length of its cells (the library counts signs), half-blocks become
rectangles (fonts leave gaps between them), and no font is fetched from anywhere.
"""

import asyncio
import re
import sys
import tempfile
from html import escape, unescape
from pathlib import Path

from rich.cells import cell_len

sys.path.insert(0, str(Path(__file__).parent))
import fixture_station

from station.people import Person
from tui.app import ReviewApp
from tui.screens.submission import SubmissionScreen

FONTS = "'Noto Sans Mono CJK SC', 'Sarasa Mono SC', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
TEXT = re.compile(
    r"<text (?P<attributes>[^>]*?)textLength=\"(?P<length>[\d.]+)\"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>"
)
RULE = re.compile(r"\.(?P<name>[\w-]+-r\d+) \{ fill: (?P<fill>#[0-9a-fA-F]{6})")
FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
PLACE = re.compile(r'class="(?P<name>[\w-]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"')
PIECES = re.compile(r"[\u2e80-\uffdc]{1,16}|[^\s\u2e80-\uffdc]{1,16}")
"""Chinese, or anything else without a blank: each gets a place of its own, so that no font can shift the next."""
HALF = 12.2
"""Half the height of a line in the picture's units."""


def corrected(svg: str) -> str:
    """The export with right lengths, whole half-blocks and no fetched fonts."""
    fills = {match["name"]: match["fill"] for match in RULE.finditer(svg)}

    def mend(match: re.Match[str]) -> str:
        text = unescape(match["text"]).replace("\xa0", " ")
        place = PLACE.search(match["attributes"])
        if not text or place is None:
            return ""
        cell, x = float(match["length"]) / len(text), float(place["x"])
        if set(text) == {"▀"} and place["name"] in fills:
            top = float(place["y"]) - 20 + 1.5
            return (
                f'<rect fill="{fills[place["name"]]}" x="{x:.1f}" y="{top:.1f}" width="{cell * len(text):.1f}" '
                f'height="{HALF:.1f}" shape-rendering="crispEdges"/>'
            )
        pieces = []
        for piece in PIECES.finditer(text):
            start, length = cell_len(text[: piece.start()]) * cell, cell_len(piece[0]) * cell
            pieces.append(
                f'<text class="{place["name"]}" x="{x + start:.1f}" y="{place["y"]}" textLength="{length:.1f}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(piece[0])}</text>'
            )
        return "".join(pieces)

    svg = TEXT.sub(mend, COMMENT.sub("", FACE.sub("", svg)))
    return svg.replace("Fira Code, monospace", FONTS)


async def take(folder: Path) -> None:
    """Both pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "station-data"
        ids = fixture_station.build(root, strange="示例课程：职业道德与学术规范")
        person = Person("shili", fixture_station.EVERYONE, "示例评审室", "示例业务员")
        app = ReviewApp(fixture_station.config_at(root), person)
        async with app.run_test(size=(110, 20)) as pilot:
            while not (app.ready and app.screen.query_one("#queue").rows):
                await pilot.pause(0.05)
            app.screen.table.move_to(3)
            await pilot.pause(0.2)
            (folder / "screenshot-queue.svg").write_text(corrected(app.export_screenshot(title="评审站 station tui")))
            await pilot.resize_terminal(140, 42)
            screen = SubmissionScreen(ids["faulty"])
            await app.push_screen(screen)
            while len(screen.evidence.pictures) < 3:
                await pilot.pause(0.05)
            screen.table.move_to(2)
            while len(screen.evidence.pictures) < 3:
                await pilot.pause(0.05)
            await pilot.pause(0.3)
            (folder / "screenshot-submission.svg").write_text(
                corrected(app.export_screenshot(title="评审站 station tui"))
            )


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
