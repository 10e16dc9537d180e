"""The instance's own pages: what it is, who answers for it, on which terms."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
