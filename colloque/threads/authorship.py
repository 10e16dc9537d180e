"""The one module that reads which member stands behind a byline.

Faces, headers, feeds, index and exports use bylines. What is answered here is only: what signature a member gets in
a thread, whether a post is one's own, and to whom letters about a post go.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext as _

from colloque.people.models import Member, Verification
from colloque.people.signals import standing_changed

from .models import Authorship, Byline, Post, Thread

_STANDINGS = {
    Verification.How.CARD: Byline.Standing.CARD,
    Verification.How.REGISTER: Byline.Standing.VERIFIED,
    Verification.How.VOUCHED: Byline.Standing.VOUCHED,
    Verification.How.HOST: Byline.Standing.HOST,
}


def standing_of(member: Member) -> str:
    """How sure we are of a member, as a byline says it."""
    found = member.verification
    return _STANDINGS[Verification.How(found.how)] if found else Byline.Standing.GUEST


def mask_text(member: Member) -> str:
    """« Une consœur, pneumologue, Bretagne »: what is said of a doctor without a name."""
    with translation.override(settings.LANGUAGE_CODE):  # the instance's language, whatever the author's page is in
        words = {Member.Gender.WOMAN.value: _("Une consœur"), Member.Gender.MAN.value: _("Un confrère")}
        who = words.get(member.gender, _("Un médecin"))
    return ", ".join(part for part in (who, member.practises, member.region) if part)


def preview(member: Member, kind: str) -> str:
    """The words a byline of this kind would show."""
    return (mask_text(member) if kind == Byline.Kind.MASK else member.name)[:160]


def sign(member: Member, thread: Thread, kind: str) -> Byline:
    """The byline of this member, of this kind, in this thread: the one they already have there, or a new one."""
    row = Authorship.objects.select_related("byline").filter(member=member, thread=thread, byline__kind=kind).first()
    if row is not None:
        return row.byline
    byline = Byline.objects.create(
        kind=kind, text=preview(member, kind), standing=standing_of(member), attributes=_attributes(member, kind)
    )
    Authorship.objects.create(byline=byline, member=member, thread=thread)
    return byline


def _attributes(member: Member, kind: str) -> dict[str, str]:
    shown = {
        "gender": member.gender,
        "speciality": member.speciality,
        "speciality_name": member.speciality_name,
        "region": member.region,
    }
    if kind == Byline.Kind.NAME:
        place = member.department_name or member.region
        shown["department"] = member.department
        shown["detail"] = ", ".join(part for part in (member.speciality_name, place) if part)
    return shown


def usual_kind(member: Member, thread: Thread | None = None) -> str:
    """Name or mask: as they last signed in this thread, else as they prefer. A masked asker stays masked by mail."""
    return kind_after(member, own_voices(member, thread) if thread is not None else {})


def own_voices(member: Member, thread: Thread) -> dict[int, str]:
    """Primary key and kind of each byline that a member has in a thread, the latest last."""
    return dict(voices_of(member).filter(thread=thread).values_list("byline_id", "byline__kind"))


def voices_of(member: Member) -> QuerySet[Authorship]:
    """A member's own bylines, for what is shown to that member alone; the latest last."""
    return Authorship.objects.filter(member=member).order_by("pk")


def kind_after(member: Member, voices: dict[int, str]) -> str:
    """The kind that a member signs with after these: whoever wore a mask in a thread keeps it until they choose."""
    if voices:
        kinds = set(voices.values())
        return Byline.Kind.MASK if Byline.Kind.MASK in kinds else list(voices.values())[-1]
    return Byline.Kind.MASK if member.prefers_mask else Byline.Kind.NAME


def author_of(post: Post) -> Member | None:
    """To whom a letter about this post's fate goes; None for guests and relayed voices."""
    row = Authorship.objects.select_related("member").filter(byline_id=post.byline_id).first()
    return row.member if row else None


def is_author(member: Member | None, post: Post) -> bool:
    return member is not None and Authorship.objects.filter(byline_id=post.byline_id, member=member).exists()


def own_bylines(member: Member | None, thread: Thread) -> frozenset[int]:
    """The primary keys of a member's own bylines in a thread: which posts show « corriger »."""
    if member is None:
        return frozenset()
    return frozenset(Authorship.objects.filter(member=member, thread=thread).values_list("byline_id", flat=True))


def threads_asked_by(member: Member) -> list[int]:
    """Primary keys of the threads whose question a member wrote, for that member's own page."""
    mine = Authorship.objects.filter(member=member).values("byline")
    return list(Post.objects.filter(position=0, byline__in=mine).values_list("thread_id", flat=True))


def threads_written_in_by(member: Member) -> list[int]:
    """Primary keys of the threads in which a member wrote anything."""
    return list(Authorship.objects.filter(member=member).values_list("thread_id", flat=True).distinct())


@receiver(standing_changed)
def _show_new_standing(member: Member, **_kwargs: object) -> None:
    """« connu de l’hôte » becomes « vérifié » on what a member already published, once that is settled."""
    mine = Authorship.objects.filter(member=member).values("byline")
    Byline.objects.filter(pk__in=mine).update(standing=standing_of(member))
    for thread in Thread.objects.filter(posts__byline__in=mine).distinct():
        thread.touch()
