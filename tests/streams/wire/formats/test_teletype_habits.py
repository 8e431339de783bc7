"""Habits of agencies in teletype: padding, signs and topics above a headline, other services, lines that begin with ^."""

from datetime import UTC, datetime

import pytest

from tests.fuzz.seeds import ANPA, IPTC7901
from tests.streams.wire import one

FRENCH = (
    b"bsf025 3 ec 121   exa 967\r\n\r\nFrance\r\n\r\n\x02%sLe port de Sete rouvre = \r\n \r\n   Paris (exa) Le port a rouvert\r\n"
    b"dimanche. \r\n\x03201223 nov 26\r\n\r\n\x04\r\n"
)


@pytest.mark.parametrize(
    "padding", [b"\x7f\x7f\r\n\x7f\x7f\x01", b"\x00\x00\x00\x01", b"\x16\x16\x01", b"\xff\xff\r\n\x01", b" \r\n" * 40]
)
def test_padding_before_the_first_control_character(padding: bytes) -> None:
    article = one(padding + FRENCH % b"")
    assert (article.format, article.headline, article.body) == (
        "iptc-7901",
        "Le port de Sete rouvre",
        "Paris (exa) Le port a rouvert dimanche.",
    )
    assert one(padding.rstrip(b"\x01 ") + ANPA).headline == one(ANPA).headline


@pytest.mark.parametrize(
    ("above", "kind"),
    [
        (b"2ND LEAD\r\n", "update"),
        (b"2ND LEAD\r\n3RD NET\r\n", "update"),
        (b"Situation \r\nFrance:  \r\n", "new"),
        (b"CORRECTION:\r\n", "correction"),
        (b"Port/Transports/\r\n(Zusammenfassung 1400)\r\n", "update"),
        (b"Port\r\n2. Lead\r\n", "update"),
        (b"Port/Mer/\r\n", "new"),
    ],
)
def test_signs_and_topics_above_a_headline(above: bytes, kind: str) -> None:
    article = one(b"\x01" + FRENCH % above)
    assert (article.headline, article.kind) == ("Le port de Sete rouvre", kind)


def test_who_speaks_stays_in_the_headline() -> None:
    assert one(IPTC7901).headline == "Eintracht in London: Tränen"


def kyodo(headline: str, header: str = "a0105EXPRS\x1fkoko-") -> str:
    return (
        f"\x01{header}\r\nu s\x14\x12 BC-Soccer-Cup   11-20 0344\r\n\x02BC-Soccer-Cup\r\n{headline}+\r\n"
        "     SAITAMA, Japan, Nov. 20 - The Reds won the cup on Sunday after \r\nbeating the Blues 1-0.\r\n"
        "     The only goal came in the 13th minute.\r\n==Exprs\r\n\x03KWS-21:37-20-11-26\x04\r\n"
    )


@pytest.mark.parametrize("header", ["a0105EXPRS\x1fkoko-", "a0105EXPRSkoko-", "bc105\x1f-----", "G7787glbsm"])
def test_anpa_of_another_service(header: str) -> None:
    article = one(kyodo("Soccer: Reds win the cup by beating Blues", header))
    assert article.headline == "Soccer: Reds win the cup by beating Blues"
    assert article.body.endswith("beating the Blues 1-0.\n\nThe only goal came in the 13th minute.")
    assert (article.slugline, article.credit) == ("BC-Soccer-Cup", "Exprs")
    assert article.version_created == datetime(2026, 11, 20, 21, 37, tzinfo=UTC)
    assert article.guid == "urn:newswire:anpa:kws:20261120:bc-soccer-cup"


def test_its_headline_may_go_over_two_lines_and_have_a_sign() -> None:
    article = one(kyodo("LEAD: Soccer: Reds win the cup by\r\nbeating Blues"))
    assert (article.headline, article.kind) == ("Soccer: Reds win the cup by beating Blues", "update")


def ap(lines: str) -> str:
    return f"s0284-----\nr s BC-BBO--Glance     08-18 \n{lines}\n\t   AP-WF-08-18-19 2017GMT<\n"


def test_a_list_of_headlines_whose_lines_all_begin_with_a_caret() -> None:
    article = one(
        ap(
            "^BC-AP Headlines,17<\n^AP Headlines at 5 p.m.<\n^Court upholds ruling<\n^Senate passes bill, 51-49<\n^Storm hits coast<\n"
        )
    )
    assert article.headline == "AP Headlines at 5 p.m."
    assert article.body == "Court upholds ruling\n\nSenate passes bill, 51-49\n\nStorm hits coast"


