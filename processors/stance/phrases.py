"""Noun phrases of a parsed sentence. Takes spaCy tokens, gives the tokens and stretches that name someone.

Dependency labels are those of spaCy's English pipelines (ClearNLP style).
"""

from collections.abc import Iterator

from spacy.tokens import Token

from processors.vocabulary.lexicon import lexicon

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ"})
SUBJECT = frozenset({"nsubj", "csubj"})
_LEFT = frozenset({"compound", "amod", "poss", "nummod", "nmod", "quantmod", "punct", "case", "advmod", "npadvmod"})
_OPENING, _CLOSING = frozenset({'"', "“"}), frozenset({'"', "”"})
FIRST_PERSON = frozenset({"i", "we", "me", "us"})
RELATIVE = frozenset({"who", "whom", "which", "that", "whose"})


def children(token: Token, *labels: str) -> list[Token]:
    """The token's dependents with one of those labels, left to right."""
    return [child for child in token.children if child.dep_ in labels]


def coordinated(token: Token, closed: bool = False) -> list[Token]:
    """The token and what is joined to it by "and" or a comma, each as the name that it stands for.

    After the "and" that closes a list, one more comma joins nothing: what follows it is another phrase.
    """
    name = named(token)
    found = [name]
    for head in (token, name) if name != token else (token,):
        joins = any(child.dep_ == "cc" for child in head.children)
        for child in head.children:
            joined = (
                child.dep_ == "conj" and child.pos_ in NOMINAL and not _excludes(head, child) and (joins or not closed)
            )
            if joined or (child.dep_ == "appos" and child != name and _is_headline_list(head, child)):
                found += coordinated(child, closed or joins)
    return found


def _excludes(token: Token, joined: Token) -> bool:
    """In "Germany and France, but not Italy" the last is left out, and only that."""
    words = (child for child in token.children if child.dep_ in {"cc", "neg"} and child.i < joined.i)
    return any(word.lower_ in {"but", "not", "nor"} for word in words)


def _is_headline_list(token: Token, child: Token) -> bool:
    """In "Putin, Xi denounce …" the comma means "and": two bare names with nothing between but that comma."""
    between = [each.text for each in token.doc[token.i + 1 : child.left_edge.i]]
    bare = all(each.pos_ in {"PROPN", "PART"} for each in child.subtree)
    return (
        token.pos_ == child.pos_ == "PROPN" and between == [","] and bare and child.right_edge.i + 1 < child.head.head.i
    )


def named(token: Token) -> Token:
    """The name in apposition to a description, if there is one: "his counterpart Xi Jinping" is Jinping."""
    if token.pos_ == "PROPN" and token.lower_ not in lexicon().titles:
        return token
    for child in children(token, "appos"):
        if child.pos_ == "PROPN":
            return child
    return token


def antecedent(token: Token) -> Token:
    """For a relative pronoun the noun that its clause describes; any other token itself."""
    if token.lower_ in RELATIVE and token.tag_ in {"WP", "WDT", "WP$", "IN", "DT"}:
        for ancestor in token.ancestors:
            if ancestor.dep_ == "relcl":
                return named(ancestor.head)
    return token


def stretch(token: Token) -> tuple[int, int]:
    """Character offsets ``[start, end)`` in the sentence of the noun phrase headed by ``token``.

    The head with what stands before it, articles and "his" aside, and an "of" phrase after it: "one-China
    policy", "US interference", "policy of double containment". Clauses after it are left out.
    """
    first = token
    for left in reversed(list(token.lefts)):
        if left.dep_ not in _LEFT or left.tag_ in {"PRP$", "WP$"} or left.pos_ in {"DET", "PRON"}:
            break
        if left.right_edge.i != first.i - 1:
            break
        first = left.left_edge
    while first.i < token.i and (first.is_punct or first.pos_ == "DET" or first.tag_ in {"PRP$", "POS"}):
        first = first.nbor()
    last = token
    for right in token.rights:
        if right.dep_ in {"prep", "agent"} and right.lower_ in {"of", "by"} and right.i <= last.i + 2:
            last = _end_of(right) or last
        elif not (right.dep_ == "punct" and right.text in {'"', "”", "'", "’"}):
            break
    end = last.idx + len(last)
    if token.doc.text[end : end + 1] in _CLOSING and any(each.is_quote for each in token.doc[first.i : last.i]):
        end += 1
    start = first.idx
    if start and token.doc.text[start - 1] in _OPENING and sum(map(token.doc.text[start:end].count, _CLOSING)):
        start -= 1
    return start, end


def _end_of(preposition: Token) -> Token | None:
    for noun in children(preposition, "pobj"):
        for right in noun.rights:
            if right.dep_ == "prep" and right.lower_ == "of" and (end := _end_of(right)):
                return end
        return noun
    return None


def name_stretch(token: Token) -> tuple[int, int]:
    """As `stretch`, but of a name only its own words: "Vladimir Putin" of "Russian President Vladimir Putin"."""
    if token.pos_ != "PROPN":
        return stretch(token)
    first = token
    while first.i > 0:
        before = first.nbor(-1)
        if before.pos_ != "PROPN" or before.dep_ != "compound" or before.lower_ in lexicon().titles:
            break
        if before.head not in {token, first, first.head}:
            break
        first = before
    return first.idx, token.idx + len(token)


def possessors(token: Token) -> list[Token]:
    """Who stands before a noun as its owner or doer: "Washington's", "US", "Chinese", "his"."""
    found = []
    for child in token.children:
        if child.i >= token.i:
            continue
        if child.dep_ == "poss":
            found += coordinated(child)
        elif child.dep_ in {"compound", "amod", "nmod"} and (child.pos_ == "PROPN" or child.is_title or child.is_upper):
            found.append(child)
    return found


def objects(token: Token, prepositions: frozenset[str] | set[str]) -> Iterator[Token]:
    """What follows one of ``prepositions`` after the token, each of coordinated nouns."""
    for child in children(token, "prep", "agent", "dative"):
        if child.lower_ not in prepositions:
            continue
        for noun in children(child, "pobj"):
            yield from coordinated(noun)
        for nested in children(child, "prep"):  # "out against", "in favor of" as parsed
            for noun in children(nested, "pobj"):
                yield from coordinated(noun)


def is_somebody(token: Token) -> bool:
    """Can the token name a holder or target at all, rather than stand for anything or nothing?"""
    if token.pos_ == "PROPN":
        return bool(token.text[0].isalnum())
    return token.pos_ in NOMINAL and token.lower_ not in lexicon().nobody and any(c.isalnum() for c in token.text)
