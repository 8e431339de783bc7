"""By which language's word stems a story is searched, and what they are.

Takes a language's tag, gives a name: ``english``, one of `LANGUAGES`, or ``plain`` for all other languages, of which
whole words are searched. Takes a text, gives its stems. Elasticsearch makes the same stems by filters of its own
(`search.elastic.analysis`); the embedded store, alerts and the page have them from here. English is not among them:
both stores have Porter's stemmer themselves.
"""

import re
import threading
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

import Stemmer

from processors.annotations import Record

ENGLISH = "english"
SPANISH = "spanish"
PLAIN = "plain"
SINGULAR_IN_S = "((?:é|^paí)s)$"  # "francés", "país": Spanish words that have an ending though they look like plurals
WORDS_KEPT = 50_000  # whose stems are remembered; a language's daily news has about as many
# Accents of their own (Yoruba's, stress in Russian) are inside a word for FTS5 and Elasticsearch, not in Python's \w.
WORD = re.compile(r"\w[\w\u0300-\u036f]*")
LONGEST_KEPT = 100  # characters of a word whose stem is remembered
NO_LANGUAGE = ("", "und", "mul", "mis", "zxx", "x")  # "x-default" is one of the last
FRENCH_ELISIONS = ("l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu")
ITALIAN_ELISIONS = (
    "c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl", "degl", "negl", "sugl", "un",
    "m", "t", "s", "v", "d",
)  # fmt: skip


class Stemming(Record, frozen=True):
    """How the words of a language become stems.

    ``tags`` are the languages' names as providers write them: ISO 639 and English. ``mark`` is a character for private
    use that ends each stem in the embedded store: one language's stems never find another's. ``elisions`` are articles
    and the like that are written to the next word with an apostrophe.
    """

    tags: tuple[str, ...]
    mark: str
    elisions: tuple[str, ...] = ()


LANGUAGES: dict[str, Stemming] = {
    "german": Stemming(("de", "deu", "ger", "german"), "\ue010"),
    "french": Stemming(("fr", "fra", "fre", "french"), "\ue011", FRENCH_ELISIONS),
    SPANISH: Stemming(("es", "spa", "spanish"), "\ue012"),
    "italian": Stemming(("it", "ita", "italian"), "\ue013", ITALIAN_ELISIONS),
}
STEMMINGS = {**LANGUAGES, PLAIN: Stemming((), "\ue014")}
TAGS = dict.fromkeys((*NO_LANGUAGE, "en", "eng", "english"), ENGLISH) | {
    tag: name for name, language in LANGUAGES.items() for tag in language.tags
}


def stemming_of(tag: str) -> str:
    """By whose stems a story with this language tag is searched; English where no language is known."""
    return TAGS.get(re.split(r"[^a-z]", tag.strip().lower(), maxsplit=1)[0], PLAIN)


def marked(text: str, name: str) -> str:
    """Text with its words replaced by marked stems, one by one: each stands where its word stood."""
    return WORD.sub(lambda word: marked_stem(word[0], name), text)


def asked(text: str, names: Collection[str] = STEMMINGS.keys()) -> list[str]:
    """The words of a query as each language other than English has them, marked; as one phrase each."""
    words = {name: WORD.findall(without_elision(text, name)) for name in STEMMINGS if name in names}
    return [" ".join(marked_stem(word, name) for word in some) for name, some in words.items() if some]


def without_elision(text: str, name: str) -> str:
    """A query's word without the article that a language writes to it: "Europe" of "l'Europe"."""
    elisions = STEMMINGS[name].elisions if name in STEMMINGS else ()
    return _elision(elisions).sub("", text, count=1) if elisions else text


def marked_stem(word: str, name: str) -> str:
    """The marked stem of one word."""
    return _kept_stem(word, name) if len(word) <= LONGEST_KEPT else _stem(word, name)


@lru_cache(WORDS_KEPT)
def _kept_stem(word: str, name: str) -> str:
    return _stem(word, name)


def _stem(word: str, name: str) -> str:
    small = word.lower()
    return (small if name == PLAIN else _stemmer(name)(small)) + STEMMINGS[name].mark


@lru_cache
def _elision(elisions: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{'|'.join(elisions)})['\u2019](?=\w)", re.IGNORECASE)


_stemmers = threading.local()  # a stemmer serves one thread only


def _stemmer(name: str) -> Callable[[str], str]:
    if not hasattr(_stemmers, name):
        snowball: Any = Stemmer.Stemmer(name, 0)
        special = {"german": _german(snowball.stemWord), SPANISH: _spanish}
        setattr(_stemmers, name, special.get(name, snowball.stemWord))
    made: Callable[[str], str] = getattr(_stemmers, name)
    return made


_SPELLED_OUT = re.compile("(?<![aeiouyäöüq])ue|ae|oe")
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_AS_STEMS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


def _german(snowball: Callable[[str], str]) -> Callable[[str], str]:
    """Snowball's stemmer with what Lucene's later version of it adds: "ae" is "ä", and a system keeps its ending."""

    def stem(word: str) -> str:
        word = _SPELLED_OUT.sub(lambda found: _UMLAUTS[found[0]], word)
        return word.translate(_AS_STEMS) if word.endswith("system") else snowball(word)

    return stem


_UNACCENTED = str.maketrans("àáâäòóôöèéêëùúûüìíîï", "aaaaooooeeeeuuuuiiii")
_SPANISH_ENDING = re.compile(r"[oae]s?$")
_SHORTEST_SPANISH = 5  # letters of a word that has an ending


def _spanish(word: str) -> str:
    """Savoy's light stemmer: endings of number and gender only.

    Snowball's takes "gobiernos" and "mujer" for verbs, and so parts them from their other forms.
    """
    word = re.sub(SINGULAR_IN_S, r"\1es", word)
    if len(word) < _SHORTEST_SPANISH:
        return word
    word = word.translate(_UNACCENTED)
    return f"{word[:-3]}z" if word.endswith("ces") else _SPANISH_ENDING.sub("", word)
