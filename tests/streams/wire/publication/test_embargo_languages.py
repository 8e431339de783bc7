"""Embargoes as wires of many languages write them, with what looks like one and is none."""

from datetime import UTC, datetime

import pytest

from streams.wire.publication.embargo_fields import kind_of
from streams.wire.publication.embargoes import find_embargo
from tests.streams.wire.publication.holding import JSON_FIELDS, XML_FIELDS, is_hidden, taken

RECEIVED = datetime(2026, 11, 27, 13, tzinfo=UTC)  # a Friday
# Each with its end in November 2026; "" where the story is withheld.
ENGLISH = [
    ("Note: this is not for release until 9 pm", ""),
    ("The following is not to be published before 0600 GMT Monday", "30T06:00"),
    ("Not for use until after the president has left the stage", ""),
    ("EMBARGO EXTENDED to 0600 GMT Monday", "30T06:00"),
    ("EMBARGO NOW 0600 GMT MONDAY", "30T06:00"),
    ("EMBARGO CHANGED: now 0600 GMT Monday", "30T06:00"),
    ("Embargo brought forward to 0600 GMT Monday", "30T06:00"),
    ("New embargo time: 0600 GMT Monday", "30T06:00"),
    ("Not before Monday, 0600 GMT", "30T06:00"),
    ("Not until 0600 GMT on 30 November", "30T06:00"),
    ("Available for publication from 0600 GMT Monday", "30T06:00"),
    ("Free for broadcast from 0600 GMT Monday", "30T06:00"),
    ("Use from 0600 GMT Monday", "30T06:00"),
    ("NFP until 0600 GMT Monday", "30T06:00"),
    ("Kindly observe the embargo of 0600 GMT Monday", "30T06:00"),
    ("End of embargo: 0600 GMT Monday", "30T06:00"),
]
WESTERN = [
    ("Sendesperrfrist: Montag, 6.00 Uhr MEZ", "30T05:00"),
    ("Neue Sperrfrist: Montag, 6.00 Uhr MEZ", "30T05:00"),
    ("Presseembargo bis Montag, 6.00 Uhr MEZ", "30T05:00"),
    ("Sperre bis Montag, 6.00 Uhr MEZ", "30T05:00"),
    ("Zur Sendung frei ab Montag, 6.00 Uhr MEZ", "30T05:00"),
    ("Diffusion autorisée à partir du lundi 30 novembre à 6h GMT", "30T06:00"),
    ("Publication possible dès lundi 30 novembre, 6h00 GMT", "30T06:00"),
    ("Levée de l'embargo : lundi 6h00 GMT", "30T06:00"),
    ("Libero da embargo dalle ore 6 di lunedì 30 novembre", "30T18:00"),
    ("Uso consentito dalle 6.00 di lunedì 30 novembre", "30T18:00"),
    ("Para su difusión a partir de las 6.00 del lunes 30 de noviembre", "30T18:00"),
    ("Publicable desde el lunes 30 a las 6.00", "30T18:00"),
    ("Para divulgação a partir das 6h de segunda-feira, 30 de novembro", "30T18:00"),
    ("Vrijgegeven voor publicatie: maandag 30 november 6.00 uur", "30T18:00"),
]
NORTHERN_AND_EASTERN = [
    ("Får publiceras först måndag 30 november kl 06.00", "30T18:00"),
    ("Fri till publicering måndag 30 november kl 06.00", "30T18:00"),
    ("Publiceringsfri måndag 30 november kl 06.00", "30T18:00"),
    ("Frigitt for publisering mandag 30. november kl. 06.00", "30T18:00"),
    ("Til fri offentliggørelse mandag 30. november kl. 6.00", "30T18:00"),
    ("Vapaa julkaistavaksi ma 30.11. klo 6.00", "30T18:00"),
    ("Do publikacji od 30 listopada 2026, godz. 6:00", "30T18:00"),
    ("Embargo do poniedziałku 30 listopada, godz. 6.00", "30T18:00"),
    ("Embargo do 30. listopadu 6:00", "30T18:00"),
    ("EMBARGO do pondělí 30. listopadu 2026, 6:00 hod.", "30T18:00"),
    ("Ke zveřejnění od 30. listopadu 6:00", "30T18:00"),
    ("Embargo do 30. novembra 2026 u 6:00", "30T18:00"),
    ("EMBARGÓ: november 30. 06:00", "30T18:00"),
    ("Embargo pana la 30 noiembrie 2026, 06:00", "30T18:00"),
    ("Ambargo: 30 Kasım 06:00", "30T18:00"),
    ("Εμπάργκο έως 30 Νοεμβρίου 06:00", "30T18:00"),
    ("ΕΜΠΑΡΓΚΟ μέχρι 30 Νοεμβρίου 06:00", "30T18:00"),
    ("Для публикации после 06:00 мск 30 ноября", "30T03:00"),
    ("Публикация разрешена с 06:00 мск 30 ноября", "30T03:00"),
    ("Не ранее 30 ноября, 06:00 мск", "30T03:00"),
    ("Под ембарго до 30 ноември 06:00", "30T18:00"),
]
EAST_ASIAN = [
    ("11月30日午前5時解禁", "30T17:00"),
    ("30日午前5時解禁", ""),
    ("【解禁】11月30日午前5時", "30T17:00"),
    ("（30日朝刊用、解禁は午前5時）", ""),
    ("11月30日午前5時まで報道しないでください", "30T17:00"),
    ("11月30日午前5時までの公開はお控えください", "30T17:00"),
    ("11月30日午前5時以降に公開可", "30T17:00"),
    ("11月30日6时前请勿发布", "30T18:00"),
    ("发布会结束前请勿报道", ""),
    ("请于11月30日6时后发布", "30T18:00"),
    ("本稿11月30日6时解禁", "30T18:00"),
    ("보도시점: 2026.11.30.(월) 06:00 이후", "30T18:00"),
    ("11월 30일 06시까지 보도 금지", "30T18:00"),
    ("11월 30일 06:00부터 보도 가능합니다", "30T18:00"),
]
# Words that are in none of the lists, beside figures of an embargo.
UNKNOWN = ["Embargo do xyzabc 30. foobaru 6:00", "Embargo do 30. foobaru", "EMBARGO: 30 foobaru 2026, 06.00"]
FREE = [
    "EU embargo extended to 31 December",
    "New embargo on Russian oil to start at 0600 GMT Monday, EU says",
    "Embargo on Cuba at 10:30",
    '"Embargoed until Monday 9 a.m.," the memo said.',
    "“Under embargo until 0600 GMT,” an aide told reporters.",
    "End of embargo on Cuba at 0600 GMT Monday",
    "Embargo now in its 60th year",
    "Embargo: 10 deaths in 24 hours",
    "Embargo costs 3.50 euros a litre",
    "Embargo: Brent 68.50 Dollar",
    "Embargo do petróleo chega a 28 países",
    "Embargo na zbraně do 6:00",
    "Embargo gegen 28 Firmen",
    "Not before time",
    "Not until Monday",
    "Not before 10 a.m. did the firefighters arrive",
    "Not before Christmas, the minister says",
    "Not for use until the water is safe, officials said",
    "This must not be published before Monday, a judge ruled",
    "This is not for use before Monday, he said",
    "Release: 12 May 2027",
    "Released on Saturday at 6 p.m.",
    "Available for release in cinemas on December 25",
    "Released for publication in 1999",
    "Use after 30 November at your own risk",
    "NFP due Friday at 8:30 a.m.",
    "NFP: +200,000 at 8:30",
    "Sperre bis Samstag",
    "Sperre auf der A8 bis Samstag, 6 Uhr",
    "Sperrzeit in Bars bis 6 Uhr verlängert",
    "Neue Sperrfrist für Gülle ab Montag",
    "Diffusion autorisée du film samedi",
    "Fin de l'embargo sur le pétrole le 30 novembre",
    "Publication autorisée par le tribunal, samedi 28 novembre",
    "Para publicar un libro hay que esperar hasta el sábado",
    "Per la pubblicazione del libro si attende sabato",
    "Uso consentito solo sabato, dice il sindaco",
    "Får publiceras, säger domstolen",
    "Fri entré lördag 06.00",
    "Vapaa pääsy lauantaina klo 6",
    "Do publikacji książki nie dojdzie przed sobotą",
    "Для публикации книги нужны деньги",
    "Под эмбарго попали 28 компаний",
    "Эмбарго продлено до 28 декабря, сообщил министр",
    "Εμπάργκο στο πετρέλαιο έως 28 Νοεμβρίου",
    "渓流釣り、28日午前5時解禁",
    "ボジョレー・ヌーボー解禁",
    "11月28日解禁",
    "28日まで公開中の映画",
    "28日以降に公開予定",
    "11月28日6时前请勿外出",
    "气象台将于28日6时后发布预警",
    "보도시점: 배포 즉시",
    "28일까지 보도를 했다",
]
TRADE_HEADLINES = ["Embargo extended until 31 December", "NEW EMBARGO MONDAY"]


