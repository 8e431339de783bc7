"""Signs of updates and corrections: in headlines, sluglines, notes and advisory lines, and headlines that have none."""

import json

import pytest

from streams.wire.publication.editorial_notes import kind_in_note, read_opening
from streams.wire.publication.editorial_signs import kind_in_slug, read_headline
from tests.streams.wire import one

SIGNED = [
    ("UPDATE 2-League results", "update", "League results"),
    ("(UPDATE 1) Oil rises", "update", "Oil rises"),
    ("Oil rises (UPDATE 1)", "update", "Oil rises"),
    ("(WRAPUP 1) Oil rises", "update", "Oil rises"),
    ("RPT-UPDATE 1-Eni says", "update", "Eni says"),
    ("UPDATE1: Japan hikes tax", "update", "Japan hikes tax"),
    ("2ND LEAD Court rules", "update", "Court rules"),
    ("2ND LEAD 3RD NET Court rules", "update", "Court rules"),
    ("1st LD-Writethru: China hails deal", "update", "China hails deal"),
    ("Court rules, 2nd Ld-Writethru", "update", "Court rules"),
    ("(2nd LD) N. Korea fires missile", "update", "N. Korea fires missile"),
    ("(LEAD) N. Korea fires missile", "update", "N. Korea fires missile"),
    ("LEAD: Japan to hike tax", "update", "Japan to hike tax"),
    ("ROUNDUP 2: DAX legt zu", "update", "DAX legt zu"),
    ("Le port rouvre (ACTUALISATION)", "update", "Le port rouvre"),
    ("ACTUALISATION - Le port rouvre", "update", "Le port rouvre"),
    ("MISE À JOUR - Le port rouvre", "update", "Le port rouvre"),
    ("(Actualización) Puente abierto", "update", "Puente abierto"),
    ("(ATUALIZADA) Ponte aberta", "update", "Ponte aberta"),
    ("ADDING MULTIMEDIA Acme Opens Plant", "update", "Acme Opens Plant"),
    ("UPDATE -- Acme buys Foo", "update", "Acme buys Foo"),
    ("SOCCER-UPDATE 1-Reds win", "update", "SOCCER-Reds win"),
    ("► UPDATE 1 - Oil rises", "update", "Oil rises"),
    ("AMP.- Huelga en Barajas", "update", "Huelga en Barajas"),
    ("AMP2.- Huelga en Barajas", "update", "Huelga en Barajas"),
    ("AMPLIACIÓN.- Huelga en Barajas", "update", "Huelga en Barajas"),
    ("RECT.- Huelga en Barajas", "correction", "Huelga en Barajas"),
    ("■ CORRECTION: Oil rises", "correction", "Oil rises"),
    ("⚠️ Korrektur: Öl steigt", "correction", "Öl steigt"),
    ("[정정] 고용 증가", "correction", "고용 증가"),
    ("(종합) 고용 증가", "update", "고용 증가"),
    ("勘误：港口开放", "correction", "港口开放"),
    ("تصحيح: فتح الميناء", "correction", "فتح الميناء"),
    ("CORRECTED-Eni says", "correction", "Eni says"),
    ("(CORRECTED) Oil rises", "correction", "Oil rises"),
    ("Oil rises (corrected)", "correction", "Oil rises"),
    ("CORRECTED-UPDATE 1-Eni says", "correction", "Eni says"),
    ("CORRECTED (OFFICIAL)-Eni says", "correction", "Eni says"),
    ("REFILE-UPDATE 2-Eni says", "correction", "Eni says"),
    ("Correction: Obama story", "correction", "Obama story"),
    ("CORRECTION : Le port rouvre", "correction", "Le port rouvre"),
    ("ATTENTION - CORRIGE - Le port rouvre", "correction", "Le port rouvre"),
    ("Le port rouvre (ATTENTION - CORRIGE)", "correction", "Le port rouvre"),
    ("RECTIFICATIF Le port rouvre", "correction", "Le port rouvre"),
    ("Version corrigée - Le port rouvre", "correction", "Le port rouvre"),
    ("KORREKTUR: Brücke offen", "correction", "Brücke offen"),
    ("(Korrektur: Zahl im 2. Absatz) Brücke offen", "correction", "Brücke offen"),
    ("CORRECCIÓN: Puente abierto", "correction", "Puente abierto"),
    ("ERRATA CORRIGE: ponte aperto", "correction", "ponte aperto"),
    ("CORREÇÃO: Ponte aberta", "correction", "Ponte aberta"),
    ("RÄTTELSE: Bron öppen", "correction", "Bron öppen"),
    ("CORRECTING and REPLACING Acme Buys Foo", "correction", "Acme Buys Foo"),
    ("/C O R R E C T I O N -- Acme Corp/", "correction", "Acme Corp"),
    ("***CORRECTION*** Acme", "correction", "Acme"),
    ("訂正：見出し", "correction", "見出し"),
    ("Clarification: Obama story", "correction", "Obama story"),
    ("(PRÉCISION) Le port rouvre", "correction", "Le port rouvre"),
    ("CORR: Oil rises", "correction", "Oil rises"),
    ("Oil rises -CORRECTED-", "correction", "Oil rises"),
    ("Attention - corrige: Le port rouvre", "correction", "Le port rouvre"),
    ("Fe de errores: Puente abierto", "correction", "Puente abierto"),
    ("(RIPETIZIONE CORRETTA) Ponte aperto", "correction", "Ponte aperto"),
    ("УТОЧНЕНИЕ: Мост открыт", "correction", "Мост открыт"),
    ("WDH/ROUNDUP: Dax steigt", "update", "Dax steigt"),
    ("(Neu: Reaktion) Brücke offen", "update", "Brücke offen"),
    ("(Zusammenfassung 1400) Brücke offen", "update", "Brücke offen"),
    ("NEU 2 - Brücke offen", "update", "Brücke offen"),
    ("URGENT 2ND LEAD Court rules", "update", "Court rules"),
    ("Storm hits coast (Lead)", "update", "Storm hits coast"),
    ("Storm hits coast *UPDATE*", "update", "Storm hits coast"),
    ("Storm hits coast (Updated at 10:30)", "update", "Storm hits coast"),
    ("(Eds: Updates) Storm hits coast", "update", "Storm hits coast"),
    ("+RPT+Ponte aperto", "update", "Ponte aperto"),
    ("Le port rouvre (version actualisée)", "update", "Le port rouvre"),
    ("HERHALING: Brug open", "update", "Brug open"),
    ("NY VERSJON: Broen åpen", "update", "Broen åpen"),
]
UNSIGNED = [
    "Precision medicine: hope or hype?", "PRECISION - OR LUCK?", "NEU-ULM: Brand in Halle", "Neu: das iPhone 20",
    "NEU 2026: Was sich ändert", "Wiederholung: Tatort um acht", "Corr blimey: London laughs", "Lead (the metal) rises",
    "ZUS - Zentrum für Unternehmen", "Attention: update your phone",
    "Court orders correction of record", "Update your phone now", "Correction fluid sales soar",
    "CORRECTION OF RECORD ORDERED BY COURT", "LEAD-FREE PAINT BANNED", "Lead: the metal that poisons",
    "REPEAT-OFFENDERS JAILED", "Replacement: who comes next", "Lead poisoning in Flint", "Roundup: weedkiller on trial",
    "Apple updates: what to know", "Department of Correction: officers charged", "UPDATE ON FLOODS: HUNDREDS RESCUED",
    "Second lead in murder case", "First lead: Hamilton on top", "Lead 2-1 at half time", "Man City lead 2-1",
    "UPDATED PHONES SELL WELL", "Market correction (in charts)", "Fed rate rise (updated forecast)", "Repeat: why we do it",
    "NET PROFIT UP", "Update-proof phones", "3rd Update of iOS fixes bugs",
]  # fmt: skip


