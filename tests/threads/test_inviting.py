"""Inviting doctors by list: files as hosts have them, and what a reply makes of an invitation."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from colloque.circles.models import Membership
from colloque.correspondence.models import Envelope
from colloque.correspondence.models.reply_address import reply_address
from colloque.correspondence.purposes import purpose
from colloque.mail.reading import read
from colloque.mail.receiving import receive
from colloque.people.models import Mailbox, Member
from colloque.threads import publishing
from colloque.threads.invitees import Invitee, UnreadableList, read_list
from colloque.threads.inviting import InvitationReport, accept, invite
from colloque.threads.models import Invitation, Post, Thread
from colloque.threads.tasks import forget_unanswered
from tests.mail.letters import DOMAIN, hand_in, message
from tests.village import Village, build

LIST = "email;prénom;nom;civilité;spécialité;département\n"
ROZENN = Invitee("rozenn@example.net", "Rozenn", "Quéméner", "f", "SM04", "29")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_list_is_read_as_spreadsheets_write_it(encoding: str, delimiter: str, ending: str) -> None:
    text = (LIST + "Rozenn@Example.net;Rozenn;Quéméner;Mme;Cardiologie;29\n").replace(";", delimiter)
    text = text.replace("\n", ending)
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    assert read_list(data) == ([ROZENN], [])


def test_a_quoted_line_break_stays_within_its_cell_and_on_one_line() -> None:
    invitees, bad = read_list(b'nom,email\n"Le\nGoff",a@example.net\nSarr,b@example.net\n')
    assert [each.family_name for each in invitees] == ["Le Goff", "Sarr"]
    assert bad == []


def test_bad_rows_are_told_with_their_line_and_the_others_taken() -> None:
    invitees, bad = read_list(
        b"email,nom\na@example.net,Sarr\npas une adresse,Le Goff\n\nA@EXAMPLE.NET,Sarr\nb@example.net,\n"
        + b"x" * 300
        + b"@example.net,Long\n"
    )
    assert [each.address for each in invitees] == ["a@example.net"]
    assert [line for line, _sentence in bad] == [3, 5, 6, 7]


def test_a_file_without_addresses_an_empty_one_and_one_too_long_are_refused_with_a_sentence() -> None:
    rows = "".join(f"a{n}@example.net,Sarr\n" for n in range(3_000))
    for data in (b"", b"nom,prenom\nSarr,Amadou\n", f"email,nom\n{rows}".encode(), b"\x89PNG\r\n\x1a\n\0\0"):
        with pytest.raises(UnreadableList) as refused:
            read_list(data)
        assert str(refused.value).endswith(".")


def test_cells_that_spreadsheets_or_pages_would_obey_are_words() -> None:
    row = 'a@example.net,"=HYPERLINK(""http://x"")","<script>alert(1)</script>"\n'
    ((invitee,), bad) = read_list(f"email,prenom,nom\n{row}".encode())
    assert bad == []
    assert invitee.family_name == "<script>alert(1)</script>"


def test_what_cannot_stand_in_a_name_is_dropped() -> None:
    ((invitee,), _bad) = read_list("email,nom\na@example.net,Sa\0rr\u202e\u200b\x07\n".encode())
    assert invitee.family_name == "Sarr"


@given(st.binary(max_size=2_000))
def test_whatever_the_bytes_are_a_list_is_read_or_refused(data: bytes) -> None:
    try:
        invitees, _bad = read_list(data)
    except UnreadableList:
        return
    for each in invitees:
        assert len(each.address) <= 254 and len(each.family_name) <= 80 and "\0" not in each.family_name


@given(st.lists(st.tuples(st.text(max_size=120), st.text(max_size=30)), max_size=6))
def test_whatever_the_cells_are_names_fit_their_columns(cells: list[tuple[str, str]]) -> None:
    quoted = "".join(
        'a{}@example.net,"{}","{}"\n'.format(n, *(c.replace('"', "") for c in cell)) for n, cell in enumerate(cells)
    )
    try:
        invitees, _bad = read_list(f"email,nom,departement\n{quoted}".encode("utf-8", "replace"))
    except UnreadableList:
        return
    for each in invitees:
        assert 0 < len(each.family_name) <= 80 and each.family_name.isprintable() and len(each.department) <= 4


def invite_rozenn(village: Village, question: Post) -> InvitationReport:
    return invite(village.finistere, question.thread, [ROZENN], village.lenoir)


def back(row: Invitation) -> str:
    assert row.mailbox is not None
    return reply_address(row.mailbox, "invitation", f"invitation:{row.key}")


def test_a_member_who_is_on_the_list_enters_the_circle_and_gets_no_invitation(village: Village) -> None:
    who = Invitee("luc.vasseur@example.org", "Luc", "Vasseur")
    report = invite(village.finistere, village.thread(), [who], village.lenoir)
    assert (report.invited, report.added) == ([], ["luc.vasseur@example.org"])
    assert village.finistere.has_member(village.vasseur)
    assert not Invitation.objects.exists()


def test_the_same_list_twice_invites_once(village: Village) -> None:
    question = village.question()
    assert invite_rozenn(village, question).invited == ["rozenn@example.net"]
    assert invite_rozenn(village, question).invited == []
    assert Envelope.objects.filter(purpose="invitation").count() == 1


def test_an_unproved_claim_to_an_address_takes_no_part_in_what_is_sent_there(village: Village) -> None:
    """Else whoever claims a colleague's address would enter the circle with it, and sign the colleague's words."""
    Mailbox.objects.create(member=village.vasseur, address="rozenn@example.net")
    question = village.question()
    assert invite_rozenn(village, question).invited == ["rozenn@example.net"]
    row = Invitation.objects.get()
    letter = hand_in(message("rozenn@example.net", back(row), "Re: Toux", "Trois mois."), back(row))
    assert Post.objects.get(key=letter.post).byline.text == "Dr Rozenn Quéméner"
    assert not village.finistere.has_member(village.vasseur)


def test_who_became_a_member_meanwhile_answers_as_themselves(village: Village) -> None:
    question = village.question()
    invite_rozenn(village, question)
    Mailbox.objects.create(member=village.vasseur, address="rozenn@example.net", verified_on=timezone.localdate())
    row = Invitation.objects.get()
    letter = hand_in(message("rozenn@example.net", back(row), "Re: Toux", "Trois mois."), back(row))
    assert Post.objects.get(key=letter.post).byline.text == "Dr Luc Vasseur"
    assert Member.objects.filter(family_name="Quéméner").count() == 0


def test_a_second_answer_is_a_second_post_of_the_same_member(village: Village) -> None:
    invite_rozenn(village, village.question())
    row = Invitation.objects.get()
    for text in ("Trois mois.", "Et du miel."):
        assert hand_in(message("rozenn@example.net", back(row), "Re: Toux", text), back(row)).outcome == "published"
    assert Member.objects.filter(family_name="Quéméner").count() == 1
    assert len(set(Post.objects.filter(position__gt=0).values_list("byline", flat=True))) == 1
    assert Invitation.objects.get().state == "accepted"


def test_two_answers_read_at_once_make_one_member(transactional_db: None) -> None:
    village = build()
    invite_rozenn(village, village.question())
    to = back(Invitation.objects.get())
    letters = [
        receive(message("rozenn@example.net", to, "Re: Toux", f"Réponse {n}.").as_bytes(), to, "rozenn@example.net")
        for n in range(2)
    ]
    start = threading.Barrier(2)

    def work(letter_id: int) -> None:
        start.wait(5)
        read(letter_id)
        connection.close()

    threads = [threading.Thread(target=work, args=[each.pk]) for each in letters]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert Member.objects.filter(family_name="Quéméner").count() == 1
    assert Post.objects.filter(position__gt=0).count() == 2


def test_an_invitation_with_an_empty_or_silent_reply_makes_nobody_a_member(village: Village) -> None:
    invite_rozenn(village, village.question())
    row = Invitation.objects.get()
    assert (
        hand_in(message("rozenn@example.net", back(row), "Re: Toux", "\n> Que faire ?\n"), back(row)).reason == "empty"
    )
    letter = hand_in(message("rozenn@example.net", back(row), "Re: Toux", "silence"), back(row))
    assert (letter.outcome, letter.reason) == ("command", "silence")
    assert Invitation.objects.get().state == "declined"
    assert not Member.objects.filter(family_name="Quéméner").exists()


def test_after_thirty_days_the_invitation_and_its_address_are_erased(village: Village) -> None:
    invite_rozenn(village, village.question())
    Invitation.objects.update(invited_on=timezone.localdate() - timedelta(days=30))
    forget_unanswered(0)
    assert Invitation.objects.get().state == "pending"
    Invitation.objects.update(invited_on=timezone.localdate() - timedelta(days=31))
    Envelope.objects.filter(purpose="invitation").update(state="sent")
    forget_unanswered(0)
    row = Invitation.objects.get()
    assert (row.state, row.family_name, row.department, row.mailbox) == ("expired", "", "", None)
    assert not Mailbox.objects.filter(address="rozenn@example.net").exists()


def test_an_invitation_after_its_time_or_its_question_says_so_and_publishes_nothing(village: Village) -> None:
    question = village.question()
    invite_rozenn(village, question)
    row = Invitation.objects.get()
    publishing.close(Thread.objects.get(pk=question.thread_id), village.kervadec)
    assert hand_in(message("rozenn@example.net", back(row), "Re:", "Tard."), back(row)).reason == "closed"
    row.settle(Invitation.State.EXPIRED)
    to = f"reponse+{'b' * 26}@{DOMAIN}"
    assert hand_in(message("rozenn@example.net", to, "Re:", "Tard."), to).outcome == "held"
    envelope = Envelope.objects.select_related("mailbox__member").get(purpose="invitation")
    assert purpose("invitation").compose(envelope) is None


def test_who_left_the_circle_after_accepting_does_not_come_back_by_the_old_letter(village: Village) -> None:
    invite_rozenn(village, village.question())
    row = Invitation.objects.get()
    to = back(row)
    hand_in(message("rozenn@example.net", to, "Re:", "Trois mois."), to)
    member = Member.objects.get(family_name="Quéméner")
    Membership.objects.current().get(member=member).leave()
    assert hand_in(message("rozenn@example.net", to, "Re:", "Encore."), to).reason == "not-in-circle"


def test_accepting_makes_a_member_known_to_the_host_alone(village: Village) -> None:
    invite_rozenn(village, village.question())
    member = accept(Invitation.objects.get())
    assert (member.is_verified, member.verification and member.verification.how) == (False, "host")
    assert member.primary_mailbox is not None and member.primary_mailbox.address == "rozenn@example.net"
    row = Invitation.objects.get()
    assert (row.state, row.member, row.family_name, row.rpps) == ("accepted", member, "", "")
