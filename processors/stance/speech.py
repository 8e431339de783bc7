"""Reported speech. Takes a clause's token, gives who says it. An agency is never the speaker of what it reports."""

from spacy.tokens import Token

from processors.stance.clauses import subject
from processors.stance.phrases import children, coordinated, is_somebody, name_stretch
from processors.vocabulary.lexicon import Lexicon, american

_DEEPEST = 10


def speakers(token: Token, lexicon: Lexicon) -> list[Token]:
    """Who says the clause that ``token`` stands in: the subject of the nearest verb of speech, or "according to"."""
    clause = token
    for _ in range(_DEEPEST):
        head = clause.head
        if head == clause:
            break
        if clause.dep_ in {"ccomp", "parataxis", "xcomp"} and american(head.lemma_) in lexicon.speech_verbs:
            return _without_agencies(subject(head, lexicon).tokens, lexicon)
        clause = head
    for inserted in children(clause, "parataxis"):
        if american(inserted.lemma_) in lexicon.speech_verbs:
            return _without_agencies(subject(inserted, lexicon).tokens, lexicon)
    return _without_agencies(_according_to(clause), lexicon)


def _according_to(clause: Token) -> list[Token]:
    for preposition in children(clause, "prep"):
        if preposition.lower_ == "according":
            return [e for to in children(preposition, "prep") for o in children(to, "pobj") for e in coordinated(o)]
    return []


def _without_agencies(found: list[Token], lexicon: Lexicon) -> list[Token]:
    return [each for each in found if is_somebody(each) and not is_agency(each, lexicon)]


def is_agency(token: Token, lexicon: Lexicon) -> bool:
    """Is this the name of a news agency or paper, the reporter rather than the speaker?"""
    start, end = name_stretch(token)
    return token.doc.text[start:end] in lexicon.agencies or token.text in lexicon.agencies
