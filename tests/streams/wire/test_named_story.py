"""Which story a kill in words names, in six languages; a text that only mentions a story names none."""

import pytest

from search.articles import NamedStory
from streams.wire.named_story import named_in
from tests.streams.wire.publication.holding import PLAIN, taken

SLUG, TITLE = "BC-Acme", "Bridge closes"
NAMED = [
    ("Kill notice", f"Please kill story slugged {SLUG}.", NamedStory(SLUG)),
    ("Kill", f'Please kill our story slugged "{SLUG}" sent at 14:05 GMT', NamedStory(SLUG, sent="14:05")),
    ("x", "Please kill story slugged ACME-RESULTS/ of 1405 GMT.", NamedStory("ACME-RESULTS", sent="14:05")),
    ("x", "Please kill story slugged Bridge ex London, PA Nov 20 at 20 Nov.", NamedStory("Bridge ex London")),
    ("x", "Wire is withdrawing its story slugged BRIDGE. No substitute.", NamedStory("BRIDGE")),
    ("x", f"Kill story headlined {TITLE}.", NamedStory(headline=TITLE)),
    ("x", f"Please withdraw our story “{TITLE}”.", NamedStory(headline=TITLE)),
    ("x", f"Please kill story slugged {SLUG}, headlined “{TITLE}”", NamedStory(SLUG, TITLE)),
    (f"KILL: {SLUG}", "The facts are wrong.", NamedStory(SLUG)),
    ("x", "Please kill story urn:newsml:x.com:20261120:A1", NamedStory(guid="urn:newsml:x.com:20261120:A1")),
    ("x", "Please kill story, guid: tag-20261120-7", NamedStory(guid="tag-20261120-7")),
    ("Achtung", f"Bitte streichen Sie unsere Meldung «{TITLE}».", NamedStory(headline=TITLE)),
    ("Achtung", f"Bitte die Meldung „{TITLE}“ von 14.05 Uhr GMT streichen.", NamedStory(headline=TITLE, sent="14:05")),
    ("Achtung", "Bitte die Meldung mit dem Stichwort Brücke/Unfall nicht verwenden.", NamedStory("Brücke/Unfall")),
    ("Avis", f"Veuillez annuler notre dépêche intitulée « {TITLE} ».", NamedStory(headline=TITLE)),
    ("Avis", "Veuillez annuler notre dépêche, mot-clé PONT, de 14h05 GMT.", NamedStory("PONT", sent="14:05")),
    ("INTREKKING", f'Gelieve ons bericht getiteld "{TITLE}" in te trekken.', NamedStory(headline=TITLE)),
    ("INTREKKING", "Gelieve ons bericht met trefwoord BRUG in te trekken.", NamedStory("BRUG")),
    ("ANNULLAMENTO", f'Si prega di annullare la notizia dal titolo "{TITLE}".', NamedStory(headline=TITLE)),
    ("ANULAR", f"Rogamos anulen nuestra noticia titulada «{TITLE}».", NamedStory(headline=TITLE)),
    # A headline behind the keyword may be that of this very item.
    (f"ANNULATION - {TITLE}", "Veuillez annuler notre dépêche.", NamedStory(headline=TITLE, sure=False)),
    (f"ANULAR - {TITLE}", "Rogamos anulen nuestra noticia.", NamedStory(headline=TITLE, sure=False)),
    # Two names of a kind match no story.
    ("x", "Please kill story slugged BRIDGE. Please kill story slugged ROAD.", NamedStory("BRIDGE | ROAD")),
    ("KILL", "x", None),
    ("x", "The Associated Press has retracted its story about the bridge.", None),
    ("x", "Please kill our earlier story on the bridge.", None),
    ("Avis", "Veuillez annuler notre dépêche sur le pont.", None),
]


@pytest.mark.parametrize(("headline", "text", "named"), NAMED)
def test_what_a_notice_calls_the_story_that_it_kills(headline, text, named) -> None:
    assert named_in(headline, "", (text,)) == named


def test_a_notice_goes_with_what_it_names_and_a_story_with_nothing() -> None:
    notice = taken(PLAIN | {"guid": "n", "headline": "Kill notice", "body": f"Please kill story slugged {SLUG}."})
    assert (notice.status, notice.kills) == ("canceled", NamedStory(SLUG))
    story = taken(PLAIN | {"body": f'He said: "Please kill story slugged {SLUG}."'})
    assert (story.status, story.kills) == ("usable", None)


def test_a_long_notice_may_hold_the_text_of_the_story() -> None:
    text = f"Please kill story slugged {SLUG}.\n\n" + "It is said here once more. " * 100
    assert named_in("Kill", "", (text,)) == NamedStory(SLUG, sure=False)
