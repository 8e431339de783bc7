"""The file of roles: what it gives to whom, what is wrong with it, and that a change counts at once."""

from pathlib import Path

import pytest

from search.http.keys import Denied, KeyGate, KeyRing, make_key
from search.visibility import EVERY_SOURCE, NO_SOURCE, sources_named
from search.web.login.access import KeyLogin, OpenAccess, ProxyLogin, Reader, named_reader
from search.web.login.rights import RightsError, RightsFile, RightsLogin, parse_rights

FILE = """
[roles.editor]
may = ["correct", "merge", "claim", "export"]
embargoed = true

[roles.sport]
sources = ["AP", "AFP", "dpa"]
not_sources = ["DPA"]
may = ["claim"]

[roles.foreign]
not_sources = ["AP", "TASS"]

[readers]
"ada@example.org" = ["editor"]
bob = ["sport"]
both = ["sport", "foreign"]

[groups]
sports = ["sport"]

[otherwise]
roles = ["foreign"]
closed = ["mallory"]
"""


def given(name: str, *groups: str) -> Reader:
    return parse_rights(FILE, "rights.toml").of(named_reader(name, groups=groups))


def test_what_roles_give() -> None:
    ada, bob, both = given("ada@example.org"), given("bob"), given("both")
    assert (ada.sources, ada.hidden) == (EVERY_SOURCE, True)
    assert ada.may("correct")
    assert ada.may("merge")
    assert bob.sources == sources_named(["ap", "afp"], only=True)
    assert bob.may("claim")
    assert bob.permissions == {"claim"}
    assert not bob.hidden
    assert both.sources == sources_named(["tass"], only=False)  # AP by one role, everything else by the other
    assert given("eve", "sports").sources == bob.sources
    assert given("eve").sources == sources_named(["ap", "tass"], only=False)
    with pytest.raises(Denied, match="closed"):
        given("mallory", "sports")


def test_who_has_no_role_does_not_read() -> None:
    with pytest.raises(Denied, match="no role"):
        parse_rights("[roles.editor]\n", "rights.toml").of(named_reader("ada"))
    nothing = parse_rights('[roles.none]\nsources = []\n[otherwise]\nroles = ["none"]', "r").of(named_reader("ada"))
    assert nothing.sources == NO_SOURCE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[roles", "rights.toml, line 1: Expected"),
        ('[roles.a]\nmay = ["fly"]', "Invalid enum value 'fly'"),
        ('[roles.a]\nsorces = ["AP"]', "unknown field `sorces`"),
        ('[readers]\nada = ["editor"]', "'ada' has the role 'editor', which is not in"),
        ('[groups]\nsports = ["sport"]', "groups: 'sports'"),
        ('[otherwise]\nroles = ["x"]', "otherwise"),
        ('[roles.a]\nsources = ["A\\u0000P"]', "rights.toml: "),
    ],
)
def test_what_is_wrong_is_said(text: str, why: str) -> None:
    with pytest.raises(RightsError, match=why):
        parse_rights(text, "rights.toml")


async def test_a_change_counts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rights.toml"
    path.write_text(FILE)
    login = RightsLogin(ProxyLogin("X-User", frozenset(["::1"]), "X-Groups"), RightsFile(path))
    headers = {"X-User": "eve", "X-Groups": "sports, others,,"}
    reader = await login.admit(headers, "::1")
    assert reader.groups == ("others", "sports")
    assert await login.known(headers, "::1") == reader
    path.write_text(FILE.replace('sources = ["AP"', 'sources = ["PA"'))
    assert await login.known(headers, "::1") != reader  # an open stream ends, and comes again with the new rights
    path.write_text(FILE.replace('"mallory"', '"mallory", "eve"'))
    assert await login.known(headers, "::1") is None
    with pytest.raises(Denied, match="closed") as denied:
        await login.admit(headers, "::1")
    assert denied.value.status == 403


async def test_a_broken_file_gives_nobody_any_right(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "rights.toml"
    with pytest.raises(RightsError, match="cannot be read"):
        RightsFile(path)
    path.write_text(FILE)
    login = RightsLogin(OpenAccess(), RightsFile(path))
    assert await login.admit({}, "")
    for broken in ("[roles", None):
        path.unlink() if broken is None else path.write_text(broken)
        with pytest.raises(Denied) as denied:
            await login.admit({}, "")
        assert denied.value.status == 503
        assert await login.known({}, "") is None
        assert "nobody has any rights" in caplog.text
    path.write_text(FILE)
    assert await login.admit({}, "")


async def test_a_key_that_is_taken_away_or_closed_ends(tmp_path: Path) -> None:
    key, line = make_key("desk", scopes=["search"])
    keys, path = tmp_path / "keys", tmp_path / "rights.toml"
    keys.write_text(line)
    path.write_text(FILE)
    login = RightsLogin(KeyLogin(KeyGate(KeyRing(path=keys), 0, 0)), RightsFile(path))
    headers = {"X-API-Key": key}
    reader = await login.admit(headers, "")
    assert (reader.owner, reader.sources) == ("desk", sources_named(["ap", "tass"], only=False))
    assert await login.known(headers, "") == reader
    keys.write_text("# nobody")
    assert await login.known(headers, "") is None


async def test_without_a_file_of_roles() -> None:
    """Who has a name may claim and export; who is alone with the page may do everything, and a stranger little."""
    assert named_reader("ada").may("claim")
    assert not named_reader("ada").may("correct")
    alone = await OpenAccess(alone=True).admit({}, "::1")
    assert alone.may("correct")
    assert alone.may("merge")
    assert alone.owner
    stranger = await OpenAccess().admit({}, "::1")
    assert stranger.permissions == {"export"}
    assert not stranger.owner
