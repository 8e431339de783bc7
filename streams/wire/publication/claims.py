"""Finds embargoes and statuses at any depth: takes a JSON object or XML element, returns claims.

A format reads the fields that it knows. What a provider adds beside them (``meta.embargoUntil``, ``<x:embargo>``,
``{"name": "embargo", "value": …}``) is found here by its name, at any depth, so that no embargo is overlooked because
its field is unknown. Subjects, keywords and attached members are about other things, and are skipped.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from streams.wire.publication.embargo_fields import Claim, kind_of, says_no
from streams.wire.publication.statuses import CERTAIN_NAMES, LOOSE_NAMES, NAMES, STATUSES, bare_status
from streams.wire.text import word_set
from streams.wire.xmls import Element, attribute, inner_text, name_of

# Branches that tell of what the story is about, or of other items.
ELSEWHERE = word_set(
    """
    subject subjects keyword keywords tag tags category categories topic topics place places people person persons
    organisation organisations organization organizations orgs entities concepts genre genres associations related
    relateditems links renditions altids images media enclosures attachments classifier tobjectsubject
    topicoccurrence subjectcode concept author authors
    """
)
# Where a plain "status" is the story's own, though it does not lie at the top.
ABOUT_THE_STORY = word_set(
    """
    meta metadata itemmeta management newsmanagement admin administrative administrativemetadata publishing
    publication workflow editorial lifecycle
    """
)
NAMING = ("name", "key", "type", "rel", "role", "property", "label", "qcode", "code", "formalname", "field")
TELLING = ("type", "rel", "role", "key", "property", "formalname")  # names what it is, with no value beside it
VALUED = ("value", "content", "date", "time", "datetime", "until", "end", "$date", "text", "norm")
PUBLISHED = word_set(
    """
    published ispublished publishable ispublishable usable isusable canpublish public ispublic released isreleased
    approved isapproved cleared iscleared ready isready
    """
)  # where it is said to be not so, the story is withheld
# Where it is said to be so, the story is killed.
GONE = word_set(
    """
    deleted isdeleted killed iskilled withdrawn iswithdrawn retracted isretracted canceled cancelled iscanceled
    iscancelled takendown istakendown takedown istakedown
    """
)
GONE_SINCE = word_set("deletedat dateleted datedeleted deletedon killedat withdrawnat retractedat retractedon")
# What a message does with its story, and the words by which it kills it.
ACTIONS = word_set(
    "action operation op changetype typeofchange updatetype versiontype eventtype event verb messagetype command"
)
KILLING = word_set(
    """
    delete deleted deletion kill killed mandatorykill withdraw withdrawn withdrawal retract retracted retraction
    cancel canceled cancelled takedown unpublish annul annulled
    """
)
# Fields of orders to the desk: there the word alone is one. Elsewhere it may be what the story is about.
DIRECTIVES = word_set(
    """
    flag flags restriction restrictions instruction instructions priority lifecycle usage handling sensitivity condition
    conditions notice notices marker markers warning warnings
    """
)
HOLDING = word_set("embargo embargoed underembargo strictembargo withheld withhold hold onhold donotuse donotpublish")
EMBARGOED = word_set("embargoed underembargo strictlyembargoed")  # no story's subject
ROOTS = ("embarg", "sperr")
NO_STATUS = "(empty)"  # an element for a status that states none: not known, so it withholds
SHORTEST_LINE = 7  # characters: "EMBARGO"
ITEMS = word_set(
    """
    newsItem packageItem conceptItem knowledgeItem planningItem catalogItem NewsItem nitf item entry
    """
)
MOST_TEXTS = 200
_VALUES = etree.XPath(".//@*", smart_strings=False)  # of all attributes


class PublicationClaims(NamedTuple):
    """What was found: claims of embargoes, values of statuses, and texts in which words of an embargo may stand."""

    claims: list[Claim]
    statuses: list[Any]
    texts: list[str]


def in_json(item: dict[str, Any]) -> PublicationClaims:
    """What a decoded JSON object holds of embargoes and statuses."""
    stated = PublicationClaims([], [], [])
    # Branches still to be looked into: each with whether it lies at the top, and whether it is about the story.
    level: list[tuple[Any, bool, bool]] = [(item, True, True)]
    while level:
        inner: list[tuple[Any, bool, bool]] = []
        for branch, top, own in level:
            if isinstance(branch, dict):
                _object(branch, stated, inner, top=top, own=own)
            else:
                inner += [(one, False, own) for one in branch if isinstance(one, dict | list)]
                stated.texts.extend(one for one in branch if isinstance(one, str) and len(one) >= SHORTEST_LINE)
        level = inner
    del stated.texts[MOST_TEXTS:]
    return stated


def _object(
    branch: dict[str, Any], stated: PublicationClaims, inner: list[tuple[Any, bool, bool]], *, top: bool, own: bool
) -> None:
    named = "" if top else _pair(branch, stated)
    for key, value in branch.items():
        kind = kind_of(key)
        letters = _letters(key)
        if kind and (top or kind != "flag"):
            stated.claims.append(Claim(key, value))
        elif letters in (NAMES if own else CERTAIN_NAMES) or (own and letters in LOOSE_NAMES and _hides(value)):
            stated.statuses.append(value)
        elif (letters in DIRECTIVES and _orders(value, HOLDING)) or (
            letters in ELSEWHERE and _orders(value, EMBARGOED)
        ):
            stated.claims.append(Claim(key, "embargo", "flag"))
        elif top and _kills(letters, value):
            stated.statuses.append("canceled")
        elif top and letters in PUBLISHED and value not in (None, "") and says_no(value):
            stated.claims.append(Claim(key, "unpublished", "flag"))
        elif isinstance(value, dict | list):
            if letters not in ELSEWHERE:
                inner.append((value, False, letters in ABOUT_THE_STORY))
        elif isinstance(value, str) and letters not in ELSEWHERE and value != named and len(value) >= SHORTEST_LINE:
            stated.texts.append(value)


def _pair(branch: dict[str, Any], stated: PublicationClaims) -> str:
    """Take an embargo written as a name beside its value, or as the type of a restriction; gives that name."""
    lowered = {key.lower(): value for key, value in branch.items()}
    for name in NAMING:
        named = lowered.get(name)
        if not isinstance(named, str) or kind_of(_last(named)) not in ("end", "about", "lifted"):
            continue
        value = next((lowered[key] for key in VALUED if key in lowered), True if name in TELLING else None)
        stated.claims.append(Claim(_last(named), value))
        return named
    return ""


def in_xml(element: Element) -> list[Claim]:
    """Claims of embargoes among an element, all within it and all their attributes, by their names."""
    return [claim for inner in element.iter() for claim in of_element(inner, element)] if _may_claim(element) else []


def _may_claim(item: Element) -> bool:
    """Whether anything within an item has a name or value that could hold it back: one look for all its elements."""
    inner = list(item.iter())
    names = frozenset({element.tag for element in inner}.union(*(element.keys() for element in inner)))
    return _one_may_claim(names) or any(map(" ".join(_VALUES(item)).lower().__contains__, ROOTS))


@lru_cache(maxsize=1024)  # a provider's items have the same names
def _one_may_claim(names: frozenset[Any]) -> bool:
    return any(kind_of(name.rpartition("}")[2]) for name in names if isinstance(name, str))


def around_items(root: Element) -> list[Claim]:
    """Claims in an envelope around items, which holds for all of them."""
    found: list[Claim] = []
    level = [] if name_of(root) in ITEMS else [root]
    while level:
        for element in level:
            found.extend(of_element(element, root))
        level = [inner for element in level for inner in element if name_of(inner) not in ITEMS]
    return found


def of_element(element: Element, item: Element) -> Iterator[Claim]:
    """The claims of one element itself: by its name, its attributes' names, or a name beside a value."""
    name = name_of(element)
    kind = kind_of(name)
    if not kind and not element.attrib:
        return
    parent = element.getparent() if kind == "flag" else None  # None where the element is the document's root
    if parent is not None and (parent is item or name_of(parent) == "control"):
        yield Claim(name, inner_text(element) or None)  # such as Atom's <app:control><app:draft>
    attributes = {str(key).rpartition("}")[2]: value for key, value in element.attrib.items()}
    if kind not in ("", "flag"):
        yield Claim(name, inner_text(element))
        yield from (Claim(name, _attribute(key, value)) for key, value in attributes.items() if key != "type")
    for key, value in attributes.items():
        if kind_of(key) not in ("", "flag"):
            yield Claim(key, value)
    if any(map(" ".join(attributes.values()).lower().__contains__, ROOTS)):
        yield from _named(element, attributes)


