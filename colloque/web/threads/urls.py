"""Threads, posts, writing."""

from __future__ import annotations

from django.urls import path

from . import acting, attention, reading, writing_views

urlpatterns = [
    path("questions/new", writing_views.ask, name="ask"),
    path("drafts/<slug:key>/removal", writing_views.discard_draft, name="draft-removal"),
    path("f/<slug:key>", reading.thread, name="thread"),
    path("f/<slug:key>/following", attention.follow, name="following"),
    path("f/<slug:key>/following/removal", attention.forget, name="following-removal"),
    path("f/<slug:key>/silence", attention.silence, name="silence"),
    path("f/<slug:key>/silence/removal", attention.forget, name="silence-removal"),
    path("f/<slug:key>/closure", acting.close, name="closure"),
    path("f/<slug:key>/closure/removal", acting.reopen, name="closure-removal"),
    path("p/<slug:key>", reading.post, name="post"),
    path("p/<slug:key>/answer", writing_views.answer, name="answer"),
    path("p/<slug:key>/correction", acting.correct, name="correction"),
    path("p/<slug:key>/removal", acting.withdraw, name="removal"),
    path("a/<slug:key>", reading.attachment, name="attachment"),
]
