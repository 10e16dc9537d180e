"""Logins that ended leave no trace."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from colloque.web.tasks import forget_sessions


def test_an_ended_login_is_forgotten_in_the_night_and_a_living_one_stays(db: None) -> None:
    for age in (-1, 1):
        store = SessionStore()
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=timezone.now() + timedelta(days=age))
    forget_sessions(timestamp=0)
    assert Session.objects.count() == 1
