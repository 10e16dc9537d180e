"""Posts rendered once: what was written is shown, nothing in it runs, loads or takes for ever."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloque.threads.publishing import LONGEST_TEXT
from colloque.threads.rendering import plain, render

ALLOWED = {
    "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
}  # fmt: skip
HARM = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))", "[a](&#106;avascript:alert(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)", "[a](<java\tscript:alert(1)>)", "<javascript:alert(1)>", "![a](https://evil.example.net/x.gif)",
    '[a](https://x "onmouseover=alert(1)")', '[a](https://x" onmouseover="alert(1))', "<a href='x' onclick='y'>z</a>",
    "<iframe src=//evil.example.net>", "<style>*{display:none}</style>", "<base href=//evil>", "<form action=x>",
    "<details open ontoggle=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>", "<!--><script>",
    "`<script>`", "```html\n<script>alert(1)</script>\n```", "```\"><script>\nx\n```",
    "<p style='position:fixed'>x</p>",
    "[a]: javascript:alert(1)\n\n[a]", "<https://x/\"onclick=alert(1)>", "[a](//evil.example.net)", "]]><x", "<?php ?>",
    "&lt;script&gt;",
    "&#x3C;script&#x3E;", "<a\nhref=\"javascript&colon;alert(1)\">x</a>", "\u2028<script>", "<scr\0ipt>",
]  # fmt: skip


def check_harmless(made: str) -> None:
    tags = re.findall(r"<\s*/?\s*([a-zA-Z!?][^\s>/]*)([^>]*)>", made)
    assert {name.lower() for name, _rest in tags} <= ALLOWED
    for name, rest in tags:
        names = set(re.findall(r'\s([a-z-]+)="', rest))
        assert names <= {"a": {"href", "rel"}, "ol": {"start"}, "details": {"class"}}.get(name, set()), made
        for target in re.findall(r'href="([^"]*)"', rest):
            assert re.match(r"(https?|mailto):", target, re.IGNORECASE), target


@pytest.mark.parametrize("source", HARM)
def test_what_would_harm_a_reader_is_words_or_nothing(source: str) -> None:
    for text in (source, f"> {source}", f"- {source}", f"|a|\n|-|\n|{source}|", source * 3):
        check_harmless(render(text))


@given(
    st.lists(
        st.sampled_from([*HARM, "\n", "> ", "- ", "`", "*", "|", "\n\n", "[", "](", ")", '"', "&", "<"]), max_size=12
    )
)
def test_no_mixture_of_it_harms_either(pieces: list[str]) -> None:
    check_harmless(render("".join(pieces)))


@given(st.text(max_size=400))
def test_every_text_renders_and_its_letters_stay(source: str) -> None:
    made = render(source)
    check_harmless(made)
    assert plain(plain(source)) == plain(source)


def test_links_lose_their_power_and_keep_their_target() -> None:
    assert render("[le site](https://example.org/a?b=c&d=e)") == (
        '<p><a href="https://example.org/a?b=c&amp;d=e" rel="nofollow noopener noreferrer">le site</a></p>\n'
    )
    assert 'href="mailto:a@example.org"' in render("<a@example.org>")


def test_a_line_break_is_a_line_break_and_headings_start_below_the_pages_own() -> None:
    assert render("un\ndeux") == "<p>un<br>\ndeux</p>\n"
    assert render("# Un\n\n## Deux\n\n### Trois") == "<h3>Un</h3>\n<h3>Deux</h3>\n<h3>Trois</h3>\n"


def test_a_short_quotation_stays_open_and_a_long_one_is_folded_once() -> None:
    assert "<details" not in render("> trois mots cités\n\nRéponse")
    long = "mot " * 60
    made = render(f"> {long}\n>\n> > {long}\n\nRéponse\n\n> {long}\n")
    assert made.count("<details") == made.count("</details>") == 2
    assert made.count("<blockquote>") == 3
    assert "Réponse" not in re.sub(r"<details.*?</details>", "", made, flags=re.S).replace("<p>Réponse</p>", "")


N = LONGEST_TEXT
SLOW = {
    "brackets": "[" * N,
    "bracket pairs": "[" * (N // 2) + "]" * (N // 2),
    "pictures": "![" * (N // 2),
    "open links": "[a](" * (N // 4),
    "quotes": "> " * (N // 2),
    "quote lines": "".join(">" * i + " a\n" for i in range(190)),
    "stars": "*a" * (N // 2),
    "stars alone": "*" * N,
    "stars both": "a**b" * (N // 4),
    "underscores": "_a_" * (N // 3),
    "mixed emphasis": "**a *b " * (N // 7),
    "backticks": "`" * N,
    "backtick ladder": "".join("`" * i + "a" for i in range(1, 190)),
    "lists": "- " * (N // 2),
    "nested lists": "".join("  " * i + "- a\n" for i in range(130)),
    "table bars": "|" * N,
    "table rows": "|a|b|\n|-|-|\n" + "|x|y|\n" * (N // 6),
    "table filled up": "|" + "a|" * 90 + "\n|" + "-|" * 90 + "\n" + "|\n" * 9_800,
    "table wide": "|" + "a|" * 4_000 + "\n|" + "-|" * 4_000 + "\n",
    "references": "[a]: b\n" * (N // 7),
    "tags": "<a " * (N // 3),
    "comments": "<!--" * (N // 4),
    "autolinks": "<http://" * (N // 8),
    "entities": "&" * N,
    "backslashes": "\\" * N,
    "fences": "```\n" * (N // 4),
    "strikes": "~~a" * (N // 3),
    "folded quotes": ("> " + "a" * 170 + "\n\nb\n\n") * 110,
}


@pytest.mark.parametrize("name", SLOW)
def test_the_longest_text_that_may_be_published_renders_in_bounded_time_and_size(name: str) -> None:
    began = time.process_time()
    made = render(SLOW[name][:N])
    assert time.process_time() - began < 4  # 1 s at most when nothing else runs
    assert len(made) < 250_000
    check_harmless(made)