def test_a_table_with_headings_behind_carets() -> None:
    article = one(
        ap("^BC-BBO--Glance<\n^Wild Card Glance=\n^By The Associated Press=\n^AMERICAN LEAGUE=\n^ W   L   Pct\nTampa Bay 73  52  .584   _\n"
           "Los Angeles 61  64  .488 12\nTexas 60  63  .488 12\n^Saturday's Games=\n\t   Seattle 4, Toronto 3\n")
    )  # fmt: skip
    assert (article.headline, article.byline) == ("Wild Card Glance", "By The Associated Press")
    assert article.body == (
        "AMERICAN LEAGUE\nW   L   Pct\n\nTampa Bay 73  52  .584   _\nLos Angeles 61  64  .488 12\nTexas 60  63  .488 12\n\n"
        "Saturday's Games\n\nSeattle 4, Toronto 3"
    )


def test_an_alert_of_ap_is_headed_by_its_sentence() -> None:
    article = one(ap("^BC-US--APNewsAlert,17<\n\t   HONOLULU (AP) _ Hawaii files court challenge to travel ban.\n"))
    assert article.headline == "Hawaii files court challenge to travel ban."


NOTED = [
    ("(Corrige edad en segundo párrafo)", "correction"),
    ("(CORRIGE date para 3)", "correction"),
    ("(RETTIFICA al secondo paragrafo)", "correction"),
    ("(Corrección: la edad del ministro)", "correction"),
    ("(Errata corrige al terzo paragrafo)", "correction"),
    ("(Berichtigt Zahl im zweiten Absatz)", "correction"),
    ("(Berichtigung: 2,5 Prozent)", "correction"),
    ("(Corrects spelling of name (Smith) in para 2)", "correction"),
    ("(Rättar namn i andra stycket)", "correction"),
    ("(Correção no 2º parágrafo)", "correction"),
    ("(Amplía con declaraciones)", "update"),
    ("(AMPLIA con reacciones)", "update"),
    ("(Ampliación con reacciones)", "update"),
    ("(ACTUALISE avec réaction)", "update"),
    ("(Aggiunge dichiarazioni)", "update"),
    ("(Adds quote)", "update"),
    ("ATTENTION - CORRIGE date ///", "correction"),
    ("[Corrige edad]", "correction"),
    ("*** CORRIGE edad ***", "correction"),
    ("(2ª corrección: edad)", "correction"),
    ("(Repetición corregida)", "correction"),
    ("(ATENCIÓN: corrige edad)", "correction"),
    ("(Sostituisce la precedente)", "update"),
]


@pytest.mark.parametrize(("note", "kind"), NOTED)
@pytest.mark.parametrize("above", ["{}\r\n", "{}\r\n\r\n", "\r\n{}\r\n", "Port/Mer/\r\n{}\r\n"])
def test_a_note_above_a_headline_is_no_part_of_it(note: str, kind: str, above: str) -> None:
    article = one(b"\x01" + FRENCH % above.format(note).encode())
    assert (article.headline, article.kind) == ("Le port de Sete rouvre", kind)
    assert article.body == "Paris (exa) Le port a rouvert dimanche."


def test_a_note_may_go_over_two_lines_and_stand_above_a_headline_without_a_mark() -> None:
    article = one(b"\x01" + FRENCH % b"(Corrige edad en segundo\r\nparrafo)\r\n")
    assert (article.headline, article.kind) == ("Le port de Sete rouvre", "correction")
    assert article.editorial_note == "(Corrige edad en segundo parrafo)"
    bare = (FRENCH % b"(CORRIGE date para 3)\r\n").replace(b" = \r\n \r\n", b"\r\n\r\n")
    assert (one(b"\x01" + bare).headline, one(b"\x01" + bare).kind) == ("Le port de Sete rouvre", "correction")


@pytest.mark.parametrize("above", ["(Photos)", "(Correction officers strike)", "(Le Havre)", "Le maire corrige le tir"])
def test_what_is_no_note_stays_in_the_headline(above: str) -> None:
    article = one(b"\x01" + FRENCH % f"{above}\r\n".encode())
    assert (article.headline, article.kind) == (f"{above} Le port de Sete rouvre", "new")


