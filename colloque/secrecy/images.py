"""Pictures without their secrets: pixels are copied into a new image and encoded again. Pure; needs Pillow alone.

What a camera wrote beside the pixels (place, time, device, name of the patient in some scanners) does not survive,
nor does anything hidden behind the image's end.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_BYTES = 15_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class UnreadableImage(ValueError):
    """Not a picture that can be decoded within bounds."""


@dataclass(frozen=True)
class CleanImage:
    """A picture ready to be kept: bytes without metadata, its type and its size in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int


def clean(data: bytes) -> CleanImage:
    """Decode, orient, shrink to LONGEST_SIDE, copy pixels, encode as JPEG (PNG where transparent or few colours).

    Raises UnreadableImage for anything else than one of the formats above, or beyond LARGEST_BYTES or MOST_PIXELS.
    """
    if len(data) > LARGEST_BYTES:
        raise UnreadableImage("too many bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow says of damaged metadata, which does not survive anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise UnreadableImage("too many pixels")
                has_few_colours = opened.mode in {"P", "1", "L"} and opened.format in {"PNG", "GIF"}
                if opened.mode in {"L", "RGB", "RGBA", "CMYK", "YCbCr"}:
                    # Before anything copies it: a photo of 48 million pixels takes 190 MB each time.
                    opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
                upright = ImageOps.exif_transpose(opened)
                return _encode(_eight_bits(upright), has_few_colours)
    except UnreadableImage:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        MemoryError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise UnreadableImage(str(error)) from error


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of sixteen bits or more, as films are scanned, spread over 256 levels: converting would cut it to white."""
    if not image.mode.startswith(("I", "F")):
        return image
    wide = image.convert("I").convert("F")
    wide.info.pop("transparency", None)
    low, high = (float(bound) for bound in wide.getextrema())  # type: ignore[arg-type]
    scale = 255 / (high - low) if high > low else 1.0
    return wide.point(lambda value: value * scale + -low * scale).convert("L")


def _encode(image: Image.Image, has_few_colours: bool) -> CleanImage:
    is_transparent = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    mode = "RGBA" if is_transparent else "RGB"
    pixels = image.convert(mode)
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    fresh = Image.new(mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    if is_transparent or has_few_colours:
        fresh.save(out, "PNG", optimize=True)
        return CleanImage(out.getvalue(), "image/png", *fresh.size)
    fresh.save(out, "JPEG", quality=85, optimize=True)
    return CleanImage(out.getvalue(), "image/jpeg", *fresh.size)
