"""What becomes of a letter: published, obeyed, recorded, held or refused, with the reason."""

from __future__ import annotations

import io

from PIL import Image

from colloque.correspondence.models import ReplyAddress
from colloque.mail.models import Letter
from colloque.mail.receiving import receive
from colloque.mail.rendering import sent_text
from colloque.people.models import Mailbox, Member
from colloque.threads import publishing
from colloque.threads.models import Attention, Post
from tests.conftest import Work
from tests.mail.letters import DOMAIN, address_of, envelopes, hand_in, message, reply, token_address
from tests.village import MASK, Village, answer, ask

CIRCLE = f"mg-finistere@{DOMAIN}"


def test_a_mail_to_the_circles_address_is_a_question_and_its_subject_the_title(village: Village) -> None:
    made = message(address_of(village.kervadec), CIRCLE, "Toux après coqueluche ?", "Six semaines.\n\nQue faire ?\n")
    letter = hand_in(made, CIRCLE)
    assert (letter.outcome, letter.reason) == ("published", "question")
    post = Post.objects.get(key=letter.post)
    assert (post.thread.title, post.source, post.via) == (
        "Toux après coqueluche ?",
        "Six semaines.\n\nQue faire ?",
        "mail",
    )


def test_a_reply_to_a_question_is_an_answer_without_what_it_quotes(village: Village) -> None:
    question = village.question()
    address = token_address(village.sarr, question)
    letter = reply(
        village.sarr,
        question,
        f"Attendez trois mois.\n\nLe 3 mars 2026 à 10:00, Colloque <{address}> a écrit :\n> Que faire ?\n",
    )
    assert (letter.outcome, letter.reason) == ("published", "answer")
    post = Post.objects.get(key=letter.post)
    assert post.source == "Attendez trois mois."
    assert post.parent == question
    assert address in post.elided_text
    assert address not in post.source + post.html


def test_an_answer_to_an_answer_is_nested_under_it(village: Village) -> None:
    first = answer(village.sarr, village.question())
    letter = reply(village.kervadec, first, "Merci, et si elle persiste ?", purpose="answer")
    assert Post.objects.get(key=letter.post).parent == first


def test_a_masked_asker_stays_masked_when_replying_by_mail(village: Village) -> None:
    question = ask(village.sarr, village.finistere, byline_kind=MASK)
    first = answer(village.kervadec, question)
    letter = reply(village.sarr, first, "Précision.", purpose="answer")
    assert Post.objects.get(key=letter.post).byline == question.byline


def test_the_same_letter_twice_is_published_once(village: Village) -> None:
    made = message(address_of(village.kervadec), CIRCLE, "Une fois", "Texte", Message_ID="<same@poste.example.net>")
    assert hand_in(made, CIRCLE).pk == hand_in(made, CIRCLE).pk
    assert Post.objects.count() == 1


def test_another_body_under_the_same_message_id_is_held(village: Village) -> None:
    sender = address_of(village.kervadec)
    hand_in(message(sender, CIRCLE, "Une fois", "Texte", Message_ID="<same@poste.example.net>"), CIRCLE)
    other = message(sender, CIRCLE, "Une fois", "Autre texte", Message_ID="<same@poste.example.net>")
    letter = receive(other.as_bytes(), CIRCLE, sender)
    assert (letter.outcome, letter.reason) == ("held", "same-id-other-body")
    assert receive(other.as_bytes(), CIRCLE, sender).pk == letter.pk
    assert Post.objects.count() == 1


def test_a_letter_without_message_id_is_known_by_its_bytes(village: Village) -> None:
    made = message(address_of(village.kervadec), CIRCLE, "Sans identifiant", "Texte")
    del made["Message-ID"]
    assert hand_in(made, CIRCLE).pk == hand_in(made, CIRCLE).pk


def test_a_reply_from_an_unknown_address_is_held_and_its_owner_asked(village: Village) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    letter = hand_in(message("inconnu@example.net", to, "Re: Toux", "Je réponds d’ailleurs."), to)
    assert (letter.outcome, letter.reason) == ("held", "other-sender")
    assert set(envelopes("owner-question")) == {address_of(village.sarr)}
    assert not Post.objects.filter(position=1).exists()
    assert not Mailbox.objects.filter(address="inconnu@example.net").exists()


def test_the_owner_says_yes_and_the_held_letter_is_published_as_theirs(village: Village) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    held = hand_in(message("inconnu@example.net", to, "Re: Toux", "Je réponds d’ailleurs."), to)
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    back = f"reponse+{ReplyAddress.give(mailbox, 'owner-question', f'letter:{held.key}')}@{DOMAIN}"
    answered = hand_in(message(address_of(village.sarr), back, "Re: Est-ce vous ?", "Oui\n"), back)
    held.refresh_from_db()
    assert answered.reason == "confirmed-sender"
    assert held.outcome == Letter.Outcome.PUBLISHED
    assert Post.objects.get(key=held.post).byline.text == "Dr Amadou Sarr"


