"""Judges whether a name in a notice is that of who sends it: takes it and the senders, returns yes or no."""

import re

from streams.wire.text import plain

SHORTEST_NAME = 4  # letters of a name that may stand within another

_ARTICLE = re.compile(r"^(?:the |die |der |das |het |de |la |le |el |il |l'|a |o )")
_WHAT = re.compile(
    r"^(?:news agency|agencia(?: de noticias)?|(?:agence|agenzia)(?: de presse)?|nyhetsbyran|nyhetsbyraet"
    r"|nyhedsbureauet|nachrichtenagentur|persbureau) "
)
# Names that agencies go by, where nothing tells who sends an item.
_AGENCY = re.compile(
    r"(?:associated press|ap|(?:thomson )?reuters|afp|agence france-presse|dpa|deutsche presse-agentur|upi"
    r"|united press international|efe|ansa|belga|anp|ats|sda|keystone-(?:ats|sda)|apa|austria presse agentur|ntb"
    r"|tt(?: nyhetsbyran)?|ritzau|kyodo(?: news)?|tass|aap|australian associated press|bloomberg(?: news)?"
    r"|press association|pa(?: media)?|canadian press|presse canadienne|cp|xinhua|yonhap|jiji(?: press)?|pti"
    r"|press trust of india|ians|lusa|stt|interfax|anadolu(?: agency)?|bernama|pap|ctk|mti|agi|adnkronos|europa press"
    r"|dow jones(?: newswires)?|[\w' -]{0,40}\b(?:news agency|newswires?|wires?|wire service|news service))"
)


def is_sender(who: str, senders: tuple[str, ...]) -> bool:
    """Whether a name is that of who sends the item: the same letters, one within the other, or its initials.

    Where nothing tells who sends it, an agency's name will do.
    """
    whole = _ARTICLE.sub("", plain(who))
    names = {whole, _WHAT.sub("", whole)}
    if not any(senders):
        return any(map(_AGENCY.fullmatch, names))
    return any(_are_one(name, plain(sender)) for sender in senders if sender for name in names)


def _are_one(name: str, sender: str) -> bool:
    letters, own = _letters(name), _letters(_ARTICLE.sub("", sender).partition(".")[0])
    initials = "".join(word[0] for word in re.split(r"[\s-]+", name) if word[:1].isalpha())
    if own and own in (letters, initials):
        return True
    within = len(own) >= SHORTEST_NAME and letters.startswith(own)
    return within or (len(letters) >= SHORTEST_NAME and letters in _letters(sender))


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalpha())
