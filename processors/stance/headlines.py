"""Headlines that a parser cannot read: "Putin, Xi blast US in phone call". Takes a parsed line, gives its three parts.

Taggers trained on running text take "blast" for a noun. The words' order is enough here: names at the very
start, a form of a verb of stance, then a noun phrase.
"""

from typing import NamedTuple

from spacy.tokens import Doc, Token

from processors.vocabulary.lexicon import Lexicon, american

_NAMES = frozenset({"PROPN", "PART"})
_JOINTS = frozenset({"CCONJ", "PUNCT"})
_PHRASE = frozenset({"PROPN", "ADJ", "NOUN", "DET", "NUM", "PART"})
_FARTHEST = 9  # words that the names may take


class Headline(NamedTuple):
    """The names that a headline begins with, the verb's lemma and token, and the head of its object."""

    holders: list[Token]
    lemma: str
    verb: Token
    target: Token


def read(doc: Doc, lexicon: Lexicon) -> Headline | None:
    """The headline's parts, if the line begins as one does and its verb was not read as a verb."""
    holders: list[Token] = []
    for token in doc[:_FARTHEST]:
        if token.i and token.pos_ not in {"VERB", "AUX"} and token.lower_ in lexicon.forms and holders:
            lemma = next((each for each in _lemmas(token) if each in lexicon.verbs), "")
            target = _object(doc, token.i + 1)
            return Headline(holders, lemma, token, target) if lemma and target is not None else None
        if token.pos_ not in _NAMES | _JOINTS or token.text in {":", "-", "–"}:
            return None
        if token.pos_ == "PROPN":
            continues = token.i > 0 and doc[token.i - 1].pos_ in _NAMES
            holders = [*(holders[:-1] if continues else holders), token]
    return None


def companions(doc: Doc) -> list[Token]:
    """The names of "Russia, China hit out at US" if the line begins with names that only a comma joins."""
    names: list[Token] = []
    for token in doc[:_FARTHEST]:
        if token.pos_ == "VERB":
            return names if len(names) > 1 else []
        if token.pos_ not in _NAMES and token.text not in {",", "&"}:
            break
        if token.pos_ == "PROPN":
            continues = token.i > 0 and doc[token.i - 1].pos_ in _NAMES
            names = [*(names[:-1] if continues else names), token]
    return []


def _object(doc: Doc, start: int) -> Token | None:
    """The last word of the noun phrase that begins at ``start``."""
    last = None
    for token in doc[start:]:
        if token.pos_ not in _PHRASE:
            break
        last = token if token.pos_ in {"PROPN", "NOUN"} else last
    return last


def _lemmas(token: Token) -> list[str]:
    word = american(token.lower_)
    return [american(token.lemma_), word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ed")]
