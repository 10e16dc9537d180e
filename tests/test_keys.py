"""Random names, derived tokens, seals, and the one secret that a first start makes."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloque import keys


def test_public_keys_are_random_and_say_no_order() -> None:
    made = [keys.public_key() for _ in range(2_000)]
    assert len(set(made)) == len(made)
    assert all(len(each) == 12 and not set(each) & set("ilou") for each in made)
    assert made != sorted(made)
    assert len({each[0] for each in made}) == 32  # no leading part that time would fill


@given(st.binary(max_size=5_000), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(plain: bytes, place: str) -> None:
    assert keys.unseal(keys.seal(plain, place), place) == plain


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_what_is_moved_to_another_place_does_not_open(plain: bytes, place: str, other: str) -> None:
    if place != other:
        with pytest.raises(keys.UnreadableSeal):
            keys.unseal(keys.seal(plain, place), other)


@given(st.binary(max_size=60), st.integers(min_value=0), st.integers(1, 255))
def test_a_seal_with_one_octet_changed_does_not_open(plain: bytes, at: int, change: int) -> None:
    sealed = bytearray(keys.seal(plain, "place"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(keys.UnreadableSeal):
        keys.unseal(bytes(sealed), "place")


@given(st.binary(max_size=80))
def test_bytes_that_are_no_seal_are_told_so(data: bytes) -> None:
    with pytest.raises(keys.UnreadableSeal):
        keys.unseal(data, "place")


def test_the_same_text_sealed_twice_looks_different() -> None:
    assert keys.seal(b"Un mot", "place") != keys.seal(b"Un mot", "place")


@given(st.lists(st.text(max_size=10), max_size=4), st.lists(st.text(max_size=10), max_size=4))
def test_fingerprints_and_tokens_tell_their_parts_apart(these: list[str], those: list[str]) -> None:
    assert (keys.fingerprint("use", *these) == keys.fingerprint("use", *those)) is (these == those)
    assert (keys.token("use", *these) == keys.token("use", *those)) is (these == those)
    assert keys.token("use", *these) != keys.token("other use", *these)
    assert keys.fingerprint("use", *these) != keys.fingerprint("other use", *these)


def test_another_instance_derives_other_values(settings: object) -> None:
    before, sealed = keys.token("use", "a"), keys.seal(b"text", "place")
    settings.SECRET_KEY = "another instance's secret"  # type: ignore[attr-defined]
    assert keys.token("use", "a") != before
    with pytest.raises(keys.UnreadableSeal):
        keys.unseal(sealed, "place")


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    made = keys.instance_secret(tmp_path, "")
    path = tmp_path / "keys" / "instance.key"
    assert keys.instance_secret(tmp_path, "") == made and len(made) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["instance.key"]


def test_a_given_secret_writes_no_file(tmp_path: Path) -> None:
    assert keys.instance_secret(tmp_path, "given") == "given"
    assert not list(tmp_path.iterdir())


def test_a_demo_secret_says_that_it_is_one(tmp_path: Path) -> None:
    assert keys.instance_secret(tmp_path, "", demo=True).startswith(keys.DEMO_MARK)


def test_many_first_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _n: keys.instance_secret(tmp_path, ""), range(64)))
    assert len(set(made)) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_the_module_needs_no_django_to_be_imported() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, colloque.keys; print('django' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "False"