@pytest.mark.parametrize(
    ("headline", "bare", "kind"),
    [
        ("(Corrige edad en segundo párrafo) El puerto reabre", "El puerto reabre", "correction"),
        ("(Correction: date) Port reopens", "Port reopens", "correction"),
        ("(Adds quote): Port reopens", "Port reopens", "update"),
        ("Port reopens (corrects spelling of minister in para 2)", "Port reopens", "correction"),
        ("(Sub)urban trains are late", "(Sub)urban trains are late", "new"),
        ("Editor (corrects proofs by night) retires", "Editor (corrects proofs by night) retires", "new"),
        ("Prison (correction officers) on strike", "Prison (correction officers) on strike", "new"),
    ],
)
def test_a_note_in_brackets_beside_a_headline(headline: str, bare: str, kind: str) -> None:
    feed = f"<rss><channel><item><title>{headline}</title><guid>1</guid></item></channel></rss>"
    assert (one(feed).headline, one(feed).kind) == (bare, kind)


def test_a_note_that_is_the_first_line_of_a_text() -> None:
    headed = "Slug: PORT\nFrom: Desk\n\n(Corrige date au 2e paragraphe)\nLe port rouvre\n\nLes navires entrent.\n"
    framed = "ZCZC 017\n(Corrige date)\nLe port rouvre\n\n   Les navires entrent.\nNNNN\n"
    for data in (headed, framed, "\x01desk 7\x02(Corrige date)\nLe port rouvre\nLes navires entrent.\n\x03\x04"):
        article = one(data)
        assert (article.headline, article.kind, article.body) == (
            "Le port rouvre",
            "correction",
            "Les navires entrent.",
        )


@pytest.mark.parametrize(
    ("end", "left"),
    [
        ("\r\nabc/def/gh", ""),
        ("\r\n\r\nbur-abc-de/fg", ""),
        ("\r\nEFE\r\nabc/def", " EFE"),
        (" EFE\r\n\r\nabc/def", " EFE"),
        ("\r\nab/cd/", ""),
        ("\r\n(abc/def)", ""),
        ("\r\nABC // DEF", ""),
        ("\r\nABC/def", ""),
        ("\r\nEFE\r\n1010123\r\nabc/def", " EFE"),
        ("\r\n/FIN/ abc/def", " /FIN/"),
        ("\r\n\r\ndpa abc yyzz n1 def", ""),
        # No initials.
        ("\r\n80 km/h", " 80 km/h"),
        (" He chose black and/or", " He chose black and/or"),
        ("\r\n\r\nn/a", "\n\nn/a"),
        ("\r\n\r\nAP/Reuters", "\n\nAP/Reuters"),
    ],
)
def test_the_initials_of_a_desk_are_no_part_of_the_text(end: str, left: str) -> None:
    article = one((b"\x01" + FRENCH % b"").replace(b"dimanche. \r\n", f"dimanche.{end}\r\n".encode()))
    assert article.body == f"Paris (exa) Le port a rouvert dimanche.{left}"


@pytest.mark.parametrize(
    "embargo", ["HOLD FOR RELEASE AT 4 P.M. EST MONDAY, NOV. 30", "$adv30<\n^For Release Monday, Nov. 30, and thereafter",
                "EMBARGOED UNTIL 0001 GMT MONDAY NOV. 30"],
)  # fmt: skip
def test_an_embargo_above_a_headline_of_anpa_is_a_note(embargo: str) -> None:
    article = one(
        f"a0633\nr s BC-MED--Heart Study   11-26 0210\n^BC-MED--Heart Study,0210<\n^{embargo}<\n^Aspirin fails hearts<\n"
        "^By JANE DOE<\n^AP Medical Writer<\n\tCHICAGO (AP) _ Aspirin does not help.\nAP-WF-11-26-26 1202GMT<\n"
    )
    assert (article.headline, article.byline) == ("Aspirin fails hearts", "By JANE DOE, AP Medical Writer")
    assert article.body == "CHICAGO (AP) – Aspirin does not help."
    assert "30" in article.editorial_note
    assert article.embargo_until is not None


@pytest.mark.parametrize(
    "above",
    [
        b"Sperrfrist: 30.11., 08.00 Uhr\r\n\r\n(Sperrfrist Montag, 30. November, 0800)\r\n",
        b"Achtung Sperrfrist\r\nMontag, 30.11.2026, 8 Uhr\r\n",
        b"EMBARGO jusqu'au 30 novembre 20h00 GMT\r\n",
    ],
)
def test_an_embargo_above_a_headline_of_iptc_7901_is_a_note(above: bytes) -> None:
    article = one(b"\x01" + FRENCH % above)
    assert (article.headline, article.body) == ("Le port de Sete rouvre", "Paris (exa) Le port a rouvert dimanche.")
    assert article.editorial_note.startswith(above.decode().partition("\r")[0])
    assert article.embargo_until is not None
    assert f"{article.embargo_until:%m-%dT%H}" == "11-30T20"
