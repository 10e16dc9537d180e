"""Who reads which thread, in which state: one place decides, for every face."""

from __future__ import annotations

import pytest

from colloque.people.models import Member
from colloque.threads import publishing
from colloque.threads.models import Access, Attachment, Post, Thread, Transition
from tests.village import Village, answer

READERS = {
    "member of the circle": True,
    "host of the circle": True,
    "asker": True,
    "member of another circle": False,
    "member who left": False,
    "member who left and came back": True,
    "stranger who was solicited": True,
    "stranger who was invited": True,
    "juror": True,
    "member whose account is suspended": False,
    "solicited, and suspended": False,
    "visitor": False,
}
STATES = {"draft": False, "published": True, "closed": True, "withdrawn": True, "hidden": True}


def reader(village: Village, thread: Thread, who: str) -> Member | None:
    match who:
        case "visitor":
            return None
        case "asker":
            return village.kervadec
        case "host of the circle":
            return village.lenoir
        case "member of another circle":
            return village.vasseur
        case "member who left" | "member who left and came back":
            village.finistere.memberships.get(member=village.oyono).leave()
            if who.endswith("back"):
                village.finistere.memberships.create(member=village.oyono)
            return village.oyono
        case "stranger who was solicited" | "stranger who was invited" | "juror" | "solicited, and suspended":
            reason = {"juror": "juror", "stranger who was invited": "invited"}.get(who, "solicited")
            Access.objects.create(member=village.vasseur, thread=thread, reason=reason)
            if who.endswith("suspended"):
                Member.objects.filter(pk=village.vasseur.pk).update(is_active=False)
            return Member.objects.get(pk=village.vasseur.pk)
        case "member whose account is suspended":
            Member.objects.filter(pk=village.imbert.pk).update(is_active=False)
            return Member.objects.get(pk=village.imbert.pk)
        case _:
            return village.sarr


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", READERS)
def test_the_table_of_who_reads_what(village: Village, who: str, state: str) -> None:
    thread = village.thread()
    Thread.objects.filter(pk=thread.pk).update(state=state)
    member = reader(village, thread, who)
    wanted = READERS[who] and STATES[state]
    thread.refresh_from_db()
    assert Thread.objects.readable_by(member).filter(pk=thread.pk).exists() is wanted
    assert thread.visible_posts(member).exists() is wanted


def test_a_grant_for_one_thread_opens_no_other(village: Village) -> None:
    one, other = village.thread(), village.thread()
    Access.objects.create(member=village.vasseur, thread=one, reason=Access.Reason.SOLICITED)
    assert list(Thread.objects.readable_by(village.vasseur)) == [one]
    assert not other.visible_posts(village.vasseur).exists()


def test_two_reasons_to_read_show_a_thread_once(village: Village) -> None:
    thread = village.thread()
    for reason in (Access.Reason.SOLICITED, Access.Reason.REFERENT):
        Access.objects.create(member=village.sarr, thread=thread, reason=reason)
    assert list(Thread.objects.readable_by(village.sarr)) == [thread]
    assert thread.visible_posts(village.sarr).count() == 1


def test_held_posts_are_seen_by_nobody_and_what_was_taken_away_leaves_its_trace(village: Village) -> None:
    question = village.question()
    held, withdrawn = answer(village.sarr, question, "Retenue."), answer(village.sarr, question, "Retirée.")
    Post.objects.filter(pk=held.pk).update(state="held")
    publishing.withdraw(withdrawn, village.sarr)
    seen = {post.position: (post.state, post.source) for post in question.thread.visible_posts(village.kervadec)}
    assert seen == {0: ("published", "Que faire ?"), 2: ("withdrawn", "")}


@pytest.mark.parametrize(("who", "sees"), [("sarr", True), ("vasseur", False), ("nobody", False)])
def test_pictures_are_read_with_their_published_post_alone(village: Village, who: str, sees: bool) -> None:
    question = village.question()
    Attachment.objects.create(post=question, file="x.png", content_type="image/png", width=1, height=1)
    Attachment.objects.create(draft=publishing.start_answer(village.sarr, question, "x", via="web"), file="y.png",
                              content_type="image/png", width=1, height=1)  # fmt: skip
    member = getattr(village, who, None)
    assert Attachment.objects.readable_by(member).count() == int(sees)
    question.move("hidden", rule="tested", role=Transition.Role.HOST)
    assert Attachment.objects.readable_by(member).count() == 0


def test_who_may_only_read_to_judge_has_no_voice(village: Village) -> None:
    thread = village.thread()
    Access.objects.create(member=village.vasseur, thread=thread, reason=Access.Reason.JUROR)
    assert not publishing.may_answer(village.vasseur, thread)
    Access.objects.create(member=village.vasseur, thread=thread, reason=Access.Reason.SOLICITED)
    assert publishing.may_answer(village.vasseur, thread)
