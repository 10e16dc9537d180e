"""Circles at the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from colloque.circles.models import Circle, Membership
from tests.village import Village, doctor

FORM = {"name": "Cardiologie, Bretagne", "slug": "cardio", "description": "", "kind": "speciality", "joining": "open"}


@pytest.fixture
def host(village: Village, client: Client) -> Client:
    client.force_login(village.lenoir)
    return client


def test_a_circle_is_opened_without_clinical_cases_or_pictures_unless_the_host_says_so(
    village: Village, host: Client
) -> None:
    assert host.post("/host/circles/new", FORM).headers["Location"] == "/host/circles/cardio"
    circle = Circle.objects.get(slug="cardio")
    assert not circle.allows_clinical_cases and not circle.allows_pictures
    assert "Rien ne relit encore" in host.get("/host/circles/cardio").content.decode()
    host.post("/host/circles/cardio", FORM | {"allows_pictures": "on"})
    circle.refresh_from_db()
    assert circle.allows_pictures and not circle.allows_clinical_cases


@pytest.mark.parametrize("slug", ["postmaster", "new", "Cardio", "é", "mg-finistere", ""])
def test_an_address_that_cannot_be_is_refused_and_the_rest_kept(village: Village, host: Client, slug: str) -> None:
    response = host.post("/host/circles/new", FORM | {"slug": slug})
    assert response.status_code == 422 and "Cardiologie, Bretagne" in response.content.decode()
    assert Circle.objects.count() == 2


def test_the_address_is_fixed_once_something_was_written_there(village: Village, host: Client) -> None:
    host.post("/host/circles/pairs-lille", FORM | {"slug": "pairs-nord"})
    assert Circle.objects.filter(slug="pairs-nord").exists()
    village.question()
    host.post("/host/circles/mg-finistere", FORM | {"slug": "autre"})
    circle = Circle.objects.get(pk=village.finistere.pk)
    assert (circle.slug, circle.name) == ("mg-finistere", "Cardiologie, Bretagne")


def test_a_refused_correction_leaves_the_circles_page_and_its_links_as_they_were(
    village: Village, host: Client
) -> None:
    page = host.post("/host/circles/pairs-lille", FORM | {"slug": "root", "name": ""}).content.decode()
    assert "<h1>Pairs de Lille</h1>" in page and 'href="/host/circles/pairs-lille/invitations/new"' in page


def test_a_member_leaves_a_circle_or_hosts_it(village: Village, host: Client) -> None:
    path = f"/host/circles/mg-finistere/members/{village.sarr.key}"
    host.post(f"{path}/hosting")
    assert Membership.objects.current().get(member=village.sarr).role == "host"
    host.post(f"{path}/hosting/removal")
    assert Membership.objects.current().get(member=village.sarr).role == "member"
    host.post(f"{path}/removal")
    assert not village.finistere.has_member(village.sarr)
    assert host.post(f"{path}/removal").status_code == 404


def test_a_circles_page_takes_as_many_queries_for_five_members_as_for_thirty(
    village: Village, host: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        Membership.join(village.finistere, doctor("Anne", f"Num{n}", "f", "SM54", "29", is_verified=False))
    with django_assert_max_num_queries(6):
        assert "Num29" in host.get("/host/circles/mg-finistere", {"q": "num"}).content.decode()
