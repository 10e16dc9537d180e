"""The demo's mailboxes: every mail that Colloque handed to SMTP, as it arrived."""

from __future__ import annotations

from django.db import models

from colloque.keys import public_key


class SentMail(models.Model):
    """One message in one fictional mailbox."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    recipient = models.CharField(max_length=254, db_index=True)
    raw = models.BinaryField()

    class Meta:
        app_label = "demo"  # importable where the demo is not installed: tests make its tables themselves

    def __str__(self) -> str:
        return f"{self.recipient} {self.key}"


class DemoPerson(models.Model):
    """A role of the demo (asker, answerer, host) and the secret part of its one-click login."""

    role = models.CharField(max_length=10, unique=True)
    member = models.OneToOneField("people.Member", models.CASCADE, related_name="+")
    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)

    class Meta:
        app_label = "demo"

    def __str__(self) -> str:
        return self.role
