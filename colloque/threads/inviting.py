"""Inviting a doctor with a real question: answering the letter accepts the invitation."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from colloque.circles.models import Circle, Membership
from colloque.correspondence.models import Envelope
from colloque.correspondence.models.dispatch import post as post_envelopes
from colloque.correspondence.purposes import Composition, MailingList, Outcome, Purpose, Recipient, Reply
from colloque.correspondence.release import release_due
from colloque.correspondence.stopping import letters_stopped
from colloque.people.models import Mailbox, Member, Verification

from . import publishing
from .invitees import Invitee
from .models import Access, Attention, Byline, Invitation, Post, Thread
from .refusals import EmptyText, ThreadClosed
from .rendering import plain


@dataclass(frozen=True)
class InvitationReport:
    """What came of a list: addresses invited, added at once (already members), and left alone with the reason."""

    invited: list[str]
    added: list[str]
    left_alone: list[tuple[str, str]]


@transaction.atomic
def invite(circle: Circle, question: Thread, invitees: list[Invitee], invited_by: Member) -> InvitationReport:
    """Invite each to the circle with the question. Members of the instance simply enter the circle."""
    invited: list[str] = []
    added: list[str] = []
    left_alone: list[tuple[str, str]] = []
    envelopes = []
    for each in invitees:
        mailbox = Mailbox.objects.to_write_to(each.address)
        if mailbox is not None and mailbox.member is not None and mailbox.verified_on:
            Membership.join(circle, mailbox.member)
            added.append(each.address)
        elif mailbox is not None and mailbox.refused_on is not None:
            left_alone.append((each.address, _("a demandé à ne plus être écrit")))
        elif mailbox is not None and mailbox.invitations.pending().filter(circle=circle).exists():
            left_alone.append((each.address, _("est déjà invité")))
        else:
            mailbox = mailbox or Mailbox.objects.create(address=each.address)
            row = _write_invitation(circle, question, each, mailbox, invited_by)
            envelopes.append((row, mailbox))
            invited.append(each.address)
    for row, mailbox in envelopes:
        post_envelopes(InvitationLetter.name, f"invitation:{row.key}", [Recipient(mailbox.pk, is_budgeted=True)])
    release_due([mailbox.pk for _row, mailbox in envelopes])
    return InvitationReport(invited, added, left_alone)


def _write_invitation(
    circle: Circle, question: Thread, who: Invitee, mailbox: Mailbox, invited_by: Member
) -> Invitation:
    return Invitation.objects.create(
        circle=circle,
        question=question,
        mailbox=mailbox,
        invited_by=invited_by,
        given_name=who.given_name,
        family_name=who.family_name,
        gender=who.gender,
        speciality=who.speciality,
        department=who.department,
        rpps=who.rpps,
    )


class InvitationLetter(Purpose):
    """A real question, to somebody who is not a member; a reply accepts, « stop » declines for good."""

    name = "invitation"

    def _invitation(self, about: str) -> Invitation | None:
        rows = Invitation.objects.select_related("circle", "question", "invited_by", "mailbox")
        return rows.filter(key=about.removeprefix("invitation:")).first()

    def compose(self, envelope: Envelope) -> Composition | None:
        row = self._invitation(envelope.about)
        if row is None or row.state != Invitation.State.PENDING or envelope.mailbox.refused_on:
            return None
        question = row.question.posts.select_related("byline").filter(position=0, state=Post.State.PUBLISHED).first()
        if question is None or not row.question.is_open:
            return None
        host = row.invited_by.name if row.invited_by else settings.INSTANCE.name
        asker = ", ".join(part for part in (question.byline.text, question.byline.detail) if part)
        return Composition(
            subject=row.question.title,
            lead=_(
                "%(host)s vous invite dans « %(circle)s », un cercle de médecins qui s’entraident par mail, "
                "en commençant par une vraie question. %(asker)s demande :"
            )
            % {"host": host, "circle": row.circle.name, "asker": asker},
            body=plain(question.source),
            body_html=question.html,
            how=_(
                "Répondez à ce mail : quelques mots suffisent, et vous êtes membre. Votre réponse sera publiée dans le "
                "cercle sous votre nom, avec la mention « connu de l’hôte » jusqu’à vérification."
            ),
            why=_(
                "Vous recevez ce mail une seule fois, parce que %(host)s a donné votre adresse pour cette invitation. "
                "Sans réponse, elle est effacée dans %(days)s jours ; répondez « stop » et rien ne vous sera "
                "plus écrit."
            )
            % {"host": host, "days": settings.RETENTION["invitation"][0]},
            from_name=host,
            mailing_list=MailingList(row.circle.slug, row.circle.name, accepts_posts=False),
            message_id=f"i.{row.key}",
            is_clinical=True,
        )

    def receive(self, reply: Reply) -> Outcome:
        # Two replies read at once: the second waits here, and finds the member whom the first one made.
        row = Invitation.objects.select_for_update().filter(key=reply.about.removeprefix("invitation:")).first()
        if row is None or row.state in {Invitation.State.DECLINED, Invitation.State.EXPIRED}:
            return Outcome("refused", "gone")
        if reply.command == "silence":
            return _keep_silence(row)
        if not row.question.is_open:
            raise ThreadClosed
        if not reply.text.strip():
            raise EmptyText
        with transaction.atomic():
            member = row.member if row.state == Invitation.State.ACCEPTED else accept(row)
            if member is None:
                return Outcome("refused", "gone")
            question = row.question.posts.get(position=0)
            draft = publishing.start_answer(
                member, question, reply.text, elided=reply.elided, via=Post.Via.MAIL, byline_kind=Byline.Kind.NAME
            )
            answer = publishing.publish(draft)
        return Outcome("published", "invitation-accepted", thread=row.question.key, post=answer.key)


def _keep_silence(invitation: Invitation) -> Outcome:
    """« silence » is no answer: a member hears no more of the question, whoever is none declines."""
    if invitation.member is not None:
        Attention.mute(invitation.member, invitation.question)
    else:
        invitation.settle(Invitation.State.DECLINED)
    return Outcome("command", "silence", thread=invitation.question.key)


@transaction.atomic
def accept(invitation: Invitation) -> Member:
    """Make the invited doctor a member, known to the host alone until verified, and let them into the circle."""
    mailbox = invitation.mailbox
    assert mailbox is not None
    # They may have become a member by another way since they were invited.
    mailbox = Mailbox.objects.to_write_to(mailbox.address) or mailbox
    member = mailbox.member or Member.objects.create(
        given_name=invitation.given_name,
        family_name=invitation.family_name,
        gender=invitation.gender,
        speciality=invitation.speciality,
        department=invitation.department,
        rpps=invitation.rpps,
    )
    if mailbox.member is None:
        mailbox.member, mailbox.is_primary = member, True
        mailbox.verified_on = timezone.localdate()  # they answered a letter that went there alone
        mailbox.save()
        host = invitation.invited_by
        Verification.settle(
            member, Verification.How.HOST, reason=f"invited to {invitation.circle.slug} by list", settled_by=host
        )
    Membership.join(invitation.circle, member)
    if not Thread.objects.readable_by(member).filter(pk=invitation.question_id).exists():
        Access.objects.get_or_create(member=member, thread=invitation.question, reason=Access.Reason.INVITED)
    invitation.settle(Invitation.State.ACCEPTED, member)
    return member


@receiver(letters_stopped)
def _forget_invitations(mailbox: Mailbox, **_kwargs: object) -> None:
    """« stop » from somebody who is not a member: what was said of them is erased."""
    for each in mailbox.invitations.pending():
        each.settle(Invitation.State.DECLINED)
