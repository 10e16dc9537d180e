"""Following and muting: what a member wants to hear of one thread."""

from __future__ import annotations

from django.db import models

from colloque.people.models import Member

from .thread import Thread


class Attention(models.Model):
    """A member's wish about a thread. No row: their own questions' answers come, nothing else."""

    class Level(models.TextChoices):
        FOLLOWING = "following", "suivi"
        MUTED = "muted", "silence"

    member = models.ForeignKey(Member, models.CASCADE, related_name="attentions")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="attentions")
    level = models.CharField(max_length=9, choices=Level.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "thread"], name="attention_once")]

    def __str__(self) -> str:
        return f"{self.member} · {self.thread}: {self.level}"

    @classmethod
    def of(cls, member: Member, thread: Thread) -> str:
        """`following`, `muted`, or an empty string."""
        row = cls.objects.filter(member=member, thread=thread).values_list("level", flat=True).first()
        return row or ""

    @classmethod
    def follow(cls, member: Member, thread: Thread) -> None:
        cls.objects.update_or_create(member=member, thread=thread, defaults={"level": cls.Level.FOLLOWING})

    @classmethod
    def follow_unless_muted(cls, member: Member, thread: Thread) -> None:
        """Whoever writes hears what comes next, except where they asked for silence."""
        cls.objects.get_or_create(member=member, thread=thread, defaults={"level": cls.Level.FOLLOWING})

    @classmethod
    def mute(cls, member: Member, thread: Thread) -> None:
        cls.objects.update_or_create(member=member, thread=thread, defaults={"level": cls.Level.MUTED})

    @classmethod
    def forget(cls, member: Member, thread: Thread) -> None:
        cls.objects.filter(member=member, thread=thread).delete()
