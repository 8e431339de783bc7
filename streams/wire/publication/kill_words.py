"""Recognizes requests to kill a story in six languages: takes lines, returns yes or no.

As in `advisories`, prose never kills. A line must begin with a request to the receiver that names the act and a
story ("Please kill story slugged …", "Veuillez annuler notre dépêche"), or say that the sender's own or this very story
is withdrawn ("Diese Meldung wird zurückgezogen"), or be the act alone as a keyword ("ANULAR", "INTREKKING"). A
keyword with a headline behind it ("ANNULATION - Pont fermé") and "X has retracted its story" are also what a
newspaper prints, so they need a second sign: a request or such a sentence in the opening lines, a headline that
says that this is a notice, or that X is who sends it.
"""

import re
from collections.abc import Iterable

from streams.wire.publication.folding import folded, plain

# Everything here is matched against text in lower case without accents. STORY, GAP and WHICH stand for what is below;
# a pattern is a paragraph, whose lines are joined.
_STORY = r"(?:story|stories|item|items|report|article|dispatch|copy|alert|snap|version|text)"
_WHICH = (
    r"(?:slugged|keyworded|headlined|titled|entitled|headed|sent|moved|transmitted|issued|filed|numbered|datelined|bc-\w"
    r"|[\"“‘#]|\d)"
)
_REQUESTS_TEXT = r"""
(?:please|kindly) kill\bGAP\bSTORY\b

(?:(?:please|kindly) )?(?:kill|withdraw|retract|spike|cancel|delete|discard|disregard|remove|do not use)[ ]
(?:(?:the|our|this|all|any|earlier|previous|following) ){0,3}STORY\W{1,3}WHICH

(?:please|kindly) (?:withdraw|retract|cancel|delete|discard|disregard|remove|do not use)[ ]
(?:our|this|all) (?:(?:earlier|previous|following) )?STORY\b

(?:bitte|wir bitten)\b[^.\n]{0,80}?\b(?:unsere|die|diese) (?:\w{1,20}-?)?(?:meldung|eilmeldung|nachricht)\b
GAP\b(?:streichen|loschen|zuruckziehen|nicht (?:mehr )?(?:zu )?verwenden|stornieren)\b

bitte (?:streichen|loschen|stornieren|verwenden) sie (?:unsere|die|diese) (?:\w{1,20}-?)?(?:meldung|nachricht)\b

wir ziehen (?:die|unsere|diese) (?:\w{1,20}-?)?(?:meldung|nachricht)\bGAP\bzuruck\b

(?:unsere|diese) (?:\w{1,20}-?)?(?:meldung|nachricht)\bGAP\b(?:wird|ist|wurde) (?:hiermit )?
(?:zuruckgezogen|gestrichen|storniert|ungultig|zu streichen)\b

(?:veuillez|priere de?|merci de?|nous vous prions de?)\W{0,2}(?:bien vouloir )?
(?:annuler|supprimer|retirer|detruire|ne pas (?:utiliser|tenir compte de))
 (?:notre|la|cette|l'|les|nos|le|cet)GAP(?:depeche|article|papier|information|texte|alerte|urgent)s?\b

(?:notre|cette|cet|la presente) (?:depeche|article|papier|information|texte|alerte)GAP\b(?:est|doit etre|a ete)[ ]
(?:annulee?|retiree?|a annuler|supprimee?)\b

annulez (?:notre|cette|la|l') ?(?:depeche|article|information)\b

(?:gelieve|graag|wilt u|wij verzoeken u)\b[^.\n]{0,80}?\b(?:ons|het|dit|onze|de)[ ]
(?:\w{1,20}-?)?(?:bericht|artikel|nieuwsbericht)\b
GAP\b(?:in te trekken|intrekken|te verwijderen|verwijderen|niet (?:te )?gebruiken|te annuleren)\b

(?:dit|ons) (?:bericht|artikel|nieuwsbericht)\bGAP\b(?:is|wordt|werd) (?:hierbij )?(?:ingetrokken|geannuleerd)\b

(?:het )?(?:bericht|artikel)\bGAP\b(?:is|wordt) hierbij (?:ingetrokken|geannuleerd)\b

(?:wij|we) trekken (?:het|ons|dit) (?:bericht|artikel)\bGAP\bin\b

(?:si prega di|pregasi(?: di)?|preghiamo di|vi preghiamo di)[ ]
(?:annullare|eliminare|cancellare|ritirare|non (?:utilizzare|pubblicare))[ ]
(?:la|il|questa|questo|l'|nostra|le)GAP(?:notizia|articolo|lancio|dispaccio|servizio|testo|flash)\b

(?:annullare|annullate) (?:la|questa|l') ?(?:nostra )?(?:notizia|dispaccio|lancio)\b

(?:la nostra|questa|la presente) (?:notizia|dispaccio|servizio)GAP\b(?:e|va|deve essere)[ ]
(?:da )?(?:annullata|annullare|ritirata|annullato)\b

(?:rogamos|se ruega|por favor,?|les rogamos|solicitamos)\W{1,2}(?:que )?
(?:anulen?|anular|eliminen?|eliminar|retiren?|retirar|no (?:utilicen|usen|publiquen|utilizar|usar|publicar))[ ]
(?:nuestra|la|esta|el|este|nuestro|las)GAP(?:noticia|informacion|nota|despacho|texto|articulo|teletipo)\b

(?:anular|anulese|anulen) (?:la|esta|nuestra) (?:noticia|informacion|nota)\b

quedan? anulad[ao]s? (?:la|nuestra|esta) (?:noticia|informacion|nota)\b

(?:nuestra|esta|la presente) (?:noticia|informacion|nota)GAP\b(?:queda|esta|ha sido) anulada\b
"""
_SOFT = r"^\W{0,6}(?:(?:eds?|editors?|attention|attn|note|achtung|avis|nota|attentie|atencion|attenzione)\W{1,3})?"
_REQUESTS = tuple(
    re.compile(
        _SOFT
        + paragraph.replace("\n", "")
        .replace("GAP", r"[^.\n]{0,120}?")
        .replace("STORY", _STORY)
        .replace("WHICH", _WHICH)
    )
    for paragraph in _REQUESTS_TEXT.strip("\n").split("\n\n")
)
# Alone in a line, or with a slug or number behind it, these are desks' keywords.
_KEYWORD = re.compile(
    r"""
    ^ \W{0,6} (?: a \s | te \s | da \s | to \s )?
    (?: annulation | annuler | annulee? | anular | anulacion | anulad[ao] | annullamento | annullare | annullat[ao]
      | intrekking | intrekken | ingetrokken | zuruckgezogen | zuruckziehung | streichung | storno | stornierung
      | kill | withdrawal | retraction )
    \s* (?: [-–—:]+ \s* (?P<rest>.*) )? [\W]* $
    """,
    re.VERBOSE,
)
# Only a request can have these words; a newspaper does not put them before a headline.
_ORDERS = re.compile(r"^\W{0,6}(?:a |da |te )?(?:anular|annuler|annullare|intrekken)\s*[-–—:]")
_SLUG = re.compile(r"^(?:[a-z]{2,4}-\w|[a-z]{0,4}\d{3,6}\b)")
_NOTICE = re.compile(
    r"^\W{0,6}(?:(?:story |bulletin |mandatory )?kill (?:notice|advisory|message)|notice of (?:withdrawal|retraction)"
    r"|(?:story )?(?:withdrawal|retraction)(?: notice)?|story (?:killed|withdrawn|retracted)"
    r"|annulation|anulacion|annullamento|intrekking|zuruckziehung|ruckruf)\W{0,6}$"
)
_NOTICE_FIRST = re.compile(
    r"^\W{0,6}(?:(?:story |mandatory )?kill(?: notice| advisory)?|(?:story )?(?:retraction|withdrawal)(?: notice)?)\W"
)
_RETRACTED = re.compile(
    r"^\W{0,6}(?:the )?(?P<who>[a-z][\w&.' -]{1,60}?) (?:has|have|hereby|is|now)?(?: now| hereby)? ?"
    r"(?:retracted|retracts|retracting|withdrawn|withdraws|withdrawing|killed|kills) (?:its|our|the|this|a|an)\b"
    rf"[^.\n]{{0,60}}?\b{_STORY}\b(?P<which>\W{{1,3}}(?:slugged|keyworded|moved|transmitted|sent|datelined)\b)?"
)
_INSTRUCTS = re.compile(
    r"\b(?:do not use|should not be used|must not be (?:used|published))\b"
    r"|\bplease (?:kill|delete|remove|disregard|withdraw|destroy)\b"
    r"|\bthere will be no (?:substitute|replacement)\b|\bno (?:substitute|replacement) (?:story|item|version)\b"
)
_SAID_SO = re.compile(
    rf"\b{_STORY}\b[^.\n]{{0,120}}?\b(?:killed|withdrawn|retracted|cancell?ed)\b"
    r"|\bdo not use\b|\bshould not be used\b|\bmust not be (?:used|published)\b"
)
# Said of a story or dispatch, in the words between two commas.
_THING = r"(?:bericht|artikel|meldung|nachricht|depeche|article|noticia|informacion|nota|notizia|dispaccio|story|item)"
_ACTS = (
    r"(?:ingetrokken|in te trekken|intrekken|zuruckgezogen|zuruckziehen|storniert|streichen|annulee?|annuler|retiree?"
    r"|retirer|anulad[ao]|anular|retirad[ao]|annullat[ao]|annullare|ritirat[ao]|ritirare|killed|withdrawn|retracted)"
)
_LOOSELY = re.compile(rf"\b(?:{_THING}\b[^.,\n]{{0,60}}?\b{_ACTS}|{_ACTS}\b[^.,\n]{{0,30}}?\b{_THING})\b")
_AGENCY = re.compile(
    r"\b(?:press|news agency|newswire|wire|wires|wire service|agency|agence|agentur|agenzia|agencia|agentschap|reuters"
    r"|afp|dpa|ap|upi|efe|ansa|belga|anp|ats|apa|ntb|tt|ritzau|kyodo|tass|aap|bloomberg)\b"
)
# Without one of these no pattern here can match.
_STEMS = (
    "kill", "withdr", "retract", "annul", "anul", "intrek", "trekken", "trokken", "zuruckz", "zuruck", "streich",
    "strichen", "losch", "storn", "verwenden", "ungultig", "cancel", "delete", "discard", "disregard", "remove",
    "spike", "use", "supprim", "retir", "detrui", "utilis", "utiliz", "tenir compte", "verwijder", "gebruik",
    "elimin", "cancell", "ritir", "pubblicare", "usen", "usar", "publiquen", "publicar",
)  # fmt: skip
LONGEST_LINE = 400


