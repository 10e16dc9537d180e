"""What a letter's headers and foot lead to."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [path("letters/stop/<slug:secret>", views.stop, name="letters-stop")]
