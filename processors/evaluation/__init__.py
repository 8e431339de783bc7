"""Scores on labelled files. Nothing in production needs this."""
