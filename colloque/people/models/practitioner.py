"""The national register's entry for a doctor, as the ANS free-access extract gives it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from colloque.people.specialities import speciality_label

# The words under which a name is found: lower case, without accents, cut at hyphens, apostrophes and spaces, and each
# name once more in one piece (« De La Tour » answers to "tour" and to "delatour"). PostgreSQL computes them, so that
# every way to write a practitioner (ORM, bulk, the import's SQL) has them right; `unaccent` would be an extension, and
# is not immutable. `people.directory.search.fold_words` must fold a query alike.
NAME_WORDS = (
    "array_to_tsvector(array_remove(regexp_split_to_array(lower("
    "replace(replace(replace(replace(regexp_replace(normalize("
    r"%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g')"
    ", 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae')"
    "), '[^a-z0-9]+'), ''))"
)


def _in_one_piece(name: str) -> models.Func:
    return models.Func(name, template="translate(%(expressions)s, ' -''’', '')")


class Practitioner(models.Model):
    """One person of the register, merged from their rows (person × exercise × site) by RPPS number."""

    rpps = models.CharField(primary_key=True, max_length=11)
    family_name = models.CharField(max_length=120)
    given_name = models.CharField(max_length=120, blank=True)
    civility = models.CharField(max_length=8, blank=True)  # M, MME: the only hint of sex in the register
    profession = models.CharField(max_length=4)  # TRE_G15; 10 is médecin
    category = models.CharField(max_length=4, blank=True)  # TRE_R09: C civil, M military, E student
    specialities = ArrayField(models.CharField(max_length=12), default=list)  # savoir-faire codes, sorted (SM54, C12…)
    modes = ArrayField(models.CharField(max_length=4), default=list)  # TRE_R23: L, S, B
    postcodes = ArrayField(models.CharField(max_length=10), default=list)
    communes = ArrayField(models.CharField(max_length=80), default=list)
    departments = ArrayField(models.CharField(max_length=4), default=list)  # keys of regions.DEPARTMENTS (2A, 971…)
    is_listed = models.BooleanField(default=True)  # in the last extract; else "verification to renew", never deleted
    extracted_on = models.DateField()  # of the extract that gave this entry its present form, not of the last one read
    name_words = models.GeneratedField(
        expression=models.Func(
            "family_name",
            "given_name",
            _in_one_piece("family_name"),
            _in_one_piece("given_name"),
            template=NAME_WORDS,
            arg_joiner=" || ' ' || ",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex("name_words", name="practitioner_name_words"),
            GinIndex("departments", name="practitioner_department"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name} ({self.rpps})"

    @property
    def is_student(self) -> bool:
        """An intern may appear as médecin with category E: not a verified doctor by the register alone."""
        return self.category == "E"

    @property
    def speciality(self) -> str:
        """The label of the first ordinal speciality (SM…), or an empty string."""
        return next((label for code in self.specialities if (label := speciality_label(code))), "")


class DirectoryImport(models.Model):
    """What an import of the register read: the next one is refused below 90 % of these rows."""

    imported_on = models.DateField()
    extracted_on = models.DateField()
    rows = models.PositiveIntegerField()
    skill_rows = models.PositiveIntegerField(default=0)
    practitioners = models.PositiveIntegerField()
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.extracted_on}: {self.rows} rows, {self.practitioners} practitioners"
