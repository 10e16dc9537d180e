"""Background tasks of the pages."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from colloque.correspondence.work import every


@every("47 3 * * *", "letters")
def forget_sessions(timestamp: int) -> None:
    """Every night: logins that ended are no longer on record (law 10)."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
