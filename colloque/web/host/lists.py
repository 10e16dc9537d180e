"""Long lists on pages: one page at a time, found by the words that are looked for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from colloque.people.models import Member
from colloque.web.admission import MemberRequest

PAGE_LENGTH = 50
_MOST_WORDS = 6


def page_of(request: MemberRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page that `?page=` names; the nearest one that exists."""
    return Paginator(rows, PAGE_LENGTH).get_page(request.GET.get("page"))


def wanted(request: MemberRequest) -> str:
    """What `?q=` looks for; NUL, which PostgreSQL refuses in a text, goes."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


def named(rows: QuerySet[Member], query: str) -> QuerySet[Member]:
    """Members in whose names each word of the query is found."""
    for word in query.split()[:_MOST_WORDS]:
        rows = rows.filter(Q(family_name__icontains=word) | Q(given_name__icontains=word))
    return rows
