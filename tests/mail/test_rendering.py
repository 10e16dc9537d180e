"""From a composition to bytes: nothing injected, nothing cut, both parts saying the same, every client served."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloque.circles.models import Circle
from colloque.correspondence import purposes
from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.correspondence.models.dispatch import post as post_envelopes
from colloque.correspondence.purposes import Composition, MailingList, Picture, Purpose, Quotation, Recipient
from colloque.correspondence.security import send_login_code
from colloque.mail import fields
from colloque.mail.rendering import Rendered, render
from colloque.people.models import Mailbox, Member
from colloque.threads.letters import about
from colloque.threads.models import Attachment, Post, Thread
from tests.conftest import Work
from tests.mail.letters import DOMAIN, address_of, envelopes
from tests.village import MASK, Village, answer, ask

# What an attacker, or a word processor, may put into a title or a name (PostgreSQL text holds no NUL nor surrogates).
HOSTILE = [
    "a\r\nBcc: victime@example.net",
    "a\nX: y\n\nbody",
    "=?utf-8?q?x=0D=0ABcc:_victime@example.net?=",
    "=?utf-8?b?DQpCY2M6IGFAYg==?= suite",
    '"Dr" <victime@example.net>, autre@example.net',
    "Dr\u202eevil\u202c",
    "x" * 400,
    "é" * 400,
    "mot " * 90,
    "👩\u200d⚕️ " * 30,
    "(comment (nested",
    "\\",
    '"',
    "<>",
    "a\u2028b\u2029c\x85d\x0be",
    "Une consœur, médecin de réadaptation, Provence-Alpes-Côte d’Azur",
]
_characters = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")
hostile = st.text(_characters, max_size=120) | st.sampled_from(HOSTILE)


class Said(Purpose):
    """A purpose of the tests' own: it says what it was last told to."""

    name = "said-in-tests"
    composition = Composition(subject="Objet", lead="Un mot.", why="Parce que.")

    def compose(self, envelope: Envelope) -> Composition | None:
        return self.composition


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    made = Said()
    monkeypatch.setitem(purposes._REGISTRY.purposes, Said.name, made)
    return made


def letter_to(
    to: Member | Mailbox, purpose: str = Said.name, thing: str = "thing:1", *, counts: bool = False
) -> Envelope:
    mailbox = to if isinstance(to, Mailbox) else to.primary_mailbox
    assert mailbox is not None
    post_envelopes(purpose, thing, [Recipient(mailbox.pk, is_budgeted=counts)])
    rows = Envelope.objects.select_related("mailbox__member")
    return rows.get(mailbox=mailbox, purpose=purpose, about=thing)


def rendered(envelope: Envelope) -> Rendered:
    found = render(envelope)
    assert found is not None
    return found


def read(letter: Rendered) -> EmailMessage:
    made = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def head_of(letter: Rendered) -> bytes:
    return letter.content.split(b"\r\n\r\n", 1)[0]


def names_in(head: bytes) -> list[str]:
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith(b" ")]


def decoded(value: str) -> str:
    return str(make_header(decode_header(re.sub(r"\r\n ", " ", value))))


def text_of(made: EmailMessage, kind: str) -> str:
    part = made.get_body((kind,))
    assert part is not None
    return str(part.get_content())


FIELDS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To",
    "References", "List-Id", "List-Post", "List-Archive", "Precedence", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Content-Type", "MIME-Version",
}  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=hostile, name=hostile, circle=hostile, words=hostile)
def test_no_title_name_or_word_can_write_a_header_or_break_the_message(
    village: Village, said: Said, title: str, name: str, circle: str, words: str
) -> None:
    said.composition = Composition(
        subject=title, lead=words, why=words, from_name=name, body=words, quotation=Quotation(name, words),
        mailing_list=MailingList("mg", circle), references=("p.a", "p.b"), in_reply_to="p.b",
    )  # fmt: skip
    letter = rendered(letter_to(village.sarr))
    found = names_in(head_of(letter))
    assert set(found) <= FIELDS and len(found) == len(set(found))
    assert letter.content.isascii()
    assert b"\n" not in letter.content.replace(b"\r\n", b"") and b"\r" not in letter.content.replace(b"\r\n", b"")
    assert max(map(len, letter.content.split(b"\r\n"))) <= 998
    made = read(letter)
    assert not made.defects and not any(part.defects for part in made.walk())
    assert [part.get_content_type() for part in made.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert made["To"].addresses[0].addr_spec == "amadou.sarr@example.org"
    assert [each.addr_spec.partition("+")[0] for each in made["From"].addresses] == ["reponse"]


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "a\nb", "a\0b", "é", "a\x85b", "a\tb"])
def test_a_value_that_is_not_one_line_of_ascii_is_never_written(value: str) -> None:
    with pytest.raises(ValueError, match="List-Post"):
        fields.lines([("List-Post", value)])


