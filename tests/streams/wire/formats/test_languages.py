"""Items that tell their story in several languages: all texts are kept, the language of a component is read."""

import json

import pytest

from streams.errors import Rejected
from tests.streams.wire import one


def newsml1(components: str, attributes: str = "") -> str:
    return (
        f"<NewsML><NewsItem {attributes}><Identification><NewsIdentifier><ProviderId>w.example</ProviderId><DateId>20261120"
        '</DateId><NewsItemId>98055</NewsItemId><RevisionId PreviousRevision="0" Update="N">1</RevisionId></NewsIdentifier>'
        "</Identification><NewsManagement><ThisRevisionCreated>20240120T133400+0100</ThisRevisionCreated>"
        f'<Status FormalName="Usable"/></NewsManagement>{components}</NewsItem></NewsML>'
    )


def told(language: str, headline: str, lead: str, body: str) -> str:
    return (
        f'<NewsComponent xml:lang="{language}"><Role FormalName="Short"/><NewsLines><HeadLine>{headline}</HeadLine></NewsLines>'
        f'<NewsComponent xml:lang="{language}"><Role FormalName="Lead"/><ContentItem><DataContent>{lead}</DataContent>'
        f'</ContentItem></NewsComponent><NewsComponent xml:lang="{language}"><Role FormalName="Body"/><ContentItem>'
        f"<DataContent>{body}</DataContent></ContentItem></NewsComponent></NewsComponent>"
    )


def described(language: str, headline: str, text: str) -> str:
    return (
        f"<NewsComponent><NewsLines><HeadLine>{headline}</HeadLine></NewsLines><DescriptiveMetadata>"
        f'<Language FormalName="{language}"/></DescriptiveMetadata><ContentItem><DataContent>{text}</DataContent>'
        "</ContentItem></NewsComponent>"
    )


DUTCH, FRENCH = (
    told("nl", "Tram rijdt", "De tram.", "De lijn is open."),
    told("fr", "Le tram roule", "Le tram.", "La ligne."),
)
TWO = f"<NewsComponent>{DUTCH}{FRENCH}</NewsComponent>"
NL, FR = "De tram.\n\nDe lijn is open.", "Le tram.\n\nLa ligne."


@pytest.mark.parametrize(
    ("item", "language", "headline", "body"),
    [
        (newsml1(TWO), "nl", "Tram rijdt", f"{NL}\n\nLe tram roule\n\n{FR}"),
        (newsml1(TWO, 'xml:lang="fr"'), "fr", "Le tram roule", f"{FR}\n\nTram rijdt\n\n{NL}"),
        (newsml1(f"<NewsComponent>{FRENCH}</NewsComponent>", 'xml:lang="en"'), "fr", "Le tram roule", FR),
        (
            newsml1(
                '<NewsComponent><NewsLines><HeadLine xml:lang="de">Titel</HeadLine><HeadLine xml:lang="it">Titolo</HeadLine>'
                '</NewsLines><ContentItem xml:lang="de"><DataContent>Ein Text.</DataContent></ContentItem>'
                '<ContentItem xml:lang="it"><DataContent>Un testo, più lungo.</DataContent></ContentItem></NewsComponent>'
            ),
            "de", "Titel", "Ein Text.\n\nTitolo\n\nUn testo, più lungo.",
        ),
        (
            newsml1(f"<NewsComponent>{described('fr', 'Pont', 'Le pont.')}{described('nl', 'Brug', 'De brug.')}</NewsComponent>"),
            "fr", "Pont", "Le pont.\n\nBrug\n\nDe brug.",
        ),
        (
            newsml1(
                '<NewsComponent><NewsLines><HeadLine>Titel</HeadLine></NewsLines><ContentItem><DataContent xml:lang="de">Ein Text.'
                '</DataContent></ContentItem><ContentItem><DataContent xml:lang="it">Un testo.</DataContent></ContentItem></NewsComponent>'
            ),
            "de", "Titel", "Ein Text.\n\nUn testo.",
        ),
    ],
)  # fmt: skip
def test_newsml_1_keeps_both_in_one_story(item: str, language: str, headline: str, body: str) -> None:
    article = one(item)
    assert (article.language, article.headline, article.body) == (language, headline, body)


