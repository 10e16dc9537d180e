"""The logo's file, read once: an SVG as it is, any other picture re-encoded without what its maker wrote beside it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from colloque.secrecy.images import UnreadableImage, clean

logger = logging.getLogger(__name__)
LARGEST_SVG = 500_000  # bytes


class UnreadableLogo(ValueError):
    """There is no logo, or COLLOQUE_LOGO names what is neither SVG nor a picture."""


@dataclass(frozen=True)
class Logo:
    """Bytes ready to be served, and their type."""

    data: bytes
    content_type: str


def logo_file() -> Logo:
    """The logo that the settings name. Raises UnreadableLogo."""
    path = Path(settings.INSTANCE.logo) if settings.INSTANCE.logo else None
    if path is None:
        raise UnreadableLogo("no logo is set")
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, UnreadableImage, ValueError) as error:
        logger.warning("COLLOQUE_LOGO=%s cannot be shown: %s", path, error)
        raise UnreadableLogo(str(error)) from error


@lru_cache(maxsize=2)
def _read(path: Path, modified: int) -> Logo:
    data = path.read_bytes()
    if path.suffix.lower() == ".svg":
        if len(data) > LARGEST_SVG or b"<svg" not in data:
            raise ValueError("not an SVG drawing, or more than 500 kB")
        return Logo(data, "image/svg+xml")
    picture = clean(data)
    return Logo(picture.data, picture.content_type)
