"""A client of Newswire's JSON API, for threads and for asyncio, with types for all that it answers."""

from newswire_client.asynchronous import AsyncNewswire
from newswire_client.client import Newswire
from newswire_client.errors import Denied, Killed, NewswireError, NotFound, Unavailable
from newswire_client.events import Gone, KillNotice, LiveEvent, LiveStory, Notices
from newswire_client.models import Filters, FoundStories, FoundStory, RisingValue, Stance, StanceCount, Story, Timeline

__all__ = [
    "AsyncNewswire",
    "Denied",
    "Filters",
    "FoundStories",
    "FoundStory",
    "Gone",
    "KillNotice",
    "Killed",
    "LiveEvent",
    "LiveStory",
    "Newswire",
    "NewswireError",
    "NotFound",
    "Notices",
    "RisingValue",
    "Stance",
    "StanceCount",
    "Story",
    "Timeline",
    "Unavailable",
]
