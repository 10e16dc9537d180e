"""What every template knows: the instance."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def instance(request: HttpRequest) -> dict[str, Any]:
    return {"instance": settings.INSTANCE, "LANGUAGES": settings.LANGUAGES}
