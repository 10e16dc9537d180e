"""Who is host of the instance, who is let in by hand, and who may not enter any more."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from colloque.circles.models import Circle, Membership
from colloque.correspondence.models import Dispatch
from colloque.people.models import Mailbox, Member, Verification
from colloque.threads.models import Access, Invitation

from .letters import SuspensionLetter, WelcomeLetter, about
from .models import Notice, Suspension
from .refusals import AddressDeclined, AddressTaken, CannotHost, HostsAreNotSuspended, LastHost, NoReason
from .settling import open_thread_to


@transaction.atomic
def make_host(member: Member) -> None:
    """Give a member the desk, and the threads in which something is reported. Raises CannotHost."""
    if not member.is_active:
        raise CannotHost
    member.is_host = True
    member.save(update_fields=["is_host"])
    for notice in Notice.objects.open().select_related("post__thread"):
        open_thread_to(member, notice.thread)


@transaction.atomic
def unmake_host(member: Member) -> None:
    """Take the desk from a member, and what it let them read. Raises LastHost."""
    # The locks make two hosts who remove each other at once act one after the other.
    hosts = list(Member.objects.select_for_update().filter(is_host=True, is_active=True).order_by("pk"))
    if not [each for each in hosts if each.pk != member.pk]:
        raise LastHost
    member.is_host = False
    member.save(update_fields=["is_host"])
    Access.objects.filter(member=member, reason=Access.Reason.NOTICE).delete()


@transaction.atomic
def suspend(member: Member, by: Member, reason: str) -> Suspension:
    """End a member's sessions and reply addresses; they are told why. Raises NoReason, HostsAreNotSuspended."""
    if not reason.strip():
        raise NoReason
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.is_host:
        raise HostsAreNotSuspended
    row, is_new = Suspension.objects.in_force().get_or_create(
        member=member, defaults={"reason": reason.strip(), "decided_by": by}
    )
    member.is_active = False
    member.login_generation += 1
    member.save(update_fields=["is_active", "login_generation"])
    for mailbox in member.mailboxes.all():
        mailbox.revoke_reply_addresses()
    if is_new:
        Dispatch.write(SuspensionLetter.name, about(row))
    return row


@transaction.atomic
def readmit(member: Member, by: Member) -> None:
    """Let a suspended member in again; the next letters carry reply addresses that work."""
    member.is_active = True
    member.save(update_fields=["is_active"])
    Suspension.objects.in_force().filter(member=member).update(ended_on=timezone.localdate(), ended_by=by)


@dataclass(frozen=True)
class Newcomer:
    """What a host says of a doctor whom they add by hand."""

    address: str
    given_name: str
    family_name: str
    gender: str
    speciality: str = ""
    department: str = ""
    rpps: str = ""


@transaction.atomic
def add_by_hand(who: Newcomer, circle: Circle | None, by: Member) -> Member:
    """Make a doctor a member on a host's word, « connu de l’hôte » until verified, and write them a welcome.

    The address counts as proved: nobody enters without the code that is sent there. Raises AddressTaken,
    AddressDeclined.
    """
    known = list(Mailbox.objects.of_address(who.address))
    if any(box.member_id is not None and box.verified_on for box in known):
        raise AddressTaken
    if any(box.refused_on for box in known):
        raise AddressDeclined
    member = Member.objects.create(
        given_name=who.given_name,
        family_name=who.family_name,
        gender=who.gender,
        speciality=who.speciality,
        department=who.department,
        rpps=who.rpps,
    )
    mailbox = next((box for box in known if box.member_id is None), None) or Mailbox(address=who.address)
    mailbox.member, mailbox.is_primary, mailbox.verified_on = member, True, timezone.localdate()
    mailbox.save()
    Verification.settle(member, Verification.How.HOST, reason=_("ajouté à la main"), settled_by=by)
    if circle is not None:
        Membership.join(circle, member)
    for invitation in mailbox.invitations.pending():
        Membership.join(invitation.circle, member)
        invitation.settle(Invitation.State.ACCEPTED, member)
    Dispatch.write(WelcomeLetter.name, about(member))
    return member
