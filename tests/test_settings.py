"""Every setting parses or is refused with a sentence that names it; nothing secret is shown by accident."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloque.settings import Instance, SettingError, _database, variable_of

ALL = {variable_of(each): each for each in fields(Instance)}
HINTS = get_type_hints(Instance)
GOOD: dict[str, tuple[str, Any]] = {
    "COLLOQUE_DATA": ("/srv/colloque", Path("/srv/colloque")),
    "DATABASE_URL": ("postgresql://c@db/c", "postgresql://c@db/c"),
    "COLLOQUE_URL": ("https://colloque.example.org", "https://colloque.example.org"),
    "COLLOQUE_MAIL_DOMAIN": ("Colloque.Example.org", "Colloque.Example.org"),
    "COLLOQUE_LANGUAGE": ("en", "en"),
    "COLLOQUE_TIME_ZONE": ("Indian/Reunion", "Indian/Reunion"),
    "COLLOQUE_SMTP_SECURITY": ("starttls", "starttls"),
}
BAD = [
    ("COLLOQUE_WEB_PORT", "eight"), ("COLLOQUE_WEB_PORT", "0"), ("COLLOQUE_WEB_PORT", "70000"),
    ("COLLOQUE_LMTP_PORT", "8024.5"), ("COLLOQUE_SMTP_PORT", "-1"), ("COLLOQUE_SANDBOX", "perhaps"),
    ("COLLOQUE_DEMO", "oui"), ("COLLOQUE_DEBUG", "2"), ("COLLOQUE_LANGUAGE", "de"), ("COLLOQUE_LANGUAGE", "FR"),
    ("COLLOQUE_TIME_ZONE", "Mars/Olympus"), ("COLLOQUE_TIME_ZONE", "../../etc/passwd"),
    ("COLLOQUE_SMTP_SECURITY", "ssl"), ("COLLOQUE_SMTP_SECURITY", "TLS"), ("COLLOQUE_QUIET_FROM", "25"),
    ("COLLOQUE_QUIET_UNTIL", "-1"), ("COLLOQUE_WEEKLY_BUDGET", "-1"), ("COLLOQUE_WEEKLY_BUDGET", "many"),
    ("COLLOQUE_LETTER_MEGABYTES", "0"), ("COLLOQUE_TRUSTED_PROXIES", "x"), ("COLLOQUE_URL", "colloque.example.org"),
    ("COLLOQUE_URL", "https://colloque.example.org/"), ("COLLOQUE_URL", "ftp://x"), ("COLLOQUE_URL", "https://a b"),
    ("COLLOQUE_MAIL_DOMAIN", "a@b"), ("COLLOQUE_MAIL_DOMAIN", "hôpital.fr"), ("COLLOQUE_MAIL_DOMAIN", "a\nb"),
]  # fmt: skip


def sample(variable: str) -> tuple[str, Any]:
    if variable in GOOD:
        return GOOD[variable]
    kind = HINTS[ALL[variable].name]
    return {int: ("7", 7), bool: ("yes", True), str: ("un texte", "un texte"), Path: ("x", Path("x"))}[kind]


@pytest.mark.parametrize("variable", ALL)
def test_each_variable_is_read_in_its_type(variable: str) -> None:
    raw, value = sample(variable)
    read = getattr(Instance.read({variable: f" {raw} "}), ALL[variable].name)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize("variable", ALL)
def test_an_empty_variable_counts_as_unset(variable: str) -> None:
    assert Instance.read({variable: "  "}) == Instance.read({})


@pytest.mark.parametrize(("variable", "raw"), BAD)
def test_what_cannot_be_meant_is_refused_by_its_name(variable: str, raw: str) -> None:
    with pytest.raises(SettingError) as refused:
        Instance.read({variable: raw})
    assert str(refused.value).startswith(f"{variable}={raw!r}: ") and str(refused.value).endswith(".")


def test_the_defaults_are_safe_and_would_be_taken_if_written() -> None:
    instance = Instance.read({})
    assert not (instance.debug or instance.demo or instance.sandbox)
    assert instance.web_host == instance.lmtp_host == "127.0.0.1"
    written = {
        name: str(int(value) if isinstance(value, bool) else value)
        for name, each in ALL.items()
        if (value := getattr(instance, each.name)) != ""
    }
    assert Instance.read(written) == instance


def test_what_is_secret_is_marked_so() -> None:
    assert {name for name, each in ALL.items() if each.metadata["secret"]} == {
        "DATABASE_URL", "COLLOQUE_SECRET_KEY", "COLLOQUE_SMTP_PASSWORD",
    }  # fmt: skip
    assert all(each.metadata["meaning"].endswith(".") for each in ALL.values())


words = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40
)  # no variable holds a NUL


@given(st.dictionaries(st.sampled_from(sorted(ALL)), words, max_size=4))
def test_whatever_the_environment_says_it_is_read_or_refused_with_a_sentence(environ: dict[str, str]) -> None:
    try:
        instance = Instance.read(environ)
        _database(instance)
    except SettingError as refused:
        assert str(refused).endswith((".", ")."))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgresql://u:p@db:5433/name", ("db", "5433", "u", "p", "name", {})),
        ("postgres://u@db/name", ("db", "", "u", "", "name", {})),
        ("postgresql:///name?host=/run/postgresql", ("/run/postgresql", "", "", "", "name", {})),
        ("postgresql://u%40x:p%2Fq%3A@db/na%20me", ("db", "", "u@x", "p/q:", "na me", {})),
        ("postgresql://u@db/name?sslmode=verify-full", ("db", "", "u", "", "name", {"sslmode": "verify-full"})),
        ("postgresql://u@[2001:db8::1]:5432/name", ("2001:db8::1", "5432", "u", "", "name", {})),
    ],
)
def test_a_database_url_in_the_forms_that_hosts_write(url: str, wanted: tuple[Any, ...]) -> None:
    made = _database(Instance.read({"DATABASE_URL": url}))
    found = tuple(made[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME", "OPTIONS"))
    assert found == wanted


@pytest.mark.parametrize(
    "url", ["mysql://u@db/name", "sqlite:///x", "name", "postgresql://u@db:port/name", "postgresql://u@[::1/name",
            "postgresql://db", "postgresql://db/"],
)  # fmt: skip
def test_another_database_is_refused_and_its_password_not_repeated(url: str) -> None:
    with pytest.raises(SettingError, match="only PostgreSQL"):
        _database(Instance.read({"DATABASE_URL": url.replace("u@", "u:secret@")}))


def test_without_a_url_the_embedded_server_is_meant(tmp_path: Path) -> None:
    made = _database(Instance.read({"COLLOQUE_DATA": str(tmp_path)}))
    assert made["ENGINE"].endswith("postgresql") and made["HOST"].startswith("/")


@pytest.mark.parametrize(
    ("variable", "raw"), [("COLLOQUE_WEB_PORT", "eight"), ("DATABASE_URL", "mysql://u:secret@db/x")]
)
def test_a_start_with_a_wrong_setting_says_one_sentence_and_no_more(tmp_path: Path, variable: str, raw: str) -> None:
    environment = {**os.environ, "COLLOQUE_DATA": str(tmp_path), variable: raw}
    said = subprocess.run(
        [sys.executable, "-c", "import colloque.settings"], env=environment, capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert said.stderr.startswith("colloque: ") and said.stderr.count("\n") == 1
    assert "secret" not in said.stderr
