"""Our own addresses and links that give rights, taken out of a text before others read it.

A reply address is a capability: « De : Colloque <reponse+TOKEN@…> » left in a published text would let every reader
answer in its owner's name, and an unsubscribe link would let every reader silence them.
"""

from __future__ import annotations

import re

BLANK = "[…]"
_TOKEN = re.compile(r"(?:mailto:)?[a-z0-9._-]{1,40}\+[a-z2-7]{26}@[a-z0-9.-]{1,253}", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'\])]{1,2000}", re.IGNORECASE)
_RIGHTS = (
    "desinscri",
    "désinscri",
    "unsubscribe",
    "desabonn",
    "stop",
    "/d/",
    "connexion",
    "login",
    "token",
    "jeton",
    "invitation",
)
_LONG_KEY = re.compile(r"[A-Za-z0-9_=:-]{22,}")


def without_own_rights(text: str, host: str) -> str:
    """Return `text` with every reply address at `host` and every link to `host` that carries a right replaced by «
    […] ».

    A link carries a right where its path names one (unsubscribe, login, invitation) or holds a key of 22 characters
    or more. Sub-domains of `host` count as ours. Permanent addresses of threads and posts stay.
    """
    host = host.lower().strip(".")

    def address(match: re.Match[str]) -> str:
        domain = match.group().rpartition("@")[2].lower().rstrip(".")
        return BLANK if _is_ours(domain, host) else match.group()

    def link(match: re.Match[str]) -> str:
        authority, _, path = match.group().partition("://")[2].partition("/")
        domain = authority.rpartition("@")[2].partition(":")[0].lower()
        return BLANK if _is_ours(domain, host) and _carries_a_right("/" + path) else match.group()

    return _LINK.sub(link, _TOKEN.sub(address, text))


def _is_ours(domain: str, host: str) -> bool:
    return domain == host or domain.endswith("." + host)


def _carries_a_right(path: str) -> bool:
    lowered = path.lower()
    return any(word in lowered for word in _RIGHTS) or _LONG_KEY.search(path) is not None
