"""A member: a doctor who takes part. No password, no last visit, no address outside `Mailbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from colloque.keys import public_key
from colloque.people.regions import department_name, region_of
from colloque.people.specialities import SPECIALITIES, practises, speciality_label

from .preferences import GrantsTime

if TYPE_CHECKING:
    from .mailbox import Mailbox
    from .verification import Verification


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(key=username)


class Member(GrantsTime, AbstractBaseUser):
    """A person with an account. What readers see of a member is a `threads.Byline`, never this row."""

    class Gender(models.TextChoices):
        WOMAN = "f", "une consœur"
        MAN = "m", "un confrère"

    # AbstractBaseUser's two columns that Colloque refuses: it has no passwords and keeps no last visit (law 10).
    password = None  # type: ignore[assignment]
    last_login = None

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    gender = models.CharField(max_length=1, choices=Gender.choices, blank=True)  # blank: a list did not say
    speciality = models.CharField(
        max_length=8, blank=True, choices=[(each.codes[0], each.name) for each in SPECIALITIES]
    )
    department = models.CharField(max_length=4, blank=True)
    rpps = models.CharField(max_length=11, blank=True)  # as declared; what is settled is a Verification
    is_host = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_on = models.DateField(auto_now_add=True)
    login_generation = models.PositiveIntegerField(default=0)  # raised to end every session and reply address

    USERNAME_FIELD = "key"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = MemberManager()

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """« Dr Solène Kervadec »."""
        return f"Dr {self.given_name} {self.family_name}"

    @property
    def region(self) -> str:
        return region_of(self.department)

    @property
    def department_name(self) -> str:
        return department_name(self.department)

    @property
    def speciality_name(self) -> str:
        return speciality_label(self.speciality)

    @property
    def practises(self) -> str:
        """« pneumologue », « médecin généraliste »…, or an empty string."""
        return practises(self.speciality, self.gender)

    @property
    def verification(self) -> Verification | None:
        """The surest verification in force, or None."""
        return self.verifications.in_force().surest()

    @property
    def is_verified(self) -> bool:
        """Verified by card, register or vouching; a member known to the host alone is not."""
        found = self.verification
        return found is not None and found.is_proof

    @property
    def primary_mailbox(self) -> Mailbox | None:
        """Where letters go: the preferred verified address that still takes mail."""
        return self.mailboxes.reachable().order_by("-is_primary", "pk").first()

    def get_session_auth_hash(self) -> str:
        return salted_hmac(
            "colloque.people.session", f"{self.key}:{self.login_generation}", algorithm="sha256"
        ).hexdigest()

    def get_session_auth_fallback_hash(self) -> Any:
        return iter(())

    def has_usable_password(self) -> bool:
        return False

    def set_unusable_password(self) -> None:
        """There is no password to unset."""

    def check_password(self, raw_password: str | None) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def as_record(self) -> dict[str, Any]:
        """The member as plain data, for the export."""
        return {
            "key": self.key,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "gender": self.gender,
            "speciality": self.speciality,
            "department": self.department,
            "language": self.language,
            "joined_on": self.joined_on.isoformat(),
            "addresses": [box.as_record() for box in self.mailboxes.order_by("pk")],
            "verifications": [v.as_record() for v in self.verifications.order_by("pk")],
        }
