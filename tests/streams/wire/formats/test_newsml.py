"""NewsML-G2, NewsML 1.2 and NITF: fields, life cycle, renditions, messages, and what agencies get wrong."""

from datetime import UTC, datetime

import pytest

from search.articles import Concept, Link
from streams.errors import Rejected
from tests.streams.wire import one, read, read_all

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'


def g2(
    meta: str = "",
    content: str = "",
    *,
    guid: str = "urn:newsml:ex.com:2024:1",
    rest: str = "",
    kind: str = "text",
    ns: str = NAR,
) -> str:
    return (
        f'<newsItem {ns} guid="{guid}" version="1" xml:lang="en"><itemMeta><itemClass qcode="ninat:{kind}"/>'
        f'<provider qcode="nprov:EX"/><versionCreated>2024-01-02T03:04:05+01:00</versionCreated>{meta}</itemMeta>'
        f"<contentMeta><headline>Head</headline></contentMeta>{rest}<contentSet>{content}</contentSet></newsItem>"
    )


XHTML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head>'
    "<body><p>One.</p><p>Two.</p></body></html></inlineXML>"
)
NITF_BODY = (
    "<nitf><body><body.head><hedline><hl1>Nitf head</hl1></hedline><byline>By A<byttl>Staff</byttl></byline><dateline>ROME</dateline>"
    "</body.head><body.content><p>One.</p><p>Two.</p></body.content></body></nitf>"
)


def test_a_news_item() -> None:
    article = one(
        '<?xml version="1.0"?>' + f'<newsItem {NAR} guid="g" version="3" xml:lang="de">'
        "<rightsInfo><copyrightHolder><name>Ex AG</name></copyrightHolder><copyrightNotice xml:lang='en'>(c) en</copyrightNotice>"
        "<copyrightNotice xml:lang='de'>(c) de</copyrightNotice><usageTerms>Terms</usageTerms></rightsInfo>"
        '<itemMeta><itemClass qcode="ninat:text"/><provider literal="EX"/><versionCreated>2024-01-02T03:04:05+01:00</versionCreated>'
        "<firstCreated>2024-01-01T00:00:00Z</firstCreated><embargoed>2024-01-03T00:00:00Z</embargoed><pubStatus qcode='stat:usable'/>"
        "<edNote>Mind</edNote><signal qcode='sig:correction'/><link rel='irel:seeAlso' href='http://x.example/'/></itemMeta>"
        "<contentMeta><urgency>2</urgency><located qcode='geo:1'><name>Berlin</name><broader qcode='iso3166-1a2:DE'><name>Germany</name>"
        "</broader></located><creator><name>M. J.</name></creator><language tag='de-DE'/><genre qcode='genre:interview'/>"
        "<subject type='cpnat:geoArea' qcode='city:M'><name>Munich</name></subject><subject qcode='medtop:04000000'><name xml:lang='en'>economy</name>"
        "<name xml:lang='de'>Wirtschaft</name></subject><keyword>k</keyword><slugline>s-l</slugline><headline>Kopf</headline>"
        "<dateline>BERLIN -</dateline><creditline>Ex/dpa</creditline></contentMeta><contentSet>" + XHTML + "</contentSet></newsItem>"
    )  # fmt: skip
    assert (article.format, article.source, article.guid, article.provider_version) == ("newsml-g2", "EX", "g", "3")
    assert article.version_created == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert article.embargo_until == datetime(2024, 1, 3, tzinfo=UTC)
    assert (article.kind, article.urgency, article.language) == ("correction", 2, "de-DE")
    assert (article.headline, article.slugline, article.byline, article.dateline) == (
        "Kopf",
        "s-l",
        "M. J.",
        "BERLIN -",
    )
    assert (article.copyright_holder, article.copyright_notice, article.usage_terms) == ("Ex AG", "(c) de", "Terms")
    assert (article.editorial_note, article.credit, article.genre, article.keywords) == (
        "Mind",
        "Ex/dpa",
        "interview",
        ("k",),
    )
    assert article.subjects == (Concept("Wirtschaft", "medtop:04000000"),)
    assert article.places == (
        Concept("Berlin", "geo:1"),
        Concept("Germany", "iso3166-1a2:DE"),
        Concept("Munich", "city:M"),
    )
    assert article.links == (Link("seeAlso", "http://x.example/"),)
    assert article.body == "One.\n\nTwo."


