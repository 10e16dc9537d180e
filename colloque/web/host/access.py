"""Who sits at the host's desk: visitors are asked to come in, other members find nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase

from colloque.web.admission import MemberRequest, members_only

P = ParamSpec("P")


def host_only(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only hosts in. A 404, not a 403: which pages the desk has is nobody else's business."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_host:
            raise Http404
        return view(request, *args, **kwargs)

    admitted: Callable[Concatenate[HttpRequest, P], HttpResponseBase] = members_only(guarded)  # type: ignore[arg-type]
    return admitted
