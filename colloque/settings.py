"""Every setting of an instance, typed, from environment variables only.

`Instance` is the table: its fields are the settings, their metadata says what they are for; `colloque settings`
prints it. Below it stand the names that Django itself reads, all derived from the one `INSTANCE`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from colloque.database.location import Location
from colloque.keys import instance_secret


class SettingError(ValueError):
    """A setting's value cannot be read; the sentence names the variable and what it takes."""


def setting(
    default: Any, meaning: str, *, variable: str | None = None, secret: bool = False, takes: Test | None = None
) -> Any:
    """A field of `Instance`: its variable is `COLLOQUE_` and the field's name in capitals unless given.

    `takes`: what a value must be, in words, and the test of it.
    """
    told = {"meaning": meaning, "variable": variable, "secret": secret, "takes": takes}
    return field(default=default, metadata=told)


Test = tuple[str, Callable[[Any], bool]]


def one_of(*values: str) -> Test:
    return f"one of {', '.join(values)}", lambda value: value in values


def between(least: int, most: int) -> Test:
    return f"a number from {least} to {most}", lambda value: least <= value <= most


_PORT = between(1, 65_535)
_HOUR = between(0, 24)
_DOMAIN: Test = (
    "a domain name in ASCII",
    lambda value: bool(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value)),
)
_ZONE: Test = ("a time zone like Europe/Paris", lambda value: _is_time_zone(value))
_ADDRESS: Test = (
    "an address like https://colloque.example.org",
    lambda value: bool(re.fullmatch(r"https?://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d+)?", value)),
)


@dataclass(frozen=True)
class Instance:
    """What a host may set. Defaults are safe; an empty variable counts as unset."""

    data: Path = setting(Path("var"), "Folder of the embedded database, media and keys.")
    database_url: str = setting(
        "",
        "postgresql://user:password@host:port/name; empty: the embedded server.",
        variable="DATABASE_URL",
        secret=True,
    )
    secret_key: str = setting("", "Instance key; empty: made once and kept in the data folder.", secret=True)
    name: str = setting("Colloque", "Name of the instance, on every page and mail.")
    url: str = setting(
        "http://localhost:8000", "Public address of the pages, without a slash at the end.", takes=_ADDRESS
    )
    mail_domain: str = setting("colloque.localhost", "Domain of the circles' and reply addresses.", takes=_DOMAIN)
    logo: str = setting("", "File of the logo (SVG, PNG), shown at the top of pages; empty: the name alone.")
    contact: str = setting("", "E-mail address of the host, for doctors and for notices.")
    postal_address: str = setting("", "Postal address of the publisher, printed in the legal notice.")
    legal_notice: str = setting("", "Markdown file of the legal notice; empty: the page says what is known.")
    terms: str = setting("", "Markdown file of the terms of use; empty: the terms that come with Colloque.")
    language: str = setting(
        "fr", "Language of pages and mails for whoever has not chosen: fr or en.", takes=one_of("fr", "en")
    )
    time_zone: str = setting("Europe/Paris", "Time zone of those who have not chosen one (quiet hours).", takes=_ZONE)
    web_host: str = setting("127.0.0.1", "Address on which the pages are served.")
    web_port: int = setting(8000, "Port of the pages.", takes=_PORT)
    lmtp_host: str = setting("127.0.0.1", "Address on which letters are taken (LMTP).")
    lmtp_port: int = setting(8024, "Port on which letters are taken (LMTP).", takes=_PORT)
    smtp_host: str = setting("127.0.0.1", "Mail server that takes our letters.")
    smtp_port: int = setting(25, "Its port.", takes=_PORT)
    smtp_user: str = setting("", "Login at the mail server, where it wants one.")
    smtp_password: str = setting("", "Password at the mail server.", secret=True)
    smtp_security: str = setting("none", "none (loopback), starttls or tls.", takes=one_of("none", "starttls", "tls"))
    trusted_proxies: int = setting(
        0, "Reverse proxies before the pages: whose X-Forwarded headers are believed.", takes=between(0, 10)
    )
    letter_megabytes: int = setting(20, "Largest letter taken, in megabytes.", takes=between(1, 200))
    weekly_budget: int = setting(5, "Letters a week that a member grants at first.", takes=between(0, 50))
    quiet_from: int = setting(20, "Hour from which no solicitation is sent.", takes=_HOUR)
    quiet_until: int = setting(8, "Hour until which no solicitation is sent.", takes=_HOUR)
    professions: str = setting("10", "Profession codes of the register (TRE_G15) taken in, by commas.")
    sandbox: bool = setting(False, "Take the register's test numbers (99…), which are nobody's.")
    demo: bool = setting(False, "Set by `colloque demo` alone: one-click logins and the mailbox page.")
    debug: bool = setting(False, "Developers only: pages show errors in full.")

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Instance:
        """The instance that the environment describes. Raises SettingError."""
        hints = get_type_hints(cls)
        values = {}
        for each in fields(cls):
            raw = environ.get(variable_of(each), "").strip()
            if raw:
                values[each.name] = _convert(variable_of(each), raw, hints[each.name])
                _check(variable_of(each), raw, values[each.name], each.metadata["takes"])
        return cls(**values)


