"""The embedded store: one SQLite file, its tables, and what is asked of them."""
