"""HTML alone: cut by the marks of its client, read as Markdown."""

# ruff: noqa: E501 (letters are data, and broken lines would hide what is tested)

from __future__ import annotations

import pytest

from colloque.mail.trimming import trim

HTML = {
    "Outlook web": '<div>Oui.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>De&nbsp;:</b> Colloque</div>'
    "<div>Bonjour</div>",
    "Outlook desktop": "<div class=WordSection1><p class=MsoNormal>Oui.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    '<div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal><b>De&nbsp;:</b> Colloque &lt;c@example.org&gt; <br>'
    "<b>Envoyé&nbsp;:</b> mardi 4 mars 2025 08:31<br><b>À&nbsp;:</b> Agathe<br><b>Objet&nbsp;:</b> P</p></div><p>Bonjour</p></div>",
    "Windows mail": "<div>Oui.</div><div style='border-top'><strong>De&nbsp;:</strong>&nbsp;<a href='mailto:c@example.org'>Colloque</a>"
    "<br><strong>Envoyé&nbsp;:</strong>&nbsp;mardi 4 mars 2025 08:31<br><strong>À&nbsp;:</strong>&nbsp;Agathe</div><div>Bonjour</div>",
    "Gmail": '<div dir="ltr">Oui.</div><br><div class="gmail_quote"><div class="gmail_attr">Le mar. 4 mars 2025 à 08:31, Colloque '
    '&lt;<a href="mailto:c@example.org">c@example.org</a>&gt; a écrit&nbsp;:<br></div><blockquote class="gmail_quote">Bonjour'
    "</blockquote></div>",
    "Gmail signature": '<div>Oui.</div><div class="gmail_signature">Dr Morel<br>Maternité</div>',
    "Apple": 'Oui.<br><div dir="ltr">Envoyé de mon iPhone</div><div><br><blockquote type="cite">Le 4 mars 2025 à 08:31, Colloque '
    '&lt;c@example.org&gt; a écrit :<br><br></blockquote></div><blockquote type="cite"><div>Bonjour</div></blockquote>',
    "Thunderbird": '<p>Oui.</p><div class="moz-cite-prefix">Le 04/03/2025 à 08:31, Colloque a écrit&nbsp;:<br></div>'
    '<blockquote type="cite" cite="mid:x@example.org">Bonjour</blockquote>',
    "Zimbra": '<div>Oui.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"Colloque"'
    '<br><b>À: </b>"Agathe"</div><div data-marker="__QUOTED_TEXT__">Bonjour</div>',
    "Yahoo": '<div>Oui.</div><div class="yahoo_quoted"><div>Le mardi 4 mars 2025 à 08:31:05 UTC+1, Colloque &lt;c@example.org&gt; '
    "a écrit :</div><div>Bonjour</div></div>",
    "Proton": '<div>Oui.</div><div class="protonmail_quote">Le mardi 4 mars 2025 à 08:31, Colloque &lt;c@example.org&gt; a écrit :'
    '<br><blockquote class="protonmail_quote">Bonjour</blockquote></div>',
    "Hotmail": '<div>Oui.<hr id="stopSpelling">Date: Tue, 4 Mar 2025<br>From: c@example.org<br><div>Bonjour</div></div>',
    "our marker": '<p>Oui.</p><div><p id="colloque-marker">--- Répondez au-dessus de cette ligne ---</p><p>Bonjour</p></div>',
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_html_is_cut_at_the_marks_of_its_client(html: str) -> None:
    assert trim("", f"<html><head><style>p {{x}}</style></head><body>{html}</body></html>").text == "Oui."


def test_html_becomes_markdown() -> None:
    html = "<p>Une <b>dose</b> <i>unique</i>, voir <a href='https://example.org/r'>ici</a></p><ul><li>un</li><li>deux</li></ul>"
    assert trim("", html).text == "Une **dose** *unique*, voir [ici](https://example.org/r)\n\n- un\n- deux"


def test_an_indented_paragraph_of_the_authors_is_not_a_quote() -> None:
    html = '<div>Schéma :</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">5 mg matin et soir</blockquote>'
    assert trim("", html).text == "Schéma :\n5 mg matin et soir"


def test_html_entities_and_accents_survive() -> None:
    assert (
        trim("", "<p>h&eacute;mostase &agrave; v&eacute;rifier&nbsp;&lt; 3</p>").text == "hémostase à vérifier\u00a0< 3"
    )
