"""Feeds put the provider's original bytes on news.raw (kafka-python)."""