@pytest.mark.parametrize(("line", "until"), [*ENGLISH, *WESTERN, *NORTHERN_AND_EASTERN, *EAST_ASIAN])
def test_an_embargo_is_read_in_its_language(line: str, until: str) -> None:
    found = find_embargo(RECEIVED, f"{line}\n\nThe text.")
    assert found is not None
    assert (found.until.strftime("%Y-%m-%dT%H:%M") if found.until else "") == (until and f"2026-11-{until}")


@pytest.mark.parametrize("line", UNKNOWN)
def test_an_embargo_with_unknown_words_beside_its_figures_withholds(line: str) -> None:
    found = find_embargo(RECEIVED, f"{line}\n27 November 2026\n\nThe text.")
    assert found is not None
    assert found.until is None


@pytest.mark.parametrize("line", FREE)
def test_news_and_trade_hold_nothing(line: str) -> None:
    assert find_embargo(RECEIVED, line, titles=(line,)) is None


@pytest.mark.parametrize("line", TRADE_HEADLINES)
def test_a_headline_of_a_moved_embargo_tells_of_trade_unless_it_has_an_hour(line: str) -> None:
    assert find_embargo(RECEIVED, titles=(line,)) is None
    assert find_embargo(RECEIVED, titles=(f"{line} 0600 GMT",))


