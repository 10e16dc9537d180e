"""A person's mail is told from what machines send."""

# ruff: noqa: E501 (letters are data)

from __future__ import annotations

import pytest

from colloque.mail.message import parse
from colloque.mail.triage import Triage, triage


def letter(
    *headers: str, body: str = "Oui.", sender: str = "agathe@example.org", subject: str = "Re: Phlébite"
) -> bytes:
    return "\r\n".join([f"From: {sender}", f"Subject: {subject}", *headers, "", body]).encode()


def judged(*headers: str, return_path: str | None = None, **rest: str) -> Triage:
    return triage(parse(letter(*headers, **rest)), return_path, own_list_hosts=("colloque.example.net",))


def report(
    fields: str, report_type: str = "delivery-status", part: str = "message/delivery-status", extra: str = ""
) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={report_type}; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nVotre message n'a pas pu être remis.\r\n"
        f"--b\r\nContent-Type: {part}\r\n\r\n{fields}\r\n{extra}--b--\r\n"
    ).encode()


ORIGINAL = "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <q.1@colloque.example.net>\r\nSubject: Phlébite\r\n\r\n"
FAILED = (
    "Reporting-MTA: dns; mx.example.org\r\n\r\n"
    "Final-Recipient: rfc822; Basile@example.org\r\nOriginal-Recipient: rfc822;b@example.org\r\nAction: failed\r\n"
    "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown user\r\n"
)


def test_a_persons_reply_is_a_persons() -> None:
    assert judged() == Triage("person", "person")
    assert judged(return_path="agathe@example.org").kind == "person"


def test_a_delivery_report_names_its_recipient_and_its_original() -> None:
    found = triage(parse(report(FAILED, extra=ORIGINAL)), "")
    assert found.kind == "bounce"
    (bounce,) = found.bounces
    assert bounce.final_recipient == "basile@example.org"
    assert bounce.original_recipient == "b@example.org"
    assert (bounce.action, bounce.status) == ("failed", "5.1.1")
    assert bounce.original_message_id == "q.1@colloque.example.net"
    assert bounce.is_permanent


def test_a_report_on_two_recipients_gives_two_bounces() -> None:
    second = "\r\nFinal-Recipient: rfc822; claude@example.org\r\nAction: failed\r\nStatus: 4.2.2\r\n"
    bounces = triage(parse(report(FAILED + second))).bounces
    assert [(bounce.final_recipient, bounce.is_permanent) for bounce in bounces] == [
        ("basile@example.org", True),
        ("claude@example.org", False),
    ]


def test_an_original_message_attached_whole_is_found_too() -> None:
    original = "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <q.2@colloque.example.net>\r\n\r\nBonjour\r\n"
    assert triage(parse(report(FAILED, extra=original))).bounces[0].original_message_id == "q.2@colloque.example.net"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_no_failure_is_no_bounce(action: str) -> None:
    found = triage(parse(report(FAILED.replace("failed", action).replace("5.1.1", "4.0.0"))), "")
    assert (found.kind, found.reason) == ("automatic", f"delivery-{action}")


def test_the_status_is_read_from_the_diagnostic_where_it_is_missing() -> None:
    fields = "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@example.org\r\nAction: failed\r\n"
    found = triage(parse(report(fields + "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n")))
    assert found.bounces[0].status == "5.2.2"


def test_a_receipt_is_automatic() -> None:
    fields = "Final-Recipient: rfc822;a@example.org\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
    raw = report(fields, "disposition-notification", "message/disposition-notification")
    assert triage(parse(raw)).reason == "disposition-notification"


def test_a_complaint_is_recognised() -> None:
    raw = report("Feedback-Type: abuse\r\nUser-Agent: x\r\n", "feedback-report", "message/feedback-report")
    assert triage(parse(raw)) == Triage("automatic", "complaint")


def test_exim_names_the_addresses_that_failed() -> None:
    found = judged(
        "X-Failed-Recipients: basile@example.org", sender="Mailer-Daemon@mx.example.org", subject="Mail delivery failed"
    )
    assert found.kind == "bounce"
    assert found.bounces[0].final_recipient == "basile@example.org"


def test_a_bounce_without_report_is_known_by_its_sender_and_subject() -> None:
    assert judged(sender="MAILER-DAEMON@example.org", subject="failure notice").kind == "bounce"
    assert judged(sender="postmaster@example.org", subject="Non remis : Phlébite").kind == "bounce"
    assert judged(sender="postmaster@example.org", subject="Maintenance").kind == "automatic"


@pytest.mark.parametrize("path", ["", "<>", " "])
def test_the_null_return_path_is_never_a_person(path: str) -> None:
    assert judged(return_path=path).reason == "null-return-path"


def test_the_return_path_header_counts_where_the_envelope_is_unknown() -> None:
    assert judged("Return-Path: <>").kind == "automatic"
    assert judged("Return-Path: <agathe@example.org>").kind == "person"
    assert judged("Return-Path: <>", return_path="agathe@example.org").kind == "person"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x@example.org",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "Precedence: List",
        "X-Autoreply: yes",
        "X-Autorespond: Absence",
        "X-Vacation: yes",
        "List-Id: Une autre liste <liste.example.org>",
    ],
)
def test_automata_declare_themselves(header: str) -> None:
    assert judged(header).kind == "automatic"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
        "Precedence: first-class",
        "X-Autoreply: no",
        "List-Id: Cardiologie <cardio.colloque.example.net>",
        "X-Mailer: Autoreply-free mailer",
    ],
)
def test_what_people_send_too_is_no_sign(header: str) -> None:
    assert judged(header).kind == "person"


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique : Phlébite",
        "Réponse automatique : Phlébite",
        "REPONSE AUTOMATIQUE: Phlebite",
        "Message d’absence",
        "Absence",
        "Absence : Re: Phlébite",
        "Absence du bureau : Phlébite",
        "Automatic reply: Phlébite",
        "Out of Office: Phlébite",
        "Auto: Phlébite",
        "Automatische Antwort: Phlebitis",
        "Respuesta automática: Flebitis",
        "Risposta automatica: Flebite",
        "Resposta automática: Flebite",
        "Automatisch antwoord: Flebitis",
        "Automatiskt svar: Flebit",
        "Automatisk svar: Flebit",
        "Automatyczna odpowiedź: Zapalenie",
        "Автоответ: x",
        "自动回复: x",
        "自動返信: x",
    ],
)
def test_absence_notices_are_known_by_their_subject(subject: str) -> None:
    assert judged(subject=subject).kind == "automatic"


@pytest.mark.parametrize(
    "subject",
    [
        "Absence de pouls : que faire ?",
        "Re: Absence",
        "Absences répétées de l'enfant : épilepsie ?",
        "Congés maladie et reprise",
        "Automaticité sinusale",
        "Undeliverable? non : Re: Phlébite"[-12:],
        "Auto-immunité et grossesse",
        "Autoréplication",
    ],
)
def test_clinical_subjects_are_a_persons(subject: str) -> None:
    assert judged(subject=subject).kind == "person"


@pytest.mark.parametrize(
    "sender", ["noreply@example.org", "no-reply+x@example.org", "ne-pas-repondre@example.org", "bounces@example.org"]
)
def test_machines_addresses_are_automatic(sender: str) -> None:
    assert judged(sender=sender).kind == "automatic"


@pytest.mark.parametrize("sender", ["nora.reply@example.org", "dr.postmasterson@example.org", "bouncesky@example.org"])
def test_people_with_such_names_are_people(sender: str) -> None:
    assert judged(sender=sender).kind == "person"
