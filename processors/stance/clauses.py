"""Clauses around a word of stance. Takes spaCy tokens, gives whose the clause is and whether it holds.

The subject of a clause may stand far off: "Xi vowed never to stop opposing …" gives "opposing" the subject Xi,
through two verbs that keep and negate it. The way there is followed once, and what it does to the meaning is
collected in a `Subject`.
"""

from typing import NamedTuple

from spacy.tokens import Token

from processors.stance.phrases import SUBJECT, antecedent, children, coordinated
from processors.vocabulary.lexicon import Lexicon, american

_DEEPEST = 8  # clauses climbed before giving up; real sentences nest less
_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "hardly", "barely", "neither", "nor"})
_HEDGES = frozenset({"may", "might", "could", "can"})
_CONDITIONS = frozenset({"if", "unless", "whether", "lest"})
_DENYING = frozenset({"deny", "dispute", "reject", "refute", "rebut", "dismiss", "contest"})
_CLAIMS = frozenset(
    {"claim", "report", "allegation", "suggestion", "accusation", "charge", "rumor", "assertion", "idea"}
)
_OBLIGATIONS = frozenset({"should", "must", "ought"})


class Subject(NamedTuple):
    """The holders of a clause, and what the way to them does to it."""

    tokens: list[Token]
    negated: bool = False
    cancelled: bool = False  # denied, considered, hedged: says nothing
    wished: bool = False  # what the holder asks of others


NONE = Subject([])


def is_negated(token: Token) -> bool:
    """Does the clause headed by ``token`` say "not", "never" or "no longer"?"""
    for child in token.children:
        if child.dep_ == "neg" or child.lower_ in _NEGATIONS:
            return True
        if child.lower_ == "longer" and any(each.lower_ == "no" for each in child.children):
            return True
    return False


def is_hedged(token: Token) -> bool:
    """Is the clause a question, a condition or a mere possibility?"""
    clause = token
    for _ in range(_DEEPEST):
        if any(c.dep_ == "aux" and c.lower_ in _HEDGES for c in clause.children):
            return True
        if any(c.dep_ == "mark" and c.lower_ in _CONDITIONS for c in clause.children):
            return True
        if clause.dep_ not in {"conj", "xcomp", "ccomp", "advcl", "acomp", "attr", "prep", "pobj", "dobj"}:
            break
        clause = clause.head
    return token.doc[len(token.doc) - 1].text == "?" or "?" in token.doc.text[-3:]


def is_demanded(token: Token) -> bool:
    """Does the clause say what should be done, so that its speaker is the holder?"""
    return any(child.dep_ == "aux" and child.lower_ in _OBLIGATIONS for child in token.children)


def subject(verb: Token, lexicon: Lexicon, depth: int = 0) -> Subject:
    """Who does what ``verb`` says: its own subject, or that of the clause that it hangs on."""
    subjects = [child for child in children(verb, *SUBJECT) if not _introduces(child)]
    own = [each for child in subjects for each in coordinated(antecedent(child))]
    if own or depth > _DEEPEST:
        infinitive = verb.dep_ in {"ccomp", "xcomp"} and any(child.lower_ == "to" for child in children(verb, "aux"))
        if own and infinitive and american(verb.head.lemma_) in lexicon.wishing:
            return subject(verb.head, lexicon, depth + 1)._replace(wished=True)  # "wants him to support"
        nobody = any(each.lower_ in {"no", "neither"} for child in subjects for each in children(child, "det"))
        return Subject(own, negated=is_negated(verb), cancelled=nobody or is_denied(verb))
    found = _inherited(verb, lexicon, depth)
    return found._replace(negated=found.negated ^ is_negated(verb))


def is_denied(verb: Token) -> bool:
    """Is the clause one that somebody denies: "denied that he supports", "rejected claims that he opposes"?"""
    clause = verb
    for _ in range(_DEEPEST):
        head = clause.head
        if clause.dep_ in {"acl", "relcl", "ccomp"} and american(head.lemma_) in _CLAIMS and head.pos_ == "NOUN":
            head = head.head
        elif clause.dep_ not in {"ccomp", "conj", "xcomp"}:
            return False
        if clause.dep_ != "conj" and american(head.lemma_) in _DENYING:
            return not is_negated(head)
        clause = head
    return False


def _introduces(token: Token) -> bool:
    """In a headline such as "Kremlin aide: Leaders slam Washington" what stands before the colon only speaks."""
    after = token.right_edge.i + 1
    return bool(after < len(token.doc) and token.doc[after].text == ":")


