"""Who may open what: every address of the site × six kinds of people × GET and POST.

A new page must add its line here, or `test_no_address_is_missing_from_the_table` fails. A line says, for each of

    visitor    nobody has come in
    outsider   a member of another circle
    member     a member of the circle, who wrote nothing
    author     who wrote what the address names (or owns it)
    moderator  the circle's own host
    host       a host of the instance, who is not of the circle

the status of the answer. `in` is a redirect to the login, 302 any other redirect: for a POST, that it was done; 422
says that the person was let in and the form was not filled.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from PIL import Image

from colloque.circles.models import Circle, Membership
from colloque.correspondence.models import ReplyAddress
from colloque.mail.models import Letter
from colloque.moderation import hosting, settling
from colloque.moderation.models import Notice
from colloque.people.models import Mailbox, Member
from colloque.threads import pictures, publishing
from colloque.threads.models import Post
from tests.mail.letters import hand_in, message, token_address
from tests.village import Village, answer, doctor

WHO = ("visitor", "outsider", "member", "author", "moderator", "host")


@dataclass(frozen=True)
class Line:
    """An address with the names of the scene in braces, what a POST carries, and both rows of statuses."""

    path: str
    get: str
    post: str
    data: dict[str, str] = field(default_factory=dict)


# Rows that come back: whom a page is for, who may do it (a visitor's POST is a 403 that shows what was written).
ALL = "200 200 200 200 200 200"
ALL_DO = "302 302 302 302 302 302"
NO = "405 405 405 405 405 405"
MEMBERS = "in 200 200 200 200 200"
MEMBERS_DO = "403 302 302 302 302 302"
READERS = "in 404 200 200 200 200"
READERS_DO = "403 404 302 302 302 302"
CIRCLE_DOES = "403 404 302 302 302 404"
AUTHOR = "in 404 403 200 403 403"
AUTHOR_DOES = "403 404 403 302 403 403"
HOSTS = "in 404 404 404 404 200"
HOSTS_NO = "in 404 404 404 404 405"
HOSTS_NO_POST = "403 404 404 404 404 405"
HOSTS_DO = "403 404 404 404 404 302"

TABLE: list[Line] = [
    # For everybody
    Line("/", ALL, NO),
    Line("/healthz", ALL, ALL),
    Line("/language", NO, ALL_DO, {"language": "en"}),
    Line("/about", ALL, NO),
    Line("/legal", ALL, NO),
    Line("/terms", ALL, NO),
    Line("/privacy", ALL, NO),
    Line("/logo", "404 404 404 404 404 404", NO),
    Line("/account/login", "200 302 302 302 302 302", ALL_DO, {"email": "nobody@example.org"}),
    Line("/account/login/code", ALL_DO, ALL_DO, {"code": "x"}),
    Line("/account/logout", "302 200 200 200 200 200", ALL_DO),
    Line("/account/inactive", ALL, NO),
    # Oneself
    Line("/me", MEMBERS, "403 422 422 422 422 422"),
    Line("/me/letters/stop", NO, MEMBERS_DO),
    Line("/me/letters/stop/removal", NO, MEMBERS_DO),
    Line("/me/addresses", MEMBERS, MEMBERS_DO, {"address": "new@example.net"}),
    Line("/me/addresses/{second}/primary", NO, "403 404 404 302 404 404"),
    Line("/me/addresses/{mailbox}/removal", NO, "403 404 404 302 404 404"),
    Line("/me/addresses/proof/{proof}", "in 404 404 200 404 404", "403 404 404 302 404 404"),
    Line("/letters/stop/{stop}", ALL, ALL),
    # Circles
    Line("/circles", MEMBERS, NO),
    Line("/c/{circle}", "in 404 200 200 200 404", NO),
    Line("/c/{circle}/membership", NO, "403 404 403 403 403 404"),
    Line("/c/{circle}/membership/removal", NO, CIRCLE_DOES),
    Line("/c/{circle}/following", NO, CIRCLE_DOES),
    Line("/c/{circle}/following/removal", NO, CIRCLE_DOES),
    # Threads
    Line("/questions/new", MEMBERS, "403 422 422 422 422 200"),
    Line("/drafts/{draft}/removal", NO, "403 404 404 302 404 404"),
    Line("/f/{thread}", READERS, NO),
    Line("/f/{thread}/following", NO, READERS_DO),
    Line("/f/{thread}/following/removal", NO, READERS_DO),
    Line("/f/{thread}/silence", NO, READERS_DO),
    Line("/f/{thread}/silence/removal", NO, READERS_DO),
    Line("/f/{thread}/closure", NO, "403 404 403 302 302 403"),
    Line("/f/{thread}/closure/removal", NO, "403 404 403 403 403 403"),
    Line("/a/{picture}", READERS, NO),
    Line("/p/{post}", "in 404 302 302 302 302", NO),
    Line("/p/{post}/answer", READERS, "403 404 422 422 422 422"),
    Line("/p/{post}/correction", AUTHOR, AUTHOR_DOES, {"title": "Toux", "source": "Autre"}),
    Line("/p/{post}/removal", AUTHOR, AUTHOR_DOES),
    Line("/p/{post}/notice", READERS, READERS_DO, {"rule": "other"}),
    # The host's desk
    Line("/host", HOSTS, HOSTS_NO_POST),
    Line("/host/letters", HOSTS, HOSTS_NO_POST),
    Line("/host/letters/{letter}", HOSTS, HOSTS_NO_POST),
    Line("/host/letters/{letter}/release", HOSTS_NO, HOSTS_DO, {"member": "{doctor}"}),
    Line("/host/letters/{letter}/refusal", HOSTS_NO, HOSTS_DO, {"reason": "non"}),
    Line("/host/members", HOSTS, HOSTS_NO_POST),
    Line(
        "/host/members/new",
        HOSTS,
        HOSTS_DO,
        {"given_name": "A", "family_name": "B", "gender": "f", "address": "b@example.net"},
    ),
    Line("/host/members/{doctor}", HOSTS, HOSTS_NO_POST),
    Line("/host/members/{doctor}/verifications", HOSTS_NO, HOSTS_DO, {"ground": "vouched", "reason": "oui"}),
    Line("/host/members/{doctor}/verifications/register/removal", HOSTS_NO, HOSTS_DO, {"reason": "non"}),
    Line("/host/members/{doctor}/suspension", HOSTS_NO, HOSTS_DO, {"reason": "non"}),
    Line("/host/members/{suspended}/suspension/removal", HOSTS_NO, HOSTS_DO),
    Line("/host/members/{doctor}/hosting", HOSTS_NO, HOSTS_DO),
    Line("/host/members/{doctor}/hosting/removal", HOSTS_NO, HOSTS_DO),
    Line("/host/circles", HOSTS, HOSTS_NO_POST),
    Line("/host/circles/new", HOSTS, HOSTS_DO, {"name": "N", "slug": "n", "kind": "list", "joining": "open"}),
    Line("/host/circles/{circle}", HOSTS, HOSTS_DO, {"name": "N", "slug": "n", "kind": "list", "joining": "open"}),
    Line("/host/circles/{circle}/members/{doctor}/removal", HOSTS_NO, HOSTS_DO),
    Line("/host/circles/{circle}/members/{doctor}/hosting", HOSTS_NO, HOSTS_DO),
    Line("/host/circles/{circle}/members/{doctor}/hosting/removal", HOSTS_NO, HOSTS_DO),
    Line(
        "/host/circles/{circle}/invitations/new",
        HOSTS,
        "403 404 404 404 404 200",
        {"question": "{thread}", "list": "email;nom\nx@example.net;X"},
    ),
    Line(
        "/host/circles/{circle}/invitations",
        HOSTS_NO,
        "403 404 404 404 404 200",
        {"question": "{thread}", "list": "email;nom\nx@example.net;X"},
    ),
    Line("/host/notices", HOSTS, HOSTS_NO_POST),
    Line("/host/notices/{notice}", HOSTS, HOSTS_NO_POST),
    Line("/host/notices/{notice}/hiding", HOSTS_NO, HOSTS_DO, {"reason": "non"}),
    Line("/host/notices/{notice}/leaving", HOSTS_NO, HOSTS_DO, {"reason": "bon"}),
]


@dataclass
class Scene:
    """The people and the things that the lines name."""

    people: dict[str, Member | None]
    names: dict[str, str]


@pytest.fixture
def scene(village: Village) -> Scene:
    """Kervadec asked with a picture in Finistère, which is by invitation; Oyono hosts that circle."""
    Circle.objects.filter(pk=village.finistere.pk).update(joining="invitation", allows_pictures=True)
    village.finistere.refresh_from_db()
    Membership.objects.filter(member__in=[village.lenoir, village.imbert], circle=village.finistere).delete()
    Membership.objects.filter(member=village.oyono).update(role="host")
    village.lenoir.is_host = False
    village.lenoir.save()
    host = doctor("Hélène", "Hostis", "f", "SM54", "29", is_host=True)
    question = _question_with_picture(village)
    mailbox = Mailbox.objects.create(member=village.kervadec, address="cabinet@example.org")
    second = Mailbox(member=village.kervadec, address="hopital@example.org")
    second.verify()
    to = token_address(village.sarr, question)
    held = hand_in(message("inconnu@example.net", to, "Re: Toux", "D’ailleurs."), to)
    assert held.outcome == Letter.Outcome.HELD
    notice = Notice.objects.create(post=answer(village.sarr, question), rule=Notice.Rule.OTHER)
    settling.open_thread_to(host, question.thread)
    member = doctor("Anne", "Membre", "f", "SM54", "29")
    Membership.join(village.finistere, member)
    hosting.suspend(village.imbert, host, "pour l’essai")
    draft = publishing.start_question(village.kervadec, village.finistere, "Brouillon", "Texte", via=Post.Via.WEB)
    picture = question.attachments.get()
    return Scene(
        people={
            "visitor": None,
            "outsider": village.vasseur,
            "member": member,
            "author": village.kervadec,
            "moderator": village.oyono,
            "host": host,
        },
        names={
            "circle": village.finistere.slug,
            "thread": question.thread.key,
            "post": question.key,
            "picture": picture.key,
            "draft": draft.key,
            "mailbox": mailbox.key,
            "second": second.key,
            "proof": ReplyAddress.give(mailbox, "address-proof"),
            "stop": ReplyAddress.give(village.kervadec.mailboxes.get(is_primary=True), "stop"),
            "letter": held.key,
            "notice": notice.key,
            "doctor": village.sarr.key,
            "suspended": village.imbert.key,
        },
    )


def _question_with_picture(village: Village) -> Post:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(drawn, "PNG")
    draft = publishing.start_question(village.kervadec, village.finistere, "Toux", "Que faire ?", via=Post.Via.WEB)
    pictures.attach(draft, drawn.getvalue())
    return publishing.publish(draft)


def _client(scene: Scene, who: str, **more: Any) -> Client:
    client = Client(headers={"accept-language": "fr"}, **more)
    member = scene.people[who]
    if member is not None:
        client.force_login(Member.objects.get(pk=member.pk))
    return client


def _statuses(scene: Scene, line: Line, method: str) -> str:
    """What each gets; whatever a request does is undone before the next."""
    return " ".join(_status(scene, line, method, who) for who in WHO)


def _status(scene: Scene, line: Line, method: str, who: str) -> str:
    path = line.path.format(**scene.names)
    data = {name: value.format(**scene.names) for name, value in line.data.items()}
    with transaction.atomic():
        client = _client(scene, who)
        response = client.get(path) if method == "get" else client.post(path, data)
        transaction.set_rollback(True)
    is_login = response.status_code == 302 and response.headers["Location"].startswith("/account/login?")
    return "in" if is_login else str(response.status_code)


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.path)
def test_each_kind_of_person_gets_what_the_table_says(scene: Scene, line: Line) -> None:
    assert _statuses(scene, line, "get") == line.get, "GET"
    assert _statuses(scene, line, "post") == line.post, "POST"


def _patterns(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, route)
        else:
            yield route


def _filled(line: Line) -> str:
    """The line's path with any word in its braces."""
    return re.sub(r"{\w+}", "k3v9x2m7", line.path)


def test_no_address_is_missing_from_the_table() -> None:
    known = {resolve(_filled(line)).route for line in TABLE}
    assert set(_patterns(get_resolver().url_patterns)) == known


def test_every_act_wants_the_forms_secret_but_the_one_click_stop(scene: Scene) -> None:
    """RFC 8058's POST comes from mail providers, who have no cookie of ours; its token is the right."""
    accepted = []
    for line in TABLE:
        client = _client(scene, "host", enforce_csrf_checks=True)
        path = line.path.format(**scene.names)
        with transaction.atomic():
            if client.post(path, line.data).status_code != 403:
                accepted.append(line.path)
            transaction.set_rollback(True)
    assert accepted == ["/letters/stop/{stop}"]
