"""What MkDocs calls while it builds the site (``hooks`` in mkdocs.yml).

The pages at the repository's root (README, CONTRIBUTING and so on) become pages of the site, so that nothing is written
twice; links out of docs/ lead to the repository; the repository's address comes from pyproject.toml. The address is not
given to the theme as ``repo_url``: the theme would then ask GitHub for the number of stars, from each reader's browser.
"""

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from deploy.site import api_page
from deploy.site.links import ROOT, project, rewritten

FROM_THE_ROOT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "SECURITY.md": "security-policy.md",
    "CHANGELOG.md": "changelog.md",
}
ICON = "search/web/static/icon.svg"  # the page's own


def on_config(config: MkDocsConfig, **_: Any) -> MkDocsConfig:
    """Adds what pyproject.toml says: addresses, description, and the last entry of the navigation."""
    about = project()
    config.site_url = about["documentation"].rstrip("/") + "/"
    config.site_description = about["description"]
    config.extra["version_text"] = about["version"]
    config.nav = [*(config.nav or []), {"Source code": about["source"]}]
    return config


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Adds what is not in docs/: pages at the root, the icon, and the page of the API."""
    for source, page in FROM_THE_ROOT.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, "images/icon.svg", abs_src_path=str(ROOT / ICON)))
    described = api_page.description()
    files.append(File.generated(config, "api.md", content=api_page.page(described)))
    files.append(File.generated(config, "openapi.json", content=api_page.openapi(described)))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_: Any) -> str:
    """Makes the page's links right for the site."""
    back = {page: source for source, page in FROM_THE_ROOT.items()}
    pages = {back.get(file.src_uri, f"docs/{file.src_uri}"): file.src_uri for file in files}
    return rewritten(markdown, back.get(page.file.src_uri, f"docs/{page.file.src_uri}"), pages, project()["source"])
