"""Bytes made to harm: no entities, no files, no network, bounded time and memory."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.errors import Rejected
from streams.records import Article, decode, encode
from tests.fuzz import wire as fuzzer
from tests.fuzz.hostile import hostile
from tests.fuzz.seeds import WRITTEN, seeds
from tests.streams.wire import RECEIVED, one, raw, read, read_all

ITEM = '<newsItem guid="x"><contentMeta><headline>{}</headline></contentMeta></newsItem>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A loopback port that must never be called."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0)
        yield server


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_billion_laughs_are_refused(encoding: str) -> None:
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>' + ITEM.format("&l11;")
    with pytest.raises(Rejected, match="declares entities"):
        read(bomb.encode(encoding))


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY % nitf SYSTEM "nitf-3-0.dtd"> %nitf;',
        '<!ENTITY % a PUBLIC "-//W3C//ENTITIES Latin 1//EN" "http://127.0.0.1/lat1.ent">\n%a;',
        "<!-- <!ENTITY x 'y'> ]> --><?pi ]>?><!ENTITY % p '<!ENTITY x \"y\">'>%p;",
        "<!ENTITY nbsp '&#160;'><!ATTLIST newsItem guid CDATA 'other'>",
    ],
)
def test_a_document_type_that_declares_what_nobody_needs_is_left_out(declarations: str) -> None:
    for before in ("", "<!-- a comment first -->"):
        document = f'{before}<?xml version="1.0"?><!DOCTYPE newsItem [{declarations}]>{ITEM.format("a &x; b&nbsp;c")}'
        article = one(document)
        assert (article.guid, article.headline) == ("x", "a &x; b c")


@pytest.mark.parametrize("unit", ["<!--", "<?", '"', "[", "<!ENTITY % a 'b'>", "<!-- -->", ">"])
def test_a_hostile_document_type_costs_no_more_than_its_length(unit: str) -> None:
    started = time.process_time()
    with contextlib.suppress(Rejected):
        read("<!DOCTYPE x [" + unit * (3_000_000 // len(unit)) + "]>" + ITEM.format("h"))
    assert time.process_time() - started < 5


def test_what_an_article_says_of_document_types_is_its_text() -> None:
    assert one(ITEM.format("<![CDATA[<!DOCTYPE x [<!ENTITY y 'z'>]>]]>")).headline == "<!DOCTYPE x [<!ENTITY y 'z'>]>"


def test_an_entity_that_nobody_declared_is_its_own_text() -> None:
    nitf = (
        '<!DOCTYPE nitf SYSTEM "x.dtd"><nitf><body><body.content><p>One &x; &a_b; two.</p></body.content></body></nitf>'
    )
    assert one(nitf.encode()).body == "One &x; &a_b; two."


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "{url}"> %p;]>',
        '<!DOCTYPE x SYSTEM "{url}">',
        '<!DOCTYPE x PUBLIC "-//X//DTD X//EN" "{url}">',
        '<?xml-stylesheet href="{url}" type="text/xsl"?>',
    ],
)
def test_nothing_is_fetched(listener: socket.socket, doctype: str) -> None:
    for url in (f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd", "file:///etc/hostname"):
        item = ITEM.format(
            '&e;<i xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></i>h'
        )
        try:
            article = one(doctype.format(url=url) + item)
        except Rejected:
            continue
        assert "root:" not in article.text
        assert article.headline in ("h", "&e; h", "&e;h")
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 33_000_000,
        b"[" * 100_000_000,
    ],
    ids=["xml", "json"],
)
def test_a_hundred_megabytes_of_nesting_are_refused_at_once(data: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(Rejected, match="max_bytes"):
        read(data)
    assert time.perf_counter() - started < 1


@pytest.mark.servers
def test_four_hostile_megabytes_take_bounded_time_and_memory() -> None:
    run = subprocess.run([sys.executable, "-m", "tests.fuzz.hostile"], capture_output=True, text=True, check=False)
    outcomes = {line["name"]: line for line in map(json.loads, run.stdout.splitlines())}
    assert run.returncode == 0, run.stderr[-2000:]
    assert outcomes.keys() == hostile().keys()
    assert max(line["seconds"] for line in outcomes.values()) < 10, outcomes
    assert all(line["outcome"] for line in outcomes.values())


@given(st.binary(max_size=2000))
def test_any_bytes_give_articles_or_a_reason(data: bytes) -> None:
    fuzzer.try_case(data)


def _json() -> st.SearchStrategy[object]:
    leaves = (
        st.none()
        | st.booleans()
        | st.integers(-(10**20), 10**20)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=40)
    )
    keys = st.sampled_from(
        ["headline", "title", "body", "text", "guid", "id", "uri", "versioncreated", "versionCreated", "version_created", "date", "pubstatus",
         "status", "type", "headlines", "bodies", "value", "role", "associations", "subjects", "name", "urgency", "embargoed", "items",
         "keywords", "links", "evolvedfrom", "signals", "infosources", "altids", "byline", "authors", "descriptions", "renditions"]
    )  # fmt: skip
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8), max_leaves=25
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_json())
def test_any_json_gives_articles_or_a_reason(value: object) -> None:
    fuzzer.try_case(json.dumps(value).encode())


@given(
    st.text(min_size=1, max_size=200).filter(lambda text: text.strip()),
    st.text(max_size=200),
    st.sampled_from(["usable", "withheld", "canceled"]),
)
def test_an_article_fed_as_json_is_bounded_clean_and_the_same_each_time(headline: str, body: str, status: str) -> None:
    data = json.dumps(
        {"guid": "g", "headline": headline, "body": body, "status": status, "version_created": "2024-01-01T00:00:00Z"}
    )
    try:
        first, again = one(data), one(data)
    except Rejected as refusal:
        assert "no text" in str(refusal)  # noqa: PT017 - a headline of controls alone is none
        return
    assert first == again
    assert status in (first.status, "usable")
    assert decode(encode(first), Article) == first
    assert first.received_at == RECEIVED


@pytest.mark.parametrize("name", ["draft", "hold", "embargo", "control"])
def test_a_root_named_like_an_embargo_is_no_error_of_ours(name: str) -> None:
    assert one(f"<{name}>{ITEM.format('h')}</{name}>").headline == "h"


def test_mutations_of_every_format() -> None:
    """A short run of ``python -m tests.fuzz.wire --cases 100000``."""
    outcomes, finds = fuzzer.run(1500, seed=20240601, corpus=seeds())
    assert not finds, finds[0]
    assert outcomes["articles"] > 100
    assert outcomes["refused"] > 100


def test_the_samples_written_here_are_all_understood() -> None:
    for sample in WRITTEN:
        assert read_all(raw(sample).value).articles
