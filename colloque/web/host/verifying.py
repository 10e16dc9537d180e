"""Settling who is a doctor: entries of the register that may be theirs, compared, and the ground that is accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from colloque.people.directory.search import find_practitioners
from colloque.people.models import Member, Practitioner, Verification

from .comparing import SAME, Comparison, compare

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Candidate:
    """An entry of the register, compared with what a member declared."""

    entry: Practitioner
    comparisons: list[Comparison]
    holder: Member | None  # the member who is recognised by this entry already

    @property
    def ground(self) -> str:
        """The value under which a form chooses it."""
        return f"register:{self.entry.rpps}"

    @property
    def communes(self) -> str:
        """Where the register says that they practise: the first three towns."""
        return ", ".join(self.entry.communes[:3])

    @property
    def agreements(self) -> int:
        return sum(each.verdict == SAME for each in self.comparisons)

    @property
    def may_be_accepted(self) -> bool:
        """An intern's entry proves no doctor; an entry serves one member."""
        return self.holder is None and not self.entry.is_student


def candidates_for(member: Member, query: str) -> tuple[str, list[Candidate]]:
    """What was looked for and what was found, most alike first; unasked, the declared number, else the name."""
    found: list[Practitioner] = []
    if query:
        found = find_practitioners(query, department="", limit=MOST_CANDIDATES)
    else:
        for query in filter(None, (member.rpps, f"{member.family_name} {member.given_name}")):
            if found := find_practitioners(query, department="", limit=MOST_CANDIDATES):
                break
    holders = _holders(found)
    rows = [Candidate(each, compare(member, each), holders.get(each.rpps)) for each in found]
    return query, sorted(rows, key=lambda each: -each.agreements)


def _holders(entries: Iterable[Practitioner]) -> dict[str, Member]:
    rows = Verification.objects.in_force().filter(how=Verification.How.REGISTER, practitioner__in=entries)
    return {str(each.practitioner_id): each.member for each in rows.select_related("member")}


class VerificationForm(forms.Form):
    """On which ground a member is held to be a doctor, and why."""

    ground = forms.CharField(error_messages={"required": gettext_lazy("Choisissez ce qui fait foi.")})
    reason = forms.CharField(
        label=gettext_lazy("Ce qui vous en assure"),
        help_text=gettext_lazy("Une phrase, gardée avec votre nom et le jour : « même RPPS, vu au congrès »."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Dites ce qui vous en assure, en une phrase.")},
    )

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.practitioner: Practitioner | None = None
        self.how = ""

    @property
    def how_label(self) -> str:
        return str(Verification.How(self.how).label)

    def clean_ground(self) -> str:
        ground = str(self.cleaned_data["ground"])
        how, _colon, rpps = ground.partition(":")
        if how == Verification.How.REGISTER:
            self.practitioner = Practitioner.objects.filter(pk=rpps).first()
            if self.practitioner is None:
                raise forms.ValidationError(_("Cette entrée n’est plus dans le répertoire."))
            if self.practitioner.is_student:
                raise forms.ValidationError(_("Le répertoire l’inscrit comme étudiant : il ne fait pas foi seul."))
        elif how not in {Verification.How.VOUCHED, Verification.How.HOST}:
            raise forms.ValidationError(_("Choisissez ce qui fait foi."))
        if self.member.verifications.in_force().filter(how=how, practitioner=self.practitioner).exists():
            raise forms.ValidationError(_("C’est déjà noté."))
        self.how = how
        return ground

    def settle(self, host: Member) -> bool:
        """Record it. False, with the sentence on the form, where another member holds the entry."""
        try:
            with transaction.atomic():
                Verification.settle(
                    self.member,
                    self.how,
                    reason=self.cleaned_data["reason"].strip(),
                    settled_by=host,
                    practitioner=self.practitioner,
                )
        except IntegrityError:
            self.add_error("ground", _("Un autre membre est déjà reconnu par cette entrée du répertoire."))
            return False
        return True
