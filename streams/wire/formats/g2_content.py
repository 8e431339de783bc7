"""The ``contentSet`` of NewsML-G2: takes its element, fills a draft from the best of its renditions."""

import base64
import binascii

from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.idf import fill_from_idf
from streams.wire.formats.languages import LanguageText, add_languages, same_language
from streams.wire.formats.nitf import fill_from_body
from streams.wire.formats.sportsml import sports_text
from streams.wire.markup import element_text, prose
from streams.wire.raw import NotAnArticle
from streams.wire.xmls import XML_LANG, Element, attribute, child, children, descendants, inner_text, name_of

FORMAT = "newsml-g2"


def has_inline_text(item: Element) -> bool:
    """Whether an item of an unknown class has text all the same."""
    content = child(item, "contentSet")
    return content is not None and any(_rank(rendition, Draft(format=FORMAT)) for rendition in content)


def language_of(rendition: Element) -> str:
    """The language that a rendition, or the document in it, says it is in."""
    inner = rendition[0] if len(rendition) and name_of(rendition[0]) else None
    return attribute(rendition, XML_LANG) or attribute(inner, XML_LANG, "lang", "baselang")


def fill_from_content(content: Element | None, draft: Draft, meta: Element | None) -> None:
    """Fill a draft from the best rendition in its language, and after it from the best in every other language.

    ``meta`` is the item's ``contentMeta``, which has the headlines.
    """
    ranked = [(rank, one) for one in (content if content is not None else ()) if (rank := _rank(one, draft)) > 0]
    if len(ranked) < 2:  # noqa: PLR2004 - nearly all: nothing to choose from, no further language
        for _, only in ranked:
            _render(only, draft)
        return
    best: dict[str, tuple[int, Element]] = {}  # by language: NITF before XHTML before plain text
    for rank, rendition in ranked:
        language = language_of(rendition)[:2].lower()
        if language not in best or rank > best[language][0]:
            best[language] = rank, rendition
    _, first = max(ranked, key=lambda pair: pair[0])
    _render(first, draft)
    others = [
        one for _, one in best.values() if not same_language(language_of(one), language_of(first) or draft.language)
    ]
    if others and (said := language_of(first)):
        draft.language = draft.language if same_language(draft.language, said) and draft.language else said
    add_languages(draft, [_in_its_language(rendition, meta) for rendition in others])


def _in_its_language(rendition: Element, meta: Element | None) -> LanguageText:
    draft = Draft(format=FORMAT, language=language_of(rendition))
    headlines = [
        e for e in children(meta, "headline") if attribute(e, XML_LANG)[:2].lower() == draft.language[:2].lower()
    ]
    draft.headline = inner_text(next(iter(headlines), None))
    _render(rendition, draft)
    return LanguageText(draft.language, draft.headline, draft.body)


def _rank(rendition: Element, draft: Draft) -> int:
    name, kind = name_of(rendition), attribute(rendition, "contenttype").lower()
    if name not in ("inlineXML", "inlineData") or not (len(rendition) or (rendition.text or "").strip()):
        return 0
    rank = 10 if same_language(language_of(rendition), draft.language) else 1
    inner = name_of(rendition[0]).lower() if len(rendition) else ""
    if inner == "nitf" or "nitf" in kind:
        return rank + 5
    if "html" in kind or inner in ("html", "body", "div", "p", "section", "article"):
        return rank + 4
    return rank + (3 if name == "inlineData" and kind.startswith(("text/", "")) else 2)


def _render(rendition: Element, draft: Draft) -> None:
    first = next((e for e in rendition if name_of(e)), None)
    if first is None:
        draft.body = _data(rendition)
        return
    if name_of(first).lower() == "nitf":
        fill_from_body(first, draft)
        return
    if name_of(first) == "idf":
        fill_from_idf(first, draft)
        return
    if name_of(first) == "events":
        raise NotAnArticle("events: not an article", "event", draft.guid, draft.headline)
    if name_of(first) == "sports-content":
        draft.body = sports_text(first)
        draft.notes.append("body: made from SportsML")
        return
    draft.body = element_text(rendition)
    if not draft.headline:
        title = next(iter((*descendants(first, "h1"), *descendants(first, "title"))), None)
        draft.headline = inner_text(title)


def _data(rendition: Element) -> str:
    text = rendition.text or ""
    if "base64" in attribute(rendition, "encoding").lower():
        try:
            text = base64.b64decode(text, validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise Rejected(f"inlineData: not base64 as it says: {error}") from error
    return prose(text, markup="html" in attribute(rendition, "contenttype").lower())
