"""Feeds: put providers' original bytes on ``news.raw`` (kafka-python)."""
