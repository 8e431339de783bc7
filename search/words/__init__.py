"""The words of texts in several languages."""
