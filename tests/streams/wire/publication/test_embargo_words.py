"""Embargoes in words, as wires write them in several languages, and prose about embargoes, which holds nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.wire.publication.embargo_ends import read_end
from streams.wire.publication.embargoes import find_embargo
from tests.streams.wire.publication.holding import LINES, PLAIN, RECEIVED, is_hidden, taken

# Each with the end that is surely meant, seen on Friday, 20 November 2026; "" where the story is withheld.
EMBARGOES = [
    ("EMBARGOED UNTIL 0001 GMT, Friday, October 23, 2018", "2018-10-23T00:01"),
    ("STRICTLY EMBARGOED until 12:00 BST on 5 March 2024", "2024-03-05T11:00"),
    ("Not for publication before 2024-01-02T03:04+01:00", "2024-01-02T02:04"),
    ("Note: Embargo until 10 a.m. EDT Sept. 3, 2020", "2020-09-03T14:00"),
    ("EMBARGOED UNTIL FRIDAY", ""),
    ("HOLD FOR RELEASE UNTIL 6 A.M. EDT MAY 2, 2099", "2099-05-02T10:00"),
    ("Embargoed for 12:00 GMT on 2 May 2099", "2099-05-02T12:00"),
    ("Embargo: 12:00 GMT, 2 May 2099", "2099-05-02T12:00"),
    ("Sperrfrist: 2. Mai 2099, 12.00 Uhr", "2099-05-03T00:00"),
    ("SOUS EMBARGO jusqu'au 2 mai 2099", "2099-05-03T12:00"),
    ("EMBARGADO HASTA el 2 de mayo", "2027-05-03T12:00"),
    ("EMBARGOED UNTIL 12:00 on 5 March 2024", "2024-03-06T00:00"),
    ("STRICTLY EMBARGOED: 00:01 Friday 27 November 2026", "2026-11-27T12:01"),
    ("HOLD FOR RELEASE AT 12:01 a.m. EST FRIDAY, NOV. 27", "2026-11-27T05:01"),
    ("Sperrfrist 27. November 19.00 Uhr - Bitte beachten Sie die Sperrfrist", "2026-11-28T07:00"),
    ("EMBARGO jusqu'au vendredi 27 novembre 21H00 GMT", "2026-11-27T21:00"),
    ("NOT FOR BROADCAST OR PUBLICATION BEFORE 0001 GMT NOV 27", "2026-11-27T00:01"),
    ("Eds: This story is embargoed until 10 a.m. EST Friday.", ""),
    ("EMBARGO 0001 GMT 1 January 2030", "2030-01-01T00:01"),
    ("EMBARGO: Monday 0600 GMT", "2026-11-23T06:00"),
    ("UNDER STRICT EMBARGO", ""),
    ("under strict embargo until Monday", "2026-11-24T12:00"),
    ("Report finds rise (EMBARGOED)", ""),
    ("(EMBARGOED) Report finds rise", ""),
    ("[EMBARGO] Report finds rise", ""),
    ("0001 GMT FRIDAY 27 NOVEMBER - EMBARGO", "2026-11-27T00:01"),
    ("00:01 27/11/2026 EMBARGO", "2026-11-27T12:01"),
    ("27.11.2026, 19.00 Uhr: Sperrfrist", "2026-11-28T07:00"),
    ("21H00 GMT : EMBARGO", ""),
    ("*** EMBARGOED ***", ""),
    ("EMBARGOED STORY", ""),
    ("ACHTUNG SPERRFRIST", ""),
    ("ACHTUNG, SPERRFRIST! Freitag, 27. November 2026, 18 Uhr", "2026-11-28T06:00"),
    ("Sperrfrist: Freitag, 27.11., 18.00 Uhr (MEZ)", "2026-11-27T17:00"),
    ("Mit Sperrfrist bis Montag 6 Uhr", "2026-11-23T18:00"),
    ("Diese Meldung ist bis Freitag 19 Uhr gesperrt", ""),
    ("Diese Meldung unterliegt einer Sperrfrist bis Montag, 6 Uhr", "2026-11-23T18:00"),
    ("Gesperrt bis 27. November, 18 Uhr", "2026-11-28T06:00"),
    ("Frei ab Montag, 23. November, 6.00 Uhr", "2026-11-23T18:00"),
    ("Nicht zur Veröffentlichung vor dem 27. November 2026, 12 Uhr", "2026-11-28T00:00"),
    ("Nicht vor Freitag, 19 Uhr veröffentlichen", ""),
    ("Veröffentlichung erst ab 27. November, 10 Uhr", "2026-11-27T22:00"),
    ("Embargo bis 27. November 10.00 Uhr", "2026-11-27T22:00"),
    ("NE PAS DIFFUSER AVANT LE 27 NOVEMBRE 2026 A 10H00 GMT", "2026-11-27T10:00"),
    ("À ne pas publier avant vendredi 18h", ""),
    ("SOUS EMBARGO", ""),
    ("Sous embargo strict jusqu'à vendredi 27 novembre 2026 à 21h00", "2026-11-28T09:00"),
    ("Cette dépêche est sous embargo jusqu'au 27 novembre", "2026-11-28T12:00"),
    ("Embargo : vendredi 27 novembre, 6h (heure de Paris)", "2026-11-27T05:00"),
    ("ONDER EMBARGO TOT VRIJDAG 27 NOVEMBER 19.00 UUR", "2026-11-28T07:00"),
    ("Embargo tot maandag 6.00 uur", "2026-11-23T18:00"),
    ("Niet publiceren voor vrijdag 27 november", "2026-11-28T12:00"),
    ("Niet voor publicatie tot 27 november 10.00 uur", "2026-11-27T22:00"),
    ("Dit bericht staat onder embargo tot maandag", "2026-11-24T12:00"),
    ("EMBARGO: vrijdag 27 november 2026, 00.01 uur", "2026-11-27T12:01"),
    ("SOTTO EMBARGO FINO ALLE ORE 18 DEL 27 NOVEMBRE", "2026-11-28T06:00"),
    ("EMBARGO FINO ALLE 18.00 DI LUNEDÌ 30 NOVEMBRE", "2026-12-01T06:00"),
    ("Non pubblicare prima delle 18 del 27 novembre", "2026-11-28T06:00"),
    ("DA NON DIFFONDERE PRIMA DI VENERDÌ", ""),
    ("BAJO EMBARGO HASTA LAS 18:00 HORAS DEL VIERNES 27 DE NOVIEMBRE", "2026-11-28T06:00"),
    ("EMBARGADA HASTA LAS 20.00 HORAS", ""),
    ("No publicar antes del 27 de noviembre de 2026", "2026-11-28T12:00"),
    ("Noticia embargada hasta mañana a las 6:00", "2026-11-21T18:00"),
    ("EMBARGO HASTA MAÑANA", "2026-11-22T12:00"),
    ("PROHIBIDA SU PUBLICACIÓN ANTES DEL 27 DE NOVIEMBRE", "2026-11-28T12:00"),
    ("Embargoed until delivery", ""),
    ("CHECK AGAINST DELIVERY - EMBARGOED UNTIL 10:00 GMT", ""),
    ("EMBARGO UNTIL FURTHER NOTICE", ""),
    ("DO NOT PUBLISH BEFORE 0001 GMT FRIDAY", ""),
    ("NOT FOR PUBLICATION", ""),
    ("Not for release until 2030", ""),
    ("EMBARGO LIFTS 0001 GMT TUESDAY", "2026-11-24T00:01"),
    ("Embargo to be lifted at 0600 GMT on 1 January 2030", "2030-01-01T06:00"),
    ("PRESS EMBARGO: 1 January 2030", "2030-01-02T12:00"),
    ("News embargo until Tuesday", "2026-11-25T12:00"),
    ("FOR RELEASE 0001 GMT FRIDAY NOVEMBER 27", "2026-11-27T00:01"),
    ("FOR RELEASE: 8:30 A.M. EST, FRIDAY, DECEMBER 4, 2026", "2026-12-04T13:30"),
    ("EMBARGO - 00h01 le 27/11/2026", "2026-11-27T12:01"),
    ("Embargo time: 00:01 27 November", "2026-11-27T12:01"),
    ("EMBARGOED TILL 6PM MONDAY", "2026-11-24T06:00"),
    ("embargoed until 9am Tuesday", "2026-11-24T21:00"),
    (
        "Transmission of material in this release is embargoed until 8:30 a.m. (ET) Friday, December 4, 2026",
        "2026-12-04T13:30",
    ),
    ("**Under embargo until 00:01 GMT 27 Nov**", "2026-11-27T00:01"),
    ("EMBARGO", ""),
    ("EMBARGO 27 NOV 1800", ""),
    ("UNTIL 0001 GMT 27 NOV: EMBARGOED", "2026-11-27T00:01"),
    ("Jobs figures - EMBARGOED UNTIL 0001 GMT FRIDAY", ""),
    ("EMBARGO !! 27 novembre 6h00", "2026-11-27T18:00"),
    ("Please note embargo: 0600 GMT Monday", "2026-11-23T06:00"),
    ("ATTENTION EDITORS - EMBARGOED FOR RELEASE AT 0001 GMT ON FRIDAY NOV 27", "2026-11-27T00:01"),
    ("EMBARGOED FOR RELEASE", ""),
    ("STRICT EMBARGO 00.01HRS FRIDAY 27TH NOVEMBER 2026", "2026-11-27T12:01"),
    ("Tijdstip embargo: maandag 6.00 uur", "2026-11-23T18:00"),
    ("Informazione sotto embargo", ""),
    ("Embargo – lundi 30 novembre à midi", "2026-12-01T00:00"),
    ("EMBARGOED UNTIL 27/11/26", "2026-11-28T12:00"),
    ("PA Embargoed to 0001 Monday November 23", "2026-11-23T12:01"),
    ("E M B A R G O E D", ""),
    ("S T R I C T   E M B A R G O until Monday", "2026-11-24T12:00"),
    ("FOR RELEASE AFTER 5 PM EST TODAY", ""),
    ("HOLD for 6 a.m. EST Nov. 23, 2026", "2026-11-23T11:00"),
    ("For Sunday release", "2026-11-23T12:00"),
    ("Advance for Sunday AMs", "2026-11-23T12:00"),
    ("FOR USE MONDAY, NOV. 23, AND THEREAFTER", "2026-11-24T12:00"),
    ("DO NOT USE until cleared by legal", ""),
    ("Embargo till måndag 06.00", "2026-11-23T18:00"),
    ("EMBARGO: kl 06:00 mandag", "2026-11-23T18:00"),
    ("Sperrefrist til mandag 23. november kl. 06.00", "2026-11-23T18:00"),
    ("Publiceringsstopp till måndag kl 06.00", "2026-11-23T18:00"),
    ("Julkaisuvapaa maanantaina klo 6.00", "2026-11-23T18:00"),
    ("Não publicar antes de segunda-feira", "2026-11-24T12:00"),
    ("EMBARGOED TO 0001 MONDAY NOVEMBER 23 Bridge reopens", "2026-11-23T12:01"),
    ("Freigabe: Montag 23.11.2026 6 Uhr", "2026-11-23T18:00"),
    ("The following is embargoed for 00.01 Monday", "2026-11-23T12:01"),
]
# None of them is one, in a headline, a slugline or a line of text.
PROSE = [
    "Following the coup, oil is embargoed",
    "Freigabe der Brücke am Montag um 6 Uhr",
    "Embargo: 10 questions about Cuba",
    "Do not use until the paint has dried",
    "For Sunday dinner, release the dough from the tin",
    "Hold for 10 minutes and repeat",
    "For use in schools, ministers said on Monday",
    "The report was embargoed until 00:01 GMT on 5 March 2024",
    "The oil embargo until 1990",
    "He lifted the embargo",
    "EMBARGO ON CUBA EXTENDED",
    "EMBARGO: EU mulls arms ban",
    "EMBARGO: EU MULLS ARMS BAN",
    "Embargo on Russian oil takes effect Monday",
    "OIL EMBARGO HITS EUROPE",
    "EU EMBARGO ON SYRIA UNTIL JUNE 2030",
    "Arms embargo: UN votes Monday at 1500 GMT",
    "Arms embargo until 2030",
    "EMBARGO LIFTED",
    "EMBARGO LIFTED: Report finds rise",
    "EMBARGO LIFTED AT 0600 GMT",
    "Embargo until Cuba frees prisoners, senator says",
    "Embargoed oil reaches China",
    "Embargoed goods seized",
    "GRAIN EMBARGO OF 1980 REMEMBERED",
    "Sin embargo, el ministro dijo el lunes a las 10:00",
    "SIN EMBARGO: la historia",
    "L'Irak sous embargo depuis 1990",
    "Sous embargo depuis 1960, Cuba souffre",
    "Sperrfrist für Autofahrer verlängert",
    "Embargados los bienes del alcalde",
    "El juez ha embargado la casa hasta 2030",
    "U.S. EMBARGO OF NICARAGUA, 1 MAY 1985",
    "Embargo, day 10: shops empty",
    "THE EMBARGO",
    "Embargo and after",
    "This report is about the embargo on Cuba",
    "This embargo is hurting Cuba",
    "The embargo was imposed on 3 February 1962",
    "A total embargo",
    "TOTAL EMBARGO",
    "Do not use before consulting a doctor",
    "No release before Monday for hostages",
    "Not released until 1994, the film is back",
    "for release April 24, has been delayed until May 15.",
    "For immediate release",
    "FOR IMMEDIATE RELEASE",
    "Not for use outside the United States",
    "NOT FOR SALE BEFORE CHRISTMAS",
    "Do not forget the milk",
    "Release date: 12 May 2027",
    "The A8 is closed. A8 gesperrt bis Freitag",
    "No change before Monday",
    "Hold for now",
    "The U.N. embargo, until now respected, is ending",
    "Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt",
    "The following information is not intended for publication",
    "embargo",
    "Cuba",
    "Russia - embargo",
    "IRAN-EMBARGO",
    "US-CUBA/EMBARGO",
    "In-depth: oil embargo 1973",
    "1973 EMBARGO",
    "EMBARGO 1973",
    "EMBARGO FOR ISRAEL",
    "Embargo is over",
    "Embargo ends",
    "EMBARGO TO END MONDAY, EU SAYS",
]
ANYWHERE = [
    "EMBARGOED UNTIL 0001 GMT 1 January 2030",
    "Sperrfrist: 1. Januar 2030, 0.01 Uhr MEZ",
    "STRICTLY EMBARGOED",
    "SOUS EMBARGO jusqu'au 1er janvier 2030",
]


@pytest.mark.parametrize(("line", "until"), EMBARGOES)
def test_an_embargo_in_words_holds_until_its_end_or_withholds(line: str, until: str) -> None:
    found = find_embargo(RECEIVED, line)
    assert found is not None
    assert (found.until.strftime("%Y-%m-%dT%H:%M") if found.until else "") == until


@pytest.mark.parametrize("line", PROSE)
def test_prose_about_embargoes_holds_nothing(line: str) -> None:
    assert find_embargo(RECEIVED, line) is None
    assert find_embargo(RECEIVED, titles=(line,)) is None
    assert not is_hidden(taken(PLAIN | {"headline": line, "body": f"Text.\n{line}"}))


@pytest.mark.parametrize("where", sorted(LINES))
@pytest.mark.parametrize("line", ANYWHERE)
def test_an_embargo_is_seen_wherever_a_desk_may_write_it(where: str, line: str) -> None:
    assert is_hidden(taken(LINES[where](line)))


@pytest.mark.parametrize("where", sorted(LINES))
def test_prose_is_none_wherever_it_stands(where: str) -> None:
    for line in ("EMBARGO ON CUBA EXTENDED", "Embargo: EU mulls arms ban", "EMBARGO LIFTED"):
        assert not is_hidden(taken(LINES[where](line)))


def test_beyond_the_first_fifteen_lines_nothing_is_asked() -> None:
    late = "\n".join([f"Line {n}." for n in range(15)] + ["EMBARGOED UNTIL FRIDAY"])
    assert not is_hidden(taken(PLAIN | {"body": late}))


def test_a_slug_or_keyword_that_names_the_subject_is_none_and_one_that_says_embargoed_is() -> None:
    for slug in ("EMBARGO", "US-CUBA-EMBARGO", "EMBARGO/IRAN", "embargo"):
        assert not is_hidden(taken(PLAIN | {"slugline": slug, "keywords": [slug]}))
    for slug in ("EMBARGOED", "US-JOBS-EMBARGOED", "EMBARGOED-JOBS", "JOBS/EMBARGOED"):
        assert is_hidden(taken(PLAIN | {"slugline": slug}))
        assert is_hidden(taken(PLAIN | {"keywords": [slug]}))


def test_an_end_on_the_next_line_is_read() -> None:
    found = find_embargo(RECEIVED, "EMBARGOED UNTIL\n0001 GMT, 27 November 2026\n\nText.")
    assert found is not None
    assert found.until == datetime(2026, 11, 27, 0, 1, tzinfo=UTC)


def test_a_headline_that_only_says_embargoed_takes_the_end_from_the_text() -> None:
    story = taken(
        PLAIN | {"headline": "Jobs rise (EMBARGOED)", "body": "EMBARGOED UNTIL 0001 GMT 27 NOV 2026\n\nText."}
    )
    assert (story.status, story.embargo_until) == ("usable", datetime(2026, 11, 27, 0, 1, tzinfo=UTC))


def test_a_field_is_believed_unless_the_words_say_later() -> None:
    line = "EMBARGOED UNTIL 27 November 2026"
    assert taken(PLAIN | {"embargo": "2026-11-27T10:00:00Z", "body": line}).embargo_until == datetime(
        2026, 11, 27, 10, tzinfo=UTC
    )
    assert taken(PLAIN | {"embargo": "2026-11-20T10:00:00Z", "body": line}).embargo_until == datetime(
        2026, 11, 28, 12, tzinfo=UTC
    )
    assert (
        taken(PLAIN | {"embargo": "2026-11-27T10:00:00Z", "body": "EMBARGOED UNTIL FRIDAY"}).embargo_until is not None
    )
    assert is_hidden(taken(PLAIN | {"embargo": False, "body": "EMBARGOED UNTIL FRIDAY"}))


@pytest.mark.parametrize(
    "text",
    [
        "until 10 days after 1 january 2026",
        "27 november 2026 or 31",
        "0001",
        "31 february 2027",
        "25:00 27 nov 2026",
        "27 nov 1800",
        "next monday 0600 gmt",
    ],
)
def test_what_is_not_surely_understood_gives_no_end(text: str) -> None:
    assert read_end(text, RECEIVED) is None


def test_a_date_that_could_be_read_in_two_ways_is_the_later_one() -> None:
    assert read_end("03/02/2027", RECEIVED) == datetime(2027, 3, 3, 12, tzinfo=UTC)
    assert read_end("27 nov 2000", RECEIVED) == datetime(2026, 11, 28, 8, tzinfo=UTC)
    assert read_end("0001 gmt 2 jan", datetime(2026, 12, 30, tzinfo=UTC)) == datetime(2027, 1, 2, 0, 1, tzinfo=UTC)


@given(
    st.integers(0, 60 * 24 * 365 * 3),
    st.sampled_from(
        [
            "%H:%M GMT %d %B %Y",
            "%A %d %b %Y, %H.%M Uhr MEZ",
            "%B %d, %Y, %H%M GMT",
            "%d.%m.%Y %H:%M",
            "%d/%m/%Y",
            "%Y%m%dT%H%MZ",
            "%d%H%MZ %b %y",
            "to %H%M %A %B %d %Y",
            "%A, %d %B %Y, %H%M",
            "%d%b%Y %H%MZ",
        ]
    ),
)
def test_no_end_lies_before_the_time_that_was_written(minutes: int, form: str) -> None:
    time = RECEIVED + timedelta(minutes=minutes)
    end = read_end(time.strftime(form).lower(), RECEIVED)
    assert end is not None
    assert end >= time - timedelta(hours=1 if "mez" in form.lower() else 0)


@given(
    st.lists(
        st.sampled_from(
            [
                "embargo",
                "on",
                "cuba",
                "oil",
                "trade",
                "extended",
                "the",
                "lifted",
                "un",
                "eu",
                "arms",
                "grain",
                "monday",
                "ban",
                "until",
                "sanctions",
                "says",
                "of",
                "1987",
            ]
        ),
        min_size=2,
        max_size=9,
    )
)
def test_sentences_that_begin_with_another_word_are_prose(words: list[str]) -> None:
    assert find_embargo(RECEIVED, "Officials say " + " ".join(words) + ".") is None
