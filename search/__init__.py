"""Where indexed documents are kept and found: Elasticsearch, or SQLite as the embedded store."""

from search.open import open_store

__all__ = ["open_store"]
