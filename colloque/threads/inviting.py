"""Inviting a doctor with a real question: answering the letter accepts the invitation."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
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
from colloque.people.models.mailbox import normalise
from colloque.people.specialities import SPECIALITIES

from . import publishing
from .models import Access, Attention, Byline, Invitation, Post, Thread
from .refusals import EmptyText, ThreadClosed
from .rendering import plain

MOST_ROWS = 2_000
LONGEST_ADDRESS = 254


class UnreadableList(ValueError):
    """A list of doctors that cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Invitee:
    """One row of a list: who is to be invited."""

    address: str
    given_name: str = ""
    family_name: str = ""
    gender: str = ""
    speciality: str = ""
    department: str = ""
    rpps: str = ""


# Column names that hosts write, folded; the first is the one that we ask for.
_COLUMNS = {
    "address": ("email", "e-mail", "mail", "adresse", "courriel", "adresse e-mail"),
    "given_name": ("prenom", "prénom", "given_name", "first name"),
    "family_name": ("nom", "family_name", "last name"),
    "gender": ("civilite", "civilité", "genre", "gender", "sexe"),
    "speciality": ("specialite", "spécialité", "speciality"),
    "department": ("departement", "département", "department"),
    "rpps": ("rpps", "n° rpps", "numero rpps"),
}
_WOMAN = {"f", "mme", "madame", "femme", "mlle", "consœur"}
_MAN = {"m", "m.", "mr", "monsieur", "h", "homme", "confrère"}


def read_list(data: bytes) -> tuple[list[Invitee], list[tuple[int, str]]]:
    """Invitees of a CSV file (UTF-8 or Windows-1252; comma, semicolon or tab), and (line, sentence) for bad rows.

    Raises UnreadableList when there is no address column or the file is no table.
    """
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise UnreadableList(_("Ce fichier n’est pas un tableau CSV lisible.")) from error
    if not rows:
        raise UnreadableList(_("Ce fichier est vide."))
    if len(rows) > MOST_ROWS:
        raise UnreadableList(_("Ce fichier est trop long : %(n)s lignes au plus.") % {"n": MOST_ROWS})
    columns = _columns(rows[0])
    invitees: dict[str, Invitee] = {}
    bad: list[tuple[int, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        invitee, sentence = _invitee({name: _one_line(row[at]) for name, at in columns.items() if at < len(row)})
        if sentence:
            bad.append((number, sentence))
        elif invitee.address in invitees:
            bad.append((number, _("Cette adresse figure deux fois.")))
        else:
            invitees[invitee.address] = invitee
    return list(invitees.values()), bad


def _one_line(cell: str) -> str:
    """A cell as a name may stand in a header or on a page: on one line, without control characters."""
    return "".join(char for char in " ".join(cell.split()) if char.isprintable())


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel writes in France


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(";,\t", key=header.count)


def _columns(header: list[str]) -> dict[str, int]:
    folded = [cell.strip().lower() for cell in header]
    found = {
        name: folded.index(alias) for name, aliases in _COLUMNS.items() for alias in aliases[::-1] if alias in folded
    }
    if "address" not in found:
        raise UnreadableList(_("Il manque une colonne « email » à la première ligne."))
    return found


def _invitee(cells: dict[str, str]) -> tuple[Invitee, str]:
    address = normalise(cells.get("address", ""))
    gender = cells.get("gender", "").lower()
    invitee = Invitee(
        address=address,
        given_name=cells.get("given_name", "")[:80],
        family_name=cells.get("family_name", "")[:80],
        gender="f" if gender in _WOMAN else "m" if gender in _MAN else "",
        speciality=_speciality(cells.get("speciality", "")),
        department=cells.get("department", "").upper()[:4],
        rpps=cells.get("rpps", "")[:11],
    )
    try:
        validate_email(address)
        if len(address) > LONGEST_ADDRESS:
            raise ValidationError("too long")
    except ValidationError:
        return invitee, _("L’adresse « %(address)s » n’est pas une adresse e-mail.") % {"address": address[:80]}
    if not invitee.family_name:
        return invitee, _("Il manque le nom.")
    return invitee, ""


def _speciality(text: str) -> str:
    wanted = text.strip().lower()
    for each in SPECIALITIES:
        if wanted and wanted in {
            each.name.lower(),
            each.masculine.lower(),
            each.feminine.lower(),
            each.codes[0].lower(),
        }:
            return each.codes[0]
    return ""


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
