"""What a decision on a letter is called, for the host's desk and for the letter's author."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_SENTENCES = {
    "": gettext_noop("Pas encore lu."),
    "answer": gettext_noop("Publié comme réponse."),
    "question": gettext_noop("Publié comme question."),
    "invitation-accepted": gettext_noop("Invitation acceptée, réponse publiée."),
    "silence": gettext_noop("Le fil est mis en silence."),
    "stop": gettext_noop("Toutes les lettres sont arrêtées."),
    "confirmed-sender": gettext_noop("Le propriétaire de l’adresse a reconnu sa lettre."),
    "denied-sender": gettext_noop("Le propriétaire de l’adresse n’a pas reconnu cette lettre."),
    "command-needs-letter": gettext_noop("Un ordre comme « stop » se donne en répondant à l’une de nos lettres."),
    "bounce": gettext_noop("Avis de non-remise."),
    "automatic": gettext_noop("Réponse d’un automate : jamais publiée, jamais répondue."),
    "own-address": gettext_noop("La lettre se dit écrite par l’une de nos propres adresses."),
    "return-path": gettext_noop("Envoyée à une adresse qui ne sert qu’aux avis de non-remise."),
    "duplicate": gettext_noop("La même lettre était déjà arrivée."),
    "same-id-other-body": gettext_noop("Deux lettres différentes portent le même identifiant."),
    "unreadable": gettext_noop("La lettre n’a pas pu être lue."),
    "several-senders": gettext_noop("La lettre n’a pas un expéditeur, mais aucun ou plusieurs."),
    "too-many": gettext_noop("Trop de lettres de cette adresse aujourd’hui."),
    "unknown-token": gettext_noop("L’adresse de réponse n’est pas l’une des nôtres : elle est tronquée ou inventée."),
    "revoked-token": gettext_noop("L’adresse de réponse ne vaut plus : des lettres plus récentes l’ont remplacée."),
    "other-sender": gettext_noop("La réponse vient d’une autre adresse que celles du membre à qui nous avions écrit."),
    "unknown-sender": gettext_noop("L’expéditeur n’est l’adresse d’aucun membre."),
    "suspended": gettext_noop("Le compte de l’expéditeur est suspendu."),
    "no-such-address": gettext_noop("Personne n’a cette adresse ici."),
    "for-the-host": gettext_noop("La lettre s’adresse à l’hôte."),
    "unknown-purpose": gettext_noop("La réponse concerne une lettre que cette version ne connaît pas."),
    "takes-no-reply": gettext_noop("La lettre à laquelle il est répondu n’attend pas de réponse."),
    "gone": gettext_noop("Ce à quoi il est répondu n’existe plus."),
    "empty": gettext_noop("Aucun texte de l’auteur n’a été trouvé."),
    "empty-title": gettext_noop("La question n’a pas de titre : l’objet du mail était vide."),
    "too-long": gettext_noop("Le texte est trop long."),
    "closed": gettext_noop("Le fil est clos."),
    "not-in-circle": gettext_noop("L’auteur n’est pas membre du cercle."),
    "pictures-not-allowed": gettext_noop("Ce cercle n’admet pas d’image."),
    "refused-by-host": gettext_noop("L’hôte ne l’a pas publiée."),
    "held-too-long": gettext_noop("Retenue trop longtemps sans décision."),
}


def sentence(reason: str) -> str:
    """A reason in words, in the active language; the bare word where it is new."""
    return _(_SENTENCES[reason]) if reason in _SENTENCES else reason
