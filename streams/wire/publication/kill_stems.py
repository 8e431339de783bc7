"""Looks for the words without which no line can speak of a kill: takes a text, returns yes or no.

Nearly all stories have none of them, so this is all that they cost. A word that many stories have makes them slow.
"""

from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.folding import folded

# In lower case without accents. Without one of these no pattern of `kill_words` can match.
_STEMS = AnyOf([
    "kill", "withdr", "retract", "annul", "anul", "intrek", "trekken", "trokken", "zuruckz", "zuruck", "streich",
    "strichen", "losch", "storn", "verwenden", "ungultig", "cancel", "delete", "discard", "disregard", "remove",
    "spike", "not use", "be used", "supprim", "retir", "detrui", "utilis", "utiliz", "utilic", "tenir compte",
    "verwijder", "gebruik", "ruckruf", "elimin", "cancell", "ritir", "pubblicare", "usen", "usar", "publiquen",
    "publicar", "publiquem", "utilizem", "be published", "slet", "stryk", "makuler", "trekk", "trukket", "dras ",
    "dragits", "dragit", "drar ", "not to use", "hinfallig", "trkk", "anvand", "bruk", "brug", "not publish",
    "publicer", "publiser", "in error", "by mistake", "mistakenly", "erroneous", "inadvert", "prematurely", "trekt",
    "versehentlich", "irrtum", "aus versehen", "entfernen sie", "apaguem", "desconsiderem", "ignorem", "removam",
    "effacer", "fjerne", "niewykorz", "niepubl", "publikow", "nieuzyw", "usunie", "usunac", "wycof", "skasow",
    "wykorzyst", "zrus", " rusi", "rusime", "stazen", "stahuj", "stahla ", "smaz", "odstran", "nepouz", "nepubl",
    "perutaan", "peruu", "peruttu", "perunut", "poistaka", "poistet", "poistama", "kayttako", "kayttamatta",
    "ei saa", "ala kayta", "julkaisko", "julkaisematta", "vetaa pois", "vedetaan",
])  # fmt: skip
# The same in Cyrillic, of which `folded` leaves nothing.
_CYRILLIC = AnyOf([
    "нулир", "отозв", "отзыва", "снято", "снять", "снимает", "удалить", "не использ", "не публик", "не выпуск",
])  # fmt: skip
# With these, lines beside such a line may confirm it.
_FOLLOWS = AnyOf([
    "substitute", "replacement", "will follow", "will be ", "will move", "wrong", "incorrect", "fals", "errone",
    "errat", "onjuist", "felaktig", "feil", "forkert",
])  # fmt: skip


def may_kill(text: str) -> bool:
    """Whether a text may speak of killing a story."""
    return _STEMS.is_in(folded(text)) or (not text.isascii() and _CYRILLIC.is_in(text.lower()))


def may_confirm(line: str) -> bool:
    """Whether a line may speak of a kill, or beside such a line of what follows it."""
    return may_kill(line) or _FOLLOWS.is_in(folded(line))
