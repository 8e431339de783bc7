"""Grouping of stories by event: the index stage publishes what it wrote, and one process groups the stories."""
