"""What mail programs add under a message: device lines, advertisements of the program, `-- ` signatures, rules.

Sign-offs are the author's words and never touched. A device line is recognised by a phrase *and* by what it names (a
possessive, a known program), so that « Envoyé de cardiologie ce matin » stays.
"""

from __future__ import annotations

from .folding import fold, phrases

# Followed by any device: « Envoyé de mon Wiko RIDGE FAB 4G ».
_POSSESSIVE = """
Envoyé de mon|Envoyé de ma|Envoyée de mon|Envoyé depuis mon|Envoyé depuis ma|Envoyé depuis l'app|Envoyé depuis un mobile
Envoyé depuis un smartphone|Envoyé à partir de mon|Envoyé à partir de l'app|Envoyé à partir d'un|Envoyé via mon
Envoyé avec mon|Envoyé avec l'app|Envoyé d'un mobile|Envoyé sur mon|Message envoyé depuis mon|Mail envoyé depuis mon
Ce message a été envoyé depuis mon|Écrit depuis mon|Rédigé sur mon|Écrit sur mon|Provenance : Courrier
Provenance: Courrier|Télécharger Outlook|Téléchargez Outlook|Obtenir Outlook|Obtenez Outlook|Excusez ma brièveté
Veuillez excuser ma brièveté|Sent from my|Sent from a|Sent from an|Sent via my|Sent using my|Sent by my|Sent on my
Get Outlook for|Get BlueMail|Download Outlook|Please excuse my brevity|Gesendet von meinem|Gesendet von meiner
Von unterwegs gesendet|Diese Nachricht wurde von meinem|Holen Sie sich Outlook|Outlook für|Enviado desde mi
Enviado de mi|Enviado do meu|Enviado a partir do meu|Obtener Outlook|Obtenha o Outlook|Inviato dal mio|Inviato da mio
Ottieni Outlook|Scarica Outlook|Verstuurd vanaf mijn|Verzonden vanaf mijn|Verzonden met mijn|Verstuurd vanuit
Wysłane z mojego|Wysłano z mojego|Pobierz Outlook|Skickat från min|Skickat från mitt|Hämta Outlook|Sendt fra min
Sendt fra mit|Hent Outlook|Lähetetty|Odesláno z|Отправлено с|发自我的|來自我的|发送自|從我的
"""
# Followed by a known program or maker.
_PLAIN = """
Envoyé depuis|Envoyé à partir de|Envoyé à partir d'|Envoyé avec|Envoyé via|Envoyé par|Envoyé de|Envoyé d'|Message
envoyé avec
Message envoyé depuis|Message envoyé via|Mail envoyé via|Cet e-mail a été|Cet email a été|Ce mail a été|Garanti sans
virus
Sans virus|L'absence de virus|Sent from|Sent with|Sent via|Sent using|Sent by|From my|This email has been|Virus-free
Powered by|Download|Gesendet von|Gesendet mit|Von meinem|Von meiner|Diese Nachricht wurde mit|Enviado desde|Enviado com
Enviado con|Enviado do|Inviato da|Inviato con|Verzonden met|Verstuurd met|Verzonden vanuit|Skickat med|Skickat från
Wysłane z|Wysłane za pomocą|Отправлено из|Sendt fra|Sendt med
"""
_PROGRAMS = """
iphone ipad ipod imac macbook android samsung galaxy huawei xiaomi redmi oneplus wiko nokia blackberry windows outlook
hotmail
gmail yahoo aol proton protonmail orange sfr bouygues laposte zimbra roundcube thunderbird bluemail spark newton mailo
mailbox
infomaniak ionos gmx free k-9 canary edison airmail superhuman mailspring sparrow polymail nine aquamail typeapp acompli
avast avg antivirus verizon htc lg sony motorola boxer tutanota tuta zoho rocket missive mailbird emclient fairemail
mymail
yandex pixel evolution kmail horde openxchange
"""
# Words which sentences hold too: they count only after « depuis », « via »… or in English.
_GENERIC = "mobile smartphone téléphone telephone phone handy tablette tablet app appli application device"
# « Envoyé de mon cabinet »: a place or a person, not a device.
_PLACES = """
cabinet bureau service hôpital clinique confrère consœur patient patiente médecin cardiologue collègue interne desk
office ward
colleague doctor praxis
"""

POSSESSIVE = phrases(_POSSESSIVE)
PLAIN = phrases(_PLAIN)
PROGRAMS = frozenset(fold(name) for name in _PROGRAMS.split())
GENERIC = frozenset(fold(word) for word in _GENERIC.split())
PLACES = frozenset(fold(word) for word in _PLACES.split())
GENERIC_AFTER = phrases("Envoyé depuis|Envoyé à partir d|Envoyé via|Envoyé d'|Sent|Message envoyé depuis")
DEVICE_FIRST = tuple(fold(phrase) for phrase in ("から送信", "에서 보냄", "傳送"))
_APOLOGIES = tuple(fold(word) for word in ("excuse", "typo", "brevity", "brièveté", "concis", "faute", "kürze"))
_BREAKERS = str.maketrans(dict.fromkeys(" .,;:<>()[]{}/'\"!*", " "))


def is_device_line(folded: str) -> bool:
    """True for « Envoyé de mon iPhone », « Télécharger Outlook pour iOS<https://…> », "Sent from my BlackBerry".

    False for sentences that begin alike: "Sent from my desk, is much easier than my mobile phone."
    """
    line = folded.strip("*_-[]<>(){}•· ")
    for opening in ("<", "[http", "(http"):
        line = line.partition(opening)[0]
    line = line.strip("[]() ")
    if not line or len(line) > 110 or _is_a_sentence(line):
        return False
    words = {word.strip(".") for word in line.translate(_BREAKERS).split()}
    if not words.isdisjoint(PLACES):
        return False
    names_program = not words.isdisjoint(PROGRAMS)
    if line.startswith(POSSESSIVE):
        return len(words) <= 11
    if line.startswith(PLAIN):
        is_generic = line.startswith(GENERIC_AFTER) and not words.isdisjoint(GENERIC) and len(words) <= 8
        return len(words) <= 14 and (names_program or is_generic)
    return line.endswith(DEVICE_FIRST) or (
        line.endswith(("gesendet", "gesendet.")) and names_program and len(line) < 90
    )


def _is_a_sentence(line: str) -> bool:
    """A comma that a subordinate clause follows, which is no apology for the keyboard: an author speaks."""
    _, comma, rest = line.partition(", ")
    return bool(comma) and len(rest.split()) > 3 and not any(word in rest for word in _APOLOGIES)


def is_rule(folded: str) -> bool:
    """A line of punctuation alone (`____`, `====`, `***`): furniture when nothing follows it."""
    return bool(folded) and not folded.strip("-–—_=*#~+.|\\/ ᐧ·•")


def is_signature_delimiter(raw: str) -> bool:
    """RFC 3676 §4.3: "-- " alone on its line; the space is often lost on the way."""
    return raw.rstrip() == "--"


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
