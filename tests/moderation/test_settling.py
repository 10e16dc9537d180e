"""A notice from its first word to its outcome."""

from __future__ import annotations

import pytest
from django.utils import translation

from colloque.correspondence.models import Envelope
from colloque.correspondence.purposes import Composition, purpose
from colloque.moderation import hosting, settling
from colloque.moderation.models import Notice
from colloque.moderation.refusals import AlreadyReported, AlreadySettled, NoReason, NotReadable, OwnPost
from colloque.people.models import Member
from colloque.threads import publishing
from colloque.threads.models import Access, Attachment, Post, Thread
from tests.conftest import Work
from tests.village import MASK, Village, answer, ask


def composed(purpose_name: str, member: Member) -> Composition:
    envelope = Envelope.objects.get(purpose=purpose_name, mailbox__member=member)
    with translation.override("fr"):
        letter = purpose(purpose_name).compose(envelope)
    assert letter is not None
    return letter


def test_a_notice_writes_to_every_host_and_a_receipt_to_the_reporter(village: Village, work: Work) -> None:
    village.sarr.is_host = True
    village.sarr.save()
    post = village.question(text="Madame X, 12 rue des Lilas")
    settling.report(post, village.oyono, Notice.Rule.PATIENT, "On reconnaît la dame")
    work()
    told = Envelope.objects.filter(purpose="notice").values_list("mailbox__member__family_name", flat=True)
    assert set(told) == {"Lenoir", "Sarr"}
    assert not Envelope.objects.filter(purpose__startswith="notice", is_budgeted=True).exists()
    letter = composed("notice", village.lenoir)
    assert letter.link == Notice.objects.get().path
    # Neither the reported words nor the reporter's leave by mail once more.
    assert "Lilas" not in str(letter) and "dame" not in str(letter) and "Oyono" not in str(letter)
    assert "arrivé" in composed("notice-receipt", village.oyono).subject


def test_reporting_opens_the_thread_to_hosts_until_the_notice_is_settled(village: Village) -> None:
    village.lenoir.memberships.all().delete()
    post = village.question()
    assert not Thread.objects.readable_by(village.lenoir).exists()
    notice = settling.report(post, village.sarr, Notice.Rule.OTHER)
    assert Thread.objects.readable_by(village.lenoir).get() == post.thread
    settling.leave(notice, village.lenoir, "rien à redire")
    assert not Thread.objects.readable_by(village.lenoir).exists()


def test_whoever_becomes_host_may_read_what_is_already_reported(village: Village) -> None:
    post = village.question()
    settling.report(post, village.sarr, Notice.Rule.OTHER)
    hosting.make_host(village.vasseur)
    assert Thread.objects.readable_by(village.vasseur).get() == post.thread
    hosting.unmake_host(village.vasseur)
    assert not Thread.objects.readable_by(village.vasseur).exists()


def test_what_one_cannot_read_one_cannot_report(village: Village) -> None:
    with pytest.raises(NotReadable):
        settling.report(village.question(), village.vasseur, Notice.Rule.OTHER)
    assert not Access.objects.exists()


def test_the_same_reader_reports_the_same_post_once_at_a_time(village: Village) -> None:
    post = village.question()
    notice = settling.report(post, village.sarr, Notice.Rule.OTHER)
    with pytest.raises(AlreadyReported):
        settling.report(post, village.sarr, Notice.Rule.CONTEMPT)
    settling.leave(notice, village.lenoir, "non")
    settling.report(post, village.sarr, Notice.Rule.CONTEMPT)


