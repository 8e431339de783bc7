"""Each shipped profile on an item in the shape of its agency's public samples, and where it is not used.

The agencies' own samples are read where they are at hand; the others are short items of the same structure.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from streams.records import Article
from streams.sources.book import shipped
from streams.sources.tables import profiles_of, read_document
from streams.wire import Raw, parse_all
from streams.wire.profile import NO_PROFILES, Profiles
from tests.corpora import CORPORA
from tests.streams.wire import RECEIVED

UNNAMED = Profiles(profiles_of(shipped(), None))


def named(source: str) -> Profiles:
    """The profiles of an operator whose file has a table of that name and nothing in it."""
    return Profiles(profiles_of(shipped(), read_document(f"[source.{source}]", "sources.toml")))


def article(data: str | bytes, profiles: Profiles) -> Article:
    value = data.encode() if isinstance(data, str) else data
    (one,) = parse_all(Raw(value, RECEIVED), None, profiles).articles
    return one


def newsml(provider: str, party: str, made: str = "20190723T202119+0900", lines: str = "", item: str = "A1") -> str:
    return f"""<NewsML><NewsEnvelope><DateAndTime>{made}</DateAndTime></NewsEnvelope><NewsItem><Identification>
<NewsIdentifier><ProviderId>{provider}</ProviderId><DateId>20190723</DateId><NewsItemId>{item}</NewsItemId>
<RevisionId PreviousRevision="0" Update="N">1</RevisionId></NewsIdentifier></Identification><NewsManagement>
<NewsItemType FormalName="News"/><FirstCreated>{made}</FirstCreated><ThisRevisionCreated>{made}</ThisRevisionCreated>
<Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Ferry resumes</HeadLine>{lines}
</NewsLines><AdministrativeMetadata><Provider><Party FormalName="{party}"/></Provider></AdministrativeMetadata>
<ContentItem><DataContent><nitf><body><body.content><p>The ferry sails.</p></body.content></body></nitf></DataContent>
</ContentItem></NewsComponent></NewsItem></NewsML>"""


def g2(provider: str, made: str = "2024-05-01T10:00:00Z", note: str = "", guid: str = "urn:x:1") -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="1"><itemMeta>
<itemClass qcode="ninat:text"/><provider {provider}/><versionCreated>{made}</versionCreated>
<pubStatus qcode="stat:usable"/>{note}</itemMeta><contentMeta><headline>Ferry resumes</headline></contentMeta>
<contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>It sails.</p></body></html></inlineXML>
</contentSet></newsItem>"""


def nitf(org: str, issue: str, doc: str, more: str = "") -> str:
    return f"""<nitf><head><docdata><doc-id id-string="{doc}"/><date.issue norm="{issue}"/>{more}</docdata></head><body>
<body.head><hedline><hl1>Ferry resumes</hl1></hedline><distributor><org>{org}</org></distributor></body.head>
<body.content><p>The ferry sails.</p></body.content></body></nitf>"""


def ninjs(**fields: Any) -> bytes:
    story = {"type": "text", "versioncreated": "2024-05-01T10:00:00Z", "pubstatus": "usable", "headline": "Ferry",
             "body_text": "It sails."}  # fmt: skip
    return json.dumps(story | fields).encode()


