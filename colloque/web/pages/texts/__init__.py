"""What the instance says of itself: Markdown files, the host's or those beside this module, in both languages."""

from __future__ import annotations

import logging
from pathlib import Path
from string import Template

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from colloque.people.models import DirectoryImport
from colloque.threads.rendering import render
from colloque.web.days import day

from .retention import retention_table

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent


def rendered(name: str, language: str) -> SafeString:
    """One text as sanitised HTML, its own headings under the page's. `name` is a key of the table of pages."""
    source = Template(_source(name, language)).safe_substitute(_facts(name))
    # The renderer begins at h3, as posts need; here the page's title is the only heading above.
    html = render(source).replace("<h3>", "<h2>").replace("</h3>", "</h2>")
    return mark_safe(html)  # noqa: S308 (sanitised by the renderer)


def _source(name: str, language: str) -> str:
    own = {"legal": settings.INSTANCE.legal_notice, "terms": settings.INSTANCE.terms}.get(name, "")
    if own:
        try:
            return Path(own).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            # The page must not go away with its file; the host reads of it in the log and in `colloque settings`.
            logger.error("the text of /%s cannot be read from %s: %s", name, own, error)
    path = HERE / f"{name}.{language}.md"
    return (path if path.exists() else HERE / f"{name}.fr.md").read_text(encoding="utf-8")


def _facts(name: str) -> dict[str, str]:
    instance = settings.INSTANCE
    facts = {
        "name": instance.name,
        "url": instance.url,
        "contact": f"<{instance.contact}>" if instance.contact else _("(l’hôte n’a pas encore donné d’adresse)"),
        "postal_address": instance.postal_address or _("(l’hôte n’a pas encore donné d’adresse postale)"),
        "budget": str(instance.weekly_budget),
    }
    if name == "privacy":
        facts |= {"register": _register(), "retention": retention_table()}
    return facts


def _register() -> str:
    """Of which day the register's data are, or that there are none."""
    last = DirectoryImport.objects.order_by("-pk").first()
    if last is None:
        return _("À ce jour, aucune extraction du répertoire n’a été reprise ici.")
    if last.is_sample:
        return _("Les données présentes ici sont un échantillon fictif, qui ne désigne personne.")
    return _("La dernière extraction reprise ici date du %(day)s.") % {"day": day(last.extracted_on)}