def test_a_kill_of_an_item_in_two_languages_kills_all_it_said() -> None:
    kill = one(newsml1("<NewsComponent/>").replace("Usable", "Canceled"))
    assert (kill.status, kill.id) == ("canceled", one(newsml1(TWO)).id)


def g2(content: str, language: str, attributes: str = "") -> str:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" {attributes}><contentMeta>{language}'
        '<headline xml:lang="en">Bridge open</headline><headline xml:lang="fr">Pont ouvert</headline></contentMeta>'
        f"<contentSet>{content}</contentSet></newsItem>"
    )


def rendition(language: str, text: str) -> str:
    return f'<inlineXML contenttype="application/xhtml+xml" xml:lang="{language}"><p>{text}</p></inlineXML>'


BOTH = rendition("en", "A text.") + rendition("fr", "Un texte.")


@pytest.mark.parametrize(
    ("item", "language", "headline", "body"),
    [
        (g2(BOTH, '<language tag="en"/>'), "en", "Bridge open", "A text.\n\nPont ouvert\n\nUn texte."),
        (g2(BOTH, '<language tag="fr-BE"/>'), "fr-BE", "Pont ouvert", "Un texte.\n\nBridge open\n\nA text."),
        (g2(BOTH, "", 'xml:lang="nl"'), "en", "Bridge open", "A text.\n\nPont ouvert\n\nUn texte."),
        (g2(rendition("fr", "Un texte."), "", 'xml:lang="en"'), "fr", "Pont ouvert", "Un texte."),
        (
            g2('<inlineXML><html lang="fr"><body><p>Un texte.</p></body></html></inlineXML>', ""),
            "fr",
            "Pont ouvert",
            "Un texte.",
        ),
    ],
)
def test_newsml_g2(item: str, language: str, headline: str, body: str) -> None:
    article = one(item)
    assert (article.language, article.headline, article.body) == (language, headline, body)


NINJS = {"uri": "u:1", "type": "text", "versioncreated": "2024-01-01T00:00:00Z", "pubstatus": "usable"}


@pytest.mark.parametrize(
    ("fields", "language", "headline", "body"),
    [
        (
            {"headlines": [{"value": "Pont", "language": "fr"}, {"value": "Bridge", "language": "en"}], "language": "en",
             "bodies": [{"value": "<p>Un texte.</p>", "language": "fr"}, {"value": "<p>A text.</p>", "language": "en"}]},
            "en", "Bridge", "A text.\n\nPont\n\nUn texte.",
        ),
        (
            {"headline_fr": "Pont", "headline": "Bridge", "body_html_en": "<p>A text.</p>", "body_html_fr": "<p>Un texte.</p>"},
            "en", "Bridge", "A text.\n\nPont\n\nUn texte.",
        ),
        ({"headline": "Pont", "bodies": [{"value": "Un texte.", "language": "fr"}]}, "fr", "Pont", "Un texte."),
        ({"headline": "B", "body_text": "A text.", "body_html": "<p>A text.</p><p>More.</p>"}, "", "B", "A text.\n\nMore."),
    ],
)  # fmt: skip
def test_ninjs(fields: dict[str, object], language: str, headline: str, body: str) -> None:
    article = one(json.dumps(NINJS | fields))
    assert (article.language, article.headline, article.body) == (language, headline, body)


@pytest.mark.parametrize(
    ("title", "text", "headline", "body"),
    [
        ({"nl": "Titel", "fr": "Titre"}, {"nl": "Tekst.", "fr": "Texte."}, "Titel", "Tekst.\n\nTitre\n\nTexte."),
        ("Titel", {"nl": "Tekst.", "fr": "<p>Texte.</p>"}, "Titel", "Tekst.\n\nTexte."),
    ],
)
def test_plain_json_with_a_text_for_each_language(title: object, text: object, headline: str, body: str) -> None:
    article = one(json.dumps({"id": "1", "title": title, "text": text}))
    assert (article.language, article.headline, article.body) == ("nl", headline, body)


