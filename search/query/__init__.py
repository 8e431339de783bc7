"""What a reader can ask, the same for both stores: the query language, its fields, times and ranking."""
