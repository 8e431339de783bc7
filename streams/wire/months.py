"""Month names in the languages of the wires: takes a name or its beginning, returns the month's number.

A beginning counts where it can be one month only: ``sept``, ``déc.`` and ``Okt`` are clear, French ``jui`` is not.
"""

import re
from functools import lru_cache

from streams.wire.text import plain

SHORTEST = 3
NOON = 12
_NAMES = (
    """
    january janvier januar januari janner enero gennaio janeiro января январь jan stycznia styczen ledna leden
    januara januarja siječnja siječanj ocak ianuarie січня січень студзеня януари јануар јануари ιανουαρίου
    ιανουάριος janvāris jaanuar sausio janar gener يناير ינואר
    """,
    """
    february fevrier februar februari feber febrero febbraio fevereiro февраля февраль feb lutego luty února únor
    februára februarja veljače veljača şubat februarie лютого лютий лютага фебруар февруари φεβρουαρίου φεβρουάριος
    februāris veebruar vasario shkurt febrer فبراير פברואר
    """,
    """
    march mars marz maerz marzo marco maart marts марта март mar mrz mrt marca marzec března březen ožujka ožujak
    mart martie március березня березень сакавіка μαρτίου μάρτιος märts kovo maret مارس מרץ
    """,
    """
    april avril abril aprile апреля апрель apr kwietnia kwiecień dubna duben apríla aprila travnja travanj nisan
    aprilie április квітня квітень красавіка април απριλίου απρίλιος aprīlis aprill balandžio prill أبريل ابريل
    אפריל
    """,
    """
    may mai mayo maggio maio mei maj мая май maja května květen mája svibnja svibanj mayıs mayis május травня
    травень мај μαΐου μάιος maijs gegužės maig مايو מאי
    """,
    """
    june juin juni junio giugno junho июня июнь jun czerwca czerwiec června červen júna junija lipnja lipanj haziran
    iunie június червня червень чэрвеня юни јун јуни ιουνίου ιούνιος jūnijs juuni birželio qershor juny يونيو יוני
    """,
    """
    july juillet juli julio luglio julho июля июль jul lipca lipiec července červenec júla julija srpnja srpanj
    temmuz iulie július липня липень ліпеня юли јул јули ιουλίου ιούλιος jūlijs juuli liepos korrik juliol يوليو
    יולי
    """,
    """
    august aout agosto augustus augusti августа август aug sierpnia sierpień srpna srpen augusta avgusta avgust
    kolovoza kolovoz ağustos augusztus серпня серпень жніўня аугуст αυγούστου αύγουστος augusts rugpjūčio gusht
    agost agustus أغسطس اغسطس אוגוסט
    """,
    """
    september septembre septiembre setiembre settembre setembro сентября сентябрь sep września wrzesień září
    septembra rujna rujan eylül septembrie szeptember вересня вересень верасня септември септембар σεπτεμβρίου
    σεπτέμβριος septembris rugsėjo shtator setembre سبتمبر ספטמבר
    """,
    """
    october octobre oktober octubre ottobre outubro октября октябрь oct października październik října říjen októbra
    oktobra ekim octombrie október жовтня жовтень кастрычніка октомври октобар οκτωβρίου οκτώβριος oktobris oktoober
    spalio tetor أكتوبر اكتوبر אוקטובר
    """,
    """
    november novembre noviembre novembro ноября ноябрь nov listopada listopad listopadu novembra studenoga studenog
    studeni kasım kasim noiembrie листопада листопад лістапада ноември новембар νοεμβρίου νοέμβριος novembris
    lapkričio nëntor نوفمبر נובמבר
    """,
    """
    december decembre dezember diciembre dicembre dezembro desember декабря декабрь dec grudnia grudzień prosince
    prosinec decembra prosinca prosinac aralık aralik decembrie грудня грудень снежня декември децембар δεκεμβρίου
    δεκέμβριος decembris detsember gruodžio dhjetor desembre ديسمبر דצמבר
    """,
)
_MONTHS = {plain(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_WHOLE = {  # Finnish, whose beginnings are other languages' months
    name: number
    for number, stem in enumerate(
        "tammi helmi maalis huhti touko kesa heina elo syys loka marras joulu".split(),  # noqa: SIM905
        1,
    )
    for name in (f"{stem}kuu", f"{stem}kuuta", f"{stem}kuun")
}
_EAST_ASIAN = re.compile("[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]")
_FULL_WIDTH = str.maketrans("：（）／－＋，．　", ":()/-+,. ")
_DATE = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?")
_WEEKDAY = re.compile(
    r"[(\[](?:[月火水木金土日一二三四五六]|[월화수목금토일])[)\]]"
    r"|[(\[]?(?:[月火水木金土日]曜日?|(?:星期|周|週|礼拜)[一二三四五六日天]|[월화수목금토일]요일)[)\]]?"
)
_MORNINGS = ("上午", "午前", "오전", "凌晨", "早上", "清晨", "새벽", "아침")
_NIGHTS = ("晚上", "晚间", "밤")
_AFTERNOONS = ("下午", "午後", "오후", "傍晚", "저녁", *_NIGHTS)
_CLOCK = re.compile(
    rf"(?<![\d+:/.-])(?:({'|'.join((*_MORNINGS, *_AFTERNOONS))})\s*)?"
    r"(\d{1,2})\s*[時时点點시:]\s*(?:(\d{1,2})(?!\d)\s*[分분]?)?(?:\s?:?\s?(\d{1,2})(?!\d)\s*[秒초]?)?"
)


@lru_cache(1024)
def month_of(name: str) -> int:
    """The number of the month that a name or its beginning means; 0 where it means none, or several."""
    bare = plain(name.strip(". "))
    if bare in _MONTHS or bare in _WHOLE:
        return _MONTHS.get(bare) or _WHOLE[bare]
    if len(bare) < SHORTEST:
        return 0
    found = {number for month, number in _MONTHS.items() if month.startswith(bare)}
    return found.pop() if len(found) == 1 else 0


def in_figures(text: str) -> str:
    """A time as Japanese, Chinese and Korean write it (``2026年11月20日 午後3時45分``) in plain figures.

    Its weekday is left out. Any other text stays as it is.
    """
    if text.isascii() or not _EAST_ASIAN.search(text):
        return text
    text = _WEEKDAY.sub(" ", text.translate(_FULL_WIDTH))
    return _CLOCK.sub(_with_colons, _DATE.sub(r"\1/\2/\3 ", text))


def _with_colons(match: "re.Match[str]") -> str:
    part, hour, minute, second = match.groups()
    if part:
        hours = int(hour)
        if part in _AFTERNOONS and hours < NOON:
            hours += NOON
        elif hours == NOON and (part in _MORNINGS or part in _NIGHTS):  # the day's first or last moment
            hours = 0 if part in _MORNINGS else 2 * NOON
        hour = str(hours)
    return f"{hour}:{minute or '00'}:{second or '00'} "
