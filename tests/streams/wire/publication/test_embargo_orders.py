"""Embargoes in other forms: numeric dates, orders not to publish, times of release, zones by place, other scripts."""

from datetime import UTC, datetime

import pytest

from streams.wire.publication.embargo_lines import says_embargo, without_embargoes
from streams.wire.publication.embargo_zones import with_marks
from streams.wire.publication.embargoes import find_embargo

RECEIVED = datetime(2026, 11, 27, 13, tzinfo=UTC)  # a Friday
# Each with its end, day and hour of November 2026 or the whole date; "" where the story is withheld.
DATES = [
    ("EMBARGO 2026-11-30", "12-01T12:00"),
    ("Embargo until 2026-11-30", "12-01T12:00"),
    ("Embargo: 2026-11-30T06:00+01:00", "11-30T05:00"),
    ("EMBARGOED UNTIL 2026-11-30T10:00:00.000Z", "11-30T10:00"),
    ("Do not use before 2026-11-30T10:00Z", "11-30T10:00"),
    ("Do not use before 2026-11-30", "12-01T12:00"),
    ("For release 2026-11-30", "12-01T12:00"),
    ("EMBARGO 30/11/2026", "12-01T12:00"),
    ("Embargo: 30.11.2026 06:00", "11-30T18:00"),
    ("EMBARGOED UNTIL 2026/11/30", "12-01T12:00"),
    ("Embargo 20261130T0600Z", "11-30T06:00"),
    ("EMBARGO 30-11-2026 06:00 CET", "11-30T05:00"),
    ("Embargo 30-NOV-2026 0600 GMT", "11-30T06:00"),
    ("embargoed: 30Nov2026 0001Z", "11-30T00:01"),
    ("EMBARGOED UNTIL 300001Z NOV 26", "11-30T00:01"),
    ("엠바고 2026. 11. 30. 10:00", "11-30T22:00"),
    ("EMBARGADO. No publicar antes de las 10.00 horas del lunes 30", "11-30T22:00"),
    ("Embargo jusqu'à lundi 30 novembre, 6 heures 30 (heure de Bruxelles)", "11-30T05:30"),
    ("Sperrfrist: Donnerstag 10.12 8 Uhr", "12-10T22:12"),
    ("情報解禁日時:2026年11月30日(月)10:00", "11-30T22:00"),
    ("ADVANCE FOR WEEKEND OF NOV. 28-29", ""),
]
CLOCKS = [
    ("EMBARGOED TO 0001 MONDAY NOVEMBER 30", "11-30T12:01"),
    ("EMBARGO UNTIL MON 0001", "11-30T12:01"),
    ("EMBARGOED UNTIL 2030 MONDAY NOVEMBER 30", "12-01T08:30"),
    ("EMBARGOED TO 1700 FRIDAY DECEMBER 4", "12-05T05:00"),
    ("Sperrfrist: Montag, 30. November, 0800", "11-30T20:00"),
    ("EMBARGO: 0600Z 30NOV", "11-30T06:00"),
    ("EMBARGOED UNTIL 30 NOV 2026 0001 LONDON TIME", "11-30T00:01"),
    ("Embargo 18:00 heure de Paris le 30 novembre", "11-30T17:00"),
    ("Embargo until 10:00 New York time on Monday", "11-30T15:00"),
    ("Embargoed until July 1, 2027, 10 a.m. ET", "2027-07-01T14:00"),
    ("EMBARGADO HASTA LAS 10.00 HORA DE MADRID DEL LUNES 30 DE NOVIEMBRE", "11-30T09:00"),
    ("Embargoed until 16:00 London time / 11:00 US Eastern Time on 30 November 2026", "11-30T16:00"),
    ("Sperrfrist bis 30. November, 18 Uhr Wiener Zeit", "11-30T17:00"),
    ("EMBARGOED UNTIL 10AM (LONDON) MONDAY 30 NOVEMBER", "11-30T10:00"),
    ("Embargo until 10:00 local time on Monday 30 November", "11-30T22:00"),
    ("EMBARGOED UNTIL 30 NOVEMBER 2026 AT 00:01 GREENWICH MEAN TIME", "11-30T00:01"),
    ("Sperrfrist: 30.11., 08.00 Uhr (Sperrfrist Montag, 30. November, 0800) Inflation steigt", "11-30T20:00"),
    ("Sperrfrist: Montag, 30. November\n18 Uhr MEZ", "11-30T17:00"),
    ("Sperrfrist\nMontag, 30. November\n6.00 Uhr MEZ", "11-30T05:00"),
    ("Embargoed until 10 am Central European Time on 30 November", "11-30T09:00"),
    ("Embargoed until Nov. 30, 2026 @ 6:00 a.m. EST", "11-30T11:00"),
    ("Die Sperrfrist endet am 30. November um 10 Uhr MEZ", "11-30T09:00"),
    ("Diese Meldung ist bis 30. November, 10 Uhr MEZ gesperrt", "11-30T09:00"),
    ("The report is embargoed until 10:00 GMT on Monday", "11-30T10:00"),
    ("Please note: this is under embargo until 10:00 GMT on 30 November", "11-30T10:00"),
    ("Sperrfrist: Montag, 30. November 2026, 1800", "12-01T06:00"),
    ("EMBARGO 2026-11-30 1800", "12-01T06:00"),
]
ORDERS = [
    ("Please do not publish before 30 November, 10:00 CET", "11-30T09:00"),
    ("Editors are asked not to publish before 0600 GMT Monday", "11-30T06:00"),
    ("Kindly refrain from publishing before 10:00 GMT on 30 November", "11-30T10:00"),
    ("Merci de ne pas publier avant lundi 30 novembre 6h00", "11-30T18:00"),
    ("Merci de respecter l'embargo jusqu'au 30 novembre 6h00", "11-30T18:00"),
    ("Ne pas diffuser avant lundi 30 novembre 2026 à 06H00 GMT", "11-30T06:00"),
    ("Bitte nicht vor Montag 6.00 Uhr veröffentlichen", "11-30T18:00"),
    ("Wir bitten, diese Meldung nicht vor Montag, 6 Uhr zu veröffentlichen", "11-30T18:00"),
    ("Gelieve dit bericht niet te publiceren voor maandag 30 november 6.00 uur", "11-30T18:00"),
    ("Si prega di non pubblicare prima delle ore 10 del 30 novembre", "11-30T22:00"),
    ("Se ruega no difundir antes de las 10.00 horas del lunes 30 de noviembre", "11-30T22:00"),
    ("Por favor, não divulgar antes de 30 de novembro às 10h", "11-30T22:00"),
    ("This press release may not be published before 30 November 2026, 10:00 CET.", "11-30T09:00"),
    ("The press release must not be published before Monday, 30 November, 6 a.m. GMT.", "11-30T06:00"),
    ("This content may not be used before 6 a.m. ET Monday, Nov. 30", "11-30T11:00"),
    ("This story may only be published after 10:00 GMT on 30 November", "11-30T10:00"),
    ("The attached study must not be published before Monday 30 November at 10 a.m. GMT", "11-30T10:00"),
    ("Diese Meldung darf nicht vor Montag, 30. November, 6 Uhr veröffentlicht werden", "11-30T18:00"),
    ("Die Studie darf erst ab Montag, 30. November, 10 Uhr MEZ veröffentlicht werden", "11-30T09:00"),
    ("Ces informations ne peuvent être publiées avant le 30 novembre à 6h00 GMT", "11-30T06:00"),
    ("L'étude ci-jointe ne doit pas être publiée avant le 30 novembre à 6h00 GMT", "11-30T06:00"),
    ("Dit persbericht mag niet voor maandag 30 november 10.00 uur worden gepubliceerd", "11-30T22:00"),
    ("Il presente comunicato non deve essere diffuso prima del 30 novembre, ore 10", "11-30T22:00"),
    ("Publication before 10:00 GMT on 30 November is strictly prohibited", "11-30T10:00"),
    ("Toute publication avant le 30 novembre à 10h00 GMT est interdite", "11-30T10:00"),
    ("This speech may not be published before delivery", ""),
    ("Embargoed against delivery", ""),
    ("No part of this release may be published before 10:00 GMT on 30 November", "11-30T10:00"),
    ("Content is not to be published before 10:00 GMT on 30 November", "11-30T10:00"),
    ("This story must not run before 10:00 GMT Monday", "11-30T10:00"),
    ("Prière de respecter l'embargo : lundi 30 novembre 10h00 GMT", "11-30T10:00"),
    ("Bitte veröffentlichen Sie diese Meldung nicht vor dem 30. November, 10 Uhr MEZ", "11-30T09:00"),
    ("Niet eerder publiceren dan 30 november 10.00 uur", "11-30T22:00"),
    ("Mag niet gepubliceerd worden voor maandag 30 november 6.00 uur", "11-30T18:00"),
    ("CONFIDENTIAL UNTIL 10:00 GMT MONDAY", "11-30T10:00"),
    ("Embargoed pending delivery", ""),
]
RELEASES = [
    ("ADVANCE FOR USE SUNDAY, NOV. 29, AND THEREAFTER", "11-30T12:00"),
    ("MOVED IN ADVANCE FOR USE NOV. 29", "11-30T12:00"),
    ("ADVANCE FOR RELEASE AT 6 P.M. EST SUNDAY, NOV. 29", "11-29T23:00"),
    ("Zur Veröffentlichung frei ab Montag, 30.11.2026, 6.00 Uhr", "11-30T18:00"),
    ("Frei zur Veröffentlichung ab 30.11.2026, 6.00 Uhr", "11-30T18:00"),
    ("Frei für Montagausgaben", "12-01T12:00"),
    ("May be published from 10:00 GMT on 30 November", "11-30T10:00"),
    ("À publier à partir du 30 novembre à 6h GMT", "11-30T06:00"),
    ("Libre de publication dès le 30 novembre à 6h00 GMT", "11-30T06:00"),
    ("Kan først offentliggøres mandag 30. november kl. 06.00", "11-30T18:00"),
    ("Får publiceras tidigast 30 november kl 06.00", "11-30T18:00"),
    ("$adv29", "11-30T12:00"),
    ("BC-FEA--Trees, Adv25,0120", "11-26T12:00"),
    ("BC-FEA--Trees, Adv01", "12-02T12:00"),
    ("$adv29\nFOR RELEASE AT 6 P.M. EST SUNDAY, NOV. 29", "11-29T23:00"),
]
LANGUAGES = [
    ("Embargot upphör 30 november kl 06.00", "11-30T18:00"),
    ("Ej för publicering före 30 november kl 06.00", "11-30T18:00"),
    ("Pressmeddelande under embargo till söndag 29 november kl 18.00", "11-30T06:00"),
    ("Vänligen publicera inte före 30 november kl 06.00", "11-30T18:00"),
    ("Ikke for publisering før mandag 30. november kl. 06.00", "11-30T18:00"),
    ("Denne pressemelding må ikke publiseres før 30. november kl. 06.00", "11-30T18:00"),
    ("Må ikke offentliggøres før mandag den 30. november kl. 06.00", "11-30T18:00"),
    ("Klausuleret til mandag 30. november kl. 6", "11-30T18:00"),
    ("Ei saa julkaista ennen 30.11.2026 klo 6", "11-30T18:00"),
    ("Persbericht onder embargo tot 30 november 10:00", "11-30T22:00"),
    ("Embargado até segunda-feira, 30 de novembro, às 10h30", "11-30T22:30"),
    ("Proibida a divulgação antes de 30 de novembro às 10h", "11-30T22:00"),
    ("Vietata la pubblicazione prima delle 10 del 30 novembre", "11-30T22:00"),
    ("Nie publikować przed 30 listopada 2026, godz. 10:00", "11-30T22:00"),
    ("Эмбарго до 10:00 мск 30 ноября", "11-30T07:00"),
    ("Просьба не публиковать до понедельника, 10:00 мск", "11-30T07:00"),
    ("エンバーゴ 2026年11月30日 10時", "11-30T22:00"),
    ("【11月30日午前5時解禁】", "11-30T17:00"),
    ("新闻禁发期至11月30日上午10时(北京时间)", "11-30T02:00"),
    ("엠바고: 11월 30일(월) 오전 10시", "11-30T22:00"),
    ("محظور النشر حتى 30/11/2026 10:00", "11-30T22:00"),
]
PROSE = [
    "The ban on Russian oil may not be lifted before 30 November, officials said.",
    "Do not use before expiry, the label says.",
    "Report may not be published before Christmas, ministers say",
    "Verdict not expected before 10 a.m. Monday",
    "For release of hostages, Hamas wants Monday talks",
    "The report will not be published before Monday",
    "The study cannot be published before 3 March because of a court order",
    "The magazine asked reporters not to publish the story before Monday, he said",
    "Not until Monday will the report be published",
    "Exit polls may not be published before 8 p.m. on Sunday, the electoral commission said",
    "Media are not allowed to publish polls before Sunday.",
    "Publication of opinion polls before Sunday is forbidden in France",
    "Broadcasting before 6 a.m. is prohibited in the village",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "This material may not be published without prior written permission",
    "Not for publication without prior consent",
    "Please do not use the bridge before Monday",
    "Der Bericht darf nicht vor Montag veröffentlicht werden, entschied das Gericht",
    "Erst am Montag veröffentlicht die Behörde ihren Bericht",
    "Le rapport ne peut être publié avant lundi, a dit le tribunal",
    "Embargoed until now, the report is out",
    "CHECK AGAINST DELIVERY",
    "Эмбарго на поставки нефти вступит в силу 30 ноября",
    "Нефтяное эмбарго до 30 ноября",
    "アユ釣り、6月1日解禁",
    "对古巴禁运",
    "The report is embargoed until 10:00 GMT on Monday, a person who saw it said",
    "Embargo endet am 30. November",
    "The talks are confidential until Monday",
    "Celtics, adv 30 to 20",
    "Embargot mot Kuba upphör 30 november",
    "Embargot upphör 30 november",
    "Klausul i avtalet gäller till 30 november",
    '"Please do not publish this before Monday," he told reporters',
    "Merci de ne pas utiliser l'ascenseur avant lundi",
    "For use until 31 December 2026 only",
    "This photo is not to be used after 31 December 2026",
    "NO USE AFTER 31 DECEMBER 2026",
]


