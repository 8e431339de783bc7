"""Rejected messages: how they become records on ``news.dead``, and how these are selected and replayed."""
