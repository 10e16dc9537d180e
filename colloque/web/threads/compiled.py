"""Querysets compiled once per process.

On the page that is opened most, Django's compiling of its few queries cost three times what PostgreSQL's work on them
did (bench/thread_page.py). The SQL still is what the models' own querysets say: no right is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Compiled:
    """A queryset as a function of named values.

    `build` is called once, with the samples, which must be values that occur nowhere else in the query; wherever the
    SQL's parameters hold a sample, `rows` puts the value of that name.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], samples: Mapping[str, Any]) -> None:
        self._build = build
        self._samples = samples

    @cached_property
    def _sql(self) -> tuple[str, list[tuple[str | None, Any]]]:
        """SQL, and for each parameter the name of its value or, without a name, the value itself."""
        sql, parameters = self._build(**self._samples).query.sql_with_params()
        ids = {_plain(sample): name for name, sample in self._samples.items()}
        slots = [(ids.get(each) if isinstance(each, int | str) else None, each) for each in parameters]
        missing = set(self._samples) - {name for name, _ in slots}
        if missing:
            raise LookupError(f"the query does not depend on {', '.join(sorted(missing))}")
        return sql, slots

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows, as `values_list` would give them, but for what a field converts in Python."""
        sql, slots = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [_plain(values[name]) if name else value for name, value in slots])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _plain(value: Any) -> Any:
    """A model instance is its primary key in SQL."""
    return value.pk if hasattr(value, "pk") else value
