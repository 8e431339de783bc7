"""How the page is served, from its settings."""

import pytest

from search.http.keys import Denied
from streams.cli.serve import listed, login_of, options_of
from streams.settings import read_settings


@pytest.mark.parametrize(
    "written", ["10.0.0.1 10.0.0.2", "10.0.0.1,10.0.0.2", "10.0.0.1, 10.0.0.2", " 10.0.0.1 ,,10.0.0.2,"]
)
def test_addresses_and_names_are_parted_by_spaces_or_commas(written: str) -> None:
    assert listed(written) == {"10.0.0.1", "10.0.0.2"}
    config = read_settings(page_login="proxy", page_proxies=written, page_hosts=written)
    login = login_of(config, "0.0.0.0")
    for proxy in ("10.0.0.1", "10.0.0.2"):
        assert login.admit({"X-Forwarded-User": "ann"}, proxy).name == "ann"
    with pytest.raises(Denied):
        login.admit({"X-Forwarded-User": "ann"}, "10.0.0.3")
    assert options_of(config, "0.0.0.0").hosts == {"10.0.0.1", "10.0.0.2"}
