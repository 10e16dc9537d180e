"""Letters about the account itself: login codes, proof of an address, and whatever Django itself writes.

None of them counts in the week, and none takes a reply: identity is never changed by mail.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from colloque.keys import public_key
from colloque.people.models import Mailbox

from . import purposes
from .models import Envelope, ReplyAddress
from .models.dispatch import ring
from .purposes import Composition, Purpose


class LoginCode(Purpose):
    """The code by which one logs in; good for a quarter of an hour."""

    name = "login-code"

    def compose(self, envelope: Envelope) -> Composition | None:
        code = envelope.carried.get("code")
        if not code or envelope.is_expired:
            return None
        return Composition(
            subject=_("%(code)s : votre code de connexion") % {"code": code},
            lead=_("Voici votre code : %(code)s") % {"code": code},
            body=_(
                "Il sert une fois, pendant quinze minutes. Si vous n’avez rien demandé, oubliez ce mail : "
                "personne n’entre sans ce code."
            ),
            why=_("Vous recevez ce mail parce que quelqu’un, vous sans doute, demande à entrer avec votre adresse."),
            takes_reply=False,
        )


class AddressProof(Purpose):
    """A link that proves an address: opening it changes nothing, the button on the page does."""

    name = "address-proof"

    def compose(self, envelope: Envelope) -> Composition | None:
        mailbox = envelope.mailbox
        if mailbox.verified_on is not None or mailbox.member is None:
            return None
        secret = ReplyAddress.give(mailbox, self.name)
        return Composition(
            subject=_("Confirmez votre adresse"),
            lead=_("Vous voulez écrire à %(instance)s depuis cette adresse.") % {"instance": settings.INSTANCE.name},
            body=_(
                "Ouvrez la page et confirmez. Tant que ce n’est pas fait, ce qui vient de cette adresse est retenu."
            ),
            why=_(
                "Vous recevez ce mail parce qu’un membre a ajouté cette adresse à son compte. "
                "Si ce n’est pas vous, n’ouvrez pas la page : rien ne se passera."
            ),
            link=f"/me/addresses/proof/{secret}",
            link_label=_("Confirmer cette adresse"),
            takes_reply=False,
        )


class Message(Purpose):
    """Whatever came through Django's mail functions."""

    name = "message"

    def compose(self, envelope: Envelope) -> Composition | None:
        content = envelope.carried
        if not content:
            return None
        return Composition(
            subject=content["subject"],
            lead="",
            body=content["body"],
            why=_("Ce mail concerne votre compte."),
            takes_reply=False,
        )


def register() -> None:
    from .stopping import LettersStopped

    for each in (LoginCode(), AddressProof(), Message(), LettersStopped()):
        purposes.register(each)


def send_login_code(mailbox: Mailbox, code: str) -> Envelope:
    """Put a login code on its way: first out of the door, worthless after its time."""
    envelope = Envelope(
        mailbox=mailbox,
        purpose=LoginCode.name,
        about=f"code:{public_key()}",
        is_budgeted=False,
        expires=timezone.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    )
    envelope.carry({"code": code})
    envelope.save()
    ring()
    return envelope


def send_address_proof(mailbox: Mailbox) -> Envelope:
    """Ask the owner of an address to confirm it; asking again the same day sends nothing more."""
    envelope, _created = Envelope.objects.get_or_create(
        mailbox=mailbox,
        purpose=AddressProof.name,
        about=f"day:{timezone.localdate()}",
        defaults={"is_budgeted": False},
    )
    ring()
    return envelope
