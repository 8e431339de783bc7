"""Words of stance with their holders and targets. Takes a parsed sentence, gives `Finding` tuples of its tokens.

One function a frame: verbs, nouns, adjectives, judgments. Each gives what the sentence says; who "he" is, and
which entity a phrase names, is for `processors.resolve`.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Token

from processors.annotations import StanceLabel
from processors.stance import headlines
from processors.stance.clauses import NONE, Subject, is_demanded, is_hedged, is_negated, subject
from processors.stance.phrases import antecedent, children, coordinated, objects, possessors
from processors.stance.speech import speakers
from processors.vocabulary.lexicon import Lexicon, american

# Confidence by how plainly a frame says it; on the training part of DSE each is about as often right.
PLAIN, NOMINAL, JUDGED, NEGATED, WISHED = 0.8, 0.7, 0.6, 0.55, 0.6
_COPULAS = frozenset(
    {"be", "remain", "stay", "become", "seem", "feel", "grow", "appear", "represent", "constitute", "pose"}
)
_ENJOYS = frozenset({"have", "enjoy", "maintain", "keep", "retain", "win", "gain", "secure", "earn"})
_ADJACENT = 3  # words between verbs that share an object: "condemned and strongly rejected"


class Finding(NamedTuple):
    """One holder's stance toward one target, by the cue that says it."""

    holder: Token
    target: Token
    label: StanceLabel
    score: float
    cue: Token


def findings(doc: Doc, lexicon: Lexicon) -> Iterator[Finding]:
    """Every stance that the parsed sentence states."""
    joined = headlines.companions(doc)
    for found in itertools.chain(_headline(doc, lexicon), *(_of(token, lexicon) for token in doc)):
        yield found
        if found.holder in joined:
            yield from (found._replace(holder=name) for name in joined if name != found.holder)


def _of(token: Token, lexicon: Lexicon) -> Iterator[Finding]:
    """The stances of which ``token`` is the cue."""
    lemma = american(token.lemma_)
    if token.pos_ in {"VERB", "AUX"} or _is_headline_verb(token):
        yield from _verbal(token, lemma, lexicon)
    elif token.pos_ in {"NOUN", "PROPN"} and lemma in lexicon.nouns:
        yield from _noun(token, lexicon.nouns[lemma], lexicon)
    elif lemma in lexicon.under and token.head.lower_ == "under":
        yield from _noun(token, "against", lexicon)
    elif lemma in lexicon.adjectives and token.pos_ in {"ADJ", "ADP", "SCONJ"}:
        yield from _adjective(token, lexicon.adjectives[lemma], lexicon)
    if token.pos_ == "NOUN" and lemma in lexicon.agents:
        yield from _agent(token, lexicon.agents[lemma])
    if token.pos_ in {"NOUN", "ADJ", "VERB"} and lemma in lexicon.judgments:
        yield from _judgment(token, lexicon.judgments[lemma], lexicon)


def _headline(doc: Doc, lexicon: Lexicon) -> Iterator[Finding]:
    line = headlines.read(doc, lexicon)
    if line is not None and not _is_headline_verb(line.verb) and "?" not in doc.text[-2:]:
        yield from _paired(Subject(line.holders), [line.target], lexicon.verbs[line.lemma], NOMINAL, line.verb)


def _is_headline_verb(token: Token) -> bool:
    """As in "Putin and Xi slam US meddling": a verb with subject and object that the tagger took for a noun."""
    return token.pos_ == "NOUN" and bool(children(token, "nsubj") and children(token, "dobj", "prep"))


def _verbal(verb: Token, lemma: str, lexicon: Lexicon) -> Iterator[Finding]:
    if is_hedged(verb):
        return
    if verb.lower_ in lexicon.adjectives and list(objects(verb, lexicon.adjective_prepositions)):
        yield from _adjective(verb, lexicon.adjectives[verb.lower_], lexicon)
        return
    if lemma in lexicon.judging:
        yield from _called(verb, lexicon)
    if lemma in lexicon.phrasal:
        yield from _phrasal(verb, lemma, lexicon)
    if lemma in lexicon.verbs:
        yield from _verb(verb, lexicon.verbs[lemma], lexicon)


