"""Alerts of saved searches: which incoming stories match, which alerts follow, and how they are worded. Pure."""
