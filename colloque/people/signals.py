"""What the room announces, inside the transaction that made it true."""

from __future__ import annotations

from django.dispatch import Signal

standing_changed = Signal()  # member: how sure we are of them is not what it was
