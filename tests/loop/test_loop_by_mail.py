"""The main job on real servers: a question by mail is answered by mail."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from django.utils import timezone

from colloque.circles.models import Membership
from colloque.correspondence.models import Envelope
from colloque.mail.models import Letter
from colloque.threads.invitees import Invitee
from colloque.threads.inviting import invite
from colloque.threads.models import Invitation, Post
from tests.loop.conftest import Sink
from tests.mail.letters import DOMAIN, address_of, message
from tests.village import Village

CIRCLE = f"mg-finistere@{DOMAIN}"
Door = Callable[[], smtplib.LMTP]
RoundTrip = Callable[[], None]


def test_a_question_by_mail_is_asked_answered_and_read_without_a_page(
    real_village: Village, lmtp: Door, sink: Sink, round_trip: RoundTrip
) -> None:
    kervadec, sarr = address_of(real_village.kervadec), address_of(real_village.sarr)
    with lmtp() as door:
        door.send_message(message(kervadec, CIRCLE, "Toux après coqueluche ?", "Six semaines. Que faire ?"))
    round_trip()

    (receipt,) = sink.to(kervadec)
    (question,) = sink.to(sarr)
    assert question["Subject"] == "Toux après coqueluche ?"
    assert str(question["From"]).startswith('"Dr Solène Kervadec (Colloque)"') or "Kervadec" in str(question["From"])
    assert question["Message-ID"] == receipt["Message-ID"]
    assert question["List-Id"] == f"Médecine générale, Finistère <mg-finistere.{DOMAIN}>"
    assert question["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert question["Auto-Submitted"] == "auto-generated"

    back = str(question["From"].addresses[0].addr_spec)
    with lmtp() as door:
        door.send_message(
            message(sarr, back, "Re: Toux", "Attendre trois mois.", In_Reply_To=str(question["Message-ID"]))
        )
    round_trip()

    answer = sink.to(kervadec)[1]
    assert answer["In-Reply-To"] == question["Message-ID"]
    assert answer["References"] == question["Message-ID"]
    assert "Attendre trois mois." in answer.get_body(("plain",)).get_content()
    assert "Attendre trois mois." in answer.get_body(("html",)).get_content()
    assert Post.objects.get(position=1).byline.text == "Dr Amadou Sarr"


def test_two_recipients_are_answered_with_a_line_each(real_village: Village, lmtp: Door) -> None:
    made = message(address_of(real_village.kervadec), CIRCLE, "Deux", "Texte").as_bytes()
    with lmtp() as door:
        door.ehlo()
        door.mail(address_of(real_village.kervadec))
        door.rcpt(CIRCLE)
        door.rcpt(f"autre@{DOMAIN}")
        door.putcmd("data")
        assert door.getreply()[0] == 354
        door.send(made.replace(b"\n", b"\r\n") + b"\r\n.\r\n")
        assert [door.getreply()[0] for _ in range(2)] == [250, 250]
        assert door.noop()[0] == 250  # nothing is left over on the line
    assert Letter.objects.count() == 2


def test_too_large_a_letter_is_refused_with_a_line_a_recipient(real_village: Village, lmtp: Door) -> None:
    with lmtp() as door:
        door.ehlo()
        door.mail("x@example.org")
        door.rcpt(CIRCLE)
        door.rcpt(f"autre@{DOMAIN}")
        door.putcmd("data")
        door.getreply()
        for _ in range(21):
            door.send(b"a" * 998 + b"\r\n" + (b"b" * 998 + b"\r\n") * 999)
        door.send(b".\r\n")
        assert [door.getreply()[0] for _ in range(2)] == [552, 552]
    assert not Letter.objects.exists()


def test_an_address_of_another_domain_is_not_relayed(real_village: Village, lmtp: Door) -> None:
    with lmtp() as door:
        door.ehlo()
        door.mail("x@example.org")
        assert door.rcpt("someone@elsewhere.example.net")[0] == 550


def test_a_line_of_many_octets_does_not_lose_the_letter(real_village: Village, lmtp: Door) -> None:
    raw = message(address_of(real_village.kervadec), CIRCLE, "Longue", "x").as_bytes()
    raw = raw.replace(b"\n", b"\r\n").replace(b"\r\n\r\nx", b"\r\n\r\n" + b"mot " * 20_000)
    with lmtp() as door:
        assert door.sendmail("x@example.org", [CIRCLE], raw) == {}
    assert len(Letter.objects.get().content) > 80_000


def test_what_the_server_refuses_for_good_fails_and_what_it_puts_off_waits(
    real_village: Village, sink: Sink, round_trip: RoundTrip
) -> None:
    sarr, kervadec = address_of(real_village.sarr), address_of(real_village.kervadec)
    sink.answers = {sarr: "550 5.1.1 No such user", kervadec: "451 4.7.1 Try again"}
    real_village.question()
    round_trip()
    states = dict(Envelope.objects.values_list("mailbox__address", "state"))
    assert (states[sarr], states[kervadec]) == ("failed", "ready")
    waiting = Envelope.objects.get(mailbox__address=kervadec)
    assert waiting.attempts == 1 and waiting.last_error.startswith("451")
    sink.answers = {}
    Envelope.objects.filter(pk=waiting.pk).update(not_before=timezone.now())  # its time has come
    round_trip()
    assert len(sink.to(kervadec)) == 1


def test_the_connection_to_the_mail_server_stays_open(real_village: Village, sink: Sink, round_trip: RoundTrip) -> None:
    real_village.question()
    round_trip()
    real_village.question(title="Une autre")
    round_trip()
    assert len(sink.letters) > 3
    assert sink.connections == 1


def test_an_invitation_carries_a_question_and_answering_it_makes_a_member(
    real_village: Village, lmtp: Door, sink: Sink, round_trip: RoundTrip
) -> None:
    question = real_village.question()
    who = Invitee("nouvelle@example.net", "Rozenn", "Quéméner", "f", "SM04", "29")
    invite(real_village.finistere, question.thread, [who], real_village.lenoir)
    Envelope.objects.filter(purpose="invitation").update(state="ready", not_before=timezone.now())  # whatever the hour
    round_trip()
    (letter,) = sink.to("nouvelle@example.net")
    assert "Que faire ?" in letter.get_body(("plain",)).get_content()
    back = str(letter["From"].addresses[0].addr_spec)
    with lmtp() as door:
        door.send_message(message("nouvelle@example.net", back, "Re: Toux", "Attendre, chez l’adulte jeune."))
    round_trip()
    post = Post.objects.get(position=1)
    assert post.byline.text == "Dr Rozenn Quéméner"
    assert post.byline.standing == "host"
    assert Membership.objects.current().filter(member__family_name="Quéméner", circle=real_village.finistere).exists()
    assert Invitation.objects.get().family_name == ""


def test_stop_from_an_invited_stranger_erases_what_was_said_of_them(
    real_village: Village, lmtp: Door, sink: Sink, round_trip: RoundTrip
) -> None:
    question = real_village.question()
    who = Invitee("nouvelle@example.net", "Rozenn", "Quéméner", "f")
    invite(real_village.finistere, question.thread, [who], real_village.lenoir)
    Envelope.objects.filter(purpose="invitation").update(state="ready", not_before=timezone.now())
    round_trip()
    back = str(sink.to("nouvelle@example.net")[0]["From"].addresses[0].addr_spec)
    with lmtp() as door:
        door.send_message(message("nouvelle@example.net", back, "Re: Toux", "stop"))
    round_trip()
    row = Invitation.objects.get()
    assert (row.state, row.family_name) == ("declined", "")
    again = invite(real_village.finistere, question.thread, [who], real_village.lenoir)
    assert again.invited == [] and again.left_alone[0][0] == "nouvelle@example.net"


def test_what_a_task_defers_is_part_of_its_own_transaction(transactional_db: None) -> None:
    """Else another worker meets a job before the row it is about, or after a rollback without it."""
    from django.db import connection, transaction
    from procrastinate.contrib.django import app

    from colloque.correspondence.tasks import expand_dispatch
    from colloque.correspondence.work import working_app

    seen: list[int] = []

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'dispatch_id' = '-1'")
            return int(cursor.fetchone()[0])

    @app.task(name="tests.defers_and_fails", queue="tests")
    def defers_and_fails() -> None:
        try:
            with transaction.atomic():
                expand_dispatch.defer(dispatch_id=-1)
                seen.append(count())
                raise RuntimeError("rolled back")
        except RuntimeError:
            seen.append(count())

    defers_and_fails.defer()
    with (working := working_app()).open():
        working.run_worker(queues=["tests"], wait=False, listen_notify=False, install_signal_handlers=False)
    del app.tasks["tests.defers_and_fails"]
    assert seen == [1, 0]
