"""Coming in and going out; oneself."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path

from . import addresses, preferences

# The few of allauth's views that a house without passwords needs, in the house's look. Two names lead to one page:
# allauth asks for both, and here the only way in is the code.
_login = account.RequestLoginCodeView.as_view(template_name="web/people/login.html")

urlpatterns = [
    path("account/login", _login, name="account_login"),
    path("account/login", _login, name="account_request_login_code"),
    path(
        "account/login/code",
        account.ConfirmLoginCodeView.as_view(template_name="web/people/login_code.html"),
        name="account_confirm_login_code",
    ),
    path("account/logout", account.LogoutView.as_view(template_name="web/people/logout.html"), name="account_logout"),
    path(
        "account/inactive",
        account.AccountInactiveView.as_view(template_name="web/people/inactive.html"),
        name="account_inactive",
    ),
    path("me", preferences.me, name="me"),
    path("me/letters/stop", preferences.stop_letters, name="my-stop"),
    path("me/letters/stop/removal", preferences.resume_letters, name="my-stop-removal"),
    path("me/addresses", addresses.addresses, name="addresses"),
    path("me/addresses/<slug:key>/primary", addresses.make_primary, name="address-primary"),
    path("me/addresses/<slug:key>/removal", addresses.remove, name="address-removal"),
    path("me/addresses/proof/<slug:secret>", addresses.prove, name="address-proof"),
    path("language", preferences.language, name="language"),
]