NAMES = [
    "sperrvermerk", "Sperrvermerk_bis", "sendesperrfrist", "sperrefrist", "publiceringsstopp", "klausuleret", "nichtVor",
    "no_publicar_antes_de", "nePasDiffuserAvant", "nonPubblicarePrimaDi", "エンバーゴ", "解禁日時", "엠바고", "эмбарго",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_names_an_embargo_in_another_language_holds(name: str) -> None:
    assert kind_of(name) == "end"
    for stated in JSON_FIELDS.values():
        assert is_hidden(taken(stated(name, "01.12.2026 06:00")))
        assert is_hidden(taken(stated(name, "someday")))
    assert not is_hidden(taken(JSON_FIELDS["plain"](name, "")))
    if "sperr" in name.lower():
        assert all(is_hidden(taken(stated(name, "01.12.2026 06:00"))) for stated in XML_FIELDS.values())


def test_a_field_of_a_release_in_german_holds_only_what_lies_ahead() -> None:
    for name in ("gültigAb", "gueltig_ab", "freigabe", "frei_ab"):
        assert is_hidden(taken(JSON_FIELDS["plain"](name, "01.12.2026 06:00")))
        assert not is_hidden(taken(JSON_FIELDS["plain"](name, "01.11.2026 06:00")))
    assert kind_of("sperrung") == ""