def requests_kill(headline: str, lines: Iterable[str], senders: tuple[str, ...]) -> bool:
    """Whether a headline and the opening lines ask for a story to be killed. ``senders`` name who sends it."""
    lines = list(lines)
    if not any(map(folded(headline, *lines).__contains__, _STEMS)):
        return False
    headline, *written = (line.strip()[:LONGEST_LINE] for line in (headline, *lines))
    title, *opening = (plain(line) for line in (headline, *written))
    if any(pattern.match(line) for line in (title, *opening) for pattern in _REQUESTS):
        return True
    if any(_is_keyword(line) for line in (headline, *written)):
        return True
    if _begins_with_keyword(headline) and any(_LOOSELY.search(line) for line in opening[:4]):
        return True
    if _NOTICE.match(title) and any(_SAID_SO.search(line) for line in opening[:4]):
        return True
    instructed = bool(_NOTICE_FIRST.match(title)) or any(_INSTRUCTS.search(line) for line in opening)
    said = filter(None, map(_RETRACTED.match, (title, *opening[:3])))
    return any(instructed or match["which"] or _is_sender(match["who"], senders) for match in said)


def _is_keyword(line: str) -> bool:
    """Whether a line is a desk's keyword in capitals, alone or before a slug; infinitives also before a headline."""
    low = plain(line)
    match = _KEYWORD.match(low)
    if not match or not _begins_with_keyword(line):
        return False
    rest = (match["rest"] or "").strip()
    ordered = bool(_ORDERS.match(low)) and not line[-len(rest) :].isupper()
    return not rest or bool(_SLUG.match(rest)) or ordered


def _begins_with_keyword(line: str) -> bool:
    match = _KEYWORD.match(plain(line))
    return match is not None and line[: len(line) - len(match["rest"] or "")].isupper()


def _is_sender(who: str, senders: tuple[str, ...]) -> bool:
    """Whether a name is that of who sends the item: the same letters, one within the other, or its initials.

    Where nothing tells who sends it, an agency's name will do.
    """
    if not any(senders):
        return bool(_AGENCY.search(who))
    name = _letters(who)
    initials = "".join(word[0] for word in who.split() if word[0].isalpha())
    for sender in senders:
        letters = _letters(plain(sender).partition(".")[0])
        if letters and (letters in (name, initials) or (len(letters) > 3 and letters in name)):  # noqa: PLR2004
            return True
        if len(name) > 3 and name in _letters(plain(sender)):  # noqa: PLR2004
            return True
    return False


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalpha())
