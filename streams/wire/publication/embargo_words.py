"""The words for embargoes in English, German, French, Dutch, Italian, Spanish, Portuguese and further languages.

All in lower case and without accents, as `embargoes` compares them.
"""

from streams.wire.publication import order_words
from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.time_words import DAYS
from streams.wire.text import word_set

NOUNS = word_set(
    """
    embargo ambargo embargot embargoet embargotiden embargotid embarga embargu embargem embargom
    """
)
# What no story says of a trade: these tell of a publication by themselves.
HELD = word_set(
    """
    embargoed sperrfrist sperrfristen sperrvermerk embargado embargada embargados embargadas embargiert embargato
    embargee embargoee embargata sperrefrist publiceringsstopp embargobelagt embargolagt embargofrist klausulert
    klausuleret ambargolu sendesperrfrist pressesperrfrist mediensperrfrist publikationssperrfrist
    veroffentlichungssperrfrist sperrfristende presseembargo medienembargo persembargo pressembargo nieuwsembargo
    embargotermin embargozeit embargoende embargoeinde embargodatum embargodato embargotijd
    """
)
ROOTS = (
    "embarg", "ambargo", "sperrfrist", "sperrefrist", "publiceringsstopp", "sperrvermerk", "gesperrt", "klausuler",
)  # fmt: skip
# Several words that mean the same; each is one token to the finder.
HELD_PHRASES = (
    "hold for release", "hold for publication", "hold for broadcast", "held for release", "hold until", "hold till",
    "hold back until", "hold publication until", "hold release until", "gesperrt bis", "gesperrt fur",
    "confidential until",
)  # fmt: skip
LIFTED = word_set(
    """
    lifted over off ended expired broken leve levee aufgehoben opgeheven revocato tolto levantado
    """
)
TO_BE = word_set(
    """
    be will to sera wird soll wordt sara
    """
)  # before it, these make it still to come

