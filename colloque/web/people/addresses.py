"""A member's addresses: from which they write, to which letters go."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from colloque.correspondence.models import ReplyAddress
from colloque.correspondence.security import AddressProof, send_address_proof
from colloque.mail.models.letter import is_ours
from colloque.people.models import Allowance, Mailbox, Member
from colloque.people.models.mailbox import normalise
from colloque.web.admission import MemberRequest, members_only

from .forms import AddressForm

MOST_ADDRESSES = 6
PROOFS_A_DAY = 6


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def addresses(request: MemberRequest) -> HttpResponse:
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        sentence = _add(request.user, form.cleaned_data["address"])
        if not sentence:
            messages.success(
                request, _("Un mail vient d’y partir : ouvrez le lien qu’il porte pour confirmer l’adresse.")
            )
            return redirect("addresses")
        form.add_error("address", sentence)
    mailboxes = list(request.user.mailboxes.order_by("-is_primary", "pk"))
    proved = sum(each.verified_on is not None for each in mailboxes)
    context = {"form": form, "mailboxes": mailboxes, "is_last": proved <= 1}
    return render(request, "web/people/addresses.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def make_primary(request: MemberRequest, key: str) -> HttpResponse:
    mailbox = get_object_or_404(request.user.mailboxes.verified(), key=key)
    mailbox.make_primary()
    messages.success(request, _("Les lettres iront à %(address)s.") % {"address": mailbox.address})
    return redirect("addresses")


@require_POST
@members_only
def remove(request: MemberRequest, key: str) -> HttpResponse:
    with transaction.atomic():
        # The row lock makes two removals at once count one after the other: one proved address always remains.
        member = Member.objects.select_for_update().get(pk=request.user.pk)
        mailbox = get_object_or_404(member.mailboxes, key=key)
        others = member.mailboxes.verified().exclude(pk=mailbox.pk).order_by("pk")
        if mailbox.verified_on is not None and not others:
            raise PermissionDenied(_("C’est votre dernière adresse confirmée : ajoutez-en une autre d’abord."))
        mailbox.revoke_reply_addresses()
        mailbox.delete()
        if mailbox.is_primary and others:
            others[0].make_primary()
    messages.success(request, _("L’adresse %(address)s n’est plus la vôtre ici.") % {"address": mailbox.address})
    return redirect("addresses")


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def prove(request: MemberRequest, secret: str) -> HttpResponse:
    """Opening the link changes nothing (mail scanners open links); the button does."""
    found = ReplyAddress.find(secret)
    if found is None or found.purpose != AddressProof.name or found.is_revoked or found.mailbox.member != request.user:
        raise Http404
    mailbox = found.mailbox
    if request.method != "POST":
        return render(request, "web/people/proof.html", {"mailbox": mailbox})
    try:
        with transaction.atomic():
            mailbox.verify()
    except IntegrityError:
        messages.error(request, _taken())
        return redirect("addresses")
    messages.success(
        request,
        _("L’adresse %(address)s est confirmée. Vous pouvez écrire depuis elle.") % {"address": mailbox.address},
    )
    return redirect("addresses")


def _add(member: Member, address: str) -> str:
    """Claim an address and ask for its proof. Returns a sentence where that cannot be, else an empty string."""
    address = normalise(address)
    if is_ours(address):
        return _("Cette adresse est l’une des nôtres : donnez celle de votre messagerie.")
    mine = member.mailboxes.filter(address=address).first()
    if mine is not None and mine.verified_on is not None:
        return _("Cette adresse est déjà la vôtre.")
    if mine is None and member.mailboxes.count() >= MOST_ADDRESSES:
        return _("Vous avez déjà plusieurs adresses. Retirez-en une d’abord.")
    if Mailbox.objects.verified().filter(address=address).exists():
        return _taken()
    if not Allowance.take("address-proof", member.key, most=PROOFS_A_DAY, within=timedelta(days=1)):
        return _("Beaucoup d’adresses ont été essayées aujourd’hui. Recommencez demain.")
    mailbox = mine or Mailbox.objects.create(member=member, address=address)
    send_address_proof(mailbox)
    return ""


def _taken() -> str:
    return _("Cette adresse est déjà confirmée par un membre. Si elle est à vous, écrivez à l’hôte.")
