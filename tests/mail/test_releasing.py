"""What was held is released, recognised, denied or refused; and whoever may be told is told, nobody else."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.correspondence.models.reply_address import reply_address
from colloque.correspondence.purposes import purpose
from colloque.mail import reading, releasing
from colloque.mail.models import Letter
from colloque.mail.reading import read
from colloque.mail.receiving import receive
from colloque.people.models import Mailbox, Member
from colloque.threads import publishing
from colloque.threads.invitees import Invitee
from colloque.threads.inviting import invite
from colloque.threads.models import Invitation, Post, Thread
from tests.mail.letters import DOMAIN, address_of, envelopes, hand_in, message, reply, token_address
from tests.village import Village, build

CIRCLE = f"mg-finistere@{DOMAIN}"


def held_reply(village: Village, text: str = "Je réponds d’ailleurs.") -> Letter:
    to = token_address(village.sarr, village.question())
    letter = hand_in(message("inconnu@example.net", to, "Re: Toux", text), to)
    assert letter.outcome == "held"
    return letter


def answer_owner_question(letter: Letter, owner: Member, text: str) -> Letter:
    mailbox = owner.primary_mailbox
    assert mailbox is not None
    to = reply_address(mailbox, "owner-question", f"letter:{letter.key}")
    return hand_in(message(mailbox.address, to, "Re: Est-ce vous ?", text), to)


def composed(of: str, address: str) -> str:
    envelope = Envelope.objects.select_related("mailbox__member").get(purpose=of, mailbox__address=address)
    said = purpose(of).compose(envelope)
    return "" if said is None else f"{said.lead}\n{said.body}\n{said.remark}"


def test_the_host_releases_a_letter_as_the_members_whose_address_it_went_to(village: Village) -> None:
    letter = held_reply(village)
    view = releasing.view(letter)
    assert (view.suggested, view.from_address) == (village.sarr, "inconnu@example.net")
    assert view.text == "Je réponds d’ailleurs."
    released = releasing.release(letter, village.sarr, village.lenoir)
    assert released.outcome == "published"
    assert Post.objects.get(key=released.post).byline.text == "Dr Amadou Sarr"


def test_a_letter_is_released_once(village: Village) -> None:
    letter = held_reply(village)
    releasing.release(letter, village.sarr, village.lenoir)
    with pytest.raises(releasing.NotHeld):
        releasing.release(letter, village.sarr, village.lenoir)
    assert Post.objects.filter(position__gt=0).count() == 1


def test_the_host_and_the_owner_at_once_publish_it_once(transactional_db: None) -> None:
    village = build()
    letter = held_reply(village)
    start, said = threading.Barrier(3), []

    def release() -> None:
        start.wait(5)
        try:
            releasing.release(Letter.objects.get(pk=letter.pk), village.sarr, village.lenoir)
            said.append("released")
        except releasing.NotHeld:
            said.append("late")
        connection.close()

    threads = [threading.Thread(target=release) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(said) == ["late", "late", "released"]
    assert Post.objects.filter(position__gt=0).count() == 1


def test_what_still_refuses_a_released_letter_is_recorded_and_told(village: Village) -> None:
    letter = held_reply(village)
    thread = Thread.objects.get()
    publishing.close(thread, village.kervadec)
    released = releasing.release(letter, village.sarr, village.lenoir)
    assert (released.outcome, released.reason) == ("refused", "closed")
    assert set(envelopes("letter-notice")) == {address_of(village.sarr)}


def test_a_member_is_told_that_the_host_refused_and_why_and_a_stranger_is_not(village: Village) -> None:
    Member.objects.filter(pk=village.sarr.pk).update(is_active=True)
    to = token_address(village.oyono, village.question())
    known = hand_in(message(address_of(village.sarr), to, "Re:", "Mes mots à moi."), to)
    stranger = hand_in(message("inconnu@example.net", CIRCLE, "B", "T"), CIRCLE)
    for letter in (known, stranger):
        releasing.refuse(letter, "Ce n’est pas le lieu.", village.lenoir)
        assert (letter.outcome, letter.reason) == ("refused", "refused-by-host")
    assert set(envelopes("letter-notice")) == {address_of(village.sarr)}
    told = composed("letter-notice", address_of(village.sarr))
    assert "Ce n’est pas le lieu." in told and "Mes mots à moi." in told


def test_a_refusal_that_comes_after_the_release_changes_nothing(village: Village) -> None:
    letter = held_reply(village)
    stale = Letter.objects.get(pk=letter.pk)
    releasing.release(letter, village.sarr, village.lenoir)
    releasing.refuse(stale, "Trop tard.", village.lenoir)
    assert stale.outcome == Letter.objects.get(pk=letter.pk).outcome == "published"


def test_an_erased_letter_is_neither_seen_nor_released(village: Village) -> None:
    letter = held_reply(village)
    letter.erase()
    with pytest.raises(releasing.NotHeld):
        releasing.view(letter)
    with pytest.raises(releasing.NotHeld):
        releasing.release(letter, village.sarr, village.lenoir)


@pytest.mark.parametrize("yes", ["oui", "Oui.", "OUI !", "C’est moi", "Yes"])
def test_the_owner_says_yes_in_a_word(village: Village, yes: str) -> None:
    letter = held_reply(village)
    assert answer_owner_question(letter, village.sarr, yes).reason == "confirmed-sender"
    letter.refresh_from_db()
    assert letter.outcome == "published"


@pytest.mark.parametrize("unclear", ["peut-être", "oui mais non", "Qui êtes-vous ?"])
def test_an_unclear_answer_decides_nothing_and_is_told(village: Village, unclear: str) -> None:
    letter = held_reply(village)
    assert answer_owner_question(letter, village.sarr, unclear).outcome == "refused"
    letter.refresh_from_db()
    assert letter.outcome == "held"
    assert "oui" in composed("letter-notice", address_of(village.sarr))


def test_only_the_owner_may_say_yes(village: Village) -> None:
    letter = held_reply(village)
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    to = reply_address(mailbox, "owner-question", f"letter:{letter.key}")
    for sender in ("inconnu@example.net", address_of(village.oyono)):
        assert hand_in(message(sender, to, "Re:", "oui"), to).reason == "other-sender"
    letter.refresh_from_db()
    assert letter.outcome == "held"


def test_no_revokes_the_addresses_of_every_mailbox_of_the_owner(village: Village) -> None:
    second = Mailbox.objects.create(member=village.sarr, address="b@example.net", verified_on=timezone.localdate())
    old = ReplyAddress.give(second, "question", "post:x")
    letter = held_reply(village)
    assert answer_owner_question(letter, village.sarr, "non").reason == "denied-sender"
    found = ReplyAddress.find(old)
    assert found is not None and found.is_revoked


def test_an_invited_doctor_who_writes_from_another_address_says_yes_and_is_a_member(village: Village) -> None:
    question = village.question()
    invite(village.finistere, question.thread, [Invitee("rozenn@example.net", "Rozenn", "Quéméner")], village.lenoir)
    row = Invitation.objects.get()
    assert row.mailbox is not None
    to = reply_address(row.mailbox, "invitation", f"invitation:{row.key}")
    letter = hand_in(message("rozenn@poste.example.org", to, "Re: Toux", "Trois mois."), to)
    assert (letter.outcome, letter.reason) == ("held", "other-sender")
    back = reply_address(row.mailbox, "owner-question", f"letter:{letter.key}")
    assert hand_in(message("rozenn@example.net", back, "Re:", "oui"), back).reason == "confirmed-sender"
    letter.refresh_from_db()
    assert Post.objects.get(key=letter.post).byline.text == "Dr Rozenn Quéméner"


def test_an_invited_doctor_whose_answer_is_refused_is_told_at_the_address_we_wrote_to(village: Village) -> None:
    question = village.question()
    invite(village.finistere, question.thread, [Invitee("rozenn@example.net", "Rozenn", "Quéméner")], village.lenoir)
    row = Invitation.objects.get()
    assert row.mailbox is not None
    to = reply_address(row.mailbox, "invitation", f"invitation:{row.key}")
    assert hand_in(message("rozenn@example.net", to, "Re:", "\n> Que faire ?\n"), to).reason == "empty"
    assert set(envelopes("letter-notice")) == {"rozenn@example.net"}
    assert composed("letter-notice", "rozenn@example.net").startswith("Votre message n’a pas été publié.")


def test_a_notice_gives_the_words_back_and_never_more_than_could_be_published(village: Village) -> None:
    reply(village.sarr, village.question(), "mot " * 6_000)
    told = composed("letter-notice", address_of(village.sarr))
    assert "mot mot" in told and told.count("mot ") <= 5_002 and "…" in told


def test_a_notice_whose_letter_was_erased_is_not_sent(village: Village) -> None:
    letter = reply(village.sarr, village.question(), "\n")
    letter.erase()
    assert composed("letter-notice", address_of(village.sarr)) == ""


def test_a_question_to_the_owner_that_was_answered_meanwhile_is_not_sent(village: Village) -> None:
    letter = held_reply(village)
    releasing.release(letter, village.sarr, village.lenoir)
    assert composed("owner-question", address_of(village.sarr)) == ""


def test_a_letter_on_which_our_reading_stumbles_is_held_for_the_host(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_letter: Letter) -> None:
        raise KeyError("a slip of ours")

    made = message(address_of(village.kervadec), CIRCLE, "Titre", "Texte")
    letter = receive(made.as_bytes(), CIRCLE, address_of(village.kervadec))
    with monkeypatch.context() as patch:
        patch.setattr(reading, "open_letter", stumble)
        read(letter.pk)
    letter.refresh_from_db()
    assert (letter.outcome, letter.reason, letter.detail) == ("held", "unreadable", "KeyError")
    assert releasing.release(letter, village.kervadec, village.lenoir).outcome == "published"


def test_a_disk_that_is_away_makes_reading_try_again(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_letter: Letter) -> None:
        raise OSError("no disk")

    letter = receive(message("x@example.net", CIRCLE, "T", "T").as_bytes(), CIRCLE, "x@example.net")
    monkeypatch.setattr(reading, "open_letter", away)
    with pytest.raises(OSError, match="no disk"):
        read(letter.pk)
    letter.refresh_from_db()
    assert letter.outcome == "received"
