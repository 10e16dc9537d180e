"""Where history begins: attribution lines, header blocks and separators of some twenty languages.

A line such as « Le 3 janvier, le cardiologue a écrit : » is prose as often as not, so every finding has a strength,
and the weak ones count only where quoted lines (">") follow. All patterns run on folded text of bounded length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from .folding import fold, phrases

# "… wrote:" in the languages of the clients. Folded at import like the lines which they are compared with.
_VERBS = """
wrote|writes|sent|a écrit|écrivait|écrit|schrieb|schrieb folgendes|escribió|ha escrito|escribio|va escriure
escreveu|ha scritto|schreef|geschreven|het volgende geschreven|skrev|skreiv|följande|napisał|napisała
napisał(a)|napisal(a)|napsal|napsal(a)|napísal|napísal(a)|написал|написала|написал(а)|написав|писал|писал(а)
пишет|пише|pisze|写道|寫道|写|撰写|書きました|のメール|작성
썼습니다|şunu yazdı|yazdı|şunları yazdı|kirjoitti|ezt írta|írta|έγραψε|a scris
đã viết|כתב|כתב/ה|كتب|skrifaði|kirjutas|parašė|rakstīja|napisao je|je napisao|je napisal|wrote the following
dit
"""
VERBS = tuple(sorted(set(phrases(_VERBS)) - {"ecrit", "dit"}, key=len, reverse=True))

# The first word of "On 3 February …": a cheap filter, and what keeps prose that merely ends in "wrote:" out.
_STARTERS = """
on at le el em il am op den pa på dnia w dne dňa в у 在 于 於 pe vào ngày στις στι בתאריך alle dana
mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday
lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
mo di mi fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag пн вт ср чт пт сб вс
man tir tirs ons tor tors fre lør søn mandag tirsdag onsdag torsdag fredag lørdag søndag tis lör sön
lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom gio sab seg ter qua sex
понедельник вторник среда четверг пятница суббота воскресенье
wt śr czw pt sob ndz niedz pon út st čt pá ke ma wo vr za zo
"""
STARTERS = frozenset(fold(word) for word in _STARTERS.split())

QUOTING = ("quoting ", "citando ", "zitat von ", "citation de ", "citazione ", "cytowanie ")
"""How Horde begins its attribution."""

SPEAKERS = (" m'", " t'", " nous", " me", " lui", " qui", " il", " elle", " l'", " he", " she", " who", " they")
"""« … qui m'a écrit : »: before the verb, a sentence."""

_TELLING = "le la les l' un une mon ma mes notre nos son sa ses ce cet cette the a my our his her this"
TELLING = tuple(f"{word} ".replace("' ", "'") for word in _TELLING.split())

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
TIME = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)|kl\.? ?\d{1,2}[.:]\d\d")
ADDRESS = re.compile(r"[^\s<>()\[\]\":;,@]{1,100}@[^\s<>()\[\]\":;,@]{1,200}")
STARTS_WITH_DATE = re.compile(
    r"(?:\(?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.? [^\W\d]{3,12}\.?,? |\d{4} ?(?:年|" + fold("년") + "))"
)
ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>()\[\]\"]{1,200}[>)\]]{1,4} ?:?$|@[^\s<>()\[\]\"]{1,200}:$")


class Strength(IntEnum):
    """How sure a finding is."""

    BARE = 0
    """« Claire Martin a écrit : », no date, no address: only over a quote that nothing follows, or under nothing."""
    WEAK = 1
    """A date and a verb: only with quoted lines after it."""
    MEDIUM = 2
    """A full date with a time and a verb: a client wrote it, but no address says whom it quotes."""
    STRONG = 3
    """Names an address, or one of our own names, in the form of a mail client; or is a header block or separator."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Lines start..end (end excluded) which introduce quoted or forwarded history."""

    start: int
    end: int
    strength: Strength
    is_forward: bool = False
    names_us: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """What names this instance in an attribution, folded. A name may be an ordinary word, so it counts only as the
    author's.
    """

    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def is_author_of(self, folded: str) -> bool:
        """« …, Colloque a écrit : » and lines with an address of ours; not « lu sur Colloque ce qu'il a écrit : »."""
        if any(address in folded for address in self.addresses):
            return True
        verb = _verb_at_the_end(folded)
        before = folded.rstrip(": ")[: -len(verb)].rstrip('>)"» ') if verb else ""
        return any(before.endswith((f", {name}", f'"{name}', f"({name}", f"« {name}")) for name in self.names)

    def is_in_header(self, folded: str, sender: str) -> bool:
        """Whether a header block holds one of our addresses, or our name begins its From field."""
        return any(address in folded for address in self.addresses) or (
            bool(sender) and any(sender.lstrip('" ').startswith(name) or f"({name})" in sender for name in self.names)
        )


