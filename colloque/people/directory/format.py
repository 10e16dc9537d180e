"""The ANS free-access extract of the RPPS as a format: which columns there are, and what their values may be.

Text files, UTF-8, fields separated by `|` without any quoting, a header line, and as a rule a separator at the end of
every line. Columns are found by name, never by place: the activity file had 52 of them before it had 56, and labels
have changed by an accent or a preposition. Pure: no Django, no database, no file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from colloque.people.directory.refusals import MissingColumns, NotUtf8, RepeatedColumn, UnknownHeader

SEPARATOR = "|"
RPPS_TYPE = "8"  # "Type d'identifiant PP"; 0 is ADELI, which registers no doctor since 2024
SAMPLE_PREFIX = "99"  # test cards and our own samples: nobody's

ACTIVITY_COLUMNS = (
    "Type d'identifiant PP", "Identifiant PP", "Identification nationale PP", "Code civilité d'exercice",
    "Libellé civilité d'exercice", "Code civilité", "Libellé civilité", "Nom d'exercice", "Prénom d'exercice",
    "Code profession", "Libellé profession", "Code catégorie professionnelle", "Libellé catégorie professionnelle",
    "Code type savoir-faire", "Libellé type savoir-faire", "Code savoir-faire", "Libellé savoir-faire",
    "Code mode exercice", "Libellé mode exercice", "Numéro SIRET site", "Numéro SIREN site", "Numéro FINESS site",
    "Numéro FINESS établissement juridique", "Identifiant technique de la structure", "Raison sociale site",
    "Enseigne commerciale site", "Complément destinataire (coord. structure)",
    "Complément point géographique (coord. structure)", "Numéro Voie (coord. structure)",
    "Indice répétition voie (coord. structure)", "Code type de voie (coord. structure)",
    "Libellé type de voie (coord. structure)", "Libellé Voie (coord. structure)",
    "Mention distribution (coord. structure)", "Bureau cedex (coord. structure)", "Code postal (coord. structure)",
    "Code commune (coord. structure)", "Libellé commune (coord. structure)", "Code pays (coord. structure)",
    "Libellé pays (coord. structure)", "Téléphone (coord. structure)", "Téléphone 2 (coord. structure)",
    "Télécopie (coord. structure)", "Adresse e-mail (coord. structure)", "Code Département (structure)",
    "Libellé Département (structure)", "Ancien identifiant de la structure", "Autorité d'enregistrement",
    "Code secteur d'activité", "Libellé secteur d'activité", "Code section tableau pharmaciens",
    "Libellé section tableau pharmaciens", "Code rôle", "Libellé rôle", "Code genre activité", "Libellé genre activité",
)  # fmt: skip
SKILL_COLUMNS = (
    "Type d'identifiant PP", "Identifiant PP", "Identification nationale PP", "Nom d'exercice", "Prénom d'exercice",
    "Code profession", "Libellé profession", "Code catégorie professionnelle", "Libellé catégorie professionnelle",
    "Code type savoir-faire", "Libellé type savoir-faire", "Code savoir-faire", "Libellé savoir-faire",
)  # fmt: skip


class Kind(Enum):
    """Which of the three published files one is; the header tells, not the file's name."""

    ACTIVITY = "activity"
    SKILLS = "savoir-faire"
    DIPLOMAS = "diplomas"  # Dipl_AutExerc: recognised and passed over


# What is read of each file: our name → the published label. All are required but those in OPTIONAL.
READ: Mapping[Kind, Mapping[str, str]] = {
    Kind.ACTIVITY: {
        "identifier_type": "Type d'identifiant PP",
        "identifier": "Identifiant PP",
        "civility": "Code civilité",
        "family_name": "Nom d'exercice",
        "given_name": "Prénom d'exercice",
        "profession": "Code profession",
        "category": "Code catégorie professionnelle",
        "skill": "Code savoir-faire",
        "mode": "Code mode exercice",
        "postcode": "Code postal (coord. structure)",
        "commune_code": "Code commune (coord. structure)",
        "commune": "Libellé commune (coord. structure)",
        "department": "Code Département (structure)",
    },
    Kind.SKILLS: {
        "identifier_type": "Type d'identifiant PP",
        "identifier": "Identifiant PP",
        "profession": "Code profession",
        "skill": "Code savoir-faire",
    },
    Kind.DIPLOMAS: {},
}
# An activity file may lack the savoir-faire, which then come from their own file alone.
OPTIONAL: Mapping[Kind, frozenset[str]] = {Kind.ACTIVITY: frozenset({"skill"})}
# Labels seen in the wild beside the published ones; what `folded` makes equal need not stand here.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "Code Département (structure)": ("Code département (coord. structure)",),
}


