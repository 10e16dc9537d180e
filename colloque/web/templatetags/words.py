"""Words of the pages, for templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from colloque.web import days
from colloque.web.admission import is_from_here, written_in

register = template.Library()
register.filter("answers_in_words", days.answers_in_words)
register.filter("in_words", days.number_in_words)


@register.filter
def day(when: date | None) -> SafeString | str:
    """The day, readable by machines too."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), days.day(when)) if when else ""


@register.simple_tag(takes_context=True)
def written_here(context: dict[str, Any]) -> list[tuple[str, str]]:
    """What stood in a form that was refused as forged (its secret has changed since, most often).

    Words are shown again only where they come from a page of ours: nobody else's may appear under our name.
    """
    request = context["request"]
    return written_in(request) if is_from_here(request) else []
