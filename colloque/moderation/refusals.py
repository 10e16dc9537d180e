"""Why a host's act, or a notice, cannot be done: one class a reason, each with a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Forbidden(Exception):
    """An act that the rules of the house do not allow."""

    @property
    def sentence(self) -> str:
        return _("Cela n’est pas possible.")


class NotReadable(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Ce message n’est pas, ou n’est plus, lisible.")


class AlreadyReported(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Vous avez déjà signalé ce message. L’hôte ne l’a pas encore réglé ; sa décision vous sera écrite.")


class TooManyNotices(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Vous avez beaucoup signalé aujourd’hui. Écrivez plutôt à l’hôte ce qui ne va pas.")


class AlreadySettled(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Un autre hôte vient de régler ce signalement.")


class OwnPost(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Vous avez écrit ce message : un autre hôte doit en juger.")


class NoReason(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Donnez une raison, en une phrase : elle sera lue.")


class LastHost(Forbidden):
    @property
    def sentence(self) -> str:
        return _("C’est le seul hôte de l’instance. Désignez d’abord un autre hôte.")


class HostsAreNotSuspended(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Un hôte ne peut pas être suspendu. Retirez-lui d’abord ce rôle.")


class CannotHost(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Un membre suspendu ne peut pas devenir hôte. Réadmettez-le d’abord.")


class AddressTaken(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Cette adresse est déjà celle d’un membre.")


class AddressDeclined(Forbidden):
    @property
    def sentence(self) -> str:
        return _("Cette personne a demandé à ne plus être écrite. Demandez-lui une autre adresse, de vive voix.")
