"""A member: no password, no last visit, and sessions that end when they must."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from colloque.people.models import Member
from tests.village import Village


def test_a_member_has_no_password_and_no_last_visit(village: Village) -> None:
    columns = {field.column for field in Member._meta.concrete_fields}
    assert not columns & {"password", "last_login", "email", "username"}
    assert not village.sarr.has_usable_password()
    assert not village.sarr.check_password("") and not village.sarr.check_password("x")
    village.sarr.set_unusable_password()
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'people_member'")
        stored = {row[0] for row in cursor.fetchall()}
    assert not {each for each in stored if "seen" in each or "login_at" in each or "visit" in each}


def test_no_member_has_rights_in_djangos_own_sense(village: Village) -> None:
    assert not village.lenoir.has_perm("people.change_member")


def test_raising_the_generation_ends_every_session(village: Village) -> None:
    before = village.sarr.get_session_auth_hash()
    assert before != village.oyono.get_session_auth_hash()
    village.sarr.login_generation += 1
    assert village.sarr.get_session_auth_hash() != before
    assert list(village.sarr.get_session_auth_fallback_hash()) == []


def test_what_a_doctor_is_called(village: Village) -> None:
    assert village.kervadec.name == "Dr Solène Kervadec"
    assert (village.kervadec.region, village.kervadec.department_name) == ("Bretagne", "Finistère")
    assert (village.oyono.practises, village.oyono.speciality_name) == ("dermatologue", "dermatologie")
    assert Member.objects.get_by_natural_key(village.sarr.key) == village.sarr


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Europe/Atlantis"), ("time_zone", "../etc/passwd"), ("weekly_budget", 51), ("quiet_from", 25),
     ("language", "de"), ("gender", "x")],
)  # fmt: skip
def test_wishes_that_cannot_be_kept_are_refused(village: Village, field: str, value: object) -> None:
    setattr(village.sarr, field, value)
    with pytest.raises(ValidationError):
        village.sarr.full_clean()
