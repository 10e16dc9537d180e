"""A small village of fictional doctors, so that tests read like stories.

Kervadec asks, Sarr answers, Oyono prefers a mask, Lenoir hosts, Imbert is nobody's confirmed colleague yet, and
Vasseur belongs to another circle.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from colloque.circles.models import Circle, Membership
from colloque.people.models import Mailbox, Member, Verification
from colloque.threads import publishing
from colloque.threads.models import Byline, Post, Thread


def doctor(given: str, family: str, gender: str, speciality: str, department: str, **more: object) -> Member:
    """A verified member with one proved address: given.family@example.org."""
    is_verified = more.pop("is_verified", True)
    member = Member.objects.create(
        given_name=given, family_name=family, gender=gender, speciality=speciality, department=department, **more
    )
    local = f"{given}.{family}".lower().replace("è", "e").replace("é", "e")
    Mailbox.objects.create(
        member=member, address=f"{local}@example.org", is_primary=True, verified_on=timezone.localdate()
    )
    if is_verified:
        Verification.settle(member, Verification.How.REGISTER, reason="found in the register")
    return member


def ask(
    author: Member, circle: Circle, title: str = "Toux après une coqueluche", text: str = "Que faire ?", **more: object
) -> Post:
    """A published question; returns its first post."""
    return publishing.publish(publishing.start_question(author, circle, title, text, via=Post.Via.WEB, **more))


def answer(author: Member, parent: Post, text: str = "Attendre trois mois.", **more: object) -> Post:
    """A published answer to a post."""
    parent = Post.objects.get(pk=parent.pk)
    return publishing.publish(publishing.start_answer(author, parent, text, via=Post.Via.WEB, **more))


@dataclass
class Village:
    kervadec: Member
    sarr: Member
    oyono: Member
    lenoir: Member
    imbert: Member
    vasseur: Member
    finistere: Circle  # Kervadec, Sarr, Oyono, Lenoir (hosts it), Imbert; open to join
    pairs: Circle  # Vasseur and Lenoir; by invitation

    def question(self, **more: object) -> Post:
        """Kervadec's question in the circle of Finistère."""
        return ask(self.kervadec, self.finistere, **more)

    def thread(self) -> Thread:
        return self.question().thread


def build() -> Village:
    village = Village(
        kervadec=doctor("Solène", "Kervadec", "f", "SM54", "29", has_quiet_hours=False),
        sarr=doctor("Amadou", "Sarr", "m", "SM41", "35", has_quiet_hours=False),
        oyono=doctor("Marguerite", "Oyono", "f", "SM15", "75", prefers_mask=True),
        lenoir=doctor("Paul", "Lenoir", "m", "SM54", "29", is_host=True),
        imbert=doctor("Jeanne", "Imbert", "f", "SM40", "44", is_verified=False),
        vasseur=doctor("Luc", "Vasseur", "m", "SM42", "59"),
        finistere=Circle.objects.create(
            slug="mg-finistere",
            name="Médecine générale, Finistère",
            joining=Circle.Joining.OPEN,
            description="Entre généralistes et spécialistes du Finistère.",
        ),
        pairs=Circle.objects.create(slug="pairs-lille", name="Pairs de Lille", kind=Circle.Kind.PEERS),
    )
    for member in (village.kervadec, village.sarr, village.oyono, village.imbert):
        Membership.join(village.finistere, member)
    Membership.join(village.finistere, village.lenoir, Membership.Role.HOST)
    for member in (village.vasseur, village.lenoir):
        Membership.join(village.pairs, member)
    return village


MASK, NAME = Byline.Kind.MASK, Byline.Kind.NAME
