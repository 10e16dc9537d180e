"""Keys: the random names of public things, and what is derived from the instance's one secret.

Public keys are random, never counters and never ordered by time (law 10). Secrets for different uses are derived
by HKDF (RFC 5869) with the use as `info`, so that a value leaked from one use tells nothing of another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Crockford's base32 alphabet: nothing that a person reads wrongly aloud (i, l, o, u are absent).
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
KEY_LENGTH = 12
DEMO_MARK = "demo-"


class UnreadableSeal(ValueError):
    """Sealed bytes do not open: another instance's key, another place, or damage."""


def public_key() -> str:
    """A new random key of 60 bits for a public thing, 12 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))


def instance_secret(data: Path, given: str, *, demo: bool = False) -> str:
    """The instance's secret: as given, else kept in DATA/keys/instance.key (made once, readable by its owner only)."""
    if given:
        return given
    path = data / "keys" / "instance.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f".{secrets.token_hex(8)}")
        made.touch(mode=0o600)
        made.write_text((DEMO_MARK if demo else "") + secrets.token_urlsafe(48))
        try:
            os.link(made, path)  # two first starts at once: one key wins
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()


@lru_cache(maxsize=64)
def _derived(secret: str, use: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=use.encode()).derive(secret.encode())


def _secret() -> str:
    from django.conf import settings  # the only caller's need of Django; the module itself stays importable without

    return str(settings.SECRET_KEY)


def token(use: str, *parts: str) -> str:
    """The first 128 bits of HMAC-SHA-256(instance key; parts), lower-case base32 (26 characters).

    Local parts of addresses get lower-cased on their way, hence base32. Parts are length-prefixed: ("ab", "c") and
    ("a", "bc") differ.
    """
    message = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
    digest = hmac.new(_derived(_secret(), f"token:{use}"), message, hashlib.sha256).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def fingerprint(use: str, *parts: str) -> str:
    """A keyed digest (hex, 64) by which a value is found again without being stored."""
    message = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
    return hmac.new(_derived(_secret(), f"fingerprint:{use}"), message, hashlib.sha256).hexdigest()


def seal(plain: bytes, place: str) -> bytes:
    """Encrypt one thing for one place: 16 bytes salt, 12 nonce, AES-256-GCM text; its own key, derived from the salt.

    `place` (for example "letter:k3v9…") is authenticated: sealed bytes moved to another row do not open.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    return salt + nonce + AESGCM(_one_key(salt)).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """The plain bytes. Raises UnreadableSeal."""
    salt, nonce, text = sealed[:16], sealed[16:28], sealed[28:]
    try:
        return AESGCM(_one_key(salt)).decrypt(nonce, text, place.encode())
    except (InvalidTag, ValueError) as error:
        raise UnreadableSeal(f"What is sealed for {place} does not open with this instance's key.") from error


def _one_key(salt: bytes) -> bytes:
    base = _derived(_secret(), "seal")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"one").derive(base)
