"""What a member grants of their time, said in a sentence."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from colloque.correspondence.release import letters_of_the_week
from colloque.people.models import Member
from colloque.web.days import day, number_in_words


def granted(member: Member) -> str:
    """« Vous accordez cinq lettres par semaine, entre 8 h et 20 h, jamais le dimanche. Il en reste trois. »"""
    if member.letters_stopped_on is not None:
        return _("Vous ne recevez plus de lettres depuis le %(day)s.") % {"day": day(member.letters_stopped_on)}
    if member.weekly_budget == 0:
        return _("Vous n’accordez aucune lettre ; les réponses à vos propres questions vous viennent quand même.")
    return f"{_promise(member)} {_left(member)}"


def _promise(member: Member) -> str:
    if member.weekly_budget == 1:
        parts = [_("Vous accordez une lettre par semaine")]
    else:
        parts = [_("Vous accordez %(number)s lettres par semaine") % {"number": number_in_words(member.weekly_budget)}]
    if member.has_quiet_hours:
        if member.quiet_until != member.quiet_from:
            parts.append(
                _("entre %(opens)s h et %(closes)s h") % {"opens": member.quiet_until, "closes": member.quiet_from}
            )
        parts += [_("jamais le %(day)s") % {"day": WEEKDAYS[each]} for each in sorted(member.quiet_days)]
    return ", ".join(parts) + "."


def _left(member: Member) -> str:
    left = max(0, member.weekly_budget - letters_of_the_week(member))
    if left == 0:
        return _("Il n’en reste aucune pour ces sept jours.")
    return _("Il en reste %(number)s.") % {"number": number_in_words(left)}
