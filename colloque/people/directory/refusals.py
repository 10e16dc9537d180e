"""Why an extract is refused: one class per way to fail, each with a sentence that says what to do next.

A refusal leaves the register as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable


class ImportRefused(Exception):
    """The extract is not taken in; nothing was changed."""


class NotReadable(ImportRefused):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} cannot be read ({why}). Download the extract again, or check who may read it.")


class EmptyExtract(ImportRefused):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} holds no row. Download the extract again.")


class NotUtf8(ImportRefused):
    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            f"{name} is not UTF-8 (line {line}): it was saved or converted with another encoding. "
            "Give the file as the ANS publishes it."
        )


class UnknownHeader(ImportRefused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} does not begin with the header of an ANS free-access extract. "
            "Give PS_LibreAcces_Personne_activite_….txt, with PS_LibreAcces_SavoirFaire_….txt, or the zip of both."
        )


class MissingColumns(ImportRefused):
    def __init__(self, name: str, labels: Iterable[str]) -> None:
        listed = ", ".join(f"“{label}”" for label in labels)
        super().__init__(
            f"{name} lacks columns that are needed: {listed}. If the ANS has renamed them, "
            "a newer version of Colloque is needed."
        )


class RepeatedColumn(ImportRefused):
    def __init__(self, name: str, label: str) -> None:
        super().__init__(f"{name} has the column “{label}” twice: which one to read is unknown. Download it again.")


class DamagedLine(ImportRefused):
    def __init__(self, name: str, line: int, why: str) -> None:
        super().__init__(f"{name} is damaged: line {line} {why}. Download the extract again.")


class TruncatedExtract(ImportRefused):
    def __init__(self, name: str, line: int) -> None:
        super().__init__(f"{name} is truncated: it stops within line {line}. Download the extract again.")


class ActivityFileMissing(ImportRefused):
    def __init__(self) -> None:
        super().__init__(
            "The activity file is missing: give PS_LibreAcces_Personne_activite_….txt, "
            "alone or with the savoir-faire file, or the zip of both."
        )


class SkillsMissing(ImportRefused):
    """Specialities would be lost."""


class SkillColumnMissing(SkillsMissing):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has no savoir-faire column, so that nobody would have a speciality. "
            "Give PS_LibreAcces_SavoirFaire_….txt of the same day as well."
        )


class SkillFileMissing(SkillsMissing):
    def __init__(self) -> None:
        super().__init__(
            "The last import had a savoir-faire file, this one has none: specialities would be lost. "
            "Give PS_LibreAcces_SavoirFaire_….txt as well, or say --force."
        )


class SeveralFiles(ImportRefused):
    def __init__(self, kind: str, names: Iterable[str]) -> None:
        super().__init__(f"More than one {kind} file was given ({', '.join(names)}): give those of one extract.")


class SampleNumbers(ImportRefused):
    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            f"{name}, line {line}: numbers beginning with 99 are samples and belong to nobody. "
            "Only a trial instance takes them: set COLLOQUE_SANDBOX=1 there, never where real doctors are."
        )


class NobodyToTakeIn(ImportRefused):
    def __init__(self, professions: Iterable[str]) -> None:
        super().__init__(
            f"No row of the extract has a valid RPPS number and a profession among {', '.join(professions)} "
            "(COLLOQUE_PROFESSIONS): everybody would leave the register."
        )


class TooFewRows(ImportRefused):
    def __init__(self, what: str, rows: int, last: int) -> None:
        super().__init__(
            f"The {what} file has {rows:,} rows, the last import had {last:,}: fewer than 90 % look like an incomplete "
            "file. Download the extract again; if the register has really shrunk, say --force."
        )


class ImportRunning(ImportRefused):
    def __init__(self) -> None:
        super().__init__("Another import of the register is running. Wait until it has ended.")