def _paired(who: Subject, targets: Iterable[Token], label: StanceLabel, score: float, cue: Token) -> Iterator[Finding]:
    """Holders with targets. Denied support is opposition, if a weaker one; denied opposition says nothing."""
    if who.cancelled or (who.negated and label == "against"):
        return
    if who.negated:
        label, score = "against", min(score, NEGATED)
    if who.wished:
        score = min(score, WISHED)
    for target in targets:
        for holder in who.tokens:
            yield Finding(holder, target, label, score, cue)


def _verb(verb: Token, label: StanceLabel, lexicon: Lexicon) -> Iterator[Finding]:
    """As in "Putin and Xi denounced …", "China has been criticized by …", "policies opposed by …"."""
    agents = [
        each
        for by in children(verb, "agent", "prep")
        if by.lower_ == "by"
        for o in children(by, "pobj")
        for each in coordinated(o)
    ]
    passive = [each for child in children(verb, "nsubjpass") for each in coordinated(antecedent(child))]
    if verb.dep_ == "acl" and verb.tag_ in {"VBN", "VBD"}:
        passive = coordinated(verb.head)
    elif not passive and verb.dep_ == "conj" and verb.tag_ == "VBN":
        passive = [each for child in children(verb.head, "nsubjpass") for each in coordinated(antecedent(child))]
    if passive:
        demanders = speakers(verb, lexicon) if not agents and is_demanded(verb) else []
        yield from _paired(Subject(agents or demanders, negated=is_negated(verb)), passive, label, PLAIN, verb)
        return
    if children(verb, "prt"):  # "backed off", "faced up": another verb
        return
    who = subject(verb, lexicon)
    if is_demanded(verb):
        who = who._replace(tokens=speakers(verb, lexicon), wished=True)
    yield from _paired(who, _objects_of(verb, lexicon), label, PLAIN, verb)


def _objects_of(verb: Token, lexicon: Lexicon) -> list[Token]:
    """The verb's objects, also through "what they called …", "attempts to …" and a shared or relative object."""
    found: list[Token] = []
    if american(verb.lemma_) == "blame" and (blamed := list(objects(verb, {"on"}))):
        return blamed
    for child in children(verb, "dobj", "dative", "ccomp", "pcomp"):
        if child.dep_ in {"ccomp", "pcomp"} or child.lower_ == "what":
            found += _so_called(child, lexicon)
        elif child.dep_ == "dobj":
            found += coordinated(antecedent(child))
    if not found and verb.dep_ == "relcl" and not children(verb, "prep", "xcomp"):
        whose = children(verb, "nsubj")
        if whose and whose[0].lower_ not in {"who", "which", "that"}:  # "the policy Xi denounced"
            found = coordinated(verb.head)
    if not found:  # "condemned and rejected the sanctions"
        for child in children(verb, "conj"):
            if child.pos_ == "VERB" and child.i - verb.i <= _ADJACENT:
                found += [each for o in children(child, "dobj") for each in coordinated(antecedent(o))]
    return found


def _so_called(clause: Token, lexicon: Lexicon) -> list[Token]:
    """The target in "what they called US interference" or "what he described as a sham"."""
    verb = clause.head if clause.lower_ == "what" else clause
    if american(verb.lemma_) not in lexicon.judging or not any(t.lower_ == "what" for t in verb.subtree):
        return []
    found = [e for c in children(verb, "oprd", "attr", "dobj") if c.lower_ != "what" for e in coordinated(c)]
    return found or list(objects(verb, {"as"}))


def _phrasal(verb: Token, lemma: str, lexicon: Lexicon) -> Iterator[Finding]:
    """As in "objected to the plan", "lashed out at Berlin", "came out against", "took aim at"."""
    for phrase, label in lexicon.phrasal[lemma].items():
        *inner, last = phrase.split()
        targets = list(_after(verb, inner, last))
        if targets:
            who = subject(verb, lexicon)
            if is_demanded(verb):
                who = who._replace(tokens=speakers(verb, lexicon), wished=True)
            yield from _paired(who, targets, label, PLAIN, verb)
            return


