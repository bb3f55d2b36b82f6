"""Is there a red seal in a scanned letter? A hint: the share of seal-red pixels in the densest seal-sized window.

Official seals of units are 38–45 mm across (国发〔1999〕25号 sets 42 mm for most); on an A4 page (210 mm) that is a fifth of
the width. Measured on a page scaled to 420 pixels across, 2 pixels a millimetre. A seal of ring, star and text covers
8–30 % of its window; red letterhead text reaches similar values, so this proposes and a person looks.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from station.papers.picture import MAX_PIXELS

PAGE_PIXELS = 420
WINDOW = 84
"""Pixels: 42 mm."""
STEP = 4
SEAL_HINT = 0.05
"""From this share on a seal is likely: a faint 42 mm ring with text covers about so much of its window."""
SEAL_MOST = 0.6
"""No seal covers more of its window: such a picture is red for another reason."""


def seal_share(image: Image.Image) -> float:
    """0–1. Raises ValueError when the picture is empty or larger than `MAX_PIXELS`, OSError when it is cut off."""
    if not 0 < image.width * image.height <= MAX_PIXELS:
        raise ValueError("picture size")
    image.draft("RGB", (PAGE_PIXELS * 2, PAGE_PIXELS * 2))
    page = _on_white(ImageOps.exif_transpose(image))
    width = PAGE_PIXELS
    height = max(round(page.height * width / page.width), 1)
    if height > 4 * width:  # a strip: no page, and a window must fit
        width, height = max(round(4 * width * width / height), 1), 4 * width
    smooth = page.resize((width, height), Image.Resampling.BOX).filter(ImageFilter.BoxBlur(1))  # grain has many hues
    small = np.asarray(smooth, dtype=np.int16)
    return _densest(_red(small))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        white.alpha_composite(layer)
        return white.convert("RGB")
    return image.convert("RGB")


def _red(rgb: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Red to vermilion ink, pale or over black text. Skin, wood and brown paper lie nearer to orange: their green stands
    further above their blue."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    above, between = red - green, green - blue
    clear = (red > 90) & (above > 40) & (red - blue > 30)
    ink: NDArray[np.bool_] = clear & (between > -70) & (3 * between < above)
    return ink


def _densest(ink: NDArray[np.bool_]) -> float:
    """Largest share of ink in any window, by an integral image."""
    window = min(WINDOW, *ink.shape)
    total = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), dtype=np.int64)
    total[1:, 1:] = ink.cumsum(0).cumsum(1)
    rows = np.unique(np.append(np.arange(0, ink.shape[0] - window + 1, STEP), ink.shape[0] - window))
    columns = np.unique(np.append(np.arange(0, ink.shape[1] - window + 1, STEP), ink.shape[1] - window))
    low, high = rows + window, columns + window
    sums = total[np.ix_(low, high)] - total[np.ix_(rows, high)] - total[np.ix_(low, columns)]
    sums += total[np.ix_(rows, columns)]
    return float(sums.max() / window**2)
