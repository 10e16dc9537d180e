"""What a member grants and prefers, and their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from colloque.people.models import Member
from colloque.threads.models import Byline
from colloque.web.threads.forms import bylines_of

# Where French is practised, and its neighbours: a list that one reads, not the six hundred names of the database.
TIME_ZONES = {
    "Europe/Paris": _("France métropolitaine"),
    "America/Guadeloupe": _("Guadeloupe"),
    "America/Martinique": _("Martinique"),
    "America/Cayenne": _("Guyane"),
    "Indian/Reunion": _("La Réunion"),
    "Indian/Mayotte": _("Mayotte"),
    "America/Miquelon": _("Saint-Pierre-et-Miquelon"),
    "Pacific/Tahiti": _("Polynésie"),
    "Pacific/Noumea": _("Nouvelle-Calédonie"),
    "Pacific/Wallis": _("Wallis-et-Futuna"),
    "Europe/Brussels": _("Belgique"),
    "Europe/Luxembourg": _("Luxembourg"),
    "Europe/Zurich": _("Suisse"),
    "America/Montreal": _("Québec"),
}
HOURS = [(hour, f"{hour}\u00a0h") for hour in range(25)]

if TYPE_CHECKING:
    _MemberForm = forms.ModelForm[Member]
else:  # generic for the type checker alone
    _MemberForm = forms.ModelForm


class PreferencesForm(_MemberForm):
    """The sentence of what is granted, the language, and the usual byline."""

    weekly_budget = forms.IntegerField(min_value=0, max_value=50, label=_("Lettres par semaine"))
    quiet_until = forms.TypedChoiceField(coerce=int, choices=HOURS[:24], label=_("Jamais avant"))
    quiet_from = forms.TypedChoiceField(coerce=int, choices=HOURS[1:], label=_("Jamais après"))
    quiet_days = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        choices=[(n, WEEKDAYS[n]) for n in range(7)],
        label=_("Jamais le"),
        widget=forms.CheckboxSelectMultiple,
    )
    has_quiet_hours = forms.BooleanField(required=False, label=_("Respecter ces heures et ces jours"))
    prefers_mask = forms.TypedChoiceField(
        coerce=lambda kind: kind == Byline.Kind.MASK,
        choices=[(k.value, k.value) for k in (Byline.Kind.NAME, Byline.Kind.MASK)],
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Langue des pages et des mails"))
    time_zone = forms.ChoiceField(label=_("Heure de"))

    class Meta:
        model = Member
        fields = (
            "weekly_budget", "has_quiet_hours", "quiet_from", "quiet_until", "quiet_days",
            "language", "time_zone", "prefers_mask",
        )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        member = self.instance
        usual = Byline.Kind.MASK if member.prefers_mask else Byline.Kind.NAME
        self.initial["prefers_mask"] = usual
        zones: dict[str, Any] = {**TIME_ZONES}
        zones.setdefault(member.time_zone, member.time_zone)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(zones.items())
        chosen = self.data.get("prefers_mask", usual) if self.is_bound else usual
        self.bylines = bylines_of(member, chosen)

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if said and len(said.get("quiet_days", [])) == 7:
            self.add_error(
                "quiet_days", _("Il faut un jour au moins. Pour ne plus rien recevoir, arrêtez les lettres plus bas.")
            )
        return said


class AddressForm(forms.Form):
    address = forms.EmailField(
        max_length=254, label=_("Nouvelle adresse"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
