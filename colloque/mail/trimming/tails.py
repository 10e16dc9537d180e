"""What mail programs add under a message: device lines, advertisements of the program, `-- ` signatures, rules.

Sign-offs are the author's words and never touched. A device line is recognised by a phrase *and* by what it names (« mon »,
« l'application », a known program), so that « Envoyé de cardiologie ce matin » stays.
"""

from __future__ import annotations

from .folding import fold

_POSSESSIVE = (
    "Envoyé de mon|Envoyé de ma|Envoyée de mon|Envoyé depuis mon|Envoyé depuis ma|Envoyé depuis l'appli|Envoyé depuis l'app|"
    "Envoyé depuis un mobile|Envoyé depuis un smartphone|Envoyé à partir de mon|Envoyé à partir de l'appli|"
    "Envoyé à partir d'un|Envoyé via mon|Envoyé par mon|Envoyé avec mon|Envoyé avec l'appli|Envoyé d'un mobile|"
    "Écrit depuis mon|Rédigé sur mon|Écrit sur mon|Envoyé sur mon|Message envoyé depuis mon|Mail envoyé depuis mon|"
    "Provenance : Courrier|Provenance: Courrier|Télécharger Outlook|Obtenir Outlook|Obtenez Outlook|Téléchargez Outlook|"
    "Get Outlook for|Sent from my|Sent from a|Sent from an|Sent via my|Sent using my|Sent by my|Sent on my|Get BlueMail|"
    "Gesendet von meinem|Gesendet von meiner|Von meinem|Von meiner|Von unterwegs gesendet|Gesendet mit der|Gesendet mit dem|"
    "Diese Nachricht wurde von meinem|Holen Sie sich Outlook|Outlook für|Enviado desde mi|Enviado desde el|"
    "Enviado do meu|Enviado a partir do meu|Enviado de mi|Obtener Outlook|Obtenha o Outlook|Inviato da mio|Inviato dal mio|"
    "Inviato da|Ottieni Outlook|Scarica Outlook|Verstuurd vanaf mijn|Verzonden vanaf mijn|Verzonden met mijn|Verstuurd vanuit|"
    "Wysłane z mojego|Wysłano z mojego|Wysłane z iPhone'a|Pobierz Outlook|Skickat från min|Skickat från mitt|Sendt fra min|"
    "Sendt fra mit|Hent Outlook|Hämta Outlook|Lähetetty|Odesláno z|Отправлено с|发自我的|來自我的|发送自|從我的|"
    "Ce message a été envoyé depuis mon|Excusez ma brièveté|Please excuse my brevity|Veuillez excuser ma brièveté"
)
_PLAIN = "Envoyé depuis|Envoyé à partir de|Envoyé avec|Envoyé via|Envoyé par|Envoyé de|Sent from|Sent with|Sent via|Sent using|"
_PLAIN += "Gesendet von|Gesendet mit|Enviado desde|Enviado com|Enviado con|Inviato con|Verzonden met|Verstuurd met|Skickat med|"
_PLAIN += "Wysłane za pomocą|Cet e-mail a été|Cet email a été|Garanti sans virus|This email has been|Virus-free|Sans virus|"
_PLAIN += "Message envoyé avec|Message envoyé depuis|Mail envoyé via|Powered by|Отправлено из|Download"
_PROGRAMS = (
    "iphone ipad ipod imac android samsung galaxy huawei xiaomi oneplus wiko nokia blackberry windows outlook hotmail gmail "
    "yahoo aol proton protonmail orange sfr bouygues laposte zimbra roundcube thunderbird bluemail spark newton mailo "
    "infomaniak ionos gmx web.de free k-9 canary edison airmail superhuman mailspring sparrow polymail nine aquamail typeapp "
    "avast avg mail mobile smartphone téléphone telephone handy tablette tablet verizon htc lg sony motorola boxer tutanota "
    "tuta skiff zoho rocket missive front mailbird emclient fairemail courrier messagerie boxbe mymail mail.ru yandex pixel "
    "evolution kmail horde openxchange app application"
)
POSSESSIVE = tuple(fold(phrase) for phrase in _POSSESSIVE.split("|"))
PLAIN = tuple(fold(phrase) for phrase in _PLAIN.split("|"))
PROGRAMS = frozenset(fold(name) for name in _PROGRAMS.split())
SUFFIXES = tuple(fold(phrase) for phrase in ("から送信", "에서 보냄", "gesendet.", "gesendet", "kaldırıldı"))
_LINE_BREAKERS = " ,.;:<>()[]/'\"!"


def is_device_line(folded: str) -> bool:
    """True for « Envoyé de mon iPhone », « Télécharger Outlook pour iOS<https://…> », "Sent from my BlackBerry".

    False for sentences that begin alike: "Sent from my desk, is much easier than my mobile phone."
    """
    line = folded.strip("*_-[]>•· ").partition("<")[0].partition("[http")[0].partition("(http")[0].strip("[] ")
    if not line or len(line) > 110 or _is_a_sentence(line):
        return False
    words = _words(line)
    if line.startswith(POSSESSIVE):
        return len(words) <= 11
    if line.startswith(PLAIN):
        return len(words) <= 14 and not words.isdisjoint(PROGRAMS)
    return (line.endswith(SUFFIXES) and len(line) < 90 and not words.isdisjoint(PROGRAMS)) or line.endswith(SUFFIXES[:2])


def _words(line: str) -> set[str]:
    for char in _LINE_BREAKERS:
        line = line.replace(char, " ")
    return set(line.split())


def _is_a_sentence(line: str) -> bool:
    """A comma that a subordinate clause follows, or words after a full stop: an author speaks."""
    _, comma, rest = line.partition(", ")
    return bool(comma) and len(rest.split()) > 3 and "application" not in line


def is_rule(folded: str) -> bool:
    """A line of punctuation alone (`____`, `====`, `***`): furniture when nothing follows it."""
    return bool(folded) and not any(char.isalnum() for char in folded) and not folded.strip("-–—_=*#~+.|\\/ ᐧ·•")


def is_signature_delimiter(raw: str) -> bool:
    """RFC 3676 §4.3: "-- " alone on its line; the space is often lost on the way."""
    return raw.rstrip() == "--" and raw.startswith("--")


SIGNATURE_LINES = 15
SIGNATURE_CHARACTERS = 1500


def is_signature(lines: list[str], delimiter: int, stop: int) -> bool:
    """Whether the lines under `delimiter`, up to `stop`, are short enough to be a signature.

    An author may write a lone "--" between two parts of a long text: what looks longer than a signature is kept.
    """
    if stop - delimiter > 4 * SIGNATURE_LINES:
        return False
    below = [line for line in lines[delimiter + 1 : stop] if line.strip()]
    return len(below) <= SIGNATURE_LINES and sum(map(len, below)) <= SIGNATURE_CHARACTERS
