"""Commands by mail: a message that says nothing but « stop » is an order, not an answer.

A command is the whole of what was written, or, where nothing was written, the subject. The word inside a sentence is
none.
"""

from __future__ import annotations

import unicodedata

# Command → what a doctor may write for it, French then English; compared without case, accents, punctuation and
# courtesy.
COMMANDS: dict[str, str] = {
    "stop": """
        stop|stopper|arrêt|arrêter|arrêtez|stop mail|stop mails|stop e-mail|stop tout|tout arrêter|arrêter tout
        désinscription|désinscrire|désinscrivez-moi|me désinscrire|se désinscrire|désinscris-moi|désabonnement
        désabonner|me désabonner|se désabonner|désabonnez-moi|plus de mails|plus aucun mail
        unsubscribe|unsubscribe me|stop all|stop email|stop emails|stop all mail|remove me|opt out
    """,
    "silence": """
        silence|silencieux|muet|sourdine|en sourdine|mettre en sourdine|mettre en silence
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
_PREFIXES = frozenset(fold_words(prefix) for prefix in REPLY_PREFIXES)


def command_in(trimmed_text: str, subject: str) -> str | None:
    """Return the command that a trimmed body is, or where the body is empty, the one that the subject is; else None."""
    if trimmed_text.strip():
        return _command(trimmed_text)
    return _command(_without_reply_prefixes(subject))


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