@pytest.mark.parametrize(
    "content",
    [
        XHTML,
        f'<inlineXML contenttype="application/nitf+xml">{NITF_BODY}</inlineXML>',
        '<inlineData contenttype="text/plain">One.\n\nTwo.</inlineData>',
        '<inlineData contenttype="text/html"><![CDATA[<p>One.</p><p>Two.</p>]]></inlineData>',
        '<inlineData contenttype="text/plain" encoding="base64">T25lLgoKVHdvLg==</inlineData>',
        "<inlineXML><div><div><p>One.</p></div><div>Two.</div></div></inlineXML>",
        "<inlineXML>&lt;p>One.&lt;/p>&lt;p>Two.&lt;/p></inlineXML>",
        '<remoteContent href="http://x/"/><inlineData contenttype="text/plain">Plain rendition</inlineData>' + XHTML,
    ],
)
def test_every_way_to_carry_a_text(content: str) -> None:
    assert one(g2(content=content)).body == "One.\n\nTwo."


@pytest.mark.parametrize("ns", [NAR, ""])
def test_namespaces_may_be_absent(ns: str) -> None:
    assert one(g2(content=XHTML, ns=ns)).headline == "Head"


def test_prefixes_declared_or_not() -> None:
    text = (
        '<n:newsItem {0} guid="g"><n:itemMeta><n:versionCreated>2024-01-01T00:00:00Z</n:versionCreated></n:itemMeta>'
        "<n:contentMeta><n:headline>Head</n:headline></n:contentMeta></n:newsItem>"
    )
    assert one(text.format('xmlns:n="http://iptc.org/std/nar/2006-10-01/"')).headline == "Head"
    undeclared = one(text.format(""))
    assert undeclared.headline == "Head"
    assert any("prefixes" in note for note in undeclared.notes)


def test_the_headline_may_stand_elsewhere() -> None:
    bare = g2("<title>In itemMeta</title>", XHTML).replace("<headline>Head</headline>", "")
    assert one(bare.replace("<title>T</title>", "")).headline == "In itemMeta"
    slug = g2("", XHTML.replace("<title>T</title>", "")).replace(
        "<headline>Head</headline>", "<slugline>SLUG</slugline>"
    )
    assert one(slug).headline == "SLUG"
    assert (
        one(g2("", f"<inlineXML>{NITF_BODY}</inlineXML>").replace("<headline>Head</headline>", "")).headline
        == "Nitf head"
    )


@pytest.mark.parametrize("kind", ["picture", "video", "audio", "graphic", "animation"])
def test_media_are_refused_by_name(kind: str) -> None:
    with pytest.raises(Rejected, match=f"^{kind}: not an article"):
        read(g2(kind=kind))


@pytest.mark.parametrize("name", ["packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem"])
def test_other_items_are_refused_by_name(name: str) -> None:
    with pytest.raises(Rejected, match=f"^{name}: not an article"):
        read(g2().replace("newsItem", name))


def test_a_message_keeps_its_good_items() -> None:
    package = f'<packageItem {NAR} guid="p"/>'
    broken = g2(guid="urn:empty").replace("<headline>Head</headline>", "")
    message = f"<newsMessage {NAR}><header/><itemSet>{package}{g2()}{g2(guid='urn:pic', kind='picture')}{broken}{g2(guid='urn:b')}</itemSet></newsMessage>"
    parsed = read_all(message)
    assert [a.guid for a in parsed.articles] == ["urn:newsml:ex.com:2024:1", "urn:b"]
    assert [(skip.part, skip.kind) for skip in parsed.skipped] == [
        ("packageItem p", "package"),
        ("newsItem urn:pic", "picture"),
    ]
    assert [reason for _, reason in parsed.refused] == ["no text: neither a headline nor a body (urn:empty)"]


def test_a_kill_and_whom_it_kills() -> None:
    kill = g2('<pubStatus qcode="stat:canceled"/>')
    assert one(kill).id == one(g2()).id
    assert one(kill).kind == "kill"
    other = one(
        g2(
            '<pubStatus qcode="stat:canceled"/><link rel="irel:evolvedFrom" residref="urn:newsml:ex.com:2024:1"/>',
            guid="urn:kill",
        )
    )
    assert other.id == one(g2()).id
    assert Link("killedBy", "urn:kill") in other.links
    empty = g2('<pubStatus qcode="stat:canceled"/>').replace("<headline>Head</headline>", "")
    assert one(empty).status == "canceled"


@pytest.mark.parametrize(
    ("provider", "source"),
    [
        ('qcode="nprov:AP"', "AP"),
        ('literal="AP"', "AP"),
        ('uri="http://cv.iptc.org/newscodes/newsprovider/AP"', "AP"),
        ('uri="http://www.acmenews.com/about/"', "acmenews.com"),
    ],
)
def test_the_provider_in_its_forms(provider: str, source: str) -> None:
    assert one(g2().replace('qcode="nprov:EX"', provider)).source == source


def test_an_embargo_without_an_end_withholds() -> None:
    assert one(g2("<embargoed/>")).status == "withheld"