@given(hostile)
def test_a_title_comes_out_as_it_went_in_but_for_what_no_line_can_hold(title: str) -> None:
    line = fields.lines([("Subject", fields.text(title))])
    assert decoded(line.decode()[len("Subject: ") :].strip()) == fields.one_line(title)
    assert all(len(each) <= 78 for each in line.decode().split("\r\n") if "=?" in each)


@given(hostile)
def test_a_name_comes_out_as_it_went_in_but_for_what_ends_a_name(name: str) -> None:
    wanted = fields.one_line("".join(char for char in name if char not in '<>"\\'))
    phrase = fields.phrase(name)
    assert decoded(phrase[1:-1] if phrase.startswith('"') else phrase) == wanted


@pytest.mark.parametrize(
    "domain",
    [DOMAIN, "colloque.association-des-medecins-du-finistere.example.org", f"{'a' * 60}.{'b' * 60}.example.org"],
)
def test_addresses_links_and_identifiers_stay_whole_however_long_our_name_is(
    village: Village, settings: object, said: Said, domain: str
) -> None:
    """Encoded, a List-Unsubscribe is none (RFC 8058), and a References threads nothing."""
    instance = replace(settings.INSTANCE, mail_domain=domain, url=f"https://{domain}")  # type: ignore[attr-defined]
    settings.INSTANCE = instance  # type: ignore[attr-defined]
    said.composition = replace(
        said.composition, message_id="p.c", in_reply_to="p.b", references=("p.a", "p.b"),
        mailing_list=MailingList("mg-finistere", "Médecine générale, Finistère"),
    )  # fmt: skip
    envelope = letter_to(village.sarr)
    head = re.sub(rb"\r\n ", b" ", head_of(rendered(envelope))).decode()
    stop = ReplyAddress.give(envelope.mailbox, "stop")
    reply = ReplyAddress.give(envelope.mailbox, Said.name, "thing:1")
    unsubscribe = f"<https://{domain}/letters/stop/{stop}>, <mailto:reponse+{reply}@{domain}?subject=stop>"
    assert f"\r\nList-Unsubscribe: {unsubscribe}\r\n" in head
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert f"\r\nMessage-ID: <p.c@{domain}>\r\n" in head
    assert f"\r\nIn-Reply-To: <p.b@{domain}>\r\n" in head
    assert f"\r\nReferences: <p.a@{domain}> <p.b@{domain}>\r\n" in head
    assert f" <mg-finistere.{domain}>\r\nList-Post: <mailto:mg-finistere@{domain}>\r\n" in head
    assert f"\r\nList-Archive: <https://{domain}/c/mg-finistere>\r\n" in head


def test_an_address_that_would_need_quoting_is_not_shown_and_harms_nobody(village: Village, said: Said) -> None:
    for address in ('a"b@example.net', "a b@example.net", "a,b@example.net", "rené@example.net", "<x>@example.net"):
        letter = rendered(letter_to(Mailbox.objects.create(address=address)))
        assert read(letter)["To"] == "undisclosed-recipients:;"


