"""Feeds put the provider's own bytes on news.raw (kafka-python)."""
