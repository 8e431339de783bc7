"""Makes the patterns of sentences about stories, and tells what somebody is reported to have said.

Matched against sentences in lower case without accents (`openings`).
"""

import re

# Capitals stand for what is below; a pattern is a paragraph, whose lines are joined.
_PARTS = {
    "GAP": r"(?:[^.\n]|\.(?=\w)|(?<=\b\w{3})\. (?=\d)){0,140}?",
    # No clause of its own, whose verb could be meant.
    "CLAUSE": (
        r"(?:(?!\b(?:that|which|who|whose|where|when|how|why|if|after|as|because)\b)"
        r"(?:[^.\n]|\.(?=\w)|(?<=\b\w{3})\. (?=\d)))"
    ),
    "FEW": r"(?:[\w'“”…-]+ ){0,3}?",
    "STORY": r"(?:story|stories|dispatch|dispatches|snap|newsflash)",
    "THING": r"(?:story|stories|item|items|report|article|dispatch|copy|alert|snap|version|text)",
    "WHICH": (
        r"(?:slugged|keyworded|headlined|titled|entitled|headed|sent|moved|transmitted|issued|filed|numbered|datelined"
        r"|bc-\w|[\"“‘#]|\d)"
    ),
    "SENT": (
        r"(?:slugged|keyworded|headlined|datelined|(?:sent|moved|transmitted|filed) (?:\w+ ){0,2}?(?:at )?\d|bc-\w|“)"
    ),
    "PLEASE": r"(?:please|kindly|we (?:kindly )?ask (?:you|editors|clients|subscribers) to)",
    "DROP": (
        r"(?:kill|withdraw|retract|spike|cancel|delete|destroy|discard|disregard|remove|do not (?:use|publish|run))"
    ),
    "CLIENTS": r"(?:editors|subscribers|clients|customers|publishers|recipients|newsrooms)",
    "MELDUNG": r"(?:[\w]{1,12}-|eil|kurz|presse|agentur)?(?:meldung|nachricht)",
    "DEPECHE": r"(?:depeche|article|papier|information|texte|urgent)s?",
    "NOTICIA": r"(?:noticia|informacion|nota|despacho|texto|articulo|teletipo)s?",
    "NOTIZIA": r"(?:notizia|articolo|lancio|dispaccio|servizio|testo|flash)",
    "BERICHT": r"(?:\w{1,20}-?)?(?:bericht|artikel|nieuwsbericht)",
    "DEPESZA": r"(?:depesz[aey]|wiadomosc\w{0,2}|informacj[aei]|tekstu?|materiału?|materiał|artykułu?|notatk[aei])",
    "ZPRAVA": r"(?:(?:z|s)prav[auy]|text|material|clanek|clanku)",
    "SOOBSHCHENIE": (r"(?:(?:сообщени|новост|информаци|публикаци|заметк|молни)\w{1,2}|(?:материал|текст)[аы]?)"),
    "JUTTU": r"(?:\w{0,12}juttu\w{0,3}|\w{0,12}jut[ui][nt]|uuti(?:nen|sen|set|sta)|artikkeli[an]?|sahke\w{0,3})",
    "TEXTEN": (
        r"(?:meldingen|artikkelen|artiklen|historien|telegrammet|nyheten|nyheden|artikeln|texten|notisen|saken(?= “))"
    ),
}


def sentences(text: str, before: str = r"^\W{0,6}", after: str = "") -> "re.Pattern[str]":
    """One pattern of several, each a paragraph of ``text``: what stands before all of them is matched once."""
    joined = "|".join(part.replace("\n", "") for part in text.strip("\n").split("\n\n"))
    for name, part in _PARTS.items():
        joined = joined.replace(name, part)
    return re.compile(f"{before}(?:{joined}){after}")


_SPEECH = (
    r"(?:said|says?|tells?|told|begged|begs|pleaded|insisted|calls|called|urges?|urged|demand(?:s|ed)?|ask(?:s|ed)?|added|warn(?:s|ed)?|report(?:s|ed)|insist(?:s|ed)?"
    r"|announced|sagte|sagt|teilte|forderte|fordert|erklarte|rat|meldete|hiess es|a dit|dit|a declare|a annonce"
    r"|demande|affirme|dijo|dice|pide|pidio|exige|informo|anuncio|ha detto|ha chiesto|chiede|disse|pede|afirmou"
    r"|zegt|zei|meldt|eist|sager|sade|sa|krever|kraver|siger|sagde|opplyser|uppger|sier|mener|menar|melder|meddelar|uppmanar|oppfordrer"
    r"|powiedział|poinformował|сообщил|заявил|сказал|rekl|uvedl|sanoo|sanoi|kertoo|kertoi)"
)
_REPORTED = re.compile(
    rf"(?:[,–—-]\s|”\s)(?!which\b|that\b|who\b|where\b|in which\b|because\b|since\b|die\b|qui\b|que\b|che\b|som\b)"
    rf"[^,\n]{{0,60}}?\b{_SPEECH}\b[^,\n]{{0,60}}$"
    r"|\b(?:according to|selon|d'apres|laut|zufolge|segun|secondo|segundo|volgens|enligt|ifolge|ifølge"
    r"|według|по словам|podle|mukaan)\b(?! )?"
)


def is_reported(sentence: str) -> bool:
    """Whether a sentence is what somebody is reported to have said."""
    return _REPORTED.search(sentence) is not None
