"""The wish to write to an audience: one row in the publishing transaction, expanded into envelopes afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db import connection, models, transaction
from django.utils import timezone

from colloque.correspondence.purposes import Recipient, purpose

from .envelope import Envelope

_BATCH = 500
# The post office listens: a letter leaves when the transaction that wrote it commits, not at the next poll.
CHANNEL = "colloque_envelopes"


class Dispatch(models.Model):
    """`purpose` about `about`, to whom the purpose says. Expanding twice writes nothing twice."""

    purpose = models.CharField(max_length=24)
    about = models.CharField(max_length=80)
    expanded_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "about"], name="dispatch_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about}"

    @classmethod
    def write(cls, purpose_name: str, about: str) -> Dispatch:
        """Record the wish and defer its expansion, both in the caller's transaction."""
        from colloque.correspondence.tasks import expand_dispatch

        purpose(purpose_name)  # an unknown purpose fails here, not in a worker
        row, created = cls.objects.get_or_create(purpose=purpose_name, about=about)
        if created:
            expand_dispatch.defer(dispatch_id=row.pk)
        return row

    @transaction.atomic
    def expand(self) -> int:
        """Write an envelope for every recipient. Returns how many rows were asked for; safe to call again."""
        if not Dispatch.objects.select_for_update().filter(pk=self.pk, expanded_on__isnull=True).exists():
            return 0
        recipients = iter(purpose(self.purpose).audience(self.about))
        written = 0
        while batch := list(islice(recipients, _BATCH)):
            written += len(post(self.purpose, self.about, batch))
        self.expanded_on = timezone.localdate()
        self.save(update_fields=["expanded_on"])
        return written


def post(purpose_name: str, about: str, recipients: Iterable[Recipient]) -> list[Envelope]:
    """Write envelopes, one a mailbox, ignoring those that exist; budgeted ones wait for `release`."""
    letters = [
        Envelope(
            mailbox_id=each.mailbox_id,
            purpose=purpose_name,
            about=about,
            is_budgeted=each.is_budgeted,
            state=Envelope.State.QUEUED if each.is_budgeted else Envelope.State.READY,
            expires=each.expires,
        )
        for each in recipients
    ]
    Envelope.objects.bulk_create(letters, ignore_conflicts=True)
    ring()
    return letters


def ring() -> None:
    """Tell the post office, when this transaction commits, that there may be letters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