UNDER = word_set(
    """
    under sous unter onder sotto bajo sob con mit sub in
    """
)
STRICT = word_set(
    """
    strict strictly strictement strenge streng strikt stricte estricto estrictamente stretto rigoroso absolute
    absolutely stringent firm hard press presse pers stampa prensa imprensa media medien news publication publikation
    """
)
BEFORE = word_set(
    """
    until till til inntil indtil tills fram bis jusque jusqu'au jusqu'a jusqu'aux jusqu tot hasta fino sino ate before
    vor avant voor prima antes prior ahead earlier eerder før fore innan ennen przed
    pred prije kadar pana εως μεχρι
    """
)
ENDS = word_set(
    """
    expires ends lifts lifting lifted expiry end
    """
)
UNTIL = BEFORE - {"voor", "vor", "ahead", "earlier", "eerder", "før", "fore"}
# "Do" is until in Polish and Czech, in Portuguese "of the", and in English a verb.
UNTIL_BEHIND = UNTIL | {"do"}  # an embargo's word
# Of an embargo whose end was moved. An embargo on trade is extended too.
MOVED = word_set(
    """
    now extended changed moved revised amended updated postponed corrected new verlangert verschoben geandert neu neue
    neuer prolonge reporte modifie nouveau nouvel ampliado prorrogado modificado nuevo prorogato spostato nuovo
    alterado adiado novo verlengd gewijzigd nieuw nieuwe nytt ny forlangt forlenget forlænget endret
    """
)
FILLERS = word_set(
    """
    a ab about achtung advance ahora al alas alla alle alles als am an and ao as at aan atencion attencion attention
    attentie attenzione au aux ausgaben beachten bitte by da dal dalla dalle das date dated datum de del della delle
    dem den der des di dia dias du die dies do el em en end ends ensuite est et expires expiry fin fino for from full
    fur general global gelten giorno global gmt'time het hora horas ist it its jour kl klo la las le les lift lifts lo
    local locale los media met n no. note notice o of om on only op ore oras part partir per please por pour release
    released remains respect respecter respectez respeta respetar rispettare s sino starting strictly te than the
    after thereafter papers ams pms edition editions this time tijd to total total two um uur van vanaf vom von
    vers feira klokka klokken via zeit zum zur zu y e ed und ou or oder o of
    until copy story stories report text material item release speech article dispatch meldung text bericht artikel
    texte depeche notizia noticia bericht valid with within against private confidential sharp r den d. i s sent
    klockan godz kello sie merci frem priere veuillez gelieve te respecteren respektera respekteras att vi ber
    respekteres overholde beachtung wir bitten keep weekend zeitungen zeitung ausgabe pending tidigast tidligst
    fruhestens zur asti saakka klokke presso einem einer be will werden
    wird sera sara zal tijdstip
    orario oraire heures uhrzeit moment forst od ve desde termin ma ti ke pe u w υπο ωρα brought forward kindly
    observe honour honor
    """
)
OTHER_ENDS = word_set(
    """
    endet lauft ablauf fallt loopt af expire scade termina vence expira upphor opphører ophører gjelder galler gælder
    """
)
ENDS |= OTHER_ENDS
ARTICLES = word_set("the der die das le la el il lo het de den det o a os as les los las i gli")
NOW = word_set(
    """
    now recently then jetzt ici alors nu ahora adesso
    """
)
# An end that is an event, and so has no time: the story is withheld.
EVENTS = word_set(
    """
    further delivery delivered notice start opening publication release speech end close announcement launch
    weiteres widerruf nouvel nader avviso nuevo
    """
)
STORY = word_set(
    """
    story stories item items report article articles copy material materials dispatch text texts content contents
    release information data figures document documents speech interview meldung bericht beitrag nachricht artikel
    information informationen text depeche texte papier article bericht nieuwsbericht persbericht tekst notizia
    articolo testo noticia informazione informacion texto articulo despacho nota cronica comunicado comunicato
    pressemitteilung
    pressemeldung communique contenido statement study studie etude estudio studio paper findings embargo results
    survey figures pictures picture photos photo images video footage audio attachment feature preview column survey
    pressetext studie umfrage ergebnisse pressmeddelande pressmeddelandet pressemeddelelse pressemeddelelsen
    pressemelding pressemeldingen nyhet nyheten artikeln artikel melding meldingen sak saken tiedote uutinen
    zahlen daten informations chiffres donnees datos meddelelse meddelelsen meddelande materiaal materiale materiel
    contenu contenuto dato dati conteudo material mensagem komunikat
    """
)
THIS = word_set(
    """
    this these following attached above below all dieser diese dieses folgende folgender folgendes nachfolgende der
    die das cette ce cet ces dit deze questa questo il la le esta este estos estas los las el
    """
)
POINTING = word_set(
    """
    this these following attached above below all dieser diese dieses folgende folgender folgendes nachfolgende
    cette ce cet ces dit deze questa questo esta este estos estas folgenden denne denna dette detta disse
    """
)
ADDRESSES = word_set(
    """
    eds editors editor note attention attn notice achtung redaktionen redaktion hinweis anmerkung nota avis attentie
    atencion attenzione redacties redactie redazioni editores redacciones redactions redaction important advisory
    """
)
IS = word_set(
    """
    is are remains remain ist sind unterliegt unterliegen est sont reste staat valt e es esta estan sono
    """
)

# Without one of each, no line gives an order.
ORDER_TRIGGERS = AnyOf(order_words.TRIGGERS)
ORDERED_ACTS = AnyOf(order_words.PUBLISH | order_words.USE)
# Without one of these, a text need not be looked at.
TRIGGERS = AnyOf([
    *order_words.TRIGGERS, *order_words.RELEASE_TRIGGERS, *(f"for {day}" for day in DAYS),
    "e m b a r g", "s p e r r", "held for", "hold until", "hold till", "hold back", "hold pub", "hold release",
    *(f"adv{space}{figure}" for space in ("", " ") for figure in "0123"),
    "embarg", "sperr",
    "publiceringsstopp", "klausuler", "ambargo",
])  # fmt: skip
