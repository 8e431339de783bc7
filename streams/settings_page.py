"""docs/settings.md from the settings' own descriptions: ``python -m streams.settings_page > docs/settings.md``."""

import sys

from pydantic import SecretStr

from streams.settings import Settings

HEAD = """# Settings

Every setting is read from the environment, else from a `.env` file in the working directory. A secret (🔑) can also be
in a file; append `_FILE` to the setting's name, as in `NEWSWIRE_INDEX_PASSWORD_FILE=/run/secrets/index`. An invalid
value is rejected at start, with the setting's name. Generated from `streams/settings.py` by `make settings`.

| setting | default | meaning |
|---|---|---|
"""


def page() -> str:
    """The page, in Markdown: a row for each setting."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if isinstance(field.default, SecretStr) or field.default in ("", None) else f"`{field.default}`"
        secret = "🔑 " if isinstance(field.default, SecretStr) else ""
        rows.append(f"| `NEWSWIRE_{name.upper()}` | {default} | {secret}{field.description} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page())