class Words(HTMLParser):
    """The words of a page, with the addresses of its links and the descriptions of its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag if tag in {"style", "title"} else self._hidden
        self.found += [value for name, value in attrs if value and name in {"href", "alt"}]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found += data.split()


def words_of(html: str) -> set[str]:
    parser = Words()
    parser.feed(html)
    return {word.strip("«»“”…") for each in parser.found for word in each.split()} - {""}


def test_the_text_part_says_everything_that_the_html_part_says(village: Village, said: Said) -> None:
    said.composition = Composition(
        subject="Objet", lead="Le chapeau.", why="La raison de ce mail.", from_name="Dr Kervadec",
        body="Le *corps* du texte.",
        quotation=Quotation("Dr Sarr", "Ce qui est cité."), how="La façon de répondre.", remark="Une remarque.",
        link="/p/abc", link_label="Voir le fil", mailing_list=MailingList("mg", "Médecine"), is_clinical=True,
        pictures=(Picture("1.png", "image/png", b"x", "Tracé à l’arrivée"), Picture("2.png", "image/png", b"x", "")),
    )  # fmt: skip
    made = read(rendered(letter_to(village.sarr, counts=True)))
    text, html = text_of(made, "plain"), text_of(made, "html")
    missing = words_of(html) - words_of(text.replace("*", " ")) - {"Image", "jointe"}
    assert missing == set()
    assert "2 images sont jointes" in text and "[1] Tracé à l’arrivée" in text


def test_pictures_stand_in_the_letter_and_come_from_nowhere_else(village: Village, said: Said) -> None:
    said.composition = replace(
        said.composition, pictures=(Picture("image-1.png", "image/png", b"\x89PNG...", '"><script>'),)
    )
    made = read(rendered(letter_to(village.sarr)))
    html = text_of(made, "html")
    assert re.findall(r'src="([^"]*)"', html) == ["cid:picture-1"]
    assert "<script>" not in html
    (picture,) = [part for part in made.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<picture-1>", "inline")
    assert picture.get_content() == b"\x89PNG..."


TAGS = set(
    "!doctype html head meta title style body div p b br em strong del code pre blockquote ul ol li a hr h3 h4 "  # noqa: SIM905
    "table thead tbody tr th td details summary".split()
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=hostile
    | st.sampled_from(
        [
            "<img src=http://evil/x.gif>",
            "![x](http://evil/x.gif)",
            "<script>alert(1)</script>",
            "{{ said }}{% now %}",
            "</div></body>",
        ]
    )
)
def test_the_html_part_loads_nothing_and_runs_nothing(village: Village, said: Said, words: str) -> None:
    said.composition = Composition(
        subject=words, lead=words, why=words, body=words, how=words, remark=words, quotation=Quotation(words, words)
    )
    html = text_of(read(rendered(letter_to(village.sarr))), "html")
    tags = re.findall(r"<\s*/?\s*([a-zA-Z0-9!]+)", html)
    assert set(tags) <= TAGS
    assert tags.count("body") == 2 and tags.count("meta") == 3
    assert "src=" not in re.sub(r">[^<]*<", "><", html)


def test_a_question_of_ordinary_length_stays_far_under_what_gmail_cuts(village: Village, work: Work) -> None:
    text = "Une femme de l’âge mûr, fatiguée depuis l’été, dont la ferritine s’élève encore à chaque dosage. " * 40
    ask(village.kervadec, village.finistere, text=text)
    work()
    made = read(rendered(envelopes("question")["amadou.sarr@example.org"]))
    for kind in ("plain", "html"):
        part = made.get_body((kind,))
        assert part is not None and len(part.as_bytes()) < 60_000
        assert max(map(len, part.as_bytes().split(b"\n"))) <= 78


def test_a_letter_threads_for_everybody_and_says_why_it_came(village: Village, work: Work) -> None:
    question = village.question()
    first = answer(village.sarr, question)
    second = answer(village.oyono, first)
    work()
    heads = [read(rendered(each)) for each in envelopes("question").values()]
    assert {str(made["Message-ID"]) for made in heads} == {f"<p.{question.key}@{DOMAIN}>"}
    assert len({str(made["From"].addresses[0].addr_spec) for made in heads}) == len(heads)
    made = read(rendered(Envelope.objects.filter(purpose="answer", about=about(second))[0]))
    assert str(made["In-Reply-To"]) == f"<p.{first.key}@{DOMAIN}>"
    assert str(made["References"]).split() == [f"<p.{question.key}@{DOMAIN}>", f"<p.{first.key}@{DOMAIN}>"]
    assert made["Subject"] == f"Re: {question.thread.title}"
    for envelope in Envelope.objects.select_related("mailbox__member"):
        body = text_of(read(rendered(envelope)), "plain")
        footer = body.rpartition("\n-- \n")[2]
        assert "Vous recevez ce mail" in footer or "Pourquoi vous" in footer


def test_letters_about_the_account_take_no_stop_and_no_reply(village: Village) -> None:
    mailbox = village.sarr.primary_mailbox
    assert mailbox is not None
    made = read(rendered(send_login_code(mailbox, "123456")))
    assert "List-Unsubscribe" not in made and "List-Id" not in made
    assert made["From"].addresses[0].addr_spec == f"colloque@{DOMAIN}"
    assert "123456" in made["Subject"]


def test_an_english_reader_gets_every_letter_without_a_word_lost(village: Village, work: Work) -> None:
    Member.objects.filter(pk=village.sarr.pk).update(language="en")
    question = village.question()
    work()
    with translation.override("fr"):
        made = read(
            rendered(
                Envelope.objects.select_related("mailbox__member").get(purpose="question", mailbox__member=village.sarr)
            )
        )
        assert translation.get_language() == "fr"
    assert '<html lang="en">' in text_of(made, "html")
    assert question.source in text_of(made, "plain") and "Kervadec" in str(made["From"])


def test_pictures_of_a_post_go_with_its_letter(village: Village, work: Work) -> None:
    question = village.question()
    row = Attachment(post=question, content_type="image/png", width=1, height=1, description="Tracé")
    row.file.save("IMG_dupont_jean.png", ContentFile(b"\x89PNG"), save=True)
    work()
    letter = rendered(envelopes("question")["amadou.sarr@example.org"])
    assert b"dupont" not in letter.content
    assert b'filename="image-1.png"' in letter.content


names = st.text("abcdefghijklmnoprstuvz", min_size=6, max_size=12).map(str.capitalize)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_name=names, family=names, kind=st.sampled_from(["question", "answer"]))
def test_nothing_that_leaves_tells_who_is_behind_a_mask(
    village: Village, work: Work, given_name: str, family: str, kind: str
) -> None:
    masked = village.oyono
    Member.objects.filter(pk=masked.pk).update(given_name=given_name, family_name=family)
    masked.refresh_from_db()
    masked.mailboxes.update(address=f"{given_name}.{family}@example.net".lower())
    asked = ask(
        masked if kind == "question" else village.kervadec,
        village.finistere,
        byline_kind=MASK if kind == "question" else "name",
    )
    written = answer(masked, asked, byline_kind=MASK) if kind == "answer" else asked
    reply = answer(village.sarr, written)
    work()
    secrets = [given_name, family, masked.key, f"{given_name}.{family}@example.net"]
    things = [about(post) for post in (asked, written, reply)]
    left = list(Envelope.objects.filter(about__in=things).select_related("mailbox__member"))
    letters = [found for each in left if each.mailbox.member_id != masked.pk and (found := render(each))]
    assert len(letters) >= 3
    bodies = [read(each) for each in letters]
    told = [each.content.decode() + each.return_path for each in letters]
    told += [text_of(made, part) for made in bodies for part in ("plain", "html")]
    told += [decoded(str(value)) for made in bodies for value in made.values()]
    thread = Thread.objects.get(pk=asked.thread_id)
    told += [str(thread.as_record()), str(thread.as_nested_record())]
    told += [str([each.purpose, each.about, each.key, each.last_error]) for each in left]
    for secret in secrets:
        assert not any(secret.lower() in each.lower() for each in told)


def test_a_masks_letter_to_its_author_alone_goes_to_their_address(village: Village, work: Work) -> None:
    ask(village.oyono, village.finistere, byline_kind=MASK)
    work()
    receipt = rendered(envelopes("question")[address_of(village.oyono)])
    assert "Oyono" not in decoded(str(read(receipt)["From"]))
    assert receipt.recipient == address_of(village.oyono)


def test_a_circle_with_any_name_makes_a_list_id(village: Village, work: Work) -> None:
    Circle.objects.filter(pk=village.finistere.pk).update(name='Généralistes "du bout" <du monde>, Finistère')
    question = village.question()
    work()
    made = read(rendered(envelopes("question")["amadou.sarr@example.org"]))
    assert decoded(str(made["List-Id"])).endswith(f"<mg-finistere.{DOMAIN}>")
    assert Post.objects.get(pk=question.pk).published_on == timezone.localdate()
