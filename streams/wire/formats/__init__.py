"""The wire formats, one module each: take bytes, JSON or XML, return drafts of articles."""
