"""What a member declared, field by field, beside an entry of the register. Plain values in, plain values out."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from colloque.people.directory.search import fold_words
from colloque.people.models import Member, Practitioner
from colloque.people.regions import department_name
from colloque.people.specialities import speciality_label, speciality_of

SAME, DIFFERS, MISSING = "same", "differs", "missing"
_GENDERS = {"M": "m", "MME": "f", "MLLE": "f"}


@dataclass(frozen=True)
class Comparison:
    """One field on both sides, as a reader sees it, and whether they agree."""

    label: str
    declared: str
    listed: str
    verdict: str

    @property
    def words(self) -> str:
        return {SAME: _("identique"), DIFFERS: _("différent"), MISSING: _("non donné")}[self.verdict]


def compare(member: Member, entry: Practitioner) -> list[Comparison]:
    """The six fields that both sides know. Accents, case and hyphens make no difference in names."""
    return [
        _compare_names(_("Nom"), member.family_name, entry.family_name),
        _compare_names(_("Prénom"), member.given_name, entry.given_name),
        _compare_gender(member, entry),
        Comparison(
            _("Numéro RPPS"), member.rpps, entry.rpps, _verdict(member.rpps, entry.rpps, member.rpps == entry.rpps)
        ),
        _compare_speciality(member, entry),
        _compare_department(member, entry),
    ]


def _verdict(declared: object, listed: object, is_same: bool) -> str:
    if not declared or not listed:
        return MISSING
    return SAME if is_same else DIFFERS


def _compare_names(label: str, declared: str, listed: str) -> Comparison:
    is_same = "".join(fold_words(declared)) == "".join(fold_words(listed))
    return Comparison(label, declared, listed, _verdict(declared, listed, is_same))


def _compare_gender(member: Member, entry: Practitioner) -> Comparison:
    listed = _GENDERS.get(entry.civility.upper().rstrip("."), "")
    words = {"m": _("M."), "f": _("Mme"), "": ""}
    is_same = member.gender == listed
    return Comparison(
        _("Civilité"), words.get(member.gender, ""), words[listed], _verdict(member.gender, listed, is_same)
    )


def _compare_speciality(member: Member, entry: Practitioner) -> Comparison:
    # Codes of one speciality changed over the years: groups are compared, not codes.
    listed = {group.slug: group.name for code in entry.specialities if (group := speciality_of(code))}
    declared = speciality_of(member.speciality)
    is_same = declared is not None and declared.slug in listed
    return Comparison(
        _("Spécialité"),
        speciality_label(member.speciality),
        ", ".join(listed.values()),
        _verdict(declared, listed, is_same),
    )


def _compare_department(member: Member, entry: Practitioner) -> Comparison:
    is_same = member.department in entry.departments
    return Comparison(
        _("Département"),
        department_name(member.department) or member.department,
        ", ".join(department_name(code) or code for code in entry.departments),
        _verdict(member.department, entry.departments, is_same),
    )
