"""Addresses: how they are compared, whose they are, and the list by which one logs in, which is their mere shadow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from colloque.people.models import Mailbox, Member
from colloque.people.models.mailbox import normalise
from tests.village import Village


def box(member: Member | None, address: str, *, proved: bool = True, primary: bool = False) -> Mailbox:
    day = timezone.localdate() if proved else None
    return Mailbox.objects.create(member=member, address=address, verified_on=day, is_primary=primary)


def shadow(member: Member) -> dict[str, bool]:
    """The addresses with which a member may log in, and which is the first."""
    rows = EmailAddress.objects.filter(user=member)
    assert all(row.verified for row in rows)
    return {row.email: row.primary for row in rows}


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Amadou.Sarr@Example.ORG", "amadou.sarr@example.org"),
        ("  amadou.sarr@example.org\n", "amadou.sarr@example.org"),
        ("sarr@CHU-Exemple.example.net", "sarr@chu-exemple.example.net"),
        ("sarr@hôpital.example.org", "sarr@xn--hpital-ixa.example.org"),
        ("sarr@HÔPITAL.example.org", "sarr@xn--hpital-ixa.example.org"),
        ("sarr@xn--hpital-ixa.example.org", "sarr@xn--hpital-ixa.example.org"),
        ('"a@b"@example.org', '"a@b"@example.org'),
        ("sarr+liste@example.org", "sarr+liste@example.org"),
    ],
)
def test_addresses_are_compared_in_one_form(written: str, compared: str) -> None:
    assert normalise(written) == compared


@given(st.text(max_size=300))
def test_whatever_is_no_address_is_compared_without_harm_and_once_and_for_all(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "@" in once


def test_one_proved_mailbox_an_address_and_as_many_claims_as_there_are_claimants(village: Village) -> None:
    box(village.sarr, "a@example.net")
    box(village.oyono, "a@example.net", proved=False)
    box(None, "a@example.net", proved=False)
    for member, proved in ((village.oyono, True), (village.sarr, False), (None, False)):
        with pytest.raises(IntegrityError), transaction.atomic():
            box(member, "A@example.net", proved=proved)


def test_a_claim_is_no_login_until_it_is_proved(village: Village) -> None:
    claim = box(village.sarr, "b@example.net", proved=False)
    assert set(shadow(village.sarr)) == {"amadou.sarr@example.org"}
    claim.verify()
    assert shadow(village.sarr) == {"amadou.sarr@example.org": True, "b@example.net": False}


def test_the_first_address_moves_and_there_is_always_one(village: Village) -> None:
    second = box(village.sarr, "b@example.net")
    second.make_primary()
    assert shadow(village.sarr) == {"amadou.sarr@example.org": False, "b@example.net": True}
    assert Mailbox.objects.filter(member=village.sarr, is_primary=True).count() == 1
    assert village.sarr.primary_mailbox == second


@pytest.mark.parametrize("change", ["address", "member", "unproved", "deleted"])
def test_no_old_address_opens_the_door_after_a_change(village: Village, change: str) -> None:
    second = box(village.sarr, "b@example.net")
    match change:
        case "address":
            second.address = "c@example.net"
            second.save()
            assert set(shadow(village.sarr)) == {"amadou.sarr@example.org", "c@example.net"}
        case "member":
            second.member = village.oyono
            second.save()
            assert set(shadow(village.oyono)) == {"marguerite.oyono@example.org", "b@example.net"}
        case "unproved":
            second.verified_on = None
            second.save()
        case "deleted":
            second.delete()
    assert "b@example.net" not in shadow(village.sarr)


def test_who_is_written_to_at_an_address(village: Village) -> None:
    box(village.sarr, "a@example.net", proved=False)
    assert Mailbox.objects.to_write_to("a@example.net") is None
    nobodys = box(None, "a@example.net", proved=False)
    assert Mailbox.objects.to_write_to("A@example.net") == nobodys
    proved = box(village.oyono, "a@example.net")
    assert Mailbox.objects.to_write_to("a@example.net") == proved


def on(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    day = timezone.now().date() + timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda *_a, **_k: day)


def test_two_refusals_for_good_on_two_days_suspend(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    for day in (0, 0, 0):
        on(monkeypatch, day)
        mailbox.note_bounce(is_permanent=True)
    assert (mailbox.bounce_score, mailbox.suspended_on) == (2, None)
    on(monkeypatch, 1)
    mailbox.note_bounce(is_permanent=True)
    assert mailbox.suspended_on is not None
    assert village.sarr.primary_mailbox is None
    mailbox.clear_bounces()
    assert village.sarr.primary_mailbox == mailbox


def test_delays_a_year_apart_never_add_up(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    for day in range(0, 400, 40):
        on(monkeypatch, day)
        mailbox.note_bounce(is_permanent=False)
    assert (mailbox.bounce_score, mailbox.suspended_on) == (1, None)
    for day in (361, 362, 363):
        on(monkeypatch, day)
        mailbox.note_bounce(is_permanent=False)
    assert mailbox.suspended_on is not None


def test_a_suspended_address_still_logs_in(village: Village) -> None:
    Mailbox.objects.filter(member=village.sarr).update(suspended_on=timezone.localdate())
    assert set(shadow(village.sarr)) == {"amadou.sarr@example.org"}


def test_an_export_names_the_members_addresses_and_nobody_elses(village: Village) -> None:
    box(village.sarr, "b@example.net", proved=False)
    addresses = {each["address"] for each in village.sarr.as_record()["addresses"]}
    assert addresses == {"amadou.sarr@example.org", "b@example.net"}