@pytest.mark.parametrize(("line", "until"), [*DATES, *CLOCKS, *ORDERS, *RELEASES, *LANGUAGES])
def test_an_embargo_ends_at_the_hour_that_it_states(line: str, until: str) -> None:
    found = find_embargo(RECEIVED, line)
    assert found is not None
    end = found.until.strftime("%Y-%m-%dT%H:%M") if found.until else ""
    assert end.removeprefix("2026-") == until


@pytest.mark.parametrize("line", PROSE)
def test_what_reports_of_orders_and_bans_holds_nothing(line: str) -> None:
    assert find_embargo(RECEIVED, line) is None
    assert find_embargo(RECEIVED, titles=(line,)) is None


@pytest.mark.parametrize("hour", ["0001", "0800", "1000"])
def test_the_day_of_issue_on_the_next_line_is_no_hour_of_an_embargo(hour: str) -> None:
    found = find_embargo(RECEIVED, f"EMBARGOED UNTIL 30 NOVEMBER 2026\n27 November 2026, {hour} GMT")
    assert found is not None
    assert found.until == datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_lines_that_say_only_an_embargo_are_separated_from_headlines() -> None:
    lines = ["Sperrfrist: Montag, 30. November", "18 Uhr MEZ", "", "Inflation steigt"]
    assert without_embargoes(lines) == (lines[:2], lines[2:])
    assert without_embargoes(["$adv29", "How trees talk"]) == (["$adv29"], ["How trees talk"])
    advance = ["For release 6 p.m. Sunday, Nov. 29", "and thereafter"]
    assert without_embargoes([*advance, "How trees talk"]) == (advance, ["How trees talk"])
    assert without_embargoes(["EMBARGOED"]) == ([], ["EMBARGOED"])
    assert not says_embargo("Report finds rise (EMBARGOED)")
    assert not says_embargo("EMBARGO ON CUBA EXTENDED")
    assert not says_embargo("Adv. 29 points to victory")


@pytest.mark.parametrize(
    "time",
    [
        "london time", "berliner ortszeit", "tokyo tijd", "oslo tid", "suomen aikaa", "heure de paris", "hora de madrid",
        "ora di roma", "local time in geneva", "ortszeit wien", "lokal tid i oslo", "(wien)", "us eastern", "eastern",
        "pacific daylight time", "mitteleuropaische sommerzeit", "central european time", "greenwich mean time",
        "temps universel", "weltzeit",
    ],
)  # fmt: skip
def test_every_way_to_name_the_time_of_a_place_is_found(time: str) -> None:
    assert with_marks(f"18:00 {time}") != f"18:00 {time}"
