"""What an author wrote is kept, and nothing else; each mail client's way of quoting has its own small letter here."""

# ruff: noqa: E501 (letters are data, and broken lines would hide what is tested)

from __future__ import annotations

import pytest

from colloque.mail.trimming import MARKER_EN, MARKER_FR, trim

ANSWER = "Oui, je la garderais sous héparine.\n\nBien confraternellement,\nDr Agathe Morel"
ASKED = "Bonjour,\n\nUne patiente de 34 ans, phlébite à 12 SA.\nQuelle durée ?\n\nDr Basile Roche"
QUOTED = "\n".join("> " + line if line else ">" for line in ASKED.split("\n"))
ADDRESS = "reponse+abcdefghijklmnopqrstuvwxyz@colloque.example.org"
NBSP = "\u00a0"

# Each introduces an unquoted history.
HEADERS = {
    "Outlook": f"De : Colloque <{ADDRESS}>\nEnvoyé : mardi 4 mars 2025 08:31\nÀ : Agathe Morel\nObjet : Phlébite et grossesse",
    "Outlook, no-break spaces": f"De{NBSP}: Colloque <{ADDRESS}>\nEnvoyé{NBSP}: mardi 4 mars 2025 08:31\nÀ{NBSP}: Agathe\n"
    f"Objet{NBSP}: Phlébite",
    "Outlook without any address": "De : Colloque\nEnvoyé : mardi 4 mars 2025 08:31\nÀ : Agathe Morel\nObjet : Phlébite",
    "Outlook with a copy": f"De : Colloque <{ADDRESS}>\nEnvoyé : mardi 4 mars 2025 08:31\nÀ : A. Morel <a@example.org>;\n"
    "B. Roche <b@example.org>\nCc : secretariat@example.org\nObjet : Phlébite\nImportance : Haute",
    "Outlook bold": f"*De :* Colloque <{ADDRESS}>\n*Envoyé :* mardi 4 mars 2025 08:31\n*À :* Agathe\n*Objet :* Phlébite",
    "Outlook Mac": f"De : Colloque <{ADDRESS}>\nDate : mardi 4 mars 2025 à 08:31\nÀ : Agathe\nObjet : Phlébite",
    "Outlook phone": f"________________________________\nDe : Colloque <{ADDRESS}>\nEnvoyé : mardi, mars 4, 2025 8:31 AM\n"
    "À : Agathe Morel <a@example.org>\nObjet : Phlébite",
    "Message d'origine": f"-----Message d'origine-----\nDe : Colloque [mailto:{ADDRESS}]\nEnvoyé : mardi 4 mars 2025 08:31\n"
    "À : Agathe\nObjet : Phlébite",
    "Message d’origine with a curly apostrophe": f"-----Message d’origine-----\nDe : Colloque <{ADDRESS}>\nÀ : Agathe",
    "Mail original": f'----- Mail original -----\nDe: "Colloque" <{ADDRESS}>\nÀ: a@example.org\nEnvoyé: Mardi 4 Mars 2025 08:31:00',
    "Zimbra": f'De: "Colloque" <{ADDRESS}>\nÀ: "Agathe" <a@example.org>\nEnvoyé: Mardi 4 Mars 2025 08:31:05\nObjet: Phlébite',
    "SFR": f'====\n\nMessage du : 04/03/2025 08:31\nDe : "Colloque " <{ADDRESS}>\nA : a@example.org\nCopie à : \nSujet : Phlébite',
    "Samsung": f"-------- Message d'origine --------\nDe : Colloque <{ADDRESS}> \nDate : 04/03/2025  08:31  (GMT+01:00) \n"
    "À : a@example.org \nObjet : Phlébite ",
    "Thunderbird forward button": f"-------- Message original --------\nSujet: \tPhlébite\nDate: \tTue, 4 Mar 2025 08:31:00 +0100\n"
    f"De: \tColloque <{ADDRESS}>\nPour: \ta@example.org",
    "Lotus Notes": "De :        Colloque/SERVICE/CHU\nA :        Agathe Morel/CHU@CHU\nDate :        04/03/2025 08:31\n"
    "Objet :        Phlébite",
    "GroupWise": f">>> Colloque <{ADDRESS}> 04/03/2025 08:31 >>>",
    "Windows mail": f"De : Colloque<mailto:{ADDRESS}>\nEnvoyé le :mardi 4 mars 2025 08:31\nÀ : Agathe\nObjet :Phlébite",
    "blank lines between the fields": f"De : Colloque <{ADDRESS}>\n\nEnvoyé : mardi 4 mars 2025 08:31\n\nÀ : Agathe\n\nObjet : P",
    "Outlook in English": f"From: Colloque <{ADDRESS}>\nSent: Tuesday, March 4, 2025 8:31 AM\nTo: Agathe Morel\nSubject: Phlébite",
    "original message": "-----Original Message-----\nFrom: Colloque\nSent: Tuesday, March 4, 2025 8:31 AM",
    "Proton": "------- Original Message -------\nOn Tuesday, March 4th, 2025 at 8:31 AM, Colloque wrote:",
    "German": f"Von: Colloque <{ADDRESS}>\nGesendet: Dienstag, 4. März 2025 08:31\nAn: Agathe\nBetreff: Phlebitis",
    "Spanish": f"De: Colloque <{ADDRESS}>\nEnviado el: martes, 4 de marzo de 2025 8:31\nPara: Agathe\nAsunto: Flebitis",
    "Italian": f"Da: Colloque <{ADDRESS}>\nInviato: martedì 4 marzo 2025 08:31\nA: Agathe\nOggetto: Flebite",
    "Dutch": f"Van: Colloque <{ADDRESS}>\nVerzonden: dinsdag 4 maart 2025 08:31\nAan: Agathe\nOnderwerp: Flebitis",
    "Portuguese": f"De: Colloque <{ADDRESS}>\nEnviada em: terça-feira, 4 de março de 2025 08:31\nPara: Agathe\nAssunto: Flebite",
    "Polish": f"Od: Colloque <{ADDRESS}>\nWysłano: wtorek, 4 marca 2025 08:31\nDo: Agathe\nTemat: Zapalenie",
    "Swedish": f"Från: Colloque <{ADDRESS}>\nSkickat: den 4 mars 2025 08:31\nTill: Agathe\nÄmne: Flebit",
    "Danish": "-----Oprindelig meddelelse-----\nFra: Colloque\nSendt: 4. marts 2025 08:31\nTil: Agathe\nEmne: Flebitis",
    "Chinese": f"发件人: Colloque <{ADDRESS}>\n发送时间: 2025年3月4日 8:31\n收件人: Agathe\n主题: 静脉炎",
    "Japanese": f"差出人: Colloque <{ADDRESS}>\n送信日時: 2025年3月4日 8:31\n宛先: Agathe\n件名: 静脈炎",
}

