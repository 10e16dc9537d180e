"""Members at the desk: found, compared with the register, verified, suspended, made hosts, added by hand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colloque.people.models import Member, Practitioner, Verification
from colloque.web.host.comparing import compare
from tests.village import Village

RPPS = "99000000017"


@pytest.fixture
def host(village: Village, client: Client) -> Client:
    client.force_login(village.lenoir)
    return client


def practitioner(rpps: str = RPPS, **more: object) -> Practitioner:
    facts: dict[str, object] = {
        "family_name": "IMBERT",
        "given_name": "Jeanne",
        "civility": "MME",
        "profession": "10",
        "specialities": ["SM40"],
        "departments": ["44"],
        "extracted_on": timezone.localdate(),
    }
    return Practitioner.objects.create(rpps=rpps, **facts | more)


def verdicts(member: Member, entry: Practitioner) -> list[str]:
    return [each.verdict for each in compare(member, entry)]


def test_each_field_is_the_same_differs_or_is_missing(village: Village) -> None:
    entry = practitioner()
    assert verdicts(village.imbert, entry) == ["same", "same", "same", "missing", "same", "same"]
    other = practitioner("99000000025", family_name="IMBERT-ROY", civility="M", specialities=[], departments=["75"])
    village.imbert.rpps = RPPS
    assert verdicts(village.imbert, other) == ["differs", "same", "differs", "differs", "missing", "differs"]


def test_codes_of_one_speciality_from_before_and_after_the_reform_agree(village: Village) -> None:
    village.imbert.speciality = "SM04"
    assert verdicts(village.imbert, practitioner(specialities=["SM79"]))[4] == "same"


def test_those_to_verify_stand_first_and_names_are_searched(village: Village, host: Client) -> None:
    page = host.get("/host/members").content.decode()
    assert page.index("Imbert") < page.index("Kervadec")
    found = host.get("/host/members", {"q": "solène KERVA"}).content.decode()
    assert "Kervadec" in found and "Imbert" not in found
    assert host.get("/host/members", {"q": "\0'%"}).status_code == 200


def test_a_candidate_of_the_register_is_accepted_with_a_reason(village: Village, host: Client) -> None:
    practitioner()
    page = host.get(f"/host/members/{village.imbert.key}").content.decode()
    assert f'value="register:{RPPS}"' in page and "identique" in page
    ground = {"ground": f"register:{RPPS}", "reason": "même nom, même ville"}
    host.post(f"/host/members/{village.imbert.key}/verifications", ground)
    found = Verification.objects.get(member=village.imbert)
    assert (found.how, found.practitioner_id, found.reason) == ("register", RPPS, "même nom, même ville")
    assert found.settled_by == village.lenoir


def test_without_a_reason_nothing_is_settled_and_the_choice_is_kept(village: Village, host: Client) -> None:
    practitioner()
    response = host.post(f"/host/members/{village.imbert.key}/verifications", {"ground": f"register:{RPPS}"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Dites ce qui vous en assure" in page
    assert f'id="{RPPS}" checked' in page
    assert not village.imbert.verifications.exists()


def test_an_entry_of_the_register_serves_one_member_alone(village: Village, host: Client) -> None:
    entry = practitioner()
    Verification.settle(village.sarr, "register", reason="x", practitioner=entry)
    page = host.get(f"/host/members/{village.imbert.key}").content.decode()
    assert "déjà reconnu comme Dr Amadou Sarr" in page and f'value="register:{RPPS}"' not in page
    forced = {"ground": f"register:{RPPS}", "reason": "quand même"}
    response = host.post(f"/host/members/{village.imbert.key}/verifications", forced)
    assert response.status_code == 422 and "Un autre membre" in response.content.decode()


def test_an_interns_entry_does_not_make_a_verified_doctor(village: Village, host: Client) -> None:
    practitioner(category="E")
    response = host.post(
        f"/host/members/{village.imbert.key}/verifications", {"ground": f"register:{RPPS}", "reason": "interne"}
    )
    assert response.status_code == 422 and "étudiant" in response.content.decode()


def test_a_verification_ends_with_its_reason_on_record(village: Village, host: Client) -> None:
    path = f"/host/members/{village.sarr.key}/verifications/register/removal"
    assert host.post(path, {"reason": ""}).status_code == 422
    host.post(path, {"reason": "homonyme"})
    ended = village.sarr.verifications.get()
    assert ended.ended_on is not None and ended.reason.endswith("par Dr Paul Lenoir\u00a0: homonyme")


def test_a_member_is_suspended_and_readmitted(village: Village, host: Client) -> None:
    sarr = Client()
    sarr.force_login(village.sarr)
    path = f"/host/members/{village.sarr.key}/suspension"
    assert host.post(path, {"reason": ""}).status_code == 422
    host.post(path, {"reason": "mépris répété"})
    assert "mépris répété" in host.get(f"/host/members/{village.sarr.key}").content.decode()
    assert sarr.get("/me").status_code == 302
    host.post(f"{path}/removal")
    assert sarr.get("/me").status_code == 302, "the old session must not come back to life"
    assert Member.objects.get(pk=village.sarr.pk).is_active


def test_the_desk_is_shared_and_never_left_empty(village: Village, host: Client) -> None:
    own = f"/host/members/{village.lenoir.key}/hosting/removal"
    assert "seul hôte" in host.post(own, follow=True).content.decode()
    host.post(f"/host/members/{village.sarr.key}/hosting")
    assert host.post(own).headers["Location"] == "/host"
    assert host.get("/host").status_code == 404
    assert [each.family_name for each in Member.objects.filter(is_host=True)] == ["Sarr"]


NEWCOMER = {
    "given_name": "Yann",
    "family_name": "<b>Prigent</b>",
    "gender": "m",
    "address": "yann@example.net",
    "speciality": "SM54",
    "department": "29",
    "circle": "mg-finistere",
}


def test_a_doctor_is_added_by_hand_and_what_they_are_called_stays_text(village: Village, host: Client) -> None:
    response = host.post("/host/members/new", NEWCOMER, follow=True)
    page = response.content.decode()
    assert "&lt;b&gt;Prigent" in page and "<b>Prigent" not in page
    assert village.finistere.has_member(Member.objects.get(mailboxes__address="yann@example.net"))


def test_a_newcomer_with_a_known_address_is_refused_and_what_was_typed_kept(village: Village, host: Client) -> None:
    response = host.post("/host/members/new", NEWCOMER | {"address": "Amadou.Sarr@example.org"})
    page = response.content.decode()
    assert response.status_code == 422 and "déjà celle d’un membre" in page and "Yann" in page


def test_a_members_page_takes_as_many_queries_for_one_candidate_as_for_twenty(
    village: Village, host: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(20):
        practitioner(f"990000001{n:02}")
    with django_assert_max_num_queries(9):
        host.get(f"/host/members/{village.imbert.key}")
