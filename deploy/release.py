"""What a release takes from the repository (.github/workflows/release.yml).

    python -m deploy.release check v0.1.0 https://github.com/OWNER/REPOSITORY
    python -m deploy.release notes      # the changelog's section of this version
    python -m deploy.release readme     # the README as PyPI shows it: its links lead to the repository

``check`` ends with status 1 where the tag, the version, the changelog and the repository's address do not agree.
"""

import re
import sys

from deploy.site.links import ROOT, project, rewritten


def section(version: str) -> str:
    """The changelog's section of ``version``, without its heading; empty where there is none."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(rf"^## {re.escape(version)}(?: [^\n]*)?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found[1].strip() + "\n" if found else ""


def problems(tag: str, repository: str) -> list[str]:
    """What would be wrong with a release of ``tag`` from ``repository``."""
    about = project()
    found = []
    if tag != f"v{about['version']}":
        found.append(f"the tag is {tag}, but pyproject.toml has version {about['version']}: tag v{about['version']}")
    if not section(about["version"]):
        found.append(f"CHANGELOG.md has no section '## {about['version']}': rename Unreleased")
    if repository.lower() != about["source"].lower():
        found.append(f"pyproject.toml says that the source is at {about['source']}, but this is {repository}")
    return found


def outside(markdown: str, source: str) -> str:
    """The Markdown of ``source`` with addresses in the repository, at this version, in place of relative links."""
    about = project()
    return rewritten(markdown, source, {}, about["source"], f"v{about['version']}")


def main(arguments: list[str]) -> int:
    """Do what the arguments say; give the exit status."""
    match arguments:
        case ["check", tag, repository]:
            found = problems(tag, repository)
            sys.stderr.writelines(f"release: {problem}\n" for problem in found)
            return 1 if found else 0
        case ["notes"]:
            sys.stdout.write(outside(section(project()["version"]), "CHANGELOG.md"))
        case ["readme"]:
            sys.stdout.write(outside((ROOT / "README.md").read_text("utf-8"), "README.md"))
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
