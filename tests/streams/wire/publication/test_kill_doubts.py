"""What may be a kill or news of one: it never kills by itself, and is withheld until a second sign or a human says so."""

import pytest

from streams.wire.publication.advisories import advice
from tests.streams.wire.publication.holding import PLAIN, in_rss, taken

# A desk's word in capitals before a headline, or in brackets at its end; and the text of it.
WORDED = [
    ("WITHDRAWN: Osaka out of Melbourne", "MELBOURNE - Naomi Osaka has withdrawn with an injury."),
    ("WITHDRAWN - Fast Boy, Slow Girl", "AINTREE - Non-runners at Aintree."),
    ("WITHDRAWN: Baby milk powder", "The powder has been recalled. The item has been withdrawn from sale."),
    ("RETRACTED: Effects of vitamin D on mice", "The journal retracted the study."),
    ("RETRACTED: Effects of vitamin D on mice", "This article has been retracted at the request of its authors."),
    ("[RETRACTED] Effects of vitamin D on mice", "Mice were fed for six weeks."),
    ("Effects of vitamin D on mice [RETRACTED]", "Mice were fed for six weeks."),
    ("WITHDRAWAL - Nadal pulls out of US Open", "Rafael Nadal pulled out on Monday."),
    ("RETRACTION: Rolling Stone pulls report", "The magazine apologized."),
    ("KILL: the bill's foes rally", "They met in Austin."),
    ("ANNULATION - Festival de Cannes", "Le festival a été annulé, selon un article du Monde."),
    ("ANNULATION: le concert", "Le concert est annulé."),
    ("INTREKKING: minister trekt wet in", "De wet wordt ingetrokken, meldt het bericht."),
    ("ANNULLAMENTO: il matrimonio", "Il tribunale ha annullato le nozze, dice un articolo."),
    ("ZURÜCKGEZOGEN: Bewerbung von Müller", "Müller tritt nicht an."),
    ("STORNO: Vláda schválila rozpočet", "Vláda v pondělí schválila rozpočet."),
    ("ANULUJEMY: Rząd przyjął budżet", "Rząd przyjął w poniedziałek budżet."),
    ("АННУЛИРОВАНО: Правительство приняло бюджет", "Правительство приняло бюджет."),
    ("PERUTAAN: Satama suljettiin", "Satama suljettiin maanantaina."),
    ("COURTS Smith [WITHDRAWN]", "Smith was jailed."),
]  # fmt: skip
# The same with a second sign.
CONFIRMED = [
    ("WITHDRAWN: Bridge closes", "The story is withdrawn."),
    ("WITHDRAWN - Bridge closes", "This story has been withdrawn for legal reasons."),
    ("RETRACTED: Bridge closes", "The dispatch about the bridge has been retracted."),
    ("RETRACTED: Bridge closes", "Retracted for legal reasons."),
    ("WITHDRAWAL: Bridge closes", "The item should not be used."),
    ("[WITHDRAWN] Bridge closes", "EDITORS: the story is WITHDRAWN."),
    ("ANNULATION - Pont fermé", "La dépêche est annulée."),
    ("INTREKKING: Brug dicht", "Het bericht is ingetrokken."),
    ("ANULUJEMY: Most zamknięty", "PAP anuluje depeszę o moście."),
    ("АННУЛИРОВАНО: Мост закрыт", "Просьба аннулировать сообщение."),
    ("Bridge closes (Story withdrawn)", "The bridge closes."),
]  # fmt: skip
NO_DESKS_WORD = [
    ("Withdrawn: the man who left the race", "He left."),
    ("WITHDRAWAL: TROOPS LEAVE KABUL", "The last soldiers left."),
    ("Osaka (withdrawn)", "The article is about tennis."),
    ("WITHDRAWN FROM MELBOURNE: Osaka", "She is out."),
    ("Killed: two soldiers", "Two soldiers died."),
    ("KILLED: two soldiers", "Two soldiers died."),
    ("CANCELED: Glastonbury", "There will be no festival."),
    ("Retracted paper: what happened", "The journal retracted it."),
]
# An agency's report on its own retraction, and its notices.
REPORTS = [
    ("AP fires reporter over retracted story", "NEW YORK (AP) - The AP retracted its story about a missile on Monday."),
    ("AP fires reporter", "NEW YORK (AP) - The Associated Press withdrew its story and fired the man who wrote it."),
    (
        "AP fires reporter",
        "NEW YORK (AP) - The AP has retracted its story about a missile.\n\n" + "It told its staff. " * 60,
    ),
    ("dpa entschuldigt sich", "Berlin (dpa) - Die dpa zog ihre Meldung über den Minister zurück."),
]
OWN_NOTICES = [
    ("Bridge", "The AP has retracted its story about a missile."),
    ("Bridge", "NEW YORK (AP) - The AP is withdrawing its story about a missile."),
    ("Bridge", "EDITORS: The AP withdrew its story about a missile."),
    ("Bridge", "The AP retracted its story slugged BC-Missile."),
    ("Kill notice", "The AP withdrew its story about a missile."),
    ("Bridge", "NEW YORK (AP) - The AP withdrew its story about a missile. Please do not use the story."),
    ("Bridge", "Die dpa zieht ihre Meldung über den Minister zurück."),
]


@pytest.mark.parametrize(("headline", "text"), WORDED)
def test_a_desks_word_before_a_headline_withholds(headline: str, text: str) -> None:
    story = taken(PLAIN | {"headline": headline, "body": text})
    assert (story.status, story.kind) == ("withheld", "new")
    assert any("may be a kill" in note for note in story.notes)
    assert taken(PLAIN | {"headline": headline, "body": text, "status": "usable"}).status == "usable"
    assert taken(in_rss().replace("Jobs figures", headline)).status == "withheld"


@pytest.mark.parametrize(("headline", "text"), CONFIRMED)
def test_with_a_second_sign_it_kills(headline: str, text: str) -> None:
    assert advice(headline, "", text) == "kill"


@pytest.mark.parametrize(("headline", "text"), NO_DESKS_WORD)
def test_other_words_say_nothing(headline: str, text: str) -> None:
    assert advice(headline, "", text) == ""


@pytest.mark.parametrize(("headline", "text"), REPORTS)
def test_what_an_agency_reports_of_itself_is_withheld(headline: str, text: str) -> None:
    senders = ("dpa",) if "dpa" in headline else ("AP",)
    assert advice(headline, "", text, senders) == "withhold"
    assert advice(headline, "", text, ("Reuters",)) == "", "of others, it is news"


@pytest.mark.parametrize(("headline", "text"), OWN_NOTICES)
def test_its_notices_kill(headline: str, text: str) -> None:
    assert advice(headline, "", text, ("dpa",) if "dpa" in text else ("AP",)) == "kill"
