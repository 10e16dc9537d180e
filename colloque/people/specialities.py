"""Ordinal specialities (TRE_R38), their groups, and the words a doctor uses for whoever practises them.

Codes from before and after the 2017 reform coexist in the register: a group joins them (SM04, SM73 and SM79–81 are
cardiology). Source: TRE_R38-SpecialiteOrdinale of the NOS, as described in the register's public format.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Speciality:
    """A group of codes: its name, and what one who practises it is called (masculine, feminine)."""

    slug: str
    name: str
    masculine: str
    feminine: str
    codes: tuple[str, ...]


def _group(slug: str, name: str, masculine: str, feminine: str, *numbers: int) -> Speciality:
    return Speciality(slug, name, masculine, feminine, tuple(f"SM{n:02}" for n in numbers))


SPECIALITIES: tuple[Speciality, ...] = (
    _group("general-practice", "médecine générale", "médecin généraliste", "médecin généraliste", 54, 53, 26),
    _group("pathology", "anatomie et cytologie pathologiques", "pathologiste", "pathologiste", 1),
    _group("anaesthesia", "anesthésie-réanimation", "anesthésiste-réanimateur", "anesthésiste-réanimatrice", 2, 76),
    _group("intensive-care", "médecine intensive-réanimation", "réanimateur", "réanimatrice", 46, 82),
    _group("biology", "biologie médicale", "biologiste médical", "biologiste médicale", 3, 63, 64, 65, 66, 67),
    _group("cardiology", "cardiologie", "cardiologue", "cardiologue", 4, 73, 79, 80, 81),
    _group("surgery", "chirurgie générale", "chirurgien", "chirurgienne", 5),
    _group(
        "maxillofacial",
        "chirurgie maxillo-faciale",
        "chirurgien maxillo-facial",
        "chirurgienne maxillo-faciale",
        6,
        7,
        50,
        68,
        77,
    ),
    _group("orthopaedics", "chirurgie orthopédique", "chirurgien orthopédiste", "chirurgienne orthopédiste", 8),
    _group(
        "paediatric-surgery", "chirurgie pédiatrique", "chirurgien pédiatrique", "chirurgienne pédiatrique", 9, 69, 70
    ),
    _group("plastic-surgery", "chirurgie plastique", "chirurgien plasticien", "chirurgienne plasticienne", 10),
    _group(
        "thoracic-surgery",
        "chirurgie thoracique et cardiovasculaire",
        "chirurgien thoracique",
        "chirurgienne thoracique",
        11,
    ),
    _group("urology", "urologie", "urologue", "urologue", 12),
    _group("vascular-surgery", "chirurgie vasculaire", "chirurgien vasculaire", "chirurgienne vasculaire", 13),
    _group("visceral-surgery", "chirurgie viscérale", "chirurgien viscéral", "chirurgienne viscérale", 14, 78),
    _group("dermatology", "dermatologie", "dermatologue", "dermatologue", 15),
    _group("endocrinology", "endocrinologie", "endocrinologue", "endocrinologue", 16, 62),
    _group("genetics", "génétique médicale", "généticien", "généticienne", 17),
    _group("geriatrics", "gériatrie", "gériatre", "gériatre", 18),
    _group("gynaecology", "gynécologie", "gynécologue", "gynécologue", 19, 20, 51, 52),
    _group("haematology", "hématologie", "hématologue", "hématologue", 21, 22, 23, 71),
    _group("gastroenterology", "hépato-gastro-entérologie", "gastro-entérologue", "gastro-entérologue", 24),
    _group("occupational-medicine", "médecine du travail", "médecin du travail", "médecin du travail", 25),
    _group("internal-medicine", "médecine interne", "interniste", "interniste", 27, 72),
    _group("nuclear-medicine", "médecine nucléaire", "médecin nucléaire", "médecin nucléaire", 28),
    _group(
        "rehabilitation",
        "médecine physique et de réadaptation",
        "médecin de réadaptation",
        "médecin de réadaptation",
        29,
    ),
    _group("nephrology", "néphrologie", "néphrologue", "néphrologue", 30),
    _group("neurosurgery", "neurochirurgie", "neurochirurgien", "neurochirurgienne", 31),
    _group("neurology", "neurologie", "neurologue", "neurologue", 32, 83, 84),
    _group("psychiatry", "psychiatrie", "psychiatre", "psychiatre", 42, 33, 43, 92, 93),
    _group("otolaryngology", "ORL", "ORL", "ORL", 39, 34, 86),
    _group("oncology", "oncologie", "oncologue", "oncologue", 36, 35),
    _group("radiotherapy", "oncologie radiothérapie", "radiothérapeute", "radiothérapeute", 37, 45),
    _group("ophthalmology", "ophtalmologie", "ophtalmologue", "ophtalmologue", 38, 85),
    _group("paediatrics", "pédiatrie", "pédiatre", "pédiatre", 40, 87, 88, 89, 90),
    _group("pneumology", "pneumologie", "pneumologue", "pneumologue", 41, 91),
    _group("radiology", "radiologie", "radiologue", "radiologue", 74, 44, 55, 94),
    _group("research", "recherche médicale", "médecin chercheur", "médecin chercheuse", 47),
    _group("rheumatology", "rhumatologie", "rhumatologue", "rhumatologue", 48),
    _group("public-health", "santé publique", "médecin de santé publique", "médecin de santé publique", 49, 75, 95),
    _group("oral-surgery", "chirurgie orale", "chirurgien oral", "chirurgienne orale", 56),
    _group("allergology", "allergologie", "allergologue", "allergologue", 57),
    _group("infectious-diseases", "maladies infectieuses et tropicales", "infectiologue", "infectiologue", 58),
    _group("emergency-medicine", "médecine d’urgence", "urgentiste", "urgentiste", 59),
    _group("forensic-medicine", "médecine légale", "médecin légiste", "médecin légiste", 60),
    _group("vascular-medicine", "médecine vasculaire", "médecin vasculaire", "médecin vasculaire", 61),
)

_BY_CODE = {code: each for each in SPECIALITIES for code in each.codes}


def speciality_of(code: str) -> Speciality | None:
    """The group to which an ordinal speciality code belongs, or None."""
    return _BY_CODE.get(code)


def speciality_label(code: str) -> str:
    """The group's name for a code, or an empty string."""
    found = _BY_CODE.get(code)
    return found.name if found else ""


def practises(code: str, gender: str) -> str:
    """What a doctor of that speciality and gender is called: « pneumologue », or an empty string."""
    found = _BY_CODE.get(code)
    if found is None:
        return ""
    return found.feminine if gender == "f" else found.masculine
