"""Makes records of items that are no text: pictures, videos, events, packages.

Takes why something is no article, gives the item: what an article is but for its kind, so that versions, kills,
embargoes and rights are judged by the same rules. It is short, since a wire may be full of them.
"""

import msgspec

from streams.errors import Rejected
from streams.records import ITEMS_NEED, Article
from streams.wire.draft import Draft
from streams.wire.finishing import finish
from streams.wire.profile import Profile
from streams.wire.raw import REFERENCE, NotAnArticle, ParseLimits, Raw
from streams.wire.text import shorten

LONGEST = 2000  # characters of a caption or a text on rights
MOST = 50  # subjects, places, keywords, links


def draft_of(why: NotAnArticle) -> Draft | None:
    """What the format states of an item that is no article; ``None`` if that is not enough to identify it."""
    draft = why.draft
    if not isinstance(draft, Draft) or why.kind == REFERENCE or not (draft.guid or why.guid):
        return None
    draft.guid = draft.guid or why.guid
    draft.headline = draft.headline or why.title
    if not (draft.headline or draft.body):
        draft.headline = f"{why.kind} {draft.guid}"
    draft.body = shorten(draft.body, LONGEST)
    return draft


def item_of(draft: Draft, kind: str, raw: Raw, limits: ParseLimits, profile: Profile) -> Article | None:
    """The item of a draft; ``None`` for one that breaks a limit."""
    short = msgspec.structs.replace(
        limits, max_terms_characters=min(LONGEST, limits.max_terms_characters), max_list=MOST
    )
    try:
        item = finish(draft, raw, short, profile)
    except Rejected:
        return None
    return msgspec.structs.replace(item, item_class=kind, kills=None, needs=ITEMS_NEED)