AT = datetime(2024, 5, 1, 8, tzinfo=UTC)  # 10:00 in Western Europe's summer
CASES: dict[str, tuple[str | bytes, dict[str, Any]]] = {
    "afp": (newsml("afp.com", "AFP"), {"copyright_holder": "Agence France-Presse"}),
    "anp": (newsml("ANP", "ANP", "20240501T100000", item="ANPX-1-v2"), {"version_created": AT, "language": "nl"}),
    "ansa": (nitf("ANSA", "2024-05-01 10:00", "XAM2_AMZ"), {"version_created": AT, "copyright_holder": "ANSA"}),
    "ap": (ninjs(uri="http://api.ap.org/media/v/content/8c9f", altids={}), {"copyright_holder": "The Associated Press"}),
    "businesswire": (newsml("businesswire.com", "Business Wire"), {"language": "en"}),
    "dpa": (g2('qcode="nprov:dpa"', "2024-05-01T10:00:00"), {"version_created": AT}),
    "efe": (nitf("Agencia EFE", "20240501T100000+0200", "22751909"), {"copyright_holder": "Agencia EFE"}),
    "kyodo": (newsml("kyodonews.jp", "KYODONEWS", "20240501T170000"), {"version_created": AT}),
    "ntb": (
        nitf("NTB", "2024-05-01T10:00:00", "NTB5df9281a-a270_07", '<ed-msg info="Noe utvidet."/>'),
        {"version_created": AT, "guid": "NTB5df9281a-a270", "kind": "update", "language": "nb"},
    ),
    "pa": (nitf("PA", "20240501T090000", "255dd17c"), {"version_created": AT, "copyright_holder": "PA Media"}),
    "reuters": (g2('literal="reuters.com"'), {"copyright_holder": "Reuters"}),
    "ritzau": (ninjs(uri="r-1", source="ritzau", altids={}, versioncreated="2024-05-01T10:00:00"), {"version_created": AT}),
    "stt": (
        g2('literal="STT"', "2024-05-01T11:00:00", "<edNote>Korjattu aiempaa uutista: po. lautta</edNote>"),
        {"version_created": AT, "kind": "correction", "language": "fi"},
    ),
    "tass": (
        newsml("www.itar-tass.com", "TASS", "20240501T110000", "<SlugLine>URGENT</SlugLine>"),
        {"version_created": AT, "slugline": ""},
    ),
    "tt": (g2('qcode="nprov:TT"', "2024-05-01T10:00:00"), {"version_created": AT, "language": "sv"}),
    "xinhua": (ninjs(uri="http://www.xinhuanet.com/english/1.htm", altids={}), {}),
}  # fmt: skip


def test_every_shipped_profile_has_a_case() -> None:
    assert CASES.keys() == shipped().tables.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_shipped_profile_finds_its_agency_and_reads_it_as_it_says(name: str) -> None:
    sample, expected = CASES[name]
    read = article(sample, named(name))
    assert UNNAMED.of_source(read.source).name == name
    assert {field: getattr(read, field) for field in expected} == expected


@pytest.mark.parametrize("name", CASES)
def test_until_the_operator_names_it_a_shipped_profile_changes_no_time_id_text_or_status(name: str) -> None:
    sample, _ = CASES[name]
    plain, read = article(sample, NO_PROFILES), article(sample, UNNAMED)
    for field in ("id", "guid", "version_created", "headline", "slugline", "body", "status", "embargo_until"):
        assert getattr(read, field) == getattr(plain, field), field


@pytest.mark.parametrize("name", CASES)
def test_a_shipped_profile_can_be_shown(name: str) -> None:
    profile = UNNAMED.of_source(name)
    assert profile.display_name
    assert profile.colour


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("newsml-1.2/afp_sample.xml", "afp", {"language": "en", "kind": "update"}),
        ("ninjs/2.1/dpa_text.json", "dpa", {"copyright_holder": "dpa"}),
        ("ninjs/2.1/ntb_text.json", "ntb", {"language": "nb-NO", "kind": "update"}),
        ("ninjs/2.1/tt_text_image_2.json", "tt", {"language": "sv"}),
        (
            "nitf/ntb_sample.xml",
            "ntb",
            {
                "version_created": datetime(2021, 5, 16, 7, 0, 4, tzinfo=UTC),
                "guid": "NTB5df9281a-a270-4dc5-a618-869bbc3bbca7",
            },
        ),
        ("newsml-1.2/businesswire-newsml-20130515006361.xml", "businesswire", {}),
    ],
)
def test_the_agencies_own_samples(path: str, name: str, expected: dict[str, Any]) -> None:
    read = article((CORPORA / "wire" / path).read_bytes(), named(name))
    assert UNNAMED.of_source(read.source).name == name
    assert {field: getattr(read, field) for field in expected} == expected
