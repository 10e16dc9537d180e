"""The instance's own pages: what it is, who answers for it, on which terms, and its logo."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("about", views.page, {"name": "about"}, name="about"),
    path("legal", views.page, {"name": "legal"}, name="legal"),
    path("terms", views.page, {"name": "terms"}, name="terms"),
    path("privacy", views.page, {"name": "privacy"}, name="privacy"),
    path("logo", views.logo, name="logo"),
]