def test_the_owner_says_no_and_every_reply_address_given_so_far_stops_working(village: Village) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    held = hand_in(message("inconnu@example.net", to, "Re: Toux", "Je réponds d’ailleurs."), to)
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    back = f"reponse+{ReplyAddress.give(mailbox, 'owner-question', f'letter:{held.key}')}@{DOMAIN}"
    assert hand_in(message(address_of(village.sarr), back, "Re:", "Non."), back).reason == "denied-sender"
    again = hand_in(message(address_of(village.sarr), to, "Re: Toux", "Ma vraie réponse."), to)
    assert (again.outcome, again.reason) == ("held", "revoked-token")
    assert (
        hand_in(
            message(address_of(village.sarr), token_address(village.sarr, question), "Re: Toux", "La vraie."),
            token_address(village.sarr, question),
        ).outcome
        == "published"
    )


def test_an_unknown_sender_is_held_for_the_host_and_never_answered(village: Village) -> None:
    letter = hand_in(message("inconnu@example.net", CIRCLE, "Bonjour", "Je voudrais entrer."), CIRCLE)
    assert (letter.outcome, letter.reason) == ("held", "unknown-sender")
    assert envelopes("letter-notice") == {}


def test_a_wrong_token_from_a_member_is_told_and_from_a_stranger_held(village: Village) -> None:
    to = f"reponse+{'a' * 26}@{DOMAIN}"
    known = hand_in(message(address_of(village.sarr), to, "Re:", "Texte"), to)
    assert (known.outcome, known.reason) == ("refused", "unknown-token")
    assert set(envelopes("letter-notice")) == {address_of(village.sarr)}
    stranger = hand_in(message("inconnu@example.net", to, "Re:", "Texte"), to)
    assert (stranger.outcome, stranger.reason) == ("held", "unknown-token")


def test_an_empty_reply_is_refused_and_told_once(village: Village) -> None:
    question = village.question()
    letter = reply(village.sarr, question, "\n> Que faire ?\n")
    assert (letter.outcome, letter.reason) == ("refused", "empty")
    assert set(envelopes("letter-notice")) == {address_of(village.sarr)}


def test_a_closed_thread_refuses_by_mail_with_the_authors_words_kept(village: Village) -> None:
    question = village.question()
    publishing.close(question.thread, village.kervadec)
    letter = reply(village.sarr, question, "Trop tard ?")
    assert (letter.outcome, letter.reason) == ("refused", "closed")
    assert b"Trop tard ?" in letter.content


def test_an_automatic_answer_is_recorded_and_never_answered(village: Village) -> None:
    question = village.question()
    letter = reply(village.sarr, question, "Je suis absent jusqu’au 12.", Auto_Submitted="auto-replied")
    assert (letter.outcome, letter.reason) == ("recorded", "automatic")
    assert envelopes("letter-notice") == {}


