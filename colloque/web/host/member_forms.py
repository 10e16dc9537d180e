"""What a host writes about members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from colloque.circles.models import Circle
from colloque.moderation.hosting import Newcomer
from colloque.people.regions import DEPARTMENTS
from colloque.people.specialities import SPECIALITIES

NO_CHOICE = ("", "—")


class ReasonForm(forms.Form):
    """Why; kept, and read by whom it concerns."""

    reason = forms.CharField(
        label=_("Raison"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Donnez une raison, en une phrase : elle sera lue.")},
    )


class NewMemberForm(forms.Form):
    """One doctor, added on the host's word."""

    given_name = forms.CharField(label=_("Prénom"), max_length=80)
    family_name = forms.CharField(label=_("Nom"), max_length=80)
    gender = forms.ChoiceField(
        label=_("Civilité"), choices=[("f", _("une consœur")), ("m", _("un confrère"))], widget=forms.RadioSelect
    )
    address = forms.EmailField(
        label=_("Adresse e-mail"),
        help_text=_("Relisez-la : qui lit le courrier de cette adresse pourra entrer."),
        max_length=254,
    )
    speciality = forms.ChoiceField(
        label=_("Spécialité"),
        choices=[NO_CHOICE, *[(each.codes[0], each.name) for each in SPECIALITIES]],
        required=False,
    )
    department = forms.ChoiceField(
        label=_("Département"),
        choices=[NO_CHOICE, *[(code, f"{code} {name}") for code, name in DEPARTMENTS.items()]],
        required=False,
    )
    rpps = forms.RegexField(
        r"^\d{11}$",
        label=_("Numéro RPPS, s’il est connu"),
        required=False,
        error_messages={"invalid": _("Un numéro RPPS a onze chiffres.")},
    )
    circle = forms.ModelChoiceField(
        Circle.objects.order_by("name"), label=_("Cercle"), required=False, to_field_name="slug", empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in {
            "given_name": _("Il manque le prénom."),
            "family_name": _("Il manque le nom."),
            "gender": _("Dites si c’est une consœur ou un confrère : c’est ce qu’un masque montre."),
            "address": _("Il manque l’adresse : sans elle, personne ne peut entrer."),
        }.items():
            self.fields[name].error_messages["required"] = words

    @property
    def newcomer(self) -> Newcomer:
        """What was written, once valid."""
        said = self.cleaned_data
        names = ("given_name", "family_name", "gender", "speciality", "department", "rpps")
        return Newcomer(said["address"], **{name: said[name] for name in names})