def attribution_strength(folded: str, own: Own = Own()) -> Strength | None:
    """Return how surely a folded line (wrapped ones joined) is « Le … X <x@example.org> a écrit : », or None.

    Decorations around it (dashes, asterisks) are ignored: « ---- On Tue, 22 Dec 2015 … wrote ---- ».
    """
    line = folded.strip("-–—*_ ")
    if len(line) > 400 or not line:
        return None
    has_address = "@" in line and ADDRESS.search(line) is not None
    names_us = own.is_author_of(line)
    has_date = YEAR.search(line) is not None
    if not (has_date or has_address or names_us):
        return _bare(line, starts_like_an_attribution(line))
    if has_address and line.startswith(QUOTING) and line.endswith(":"):
        return Strength.STRONG
    starts_well = starts_like_an_attribution(line)
    verb = _verb_at_the_end(line)
    if verb:
        return _ended_by_verb(line, verb, starts_well, has_date, has_address or names_us)
    if _verb_inside(line, starts_well) and (has_address or has_date):
        return Strength.STRONG if has_address or names_us else Strength.MEDIUM if TIME.search(line) else Strength.WEAK
    if _name_verb_date(line):
        return Strength.WEAK
    if (
        has_address
        and (_starts_with_date(line) or (starts_well and TIME.search(line)))
        and ENDS_WITH_ADDRESS.search(line)
    ):
        return Strength.STRONG if line.endswith(":") else Strength.MEDIUM
    return None


def _bare(line: str, starts_well: bool) -> Strength | None:
    """A name of a few words and the verb, nothing else; or a date without its year, « Le 3 janvier, X a écrit : »."""
    verb = _verb_at_the_end(line) if line.endswith(":") else None
    if not verb or len(line) > (120 if starts_well else 80):
        return None
    return Strength.BARE if starts_well or len(line.split()) <= 9 else None


def _ended_by_verb(line: str, verb: str, starts_well: bool, has_date: bool, has_name: bool) -> Strength | None:
    before = line.rstrip(": ")[: -len(verb)].rstrip()
    if before.endswith(SPEAKERS):
        return None
    has_moment = has_date or TIME.search(line) is not None
    if has_name and ((has_moment and starts_well) or (before.endswith((">", ")", "]")) and len(before) < 200)):
        return Strength.WEAK if _is_told(before) else Strength.STRONG
    if has_name and has_date and not verb.isascii():  # « X <x@y> 于2025年3月4日 08:31写道： »: no Latin prose ends so
        return Strength.STRONG
    if not (starts_well and has_date):
        return None
    return Strength.MEDIUM if TIME.search(line) and not _is_told(before) else Strength.WEAK


def _is_told(before: str) -> bool:
    """Whether a person tells who wrote (« …, le cardiologue »): a client puts the bare name behind the date."""
    moments = [match.end() for pattern in (YEAR, TIME) for match in pattern.finditer(before)]
    name = before[max(moments, default=0) :].rpartition(", ")[2].strip(" ,:-")
    return name.startswith(TELLING)


def starts_like_an_attribution(folded: str) -> bool:
    """« Le 3 … », "On Tue, …", "2013/7/20 …": a starter and a digit, or a date."""
    line = folded.strip("-–—*_ ")
    if not line or not any(char.isdigit() for char in line):
        return False
    return line.split(" ", 1)[0].strip(".,") in STARTERS or line[0] in "在于於" or _starts_with_date(line)


def is_complete(folded: str) -> bool:
    """Whether an attribution has its verb or its colon; one that has neither may go on in the next line."""
    line = folded.strip("-–—*_ ")
    return line.endswith(":") or _verb_at_the_end(line) is not None


def is_groupwise(folded: str) -> bool:
    """« >>> Colloque <x@example.org> 03/02/2025 10:12 >>> »: looks like a quote, introduces an unquoted one."""
    if not folded.startswith(">>>") or not folded.endswith(">>>") or len(folded) > 300:
        return False
    return "@" in folded or (YEAR.search(folded) is not None and TIME.search(folded) is not None)


