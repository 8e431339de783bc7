"""What the fuzzer mutates: a small message of every format, written here, and the public samples where present."""

from tests.corpora import CORPORA

LARGEST = 64 * 1024

ANPA = (
    b"\x16\x16\x01z6715\x1f-----\r\nr z\x13\x11 BC-BKN--Heat-Hawks 1stLd-Writethru   02-20 0500\r\n"
    b"\x02^BC-BKN--Heat-Hawks, 1st Ld-Writethru,416< \r\n^Deng has 30 points as short-handed Heat win< \r\n"
    b"^AP Photo GATK105< \r\n^Eds: Updates. With AP Photos.< \r\n^By A. REPORTER= \r\n^AP Sports Writer= \r\n"
    b"\t   ATLANTA (AP) _ Luol Deng scored 30 points and\r\nJosh McRoberts had 19. \r\n"
    b"\t   Wade said ``I gave it a couple of days''. \r\n\x03AP-WF-02-20-16 0337GMT<\r\n\x04"
)
IPTC7901 = (
    "\x01bdt0173 4 sp 226  dpa 0525\r\n\r\nFußball/Champions League/\r\n\x02Eintracht in London: Tränen\r\n"
    "Von Erika Muster, dpa =\r\n\r\nLondon (dpa) - 2019 gab es bittere Tränen in der Kurve,\r\n2022 erst mächtig Wut.\r\n\r\n"
    "Sp   Pkt   Tore\r\n1    3     4:2\r\n\r\n* * * *\r\nDie folgenden Informationen sind nicht zur Veröffentlichung "
    "bestimmt\r\nTel 123\r\n\x03111114 Okt 22\r\n\x04"
).encode("latin-1")
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://www.example.org/</link>
<language>en-gb</language><item><title>Fish &amp; chips</title><link>https://example.org/1</link><guid>g1</guid>
<pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</description>
<category>food</category></item></channel></rss>"""
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>A</title><link href="http://a.example/"/><entry><id>tag:a,1</id><title type="html">x &lt;b&gt;y&lt;/b&gt;</title>
<updated>2020-01-02T03:04:05+02:00</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>b</p>
</div></content></entry><at:deleted-entry ref="tag:a,0" when="2020-01-03T00:00:00Z"/></feed>"""
NITF = b"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE nitf SYSTEM "nitf-3-6.dtd"><nitf><head><title>T</title>
<docdata management-status="usable"><doc-id id-string="N1" regsrc="EX"/><date.issue norm="20210516T090004Z"/><urgency ed-urg="4"/>
<ed-msg info="Updates"/><du-key key="slug" version="2"/><key-list><keyword key="k"/></key-list></docdata></head><body><body.head>
<hedline><hl1>Head</hl1></hedline><byline>By A<byttl>Staff</byttl></byline><dateline><location>LONDON</location></dateline>
</body.head><body.content><p>One.</p><table><tr><td>a</td><td>b</td></tr></table><p>Two.</p></body.content></body></nitf>"""
G2 = b"""<?xml version="1.0" encoding="UTF-8"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2021-01-01T00:00:00Z
</sent></header><itemSet><newsItem guid="urn:newsml:example.com:2021:a" version="3" standard="NewsML-G2"><rightsInfo><usageTerms>Free
</usageTerms></rightsInfo><itemMeta><itemClass qcode="ninat:text"/><provider literal="EX"/><versionCreated>2021-01-01T10:00:00+01:00
</versionCreated><embargoed>2021-01-02T00:00:00Z</embargoed><pubStatus qcode="stat:usable"/><signal qcode="sig:correction"/><link
rel="irel:evolvedFrom" residref="urn:x"/></itemMeta><contentMeta><headline>H</headline><subject qcode="medtop:1"><name>n</name></subject>
</contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>B1</p><p>B2
</p></body></html></inlineXML></contentSet></newsItem></itemSet></newsMessage>"""
NEWSML1 = b"""<?xml version="1.0"?><NewsML><NewsEnvelope><DateAndTime>20240710T130037Z</DateAndTime></NewsEnvelope><NewsItem><Identification>
<NewsIdentifier><ProviderId>ex.com</ProviderId><DateId>20240710</DateId><NewsItemId>1</NewsItemId><RevisionId PreviousRevision="0"
Update="N">1</RevisionId></NewsIdentifier></Identification><NewsManagement><FirstCreated>20240710T125902Z</FirstCreated>
<ThisRevisionCreated>20240710T125902Z</ThisRevisionCreated><Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines><HeadLine>H
</HeadLine></NewsLines><ContentItem><MediaType FormalName="Text"/><DataContent><p>One</p><p>Two</p></DataContent></ContentItem></NewsComponent>
</NewsItem></NewsML>"""
NINJS = b"""{"uri":"urn:ex:1","type":"text","versioncreated":"2021-05-26T13:40:18+02:00","pubstatus":"usable","version":"1","urgency":3,
"headlines":[{"role":"main","value":"H"}],"bodies":[{"role":"html","contenttype":"text/html","value":"<p>One</p><p>Two</p>"}],
"subjects":[{"name":"s","uri":"u"}],"associations":[{"name":"a","type":"picture","uri":"p"}]}"""
PLAIN = b"""{"guid":"1","headline":"H","body":"One.\\n\\nTwo.","version_created":"2021-01-01T00:00:00Z","keywords":["a"]}
{"id":2,"title":"T","text":"B","date":"26-FEB-1987 15:01:01.79","topics":["cocoa"],"authors":"A, B"}
"""
ZCZC = (
    b"ZCZC0832/SX4\nXCI60832_SX4_QBXB\nR CRO S04 QBXB\n= Incendio in fabbrica =\n (V. 'Incendio' delle 14.10)\n   (ANSA) - PRATO, "
    b"26 NOV - Due operai feriti.\n\n     YH9-ABC\n26-NOV-26 15:30 NNNN\n"
)
HEADED = (
    b"Message-ID: <7@exa.example>\nMIME-Version: 1.0\nSubject: =?utf-8?q?Z=C3=BCrich?=\nFrom: A <a@exa.example>\nEmbargo: 0001 GMT\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nText.\nabc/def\n--b--\n"
)
BLOCKS = b"""{"id":"1","title":"T","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"One"}]},
{"type":"table","header":[{"type":"text","content":"a"}],"rows":[[{"type":"text","content":"b"}]]},{"type":"list","items":["x",["y"]]}]},
"modified_gmt":"2026-11-26T15:30:00","bylines":[{"byline":"A"}],"news":["One.","Two."],"fields":{"headline":"H"}}"""
OLD_CHARSET = (
    '<?xml version="1.0" encoding="gb2312"?><rss><channel><item><guid>1</guid><title>朱镕基 < 会见</title><dc:language>zh</dc:language>'
    "<description>&lt;p&gt;会见&lt;/p&gt; &amp;lt;p&amp;gt;x</description></item></channel></rss>"
).encode("gbk")
WRITTEN = (ANPA, IPTC7901, RSS, ATOM, NITF, G2, NEWSML1, NINJS, PLAIN, ZCZC, HEADED, BLOCKS, OLD_CHARSET)


def seeds() -> list[bytes]:
    """All of them, those written here first."""
    wire = CORPORA / "wire"
    samples = sorted(path for path in wire.rglob("*") if path.suffix in (".xml", ".json")) if wire.is_dir() else []
    return [*WRITTEN, *(data for path in samples if len(data := path.read_bytes()) <= LARGEST)]
