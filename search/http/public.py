"""Decides which addresses belong to the public Internet, and which parts of a URL may be shown. Pure.

An address that is wrapped in another is judged by itself: a packet to 64:ff9b::7f00:1 may end at 127.0.0.1. The lists
are our own, since Python's know the registries as of its release, and no registry lists what clouds keep for
themselves.
"""

import ipaddress
import re

from yarl import URL

# IANA's special-purpose registry, what was reserved before, multicast, and addresses at which clouds answer to their
# own machines only (metadata with credentials among them) though they look public.
CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",  # Teredo and 6to4 among them: they wrap
    )
)  # fmt: skip
UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given out; what lies beyond is local, or nothing yet
NAT64 = ipaddress.ip_network("64:ff9b::/96")
ISATAP = (0x00005EFE, 0x02005EFE)  # before an IPv4 address in the last 64 bits

# Parameters of a feed's address that say what is in it. The values of all others may be keys, whatever they are called.
SAFE = re.compile(
    r"edition|editions?|category|cat|categories|section|topics?|tags?|q|query|search|lang|language|hl|gl|ceid|locale|"
    r"region|country|format|fmt|type|output|alt|feed|feeds|channel|desk|source|page|p|limit|count|n|max|num|size|sort|"
    r"order|orderby|from|to|since|until|year|month|day|days|version|v",
    re.IGNORECASE,
)
PLAIN = re.compile(r"[\w .,:+/-]{0,40}")
RANDOM = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_-]{16,}|[0-9A-Fa-f]{16,}")
HIDDEN = "…"


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, even if it is wrapped in another."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped or ip in NAT64:
            return is_public(inner)
        if ip not in UNICAST or (int(ip) >> 32 & 0xFFFFFFFF in ISATAP and not is_public(inner)):
            return False
    return ip.is_global and not any(ip in network for network in CLOSED)


def shown(text: str) -> str:
    """The URL without parts that may be keys (user, password, fragment, parameter values), for logs and names.

    Of the parameters only those keep their values that say what is in a feed, such as a section or a language.
    """
    try:
        url = URL(text)
        query = [_shown(name, value) for name, value in url.query.items()]
        if ";" in url.path:  # parameters of a path, such as ;jsessionid=…
            url = url.with_path(re.sub(r";[^/]*", f";{HIDDEN}", url.path))
        return url.with_user(None).with_query(query or None).with_fragment(None).human_repr()
    except ValueError:
        return re.sub(r"//.*@", "//", re.split(r"[?#]", text, maxsplit=1)[0])[:200]


def _shown(name: str, value: str) -> tuple[str, str]:
    """A parameter as it is, or without its value. A word that stands alone may be a key too."""
    if not value or RANDOM.search(name):
        return HIDDEN, ""
    harmless = SAFE.fullmatch(name) and PLAIN.fullmatch(value) and not RANDOM.search(value)
    return name, value if harmless else HIDDEN
