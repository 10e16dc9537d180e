"""Hosts, newcomers added by hand, and suspensions."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.correspondence.purposes import purpose
from colloque.moderation import hosting
from colloque.moderation.refusals import (
    AddressDeclined,
    AddressTaken,
    CannotHost,
    HostsAreNotSuspended,
    LastHost,
    NoReason,
)
from colloque.people.models import Mailbox, Member
from tests.conftest import Work
from tests.village import Village

NEWCOMER = hosting.Newcomer("Yann.Prigent@example.net", "Yann", "Prigent", "m", "SM54", "29")


def test_the_last_host_stays_host(village: Village) -> None:
    with pytest.raises(LastHost):
        hosting.unmake_host(village.lenoir)
    hosting.make_host(village.sarr)
    hosting.unmake_host(village.lenoir)
    assert list(Member.objects.filter(is_host=True)) == [village.sarr]


def test_a_suspended_member_loses_sessions_and_reply_addresses_and_is_told_why(village: Village, work: Work) -> None:
    before = village.sarr.get_session_auth_hash()
    capability = ReplyAddress.give(village.sarr.mailboxes.get(), "answer", "post:x")
    hosting.suspend(village.sarr, village.lenoir, "mépris répété")
    work()
    sarr = Member.objects.get(pk=village.sarr.pk)
    assert not sarr.is_active and sarr.get_session_auth_hash() != before
    found = ReplyAddress.find(capability)
    assert found is not None and found.is_revoked
    letter = purpose("suspension").compose(Envelope.objects.get(purpose="suspension"))
    assert letter is not None and "mépris répété" in letter.body
    hosting.readmit(sarr, village.lenoir)
    assert Member.objects.get(pk=sarr.pk).is_active
    assert sarr.suspensions.get().ended_on is not None


def test_neither_a_host_nor_without_a_reason_is_anybody_suspended(village: Village) -> None:
    with pytest.raises(HostsAreNotSuspended):
        hosting.suspend(village.lenoir, village.lenoir, "moi")
    with pytest.raises(NoReason):
        hosting.suspend(village.sarr, village.lenoir, " ")
    hosting.suspend(village.sarr, village.lenoir, "mépris")
    with pytest.raises(CannotHost):
        hosting.make_host(Member.objects.get(pk=village.sarr.pk))


def test_a_doctor_added_by_hand_can_enter_by_code_and_is_welcomed_by_mail(village: Village, work: Work) -> None:
    member = hosting.add_by_hand(NEWCOMER, village.finistere, village.lenoir)
    work()
    assert EmailAddress.objects.get(user=member).verified
    assert not member.is_verified and member.verifications.get().settled_by == village.lenoir
    assert village.finistere.has_member(member)
    envelope = Envelope.objects.get(purpose="welcome")
    letter = purpose("welcome").compose(envelope)
    assert not envelope.is_budgeted and letter is not None
    assert "Dr Paul Lenoir" in letter.lead and "mg-finistere@colloque.example.org" in letter.body


def test_an_address_in_use_or_that_declined_is_not_added(village: Village) -> None:
    hosting.add_by_hand(NEWCOMER, None, village.lenoir)
    with pytest.raises(AddressTaken):
        hosting.add_by_hand(NEWCOMER, None, village.lenoir)
    Mailbox.objects.create(address="non@example.net", refused_on="2026-01-01")
    with pytest.raises(AddressDeclined):
        hosting.add_by_hand(hosting.Newcomer("non@example.net", "A", "B", "f"), None, village.lenoir)