# Each stands alone before a quoted or an unquoted history.
ATTRIBUTIONS = {
    "Gmail": f"Le mar. 4 mars 2025 à 08:31, Colloque <{ADDRESS}> a écrit :",
    "Gmail wrapped at the address": f"Le mar. 4 mars 2025 à 08:31, Colloque <\n{ADDRESS}> a écrit :",
    "Gmail wrapped before the verb": f"Le mar. 4 mars 2025 à 08:31, Colloque <{ADDRESS}> a\nécrit :",
    "Gmail wrapped twice": f"Le mar. 4 mars 2025 à 08:31, Dr Basile Roche par Colloque\n<{ADDRESS}>\na écrit :",
    "Gmail with no-break spaces": f"Le{NBSP}mar. 4 mars 2025 à{NBSP}08:31, Colloque <{ADDRESS}> a écrit{NBSP}:",
    "Gmail Android": f"Le mar. 4 mars 2025, 08:31, Colloque <{ADDRESS}> a écrit :",
    "Apple with isolates": f"Le 4 mars 2025 à 08:31, \u2068Colloque\u2069 <{ADDRESS}> a écrit\u202f:",
    "Yahoo": f"    Le mardi 4 mars 2025 à 08:31:05 UTC+1, Colloque <{ADDRESS}> a écrit :  ",
    "Proton": f"Le mardi 4 mars 2025 à 08:31, Colloque <{ADDRESS}> a écrit :",
    "Roundcube": f"Le 2025-03-04 08:31, Colloque <{ADDRESS}> a écrit :",
    "Open-Xchange": f"Le 04/03/2025 08:31 CET, Colloque <{ADDRESS}> a écrit :",
    "Spark": f"Le 4 mars 2025 à 08:31 +0100, Colloque <{ADDRESS}>, a écrit :",
    "Notes": f"Colloque <{ADDRESS}> a écrit le 4 mars 2025 à 08:31 :",
    "Horde": f"Quoting Colloque <{ADDRESS}>:",
    "English": f"On Tue, Mar 4, 2025 at 8:31 AM Colloque <{ADDRESS}> wrote:",
    "English wrapped": f"On Tue, Mar 4, 2025 at 8:31 AM Colloque <\n{ADDRESS}>\nwrote:",
    "Polymail": f"On Tue, Mar 4, 2025 at 8:31 AM Colloque\n\n<\nmailto:Colloque <{ADDRESS}>\n> wrote:",
    "Zoho": f"---- On Tue, 04 Mar 2025 08:31:00 +0100 Colloque <{ADDRESS}> wrote ----",
    "German": f"Am Di., 4. März 2025 um 08:31 Uhr schrieb Colloque <{ADDRESS}>:",
    "German, name first": f"Colloque <{ADDRESS}> schrieb am Di., 4. März 2025\num 08:31 Uhr:",
    "Spanish": f"El mar, 4 mar 2025 a las 8:31, Colloque (<{ADDRESS}>) escribió:",
    "Italian": f"Il giorno mar 4 mar 2025 alle ore 08:31 Colloque <{ADDRESS}> ha scritto:",
    "Portuguese": f"Em ter., 4 de mar. de 2025 às 08:31, Colloque <{ADDRESS}> escreveu:",
    "Dutch": f"Op di 4 mrt 2025 om 08:31 schreef Colloque <{ADDRESS}>:",
    "Dutch Apple": f"Op 4 mrt. 2025, om 08:31 heeft Colloque <{ADDRESS}> het volgende geschreven:",
    "Danish": f"Den tirs. 4. mar. 2025 kl. 08.31 skrev Colloque <{ADDRESS}>:",
    "Norwegian": f"tir. 4. mars 2025 kl. 08:31 skrev Colloque <{ADDRESS}>:",
    "Swedish": f"Den tis 4 mars 2025 kl 08:31 skrev Colloque <{ADDRESS}>:",
    "Polish": f"wt., 4 mar 2025 o 08:31 Colloque <{ADDRESS}> napisał(a):",
    "Polish with a time": "W dniu 04.03.2025 o 08:31, Colloque pisze:",
    "Russian": f"вт, 4 мар. 2025 г. в 08:31, Colloque <{ADDRESS}>:",
    "Czech": f"út 4. 3. 2025 v 8:31 odesílatel Colloque <{ADDRESS}> napsal:",
    "Chinese": f"Colloque <{ADDRESS}> 于2025年3月4日周二 08:31写道：",
    "Japanese": f"2025年3月4日(火) 8:31 Colloque <{ADDRESS}>:",
    "Korean": f"2025년 3월 4일 (화) 오전 8:31, Colloque <{ADDRESS}>님이 작성:",
    "Turkish": f"Colloque <{ADDRESS}>, 4 Mar 2025 Sal, 08:31 tarihinde şunu yazdı:",
    "Hungarian": f"Colloque <{ADDRESS}> ezt írta (időpont: 2025. márc. 4., K, 8:31):",
    "Finnish": f"ti 4. maalisk. 2025 klo 8.31 Colloque <{ADDRESS}> kirjoitti:",
    "Yandex": f'04.03.2025, 08:31, "Colloque" <{ADDRESS}>:',
    "a number first": f"2025-03-04 8:31 GMT+01:00 Colloque <{ADDRESS}>:",
}

