"""The time a member grants: how many letters a week, at which hours, on which days."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from colloque.people.hours import OpenHours

SUNDAY = 6


def _weekly_budget() -> int:
    return int(settings.INSTANCE.weekly_budget)


def _quiet_from() -> int:
    return int(settings.INSTANCE.quiet_from)


def _quiet_until() -> int:
    return int(settings.INSTANCE.quiet_until)


def _sunday() -> list[int]:
    return [SUNDAY]


def _language() -> str:
    return str(settings.LANGUAGE_CODE)


def _time_zone() -> str:
    return str(settings.TIME_ZONE)


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Ce fuseau horaire est inconnu.")


class GrantsTime(models.Model):
    """What a member allows Colloque to take of their time; nobody is disturbed beyond it (law 2)."""

    weekly_budget = models.PositiveSmallIntegerField(default=_weekly_budget, validators=[MaxValueValidator(50)])
    has_quiet_hours = models.BooleanField(default=True)
    quiet_from = models.PositiveSmallIntegerField(default=_quiet_from, validators=[MaxValueValidator(24)])
    quiet_until = models.PositiveSmallIntegerField(default=_quiet_until, validators=[MaxValueValidator(24)])
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=_sunday, blank=True)  # 0 is Monday
    language = models.CharField(max_length=5, default=_language, choices=[("fr", "Français"), ("en", "English")])
    time_zone = models.CharField(max_length=40, default=_time_zone, validators=[validate_time_zone])
    prefers_mask = models.BooleanField(default=False)  # the byline proposed first, and the one of answers by mail
    letters_stopped_on = models.DateField(null=True, blank=True)  # « stop »: no letter but codes and security notices

    class Meta:
        abstract = True

    @property
    def zone(self) -> ZoneInfo:
        """The member's time zone; the instance's where this machine's tables do not know theirs (any more)."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(settings.TIME_ZONE)

    @property
    def open_hours(self) -> OpenHours:
        """When solicitations may be sent, as plain data."""
        if not self.has_quiet_hours:
            return OpenHours(self.zone)
        return OpenHours(self.zone, self.quiet_until, self.quiet_from, frozenset(self.quiet_days))

    @property
    def takes_letters(self) -> bool:
        return self.letters_stopped_on is None
