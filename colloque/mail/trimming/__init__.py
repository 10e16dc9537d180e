"""What a mail's author wrote, without quoted history: pure functions of text, bounded in time by design."""

from .reply import MARKER_EN, MARKER_FR, MARKER_ID, Trimmed, trim
from .tokens import without_own_rights

__all__ = ["MARKER_EN", "MARKER_FR", "MARKER_ID", "Trimmed", "trim", "without_own_rights"]