DEVICE_LINES = [
    "Envoyé de mon iPhone",
    "Envoyé de mon iPad",
    "Envoyé de mon appareil mobile Samsung",
    "Envoyé depuis mon appareil Galaxy",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Envoyé de mon mobile Orange",
    "Envoyé depuis l'application Mail Orange",
    "Envoyé depuis l’application SFR Mail",
    "Envoyé à partir de Outlook pour Android<https://aka.ms/AAb9ysg>",
    "Envoyé à partir d’Outlook pour iOS",
    "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>",
    "Obtenir Outlook pour Android",
    "Envoyé depuis Yahoo Mail pour iPhone",
    "Envoyé avec la messagerie sécurisée Proton Mail.",
    "Envoyé avec Proton Mail pour Android",
    "Envoyé depuis un mobile",
    "Provenance : Courrier pour Windows 10",
    "Garanti sans virus. www.avast.com",
    "Sent from my iPhone",
    "Sent from my iPhone, please excuse any typos",
    "Get Outlook for iOS",
    "Sent from Mail for Windows 10",
    "Sent from Yahoo Mail on Android",
    "Von meinem iPhone gesendet",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPad",
    "Wysłane z iPhone'a",
    "发自我的iPhone",
    "iPhoneから送信",
]


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_an_unquoted_history_is_cut_at_its_header(header: str) -> None:
    trimmed = trim(f"{ANSWER}\n\n{header}\n\n{ASKED}\n")
    assert trimmed.text == ANSWER
    assert "phlébite à 12 SA" in trimmed.elided
    assert trimmed.kind == "reply"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
