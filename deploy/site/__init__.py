"""The documentation site: the pages of docs/ and those at the repository's root, built by MkDocs (mkdocs.yml)."""