def _after(verb: Token, inner: list[str], last: str) -> Iterator[Token]:
    """Objects of the preposition ``last`` that follows the words ``inner`` after the verb, however they attach."""
    start = verb.i + 1
    words = [each.lower_ for each in verb.doc[start : start + len(inner) + 3]]
    if inner and not any(words[skip : skip + len(inner) + 1] == [*inner, last] for skip in range(3)):
        return
    for token in verb.doc[start : min(len(verb.doc), start + len(inner) + (4 if inner else 12))]:
        if token.lower_ == last and token.pos_ in {"ADP", "SCONJ", "ADV", "PART"} and verb in token.ancestors:
            if not inner and token.head != verb:
                continue
            for noun in children(token, "pobj"):
                yield from coordinated(noun)


def _noun(noun: Token, label: StanceLabel, lexicon: Lexicon) -> Iterator[Finding]:
    """As in "US criticism of China", "voiced support for Kyiv", "drew condemnation from Berlin", "in opposition to"."""
    if is_hedged(noun):
        return
    verb, preposition = _governor(noun)
    kind = lexicon.light.get(american(verb.lemma_), "") if verb is not None else ""
    lacking = any(child.lower_ in {"no", "little"} for child in children(noun, "det", "amod"))
    owners = possessors(noun) + list(objects(noun, {"by", "from"}))
    who = subject(verb, lexicon) if verb is not None and (kind or preposition == "in") else NONE
    who = who._replace(negated=who.negated ^ lacking ^ (kind == "undo"))
    enjoyed = verb is not None and label == "favor" and preposition == "" and american(verb.lemma_) in _ENJOYS
    if enjoyed and (givers := list(objects(noun, {"of"}))):  # "maintains the support of Berlin"
        yield from _paired(who._replace(tokens=givers), who.tokens, label, NOMINAL, noun)
        return
    if kind == "take" and verb is not None and preposition in {"", "under", "with"}:
        givers = owners or list(objects(verb, {"from", "by"}))
        yield from _paired(who._replace(tokens=givers), who.tokens, label, NOMINAL, noun)
        return
    targets = _targets_of(noun, verb if kind == "give" else None, lexicon, label == "favor" and preposition == "with")
    owners = [each for each in owners if each not in targets]
    if not owners or kind == "give":
        yield from _paired(who, targets, label, NOMINAL, noun)
    yield from _paired(who._replace(tokens=owners), targets, label, NOMINAL, noun)


def _targets_of(noun: Token, light: Token | None, lexicon: Lexicon, supported: bool) -> list[Token]:
    """What the noun is about. ``supported``: in "with the support of Kyiv" it is Kyiv's, so "of" is no way there."""
    for preposition in lexicon.noun_prepositions:
        if supported and preposition == "of":
            continue
        if found := list(objects(noun, {preposition})):
            return found
    if light is None:
        return []
    # "pledged support on Monday for Kyiv", as parsed
    return [each for each in objects(light, {"for", "to", "on", "against", "of"}) if each.i > noun.i]


def _agent(noun: Token, label: StanceLabel) -> Iterator[Finding]:
    """As in "Jones, a critic of Putin", "is an ally of Orban", "Trump supporters"."""
    targets = list(objects(noun, {"of"})) or [each for each in possessors(noun) if each.pos_ == "PROPN"]
    holders = [noun]
    if noun.dep_ == "appos":
        holders = [noun.head]
    elif noun.dep_ == "attr" and noun.head.lemma_ in _COPULAS:
        if is_negated(noun.head) or is_hedged(noun.head):
            return
        holders = [e for c in children(noun.head, "nsubj") for e in coordinated(antecedent(c))]
    yield from _paired(Subject(holders), targets, label, NOMINAL, noun)


