"""Open hours, quiet hours and weeks as plain data: when a member may be asked something. Imports no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class OpenHours:
    """Hours of a day [opens, closes[ in `zone`, except on `quiet_days` (0 is Monday).

    `opens` ≥ `closes` means hours across midnight (a night doctor: from 20 to 8). Equal hours never close. Seven quiet
    days never open: who grants no day is not written to.
    """

    zone: ZoneInfo
    opens: int = 0
    closes: int = 24
    quiet_days: frozenset[int] = field(default_factory=frozenset)

    def is_open(self, moment: datetime) -> bool:
        """Whether `moment` (aware) lies in open hours."""
        local = moment.astimezone(self.zone)
        if local.weekday() in self.quiet_days:
            return False
        if self.opens % 24 == self.closes % 24:
            return True
        hour = local.hour
        if self.opens < self.closes:
            return self.opens <= hour < self.closes
        return hour >= self.opens or hour < self.closes

    def next_open(self, moment: datetime) -> datetime:
        """The first moment from `moment` on that is open (itself if it is); a week later where nothing opens."""
        return self._first(moment, wanted=True)

    def closes_after(self, moment: datetime) -> datetime:
        """The first moment after `moment` that is closed; a week later where nothing closes."""
        return self._first(moment, wanted=False)

    def _first(self, moment: datetime, *, wanted: bool) -> datetime:
        if self.is_open(moment) is wanted:
            return moment
        # Hours begin and end on full local hours: stepping from one to the next meets every change in a week.
        step = moment.astimezone(self.zone).replace(minute=0, second=0, microsecond=0).astimezone(ZoneInfo("UTC"))
        for _ in range(8 * 24):
            step += timedelta(hours=1)
            if self.is_open(step) is wanted:
                return step
        return moment + timedelta(days=7)

    def today(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
