"""How the page is served, from its settings."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from search.http.keys import Denied
from streams.cli import serve as module
from streams.cli.page_login import desk_of, listed, login_of
from streams.cli.serve import options_of
from streams.errors import SettingsError
from streams.settings import read_settings


@pytest.mark.parametrize(
    "written", ["10.0.0.1 10.0.0.2", "10.0.0.1,10.0.0.2", "10.0.0.1, 10.0.0.2", " 10.0.0.1 ,,10.0.0.2,"]
)
async def test_addresses_and_names_are_parted_by_spaces_or_commas(written: str) -> None:
    assert listed(written) == {"10.0.0.1", "10.0.0.2"}
    config = read_settings(page_login="proxy", page_proxies=written, page_hosts=written)
    login, pages = login_of(config, "0.0.0.0")
    assert pages is None
    for proxy in ("10.0.0.1", "10.0.0.2"):
        assert (await login.admit({"X-Forwarded-User": "ann"}, proxy)).name == "ann"
    with pytest.raises(Denied):
        await login.admit({"X-Forwarded-User": "ann"}, "10.0.0.3")
    assert options_of(config, "0.0.0.0").hosts == {"10.0.0.1", "10.0.0.2"}


def test_rights_need_names(tmp_path: Path) -> None:
    path = tmp_path / "rights.toml"
    path.write_text('[otherwise]\nroles = ["none"]')
    with pytest.raises(SettingsError, match="key, proxy or openid"):
        login_of(read_settings(access=path), "127.0.0.1")
    with pytest.raises(SettingsError, match="'none', which is not in"):
        login_of(read_settings(access=path, page_login="proxy"), "127.0.0.1")


def test_an_openid_login_needs_its_settings(tmp_path: Path) -> None:
    given = {
        "page_login": "openid", "page_url": "https://news.example.org", "openid_issuer": "https://login.example.org",
        "openid_client": "newswire", "data": tmp_path,
    }  # fmt: skip
    config = read_settings(**given)
    login, pages = login_of(config, "0.0.0.0", desk_of(config))
    assert pages
    assert login.cookie.startswith("__Host-")  # type: ignore[attr-defined]  # a login by sessions
    for wrong in ({"page_url": ""}, {"openid_issuer": "http://login.example.org"}, {"openid_client": ""}):
        config = read_settings(**(given | wrong))
        with pytest.raises(SettingsError, match="|".join(wrong).upper()):
            login_of(config, "0.0.0.0", desk_of(config))
    with pytest.raises(SettingsError, match="NEWSWIRE_DESK"):
        login_of(read_settings(**given), "0.0.0.0", desk_of(read_settings(desk="none")))
    with pytest.raises(SettingsError, match="NEWSWIRE_DESK: no password"):
        desk_of(read_settings(desk="postgresql://desk:secret@db/desk"))


def test_wrong_settings_are_an_error_of_the_command_and_not_of_each_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("[[source")
    config = read_settings(sources=path, data=tmp_path / "data")
    monkeypatch.setattr(module, "settings", lambda: config)
    monkeypatch.setattr(module, "run_processes", lambda *_: pytest.fail("no process is to start"))
    with pytest.raises(SettingsError, match=r"sources\.toml"):
        CliRunner().invoke(module.serve, ["--processes", "2", "--port", "0"], catch_exceptions=False)