def _inherited(verb: Token, lexicon: Lexicon, depth: int) -> Subject:
    head = verb.head
    if verb.dep_ == "conj" and head.pos_ in {"VERB", "AUX"}:
        above = subject(head, lexicon, depth + 1)
        outer = above.negated ^ is_negated(head)
        return above._replace(negated=outer ^ (is_negated(head) and _shares_negation(verb, head)))
    if verb.dep_ in {"xcomp", "ccomp"} and head.pos_ in {"VERB", "AUX", "ADJ"}:
        return _controlled(verb, head, lexicon, depth)
    if verb.dep_ == "advcl" and head.pos_ in {"VERB", "AUX"}:
        above = subject(head, lexicon, depth + 1)
        return above._replace(negated=False) if verb.tag_ in {"VBG", "VB"} else NONE
    if verb.dep_ == "acl":
        return _of_noun(verb, head, lexicon, depth)
    if verb.dep_ == "pcomp":
        return _after_preposition(head, lexicon, depth)
    return NONE


def _shares_negation(verb: Token, head: Token) -> bool:
    """As in "did not back or support": the second verb has no auxiliary of its own, and "or" carries the "not" over."""
    return any(c.dep_ == "cc" and c.lower_ in {"or", "nor"} for c in head.children) and not children(verb, "aux")


def _controlled(verb: Token, head: Token, lexicon: Lexicon, depth: int) -> Subject:
    """The subject of "to oppose" in "vowed to oppose", "refused to", "asked Congress to"."""
    if verb.dep_ == "ccomp" and children(verb, "mark") and children(verb, "nsubj"):
        return NONE
    lemma = american(head.lemma_)
    above = subject(head, lexicon, depth + 1)
    kind = lexicon.control.get(lemma, "keep" if verb.dep_ == "xcomp" else "")
    if kind == "negate":
        return above._replace(negated=not above.negated)
    if kind == "cancel":
        return above._replace(cancelled=True)
    if kind == "wish":
        return above._replace(wished=True)
    return above if kind else NONE


def _of_noun(verb: Token, noun: Token, lexicon: Lexicon, depth: int) -> Subject:
    """The subject of a clause that describes a noun: "a statement condemning", "its refusal to back"."""
    owners = [each for child in children(noun, "poss") for each in coordinated(child)]
    lemma = american(noun.lemma_)
    if lemma in {"chance", "opportunity"}:
        return NONE
    lacking = any(child.lower_ in {"no", "little"} for child in children(noun, "det", "amod"))  # "has no plans to"
    refusing = lacking ^ (lemma in {"refusal", "failure", "reluctance", "unwillingness"})
    if verb.tag_ == "VBG" and lemma not in lexicon.speech_nouns:
        return Subject(coordinated(noun))
    if owners:
        return Subject(owners, negated=refusing)
    if noun.dep_ in {"dobj", "pobj", "attr"}:
        governor = noun.head if noun.dep_ != "pobj" else noun.head.head
        if governor.pos_ in {"VERB", "AUX"}:
            above = subject(governor, lexicon, depth + 1)
            return above._replace(negated=above.negated ^ refusing)
    return NONE


def _after_preposition(preposition: Token, lexicon: Lexicon, depth: int) -> Subject:
    """The subject of "condemning" in "joined Xi in condemning", "stopped short of condemning", "after condemning"."""
    word, verb = preposition.lower_, preposition.head
    if word == "without" or verb.pos_ not in {"VERB", "AUX", "ADV", "ADJ"}:
        return NONE
    if word in {"for", "of"} and children(verb, "dobj"):
        # "thanked him for backing" says that he did; "accused him of backing" and "blamed him for" only claim it.
        claimed = word == "of" or american(verb.lemma_) not in lexicon.verbs.keys() - {"blame"}
        return NONE if claimed else Subject([e for c in children(verb, "dobj") for e in coordinated(c)])
    governor = verb.head if verb.pos_ == "ADV" else verb
    above = subject(governor, lexicon, depth + 1)
    if word == "of" and verb.lower_ == "short":
        return above._replace(cancelled=True)
    if word == "in" and american(governor.lemma_) == "join":
        above = above._replace(tokens=above.tokens + [e for c in children(governor, "dobj") for e in coordinated(c)])
    if word == "from":
        return above._replace(cancelled=True)
    return above
