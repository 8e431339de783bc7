"""Where indexed documents are kept and found: Elasticsearch, or SQLite as the embedded store."""
