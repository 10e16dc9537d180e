"""What the instance says of itself, and its logo."""

from __future__ import annotations

import dataclasses
import html
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from colloque.people.models import DirectoryImport
from colloque.web.pages.texts import HERE
from colloque.web.pages.texts.retention import KEPT

NAMES = ("about", "legal", "terms", "privacy")


def set_instance(settings: Any, **changes: Any) -> None:
    settings.INSTANCE = dataclasses.replace(django_settings.INSTANCE, **changes)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_text_reads_in_both_languages_and_names_its_host(
    db: None, client: Client, name: str, language: str
) -> None:
    response = client.get(f"/{name}", headers={"accept-language": language})
    page = response.content.decode()
    assert response.status_code == 200 and f'<html lang="{language}">' in page
    assert "hote@example.org" in page and "$" not in page
    levels = re.findall(r"<h(\d)", page)
    assert levels[0] == "1" and set(levels[1:]) <= {"2"}


def test_texts_never_promise_anonymity_and_both_languages_have_the_same_parts() -> None:
    for name in NAMES:
        french, english = ((HERE / f"{name}.{code}.md").read_text() for code in ("fr", "en"))
        assert not re.search("anonym", french + english, re.IGNORECASE)
        assert french.count("\n## ") == english.count("\n## ")
        assert set(re.findall(r"\$\w+", french)) == set(re.findall(r"\$\w+", english))


def test_french_texts_have_french_spaces() -> None:
    for path in HERE.glob("*.fr.md"):
        assert not re.search(r"« | »|\w [;?!]|\w : |'", path.read_text()), path.name


def test_the_privacy_page_tells_how_long_each_thing_is_kept(db: None, client: Client) -> None:
    assert set(KEPT) == set(django_settings.RETENTION)
    page = client.get("/privacy").content.decode()
    assert page.count("jours</td>") == len(KEPT)


def test_the_privacy_page_names_the_registers_day(db: None, client: Client) -> None:
    assert "aucune extraction" in client.get("/privacy").content.decode()
    day = date(2026, 3, 1)
    DirectoryImport.objects.create(imported_on=day, extracted_on=day, rows=1, practitioners=1)
    page = html.unescape(client.get("/privacy").content.decode())
    assert "1er\u00a0mars" in page and "Annuaire Santé" in page and "article 14" in page


def test_the_hosts_own_terms_replace_those_that_ship_and_stay_harmless(
    db: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    own = tmp_path / "terms.md"
    own.write_text("## Chez nous\n\nSoyez brefs. <script>alert(1)</script>", encoding="utf-8")
    set_instance(settings, terms=str(own))
    page = client.get("/terms").content.decode()
    assert "<h2>Chez nous</h2>" in page and "<script>alert" not in page


def test_a_missing_file_of_the_host_leaves_the_text_that_ships(
    db: None, client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    set_instance(settings, legal_notice="/nowhere/legal.md")
    assert "Éditeur" in client.get("/legal").content.decode()
    assert "/nowhere/legal.md" in caplog.text


def test_without_a_logo_there_is_none(db: None, client: Client, settings: Any, tmp_path: Path) -> None:
    assert client.get("/logo").status_code == 404
    for name, data in {"not.svg": b"<html>", "not.png": b"\x89PNG nothing"}.items():
        (tmp_path / name).write_bytes(data)
        set_instance(settings, logo=str(tmp_path / name))
        assert client.get("/logo").status_code == 404


def test_an_svg_logo_cannot_run_anything(db: None, client: Client, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    set_instance(settings, logo=str(tmp_path / "logo.svg"))
    response = client.get("/logo")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_png_logo_loses_what_its_maker_wrote_beside_it(
    db: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    notes = PngInfo()
    notes.add_text("Author", "secret-author")
    Image.new("RGB", (40, 20), "teal").save(tmp_path / "logo.png", pnginfo=notes)
    set_instance(settings, logo=str(tmp_path / "logo.png"))
    data = client.get("/logo").content
    assert b"secret-author" not in data
    assert Image.open(io.BytesIO(data)).size == (40, 20)
