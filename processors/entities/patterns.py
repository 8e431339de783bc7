"""Mentions that a pattern tells better than a model: sums, shares, measures, laws, events, works, products.

Takes a text, gives `Mention` tuples with offsets into it. The patterns are meant to be right rather than complete:
a law without "Act" in its name, or a title that no word announces, is passed over.
"""

# ruff: noqa: E501 - a pattern reads best on one line

import re
from collections.abc import Iterator

from processors.vocabulary.names import Mention

# A word with a capital, and a row of them with the small words that names have inside. Words that only open a sentence
# are none.
_CAP = r"(?!(?:The|This|That|An?|In|At|On|And|But|Or|For|If|While|Though|Although|Since|Under|After|Before|When)\b)[A-Z][\w.&'’-]*"


def _row(small: str) -> str:
    return rf"(?<![\w.&'’-]){_CAP}(?: (?:(?:{small}) ){{0,2}}{_CAP}){{0,6}}?"


_DIGITS = r"\d[\d,.]*(?<![,.])(?: ?- ?\d[\d,.]*(?<![,.]))?(?: \d/\d)?"
_WORDS = (
    r"(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Tt]wenty|[Tt]hirty|[Ff]orty|[Ff]ifty|"
    r"[Ss]ixty|[Ss]eventy|[Ee]ighty|[Nn]inety|[Hh]undred|[Hh]alf)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine|hundred))?"
)
_NUMBER = rf"(?:{_DIGITS}|{_WORDS})"
_SCALE = r"(?:[ -]?(?:hundred|thousand|million|billion|trillion|mln|bln|trln|mn|bn|tn|m|k)\b)"
_UNIT = (
    r"(?:square |cubic |nautical )?(?:kilometers|kilometres|kilometer|kilometre|km|miles|mile|meters|metres|meter|metre|"
    r"centimeters|centimetres|cm|millimeters|millimetres|mm|feet|foot|ft|inches|inch|yards|acres|acre|hectares|hectare|ha|"
    r"tons|ton|tonnes|tonne|kilograms|kilogrammes|kg|kilos|grams|ounces|ounce|pounds of|lbs|bushels|barrels|barrel|bpd|"
    r"gallons|liters|litres|megawatts|megawatt|MW|gigawatts|GW|kilowatts|kW|mph|kph|km/h|degrees(?: (?:Celsius|Fahrenheit))?)"
)
_CURRENCY = (
    r"(?:(?:U\.?S\.?|Canadian|Australian|Hong Kong|New Zealand|Singapore) )?(?:dollars|dollar|dlrs|dlr|cents|euros|euro|"
    r"pounds|pence|stg|yen|yuan|renminbi|won|rupees|roubles|rubles|ruble|rouble|marks|francs|lire|pesos|reais|rand|naira|"
    r"shillings|dirhams|riyals|shekels|lira|baht|ringgit|kronor|kroner)"
)
_SYMBOL = r"(?:(?:US|A|C|HK|NZ|S|R)?\$|€|£|¥|₹|₦|(?<![A-Za-z])(?:Rs\.?|USD|EUR|GBP|NGN|KSh|GH¢|GHS|ZAR) ?)"
_LAW = (
    r"(?:Act|Acts|Treaty|Amendment|Accords?|Protocol|[A-Z]\w+ Weapons Convention|Bill of Rights|Conventions? (?:on|against|for) (?:the )?"
    rf"(?:{_CAP})(?: (?:(?:of|and|the) )*(?:{_CAP})){{0,5}})"
)
_EVENT = (
    r"(?:Olympics|Olympic Games|Paralympics|World Cup|Super Bowl|World Series|Grand Prix|Commonwealth Games|Asian Games|"
    r"World Championships?|Film Festival|Marathon|Summit|Peace Conference|Civil War|War|Uprising|Massacre|Intifada)"
)
_WORK = (
    r"(?:film|movie|novel|book|album|song|single|series|sitcom|drama|play|musical|opera|painting|documentary|memoir)"
)
_FACILITY = r"(?:Airport|Stadium|Bridge|Arena|Cathedral|Mosque|Railway Station|Train Station|Power Station|Power Plant)"
_TITLE_CASE = r"[A-Z0-9][^\s\"“”]*(?: [^\s\"“”]+){0,9}?"
_QUOTED = rf"(?:“(?P<curly>{_TITLE_CASE})[,.]?”|\"(?P<straight>{_TITLE_CASE})[,.]?\")"

