"""Notes to editors that say their own story is killed, or not to be used; and notes that say nothing of the kind."""

import pytest

from streams.wire.publication.kill_notes import read_note
from tests.streams.wire.publication.holding import NINJS, PLAIN, in_g2, in_nitf, taken

KILLS = [
    "Story withdrawn", "STORY WITHDRAWN", "story withdrawn.", "Story killed", "Article retracted for legal reasons",
    "Withdrawn: do not use", "Withdrawn - do not publish", "WITHDRAWN", "Retracted. Please do not use.", "Killed",
    "This story has been killed.", "This story is hereby withdrawn", "This item was withdrawn due to errors",
    "The story is withdrawn. A corrected version will follow.", "Eds: story withdrawn, do not use",
    "ATTENTION EDITORS - This story has been spiked", "Note to editors: this dispatch was cancelled",
    "Story pulled at the request of the source", "Story deleted: sent in error", "Kill this story",
    "Please withdraw this article", "Please delete the story", "MANDATORY KILL: do not publish", "Kill", "Please kill.",
    "KILL NOTICE", "Corrects nothing.\nStory withdrawn",
    "Meldung zurückgezogen, bitte nicht verwenden", "Die Meldung wird zurückgezogen", "Diese dpa-Meldung ist hinfällig",
    "Eilmeldung storniert", "Zurückgezogen", "Bitte diese Meldung löschen", "Text gestrichen wegen Fehlern",
    "Dépêche annulée, ne pas utiliser", "Cette dépêche est annulée", "L'article a été retiré", "Annulée", "À annuler",
    "Noticia anulada", "La noticia queda anulada", "Nota retirada por error", "Información eliminada. No utilizar.",
    "Notizia annullata", "La notizia è stata ritirata", "Lancio annullato: non utilizzare", "Da annullare",
    "Bericht ingetrokken", "Dit bericht is ingetrokken", "Artikel verwijderd, niet gebruiken",
    "Notícia anulada", "A notícia foi cancelada", "Matéria retirada",
    "Artikeln makulerad", "Saken er trukket", "Meldingen slettet", "Historien er tilbagetrukket",
    "Juttu peruttu", "Juttu perutaan", "Depesza anulowana", "Wiadomość została wycofana", "Сообщение аннулировано",
    "Новость отозвана", "Zpráva zrušena", "Zpráva byla stažena",
]  # fmt: skip
WITHHOLDS = [
    "Do not use", "DO NOT USE.", "Please do not use", "Do not publish", "Do not use this story", "Must not be used",
    "Hold", "Please hold this story", "Bitte nicht verwenden", "Nicht veröffentlichen", "Ne pas utiliser",
    "Merci de ne pas publier", "No utilizar", "No publicar", "Non utilizzare", "Niet gebruiken", "Não utilizar",
    "Ikke bruk", "Wrong figures, do not use",
]  # fmt: skip
SAYS_NOTHING = [
    "", "Adds quote", "UPDATES with withdrawal", "UPDATES: bill withdrawn in Senate", "Earlier story withdrawn",
    "Replaces withdrawn story", "Replaces the story killed at 0915", "Story withdrawn and replaced",
    "Story withdrawn. This version replaces it", "Dépêche annulée et remplacée", "Photo withdrawn", "Graphic deleted",
    "Kill paragraph 3", "Kills para 3", "Kill photo", "Kill previous headline", "Do not use photo", "Do not use in Canada",
    "Do not use the name of the boy", "Do not use the word terrorist", "Do not archive", "The minister has withdrawn",
    "Withdraws quote in 4th para", "Three killed in blast", "3 killed; adds quote", "Retracts claim in lede",
    "Candidate withdrawn", "Bill killed in committee", "Troops withdrawn from Kabul", "Killed: two soldiers",
    "The minister said the story was withdrawn", "Festival annulé", "Concierto cancelado", "Lancio del razzo annullato",
    "The story of a killed man", "Story on withdrawn drug", "Holds for details", "Hold the front page",
    "A corrected version will follow", "There will be no substitute", "Not for use in the UK", "Event cancelled", "Deleted",
    "Story withdrawn by Nature, journal says", "Das Foto bitte nicht verwenden", "Zitat gestrichen", "Fall zurückgezogen",
]  # fmt: skip


@pytest.mark.parametrize("note", KILLS)
def test_a_note_kills_its_own_story(note: str) -> None:
    assert read_note(note) == "kill"


@pytest.mark.parametrize("note", WITHHOLDS)
def test_an_order_not_to_use_it_withholds(note: str) -> None:
    assert read_note(note) == "withhold"


@pytest.mark.parametrize("note", SAYS_NOTHING)
def test_other_notes_do_neither(note: str) -> None:
    assert read_note(note) == ""


@pytest.mark.parametrize("name", ["editors_note", "ed_note", "editorNote", "note", "note_to_editors"])
def test_in_json_it_needs_no_status(name: str) -> None:
    killed, held = taken(PLAIN | {name: "Story withdrawn"}), taken(PLAIN | {name: "Do not use"})
    assert (killed.status, killed.kind) == ("canceled", "kill")
    assert (held.status, held.kind) == ("withheld", "new")
    assert any("note to editors" in note for note in held.notes)
    assert taken(PLAIN | {name: "Adds quote"}).status == "usable"


def test_so_it_is_in_formats_with_a_field_that_states_no_status() -> None:
    note = "MANDATORY KILL: do not publish"
    for message in (
        in_g2(f"<edNote>{note}</edNote>", status=""),
        in_nitf(f'<ed-msg info="{note}"/>'),
        NINJS | {"ednote": note},
    ):
        story = taken(message)
        assert (story.status, story.kind) == ("canceled", "kill")
        assert not any("says usable" in said for said in story.notes)


@pytest.mark.parametrize("note", ["Story withdrawn", "MANDATORY KILL: do not publish", "Do not use"])
def test_against_a_field_that_says_usable_it_withholds(note: str) -> None:
    for message in (in_g2(f"<edNote>{note}</edNote>"), PLAIN | {"status": "usable", "editors_note": note}):
        story = taken(message)
        assert story.status == "withheld"
        assert any("note to editors" in said for said in story.notes)