@pytest.mark.parametrize("history", [QUOTED, ASKED], ids=["quoted", "unquoted"])
def test_a_history_is_cut_at_its_attribution(attribution: str, history: str) -> None:
    assert trim(f"{ANSWER}\n\n{attribution}\n\n{history}\n").text == ANSWER


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_a_reply_below_the_quote_is_kept_without_it(attribution: str) -> None:
    assert trim(f"{attribution}\n{QUOTED}\n\n{ANSWER}\n").text == ANSWER


@pytest.mark.parametrize("line", DEVICE_LINES)
def test_device_lines_go(line: str) -> None:
    assert trim(f"{ANSWER}\n\n{line}\n").text == ANSWER
    assert trim(f"{ANSWER}\n\n{line}\n\n{ATTRIBUTIONS['Gmail']}\n{QUOTED}").text == ANSWER


@pytest.mark.parametrize(
    "sentence",
    [
        "Envoyé de cardiologie ce matin, il revient demain.",
        "Envoyé par mail au patient.",
        "Envoyé de mon cabinet vers le SAU à 14 h.",
        "Envoyé depuis les urgences",
        "Envoyé via la messagerie sécurisée de santé hier.",
        "Sent from my desk, is much easier than my mobile phone.",
        "Von meinem Kollegen empfohlen.",
    ],
)
def test_sentences_that_begin_like_device_lines_stay(sentence: str) -> None:
    assert trim(f"{ANSWER}\n\n{sentence}\n").text.endswith(sentence)


