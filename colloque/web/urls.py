"""Every address of the pages. Rooms of their own (the host's desk, the instance's pages) list theirs."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("colloque.web.people.urls")),
    path("", include("colloque.web.host.urls")),
    path("", include("colloque.web.pages.urls")),
]