def variable_of(each: Any) -> str:
    """The environment variable of a field of `Instance`."""
    return each.metadata["variable"] or f"COLLOQUE_{each.name.upper()}"


def _is_time_zone(name: str) -> bool:
    """Whether this machine's tables know a time zone."""
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _check(variable: str, raw: str, value: Any, takes: Test | None) -> None:
    if takes is not None and not takes[1](value):
        raise SettingError(f"{variable}={raw!r}: {takes[0]} is needed.")


def _convert(variable: str, raw: str, kind: type) -> Any:
    if kind is bool:
        if raw.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise SettingError(f"{variable}={raw!r}: say 1 or 0.")
        return raw.lower() in {"1", "true", "yes"}
    try:
        return kind(raw)
    except ValueError:
        raise SettingError(f"{variable}={raw!r}: a {kind.__name__} is needed.") from None


def _database(instance: Instance) -> dict[str, Any]:
    """Django's description of the database: the URL's, or the embedded server's socket."""
    kept = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
    if not instance.database_url:
        place = Location.of(instance.data)
        return kept | {"NAME": place.database, "USER": place.user, "HOST": str(place.host), "PORT": str(place.port)}
    sentence = "DATABASE_URL: only PostgreSQL is spoken (postgresql://user:password@host:port/name)."
    try:
        parts = urlsplit(instance.database_url)
        port = parts.port
    except ValueError:
        raise SettingError(sentence) from None
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingError(sentence)
    options = dict(parse_qsl(parts.query))
    return kept | {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


try:
    INSTANCE = Instance.read(os.environ)
    SECRET_KEY = instance_secret(INSTANCE.data, INSTANCE.secret_key, demo=INSTANCE.demo)
    DATABASES = {"default": _database(INSTANCE)}
except SettingError as error:
    sys.exit(f"colloque: {error}")

DEBUG = INSTANCE.debug
_PUBLIC = urlsplit(INSTANCE.url)
_IS_HTTPS = _PUBLIC.scheme == "https"
ALLOWED_HOSTS = [_PUBLIC.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "procrastinate.contrib.django",
    "colloque.people",
    "colloque.correspondence",
    "colloque.circles",
    "colloque.threads",
    "colloque.mail",
    "colloque.moderation",
    "colloque.web",
] + (["colloque.demo"] if INSTANCE.demo else [])

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "colloque.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "colloque.web.middleware.MemberLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "colloque.demo.urls" if INSTANCE.demo else "colloque.web.urls"
WSGI_APPLICATION = "colloque.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "colloque.web.context.instance",
            ],
        },
    }
]

# --- Who one is -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "colloque.web.people.login.LoginAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # never a letter to a stranger
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_HTTPONLY = True

# --- What leaves and enters -----------------------------------------------------------------------------------------
EMAIL_BACKEND = "colloque.correspondence.backend.EnvelopeBackend"
DEFAULT_FROM_EMAIL = f"{INSTANCE.name} <colloque@{INSTANCE.mail_domain}>"
SERVER_EMAIL = f"colloque@{INSTANCE.mail_domain}"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- Browsers -------------------------------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_SSL_REDIRECT = False  # the reverse proxy's work; a loop is worse than a missing redirect
# Believed from a proxy alone, for anybody can write the header; on loopback nobody else reaches us.
_IS_BEHIND_PROXY = INSTANCE.trusted_proxies > 0 or INSTANCE.web_host in {"127.0.0.1", "::1", "localhost"}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _IS_BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = INSTANCE.trusted_proxies  # else its limits would count the proxy's own address
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# --- Languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = INSTANCE.language
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = INSTANCE.time_zone
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = INSTANCE.data / "static"
MEDIA_ROOT = INSTANCE.data / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

# Shared between processes, so in the database: allauth's rate limits must agree everywhere.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # aiosmtpd tells every session otherwise, addresses included
    },
}

# --- How long a thing is kept (law 10), printed by `colloque settings --retention` ---------------------------------
RETENTION: dict[str, tuple[int, str]] = {
    "letter": (7, "Days after a letter's outcome is settled: its bytes are erased; outcome, reason and day stay."),
    "envelope": (7, "Days after an envelope is settled: its times become a date, what it carried goes."),
    "draft": (7, "Days after which an unpublished draft is erased, its pictures included."),
    "invitation": (30, "Days after which an unanswered invitation and the address in it are erased."),
    "held": (30, "Days after which a letter still held is refused and erased, the host having been told."),
    "session": (30, "Days without a visit after which a login ends."),
}
SILENCED_SYSTEM_CHECKS: list[str] = []
