"""How sure we are of a doctor, and how what they published shows it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from colloque.people.models import Member, Practitioner, Verification
from colloque.threads.models import Byline, Post, Thread
from tests.village import MASK, Village, answer, ask

How = Verification.How


def practitioner(rpps: str = "99900000001") -> Practitioner:
    return Practitioner.objects.create(
        rpps=rpps, family_name="IMBERT", given_name="JEANNE", profession="10", extracted_on=date(2026, 11, 1)
    )


def standings(member: Member) -> set[str]:
    shown = Post.objects.filter(byline__text=member.name)
    return set(shown.values_list("byline__standing", flat=True))


def test_known_to_the_host_becomes_verified_on_what_was_already_published(village: Village) -> None:
    first = Verification.settle(village.imbert, How.HOST, reason="collègue", settled_by=village.lenoir)
    question = ask(village.imbert, village.finistere)
    ask(village.imbert, village.finistere, "Masquée", byline_kind=MASK)
    assert standings(village.imbert) == {"host"}
    version = Thread.objects.get(pk=question.thread_id).version
    Verification.settle(village.imbert, How.REGISTER, reason="trouvée", practitioner=practitioner())
    first.refresh_from_db()
    assert first.ended_on is not None
    assert set(Byline.objects.exclude(standing="verified").values_list("standing", flat=True)) == set()
    assert Thread.objects.get(pk=question.thread_id).version > version  # pages are made anew
    assert village.imbert.is_verified


def test_a_ground_that_ends_leaves_the_next_surest_and_at_last_none(village: Village) -> None:
    ask(village.imbert, village.finistere)
    rows = {how: Verification.settle(village.imbert, how, reason="x") for how in (How.VOUCHED, How.REGISTER, How.CARD)}
    shown = []
    for how in (How.CARD, How.REGISTER, How.VOUCHED):
        shown += standings(village.imbert)
        rows[how].end()
    assert shown == ["card", "verified", "vouched"]
    assert standings(village.imbert) == {"guest"}
    assert not village.imbert.is_verified and village.imbert.verification is None


def test_one_practitioner_is_one_member_while_it_holds(village: Village) -> None:
    entry = practitioner()
    row = Verification.settle(village.imbert, How.REGISTER, reason="x", practitioner=entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.settle(village.vasseur, How.REGISTER, reason="y", practitioner=entry)
    row.end()
    Verification.settle(village.vasseur, How.REGISTER, reason="y", practitioner=entry)


def test_another_members_bylines_do_not_change(village: Village) -> None:
    post = answer(village.sarr, ask(village.imbert, village.finistere))
    Verification.settle(village.imbert, How.CARD, reason="x")
    assert Byline.objects.get(pk=post.byline_id).standing == "verified"


def test_the_surest_ground_is_the_card_then_the_register_then_vouching_then_the_host(village: Village) -> None:
    for how in (How.HOST, How.VOUCHED, How.REGISTER, How.CARD):
        Verification.objects.create(member=village.imbert, how=how, reason="x")
        found = village.imbert.verification
        assert found is not None and found.how == how
    assert [row.is_proof for row in village.imbert.verifications.order_by("pk")] == [False, True, True, True]
