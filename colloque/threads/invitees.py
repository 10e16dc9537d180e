"""Lists of doctors to invite, as hosts' spreadsheets write them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from colloque.people.models.mailbox import normalise
from colloque.people.specialities import SPECIALITIES

MOST_ROWS = 2_000
LONGEST_ADDRESS = 254


class UnreadableList(ValueError):
    """A list of doctors that cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Invitee:
    """One row of a list: who is to be invited."""

    address: str
    given_name: str = ""
    family_name: str = ""
    gender: str = ""
    speciality: str = ""
    department: str = ""
    rpps: str = ""


# Column names that hosts write, folded; the first is the one that we ask for.
_COLUMNS = {
    "address": ("email", "e-mail", "mail", "adresse", "courriel", "adresse e-mail"),
    "given_name": ("prenom", "prénom", "given_name", "first name"),
    "family_name": ("nom", "family_name", "last name"),
    "gender": ("civilite", "civilité", "genre", "gender", "sexe"),
    "speciality": ("specialite", "spécialité", "speciality"),
    "department": ("departement", "département", "department"),
    "rpps": ("rpps", "n° rpps", "numero rpps"),
}
_WOMAN = {"f", "mme", "madame", "femme", "mlle", "consœur"}
_MAN = {"m", "m.", "mr", "monsieur", "h", "homme", "confrère"}


def read_list(data: bytes) -> tuple[list[Invitee], list[tuple[int, str]]]:
    """Invitees of a CSV file (UTF-8 or Windows-1252; comma, semicolon or tab), and (line, sentence) for bad rows.

    Raises UnreadableList when there is no address column or the file is no table.
    """
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise UnreadableList(_("Ce fichier n’est pas un tableau CSV lisible.")) from error
    if not rows:
        raise UnreadableList(_("Ce fichier est vide."))
    if len(rows) > MOST_ROWS:
        raise UnreadableList(_("Ce fichier est trop long : %(n)s lignes au plus.") % {"n": MOST_ROWS})
    columns = _columns(rows[0])
    invitees: dict[str, Invitee] = {}
    bad: list[tuple[int, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        invitee, sentence = _invitee({name: _one_line(row[at]) for name, at in columns.items() if at < len(row)})
        if sentence:
            bad.append((number, sentence))
        elif invitee.address in invitees:
            bad.append((number, _("Cette adresse figure deux fois.")))
        else:
            invitees[invitee.address] = invitee
    return list(invitees.values()), bad


def _one_line(cell: str) -> str:
    """A cell as a name may stand in a header or on a page: on one line, without control characters."""
    return "".join(char for char in " ".join(cell.split()) if char.isprintable())


def decoded(data: bytes) -> str:
    """A file's text, in whichever way a spreadsheet wrote it: UTF-8 with its mark or not, UTF-16, Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel writes in France


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(";,\t", key=header.count)


def _columns(header: list[str]) -> dict[str, int]:
    folded = [cell.strip().lower() for cell in header]
    found = {
        name: folded.index(alias) for name, aliases in _COLUMNS.items() for alias in aliases[::-1] if alias in folded
    }
    if "address" not in found:
        raise UnreadableList(_("Il manque une colonne « email » à la première ligne."))
    return found


def _invitee(cells: dict[str, str]) -> tuple[Invitee, str]:
    address = normalise(cells.get("address", ""))
    gender = cells.get("gender", "").lower()
    invitee = Invitee(
        address=address,
        given_name=cells.get("given_name", "")[:80],
        family_name=cells.get("family_name", "")[:80],
        gender="f" if gender in _WOMAN else "m" if gender in _MAN else "",
        speciality=_speciality(cells.get("speciality", "")),
        department=cells.get("department", "").upper()[:4],
        rpps=cells.get("rpps", "")[:11],
    )
    try:
        validate_email(address)
        if len(address) > LONGEST_ADDRESS:
            raise ValidationError("too long")
    except ValidationError:
        return invitee, _("L’adresse « %(address)s » n’est pas une adresse e-mail.") % {"address": address[:80]}
    if not invitee.family_name:
        return invitee, _("Il manque le nom.")
    return invitee, ""


def _speciality(text: str) -> str:
    wanted = text.strip().lower()
    for each in SPECIALITIES:
        if wanted and wanted in {
            each.name.lower(),
            each.masculine.lower(),
            each.feminine.lower(),
            each.codes[0].lower(),
        }:
            return each.codes[0]
    return ""