def test_a_hidden_answer_keeps_its_place_rule_and_reason_and_shows_no_word(village: Village, work: Work) -> None:
    question = village.question()
    post = answer(village.oyono, question, "Confrère incapable", byline_kind=MASK)
    notice = settling.report(post, village.sarr, Notice.Rule.CONTEMPT)
    settling.hide(notice, village.lenoir, "attaque d’un confrère")
    work()
    post = question.thread.visible_posts(village.sarr).get(position=1)
    assert (post.state, post.html, post.as_record()["text"]) == ("hidden", "", "")
    assert Post.objects.get(pk=post.pk).source == "Confrère incapable"
    transition = post.last_transition
    assert transition is not None
    assert (transition.rule, transition.reason, transition.role) == ("contempt", "attaque d’un confrère", "host")
    assert Thread.objects.get().answer_count == 0
    assert "attaque d’un confrère" in composed("post-hidden", village.oyono).body
    assert "masqué" in composed("notice-outcome", village.sarr).lead
    assert "hote@example.org" in composed("post-hidden", village.oyono).body


def test_a_hidden_question_hides_its_title_and_takes_no_answer(village: Village) -> None:
    question = village.question(title="Mme Le Goff, 82 ans, Plouhinec")
    settling.hide(settling.report(question, village.sarr, Notice.Rule.PATIENT), village.lenoir, "patiente nommée")
    thread = Thread.objects.get()
    assert thread.state == Thread.State.HIDDEN and "Le Goff" not in str(thread.as_record())
    assert not publishing.may_answer(village.sarr, thread)
    assert Notice.objects.get().hidden_title == "Mme Le Goff, 82 ans, Plouhinec"


def test_hiding_settles_every_notice_about_the_post_and_tells_each_reporter(village: Village, work: Work) -> None:
    post = village.question()
    first = settling.report(post, village.sarr, Notice.Rule.PATIENT)
    settling.report(post, village.oyono, Notice.Rule.OTHER)
    settling.hide(first, village.lenoir, "patient reconnaissable")
    work()
    assert not Notice.objects.open().exists()
    told = Envelope.objects.filter(purpose="notice-outcome").values_list("mailbox__member__family_name", flat=True)
    assert set(told) == {"Sarr", "Oyono"}
    assert Envelope.objects.filter(purpose="post-hidden").count() == 1


def test_a_notice_is_settled_once_and_never_without_a_reason(village: Village) -> None:
    notice = settling.report(village.question(), village.sarr, Notice.Rule.OTHER)
    with pytest.raises(NoReason):
        settling.hide(notice, village.lenoir, "  ")
    settling.leave(notice, village.lenoir, "rien à redire")
    with pytest.raises(AlreadySettled):
        settling.hide(notice, village.lenoir, "finalement si")
    assert Post.objects.get().state == Post.State.PUBLISHED


def test_a_host_does_not_judge_their_own_post_while_there_is_another(village: Village) -> None:
    notice = settling.report(ask(village.lenoir, village.finistere), village.sarr, Notice.Rule.OTHER)
    hosting.make_host(village.kervadec)
    with pytest.raises(OwnPost):
        settling.leave(notice, village.lenoir, "je l’aime bien")
    hosting.unmake_host(village.kervadec)
    settling.leave(notice, village.lenoir, "seul hôte")


def test_a_post_withdrawn_meanwhile_is_not_said_to_have_been_left(village: Village, work: Work) -> None:
    post = village.question()
    notice = settling.report(post, village.sarr, Notice.Rule.OTHER)
    publishing.withdraw(post, village.kervadec)
    settling.hide(notice, village.lenoir, "déjà retiré")
    work()
    assert Notice.objects.get().outcome == Notice.Outcome.WITHDRAWN
    assert "son auteur l’a retiré" in composed("notice-outcome", village.sarr).lead
    assert not Envelope.objects.filter(purpose="post-hidden").exists()


def test_pictures_of_a_hidden_post_are_read_by_nobody(village: Village) -> None:
    post = village.question()
    Attachment.objects.create(post=post, file="pictures/x.png", content_type="image/png", width=1, height=1)
    assert Attachment.objects.readable_by(village.kervadec).exists()
    settling.hide(settling.report(post, village.sarr, Notice.Rule.PATIENT), village.lenoir, "visage")
    assert not Attachment.objects.readable_by(village.kervadec).exists()