@pytest.mark.parametrize(
    "item",
    [
        {"title": {"en": "Bridge", "fr": "Pont"}, "body": {"en": "A text.", "fr": "Un texte."}, "language": "fr"},
        {"title_fr": "Pont", "title_en": "Bridge", "body_fr": "Un texte.", "body_en": "<p>A text.</p>"},
        {
            "headline-en": "Bridge",
            "headline-fr": "Pont",
            "text-en": "A text.",
            "text-fr": "Un texte.",
            "language": "fr-CA",
        },
    ],
)
def test_plain_json_begins_with_the_language_that_it_states(item: dict[str, object]) -> None:
    article = one(json.dumps({"id": "1", **item}))
    assert (article.language[:2], article.headline, article.body) == ("fr", "Pont", "Un texte.\n\nBridge\n\nA text.")
    assert not any("not read" in note for note in article.notes)


def test_nitf_with_a_headline_for_each_language() -> None:
    blocks = '<block xml:lang="en"><p>A text.</p></block><block xml:lang="mi"><p>He kupu.</p></block>'
    lines = '<hl1 xml:lang="en">Bridge</hl1><hl1 xml:lang="mi">Arawhiti</hl1>'
    article = one(
        f"<nitf><body><body.head><hedline>{lines}</hedline></body.head><body.content>{blocks}</body.content></body></nitf>"
    )
    assert (article.headline, article.body) == ("Bridge", "A text.\n\nArawhiti\n\nHe kupu.")


def test_nitf_with_blocks_in_two_languages() -> None:
    blocks = '<block xml:lang="nl"><p>Tekst.</p></block><block xml:lang="fr"><p>Texte.</p></block>'
    article = one(
        f"<nitf><body><body.head><hedline><hl1>T</hl1></hedline></body.head><body.content>{blocks}</body.content></body></nitf>"
    )
    assert (article.language, article.body) == ("nl", "Tekst.\n\nTexte.")


@pytest.mark.parametrize("text", [{"description": "Text."}, {"id": "1"}, {"nl": 1}, {"nl": "Tekst.", "note": "x"}])
def test_an_object_that_is_no_text_in_languages_is_refused_as_before(text: object) -> None:
    with pytest.raises(Rejected, match="expected text"):
        one(json.dumps({"id": "1", "title": "T", "text": text}))


def test_a_list_of_texts_with_their_languages() -> None:
    texts = [{"language": "fr", "value": "Le port rouvre."}, {"language": "nl", "value": "De haven gaat open."}]
    article = one(json.dumps({"id": "1", "title": "T", "language": "nl", "body": texts}))
    assert (article.language, article.body) == ("nl", "De haven gaat open.\n\nLe port rouvre.")


@pytest.mark.parametrize(
    "item",
    [
        {"title_nl": "Brug", "title_fr": "Pont", "text_nl": "Tekst.", "text_fr": "Texte."},
        {"headline": "Brug", "headline_fr": "Pont", "body": "Tekst.", "body_fr": "Texte."},
        {"title": "Brug", "titleFr": "Pont", "text": "Tekst.", "textFr": "<p>Texte.</p>"},
        {"title": "Brug", "text": "Tekst.", "title_nl": "Brug", "text_nl": "Tekst.", "title.fr": "Pont", "text.fr": "Texte."},
        {"title": "Brug", "text": "Tekst.", "translations": [{"lang": "fr-BE", "title": "Pont", "text": "Texte."}]},
        {"title": "Brug", "text": "Tekst.", "translations": {"fr": {"title": "Pont", "text": "<p>Texte.</p>"}}},
        {"texts": [{"lang": "fr", "title": "Pont", "text": "Texte."}, {"lang": "nl", "title": "Brug", "text": "Tekst."}]},
        {"versions": [{"language": "nl", "headline": "Brug", "body_html": "<p>Tekst.</p>"},
                      {"language": "fr", "headline": "Pont", "body_html": "<p>Texte.</p>"}]},
        {"versioncreated": "2024-01-01T00:00:00Z", "headline": "Brug", "body_html": "<p>Tekst.</p>",
         "translations": [{"language": "fr", "headline": "Pont", "body_html": "<p>Texte.</p>"},
                          {"language": "nl", "headline": "Brug", "body_html": "<p>Tekst.</p>"}]},
    ],
)  # fmt: skip
def test_a_second_language_is_kept_however_a_json_item_has_it(item: dict[str, object]) -> None:
    article = one(json.dumps({"uri": "u:1", "language": "nl", **item}))
    assert (article.language, article.headline, article.body) == ("nl", "Brug", "Tekst.\n\nPont\n\nTexte.")
    assert any(note.startswith("body: also in fr") for note in article.notes)


