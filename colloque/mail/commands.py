"""Commands by mail: a message that says nothing but « stop » is an order, not an answer.

A command is the whole of what was written, or, where nothing was written, the subject. The word inside a sentence is
none.
"""

from __future__ import annotations

import unicodedata

from .message import Address

# Command → what a doctor may write for it, French then English; compared without case, accents, punctuation and
# courtesy.
COMMANDS: dict[str, str] = {
    "stop": """
        je souhaite me désinscrire|je souhaite ne plus recevoir de mails|je ne souhaite plus recevoir de mails
        ne plus recevoir de mails|je veux me désinscrire|merci de me désinscrire|please unsubscribe me
        stop|stopper|arrêt|arrêter|arrêtez|stop mail|stop mails|stop e-mail|stop tout|tout arrêter|arrêter tout
        désinscription|désinscrire|désinscrivez-moi|me désinscrire|se désinscrire|désinscris-moi|désabonnement
        désabonner|me désabonner|se désabonner|désabonnez-moi|plus de mails|plus aucun mail
        unsubscribe|unsubscribe me|stop all|stop email|stop emails|stop all mail|remove me|opt out
    """,
    "silence": """
        silence|silencieux|silence sur ce fil|muet|sourdine|en sourdine|mettre en sourdine|mettre en silence
        stop ce fil|stop fil|plus ce fil|ne plus suivre|ne plus suivre ce fil
        mute|mute thread|mute this thread|unfollow|unfollow thread|stop this thread
    """,
}

COURTESY = (
    "s'il vous plaît",
    "s'il te plaît",
    "svp",
    "stp",
    "merci",
    "please",
    "thanks",
    "thank you",
    "bonjour",
    "hello",
)
REPLY_PREFIXES = ("re", "tr", "fwd", "fw", "aw", "rép", "rep", "sv", "réf", "ref")
LONGEST_COMMAND = 80


def fold_words(text: str) -> str:
    """Words alone: lower case, no accents, no punctuation, no quotes."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    kept = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.split())


_BY_WORDS = {
    fold_words(phrase): command
    for command, table in COMMANDS.items()
    for line in table.strip().splitlines()
    for phrase in line.split("|")
}
_COURTESY = tuple(fold_words(phrase) for phrase in COURTESY)
_SIGNATURE_LINES, _SIGNATURE_WORDS = 4, 6
_TITLES = frozenset(
    {"dr", "dre", "docteur", "docteure", "pr", "pre", "professeur", "professeure", "mme", "m", "monsieur", "madame"}
)
_CLOSINGS = frozenset(
    fold_words(each)
    for each in (
        "cordialement", "bien cordialement", "très cordialement", "cdt", "cdlt", "amicalement", "bien amicalement",
        "confraternellement", "bien confraternellement", "très confraternellement", "bien à vous", "bien à toi",
        "à bientôt", "bonne journée", "bonne soirée", "sincères salutations", "salutations", "merci", "merci d’avance",
        "merci beaucoup", "regards", "best regards", "kind regards", "best wishes", "yours sincerely", "thanks",
        "thank you", "many thanks",
    )
)  # fmt: skip
_PREFIXES = frozenset(fold_words(prefix) for prefix in REPLY_PREFIXES)


def names_of(sender: Address | None) -> tuple[str, ...]:
    """What the author of a letter is called, as far as its From tells: the display name, the local part."""
    return (sender.name, sender.address.partition("@")[0]) if sender else ()


def command_in(trimmed_text: str, subject: str, names: tuple[str, ...] = ()) -> str | None:
    """Return the command that a trimmed body is, or where it says nothing, the one that the subject is; else None.

    A signature under it is none of it: up to four short lines of courtesy, of a title, or of `names` (what the author
    is called, as far as the caller knows). Any other word makes the whole a text.
    """
    written, signature = _without_signature(trimmed_text, names)
    if written:
        return _command(written)
    # « Re: stop » above a signature may answer a thread called « stop »; « stop » alone is what our own link writes.
    return _command(subject if signature else _without_reply_prefixes(subject))


def without_signature(text: str, names: tuple[str, ...] = ()) -> str:
    """What was written above a courtesy and a name."""
    return _without_signature(text, names)[0]


def _without_signature(text: str, names: tuple[str, ...]) -> tuple[str, str]:
    """What was written, and the closing lines below it that are courtesy, a title or a name."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    known = {word for name in names for word in fold_words(name).split()}
    cut = len(lines)
    while cut > 0 and len(lines) - cut < _SIGNATURE_LINES and _is_signature(lines[cut - 1], known):
        cut -= 1
    return "\n".join(lines[:cut]), "\n".join(lines[cut:])


def _is_signature(line: str, known: set[str]) -> bool:
    words = fold_words(line).split()
    if not words or len(words) > _SIGNATURE_WORDS:
        return False
    if " ".join(words) in _CLOSINGS:
        return True
    return set(words) <= known | _TITLES and not set(words) & _BY_WORDS.keys() and bool(set(words) & (known | _TITLES))


def _command(text: str) -> str | None:
    if len(text.strip()) > LONGEST_COMMAND:
        return None
    words = fold_words(text)
    if words in _BY_WORDS:
        return _BY_WORDS[words]
    for phrase in _COURTESY:
        words = words.removesuffix(f" {phrase}").removeprefix(f"{phrase} ")
    return _BY_WORDS.get(words)


def _without_reply_prefixes(subject: str) -> str:
    """« RE : Re: TR : stop » → « stop »."""
    rest = subject[:500]
    while True:
        prefix, colon, after = rest.partition(":")
        if not colon or fold_words(prefix.partition("[")[0]) not in _PREFIXES:
            return rest
        rest = after
