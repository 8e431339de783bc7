"""Links that are relative to a file of the repository, made right for where the file is shown: on the site, on PyPI.

Takes Markdown, the file that it is from, and which files are pages there; gives the Markdown with other links. A link
to a page becomes relative to that page; a link to another file of ours becomes its address in the repository. A link
to nothing stays as it is, and MkDocs reports it.
"""

import posixpath
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")
PICTURES = (".png", ".svg", ".jpg")


def project() -> dict[str, str]:
    """From pyproject.toml: the version, the description, and the addresses under their names in lower case."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    addresses = {name.lower(): address for name, address in about["urls"].items()}
    return addresses | {"version": about["version"], "description": about["description"]}


def rewritten(markdown: str, source: str, pages: Mapping[str, str], repository: str, version: str = "main") -> str:
    """The Markdown of ``source`` with other links; ``pages`` maps files of the repository to files of the site."""
    folder = posixpath.dirname(source)
    here = posixpath.dirname(pages.get(source, "")) or "."

    def change(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link["target"]))
        if f"{target}/README.md" in pages:
            target = f"{target}/README.md"
        if target in pages:
            address = posixpath.relpath(pages[target], here)
        elif (ROOT / target).exists():
            kind = "raw" if target.endswith(PICTURES) else "tree" if (ROOT / target).is_dir() else "blob"
            address = f"{repository}/{kind}/{version}/{target}"
        else:
            address = link["target"]
        return f"]({address}{link['anchor'] or ''})"

    return LINK.sub(change, markdown)
