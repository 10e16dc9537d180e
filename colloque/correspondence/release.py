"""The weekly budget and the open hours: which queued letters may leave now (law 2).

A letter that counts is released only inside its member's open hours, and only while fewer than the granted number
left in the last seven days, today included, or are about to leave; so no span of seven days ever holds more, however
long the mail server keeps a released letter waiting. The rest wait, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from colloque.people.hours import OpenHours
from colloque.people.models import Mailbox, Member

from .models import Envelope
from .models.dispatch import ring
from .models.envelope import EnvelopeQuerySet

WEEK = timedelta(days=7)


def release_due(mailbox_ids: Iterable[int] | None = None, now: datetime | None = None) -> int:
    """Release what may leave now, of these mailboxes or of all. Returns how many letters became ready."""
    now = now or timezone.now()
    _take_back_late_letters(now)
    waiting = Envelope.objects.queued().filter(not_before__lte=now)
    if mailbox_ids is not None:
        waiting = waiting.filter(mailbox_id__in=list(mailbox_ids))
    members = waiting.filter(mailbox__member__isnull=False).values_list("mailbox__member_id", flat=True).distinct()
    released = sum(_release_to_member(each, now) for each in list(members))
    others = waiting.filter(mailbox__member__isnull=True).values_list("mailbox_id", flat=True).distinct()
    released += sum(_release_to_stranger(each, now) for each in list(others))
    if released:
        ring()
    return released


def letters_of_the_week(member: Member, now: datetime | None = None) -> int:
    """How many letters that count left for a member in the last seven days, today included, or are about to."""
    today = member.open_hours.today(now or timezone.now())
    # One that is ready will leave today or later, whenever it was released: it always counts.
    counted = Q(released_on__gt=today - WEEK) | Q(state=Envelope.State.READY)
    return Envelope.objects.of_member(member.pk).filter(counted, is_budgeted=True).count()


def place_in_week(envelope: Envelope) -> int:
    """The how-manieth of its reader's week a letter is that counts and is about to leave."""
    member = envelope.mailbox.member
    assert member is not None
    behind = Envelope.objects.of_member(member.pk).filter(
        is_budgeted=True, state=Envelope.State.READY, pk__gt=envelope.pk
    )
    return letters_of_the_week(member) - behind.count()


@transaction.atomic
def _release_to_member(member_id: int, now: datetime) -> int:
    # The row lock makes two releases at once count one after the other: the budget cannot be spent twice.
    member = Member.objects.select_for_update().get(pk=member_id)
    waiting = Envelope.objects.queued().of_member(member_id)
    hours = member.open_hours
    if not hours.is_open(now):
        waiting.update(not_before=hours.next_open(now))
        return 0
    room = max(0, member.weekly_budget - letters_of_the_week(member, now))
    wanted = waiting.exclude(expires__lte=now).order_by("pk")
    released = _make_ready(list(wanted.values_list("pk", flat=True)[:room]), hours, now)
    midnight = hours.next_open(_next_midnight(hours, now))
    Envelope.objects.queued().of_member(member_id).update(not_before=midnight)
    return released


@transaction.atomic
def _release_to_stranger(mailbox_id: int, now: datetime) -> int:
    """A mailbox without a member granted nothing: the instance's own quiet hours hold."""
    Mailbox.objects.select_for_update().get(pk=mailbox_id)
    instance = settings.INSTANCE
    preset = Member(quiet_from=instance.quiet_from, quiet_until=instance.quiet_until, time_zone=instance.time_zone)
    hours = preset.open_hours
    waiting = Envelope.objects.queued().filter(mailbox_id=mailbox_id)
    if not hours.is_open(now):
        waiting.update(not_before=hours.next_open(now))
        return 0
    return _make_ready(list(waiting.values_list("pk", flat=True)), hours, now)


def _make_ready(envelope_ids: list[int], hours: OpenHours, now: datetime) -> int:
    return Envelope.objects.filter(pk__in=envelope_ids).update(
        state=Envelope.State.READY, released_on=hours.today(now), not_before=now, window_ends=hours.closes_after(now)
    )


def _take_back_late_letters(now: datetime) -> None:
    """A released letter that could not leave before the quiet hours began waits again, at its old place."""
    _take_back(Envelope.objects.filter(window_ends__lte=now), now)


@transaction.atomic
def _take_back(letters: EnvelopeQuerySet, now: datetime) -> None:
    # One that is being handed over at this moment is let go.
    ready = letters.filter(state=Envelope.State.READY, is_budgeted=True).at_hand()
    Envelope.objects.filter(pk__in=list(ready.values_list("pk", flat=True))).update(
        state=Envelope.State.QUEUED, released_on=None, window_ends=None, not_before=now
    )


def _next_midnight(hours: OpenHours, now: datetime) -> datetime:
    local = now.astimezone(hours.zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def reconsider(member: Member) -> int:
    """The member granted more, less or other time: what waits for them is looked at again at once."""
    now = timezone.now()
    _take_back(Envelope.objects.of_member(member.pk), now)
    Envelope.objects.queued().of_member(member.pk).update(not_before=now)
    return release_due(member.mailboxes.values_list("pk", flat=True))
