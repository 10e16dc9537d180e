"""Circles: created, described, and who belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colloque.circles.models import Circle, Membership
from colloque.people.models import Member
from colloque.web.admission import MemberRequest

from .access import host_only
from .lists import named, page_of, wanted

# Words that stand where a circle's own would, in the addresses of pages.
PAGE_WORDS = frozenset({"new"})


if TYPE_CHECKING:  # Django's form classes take their model for the type checker alone
    _CircleModelForm = forms.ModelForm[Circle]
else:
    _CircleModelForm = forms.ModelForm


class CircleForm(_CircleModelForm):
    """A circle's description; its address is fixed once something was written there."""

    class Meta:
        model = Circle
        fields = ["name", "slug", "description", "kind", "joining", "allows_clinical_cases", "allows_pictures"]
        labels = {
            "name": gettext_lazy("Nom"),
            "slug": gettext_lazy("Début de l’adresse"),
            "description": gettext_lazy("À qui ce cercle s’adresse, en une ou deux phrases"),
            "kind": gettext_lazy("Sorte de cercle"),
            "joining": gettext_lazy("Qui y entre"),
            "allows_clinical_cases": gettext_lazy("Admettre les cas cliniques"),
            "allows_pictures": gettext_lazy("Admettre les images"),
        }
        help_texts = {
            "slug": gettext_lazy("Des minuscules sans accent et des traits d’union : « mg-finistere »."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "kind": forms.RadioSelect,
            "joining": forms.RadioSelect,
        }
        error_messages = {
            "name": {"required": gettext_lazy("Il manque le nom du cercle.")},
            "slug": {
                "required": gettext_lazy("Il manque le début de l’adresse."),
                "unique": gettext_lazy("Un autre cercle a déjà cette adresse."),
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_address_fixed:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = gettext_lazy("Fixe, depuis que des fils et des mails la portent.")

    @property
    def is_address_fixed(self) -> bool:
        return self.instance.pk is not None and self.instance.threads.exists()

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in PAGE_WORDS:
            raise ValidationError(_("Cette adresse est réservée."))
        return slug


@host_only
@require_safe
def circles(request: MemberRequest) -> HttpResponse:
    rows = Circle.objects.annotate(size=Count("memberships", filter=Q(memberships__until__isnull=True)))
    return render(request, "web/host/circles.html", {"page": page_of(request, rows.order_by("name", "pk"))})


@host_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_circle(request: MemberRequest) -> HttpResponse:
    form = CircleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = form.save()
        messages.success(request, _("Le cercle « %(name)s » est ouvert.") % {"name": row.name})
        return redirect("host-circle", slug=row.slug)
    return render(request, "web/host/circle_new.html", {"form": form}, status=422 if form.errors else 200)


@host_only
@require_http_methods(["GET", "HEAD", "POST"])
def circle(request: MemberRequest, slug: str) -> HttpResponse:
    """One circle: its members, and its description to change."""
    row = get_object_or_404(Circle, slug=slug)
    form = CircleForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        row = form.save()
        messages.success(request, _("C’est noté."))
        return redirect("host-circle", slug=row.slug)
    query = wanted(request)
    members = named(Member.objects.all(), query).values("pk")
    rows = Membership.objects.current().filter(circle__slug=slug, member__in=members).select_related("member")
    page = page_of(request, rows.order_by("role", "member__family_name", "member__given_name", "pk"))
    context = {
        "circle": Circle.objects.get(slug=slug) if form.errors else row,
        "form": form,
        "page": page,
        "query": query,
    }
    return render(request, "web/host/circle.html", context, status=422 if form.errors else 200)


@host_only
@require_POST
def end_membership(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    row = _membership(slug, key)
    row.leave()
    messages.success(request, _("%(member)s n’est plus de ce cercle.") % {"member": row.member.name})
    return redirect("host-circle", slug=slug)


@host_only
@require_POST
def make_circle_host(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    return _set_role(request, _membership(slug, key), Membership.Role.HOST, _("%(member)s est hôte de ce cercle."))


@host_only
@require_POST
def unmake_circle_host(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    return _set_role(
        request, _membership(slug, key), Membership.Role.MEMBER, _("%(member)s n’est plus hôte de ce cercle.")
    )


def _set_role(request: MemberRequest, row: Membership, role: Membership.Role, sentence: str) -> HttpResponse:
    row.role = role
    row.save(update_fields=["role"])
    messages.success(request, sentence % {"member": row.member.name})
    return redirect("host-circle", slug=row.circle.slug)


def _membership(slug: str, key: str) -> Membership:
    rows = Membership.objects.current().select_related("circle", "member")
    return get_object_or_404(rows, circle__slug=slug, member__key=key)
