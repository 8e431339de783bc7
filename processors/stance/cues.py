"""The lexicon's words in a parsed sentence. Takes a parse, gives its cues, and whether what they say is denied."""

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from processors.annotations import StanceLabel
from processors.stance.clauses import is_hedged, is_negated, subject
from processors.vocabulary.lexicon import Lexicon, american

_CARRIERS = frozenset({"VERB", "AUX", "NOUN", "ADJ", "PROPN", "ADP"})


def cues(doc: Doc, lexicon: Lexicon) -> Iterator[tuple[Token, StanceLabel]]:
    """Every word of stance with what it says by itself, whoever's it is."""
    for token in doc:
        if token.pos_ not in _CARRIERS:
            continue
        lemma = american(token.lemma_)
        for table in (lexicon.verbs, lexicon.nouns, lexicon.adjectives, lexicon.judgments, lexicon.agents):
            if lemma in table:
                yield token, table[lemma]
                break
        else:
            if lemma in lexicon.phrasal:
                yield token, next(iter(lexicon.phrasal[lemma].values()))


def is_unsaid(cue: Token, lexicon: Lexicon) -> bool:
    """Is the cue in a question, a condition, a denial or a mere possibility? The model is blind to these."""
    if is_hedged(cue) or is_negated(cue):
        return True
    whose = subject(cue, lexicon)
    return whose.cancelled or whose.negated
