"""English is complete: every string of the interface has its translation, and the compiled catalogue is current."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "colloque" / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+|href=\"[^\"]*\"")
FRENCH_WORDS = {"le", "la", "les", "des", "une", "vous", "est", "pour", "dans", "avec", "votre", "cette", "qui"}


def test_no_string_is_left_untranslated_or_doubtful() -> None:
    catalogue = polib.pofile(str(CATALOGUE))
    assert [each.msgid for each in catalogue.untranslated_entries()] == []
    assert [each.msgid for each in catalogue.fuzzy_entries()] == []


def test_no_translation_is_still_french() -> None:
    french = [
        text
        for each in polib.pofile(str(CATALOGUE))
        for text in [each.msgstr, *each.msgstr_plural.values()]
        if len(FRENCH_WORDS & set(text.lower().split())) >= 2
    ]
    assert french == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for each in polib.pofile(str(CATALOGUE)):
        wanted = set(PLACEHOLDER.findall(each.msgid_plural or each.msgid))
        # « Une lettre » may say its number in a word: only the form for many must show it.
        text = each.msgstr_plural[1] if each.msgid_plural else each.msgstr
        assert set(PLACEHOLDER.findall(text)) == wanted, each.msgid
        if each.msgid_plural:
            assert set(PLACEHOLDER.findall(each.msgstr_plural[0])) <= wanted, each.msgid


def test_english_is_set_as_english() -> None:
    """Curly quotes and apostrophes, no guillemets, no space before a mark."""
    for each in polib.pofile(str(CATALOGUE)):
        for text in [each.msgstr, *each.msgstr_plural.values()]:
            words = re.sub(r"<[^>]+>", "", text)
            assert not re.search(r"[«»\u202f\u00a0'\"]|\s[;?!:]", words), text


def test_the_compiled_catalogue_is_the_sources() -> None:
    source = {(e.msgid, e.msgctxt): (e.msgstr, e.msgstr_plural) for e in polib.pofile(str(CATALOGUE))}
    binary = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(e.msgid, e.msgctxt): (e.msgstr, e.msgstr_plural) for e in binary} == source


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_every_string_of_the_interface_is_in_the_catalogue(tmp_path: Path) -> None:
    copy = tmp_path / "colloque"
    shutil.copytree(ROOT / "colloque", copy, ignore=shutil.ignore_patterns("village", "__pycache__"))
    (copy / "locale" / "en" / "LC_MESSAGES" / "django.po").unlink()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "colloque.settings"}
    command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "-v0"]
    subprocess.run(command, cwd=copy, env=environment, check=True, timeout=120)
    found = {each.msgid for each in polib.pofile(str(copy / "locale" / "en" / "LC_MESSAGES" / "django.po"))}
    assert found - {each.msgid for each in polib.pofile(str(CATALOGUE))} == set()
