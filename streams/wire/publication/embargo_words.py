"""The words for embargoes and times in English, German, French, Dutch, Italian, Spanish and Portuguese.

All in lower case and without accents, as `embargoes` compares them.
"""

from streams.wire.text import word_set

NOUNS = frozenset(["embargo"])
# What no story says of a trade: these tell of a publication by themselves.
HELD = word_set(
    """
    embargoed sperrfrist sperrfristen sperrvermerk embargado embargada embargados embargadas embargiert embargato
    embargee embargoee
    """
)
ROOTS = ("embarg", "sperrfrist", "sperrvermerk", "gesperrt")
# Several words that mean the same; each is one token to the finder.
HELD_PHRASES = (
    "hold for release", "hold for publication", "hold for broadcast", "held for release", "hold until", "hold till",
    "hold back until", "gesperrt bis", "gesperrt fur",
)  # fmt: skip
# These say when something is free; they count only with a time behind them.
RELEASE_PHRASES = (
    "hold for", "advance for", "for use", "for release", "for publication", "for broadcast",
    "release time", "release at", "frei ab", "frei fur",
    "freigegeben ab", "zur veroffentlichung", "libre de publication", "publiable", "vrij voor publicatie",
    "te publiceren", "pubblicabile", "publicable",
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
    absolutely stringent firm hard press presse pers stampa prensa media medien news publication publikation
    """
)
BEFORE = word_set(
    """
    until till til bis jusque jusqu'au jusqu'a jusqu'aux jusqu tot hasta fino sino ate before vor avant voor prima
    antes prior ahead earlier eerder
    """
)
ENDS = word_set(
    """
    expires ends lifts lifting lifted expiry end
    """
)
UNTIL = BEFORE - {"voor", "vor", "ahead", "earlier", "eerder"}
FILLERS = word_set(
    """
    a ab about achtung advance ahora al alas alla alle alles als am an and ao as at aan atencion attencion attention
    attentie attenzione au aux ausgaben beachten bitte by da dal dalla dalle das date dated datum de del della delle
    dem den der des di dia dias die dies do el em en end ends ensuite est et expires expiry fin fino for from full
    fur general global gelten giorno global gmt'time het hora horas ist it its jour klo la las le les lift lifts lo
    local locale los media met n no. note notice o of om on only op ore oras part partir per please por pour release
    released remains respect respecter respectez respeta respetar rispettare s sino starting strictly te than the
    after thereafter papers ams pms edition editions this time tijd to total total two um uur van vanaf vom von
    vers via zeit zum zur zu y e ed und ou or oder o of
    until copy story stories report text material item release speech article dispatch meldung text bericht artikel
    texte depeche notizia noticia bericht valid with within einem einer be will werden wird sera sara zal tijdstip
    orario oraire heures uhrzeit moment
    """
)
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
    pressemeldung communique contenido statement study paper findings embargo
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
    cette ce cet ces dit deze questa questo esta este estos estas
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

NEGATIONS = (
    "not for", "not to be", "do not", "don't", "must not be", "may not be", "shall not be", "cannot be",
    "never to be", "nicht", "keine", "a ne pas", "ne pas", "pas de", "niet", "geen", "da non", "non", "no",
    "prohibida su", "prohibida la", "vietata la", "nao", "interdit de", "interdiction de", "publication interdite",
    "diffusion interdite", "veroffentlichung nicht", "veroffentlichung erst", "publikation erst", "publicatie pas",
    "publicatie niet",
)  # fmt: skip
BARE_NOS = frozenset(["no", "non", "nao", "geen", "keine", "pas de"])  # before much else than publishing
PUBLISH = word_set(
    """
    publication publish published broadcast release released transmit transmitted transmission distribute
    distributed distribution air aired print printed disseminate disseminated dissemination disclose disclosed
    interdite veroffentlichung veroffentlichen veroffentlicht senden verbreiten verbreitung sendung publizieren
    publikation publier diffuser diffusion diffuse publie publiceren publicatie gepubliceerd uitzenden uitzending
    verspreiden pubblicare pubblicazione diffondere diffusione publicar publicacion publicarse difundir difundirse
    difusion emitir emision
    """
)
USE = word_set(
    """
    use used verwenden verwendung utiliser utilisation gebruiken gebruik utilizzare usare usar
    """
)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari janvier janv jan gennaio gen genn enero ene janeiro",
            "february feb febr februar februari fevrier fevr fev febbraio febb febrero fevereiro",
            "march mar maerz marz mrz maart mrt mars marzo marco",
            "april apr avril avr aprile abril abr",
            "may mai mei maggio mag mayo maio",
            "june jun juni juin giugno giu junio junho",
            "july jul juli juillet juil luglio lug julio julho",
            "august aug augustus aout agosto ago",
            "september sept sep septembre settembre sett set septiembre setiembre setembro",
            "october oct oktober okt octobre ottobre ott octubre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez decembre decembre dicembre dic diciembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lundi maandag lunedi lunes segunda-feira",
            "tuesday tue tues dienstag mardi dinsdag martedi martes terca-feira",
            "wednesday wed weds mittwoch mercredi woensdag mercoledi miercoles quarta-feira",
            "thursday thu thur thurs donnerstag jeudi donderdag giovedi jueves quinta-feira",
            "friday fri freitag vendredi vrijdag venerdi viernes sexta-feira",
            "saturday sat samstag sonnabend samedi zaterdag sabato sabado",
            "sunday sun sonntag dimanche zondag domenica domingo",
        )
    )
    for name in names.split()
}
TODAY = {
    name: days
    for days, names in enumerate(
        (
            "today tonight heute aujourd'hui vandaag vanavond oggi stasera hoy hoje",
            "tomorrow morgen demain domani manana amanha",
        )
    )
    for name in names.split()
}
# Midnight of a day may be its first or its last moment; the last is meant here.
NOONS = {
    name: hour
    for hour, names in (
        (12, "noon midday 12noon mittag midi middag mezzogiorno mediodia"),
        (24, "midnight 12midnight mitternacht minuit middernacht mezzanotte medianoche"),
    )
    for name in names.split()
}
PARTS = word_set(
    """
    morning afternoon evening night matin soir abend morgens abends mattina sera tarde noche ochtend avond
    """
)
HOURS = word_set(
    """
    hrs hours hour h uhr heures heure uur ore ora horas hora am pm a.m p.m a.m. p.m. o'clock
    """
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # how the names of English weekdays begin
# Without one of these, a text need not be looked at.
TRIGGERS = (
    "e m b a r g", "s p e r r", "held for", "hold until", "hold till", "hold back", *RELEASE_PHRASES, "embarg",
    "sperr", *(f"for {day}" for day in DAYS),
    "not for", "not to be", "do not", "don't", "not be", "cannot be", "nicht", "keine ", "ne pas", "pas de ", "niet",
    "geen", "non ", "no pub", "no dif", "no emi", "no tra", "no broad", "no us", "prohibida", "vietata", "nao ",
    "interdi", "erst ", "publicatie",
)  # fmt: skip
