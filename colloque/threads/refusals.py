"""Why a text cannot be published: one class a reason, each with a sentence for its author."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Refusal(Exception):
    """A text that cannot be published. Its author keeps what they wrote."""

    reason = "refused"

    @property
    def sentence(self) -> str:
        """What happened and what to do next, in the active language."""
        return _("Ce message ne peut pas être publié.")


class EmptyText(Refusal):
    reason = "empty"

    @property
    def sentence(self) -> str:
        return _(
            "Nous n’avons trouvé aucun texte de vous dans ce message. Écrivez votre réponse au-dessus du texte cité."
        )


class EmptyTitle(Refusal):
    reason = "empty-title"

    @property
    def sentence(self) -> str:
        return _("Il manque un titre : l’objet du mail, en quelques mots.")


class TextTooLong(Refusal):
    reason = "too-long"

    @property
    def sentence(self) -> str:
        return _("Ce texte est trop long pour être lu. Gardez l’essentiel, en moins de 20 000 signes.")


class ThreadClosed(Refusal):
    reason = "closed"

    @property
    def sentence(self) -> str:
        return _("Ce fil est clos : il ne prend plus de réponse. Vous pouvez poser une nouvelle question au cercle.")


class NotInCircle(Refusal):
    reason = "not-in-circle"

    @property
    def sentence(self) -> str:
        return _("Vous n’êtes pas, ou plus, membre de ce cercle. Rejoignez-le sur sa page, ou écrivez à l’hôte.")


class NotYours(Refusal):
    reason = "not-yours"

    @property
    def sentence(self) -> str:
        return _("Seul l’auteur d’un message peut le corriger ou le retirer.")


class TooMany(Refusal):
    reason = "too-many"

    @property
    def sentence(self) -> str:
        return _("Vous avez beaucoup écrit aujourd’hui. La suite pourra partir demain.")


class PicturesNotAllowed(Refusal):
    reason = "pictures-not-allowed"

    @property
    def sentence(self) -> str:
        return _("Ce cercle n’admet pas d’image : un patient peut y être reconnu.")


class TooManyPictures(Refusal):
    reason = "too-many-pictures"

    @property
    def sentence(self) -> str:
        return _("Huit images au plus accompagnent un message.")


class UnreadablePicture(Refusal):
    reason = "unreadable-picture"

    @property
    def sentence(self) -> str:
        return _("Cette image n’a pas pu être lue. Envoyez-la en JPEG ou en PNG, de moins de 15 Mo.")