@pytest.mark.parametrize(("headline", "kind", "bare"), SIGNED)
def test_a_sign_gives_the_kind_and_leaves_the_headline(headline: str, kind: str, bare: str) -> None:
    read = read_headline(headline)
    assert (read.kind, read.line) == (kind, bare)
    article = one(json.dumps({"id": "1", "title": headline, "text": "Body.", "date": "2024-01-01T00:00:00Z"}))
    assert (article.kind, article.headline) == (kind, bare)
    assert any(note.startswith("headline: without ") for note in article.notes)


@pytest.mark.parametrize("headline", UNSIGNED)
def test_a_headline_that_merely_has_such_a_word_stays(headline: str) -> None:
    assert read_headline(headline) == (headline, "", ())


def test_a_headline_that_is_nothing_but_a_sign_stays_and_counts() -> None:
    assert read_headline("CORRECTION") == ("CORRECTION", "correction", ())


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("EXAMPLIA-BRIDGE/ (UPDATE 1, PIX)", "update"),
        ("OIL/ (CORRECTED, PIX)", "correction"),
        ("MARKETS/ (WRAPUP 3)", "update"),
        ("OIL/ (REFILE)", "correction"),
        ("EXAMPLIA-BRIDGE/ (PIX, TV)", ""),
        ("UPDATE-SERVICES", ""),
    ],
)
def test_a_bracket_in_a_slugline(slug: str, kind: str) -> None:
    assert kind_in_slug(slug) == kind


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("CORRECTS para 4 to say Thursday, not Friday", "correction"),
        ("UPDATES with reaction", "update"),
        ("Eds: UPDATES with quotes from mayor.", "update"),
        ("Eds: With AP Photos. Adds details.", "update"),
        ("Eds: Corrects spelling of name in 3rd graf.", "correction"),
        ("ATTENTION - adds quote ///", "update"),
        ("ATTENTION - CORRIGE §4 ///", "correction"),
        ("ATTENTION - ajoute réactions ///", "update"),
        ("- Adds reaction from British minister", "update"),
        ("ATTENTION - PRECISE que le vote a eu lieu lundi ///", "update"),
        ("ATTENTION - COMPLETE avec réactions ///", "update"),
        ("ATTENTION - clarifies lead ///", "correction"),
        ("ATENCIÓN - AÑADE declaraciones ///", "update"),
        ("ATENÇÃO - CORRIGE o título ///", "correction"),
        ("ACHTUNG - PRÄZISIERT: Zahl im 2. Absatz", "update"),
        ("Version corrigée du titre", "correction"),
        ("Con corrección en el tercer párrafo", "correction"),
        ("Nouvelle version", "update"),
        ("(This November 26 story was refiled to correct spelling)", "correction"),
        ("Complete text follows", ""),
        ("Eds: APNewsNow. Will be updated.", ""),
        ("Eds: Correct spelling is Smyth.", ""),
        ("Corrections: desk@agency.example", ""),
        ("For global distribution", ""),
    ],
)
def test_what_a_note_to_editors_says(note: str, kind: str) -> None:
    assert kind_in_note(note) == kind


