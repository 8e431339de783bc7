"""How a story is read: its text in marked pieces, what changed between versions, its neighbours in a list."""
