"""The road of a letter, travelled by whoever means harm: forged, doubled, looped, damaged letters."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.correspondence.models.reply_address import return_path
from colloque.mail.models import Letter
from colloque.mail.receiving import receive
from colloque.mail.rendering import render
from colloque.mail.tasks import forget_letters
from colloque.people.models import Mailbox, Member
from colloque.threads import publishing
from colloque.threads.models import Attachment, Post, Thread
from tests.conftest import Work
from tests.mail.letters import DOMAIN, address_of, envelopes, hand_in, message, reply, token_address
from tests.village import Village

CIRCLE = f"mg-finistere@{DOMAIN}"
MESSAGES = sorted((Path(__file__).parent / "messages").glob("*.eml"))


def answers() -> int:
    return Post.objects.filter(position__gt=0).count()


# --- whose letter it is ------------------------------------------------------------------------------------------


def test_a_stranger_who_holds_a_members_reply_address_publishes_nothing(village: Village) -> None:
    to = token_address(village.sarr, village.question())
    for sender in ("inconnu@example.net", address_of(village.oyono), "amadou.sarr@example.org.evil.example.net"):
        letter = hand_in(message(sender, to, "Re: Toux", "Je réponds à sa place."), to)
        assert (letter.outcome, letter.reason) == ("held", "other-sender")
    assert answers() == 0


@pytest.mark.parametrize(
    "field",
    [
        'From: "amadou.sarr@example.org" <inconnu@example.net>',
        "From: inconnu@example.net (amadou.sarr@example.org)",
        "From: inconnu@example.net\nResent-From: amadou.sarr@example.org",
        "From: inconnu@example.net\nSender: amadou.sarr@example.org\nReply-To: amadou.sarr@example.org",
        "From: inconnu@example.net\nX-Original-From: amadou.sarr@example.org",
    ],
)
def test_what_only_looks_like_the_members_address_is_not_theirs(village: Village, field: str) -> None:
    to = token_address(village.sarr, village.question())
    raw = f"{field}\nTo: {to}\nSubject: Re: Toux\nMessage-ID: <a@b>\n\nTexte.\n".encode()
    assert hand_in(raw, to, "inconnu@example.net").reason == "other-sender"


@pytest.mark.parametrize(
    "fields",
    [
        "From: amadou.sarr@example.org\nFrom: inconnu@example.net",
        "From: inconnu@example.net\nFrom: amadou.sarr@example.org",
        "From: amadou.sarr@example.org, inconnu@example.net",
        "From: group: amadou.sarr@example.org, x@example.net;",
        "From:",
        "From: undisclosed-recipients:;",
    ],
)
def test_a_letter_with_two_authors_or_none_is_held(village: Village, fields: str) -> None:
    to = token_address(village.sarr, village.question())
    raw = f"{fields}\nTo: {to}\nSubject: Re: Toux\nMessage-ID: <a@b>\n\nTexte.\n".encode()
    assert hand_in(raw, to, "x@example.net").outcome == "held"
    assert answers() == 0


@pytest.mark.parametrize(
    "sender",
    ["AMADOU.SARR@EXAMPLE.ORG", "Dr Sarr <Amadou.Sarr@example.org>", '"Sarr, A." <amadou.sarr@example.org> (x)'],
)
def test_the_members_own_address_is_known_however_it_is_written(village: Village, sender: str) -> None:
    to = token_address(village.sarr, village.question())
    raw = f"From: {sender}\nTo: {to}\nSubject: Re: Toux\nMessage-ID: <a@b>\n\nTexte.\n".encode()
    assert hand_in(raw, to, "x@example.net").outcome == "published"


def test_a_members_other_proved_address_answers_and_an_unproved_one_does_not(village: Village) -> None:
    Mailbox.objects.create(member=village.sarr, address="b@example.net", verified_on=timezone.localdate())
    Mailbox.objects.create(member=village.sarr, address="c@example.net")
    to = token_address(village.sarr, village.question())
    assert hand_in(message("b@example.net", to, "Re:", "Par b."), to).outcome == "published"
    assert hand_in(message("c@example.net", to, "Re:", "Par c."), to).reason == "other-sender"


def test_the_recipient_that_counts_is_the_envelopes_not_what_the_header_says(village: Village) -> None:
    token = token_address(village.sarr, village.question())
    made = message(address_of(village.vasseur), f"quelconque@{DOMAIN}", "Re:", "Texte.", Cc=token)
    assert hand_in(made, f"quelconque@{DOMAIN}").reason == "no-such-address"
    assert answers() == 0


def test_a_suspended_members_letters_are_held_and_their_addresses_dead(village: Village) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    Member.objects.filter(pk=village.sarr.pk).update(is_active=False)
    assert hand_in(message(address_of(village.sarr), to, "Re:", "Texte."), to).outcome == "held"
    assert hand_in(message(address_of(village.sarr), CIRCLE, "Question", "Texte."), CIRCLE).outcome == "held"
    assert envelopes("letter-notice") == {}


# --- loops and doubles -------------------------------------------------------------------------------------------


def test_a_letter_that_says_it_comes_from_us_is_recorded_and_answered_by_nobody(village: Village) -> None:
    token = token_address(village.sarr, village.question())
    for sender in (f"colloque@{DOMAIN}", CIRCLE, token, token.upper()):
        for to in (token, CIRCLE):
            assert hand_in(message(sender, to, "Re:", "Texte."), to, "x@example.net").outcome == "recorded"
    assert envelopes("letter-notice") == envelopes("owner-question") == {}


def test_two_instances_that_write_to_each_other_fall_silent_at_once(village: Village, work: Work) -> None:
    """Another Colloque is a member here: what it receives it never answers, and what it sends us is no answer."""
    question = village.question()
    work()
    sent = render(envelopes("question")["amadou.sarr@example.org"])
    assert sent is not None
    theirs = re.sub(rb"^From: .*?\r\nTo:", b"From: amadou.sarr@example.org\r\nTo:", sent.content, flags=re.S)
    letter = hand_in(theirs, token_address(village.sarr, question), "retour+x@example.net")
    assert (letter.outcome, letter.reason) == ("recorded", "automatic")
    assert answers() == 0 and envelopes("letter-notice") == {}


def test_every_letter_that_we_send_is_one_that_we_would_never_answer(village: Village, work: Work) -> None:
    reply(village.sarr, village.question(), "\n")  # a notice
    hand_in(message("x@example.net", token_address(village.sarr, village.question()), "Re:", "?"), CIRCLE)
    work()
    letters = [render(each) for each in Envelope.objects.select_related("mailbox__member")]
    sent = [each for each in letters if each is not None]
    assert len(sent) >= 4
    for number, each in enumerate(sent):
        assert hand_in(each.content, f"quelconque{number}@{DOMAIN}", "retour+x@example.net").outcome == "recorded"


def test_the_same_words_sent_again_under_another_message_id_are_published_once(village: Village) -> None:
    question = village.question()
    assert reply(village.sarr, question, "Attendre trois mois.").outcome == "published"
    again = reply(village.sarr, question, "Attendre trois mois.\n")
    assert (again.outcome, again.reason) == ("recorded", "duplicate")
    assert again.post == Post.objects.get(position=1).key
    assert reply(village.sarr, question, "Attendre quatre mois.").outcome == "published"


def test_a_reply_to_the_reply_address_and_the_circle_at_once_is_one_answer(village: Village) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    made = message(address_of(village.sarr), to, "Re: Toux", "Trois mois.", Cc=CIRCLE,
                   In_Reply_To=f"<p.{question.key}@{DOMAIN}>")  # fmt: skip
    assert hand_in(made, to).reason == "answer"
    assert hand_in(made, CIRCLE).reason == "duplicate"
    assert answers() == 1


def test_the_same_question_sent_twice_is_asked_once_and_to_two_circles_twice(village: Village) -> None:
    pairs = f"pairs-lille@{DOMAIN}"
    for _ in range(2):
        hand_in(message(address_of(village.lenoir), CIRCLE, "Une question", "Des mots."), CIRCLE)
    hand_in(message(address_of(village.lenoir), pairs, "Une question", "Des mots."), pairs)
    assert Thread.objects.count() == 2


def test_the_same_letter_by_another_relay_is_the_same_letter(village: Village) -> None:
    """Its trace fields differ; the host must not be asked about two letters that are one."""
    made = message(address_of(village.kervadec), CIRCLE, "Une fois", "Texte", Message_ID="<same@poste.example.net>")
    first = hand_in(b"Received: from a by b; x\r\nX-Spam: 0\r\n" + made.as_bytes(), CIRCLE, "x@example.net")
    second = hand_in(b"Received: from c by d; y\r\nX-Spam: 1\r\n" + made.as_bytes(), CIRCLE, "x@example.net")
    assert first.pk == second.pk and Letter.objects.count() == 1


@pytest.mark.parametrize("change", ["From: Autre", "Subject: Autre"])
def test_another_author_or_subject_under_the_same_message_id_is_another_letter(village: Village, change: str) -> None:
    raw = message(address_of(village.kervadec), CIRCLE, "Une fois", "Texte", Message_ID="<same@b>").as_bytes()
    hand_in(raw, CIRCLE, "x@example.net")
    name = change.partition(":")[0].encode()
    other = re.sub(rb"^" + name + rb":.*$", change.encode() + b" <x@example.net>", raw, count=1, flags=re.M)
    letter = receive(other, CIRCLE, "x@example.net")
    assert (letter.outcome, letter.reason) == ("held", "same-id-other-body")


# --- damage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*MESSAGES], ids=[each.stem for each in MESSAGES])
def test_every_letter_that_a_mail_program_writes_gets_an_outcome(village: Village, path: Path) -> None:
    letter = hand_in(path.read_bytes(), token_address(village.sarr, village.question()), "x@example.net")
    assert letter.outcome != "received" and letter.reason


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.binary(max_size=200),
    subject=st.text(max_size=60),
    body=st.binary(max_size=400),
    kind=st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=x", "message/rfc822", "x"]),
    coding=st.sampled_from(["8bit", "base64", "quoted-printable", "x-uuencode", "nonsense"]),
    charset=st.sampled_from(["utf-8", "latin-1", "utf-16", "nonsense", "\x00", "idna", "unicode_escape"]),
)
def test_whatever_the_octets_a_letter_is_read_and_its_outcome_told(
    village: Village, head: bytes, subject: str, body: bytes, kind: str, coding: str, charset: str
) -> None:
    raw = (
        f"From: amadou.sarr@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n"
    ).encode("utf-8", "replace")
    for octets in (raw + b"\r\n" + body, raw + head + b"\r\n\r\n" + body, head + body):
        for to in (CIRCLE, f"reponse+{'a' * 26}@{DOMAIN}"):
            assert hand_in(octets, to, "amadou.sarr@example.org").outcome != "received"


def test_addresses_that_are_no_text_are_stored_all_the_same(village: Village) -> None:
    made = message(address_of(village.kervadec), CIRCLE, "Titre", "Texte").as_bytes()
    letter = receive(made, f"\udcff\x00{CIRCLE}", "m\udce9chant\x00@example.net")
    assert letter.outcome == "received" and "\x00" not in letter.recipient + letter.return_path


def test_a_title_of_control_characters_and_line_breaks_becomes_one_line(village: Village) -> None:
    subject = "=?utf-8?q?Toux=0D=0ABcc:_x=07=00_apr=C3=A8s_=3A_que_faire?="
    raw = f"From: {address_of(village.kervadec)}\nSubject: {subject}\nMessage-ID: <a@b>\n\nTexte.\n".encode()
    letter = hand_in(raw, CIRCLE, "x@example.org")
    title = Post.objects.get(key=letter.post).thread.title
    assert title.isprintable() and "Toux" in title


# --- limits ------------------------------------------------------------------------------------------------------


def test_too_long_a_text_is_refused_and_its_author_gets_the_beginning_back(village: Village) -> None:
    letter = reply(village.sarr, village.question(), "[" * 60_000)
    assert (letter.outcome, letter.reason) == ("refused", "too-long")
    sent = render(envelopes("letter-notice")[address_of(village.sarr)])
    assert sent is not None and len(sent.content) < 200_000


def test_a_program_that_writes_all_day_is_held_and_told_three_times(village: Village) -> None:
    question = village.question()
    for _ in range(6):
        reply(village.sarr, question, "\n")
    assert Envelope.objects.filter(purpose="letter-notice").count() == 3


def test_a_picture_for_a_circle_that_allows_none_is_left_out_and_its_author_told(village: Village) -> None:
    letter = hand_in(with_picture(village), CIRCLE)
    assert letter.outcome == "published" and "1 pièce jointe" in letter.detail
    assert set(envelopes("letter-notice")) == {address_of(village.kervadec)}


def test_a_refused_letter_leaves_no_picture_on_disk(village: Village, settings: object) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    made = with_picture(village, text="x" * 30_000)
    assert hand_in(made, CIRCLE).reason == "too-long"
    left = [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]  # type: ignore[attr-defined]
    assert left == []
    assert hand_in(with_picture(village), CIRCLE).outcome == "published"
    assert Attachment.objects.get().post is not None


def test_a_ninth_picture_is_one_too_many_and_said_so(village: Village) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    letter = hand_in(with_picture(village, count=9), CIRCLE)
    assert Attachment.objects.count() == 8
    assert "Huit images" in letter.detail


def with_picture(village: Village, text: str = "Des mots.", count: int = 1) -> EmailMessage:
    made = message(address_of(village.kervadec), CIRCLE, "Avec une image", text)
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "grey").save(out, "JPEG")
    for number in range(count):
        made.add_attachment(out.getvalue(), "image", "jpeg", filename=f"dupont jean {number}.jpg")
    return made


# --- what is kept ------------------------------------------------------------------------------------------------


def test_seven_days_after_its_outcome_a_letter_is_erased_and_its_outcome_stays(village: Village) -> None:
    letter = reply(village.sarr, village.question(), "Attendre.")
    Letter.objects.update(settled_at=timezone.now() - timedelta(days=6, hours=23))
    forget_letters(0)
    letter.refresh_from_db()
    assert not letter.is_erased
    Letter.objects.update(settled_at=timezone.now() - timedelta(days=7, minutes=1))
    forget_letters(0)
    letter.refresh_from_db()
    assert (letter.is_erased, letter.recipient, letter.return_path, letter.received_at) == (True, "", "", None)
    assert (letter.outcome, letter.reason, letter.settled_on) == ("published", "answer", timezone.localdate())


def test_a_letter_that_was_erased_is_still_known_when_it_comes_again(village: Village) -> None:
    made = message(address_of(village.kervadec), CIRCLE, "Une fois", "Texte", Message_ID="<same@poste.example.net>")
    letter = hand_in(made, CIRCLE)
    letter.erase()
    assert hand_in(made, CIRCLE).pk == letter.pk
    assert Post.objects.count() == 1


def test_what_is_held_for_thirty_days_is_refused_and_then_erased(village: Village) -> None:
    letter = hand_in(message("inconnu@example.net", CIRCLE, "Bonjour", "Texte"), CIRCLE)
    Letter.objects.update(received_at=timezone.now() - timedelta(days=31))
    forget_letters(0)
    letter.refresh_from_db()
    assert (letter.outcome, letter.reason, letter.is_erased) == ("refused", "held-too-long", False)


# --- bounces -----------------------------------------------------------------------------------------------------


def report(status: str, action: str = "failed") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example.net\r\nTo: x\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNon remis.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; x@example.org\r\nAction: {action}\r\n"
        f"Status: {status}\r\n\r\n--b--\r\n"
    ).encode()


def bounced(to: str, days: int, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate() + timedelta(days=days)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda *_a, **_k: today)
        hand_in(raw + f"\r\n{days}".encode(), to, "")


def test_bounces_count_once_a_day_and_suspend_the_address_not_the_member(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    Mailbox.objects.create(member=village.sarr, address="b@example.net", verified_on=timezone.localdate())
    to = return_path(mailbox)
    for _ in range(3):
        bounced(to, 0, report("5.1.1") + b" ", monkeypatch)
    mailbox.refresh_from_db()
    assert (mailbox.bounce_score, mailbox.suspended_on) == (2, None)
    bounced(to, 1, report("5.1.1"), monkeypatch)
    mailbox.refresh_from_db()
    assert mailbox.suspended_on is not None
    assert address_of(village.sarr) == "b@example.net"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_is_no_bounce(village: Village, action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    bounced(return_path(mailbox), 0, report("4.4.1", action), monkeypatch)
    mailbox.refresh_from_db()
    assert mailbox.bounce_score == 0


def test_a_bounce_to_a_revoked_or_borrowed_address_counts_for_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    old = return_path(mailbox)
    borrowed = token_address(village.sarr, village.question()).replace("reponse+", "retour+")
    mailbox.revoke_reply_addresses()
    for to in (old, borrowed, CIRCLE, f"retour+{'a' * 26}@{DOMAIN}"):
        bounced(to, 0, report("5.1.1"), monkeypatch)
    assert set(Mailbox.objects.values_list("bounce_score", flat=True)) == {0}


def test_whatever_comes_from_an_address_shows_that_it_works(village: Village) -> None:
    Mailbox.objects.filter(address=address_of(village.sarr)).update(bounce_score=3, bounced_on=timezone.localdate())
    reply(village.sarr, village.question(), "Attendre.")
    assert Mailbox.objects.get(address=address_of(village.sarr)).bounce_score == 0


# --- the order of things -----------------------------------------------------------------------------------------


def test_a_letter_is_on_disk_and_its_reading_deferred_in_one_transaction(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    from colloque.mail import receiving

    def broken(**_arguments: object) -> None:
        raise OSError("no queue")

    monkeypatch.setattr(receiving.read_letter, "defer", broken)
    with pytest.raises(OSError, match="no queue"):
        receive(message("x@example.net", CIRCLE, "B", "T").as_bytes(), CIRCLE, "x@example.net")
    assert not Letter.objects.exists()


def test_a_letter_read_twice_is_decided_once(village: Village) -> None:
    from colloque.mail.reading import read

    letter = reply(village.sarr, village.question(), "Attendre.")
    read(letter.pk)
    assert answers() == 1


def test_a_mute_by_mail_is_undone_by_nothing_that_others_write(village: Village, work: Work) -> None:
    question = village.question()
    reply(village.kervadec, question, "silence")
    publishing.publish(publishing.start_answer(village.sarr, question, "Trois mois.", via="web"))
    work()
    assert address_of(village.kervadec) not in envelopes("answer")
    assert ReplyAddress.objects.filter(purpose="answer").count() == 0


def test_letters_come_in_by_the_real_door_whatever_their_octets(
    real_village: Village, lmtp: Callable[[], object]
) -> None:
    with lmtp() as door:  # type: ignore[attr-defined]
        refused = door.sendmail("m\u00e9chant@example.net", [CIRCLE], b"\xff\xfe\x00 nothing\r\n", ["SMTPUTF8"])
    assert refused == {}
    assert Letter.objects.get().content.startswith(b"\xff\xfe")
