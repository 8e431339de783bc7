import pytest

from streams.errors import Rejected, SettingsError
from streams.feeds.pulls.sources import PullOptions, read_pulls, source_at

SFTP = "sftp://me@wire.example.com/out"


def at(address: str, **options: str):
    return source_at(address, PullOptions(**options))


def test_an_address_says_who_where_and_what() -> None:
    made = at("sftp://me@Wire.Example.com:2222/out%20going")
    assert (made.scheme, made.host, made.port, made.user, made.path) == (
        "sftp", "wire.example.com", 2222, "me", "/out going"
    )  # fmt: skip
    assert made.id == "pull:sftp://wire.example.com:2222/out%20going"
    assert at("s3://My.Bucket/news/").host == "My.Bucket"
    assert at("ftps://wire.example.com/").port == 21


@pytest.mark.parametrize(
    ("address", "options", "wrong"),
    [
        ("http://example.com/", {}, "give sftp://"),
        ("sftp:///folder", {}, "with a host"),
        ("sftp://wire.example.com/", {}, "name a user"),
        ("imaps://me@example.com/", {}, "needs a password file"),
        ("sftp://me:secret@example.com/", {}, "no password in the address"),
        ("sftp://me@example.com/a/../../b", {}, "may not contain"),
        ("s3://bucket/x?y", {}, "nothing may follow"),
        ("s3://bucket/x", {"done": "y"}, "done is for"),
        ("ftps://example.com/", {"known_hosts": "y"}, "known_hosts is for sftp"),
        ("sftp://me@example.com:port/", {}, "not an address"),
    ],
)
def test_a_wrong_address_is_refused_without_its_password(address, options, wrong) -> None:
    with pytest.raises(Rejected, match=wrong) as refused:
        at(address, **options)
    assert "secret" not in str(refused.value)


def test_sources_of_a_file(tmp_path) -> None:
    path = tmp_path / "pulls.toml"
    path.write_text(
        'every = "5m"\n[[pull]]\naddress = "s3://bucket/news/"\nname = "ours"\nsource = "us"\n'
        f'[[pull]]\naddress = "{SFTP}"\nevery = "10s"\nsettle = "0"\npassword_file = "{tmp_path}/secret"\n'
    )
    bucket, server = read_pulls(path)
    assert (bucket.name, bucket.every, bucket.options.source) == ("ours", 300, "us")
    assert (server.every, server.settle) == (10, 0)
    with pytest.raises(SettingsError, match="No such file"):
        server.password()
    (tmp_path / "secret").write_text("first\n")
    assert server.password() == "first"
    (tmp_path / "secret").write_text("second\n")
    assert server.password() == "second"


@pytest.mark.parametrize(
    "text", ["[[pull]]", "pull = 3", '[[pull]]\naddress = "x"', f'[[pull]]\naddress="{SFTP}"\nx=1']
)
def test_a_wrong_file_names_itself(tmp_path, text) -> None:
    path = tmp_path / "pulls.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"pulls\.toml"):
        read_pulls(path)