def stated_by(element: Element) -> str:
    """What an element for a status states: by one of its attributes, or its text; `NO_STATUS` for nothing."""
    said = attribute(element, "qcode", "uri", "literal", "FormalName", "value", "Value", "code", "name", "state")
    return said or inner_text(element) or " ".join(element.attrib.values()).strip() or NO_STATUS


def is_status_name(name: str) -> bool:
    """Whether a field of this name states the status of a story."""
    return _letters(name) in NAMES


def _orders(value: Any, orders: frozenset[str]) -> bool:
    """Whether a value, or one in a list, is one of these words and nothing else."""
    words = {bare_status(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}
    return bool(words & orders)


def _kills(letters: str, value: Any) -> bool:
    """Whether a field of these letters says that its story is no more."""
    if letters in GONE:
        return value is True or (
            isinstance(value, str | int) and str(value).strip().lower() in ("true", "yes", "y", "1")
        )
    if letters in GONE_SINCE:
        return isinstance(value, str | int | float) and not says_no(value)
    return letters in ACTIONS and _orders(value, KILLING)


def _hides(value: Any) -> bool:
    return isinstance(value, str) and STATUSES.get(bare_status(value), "usable") != "usable"


def _attribute(key: str, value: str) -> Any:
    """An attribute of an embargo: a time or a flag as it is; of any other attribute, only that it is there."""
    return value if key.lower() in VALUED or kind_of(key) else None


def _named(element: Element, attributes: dict[str, str]) -> Iterator[Claim]:
    if name_of(element) == "a" or _letters(name_of(element)) in ELSEWHERE:
        return
    lowered = {key.lower(): value for key, value in attributes.items()}
    for name in NAMING:
        named = lowered.get(name, "")
        if len(named) < SHORTEST_LINE or kind_of(_last(named)) not in ("end", "about", "lifted"):
            continue
        beside = inner_text(element) or (True if name in TELLING else None)
        yield Claim(_last(named), next((lowered[key] for key in VALUED if key in lowered), beside))
        return


def _last(named: str) -> str:
    """A name without its vocabulary: ``ext:embargo`` and ``http://…/embargo`` are ``embargo``; a sentence is none."""
    last = named[:200].rpartition("/")[2].rpartition(":")[2].strip()
    return last if len(last.split()) <= 3 else ""  # noqa: PLR2004 - names, not sentences


@lru_cache(maxsize=8192)
def _letters(name: str) -> str:
    return "".join(c for c in name[:100].lower() if c.isalpha())
