"""Infomaker's document format inside NewsML-G2: takes its element, fills a draft.

Source: IDF 1.0, ``group`` and ``element`` with a type each. What is no text (``object``) is left out.
"""

from streams.wire.draft import Draft
from streams.wire.markup import element_text
from streams.wire.xmls import Element, attribute, name_of

HEADLINES = frozenset(["headline", "title"])


def fill_from_idf(root: Element, draft: Draft) -> None:
    """Headline, byline, dateline and text of an ``idf`` element, where the draft has none yet."""
    paragraphs: list[str] = []
    for element in root.iter("{*}element"):
        if any(name_of(around) == "object" for around in element.iterancestors()):
            continue
        kind = attribute(element, "type").lower().rpartition("/")[2]
        text = element_text(element)
        line = " ".join(text.split())
        if kind in HEADLINES and not draft.headline:
            draft.headline = line
        elif kind in HEADLINES and line == draft.headline:
            continue
        elif kind == "dateline" and not draft.dateline:
            draft.dateline = line
        elif kind in ("byline", "author") and not draft.byline:
            draft.byline = line
        elif text and not (kind == "dateline" and line == draft.dateline):
            paragraphs.append(text)
    draft.body = "\n\n".join(paragraphs) or element_text(root)
