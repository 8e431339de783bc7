"""Which addresses are fetched from, and what of an address is shown."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.http.public import CLOSED, is_public, shown

PUBLIC = (
    "93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001:80e::200e", "::ffff:8.8.8.8",
    "64:ff9b::808:808", "2620:4f:8000::1", "168.63.129.15", "192.1.0.1",
)  # fmt: skip
PRIVATE = (
    "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "198.18.0.1", "192.0.2.1", "198.51.100.7",
    "203.0.113.9", "192.88.99.1", "192.0.0.192", "192.0.0.8", "192.0.0.9", "192.0.0.170",  # 192.0.0.192: Oracle's
    "168.63.129.16", "100.100.100.200",  # Azure's, Alibaba's
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "feff::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1",
    "2001:db8::1", "3fff::1", "5f00::1", "4000::1", "2001:10::1", "2001:20::1", "2001:2::1",
    "64:ff9b:1::1", "64:ff9b:1::808:808", "64:ff9b:1:ffff::a00:1",  # the local NAT64
    "x", "", "1.2.3", "127.1", "0177.0.0.1", "2130706433", "[::1]", "1.2.3.4/32", "10.0.0.1\n",
)  # fmt: skip
INNER = (
    "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "168.63.129.16", "192.0.0.192", "0.0.0.0", "224.0.0.1",
)  # fmt: skip
WRAPPED = (
    "::{}", "::ffff:{}", "::ffff:0:{}", "64:ff9b::{}", "64:ff9b:1::{}", "2606:4700::5efe:{}", "2606:4700::200:5efe:{}",
)  # fmt: skip


@pytest.mark.parametrize(("ip", "public"), [*((ip, True) for ip in PUBLIC), *((ip, False) for ip in PRIVATE)])
def test_public_addresses(ip: str, public: bool) -> None:
    assert is_public(ip) is public


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("inner", INNER)
def test_what_is_wrapped_in_another_address_is_judged_by_itself(wrapped: str, inner: str) -> None:
    assert not is_public(wrapped.format(inner))


@pytest.mark.parametrize("inner", INNER)
def test_tunnels_are_judged_by_both_of_their_ends(inner: str) -> None:
    number = int(ipaddress.IPv4Address(inner))
    six_to_four = 0x2002 << 112 | number << 80 | 1
    to_server, to_client = 0x20010000 << 96 | number << 64, 0x20010000 << 96 | (number ^ 0xFFFFFFFF)  # Teredo
    for tunnel in (six_to_four, to_server, to_client):
        assert not is_public(str(ipaddress.IPv6Address(tunnel)))


@given(st.sampled_from(CLOSED), st.integers(0, 2**128), st.sampled_from(["{}", "::ffff:{}", "64:ff9b::{}"]))
def test_nothing_of_a_closed_network_is_public_however_it_is_written(
    network: ipaddress.IPv4Network, number: int, form: str
) -> None:
    ip = str(network[number % network.num_addresses])
    assert not is_public(ip if ":" in ip else form.format(ip))


@given(st.ip_addresses())
def test_python_never_knows_better(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(str(ip)):
        assert ip.is_global or getattr(ip, "ipv4_mapped", None) or str(ip).startswith("64:ff9b::")
        assert not ip.is_multicast


SECRETS = (
    "pass", "pw", "pwd", "password", "jwt", "code", "sid", "session", "PHPSESSID", "key", "apikey", "api_key", "k", "t",
    "tok", "token", "access_token", "auth", "authorization", "sig", "signature", "hmac", "hash", "secret", "uid", "u",
    "client_secret", "user", "login", "credential", "X-Amz-Signature", "x", "id", "guid", "subscriber", "email",
    "ticket", "otp", "pin", "state", "nonce", "SAMLResponse",
)  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_no_value_is_shown_that_may_be_a_key(name: str) -> None:
    for one in (name, name.upper(), name.title()):
        assert shown(f"https://x.example/feed?{one}=hush&edition=uk") == f"https://x.example/feed?{one}=…&edition=uk"


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://me:hush@x.example/feed", "https://x.example/feed"),
        ("https://hush@x.example/feed#hush", "https://x.example/feed"),
        ("https://x.example/feed?hush", "https://x.example/feed?…="),
        ("https://x.example/feed;jsessionid=hush?lang=en", "https://x.example/feed;…?lang=en"),
        ("https://x.example/feed?q=0123456789abcdef0123456789abcdef", "https://x.example/feed?q=…"),
        ("https://x.example/feed?category=hush1234hush5678hush", "https://x.example/feed?category=…"),
        (
            "https://x.example/feed?section=world&lang=en-GB&n=20",
            "https://x.example/feed?section=world&lang=en-GB&n=20",
        ),
        ("https://news.example/rss?hl=en-US&gl=US&ceid=US:en", "https://news.example/rss?hl=en-US&gl=US&ceid=US:en"),
        ("https://x.example/a/b.xml", "https://x.example/a/b.xml"),
        ("http://u:hush@[", "http://["),
        ("https://u:hu/sh@x.example/feed?key=hush", "https://x.example/feed"),
        ("https://x.example:port/feed?key=hush#hush", "https://x.example:port/feed"),
    ],
)
def test_what_is_shown_of_an_address(url: str, seen: str) -> None:
    assert shown(url) == seen
    assert "hush" not in shown(url)
