"""Makes the headline that readers see: removes editorial signs, and finds a headline for drafts without one.

A sign says what kind of version it is (`editorial_signs`, `editorial_notes`), and is removed. An alert without a
headline, or with one that says no more than "Alert", gets its one sentence as headline.
"""

import re

from streams.wire.datelines import without_dateline
from streams.wire.draft import Draft
from streams.wire.publication.editorial_notes import (
    is_note,
    kind_in_note,
    kind_of_closing,
    read_opening,
    split_headline,
)
from streams.wire.publication.editorial_signs import SignedKind, kind_in_slug, read_headline
from streams.wire.text import clean_line, plain, shorten

LONGEST_COMPARED = 40  # characters of a repeated line, before all of it
LONGEST_ALERT = 300  # characters of its sentence
LONGEST_TAIL = 60  # characters of what may follow it
LONGEST_STAND_IN = 120
LONGEST_SAYING_NOTHING = 40  # characters

# Headlines that say only how urgent a story is.
_SAY_NOTHING = frozenset(
    "alert alerte alerta flash urgent urgente bulletin snap newsflash breaking blitz blitzmeldung eil eilmeldung lampo"  # noqa: SIM905
    " haste hast spoed dringend newsalert apnewsalert alarm pika pikauutinen untitled headline betreff".split()
) | {
    "news alert",
    "ap news alert",
    "breaking news",
    "ultima hora",
    "news flash",
    "flash urgent",
    "eilt",
    "priorite",
    "pilne",
    "haster",
    "lynmelding",
    "срочно",
    "молния",
    "速報",
    "عاجل",
    "no headline",
    "sans titre",
    "ohne titel",
}
_AGENCY = re.compile(r"^(?:ap|afp|dpa|reuters|efe|ansa|apa|sda|ats|belga|anp|ntb|tt|upi|pa|pti|lusa|aap)[ -](?=[a-z])")
_SHOUT = re.compile(  # before the sentence itself: *** FLASH *** Pope dies
    r"^\W{0,6}(?:FLASH|ALERTE?|ALERTA|URGENTE?|EIL|EILMELDUNG|BREAKING(?: NEWS)?|SNAP|BULLETIN|LAMPO)"
    r"\s?[*+:–—=-]{1,3}\s{0,2}"
)
_TAIL = re.compile(  # initials, the agency, "more to follow"
    r"(?-i:[a-z]{2,6}(?:[-/ ][a-z]{1,4}){0,6}|\(?[A-Z]{2,10}\)?|/{2,3})|\W{0,6}(?:more(?: to (?:follow|come))?"
    r"|mehr folgt|weiteres folgt|suite"
    r"|plus (?:à|a) suivre|suivra|développement suit|seguirá|ampliará|segue|fin|end)\W{0,6}",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[\"“«]?[A-ZÀ-Ý])")


def extract_signs(draft: Draft) -> SignedKind:
    """Remove the editorial signs from a draft's headline and text; gives the kind that they and its notes state."""
    headline = read_headline(draft.headline)
    if headline.signs:
        draft.headline = clean_line(headline.line)
        draft.notes.append(f"headline: without {', '.join(repr(sign) for sign in headline.signs)}")
    draft.headline, note = split_headline(draft.headline)
    if not note and draft.headline[:1] in {"(", "[", "*"} and is_note(draft.headline):  # of a text: its first line
        (draft.headline, _, draft.body), note = draft.body.partition("\n"), draft.headline
        draft.body = draft.body.lstrip("\n")
    if note:
        draft.add_editorial_note(note)
        draft.notes.append(f"headline: without {note[:200]!r}")
    opening = read_opening(draft.body)
    if opening.lines:
        draft.body = opening.body
        draft.add_editorial_note(*opening.lines)
    of_text = opening.kind, kind_of_closing(draft.body)
    kinds = headline.kind, *of_text, kind_in_slug(draft.slugline), kind_in_note(draft.editorial_note)
    return "correction" if "correction" in kinds else "update" if "update" in kinds else ""


def head(draft: Draft) -> None:
    """Give a draft without a headline one: an alert's sentence, else the slugline, else its first line. It is noted."""
    said = _says_nothing(draft.headline)
    if (draft.headline and not said) or not draft.body:
        return
    if sentence := _alert(draft.body):
        draft.notes.append(f"headline: {'only ' + repr(said) if said else 'none'}, taken from the one sentence")
        draft.headline = sentence
    elif draft.headline:
        return
    elif draft.slugline and not _says_nothing(draft.slugline):
        draft.headline = draft.slugline
        draft.notes.append("headline: none, taken from the slugline")
    else:
        draft.headline = shorten(clean_line(draft.body.partition("\n")[0]), LONGEST_STAND_IN)
        draft.notes.append("headline: none, taken from the first line of the body")


def drop_repeated(draft: Draft) -> None:
    """Drop a first paragraph that repeats the headline or the byline, since `Article.text` would have it twice."""
    for line in (draft.headline, draft.byline):
        if not line or not draft.body.startswith(line[:LONGEST_COMPARED].partition(" ")[0]):
            continue
        for end in ("\n", "\n\n"):  # it may go over several lines there
            first, _, rest = draft.body.partition(end)
            if len(first) <= 2 * len(line) and rest.strip() and clean_line(first) == line:
                draft.body = rest.lstrip("\n")
                break


def _says_nothing(headline: str) -> str:
    if len(headline) > LONGEST_SAYING_NOTHING:
        return ""
    bare = _AGENCY.sub("", plain(headline).strip(" *+=:!.-–/#'\"()[]"))
    return headline if not bare or bare in _SAY_NOTHING or bare.replace("-", " ") in _SAY_NOTHING else ""


def _alert(body: str) -> str:
    """The sentence that is all of a text, without its dateline; "" where the text has more."""
    lines = [
        line
        for text in body[: 4 * LONGEST_ALERT].split("\n")
        if (line := text.strip(" =/*+")) and not _says_nothing(line)
    ]
    if (
        not lines
        or len(body) > LONGEST_ALERT + 2 * LONGEST_TAIL
        or not all(len(line) <= LONGEST_TAIL and _TAIL.fullmatch(line) for line in lines[1:])
    ):
        return ""
    sentence = clean_line(lines[0])
    sentence = without_dateline(_SHOUT.sub("", sentence))
    is_one = sentence and len(sentence) <= LONGEST_ALERT and not _SENTENCE_END.search(sentence)
    return sentence if is_one else ""
