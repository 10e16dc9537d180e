"""Writing: a question, an answer, a correction. What was typed is kept whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from colloque.circles.models import Circle
from colloque.keys import public_key
from colloque.people.models import Member
from colloque.threads import authorship
from colloque.threads.models import Attachment, Byline, Draft
from colloque.threads.models.thread import TITLE_LENGTH

KINDS = (Byline.Kind.NAME, Byline.Kind.MASK)


def _signer(member: Member) -> signing.Signer:
    return signing.Signer(salt=f"colloque.web.writing:{member.key}")


def fresh_token(member: Member, key: str = "") -> str:
    """The hidden field by which the same form sent twice publishes once: a key that only we can have made."""
    return _signer(member).sign(key or public_key())


def bylines_of(member: Member, usual: str) -> list[tuple[str, str, bool]]:
    """(kind, the words others will see, whether it is proposed) for each byline that a member may choose."""
    return [(kind.value, authorship.preview(member, kind), kind == usual) for kind in KINDS]


class _PicturesInput(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several files in one field. Cleans to a list, empty where none was sent."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=_PicturesInput(attrs={"accept": "image/*", "multiple": True}), **more)

    def clean(self, data: object, initial: object = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(each, initial) for each in files if each]


class WritingForm(forms.Form):
    """A text, under which byline, with which pictures."""

    token = forms.CharField(widget=forms.HiddenInput)
    source = forms.CharField(
        label=_("Votre texte"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Quelques lignes suffisent. Aucun patient ne doit pouvoir être reconnu."),
    )
    byline_kind = forms.ChoiceField(required=False, choices=[(kind.value, kind.value) for kind in KINDS])
    pictures = PicturesField(required=False, label=_("Images"))
    description = forms.CharField(
        required=False, max_length=300, label=_("Ce que montrent les images"),
        help_text=_("Pour qui ne peut pas les voir, et pour le mail."),
    )  # fmt: skip

    forget_pictures = forms.BooleanField(required=False, label=_("Retirer les images gardées"))

    def __init__(self, *args: Any, member: Member, usual: str, draft: Draft | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.member = member
        self.draft = draft
        if not self.is_bound:
            self.initial.setdefault("token", fresh_token(member, draft.key if draft else ""))
        chosen = self.data.get("byline_kind") if self.is_bound else (draft.byline_kind if draft else None)
        self.bylines = bylines_of(member, chosen if chosen in KINDS else usual)
        self.usual = usual

    @property
    def kept_pictures(self) -> int:
        """How many pictures are kept with the draft of this form: a file cannot be put back into its field."""
        if self.is_bound:
            return self._kept(self.cleaned_data.get("token", "")) if hasattr(self, "cleaned_data") else 0
        return self._kept(self.draft.key) if self.draft else 0

    def clean_token(self) -> str:
        """The key under which this form is published."""
        try:
            return _signer(self.member).unsign(self.cleaned_data["token"])
        except signing.BadSignature:
            return public_key()

    def clean_byline_kind(self) -> str:
        return self.cleaned_data["byline_kind"] or self.usual

    def clean_source(self) -> str:
        text: str = self.cleaned_data["source"].replace("\x00", "").replace("\r\n", "\n")
        has_pictures = bool(self.files.getlist("pictures")) or self._kept(self.cleaned_data.get("token", "")) > 0
        if not text.strip() and not has_pictures and "keep" not in self.data:
            raise forms.ValidationError(_("Écrivez quelques mots."), code="empty")
        return text

    def _kept(self, key: str) -> int:
        return Attachment.objects.filter(draft__key=key, draft__author=self.member).count()


class QuestionForm(WritingForm):
    """A new question: where, about what."""

    circle = forms.ModelChoiceField(Circle.objects.none(), to_field_name="slug", label=_("À quel cercle"))
    title = forms.CharField(
        label=_("La question, en une phrase"), max_length=TITLE_LENGTH, required=False,
        help_text=_("C’est l’objet du mail que les confrères recevront."),
    )  # fmt: skip

    field_order = ("token", "circle", "title", "source")

    def __init__(self, *args: Any, circles: Sequence[Circle], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["circle"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Circle.objects.filter(pk__in=[each.pk for each in circles])
        field.empty_label = None if len(circles) == 1 else _("Choisir un cercle")

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].replace("\x00", "").split())
        if not title and "keep" not in self.data:
            raise forms.ValidationError(_("Il manque la question, en une phrase."), code="empty")
        return title


class CorrectionForm(forms.Form):
    """One's own text, again."""

    title = forms.CharField(label=_("La question, en une phrase"), max_length=TITLE_LENGTH)
    source = forms.CharField(
        label=_("Votre texte"), strip=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Aucun patient ne doit pouvoir être reconnu."),
        error_messages={"required": _("Écrivez quelques mots, ou retirez le message.")},
    )  # fmt: skip

    def __init__(self, *args: Any, is_question: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not is_question:
            del self.fields["title"]

    def clean_source(self) -> str:
        text: str = self.cleaned_data["source"].replace("\x00", "").replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError(_("Écrivez quelques mots, ou retirez le message."), code="empty")
        return text


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi (facultatif)"), required=False, max_length=400,
        help_text=_("Quelques mots, que les autres verront à la place du texte."),
    )  # fmt: skip
