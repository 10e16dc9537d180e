"""An order is the whole of what was written; a word in a sentence is none."""

# ruff: noqa: E501 (letters are data)

from __future__ import annotations

import pytest

from colloque.mail.commands import COMMANDS, command_in, fold_words


@pytest.mark.parametrize(
    "text",
    ["stop", "STOP", "Stop.", "« Stop »", "stop !", "Arrêter", "ARRETER", "désinscription", "Se désinscrire", "stop svp",
     "Stop, merci.", "Bonjour, stop", "UNSUBSCRIBE", "unsubscribe please", "'stop'", "\n stop \n", "Tout arrêter", "STOP\u202f!"],
)  # fmt: skip
def test_stop_is_understood(text: str) -> None:
    assert command_in(text, "Re: Phlébite") == "stop"


@pytest.mark.parametrize(
    "text", ["silence", "Silence !", "mute", "Mettre en sourdine", "ne plus suivre ce fil", "« silence »"]
)
def test_silence_is_understood(text: str) -> None:
    assert command_in(text, "") == "silence"


@pytest.mark.parametrize(
    "text",
    ["Stop au corticoïde dès J5.", "Il faut arrêter.", "stop stop", "Je dirais stop.", "silence radio", "Arrêter l'aspirine",
     "stop\n\nDr Morel me l'a dit et je le répète ici plus longuement qu'un ordre ne le serait jamais", "Oui", "désinscrit"],
)  # fmt: skip
def test_the_word_in_a_sentence_is_no_order(text: str) -> None:
    assert command_in(text, "stop") is None


@pytest.mark.parametrize("subject", ["stop", "Re: stop", "RE : Re: STOP", "TR: stop", "Re[2]: stop", "Réf : stop"])
def test_the_subject_counts_where_the_body_is_empty(subject: str) -> None:
    assert command_in("", subject) == "stop"
    assert command_in(" \n", subject) == "stop"
    assert command_in("Poursuivre.", subject) is None


@pytest.mark.parametrize("subject", ["", "Re:", "Stop and go", "Arrêt : quand ?", ":" * 600])
def test_other_subjects_are_no_order(subject: str) -> None:
    assert command_in("", subject) is None


def test_every_phrase_means_its_command_alone() -> None:
    for command, table in COMMANDS.items():
        for line in table.strip().splitlines():
            for phrase in line.split("|"):
                assert command_in(phrase, "") == command


def test_words_are_folded() -> None:
    assert fold_words(" « L’Été » ! ") == "l ete"


@pytest.mark.parametrize(
    ("text", "subject", "command"),
    [
        ("stop\n\nCordialement,\nDr Yasmina Belkhiri", "Re: BPCO", "stop"),
        ("Stop\n\nYasmina", "Re: BPCO", "stop"),
        ("SILENCE\n\nDr Belkhiri", "Re: BPCO", "silence"),
        ("Silence sur ce fil", "", "silence"),
        ("Je souhaite me désinscrire.", "", "stop"),
        ("Dr Belkhiri", "stop", "stop"),
        ("Dr Belkhiri", "Re: stop", None),
        ("Stop\nle Kardegic cinq jours avant", "Re: Infiltration", None),
        ("Stop l’aspirine.\nYasmina", "Re: Infiltration", None),
        ("Arrêt.\nReprise à J3.", "Re: Infiltration", None),
    ],
)
def test_a_signature_under_a_command_changes_nothing(text: str, subject: str, command: str | None) -> None:
    assert command_in(text, subject, ("Yasmina Belkhiri",)) == command
