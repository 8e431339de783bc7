"""What a release checks and takes from the repository."""

import re
from pathlib import Path

import pytest

from deploy import release
from deploy.site.links import project

CHANGELOG = """# Changelog

## Unreleased
- Not yet.

## 0.2.0 (2027-01-01)
- Feeds: [faster](docs/feeds.md#http).

## 0.1.0 (2026-11-26)
- The first.
"""
ABOUT = {"version": "0.2.0", "source": "https://github.com/us/newswire"}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "project", lambda: ABOUT)
    return tmp_path


def test_a_tag_that_fits_is_released(repository: Path) -> None:
    assert release.main(["check", "v0.2.0", "https://github.com/Us/Newswire"]) == 0


@pytest.mark.parametrize(
    ("tag", "address", "said"),
    [
        ("v0.3.0", ABOUT["source"], "pyproject.toml has version 0.2.0"),
        ("0.2.0", ABOUT["source"], "tag v0.2.0"),
        ("v0.2.0", "https://github.com/them/newswire", "but this is https://github.com/them/newswire"),
    ],
)
def test_what_does_not_agree_is_said(
    repository: Path, capsys: pytest.CaptureFixture[str], tag: str, address: str, said: str
) -> None:
    assert release.main(["check", tag, address]) == 1
    assert said in capsys.readouterr().err


def test_a_version_that_the_changelog_does_not_know_is_not_released(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "CHANGELOG.md").write_text(CHANGELOG.replace("## 0.2.0", "## Unreleased"))
    assert release.main(["check", "v0.2.0", ABOUT["source"]]) == 1
    assert "no section '## 0.2.0'" in capsys.readouterr().err


def test_the_notes_are_the_versions_section_with_links_that_work_elsewhere(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.section("0.1.0") == "- The first.\n"
    assert release.section("0.1") == "", "no section, rather than another version's"
    assert release.main(["notes"]) == 0
    assert capsys.readouterr().out == (
        "- Feeds: [faster](https://github.com/us/newswire/blob/v0.2.0/docs/feeds.md#http).\n"
    )


def test_the_readme_on_pypi_has_no_relative_link(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["readme"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"\]\((?!https://|#)[^)]*\)", shown) == []
    assert f"{project()['source']}/raw/v{project()['version']}/docs/images/wire.png" in shown


def test_anything_else_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main([]) == 2
    assert "deploy.release check" in capsys.readouterr().err
