"""The words for times in the languages of the wires: months, weekdays, hours, parts of a day.

All in lower case and without accents, as `embargoes` compares them.
"""

from streams.wire.text import word_set

# Croatian's "listopada" is October, and Polish's November: the later one is meant, as of anything with two meanings.
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            """january jan januar januari janvier janv jan gennaio gen genn enero ene janeiro stycznia ocak tammikuuta
            ledna januara januarja sijecnja ianuarie gener jaanuar ιανουαριου""",
            """february feb febr februar februari fevrier fevr fev febbraio febb febrero fevereiro lutego subat
            helmikuuta unora februara februarja veljace februarie febrer veebruar φεβρουαριου""",
            """march mar maerz marz mrz maart mrt mars marzo marco marts marca mart maaliskuuta brezna marta ozujka
            marcius martie μαρτιου""",
            """april apr avril avr aprile abril abr kwietnia nisan huhtikuuta dubna aprila travnja aprilis aprilie
            απριλιου""",
            """may mai mei maggio mag mayo maio maj maja mayis mayıs toukokuuta kvetna svibnja majus maig μαιου""",
            """june jun juni juin giugno giu junio junho czerwca haziran kesakuuta cervna juna junija lipnja junius
            iunie juny juuni ιουνιου""",
            """july jul juli juillet juil luglio lug julio julho lipca temmuz heinakuuta cervence jula julija srpnja
            julius iulie juliol juuli ιουλιου""",
            """august aug augustus aout agosto ago augusti sierpnia agustos elokuuta srpna augusta avgusta kolovoza
            augusztus agost αυγουστου""",
            """september sept sep septembre settembre sett set septiembre setiembre setembro wrzesnia eylul syyskuuta
            zari septembra rujna szeptember septembrie setembre σεπτεμβριου""",
            """october oct oktober okt octobre ottobre ott octubre outubro pazdziernika ekim lokakuuta rijna oktobra
            octombrie oktoober οκτωβριου""",
            """november nov novembre noviembre novembro listopada kasim kasım marraskuuta listopadu novembra studenog
            studenoga noiembrie νοεμβριου""",
            """december dec dezember dez decembre decembre dicembre dic diciembre dezembro desember grudnia aralik
            aralık joulukuuta prosince decembra prosinca decembrie desembre detsember δεκεμβριου""",
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
            """monday mon montag lundi maandag lunedi lunes segunda-feira segunda mandag maanantaina maanantai
            poniedzialek poniedzialku poniedzialkiem poniedziałek poniedziałku
            poniedziałkiem pazartesi pondeli pondelka ponedjeljka ponedeljka hetfo luni
            δευτερα δευτερας""",
            """tuesday tue tues dienstag mardi dinsdag martedi martes terca-feira terca tirsdag tisdag tiistaina
            tiistai wtorek wtorku wtorkiem sali salı utery uterka utorka torka kedd marti τριτη τριτης""",
            """wednesday wed weds mittwoch mercredi woensdag mercoledi miercoles quarta-feira quarta onsdag
            keskiviikkona keskiviikko sroda srody carsamba streda stredy srijede srede szerda miercuri τεταρτη
            τεταρτης""",
            """thursday thu thur thurs donnerstag jeudi donderdag giovedi jueves quinta-feira quinta torsdag
            torstaina torstai czwartek czwartku czwartkiem persembe ctvrtek ctvrtka stvrtka cetvrtka cetrtka
            csutortok joi πεμπτη πεμπτης""",
            """friday fri freitag vendredi vrijdag venerdi viernes sexta-feira sexta fredag perjantaina perjantai
            piatek piatku piatkiem cuma patek patku piatka petka pentek vineri παρασκευη παρασκευης""",
            """saturday sat samstag sonnabend samedi zaterdag sabato sabado lørdag lordag lauantaina lauantai sobota
            soboty cumartesi subote szombat sambata σαββατο σαββατου""",
            """sunday sun sonntag dimanche zondag domenica domingo søndag sondag sunnuntaina sunnuntai niedziela
            niedzieli pazar nedele nedelje nedjelje vasarnap duminica κυριακη κυριακης""",
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
            "today tonight heute aujourd'hui vandaag vanavond oggi stasera hoy hoje dzisiaj bugun idag tanaan dnes",
            "tomorrow morgen demain domani manana amanha jutro yarin imorgen imorgon huomenna zitra",
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
    hrs hours hour h uhr heures heure uur ore ora horas hora am pm a.m p.m a.m. p.m. o'clock godz hod hodin
    """
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # how the names of English weekdays begin