def test_hops_are_noted() -> None:
    hop = '<hopHistory><hop seq="1" timestamp="2018-10-19T16:15:00Z"><party qcode="c:TR"><name>TR</name></party><action qcode="a:created"/></hop></hopHistory>'
    assert "hop 1: TR created 2018-10-19T16:15:00Z" in one(g2(rest=hop)).notes


def newsml(
    management: str = '<Status FormalName="Usable"/>',
    *,
    revision: str = "1",
    item: str = "1",
    text: str = "<p>One.</p><p>Two.</p>",
) -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE NewsML PUBLIC "urn:newsml:iptc.org:20021018:NewsMLv1.2:1" "NewsML_1.2.dtd">'
        "<NewsML><NewsEnvelope><DateAndTime>20240102T030405Z</DateAndTime></NewsEnvelope><NewsItem><Identification><NewsIdentifier>"
        f"<ProviderId>ex.com</ProviderId><DateId>20240101</DateId><NewsItemId>{item}</NewsItemId><RevisionId PreviousRevision='0' Update='N'>"
        f"{revision}</RevisionId><PublicIdentifier>urn:newsml:ex.com:20240101:{item}:{revision}</PublicIdentifier></NewsIdentifier>"
        "<NameLabel>slug</NameLabel></Identification><NewsManagement><FirstCreated>20240101T000000+0100</FirstCreated>"
        f"<ThisRevisionCreated>20240102T030405+0100</ThisRevisionCreated>{management}<Urgency FormalName='3'/></NewsManagement>"
        "<NewsComponent><NewsLines><HeadLine>Head</HeadLine><ByLine>A</ByLine><DateLine>ROME</DateLine><CopyrightLine>(c)</CopyrightLine>"
        "</NewsLines><DescriptiveMetadata><Language FormalName='it'/><SubjectCode><Subject FormalName='11000000'/></SubjectCode>"
        "<Location><Property FormalName='Country' Value='ITA'/><Property FormalName='City' Value='Rome'/></Location></DescriptiveMetadata>"
        "<NewsComponent><Role FormalName='Caption'/><ContentItem><DataContent><p>A very long caption of a picture, longer than the text.</p>"
        "</DataContent></ContentItem></NewsComponent><NewsComponent><Role FormalName='Main'/><ContentItem><MediaType FormalName='Text'/>"
        f"<DataContent>{text}</DataContent></ContentItem></NewsComponent></NewsComponent></NewsItem></NewsML>"
    )


def test_newsml_1_2() -> None:
    article = one(newsml())
    assert (article.format, article.source, article.guid) == ("newsml-1.2", "ex.com", "urn:newsml:ex.com:20240101:1")
    assert article.version_created == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert article.first_created == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert (article.headline, article.slugline, article.byline, article.dateline) == ("Head", "slug", "A", "ROME")
    assert (article.body, article.language, article.urgency) == ("One.\n\nTwo.", "it", 3)
    assert article.subjects == (Concept("", "subj:11000000"),)
    assert article.places == (Concept("Rome", "ITA"),)


def test_revisions_of_newsml_1_2_are_one_story() -> None:
    assert one(newsml(revision="1")).id == one(newsml(revision="2")).id
    assert one(newsml(revision="2")).kind == "update"


@pytest.mark.parametrize("text", [NITF_BODY, "<![CDATA[<p>One.</p><p>Two.</p>]]>", "One.\n\nTwo."])
def test_newsml_1_2_carries_text_in_many_ways(text: str) -> None:
    assert one(newsml(text=text)).body == "One.\n\nTwo."


def test_life_cycle_of_newsml_1_2() -> None:
    kill = one(newsml('<Status FormalName="Canceled"/>', revision="2"))
    assert (kill.status, kill.id) == ("canceled", one(newsml()).id)
    other = one(
        newsml('<Status FormalName="Canceled"/><DerivedFrom NewsItem="urn:newsml:ex.com:20240101:1:1"/>', item="9")
    )
    assert other.id == one(newsml()).id
    assert one(newsml('<Status FormalName="Usable"/><Instruction FormalName="Correction"/>')).kind == "correction"
    embargo = one(newsml('<Status FormalName="Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
                         "<DateAndTime>20240103T000000+0100</DateAndTime></StatusWillChange>"))  # fmt: skip
    assert (embargo.status, embargo.embargo_until) == ("usable", datetime(2024, 1, 2, 23, tzinfo=UTC))
    assert one(newsml('<Status FormalName="Withheld"/>')).status == "withheld"


def test_a_picture_in_newsml_1_2_is_refused_by_name() -> None:
    picture = newsml().replace("FormalName='Text'", "FormalName='Photo'")
    with pytest.raises(Rejected, match=r"^Photo: not an article"):
        read(picture)


