"""Circles: which addresses they may take, who sees that they exist, who belongs to them and when."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from colloque.circles.models import Circle, Membership
from colloque.circles.models.circle import RESERVED_SLUGS
from colloque.correspondence.models.reply_address import REPLY, RETURN
from colloque.mail.reading import _HOST_BOXES
from tests.village import Village, build


@pytest.mark.parametrize("slug", ["mg-finistere", "a", "cardio2", "2a", "x" * 40])
def test_an_ordinary_address_may_be_taken(db: None, slug: str) -> None:
    Circle(slug=slug, name="Un cercle").full_clean()


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "-a",
        "a-",
        "A",
        "é",
        "a b",
        "a.b",
        "a+b",
        "a@b",
        "a\n",
        "x" * 41,
        "a_b",
        "reponse+a",
        *sorted(RESERVED_SLUGS),
    ],
)
def test_an_address_that_is_reserved_or_no_local_part_may_not(db: None, slug: str) -> None:
    with pytest.raises(ValidationError):
        Circle(slug=slug, name="Un cercle").full_clean()


def test_no_circle_may_take_letters_that_are_the_hosts_ours_or_a_certificate_authoritys() -> None:
    authorities = {"admin", "administrator", "webmaster", "hostmaster", "postmaster"}  # CA/Browser Forum BR 3.2.2.4.4
    assert {REPLY, RETURN, *_HOST_BOXES, *authorities} <= RESERVED_SLUGS


def test_one_address_one_circle(village: Village) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Circle.objects.create(slug="mg-finistere", name="Un autre")


def test_who_may_know_that_a_circle_exists(village: Village) -> None:
    def seen(member: object) -> set[str]:
        return set(Circle.objects.visible_to(member).values_list("slug", flat=True))  # type: ignore[arg-type]

    assert seen(village.sarr) == {"mg-finistere"}
    assert seen(village.lenoir) == {"mg-finistere", "pairs-lille"}
    assert seen(village.vasseur) == {"mg-finistere", "pairs-lille"}  # one is open to all, one is theirs
    assert seen(None) == set()
    village.pairs.memberships.get(member=village.vasseur).leave()
    assert seen(village.vasseur) == {"mg-finistere"}


def test_a_circle_that_one_enters_twice_is_seen_once_and_entered_once(village: Village) -> None:
    Membership.join(village.finistere, village.sarr, Membership.Role.HOST)
    assert village.finistere.memberships.filter(member=village.sarr).count() == 1
    assert village.finistere.memberships.get(member=village.sarr).role == "member"
    assert list(Circle.objects.of_member(village.sarr)) == [village.finistere]


def test_who_leaves_and_comes_back_has_two_stays(village: Village) -> None:
    village.finistere.memberships.get(member=village.sarr).leave()
    assert not village.finistere.has_member(village.sarr)
    Membership.join(village.finistere, village.sarr)
    stays = village.finistere.memberships.filter(member=village.sarr).order_by("pk")
    assert [each.until for each in stays] == [timezone.localdate(), None]
    assert list(Circle.objects.visible_to(village.sarr)) == [village.finistere]


def test_entering_at_once_from_two_tabs_is_entering_once(transactional_db: None) -> None:
    village = build()
    start = threading.Barrier(4)

    def join() -> None:
        start.wait(5)
        Membership.join(village.finistere, village.vasseur)
        connection.close()

    threads = [threading.Thread(target=join) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert Membership.objects.filter(circle=village.finistere, member=village.vasseur).count() == 1


def test_a_circles_record_and_address(village: Village) -> None:
    assert village.finistere.address == "mg-finistere@colloque.example.org"
    record = village.finistere.as_record()
    assert (record["slug"], record["joining"], record["kind"]) == ("mg-finistere", "open", "list")
    assert "id" not in record
