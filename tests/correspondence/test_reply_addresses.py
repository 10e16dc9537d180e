"""Reply addresses are capabilities: 128 bits, one recipient, one purpose, one thing, and revoked when asked."""

from __future__ import annotations

import re
import string

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from colloque.correspondence.models import ReplyAddress
from colloque.correspondence.models.reply_address import reply_address, return_path, token_in
from colloque.mail.models import Letter
from colloque.people.models import Mailbox, Member
from colloque.threads.models import Post
from tests.mail.letters import DOMAIN, address_of, hand_in, message, token_address
from tests.village import Village


def mailbox_of(member: Member) -> Mailbox:
    found = member.primary_mailbox
    assert found is not None
    return found


def test_a_token_is_128_bits_in_lower_case_base32_and_the_local_part_short(village: Village) -> None:
    address = reply_address(mailbox_of(village.sarr), "question", "post:abc")
    assert re.fullmatch(rf"reponse\+[a-z2-7]{{26}}@{re.escape(DOMAIN)}", address)
    assert len(address.rpartition("@")[0]) <= 64


def test_each_recipient_purpose_thing_and_generation_has_a_token_of_its_own(village: Village) -> None:
    sarr, oyono = mailbox_of(village.sarr), mailbox_of(village.oyono)
    tokens = {
        ReplyAddress.give(box, purpose, thing)
        for box in (sarr, oyono)
        for purpose in ("question", "answer", "stop", "bounce", "address-proof", "owner-question")
        for thing in ("post:aaaaaaaaaaaa", "post:aaaaaaaaaaab", "")
    }
    sarr.revoke_reply_addresses()
    tokens.add(ReplyAddress.give(Mailbox.objects.get(pk=sarr.pk), "question", "post:aaaaaaaaaaaa"))
    assert len(tokens) == 2 * 6 * 3 + 1


def test_the_same_thing_gives_the_same_token_and_one_row(village: Village) -> None:
    box = mailbox_of(village.sarr)
    assert ReplyAddress.give(box, "question", "post:a") == ReplyAddress.give(box, "question", "post:a")
    assert ReplyAddress.objects.filter(mailbox=box).count() == 1


def test_the_parts_of_what_a_token_is_derived_from_do_not_run_into_each_other(village: Village) -> None:
    box = mailbox_of(village.sarr)
    assert ReplyAddress.give(box, "answer", "post:a") != ReplyAddress.give(box, "answerpost", ":a")


def test_no_token_is_stored_in_the_table_of_reply_addresses(village: Village) -> None:
    secret = ReplyAddress.give(mailbox_of(village.sarr), "question", "post:a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT correspondence_replyaddress::text FROM correspondence_replyaddress")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in stored and secret.upper() not in stored


def test_a_token_that_was_upper_cased_on_its_way_still_works(village: Village) -> None:
    question = village.question()
    to = token_address(village.sarr, question).partition("@")[0].upper() + f"@{DOMAIN.upper()}"
    letter = hand_in(message(address_of(village.sarr), to, "Re: Toux", "Attendre."), to)
    assert letter.outcome == Letter.Outcome.PUBLISHED


def test_a_token_of_an_older_generation_is_known_as_revoked(village: Village) -> None:
    box = mailbox_of(village.sarr)
    secret = ReplyAddress.give(box, "question", "post:a")
    box.revoke_reply_addresses()
    found = ReplyAddress.find(secret)
    assert found is not None and found.is_revoked
    fresh = ReplyAddress.find(ReplyAddress.give(Mailbox.objects.get(pk=box.pk), "question", "post:a"))
    assert fresh is not None and not fresh.is_revoked


def test_a_token_opens_only_what_it_was_given_for(village: Village) -> None:
    """A return path does not answer, a « stop » link does not publish, a proof of address does not either."""
    village.question()
    box = mailbox_of(village.sarr)
    for purpose in ("bounce", "stop", "address-proof"):
        to = f"reponse+{ReplyAddress.give(box, purpose)}@{DOMAIN}"
        letter = hand_in(message(address_of(village.sarr), to, "Re:", "Des mots."), to)
        assert letter.outcome in {"held", "refused"}
    to = return_path(box).replace("retour+", "reponse+")
    assert hand_in(message(address_of(village.sarr), to, "Re:", "Des mots."), to).outcome == "held"
    assert Post.objects.count() == 1


def test_a_token_with_a_slip_in_it_is_nobodys(village: Village) -> None:
    question = village.question()
    address = token_address(village.sarr, question)
    prefix, _plus, rest = address.partition("+")
    slipped = f"{prefix}+{'a' if rest[0] != 'a' else 'b'}{rest[1:]}"
    assert hand_in(message(address_of(village.sarr), slipped, "Re:", "Mots."), slipped).reason == "unknown-token"


@given(st.text(max_size=80))
def test_what_is_no_capability_address_is_read_as_none(text: str) -> None:
    found = token_in(text)
    assert found is None or (found[0] in {"reponse", "retour"} and len(found[1]) == 26)


@given(st.text(alphabet=string.ascii_letters + "234567", min_size=26, max_size=26), st.text(max_size=20))
def test_a_capability_is_told_by_its_whole_local_part(token: str, around: str) -> None:
    assert token_in(f"Reponse+{token}@{DOMAIN}") == ("reponse", token.lower())
    if around:
        assert token_in(f"{around}reponse+{token}@{DOMAIN}") is None
    assert token_in(f"reponse+{token}a@{DOMAIN}") is None