_SOURCES = (
    ("PERCENT", "%|[Pp]er ?cent|pct", rf"(?<![\w.,$€£]){_NUMBER}[ -]?(?:%|[Pp]er ?cent\b|pct\b|percentage points?\b)"),
    ("MONEY", r"\$|€|£|¥|₹|₦|Rs|[A-Z]{3}|KSh|GH", rf"{_SYMBOL}\d[\d,.]*(?<![,.])(?:{_SCALE})?(?: {_CURRENCY}\b)?"),
    ("MONEY", _CURRENCY, rf"(?<![\w.,$€£])(?:{_DIGITS}|{_WORDS}(?! (?:won|marks|pounds)\b))(?:{_SCALE})? {_CURRENCY}\b(?! of\b)"),
    ("QUANTITY", _UNIT, rf"(?<![\w.,$€£]){_NUMBER}(?:{_SCALE})?[ -]{_UNIT}(?![\w/])"),
    ("LAW", _LAW, rf"{_row('of|and|for|on|the|to|in|against|&')} {_LAW}(?: of \d{{4}})?(?!\w)"),
    ("EVENT", _EVENT, rf"(?:\b\d{{4}} )?{_row('of|the')} (?<!World ){_EVENT}(?! I)(?!\w)"),
    ("EVENT", "War", r"\b(?:First |Second )?World War (?:I{1,2}\b|One|Two|1\b|2\b)|\b(?:First|Second) World War\b|\bCold War\b"),
    ("EVENT", "H|T|C|B|S", r"\b(?:Hurricane|Typhoon|Cyclone|Tropical Storm) [A-Z][a-z]+\b|\b(?:Battle|Siege) of [A-Z][a-z]+\b"),
    ("EVENT", "Open|Olympics|Cup", r"\b(?:\d{4} )?(?:U\.S\.|US|French|Australian|British) Open\b|\b\d{4} (?:Olympics|World Cup)\b"),
    ("FAC", _FACILITY, rf"{_row('of|the|de|and')} (?:International )?{_FACILITY}(?!\w)"),
    ("PRODUCT", "iPhone|7[0-8]7|A3|[FB]-|MiG|PlayStation|Model|Windows", (
        r"\biPhone(?: \d+\w*(?: Pro)?)?\b|\b(?:Boeing )?7[0-8]7(?: ?MAX| Max|-\d+)\b|\bBoeing 7[0-8]7\b|\b(?:Airbus )?A3[0-9]0(?:neo)?\b|"
        r"\b[FB]-(?:14|15|16|18|22|35|52)s?\b|\bMiG-\d\d\b|\bPlayStation \d\b|\bModel [3SXY]\b|\bWindows \d+\b"
    )),
    ("WORK_OF_ART", '"|“', rf"\b{_WORK},? (?:called |titled |entitled )?{_QUOTED}"),
    ("WORK_OF_ART", '"|“', rf"{_QUOTED},? (?:an?|the|his|her|their) (?:[\w-]+ ){{0,3}}{_WORK}\b"),
)  # fmt: skip
# Of each kind: what a text must have for the pattern to be worth trying, and the pattern.
_PATTERNS = tuple((kind, re.compile(hint), re.compile(pattern)) for kind, hint, pattern in _SOURCES)


def mentions(text: str) -> Iterator[Mention]:
    """What the patterns find in ``text``, pattern by pattern; mentions may overlap."""
    for kind, hint, pattern in _PATTERNS:
        if hint.search(text):
            for match in pattern.finditer(text):
                name = next((group for group in ("curly", "straight") if pattern.groups and match[group]), 0)
                yield Mention(*match.span(name), kind)
