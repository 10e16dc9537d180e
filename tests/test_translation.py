"""English is complete: every string of the interface has its translation, and the compiled catalogue is current."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "colloque" / "locale" / "en" / "LC_MESSAGES" / "django.po"
FRENCH_WORDS = {"le", "la", "les", "des", "une", "vous", "est", "pour", "dans", "avec", "votre", "cette", "qui"}


def test_no_string_is_left_untranslated_or_doubtful() -> None:
    catalogue = polib.pofile(str(CATALOGUE))
    assert [each.msgid for each in catalogue.untranslated_entries()] == []
    assert [each.msgid for each in catalogue.fuzzy_entries()] == []


def test_no_translation_is_still_french() -> None:
    catalogue = polib.pofile(str(CATALOGUE))
    french = [each.msgid for each in catalogue if len(FRENCH_WORDS & set(each.msgstr.lower().split())) >= 2]
    assert french == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    import re

    placeholder = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for each in polib.pofile(str(CATALOGUE)):
        for text in [each.msgstr, *each.msgstr_plural.values()]:
            if text:
                wanted = set(placeholder.findall(each.msgid)) | set(placeholder.findall(each.msgid_plural))
                assert set(placeholder.findall(text)) <= wanted, each.msgid


def test_the_compiled_catalogue_is_the_sources() -> None:
    source = {(e.msgid, e.msgctxt): e.msgstr for e in polib.pofile(str(CATALOGUE)) if not e.msgid_plural}
    compiled = {(e.msgid, e.msgctxt): e.msgstr for e in polib.mofile(str(CATALOGUE.with_suffix(".mo"))) if not e.msgid_plural}
    assert compiled == {key: text for key, text in source.items() if text}


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
