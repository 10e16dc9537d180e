"""Coming in by a code: what allauth asks of the house (its adapter)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from colloque.correspondence.security import send_login_code
from colloque.people.models import Mailbox

_LOGIN_CODE = "account/email/login_code"


class UnexpectedMail(LookupError):
    """Allauth wants to write a mail that this house does not write: a setting of its has changed."""


class LoginAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Nobody signs up by themselves, codes go out as envelopes, and nothing is written to a stranger."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("Ce code n’est pas le bon. Recopiez celui du dernier mail reçu."),
        "too_many_login_attempts": _("Trop d’essais. Attendez quelques minutes, puis demandez un nouveau code."),
        "rate_limited": _("Trop d’essais. Attendez quelques minutes, puis recommencez."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only login codes are sent, to verified addresses. Raises UnexpectedMail for anything else."""
        if template_prefix != _LOGIN_CODE:
            raise UnexpectedMail(template_prefix)
        mailbox = Mailbox.objects.verified().of_address(email).filter(member__is_active=True).first()
        if mailbox is not None:
            send_login_code(mailbox, context["code"])

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Pages say what happened; allauth's own sentences are not ours."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        # Allauth notes in the session when and by which address one came in; no page needs it (law 10).
        for key in ("account_authentication_methods", "account_authentication_methods_user"):
            request.session.pop(key, None)