def has_verb(folded: str) -> bool:
    """Whether any of the verbs stands in the line."""
    return any(f" {verb} " in folded for verb in VERBS)


def _starts_with_date(line: str) -> bool:
    return STARTS_WITH_DATE.match(line) is not None


def _verb_at_the_end(line: str) -> str | None:
    """The verb that ends the line, with a colon or without; a Latin verb only as a whole word."""
    stem = line.rstrip(": ")
    for verb in VERBS:
        if stem.endswith(verb):
            before = stem[: -len(verb)][-1:]
            if not before or not before.isalpha() or not verb[0].isascii():
                return verb
    return None


def _verb_inside(line: str, starts_well: bool) -> bool:
    """« Op 12 december 2016 19:05 schreef X <x@y>: » and « X <x@y> schrieb am 3. Februar 2025 um 10:12: »."""
    if not line.endswith(":"):
        return False
    for verb in VERBS:
        at = line.find(f" {verb} ")
        if at < 0:
            continue
        after = line[at + len(verb) + 2 :]
        if starts_well and YEAR.search(line[:at]):
            return ENDS_WITH_ADDRESS.search(line) is not None or len(after) < 80
        return line[:at].endswith((">", ")")) and YEAR.search(after[:40]) is not None
    return False


def _name_verb_date(line: str) -> bool:
    """« Basile Roche schreef op 14-7-2015 om 00:25: »"""
    if not line.endswith(":") or len(line) > 120:
        return False
    for verb in VERBS:
        name, found, after = line.partition(f" {verb} ")
        if found:
            return len(name.split()) <= 6 and YEAR.search(after[:40]) is not None and not any(map(str.isdigit, name))
    return False


# Header fields as Outlook, Zimbra, Orange, SFR, Samsung… print them above the message that is answered or forwarded.
_FIELDS = {
    "from": """
        from de von da van fra från od expéditeur remitente mittente afzender 发件人 寄件者 差出人 от от_кого 보낸_사람
        kimden lähettäjä feladó von emisor envoyé_par avsändare
    """,
    "date": """
        sent date envoyé envoyé_le date_d'envoi gesendet datum enviado enviado_el enviada_em enviado_em
        fecha data inviato data_invio verzonden sendt dato skickat wysłano wysłane 发送时间 日期 日期时间
        送信日時 日付 送信日
        отправлено дата 보낸_날짜 tarih lähetetty elküldve message_du received reçu reçu_le sent_at send
    """,
    "to": """
        to à a an para aan til till do 收件人 宛先 кому 받는_사람 kime vastaanottaja címzett destinataire
        destinataires pour para_: al per
    """,
    "cc": """
        cc copie copie_à kopie kopia kopi 抄送 cci bcc copie_cachée dw cópia copia
    """,
    "subject": """
        subject objet sujet betreff asunto assunto oggetto onderwerp emne ämne temat 主题 主旨 件名 тема 제목 konu
        aihe tárgy
    """,
    "other": """
        reply-to répondre_à antwort_an responder_a rispondi_a importance priorité priority attachments
        attachment pièces_jointes pièce_jointe anlagen organization x-mailer list-id mailing-list
        resent-from via
    """,
}
FIELDS = {fold(name.replace("_", " ")): kind for kind, names in _FIELDS.items() for name in names.split()}
FIRST_FIELDS = ("from", "date", "subject")
LONGEST_FIELD_NAME = max(len(name) for name in FIELDS)


def field_of(folded: str) -> tuple[str, str] | None:
    """Return (kind, value) where a folded line is a header field such as « *Envoyé :* lundi 3 février 2025 10:12 »."""
    line = folded.lstrip("*|_ ")
    if line.startswith("message du ") and YEAR.search(line):  # Orange writes it without a colon
        return "date", line.removeprefix("message du ").lstrip(": ")
    name, colon, value = line.partition(":")
    if not colon or len(name) > LONGEST_FIELD_NAME + 6:
        return None
    kind = FIELDS.get(name.strip("*_ "))
    return (kind, value.strip("*_ ")) if kind else None


