"""Sets apart what a feed's entries say in further languages: takes an XML root, returns those parts by entry.

feedparser knows one title and one text of an entry, so of two languages it would mix both, or drop one. What is said in
a further language is taken out of the entry, and put into an entry of its own that is read in the same way.
"""

from lxml import etree

from streams.wire.xmls import XML_LANG, Element, name_of

TITLE = "title"
TEXTS = frozenset([TITLE, "content", "encoded", "summary", "description"])
MOST_LANGUAGES = 10


def set_apart(root: Element) -> dict[Element, list[tuple[str, Element]]]:
    """Take what is said in further languages out of a feed's entries: for each, languages and feeds of one entry."""
    found: dict[Element, list[tuple[str, Element]]] = {}
    for entry in root.iter("{*}item", "{*}entry"):
        if not any(part.get(XML_LANG) and name_of(part) in TEXTS for part in entry):
            continue
        further: dict[str, list[Element]] = {}
        for language, part in _in_further_languages(entry):
            further.setdefault(language, []).append(part)
        if further:
            found[entry] = [(tag, _feed(root, entry, parts)) for tag, parts in list(further.items())[:MOST_LANGUAGES]]
    return found


def _in_further_languages(entry: Element) -> list[tuple[str, Element]]:
    """The titles and texts that are not in the entry's own language: that of the feed around it, if a text has it."""
    stated = next((tag for one in (entry, *entry.iterancestors()) if (tag := _stated(one))), "")
    said = [
        (str(part.get(XML_LANG) or stated).strip()[:2].lower(), part)
        for part in entry
        if name_of(part) in TEXTS and "/mrss" not in part.tag
    ]
    titles = [language for language, part in said if name_of(part) == TITLE]
    texts = [language for language, part in said if name_of(part) != TITLE] or titles
    around = stated.strip()[:2].lower()
    own = around if around in texts else texts[0]
    # A title of another language stays where there is none in the text's own.
    return [(tag, part) for tag, part in said if tag != own and (own in titles or name_of(part) != TITLE)]


def _stated(around: Element) -> str:
    fields = (part.text for part in around if name_of(part) == "language")
    return around.get(XML_LANG) or next((text for text in fields if text), "")


def _feed(root: Element, entry: Element, parts: list[Element]) -> Element:
    """A feed of the same kind that has only these parts of an entry."""
    feed = etree.Element(root.tag, {key: value for key, value in root.items() if key != XML_LANG}, nsmap=root.nsmap)
    around = feed if name_of(root) in ("feed", "RDF") else etree.SubElement(feed, "channel")
    alone = etree.SubElement(around, entry.tag)
    alone.extend(parts)
    return feed
