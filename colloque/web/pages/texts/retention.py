"""How long each thing is kept, in words: the table of the settings as a reader of the privacy page sees it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# By the names of `settings.RETENTION`; a test holds the two together.
KEPT = {
    "letter": gettext_noop("Un mail reçu, après que son sort est réglé. Restent la décision, sa raison et le jour."),
    "envelope": gettext_noop("Les heures d’un mail que nous envoyons, après son départ. Reste le jour."),
    "draft": gettext_noop("Un brouillon qui n’est pas publié."),
    "invitation": gettext_noop("Une invitation sans réponse, et l’adresse qu’elle porte."),
    "held": gettext_noop("Un mail retenu, que l’hôte n’a ni publié ni refusé."),
    "session": gettext_noop("Une connexion, après la dernière visite."),
}


def retention_table() -> str:
    """A Markdown table: what, and for how many days."""
    rows = [f"| {_('Quoi')} | {_('Gardé')} |", "|---|---|"]
    for name, (days, meaning) in settings.RETENTION.items():
        words = _(KEPT[name]) if name in KEPT else meaning
        kept = ngettext("%(n)s jour", "%(n)s jours", days) % {"n": days}
        rows.append(f"| {words} | {kept} |")
    return "\n".join(rows)