@pytest.mark.parametrize(
    "body",
    [
        "Schéma proposé :\n\nDe : 2,5 mg le matin\nÀ : 5 mg le soir\n\npuis dosage à J8.",
        "Adaptation :\nDe : 2,5 mg\nÀ : 5 mg\nObjet : titration\nDate : à chaque visite\n\nQu'en pensez-vous ?",
        "Pour mémoire.\n\nLe 3 janvier, le cardiologue a écrit :\n« Poursuivre le bêtabloquant. »\n\nJe suis d'accord.",
        "Le 3 janvier 2025, le cardiologue a écrit :\n« Poursuivre. »\nEt moi aussi.",
        "Le 3 janvier 2025 à 10:30, le cardiologue a écrit :\n« Poursuivre. »\n\nJe suis de son avis.",
        "Le 3 janvier 2025, le Dr Martin <martin@example.org> m'a écrit :\n« Poursuivre. »\n\nJe suis de son avis.",
        "Le 03/01/2025 à 10:30, l'interne de garde <garde@example.org> a écrit :\nOAP.\n\nMon avis : diurétiques.",
        "Seuils retenus :\n> 140 mmHg\n> 90 mmHg",
        "Conduite :\n> 65 ans : demi-dose\n> 80 ans : abstention\n\nBien à vous",
        "À retenir :\n-- saignement\n-- thrombose\n\nBien à vous",
        "| âge | dose |\n|---|---|\n| 70 | 2,5 |\n| 80 | 1,25 |",
        "Date : 04/03/2025 08:31\nINR : 2,4\nÀ : contrôler dans 8 jours",
        "Objet : courrier du confrère\nIl propose un arrêt.\n\nMerci",
        "On your remote host you can run:\n\n    telnet\n\nThanks",
        "Le patient m'a écrit :\nje vais mieux\nDonc on arrête.",
        "Ce message-ci n'a rien -- vraiment rien -- d'une signature.",
        "*** Important ***\n\nPas de corticoïdes.",
        "Le 4 mars à 10:30 le labo a appelé.\nIls écriront.\n\nMerci",
    ],
)
def test_medical_prose_is_left_whole(body: str) -> None:
    assert trim(body).text == body
    assert trim(f"{body}\n\n{ATTRIBUTIONS['Gmail wrapped before the verb']}\n\n{QUOTED}\n").text == body
    assert trim(f"{body}\n\n{HEADERS['Outlook']}\n\n{ASKED}\n").text == body


def test_replies_between_quotes_keep_their_quotes() -> None:
    body = f"{ATTRIBUTIONS['Gmail']}\n> Quelle durée ?\n\nSix semaines après l'accouchement.\n\n> Quelle molécule ?\n\nUne HBPM.\n"
    assert (
        trim(body).text == "> Quelle durée ?\n\nSix semaines après l'accouchement.\n\n> Quelle molécule ?\n\nUne HBPM."
    )


def test_the_last_quote_that_nothing_answers_goes() -> None:
    body = "> Quelle durée ?\n\nSix semaines.\n\n> Quelle molécule ?\n\nUne HBPM.\n\n> Merci d'avance\n> Dr Roche"
    assert trim(body).text == "> Quelle durée ?\n\nSix semaines.\n\n> Quelle molécule ?\n\nUne HBPM."


def test_a_citation_above_the_history_is_the_authors() -> None:
    body = f"La recommandation dit :\n\n> Traiter trois mois au moins.\n\n{ATTRIBUTIONS['Gmail']}\n\n{QUOTED}"
    assert trim(body).text == "La recommandation dit :\n\n> Traiter trois mois au moins."


def test_a_quoted_line_torn_in_two_stays_a_quote() -> None:
    body = (
        f"Oui.\n\n{ATTRIBUTIONS['Gmail']}\n\n> Une phrase du premier message qui est assez longue pour avoir été coupée,\n"
        "puis continuée sans chevron\n> et fin.\n"
    )
    assert trim(body).text == "Oui."


def test_an_attribution_inside_the_quote_marks_history() -> None:
    body = f"{ANSWER}\n\n> {ATTRIBUTIONS['Gmail']}\n> \n{QUOTED}"
    assert trim(body).text == ANSWER
    assert trim(f"> Message du 04/03/2025 08:31\n> De : C <{ADDRESS}>\n{QUOTED}\n\n{ANSWER}").text == ANSWER


