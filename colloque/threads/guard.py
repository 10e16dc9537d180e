"""The way through the secrecy guard. Until `secrecy` can examine, the verdict on record says just that."""

from __future__ import annotations

from .models import Draft, Verdict

GUARD = "none"


def examine(draft: Draft) -> Verdict:
    """The verdict on a draft; nothing is published without one (law 3)."""
    return Verdict.objects.create(finding=Verdict.Finding.UNEXAMINED, guard=GUARD)


def examine_correction(source: str) -> Verdict:
    """The verdict on a corrected text."""
    return Verdict.objects.create(finding=Verdict.Finding.UNEXAMINED, guard=GUARD)