@pytest.mark.parametrize(
    ("body", "kind", "left"),
    [
        ("ATTENTION - adds quote ///\n\nParis (AFP) - Text.", "update", "Paris (AFP) - Text."),
        ("ATENCIÓN - AÑADE declaraciones ///\n\nMADRID - El puente.", "update", "MADRID - El puente."),
        ("ATTENTION - CORRIGE la date ///\nATTENTION - ajoute ///\nText.", "correction", "Text."),
        ("Eds: UPDATES with quotes.\nText of it.", "update", "Text of it."),
        ("(Corrects paragraph 4 to say Thursday)\n\nText.", "correction", None),
        ("(Adds quote (of CEO), background)\nText.", "update", None),
        ("(This November 20 story has been corrected to fix a name)\n\nText.", "correction", None),
        ("Adds up: the numbers\n\nText.", "", None),
        ("Corrects himself, says the minister\n\nText.", "", None),
    ],
)
def test_the_opening_of_a_text(body: str, kind: str, left: str | None) -> None:
    read = read_opening(body)
    assert (read.kind, read.body) == (kind, body if left is None else left)


def test_an_advisory_line_goes_to_the_note() -> None:
    article = one(json.dumps({"id": "1", "title": "H", "text": "ATTENTION - adds quote ///\n\nParis (AFP) - Text."}))
    assert (article.kind, article.editorial_note, article.body) == (
        "update",
        "ATTENTION - adds quote",
        "Paris (AFP) - Text.",
    )


@pytest.mark.parametrize(
    ("types", "kind"), [(["Corrective"], "correction"), (["Lead", "Urgent"], "update"), (["Spot"], "new")]
)
def test_the_editorial_types_of_ap(types: list[str], kind: str) -> None:
    item = {"uri": "u:1", "type": "text", "headline": "H", "body_text": "B.", "versioncreated": "2024-01-01T00:00:00Z"}
    assert one(json.dumps(item | {"editorialtypes": types})).kind == kind


def test_two_updates_of_one_time_are_two_versions() -> None:
    first, second = (
        one(json.dumps({"id": "1", "title": f"UPDATE {n}-Oil rises", "text": "B.", "date": "2024-01-01T00:00:00Z"}))
        for n in (1, 2)
    )
    assert (first.headline, first.id) == (second.headline, second.id)
    assert first.version != second.version


@pytest.mark.parametrize(
    "note",
    [
        "(This May 27 story has been corrected to fix the number of jobs in paragraph 1)",
        "This story has been corrected to say that the port is closed.",
        "Cette dépêche annule et remplace la précédente.",
        "Annule et remplace notre dépêche de 9 h.",
        "Esta noticia sustituye y anula a la anterior.",
        "Questa notizia annulla e sostituisce la precedente.",
        "Diese Meldung ersetzt die vorherige.",
        "This item replaces the previous one.",
    ],
)
def test_a_text_that_says_it_was_corrected_is_a_correction_above_and_below(note: str) -> None:
    text = "OSLO (EXA) - The port is closed.\n\nIt opens again on Monday."
    assert one(json.dumps({"id": "1", "title": "Port", "text": f"{text}\n\n{note}"})).kind == "correction"
    assert one(json.dumps({"id": "1", "title": "Port", "text": f"{note}\n\n{text}"})).kind == "correction"


@pytest.mark.parametrize(
    "line", ["AMP: profits fall", "AMP - profits fall", "U.S.- China talks", "► Oil rises", "ACT. Now"]
)
def test_what_looks_like_a_shortened_sign_and_is_none(line: str) -> None:
    assert read_headline(line).line == line


def test_a_repeated_headline_goes_also_where_it_is_broken() -> None:
    article = one(
        json.dumps(
            {"id": "1", "title": "Tokyo stocks rise", "text": "<h1>Tokyo<br/>stocks rise</h1><p>Stocks rose.</p>"}
        )
    )
    assert (article.headline, article.body) == ("Tokyo stocks rise", "Stocks rose.")