def test_a_reply_on_the_line_of_the_attribution_is_parted_from_it() -> None:
    assert (
        trim(f"D'accord. Le 4 mars 2025 à 08:31, Colloque <{ADDRESS}> a écrit :\n> Quelle durée ?").text == "D'accord."
    )


def test_a_bare_name_and_verb_count_only_at_a_quote_that_ends_the_mail() -> None:
    assert trim(f"{ANSWER}\n\nDr Basile Roche a écrit :\n{QUOTED}").text == ANSWER
    body = "Le cardiologue a écrit :\n> poursuivre\n\nJe suis de son avis."
    assert "Je suis de son avis." in trim(body).text


def test_the_signature_goes_and_the_sign_off_stays() -> None:
    assert trim(f"{ANSWER}\n\n-- \nDr Agathe Morel\nMaternité\n01 00 00 00 00").text == ANSWER
    assert trim(f"{ANSWER}\n\n-- \nDr Agathe Morel\n\n{ATTRIBUTIONS['Gmail']}\n{QUOTED}").text == ANSWER
    assert trim("Merci.\n\nCordialement,\nDr X").text == "Merci.\n\nCordialement,\nDr X"
    assert trim("Merci.\n\n—\nDr X\nCardiologue").text == "Merci.\n\n—\nDr X\nCardiologue"


def test_a_long_text_under_two_dashes_is_no_signature() -> None:
    body = "Première partie.\n\n--\n\n" + "\n".join(f"Point {number} de la seconde partie." for number in range(30))
    assert "Point 29" in trim(body).text


def test_a_signature_alone_is_given_back_rather_than_nothing() -> None:
    assert trim("-- \nPoursuivez le traitement.").text == "Poursuivez le traitement."


@pytest.mark.parametrize(
    "marker", [f"--- {MARKER_FR} ---", f"--- {MARKER_EN} ---", "## Please type your reply above this line ##"]
)
def test_our_marker_line_cuts(marker: str) -> None:
    assert trim(f"{ANSWER}\n\n{ATTRIBUTIONS['Gmail']}\n\n{marker}\n\n{ASKED}").text == ANSWER
    assert trim(f"{ANSWER}\n\n{marker}\n{ASKED}").text == ANSWER
    assert trim(f"{ANSWER}\n\nLe 4 mars 2025, Colloque a écrit :\n{marker}\n{ASKED}").text == ANSWER


def test_a_marker_of_the_host_cuts_too() -> None:
    assert trim("Oui.\n=== Écrivez plus haut ===\nhistoire", markers=("Écrivez plus haut",)).text == "Oui."


def test_speaking_of_the_marker_is_not_the_marker() -> None:
    body = "J'ai bien répondu au-dessus de cette ligne, non ?\n\nMerci"
    assert trim(body).text == body


@pytest.mark.parametrize(
    "separator",
    [
        "---------- Forwarded message ---------\nDe : Basile <b@example.org>",
        "---------- Message transféré ----------\nDe : Basile <b@example.org>",
        "-------- Message transféré --------\nSujet : \tPhlébite\nDe : \tBasile <b@example.org>",
        "Début du message transféré :\n\n> De: Basile <b@example.org>\n> Objet: Phlébite",
        "Début du message réexpédié :\n\nDe: Basile <b@example.org>\nObjet: Phlébite",
        "> Begin forwarded message:\n>\n> From: Basile <b@example.org>",
    ],
)
def test_a_forward_keeps_the_text_above_it(separator: str) -> None:
    trimmed = trim(f"Pour avis, ce courrier.\n\n{separator}\n")
    assert (trimmed.text, trimmed.kind) == ("Pour avis, ce courrier.", "forward")


def test_a_forward_by_outlook_is_known_by_its_subject() -> None:
    trimmed = trim(f"Pour avis.\n\n{HEADERS['Outlook']}\n\n{ASKED}", subject="TR : Phlébite")
    assert (trimmed.text, trimmed.kind) == ("Pour avis.", "forward")