def test_a_language_that_an_item_states_gives_way_to_that_of_its_texts() -> None:
    item = {"id": "1", "language": "en", "texts": [{"lang": "de", "title": "Tunnel zu", "text": "Der Tunnel ist zu."}]}
    assert (one(json.dumps(item)).language, one(json.dumps(item)).headline) == ("de", "Tunnel zu")


@pytest.mark.parametrize(
    "fields",
    [{"body_id": "77"}, {"text_is": "final"}, {"translations": [{"language": "fr", "uri": "u:2"}]}, {"versions": 3},
     {"languages": ["nl", "fr"]}, {"translations": {"fr": "u:2"}}, {"title_fr": ""}],
)  # fmt: skip
def test_what_names_a_language_and_has_no_text_adds_nothing(fields: dict[str, object]) -> None:
    assert one(json.dumps({"id": "1", "title": "Bridge", "text": "A text.", **fields})).body == "A text."


def test_a_headline_without_its_text_is_noted() -> None:
    article = one(json.dumps({"id": "1", "title": "Bridge", "text": "A text.", "title_fr": "Pont"}))
    assert (article.headline, article.body) == ("Bridge", "A text.")
    assert "headline: also in fr, left out without its text" in article.notes


RSS = "<rss version='2.0'><channel><title>W</title>{feed}<item><guid>1</guid>{parts}</item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom' {feed}><title>W</title><entry><id>1</id>{parts}</entry></feed>"
EN, FR = "xml:lang='en'", "xml:lang='fr'"
XHTML = "<content type='xhtml' xml:lang='en'><div xmlns='http://www.w3.org/1999/xhtml'><p>A text.</p></div></content>"


@pytest.mark.parametrize(
    ("feed", "language", "headline", "body"),
    [
        (RSS.format(feed="<language>en</language>", parts=f"<title {FR}>Pont</title><title {EN}>Bridge</title>"
                    f"<description {FR}>Un texte, plus long.</description><description {EN}>A text.</description>"),
         "en", "Bridge", "A text.\n\nPont\n\nUn texte, plus long."),
        (RSS.format(feed="<language>en-GB</language>", parts=f"<title>Bridge</title><title {FR}>Pont</title>"
                    f"<description>A text.</description><description {FR}>Un texte, plus long.</description>"),
         "en-GB", "Bridge", "A text.\n\nPont\n\nUn texte, plus long."),
        (RSS.format(feed="", parts=f"<title {FR}>Pont</title><title {EN}>Bridge</title>"
                    f"<description {FR}>Un texte.</description><description {EN}>&lt;p>A text.&lt;/p></description>"),
         "fr", "Pont", "Un texte.\n\nBridge\n\nA text."),
        (RSS.format(feed="<language>en</language>", parts=f"<title>Pont</title><description {FR}>Un texte.</description>"),
         "fr", "Pont", "Un texte."),
        (ATOM.format(feed=FR, parts=f"<title {EN}>Bridge</title><title>Pont</title>{XHTML}<content>Un texte.</content>"),
         "fr", "Pont", "Un texte.\n\nBridge\n\nA text."),
        (ATOM.format(feed="", parts=f"<title {EN}>Bridge</title>{XHTML}<content {FR}>Un texte.</content>"),
         "en", "Bridge", "A text.\n\nUn texte."),
    ],
)  # fmt: skip
def test_a_feed_keeps_both_languages_apart(feed: str, language: str, headline: str, body: str) -> None:
    article = one(feed)
    assert (article.language, article.headline, article.body) == (language, headline, body)
