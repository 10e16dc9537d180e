"""A notice from its first word to its outcome: reported by a reader, then a host hides the post or leaves it.

Nothing disappears silently: the rule and the reason stand where the post stood, and both its author and whoever
reported are told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from colloque.correspondence.models import Dispatch
from colloque.people.models import Allowance, Member
from colloque.threads import authorship, signals
from colloque.threads.models import Access, Post, Thread, Transition

from .letters import HiddenPostLetter, NoticeLetter, OutcomeLetter, ReceiptLetter, about
from .models import Notice
from .refusals import AlreadyReported, AlreadySettled, NoReason, NotReadable, OwnPost, TooManyNotices

NOTICES_A_DAY = 10
LONGEST_WORDS = 4_000
LONGEST_REASON = 400
Verb = Callable[[Notice, Member, str], None]  # hide, leave


@transaction.atomic
def report(post: Post, reporter: Member, rule: str, words: str = "") -> Notice:
    """Tell the hosts of a post; they may read its thread from now on, until the notice is settled.

    Raises NotReadable, AlreadyReported, TooManyNotices.
    """
    is_shown = post.thread.visible_posts(reporter).filter(pk=post.pk, state=Post.State.PUBLISHED).exists()
    if not is_shown:
        raise NotReadable
    # Two taps at once: the second waits here and finds the first one's notice.
    Post.objects.select_for_update().get(pk=post.pk)
    if Notice.objects.open().filter(post=post, reporter=reporter).exists():
        raise AlreadyReported
    if not Allowance.take("notice", reporter.key, most=NOTICES_A_DAY, within=timedelta(days=1)):
        raise TooManyNotices
    notice = Notice.objects.create(
        post=post, reporter=reporter, rule=Notice.Rule(rule), words=words.strip()[:LONGEST_WORDS]
    )
    for host in Member.objects.filter(is_host=True, is_active=True):
        open_thread_to(host, post.thread)
    Dispatch.write(NoticeLetter.name, about(notice))
    Dispatch.write(ReceiptLetter.name, about(notice))
    return notice


def open_thread_to(host: Member, thread: Thread) -> None:
    """A host reads the thread in which something was reported, whatever its circle."""
    Access.objects.get_or_create(member=host, thread=thread, reason=Access.Reason.NOTICE)


def may_settle(notice: Notice, host: Member) -> bool:
    """Nobody judges their own post, unless they are the only host there is."""
    if not authorship.is_author(host, notice.post):
        return True
    return not Member.objects.filter(is_host=True, is_active=True).exclude(pk=host.pk).exists()


@transaction.atomic
def hide(notice: Notice, by: Member, reason: str) -> None:
    """Take the post out of sight, with the notice's rule and this reason, which readers see in its place.

    The source is kept for an appeal and shown nowhere; a hidden question hides its title and ends its thread. Every
    open notice about the post is settled with it. Raises NoReason, AlreadySettled, OwnPost.
    """
    notice = _take(notice, by, reason)
    post = Post.objects.select_related("thread").select_for_update(of=("self",)).get(pk=notice.post_id)
    if post.state != Post.State.PUBLISHED:
        _settle(notice, Notice.Outcome.WITHDRAWN, reason, by)
        return
    post.move(Post.State.HIDDEN, rule=notice.rule, role=Transition.Role.HOST, reason=reason.strip()[:LONGEST_REASON])
    Post.objects.filter(pk=post.pk).update(html="")  # rendered anew from the source if an appeal restores it
    if post.is_question:
        notice.hidden_title = post.thread.title
        _hide_thread(post.thread, notice, reason)
    else:
        post.thread.touch(answer_count=post.thread.posts.published().filter(position__gt=0).count())
    signals.post_withdrawn.send(sender=Post, post=post)
    Dispatch.write(HiddenPostLetter.name, about(notice))
    for each in [notice, *Notice.objects.open().filter(post=post).exclude(pk=notice.pk)]:
        _settle(each, Notice.Outcome.HIDDEN, reason, by)


@transaction.atomic
def leave(notice: Notice, by: Member, reason: str) -> None:
    """Leave the post where it is, for this reason, which the reporter is told. Raises as `hide` does."""
    notice = _take(notice, by, reason)
    is_there = notice.post.state == Post.State.PUBLISHED
    _settle(notice, Notice.Outcome.LEFT if is_there else Notice.Outcome.WITHDRAWN, reason, by)


def _take(notice: Notice, by: Member, reason: str) -> Notice:
    if not reason.strip():
        raise NoReason
    rows = Notice.objects.select_related("post__thread").select_for_update(of=("self",))
    locked = rows.get(pk=notice.pk)
    if not locked.is_open:
        raise AlreadySettled
    if not may_settle(locked, by):
        raise OwnPost
    return locked


def _hide_thread(thread: Thread, notice: Notice, reason: str) -> None:
    if thread.state in {Thread.State.PUBLISHED, Thread.State.CLOSED}:
        thread.move(
            Thread.State.HIDDEN, rule=notice.rule, role=Transition.Role.HOST, reason=reason.strip()[:LONGEST_REASON]
        )
    thread.touch(title="")  # the title is the question's words too


def _settle(notice: Notice, outcome: str, reason: str, by: Member) -> None:
    notice.settle(outcome, reason.strip()[:LONGEST_REASON], by)
    Dispatch.write(OutcomeLetter.name, about(notice))
    thread = notice.thread
    if not Notice.objects.open().filter(post__thread=thread).exists():
        Access.objects.filter(thread=thread, reason=Access.Reason.NOTICE).delete()
