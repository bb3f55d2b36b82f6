"""Pictures from strangers, opened with a limit on what they unpack to."""

import io
import warnings

from PIL import Image

MAX_PIXELS = 120_000_000
"""An A3 page at 600 dpi holds 70 million."""
FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000")


def open_picture(data: bytes) -> Image.Image:
    """Open, not yet decoded. Raises OSError when it is no picture, ValueError when it is too large."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise ValueError(str(error)) from error
    if not 0 < image.width * image.height <= MAX_PIXELS:
        raise ValueError(f"{image.width}×{image.height}")
    return image