def test_a_forward_without_a_word_is_kept_whole() -> None:
    trimmed = trim(f"---------- Message transféré ---------\nDe : Basile <b@example.org>\nObjet : P\n\n{ASKED}")
    assert trimmed.kind == "forward"
    assert ASKED in trimmed.text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n \n",
        f"{ATTRIBUTIONS['Gmail']}\n\n{QUOTED}",
        f"Envoyé de mon iPhone\n\n{ATTRIBUTIONS['Gmail']}\n{QUOTED}",
        "____\n",
    ],
)
def test_a_reply_without_a_word_is_empty(body: str) -> None:
    assert trim(body).kind == "empty"


def test_a_mail_of_quotes_without_source_is_kept() -> None:
    assert trim("> Seulement une citation.").text == "> Seulement une citation."


def test_our_words_sent_back_without_any_other_are_an_empty_reply() -> None:
    assert trim(QUOTED, own_addresses=(ADDRESS,)).kind == "empty"
    assert trim("> 140 mmHg\n> 90 mmHg", own_addresses=(ADDRESS,)).text == "> 140 mmHg\n> 90 mmHg"


def test_a_text_under_an_attribution_with_nothing_above_is_kept() -> None:
    assert trim(f"{ATTRIBUTIONS['English']}\n\nPoursuivez le traitement.").text == "Poursuivez le traitement."


def test_an_unquoted_history_that_names_us_with_nothing_above_is_empty() -> None:
    trimmed = trim(f"{HEADERS['Outlook']}\n\n{ASKED}", own_addresses=(ADDRESS,))
    assert (trimmed.text, trimmed.kind) == ("", "empty")
    assert ASKED in trimmed.elided


def test_what_we_sent_is_told_from_what_was_typed_below_it() -> None:
    trimmed = trim(f"{HEADERS['Outlook']}\n\n{ASKED}\n\n{ANSWER}", own_addresses=(ADDRESS,), sent_text=ASKED)
    assert trimmed.text == ANSWER


def test_what_we_sent_is_cut_without_any_introduction() -> None:
    assert trim(f"{ANSWER}\n\n{ASKED}\n", sent_text=ASKED).text == ANSWER


def test_a_word_that_we_sent_too_is_not_cut() -> None:
    assert (
        trim("Bonjour,\n\nMerci.\n\nDr Basile Roche", sent_text=ASKED).text == "Bonjour,\n\nMerci.\n\nDr Basile Roche"
    )


def test_a_weak_attribution_that_names_us_is_believed() -> None:
    body = f"{ANSWER}\n\nLe 4 mars 2025, Colloque des dermatologues a écrit :\n\n{ASKED}"
    assert trim(body, own_names=("Colloque des dermatologues",)).text == ANSWER


def test_our_name_inside_a_sentence_proves_nothing() -> None:
    body = "Le 3 mars 2025, j'ai lu sur Colloque ce qu'un confrère a écrit :\npoursuivre.\n\nQu'en dire ?"
    assert trim(body, own_names=("Colloque",)).text == body


def test_a_quote_that_the_author_announces_is_kept_at_the_end() -> None:
    body = "La recommandation dit :\n\n> Traiter trois mois au moins.\n> Puis réévaluer."
    assert trim(body).text == body
    assert trim("D'accord.\n\n> Traiter trois mois au moins.\n> Puis réévaluer.").text == "D'accord."


def test_a_quoted_letter_in_the_text_stays_while_the_history_goes() -> None:
    body = "Bonjour,\nLe 3 janvier, le cardiologue a écrit :\n\n> poursuivre\n\nJe suis de son avis."
    assert trim(f"{body}\n\n{ATTRIBUTIONS['Roundcube']}\n{QUOTED}").text == body


def test_everything_cut_is_in_the_elided_part() -> None:
    trimmed = trim(f"{ANSWER}\n\nEnvoyé de mon iPhone\n\n{ATTRIBUTIONS['Gmail']}\n\n{QUOTED}")
    assert trimmed.elided.startswith("Envoyé de mon iPhone")
    assert trimmed.elided.endswith(QUOTED)
