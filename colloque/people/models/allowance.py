"""How often something may be done in a while, counted in the database so that every process agrees."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, models
from django.utils import timezone

from colloque.keys import fingerprint


class Allowance(models.Model):
    """A count within a window. The row names a keyed digest, never an address or a member; it goes with its window."""

    digest = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at:%F}"

    @classmethod
    def take(cls, action: str, who: str, *, most: int, within: timedelta) -> bool:
        """Count one `action` of `who`; False when `most` were already taken in the window that runs."""
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO {cls._meta.db_table} AS a (digest, count, ends_at) VALUES (%s, 1, %s)
                ON CONFLICT (digest) DO UPDATE SET
                    count = CASE WHEN a.ends_at < %s THEN 1 ELSE a.count + 1 END,
                    ends_at = CASE WHEN a.ends_at < %s THEN excluded.ends_at ELSE a.ends_at END
                RETURNING count""",  # noqa: S608 (the table's own name)
                [fingerprint("allowance", action, who), now + within, now, now],
            )
            row = cursor.fetchone()
        assert row is not None
        return bool(row[0] <= most)

    @classmethod
    def forget_ended(cls) -> None:
        cls.objects.filter(ends_at__lt=timezone.now()).delete()
