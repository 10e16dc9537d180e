"""Every address of the pages. Each room lists its own."""

from __future__ import annotations

from django.urls import include, path

from .health import healthz
from .home.views import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("colloque.web.people.urls")),
    path("", include("colloque.web.circles.urls")),
    path("", include("colloque.web.threads.urls")),
    path("", include("colloque.web.correspondence.urls")),
    path("", include("colloque.web.host.urls")),
    path("", include("colloque.web.pages.urls")),
    path("healthz", healthz, name="healthz"),
]
handler400 = "colloque.web.errors.bad_request"
handler403 = "colloque.web.errors.forbidden"
handler404 = "colloque.web.errors.not_found"
handler429 = "colloque.web.errors.too_many"
handler500 = "colloque.web.errors.broken"