def nitf(docdata: str = "", attributes: str = "", content: str = "<p>One.</p><p>Two.</p>", doc_id: str = "N1") -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.6/specification/dtd/nitf-3-6.dtd"><nitf baselang="en-US">'
        f'<head><title>Title</title><docdata {attributes}><doc-id id-string="{doc_id}" regsrc="EX"/><date.issue norm="20240102T030405+0100"/>'
        f'<urgency ed-urg="4"/><doc.copyright holder="Ex" year="2024"/><key-list><keyword key="k"/></key-list>{docdata}</docdata></head>'
        "<body><body.head><hedline><hl1>Head</hl1><hl2>Sub</hl2></hedline><byline>By A<byttl>Staff</byttl></byline>"
        f"<dateline><location>ROME</location></dateline></body.head><body.content>{content}</body.content></body></nitf>"
    )


def test_nitf() -> None:
    article = one(nitf('<du-key key="slug" version="2"/><evloc city="Rome" iso-cc="IT"/><series series.name="S"/>'))
    assert (article.format, article.source, article.guid, article.provider_version) == ("nitf", "EX", "N1", "2")
    assert article.version_created == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert (article.headline, article.byline, article.dateline, article.slugline) == (
        "Head",
        "By A Staff",
        "ROME",
        "slug",
    )
    assert (article.body, article.urgency, article.language, article.keywords) == ("One.\n\nTwo.", 4, "en-US", ("k",))
    assert article.places == (Concept("Rome", "IT"),)
    assert article.copyright_notice == "© 2024 Ex"
    assert article.links == (Link("du-key", "slug"), Link("series", "S"))


def test_tables_in_nitf_are_text() -> None:
    body = "<p>A.</p><table><tr><th>Team</th><th>Pts</th></tr><tr><td>Roma</td><td>3</td></tr></table><media><media-caption>c</media-caption></media><p>B.</p>"
    assert one(nitf(content=body)).body == "A.\n\nTeam | Pts\nRoma | 3\n\nB."


def test_life_cycle_of_nitf() -> None:
    assert one(nitf(attributes='management-status="canceled"')).status == "canceled"
    kill = one(nitf(attributes='management-status="canceled" management-doc-idref="N1"', doc_id="N2"))
    assert kill.id == one(nitf()).id
    assert one(nitf('<ed-msg info="KILL"/>')).status == "canceled"
    assert one(nitf('<ed-msg info="Correction"/>')).kind == "correction"
    assert one(nitf('<correction info="name" id-string="N0"/>')).links == (Link("evolvedFrom", "N0"),)
    assert one(nitf('<ed-msg info="Three killed in blast, updates"/>')).status == "usable"
    embargo = one(nitf('<date.release norm="20240105T000000Z"/>'))
    assert embargo.embargo_until == datetime(2024, 1, 5, tzinfo=UTC)
    assert one(nitf('<date.release norm="20240101T000000Z"/>')).embargo_until is None


@pytest.mark.parametrize(
    ("declared", "real", "note"),
    [
        ("utf-8", "utf-8", ""),
        ("iso-8859-1", "iso-8859-1", ""),
        ("iso-8859-1", "utf-8", "found UTF-8"),
        ("utf-8", "windows-1252", "found Windows-1252"),
        ("windows-1251", "windows-1251", ""),
        ("utf-16", "utf-16", ""),
    ],
)
def test_encodings_as_declared_and_as_found(declared: str, real: str, note: str) -> None:
    word = "Привет" if "1251" in declared else "Zürich – “é”" if real != "iso-8859-1" else "Zürich é"
    text = nitf(content=f"<p>{word}</p>").replace(
        '<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{declared}"?>'
    )
    article = one(text.encode(real))
    assert article.body == word
    assert any(note in n for n in article.notes) if note else article.notes == ()


def test_what_agencies_get_wrong_is_mended_and_noted() -> None:
    article = one(nitf(content="<p>AT&T &amp; Marks & Spencer&nbsp;&eacute;\x0b&#2;</p>"))
    assert article.body == "AT&T & Marks & Spencer é"
    assert any("mended" in note for note in article.notes)
    assert one("\n\n  " + nitf()).headline == "Head"
    with pytest.raises(Rejected, match=r"XML: .*line 1"):
        read("<nitf><body></nitf>")
    with pytest.raises(Rejected, match="HTML page"):
        read("<html><body>hi</body></html>")


def test_items_in_somebody_s_envelope() -> None:
    assert one(f"<soap:Envelope xmlns:soap='s'><soap:Body>{g2()}</soap:Body></soap:Envelope>").headline == "Head"
