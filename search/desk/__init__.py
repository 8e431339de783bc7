"""What each reader keeps: saved searches, watch-lists, collections, notes, tags, claims, what they read; and sessions.

A small database of its own, beside the index. Everything is kept by a story's id, and nothing of its text, so that a
kill is not outlived by a copy.
"""

from search.desk.database import DeskUnavailable, open_database
from search.desk.desk import Desk

__all__ = ["Desk", "DeskUnavailable", "open_database"]
