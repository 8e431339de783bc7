from datetime import UTC, datetime

import pytest

from streams.errors import Rejected
from streams.wire import parse
from tests.streams.wire import one, raw, read


@pytest.mark.parametrize(
    "data", [b"\x01\x02 nothing that a wire service sends \x9d", b"\x00\x01\x02 rubbish", b"\x01 \x02x"]
)
def test_stray_control_characters_do_not_make_a_wire_message(data) -> None:
    with pytest.raises(Rejected, match="unknown format"):
        parse(raw(data))


def test_a_frame_with_a_header_of_its_own_is_read() -> None:
    (article,) = parse(raw(b"\x01desk 7 talks\x02Talks resume\nThe talks resumed on Monday.\n\x03\x04"))
    assert article.headline == "Talks resume"


ANSA = """ZCZC0832/SX4
XCI60832_SX4_QBXB
R CRO S04 QBXB
= Incendio in fabbrica a Prato, due feriti =
 (V. 'Incendio in fabbrica...' delle 14.10)
   (ANSA) - PRATO, 26 MAG - Due operai sono rimasti feriti in un
incendio.
   Indagano i carabinieri. (ANSA).

     YH9-ABC
26-MAG-24 15:30 NNNN
"""


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_an_agencys_own_header_between_zczc_and_nnnn(break_: str) -> None:
    article = one(ANSA.replace("\n", break_))
    assert article.headline == "Incendio in fabbrica a Prato, due feriti"
    assert article.body == (
        "(ANSA) - PRATO, 26 MAG - Due operai sono rimasti feriti in un incendio.\n\nIndagano i carabinieri. (ANSA)."
    )
    assert (article.guid, article.source) == ("urn:newswire:zczc:sx4:20240526:832", "ANSA")
    assert article.version_created == datetime(2024, 5, 26, 15, 30, tzinfo=UTC)
    assert article.editorial_note == "V. 'Incendio in fabbrica...' delle 14.10"
    assert [subject.code for subject in article.subjects] == ["iptc7901:cro"]


def test_several_of_them_in_one_file() -> None:
    articles = read(ANSA + ANSA.replace("ZCZC0832", "ZCZC0833").replace("R CRO", "U POL"))
    assert [article.guid[-3:] for article in articles] == ["832", "833"]
    assert [article.urgency for article in articles] == [4, 3]


@pytest.mark.parametrize(
    ("data", "headline", "body"),
    [
        ("ZCZC\nPRI GEN NAT\n.DELHI DEL5\nHarbour opens\n  Delhi, May 26 (EXA) The harbour opened.\nNNNN", "Harbour opens",
         "Delhi, May 26 (EXA) The harbour opened."),
        ("ZCZC 017\nPORTO: RIAPRE DOPO 3 GIORNI\n\n   (EXA) Il porto riapre.\nNNNN\n", "PORTO: RIAPRE DOPO 3 GIORNI",
         "(EXA) Il porto riapre."),
        ("ZCZC\n\nThe harbour opens after\nthree days\n\nSHIPS came in.\nNNNN", "The harbour opens after three days", "SHIPS came in."),
        ("ZCZC0833/SX4\nXCI60833_SX4_QBXB\nR SPO S04 QBXB\nCalcio: vince la Reggina\nper 2-0\n   (ANSA) - REGGIO, 26 MAG - Vince.\n",
         "Calcio: vince la Reggina per 2-0", "(ANSA) - REGGIO, 26 MAG - Vince."),
    ],
)  # fmt: skip
def test_frames_of_others(data: str, headline: str, body: str) -> None:
    article = one(data)
    assert (article.headline, article.body) == (headline, body)


@pytest.mark.parametrize(
    ("data", "headline", "body", "guid"),
    [
        ("ZCZC\nAGI0123 3 CRO 0 R01 /\n\nIncendio a Prato =\n\n(AGI) - Prato, 26 mag. - Due feriti. (AGI)\nRed/Abc\n261530 MAG 24\n\nNNNN\n",
         "Incendio a Prato", "(AGI) - Prato, 26 mag. - Due feriti. (AGI)", "urn:newswire:iptc7901:agi:20240526:123"),
        ("ZCZC\nAGI0123 3 CRO 0 R01 /\n\nIncendio a Prato\n(AGI) - Prato, 26 mag. - Due feriti.\n261530 MAG 24\n\nNNNN\n",
         "Incendio a Prato", "(AGI) - Prato, 26 mag. - Due feriti.", "urn:newswire:iptc7901:agi:20240526:123"),
        (("ZCZC\nADN0123 7 CRO 0 ADN CRO NAZ\n\nINCENDIO: DUE FERITI A PRATO =\n\n      Prato, 26 mag. - (Adnkronos) - Due feriti.\n\n"
         "      (Abc/Adnkronos)\n\nISSN 2465 - 1222\n26-MAG-24 15:30\n\nNNNN\n"),
         "INCENDIO: DUE FERITI A PRATO", "Prato, 26 mag. - (Adnkronos) - Due feriti.\n\n(Abc/Adnkronos)", "urn:newswire:iptc7901:adn:20240526:123"),
        ("ZCZC PN_20240526_00123\n4 cro gn00 XFLA\nIncendio a Prato\n\nRoma, 26 mag. (askanews) - Due feriti.\n\nAbc 20240526T153000Z\nNNNN",
         "Incendio a Prato", "Roma, 26 mag. (askanews) - Due feriti.", "urn:newswire:zczc:20240526:pn_20240526_00123"),
        ("ZCZC0832/SXA\nXEF60832_SXA_QBXB\nU POL SXA QBXB\n++ GOVERNO: AVANTI ++\n   (ANSA) - ROMA, 26 MAG - Testo.\n     ABC\n26-MAG-24 15:30 NNNN\n",
         "GOVERNO: AVANTI", "(ANSA) - ROMA, 26 MAG - Testo.", "urn:newswire:zczc:sxa:20240526:832"),
    ],
)  # fmt: skip
def test_italian_agencies(data: str, headline: str, body: str, guid: str) -> None:
    article = one(data)
    assert (article.headline, article.body, article.guid) == (headline, body, guid)
    assert article.version_created == datetime(2024, 5, 26, 15, 30, tzinfo=UTC)


def test_a_killed_message_of_such_a_frame() -> None:
    assert one(ANSA.replace("= Incendio in fabbrica a Prato, due feriti =", "= ANNULLARE =")).status == "canceled"
