"""Circles and belonging to them."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("circles", views.circles, name="circles"),
    path("c/<slug:slug>", views.circle, name="circle"),
    path("c/<slug:slug>/membership", views.join, name="membership"),
    path("c/<slug:slug>/membership/removal", views.leave, name="membership-removal"),
    path("c/<slug:slug>/following", views.follow, name="circle-following"),
    path("c/<slug:slug>/following/removal", views.unfollow, name="circle-following-removal"),
]
