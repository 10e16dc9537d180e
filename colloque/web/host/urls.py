"""The host's desk, and « signaler », which writes to it."""

from __future__ import annotations

from django.urls import path

from . import circles, desk, invitations, letters, members, notices

_MEMBER = "host/members/<slug:key>"
_CIRCLE = "host/circles/<slug:slug>"

urlpatterns = [
    path("host", desk.desk, name="host"),
    path("host/letters", letters.letters, name="host-letters"),
    path("host/letters/<slug:key>", letters.letter, name="host-letter"),
    path("host/letters/<slug:key>/release", letters.release, name="host-letter-release"),
    path("host/letters/<slug:key>/refusal", letters.refuse, name="host-letter-refusal"),
    path("host/members", members.members, name="host-members"),
    path("host/members/new", members.new_member, name="host-member-new"),
    path(_MEMBER, members.member, name="host-member"),
    path(f"{_MEMBER}/verifications", members.verify, name="host-member-verification"),
    path(
        f"{_MEMBER}/verifications/<slug:how>/removal",
        members.end_verification,
        name="host-member-verification-removal",
    ),
    path(f"{_MEMBER}/suspension", members.suspend, name="host-member-suspension"),
    path(f"{_MEMBER}/suspension/removal", members.readmit, name="host-member-suspension-removal"),
    path(f"{_MEMBER}/hosting", members.make_host, name="host-member-hosting"),
    path(f"{_MEMBER}/hosting/removal", members.unmake_host, name="host-member-hosting-removal"),
    path("host/circles", circles.circles, name="host-circles"),
    path("host/circles/new", circles.new_circle, name="host-circle-new"),
    path(_CIRCLE, circles.circle, name="host-circle"),
    path(f"{_CIRCLE}/members/<slug:key>/removal", circles.end_membership, name="host-membership-removal"),
    path(f"{_CIRCLE}/members/<slug:key>/hosting", circles.make_circle_host, name="host-membership-hosting"),
    path(
        f"{_CIRCLE}/members/<slug:key>/hosting/removal",
        circles.unmake_circle_host,
        name="host-membership-hosting-removal",
    ),
    path(f"{_CIRCLE}/invitations/new", invitations.new_invitations, name="host-invitations-new"),
    path(f"{_CIRCLE}/invitations", invitations.invite, name="host-invitations"),
    path("host/notices", notices.notices, name="host-notices"),
    path("host/notices/<slug:key>", notices.host_notice, name="host-notice"),
    path("host/notices/<slug:key>/hiding", notices.hide, name="host-notice-hiding"),
    path("host/notices/<slug:key>/leaving", notices.leave, name="host-notice-leaving"),
    path("p/<slug:key>/notice", notices.notice, name="notice"),
]