def test_a_bounce_counts_against_the_mailbox_that_the_return_path_names(village: Village) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    to = f"retour+{ReplyAddress.give(mailbox, 'bounce')}@{DOMAIN}"
    report = (
        b"From: MAILER-DAEMON@mx.example.net\r\nTo: x\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nNon remis.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; amadou.sarr@example.org\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    letter = hand_in(report, to, "")
    mailbox.refresh_from_db()
    assert (letter.outcome, letter.reason) == ("recorded", "bounce")
    assert mailbox.bounce_score == 2


def test_an_answer_to_the_return_path_or_a_bounce_to_a_reply_address_publishes_nothing(village: Village) -> None:
    question = village.question()
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    to = f"retour+{ReplyAddress.give(mailbox, 'bounce')}@{DOMAIN}"
    assert hand_in(message(address_of(village.sarr), to, "Re:", "Texte"), to).outcome == "recorded"
    swapped = token_address(village.sarr, question).replace("reponse+", "retour+")
    assert hand_in(message(address_of(village.sarr), swapped, "Re:", "Texte"), swapped).outcome == "recorded"
    assert Post.objects.count() == 1


def test_silence_mutes_the_thread_and_publishes_nothing(village: Village, work: Work) -> None:
    question = village.question()
    letter = reply(village.sarr, question, "Silence\n")
    assert (letter.outcome, letter.reason) == ("command", "silence")
    assert Attention.of(village.sarr, question.thread) == "muted"
    answer(village.oyono, question)
    work()
    assert address_of(village.sarr) not in envelopes("answer")


def test_stop_stops_every_letter_cancels_what_waits_and_says_so_once(village: Village, work: Work) -> None:
    question = village.question()
    work()
    assert reply(village.sarr, question, "stop").reason == "stop"
    assert reply(village.sarr, question, "stop").reason == "stop"
    assert envelopes("question")[address_of(village.sarr)].state == "cancelled"
    assert set(envelopes("letters-stopped")) == {address_of(village.sarr)}
    assert Member.objects.get(pk=village.sarr.pk).letters_stopped_on is not None
    ask(village.kervadec, village.finistere, "Une autre")
    work()
    assert envelopes("question")[address_of(village.oyono)].state != "cancelled"


def test_a_member_of_no_such_circle_is_told_and_nothing_is_published(village: Village) -> None:
    letter = hand_in(message(address_of(village.vasseur), CIRCLE, "Bonjour", "Une question"), CIRCLE)
    assert (letter.outcome, letter.reason) == ("refused", "not-in-circle")
    assert set(envelopes("letter-notice")) == {address_of(village.vasseur)}


def test_two_senders_or_none_are_held(village: Village) -> None:
    two = message(f"{address_of(village.sarr)}, inconnu@example.net", CIRCLE, "Deux", "Texte")
    assert hand_in(two, CIRCLE, "x@example.net").reason == "several-senders"
    none = message(address_of(village.sarr), CIRCLE, "Aucun", "Texte").as_bytes().replace(b"From: ", b"X-From: ", 1)
    assert hand_in(none, CIRCLE, "x@example.net").reason == "several-senders"


def test_a_reply_sent_to_the_circle_instead_of_the_reply_address_is_an_answer(village: Village) -> None:
    question = village.question()
    made = message(
        address_of(village.sarr), CIRCLE, "Re: Toux", "Par la liste.", In_Reply_To=f"<p.{question.key}@{DOMAIN}>"
    )
    letter = hand_in(made, CIRCLE)
    assert (letter.reason, Post.objects.get(key=letter.post).parent) == ("answer", question)


def test_the_letter_is_sealed_on_disk(village: Village) -> None:
    letter = hand_in(message(address_of(village.kervadec), CIRCLE, "Titre", "Un mot reconnaissable"), CIRCLE)
    assert letter.raw is not None and b"reconnaissable" not in bytes(letter.raw)
    assert b"reconnaissable" in letter.content


def test_an_address_of_nobody_is_held_for_the_host(village: Village) -> None:
    to = f"quelconque@{DOMAIN}"
    assert hand_in(message(address_of(village.sarr), to, "Bonjour", "Texte"), to).reason == "no-such-address"
    assert (
        hand_in(message("x@example.net", f"postmaster@{DOMAIN}", "B", "T"), f"postmaster@{DOMAIN}").reason
        == "for-the-host"
    )


def test_an_unquoted_copy_of_our_own_letter_below_the_answer_is_cut(village: Village, work: Work) -> None:
    """Outlook quotes without marks: our own words are known by comparing them with what was sent."""
    question = village.question(text="Adulte jeune, toux depuis six semaines.\n\nFaut-il explorer ?")
    work()
    sent = sent_text(village.sarr.primary_mailbox, "question", f"post:{question.key}")
    assert "Faut-il explorer" in sent
    letter = reply(village.sarr, question, f"Non, attendre.\n\nDr Sarr\n\n{sent}")
    assert Post.objects.get(key=letter.post).source == "Non, attendre.\n\nDr Sarr"


def test_a_stop_without_the_secret_of_a_letter_stops_nothing(village: Village) -> None:
    """From can be written by anybody: at a circle's address it changes nobody's letters."""
    letter = hand_in(message(address_of(village.sarr), CIRCLE, "stop", "stop"), CIRCLE)
    assert (letter.outcome, letter.reason) == ("refused", "command-needs-letter")
    assert Member.objects.get(pk=village.sarr.pk).letters_stopped_on is None


def test_a_stop_above_a_signature_is_never_published(village: Village) -> None:
    question = village.question()
    letter = reply(village.sarr, question, "Stop\n\nConfraternellement,\nDr Amadou Sarr")
    assert (letter.outcome, letter.reason) == ("command", "stop")
    assert Post.objects.count() == 1


def test_whoever_wore_a_mask_in_a_thread_wears_it_by_mail_even_after_signing_once_by_name(village: Village) -> None:
    question = ask(village.sarr, village.finistere, byline_kind=MASK)
    answer(village.sarr, question, "Une précision.", byline_kind="name")
    letter = reply(village.sarr, question, "Encore une.")
    assert Post.objects.get(key=letter.post).byline.kind == MASK


def test_a_photograph_without_its_type_is_taken_and_another_file_is_said_to_be_left_out(village: Village) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(photo, "JPEG")
    made = message(address_of(village.kervadec), CIRCLE, "Une photo", "Voici.")
    made.add_attachment(photo.getvalue(), "application", "octet-stream", filename="a.jpg")
    made.add_attachment(b"%PDF-1.7 compte rendu", "application", "pdf", filename="b.pdf")
    letter = hand_in(made, CIRCLE)
    post = Post.objects.get(key=letter.post)
    assert post.attachments.count() == 1
    assert letter.detail
    assert set(envelopes("letter-notice")) == {address_of(village.kervadec)}
