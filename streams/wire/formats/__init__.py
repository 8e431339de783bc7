"""The wire formats, one module each: bytes, JSON or XML in, drafts of articles out."""
