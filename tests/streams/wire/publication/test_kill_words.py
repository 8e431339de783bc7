"""Kills in the words of six languages' desks, and what newspapers print of retractions, which kills nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.wire.publication.advisories import advice
from tests.streams.wire.publication.holding import PLAIN, in_nitf, in_rss, taken

# Headline and text; "x" is a headline that says nothing.
KILLS = [
    (
        "Kill notice",
        "Please kill story slugged Bridge ex London, PA Nov 20 at 20 Nov 2026 10:00 AEDT.\n\nStory killed due to legal reason.",
    ),
    ("ANNULATION - Pont fermé", "Veuillez annuler notre dépêche sur le pont."),
    ("Bridge story", "The Associated Press has retracted its story about the bridge."),
    ("Story retraction", "Example Wire has retracted its story on the bridge. A corrected version will follow."),
    ("Retraction: Bridge closes", "Example News has retracted its story. Do not use."),
    ("ANULAR - Puente cerrado", "Rogamos anulen nuestra noticia sobre el puente."),
    ("Puente cerrado", "Rogamos no utilicen nuestra nota sobre el puente."),
    ("Bridge", "EDITORS: The story headlined Bridge, which moved at 1000 GMT, has been withdrawn."),
    ("(WITHDRAWN) Bridge", "The Nov. 26 story headlined Bridge is withdrawn. There will be no substitute story."),
    ("Bridge", "EDITORS' NOTE: This story has been retracted by the agency."),
    ("Notice to editors", "The item Bridge, transmitted earlier today, should not be used."),
    ("Attention editors", "Please withdraw item Bridge."),
    ("ANULAÇÃO: Ponte", "Por favor anulem a notícia sobre a ponte."),
    ("Bro", "Vennligst slett meldingen om broen."),
    ("Bro", "Meldingen om broen er trukket tilbake."),
    ("ANULAR", "Puente"),
    ("ANULAR - Puente cerrado", "El puente está cerrado."),
    ("ANNULLAMENTO - Ponte chiuso", "Si prega di annullare la notizia sul ponte."),
    ("ANNULLAMENTO", "x"),
    ("ANNULLAMENTO - Ponte chiuso", "La notizia sul ponte è annullata."),
    ("INTREKKING - Brug dicht", "Gelieve ons bericht over de brug niet te gebruiken."),
    ("INTREKKING: Brug dicht", "Het bericht over de brug is ingetrokken."),
    ("INTREKKING", "x"),
    ("ZURÜCKGEZOGEN: Brücke gesperrt", "Die Meldung über die Brücke ist falsch und wird zurückgezogen."),
    ("Brücke", "Bitte verwenden Sie die Meldung über die Brücke nicht mehr."),
    ("Brücke", "Bitte streichen Sie unsere Meldung «Brücke gesperrt»."),
    ("Achtung Redaktionen", "Bitte die dpa-Meldung zur Brücke nicht verwenden."),
    ("Avis", "Prière d'annuler notre dépêche sur le pont."),
    ("Avis", "Merci de ne pas utiliser notre article sur le pont."),
    ("Avis", "Notre dépêche sur le pont est annulée."),
    ("Nota", "Se ruega no utilizar la noticia sobre el puente."),
    ("Nota", "Queda anulada la noticia sobre el puente."),
    ("Avviso", "Vi preghiamo di non utilizzare la notizia sul ponte."),
    ("Bericht", "Dit bericht is ingetrokken."),
    ("x", "Kindly kill our earlier story on the bridge."),
    ("x", "Kill story headlined Bridge closes."),
    ("KILL", "x"),
    ("ANNULATION", "x"),
    ("x", "Reuters is withdrawing its story slugged BRIDGE. There will be no substitute."),
    ("STORNO", "x"),
    ("x", "Please withdraw our story on the bridge."),
    ("x", "PLEASE DO NOT USE THIS STORY"),
    ("Anulación de noticia", "Por favor, eliminen la noticia sobre el puente."),
]
PROSE = [
    ("Note to editors", "The museum will open at ten. Photographs should not be used without credit."),
    ("The minister withdraws", "The bill, which moved to committee, has been withdrawn."),
    ("Saken trukket", "Saken om broen er viktig for byen. Anken er trukket."),
    ("Festival", "ANNULATION - Le festival n'aura pas lieu"),
    ("Rolling Stone retracts story", "Rolling Stone has retracted its story about a campus rape."),
    ("Paper", "The Guardian has retracted its story on the minister, it said."),
    ("Kill", "Please kill the lights."),
    ("x", "Please kill the bill, he said"),
    ("x", "Kill the story, say MPs"),
    ("Withdrawal: troops leave", "The troops have withdrawn, a report said."),
    ("ANULAR: UN MATRIMONIO", "El matrimonio fue anulado."),
    ("Papa will Ehe annullieren", "x"),
    ("x", "Die Nachricht wurde zurückgezogen"),
    ("x", "L'article a été retiré par le journal."),
    ("x", "La nota del presidente ha sido anulada por el juez"),
    ("x", "Veuillez annuler votre rendez-vous"),
    ("x", "Bitte verwenden Sie die Nachrichten-App nicht"),
    ("x", "Please do not use the phone"),
    ("x", "Delete the article, court tells newspaper"),
    ("x", "Remove this item from your shopping list"),
    ("x", "The New York Times has withdrawn its report on Caliphate podcast; no replacement"),
    ("ANNULLATO IL DERBY", "x"),
    ("Retraction: what it means", "A story on retraction"),
    ("x", "Report: item recalled and killed three"),
    ("Lancet", "The Lancet has retracted its article on hydroxychloroquine."),
]


@pytest.mark.parametrize(("headline", "text"), KILLS)
def test_a_request_in_words_kills_where_the_format_has_no_status(headline: str, text: str) -> None:
    story = taken(PLAIN | {"headline": headline, "body": text})
    assert (story.status, story.kind) == ("canceled", "kill")
    assert taken(PLAIN | {"headline": headline, "body": text, "status": "usable"}).kind == "advisory"


@pytest.mark.parametrize(("headline", "text"), PROSE)
def test_what_a_newspaper_prints_of_it_does_not(headline: str, text: str) -> None:
    for source in ("", "Politico"):
        story = taken(PLAIN | {"headline": headline, "body": text, "source": source})
        assert (story.status, story.kind == "kill") == ("usable", False)


def test_a_retraction_kills_when_its_sender_sends_it() -> None:
    line = "The Associated Press has retracted its story about the bridge."
    for source in ("AP", "Associated Press", "associatedpress.com", ""):
        assert taken(PLAIN | {"body": line, "source": source}).kind == "kill"
    for source in ("Politico", "CNN (Web News)", "Reuters"):
        assert taken(PLAIN | {"body": line, "source": source}).status == "usable"
    assert taken(PLAIN | {"body": "Rolling Stone has retracted its story.", "source": "Rolling Stone"}).kind == "kill"


@pytest.mark.parametrize(
    "line",
    [
        "Please kill story slugged BRIDGE.",
        "Veuillez annuler notre dépêche sur le pont.",
        "Gelieve dit bericht niet te gebruiken.",
    ],
)
def test_a_kill_in_words_is_seen_in_the_formats_without_a_status(line: str) -> None:
    assert taken(in_rss().replace("The jobs figures rose.", line)).kind == "kill"
    assert taken(in_nitf().replace("The jobs figures rose.", line)).kind == "kill"


WORDS = [
    "annulation",
    "annuler",
    "annulé",
    "dépêche",
    "article",
    "notre",
    "la",
    "story",
    "killed",
    "retracted",
    "its",
    "has",
    "anular",
    "noticia",
    "la",
    "bericht",
    "ingetrokken",
    "het",
    "meldung",
    "zurückgezogen",
    "die",
    "notizia",
    "annullata",
    "report",
    "withdrawn",
    "please",
    "of",
    "in",
]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_a_sentence_that_begins_with_somebody_saying_it_never_kills(words: list[str]) -> None:
    assert advice("Bridge closes", "", "He said that " + " ".join(words) + ".", ("Example",)) != "kill"
