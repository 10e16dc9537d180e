"""The real servers of the loop, for what is proved of each door alone."""

from __future__ import annotations

from tests.loop.conftest import lmtp, real_village, round_trip, sink

__all__ = ["lmtp", "real_village", "round_trip", "sink"]
