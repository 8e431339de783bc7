"""The words for times in the languages of the wires: months, weekdays, hours, parts of a day.

All in lower case and without accents, as `embargoes` compares them.
"""

from streams.wire.text import word_set

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari janvier janv jan gennaio gen genn enero ene janeiro stycznia ocak tammikuuta",
            (
                "february feb febr februar februari fevrier fevr fev febbraio febb febrero fevereiro lutego subat"
                " helmikuuta"
            ),
            "march mar maerz marz mrz maart mrt mars marzo marco marts marca mart maaliskuuta",
            "april apr avril avr aprile abril abr kwietnia nisan huhtikuuta",
            "may mai mei maggio mag mayo maio maj maja mayis toukokuuta",
            "june jun juni juin giugno giu junio junho czerwca haziran kesakuuta",
            "july jul juli juillet juil luglio lug julio julho lipca temmuz heinakuuta",
            "august aug augustus aout agosto ago augusti sierpnia agustos elokuuta",
            "september sept sep septembre settembre sett set septiembre setiembre setembro wrzesnia eylul syyskuuta",
            "october oct oktober okt octobre ottobre ott octubre outubro pazdziernika ekim lokakuuta",
            "november nov novembre noviembre novembro listopada kasim marraskuuta",
            (
                "december dec dezember dez decembre decembre dicembre dic diciembre dezembro desember grudnia aralik"
                " joulukuuta"
            ),
        ),
        1,
    )
    for name in names.split()
}
_GERMAN_DAYS = (
    "montag montags", "dienstag dienstags", "mittwoch mittwochs", "donnerstag donnerstags", "freitag freitags",
    "samstag samstags sonnabend", "sonntag sonntags",
)  # fmt: skip
_PAPERS = ("ausgabe", "ausgaben", "zeitung", "zeitungen", "blatt", "blatter", "presse")
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            (
                "monday mon montag lundi maandag lunedi lunes segunda-feira segunda mandag maanantaina maanantai"
                " poniedzialek poniedzialku pazartesi"
            ),
            (
                "tuesday tue tues dienstag mardi dinsdag martedi martes terca-feira terca tirsdag tisdag tiistaina"
                " tiistai wtorek wtorku sali"
            ),
            (
                "wednesday wed weds mittwoch mercredi woensdag mercoledi miercoles quarta-feira quarta onsdag"
                " keskiviikkona keskiviikko sroda srody carsamba"
            ),
            (
                "thursday thu thur thurs donnerstag jeudi donderdag giovedi jueves quinta-feira quinta torsdag"
                " torstaina torstai czwartek czwartku persembe"
            ),
            (
                "friday fri freitag vendredi vrijdag venerdi viernes sexta-feira sexta fredag perjantaina perjantai"
                " piatek piatku cuma"
            ),
            (
                "saturday sat samstag sonnabend samedi zaterdag sabato sabado lørdag lordag lauantaina lauantai sobota"
                " soboty cumartesi"
            ),
            (
                "sunday sun sonntag dimanche zondag domenica domingo søndag sondag sunnuntaina sunnuntai niedziela"
                " niedzieli pazar"
            ),
        )
    )
    for name in names.split()
} | {
    f"{name}{paper}": number  # "frei für Montagausgaben"
    for number, names in enumerate(_GERMAN_DAYS)
    for name in names.split()
    for paper in _PAPERS
}
TODAY = {
    name: days
    for days, names in enumerate(
        (
            "today tonight heute aujourd'hui vandaag vanavond oggi stasera hoy hoje dzisiaj bugun idag tanaan",
            "tomorrow morgen demain domani manana amanha jutro yarin imorgen imorgon huomenna",
        )
    )
    for name in names.split()
}
# Midnight of a day may be its first or its last moment; the last is meant here.
NOONS = {
    name: hour
    for hour, names in (
        (12, "noon midday 12noon mittag midi middag mezzogiorno mediodia"),
        (24, "midnight 12midnight mitternacht minuit middernacht mezzanotte medianoche midnatt midnat"),
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
    hrs hours hour h uhr heures heure uur ore ora horas hora am pm a.m p.m a.m. p.m. o'clock godz
    """
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # how the names of English weekdays begin
