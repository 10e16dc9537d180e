"""The demo's own addresses, before all others; they exist nowhere else."""

from __future__ import annotations

from django.urls import include, path

from colloque.web.urls import handler400, handler403, handler404, handler500  # noqa: F401 (Django looks for them here)

from . import views

urlpatterns = [
    path("demo/mailbox", views.mailbox, name="demo-mailbox"),
    path("demo/mailbox/letters", views.letters, name="demo-letters"),
    path("demo/mailbox/<key>", views.mail, name="demo-mail"),
    path("demo/mailbox/<key>/html", views.mail_html, name="demo-mail-html"),
    path("demo/mailbox/<key>/pictures/<int:number>", views.picture, name="demo-mail-picture"),
    path("demo/mailbox/<key>/replies", views.replies, name="demo-replies"),
    path("demo/login/<key>", views.login_as, name="demo-login"),
    path("", include("colloque.web.urls")),
]
