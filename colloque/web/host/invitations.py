"""Inviting doctors by list: written or given as a file, looked at, then confirmed; the report at the end.

Nothing is kept between the two steps but what the page itself carries back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from colloque.circles.models import Circle
from colloque.correspondence.models import Envelope
from colloque.correspondence.purposes import Composition, purpose
from colloque.people.models import Mailbox, Member
from colloque.threads import inviting
from colloque.threads.invitees import Invitee, UnreadableList, decoded, read_list
from colloque.threads.models import Post, Thread
from colloque.web.admission import MemberRequest

from .access import host_only

MOST_QUESTIONS = 30  # offered; an older one is seldom the one that wakes a stranger
LARGEST_FILE = 1_000_000  # bytes; 2,000 rows of 100 bytes are a fifth of it


class InvitationForm(forms.Form):
    """A list of doctors and the question that invites them."""

    question = forms.ModelChoiceField(
        Thread.objects.none(),
        label=gettext_lazy("La question que porte l’invitation"),
        to_field_name="key",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choisissez la question."),
            "invalid_choice": gettext_lazy("Cette question n’est plus ouverte : choisissez-en une autre."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("Un fichier CSV"),
        help_text=gettext_lazy("Tel qu’Excel ou LibreOffice l’enregistre. Il remplace la liste ci-dessous."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    list = forms.CharField(
        label=gettext_lazy("Ou la liste, collée ici"),
        help_text=gettext_lazy(
            "Une ligne par confrère. La première nomme les colonnes : « email » et « nom » suffisent."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, circle: Circle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].queryset = open_questions(circle)  # type: ignore[attr-defined]
        self.invitees: list[Invitee] = []
        self.bad: list[tuple[int, str]] = []
        self.text = ""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        text = decoded(said["file"].read()) if said.get("file") else said.get("list", "")
        said["list"] = self.text = text
        try:
            self.invitees, self.bad = read_list(text.encode()) if text.strip() else ([], [])
        except UnreadableList as error:
            self.add_error("list", str(error))
        else:
            if not text.strip():
                self.add_error("list", _("Il manque la liste : un fichier, ou des lignes collées."))
            elif not self.invitees and not self.bad:
                self.add_error("list", _("Cette liste n’a que sa première ligne, celle des noms de colonnes."))
        return said

    def clean_file(self) -> UploadedFile[bytes] | None:
        given: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if given is not None and (given.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("Ce fichier est trop lourd : 1 Mo au plus."))
        return given


def open_questions(circle: Circle) -> QuerySet[Thread]:
    """Questions that an invitation can carry: open, their first post published; the newest first."""
    published = Post.objects.published().filter(position=0).values("thread")
    rows = Thread.objects.open().filter(circle=circle, pk__in=published)
    newest = rows.order_by("-last_activity_on", "-pk")[:MOST_QUESTIONS]
    return Thread.objects.filter(pk__in=newest.values("pk")).order_by("-last_activity_on", "-pk")


@dataclass(frozen=True)
class Preview:
    """What would happen: how many would be written to, which rows would not, and one letter as it would leave."""

    invitees: list[Invitee]
    bad: list[tuple[int, str]]
    letter: Composition | None


@host_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_invitations(request: MemberRequest, slug: str) -> HttpResponse:
    """Write the list (GET), look at what it would do (POST)."""
    circle = get_object_or_404(Circle, slug=slug)
    if request.method != "POST":
        return _form(request, circle, InvitationForm(circle))
    form = InvitationForm(circle, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, circle, form)
    question = form.cleaned_data["question"]
    preview = Preview(form.invitees, form.bad, sample_letter(circle, question, form.invitees, request.user))
    context = {"circle": circle, "question": question, "preview": preview, "list": form.cleaned_data["list"]}
    return render(request, "web/host/invitations_preview.html", context)


@host_only
@require_POST
def invite(request: MemberRequest, slug: str) -> HttpResponse:
    """Send the invitations that were looked at."""
    circle = get_object_or_404(Circle, slug=slug)
    form = InvitationForm(circle, request.POST)
    if not form.is_valid() or "change" in request.POST:
        return _form(request, circle, form)
    report = inviting.invite(circle, form.cleaned_data["question"], form.invitees, request.user)
    context = {"circle": circle, "report": report, "bad": form.bad}
    return render(request, "web/host/invitations_report.html", context)


def sample_letter(circle: Circle, question: Thread, invitees: list[Invitee], host: Member) -> Composition | None:
    """The letter that the first stranger of the list would get: truly written, in a transaction that is undone."""
    known = set(
        Mailbox.objects.filter(address__in=[each.address for each in invitees]).values_list("address", flat=True)
    )
    stranger = next((each for each in invitees if each.address not in known), None)
    if stranger is None:
        return None
    with transaction.atomic():
        inviting.invite(circle, question, [stranger], host)
        envelope = Envelope.objects.select_related("mailbox").get(
            purpose="invitation", mailbox__address=stranger.address
        )
        letter = purpose("invitation").compose(envelope)
        transaction.set_rollback(True)
    return letter


def _form(request: MemberRequest, circle: Circle, form: InvitationForm) -> HttpResponse:
    if form.is_bound:
        # A file cannot be put back into its field: what it said goes into the list, where it can be corrected.
        form.data = {**dict(form.data.items()), "list": form.text}
    context = {"circle": circle, "form": form, "has_question": open_questions(circle).exists()}
    return render(request, "web/host/invitations_new.html", context, status=422 if form.errors else 200)
