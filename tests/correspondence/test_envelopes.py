"""Dispatches become envelopes once; what an envelope carries, how it is settled, and what is forgotten of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from colloque.correspondence import purposes, stopping
from colloque.correspondence.models import Dispatch, Envelope
from colloque.correspondence.purposes import Composition, Purpose, Recipient, UnknownPurpose
from colloque.correspondence.release import release_due
from colloque.correspondence.security import send_address_proof
from colloque.correspondence.tasks import forget_envelopes
from colloque.people.models import Mailbox, Member
from colloque.threads import publishing
from colloque.threads.letters import about
from colloque.threads.models import Attention, Post
from tests.conftest import Work
from tests.correspondence.conftest import Clock, queue
from tests.mail.letters import envelopes
from tests.village import MASK, Village, answer, ask, build


def test_a_dispatch_expanded_twice_writes_nothing_twice(village: Village) -> None:
    village.question()
    dispatch = Dispatch.objects.get()
    assert dispatch.expand() == 5
    assert dispatch.expand() == 0
    Dispatch.objects.update(expanded_on=None)  # as if the mark had been lost
    assert dispatch.expand() == 5
    assert Envelope.objects.count() == 5


def test_several_workers_expand_one_dispatch_once(transactional_db: None) -> None:
    build().question()
    dispatch, counts, start = Dispatch.objects.get(), [], threading.Barrier(4)

    def expand() -> None:
        start.wait(5)
        counts.append(Dispatch.objects.get(pk=dispatch.pk).expand())
        connection.close()

    threads = [threading.Thread(target=expand) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(counts) == [0, 0, 0, 5]
    assert Envelope.objects.count() == 5


def test_a_mailbox_is_never_written_to_twice_about_the_same_thing(village: Village) -> None:
    letter = queue(village.sarr, "thing:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.create(mailbox=letter.mailbox, purpose=letter.purpose, about=letter.about, is_budgeted=False)


def test_what_no_room_registered_cannot_be_dispatched(db: None) -> None:
    with pytest.raises(UnknownPurpose):
        Dispatch.write("horoscope", "sign:leo")
    assert not Dispatch.objects.exists()


def test_two_purposes_cannot_share_a_name() -> None:
    class Impostor(Purpose):
        name = "question"

        def audience(self, about: str) -> Iterable[Recipient]:
            return []

        def compose(self, envelope: Envelope) -> Composition | None:
            return None

    with pytest.raises(ValueError, match="question"):
        purposes.register(Impostor())


def test_the_masked_author_gets_an_envelope_like_everybody(village: Village, work: Work) -> None:
    ask(village.oyono, village.finistere, byline_kind=MASK)
    work()
    reached = set(envelopes("question"))
    assert "marguerite.oyono@example.org" in reached and len(reached) == 5


def test_whoever_must_not_be_written_to_gets_no_envelope(village: Village, work: Work) -> None:
    muting = village.sarr
    question = ask(village.kervadec, village.finistere)
    Attention.mute(muting, question.thread)
    Member.objects.filter(pk=village.oyono.pk).update(letters_stopped_on=timezone.localdate())
    Member.objects.filter(pk=village.imbert.pk).update(is_active=False)
    village.lenoir.mailboxes.update(suspended_on=timezone.localdate())
    work()
    assert set(envelopes("question")) == {"solene.kervadec@example.org"}


def test_an_unproved_address_is_never_written_to(village: Village, work: Work) -> None:
    Mailbox.objects.create(member=village.sarr, address="a@example.net", is_primary=True)
    village.question()
    work()
    assert "a@example.net" not in envelopes("question")
    assert "amadou.sarr@example.org" in envelopes("question")


def test_a_suspended_address_leaves_the_letters_to_the_members_next_one(village: Village, work: Work) -> None:
    village.sarr.mailboxes.update(suspended_on=timezone.localdate())
    Mailbox.objects.create(member=village.sarr, address="b@example.net", verified_on=timezone.localdate())
    village.question()
    work()
    assert "b@example.net" in envelopes("question")


@pytest.mark.parametrize("why", ["left", "unfollowed", "inactive", "stopped", "muted", "withdrawn", "closed"])
def test_a_letter_that_lost_its_object_before_it_left_is_not_composed(village: Village, work: Work, why: str) -> None:
    question = village.question()
    work()
    envelope = envelopes("question")["amadou.sarr@example.org"]
    here = village.finistere.memberships.get(member=village.sarr)
    match why:
        case "left":
            here.leave()
        case "unfollowed":
            village.finistere.memberships.filter(pk=here.pk).update(follows=False)
        case "inactive":
            Member.objects.filter(pk=village.sarr.pk).update(is_active=False)
        case "stopped":
            Member.objects.filter(pk=village.sarr.pk).update(letters_stopped_on=timezone.localdate())
        case "muted":
            Attention.mute(village.sarr, question.thread)
        case "withdrawn":
            publishing.withdraw(Post.objects.get(pk=question.pk), village.kervadec)
        case "closed":
            publishing.close(question.thread, village.kervadec)
    fresh = Envelope.objects.select_related("mailbox__member").get(pk=envelope.pk)
    assert purposes.purpose("question").compose(fresh) is None


def test_who_left_the_circle_hears_no_answer_of_it_either(village: Village, work: Work) -> None:
    question = village.question()
    answer(village.sarr, question)
    second = answer(village.oyono, question)
    village.finistere.memberships.get(member=village.sarr).leave()
    work()
    assert "amadou.sarr@example.org" not in {
        each.mailbox.address for each in Envelope.objects.filter(purpose="answer", about=about(second))
    }


def test_a_withdrawn_question_frees_the_places_that_its_letters_held(village: Village, work: Work) -> None:
    Member.objects.filter(pk=village.sarr.pk).update(weekly_budget=1)
    question = village.question()
    work()
    ask(village.lenoir, village.finistere, "La suivante")
    work()
    publishing.withdraw(Post.objects.get(pk=question.pk), village.kervadec)
    mine = Envelope.objects.of_member(village.sarr.pk).order_by("pk")
    assert [each.state for each in mine] == ["cancelled", "queued"]
    Envelope.objects.queued().update(not_before=timezone.now())
    release_due()
    assert [each.state for each in mine.all()] == ["cancelled", "ready"]


def test_what_an_envelope_carries_opens_in_its_place_alone_and_goes_when_it_is_settled(village: Village) -> None:
    letter = queue(village.sarr, "thing:1", is_budgeted=False)
    letter.carry({"code": "123456"})
    letter.save()
    assert b"123456" not in bytes(Envelope.objects.get(pk=letter.pk).sealed or b"")
    assert Envelope.objects.get(pk=letter.pk).carried == {"code": "123456"}
    for settle in (letter.mark_sent, letter.cancel, letter.expire, lambda: letter.fail("550")):
        letter.carry({"code": "123456"})
        settle()
        stored = Envelope.objects.get(pk=letter.pk)
        assert stored.sealed is None and stored.carried == {} and stored.settled_on == timezone.localdate()


def test_the_times_of_a_settled_letter_go_and_its_day_stays(village: Village, clock: Clock) -> None:
    sent, waiting = queue(village.sarr, "thing:1"), queue(village.oyono, "thing:2", expires=clock.now)
    release_due()
    sent.refresh_from_db()
    sent.mark_sent()
    clock.forward(days=6)
    forget_envelopes(0)
    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert sent.settled_at is not None
    assert waiting.state == "expired"
    clock.forward(days=2)
    forget_envelopes(0)
    sent.refresh_from_db()
    assert (sent.settled_at, sent.not_before, sent.window_ends) == (None, None, None)
    assert sent.settled_on is not None and sent.released_on is not None


def test_stop_leaves_security_letters_alone_and_cancels_the_rest_of_every_address(village: Village) -> None:
    second = Mailbox.objects.create(member=village.sarr, address="b@example.net", verified_on=timezone.localdate())
    letters = [queue(village.sarr, "thing:1"), queue(second, "thing:2"), queue(second, "thing:3", is_budgeted=False)]
    third = Mailbox.objects.create(member=village.sarr, address="c@example.net")
    send_address_proof(third)
    stopping.stop(second)
    assert {Envelope.objects.get(pk=each.pk).state for each in letters} == {"cancelled"}
    assert Envelope.objects.get(purpose="address-proof").state == "ready"
    stopping.resume(village.sarr)
    assert Member.objects.get(pk=village.sarr.pk).takes_letters


@pytest.fixture
def real_backend(settings: object) -> None:
    """pytest-django keeps mails in memory otherwise."""
    settings.EMAIL_BACKEND = "colloque.correspondence.backend.EnvelopeBackend"  # type: ignore[attr-defined]


def test_djangos_mail_goes_out_by_envelope_and_is_sealed(village: Village, real_backend: None) -> None:
    sent = send_mail("Objet", "Des mots", None, ["Amadou.Sarr@example.org", "personne@example.net"])
    assert sent == 1
    rows = Envelope.objects.filter(purpose="message").order_by("pk")
    assert [each.mailbox.address for each in rows] == ["amadou.sarr@example.org", "personne@example.net"]
    assert all(b"Des mots" not in bytes(each.sealed or b"") for each in rows)
    said = purposes.purpose("message").compose(rows[0])
    assert said is not None and (said.subject, said.body) == ("Objet", "Des mots")


def test_djangos_mail_to_a_claimed_address_does_not_go_by_the_claim(village: Village, real_backend: None) -> None:
    Mailbox.objects.create(member=village.sarr, address="victime@example.net")
    EmailMessage("Objet", "Des mots", to=["victime@example.net"]).send()
    envelope = Envelope.objects.get(purpose="message")
    assert envelope.mailbox.member is None