def _governor(noun: Token) -> tuple[Token | None, str]:
    """The verb that the noun hangs on, and the preposition between them, if any."""
    top = noun
    while top.dep_ == "conj" and top.head.pos_ in {"NOUN", "PROPN"}:
        top = top.head
    if top.dep_ in {"dobj", "attr", "nsubjpass", "oprd"}:
        return top.head, ""
    if top.dep_ == "pobj":
        verb = top.head.head
        while verb.dep_ in {"prep", "advmod", "conj"} and verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        return (verb if verb.pos_ in {"VERB", "AUX"} else None), top.head.lower_
    return None, ""


def _adjective(word: Token, label: StanceLabel, lexicon: Lexicon) -> Iterator[Finding]:
    """As in "is opposed to the bill", "remains critical of Israel", "is against"."""
    if word.lower_ == "against":
        targets = [each for noun in children(word, "pobj") for each in coordinated(noun)]
        if word.dep_ != "prep" or word.head.lemma_ != "be":
            return
    else:
        targets = list(objects(word, lexicon.adjective_prepositions))
    head = word if word.pos_ == "VERB" and children(word, "nsubjpass", "auxpass") else word.head
    while head.dep_ in {"conj", "acomp"} and head.pos_ == "ADJ":
        head = head.head
    if not targets or is_hedged(head):
        return
    if head == word:
        passive = [e for c in children(word, "nsubjpass") for e in coordinated(antecedent(c))]
        yield from _paired(Subject(passive, negated=is_negated(word)), targets, label, PLAIN, word)
    elif head.pos_ in {"VERB", "AUX"} and american(head.lemma_) in _COPULAS | {"make"}:
        yield from _paired(subject(head, lexicon), targets, label, PLAIN, word)
    elif word.dep_ == "amod" and head.pos_ in {"NOUN", "PROPN"} and word.i > head.i:  # "lawmakers critical of"
        yield from _paired(Subject(coordinated(head)), targets, label, NOMINAL, word)


def _judgment(word: Token, label: StanceLabel, lexicon: Lexicon) -> Iterator[Finding]:
    """As in "Xi said the policy was a threat": the speaker judges; with no speaker it is the author's voice."""
    top = word.head if word.dep_ in {"conj", "amod"} and word.head.dep_ in {"attr", "acomp", "dobj"} else word
    copula = top.head
    if top.dep_ not in {"attr", "acomp", "dobj"} or american(copula.lemma_) not in _COPULAS or is_hedged(copula):
        return
    if word.dep_ == "amod" and word.pos_ != "ADJ":
        return
    judged = subject(copula, lexicon)
    if judged.negated or judged.cancelled:
        return
    who = Subject([each for each in speakers(copula, lexicon) if each not in judged.tokens])
    yield from _paired(who, judged.tokens, label, JUDGED, word)


def _called(verb: Token, lexicon: Lexicon) -> Iterator[Finding]:
    """As in "called the sanctions illegal", "described Xi as a dictator", "dismissed the report as nonsense"."""
    complements = children(verb, "oprd", "acomp", "attr") + list(objects(verb, {"as"}))
    complements += [each for clause in children(verb, "ccomp") for each in (clause, *children(clause, "acomp", "attr"))]
    complements += [
        each for as_ in children(verb, "prep") if as_.lower_ == "as" for each in children(as_, "amod", "pcomp")
    ]
    for complement in complements:
        label = next((lexicon.judgments[each] for each in _lemmas(complement) if each in lexicon.judgments), None)
        if label is None:
            continue
        targets = [
            each for child in children(verb, "dobj") if child != complement for each in coordinated(antecedent(child))
        ]
        if complement.dep_ == "ccomp" or complement.head.dep_ == "ccomp":
            clause = complement if complement.dep_ == "ccomp" else complement.head
            targets = targets or [each for child in children(clause, "nsubj") for each in coordinated(child)]
        yield from _paired(subject(verb, lexicon), targets, label, JUDGED, verb)
        return


def _lemmas(complement: Token) -> list[str]:
    return [american(each.lemma_) for each in (complement, *children(complement, "amod", "conj"))]