def header_block(folded: list[str], start: int, own: Own = Own()) -> Boundary | None:
    """Return the header block that begins at line `start`: two fields or more, with an address or a full date.

    « De : 2,5 mg … » followed by « À : 5 mg … » has neither and is a prescription.
    """
    first = field_of(folded[start])
    if first is None or first[0] not in FIRST_FIELDS:
        return None
    kinds, values, end = {first[0]}, [first], start + 1
    position, slack = start + 1, 0
    while position < len(folded) and position - start < 30 and slack < 3:
        line = folded[position]
        field = field_of(line)
        is_from = field is not None and field[0] == "from"
        if (is_from and (slack or "from" in kinds)) or (field and slack and field[0] in kinds):
            break  # another block begins
        if field:
            kinds.add(field[0])
            values.append(field)
            end, slack = position + 1, 0
        elif not line:
            slack += 1
        elif not _continues_a_field(line):
            if slack or values[-1][0] in ("date", "from"):
                break
            slack = 2  # one wrapped subject is forgiven, prose is not
        position += 1
    text = " ".join(value for _, value in values)
    between = " ".join(folded[start:end])
    has_address = "@" in between
    has_moment = any(kind == "date" and YEAR.search(value) and TIME.search(value) for kind, value in values)
    names_us = own.is_in_header(between, next((value for kind, value in values if kind == "from"), ""))
    proven = (len(kinds) >= 2 and (has_address or names_us) and bool(kinds & {"from", "date"})) or (
        len(kinds) >= 3 and "from" in kinds and (has_moment or (_has_date(text) and "subject" in kinds))
    )
    return Boundary(start, end, Strength.STRONG, names_us=names_us) if proven else None


def _has_date(text: str) -> bool:
    return YEAR.search(text) is not None


def _continues_a_field(folded: str) -> bool:
    return folded.startswith(("<", "mailto:")) or folded.endswith((";", ",", ">")) or "@" in folded


_REPLY_SEPARATORS = """
message d'origine|message original|mail original|courriel original|e-mail d'origine|email d'origine
mail d'origine|message initial|courrier original|original message|original mail|original email|original e-mail
reply message|original appointment|ursprüngliche nachricht|originalnachricht|original-nachricht
original nachricht|ursprüngliche mail|mensaje original|mensagem original|messaggio originale
messaggio originario|oorspronkelijk bericht|originele bericht|origineel bericht|oprindelig meddelelse
original meddelelse|opprinnelig melding|ursprungligt meddelande|originalmeddelande|wiadomość oryginalna
oryginalna wiadomość|původní zpráva|alkuperäinen viesti|eredeti üzenet|исходное сообщение|original-mail
原始邮件|原始信件|原始郵件|邮件原件|原郵件|元のメッセージ|original message follows|원본 메시지
orijinal ileti|mesaj original|αρχικό μήνυμα
"""
_FORWARD_SEPARATORS = """
forwarded message|forwarded mail|begin forwarded message|message transféré|message transmis|message réexpédié
mail transféré|courriel transféré|début du message transféré|début du message réexpédié
weitergeleitete nachricht|anfang der weitergeleiteten nachricht|weitergeleitete mail|mensaje reenviado
inicio del mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato
inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|videresendt melding
videresendt meddelelse|start på videresendt besked|vidarebefordrat meddelande|vidarebefordrat brev
wiadomość przekazana|treść przekazanej wiadomości|пересылаемое сообщение|начало переадресованного сообщения
转发邮件|转发的邮件|轉寄郵件|転送されたメッセージ|przekazana wiadomość|välitetty viesti
"""
REPLY_SEPARATORS = frozenset(phrases(_REPLY_SEPARATORS))
FORWARD_SEPARATORS = frozenset(phrases(_FORWARD_SEPARATORS))
DECORATION = "-–—_=*#~+ :>"


def separator(folded: list[str], at: int) -> Boundary | None:
    """Return « -----Message d'origine----- » and its kin; without dashes only where a header field follows."""
    line = folded[at]
    phrase = line.strip(DECORATION)
    if phrase not in REPLY_SEPARATORS and phrase not in FORWARD_SEPARATORS:
        return None
    is_forward = phrase in FORWARD_SEPARATORS
    following = next((text for text in folded[at + 1 : at + 4] if text), "")
    decorated = line.startswith(("--", "–", "—", "*-", "==", "__", "**-"))
    if not decorated and field_of(following) is None and not (is_forward and line.endswith(":")):
        return None
    block = None
    for start in range(at + 1, min(at + 4, len(folded))):
        block = header_block(folded, start)
        if block or folded[start]:
            break
    return Boundary(at, block.end if block else at + 1, Strength.STRONG, is_forward=is_forward)