@dataclass(frozen=True)
class Layout:
    """What a header says: the kind of file, where each column that is read stands, how many fields a line has."""

    kind: Kind
    places: Mapping[str, int]
    names: int  # columns that have a name
    has_end_separator: bool

    @property
    def width(self) -> int:
        return self.names + self.has_end_separator


def folded(label: str) -> str:
    """A column's label without case, accents, the kind of apostrophe, elided prepositions and doubled spaces."""
    plain = re.sub("[’ʼ‘`´]", "'", label.replace("\ufeff", ""))
    plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"\b[dl]'\s*", "", plain).split())


def layout_of(header: str, name: str) -> Layout:
    """Read a header line (without its end). Raises UnknownHeader, MissingColumns, RepeatedColumn, NotUtf8."""
    if "Ã" in header or "\ufffd" in header:  # é decoded as latin-1 and written again, or lost on the way
        raise NotUtf8(name, 1)
    labels = [folded(each) for each in header.rstrip("\r\n").split(SEPARATOR)]
    has_end_separator = len(labels) > 1 and not labels[-1]
    if has_end_separator:
        labels.pop()
    kind = _kind_of(frozenset(labels))
    if kind is None:
        raise UnknownHeader(name)
    places: dict[str, int] = {}
    missing = []
    for key, label in READ[kind].items():
        wanted = {folded(each) for each in (label, *ALIASES.get(label, ()))}
        found = [place for place, each in enumerate(labels) if each in wanted]
        if len(found) > 1:
            raise RepeatedColumn(name, label)
        if found:
            places[key] = found[0]
        elif key not in OPTIONAL.get(kind, ()):
            missing.append(label)
    if missing:
        raise MissingColumns(name, missing)
    return Layout(kind, places, len(labels), has_end_separator)


def _kind_of(labels: frozenset[str]) -> Kind | None:
    if folded("Identifiant PP") not in labels and folded("Identification nationale PP") not in labels:
        return None
    if labels & {folded("Code type diplôme obtenu"), folded("Code diplôme obtenu"), folded("Code type autorisation")}:
        return Kind.DIPLOMAS
    if labels & {folded("Code mode exercice"), folded("Code postal (coord. structure)"), folded("Numéro SIRET site")}:
        return Kind.ACTIVITY
    if labels & {folded("Code savoir-faire"), folded("Code type savoir-faire")}:
        return Kind.SKILLS
    return None


def rpps_number(identifier_type: str, identifier: str) -> str | None:
    """The 11 digits of an RPPS number, or None for another identifier (ADELI) or an impossible number.

    The national form has 12 digits, the type (8) before the number: the 8 is taken off.
    """
    if identifier_type != RPPS_TYPE or not (identifier.isascii() and identifier.isdigit()):
        return None
    if len(identifier) == 12 and identifier[0] == RPPS_TYPE:
        return identifier[1:]
    return identifier if len(identifier) == 11 else None


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_luhn_valid(number: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1 annex B).

    All known RPPS numbers pass, but no official page says that they must: failing is counted, never refused.
    """
    return (sum(map(int, number[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in number[-2::-2])) % 10 == 0


def luhn_digit(digits: str) -> str:
    """The check digit to be written after `digits`."""
    total = sum(map(int, digits[-2::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-1::-2])
    return str(-total % 10)


_OVERSEAS = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9E": "975", "9F": "976"}


def department_of(department: str, commune_code: str, postcode: str) -> str:
    """The department of a site ("29", "2A", "974"): as given, else from the INSEE commune code, else the postcode.

    The register fills its department column unevenly, and writes the overseas ones 9A…9F. An empty string for a site
    abroad (99) and for none.
    """
    given = department.upper()
    found = _OVERSEAS.get(given, given.zfill(2) if given else "")
    if found in {"", "20"}:  # 20 was Corsica whole
        found = _department_of_commune(commune_code) or _department_of_postcode(postcode)
    return "" if found == "99" else found


def _department_of_commune(code: str) -> str:
    if len(code) != 5:
        return ""
    return code[:3] if code.startswith(("97", "98")) else code[:2].upper()


def _department_of_postcode(postcode: str) -> str:
    if len(postcode) != 5 or not postcode.isdigit():
        return ""
    if postcode.startswith("20"):  # 200xx and 201xx lie in Corse-du-Sud, 202xx and 206xx in Haute-Corse
        return "2A" if postcode[2] in "01" else "2B"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
